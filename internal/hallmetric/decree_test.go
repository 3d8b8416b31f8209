package hallmetric_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/hallmetric"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

var november = metric.Month(clock.MustDate("2025-11-01"))

// Scenario 15, the change of the calendar: what is published stays to the last figure, and so do the live figures of a month
// whose cases have ended, with its recount from the events. The decree moves what is open, and only that.
func TestScenario15PublishedRatesStay(t *testing.T) {
	for _, kind := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			w := open(t, kind)
			it := w.Ready(t, func(c *item.Content) { c.Minutes = 25 })
			w.endsOn(t, it, "2025-09-26 15:00", "2025-10-16 16:00") // on the promise day
			w.endsOn(t, it, "2025-10-09 10:00", "2025-10-22 17:30") // likewise
			w.endsOn(t, it, "2025-09-29 10:00", "2025-10-24 09:00") // late
			w.endsOn(t, it, "2025-10-20 10:00", "2025-10-27 09:00") // early
			w.Set("2025-11-03 09:00")
			publish(t, w, october)
			w.endsOn(t, it, "2025-11-03 10:00", "2025-11-17 11:00") // on the promise day again
			gone := w.begun(t, it, "2025-11-14 10:00")
			stays := w.begun(t, it, "2025-11-14 10:10")
			w.Set("2025-11-17 15:00")
			if _, err := w.Casework.Withdraw(w.Window(t), casework.Command{CaseID: gone.ID}, "不办了"); err != nil {
				t.Fatal(err)
			}
			w.Set("2025-11-18 10:00")
			before := w.seen(t)
			if b := before.Bulletin; value(b, "HC1") != "75.00%" || value(b, "HC2") != "66.67%" { // the early one is due in November
				t.Fatalf("published %s and %s", value(b, "HC1"), value(b, "HC2"))
			}
			w.Set("2025-11-18 11:00")
			w.decree(t, "2025-11-20")
			if due := calendar.LastDay(w.Get(t, stays.ID).PromiseDue); due != clock.MustDate("2025-12-02") {
				t.Errorf("the open case is due %s: the decree did not reach it", due)
			}
			before.same(t, w.seen(t))
			w.endsOnly(t, stays, "2025-12-02 16:00")
			w.Set("2026-01-05 09:00")
			if f := w.figure(t, w.all(), "HC2", metric.Month(clock.MustDate("2025-12-01")), ""); text(f) != "100.00% 1/1" {
				t.Errorf("decided on the day to which the decree moved it: %s", text(f))
			}
		})
	}
}

// A decree that comes when its day is over changes no month that was published either, nor what is counted of its cases.
func TestALateDecreeLeavesThePublishedMonth(t *testing.T) {
	w := open(t, store.SQLite)
	it := w.Ready(t, func(c *item.Content) { c.Minutes = 25 })
	w.endsOn(t, it, "2025-11-10 10:00", "2025-11-25 16:00")
	w.Set("2025-11-18 17:00")
	across := w.Receive(t, it, "M1", "M2", "M3")
	w.Set("2025-11-21 09:00")
	if _, err := w.Casework.Accept(w.Window(t), casework.Command{CaseID: across.ID}, casework.NormalMode); err != nil {
		t.Fatal(err)
	}
	w.endsOnly(t, across, "2025-11-28 16:00")
	w.Set("2025-12-01 09:00")
	publish(t, w, november)
	before := w.seen(t)
	w.decree(t, "2025-11-20")
	before.same(t, w.seen(t))
}

// begun receives and accepts a case at a moment.
func (w *world) begun(t *testing.T, it item.Item, at string) casework.Case {
	t.Helper()
	w.Set(at)
	return w.Accepted(t, it)
}

// endsOn begins a case and takes it to its end.
func (w *world) endsOn(t *testing.T, it item.Item, begin, end string) {
	t.Helper()
	w.endsOnly(t, w.begun(t, it, begin), end)
}

func (w *world) endsOnly(t *testing.T, c casework.Case, end string) {
	t.Helper()
	w.Set(end)
	w.close(t, c)
}

func publish(t *testing.T, w *world, month metric.Period) {
	t.Helper()
	m, err := w.Metrics.Publish(w.reader(hallmetric.PermPublish, actor.Centre), month, "")
	if err != nil || m.Figures == 0 {
		t.Fatalf("%+v %v", m, err)
	}
}

// decree publishes a day off and runs what follows from it.
func (w *world) decree(t *testing.T, off string) {
	t.Helper()
	doc := calendar.Document{Title: "临夏市人民政府关于调休的通知", Number: "临市府发〔2025〕88号"}
	_, err := w.Calendar.Publish(w.System(), calendar.Publication{Layer: calendar.County, Area: "622901", Mode: calendar.Merge, Document: doc,
		Years: []calendar.FileYear{{Year: 2025, Days: []calendar.LayerDay{{Date: clock.MustDate(off), Kind: calendar.Off, Name: "调休", Basis: doc.Number}}}}})
	if err != nil {
		t.Fatal(err)
	}
	w.RunJobs(t)
}

// view is all that can be read of two months: the published figures as they are kept and as everybody reads them, the live
// figures by every dimension, and the recount.
type view struct {
	Frozen   []metric.Frozen
	Bulletin hallmetric.Bulletin
	Live     []hallmetric.Sheet
	Recounts []hallmetric.Recount
}

func (w *world) seen(t *testing.T) view {
	t.Helper()
	var v view
	var err error
	if v.Bulletin, err = w.Metrics.Published(w.System(), clock.NoDate); err != nil {
		t.Fatal(err)
	}
	err = w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		v.Frozen, err = metric.Load(tx, w.Centre, v.Bulletin.Month.Owner)
		return err
	})
	if err != nil || len(v.Frozen) == 0 {
		t.Fatal(len(v.Frozen), err)
	}
	for _, p := range []metric.Period{october, november} {
		for _, by := range []hallmetric.Dimension{hallmetric.Whole, hallmetric.ByUnit, hallmetric.BySite, hallmetric.ByItem} {
			s, err := w.Metrics.Figures(w.all(), hallmetric.Query{Period: p, By: by})
			if err != nil {
				t.Fatal(p, by, err)
			}
			v.Live = append(v.Live, s)
		}
	}
	for _, p := range []metric.Period{october, november, metric.Month(november.To)} {
		r, err := w.Metrics.Recount(w.reader(hallmetric.PermCheck, actor.Centre), p)
		if err != nil || !r.Equal || len(r.Later) != 0 {
			t.Errorf("the recount of %s: %s; later %+v; %v", p, strings.Join(r.Faults, "\n"), r.Later, err)
		}
		v.Recounts = append(v.Recounts, r)
	}
	return v
}

// same compares two views figure by figure; only the moment of counting may differ.
func (v view) same(t *testing.T, now view) {
	t.Helper()
	if !reflect.DeepEqual(v.Frozen, now.Frozen) || !reflect.DeepEqual(v.Bulletin, now.Bulletin) {
		t.Errorf("what was published changed:\n%+v\n%+v", v.Bulletin, now.Bulletin)
	}
	compared := 0
	for i, was := range v.Live {
		is := now.Live[i]
		if len(was.Lines) != len(is.Lines) {
			t.Fatalf("%s by %q: %d subjects, now %d", was.Period, was.By, len(was.Lines), len(is.Lines))
		}
		for k, line := range was.Lines {
			for n, f := range line.Values {
				g := is.Lines[k].Values[n]
				if g.Cutoff = f.Cutoff; !reflect.DeepEqual(f, g) {
					t.Errorf("%s of %q in %s: %+v, now %+v", f.Metric, line.Subject.Name, was.Period, f.Figure, g.Figure)
				}
				compared++
			}
		}
	}
	for i := range v.Recounts {
		was, is := v.Recounts[i], now.Recounts[i]
		if is.Cases != was.Cases || is.Figures != was.Figures || !slices.Equal(is.Faults, was.Faults) {
			t.Errorf("the recount of %s: %+v, now %+v", was.Period, was, is)
		}
	}
	if compared < 100 {
		t.Errorf("only %d live figures compared", compared)
	}
}

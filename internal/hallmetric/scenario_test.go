package hallmetric_test

import (
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/rating"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
)

// Scenario 7: sums are rolled up, never means of rates; an open late case cannot hide from the rate of what fell due.
func TestScenario7RollUp(t *testing.T) {
	w := open(t, store.SQLite)
	w.Set("2025-11-03 09:00")
	a, b, c := w.unit(t, "部门A"), w.unit(t, "部门B"), w.unit(t, "部门C")
	late := clock.MustInstant("2025-10-20 10:00")
	w.put(t, func(x *casework.Case) { x.UnitID = a.ID })
	w.put(t, func(x *casework.Case) { x.UnitID, x.DecidedAt, x.ClosedAt = a.ID, late, late })
	for range 98 {
		w.put(t, func(x *casework.Case) { x.UnitID = b.ID })
	}
	for subject, want := range map[string]string{"unit:" + a.ID: "50.00% 1/2", "unit:" + b.ID: "100.00% 98/98", "unit:" + c.ID: "— 0/0", "": "99.00% 99/100"} {
		if got := text(w.figure(t, w.all(), "HC1", october, subject)); got != want {
			t.Errorf("HC1 of %q is %s, want %s", subject, got, want)
		}
	}
	if got := text(w.figure(t, w.all(), "HC2", october, "")); got != "99.00% 99/100" {
		t.Errorf("HC2 before the open one: %s", got)
	}
	w.put(t, func(x *casework.Case) {
		x.UnitID, x.State, x.DecidedAt, x.ClosedAt, x.CloseCode, x.Decision = b.ID, casework.Accepted, 0, 0, "", ""
	})
	if got := text(w.figure(t, w.all(), "HC1", october, "")); got != "99.00% 99/100" {
		t.Errorf("HC1 with an open late case: %s", got)
	}
	if got := text(w.figure(t, w.all(), "HC2", october, "")); got != "98.02% 99/101" {
		t.Errorf("HC2 with an open late case: %s", got)
	}
}

// Scenario 8: the time to accept is office time, from the last complete submission.
func TestScenario8TimeToAccept(t *testing.T) {
	w := open(t, store.SQLite)
	it := w.Ready(t)
	accept := func(submitted, accepted string) {
		t.Helper()
		w.Set(submitted)
		c := w.Receive(t, it, "M1", "M2", "M3")
		w.Set(accepted)
		c, err := w.Casework.Accept(w.Window(t), casework.Command{CaseID: c.ID}, casework.NormalMode)
		if err != nil {
			t.Fatal(err)
		}
		w.Set(clock.MustInstant(accepted).Add(3600e9 * 24 * 14).String())
		w.close(t, c)
	}
	accept("2025-09-26 17:00", "2025-09-28 09:30")
	f := w.figure(t, w.all(), "HC4", october, "")
	if f.Text() != "2.00" || f.NumText() != "2" || f.Unit != "小时" {
		t.Errorf("the first case took %s %s", f.Text(), f.Unit)
	}
	if g := w.figure(t, w.all(), "HC4g", october, ""); g.Text() != "40.50" {
		t.Errorf("by the clock it took %s", g.Text())
	}
	accept("2025-09-27 10:00", "2025-09-28 09:30")
	p, err := w.Metrics.Records(w.all(), metric.Query{Metric: "HC4", Part: metric.Denominator, Period: october})
	if err != nil || p.Total != 2 {
		t.Fatalf("%d records, %v", p.Total, err)
	}
	for i, want := range []string{"2", "1"} { // the second clock starts at 08:30 on the working Sunday
		if p.Records[i].Num != want {
			t.Errorf("record %d took %s hours, want %s", i, p.Records[i].Num, want)
		}
	}
}

// close takes an accepted case to its end by the real use cases.
func (w *world) close(t *testing.T, c casework.Case) casework.Case {
	t.Helper()
	m, k := w.Casework, casework.Command{CaseID: c.ID}
	for _, act := range []func() (casework.Case, error){
		func() (casework.Case, error) { return m.Review(w.Chief(t), k, "符合条件") },
		func() (casework.Case, error) {
			return m.Grant(w.Approver(t, 2), k, casework.DecideInput{Opinion: "准予", Overdue: "等待函证"})
		},
		func() (casework.Case, error) {
			return m.Issue(w.Window(t), k, casework.IssueInput{Number: "许字" + c.No})
		},
		func() (casework.Case, error) {
			return m.Deliver(w.Window(t), k, casework.DeliverInput{Way: casework.Ways[0], Came: true})
		},
	} {
		var err error
		if c, err = act(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// Scenario 10: four waits of 5, 5, 20 and 21 minutes are 12.75, here as in the figures of the queue itself.
func TestScenario10WaitsAsTheQueueCounts(t *testing.T) {
	w := open(t, store.SQLite)
	w.Set("2025-10-09 18:00")
	at := clock.MustInstant("2025-10-09 09:00")
	for i, minutes := range []int64{5, 5, 20, 21} {
		w.ticket(t, i, func(x *hall.Ticket) {
			x.WaitMs, x.FirstCallAt, x.ServedMs = minutes*60_000, at+clock.Instant(minutes*60_000), 600_000
		})
	}
	w.ticket(t, 4, func(x *hall.Ticket) { x.State, x.Accurate = hall.Closed, false })
	w.ticket(t, 5, func(x *hall.Ticket) { x.State = hall.Dropped })
	day := metric.Day(clock.MustDate("2025-10-09"))
	for code, want := range map[string]string{"HQ1": "12.75 51/4", "HQ2": "21 21/4", "HQ3": "20.00% 1/5", "HQ4": "10.00 40/4", "HQ5": "6 6/0"} {
		if got := text(w.figure(t, w.all(), code, day, "")); got != want {
			t.Errorf("%s is %s, want %s", code, got, want)
		}
	}
	sheet, err := w.Numbers.Figures(w.As(t, org.RoleLeader), "", day)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sheet.Figures {
		if got := w.figure(t, w.all(), f.Metric, day, ""); got.Text() != f.Text() || got.Excluded != f.Excluded && f.Metric != hall.MeasureTaken {
			t.Errorf("%s: %s here, %s in the queue", f.Metric, got.Text(), f.Text())
		}
	}
}

func (w *world) ticket(t *testing.T, n int, change func(*hall.Ticket)) {
	t.Helper()
	at := clock.MustInstant("2025-10-09 09:00")
	x := hall.Ticket{CentreID: w.Centre, ID: string(rune('a'+n)) + "-ticket", SiteID: w.Hall.ID, QueueID: w.Queue.ID, Day: at.Date(), No: "A00" + string(rune('1'+n)), Class: hall.Ordinary, State: hall.Finished, TakenAt: at,
		ReadyAt: at, Accurate: true, EventHash: []byte{}}
	change(&x)
	x.Open = x.State.Open()
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return store.Insert(tx, "hall_ticket", x) }); err != nil {
		t.Fatal(err)
	}
}

// Scenario 11: of 200 closed cases 40 are rated; who did not rate changes no rate, and what is excluded is listed.
func TestScenario11Ratings(t *testing.T) {
	w := open(t, store.SQLite)
	w.Set("2025-11-18 17:00")
	at := clock.MustInstant("2025-11-18 16:00")
	var levels []rating.Level
	for level, n := range []int{30, 6, 2, 1, 1} {
		for range n {
			levels = append(levels, rating.Level(level+1))
		}
	}
	id := func(prefix string, i int) string {
		return prefix + "-" + string(rune('A'+i/20)) + string(rune('a'+i%20))
	}
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		for i := range 200 {
			s := rating.Service{CentreID: w.Centre, ID: id("service", i), Kind: rating.OfCase, Subject: id("case", i), No: id("B", i), UnitID: w.Unit.ID, SiteID: w.Hall.ID, At: at, Until: at + 1, CodeBix: id("code", i), Rated: i < len(levels)}
			if err := store.Insert(tx, "rating_service", s); err != nil {
				return err
			}
		}
		for i, level := range levels {
			r := rating.Rating{CentreID: w.Centre, ID: id("rating", i), ServiceID: id("service", i), Version: 1, Current: true, Level: level, TextEnc: []byte{}, At: at, FirstAt: at, Kind: rating.OfCase, UnitID: w.Unit.ID, SiteID: w.Hall.ID, Valid: true}
			if err := store.Insert(tx, "rating_rating", r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	november := metric.Month(at.Date())
	for _, subject := range []string{"", "unit:" + w.Unit.ID, "site:" + w.Hall.ID} {
		for code, want := range map[string]string{rating.MeasureGood: "95.00% 38/40", rating.MeasurePoor: "5.00% 2/40", rating.MeasureActive: "20.00% 40/200"} {
			if got := text(w.figure(t, w.all(), code, november, subject)); got != want {
				t.Errorf("%s of %q is %s, want %s", code, subject, got, want)
			}
		}
	}
	_ = w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE rating_rating SET valid = $2, ground = 'malicious', reason = '恶意' WHERE centre_id = $1 AND level = 4", w.Centre, false)
		return err
	})
	if f := w.figure(t, w.all(), rating.MeasureGood, november, ""); text(f) != "97.44% 38/39" || f.Excluded != 1 {
		t.Errorf("after the exclusion %s, %d excluded", text(f), f.Excluded)
	}
	p, err := w.Metrics.Records(w.all(), metric.Query{Metric: rating.MeasureGood, Part: metric.Excluded, Period: november})
	if err != nil || p.Total != 1 || p.Records[0].Why == "" {
		t.Errorf("the excluded: %+v, %v", p.Records, err)
	}
	if _, err := w.Metrics.Figures(w.all(), hallmetric.Query{Period: november, By: hallmetric.ByItem}); err != nil {
		t.Error(err)
	}
}

// The cards per hundred cases, the audited cases and the matters of the other modules: each as its module has it.
func TestFactsOfTheOtherModules(t *testing.T) {
	w := open(t, store.SQLite)
	w.Set("2025-11-03 09:00")
	other := w.unit(t, "另一部门")
	at := clock.MustInstant("2025-10-20 09:00")
	for i := range 50 {
		w.put(t, func(x *casework.Case) {
			if i >= 40 {
				x.UnitID = other.ID
			}
		})
	}
	alert := func(id string, level supervision.Level, state supervision.State, unit string) {
		t.Helper()
		l := supervision.Alert{CentreID: w.Centre, ID: supervision.AlertID(id), ClockID: id, Rung: string(level), Level: level, UnitID: unit, State: state, At: at, CaseNo: "B20251009-0001"}
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return store.Insert(tx, "supervision_alert", l) }); err != nil {
			t.Fatal(err)
		}
	}
	alert("a1", supervision.Yellow, supervision.Raised, w.Unit.ID)
	alert("a2", supervision.Red, supervision.Raised, other.ID)
	alert("a3", supervision.Red, supervision.Lifted, other.ID)
	alert("a4", supervision.Yellow, supervision.Superseded, other.ID)
	alert("a5", supervision.Remind, supervision.Raised, other.ID)
	for i := range 4 {
		r := supervision.SampleRow{CentreID: w.Centre, SampleID: "s1", Pos: int64(i), CaseID: casework.CaseID("c" + string(rune('a'+i))), UnitID: w.Unit.ID, Checked: i < 3, Passed: i < 2, At: at}
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return store.Insert(tx, "supervision_sample_row", r) }); err != nil {
			t.Fatal(err)
		}
	}
	for key, want := range map[string]string{"HS1 ": "4.00% 2/50", "HS1 unit:" + w.Unit.ID: "2.50% 1/40", "HS1 unit:" + other.ID: "10.00% 1/10", "HS2 ": "66.67% 2/3"} {
		code, subject, _ := strings.Cut(key, " ")
		if got := text(w.figure(t, w.all(), code, october, subject)); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	for part, want := range map[metric.Part]int64{metric.Numerator: 2, metric.Denominator: 50} {
		if p, err := w.Metrics.Records(w.all(), metric.Query{Metric: "HS1", Part: part, Period: october}); err != nil || p.Total != want {
			t.Errorf("%s of HS1: %d records, %v", part, p.Total, err)
		}
	}
	if f := w.figure(t, w.all(), "HW1", october, ""); f.Absent == "" || f.Text() != metric.None {
		t.Errorf("attendance without a source is %s", f.Text())
	}
}

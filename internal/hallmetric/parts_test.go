package hallmetric_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rating"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
)

// place is a department at a site.
type place struct{ unit, site string }

// The property behind I6: over random lives the parts of every figure are its total, of departments, sites and items alike, in
// what is counted now and in what is published; a rate is the sum of numerators over the sum of denominators.
func TestPartsAreTheTotal(t *testing.T) {
	for seed := range uint64(3) {
		w := open(t, store.SQLite)
		rnd := rand.New(rand.NewPCG(seed, 6))
		w.lives(t, 12)
		w.Set("2026-02-20 09:00")
		w.scatter(t, rnd)
		seen := map[string]bool{}
		for _, p := range []metric.Period{october, november, {From: october.From - 40, To: october.To + 120}} {
			w.addsUp(t, p, seen)
		}
		for _, code := range []string{"HC1", "HC1s", "HC2", "HC2s", "HC3", "HC4", "HC4g", "HC5", "HC5g", "HC6", "HC7", "HC8", "HC9", "HCr", "HC0", "HCw", "HQ1", "HQ3", "HQ4", "HS1", "HS2", rating.MeasureGood, rating.MeasurePoor, rating.MeasureActive} {
			if !seen[code] {
				t.Errorf("seed %d: %s has no two parts in any period", seed, code)
			}
		}
		w.publishedAddsUp(t)
	}
}

// scatter lays the cases there are over several departments and sites, and puts numbers, cards, audits and ratings beside them.
func (w *world) scatter(t *testing.T, rnd *rand.Rand) {
	t.Helper()
	sites := []string{w.Hall.ID, orgtest.Site(t, w.Org, w.Centre, "折桥镇便民服务中心").ID}
	units := []string{w.Unit.ID, w.unit(t, "部门甲").ID, w.unit(t, "部门乙").ID}
	at := func() place { return place{units[rnd.IntN(len(units))], sites[rnd.IntN(len(sites))]} }
	for range 40 {
		w.put(t, func(c *casework.Case) { w.anyEnd(c, at(), rnd) })
	}
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		ids, err := store.Select[string](tx, "SELECT id FROM casework_case WHERE centre_id = $1 ORDER BY id", w.Centre)
		for _, id := range ids {
			if p := at(); err == nil {
				_, err = tx.Exec("UPDATE casework_case SET unit_id = $3, site_id = $4 WHERE centre_id = $1 AND id = $2", w.Centre, id, p.unit, p.site)
			}
		}
		for i := range units {
			if err == nil {
				err = store.Insert(tx, "hall_counter", hall.Counter{CentreID: w.Centre, ID: "counter-" + units[i], SiteID: sites[i%2], No: fmt.Sprint(90 + i), UnitID: units[i], Active: true})
			}
		}
		for i := range 40 {
			if err == nil {
				err = w.beside(tx, i, at(), rnd)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// anyEnd is a case that may have ended in any way, in time or late.
func (w *world) anyEnd(c *casework.Case, p place, rnd *rand.Rand) {
	const day = 86_400
	c.UnitID, c.SiteID, c.ItemID = p.unit, p.site, w.World.Item.ID
	c.ReceivedAt += clock.Instant(rnd.IntN(30*day)) * 1000
	c.AcceptedAt = c.ReceivedAt + clock.Instant(rnd.IntN(3*day))*1000
	c.DecidedAt = c.AcceptedAt + clock.Instant(rnd.IntN(20*day))*1000
	c.PromiseDue, c.StatutoryDue = (c.AcceptedAt.Date() + 14).End(), (c.AcceptedAt.Date() + 28).End()
	c.ClosedAt = c.DecidedAt + 60_000
	c.Notices, c.Trips = int64(rnd.IntN(3)), int64(rnd.IntN(3))
	c.Timing = casework.Timing{AcceptTimed: rnd.IntN(4) > 0, AcceptMinutes: rnd.Int64N(900), DecideTimed: rnd.IntN(4) > 0, UsedDays: rnd.Int64N(15), Stops: rnd.Int64N(2), StoppedDays: rnd.Int64N(9), StdMinutes: rnd.Int64N(60)}
	switch rnd.IntN(6) {
	case 0:
		c.State, c.DecidedAt, c.ClosedAt, c.CloseCode, c.Decision = casework.Accepted, 0, 0, "", ""
	case 1:
		c.State, c.DecidedAt, c.CloseCode, c.Decision = casework.Refused, 0, "", ""
	case 2:
		c.PromiseDue = 0
	}
}

// beside puts a number, a card, an audited case and a rating of a place into a random day of October.
func (w *world) beside(tx *store.Tx, i int, p place, rnd *rand.Rand) error {
	at := clock.MustInstant("2025-10-01 09:00") + clock.Instant(rnd.IntN(30))*86_400_000
	id := fmt.Sprintf("%03d", i)
	ticket := hall.Ticket{CentreID: w.Centre, ID: "ticket-" + id, SiteID: p.site, QueueID: w.Queue.ID, Day: at.Date(), No: "A" + id, Class: hall.Ordinary, State: []hall.State{hall.Finished, hall.Dropped}[rnd.IntN(2)],
		TakenAt: at, ReadyAt: at, FirstCallAt: at + 60_000, WaitMs: rnd.Int64N(1e6), ServedMs: rnd.Int64N(1e6), Accurate: rnd.IntN(5) > 0, CounterID: "counter-" + p.unit, EventHash: []byte{}}
	alert := supervision.Alert{CentreID: w.Centre, ID: supervision.AlertID("alert-" + id), ClockID: id, Rung: "r", Level: supervision.Levels[rnd.IntN(3)], UnitID: p.unit, SiteID: p.site,
		State: []supervision.State{supervision.Raised, supervision.Lifted, supervision.Settled}[rnd.IntN(3)], At: at}
	row := supervision.SampleRow{CentreID: w.Centre, SampleID: "sample", Pos: int64(i), CaseID: casework.CaseID(id), UnitID: p.unit, SiteID: p.site, Checked: rnd.IntN(5) > 0, Passed: rnd.IntN(3) > 0, At: at}
	service := rating.Service{CentreID: w.Centre, ID: "service-" + id, Kind: rating.OfCase, Subject: id, No: id, UnitID: p.unit, SiteID: p.site, At: at, Until: at + 1, CodeBix: id, Rated: rnd.IntN(3) > 0}
	for table, r := range map[string]any{"hall_ticket": ticket, "supervision_alert": alert, "supervision_sample_row": row, "rating_service": service} {
		if err := insert(tx, table, r); err != nil {
			return err
		}
	}
	if !service.Rated {
		return nil
	}
	valid := rnd.IntN(6) > 0
	r := rating.Rating{CentreID: w.Centre, ID: "rating-" + id, ServiceID: service.ID, Version: 1, Current: true, Level: rating.Level(1 + rnd.IntN(5)), TextEnc: []byte{}, At: at, FirstAt: at, Kind: rating.OfCase, UnitID: p.unit, SiteID: p.site, Valid: valid}
	if !valid {
		r.Ground, r.Reason = "malicious", "恶意"
	}
	return store.Insert(tx, "rating_rating", r)
}

// insert writes a row of one of the kinds that beside makes.
func insert(tx *store.Tx, table string, row any) error {
	switch r := row.(type) {
	case hall.Ticket:
		return store.Insert(tx, table, r)
	case supervision.Alert:
		return store.Insert(tx, table, r)
	case supervision.SampleRow:
		return store.Insert(tx, table, r)
	}
	return store.Insert(tx, table, row.(rating.Service))
}

// addsUp compares the total of every measure in a period with the sum of its parts.
func (w *world) addsUp(t *testing.T, p metric.Period, seen map[string]bool) {
	t.Helper()
	whole, err := w.Metrics.Figures(w.all(), hallmetric.Query{Period: p})
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range []hallmetric.Dimension{hallmetric.ByUnit, hallmetric.BySite, hallmetric.ByItem} {
		parts, err := w.Metrics.Figures(w.all(), hallmetric.Query{Period: p, By: by})
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range whole.Measures {
			total := whole.Lines[0].Values[i].Figure
			if m.Percentile > 0 || total.Absent != "" || !parted(m.Group, by) {
				continue // a percentile has no parts; the others have no source here, or are not kept by it
			}
			sum, n := metric.Figure{Form: total.Form, Scale: total.Scale, Unit: total.Unit}, 0
			for _, line := range parts.Lines {
				f := line.Values[i]
				if f.Den != 0 || f.Num != 0 {
					n++
				}
				sum.Num, sum.Den, sum.Excluded = sum.Num+f.Num, sum.Den+f.Den, sum.Excluded+f.Excluded
			}
			if sum.Num != total.Num || sum.Den != total.Den || sum.Excluded != total.Excluded || sum.Text() != total.Text() {
				t.Errorf("%s in %s by %s: parts %s, %d left out; total %s, %d left out", m.Code, p, by, text(sum), sum.Excluded, text(total), total.Excluded)
			}
			seen[m.Code] = seen[m.Code] || n > 1
		}
	}
}

// parted reports whether the figures of a group have parts in a dimension: by item those of cases; by site all but those of
// the items themselves, which belong to departments and only now and then to one site.
func parted(g hallmetric.Group, by hallmetric.Dimension) bool {
	switch by {
	case hallmetric.ByItem:
		return g == hallmetric.GroupSpeed || g == hallmetric.GroupEase || g == hallmetric.GroupSpecial || g == hallmetric.GroupVolume
	case hallmetric.BySite:
		return g != hallmetric.GroupItem
	}
	return true
}

// publishedAddsUp compares the parts of a published month with its totals as they are frozen.
func (w *world) publishedAddsUp(t *testing.T) {
	t.Helper()
	m, err := w.Metrics.Publish(w.reader(hallmetric.PermPublish, actor.Centre), october, "")
	if err != nil {
		t.Fatal(err)
	}
	var frozen []metric.Frozen
	if err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		frozen, err = metric.Load(tx, w.Centre, m.Owner)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	type sums struct{ num, den, out int64 }
	got := map[string]map[hallmetric.Dimension]sums{}
	for _, f := range frozen {
		by := hallmetric.SubjectOf(f.Subject).By
		if got[f.Metric] == nil {
			got[f.Metric] = map[hallmetric.Dimension]sums{}
		}
		s := got[f.Metric][by]
		got[f.Metric][by] = sums{s.num + f.Num, s.den + f.Den, s.out + f.Excluded}
	}
	for code, by := range got {
		measure, _ := hallmetric.MeasureOf(code)
		if measure.Percentile == 0 && (by[hallmetric.ByUnit] != by[hallmetric.Whole] || parted(measure.Group, hallmetric.BySite) && by[hallmetric.BySite] != by[hallmetric.Whole]) {
			t.Errorf("published %s: total %+v, departments %+v, sites %+v", code, by[hallmetric.Whole], by[hallmetric.ByUnit], by[hallmetric.BySite])
		}
	}
	if len(got) < 30 {
		t.Errorf("only %d measures published", len(got))
	}
}

// What belongs to no department, a number that no counter called, is in the total and in its site's figure only.
func TestANumberNobodyCalledHasNoDepartment(t *testing.T) {
	w := open(t, store.SQLite)
	w.Set("2025-10-09 18:00")
	w.ticket(t, 0, func(x *hall.Ticket) { x.State = hall.Waiting })
	day := metric.Day(clock.MustDate("2025-10-09"))
	for subject, want := range map[string]string{"": "1 1/0", "site:" + w.Hall.ID: "1 1/0"} {
		if got := text(w.figure(t, w.all(), "HQ5", day, subject)); got != want {
			t.Errorf("HQ5 of %q is %s", subject, got)
		}
	}
	if s, err := w.Metrics.Figures(w.all(), hallmetric.Query{Measures: []string{"HQ5"}, Period: day, By: hallmetric.ByUnit}); err != nil || len(s.Lines) != 0 {
		t.Errorf("%+v %v", s.Lines, err)
	}
}

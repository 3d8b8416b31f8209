package hallmetric_test

import (
	"slices"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/hallmetric"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// The leader's page counts its month in one pass, by department and as a whole, and its year month by month: each of its numbers is
// what the same measure gives by itself, on both engines, with months that are published and with cases of no department.
func TestTheLeadersPageHasTheNumbersOfTheFigures(t *testing.T) {
	for _, kind := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			w := open(t, kind)
			w.Set("2025-10-28 10:00")
			units := []string{w.Unit.ID, w.unit(t, "市第二局").ID, ""}
			for i := range 60 {
				w.put(t, func(c *casework.Case) { vary(c, i, units) })
			}
			w.Set("2025-10-02 09:00")
			if _, err := w.Metrics.Publish(w.reader(hallmetric.PermPublish, actor.Centre), metric.Month(clock.MustDate("2025-09-01")), ""); err != nil {
				t.Fatal(err)
			}
			w.Set("2025-10-28 10:00")
			for _, scope := range []actor.Scope{actor.Centre, actor.Unit} {
				ctx := w.reader(hallmetric.PermRead, scope, func(a *actor.Actor) { a.UnitID = w.Unit.ID })
				o, err := w.Metrics.Overview(ctx)
				if err != nil {
					t.Fatal(err)
				}
				var codes, ofUnits []string
				for _, m := range o.Measures {
					codes = append(codes, m.Code)
				}
				for _, s := range o.Spans {
					sheet, err := w.Metrics.Figures(ctx, hallmetric.Query{Measures: codes, Period: s.Period})
					if err != nil {
						t.Fatal(err)
					}
					for i, f := range s.Figures {
						if want := sheet.Lines[0].Values[i]; text(f) != text(want.Figure) || f.Excluded != want.Excluded || f.Absent != want.Absent {
							t.Errorf("scope %v, %s, %s: %s without %d, the figure is %s without %d", scope, s.Label, codes[i], text(f), f.Excluded, text(want.Figure), want.Excluded)
						}
					}
				}
				for _, v := range o.Units[0].Values {
					ofUnits = append(ofUnits, v.Metric)
				}
				sheet, err := w.Metrics.Figures(ctx, hallmetric.Query{Measures: ofUnits, Period: october, By: hallmetric.ByUnit})
				if err != nil || !slices.EqualFunc(o.Units, sheet.Lines, sameLine) {
					t.Errorf("scope %v: departments\n%+v, the figures\n%+v, %v", scope, o.Units, sheet.Lines, err)
				}
			}
		})
	}
}

func sameLine(a, b hallmetric.Line) bool {
	return a.Subject == b.Subject && slices.EqualFunc(a.Values, b.Values, func(x, y hallmetric.Value) bool {
		return text(x.Figure) == text(y.Figure) && x.Excluded == y.Excluded && x.Subject == y.Subject
	})
}

// vary makes the i-th case of a test different from its neighbours: when it came and ended, of whom it is, what happened.
func vary(c *casework.Case, i int, units []string) {
	at := clock.MustInstant("2025-09-03 09:00") + clock.Instant(i)*22*3_600_000
	c.UnitID, c.ReceivedAt, c.CompleteAt, c.AcceptedAt = units[i%len(units)], at, at, at
	c.DecidedAt, c.ClosedAt = at+3*86_400_000, at+4*86_400_000
	c.PromiseDue, c.Notices, c.Trips = (at + clock.Instant(i%7)*86_400_000).Date().End(), int64(i%4/3), 1+int64(i%5/4)
	c.DecideTimed, c.UsedDays = i%6 != 0, int64(1+i%9)
	switch {
	case i%11 == 0:
		c.Kind, c.CloseCode = item.Instant, casework.CloseIssued
	case i%13 == 0:
		c.DecidedAt, c.CloseCode, c.Decision, c.State = 0, "", "", casework.Withdrawn
	case i%10 == 7:
		c.DecidedAt, c.ClosedAt, c.CloseCode, c.Decision, c.State = 0, 0, "", "", casework.Accepted
	}
}

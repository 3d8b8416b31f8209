package figure_test

import (
	"fmt"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// figureOf gives one measure of the centre.
func figureOf(t *testing.T, w *hotlinetest.World, m figure.Measure, p metric.Period) figure.Row {
	t.Helper()
	rows, err := w.Figures.Figures(w.As(t, org.RoleLeader), figure.Query{Measures: []figure.Measure{m}, Period: p})
	if err != nil {
		t.Fatal(err)
	}
	return rows[0]
}

func wantFigure(t *testing.T, w *hotlinetest.World, m figure.Measure, p metric.Period, want string) {
	t.Helper()
	f := figureOf(t, w, m, p)
	if got := fmt.Sprintf("%s/%s %s", f.NumText(), f.DenText(), f.Text()); got != want {
		t.Errorf("%s %s: %s, want %s", m, f.Label, got, want)
	}
}

var may = metric.Month(clock.MustDate("2026-05-01"))

// TestScenario12Figures is case 12 through the engine: M4 9/12, M4b 9/10, M5 2, each with its list and its marks.
func TestScenario12Figures(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for range 9 {
			w.Ticket(t, hotline.Closed)
		}
		late := w.Ticket(t, hotline.Handling)
		for range 2 {
			w.Ticket(t, hotline.Handling)
		}
		w.Set("2026-05-20 09:00")
		w.MoveTo(t, late, hotline.Closed)
		wantFigure(t, w, figure.MeasureOnTime, may, "9/12 75.00%")
		wantFigure(t, w, figure.MeasureDone, may, "9/10 90.00%")
		wantFigure(t, w, figure.MeasureOverdue, may, "2/0 2")
		f := figureOf(t, w, figure.MeasureOnTime, may)
		if fmt.Sprint(f.Marks()) != "[不完整 暂定]" {
			t.Errorf("May is not over and two legs are open: %v", f.Marks())
		}
		if m := figureOf(t, w, figure.MeasureOnTime, may.Previous()); m.Text() != "—" || len(m.Marks()) != 0 {
			t.Errorf("April, in which nothing was due: %s %v", m.Text(), m.Marks())
		}
		for part, want := range map[metric.Part]int64{metric.Numerator: 9, metric.Denominator: 12, metric.Excluded: 0} {
			rows, _, total, err := w.Figures.Cohort(w.As(t, org.RoleLeader), figure.CohortQuery{Measure: figure.MeasureOnTime, Part: part, Span: may})
			if err != nil || total != want || int64(len(rows)) != want {
				t.Errorf("%s: %d listed, %d in all, %v", part, len(rows), total, err)
			}
		}
	})
}

// rated takes a ticket to its call-back and lets the caller say something about it.
func rated(t *testing.T, w *hotlinetest.World, result string) hotline.Ticket {
	t.Helper()
	o := w.Ticket(t, hotline.Callback)
	o, err := w.Hotline.RecordCallback(w.As(t, org.RoleCallbacker), hotlinetest.Command(o), hotline.CallbackResult{Reached: true, Result: result, Reason: "原因"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestScenario13 is case 13: of 10 tickets called back 2 are not reached in 3 tries on 2 days; of the 8 others 5 are
// satisfied, 2 fairly, and 1 is not, whose request is found unreasonable.
func TestScenario13(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		caller := w.As(t, org.RoleCallbacker)
		for i := range 7 {
			o := rated(t, w, map[bool]string{true: hotline.Satisfied, false: hotline.Fair}[i < 5])
			if _, err := w.Hotline.Close(caller, hotlinetest.Command(o), ""); err != nil {
				t.Fatal(err)
			}
		}
		var silent []hotline.Ticket
		for range 2 {
			silent = append(silent, w.Ticket(t, hotline.Callback))
		}
		unhappy := rated(t, w, hotline.Unsatisfied)
		for _, day := range []string{"2026-05-08 17:00", "2026-05-09 09:00", "2026-05-09 15:00"} {
			w.Set(day)
			for i := range silent {
				o, err := w.Hotline.RecordCallback(caller, hotlinetest.Command(silent[i]), hotline.CallbackResult{})
				if err != nil {
					t.Fatal(err)
				}
				silent[i] = o
			}
		}
		wantFigure(t, w, figure.MeasureSatisfied, may, "7/8 87.50%")
		for _, o := range silent {
			if _, err := w.Hotline.Close(caller, hotlinetest.Command(o), ""); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Hotline.Dispute(w.In(t, w.Unit.ID, org.RoleUnitHead), hotlinetest.Command(unhappy), "", "诉求人要求超出规定"); err != nil {
			t.Fatal(err)
		}
		wantFigure(t, w, figure.MeasureSatisfied, may, "7/8 87.50%") // until it is decided
		if _, err := w.Hotline.Adjudicate(w.As(t, org.RoleReviewer), hotlinetest.Command(unhappy), hotline.Verdict{Finding: hotline.FindingUnreasonable, Reason: "诉求不合理"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Hotline.Close(caller, hotlinetest.Command(unhappy), "诉求不合理，已解释"); err != nil {
			t.Fatal(err)
		}
		wantFigure(t, w, figure.MeasureSatisfied, may, "7/7 100.00%")
		wantFigure(t, w, figure.MeasureWeighted, may, "6.60/7 94.29%")
		wantFigure(t, w, figure.MeasureReached, may, "8/10 80.00%")
		wantFigure(t, w, figure.MeasureAttempted, may, "10/10 100.00%")
		_, _, out, err := w.Figures.Cohort(w.As(t, org.RoleLeader), figure.CohortQuery{Measure: figure.MeasureSatisfied, Part: metric.Excluded, Span: may})
		if err != nil || out != 1 {
			t.Errorf("left out: %d, %v", out, err)
		}
	})
}

// TestScenario14Rate is the first half of case 14: two of three are satisfied with both, which is 66.67, not 66.66; a
// unit that nobody was called back about has no rate.
func TestScenario14Rate(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	for i := range 3 {
		rated(t, w, map[bool]string{true: hotline.Satisfied, false: hotline.Fair}[i < 2])
	}
	other := w.Ticket(t, hotline.Triage)
	if _, err := w.Hotline.Dispatch(w.As(t, org.RoleDispatcher), hotlinetest.Command(other), hotline.DispatchInput{UnitID: w.Other.ID}); err != nil {
		t.Fatal(err)
	}
	wantFigure(t, w, figure.MeasureBoth, may, "2/3 66.67%")
	rows, err := w.Figures.FiguresByUnit(w.As(t, org.RoleLeader), []figure.Measure{figure.MeasureBoth, figure.MeasureSent}, may)
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d units, %v", len(rows), err)
	}
	for _, u := range rows {
		if want := map[string]string{w.Unit.ID: "66.67%", w.Other.ID: "—"}[u.UnitID]; u.Figures[0].Text() != want {
			t.Errorf("%s: %s, want %s", u.Unit, u.Figures[0].Text(), want)
		}
	}
}

// TestScenario15Bulletin is the first half of case 15: rates of a published monthly bulletin whose denominators the
// bulletin does not name. Both readings of the rate of dissatisfaction are shown with their denominators.
func TestScenario15Bulletin(t *testing.T) {
	for _, c := range []struct {
		label    string
		num, den int64
		want     string
	}{{"按时结案率", 597, 601, "99.33%"}, {"不满意率（热线派单）", 8, 87, "9.20%"}, {"不满意率（全部派单）", 8, 87 + 12, "8.08%"}} {
		f := metric.Figure{Form: metric.Rate, Ratio: metric.Ratio{Num: c.num, Den: c.den}}
		if f.Text() != c.want {
			t.Errorf("%s %d/%d: %s, want %s", c.label, c.num, c.den, f.Text(), c.want)
		}
	}
}

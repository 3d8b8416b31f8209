package hotline_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// figureOf gives one measure of the centre.
func figureOf(t *testing.T, w *hotlinetest.World, m hotline.Measure, p metric.Period) hotline.FigureRow {
	t.Helper()
	rows, err := w.Hotline.Figures(w.As(t, org.RoleLeader), hotline.FigureQuery{Measures: []hotline.Measure{m}, Period: p})
	if err != nil {
		t.Fatal(err)
	}
	return rows[0]
}

func wantFigure(t *testing.T, w *hotlinetest.World, m hotline.Measure, p metric.Period, want string) {
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
		wantFigure(t, w, hotline.MeasureOnTime, may, "9/12 75.00%")
		wantFigure(t, w, hotline.MeasureDone, may, "9/10 90.00%")
		wantFigure(t, w, hotline.MeasureOverdue, may, "2/0 2")
		f := figureOf(t, w, hotline.MeasureOnTime, may)
		if fmt.Sprint(f.Marks()) != "[不完整 暂定]" {
			t.Errorf("May is not over and two legs are open: %v", f.Marks())
		}
		if m := figureOf(t, w, hotline.MeasureOnTime, may.Previous()); m.Text() != "—" || len(m.Marks()) != 0 {
			t.Errorf("April, in which nothing was due: %s %v", m.Text(), m.Marks())
		}
		for part, want := range map[metric.Part]int64{metric.Numerator: 9, metric.Denominator: 12, metric.Excluded: 0} {
			rows, _, total, err := w.Hotline.Cohort(w.As(t, org.RoleLeader), hotline.CohortQuery{Measure: hotline.MeasureOnTime, Part: part, Span: may})
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
		wantFigure(t, w, hotline.MeasureSatisfied, may, "7/8 87.50%")
		for _, o := range silent {
			if _, err := w.Hotline.Close(caller, hotlinetest.Command(o), ""); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Hotline.Dispute(w.In(t, w.Unit.ID, org.RoleUnitHead), hotlinetest.Command(unhappy), "", "诉求人要求超出规定"); err != nil {
			t.Fatal(err)
		}
		wantFigure(t, w, hotline.MeasureSatisfied, may, "7/8 87.50%") // until it is decided
		if _, err := w.Hotline.Adjudicate(w.As(t, org.RoleReviewer), hotlinetest.Command(unhappy), hotline.Verdict{Finding: hotline.FindingUnreasonable, Reason: "诉求不合理"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Hotline.Close(caller, hotlinetest.Command(unhappy), "诉求不合理，已解释"); err != nil {
			t.Fatal(err)
		}
		wantFigure(t, w, hotline.MeasureSatisfied, may, "7/7 100.00%")
		wantFigure(t, w, hotline.MeasureWeighted, may, "6.60/7 94.29%")
		wantFigure(t, w, hotline.MeasureReached, may, "8/10 80.00%")
		wantFigure(t, w, hotline.MeasureAttempted, may, "10/10 100.00%")
		_, _, out, err := w.Hotline.Cohort(w.As(t, org.RoleLeader), hotline.CohortQuery{Measure: hotline.MeasureSatisfied, Part: metric.Excluded, Span: may})
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
	wantFigure(t, w, hotline.MeasureBoth, may, "2/3 66.67%")
	rows, err := w.Hotline.FiguresByUnit(w.As(t, org.RoleLeader), []hotline.Measure{hotline.MeasureBoth, hotline.MeasureSent}, may)
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

// pingshanCSV writes rows in the form of the public data of 坪山 with given marks: on time, late, neither ("-").
func pingshanCSV(onTime, late, neither int) []byte {
	var b strings.Builder
	c := csv.NewWriter(&b)
	c.Write(strings.Split("REC_ID,CREATE_TIME,EVENT_SRC_NAME,EVENT_PROPERTY_NAME,EVENT_TYPE_NAME,MAIN_TYPE_NAME,SUB_TYPE_NAME,STREET_NAME,COMMUNITY_NAME,DISPOSE_UNIT_NAME,INTIME_ARCHIVE_NUM,OVERTIME_ARCHIVE_NUM", ","))
	for i := range onTime + late + neither {
		in, over := "1", "0"
		if i >= onTime+late {
			in, over = "-", "-"
		} else if i >= onTime {
			in, over = "0", "1"
		}
		at := clock.MustInstant("2018-02-05 09:00").Add(0).Date() + clock.Date(i%60)
		c.Write([]string{fmt.Sprint(i + 1), at.String() + " 10:00:00", "@坪山", "投诉", "市政设施", "公用部件", "下水井盖", "坪山街道", "六联社区", fmt.Sprintf("第%d单位", i%40), in, over})
	}
	c.Flush()
	return []byte(b.String())
}

// TestScenario15Import is the second half of case 15 at its published size: 10,000 rows of which 9,071 are marked on
// time, 924 late and 5 neither. M4b is 9071/9995 = 90.76 %, and the five rows are told.
func TestScenario15Import(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	r := imported(t, w, builtin(t, "pingshan"), pingshanCSV(9071, 924, 5))
	if r.Read != 10000 || r.Noted != 5 || len(r.Notes) != 5 {
		t.Errorf("%d read, %d taken, %d noted: %+v", r.Read, r.Taken, r.Noted, r.Notes)
	}
	year := metric.Year(clock.MustDate("2018-01-01"))
	wantFigure(t, w, hotline.MeasureDone, year, "9071/9995 90.76%")
	wantFigure(t, w, hotline.MeasureOnTime, year, "9071/9995 90.76%")
	if f := figureOf(t, w, hotline.MeasureDone, year); f.Excluded != 5 {
		t.Errorf("left out: %d", f.Excluded)
	}
}

// checkPingshanFigures compares M4b of each unit, and of all of them together, with the file's own marks.
func checkPingshanFigures(t *testing.T, w *hotlinetest.World, want flagged, units map[string]flagged, names map[string]string) {
	t.Helper()
	span := metric.Period{From: clock.MustDate("2018-01-01"), To: clock.MustDate("2020-01-01")}
	rows, err := w.Hotline.FiguresByUnit(w.As(t, org.RoleLeader), []hotline.Measure{hotline.MeasureDone}, span)
	if err != nil {
		t.Fatal(err)
	}
	units = maps.Clone(units)
	units["未注明承办单位"] = units["-"]
	delete(units, "-")
	var sum metric.Ratio
	for _, r := range rows {
		f, ours := units[names[r.UnitID]]
		if !ours {
			continue
		}
		delete(units, names[r.UnitID])
		got := r.Figures[0]
		if got.Num != int64(f.onTime) || got.Den != int64(f.onTime+f.late) || got.Excluded != int64(f.neither) {
			t.Errorf("%s: engine %d/%d and %d left out, the file says %+v", r.Unit, got.Num, got.Den, got.Excluded, f)
		}
		sum = sum.Add(got.Ratio)
	}
	if sum.Num != int64(want.onTime) || sum.Den != int64(want.onTime+want.late) || len(units) > 0 {
		t.Errorf("M4b %d/%d = %s, the file says %+v; missing: %v", sum.Num, sum.Den, sum.Text(), want, units)
	}
	t.Logf("M4b of the public rows: %d/%d = %s", sum.Num, sum.Den, sum.Text())
}

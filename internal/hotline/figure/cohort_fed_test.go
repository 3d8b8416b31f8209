package figure_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/telephony"
)

// TestEveryFigureOfOtherModulesHasItsRecords compares the figures of M17 and M18 with the lists behind them, page by page.
func TestEveryFigureOfOtherModulesHasItsRecords(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		m := w.Figures
		m.SetSource(figure.MeasureAnswered, w.Telephony.AnsweredTx)
		m.SetSource(figure.MeasureWait, w.Telephony.WaitTx)
		m.SetSource(figure.MeasureAbandoned, w.Telephony.AbandonedTx)
		office, leader := w.As(t, org.RoleKnowledge), w.As(t, org.RoleLeader)
		intime, late := w.Entry(t, "按时复审的", clock.MustDate("2026-05-20")), w.Entry(t, "过期复审的", clock.MustDate("2026-05-15"))
		w.Entry(t, "没有复审的", clock.MustDate("2026-05-18"))
		w.Entry(t, "还没有到期的", clock.MustDate("2026-06-30"))
		asked, err := w.Knowledge.Correct(w.As(t, org.RoleAgent), intime.No, "窗口搬到三楼了", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Knowledge.Correct(w.As(t, org.RoleAgent), late.No, "电话打不通", ""); err != nil {
			t.Fatal(err)
		}
		day := w.Clock.Now().Date()
		w.Clock.Set(day.Start().Add(26 * time.Hour))
		if _, err := w.Knowledge.AnswerCorrection(office, asked.ID, true, "谢谢指正，已经更新。"); err != nil {
			t.Fatal(err)
		}
		for _, r := range (telephony.Simulation{Seed: 7, Calls: 60, From: day.Start(), Over: 24 * time.Hour, Seats: []string{"8001", "8002"}}).Reports() {
			if _, err := w.Telephony.Take(w.As(t, org.RoleAdmin), r); err != nil {
				t.Fatal(err)
			}
		}
		w.Set("2026-05-19 09:00")
		for _, e := range []string{intime.No, late.No} {
			if _, err := w.Knowledge.Confirm(office, e, 0, clock.MustDate("2027-05-31"), "政策没有变化"); err != nil {
				t.Fatal(err)
			}
		}
		w.Set("2026-06-02 09:00")
		month := metric.Month(clock.MustDate("2026-05-01"))
		rows, err := m.Figures(leader, figure.Query{Period: month, Measures: []figure.Measure{figure.MeasureKnowledge, figure.MeasureCorrection, figure.MeasureAnswered, figure.MeasureWait, figure.MeasureAbandoned}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range rows {
			num := f.Num
			if figure.Measure(f.Metric) == figure.MeasureWait {
				num = f.Den // its numerator is seconds, its records are the calls that were answered
			}
			if f.Den < 2 || num == 0 {
				t.Errorf("too little happened to prove %s: %+v", f.Metric, f.Ratio)
			}
			if n, d := countRecords(t, m, leader, f.Metric, metric.Numerator, month), countRecords(t, m, leader, f.Metric, metric.Denominator, month); n != num || d != f.Den {
				t.Errorf("%s: the lists have %d and %d records, the figure %d and %d", f.Metric, n, d, num, f.Den)
			}
			if _, _, _, err := m.Cohort(leader, figure.CohortQuery{Measure: figure.Measure(f.Metric), Part: metric.Excluded, Span: month}); !errors.Is(err, figure.ErrMeasure) {
				t.Errorf("%s has nothing that it leaves out: %v", f.Metric, err)
			}
		}
		list, _, _, err := m.Cohort(leader, figure.CohortQuery{Measure: figure.MeasureKnowledge, Part: metric.Numerator, Span: month})
		if err != nil || len(list) != 1 || list[0].No != intime.No || list[0].Outcome != hotline.OnTime {
			t.Errorf("reviewed in time: %+v, %v", list, err)
		}
		if _, _, total, err := m.Cohort(w.In(t, w.Other.ID, org.RoleUnitHead), figure.CohortQuery{Measure: figure.MeasureAnswered, Part: metric.Denominator, Span: month}); err != nil || total != 0 {
			t.Errorf("a unit sees %d calls of the office, %v", total, err)
		}
	})
}

// countRecords reads a list two records at a time and gives how many there are; the total of each page must say so.
func countRecords(t *testing.T, m *figure.Module, ctx context.Context, measure string, part metric.Part, month metric.Period) int64 {
	t.Helper()
	seen, after := map[string]bool{}, ""
	for {
		rows, next, total, err := m.Cohort(ctx, figure.CohortQuery{Measure: figure.Measure(measure), Part: part, Span: month, After: after, Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if seen[r.RowID] {
				t.Fatalf("%s %s lists %s twice", measure, part, r.RowID)
			}
			seen[r.RowID] = true
		}
		if next == "" {
			if total != int64(len(seen)) {
				t.Errorf("%s %s: %d listed, total %d", measure, part, len(seen), total)
			}
			return total
		}
		after = next
	}
}

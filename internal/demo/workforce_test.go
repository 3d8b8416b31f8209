package demo

import (
	"context"
	"slices"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/workforce"
)

// checkPeople looks for weeks of punches, a locked month, and something for everybody to do.
func checkPeople(t *testing.T, ctx context.Context, m *workforce.Module, now clock.Instant) {
	t.Helper()
	sheets, err := m.Sheets(ctx)
	if err != nil || !slices.ContainsFunc(sheets, func(s workforce.Sheet) bool { return s.State == workforce.SheetLocked }) {
		t.Errorf("no month is locked: %+v, %v", sheets, err)
	}
	figures, err := m.Figures(ctx, metric.Period{From: now.Date() - 40, To: now.Date()}, "")
	if err != nil || figures[0].Den < 300 || figures[0].Num*100 < figures[0].Den*90 || figures[0].Num == figures[0].Den {
		t.Errorf("attendance %s of %d half days, %v", figures[0].Text(), figures[0].Den, err)
	}
	if figures[1].Num == 0 && figures[1].Excluded == 0 {
		t.Error("no finished work is counted")
	}
	for _, s := range []workforce.ScoreState{workforce.Proposed, workforce.Confirmed} {
		if list, _, err := m.Scores(ctx, workforce.ScoreFilter{State: s}); err != nil || len(list) == 0 {
			t.Errorf("nothing is %s: %v", s, err)
		}
	}
	if list, _, err := m.Leaves(ctx, "all", ""); err != nil || len(list) < 2 {
		t.Errorf("%d applications for leave, %v", len(list), err)
	}
}

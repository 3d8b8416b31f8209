package demo

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/workforce"
)

// The people of the hall alone: weeks of punches, a locked month before the present one, and something for everybody to do.
func TestPeopleOfTheDemonstration(t *testing.T) {
	now := clock.At(2026, time.October, 22, 10, 10)
	ctx := context.Background()
	manual := clock.NewManual((now.Date() - days - 1).Clock(9, 0))
	a, err := app.OpenToLoad(ctx, settings(t), slog.New(slog.DiscardHandler), manual)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	s := &stage{app: a, clock: manual, now: now, rnd: rand.New(rand.NewPCG(1, 12345)), people: map[string]context.Context{}}
	if err := s.build(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := s.hall(ctx); err != nil { // its accounts
		t.Fatal(err)
	}
	people, err := s.workforce(ctx)
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	steps, err := s.replay(ctx, []*plan{people})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d steps in %.1f s", steps, time.Since(started).Seconds())
	section := s.people["sunli"]
	september, october := clock.MustDate("2026-09-01"), clock.MustDate("2026-10-01")
	v, err := a.Workforce.SheetOf(section, september)
	if err != nil || v.State != workforce.SheetLocked || len(v.Rows) < 10 {
		t.Errorf("September is %s with %d rows, %v", v.State, len(v.Rows), err)
	}
	list, _, err := a.Workforce.Scores(section, workforce.ScoreFilter{Month: october, State: workforce.Proposed, Limit: 200})
	if err != nil || len(list) < 5 {
		t.Errorf("%d proposals wait in October, %v", len(list), err)
	}
	figures, err := a.Workforce.Figures(actor.With(ctx, actor.SystemFor(s.demo.Centre.ID)), metric.Month(october), "")
	if err != nil || figures[0].Den < 150 || figures[0].Num*100 < figures[0].Den*90 || figures[0].Num == figures[0].Den {
		t.Errorf("attendance in October %s of %d, %v", figures[0].Text(), figures[0].Den, err)
	}
	if waiting, _, err := a.Workforce.Leaves(s.people["window2"], "waiting", ""); err != nil || len(waiting) != 1 {
		t.Errorf("%d applications wait for their stand-in, %v", len(waiting), err)
	}
}

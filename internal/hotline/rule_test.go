package hotline_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

func TestCatalogueNamesHelpingUnits(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		ctx := w.As(t, org.RoleDispatcher)
		third := w.AddUnit(t, "市城管局", "")
		rule := hotline.Rule{Category: "0403", UnitID: w.Unit.ID, Helpers: hotline.UnitIDs{w.Other.ID, third.ID}, From: clock.MustDate("2026-01-01"), To: clock.NoDate}
		saved, err := w.Hotline.SaveRule(ctx, rule)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.Hotline.Rule(ctx, saved.ID); err != nil || !slices.Equal(got.Helpers, rule.Helpers) {
			t.Errorf("read back %v, %v", got.Helpers, err)
		}
		list, err := w.Hotline.Suggest(ctx, "0403", "622901")
		if err != nil || len(list) == 0 || len(list[0].Helpers) != 2 || list[0].Helpers[1].Unit != "市城管局" {
			t.Errorf("suggested %+v, %v", list, err)
		}
		saved.Helpers = nil
		if saved, err = w.Hotline.SaveRule(ctx, saved); err != nil {
			t.Fatal("without helpers:", err)
		}
		if got, err := w.Hotline.Rule(ctx, saved.ID); err != nil || len(got.Helpers) != 0 {
			t.Errorf("helpers stay: %v, %v", got.Helpers, err)
		}
		for _, bad := range []hotline.UnitIDs{{w.Unit.ID}, {third.ID, third.ID}, {"nobody"}} {
			saved.Helpers = bad
			if _, err := w.Hotline.SaveRule(ctx, saved); !errors.Is(err, hotline.ErrInput) {
				t.Errorf("helpers %v: %v", bad, err)
			}
		}
		line := hotline.RuleLine{Line: 1, Category: "0404", Unit: "市住建局", Helpers: "市水务局、市城管局"}
		for range 2 {
			if _, err := w.Hotline.ImportRules(ctx, []hotline.RuleLine{line}); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := w.Hotline.RuleTable(ctx)
		if err != nil || len(rows) != 2 || !slices.Equal(rows[1].HelperNames, []string{"市水务局", "市城管局"}) {
			t.Errorf("the table: %+v, %v", rows, err)
		}
		line.Helpers = "市水务局，不存在的局"
		if p, err := w.Hotline.PreviewRules(ctx, []hotline.RuleLine{line}); err != nil || p.Refused != 1 {
			t.Errorf("an unknown helper: %+v, %v", p, err)
		}
	})
}

// TestTrialEqualsARecount sends tickets at random and compares the trial with the plain rule applied to each.
func TestTrialEqualsARecount(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		desk := w.As(t, org.RoleDispatcher)
		rnd := rand.New(rand.NewSource(3))
		units := []org.Unit{w.Unit, w.Other}
		categories, areas := []string{"0401", "0402", "0501", "0801"}, []string{"622901001", "622901002"}
		type sent struct{ category, area, unit string }
		var all []sent
		for i := range 40 {
			s := sent{categories[rnd.Intn(4)], areas[rnd.Intn(2)], units[rnd.Intn(2)].ID}
			dispatchOne(t, w, desk, s.category, s.area, s.unit, i)
			all = append(all, s)
		}
		rules := []hotline.Rule{{Category: "04", UnitID: w.Unit.ID}, {Category: "0402", Area: "622901001", UnitID: w.Other.ID}, {Category: "0501", UnitID: w.Other.ID}}
		for i := range rules {
			rules[i].From, rules[i].To = clock.MustDate("2026-01-01"), clock.NoDate
			if _, err := w.Hotline.SaveRule(desk, rules[i]); err != nil {
				t.Fatal(err)
			}
		}
		day := w.Clock.Now().Date()
		check := func(lines []hotline.RuleLine, unitOf func(sent) string) {
			t.Helper()
			got, err := w.Hotline.TryRules(desk, lines, day, day)
			if err != nil {
				t.Fatal(err)
			}
			silent, agreed, moved := 0, 0, 0
			for _, s := range all {
				switch unitOf(s) {
				case "":
					silent++
				case s.unit:
					agreed++
				default:
					moved++
				}
			}
			sum := 0
			for _, m := range got.Moves {
				sum += m.Count
			}
			if got.Tickets != 40 || got.Silent != silent || got.Agreed != agreed || sum != moved || len(got.Rows) != moved {
				t.Errorf("trial %d, silent %d, agreed %d, moved %d/%d; recounted silent %d, agreed %d, moved %d", got.Tickets, got.Silent, got.Agreed, sum, len(got.Rows), silent, agreed, moved)
			}
		}
		now := func(s sent) string {
			switch {
			case s.category == "0402" && s.area == "622901001", s.category == "0501":
				return w.Other.ID
			case s.category[:2] == "04":
				return w.Unit.ID
			}
			return ""
		}
		check(nil, now)
		lines := []hotline.RuleLine{{Line: 1, Category: "0801", Unit: "市水务局"}}
		check(lines, func(s sent) string {
			if s.category == "0801" {
				return w.Other.ID
			}
			return now(s)
		})
		if rows, err := w.Hotline.RuleTable(desk); err != nil || len(rows) != 3 {
			t.Errorf("a trial changes the catalogue: %d lines, %v", len(rows), err)
		}
		if _, err := w.Hotline.TryRules(desk, nil, day, day+92); !errors.Is(err, hotline.ErrTrialSpan) {
			t.Errorf("93 days: %v", err)
		}
		if _, err := w.Hotline.TryRules(w.As(t, org.RoleAgent), nil, day, day); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a call-taker: %v", err)
		}
	})
}

func dispatchOne(t *testing.T, w *hotlinetest.World, desk context.Context, category, area, unit string, i int) {
	t.Helper()
	made, err := w.Hotline.Register(desk, hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Category: category, Area: area, Content: fmt.Sprint("第", i, "件"), Phone: fmt.Sprintf("138%08d", i)})
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := w.Hotline.Accept(desk, hotline.Command{TicketID: made.ID, Version: made.Version}, hotline.Classify{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Hotline.Dispatch(desk, hotline.Command{TicketID: made.ID, Version: accepted.Version}, hotline.DispatchInput{UnitID: unit}); err != nil {
		t.Fatal(err)
	}
}

// Two people change one line of the catalogue: the second is refused and told which fields say something else.
func TestARefusedLineSaysWhatDiffers(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		office := w.As(t, org.RoleDispatcher)
		r, err := w.Hotline.SaveRule(office, hotline.Rule{Category: "0101", UnitID: w.Unit.ID, From: clock.MustDate("2026-05-01"), To: clock.NoDate, Basis: "文一"})
		if err != nil {
			t.Fatal(err)
		}
		first, second := r, r
		first.Basis, second.UnitID = "文二", w.Other.ID
		if _, err := w.Hotline.SaveRule(office, first); err != nil {
			t.Fatal(err)
		}
		_, err = w.Hotline.SaveRule(office, second)
		var fields []string
		differs, _ := errs.As(err).Detail["differs"].([]errs.Difference)
		for _, d := range differs {
			fields = append(fields, d.Field)
		}
		if !errors.Is(err, hotline.ErrVersion) || fmt.Sprint(fields) != "[basis unit_id]" {
			t.Errorf("%v: %v", err, fields)
		}
		if now, err := w.Hotline.Rule(office, r.ID); err != nil || now.Basis != "文二" || now.UnitID != w.Unit.ID {
			t.Errorf("stored: %+v, %v", now, err)
		}
	})
}

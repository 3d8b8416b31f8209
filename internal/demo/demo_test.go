package demo

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/text"
)

func settings(t testing.TB) config.Config {
	t.Helper()
	dir := t.TempDir()
	c := config.Config{Database: config.Secret(filepath.Join(dir, "demo.db")), Blobs: filepath.Join(dir, "blobs"), Listen: "127.0.0.1:0"}
	c.Fill()
	return c
}

// The moments are a night in spring and the morning after a long holiday.
func TestDemonstrationShowsEveryState(t *testing.T) {
	for _, now := range []clock.Instant{clock.At(2026, time.April, 17, 2, 40), clock.At(2026, time.October, 9, 9, 10)} {
		t.Run(now.String(), func(t *testing.T) {
			o := Options{Config: settings(t), Now: now, Seed: 1}
			started := time.Now()
			r, err := Load(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d orders, %d steps in %.1f s", r.Tickets, r.Steps, time.Since(started).Seconds())
			if r.Tickets != 300 || len(r.Demo.Accounts) == 0 {
				t.Errorf("%d tickets, %d accounts", r.Tickets, len(r.Demo.Accounts))
			}
			a, err := app.Open(context.Background(), o.Config, nil, clock.NewManual(now))
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			ctx := actor.With(context.Background(), actor.SystemFor(r.Demo.Centre.ID))
			checkStage(t, ctx, a.Hotline, a.Advice, now)
			checkPeople(t, ctx, a.Workforce, now)
			checkService(t, ctx, a, now)
			checkMatters(t, ctx, a)
			if _, err := Load(context.Background(), o); errs.CodeOf(err) != "org.demo_exists" && errs.CodeOf(err) != "store.locked" {
				t.Errorf("a second demonstration: %v", err)
			}
		})
	}
}

func checkStage(t *testing.T, ctx context.Context, h *hotline.Module, adviser *advice.Module, now clock.Instant) {
	t.Helper()
	check, err := h.Check(ctx)
	if err != nil || len(check.Faults) > 0 {
		t.Errorf("check: %v\n%s", err, check.String())
	}
	states, err := h.StateCounts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range hotline.States {
		if states[s] == 0 {
			t.Errorf("no order is in %s", s)
		}
	}
	rows := everyRow(t, ctx, h)
	overdue, yellow, titles := 0, 0, map[string]int{}
	for _, r := range rows {
		if r.CreatedAt > now {
			t.Errorf("%s comes from the future", r.No)
		}
		if r.Overdue {
			overdue++
		}
		if r.Yellow {
			yellow++
		}
		titles[r.Title]++
	}
	if overdue < 5 || yellow < 4 {
		t.Errorf("%d red, %d yellow", overdue, yellow)
	}
	if len(titles) < 150 {
		t.Errorf("only %d different titles", len(titles))
	}
	checkDuplicates(t, ctx, h, adviser, rows)
	t.Logf("states %v, %d red, %d yellow, %d titles, %d notices", states, overdue, yellow, len(titles), check.Notices)
}

// checkDuplicates asks for duplicates of what was said before: the ticket itself must be among them, and quickly.
func checkDuplicates(t *testing.T, ctx context.Context, h *hotline.Module, adviser *advice.Module, rows []hotline.Row) {
	t.Helper()
	asked, found := 0, 0
	var took time.Duration
	for _, r := range rows[:100] {
		d, err := h.Find(ctx, string(r.ID))
		if err != nil {
			t.Fatal(err)
		}
		if r.Confidential == hotline.ConfidentialAll {
			continue
		}
		started := time.Now()
		list, err := adviser.Duplicates(ctx, hotline.RegisterInput{Title: d.Title, Content: d.Content, Category: d.Category})
		took += time.Since(started)
		if err != nil {
			t.Fatal(err)
		}
		asked++
		if slices.ContainsFunc(list, func(x advice.Duplicate) bool { return x.ID == r.ID }) {
			found++
		}
	}
	each := took / time.Duration(asked)
	t.Logf("duplicates: %d of %d tickets found again, %s each", found, asked, each)
	if found < asked*9/10 || each > 100*time.Millisecond { // some 2 ms on an idle machine
		t.Errorf("duplicates: %d of %d found, %s each", found, asked, each)
	}
}

func everyRow(t *testing.T, ctx context.Context, h *hotline.Module) []hotline.Row {
	t.Helper()
	var out []hotline.Row
	f := hotline.Filter{Limit: 200}
	for {
		rows, next, err := h.List(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rows...)
		if f.After = next; next == "" {
			return out
		}
	}
}

// The stories differ from one another, but for the four people who call again.
func TestStoriesDiffer(t *testing.T) {
	o := Options{Config: settings(t), Now: clock.At(2026, time.November, 23, 10, 25), Seed: 1}
	r, err := Load(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(context.Background(), o.Config, nil, clock.NewManual(o.Now))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx := actor.With(context.Background(), actor.SystemFor(r.Demo.Centre.ID))
	var texts []string
	classes, kinds := map[string]bool{}, map[string]bool{}
	for _, row := range everyRow(t, ctx, a.Hotline) {
		d, err := a.Hotline.Find(ctx, string(row.ID))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, d.Content)
		classes[row.Category[:2]], kinds[row.Kind] = true, true
	}
	alike := 0
	for i := range texts {
		for j := range i {
			if text.Similarity(texts[i], texts[j]) >= 0.6 {
				alike++
				t.Logf("alike:\n%s\n%s", texts[i], texts[j])
			}
		}
	}
	t.Logf("%d pairs alike", alike)
	if len(classes) != 15 || len(kinds) != len(hotline.Kinds) || alike < 4 || alike > 10 {
		t.Errorf("%d classes, kinds %v, %d pairs alike", len(classes), kinds, alike)
	}
}

func TestSituationsAreWellFormed(t *testing.T) {
	known := map[string]bool{}
	for _, c := range hotline.DefaultCategories() {
		known[c.Code] = true
	}
	list := readSituations()
	if len(list) < 60 {
		t.Errorf("%d situations", len(list))
	}
	for _, s := range list {
		p := somewhere(rand.New(rand.NewPCG(1, 1)), true)
		for n := range 2 {
			for _, text := range []string{p.fill(choose(s.title, n)), p.fill(choose(s.content, n)), p.fill(choose(s.reply, n))} {
				for _, r := range text {
					if r == '{' || r == '[' || r == '|' || r == ']' || r == '}' {
						t.Errorf("%s: %s", s.title, text)
					}
				}
			}
		}
		if !known[s.category] {
			t.Errorf("category %s of %s is not in the taxonomy", s.category, s.title)
		}
	}
}

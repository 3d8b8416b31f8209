package hall_test

import (
	"testing"

	"yichuang/internal/hall"
	"yichuang/internal/hall/halltest"
	"yichuang/internal/metric"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// TestTheEndOfTheDay closes what is left open, exactly once, and leaves it out of the figures.
func TestTheEndOfTheDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		c, p := w.Seat(t, "1")
		day := w.Clock.Now().Date()
		for range 130 { // more than a batch
			w.Take(t, hall.Ordinary)
		}
		if _, err := w.Hall.Next(p.Ctx, c.ID, ""); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		if s, err := w.Hall.Scene(w.Office.Ctx, w.Site.ID); err != nil || s.Queues[0].Waiting != 129 {
			t.Fatalf("during the day: %+v, %v", s.Queues, err)
		}
		w.Clock.Set((day + 1).Clock(0, 6))
		w.RunJobs(t)
		w.RunJobs(t)
		s, err := w.Hall.Scene(w.Office.Ctx, w.Site.ID)
		if err != nil || s.Queues[0].Waiting != 0 || s.Counters[0].Now != "" {
			t.Errorf("after the day: %+v %+v, %v", s.Queues, s.Counters, err)
		}
		list, _, err := w.Hall.Tickets(w.Office.Ctx, hall.TicketFilter{State: hall.Closed, Limit: 200})
		if err != nil || len(list) != 130 || list[0].Accurate {
			t.Errorf("%d closed, %v", len(list), err)
		}
		sheet, err := w.Hall.Figures(w.Office.Ctx, w.Site.ID, metric.Day(day))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"—", "—", "—", "—", "130"} {
			if f := sheet.Figures[i]; f.Text() != want || i < 4 && f.Excluded != 130 {
				t.Errorf("%s: %s, %d left out", f.Metric, f.Text(), f.Excluded)
			}
		}
		if next := w.Take(t, hall.Ordinary); next.No != "A001" {
			t.Errorf("the next day begins with %s", next.No)
		}
		if r, err := w.Hall.Check(w.Office.Ctx); err != nil || len(r.Faults) > 0 {
			t.Errorf("%+v, %v", r, err)
		}
	}, halltest.Migrations()...)
}

// TestASiteKeepsItsQueueOvernight: its tickets stay, and numbers count on so that none is there twice.
func TestASiteKeepsItsQueueOvernight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		rules := hall.DefaultRules()
		rules.Overnight = true
		if _, err := w.Hall.SaveHall(w.Office.Ctx, w.Site.ID, 1, rules); err != nil {
			t.Fatal(err)
		}
		a := w.Take(t, hall.Ordinary)
		w.Clock.Set((w.Clock.Now().Date() + 1).Clock(0, 6))
		w.RunJobs(t)
		if l, err := w.Hall.Life(w.Office.Ctx, a.ID); err != nil || l.State != hall.Waiting {
			t.Errorf("overnight: %s, %v", l.State, err)
		}
		if b := w.Take(t, hall.Ordinary); a.No != "A001" || b.No != "A002" {
			t.Errorf("%s, then %s", a.No, b.No)
		}
	}, halltest.Migrations()...)
}

// TestFigures counts a small day by hand, and compares the percentile with a search through all values.
func TestFigures(t *testing.T) {
	for n := int64(1); n < 200; n++ {
		rank := hall.NearestRank(n, 90)
		if rank*100 < n*90 || (rank-1)*100 >= n*90 {
			t.Errorf("of %d the 90th percentile is the %dth", n, rank)
		}
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		c, p := w.Seat(t, "1")
		// Ten people come at once; each service takes 3 minutes; the last leaves without having been called.
		for range 10 {
			w.Take(t, hall.Ordinary)
		}
		for range 9 {
			got, err := w.Hall.Next(p.Ctx, c.ID, "")
			cmd := hall.Command{CounterID: c.ID, TicketID: got.ID}
			if err == nil {
				_, err = w.Hall.Arrive(p.Ctx, cmd)
			}
			w.Clock.Set(w.Clock.Now() + 3*60_000)
			if err == nil {
				_, err = w.Hall.Finish(p.Ctx, cmd)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		d, err := w.Hall.Desk(p.Ctx, c.ID)
		if err != nil || len(d.Waiting) != 1 {
			t.Fatal(d.Waiting, err)
		}
		if _, err := w.Hall.Drop(p.Ctx, hall.Command{CounterID: c.ID, TicketID: d.Waiting[0].ID}); err != nil {
			t.Fatal(err)
		}
		sheet, err := w.Hall.Figures(w.Office.Ctx, w.Site.ID, w.Hall.PeriodOf(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		// Waits 0, 3 … 24 minutes: mean 108/9; P90 is the 9th of 9.
		for i, want := range []string{"12.00", "24", "10.00%", "3.00", "10"} {
			if f := sheet.Figures[i]; f.Text() != want || sheet.Queues[0].Figures[i].Text() != want {
				t.Errorf("%s: %s, want %s", f.Metric, f.Text(), want)
			}
		}
		for _, m := range hall.Measures() {
			q := metric.Query{Metric: m.Code, Part: metric.Denominator, Period: sheet.Period, Limit: 4}
			seen := 0
			for {
				page, err := w.Hall.Cohort(w.Office.Ctx, hall.Subject{SiteID: w.Site.ID}, q)
				if err != nil {
					t.Fatal(err)
				}
				seen += len(page.Records)
				if page.Next == "" {
					if int64(seen) != page.Total {
						t.Errorf("%s: %d listed of %d", m.Code, seen, page.Total)
					}
					break
				}
				q.After = page.Next
			}
		}
	}, halltest.Migrations()...)
}

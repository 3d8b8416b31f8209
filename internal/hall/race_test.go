package hall_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"yichuang/internal/hall"
	"yichuang/internal/hall/halltest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// TestTwoCountersNeverGetTheSameTicket presses "next" at two counters at once, a thousand times, for one ticket and for
// two (scenario 10): each ticket goes to one counter.
func TestTwoCountersNeverGetTheSameTicket(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		c1, p1 := w.Seat(t, "1")
		c2, p2 := w.Seat(t, "2")
		for run := range 1000 {
			want := 1 + run%2
			for range want {
				w.Take(t, hall.Ordinary)
			}
			var got [2]hall.Ticket
			var errs [2]error
			var wg sync.WaitGroup
			wg.Go(func() { got[0], errs[0] = w.Hall.Next(p1.Ctx, c1.ID, "") })
			wg.Go(func() { got[1], errs[1] = w.Hall.Next(p2.Ctx, c2.ID, "") })
			wg.Wait()
			n := 0
			for i := range got {
				switch {
				case errs[i] == nil:
					n++
				case !errors.Is(errs[i], hall.ErrNobody):
					t.Fatalf("run %d: %v", run, errs[i])
				}
			}
			if n != want || got[0].ID == got[1].ID {
				t.Fatalf("run %d: %d of %d tickets called, %q and %q", run, n, want, got[0].No, got[1].No)
			}
			for i, c := range []hall.Counter{c1, c2} {
				if errs[i] != nil {
					continue
				}
				who, cmd := []context.Context{p1.Ctx, p2.Ctx}[i], hall.Command{CounterID: c.ID, TicketID: got[i].ID}
				if _, err := w.Hall.Arrive(who, cmd); err != nil {
					t.Fatal(err)
				}
				if _, err := w.Hall.Finish(who, cmd); err != nil {
					t.Fatal(err)
				}
			}
		}
		if r, err := w.Hall.Check(w.Office.Ctx); err != nil || len(r.Faults) > 0 || r.Tickets != 1500 {
			t.Errorf("%+v, %v", r, err)
		}
	}, halltest.Migrations()...)
}

// TestNumbersAreGivenOnce takes numbers at many kiosks at once: by site and day, every number of a class is given once and
// none is left out.
func TestNumbersAreGivenOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		const people = 120
		var mu sync.Mutex
		seen := map[string]bool{}
		var wg sync.WaitGroup
		for i := range people {
			class := []hall.Class{hall.Ordinary, hall.Priority}[i%2]
			wg.Go(func() {
				s, err := w.Hall.TakeAtKiosk(w.Citizen(), w.Kiosk.Code, hall.TakeInput{QueueID: w.Queue.ID, Class: class})
				mu.Lock()
				defer mu.Unlock()
				if err != nil || seen[s.No] {
					t.Errorf("%s twice, or %v", s.No, err)
				}
				seen[s.No] = true
			})
		}
		wg.Wait()
		for i := range people / 2 {
			for _, c := range []hall.Class{hall.Ordinary, hall.Priority} {
				if no := fmt.Sprintf("%s%03d", c, i+1); !seen[no] {
					t.Errorf("%s was not given", no)
				}
			}
		}
	}, halltest.Migrations()...)
}

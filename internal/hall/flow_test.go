package hall_test

import (
	"errors"
	"fmt"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/hall/halltest"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// machine is the table of hall reference §4.2, written out again: state × action → state; what is not here is refused.
var machine = map[hall.State]map[hall.Action]hall.State{
	hall.Waiting:  {hall.Call: hall.Called, hall.Drop: hall.Dropped, hall.CloseDay: hall.Closed},
	hall.Called:   {hall.Recall: hall.Called, hall.Arrive: hall.Serving, hall.Miss: hall.Missed, hall.CloseDay: hall.Closed},
	hall.Serving:  {hall.Hold: hall.Held, hall.Transfer: hall.Waiting, hall.Finish: hall.Finished, hall.CloseDay: hall.Closed},
	hall.Held:     {hall.Resume: hall.Serving, hall.CloseDay: hall.Closed},
	hall.Missed:   {hall.Return: hall.Waiting, hall.Drop: hall.Dropped, hall.CloseDay: hall.Closed},
	hall.Finished: {}, hall.Dropped: {}, hall.Closed: {},
}

func TestTheMachineIsWhatTheReferenceSays(t *testing.T) {
	for _, s := range hall.States() {
		for _, a := range hall.Actions() {
			got, err := hall.After(s, a)
			if want, ok := machine[s][a]; got != want || ok != (err == nil) || !ok && !errors.Is(err, hall.ErrTicketState) {
				t.Errorf("%s × %s: %q, %v; want %q", s, a, got, err, want)
			}
		}
	}
	if got, err := hall.After("", hall.Take); got != hall.Waiting || err != nil {
		t.Errorf("taking: %q, %v", got, err)
	}
}

// bring makes a ticket in a state, at a counter of its own with somebody at it.
func bring(t *testing.T, w *halltest.World, no string, s hall.State) (hall.Ticket, hall.Counter, orgtest.Person) {
	t.Helper()
	q := w.AddQueue(t, "队列"+no)
	c, p := w.Seat(t, no, q.ID)
	slip, err := w.Hall.TakeAtKiosk(w.Citizen(), w.Kiosk.Code, hall.TakeInput{QueueID: q.ID, Class: hall.Ordinary})
	if err != nil {
		t.Fatal(err)
	}
	got, cmd := slip.Ticket, hall.Command{CounterID: c.ID, TicketID: slip.ID}
	do := func(f func() (hall.Ticket, error)) {
		t.Helper()
		w.Clock.Advance(1000_000_000)
		if got, err = f(); err != nil {
			t.Fatalf("to %s: %v", s, err)
		}
	}
	if s == hall.Waiting {
		return got, c, p
	}
	do(func() (hall.Ticket, error) { return w.Hall.Next(p.Ctx, c.ID, "") })
	switch s {
	case hall.Called:
	case hall.Missed, hall.Dropped:
		do(func() (hall.Ticket, error) { return w.Hall.Recall(p.Ctx, cmd) })
		do(func() (hall.Ticket, error) { return w.Hall.Recall(p.Ctx, cmd) })
		do(func() (hall.Ticket, error) { return w.Hall.Miss(p.Ctx, cmd) })
		if s == hall.Dropped {
			do(func() (hall.Ticket, error) { return w.Hall.Drop(p.Ctx, cmd) })
		}
	default:
		do(func() (hall.Ticket, error) { return w.Hall.Arrive(p.Ctx, cmd) })
		if s == hall.Held {
			do(func() (hall.Ticket, error) { return w.Hall.Hold(p.Ctx, cmd) })
		}
		if s == hall.Finished {
			do(func() (hall.Ticket, error) { return w.Hall.Finish(p.Ctx, cmd) })
		}
	}
	if got.State != s {
		t.Fatalf("%s, want %s", got.State, s)
	}
	return got, c, p
}

// TestEveryActionInEveryState does each action through the use cases in each state.
func TestEveryActionInEveryState(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		other := w.AddQueue(t, "另一队列")
		n := 0
		for _, s := range hall.States() {
			if s == hall.Closed {
				continue // reached by the end of the day only
			}
			for action, do := range map[hall.Action]func(orgtest.Person, hall.Command) (hall.Ticket, error){
				hall.Recall:   func(p orgtest.Person, c hall.Command) (hall.Ticket, error) { return w.Hall.Recall(p.Ctx, c) },
				hall.Arrive:   func(p orgtest.Person, c hall.Command) (hall.Ticket, error) { return w.Hall.Arrive(p.Ctx, c) },
				hall.Miss:     func(p orgtest.Person, c hall.Command) (hall.Ticket, error) { return w.Hall.Miss(p.Ctx, c) },
				hall.Return:   func(p orgtest.Person, c hall.Command) (hall.Ticket, error) { return w.Hall.Return(p.Ctx, c) },
				hall.Hold:     func(p orgtest.Person, c hall.Command) (hall.Ticket, error) { return w.Hall.Hold(p.Ctx, c) },
				hall.Resume:   func(p orgtest.Person, c hall.Command) (hall.Ticket, error) { return w.Hall.Resume(p.Ctx, c) },
				hall.Transfer: func(p orgtest.Person, c hall.Command) (hall.Ticket, error) { return w.Hall.Transfer(p.Ctx, c) },
				hall.Finish:   func(p orgtest.Person, c hall.Command) (hall.Ticket, error) { return w.Hall.Finish(p.Ctx, c) },
				hall.Drop:     func(p orgtest.Person, c hall.Command) (hall.Ticket, error) { return w.Hall.Drop(p.Ctx, c) },
			} {
				n++
				ticket, c, p := bring(t, w, fmt.Sprint(n), s)
				got, err := do(p, hall.Command{CounterID: c.ID, TicketID: ticket.ID, QueueID: other.ID})
				want, ok := machine[s][action]
				if action == hall.Miss && s == hall.Called {
					ok = false // one call only
				}
				if ok && (err != nil || got.State != want) || !ok && err == nil {
					t.Errorf("%s × %s: %s, %v; want %q", s, action, got.State, err, want)
				}
				if l, err := w.Hall.Life(w.Office.Ctx, ticket.ID); err != nil || !l.Intact || !ok && l.State != s {
					t.Errorf("%s × %s: chain whole %v, state %s, %v", s, action, l.Intact, l.State, err)
				}
			}
		}
		if r, err := w.Hall.Check(w.Office.Ctx); err != nil || len(r.Faults) > 0 || r.Tickets != int64(n) {
			t.Errorf("check of %d tickets: %+v, %v", n, r, err)
		}
	}, halltest.Migrations()...)
}

// Refusals that the office sees, by their codes.
func TestRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		c1, p1 := w.Seat(t, "1")
		c2, p2 := w.Seat(t, "2")
		if _, err := w.Hall.Next(p1.Ctx, c1.ID, ""); !errors.Is(err, hall.ErrNobody) {
			t.Errorf("nobody waits: %v", err)
		}
		a := w.Take(t, hall.Ordinary)
		if _, err := w.Hall.Next(p1.Ctx, c1.ID, ""); err != nil {
			t.Fatal(err)
		}
		other := hall.Command{CounterID: c2.ID, TicketID: a.ID}
		for name, f := range map[string]func() (hall.Ticket, error){
			"arrive": func() (hall.Ticket, error) { return w.Hall.Arrive(p2.Ctx, other) }, "recall": func() (hall.Ticket, error) { return w.Hall.Recall(p2.Ctx, other) },
		} {
			if _, err := f(); !errors.Is(err, hall.ErrTicketTaken) {
				t.Errorf("%s at another counter: %v", name, err)
			}
		}
		w.Take(t, hall.Ordinary)
		if _, err := w.Hall.Next(p1.Ctx, c1.ID, ""); !errors.Is(err, hall.ErrCounterBusy) {
			t.Errorf("next with a ticket in hand: %v", err)
		}
		if _, err := w.Hall.Leave(p1.Ctx, c1.ID); !errors.Is(err, hall.ErrCounterBusy) {
			t.Errorf("leaving with a ticket in hand: %v", err)
		}
		if _, err := w.Hall.Sit(p2.Ctx, c1.ID); !errors.Is(err, hall.ErrCounterTaken) {
			t.Errorf("a counter that is taken: %v", err)
		}
		c3 := w.AddCounter(t, "3")
		if _, err := w.Hall.Sit(p2.Ctx, c3.ID); !errors.Is(err, hall.ErrSeated) {
			t.Errorf("two counters: %v", err)
		}
		if _, err := w.Hall.Pause(p2.Ctx, c2.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Hall.Next(p2.Ctx, c2.ID, ""); !errors.Is(err, hall.ErrCounterClosed) {
			t.Errorf("a counter that pauses: %v", err)
		}
		missed, c, p := bring(t, w, "9", hall.Missed)
		w.Clock.Advance(31 * 60_000_000_000)
		if _, err := w.Hall.Return(p.Ctx, hall.Command{CounterID: c.ID, TicketID: missed.ID}); !errors.Is(err, hall.ErrTooLate) {
			t.Errorf("back after 31 minutes: %v", err)
		}
	}, halltest.Migrations()...)
}

// TestHoldAndTransfer: held time and the second wait are no service; a transfer keeps the time of taking.
func TestHoldAndTransfer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := halltest.New(t, db)
		second := w.AddQueue(t, "缴费")
		c1, p1 := w.Seat(t, "1")
		c2, p2 := w.Seat(t, "2", second.ID)
		a := w.Take(t, hall.Ordinary)
		cmd := hall.Command{CounterID: c1.ID, TicketID: a.ID, QueueID: second.ID}
		minutes := func(n int64) { w.Clock.Set(w.Clock.Now() + clock.Instant(n*60_000)) }
		steps := []func() (hall.Ticket, error){
			func() (hall.Ticket, error) { minutes(4); return w.Hall.Next(p1.Ctx, c1.ID, "") },
			func() (hall.Ticket, error) { minutes(1); return w.Hall.Arrive(p1.Ctx, cmd) },
			func() (hall.Ticket, error) { minutes(5); return w.Hall.Hold(p1.Ctx, cmd) },
			func() (hall.Ticket, error) { minutes(20); return w.Hall.Resume(p1.Ctx, cmd) },
			func() (hall.Ticket, error) { minutes(3); return w.Hall.Transfer(p1.Ctx, cmd) },
			func() (hall.Ticket, error) { minutes(7); return w.Hall.Next(p2.Ctx, c2.ID, "") },
			func() (hall.Ticket, error) {
				minutes(1)
				return w.Hall.Arrive(p2.Ctx, hall.Command{CounterID: c2.ID, TicketID: a.ID})
			},
			func() (hall.Ticket, error) {
				minutes(2)
				return w.Hall.Finish(p2.Ctx, hall.Command{CounterID: c2.ID, TicketID: a.ID})
			},
		}
		var got hall.Ticket
		for i, step := range steps {
			var err error
			if got, err = step(); err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
		}
		if got.WaitMs != 4*60_000 || got.ServedMs != 10*60_000 || got.TakenAt != a.TakenAt || got.ID != a.ID || got.QueueID != second.ID {
			t.Errorf("waited %d, served %d, taken %s, queue %s", got.WaitMs, got.ServedMs, got.TakenAt, got.QueueID)
		}
	}, halltest.Migrations()...)
}

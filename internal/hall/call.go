package hall

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Command addresses a ticket from a counter.
type Command struct {
	CounterID string `json:"counter_id" maxLength:"40" doc:"在哪个窗口操作"`
	TicketID  string `json:"-"`
	QueueID   string `json:"queue_id,omitempty" maxLength:"40" doc:"转移到哪个队列"`
	Key       string `json:"-"`
}

// work is a ticket at a counter as a transaction works on it, under the lock of the site.
type work struct {
	hall    Hall
	counter Counter
	ticket  Ticket
	cmd     Command
	data    map[string]any // of the event
	now     clock.Instant
}

// step is what an action does beside moving the state.
type step func(tx *store.Tx, w *work) error

// Next calls whoever is next at a counter (叫下一位). It fails with hall.counter_busy while the counter has a ticket in hand.
func (m *Module) Next(ctx context.Context, counter, key string) (Ticket, error) {
	return m.act(ctx, Command{CounterID: counter, Key: key}, Call, callNext)
}

func callNext(tx *store.Tx, w *work) error {
	switch {
	case w.counter.TicketID != "":
		return ErrCounterBusy
	case w.counter.State != CounterOpen:
		return ErrCounterClosed
	}
	queues, err := queuesOf(tx, w.counter.CentreID, w.counter.SiteID)
	if err != nil {
		return err
	}
	heads, err := headsOf(tx, &w.counter, w.now)
	if err != nil {
		return err
	}
	jumps := map[string]int64{}
	for _, q := range queues {
		jumps[q.ID] = q.Jumps
	}
	i := Turn(heads, jumps, w.hall.JumpsMax, w.now)
	if i < 0 {
		return ErrNobody
	}
	w.ticket = heads[i]
	for id, n := range Jumped(heads, jumps, i, w.now) {
		if n == jumps[id] {
			continue
		}
		if err := tx.Queue("UPDATE hall_queue SET jumps = $3 WHERE centre_id = $1 AND id = $2", w.counter.CentreID, id, n); err != nil {
			return err
		}
	}
	// Whoever came back late has let one more go first.
	if err := tx.Queue("UPDATE hall_ticket SET skip = skip - 1 WHERE centre_id = $1 AND queue_id = $2 AND state = 'waiting' AND skip > 0 AND id <> $3",
		w.ticket.CentreID, w.ticket.QueueID, w.ticket.ID); err != nil {
		return err
	}
	if err := addWaiting(tx, w.ticket.CentreID, w.ticket.QueueID, -1); err != nil {
		return err
	}
	return called(tx, w)
}

// headsOf loads the first of every class in each queue of a counter: nobody behind them can be next. Only where nobody
// may be called by right, whoever is behind others or before the slot.
func headsOf(tx *store.Tx, c *Counter, now clock.Instant) ([]Ticket, error) {
	sql, args := headsQuery(c, now)
	if sql == "" {
		return nil, nil
	}
	heads, err := store.Select[Ticket](tx, sql, args...)
	if err != nil || len(heads) > 0 {
		return heads, err
	}
	w := (&store.Where{}).And("centre_id = ?", c.CentreID).And("state = 'waiting'")
	store.In(w, "queue_id", c.Queues)
	return store.Select[Ticket](tx, "SELECT "+store.Columns[Ticket]("")+" FROM hall_ticket"+w.SQL()+" ORDER BY skip, ready_at, id LIMIT 200", w.Args...)
}

// headsQuery asks for the first of every class in each queue of a counter; "" where it serves none.
func headsQuery(c *Counter, now clock.Instant) (string, []any) {
	var parts []string
	args := []any{c.CentreID, now}
	cols := store.Columns[Ticket]("")
	for _, q := range c.Queues {
		args = append(args, q)
		for _, class := range Classes() {
			parts = append(parts, "SELECT * FROM (SELECT "+cols+" FROM hall_ticket WHERE centre_id = $1 AND queue_id = $"+itoa(len(args))+" AND class = '"+string(class)+
				"' AND state = 'waiting' AND skip = 0 AND ready_at <= $2 ORDER BY ready_at, taken_at, id LIMIT 1) AS h")
		}
	}
	return strings.Join(parts, " UNION ALL "), args
}

// called notes the call on the ticket, at the counter and on the display.
func called(tx *store.Tx, w *work) error {
	w.ticket.call(w.counter.ID, w.now)
	w.counter.TicketID = w.ticket.ID
	w.data = map[string]any{"call": w.ticket.Calls}
	return tx.Queue("INSERT INTO hall_call (centre_id, site_id, id, ticket_id, no, name_mask, counter_no, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		w.ticket.CentreID, w.ticket.SiteID, tx.NewID(), w.ticket.ID, w.ticket.No, w.ticket.NameMask, w.counter.No, w.now)
}

// Recall calls the counter's ticket once more (再次呼叫), as often as the hall's rules say.
func (m *Module) Recall(ctx context.Context, cmd Command) (Ticket, error) {
	return m.act(ctx, cmd, Recall, func(tx *store.Tx, w *work) error {
		if w.ticket.Calls >= w.hall.CallsMax {
			return ErrCallsUsed.Say("已呼叫 %d 次，没有再叫。到场的请确认到场，没有到场的请按过号处理。", w.ticket.Calls)
		}
		return called(tx, w)
	})
}

// Arrive confirms that the person called stands at the counter (确认到场); service begins with it, never without it.
func (m *Module) Arrive(ctx context.Context, cmd Command) (Ticket, error) {
	return m.act(ctx, cmd, Arrive, func(_ *store.Tx, w *work) error {
		w.ticket.start(w.now)
		return nil
	})
}

// Miss puts away a ticket whose holder did not come (过号); every call that the rules give must have been made.
func (m *Module) Miss(ctx context.Context, cmd Command) (Ticket, error) {
	return m.act(ctx, cmd, Miss, func(_ *store.Tx, w *work) error {
		if w.ticket.Calls < w.hall.CallsMax {
			return ErrCallsLeft.Say("才呼叫了 %d 次，应呼叫 %d 次，不能按过号处理。请再呼叫。", w.ticket.Calls, w.hall.CallsMax)
		}
		w.ticket.MissedAt, w.ticket.CounterID, w.counter.TicketID = w.now, "", ""
		return nil
	})
}

// Return lets somebody who missed the call back into the queue (回队), behind the next few.
func (m *Module) Return(ctx context.Context, cmd Command) (Ticket, error) {
	return m.act(ctx, cmd, Return, func(tx *store.Tx, w *work) error {
		if int64(w.now-w.ticket.MissedAt) > w.hall.ReturnMinutes*60_000 {
			return ErrTooLate.Say("过号已超过 %d 分钟，没有回队。请重新取号。", w.hall.ReturnMinutes)
		}
		w.ticket.startWaiting(w.ticket.QueueID)
		w.ticket.Skip = w.hall.ReturnBehind
		w.data = map[string]any{"behind": w.ticket.Skip}
		return addWaiting(tx, w.ticket.CentreID, w.ticket.QueueID, 1)
	})
}

// Hold parks a ticket while its holder fetches something (暂挂); the counter is free meanwhile.
func (m *Module) Hold(ctx context.Context, cmd Command) (Ticket, error) {
	return m.act(ctx, cmd, Hold, func(_ *store.Tx, w *work) error {
		w.ticket.stop(w.now)
		w.counter.TicketID = ""
		return nil
	})
}

// Resume takes up a ticket that was held (继续办理), at its counter or another of its queue.
func (m *Module) Resume(ctx context.Context, cmd Command) (Ticket, error) {
	return m.act(ctx, cmd, Resume, func(_ *store.Tx, w *work) error {
		switch {
		case w.counter.TicketID != "":
			return ErrCounterBusy
		case w.counter.State != CounterOpen:
			return ErrCounterClosed
		}
		w.ticket.start(w.now)
		w.ticket.CounterID, w.counter.TicketID = w.counter.ID, w.ticket.ID
		return nil
	})
}

// Transfer sends a ticket on to another queue (转移), where it keeps the time at which it was taken.
func (m *Module) Transfer(ctx context.Context, cmd Command) (Ticket, error) {
	return m.act(ctx, cmd, Transfer, func(tx *store.Tx, w *work) error {
		if cmd.QueueID == w.ticket.QueueID {
			return ErrSameQueue
		}
		q, err := loadQueue(tx, w.ticket.CentreID, cmd.QueueID)
		if err != nil {
			return err
		}
		if q.SiteID != w.ticket.SiteID || !q.Active {
			return ErrQueueClosed.Say("这个队列现在不能转入，没有转移。请选择其他队列。")
		}
		w.data = map[string]any{"from": w.ticket.QueueID}
		w.ticket.stop(w.now)
		w.ticket.startWaiting(q.ID)
		w.counter.TicketID = ""
		return addWaiting(tx, w.ticket.CentreID, q.ID, 1)
	})
}

// Finish ends a service (完成).
func (m *Module) Finish(ctx context.Context, cmd Command) (Ticket, error) {
	return m.act(ctx, cmd, Finish, func(tx *store.Tx, w *work) error {
		w.ticket.stop(w.now)
		w.ticket.EndedAt, w.counter.TicketID = w.now, ""
		q, err := loadQueue(tx, w.ticket.CentreID, w.ticket.QueueID)
		if err != nil {
			return err
		}
		for _, f := range m.finished {
			if err := f(tx, &w.ticket, &w.counter); err != nil {
				return err
			}
		}
		return tx.Queue("UPDATE hall_queue SET pace_ms = $3 WHERE centre_id = $1 AND id = $2", q.CentreID, q.ID, pace(q.PaceMs, w.ticket.ServedMs))
	})
}

// Drop ends a ticket whose holder has left (弃号).
func (m *Module) Drop(ctx context.Context, cmd Command) (Ticket, error) {
	return m.act(ctx, cmd, Drop, func(_ *store.Tx, w *work) error {
		w.ticket.EndedAt = w.now
		return nil
	})
}

// act is the one way in which a ticket changes at a counter: permission, the locks, idempotency, whose counter
// it is, the table of flow.go, the step itself, then ticket, counter, event and audit line in one transaction.
func (m *Module) act(ctx context.Context, cmd Command, action Action, do step) (Ticket, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCall); err != nil {
		return Ticket{}, err
	}
	seen, err := m.glimpse(ctx, a.CentreID, cmd.CounterID)
	if err != nil {
		return Ticket{}, err
	}
	var out Ticket
	err = m.db.WithTxOf(ctx, laneOf(seen.SiteID), func(tx *store.Tx) error {
		w, err := m.atCounter(tx, a, &seen, cmd, action)
		if err != nil {
			return err
		}
		id := cmd.TicketID
		prior, repeated, err := once.ClaimContent(tx, cmd.Key, "hall."+string(action)+"|"+id, cmd, id)
		if err == nil && repeated {
			out, err = loadTicket(tx, a.CentreID, prior)
			return err
		}
		if err != nil {
			return err
		}
		if err := w.apply(tx, action, do); err != nil {
			return err
		}
		out = w.ticket
		return once.Name(tx, cmd.Key, out.ID)
	})
	return out, err
}

// laneOf names the work that waits for the lock of one site; sixty counters that call at the same moment share a few
// transactions.
func laneOf(site string) string { return "hall/" + site }

// glimpse loads a counter before the lock of its site, to know which site that is and what to ask for under the lock.
func (m *Module) glimpse(ctx context.Context, centre, counter string) (c Counter, err error) {
	err = m.db.Peek(ctx, func(tx *store.Tx) (err error) {
		aheadCounter(tx, centre, counter)
		c, err = loadCounter(tx, centre, counter)
		return err
	})
	return c, err
}

// atCounter takes the lock of the site and loads the command's counter with the rules of its site.
func (m *Module) atCounter(tx *store.Tx, a *actor.Actor, seen *Counter, cmd Command, action Action) (*work, error) {
	w := &work{cmd: cmd, now: tx.Now()}
	w.ahead(tx, seen, action)
	var err error
	if w.hall, err = lockHall(tx, a.CentreID, seen.SiteID); err != nil {
		return nil, err
	}
	if w.counter, err = lockCounter(tx, a.CentreID, cmd.CounterID); err != nil {
		return nil, err
	}
	if !org.Sees(a, PermCall, w.counter.Row()) {
		return nil, ErrMissing.Hide()
	}
	return w, nil
}

// ahead announces what the action is about to read under its locks, in their order, so that on PostgreSQL it takes one round
// trip: whoever calls holds the site, and every other counter waits for it. What turns out otherwise than it was seen before
// the lock, such as other queues of the counter, is read again.
func (w *work) ahead(tx *store.Tx, c *Counter, action Action) {
	tx.Ahead(hallQuery+tx.ForUpdate(), c.CentreID, c.SiteID)
	tx.Ahead(counterQuery+tx.ForUpdate(), c.CentreID, c.ID)
	aheadCounter(tx, c.CentreID, c.ID)
	if action != Call {
		tx.Ahead("SELECT "+store.Columns[Ticket]("")+ticketQuery+tx.ForUpdate(), c.CentreID, w.cmd.TicketID)
		return
	}
	tx.Ahead(queuesQuery, c.CentreID, c.SiteID)
	if sql, args := headsQuery(c, w.now); sql != "" {
		tx.Ahead(sql, args...)
	}
}

// apply runs a step between the table of states and the saving.
func (w *work) apply(tx *store.Tx, action Action, do step) error {
	if action != Call {
		t, err := lockTicket(tx, w.counter.CentreID, w.cmd.TicketID)
		if err != nil {
			return err
		}
		w.ticket = t
		if err := w.holds(action); err != nil {
			return err
		}
		if w.ticket.State, err = After(t.State, action); err != nil {
			return err
		}
		if t.State == Waiting { // a waiting ticket that is dropped
			if err := addWaiting(tx, t.CentreID, t.QueueID, -1); err != nil {
				return err
			}
		}
	}
	if err := do(tx, w); err != nil {
		return err
	}
	if action == Call {
		var err error
		if w.ticket.State, err = After(w.ticket.State, Call); err != nil {
			return err
		}
	}
	return w.save(tx, action)
}

// holds refuses a ticket that another counter has in hand, and one of a business that this counter does not do.
func (w *work) holds(action Action) error {
	t := &w.ticket
	switch {
	case t.SiteID != w.counter.SiteID:
		return ErrMissing.Hide()
	case (t.State == Called || t.State == Serving) && t.CounterID != w.counter.ID:
		return ErrTicketTaken
	case t.State == Held && action == Resume && t.CounterID != w.counter.ID && !w.counter.serves(t.QueueID):
		return ErrWrongQueue
	case (t.State == Missed || t.State == Waiting) && w.counter.Kind != GuideDesk && !w.counter.serves(t.QueueID):
		return ErrWrongQueue
	}
	return nil
}

func (w *work) save(tx *store.Tx, action Action) error {
	w.ticket.Open, w.ticket.Version = w.ticket.State.Open(), w.ticket.Version+1
	if err := record(tx, &w.ticket, action, w.counter.ID, w.data); err != nil {
		return err
	}
	if err := store.Update(tx, "hall_ticket", w.ticket, "centre_id", "id"); err != nil {
		return err
	}
	return tx.Queue("UPDATE hall_counter SET ticket_id = $3 WHERE centre_id = $1 AND id = $2", w.counter.CentreID, w.counter.ID, w.counter.TicketID)
}

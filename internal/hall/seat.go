package hall

import (
	"context"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

// mayWork reports whether somebody may sit down at a counter: one of his own unit or of his own site, a counter of the
// site as a whole also where the account has no site. The scope of hall.ticket.call reaches the counter once he sits.
func mayWork(a *actor.Actor, c *Counter) bool {
	if a.Scope(PermCall) >= actor.Centre {
		return a.Kind != actor.System || c.CentreID == a.CentreID
	}
	if c.UnitID != "" && a.HasUnit(c.UnitID) {
		return true
	}
	if a.SiteID != "" && a.SiteID != c.SiteID {
		return false
	}
	return c.UnitID == "" || a.Scope(PermCall) == actor.Site && a.SiteID == c.SiteID
}

// Seats lists the counters at which the actor may sit down, or sits, by site and number.
func (m *Module) Seats(ctx context.Context) ([]Counter, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCall); err != nil {
		return nil, err
	}
	all, err := readAll[Counter](ctx, m, "SELECT "+store.Columns[Counter]("")+" FROM hall_counter WHERE centre_id = $1 AND active ORDER BY site_id, sort, id LIMIT 1000", a.CentreID)
	out := []Counter{}
	for i := range all {
		if mayWork(a, &all[i]) {
			out = append(out, all[i])
		}
	}
	return out, err
}

// Sit opens a counter with the actor at it (上岗). A person sits at one counter only.
func (m *Module) Sit(ctx context.Context, counter string) (Counter, error) {
	return m.seat(ctx, counter, "hall.sit", func(tx *store.Tx, a *actor.Actor, c *Counter) error {
		if !c.Active || !mayWork(a, c) {
			return ErrMissing.Hide()
		}
		if c.StaffID != "" && c.StaffID != a.UserID {
			return ErrCounterTaken.Say("%s 号窗口由%s在岗，没有上岗。请选择其他窗口，或请在岗人员先离岗。", c.No, c.StaffName)
		}
		other, err := store.Select[string](tx, "SELECT id FROM hall_counter WHERE centre_id = $1 AND staff_id = $2 AND id <> $3 LIMIT 1", c.CentreID, a.UserID, c.ID)
		if err != nil {
			return err
		}
		if len(other) > 0 && a.UserID != "" {
			return ErrSeated
		}
		c.State, c.StaffID, c.StaffName = CounterOpen, a.UserID, a.Name
		return nil
	})
}

// Pause stops calling at a counter for a while (暂停服务), or goes on with it.
func (m *Module) Pause(ctx context.Context, counter string, paused bool) (Counter, error) {
	return m.seat(ctx, counter, "hall.pause", func(_ *store.Tx, a *actor.Actor, c *Counter) error {
		if !org.Sees(a, PermCall, c.Row()) {
			return ErrMissing.Hide()
		}
		if c.State == CounterClosed {
			return ErrCounterClosed
		}
		c.State = CounterOpen
		if paused {
			c.State = CounterPaused
		}
		return nil
	})
}

// Leave closes a counter (离岗); what it has in hand must be done with first.
func (m *Module) Leave(ctx context.Context, counter string) (Counter, error) {
	return m.seat(ctx, counter, "hall.leave", func(_ *store.Tx, a *actor.Actor, c *Counter) error {
		if !org.Sees(a, PermCall, c.Row()) {
			return ErrMissing.Hide()
		}
		if c.TicketID != "" {
			return ErrCounterBusy.Say("本窗口手上还有一个号，没有离岗。请先办完、挂起、转移或按过号处理。")
		}
		c.State, c.StaffID, c.StaffName = CounterClosed, "", ""
		return nil
	})
}

// seat changes who works a counter, under the lock of its site.
func (m *Module) seat(ctx context.Context, counter, action string, do func(*store.Tx, *actor.Actor, *Counter) error) (Counter, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCall); err != nil {
		return Counter{}, err
	}
	var c Counter
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		was, err := loadCounter(tx, a.CentreID, counter)
		if err != nil {
			return err
		}
		if _, err := lockHall(tx, a.CentreID, was.SiteID); err != nil {
			return err
		}
		if c, err = lockCounter(tx, a.CentreID, counter); err != nil {
			return err
		}
		if err := do(tx, a, &c); err != nil {
			return err
		}
		if err := tx.Queue("UPDATE hall_counter SET state = $3, staff_id = $4, staff_name = $5 WHERE centre_id = $1 AND id = $2", c.CentreID, c.ID, string(c.State), c.StaffID, c.StaffName); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: action, Permission: PermCall, Kind: "hall_counter", Object: c.ID, Detail: map[string]any{"no": c.No, "state": c.State}})
	})
	return c, err
}

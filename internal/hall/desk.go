package hall

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Desk (叫号台) is what the person at a counter sees: the ticket in hand, who waits, who was missed or is held.
type Desk struct {
	Counter  Counter       `json:"counter"`
	Site     string        `json:"site"`
	Rules    Rules         `json:"rules"`
	Current  *Ticket       `json:"current,omitempty"`
	Queues   []Queue       `json:"queues"`   // all of the site; those that the counter serves are in Counter.Queues
	Waiting  []Ticket      `json:"waiting"`  // the first of those whom this counter may call, in the order of calling by class
	Missed   []Ticket      `json:"missed"`   // may still come back
	Held     []Ticket      `json:"held"`     // of this counter's queues
	Bookings []Appointment `json:"bookings"` // of today and this counter's queues, not yet here
}

// deskShown is how many waiting tickets a desk lists.
const deskShown = 30

// Desk gives the desk of a counter that the actor works.
func (m *Module) Desk(ctx context.Context, counter string) (Desk, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCall); err != nil {
		return Desk{}, err
	}
	var d Desk
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		c, err := loadCounter(tx, a.CentreID, counter)
		if err != nil {
			return err
		}
		if !org.Sees(a, PermCall, c.Row()) {
			return ErrMissing.Hide()
		}
		s, err := m.org.SiteTx(tx, a.CentreID, c.SiteID)
		if err != nil {
			return err
		}
		h, err := getHall(tx, a.CentreID, c.SiteID, "")
		if err != nil {
			return err
		}
		d = Desk{Counter: c, Site: s.Name, Rules: h.Rules}
		return d.fill(tx, a)
	})
	return d, err
}

func (d *Desk) fill(tx *store.Tx, a *actor.Actor) error {
	c := &d.Counter
	var err error
	if c.TicketID != "" {
		t, err := loadTicket(tx, c.CentreID, c.TicketID)
		if err != nil {
			return err
		}
		d.Current = &t
	}
	if d.Queues, err = queuesOf(tx, c.CentreID, c.SiteID); err != nil {
		return err
	}
	for _, part := range []struct {
		state State
		order string
		into  *[]Ticket
	}{{Waiting, "skip, class_rank, ready_at, id", &d.Waiting}, {Missed, "missed_at DESC, id", &d.Missed}, {Held, "id", &d.Held}} {
		w := (&store.Where{}).And("centre_id = ?", c.CentreID).And("site_id = ?", c.SiteID).And("open").And("state = ?", string(part.state))
		store.In(w, "queue_id", c.Queues)
		*part.into, err = store.Select[Ticket](tx, "SELECT "+store.Columns[Ticket]("")+" FROM hall_ticket"+w.SQL()+" ORDER BY "+part.order+" LIMIT "+itoa(deskShown), w.Args...)
		if err != nil {
			return err
		}
	}
	if !a.Can(PermBookings) {
		return nil
	}
	w := (&store.Where{}).And("centre_id = ?", c.CentreID).And("site_id = ?", c.SiteID).And("day = ?", tx.Now().Date()).And("state = ?", string(BookingMade)).And("slot_at >= ?", tx.Now()-clock.Instant(d.Rules.GraceMinutes*minute))
	store.In(w, "queue_id", c.Queues)
	d.Bookings, err = store.Select[Appointment](tx, "SELECT "+store.Columns[Appointment]("")+" FROM hall_appointment"+w.SQL()+" ORDER BY slot_at, id LIMIT "+itoa(deskShown), w.Args...)
	return err
}

// OwnDesk gives the desk of the counter at which the actor sits; ErrCounterClosed where he sits at none.
func (m *Module) OwnDesk(ctx context.Context) (Desk, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCall); err != nil {
		return Desk{}, err
	}
	var id string
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if a.UserID == "" {
			return ErrCounterClosed
		}
		id, err = store.Get[string](tx, "SELECT id FROM hall_counter WHERE centre_id = $1 AND staff_id = $2 AND staff_id <> '' LIMIT 1", a.CentreID, a.UserID)
		if errors.Is(err, store.ErrNotFound) {
			err = ErrCounterClosed
		}
		return err
	})
	if err != nil {
		return Desk{}, err
	}
	return m.Desk(ctx, id)
}

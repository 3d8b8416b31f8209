package hotline

import (
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// clocks is what a transaction needs to set deadlines: the centre's calendar and its rules.
type clocks struct {
	cal *calendar.Calendar
	*rulebook
}

func (m *Module) clocks(tx *store.Tx, centre string) (clocks, error) {
	cal, err := m.calendarOf(tx, centre)
	if err != nil {
		return clocks{}, err
	}
	r, err := m.rules(tx, centre)
	return clocks{cal, r}, err
}

// calendarOf is the calendar of the centre's own area.
func (m *Module) calendarOf(tx *store.Tx, centre string) (*calendar.Calendar, error) {
	return m.calendar.ForCentre(tx, centre, "")
}

// due is the end of a step's limit for a ticket, counted from at.
func (c clocks) due(step string, t *Ticket, at clock.Instant, unit string) calendar.Due {
	return c.cal.Due(limitFor(c.policies, step, t), at, unit)
}

// addLeg puts a leg for a unit into the order's round, whose two clocks start now; set may say more about it. A pointer
// to another leg that was taken before does not point into the order any more.
func (m *Module) addLeg(tx *store.Tx, o *order, c clocks, unit, role, handleStep string, set func(*Leg)) (*Leg, error) {
	l := m.newLeg(tx, c, &o.Ticket, unit, role, handleStep)
	if set != nil {
		set(&l)
	}
	o.addLeg(l)
	added := &o.legs[len(o.legs)-1]
	o.project(c, added)
	o.counts.add(CountDispatched, tx.Now().Date(), unit, 1)
	return added, m.watchFrom(tx, c, added)
}

// newLeg makes a leg whose two clocks start now.
func (m *Module) newLeg(tx *store.Tx, c clocks, t *Ticket, unit, role, handleStep string) Leg {
	now := tx.Now()
	sign := c.due(StepSign, t, now, unit)
	l := Leg{CentreID: t.CentreID, ID: LegID(tx.NewID()), TicketID: t.ID, Round: t.Round, UnitID: unit, Role: role, State: PendingSign, Open: true,
		DispatchedAt: now, DispatchedBy: actor.From(tx.Context()).UserID, SignLimit: sign.Limit, SignDue: sign.At, WorkMinutes: -1, WallMinutes: -1,
		Course: Course{calendar.Course{Limit: limitFor(c.policies, handleStep, t), From: now}}}
	if role == Lead && t.ContactWanted() { // the lead unit speaks for all
		l.ContactDue = c.cal.Due(calendar.Workdays(1), l.SignDue, unit).At
	}
	return l
}

// turn adds a turn to the leg's clock and projects its due again; the ticket's due follows the lead, and so do the legs
// that must be done before it.
func (m *Module) turn(tx *store.Tx, o *order, c clocks, l *Leg, t calendar.Turn) error {
	l.Course.Turns = append(l.Course.Turns, t)
	o.project(c, l)
	o.change(l)
	o.follow(l)
	for _, other := range o.retime(c) {
		if err := m.watchNow(tx, other); err != nil {
			return err
		}
	}
	return m.watchNow(tx, l)
}

// project computes a leg's due from its course, and gives whether it changed. What the tier above demands, the lead's
// due and the due of the leg above cap it, each earlier by the centre's margin (hotline reference §5.2 T7, T12, T13).
func (o *order) project(c clocks, l *Leg) bool {
	return l.project(c.cal, o.capOf(c, l))
}

// capOf is the moment by which a leg must be done for others; 0 for none.
func (o *order) capOf(c clocks, l *Leg) clock.Instant {
	limit := clock.Instant(0)
	if o.UpstreamDue != 0 {
		limit = earlier(o.UpstreamDue, c.limits.UpstreamHours, l.DispatchedAt)
	}
	var above *Leg
	hours := 0
	switch l.Role {
	case CoLead:
		above, hours = o.lead(), c.limits.CoHours
	case Child:
		above, hours = o.leg(l.ParentLeg), c.limits.ChildHours
	}
	// A leg that is added after the end of the one above cannot be done before it; then its own limit holds.
	if above == nil || above == l || above.Due <= l.DispatchedAt {
		return limit
	}
	return capped(earlier(above.Due, hours, l.DispatchedAt), limit)
}

// earlier is so many hours before due or, where that is not after from, due itself.
func earlier(due clock.Instant, hours int, from clock.Instant) clock.Instant {
	if early := due.Add(-time.Duration(hours) * time.Hour); early > from {
		return early
	}
	return due
}

// retime projects every running leg again, those first that others depend on, and gives the ones whose due has changed.
func (o *order) retime(c clocks) []*Leg {
	var changed []*Leg
	look := func(l *Leg) {
		if l.State.Running() && o.project(c, l) {
			o.change(l)
			changed = append(changed, l)
		}
	}
	lead := o.lead()
	if lead != nil {
		look(lead)
	}
	for i := range o.legs { // a leg below is younger than the one above it, and so comes later
		if l := &o.legs[i]; l != lead && l.Role != Child {
			look(l)
		}
	}
	for i := range o.legs {
		if l := &o.legs[i]; l.Role == Child {
			look(l)
		}
	}
	return changed
}

// follow copies what lists show of the lead leg to the ticket. What the caller was promised follows as well, but for a
// leg that took the place of a returned one and whose clock has run straight on since.
func (o *order) follow(l *Leg) {
	if l.Role != Lead || l.State == Returned {
		return
	}
	o.UnitID, o.Due, o.Provisional = l.UnitID, l.Due, l.Provisional
	if o.CitizenDue == 0 || len(l.Course.Turns) > 0 || !o.replaced(l) {
		o.CitizenDue = l.Due
	}
	switch l.State {
	case PendingSign:
		o.QueueAt = l.SignDue
	case LegSuspended:
		o.QueueAt = l.ReviewAt
	case Signed, SignOff, ReturnAsked:
		o.QueueAt = l.Due
	}
}

// replaced reports whether a lead leg took the place of one that was returned in the same round.
func (o *order) replaced(l *Leg) bool {
	for i := range o.legs {
		if other := &o.legs[i]; other.Role == Lead && other.State == Returned && other.ID < l.ID {
			return true
		}
	}
	return false
}

// requeue sets what the queue of the ticket's state is sorted by.
func (o *order) requeue(now clock.Instant) {
	lead := o.lead()
	if lead == nil {
		return
	}
	switch o.State {
	case Dispatched:
		o.QueueAt = lead.SignDue
	case Handling:
		o.QueueAt = lead.Due
	case Suspended:
		o.QueueAt = lead.ReviewAt
	case Review:
		if o.before.State != Review {
			o.QueueAt = now
		}
	}
}

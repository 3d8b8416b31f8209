package hotline

import (
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

// newLeg makes a leg whose two clocks start now.
func (m *Module) newLeg(tx *store.Tx, c clocks, t *Ticket, unit, role, handleStep string) Leg {
	now := tx.Now()
	sign := c.due(StepSign, t, now, unit)
	l := Leg{CentreID: t.CentreID, ID: LegID(tx.NewID()), TicketID: t.ID, Round: t.Round, UnitID: unit, Role: role, State: PendingSign, Open: true,
		DispatchedAt: now, SignLimit: sign.Limit, SignDue: sign.At,
		Course: Course{calendar.Course{Limit: limitFor(c.policies, handleStep, t), From: now}}}
	l.project(c.cal, t.UpstreamDue)
	return l
}

// turn adds a turn to the leg's clock and projects its due again; the ticket's due follows the lead.
func (o *order) turn(l *Leg, cal *calendar.Calendar, t calendar.Turn) {
	l.Course.Turns = append(l.Course.Turns, t)
	l.project(cal, o.UpstreamDue)
	o.follow(l)
}

// follow copies what lists show of the lead leg to the ticket.
func (o *order) follow(l *Leg) {
	if l.Role != Lead {
		return
	}
	o.UnitID, o.Due, o.Provisional = l.UnitID, l.Due, l.Provisional
	switch l.State {
	case PendingSign:
		o.QueueAt = l.SignDue
	case LegSuspended:
		o.QueueAt = l.ReviewAt
	default:
		o.QueueAt = l.Due
	}
}

package hotline

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// LegClock is one of the two clocks of a leg, explained: its limit, its end, what is left and which days were counted.
type LegClock struct {
	Step        string          `json:"step"` // StepSign or StepHandle
	Limit       calendar.Limit  `json:"limit"`
	From        clock.Instant   `json:"from"`
	Due         clock.Instant   `json:"due"`
	First       clock.Instant   `json:"first_due"` // before extensions and suspensions
	Provisional bool            `json:"provisional"`
	Stopped     clock.Instant   `json:"stopped_at,omitzero"` // signed or submitted
	Late        bool            `json:"late"`                // stopped or still running after its end
	Yellow      bool            `json:"yellow"`              // running, within a working day of its end
	Remaining   string          `json:"remaining,omitempty"` // of a running clock
	Days        []calendar.Step `json:"days"`
	Counted     []clock.Date    `json:"counted"` // the working days that were counted; others of Days were not
}

// LegClocks explains the signing and the handling clock of legs, in order, for people who ask how a deadline came about.
func (m *Module) LegClocks(ctx context.Context, legs []Leg) ([][2]LegClock, error) {
	var c clocks
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		c, err = m.clocks(tx, a.CentreID)
		return err
	})
	if err != nil {
		return nil, err
	}
	now := m.clock.Now()
	out := make([][2]LegClock, len(legs))
	for i := range legs {
		out[i] = [2]LegClock{signClock(c.cal, &legs[i], now), handleClock(c, &legs[i], now)}
	}
	return out, nil
}

// CentreCalendar gives the calendar that the centre's deadlines are computed with.
func (m *Module) CentreCalendar(ctx context.Context) (*calendar.Calendar, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var cal *calendar.Calendar
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		cal, err = m.calendarOf(tx, a.CentreID)
		return err
	})
	return cal, err
}

func signClock(cal *calendar.Calendar, l *Leg, now clock.Instant) LegClock {
	due := cal.Due(l.SignLimit, l.DispatchedAt, l.UnitID)
	c := LegClock{Step: StepSign, Limit: l.SignLimit, From: l.DispatchedAt, Due: l.SignDue, First: l.SignDue, Provisional: due.Provisional, Stopped: l.SignedAt, Counted: due.Days}
	c.Late = l.SignedAt > l.SignDue || l.SignOverdue(now)
	if due.At == l.SignDue { // an escalation may have shortened it since
		c.Days = cal.Steps(due, l.UnitID)
	}
	if l.State == PendingSign {
		c.Remaining = cal.Remaining(l.SignLimit.Unit, now, l.SignDue, l.UnitID).Text()
	}
	return c
}

func handleClock(k clocks, l *Leg, now clock.Instant) LegClock {
	cal := k.cal
	p := cal.Project(l.Course.Course, l.UnitID)
	c := LegClock{Step: StepHandle, Limit: l.Course.Limit, From: l.Course.From, Due: l.Due, First: l.FirstDue, Provisional: l.Provisional, Stopped: l.SubmittedAt, Counted: p.Days,
		Days: cal.Steps(p.Due, l.UnitID)}
	c.Late = l.Outcome == Late || l.SubmittedAt > l.Due || l.Overdue(now)
	if l.State.Running() && l.State != LegSuspended {
		c.Remaining = cal.Remaining(l.Course.Limit.Unit, now, l.Due, l.UnitID).Text()
		c.Yellow = !c.Late && now <= l.Due && now >= yellowAt(cal, l.Course.Limit, l.Due, l.UnitID, k.limits)
	}
	return c
}

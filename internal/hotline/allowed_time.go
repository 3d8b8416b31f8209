package hotline

import (
	"cmp"
	"fmt"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// timed are the asks that end with a moment or after a number of times.
var timed = []Action{ActAskExtension, ActAskSuspend, ActAskReturn, ActDraftReturn, ActDropReturn}

// inTime takes out of what is allowed the asks that would only be refused for being late or made too often, and keeps why.
// The limits are read only where one of them would be offered.
func (m *Module) inTime(tx *store.Tx, a *actor.Actor, d *Dossier, current []Leg) error {
	offered := slices.ContainsFunc(timed, func(t Action) bool {
		return slices.Contains(d.Allowed, t) || slices.ContainsFunc(current, func(l Leg) bool { return slices.Contains(d.LegAllowed[l.ID], t) })
	})
	if !offered {
		return nil
	}
	c, err := m.clocks(tx, d.CentreID)
	if err != nil {
		return err
	}
	o := order{Ticket: d.Ticket, legs: current}
	d.untimely = map[Action]string{}
	d.Allowed = slices.DeleteFunc(d.Allowed, func(action Action) bool {
		l := o.acting(a, transitions[action].Perm, "")
		why := cmp.Or(c.tooLate(action, l, tx.Now()), d.stepsOf(action, l, c.limits, a.UserID))
		if why != "" {
			d.untimely[action] = why
		}
		return why != ""
	})
	for i := range current {
		l := &current[i]
		d.LegAllowed[l.ID] = slices.DeleteFunc(d.LegAllowed[l.ID], func(action Action) bool {
			return c.tooLate(action, l, tx.Now()) != "" || d.stepsOf(action, l, c.limits, a.UserID) != ""
		})
	}
	return nil
}

// tooLate gives why an ask about a leg comes too late or once too often, or "".
func (c clocks) tooLate(action Action, l *Leg, now clock.Instant) string {
	if l == nil || !slices.Contains(timed, action) {
		return ""
	}
	late := now > l.Due
	switch action {
	case ActAskExtension:
		if l.ExtCount >= c.limits.Extensions {
			return fmt.Sprintf("每个承办件最多延期 %d 次，不能再次申请。", c.limits.Extensions)
		}
		if late {
			return "办理时限已过，不能再申请延期；请尽快答复，并在内部说明里写明原因。"
		}
	case ActAskSuspend:
		if late {
			return "办理时限已过，不能再申请挂账；请尽快答复，或申请终止办理。"
		}
	case ActAskReturn, ActDraftReturn:
		if err := returnable(l, c.limits.Returns, c.returnDue(l), now); err != nil {
			return errs.As(err).Public
		}
	}
	return ""
}

package hotline

import (
	"math"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
)

// allowed lists the actions that the table and the actor's permissions let happen now to the ticket, or to the leg that
// a command of the actor without one would be about.
func allowed(a *actor.Actor, t *Ticket, legs []Leg) []Action {
	var out []Action
	o := order{Ticket: *t, legs: legs}
	for _, row := range flow {
		l := o.acting(a, row.Perm, "")
		if o.visible(a, row.Perm) == nil && o.lets(a, row, l) {
			out = append(out, row.Action)
		}
	}
	return out
}

// legsAllowed lists the actions that the actor may do to each leg of the current round.
func legsAllowed(a *actor.Actor, t *Ticket, legs []Leg) map[LegID][]Action {
	out := map[LegID][]Action{}
	o := order{Ticket: *t, legs: legs}
	for i := range legs {
		for _, row := range flow {
			if len(row.Legs) > 0 && o.visible(a, row.Perm) == nil && o.lets(a, row, &legs[i]) {
				out[legs[i].ID] = append(out[legs[i].ID], row.Action)
			}
		}
	}
	return out
}

// lets reports whether the table lets a row happen to a leg (nil for none), as far as can be told without asking more.
func (o *order) lets(a *actor.Actor, row transition, l *Leg) bool {
	if row.Aside {
		return false
	}
	state := LegState("")
	if l != nil {
		state = l.State
	}
	if _, err := check(row.Action, o.State, state); err != nil {
		return false
	}
	if len(row.Legs) > 0 && !o.holds(a, row.Perm, o.answerable(row.Action, l)) {
		return false
	}
	return o.fits(row.Action, l) == ""
}

// answerable gives the leg whose unit does an action to a leg: what was sent down is taken back by the unit above.
func (o *order) answerable(action Action, l *Leg) *Leg {
	if action == ActRecallDown || action == ActRejectDown {
		for i := range o.legs {
			if o.legs[i].ID == l.ParentLeg {
				return &o.legs[i]
			}
		}
	}
	return l
}

// fits gives why an action that the table lets happen does not fit what is waiting, or "".
func (o *order) fits(action Action, l *Leg) string {
	pending := l != nil && !l.Extension.IsZero()
	asked := o.asksOf()
	switch action {
	case ActAskExtension:
		if pending {
			return ErrExtPending.Public
		}
	case ActGrantExt, ActDenyExt:
		if !pending {
			return ErrNoExt.Public
		}
	case ActAskReturn, ActDraftReturn:
		return o.whyNoReturn(l)
	case ActRecallDown, ActRejectDown:
		if l == nil || l.Role != Child {
			return ErrNotChild.Public
		}
	case ActAskHelp, ActAskTerminate:
		if l == nil || l.Role != Lead {
			return ErrLeadOnly.Public
		}
	case ActDenySuspend:
		if l == nil || l.Asks == 0 || pending && l.Asks == 1 {
			return ErrNoAsk.Public
		}
	case ActDenyHelp, ActTerminate, ActDenyTerminate:
		if asked == 0 {
			return ErrNoAsk.Public
		}
	}
	return ""
}

// whyNoReturn gives why a leg can no longer be returned at all, or "".
func (o *order) whyNoReturn(l *Leg) string {
	switch {
	case l == nil:
		return ErrReturnForbidden.Public
	case l.Asks > 0:
		return ErrAskPending.Public
	}
	if err := returnable(l, math.MaxInt, math.MaxInt64, l.DispatchedAt); err != nil {
		return errs.As(err).Public
	}
	return ""
}

// asksOf counts what waits for a decision besides extensions.
func (o *order) asksOf() int {
	n := 0
	for i := range o.legs {
		l := &o.legs[i]
		if n += l.Asks; !l.Extension.IsZero() {
			n--
		}
	}
	return n
}

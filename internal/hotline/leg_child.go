package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Refusals of what is sent down.
var (
	// ErrNotBelow refuses to send a leg down to a unit that is not below.
	ErrNotBelow = errs.New(errs.Invalid, "hotline.not_below", "只能转给本单位的下级单位。请重新选择；需要其他单位协助的，请申请加派。")
	// ErrChildOpen refuses a reply while a unit below owes its own.
	ErrChildOpen = errs.New(errs.Conflict, "hotline.child_open", "转给下级单位的承办件还没有答复，请催办或收回后再提交。")
	// ErrNotChild refuses for another leg what is only for those sent down.
	ErrNotChild = errs.New(errs.Conflict, "hotline.not_child", "这不是转给下级单位的承办件，不能这样操作。")
)

// SendDown hands a signed leg on to a unit below (转办下级). The unit that hands it on stays answerable: its own clock
// runs, and the leg below must be done before it.
func (m *Module) SendDown(ctx context.Context, cmd Command, to Helper) (Ticket, error) {
	to.Matter = strings.TrimSpace(to.Matter)
	return m.do(ctx, cmd, ActSendDown, fmt.Sprintf("%+v", to), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := o.free(to.UnitID); err != nil {
			return note{}, err
		}
		if err := m.checkUnit(tx, o, to.UnitID); err != nil {
			return note{}, err
		}
		u, err := m.org.UnitTx(tx, o.CentreID, to.UnitID)
		if err != nil {
			return note{}, err
		}
		if path := strings.Split(u.Path, "/"); to.UnitID == l.UnitID || !slices.Contains(path, l.UnitID) {
			return note{}, ErrNotBelow
		}
		c, err := m.clocks(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		parent, step := l.ID, StepHandle
		if o.Round > 1 {
			step = StepRework
		}
		added, err := m.addLeg(tx, o, c, to.UnitID, Child, step, func(n *Leg) { n.ParentLeg, n.Matter = parent, to.Matter })
		if err != nil {
			return note{}, err
		}
		return note{leg: added.ID, text: to.Matter, data: map[string]any{"parent": parent, "unit": to.UnitID, "sign_due": added.SignDue, "due": added.Due}}, nil
	})
}

// childrenDone refuses while a leg that was sent down from l still runs.
func (o *order) childrenDone(l *Leg) error {
	for i := range o.legs {
		if c := &o.legs[i]; c.ParentLeg == l.ID && c.State.Running() {
			return ErrChildOpen
		}
	}
	return nil
}

// RecallDown takes back a leg that was sent down (收回下级件); what was sent down from it ends too.
func (m *Module) RecallDown(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := Reason("reason", "收回理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActRecallDown, why, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := o.above(tx, l, PermSendDown); err != nil {
			return note{}, err
		}
		l.cancel()
		o.recallBelow(l.ID)
		return note{text: why}, nil
	})
}

// recallBelow ends every leg that was sent down from a leg.
func (o *order) recallBelow(parent LegID) {
	for i := range o.legs {
		l := &o.legs[i]
		if l.ParentLeg == parent && (l.State.Running() || l.State == Submitted) {
			l.cancel()
			o.touch[i] = true
			o.recallBelow(l.ID)
		}
	}
}

// RejectDown sends the reply of a unit below back to it (退回下级重报); its clock goes on as if it had never stopped.
func (m *Module) RejectDown(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := Reason("reason", "退回理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActRejectDown, why, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := o.above(tx, l, PermSignOff); err != nil {
			return note{}, err
		}
		l.SubmittedAt = 0
		return note{text: why}, m.watchNow(tx, l)
	})
}

// above refuses somebody who does not hold the leg from which l was sent down, and a leg that was not sent down.
func (o *order) above(tx *store.Tx, l *Leg, perm actor.Permission) error {
	if l.Role != Child {
		return ErrNotChild
	}
	parent := o.leg(l.ParentLeg)
	if parent == nil || parent.ID != l.ParentLeg || !o.holds(actor.From(tx.Context()), perm, parent) {
		return ErrNotYours
	}
	return nil
}

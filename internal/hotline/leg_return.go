package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// ReturnReasons are the grounds on which a unit may say that a ticket is not its duty (退单; 潍坊 art. 22, 安阳 art. 50).
var ReturnReasons = []string{"不属于本单位职责", "不属于本单位管辖区域", "应由其他单位主办，本单位可以协办", "属于诉讼、复议、信访等法定途径", "重复派单，已有承办件在办", "诉求内容不明，无法办理"}

// ErrReturnForbidden refuses a return (退单): detail "why" is designated, late, again or below.
var ErrReturnForbidden = errs.New(errs.Conflict, "hotline.return_forbidden", "这个承办件不能退单，请继续办理。")

// Why a return is forbidden.
const (
	ReturnDesignated = "designated" // 已指定承办
	ReturnLate       = "late"       // the limit of returns is over
	ReturnAgain      = "again"      // asked for often enough
	ReturnBelow      = "below"      // the unit above decides, not the hotline office
)

// ReturnInput says why a unit returns a leg, and whose duty it takes it to be.
type ReturnInput struct {
	Ground string `json:"ground"` // one of ReturnReasons
	Reason string `json:"reason"`
	Other  string `json:"other_unit,omitempty"` // id of the unit whose duty it is
}

func (in *ReturnInput) validate() error {
	e := ErrInput
	if !slices.Contains(ReturnReasons, in.Ground) {
		e = e.Field("ground", "请选择退单理由。")
	}
	text, err := Reason("reason", "退单说明", in.Reason)
	if err != nil {
		e = e.Field("reason", "%s", errs.As(err).Fields[0].Public)
	}
	in.Reason = text
	return e.OrNil()
}

// returnable refuses a return: a designated unit may not return again (潍坊 art. 22), nor may any after the limit of
// working days that ends at deadline, or more often than the centre allows.
func returnable(l *Leg, most int, deadline, now clock.Instant) error {
	switch {
	case l.Role == Child:
		return ErrReturnForbidden.Say("下级承办件由本单位的上级单位收回，不能退单。请与转办单位联系。").With("why", ReturnBelow)
	case l.Designated:
		return ErrReturnForbidden.Say("退单已经审核，您单位是指定的承办单位，不能再次退单，请继续办理。").With("why", ReturnDesignated)
	case l.Returns >= most:
		return ErrReturnForbidden.Say("每个承办件最多申请退单 %d 次，不能再次退单。", most).With("why", ReturnAgain)
	case now > deadline:
		return ErrReturnForbidden.Say("退单期限已过，请继续办理；办理有困难的，可以申请加派协办单位或延期。").With("why", ReturnLate)
	}
	return nil
}

// AskReturn asks the hotline office to take a leg back (申请退单), with the ground and whose duty it is. The handling
// clock runs on. Refusals: hotline.return_forbidden, hotline.ask_pending, hotline.input.
func (m *Module) AskReturn(ctx context.Context, cmd Command, in ReturnInput) (Ticket, error) {
	asWritten := in == (ReturnInput{}) // the head confirms what the liaison wrote
	if !asWritten {
		if err := in.validate(); err != nil {
			return Ticket{}, err
		}
	}
	return m.do(ctx, cmd, ActAskReturn, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		in := in // the closure may run again
		c, err := m.clocks(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		draft, err := draftOf(tx, o, l.ID)
		if err != nil {
			return note{}, err
		}
		if asWritten && draft.ID == "" {
			return note{}, in.validate()
		}
		if err := m.mayReturn(tx, o, l, c, in); err != nil {
			return note{}, err
		}
		if err := stepFault(c.limits, draft, actorID(tx)); err != nil {
			return note{}, err
		}
		l.Returns++
		if draft.ID != "" {
			err = o.confirm(tx, l, draft, &in)
		} else {
			_, err = o.ask(tx, l, Ask{Kind: AskedReturn, Ground: in.Ground, Reason: in.Reason, OtherUnit: in.Other})
		}
		return note{text: in.Ground + "。" + in.Reason, data: map[string]any{"ground": in.Ground, "other_unit": in.Other}}, err
	})
}

// mayReturn refuses a return that the rules or the named unit do not allow.
func (m *Module) mayReturn(tx *store.Tx, o *order, l *Leg, c clocks, in ReturnInput) error {
	if err := returnable(l, c.limits.Returns, c.returnDue(l), tx.Now()); err != nil || in.Other == "" {
		return err
	}
	return m.checkUnitAt(tx, o, "other_unit", in.Other)
}

// AcceptInput is the decision that a unit was right to return a leg, and who gets it instead.
type AcceptInput struct {
	UnitID string `json:"unit_id,omitempty"` // required for a lead's leg; a helping unit need not be replaced
	Remark string `json:"remark,omitempty"`
}

// AcceptReturn takes a leg back and sends the ticket to another unit, whose leg has its full limit from now (同意退单).
// What the caller was promised stays. The return counts as a mistake of dispatch, not against the unit.
func (m *Module) AcceptReturn(ctx context.Context, cmd Command, in AcceptInput) (Ticket, error) {
	return m.do(ctx, cmd, ActAcceptReturn, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := brief("remark", "说明", in.Remark); err != nil {
			return note{}, err
		}
		old := *l
		if err := o.decideReturn(tx, l, AskGranted, in.Remark); err != nil {
			return note{}, err
		}
		l.State, l.Outcome, l.Misdispatch, l.ReturnedAt = Returned, NotApplicable, true, tx.Now()
		o.change(l)
		o.recallBelow(l.ID)
		n := note{leg: old.ID, text: strings.TrimSpace(in.Remark), data: map[string]any{"from": old.UnitID, "unit": in.UnitID}}
		if in.UnitID == "" && old.Role != Lead {
			return n, nil
		}
		return n, m.replace(tx, o, old, in.UnitID, n.data)
	})
}

// replace gives another unit the place of a returned leg, with its full limit.
func (m *Module) replace(tx *store.Tx, o *order, old Leg, unit string, data map[string]any) error {
	if unit == old.UnitID {
		return ErrInput.Field("unit_id", "请选择退单单位以外的承办单位。")
	}
	if err := o.free(unit); err != nil {
		return err
	}
	if err := m.checkUnit(tx, o, unit); err != nil {
		return err
	}
	c, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return err
	}
	step := StepHandle
	if o.Round > 1 {
		step = StepRework
	}
	l, err := m.addLeg(tx, o, c, unit, old.Role, step, func(l *Leg) { l.Matter = old.Matter })
	if err != nil {
		return err
	}
	o.follow(l)
	data["sign_due"], data["due"], data["leg"] = l.SignDue, l.Due, l.ID
	for _, other := range o.retime(c) {
		if err := m.watchNow(tx, other); err != nil {
			return err
		}
	}
	return nil
}

// DenyReturn designates the unit (不予退单，指定承办): it handles the leg and cannot return it again. A leg that was not
// signed counts as signed when the unit asked.
func (m *Module) DenyReturn(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := Reason("reason", "不予退单的理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActDenyReturn, why, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		a, err := waitingAsk(tx, o, AskedReturn, l.ID, "")
		if err != nil {
			return note{}, err
		}
		if l.SignedAt == 0 {
			l.SignedAt = a.AskedAt
		}
		l.Designated = true
		return note{text: why, data: map[string]any{"designated": true}}, o.decide(tx, &a, AskDenied, why)
	})
}

func (o *order) decideReturn(tx *store.Tx, l *Leg, state AskState, remark string) error {
	a, err := waitingAsk(tx, o, AskedReturn, l.ID, "")
	if err != nil {
		return err
	}
	return o.decide(tx, &a, state, remark)
}

// ErrUnitHasLeg refuses a second leg for a unit that works on the ticket already.
var ErrUnitHasLeg = errs.New(errs.Conflict, "hotline.unit_has_leg", "该单位已经在承办这张工单，请选择其他单位。")

// free refuses a unit that has a leg of the round already, unless that one has ended.
func (o *order) free(unit string) error {
	for i := range o.legs {
		if l := &o.legs[i]; l.UnitID == unit && l.State != Returned && l.State != Cancelled {
			return ErrUnitHasLeg
		}
	}
	return nil
}

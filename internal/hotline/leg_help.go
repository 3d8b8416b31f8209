package hotline

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Refusals of helping units.
var (
	// ErrCoDue refuses more time to a helping unit, or to one below, than the leg above has.
	ErrCoDue = errs.New(errs.Conflict, "hotline.co_due", "协办和下级承办的时限不能超过主办（或上级）的时限，请先为主办单位延期。")
	// ErrLeadOnly refuses to another unit what only the lead unit may ask for.
	ErrLeadOnly = errs.New(errs.Conflict, "hotline.lead_only", "只有主办单位可以提出这项申请，请与主办单位联系。")
	// ErrLeadStays refuses a helping unit where the lead unit owes nothing any more.
	ErrLeadDone = errs.New(errs.Conflict, "hotline.lead_done", "主办单位已经提交答复，不能再加派协办单位；需要的话请先退回答复。")
)

// addHelper adds the leg of a unit that helps the lead.
func (m *Module) addHelper(tx *store.Tx, o *order, c clocks, field string, h Helper) (*Leg, error) {
	h.Matter = strings.TrimSpace(h.Matter)
	if utf8.RuneCountInString(h.Matter) > maxContent {
		return nil, ErrInput.Field(field, "协办事项最多 %d 个字。", maxContent)
	}
	if err := o.free(h.UnitID); err != nil {
		return nil, err
	}
	if err := m.checkUnitAt(tx, o, field, h.UnitID); err != nil {
		return nil, err
	}
	step := StepHandle
	if o.Round > 1 {
		step = StepRework
	}
	return m.addLeg(tx, o, c, h.UnitID, CoLead, step, func(l *Leg) { l.Matter = h.Matter })
}

// AskHelp asks the hotline office for a unit that helps (申请加派). Only the lead unit may, while it handles the ticket.
func (m *Module) AskHelp(ctx context.Context, cmd Command, h Helper, why string) (Ticket, error) {
	why, err := Reason("reason", "加派理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActAskHelp, fmt.Sprintf("%+v%s", h, why), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := brief("matter", "协办事项", h.Matter); err != nil {
			return note{}, err
		}
		if l.Role != Lead {
			return note{}, ErrLeadOnly
		}
		if err := o.free(h.UnitID); err != nil {
			return note{}, err
		}
		if err := m.checkUnit(tx, o, h.UnitID); err != nil {
			return note{}, err
		}
		_, err := o.ask(tx, l, Ask{Kind: AskedHelp, OtherUnit: h.UnitID, Ground: firstRunes(h.Matter, maxShort), Reason: why})
		return note{text: why, data: map[string]any{"unit": h.UnitID, "matter": h.Matter}}, err
	})
}

// HelpInput is the decision to let a unit help: the ask that it grants, or the office's own choice.
type HelpInput struct {
	AskID string `json:"ask_id,omitempty"`
	Helper
	Remark string `json:"remark,omitempty"`
}

// AddHelp sends a leg to one more unit (加派). It must be done by the lead's due. An ask of the lead unit for this unit is
// granted with it.
func (m *Module) AddHelp(ctx context.Context, cmd Command, in HelpInput) (Ticket, error) {
	return m.do(ctx, cmd, ActAddHelp, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if err := brief("remark", "说明", in.Remark); err != nil {
			return note{}, err
		}
		l := o.lead()
		if l == nil || !l.State.Running() {
			return note{}, ErrLeadDone
		}
		if l.Asks > 0 || in.AskID != "" {
			if err := o.grantHelp(tx, &in); err != nil {
				return note{}, err
			}
		}
		c, err := m.clocks(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		added, err := m.addHelper(tx, o, c, "unit_id", in.Helper)
		if err != nil {
			return note{}, err
		}
		o.State = derive(o.legs)
		o.requeue(tx.Now())
		return note{leg: added.ID, text: strings.TrimSpace(in.Remark), data: map[string]any{"unit": added.UnitID, "matter": added.Matter, "sign_due": added.SignDue, "due": added.Due}}, nil
	})
}

// grantHelp decides the ask that names the unit, and takes from it what the decision does not say.
func (o *order) grantHelp(tx *store.Tx, in *HelpInput) error {
	waiting, err := waitingAsks(tx, o, "")
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if a.Kind != AskedHelp || in.AskID != "" && a.ID != in.AskID || in.AskID == "" && a.OtherUnit != in.UnitID {
			continue
		}
		if in.UnitID == "" {
			in.UnitID = a.OtherUnit
		}
		if in.Matter == "" {
			in.Matter = a.Ground
		}
		return o.decide(tx, &a, AskGranted, in.Remark)
	}
	if in.AskID != "" {
		return ErrNoAsk
	}
	return nil
}

// DenyHelp refuses an ask for a helping unit (不予加派); ask "" is the oldest one.
func (m *Module) DenyHelp(ctx context.Context, cmd Command, ask, why string) (Ticket, error) {
	why, err := Reason("reason", "不予加派的理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActDenyHelp, ask+why, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		a, err := waitingAsk(tx, o, AskedHelp, "", ask)
		if err != nil {
			return note{}, err
		}
		return note{leg: a.LegID, text: why, data: map[string]any{"unit": a.OtherUnit}}, o.decide(tx, &a, AskDenied, why)
	})
}

// returnDue is until when a unit may ask to return a leg.
func (c clocks) returnDue(l *Leg) clock.Instant {
	return c.cal.Due(calendar.Workdays(c.limits.ReturnDays), l.DispatchedAt, l.UnitID).At
}

package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/knowledge"
	"yichuang/internal/store"
)

// Refusals of what is done to legs.
var (
	// ErrConflictOfInterest refuses to send a report to the unit that it accuses (济南 art. 32).
	ErrConflictOfInterest = errs.New(errs.Conflict, "hotline.conflict_of_interest", "这张工单反映的就是该单位，不能派给它或它的下属单位，请改派其上级或监督单位。")
	// ErrExtLimit refuses an extension beyond the number or length allowed.
	ErrExtLimit = errs.New(errs.Conflict, "hotline.ext_limit", "延期次数或天数已到上限，不能再申请延期。")
	// ErrExtPending refuses what must wait for the decision on an extension.
	ErrExtPending = errs.New(errs.Conflict, "hotline.ext_pending", "延期申请还没有审批，请先审批延期。")
	// ErrNoExt refuses a decision where nothing was asked.
	ErrNoExt = errs.New(errs.Conflict, "hotline.no_ext", "没有等待审批的延期申请。请刷新后再看。")
)

// DispatchInput says who handles a ticket.
type DispatchInput struct {
	UnitID  string   `json:"unit_id"`           // 主办
	Helpers []Helper `json:"helpers,omitempty"` // 协办
	Remark  string   `json:"remark,omitempty"`
	Classify
}

// Helper is a unit that helps the lead unit (协办单位), and with what.
type Helper struct {
	UnitID string `json:"unit_id"`
	Matter string `json:"matter,omitempty"`
}

// Dispatch sends a ticket to its lead unit and to those that help it (派单), and starts their clocks of signing and
// handling. It refuses with hotline.conflict_of_interest the unit that the ticket is about.
func (m *Module) Dispatch(ctx context.Context, cmd Command, in DispatchInput) (Ticket, error) {
	cmd.sent = in.Classify.sent()
	return m.do(ctx, cmd, ActDispatch, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if err := brief("remark", "派单说明", in.Remark); err != nil {
			return note{}, err
		}
		if err := in.Classify.apply(o); err != nil {
			return note{}, err
		}
		return m.send(tx, o, in.UnitID, in.Helpers, StepHandle, in.Remark)
	})
}

// send adds the lead leg of the order's round, and those of the units that help.
func (m *Module) send(tx *store.Tx, o *order, unit string, helpers []Helper, handleStep, remark string) (note, error) {
	if err := m.checkUnit(tx, o, unit); err != nil {
		return note{}, err
	}
	c, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return note{}, err
	}
	l, err := m.addLeg(tx, o, c, unit, Lead, handleStep, nil)
	if err != nil {
		return note{}, err
	}
	o.follow(l)
	n := note{leg: l.ID, text: strings.TrimSpace(remark), data: map[string]any{"unit": unit, "sign_due": l.SignDue, "due": l.Due, "limit": l.Course.Limit,
		"provisional": l.Provisional, "calendar_revision": l.Revision}}
	for i, h := range helpers {
		if _, err := m.addHelper(tx, o, c, fmt.Sprintf("helpers[%d].unit_id", i), h); err != nil {
			return note{}, err
		}
		n.data["helpers"] = helpers
	}
	return n, nil
}

// checkUnit refuses a unit that does not exist, is closed, or is the one that the ticket accuses, or below it.
func (m *Module) checkUnit(tx *store.Tx, o *order, unit string) error {
	return m.checkUnitAt(tx, o, "unit_id", unit)
}

// checkUnitAt is checkUnit for a unit that stands in a certain field.
func (m *Module) checkUnitAt(tx *store.Tx, o *order, field, unit string) error {
	if unit == "" {
		return ErrInput.Field(field, "请选择承办单位。")
	}
	u, err := m.org.UnitTx(tx, o.CentreID, unit)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	if err != nil || !u.Active(tx.Now().Date()) {
		return ErrInput.Field(field, "没有这个承办单位，或它已停用。请重新选择。")
	}
	if o.AccusedUnit != "" && slices.Contains(strings.Split(u.Path, "/"), o.AccusedUnit) {
		return ErrConflictOfInterest
	}
	return nil
}

// Sign takes a leg on (签收) for the unit.
func (m *Module) Sign(ctx context.Context, cmd Command) (Ticket, error) {
	return m.do(ctx, cmd, ActSign, "", func(tx *store.Tx, o *order, l *Leg) (note, error) {
		l.SignedAt = tx.Now()
		return note{data: map[string]any{"late": l.SignedAt > l.SignDue}}, nil
	})
}

// Reply is what a unit answers.
type Reply struct {
	Public      string        `json:"reply_public"`   // 公开答复, told to the caller
	Inside      string        `json:"reply_internal"` // 内部说明, for the hotline office
	Solved      string        `json:"solved"`         // one of SolvedCodes
	ContactedAt clock.Instant `json:"contacted_at,omitzero"`
}

// ContactWanted reports whether the unit must have spoken with the caller before it answers: the caller wants an answer
// and the unit may know who it is.
func (t *Ticket) ContactWanted() bool {
	return t.ReplyWanted && t.CallerID != "" && !t.Anonymous && t.Confidential == NotConfidential
}

func (r *Reply) validate(t *Ticket, l *Leg, now clock.Instant) error {
	e := ErrInput
	r.Public, r.Inside = strings.TrimSpace(r.Public), strings.TrimSpace(r.Inside)
	if _, err := Reason("reply_public", "公开答复", r.Public); err != nil {
		e = e.Field("reply_public", "%s", errs.As(err).Fields[0].Public)
	}
	if len([]rune(r.Inside)) > maxContent {
		e = e.Field("reply_internal", "内部说明最多 %d 个字。", maxContent)
	}
	ok := false
	for _, s := range SolvedCodes {
		ok = ok || s == r.Solved
	}
	if !ok {
		e = e.Field("solved", "请选择办理结果：%s。", strings.Join(SolvedCodes, "、"))
	}
	switch {
	case r.ContactedAt == 0 && t.ContactWanted() && l.Role == Lead: // the lead unit speaks for all
		e = e.Field("contacted_at", "请填写与来电人联系的时间。")
	case r.ContactedAt > now:
		e = e.Field("contacted_at", "联系时间不能晚于现在。")
	}
	return e.OrNil()
}

func (r Reply) write(l *Leg) {
	l.ReplyPublic, l.ReplyInside, l.Solved, l.ContactedAt = r.Public, r.Inside, r.Solved, r.ContactedAt
}

// Propose hands a written reply to the unit's head for approval (报签).
func (m *Module) Propose(ctx context.Context, cmd Command, r Reply) (Ticket, error) {
	cmd.sent = r.sent()
	return m.do(ctx, cmd, ActPropose, fmt.Sprintf("%+v", r), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := r.validate(&o.Ticket, l, tx.Now()); err != nil {
			return note{}, err
		}
		r.write(l)
		n, err := m.proposeCites(tx, o, l, cmd.Cites, note{leg: l.ID, text: r.Public, data: map[string]any{"solved": r.Solved}})
		if err != nil {
			return note{}, err
		}
		return o.attach(tx, n, Evidence, cmd.Files)
	})
}

// SendBack returns a proposed reply to the liaison (退改).
func (m *Module) SendBack(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := Reason("reason", "退改意见", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActSendBack, why, func(*store.Tx, *order, *Leg) (note, error) { return note{text: why}, nil })
}

// Submit gives the unit's reply to the hotline office, signed off by the unit's head (签批提交); the handling clock
// stops provisionally. A proposed reply may be submitted as it stands (r empty) or changed.
func (m *Module) Submit(ctx context.Context, cmd Command, r Reply) (Ticket, error) {
	cmd.sent = r.sent()
	return m.do(ctx, cmd, ActSubmit, fmt.Sprintf("%+v", r), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if r == (Reply{}) && l.State == SignOff {
			r = Reply{Public: l.ReplyPublic, Inside: l.ReplyInside, Solved: l.Solved, ContactedAt: l.ContactedAt}
		}
		if err := r.validate(&o.Ticket, l, tx.Now()); err != nil {
			return note{}, err
		}
		r.write(l)
		if err := o.childrenDone(l); err != nil {
			return note{}, err
		}
		l.SubmittedAt = tx.Now()
		n := note{leg: l.ID, text: r.Public, data: map[string]any{"solved": r.Solved, "contacted_at": r.ContactedAt, "late": l.SubmittedAt > l.Due}}
		if err := m.indexReply(tx, &o.Ticket, l); err != nil {
			return note{}, err
		}
		cites := replyCites(l, cmd.Cites)
		if l.leadReply() {
			if err := m.mustCite(tx, o, cites); err != nil {
				return note{}, err
			}
		}
		n, err := m.cite(tx, o, knowledge.CitedInReply, cites, n)
		if err != nil {
			return note{}, err
		}
		return o.attach(tx, n, Evidence, cmd.Files)
	})
}

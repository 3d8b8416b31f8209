package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
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
	UnitID string `json:"unit_id"`
	Remark string `json:"remark,omitempty"`
	Classify
}

// Dispatch sends a ticket to its lead unit (派单) and starts the clocks of signing and handling. It refuses with
// hotline.conflict_of_interest the unit that the ticket is about.
func (m *Module) Dispatch(ctx context.Context, cmd Command, in DispatchInput) (Ticket, error) {
	return m.do(ctx, cmd, ActDispatch, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if err := in.Classify.apply(o); err != nil {
			return note{}, err
		}
		return m.send(tx, o, in.UnitID, StepHandle, in.Remark)
	})
}

// send adds the lead leg of the order's round.
func (m *Module) send(tx *store.Tx, o *order, unit, handleStep, remark string) (note, error) {
	if err := m.checkUnit(tx, o, unit); err != nil {
		return note{}, err
	}
	c, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return note{}, err
	}
	l := m.newLeg(tx, c, &o.Ticket, unit, Lead, handleStep)
	o.addLeg(l)
	o.follow(&l)
	o.counts.add(CountDispatched, tx.Now().Date(), unit, 1)
	if err := m.watchFrom(tx, c, &l); err != nil {
		return note{}, err
	}
	return note{leg: l.ID, text: strings.TrimSpace(remark), data: map[string]any{"unit": unit, "sign_due": l.SignDue, "due": l.Due, "limit": l.Course.Limit,
		"provisional": l.Provisional, "calendar_revision": l.Revision}}, nil
}

// checkUnit refuses a unit that does not exist, is closed, or is the one that the ticket accuses, or below it.
func (m *Module) checkUnit(tx *store.Tx, o *order, unit string) error {
	if unit == "" {
		return ErrInput.Field("unit_id", "请选择承办单位。")
	}
	u, err := m.org.UnitTx(tx, o.CentreID, unit)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	if err != nil || !u.Active(tx.Now().Date()) {
		return ErrInput.Field("unit_id", "没有这个承办单位，或它已停用。请重新选择。")
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
		o.QueueAt = l.Due
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

func (r *Reply) validate(t *Ticket, now clock.Instant) error {
	e := ErrInput
	r.Public, r.Inside = strings.TrimSpace(r.Public), strings.TrimSpace(r.Inside)
	if _, err := reason("reply_public", "公开答复", r.Public); err != nil {
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
	case r.ContactedAt == 0 && t.ContactWanted():
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
	return m.do(ctx, cmd, ActPropose, fmt.Sprintf("%+v", r), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := r.validate(&o.Ticket, tx.Now()); err != nil {
			return note{}, err
		}
		r.write(l)
		n := note{leg: l.ID, text: r.Public, data: map[string]any{"solved": r.Solved}}
		return o.attach(tx, n, Evidence, cmd.Files)
	})
}

// SendBack returns a proposed reply to the liaison (退改).
func (m *Module) SendBack(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := reason("reason", "退改意见", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActSendBack, why, func(*store.Tx, *order, *Leg) (note, error) { return note{text: why}, nil })
}

// Submit gives the unit's reply to the hotline office, signed off by the unit's head (签批提交); the handling clock
// stops provisionally. A proposed reply may be submitted as it stands (r empty) or changed.
func (m *Module) Submit(ctx context.Context, cmd Command, r Reply) (Ticket, error) {
	return m.do(ctx, cmd, ActSubmit, fmt.Sprintf("%+v", r), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if r == (Reply{}) && l.State == SignOff {
			r = Reply{Public: l.ReplyPublic, Inside: l.ReplyInside, Solved: l.Solved, ContactedAt: l.ContactedAt}
		}
		if err := r.validate(&o.Ticket, tx.Now()); err != nil {
			return note{}, err
		}
		r.write(l)
		l.SubmittedAt, o.QueueAt = tx.Now(), tx.Now()
		n := note{leg: l.ID, text: r.Public, data: map[string]any{"solved": r.Solved, "contacted_at": r.ContactedAt, "late": l.SubmittedAt > l.Due}}
		return o.attach(tx, n, Evidence, cmd.Files)
	})
}

// AskExtension asks for more time (申请延期) before the due moment. While the ask waits, the leg is not overdue. Refusals:
// hotline.ext_limit, calendar.after_due.
func (m *Module) AskExtension(ctx context.Context, cmd Command, days int, why string) (Ticket, error) {
	why, err := reason("reason", "延期理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActAskExtension, fmt.Sprint(days, why), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		limits, err := m.limits(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		if l.ExtCount >= limits.Extensions || !l.Extension.IsZero() {
			return note{}, ErrExtLimit.Say("每个承办件最多延期 %d 次，不能再次申请。", limits.Extensions)
		}
		if days < 1 || days > limits.ExtensionDays {
			return note{}, ErrInput.Field("days", "延期天数应为 1 至 %d 个工作日。", limits.ExtensionDays)
		}
		if err := calendar.CheckExtension(l.Due, tx.Now(), l.ExtCount, limits.Extensions); err != nil {
			return note{}, err
		}
		l.Extension = Extension{AskedAt: tx.Now(), AskedBy: actorID(tx), Days: days, Reason: why}
		return note{text: why, data: map[string]any{"days": days, "due": l.Due}}, nil
	})
}

// DecideExtension grants (the new end counts from the old one) or denies an extension; after a denial the old end
// stands, and a card that fell in the meantime is issued at once.
func (m *Module) DecideExtension(ctx context.Context, cmd Command, grant bool, remark string) (Ticket, error) {
	action := ActGrantExt
	if !grant {
		action = ActDenyExt
		var err error
		if remark, err = reason("reason", "不予延期的理由", remark); err != nil {
			return Ticket{}, err
		}
	}
	return m.do(ctx, cmd, action, remark, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if l.Extension.IsZero() {
			return note{}, ErrNoExt
		}
		ask, old := l.Extension, l.Due
		l.Extension = Extension{}
		if grant {
			cal, err := m.calendarOf(tx, o.CentreID)
			if err != nil {
				return note{}, err
			}
			l.ExtCount++
			o.turn(l, cal, calendar.Turn{Kind: calendar.TurnExtend, At: tx.Now(), By: calendar.Workdays(ask.Days)})
		}
		return note{text: strings.TrimSpace(remark), data: map[string]any{"days": ask.Days, "asked_at": ask.AskedAt, "old_due": old, "new_due": l.Due}}, m.watchNow(tx, l)
	})
}

// Suspend stops the handling clock (挂账) for a cause outside the unit, with measures and a day of review at most 90 days
// ahead, on which it resumes by itself.
func (m *Module) Suspend(ctx context.Context, cmd Command, measures string, reviewAt clock.Date) (Ticket, error) {
	measures, err := reason("measures", "挂账原因和措施", measures)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActSuspend, measures+reviewAt.String(), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		limits, err := m.limits(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		today := tx.Now().Date()
		if most := limits.SuspendDays; reviewAt <= today || reviewAt > today+clock.Date(most) {
			return note{}, ErrInput.Field("review_at", "复查日期应在明天至 %d 天之内。", most)
		}
		if tx.Now() > l.Due {
			return note{}, calendar.ErrAfterDue
		}
		cal, err := m.calendarOf(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		l.ReviewAt = reviewAt.Clock(8, 30)
		l.State = LegSuspended
		o.turn(l, cal, calendar.Turn{Kind: calendar.TurnSuspend, At: tx.Now()})
		return note{text: measures, data: map[string]any{"review_at": reviewAt, "due": l.Due}}, m.watchNow(tx, l)
	})
}

// Resume sets the handling clock going again (恢复办理); the rest of the limit counts from now.
func (m *Module) Resume(ctx context.Context, cmd Command, remark string) (Ticket, error) {
	return m.do(ctx, cmd, ActResume, remark, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		return m.resume(tx, o, l, remark)
	})
}

func (m *Module) resume(tx *store.Tx, o *order, l *Leg, remark string) (note, error) {
	cal, err := m.calendarOf(tx, o.CentreID)
	if err != nil {
		return note{}, err
	}
	old := l.Due
	l.State, l.ReviewAt = Signed, 0
	o.turn(l, cal, calendar.Turn{Kind: calendar.TurnResume, At: tx.Now()})
	return note{text: strings.TrimSpace(remark), data: map[string]any{"old_due": old, "new_due": l.Due}}, m.watchNow(tx, l)
}

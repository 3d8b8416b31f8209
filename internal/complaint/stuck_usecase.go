package complaint

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// DispatchInput is who is to handle a stuck matter.
type DispatchInput struct {
	UnitID string `json:"unit_id" maxLength:"40" doc:"承办单位"`
	Note   string `json:"note,omitempty" maxLength:"2000" doc:"要求"`
}

// Dispatch gives a stuck matter to a unit (派单), which must call the reporter before the day is over.
func (m *Module) Dispatch(ctx context.Context, cmd Command, in DispatchInput) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActDispatch, in, func(tx *store.Tx, f *file) (note, error) {
		if in.UnitID == "" {
			return note{}, ErrUnit.Field("unit_id", "请选择承办单位。")
		}
		f.UnitID = in.UnitID
		if err := m.mustPlace(tx, f); err != nil {
			return note{}, err
		}
		return note{text: in.Note, data: map[string]any{"unit": in.UnitID}}, f.expectContact(tx)
	})
}

// expectContact starts the clock of the same day's contact.
func (f *file) expectContact(tx *store.Tx) error {
	f.ContactedAt = 0
	f.stop(tx, ClockContact)
	return f.start(tx, ClockContact, tx.Now().Date(), 0)
}

// GiveBack returns a stuck matter that is not the unit's (退回派单), to be dispatched to another.
func (m *Module) GiveBack(ctx context.Context, cmd Command, why string) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActGiveBack, why, func(tx *store.Tx, f *file) (note, error) {
		text, err := said("reason", "退回的理由和应当承办的单位", why)
		f.stop(tx, ClockContact)
		return note{text: text}, err
	})
}

// Contact records that the unit spoke with the reporter (联系反映人).
func (m *Module) Contact(ctx context.Context, cmd Command, what string) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActContact, what, func(tx *store.Tx, f *file) (note, error) {
		text, err := said("reason", "联系的情况", what)
		f.ContactedAt, f.Handler = tx.Now(), actor.From(ctx).UserID
		f.stop(tx, ClockContact)
		return note{text: text}, err
	})
}

// ExtendInput is how much longer a stuck matter takes, why, and what the reporter was told of it.
type ExtendInput struct {
	Days    int        `json:"days" minimum:"1" maximum:"15" doc:"延长的工作日"`
	Reason  string     `json:"reason" maxLength:"2000" doc:"原因，反映人可以看到"`
	Contact string     `json:"contact" maxLength:"2000" doc:"为延期联系反映人的记录，反映人可以看到"`
	Told    clock.Date `json:"told" doc:"告诉反映人的新期限，应是延长后的最后一天"`
}

// maxExtension is how many working days an extension may add: no more than the longest limit.
const maxExtension = 15

// Extend puts the end off (延期), once a round: before its last day, and only with the record of a contact made for it, beside the
// first contact of the round, in which the reporter was told the reason and the new end (hall reference §1.6).
func (m *Module) Extend(ctx context.Context, cmd Command, in ExtendInput) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActExtend, in, func(tx *store.Tx, f *file) (note, error) {
		if f.ContactedAt == 0 {
			return note{}, ErrContactFirst
		}
		if in.Days < 1 || in.Days > maxExtension {
			return note{}, ErrInput.Field("days", "延期应为 1 至 %d 个工作日。", maxExtension)
		}
		text, err := in.words()
		if err != nil {
			return note{}, err
		}
		k := f.running(ClockHandle)
		if k == nil {
			return note{}, calendar.ErrAfterDue
		}
		was, today := calendar.LastDay(k.Due), tx.Now().Date()
		if today == was {
			return note{}, ErrContactLate
		}
		if err := k.extend(f.cal, today, in.Days); err != nil {
			return note{}, err
		}
		due := calendar.LastDay(k.Due)
		if in.Told != due {
			return note{}, ErrInput.Field("told", "延长 %d 个工作日，新期限是 %s。请按这一天告诉反映人。", in.Days, due)
		}
		f.ContactedAt, f.Handler = tx.Now(), actor.From(ctx).UserID
		return note{text: text, data: map[string]any{"days": in.Days, "was": was.String(), "due": due.String(), "told": in.Told.String()}}, nil
	})
}

// words checks what is written of an extension: the reason, and the contact.
func (in *ExtendInput) words() (string, error) {
	reason, err := said("reason", "延期的原因", in.Reason)
	if err != nil {
		return "", err
	}
	contact, err := said("contact", "为延期联系反映人的记录", in.Contact)
	if err != nil {
		return "", err
	}
	if in.Told.IsZero() {
		return "", ErrInput.Field("told", "请填写告诉反映人的新期限。")
	}
	return reason + "\n联系反映人：" + contact, nil
}

// FinishInput is what a unit did about a stuck matter, and why it had been stuck.
type FinishInput struct {
	Result string `json:"result" maxLength:"2000" doc:"办理结果，反映人可以看到"`
	Cause  string `json:"cause" maxLength:"20" doc:"成因的代码"`
}

// Finish says that what was stuck is done (办结). What the law does not allow is not done this way: see Deny.
func (m *Module) Finish(ctx context.Context, cmd Command, in FinishInput) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActFinish, in, func(tx *store.Tx, f *file) (note, error) {
		if f.Class == Barred {
			return note{}, ErrDenyBarred
		}
		text, err := said("result", "办理结果", in.Result)
		if err != nil {
			return note{}, err
		}
		if err := mustCause(tx, f.CentreID, in.Cause); err != nil {
			return note{}, err
		}
		f.Cause = in.Cause
		f.finished(tx, Done)
		return note{text: text, data: map[string]any{"cause": in.Cause}}, nil
	})
}

// finished ends the clocks of the handling unit. Figures judge by the first round.
func (f *file) finished(tx *store.Tx, o Outcome) {
	f.Outcome = o
	if f.FinishedAt == 0 {
		f.FinishedAt = tx.Now()
	}
	f.stop(tx, ClockHandle, ClockContact)
}

// DenyInput is a reply that says no, with what it rests on.
type DenyInput struct {
	Result string `json:"result" maxLength:"2000" doc:"不能办理的情况和理由，反映人可以看到"`
	Basis  string `json:"basis" maxLength:"500" doc:"法律法规依据，写明条款"`
	Cause  string `json:"cause" maxLength:"20" doc:"成因的代码"`
}

// Deny drafts the reply that something cannot be done (否定答复报告): nobody says no by himself, but with a basis and the approval of
// somebody else (hall reference §1.6).
func (m *Module) Deny(ctx context.Context, cmd Command, in DenyInput) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActDeny, in, func(tx *store.Tx, f *file) (note, error) {
		text, err := said("result", "不能办理的情况和理由", in.Result)
		if err != nil {
			return note{}, err
		}
		basis, err := said("basis", "依据", in.Basis)
		if err != nil {
			return note{}, err
		}
		if err := mustCause(tx, f.CentreID, in.Cause); err != nil {
			return note{}, err
		}
		f.Cause, f.Proposer = in.Cause, actor.From(ctx).UserID
		return note{text: text + "\n依据：" + basis, data: map[string]any{"cause": in.Cause}}, nil
	})
}

// ApproveDenial lets a denial go out (批准否定答复); never by him who drafted it.
func (m *Module) ApproveDenial(ctx context.Context, cmd Command, opinion string) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActApprove, opinion, func(tx *store.Tx, f *file) (note, error) {
		if f.Proposer == actor.From(ctx).UserID {
			return note{}, ErrSameSigner
		}
		f.finished(tx, Denied)
		return note{text: opinion}, nil
	})
}

// RejectDenial sends a denial back (退回否定答复): the matter is to be got done.
func (m *Module) RejectDenial(ctx context.Context, cmd Command, why string) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActReject, why, func(_ *store.Tx, f *file) (note, error) {
		text, err := said("reason", "退回的理由", why)
		f.Proposer = ""
		return note{text: text}, err
	})
}

// VisitInput is what the reporter said when he was asked.
type VisitInput struct {
	Answer Answer `json:"answer" maxLength:"20" doc:"satisfied 满意、unsatisfied 不满意、unreached 联系不上"`
	Note   string `json:"note,omitempty" maxLength:"2000" doc:"回访情况"`
}

// VisitStuck asks the reporter of a stuck matter afterwards (回访), never by the unit that handled it. Dissatisfied once, it is done
// again; dissatisfied again, it goes up to the leader (提级); everything else is archived.
func (m *Module) VisitStuck(ctx context.Context, cmd Command, in VisitInput) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActVisit, in, func(tx *store.Tx, f *file) (note, error) {
		if actor.From(ctx).HasUnit(f.UnitID) {
			return note{}, ErrOwnVisit
		}
		n, err := f.visit(in)
		if err != nil || in.Answer != Dissatisfied {
			return n, err
		}
		if f.Round > 1 {
			f.State = Escalated
			return n, nil
		}
		return n, f.again(tx)
	})
}

// visit notes an answer.
func (f *file) visit(in VisitInput) (note, error) {
	if in.Answer.Label() == "" {
		return note{}, ErrInput.Field("answer", "请选择反映人的意见。")
	}
	text := in.Note
	if in.Answer == Dissatisfied {
		var err error
		if text, err = said("note", "反映人不满意的原因", in.Note); err != nil {
			return note{}, err
		}
	}
	f.Visited = in.Answer
	return note{text: text, data: map[string]any{"answer": in.Answer}}, nil
}

// again begins another round with the unit: the limit of the class from today, and a contact today.
func (f *file) again(tx *store.Tx) error {
	f.State, f.Outcome = Handling, ""
	f.Round++
	n, err := days(tx, f.CentreID, LimitCode(f.Class))
	if err != nil {
		return err
	}
	if err := f.start(tx, ClockHandle, tx.Now().Date(), n); err != nil {
		return err
	}
	return f.expectContact(tx)
}

// Order sends an escalated matter back to the unit with the leader's instruction (批示重办).
func (m *Module) Order(ctx context.Context, cmd Command, instruction string) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActOrder, instruction, func(tx *store.Tx, f *file) (note, error) {
		text, err := said("reason", "批示", instruction)
		if err != nil {
			return note{}, err
		}
		return note{text: text}, f.again(tx)
	})
}

// Settle ends an escalated matter by the leader's word (批示终结), which the reporter reads.
func (m *Module) Settle(ctx context.Context, cmd Command, words string) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActSettle, words, func(*store.Tx, *file) (note, error) {
		text, err := said("reason", "终结的意见", words)
		return note{text: text}, err
	})
}

// Attribute sets right why something was stuck (归因), as the supervisors see it.
func (m *Module) Attribute(ctx context.Context, cmd Command, cause, why string) (Matter, error) {
	return m.change(ctx, Stuck, cmd, ActAttribute, []string{cause, why}, func(tx *store.Tx, f *file) (note, error) {
		if err := mustCause(tx, f.CentreID, cause); err != nil {
			return note{}, err
		}
		was := f.Cause
		f.Cause = cause
		return note{text: why, data: map[string]any{"was": was, "cause": cause}}, nil
	})
}

package hotline

import (
	"context"
	"fmt"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Where a centre's parameter says so, a return takes two people of the unit (hotline reference §5.2 T9): the liaison
// writes it (拟退单), the head confirms it and thereby asks the hotline office. Until then nothing has been asked.

// AskDrafted is the state of an ask that its unit has not made yet.
const AskDrafted AskState = "drafted" // 拟稿

// returnSteps is the value of the parameter with which a return takes two people.
const returnSteps = 2

// ErrReturnSteps refuses a return that skips a step: detail "why" is draft, same_person or one_step.
var ErrReturnSteps = errs.New(errs.Conflict, "hotline.return_steps", "退单要先由联络员拟稿，再由分管负责人确认提交。")

// Why a step of a return is refused.
const (
	StepsDraft  = "draft"       // nobody has written it
	StepsSame   = "same_person" // who wrote it may not confirm it
	StepsSingle = "one_step"    // the centre does without
)

// DraftReturn writes a return for the unit's head to confirm (拟退单); a further one takes the place of the first.
func (m *Module) DraftReturn(ctx context.Context, cmd Command, in ReturnInput) (Ticket, error) {
	if err := in.validate(); err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActDraftReturn, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		c, err := m.clocks(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		if err := m.mayReturn(tx, o, l, c, in); err != nil {
			return note{}, err
		}
		if c.limits.ReturnSteps < returnSteps {
			return note{}, ErrReturnSteps.Say("本中心的退单由分管负责人直接申请，不用拟稿。").With("why", StepsSingle)
		}
		if l.Asks > 0 {
			return note{}, ErrAskPending
		}
		draft := Ask{CentreID: o.CentreID, TicketID: o.ID, ID: tx.NewID(), LegID: l.ID, UnitID: l.UnitID, Kind: AskedReturn, Ground: in.Ground, Reason: in.Reason, OtherUnit: in.Other, Due: l.Due,
			State: AskDrafted, ReviewOn: clock.NoDate, DraftedAt: tx.Now(), DraftedBy: actorID(tx)}
		n := note{text: in.Ground + "。" + in.Reason, data: map[string]any{"ground": in.Ground, "other_unit": in.Other}}
		if err := dropDraft(tx, o, l.ID); err != nil {
			return n, err
		}
		return n, store.Insert(tx, "hotline_ask", draft)
	})
}

// DropReturn takes a written return back (撤下拟稿): its writer has thought better of it, or the head does not agree.
func (m *Module) DropReturn(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := Reason("reason", "撤下的理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActDropReturn, why, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		draft, err := draftOf(tx, o, l.ID)
		if err == nil && draft.ID == "" {
			err = ErrNoAsk
		}
		if err != nil {
			return note{}, err
		}
		return note{text: why}, dropDraft(tx, o, l.ID)
	})
}

// draftOf gives the written return of a leg; one without id where there is none.
func draftOf(tx *store.Tx, o *order, leg LegID) (Ask, error) {
	list, err := store.Select[Ask](tx, "SELECT "+askColumns+" FROM hotline_ask WHERE centre_id = $1 AND ticket_id = $2 AND leg_id = $3 AND state = 'drafted'", o.CentreID, o.ID, leg)
	if err != nil || len(list) == 0 {
		return Ask{}, err
	}
	return list[0], nil
}

func dropDraft(tx *store.Tx, o *order, leg LegID) error {
	return tx.Queue("DELETE FROM hotline_ask WHERE centre_id = $1 AND ticket_id = $2 AND leg_id = $3 AND state = 'drafted'", o.CentreID, o.ID, leg)
}

// confirm makes a written return the unit's ask, in the words that the head gives it, or as it was written.
func (o *order) confirm(tx *store.Tx, l *Leg, draft Ask, in *ReturnInput) error {
	if *in == (ReturnInput{}) {
		*in = ReturnInput{Ground: draft.Ground, Reason: draft.Reason, Other: draft.OtherUnit}
	}
	draft.Ground, draft.Reason, draft.OtherUnit, draft.Due = in.Ground, in.Reason, in.Other, l.Due
	draft.State, draft.AskedAt, draft.AskedBy = AskWaiting, tx.Now(), actorID(tx)
	l.Asks++
	o.change(l)
	return store.Update(tx, "hotline_ask", draft, "centre_id", "ticket_id", "id")
}

// stepFault refuses a confirmation without the step before it.
func stepFault(l Limits, draft Ask, who string) error {
	switch {
	case l.ReturnSteps < returnSteps:
		return nil
	case draft.ID == "":
		return ErrReturnSteps.With("why", StepsDraft)
	case draft.DraftedBy == who:
		return ErrReturnSteps.Say("退单的拟稿和确认要由两个人办，请分管负责人确认。").With("why", StepsSame)
	}
	return nil
}

// stepsOf gives why a step of a return does not fit what was written so far, or "".
func (d *Dossier) stepsOf(action Action, l *Leg, limits Limits, who string) string {
	if l == nil {
		return ""
	}
	draft := Ask{}
	for _, a := range d.Asks {
		if a.State == AskDrafted && a.LegID == l.ID {
			draft = a
		}
	}
	switch action {
	case ActAskReturn:
		if err := stepFault(limits, draft, who); err != nil {
			return errs.As(err).Public
		}
	case ActDraftReturn:
		if limits.ReturnSteps < returnSteps {
			return "本中心的退单由分管负责人直接申请，不用拟稿。"
		}
	case ActDropReturn:
		if draft.ID == "" {
			return "没有拟好的退单。"
		}
	}
	return ""
}

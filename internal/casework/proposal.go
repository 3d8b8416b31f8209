package casework

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Proposal (呈批) is what one person proposes and another decides: a refusal, a special procedure, an extension, a
// correction. Kind is the action that proposed it.
type Proposal struct {
	CentreID   string        `db:"centre_id" json:"-"`
	CaseID     CaseID        `db:"case_id" json:"case_id"`
	ID         string        `db:"id" json:"id"`
	Kind       Action        `db:"kind" json:"kind"`
	Body       string        `db:"body" json:"body,omitempty"`
	Reason     string        `db:"reason" json:"reason"`
	UnitID     string        `db:"unit_id" json:"unit_id"`
	State      string        `db:"state" json:"state"`
	ProposedBy string        `db:"proposed_by" json:"proposed_by"`
	ProposedAt clock.Instant `db:"proposed_at" json:"proposed_at"`
	DecidedBy  string        `db:"decided_by" json:"decided_by,omitempty"`
	DecidedAt  clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	Answer     string        `db:"answer" json:"answer,omitempty"`
}

// States of a proposal.
const (
	ProposalOpen     = "open"     // 待批
	ProposalApproved = "approved" // 同意
	ProposalDeclined = "declined" // 不同意
)

// answers pairs what is proposed with the action by which it is approved.
var answers = map[Action]Action{ActAskRefuse: ActRefuse, ActAskSuspend: ActSuspend, ActAskExtend: ActExtend, ActAskCorrect: ActCorrect}

// propose writes an open proposal; one of a kind at a time.
func (m *Module) propose(tx *store.Tx, d *dossier, kind Action, body any, why string) (note, error) {
	why, err := reason("reason", "理由", why)
	if err != nil {
		return note{}, err
	}
	if _, found, err := openProposal(tx, d, kind); err != nil || found {
		return note{}, errors.Join(err, twice(found))
	}
	b, err := json.Marshal(body)
	if err != nil {
		return note{}, err
	}
	p := Proposal{CentreID: d.CentreID, CaseID: d.ID, ID: tx.NewID(), Kind: kind, Body: string(b), Reason: why, UnitID: d.UnitID, State: ProposalOpen,
		ProposedBy: actor.From(tx.Context()).UserID, ProposedAt: tx.Now()}
	return note{text: why}, store.Insert(tx, "casework_proposal", p)
}

func twice(found bool) error {
	if found {
		return ErrProposalOpen
	}
	return nil
}

func openProposal(tx *store.Tx, d *dossier, kind Action) (p Proposal, found bool, err error) {
	p, err = store.Get[Proposal](tx, "SELECT "+store.Columns[Proposal]("")+" FROM casework_proposal WHERE centre_id = $1 AND case_id = $2 AND kind = $3 AND state = 'open'", d.CentreID, d.ID, kind)
	if errors.Is(err, store.ErrNotFound) {
		return p, false, nil
	}
	return p, err == nil, err
}

// take gives the open proposal that an approval is about. It must be there, and another person's.
func take(tx *store.Tx, d *dossier, kind Action) (Proposal, error) {
	p, found, err := openProposal(tx, d, kind)
	switch {
	case err != nil:
		return p, err
	case !found:
		return p, ErrProposal
	case p.ProposedBy == actor.From(tx.Context()).UserID:
		return p, ErrSameSigner
	}
	return p, nil
}

// settle closes the open proposal of a kind, if there is one.
func (m *Module) settle(tx *store.Tx, d *dossier, kind Action, approved bool) error {
	state := ProposalDeclined
	if approved {
		state = ProposalApproved
	}
	return tx.Queue("UPDATE casework_proposal SET state = $4, decided_by = $5, decided_at = $6 WHERE centre_id = $1 AND case_id = $2 AND kind = $3 AND state = 'open'",
		d.CentreID, d.ID, kind, state, actor.From(tx.Context()).UserID, tx.Now())
}

// ProposeRefusal proposes not to accept the application (建议不予受理).
func (m *Module) ProposeRefusal(ctx context.Context, cmd Command, in RefuseInput) (Case, error) {
	return m.run(ctx, cmd, ActAskRefuse, in, func(tx *store.Tx, d *dossier) (note, error) {
		if err := in.validate(); err != nil {
			return note{}, err
		}
		return m.propose(tx, d, ActAskRefuse, in, in.Reason)
	})
}

// ProcedureInput is a special procedure as it is proposed. Nothing but days: the time of entry is the server's.
type ProcedureInput struct {
	Type     string     `json:"type" doc:"特别程序种类代码"`
	Start    clock.Date `json:"start" doc:"开始日期，不早于今天"`
	End      clock.Date `json:"end,omitzero" doc:"结束日期"`
	Expected clock.Date `json:"expected,omitzero" doc:"预计结束日期"`
	Notice   clock.Date `json:"notice,omitzero" doc:"书面告知申请人的日期，不早于接件，不晚于开始日期和今天"`
	Reason   string     `json:"reason" maxLength:"2000"`
}

// suspension is the procedure as the calendar counts it.
func (in *ProcedureInput) suspension(t *Terms) (calendar.Suspension, error) {
	basis, err := t.suspension(in.Type)
	return calendar.Suspension{Start: in.Start, End: in.End, Expected: in.Expected, Notice: in.Notice, Type: in.Type, Basis: basis}, err
}

// noticed refuses a day of the written notice on which the applicant cannot have been told: none, before the case was received, after
// the first day of the procedure or after today (hall reference §3 rule 7).
func (in *ProcedureInput) noticed(received, today clock.Date) error {
	switch {
	case in.Notice <= 0 || in.Notice > in.Start:
		return ErrNoticeRequired.Field("notice", "请填写书面告知申请人的日期，不晚于开始日期。")
	case in.Notice < received:
		return ErrNoticeRequired.Say("书面告知的日期 %s 早于接件日期 %s，不能作为这次特别程序的告知。请按告知书填写。", in.Notice, received).Field("notice", "告知日期不能早于接件日期 %s。", received)
	case in.Notice > today:
		return ErrNoticeRequired.Say("书面告知的日期 %s 还没有到。请先书面告知申请人，再提请特别程序。", in.Notice).Field("notice", "告知日期不能在今天以后。")
	}
	return nil
}

// ProposeSuspension proposes a special procedure (提请特别程序). It is tried on the clocks at once, so that a wrong kind, a day
// in the past, a limit that is over, a missing notice or a plan that is longer than the item allows is refused now; a day in the
// past is kept as an event and an alert.
func (m *Module) ProposeSuspension(ctx context.Context, cmd Command, in ProcedureInput) (Case, error) {
	return m.run(ctx, cmd, ActAskSuspend, in, func(tx *store.Tx, d *dossier) (note, error) {
		s, err := in.suspension(&d.terms)
		if err != nil {
			return note{}, err
		}
		for _, k := range d.deciding() {
			trial := *k
			if err := trial.suspend(d.cal, tx.Now().Date(), s); err != nil {
				return note{}, err
			}
		}
		if err := in.noticed(d.ReceivedAt.Date(), tx.Now().Date()); err != nil {
			return note{}, err
		}
		if err := d.terms.within(d.cal, s); err != nil {
			return note{}, err
		}
		n, err := m.propose(tx, d, ActAskSuspend, in, in.Reason)
		n.data = map[string]any{"type": in.Type, "start": in.Start.String()}
		return n, err
	})
}

// deciding lists the running clocks of the decision.
func (d *dossier) deciding() []*Clock {
	var out []*Clock
	for _, k := range d.clocks {
		if k.Running && (k.Kind == ClockFirst || k.Kind == ClockPromise || k.Kind == ClockStatutory || k.Kind == ClockStep) {
			out = append(out, k)
		}
	}
	return out
}

// Suspend approves the special procedure that is proposed: the clocks of the decision stand still from its first day, and
// the applicant is told in writing (特别程序告知书, 行政许可法 art. 45).
func (m *Module) Suspend(ctx context.Context, cmd Command) (Case, error) {
	return m.run(ctx, cmd, ActSuspend, nil, func(tx *store.Tx, d *dossier) (note, error) {
		p, err := take(tx, d, ActAskSuspend)
		if err != nil {
			return note{}, err
		}
		var in ProcedureInput
		if err := json.Unmarshal([]byte(p.Body), &in); err != nil {
			return note{}, err
		}
		s, err := in.suspension(&d.terms)
		if err != nil {
			return note{}, err
		}
		promise, statutory := d.PromiseDue, d.StatutoryDue
		d.timeStop(s.Start)
		for _, k := range d.deciding() {
			if err := k.suspend(d.cal, tx.Now().Date(), s); err != nil {
				return note{}, err
			}
			if err := k.project(d.cal, tx.Now().Date()); err != nil {
				return note{}, err
			}
		}
		if err := m.settle(tx, d, ActAskSuspend, true); err != nil {
			return note{}, err
		}
		v, err := m.issue(tx, d, VoucherProcedure, procedureLetter(d.cal, s, promise, statutory))
		return note{text: p.Reason, data: map[string]any{"type": s.Type, "start": s.Start.String(), "end": dayOrNone(s.End), "proposed_by": p.ProposedBy, "voucher": v.No}}, err
	})
}

// dayOrNone writes a day, "" for none.
func dayOrNone(d clock.Date) string {
	if d <= 0 {
		return ""
	}
	return d.String()
}

// Resume ends the special procedure (结束特别程序) with its result: the days before its last one are not counted.
func (m *Module) Resume(ctx context.Context, cmd Command, result string) (Case, error) {
	return m.run(ctx, cmd, ActResume, result, func(tx *store.Tx, d *dossier) (note, error) {
		result, err := reason("result", "特别程序的结果", result)
		if err != nil {
			return note{}, err
		}
		today := tx.Now().Date()
		for _, k := range d.deciding() {
			if err := k.resume(today); err != nil {
				return note{}, err
			}
			if err := k.project(d.cal, today); err != nil {
				return note{}, err
			}
		}
		return note{text: result, data: map[string]any{"end": today.String()}}, nil
	})
}

// resume ends the suspension that is open, or one with a planned end that is still to come.
func (k *Clock) resume(today clock.Date) error {
	list := slices.Clone(k.day.Suspensions)
	for i := range list {
		if !list[i].Open() && list[i].End > today {
			list[i].End = max(today, list[i].Start)
			k.day.Suspensions = list
			return nil
		}
	}
	day, err := k.day.Resume(today, today)
	if err == nil {
		k.day = day
		return nil
	}
	if errors.Is(err, calendar.ErrNotSuspended) { // a procedure with a planned end is over by itself
		return nil
	}
	return err
}

// ProposeExtension proposes to put the decision off (提请延期).
func (m *Module) ProposeExtension(ctx context.Context, cmd Command, why string) (Case, error) {
	return m.run(ctx, cmd, ActAskExtend, why, func(tx *store.Tx, d *dossier) (note, error) {
		k := d.running(ClockStatutory)
		if d.FirstPending() {
			return note{}, ErrInput.Say("还在初审，只有决定机关的期限可以延长。")
		}
		if k == nil {
			return note{}, ErrInput.Say("本事项没有法定办结时限，不能延期。")
		}
		trial := *k
		if err := trial.extend(d.cal, tx.Now().Date(), d.terms.extension()); err != nil {
			return note{}, err
		}
		return m.propose(tx, d, ActAskExtend, nil, why)
	})
}

// ExtendInput is what an approval of an extension says besides the proposal.
type ExtendInput struct {
	Document string `json:"document,omitempty" maxLength:"100" doc:"统一、联合、集中办理的事项：本级人民政府负责人批准的文号和批准人"`
}

// approval is the paper by which the government's head allowed the extension of a case that several organs decide together
// (行政许可法 art. 42 para 2: 15 working days); "" where the organ's own head allows it (para 1: 10).
func (in *ExtendInput) approval(t *Terms) (string, error) {
	if !t.Joint.Active() {
		return "", nil
	}
	document := strings.TrimSpace(in.Document)
	if document == "" || utf8.RuneCountInString(document) > 100 {
		return "", ErrReasonRequired.Say("几个部门统一、联合、集中办理的，延期须经本级人民政府负责人批准。请填写批准的文号和批准人，100 个字以内。").Field("document", "请填写政府负责人批准的文号和批准人。")
	}
	return document, nil
}

// Extend approves the extension that is proposed (批准延期, 行政许可法 art. 42): once, before the statutory limit is over. It
// moves the statutory limit; the promise stays. The applicant is told the reason.
func (m *Module) Extend(ctx context.Context, cmd Command, in ExtendInput) (Case, error) {
	return m.run(ctx, cmd, ActExtend, in, func(tx *store.Tx, d *dossier) (note, error) {
		p, err := take(tx, d, ActAskExtend)
		if err != nil {
			return note{}, err
		}
		document, err := in.approval(&d.terms)
		if err != nil {
			return note{}, err
		}
		k := d.running(ClockStatutory)
		if k == nil {
			return note{}, ErrProposal
		}
		days, old := d.terms.extension(), k.Due
		if err := k.extend(d.cal, tx.Now().Date(), days); err != nil {
			return note{}, err
		}
		if err := k.project(d.cal, tx.Now().Date()); err != nil {
			return note{}, err
		}
		if err := m.settle(tx, d, ActAskExtend, true); err != nil {
			return note{}, err
		}
		v, err := m.issue(tx, d, VoucherExtension, extensionLetter(days, p.Reason, document, k.Due))
		return note{text: withApproval(p.Reason, document), data: map[string]any{"days": days, "old_due": calendar.LastDay(old).String(), "new_due": calendar.LastDay(k.Due).String(), "proposed_by": p.ProposedBy, "voucher": v.No}}, err
	})
}

// withApproval adds to the reason of an extension by which paper the government's head allowed it.
func withApproval(reason, document string) string {
	if document == "" {
		return reason
	}
	return reason + "（本级人民政府负责人批准：" + document + "）"
}

// Correction puts a recorded value right by a further event; what was recorded stays in the chain. Moments are not among the
// fields: the server sets them.
type Correction struct {
	Field  string `json:"field" doc:"result_no 证照编号，valid_until 有效期止（如 2028-08-31），window_no 窗口编号，note 说明"`
	Value  string `json:"value" maxLength:"200"`
	Reason string `json:"reason" maxLength:"2000"`
}

// CorrectFields lists the fields that a correction may be about.
var CorrectFields = []string{"result_no", "valid_until", "window_no", "note"}

func (in *Correction) validate() error {
	e := ErrInput
	if !slices.Contains(CorrectFields, in.Field) {
		e = e.Field("field", "请选择更正的内容。各项时间由系统记录，不能更正。")
	}
	if v := strings.TrimSpace(in.Value); v == "" || utf8.RuneCountInString(v) > 200 {
		e = e.Field("value", "请填写更正后的内容，最多 200 个字。")
	}
	return e.OrNil()
}

// ProposeCorrection proposes a correction (建议更正).
func (m *Module) ProposeCorrection(ctx context.Context, cmd Command, in Correction) (Case, error) {
	return m.run(ctx, cmd, ActAskCorrect, in, func(tx *store.Tx, d *dossier) (note, error) {
		if err := in.validate(); err != nil {
			return note{}, err
		}
		return m.propose(tx, d, ActAskCorrect, in, in.Reason)
	})
}

// Correct makes a correction (更正): the one given or, with an empty one, the one that is proposed.
func (m *Module) Correct(ctx context.Context, cmd Command, in Correction) (Case, error) {
	return m.run(ctx, cmd, ActCorrect, in, func(tx *store.Tx, d *dossier) (note, error) {
		if in.Field == "" {
			p, err := take(tx, d, ActAskCorrect)
			if err != nil {
				return note{}, err
			}
			if err := json.Unmarshal([]byte(p.Body), &in); err != nil {
				return note{}, err
			}
			if err := m.settle(tx, d, ActAskCorrect, true); err != nil {
				return note{}, err
			}
		}
		if err := in.validate(); err != nil {
			return note{}, err
		}
		if err := m.settleAsked(tx, d); err != nil {
			return note{}, err
		}
		why, err := reason("reason", "更正的理由", in.Reason)
		was, value := "", strings.TrimSpace(in.Value)
		switch in.Field {
		case "result_no", "valid_until":
			if err == nil && in.Field == "valid_until" { // as in the register itself: see EndLicence
				err = m.empower(tx, d, ActRevoke, nil)
			}
			if err == nil {
				was, err = correctLicence(tx, d, in.Field, value)
			}
		case "window_no":
			was, d.Window = d.Window, value
		default:
			why += "：" + value
			value = ""
		}
		return note{text: why, data: map[string]any{"field": in.Field, "was": was, "is": value}}, err
	})
}

// Decline refuses what is proposed (不同意呈批), with a reason. Whoever may approve a kind may decline it.
func (m *Module) Decline(ctx context.Context, cmd Command, kind Action, why string) (Case, error) {
	a := actor.From(ctx)
	answer, ok := answers[kind]
	if !ok {
		return Case{}, ErrProposal
	}
	if err := a.Require(transitions[answer].Perm); err != nil {
		return Case{}, err
	}
	return m.run(ctx, cmd, ActDecline, []any{kind, why}, func(tx *store.Tx, d *dossier) (note, error) {
		p, err := take(tx, d, kind)
		if err != nil {
			return note{}, err
		}
		why, err := reason("reason", "不同意的理由", why)
		if err != nil {
			return note{}, err
		}
		p.State, p.DecidedBy, p.DecidedAt, p.Answer = ProposalDeclined, a.UserID, tx.Now(), why
		return note{text: why, data: map[string]any{"kind": kind}}, store.Update(tx, "casework_proposal", p, "centre_id", "case_id", "id")
	})
}

// Waiting lists the proposals that wait for the actor's word, oldest first, after an id.
func (m *Module) Waiting(ctx context.Context, after string) (list []WaitingProposal, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("p.centre_id = ?", a.CentreID).And("p.state = 'open'").And("p.id > ?", after)
	var kinds []Action
	for ask, answer := range answers {
		if a.Can(transitions[answer].Perm) {
			kinds = append(kinds, ask)
		}
	}
	slices.Sort(kinds)
	if len(kinds) == 0 {
		return nil, "", nil
	}
	store.In(w, "p.kind", kinds)
	reach(w, a, PermRead, "p.", "")
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[WaitingProposal](tx, "SELECT "+store.Columns[Proposal]("p.")+", c.no, c.item_name FROM casework_proposal p JOIN casework_case c ON c.centre_id = p.centre_id AND c.id = p.case_id"+
			w.SQL()+" ORDER BY p.id LIMIT "+itoa(ListPage+1), w.Args...)
		return err
	})
	if len(list) > ListPage {
		list = list[:ListPage]
		next = list[ListPage-1].ID
	}
	return list, next, err
}

// WaitingProposal is a proposal with the number and item of its case.
type WaitingProposal struct {
	Proposal
	No       string `db:"no" json:"no"`
	ItemName string `db:"item_name" json:"item_name"`
}

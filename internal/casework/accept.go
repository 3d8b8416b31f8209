package casework

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

const maxText = 2000

// reason checks a text that an action requires.
func reason(field, what, s string) (string, error) {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", ErrReasonRequired.Say("请填写%s。", what).Field(field, "请填写%s。", what)
	case n > maxText:
		return "", ErrInput.Field(field, "%s最多 %d 个字。", what, maxText)
	}
	return s, nil
}

// run is do in a transaction of its own. A refusal for want of authority, or for a day in the past, is kept: see remember.
func (m *Module) run(ctx context.Context, cmd Command, action Action, digest any, s step) (Case, error) {
	var c Case
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		c, err = m.do(tx, cmd, action, digest, s)
		return err
	})
	return c, m.remember(ctx, cmd, action, err)
}

// Defect is one thing that the applicant is asked to put right, tied to a material of the item's list.
type Defect struct {
	Code string `json:"material" doc:"材料代码"`
	Name string `json:"name,omitempty"`
	What string `json:"what" maxLength:"500" doc:"需要补正的内容"`
}

// SpotCorrect notes that a slip was put right on the spot (当场更正, 行政许可法 art. 32 (3)). The state stays.
func (m *Module) SpotCorrect(ctx context.Context, cmd Command, what string, had []string) (Case, error) {
	return m.run(ctx, cmd, ActSpot, []any{what, had}, func(tx *store.Tx, d *dossier) (note, error) {
		what, err := reason("what", "更正了什么", what)
		if err == nil {
			err = d.handIn(tx, had)
		}
		complete := err == nil && d.CompleteAt == 0 && len(d.terms.missing(d.materials)) == 0
		if complete {
			d.CompleteAt = tx.Now()
		}
		return note{text: what, data: map[string]any{"materials": had, "complete": complete}}, err
	})
}

// handIn marks materials as received. It refuses what is not on the case's list.
func (d *dossier) handIn(tx *store.Tx, codes []string) error {
	for _, code := range codes {
		mat, ok := d.terms.Material(code)
		if !ok || !slices.ContainsFunc(d.materials, func(r CaseMaterial) bool { return r.MaterialID == code }) {
			return ErrMaterialNotListed.With("material", code)
		}
		if err := d.setMaterial(tx, mat, MaterialHad); err != nil {
			return err
		}
	}
	return nil
}

// Notify tells the applicant once, and completely, what is to be supplied (补正告知). A second notice, or one after
// acceptance, is refused (SECOND_NOTICE) but for the chief representative or an approver with a reason, and those who
// supervise are told.
func (m *Module) Notify(ctx context.Context, cmd Command, list []Defect, why string) (Case, error) {
	return m.run(ctx, cmd, ActNotify, []any{list, why}, func(tx *store.Tx, d *dossier) (note, error) {
		return m.notify(tx, d, list, why)
	})
}

func (m *Module) notify(tx *store.Tx, d *dossier, list []Defect, why string) (note, error) {
	again := d.Notices > 0 || d.AcceptedAt != 0
	if again {
		if !actor.From(tx.Context()).Can(PermOverride) {
			return note{}, ErrSecondNotice
		}
		if _, err := reason("reason", "再次告知的理由", why); err != nil {
			return note{}, err
		}
	}
	list, err := d.defects(tx, list)
	if err != nil {
		return note{}, err
	}
	d.Notices++
	if d.AcceptedAt == 0 {
		d.State = Correcting
		d.stop(tx, ClockPrereview, ClockNotice, ClockComplete, ClockSupply)
		if err := d.start(tx, ClockSupply, "", tx.Now().Date(), d.terms.correction()); err != nil {
			return note{}, err
		}
	}
	due := d.cal.AddWorkdays(tx.Now().Date(), supplyDays).End()
	if k := d.running(ClockSupply); k != nil {
		due = k.Due
	}
	v, err := m.issue(tx, d, VoucherCorrection, correctionLetter(list, due, d.terms.Silent))
	return note{text: strings.TrimSpace(why), data: map[string]any{"voucher": v.No, "materials": codesOf(list), "again": again}}, err
}

func codesOf(list []Defect) []string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.Code
	}
	return out
}

// defects checks that every defect is about a listed material and marks it as missing again.
func (d *dossier) defects(tx *store.Tx, list []Defect) ([]Defect, error) {
	if len(list) == 0 {
		return nil, ErrInput.Field("materials", "请列出需要补正的材料，一次列全。")
	}
	out := slices.Clone(list)
	for i := range out {
		mat, ok := d.terms.Material(out[i].Code)
		if !ok {
			return nil, ErrMaterialNotListed.With("material", out[i].Code)
		}
		what, err := reason("materials", "“"+mat.Name+"”需要补正的内容", out[i].What)
		if err != nil {
			return nil, err
		}
		out[i].Name, out[i].What = mat.Name, what
		if err := d.setMaterial(tx, mat, MaterialMissing); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Supply takes what the applicant supplies (补正提交). Once everything is there the case must be accepted, within a working
// day (行政许可法 art. 32 (5)).
func (m *Module) Supply(ctx context.Context, cmd Command, had []string, came bool) (Case, error) {
	return m.run(ctx, cmd, ActSupply, []any{had, came}, func(tx *store.Tx, d *dossier) (note, error) {
		if err := d.handIn(tx, had); err != nil {
			return note{}, err
		}
		if came {
			d.Trips++
		}
		missing := d.terms.missing(d.materials)
		if len(missing) > 0 {
			names := make([]string, len(missing))
			for i, mat := range missing {
				names[i] = mat.Name
			}
			return note{}, ErrMissing.Say("还缺：%s。补齐后再提交，或容缺受理。", strings.Join(names, "、"))
		}
		d.CompleteAt = tx.Now()
		d.stop(tx, ClockSupply)
		err := d.start(tx, ClockComplete, "", tx.Now().Date(), item.Limit{N: completeDays, Unit: item.Workday})
		return note{data: map[string]any{"materials": had, "came": came}}, err
	})
}

// Accept accepts the application (受理) with everything there, with a written promise to supply what may follow (容缺受理), or
// on the applicant's declaration (告知承诺). The clocks of the decision start from today.
func (m *Module) Accept(ctx context.Context, cmd Command, mode Mode) (Case, error) {
	return m.run(ctx, cmd, ActAccept, mode, func(tx *store.Tx, d *dossier) (note, error) {
		missing := d.terms.missing(d.materials)
		if err := d.mayAccept(mode, missing); err != nil {
			return note{}, err
		}
		d.stop(tx, ClockNotice, ClockComplete, ClockSupply)
		if err := m.promised(tx, d, mode, missing); err != nil {
			return note{}, err
		}
		return m.accepted(tx, d, mode, tx.Now())
	})
}

// mayAccept checks that a mode of acceptance fits the item and what is missing.
func (d *dossier) mayAccept(mode Mode, missing []item.Material) error {
	switch mode {
	case NormalMode:
		if len(missing) > 0 {
			return ErrMissing
		}
	case Tolerant:
		if !d.terms.Tolerant || len(missing) == 0 || slices.ContainsFunc(missing, func(mat item.Material) bool { return !mat.Waivable }) {
			return ErrInput.Say("不能容缺受理：本事项没有规定容缺，或所缺的不是可容缺的材料。").Field("mode", "不能容缺受理。")
		}
	case Pledged:
		if !d.terms.Commitment {
			return ErrInput.Say("本事项没有规定告知承诺。").Field("mode", "本事项没有规定告知承诺。")
		}
	default:
		return ErrInput.Field("mode", "请选择受理方式。")
	}
	return nil
}

// promised writes the applicant's promise or declaration.
func (m *Module) promised(tx *store.Tx, d *dossier, mode Mode, missing []item.Material) error {
	state, kind, l := MaterialPromised, VoucherTolerance, Letter{}
	switch mode {
	case Tolerant:
		if err := d.start(tx, ClockSupply, "", tx.Now().Date(), d.terms.correction()); err != nil {
			return err
		}
		l = toleranceLetter(missing, d.running(ClockSupply).Due)
	case Pledged:
		state, kind, l = MaterialPledged, VoucherPledge, pledgeLetter(d.terms.Conditions, missing)
	default:
		return nil
	}
	for _, mat := range missing {
		if err := d.setMaterial(tx, mat, state); err != nil {
			return err
		}
	}
	_, err := m.issue(tx, d, kind, l)
	return err
}

// accepted starts the clocks of the decision from the day of acceptance and writes the voucher.
func (m *Module) accepted(tx *store.Tx, d *dossier, mode Mode, at clock.Instant) (note, error) {
	d.AcceptedAt, d.Mode, d.State = at, mode, Accepted
	d.timeAcceptance(at)
	if err := d.begins(tx); err != nil {
		return note{}, err
	}
	for _, k := range d.clocks {
		switch k.Kind {
		case ClockPromise:
			d.PromiseDue = k.Due
		case ClockStatutory:
			d.StatutoryDue = k.Due
		}
	}
	v, err := m.issue(tx, d, VoucherAccepted, d.acceptedLetter())
	return note{data: map[string]any{"mode": mode, "accepted_on": at.Date().String(), "voucher": v.No, "calendar_revision": d.cal.Revision()}}, err
}

// deem accepts a case because nothing was told in time (视为受理): as of the day of receipt, or of the complete supplement.
func (m *Module) deem(tx *store.Tx, d *dossier, k *Clock) (note, error) {
	at := d.ReceivedAt
	if k.Kind == ClockComplete {
		at = d.CompleteAt
	}
	d.stop(tx, ClockPrereview, ClockNotice, ClockComplete)
	return m.accepted(tx, d, DeemedMode, at)
}

// Fulfil takes the materials that were promised (容缺材料补齐).
func (m *Module) Fulfil(ctx context.Context, cmd Command, had []string) (Case, error) {
	return m.run(ctx, cmd, ActFulfil, had, func(tx *store.Tx, d *dossier) (note, error) {
		if len(d.had(MaterialPromised, MaterialMissing)) == 0 {
			return note{}, ErrNothingPromised
		}
		if err := d.handIn(tx, had); err != nil {
			return note{}, err
		}
		if len(d.had(MaterialPromised)) == 0 {
			d.stop(tx, ClockSupply)
		}
		return note{data: map[string]any{"materials": had, "left": len(d.had(MaterialPromised))}}, nil
	})
}

// RefuseInput is why an application is not accepted.
type RefuseInput struct {
	Ground   string `json:"ground" doc:"NOT_REQUIRED、WRONG_ORGAN、NOT_ELIGIBLE 或 NOT_CORRIGIBLE"`
	Basis    string `json:"basis" maxLength:"500" doc:"法律依据"`
	Reason   string `json:"reason" maxLength:"2000" doc:"理由"`
	Transfer string `json:"transfer,omitempty" maxLength:"200" doc:"应向哪个机关申请"`
}

func (in *RefuseInput) validate() error {
	e := ErrReasonRequired
	if !slices.Contains(Grounds, in.Ground) {
		e = e.Field("ground", "请选择不予受理的情形。")
	}
	if strings.TrimSpace(in.Basis) == "" {
		e = e.Field("basis", "请写明法律依据。")
	}
	if strings.TrimSpace(in.Reason) == "" {
		e = e.Field("reason", "请写明理由。")
	}
	if in.Ground == WrongOrgan && strings.TrimSpace(in.Transfer) == "" {
		e = e.Field("transfer", "请告知申请人应向哪个机关申请。")
	}
	return e.OrNil()
}

// Refuse declines to accept (不予受理) with ground, legal basis, reason and remedies, or tells the applicant whom to ask
// (转告). It is told to those who supervise (提醒).
func (m *Module) Refuse(ctx context.Context, cmd Command, in RefuseInput) (Case, error) {
	action := ActRefuse
	if in.Ground == WrongOrgan {
		action = ActRedirect
	}
	return m.run(ctx, cmd, action, in, func(tx *store.Tx, d *dossier) (note, error) { return m.refuse(tx, d, in) })
}

func (m *Module) refuse(tx *store.Tx, d *dossier, in RefuseInput) (note, error) {
	if err := in.validate(); err != nil {
		return note{}, err
	}
	if err := m.settle(tx, d, ActAskRefuse, true); err != nil {
		return note{}, err
	}
	d.Ground = in.Ground
	d.timeAcceptance(tx.Now())
	v, err := m.issue(tx, d, VoucherRefused, refusedLetter(in.Ground, in.Basis, in.Reason, in.Transfer))
	if err != nil {
		return note{}, err
	}
	return note{text: in.Reason, data: map[string]any{"ground": in.Ground, "voucher": v.No}}, d.end(tx)
}

// end closes a case that ends without a decision: every clock stops.
func (d *dossier) end(tx *store.Tx) error {
	d.stop(tx)
	d.ClosedAt = tx.Now()
	d.uncharge()
	return nil
}

// Withdraw ends the case because the applicant takes the application back (申请人撤回).
func (m *Module) Withdraw(ctx context.Context, cmd Command, why string) (Case, error) {
	return m.run(ctx, cmd, ActWithdraw, why, func(tx *store.Tx, d *dossier) (note, error) {
		why, err := reason("reason", "申请人撤回的说明", why)
		if err != nil {
			return note{}, err
		}
		return note{text: why}, d.end(tx)
	})
}

package casework

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Inspect writes down a check of the contents on the spot (现场核查) by the actor and one more person of the department
// (行政许可法 art. 34: two or more).
func (m *Module) Inspect(ctx context.Context, cmd Command, with, finding string) (Case, error) {
	return m.run(ctx, cmd, ActInspect, []any{with, finding}, func(tx *store.Tx, d *dossier) (note, error) {
		finding, err := reason("finding", "核查情况", finding)
		if err != nil {
			return note{}, err
		}
		a := actor.From(tx.Context())
		if with == "" || with == a.UserID {
			return note{}, ErrTwoCheckers.Field("with", "请填写另一名核查人。")
		}
		other, err := m.org.UserTx(tx, d.CentreID, with)
		if err != nil || !other.Active || other.UnitID != a.UnitID {
			return note{}, ErrTwoCheckers.Field("with", "另一名核查人应是本部门在岗人员。")
		}
		return note{text: finding, data: map[string]any{"checkers": []string{a.UserID, other.ID}}}, nil
	})
}

// Review finishes the examination (审查) with an opinion. Where the contents must be checked, two people have done it before.
func (m *Module) Review(ctx context.Context, cmd Command, opinion string) (Case, error) {
	return m.run(ctx, cmd, ActReview, opinion, func(tx *store.Tx, d *dossier) (note, error) {
		if d.FirstPending() {
			return note{}, ErrFirst
		}
		opinion, err := reason("opinion", "审查意见", opinion)
		if err != nil {
			return note{}, err
		}
		if d.terms.TwoCheckers {
			checkers, err := d.checkers(tx)
			if err != nil {
				return note{}, err
			}
			if len(checkers) < 2 {
				return note{}, ErrTwoCheckers
			}
		}
		d.Reviewer = actor.From(tx.Context()).UserID
		return note{text: opinion}, nil
	})
}

// checkers lists who has checked the contents of the case.
func (d *dossier) checkers(tx *store.Tx) ([]string, error) {
	if err := d.loadEvents(tx); err != nil {
		return nil, err
	}
	var out []string
	for _, e := range d.events {
		if e.Action != ActInspect {
			continue
		}
		var data struct {
			Checkers []string `json:"checkers"`
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			return nil, err
		}
		for _, c := range data.Checkers {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func (d *dossier) loadEvents(tx *store.Tx) (err error) {
	if d.events == nil {
		d.events, err = loadEvents(tx, d.CentreID, d.ID)
	}
	return err
}

// by tells who last did an action to the case.
func (d *dossier) by(tx *store.Tx, action Action) (string, error) {
	if err := d.loadEvents(tx); err != nil {
		return "", err
	}
	who := ""
	for _, e := range d.events {
		if e.Action == action {
			who = e.ActorID
		}
	}
	return who, nil
}

// SendBack returns a case to the examination (退回审查).
func (m *Module) SendBack(ctx context.Context, cmd Command, why string) (Case, error) {
	return m.run(ctx, cmd, ActSendBack, why, func(tx *store.Tx, d *dossier) (note, error) {
		why, err := reason("reason", "退回的理由", why)
		d.Reviewer = ""
		return note{text: why}, err
	})
}

// DecideInput is a decision: its opinion or, for a refusal, the reason and the legal basis; and the amount (涉及金额) that it is
// about, for items that are about money.
type DecideInput struct {
	Opinion string     `json:"opinion" maxLength:"2000" doc:"决定意见；不予的为理由"`
	Basis   string     `json:"basis,omitempty" maxLength:"500" doc:"不予的法律依据"`
	Overdue string     `json:"overdue_reason,omitempty" maxLength:"2000" doc:"超期原因，对外公开；超期而没有说明过的必填"`
	Amount  *money.Fen `json:"amount,omitempty" doc:"决定涉及的金额，分；0 为不涉及资金。凭有金额上限的授权书决定的必填，超过上限不能决定"`
}

// Grant decides for the applicant (准予). It is refused while a special procedure is open, without a valid authorization to
// decide and to seal, up to the amount (AUTH_EXPIRED, AUTH_SCOPE), while a material is owed (MATERIALS_OWED), to whoever examined or accepted the case (SAME_SIGNER) and,
// for cases that are not decided on the day, before the examination. A refusal for want of authority is kept in the case's
// events, and the case stays on the list of the department's approvers.
func (m *Module) Grant(ctx context.Context, cmd Command, in DecideInput) (Case, error) {
	cmd.amount = in.Amount
	return m.run(ctx, cmd, ActGrant, in, func(tx *store.Tx, d *dossier) (note, error) {
		n, err := m.decide(tx, d, in, Granted)
		if err == nil && d.terms.Result.Name == "" {
			d.State = Deliver
		}
		return n, err
	})
}

// Deny decides against the applicant (不予) with reason, legal basis and remedies (行政许可法 art. 38).
func (m *Module) Deny(ctx context.Context, cmd Command, in DecideInput) (Case, error) {
	cmd.amount = in.Amount
	return m.run(ctx, cmd, ActDeny, in, func(tx *store.Tx, d *dossier) (note, error) {
		opinion, err := reason("opinion", "不予的理由", in.Opinion)
		if err != nil {
			return note{}, err
		}
		basis, err := reason("basis", "法律依据", in.Basis)
		if err != nil {
			return note{}, err
		}
		return m.decide(tx, d, DecideInput{Opinion: opinion, Basis: basis, Overdue: in.Overdue, Amount: in.Amount}, Denied)
	})
}

func (m *Module) decide(tx *store.Tx, d *dossier, in DecideInput, what Decision) (note, error) {
	if in.Amount != nil && *in.Amount < 0 {
		return note{}, ErrInput.Field("amount", "涉及金额不能是负数。")
	}
	if err := m.maySign(tx, d, in.Amount); err != nil {
		return note{}, err
	}
	if what == Granted {
		if err := d.documentsPresent(); err != nil {
			return note{}, err
		}
		if d.Pledge == PledgeFalse {
			return note{}, ErrChecked.Say("承诺经核查不实，不能准予。")
		}
	}
	if err := d.explained(tx, in.Overdue); err != nil {
		return note{}, err
	}
	if err := d.decided(tx, what); err != nil {
		return note{}, err
	}
	kind := VoucherGranted
	if what == Denied {
		kind = VoucherDenied
	}
	in.Opinion = strings.TrimSpace(in.Opinion)
	v, err := m.issue(tx, d, kind, decisionLetter(what == Granted, in, d.terms.Result.Name))
	if err == nil && what == Granted {
		err = errors.Join(m.prolong(tx, d, v.No, false), m.awaitCheck(tx, d))
	}
	data := d.decisionData(tx, v.No)
	if in.Amount != nil {
		data["amount"] = int64(*in.Amount)
	}
	return note{text: in.Opinion, data: data}, err
}

// documentsPresent refuses to grant while a material is promised or missing (容缺受理 lets a case in, not through): a case that is granted
// is closed by handing the result over, and its limit of supplying, after which the application counts as withdrawn (视为撤回), stops
// with the decision. What a declaration replaces (告知承诺) is not awaited, and refusing is possible at any time.
func (d *dossier) documentsPresent() error {
	var names []string
	for _, r := range d.materials {
		mat, ok := d.terms.Material(r.MaterialID)
		if r.State == MaterialPromised || r.State == MaterialMissing && ok && mat.Handed() {
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return ErrOwed.Say("材料还没有补齐，不能准予：%s。请先收齐补交的材料，再作决定。", strings.Join(names, "、")).With("materials", names)
}

// decided writes the decision down: the clocks of deciding stop, that of delivery starts (行政许可法 art. 44).
func (d *dossier) decided(tx *store.Tx, what Decision) error {
	d.Decision, d.DecidedAt = what, tx.Now()
	if what == Denied {
		d.uncharge()
	}
	if d.AcceptedAt != 0 {
		d.timeDecision(tx.Now().Date())
	}
	d.stop(tx, ClockFirst, ClockPromise, ClockStatutory, ClockSupply, ClockRenewal)
	return d.start(tx, ClockDelivery, "", tx.Now().Date(), item.Limit{N: deliveryDays, Unit: item.Workday})
}

// decisionData is what the event of a decision keeps of it, for figures.
func (d *dossier) decisionData(tx *store.Tx, voucher string) map[string]any {
	promise, statutory := d.Verdicts(tx.Now())
	return map[string]any{"decision": d.Decision, "voucher": voucher, "promise": promise, "statutory": statutory,
		"promise_due": int64(d.PromiseDue), "statutory_due": int64(d.StatutoryDue), "used_days": d.UsedDays, "calendar_revision": d.cal.Revision()}
}

// maySign checks who signs the decision, beside the powers that it takes: see Grant. The clocks stand still while a
// special procedure is open, so the calendar refuses.
func (m *Module) maySign(tx *store.Tx, d *dossier, amount *money.Fen) error {
	a := actor.From(tx.Context())
	if err := d.heard(tx); err != nil {
		return err
	}
	for _, k := range d.clocks {
		if k.Running && (k.Kind == ClockPromise || k.Kind == ClockStatutory) {
			if err := k.day.RequireRunning(tx.Now().Date()); err != nil {
				return err
			}
		}
	}
	if d.terms.instant() {
		if len(d.backing.ids) == 0 && !a.Can(PermDecide) {
			return ErrInstantOnly
		}
		if err := m.oneHand(tx, d, a, amount); err != nil {
			return err
		}
		return d.checkedByOthers(tx, a)
	}
	if !a.Can(PermDecide) {
		return ErrInstantOnly
	}
	if d.was != Reviewed && d.Mode != Pledged { // the declaration stands in the place of the examination, which follows
		return ErrReviewFirst
	}
	acceptor, err := d.by(tx, ActAccept)
	if err != nil {
		return err
	}
	checkers, err := d.checkers(tx)
	if err != nil {
		return err
	}
	if a.Kind != actor.System && (a.UserID == d.Reviewer || a.UserID == acceptor || slices.Contains(checkers, a.UserID)) {
		return ErrSameSigner
	}
	return nil
}

// oneHand refuses who accepted a case that is decided on the day (即办件) and would decide it as well, but for a letter (授权书) that
// gives him the decision on its item: his office is not enough (hall reference §8.3). The event then names the letter.
func (m *Module) oneHand(tx *store.Tx, d *dossier, a *actor.Actor, amount *money.Fen) error {
	acceptor, err := d.by(tx, ActAccept)
	if err != nil || a.Kind == actor.System || a.UserID != acceptor {
		return err
	}
	paper, err := m.item.AuthorizeTx(tx, d.CentreID, item.Act{ItemID: d.ItemID, UserID: a.UserID, Power: item.Decide, Amount: amount}, tx.Now().Date())
	switch {
	case err == nil:
		d.backing.uses(&paper)
		return nil
	case errs.CodeOf(err) == errs.CodeOf(item.ErrAmount) || errs.KindOf(err) == errs.Internal:
		return err
	}
	return ErrSameSigner.Say("这个办件是您受理的。同一人受理并决定即办件，须有现行有效、授予这个事项“决定”权力的授权书。请由另一人决定，或先取得授权书。")
}

// checkedByOthers refuses to decide a case whose contents two people must check before two have, and to whoever was one of them.
func (d *dossier) checkedByOthers(tx *store.Tx, a *actor.Actor) error {
	if !d.terms.TwoCheckers {
		return nil
	}
	checkers, err := d.checkers(tx)
	switch {
	case err != nil:
		return err
	case len(checkers) < 2:
		return ErrTwoCheckers
	case slices.Contains(checkers, a.UserID):
		return ErrSameSigner
	}
	return nil
}

package performance

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// Result (评价结果) is the sealed evaluation of one round.
type Result struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ProgrammeID string        `db:"programme_id" json:"-"`
	Round       int64         `db:"round" json:"round"`
	Policy      string        `db:"policy" json:"policy"`
	Content     string        `db:"content" json:"-"`
	Hash        string        `db:"hash" json:"hash"`
	Locked      bool          `db:"locked" json:"locked"`
	At          clock.Instant `db:"at" json:"at"`
	By          string        `db:"by_user" json:"by"`
}

var resultColumns = store.Columns[Result]("")

func resultTx(tx *store.Tx, p *Programme, round int64) (Result, error) {
	r, err := store.Get[Result](tx, "SELECT "+resultColumns+" FROM performance_result WHERE centre_id = $1 AND programme_id = $2 AND round = $3", p.CentreID, p.ID, round)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrNoResult
	}
	return r, err
}

// putResult keeps the evaluation of the programme's round; only one that is not locked may be there already.
func putResult(tx *store.Tx, p *Programme, e *Evaluation, locked bool) error {
	content, hash, err := e.seal()
	if err != nil {
		return err
	}
	p.Policy, p.Hash, p.Scored, p.Score, p.Grade = e.Result.Policy, hash, true, hundredthsOf(e.Result.Total), e.Result.Grade
	r := Result{CentreID: p.CentreID, ProgrammeID: p.ID, Round: p.Round, Policy: e.Result.Policy, Content: content, Hash: hash, Locked: locked, At: tx.Now(), By: actor.From(tx.Context()).UserID}
	_, err = tx.Exec("DELETE FROM performance_result WHERE centre_id = $1 AND programme_id = $2 AND round = $3 AND NOT locked", p.CentreID, p.ID, p.Round)
	if err != nil {
		return err
	}
	return store.Insert(tx, "performance_result", r)
}

// hundredthsOf is a total in hundredths of a point.
func hundredthsOf(d score.Decimal) int64 {
	return metric.HalfUp(new(big.Rat).Mul(d.Rat(), big.NewRat(100, 1)))
}

// Evaluation gives the evaluation of a programme: sealed once it was submitted, computed from now while it is filled in.
func (m *Module) Evaluation(ctx context.Context, id string) (*Evaluation, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var r Result
	var p Programme
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if p, err = programmeTx(tx, a.CentreID, id, false); err == nil && (p.State.UnderReview() || p.State == Locked) {
			r, err = resultTx(tx, &p, p.Round)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if r.Hash != "" {
		return m.dressed(ctx, &p, r)
	}
	b, err := m.basisOf(ctx, id, p.after())
	if err != nil {
		return nil, err
	}
	return m.linked(ctx, &p, m.evaluate(b, b.policy, b.execution.At)), nil
}

// after is the first day after the programme's year: the whole year is counted.
func (p *Programme) after() clock.Date { return clock.Day(p.Year+1, 1, 1) }

// dressed unseals a result and adds the links to the records behind it.
func (m *Module) dressed(ctx context.Context, p *Programme, r Result) (*Evaluation, error) {
	e, err := unseal(r.Content, r.Hash)
	if err != nil {
		return nil, err
	}
	return m.linked(ctx, p, e), nil
}

// linked adds the links that the reader may follow.
func (m *Module) linked(ctx context.Context, p *Programme, e *Evaluation) *Evaluation {
	for i := range e.Origins {
		if f := e.Origins[i].Fact; f != nil {
			source, fact, _ := strings.Cut(f.Metric, ".")
			if s, x, ok := m.fact(source, fact); ok && s.Href != nil && actor.From(ctx).Can(s.Needs) {
				e.Origins[i].Href = s.Href(x.Code, Scope{Project: p.Project, Period: f.Figure().Period})
			}
		}
	}
	return e
}

// Results lists the rounds of a programme that were submitted, the newest first.
func (m *Module) Results(ctx context.Context, id string) ([]Result, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Result
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		p, err := programmeTx(tx, a.CentreID, id, false)
		if err != nil {
			return err
		}
		out, err = store.Select[Result](tx, "SELECT "+resultColumns+" FROM performance_result WHERE centre_id = $1 AND programme_id = $2 ORDER BY round DESC", p.CentreID, p.ID)
		return err
	})
	return out, err
}

// FillInput is what is reported about an indicator that is not bound.
type FillInput struct {
	Actual score.Decimal `json:"actual,omitzero" doc:"实际完成值"`
	Band   string        `json:"band,omitempty" maxLength:"40" doc:"定性指标的档次"`
	Reason string        `json:"reason,omitempty" maxLength:"300" doc:"未完成或偏离的原因"`
}

// FillSheet is everything that is reported for a self-evaluation: what was reached, and each indicator by its id.
type FillSheet struct {
	Outcome    string               `json:"outcome" maxLength:"2000" doc:"实际完成情况"`
	FundReason string               `json:"fund_reason,omitempty" maxLength:"2000" doc:"项目资金未完成的原因"`
	Rows       map[string]FillInput `json:"rows" doc:"各指标，按指标编号"`
	Texts      map[string]string    `json:"texts,omitempty" doc:"其他文字，如各类支出未完成的原因"`
}

// Fill writes what was reached (填报自评). The value of a bound indicator is not typed.
func (m *Module) Fill(ctx context.Context, programme string, version int64, in FillSheet) (Programme, error) {
	return m.change(ctx, change{id: programme, version: version, act: ActFill, perm: PermFill, detail: map[string]any{"indicators": len(in.Rows), "texts": len(in.Texts)}}, func(tx *store.Tx, p *Programme) error {
		p.Outcome, p.FundReason = in.Outcome, in.FundReason
		if err := p.check(); err != nil {
			return err
		}
		list, err := indicatorsTx(tx, p)
		if err != nil {
			return err
		}
		policy, err := m.policyTx(tx, p.CentreID, p.Year)
		if err != nil {
			return err
		}
		e := ErrInput
		for i := range list {
			x, ok := in.Rows[list[i].ID]
			if !ok {
				continue
			}
			if problem := list[i].fill(x, policy); problem != "" {
				e = e.Field(problem+"."+list[i].ID, "%s", fillProblems[problem])
				continue
			}
			list[i].At, list[i].By = tx.Now(), actor.From(ctx).UserID
			if err := store.Update(tx, "performance_indicator", list[i], "centre_id", "programme_id", "id"); err != nil {
				return err
			}
		}
		if err := e.OrNil(); err != nil {
			return err
		}
		return setTexts(tx, p, in.Texts)
	})
}

// fillProblems are the sentences for what can be wrong with what is reported, by field.
var fillProblems = map[string]string{"actual": "这个指标的值由绑定的数据取得，不能填写。", "band": "请从列出的档次中选择。", "reason": "原因 300 个字以内。"}

// fill takes what is reported; it gives the field that is wrong.
func (in *Indicator) fill(x FillInput, policy *score.Policy) string {
	x.Band, x.Reason = strings.TrimSpace(x.Band), strings.TrimSpace(x.Reason)
	switch {
	case in.Bound() && !x.Actual.Blank():
		return "actual"
	case utf8.RuneCountInString(x.Reason) > 300:
		return "reason"
	}
	if in.Op == score.Quality && x.Band != "" {
		if _, ok := policy.Band(x.Band); !ok {
			return "band"
		}
	}
	in.Actual, in.Band, in.Reason = x.Actual, x.Band, x.Reason
	return ""
}

// Submit ends the self-evaluation (提交自评): the facts are frozen with the records that they counted, the form is scored by
// the policy of the year, and both go to the section's review.
func (m *Module) Submit(ctx context.Context, id string, version int64) (Programme, error) {
	a := actor.From(ctx)
	if err := a.Require(PermFill); err != nil {
		return Programme{}, err
	}
	var p Programme
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		p, err = programmeTx(tx, a.CentreID, id, false)
		return err
	})
	if err != nil {
		return p, err
	}
	b, err := m.basisOf(ctx, id, p.after())
	if err != nil {
		return p, err
	}
	return m.change(ctx, change{id: id, version: version, act: ActSubmit, perm: PermFill}, func(tx *store.Tx, p *Programme) error {
		if b.programme.Version != p.Version {
			return store.ErrStale.With("version", p.Version)
		}
		e := m.evaluate(b, b.policy, tx.Now())
		if list := e.Obstacles(); len(list) > 0 {
			return ErrUnfinished.Say("自评没有提交：%s", sentences(list))
		}
		if _, err := tx.Exec("DELETE FROM metric_frozen WHERE centre_id = $1 AND owner = $2", p.CentreID, p.owner()); err != nil {
			return err
		}
		if err := metric.Save(tx, p.CentreID, p.owner(), b.facts); err != nil {
			return err
		}
		p.Filled, p.Section, p.Finance, p.Lead = a.UserID, "", "", ""
		return putResult(tx, p, e, false)
	})
}

// step is a review that the people of the steps before must not do themselves.
func (m *Module) step(ctx context.Context, c change, rule func(tx *store.Tx, p *Programme) error) (Programme, error) {
	who := actor.From(ctx).UserID
	return m.change(ctx, c, func(tx *store.Tx, p *Programme) error {
		if who != "" && slices.Contains([]string{p.Filled, p.Section, p.Finance}, who) {
			return ErrSamePerson
		}
		return rule(tx, p)
	})
}

// PassSection is the review by a section other than the one that reported (股室审核).
func (m *Module) PassSection(ctx context.Context, id string, version int64, remark string) (Programme, error) {
	return m.step(ctx, change{id: id, version: version, act: ActSection, perm: PermSection, remark: remark}, func(_ *store.Tx, p *Programme) error {
		p.Section = actor.From(ctx).UserID
		return nil
	})
}

// PassFinance is the review by the finance section (财务审核).
func (m *Module) PassFinance(ctx context.Context, id string, version int64, remark string) (Programme, error) {
	return m.step(ctx, change{id: id, version: version, act: ActFinance, perm: PermFinance, remark: remark}, func(_ *store.Tx, p *Programme) error {
		p.Finance = actor.From(ctx).UserID
		return nil
	})
}

// Lock is the leader's decision (审定锁定): the evaluation stands with its policy and hash, for good.
func (m *Module) Lock(ctx context.Context, id string, version int64, remark string) (Programme, error) {
	return m.step(ctx, change{id: id, version: version, act: ActLock, perm: PermLead, remark: remark}, func(tx *store.Tx, p *Programme) error {
		r, err := resultTx(tx, p, p.Round)
		if err != nil {
			return err
		}
		e, err := unseal(r.Content, r.Hash)
		if err != nil {
			return err
		}
		p.Lead, p.LockAt = actor.From(ctx).UserID, tx.Now()
		return putResult(tx, p, e, true)
	})
}

// reviewPermission is who may return or override in a state.
func reviewPermission(s State) actor.Permission {
	switch s {
	case InSection:
		return PermSection
	case InFinance:
		return PermFinance
	}
	return PermLead
}

// reviewing reads the state in which a reviewer acts, for the permission that it asks for.
func (m *Module) reviewing(ctx context.Context, id string) (actor.Permission, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return "", err
	}
	var p Programme
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		p, err = programmeTx(tx, a.CentreID, id, false)
		return err
	})
	return reviewPermission(p.State), err
}

// Return gives a self-evaluation back to be changed, with the reason (退回修改).
func (m *Module) Return(ctx context.Context, id string, version int64, reason string) (Programme, error) {
	perm, err := m.reviewing(ctx, id)
	if err != nil {
		return Programme{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return Programme{}, ErrInput.Field("remark", "请写明退回的原因。")
	}
	return m.change(ctx, change{id: id, version: version, act: ActReturn, perm: perm, remark: reason}, func(_ *store.Tx, p *Programme) error {
		if reviewPermission(p.State) != perm {
			return store.ErrStale.With("version", p.Version)
		}
		p.Filled, p.Section, p.Finance = "", "", ""
		p.Scored, p.Score, p.Grade, p.Hash = false, 0, "", ""
		return nil
	})
}

// Override gives a qualitative indicator another share of its weight, within the band that was reported and with the reason
// (调整定性指标得分). Nothing else of a submitted form can be changed.
func (m *Module) Override(ctx context.Context, id string, version int64, indicator string, share score.Decimal, reason string) (Programme, error) {
	perm, err := m.reviewing(ctx, id)
	if err != nil {
		return Programme{}, err
	}
	a := actor.From(ctx)
	if indicator == "" {
		return Programme{}, ErrInput.Field("indicator", "请选择指标。")
	}
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > 300 {
		return Programme{}, ErrInput.Field("reason", "请写明调整的理由，300 个字以内。")
	}
	c := change{id: id, version: version, act: ActOverride, perm: perm, remark: reason, detail: map[string]any{"indicator": indicator, "share": share.String()}}
	return m.change(ctx, c, func(tx *store.Tx, p *Programme) error {
		r, err := resultTx(tx, p, p.Round)
		if err != nil {
			return err
		}
		e, err := unseal(r.Content, r.Hash)
		if err != nil {
			return err
		}
		if p.Filled == a.UserID {
			return ErrSamePerson
		}
		if err := e.override(indicator, share, a.Name+"："+reason); err != nil {
			return err
		}
		return putResult(tx, p, e, false)
	})
}

// override gives an indicator another share and scores the form again by the policy that it was sealed with.
func (e *Evaluation) override(indicator string, share score.Decimal, given string) error {
	policy, err := score.ReadPolicy([]byte(e.PolicyText))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(e.Form.Indicators, func(x score.Indicator) bool { return x.ID == indicator })
	if i < 0 {
		return ErrIndicator
	}
	x := &e.Form.Indicators[i]
	band, ok := policy.Band(x.Band)
	switch {
	case x.Op != score.Quality || !ok:
		return ErrBand
	case share.Blank() || !band.Holds(share):
		return ErrBand.Field("share", "“%s”评为“%s”，只能在 %s 的范围内给分；要改档次请退回修改。", x.Name, band.Name, band.Label)
	}
	x.Share, x.Given = share, given
	e.Result = *score.Score(policy, &e.Form)
	return nil
}

// Reopen begins a new round of a locked evaluation, with the reason (重开评价). What was locked stays as it is.
func (m *Module) Reopen(ctx context.Context, id string, version int64, reason string) (Programme, error) {
	if strings.TrimSpace(reason) == "" {
		return Programme{}, ErrInput.Field("remark", "请写明重开的原因。")
	}
	return m.change(ctx, change{id: id, version: version, act: ActReopen, perm: PermLead, remark: reason}, func(_ *store.Tx, p *Programme) error {
		p.Round++
		p.Filled, p.Section, p.Finance, p.Lead, p.LockAt = "", "", "", "", 0
		p.Policy, p.Hash, p.Scored, p.Score, p.Grade = "", "", false, 0, ""
		return nil
	})
}

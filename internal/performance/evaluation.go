package performance

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/finance"
	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// Origin (数据依据) says where the value of an indicator comes from, as it stood when the form was made.
type Origin struct {
	IndicatorID string         `json:"indicator_id"`
	Label       string         `json:"label"`            // 12345 热线·办结率, 自报, 佐证材料
	Fact        *metric.Frozen `json:"fact,omitempty"`   // frozen with its cohort
	Sides       string         `json:"sides,omitempty"`  // numerator and denominator
	Period      string         `json:"period,omitempty"` // of the fact
	// Elsewhen marks a fact that was counted in another period than the year, which forms say.
	Elsewhen bool     `json:"elsewhen,omitempty"`
	Files    []string `json:"files,omitempty"` // name, author and hash of each piece of evidence
	Href     string   `json:"-"`
}

// SelfReported is the word that is printed beside a typed value that nothing proves.
const SelfReported = form.SelfReported

// Evaluation (评价) is a form with its score and everything that it rests on. What is locked is its text and the hash over it.
type Evaluation struct {
	Form    score.Form   `json:"form"`
	Result  score.Result `json:"result"`
	Origins []Origin     `json:"origins"`
	// PolicyText is the policy as it read when the form was scored.
	PolicyText string            `json:"policy_text"`
	Texts      map[string]string `json:"texts,omitempty"`
	Books      Books             `json:"books"`
	At         clock.Instant     `json:"at"`
}

// Books say which state of the accounts the money of a form comes from.
type Books struct {
	At       clock.Instant `json:"at"`
	ClosedTo int           `json:"closed_to"`
	Records  string        `json:"records"` // fingerprint of budget lines and ledger
	// Received is what the treasury made available of the form's budget (资金到位); nil where the books say nothing about it.
	Received *money.Fen `json:"received,omitempty"`
}

// Origin finds what an indicator's value rests on.
func (e *Evaluation) Origin(id string) Origin {
	if i := slices.IndexFunc(e.Origins, func(o Origin) bool { return o.IndicatorID == id }); i >= 0 {
		return e.Origins[i]
	}
	return Origin{IndicatorID: id}
}

// seal gives the evaluation's text and hash.
func (e *Evaluation) seal() (content, hash string, err error) {
	b, err := json.Marshal(e)
	if err != nil {
		return "", "", err
	}
	sum := crypt.SM3(b)
	return string(b), hex.EncodeToString(sum[:]), nil
}

// unseal reads sealed content after checking its hash.
func unseal(content, hash string) (*Evaluation, error) {
	sum := crypt.SM3([]byte(content))
	if hex.EncodeToString(sum[:]) != hash {
		return nil, ErrTampered
	}
	e := &Evaluation{}
	if err := json.Unmarshal([]byte(content), e); err != nil {
		return nil, fmt.Errorf("sealed evaluation: %w", err)
	}
	return e, nil
}

// basis is everything that a form is made from.
type basis struct {
	programme  Programme
	indicators []Indicator
	texts      map[string]string
	policy     *score.Policy
	siblings   []Programme
	execution  finance.Execution
	facts      []metric.Frozen
}

// basisOf reads what a form of a programme is made from: its own rows on one snapshot, then money and facts from whoever
// measures them. The facts are counted up to a day.
func (m *Module) basisOf(ctx context.Context, id string, until clock.Date) (*basis, error) {
	b := &basis{}
	centre := actor.From(ctx).CentreID
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if b.programme, err = programmeTx(tx, centre, id, false); err != nil {
			return err
		}
		if b.indicators, err = indicatorsTx(tx, &b.programme); err != nil {
			return err
		}
		if b.texts, err = textsTx(tx, &b.programme); err != nil {
			return err
		}
		if b.siblings, err = programmesTx(tx, centre, b.programme.Year); err != nil {
			return err
		}
		b.policy, err = m.policyTx(tx, centre, b.programme.Year)
		return err
	})
	if err != nil {
		return nil, err
	}
	if b.execution, err = m.finance.ExecutionOn(asSystem(ctx), b.programme.Year, until-1); err != nil {
		return nil, err
	}
	b.facts, err = m.freeze(ctx, &b.programme, b.indicators, until)
	return b, err
}

// evaluate makes and scores the form.
func (m *Module) evaluate(b *basis, policy *score.Policy, at clock.Instant) *Evaluation {
	p := &b.programme
	e := &Evaluation{PolicyText: policy.Source(), Texts: b.texts, At: at, Books: Books{At: b.execution.At, ClosedTo: b.execution.ClosedTo, Records: hex.EncodeToString(b.execution.Records), Received: b.received()}}
	e.Form = score.Form{Kind: p.Kind, Year: p.Year, Name: p.Name, Supervisor: p.Supervisor, Implementer: p.Implementer, Goal: p.Goal, GoalActual: p.Outcome, FundReason: p.FundReason, Funds: b.funds()}
	for i := range b.indicators {
		in := &b.indicators[i]
		o, v := m.originOf(b, in)
		e.Origins = append(e.Origins, o)
		e.Form.Indicators = append(e.Form.Indicators, in.score(v, o.source()))
	}
	e.Result = *score.Score(policy, &e.Form)
	return e
}

// source is what forms print about where the value comes from.
func (o *Origin) source() string {
	text := o.Label
	if o.Sides != "" {
		text += "（" + o.Sides + "）"
	}
	if o.Elsewhen {
		text += "，统计期间" + o.Period + "，不在评价年度内"
	}
	return text
}

// originOf gives the value of an indicator and what it rests on.
func (m *Module) originOf(b *basis, in *Indicator) (Origin, score.Decimal) {
	o := Origin{IndicatorID: in.ID, Label: SelfReported}
	for _, f := range in.Evidence {
		o.Files = append(o.Files, f.Name+"（"+f.ByName+"，"+f.SHA256[:min(12, len(f.SHA256))]+"）")
	}
	if len(o.Files) > 0 {
		o.Label = fmt.Sprintf("佐证材料 %d 份", len(o.Files))
	}
	if !in.Bound() {
		return o, in.Actual
	}
	o.Label = m.FactLabel(in.Source, in.Fact)
	f, ok := frozenOf(b.facts, &b.programme, in)
	if !ok {
		return o, score.Decimal{}
	}
	o.Fact, o.Sides, o.Period, o.Elsewhen = &f, sides(&f), f.Figure().Period.String(), in.Elsewhen(b.programme.Year)
	return o, value(&f)
}

// funds are the rows of the money, from the accounts.
func (b *basis) funds() []score.Fund {
	x := &b.execution
	row := func(k score.FundKind, f finance.Funds) score.Fund {
		return score.Fund{Kind: k, Initial: f.Initial, Full: f.Full, Actual: f.Spent, Reason: b.texts[fundText(k)]}
	}
	if b.programme.Kind == score.Project {
		p, _ := x.Project(b.programme.Project)
		return []score.Fund{row(score.TotalFund, p.Total), row(score.Appropriation, p.Appropriated), row(score.CarriedFund, p.Carried), row(score.OtherFund, p.Other)}
	}
	general, key := b.byNature()
	out := []score.Fund{row(score.TotalFund, x.Total), row(score.BasicFund, x.Basic)}
	if x.Split {
		out = append(out, row(score.PersonnelFund, x.Personnel), row(score.PublicFund, x.Public))
	}
	return append(out, row(score.ProjectFund, x.Projects), row(score.GeneralFund, general), row(score.KeyFund, key))
}

// received is what was made available of the budget of the programme.
func (b *basis) received() *money.Fen {
	if b.programme.Kind == score.Project {
		p, _ := b.execution.Project(b.programme.Project)
		return p.Total.Received
	}
	return b.execution.Total.Received
}

// byNature adds up the projects: those with an evaluation of their own are 重点项目, the others 一般性项目.
func (b *basis) byNature() (general, key finance.Funds) {
	for _, p := range b.execution.ByProject {
		to := &general
		if slices.ContainsFunc(b.siblings, func(s Programme) bool { return s.Project == p.Code }) {
			to = &key
		}
		to.Initial, to.Full, to.Spent = to.Initial+p.Total.Initial, to.Full+p.Total.Full, to.Spent+p.Total.Spent
	}
	return general, key
}

func fundText(k score.FundKind) string { return "fund." + string(k) }

// Obstacles says why an evaluation cannot be submitted: values and reasons that are missing.
func (e *Evaluation) Obstacles() []string {
	var out []string
	for _, f := range e.Result.Faults {
		out = append(out, f.Text)
	}
	if e.Form.GoalActual == "" {
		out = append(out, "还没有填写实际完成情况。")
	}
	return out
}

// sentences joins obstacles into one text of sentences.
func sentences(list []string) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(strings.TrimRight(s, "。") + "。")
	}
	return b.String()
}

// weightFaults are the faults of the targets alone, before there is any value.
func weightFaults(p *Programme, list []Indicator, policy *score.Policy) []string {
	f := score.Form{Kind: p.Kind, Year: p.Year, Name: p.Name}
	for i := range list {
		f.Indicators = append(f.Indicators, list[i].score(score.Decimal{}, ""))
	}
	var out []string
	for _, x := range score.Score(policy, &f).Faults {
		switch x.Code {
		case "no_indicators", "weight", "weights", "class_weights", "operator":
			out = append(out, strings.TrimRight(x.Text, "。")+"。")
		}
	}
	return out
}

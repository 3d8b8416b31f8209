package score

import (
	"fmt"
	"math/big"

	"yichuang/internal/money"
)

// Score applies a policy to a form. It never fails: what is missing or wrong is among the result's faults, and its row
// earns nothing.
func Score(p *Policy, f *Form) *Result { return scoring{p, f, one}.run() }

// scoring is one form under one policy. scale is what the weights of indicators are multiplied with, 1 but where a policy
// with another weight of the money is tried out.
type scoring struct {
	p     *Policy
	f     *Form
	scale *big.Rat
}

func (s scoring) run() *Result {
	r := &Result{Policy: s.p.ID, Version: s.p.Version, Method: s.p.Name, Hash: s.p.Hash(), Form: s.f.Name, Kind: s.f.Kind, Funds: []Row{}, Rows: []Row{}}
	for _, x := range s.f.Funds {
		r.Funds = append(r.Funds, s.fund(x))
	}
	for i := range s.f.Indicators {
		r.Rows = append(r.Rows, s.indicator(&s.f.Indicators[i]))
	}
	s.total(r)
	r.Grade = s.p.GradeOf(r.Total)
	r.Faults = s.faults(r)
	r.Warning = s.warning(r)
	return r
}

// fund scores a row of the money. Only the first row counts; the others print what they would earn.
func (s scoring) fund(x Fund) Row {
	e := s.p.Execution
	budget := x.Full
	name := "全年预算数"
	if e.Budget == Initial {
		budget, name = x.Initial, "年初预算数"
	}
	row := Row{Name: x.Kind.Label(), Reason: x.Reason}
	if x.Kind == TotalFund {
		row.Weight = e.Weight
		if row.Reason == "" {
			row.Reason = s.f.FundReason
		}
	}
	part := quotient(x.Actual, budget)
	row.Completion = s.rate(part)
	row.Met = budget == 0 && x.Actual == 0 || budget > 0 && part.Cmp(one) >= 0
	earned := clamp(part)
	row.Exact = exact(earned.Mul(earned, e.Weight.Rat()))
	row.Score = s.points(row.Exact.Rat())
	row.Rule = fmt.Sprintf("执行数%s万元÷%s%s万元×%s分", x.Actual.WanYuan(), name, budget.WanYuan(), e.Weight)
	if budget == 0 {
		row.Rule = name + "为0，执行率按0计"
	}
	if !e.ReasonBelow.Blank() && budget > 0 && part.Cmp(e.ReasonBelow.Rat()) < 0 && s.wantsReason(x.Kind) {
		row.Want = "执行率低于" + s.rate(e.ReasonBelow.Rat()).String() + "%"
	}
	return row
}

// wantsReason reports whether a row of the money has a place for its reason: every row of the whole department, one for a
// project.
func (s scoring) wantsReason(k FundKind) bool { return s.f.Kind == Whole || k == TotalFund }

func quotient(a, b money.Fen) *big.Rat {
	if b <= 0 {
		return new(big.Rat)
	}
	return big.NewRat(int64(a), int64(b))
}

// clamp keeps a share between 0 and 1.
func clamp(x *big.Rat) *big.Rat {
	switch {
	case x.Sign() < 0:
		return new(big.Rat)
	case x.Cmp(one) > 0:
		return new(big.Rat).Set(one)
	}
	return new(big.Rat).Set(x)
}

// rate prints a share as a percentage.
func (s scoring) rate(x *big.Rat) Decimal {
	return s.p.Rounding.Rate.Round(new(big.Rat).Mul(x, big.NewRat(100, 1)), s.p.Rounding.RatePlaces)
}

func (s scoring) points(x *big.Rat) Decimal {
	return s.p.Rounding.Score.Round(x, s.p.Rounding.ScorePlaces)
}

// weight is what an indicator can earn.
func (s scoring) weight(i *Indicator) *big.Rat { return new(big.Rat).Mul(i.Weight.Rat(), s.scale) }

// indicator scores a row of the indicators.
func (s scoring) indicator(i *Indicator) Row {
	row := Row{Name: i.Name, Weight: i.Weight, Reason: i.Reason}
	if s.scale.Cmp(one) != 0 {
		row.Weight = s.points(s.weight(i))
	}
	var earned *big.Rat
	switch {
	case i.Op == Quality:
		earned = s.quality(i, &row)
	case i.Target.Blank() || i.Actual.Blank():
		row.Pending, row.Rule = true, "没有指标值或实际完成值，不计分"
	default:
		earned = s.quantity(i, &row)
	}
	if earned == nil {
		earned = new(big.Rat)
	}
	row.Exact = exact(earned.Mul(earned, s.weight(i)))
	row.Score = s.points(row.Exact.Rat())
	if row.Pending {
		row.Score = Decimal{}
	}
	if row.Want == "" && !row.Met && !row.Pending && s.p.Deviation.Under {
		row.Want = "未完成"
	}
	return row
}

// quality is the share that a qualitative indicator earns: what was given within its band, or the band's usual share.
func (s scoring) quality(i *Indicator, row *Row) *big.Rat {
	b, ok := s.p.Band(i.Band)
	if !ok {
		row.Pending, row.Rule = true, "没有选定性档次，不计分"
		return nil
	}
	given := b.Usual
	row.Band = b.Label
	row.Rule = fmt.Sprintf("定性指标“%s”，按%s给分", b.Name, s.rate(given.Rat()).Trim().String()+"%")
	if !i.Share.Blank() && b.Holds(i.Share) {
		given = i.Share
		row.Rule = fmt.Sprintf("定性指标“%s”，档内按%s给分", b.Name, s.rate(given.Rat()).Trim().String()+"%")
	}
	row.Met = b.Met
	row.Completion = s.rate(given.Rat())
	if !b.Completion.Blank() {
		row.Completion = s.rate(b.Completion.Rat())
	}
	return given.Rat()
}

// quantity is the share that a quantitative indicator earns by the policy's rule for its operator.
func (s scoring) quantity(i *Indicator, row *Row) *big.Rat {
	rule, ok := s.p.rule(s.f.Kind, i)
	if !ok {
		row.Pending, row.Rule = true, "评分办法没有这种指标的规则，不计分"
		return nil
	}
	reached := rule.Measure.of(i)
	row.Met = i.Op.Met(i.Target, i.Actual)
	row.Completion = s.rate(rule.printed(i))
	row.Rule = rule.text(i)
	over := s.p.Deviation.Over
	if far := overshoot(i); row.Met && !over.Blank() && far != nil && far.Cmp(over.Rat()) >= 0 {
		row.Want = "偏离指标值" + s.rate(over.Rat()).Trim().String() + "%以上"
	}
	return rule.earn(reached)
}

// overshoot is by what share of the target the actual value is better than it; nil where the target is not above 0.
func overshoot(i *Indicator) *big.Rat {
	if i.Target.Sign() <= 0 {
		return nil
	}
	diff := new(big.Rat).Sub(i.Actual.Rat(), i.Target.Rat())
	if i.Op.Reverse() {
		diff.Neg(diff)
	}
	return diff.Quo(diff, i.Target.Rat())
}

// total adds up the rows by the policy's kind of sum.
func (s scoring) total(r *Result) {
	sum := new(big.Rat)
	add := func(x Row) {
		if s.p.Rounding.Sum == SumRounded {
			sum.Add(sum, x.Score.Rat())
			return
		}
		sum.Add(sum, x.Exact.Rat())
	}
	for _, x := range r.Funds {
		if !x.Weight.Blank() {
			add(x)
		}
	}
	for _, x := range r.Rows {
		add(x)
	}
	r.Exact = exact(sum)
	r.Total = s.p.Rounding.Total.Round(sum, s.p.Rounding.TotalPlaces)
}

// warning is the light of the finished form: the share that the indicators earned against that of the money, and what was
// not spent.
func (s scoring) warning(r *Result) Warning {
	earned, weights := new(big.Rat), new(big.Rat)
	for i, x := range r.Rows {
		earned.Add(earned, x.Exact.Rat())
		weights.Add(weights, s.weight(&s.f.Indicators[i]))
	}
	money, ok := s.f.Fund(TotalFund)
	if !ok || weights.Sign() == 0 || earned.Sign() == 0 {
		return ""
	}
	work := earned.Quo(earned, weights)
	spent := quotient(money.Actual, money.Full)
	gap := new(big.Rat).Sub(work, clamp(spent))
	if gap.Quo(gap, work); !s.p.Warnings.Red.Blank() && gap.Cmp(s.p.Warnings.Red.Rat()) > 0 {
		return Red
	}
	left := new(big.Rat).Sub(one, spent)
	if !s.p.Warnings.Yellow.Blank() && left.Cmp(s.p.Warnings.Yellow.Rat()) > 0 {
		return Yellow
	}
	return ""
}

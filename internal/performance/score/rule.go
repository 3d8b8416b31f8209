package score

import (
	"fmt"
	"math/big"
)

// of is how far an indicator reached its target, as a share: 1 is just reached. A target that is not above 0 is reached or
// not, there is nothing between.
func (m Measure) of(i *Indicator) *big.Rat {
	t, a := i.Target.Rat(), i.Actual.Rat()
	if m == Actual {
		return a.Quo(a, big.NewRat(100, 1))
	}
	if t.Sign() <= 0 {
		if i.Op == Exactly && t.Sign() == 0 { // 指标值为0: nothing is right, anything is not
			if a.Sign() <= 0 {
				return new(big.Rat).Set(one)
			}
			return new(big.Rat)
		}
		if i.Op.Met(i.Target, i.Actual) {
			return new(big.Rat).Set(one)
		}
		return new(big.Rat)
	}
	a.Quo(a, t)
	if m == Reverse {
		a.Sub(big.NewRat(2, 1), a)
	}
	return a
}

// earn is the part of the weight that a share earns.
func (r *Rule) earn(reached *big.Rat) *big.Rat {
	switch {
	case !r.Threshold.Blank() && reached.Cmp(r.Threshold.Rat()) < 0:
		return new(big.Rat)
	case !r.FullFrom.Blank() && reached.Cmp(r.FullFrom.Rat()) >= 0:
		return new(big.Rat).Set(one)
	}
	switch r.Award {
	case AllOrNothing:
		if reached.Cmp(one) >= 0 {
			return new(big.Rat).Set(one)
		}
		return new(big.Rat)
	case Steps:
		for _, s := range r.Steps {
			if reached.Cmp(s.From.Rat()) >= 0 {
				return s.Earn.Rat()
			}
		}
		return new(big.Rat)
	}
	return clamp(reached)
}

// printed is the rate of completion as forms print it, as a share.
func (r *Rule) printed(i *Indicator) *big.Rat {
	m := r.Completion
	if m == "" {
		m = r.Measure
	}
	out := m.of(i)
	if !r.Cap.Blank() && out.Cmp(r.Cap.Rat()) > 0 {
		return r.Cap.Rat()
	}
	if out.Sign() < 0 {
		return new(big.Rat)
	}
	return out
}

// text says in Chinese how the rule scores an indicator.
func (r *Rule) text(i *Indicator) string {
	out := fmt.Sprintf("实际值%s÷指标值%s", i.Actual, i.Target)
	if r.Measure == Reverse {
		out = fmt.Sprintf("不超过指标值%s得满分，超过部分按比例扣减（2−实际值%s÷指标值）", i.Target, i.Actual)
	}
	if i.Target.Sign() <= 0 {
		out = "指标值不大于0，达到得满分，未达到不得分"
	}
	switch r.Award {
	case AllOrNothing:
		out += "，达到得满分，未达到不得分"
	case Steps:
		out += "，分段给分"
	case Proportional:
		if r.Measure == Ratio && i.Target.Sign() > 0 {
			out += "，按比例得分，最多得满分"
		}
	}
	if !r.Threshold.Blank() {
		out += "，低于" + HalfUp.Round(percent(r.Threshold), 2).Trim().String() + "%不得分"
	}
	if !r.FullFrom.Blank() {
		out += "，达到" + HalfUp.Round(percent(r.FullFrom), 2).Trim().String() + "%得满分"
	}
	return out
}

func percent(d Decimal) *big.Rat { return new(big.Rat).Mul(d.Rat(), big.NewRat(100, 1)) }

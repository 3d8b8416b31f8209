package score

import "math/big"

// Trial (试算) is what one policy gives a form, beside others.
type Trial struct {
	Policy *Policy
	Result *Result
	// Scaled says that the policy gives the money another weight than the form was made for, so that the points of its
	// indicators were multiplied by Scale to add up to 100 again.
	Scaled bool
	Scale  Exact
}

// SideBySide scores a form under several policies. A form whose points fit a policy's weight of the money is scored as it
// is; else the points of its indicators are scaled.
func SideBySide(f *Form, policies []*Policy) []Trial {
	var out []Trial
	for _, p := range policies {
		scale := p.scaleOf(f)
		t := Trial{Policy: p, Result: scoring{p, f, scale}.run(), Scaled: scale.Cmp(one) != 0, Scale: exact(scale)}
		out = append(out, t)
	}
	return out
}

// scaleOf is what the points of a form's indicators must be multiplied with to leave room for the policy's weight of the
// money; 1 where there are none.
func (p *Policy) scaleOf(f *Form) *big.Rat {
	sum := new(big.Rat)
	for _, i := range f.Indicators {
		sum.Add(sum, i.Weight.Rat())
	}
	if sum.Sign() <= 0 {
		return new(big.Rat).Set(one)
	}
	room := new(big.Rat).Sub(big.NewRat(100, 1), p.Execution.Weight.Rat())
	return room.Quo(room, sum)
}

package assess

import (
	"math/big"

	"yichuang/internal/metric"
)

// value is a figure in the hundredths in which a scheme writes its limits: of a percent for a rate, of the unit for a
// mean, of one for a count. It is exact, not rounded.
func value(f metric.Figure) *big.Rat {
	switch f.Form {
	case metric.Count:
		return big.NewRat(f.Num*100, max(f.Scale, 1))
	case metric.Mean:
		return new(big.Rat).Mul(f.Rat(), big.NewRat(100, 1))
	}
	return new(big.Rat).Mul(f.Rat(), big.NewRat(10000, 1))
}

// points is the exact number of points that a figure gets for an item.
func (it *Item) points(f metric.Figure) *big.Rat {
	weight := big.NewRat(it.Weight, weightUnit)
	x := value(f)
	switch it.Shape {
	case Linear:
		return weight.Mul(weight, between(x, it.Floor, it.Full))
	case Step:
		return weight.Mul(weight, it.step(x))
	case Deduct:
		return it.deduct(weight, x)
	}
	return new(big.Rat)
}

// between is how far x is from floor to full, from 0 to 1; full may be below floor.
func between(x *big.Rat, floor, full int64) *big.Rat {
	share := new(big.Rat).Sub(x, big.NewRat(floor, 1))
	share.Quo(share, big.NewRat(full-floor, 1))
	switch {
	case share.Sign() < 0:
		return new(big.Rat)
	case share.Cmp(one) > 0:
		return one
	}
	return share
}

var one = big.NewRat(1, 1)

// step is the share of the first step that x reaches; steps go from best to worst.
func (it *Item) step(x *big.Rat) *big.Rat {
	for _, s := range it.Steps {
		c := x.Cmp(big.NewRat(s.At, 1))
		if it.Metric.Info().Lower && c <= 0 || !it.Metric.Info().Lower && c >= 0 {
			return big.NewRat(s.Share, 10000)
		}
	}
	return new(big.Rat)
}

// deduct takes Rate for each point that x is on the wrong side of full, down to nothing.
func (it *Item) deduct(weight, x *big.Rat) *big.Rat {
	away := new(big.Rat).Sub(big.NewRat(it.Full, 1), x)
	if it.Metric.Info().Lower {
		away.Neg(away)
	}
	if away.Sign() <= 0 {
		return weight
	}
	away.Mul(away, big.NewRat(it.Rate, 100*weightUnit))
	weight.Sub(weight, away)
	if weight.Sign() < 0 {
		return new(big.Rat)
	}
	return weight
}

// each multiplies the number of records of a side; where nothing is counted it is nothing.
func (it *Item) each(f metric.Figure) *big.Rat {
	n := f.Num
	switch it.Side {
	case SideDen:
		n = f.Den
	case SideRest:
		n = f.Den - f.Num
	}
	p := big.NewRat(it.Rate, weightUnit)
	return p.Mul(p, big.NewRat(n, max(f.Scale, 1)))
}

package check

import (
	"math/big"

	"yichuang/internal/finance/disclosed"
)

// one is 1 in the millionths in which Num counts.
const one = 1_000_000

// Num is a figure in a rule: what is printed, and the interval in which the unrounded figure lies. Amounts are in 万元
// whatever unit the document uses, rates in percent. A blank counts as 0 in a sum; a figure that is not there, or whose
// column is not certain, makes the rule not evaluated; a rate over nothing makes it not applicable.
type Num struct {
	V, Lo, Hi int64 // millionths
	Places    int   // decimals as printed
	Blank     bool
	Missing   string // why it is not known
	Empty     string // why a rule on it does not apply
	Text      string // as printed
	At        *disclosed.Place
}

// number makes a figure of a printed number times factor, with half its last digit to both sides; a printed 0 is 0.
func number(n disclosed.Number, factor, divisor int64) Num {
	v := muldiv(n.Micro, factor, divisor)
	half := muldiv(n.Half(), factor, divisor)
	if n.Micro == 0 {
		half = 0
	}
	places := n.Places
	for f := factor; f < divisor; f *= 10 { // 元 in 万元 has four decimals more
		places++
	}
	return Num{V: v, Lo: v - half, Hi: v + half, Places: min(places, 6), Text: n.String()}
}

func whole(n int64) Num { return Num{V: n * one, Lo: n * one, Hi: n * one} }

func missing(reason string) Num { return Num{Missing: reason} }

func notApplicable(reason string) Num { return Num{Empty: reason} }

// atPlaces is a figure whose last decimals may have been left off as zeros: it is as exact as one with n decimals.
func (n Num) atPlaces(places int) Num {
	half := stepOf(places) / 2
	if n.V != 0 && n.Hi-n.V > half {
		n.Lo, n.Hi = n.V-half, n.V+half
	}
	return n
}

// muldiv is a·b/c without overflow, rounded toward minus infinity.
func muldiv(a, b, c int64) int64 {
	if c == one && a < 1<<31 && a > -1<<31 && b < 1<<31 && b > -1<<31 {
		q := a * b / c
		if a*b%c < 0 {
			q--
		}
		return q
	}
	p := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	return p.Div(p, big.NewInt(c)).Int64()
}

// settled takes over why one of two figures cannot be used.
func settled(a, b Num) (Num, bool) {
	switch {
	case a.Missing != "":
		return missing(a.Missing), false
	case b.Missing != "":
		return missing(b.Missing), false
	case a.Empty != "":
		return notApplicable(a.Empty), false
	case b.Empty != "":
		return notApplicable(b.Empty), false
	}
	return Num{Places: max(a.Places, b.Places), Blank: a.Blank && b.Blank}, true
}

func add(a, b Num) Num {
	n, ok := settled(a, b)
	if ok {
		n.V, n.Lo, n.Hi = a.V+b.V, a.Lo+b.Lo, a.Hi+b.Hi
	}
	return n
}

func subtract(a, b Num) Num {
	n, ok := settled(a, b)
	if ok {
		n.V, n.Lo, n.Hi = a.V-b.V, a.Lo-b.Hi, a.Hi-b.Lo
	}
	return n
}

func multiply(a, b Num) Num {
	n, ok := settled(a, b)
	if !ok {
		return n
	}
	n.V = muldiv(a.V, b.V, one)
	n.Lo, n.Hi = corners(a, b, func(x, y int64) int64 { return muldiv(x, y, one) })
	return n
}

func divide(a, b Num) Num {
	n, ok := settled(a, b)
	if !ok {
		return n
	}
	if b.V == 0 || b.Lo <= 0 && b.Hi >= 0 {
		return notApplicable("分母为 0，比率没有意义")
	}
	n.V = muldiv(a.V, one, b.V)
	n.Lo, n.Hi = corners(a, b, func(x, y int64) int64 { return muldiv(x, one, y) })
	n.Hi++ // the quotients are rounded down
	return n
}

// corners gives the least and the greatest result over the ends of both intervals.
func corners(a, b Num, op func(x, y int64) int64) (lo, hi int64) {
	lo = op(a.Lo, b.Lo)
	hi = lo
	for _, v := range []int64{op(a.Lo, b.Hi), op(a.Hi, b.Lo), op(a.Hi, b.Hi)} {
		lo, hi = min(lo, v), max(hi, v)
	}
	return lo, hi
}

func absolute(a Num) Num {
	if a.V < 0 {
		a.V, a.Lo, a.Hi = -a.V, -a.Hi, -a.Lo
	}
	return a
}

// percent is a as a percentage of b.
func percent(a, b Num) Num {
	n := multiply(divide(a, b), whole(100))
	n.Places = 2
	return n
}

// growth is how much cur has grown over prev, in percent of prev.
func growth(cur, prev Num) Num {
	if prev.Missing == "" && prev.Empty == "" && prev.V <= 0 {
		return notApplicable("上年为 0 或负数，没有同比")
	}
	return percent(subtract(cur, prev), prev)
}

// rounded rounds half away from zero to n decimals.
func rounded(a Num, n int) Num {
	a.V = roundTo(a.V, n)
	a.Lo, a.Hi, a.Places = a.V, a.V, n
	return a
}

// truncated cuts to n decimals.
func truncated(a Num, n int) Num {
	a.V = truncTo(a.V, n)
	a.Lo, a.Hi, a.Places = a.V, a.V, n
	return a
}

func stepOf(n int) int64 {
	s := int64(one)
	for range n {
		s /= 10
	}
	return max(s, 1)
}

func roundTo(v int64, n int) int64 {
	s := stepOf(n)
	if v < 0 {
		return -((-v + s/2) / s * s)
	}
	return (v + s/2) / s * s
}

func truncTo(v int64, n int) int64 { s := stepOf(n); return v / s * s }

// String prints the figure with its own decimals.
func (n Num) String() string {
	switch {
	case n.Missing != "" || n.Empty != "":
		return "—"
	case n.Text != "":
		return n.Text
	case n.Blank:
		return "空白"
	}
	return disclosed.Decimal(n.V, n.Places)
}

// shown prints a computed figure with at least as many decimals as the stated one.
func (n Num) shown(places int) string {
	if n.Blank && n.V == 0 {
		return "空白"
	}
	return disclosed.Decimal(n.V, max(places, min(n.Places, 2)))
}

package metric

import (
	"math/big"
	"strconv"
)

// None is what is shown where there is no value: an empty denominator is neither 0 nor 100.
const None = "—"

// Ratio (比率) is a quotient kept as the two integers that it was computed from. It is rounded only where it is shown.
type Ratio struct {
	Num int64 `json:"numerator"`
	Den int64 `json:"denominator"`
}

// Add sums both sides, as the ratio of two disjoint cohorts together.
func (r Ratio) Add(x Ratio) Ratio { return Ratio{r.Num + x.Num, r.Den + x.Den} }

// Rounded gives the ratio times scale, rounded half up (away from zero where it is negative), and whether there is one.
func (r Ratio) Rounded(scale int64) (int64, bool) {
	if r.Den <= 0 {
		return 0, false
	}
	return HalfUp(new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(r.Num), big.NewInt(scale)), big.NewInt(r.Den))), true
}

// Basis gives the ratio in hundredths of a percent, rounded half up, and whether there is one.
func (r Ratio) Basis() (int64, bool) { return r.Rounded(10000) }

// Text is the ratio in percent with two decimals, such as 75.00%, or None.
func (r Ratio) Text() string {
	n, ok := r.Basis()
	if !ok {
		return None
	}
	return Hundredths(n) + "%"
}

// Quotient is the ratio as a number with two decimals, such as a mean, or None.
func (r Ratio) Quotient() string {
	n, ok := r.Rounded(100)
	if !ok {
		return None
	}
	return Hundredths(n)
}

// Rat is the exact value; the denominator must not be 0.
func (r Ratio) Rat() *big.Rat { return big.NewRat(r.Num, r.Den) }

// HalfUp is the one rounding of figures: to the nearest integer, a half away from zero.
func HalfUp(x *big.Rat) int64 {
	num, den := new(big.Int).Abs(x.Num()), x.Denom()
	num.Mul(num, big.NewInt(2)).Add(num, den)
	num.Quo(num, new(big.Int).Mul(den, big.NewInt(2)))
	if x.Sign() < 0 {
		num.Neg(num)
	}
	return num.Int64()
}

// Hundredths prints a number of hundredths with two decimals.
func Hundredths(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	frac := strconv.FormatInt(n%100, 10)
	if len(frac) < 2 {
		frac = "0" + frac
	}
	return sign + strconv.FormatInt(n/100, 10) + "." + frac
}

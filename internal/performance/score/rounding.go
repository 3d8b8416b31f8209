package score

import "math/big"

// Rounding is how a number becomes one that is printed.
type Rounding string

// The roundings. Published forms show both: most products round halves up, some cut the text off (去尾).
const (
	HalfUp   Rounding = "half_up"   // 四舍五入
	HalfEven Rounding = "half_even" // 四舍六入五成双
	Truncate Rounding = "truncate"  // 去尾
)

// Label is the rounding's Chinese name; "" for one that does not exist.
func (r Rounding) Label() string {
	return map[Rounding]string{HalfUp: "四舍五入", HalfEven: "四舍六入五成双", Truncate: "去尾"}[r]
}

// Round gives x with so many decimals.
func (r Rounding) Round(x *big.Rat, places int) Decimal {
	scale := big.NewInt(1)
	for range places {
		scale.Mul(scale, big.NewInt(10))
	}
	num := new(big.Int).Mul(new(big.Int).Abs(x.Num()), scale)
	q, rest := new(big.Int).QuoRem(num, x.Denom(), new(big.Int))
	half := rest.Lsh(rest, 1).Cmp(x.Denom())
	if r != Truncate && (half > 0 || half == 0 && (r != HalfEven || q.Bit(0) == 1)) {
		q.Add(q, big.NewInt(1))
	}
	if x.Sign() < 0 {
		q.Neg(q)
	}
	return Decimal{units: q.Int64(), places: uint8(places), set: true}
}

// Package money holds amounts as whole 分 (int64), parses and prints 元 and 万元, and rounds only when it prints.
package money

import (
	"errors"
	"strconv"
	"strings"
)

// Fen is an amount in 分: 100 分 = 1 元, 1,000,000 分 = 1 万元.
type Fen int64

// Units of display.
const (
	Yuan      Fen = 100
	WanYuan   Fen = 1_000_000
	maxDigits     = 16
)

var errAmount = errors.New("money: not an amount with at most two decimals")

// ParseYuan reads an amount in 元 such as "1,234.50" or "-3"; more than two decimals are refused, never rounded.
func ParseYuan(s string) (Fen, error) {
	s = strings.ReplaceAll(strings.TrimSpace(s), ",", "")
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	whole, frac, dot := strings.Cut(s, ".")
	if whole == "" || len(whole) > maxDigits || len(frac) > 2 || dot && frac == "" {
		return 0, errAmount
	}
	digits := whole + (frac + "00")[:2]
	for i := 0; i < len(digits); i++ {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, errAmount
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, errAmount
	}
	if neg {
		n = -n
	}
	return Fen(n), nil
}

// Yuan prints 元 with two decimals: 1234.50.
func (f Fen) Yuan() string { return f.decimal(1) }

// WanYuan prints 万元 with two decimals, rounded half up away from zero: 221.73.
func (f Fen) WanYuan() string { return f.decimal(10_000) }

// decimal prints f ÷ scale 分 as units with two decimals.
func (f Fen) decimal(scale int64) string {
	n, sign := int64(f), ""
	if n < 0 {
		n, sign = -n, "-"
	}
	n = (n + scale/2) / scale
	if n == 0 {
		sign = ""
	}
	frac := strconv.FormatInt(n%100, 10)
	if len(frac) == 1 {
		frac = "0" + frac
	}
	return sign + strconv.FormatInt(n/100, 10) + "." + frac
}

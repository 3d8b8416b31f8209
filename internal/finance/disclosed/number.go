package disclosed

import (
	"strconv"
	"strings"

	"yichuang/internal/money"
)

// micro is the number of parts into which one printed unit is divided: six decimals are kept.
const micro = 1_000_000

// maxPlaces is the most decimals that a Number can hold.
const maxPlaces = 6

// Number is a decimal as it was printed: its value in millionths of the printed unit and how many decimals it shows.
type Number struct {
	Micro  int64
	Places int
}

// ParseNumber reads a printed decimal such as "1,234.50", "-0.20" or "（3.00）"-free plain digits. It refuses anything
// that is not wholly a number.
func ParseNumber(s string) (Number, bool) {
	s = strings.TrimSpace(s)
	if s == "" || s[0] < 0x80 && s[0] != '-' && (s[0] < '0' || s[0] > '9') {
		return Number{}, false
	}
	s = signs.Replace(s)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	whole, frac, dot := strings.Cut(s, ".")
	if whole == "" || len(whole) > 12 || len(frac) > maxPlaces || dot && frac == "" || !digits(whole) || !digits(frac) {
		return Number{}, false
	}
	n, err := strconv.ParseInt(whole+(frac + "000000")[:maxPlaces], 10, 64)
	if err != nil {
		return Number{}, false
	}
	if neg {
		n = -n
	}
	return Number{Micro: n, Places: len(frac)}, true
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// Half is half of the last printed digit, in millionths.
func (n Number) Half() int64 {
	h := int64(micro) / 2
	for range n.Places {
		h /= 10
	}
	return h
}

// Fen gives the amount in 分 where the number was printed in the given unit (万元: money.WanYuan).
func (n Number) Fen(unit money.Fen) money.Fen { return scaled(n.Micro, unit) }

// scaled multiplies millionths of a unit by the unit, without overflow for the amounts of a disclosure.
func scaled(m int64, unit money.Fen) money.Fen {
	return money.Fen(m/micro*int64(unit) + m%micro*int64(unit)/micro)
}

// String prints the number with its own decimals.
func (n Number) String() string { return Decimal(n.Micro, n.Places) }

// Decimal prints millionths with the given number of decimals, rounded half away from zero.
func Decimal(m int64, places int) string {
	sign := ""
	if m < 0 {
		m, sign = -m, "-"
	}
	step := int64(micro)
	for range places {
		step /= 10
	}
	m = (m + step/2) / step
	if m == 0 {
		sign = ""
	}
	s := strconv.FormatInt(m, 10)
	if places == 0 {
		return sign + s
	}
	for len(s) <= places {
		s = "0" + s
	}
	return sign + s[:len(s)-places] + "." + s[len(s)-places:]
}

// signs brings the signs of Chinese typography into the plain ones.
var signs = strings.NewReplacer(",", "", "，", "", "－", "-", "—", "-", "．", ".")

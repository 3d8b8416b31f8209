package score

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"yichuang/internal/money"
)

// Decimal is a number as it is written, with its decimal places: 95, 0.98, 82.10. The zero value is blank, which is not 0.
type Decimal struct {
	units  int64
	places uint8
	set    bool
}

// Bounds of a Decimal.
const (
	maxPlaces = 6
	maxDigits = 16
)

var errDecimal = errors.New("score: not a decimal number")

// ParseDecimal reads a number such as 95, -0.5 or 1,234.50; the empty text is a blank. Nothing is rounded: more than six
// decimals or sixteen digits are refused.
func ParseDecimal(s string) (Decimal, error) {
	s = strings.ReplaceAll(strings.TrimSpace(s), ",", "")
	if s == "" {
		return Decimal{}, nil
	}
	digits, neg := strings.CutPrefix(s, "-")
	whole, frac, dot := strings.Cut(digits, ".")
	if whole == "" || dot && frac == "" || len(frac) > maxPlaces || len(whole)+len(frac) > maxDigits {
		return Decimal{}, errDecimal
	}
	for _, c := range whole + frac {
		if c < '0' || c > '9' {
			return Decimal{}, errDecimal
		}
	}
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil {
		return Decimal{}, errDecimal
	}
	if neg {
		n = -n
	}
	return Decimal{units: n, places: uint8(len(frac)), set: true}, nil
}

// Number is a whole number.
func Number(n int64) Decimal { return Decimal{units: n, set: true} }

// WanYuan is an amount in 万元, exactly: six places where it needs them, never fewer than none.
func WanYuan(f money.Fen) Decimal { return Decimal{units: int64(f), places: 6, set: true}.trim(0) }

// trim drops zeros at the end, down to at least so many places.
func (d Decimal) trim(least uint8) Decimal {
	for d.places > least && d.units%10 == 0 {
		d.units, d.places = d.units/10, d.places-1
	}
	return d
}

// Trim is the number without zeros at its end: 95.30 is 95.3.
func (d Decimal) Trim() Decimal { return d.trim(0) }

// Percent is a share as a percentage: 0.95 is 95.
func Percent(share Decimal) Decimal {
	if share.Blank() {
		return share
	}
	d := Decimal{units: share.units * 100, places: share.places, set: true}
	return d.Trim()
}

// FromPercent is a percentage as a share: 95 is 0.95. A percentage with more than four decimals has no place.
func FromPercent(d Decimal) (Decimal, error) {
	if d.Blank() {
		return d, nil
	}
	if d.places+2 > maxPlaces {
		return d, errDecimal
	}
	out := Decimal{units: d.units, places: d.places + 2, set: true}
	return out.Trim(), nil
}

// Blank reports whether nothing is written.
func (d Decimal) Blank() bool { return !d.set }

// Places is the number of decimals that are written.
func (d Decimal) Places() int { return int(d.places) }

// Rat is the exact value; that of a blank is 0.
func (d Decimal) Rat() *big.Rat {
	den := int64(1)
	for range d.places {
		den *= 10
	}
	return big.NewRat(d.units, den)
}

// Float is the number for a spreadsheet, which shows it with its own decimals; nothing computes with it.
func (d Decimal) Float() float64 {
	f, _ := d.Rat().Float64()
	return f
}

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int { return d.Rat().Sign() }

// Cmp compares values: 95.3 and 95.30 are equal.
func (d Decimal) Cmp(x Decimal) int { return d.Rat().Cmp(x.Rat()) }

// Fixed prints the number with exactly so many decimals; it must not have more.
func (d Decimal) Fixed(places int) string {
	if !d.set {
		return ""
	}
	return d.Rat().FloatString(max(places, int(d.places)))
}

// String is the number as it is written, "" for a blank.
func (d Decimal) String() string { return d.Fixed(int(d.places)) }

// MarshalText writes the number as text, so that JSON keeps every digit.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Decimal) UnmarshalText(b []byte) error {
	n, err := ParseDecimal(string(b))
	if err != nil {
		return err
	}
	*d = n
	return nil
}

// Value stores the number as text.
func (d Decimal) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads what Value stored.
func (d *Decimal) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("score: cannot read a number from %T", src)
}

// WanYuan reads the number as an amount in 万元.
func (d Decimal) WanYuan() (money.Fen, error) {
	n := d.units
	for range maxPlaces - int(d.places) {
		if n > math.MaxInt64/10 || n < math.MinInt64/10 {
			return 0, errDecimal
		}
		n *= 10
	}
	return money.Fen(n), nil
}

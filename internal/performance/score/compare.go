package score

import "strings"

// PrintedNumber reads a number as forms print it, with or without the sign of percent; false for what is none.
func PrintedNumber(s string) (Decimal, bool) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(s), "%"), "％"))
	d, err := ParseDecimal(s)
	return d, err == nil && !d.Blank()
}

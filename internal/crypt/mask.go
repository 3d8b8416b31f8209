package crypt

import (
	"log/slog"
	"strings"
)

// MaskName keeps the first character of a name: 张*, 李**; longer names show two stars, so that their length is not told.
func MaskName(name string) string {
	rs := []rune(strings.TrimSpace(name))
	switch len(rs) {
	case 0:
		return ""
	case 1, 2:
		return string(rs[:1]) + "*"
	}
	return string(rs[:1]) + "**"
}

// MaskPhone keeps the first three and last four digits of a mobile number (138****5678), the last three of a shorter
// number, and nothing of anything shorter than seven.
func MaskPhone(phone string) string {
	n := Normal(KindPhone, phone)
	switch {
	case phone == "":
		return ""
	case len(n) >= 11:
		return n[:3] + "****" + n[len(n)-4:]
	case len(n) >= 7:
		return "****" + n[len(n)-3:]
	}
	return "****"
}

// MaskIDNo keeps the province and the last two characters of an 18-character number (34**************12), and nothing
// of a shorter one but its last two.
func MaskIDNo(no string) string {
	n := Normal(KindID, no)
	switch {
	case no == "":
		return ""
	case len(n) >= 15:
		return n[:2] + strings.Repeat("*", len(n)-4) + n[len(n)-2:]
	case len(n) >= 6:
		return "****" + n[len(n)-2:]
	}
	return "****"
}

// PersonName is a name that shows masked wherever it is printed, logged or marshalled; string(n) is the name itself.
type PersonName string

// String masks.
func (n PersonName) String() string { return MaskName(string(n)) }

// GoString masks.
func (n PersonName) GoString() string { return n.String() }

// LogValue masks.
func (n PersonName) LogValue() slog.Value { return slog.StringValue(n.String()) }

// MarshalText masks.
func (n PersonName) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// PhoneNumber is a phone number that shows masked wherever it is printed, logged or marshalled.
type PhoneNumber string

// String masks.
func (p PhoneNumber) String() string { return MaskPhone(string(p)) }

// GoString masks.
func (p PhoneNumber) GoString() string { return p.String() }

// LogValue masks.
func (p PhoneNumber) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText masks.
func (p PhoneNumber) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// IDNumber is an identity or certificate number that shows masked wherever it is printed, logged or marshalled.
type IDNumber string

// String masks.
func (n IDNumber) String() string { return MaskIDNo(string(n)) }

// GoString masks.
func (n IDNumber) GoString() string { return n.String() }

// LogValue masks.
func (n IDNumber) LogValue() slog.Value { return slog.StringValue(n.String()) }

// MarshalText masks.
func (n IDNumber) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

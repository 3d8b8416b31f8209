package crypt

import (
	"crypto/hmac"
	"encoding/base32"
	"strings"
	"unicode"

	"github.com/emmansun/gmsm/sm3"
)

// Kind is what a value is, for the blind index: it decides how writing variants are brought together, and keeps a phone
// number and an id number with the same digits apart.
type Kind string

// The kinds of value that can be looked up.
const (
	KindName  Kind = "name"  // a person's or firm's name, whole
	KindPhone Kind = "phone" // a phone number
	KindID    Kind = "id"    // an identity number (GB 11643), credit code (GB 32100) or other certificate number
)

var indexText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// BlindIndex gives the look-up value (盲索引) of a personal datum: 26 characters, equal for equal data of one kind and
// without meaning to anyone who lacks the key. Writing variants are brought together by Normal; nothing left gives "".
func (k *Keyring) BlindIndex(kind Kind, value string) string {
	value = Normal(kind, value)
	if value == "" {
		return ""
	}
	h := hmac.New(sm3.New, k.ring.Load().index)
	framed := SM3([]byte(kind), []byte(value))
	h.Write(framed[:])
	return indexText.EncodeToString(h.Sum(nil)[:16])
}

// Normal brings the writing variants of a value together: full-width characters, blanks and hyphens; the country code
// 86 of a phone number; the small x of an identity number.
func Normal(kind Kind, value string) string {
	var b strings.Builder
	for _, r := range value {
		if r >= '！' && r <= '～' {
			r -= '！' - '!' // full-width form
		}
		switch kind {
		case KindPhone:
			if r == '+' && b.Len() == 0 {
				b.WriteString("00")
			}
			if r < '0' || r > '9' {
				continue
			}
		case KindID:
			r = unicode.ToUpper(r)
			if (r < '0' || r > '9') && (r < 'A' || r > 'Z') {
				continue
			}
		default:
			r = unicode.ToLower(r)
			if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
				continue
			}
		}
		b.WriteRune(r)
	}
	if kind == KindPhone {
		return withoutCountry(b.String())
	}
	return b.String()
}

// withoutCountry cuts 86 or 0086 from a number that is a mobile (1…) or has an area code without its 0.
func withoutCountry(digits string) string {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(digits, "00"), "86")
	switch {
	case !ok || len(rest) < 10:
		return digits
	case rest[0] == '1' && len(rest) == 11, rest[0] == '0':
		return rest
	case strings.HasPrefix(digits, "0086"):
		return "0" + rest
	}
	return digits
}

package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxTokens     = 16000 // PostgreSQL keeps positions up to 16,383
	maxTokenRunes = 40    // longer words are cut, in documents and queries alike
)

// class is what a character is to the tokeniser.
type class uint8

const (
	separator class = iota // ends a run
	ignored                // zero-width characters: as if absent
	han
	letter
	digit
)

func classOf(r rune) class {
	switch {
	case r >= 0x4e00 && r <= 0x9fff:
		return han
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		return letter
	case r >= '0' && r <= '9':
		return digit
	case r < utf8.RuneSelf, r == utf8.RuneError:
		return separator
	case unicode.Is(unicode.Han, r):
		return han
	case unicode.IsLetter(r), unicode.IsMark(r):
		return letter
	case unicode.IsNumber(r):
		return digit
	case unicode.Is(unicode.Cf, r):
		return ignored
	}
	return separator
}

// char is a folded character with the bytes of the original text that it came from.
type char struct {
	r          rune
	class      class
	start, end int
}

// fold brings writing variants together, full-width and half-width, compatibility characters (NFKC), upper and lower
// case, and drops characters of no width.
func fold(s string) []char {
	out := make([]char, 0, len(s)/3+8)
	add := func(r rune, start, end int) {
		r = unicode.ToLower(r)
		if c := classOf(r); c != ignored {
			out = append(out, char{r, c, start, end})
		}
	}
	if norm.NFKC.IsNormalString(s) {
		for i, r := range s {
			add(r, i, i+runeLen(s, i, r))
		}
		return out
	}
	var it norm.Iter
	it.InitString(norm.NFKC, s)
	for !it.Done() {
		start := it.Pos()
		part := it.Next()
		_, first := utf8.DecodeRuneInString(s[start:])
		end := max(it.Pos(), start+first) // one character may give several parts: ㍿ is 株 式 会 社
		for len(part) > 0 {
			r, n := utf8.DecodeRune(part)
			add(r, start, end)
			part = part[n:]
		}
	}
	return out
}

func runeLen(s string, at int, r rune) int {
	if r == utf8.RuneError {
		_, n := utf8.DecodeRuneInString(s[at:])
		return n
	}
	return utf8.RuneLen(r)
}

// runs yields the stretches of Chinese characters, of letters and of digits in folded text.
func runs(chars []char, yield func(run []char) bool) {
	for i := 0; i < len(chars); {
		j := i + 1
		for j < len(chars) && chars[j].class == chars[i].class {
			j++
		}
		if chars[i].class != separator && !yield(chars[i:j]) {
			return
		}
		i = j
	}
}

// tokens yields the tokens of one run; tail says whether a run of Chinese characters ends with its last one alone.
func tokens(run []char, tail bool, yield func(token []char)) {
	if run[0].class != han {
		yield(run)
		return
	}
	for i := range len(run) - 1 {
		yield(run[i : i+2])
	}
	if tail || len(run) == 1 {
		yield(run[len(run)-1:])
	}
}

// Tokens cuts a document's text into the tokens that Index.Put takes: overlapping pairs of Chinese characters with the
// last character of each stretch alone, and words and numbers whole, all folded (NFKC, lower case). It needs no
// database: call it before the transaction. Text beyond 16,000 tokens is not indexed.
//
//	Tokens("B区2栋路灯不亮") == "b 区 2 栋路 路灯 灯不 不亮 亮"
func Tokens(s string) string {
	var b strings.Builder
	b.Grow(len(s)*5/2 + 16)
	cut(&b, 0, maxTokens, s)
	return b.String()
}

// cut writes at most most tokens of a text, of a field or of none, and gives how many.
func cut(b *strings.Builder, field, most int, s string) int {
	n := 0
	runs(fold(s), func(run []char) bool {
		tokens(run, true, func(token []char) {
			if n < most {
				n++
				writeToken(b, field, token)
			}
		})
		return n < most
	})
	return n
}

func writeToken(b *strings.Builder, field int, token []char) {
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if field > 0 {
		b.WriteRune(fieldMark + rune(field))
	}
	for _, c := range token[:min(len(token), maxTokenRunes)] {
		b.WriteRune(c.r)
	}
}

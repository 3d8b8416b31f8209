package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"yichuang/internal/document/paper"
	"yichuang/internal/document/pdf/font"
)

// letter is one character that has its glyph.
type letter struct {
	r       rune
	font    *font.Font
	glyph   uint16
	stroke  bool    // made bold by a stroke
	advance float64 // in points
	run     int     // of the paragraph
}

// look is how text is set.
type look struct {
	face    role
	size    float64
	bold    bool
	squeeze float64 // added to every Chinese character's advance
}

// set gives the letters of runs; a line end is a letter without a font.
func (l *library) set(runs []paper.Run, k look) []letter {
	var out []letter
	for i, run := range runs {
		for _, r := range strings.ReplaceAll(run.Text, "\t", "  ") {
			if r == '\n' {
				out = append(out, letter{r: r, run: i})
				continue
			}
			if r == utf8.RuneError || r < ' ' || r == 0xFEFF || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E {
				continue
			}
			if r == 0xA0 {
				r = ' '
			}
			f, glyph, stroke := l.find(r, k.face, k.bold || run.Bold)
			advance := float64(f.Advance(glyph)) * k.size / 1000
			if r >= 0x2E80 {
				advance += k.squeeze
			}
			out = append(out, letter{r: r, font: f, glyph: glyph, stroke: stroke, advance: advance, run: i})
		}
	}
	return out
}

// line is one line of letters; last is the last one of its paragraph or before a line end, which is not justified.
type line struct {
	letters []letter
	last    bool
}

func (l line) width() float64 { return measure(l.letters) }

func measure(ls []letter) float64 {
	w := 0.0
	for _, x := range ls {
		w += x.advance
	}
	return w
}

// Characters that must not begin or end a line (行首、行尾禁则).
const (
	closing = "，。、；：？！）》」』】〕〉〗”’…—～·％‰℃,.!?;:)]}%〃々"
	opening = "（《「『【〔〈〖“‘([{￥¥$＄"
)

// word reports a character that is not parted from others of its kind: letters, digits and what stands in numbers.
func word(r rune) bool {
	return r > ' ' && r < 0x2E80 && !strings.ContainsRune("“”‘’…—·", r)
}

// breakable reports whether a line may end before letter i. Numbers keep together, with their sign, their per cent and
// the unit behind a space.
func breakable(ls []letter, i int) bool {
	before, after := ls[i-1].r, ls[i].r
	switch {
	case after == ' ' || strings.ContainsRune(closing, after) || strings.ContainsRune(opening, before):
		return false
	case before == ' ':
		j := i - 1
		for j > 0 && ls[j].r == ' ' {
			j--
		}
		return !(i-1 > 0 && (unicode.IsDigit(ls[j].r) || ls[j].r == '%') && after >= 0x2E80)
	}
	return !(word(before) && word(after))
}

// hangs reports a full-width sign whose right half is empty: it may stand half outside the line.
func hangs(r rune) bool {
	return strings.ContainsRune("，。、；：）》」』】〕〉〗”’", r)
}

// wrap cuts letters into lines, the first of them by indent shorter; with hang, a sign at the end of a line may stand half
// outside.
func wrap(ls []letter, width, indent float64, hang bool) []line {
	var out []line
	start, last, at := 0, 0, indent
	end := func(to int, final bool) {
		part := ls[start:to]
		for len(part) > 0 && part[len(part)-1].r == ' ' {
			part = part[:len(part)-1]
		}
		out = append(out, line{letters: part, last: final})
		start, at = to, 0
	}
	for i := 0; i < len(ls); i++ {
		if ls[i].font == nil {
			end(i, true)
			start, last = i+1, i+1
			continue
		}
		if i > start && breakable(ls, i) {
			last = i
		}
		room := width + 0.01
		if hang && hangs(ls[i].r) {
			room += ls[i].advance / 2
		}
		if at += ls[i].advance; at <= room || ls[i].r == ' ' || i == start {
			continue
		}
		cut := last
		if cut <= start { // nothing to break at: a word longer than the line
			cut = i
		}
		end(cut, false)
		for start < len(ls) && ls[start].r == ' ' && ls[start].font != nil && start < i {
			start++
		}
		last, at = start, measure(ls[start:i+1])
	}
	end(len(ls), true)
	return out
}

// longest is the width of the widest number or word with digits that wrap keeps together.
func longest(ls []letter) float64 {
	most, at, digits := 0.0, 0.0, false
	for i, x := range ls {
		if i > 0 && (x.font == nil || ls[i-1].font == nil || breakable(ls, i)) {
			at, digits = 0, false
		}
		at += x.advance
		digits = digits || unicode.IsDigit(x.r)
		if digits {
			most = max(most, at)
		}
	}
	return most
}

// stretch gives what is added behind every letter so that a line fills the width: between Chinese characters and at
// spaces, never inside a number or a word.
func (l line) stretch(width float64) []float64 {
	extra := make([]float64, len(l.letters))
	slack, gaps := width-l.width(), 0
	n := len(l.letters)
	if n > 0 && hangs(l.letters[n-1].r) && slack < 0 {
		slack = 0
	}
	open := func(i int) bool {
		return !(word(l.letters[i].r) && word(l.letters[i+1].r))
	}
	for i := range max(n-1, 0) {
		if open(i) {
			gaps++
		}
	}
	if gaps == 0 || l.last || slack <= 0 || slack > 0.5*float64(gaps)*l.letters[0].advance {
		return extra
	}
	for i := range n - 1 {
		if open(i) {
			extra[i] = slack / float64(gaps)
		}
	}
	return extra
}

package pdf

import (
	"math"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// glyph is one character as it stands on the page.
type glyph struct {
	r           rune
	x, y        float64 // its place: the left end of the baseline
	ink0, ink1  float64 // where its ink begins and ends along the line, once it is inked
	size, angle float64
	index       int
	inked       bool
	made        bool // not in the file: PDFium put it between words that stand apart
}

// text reads the runs of a page, at most so many characters.
func (m *machine) text(page uint64, f frame, p *Page, most int) error {
	t, err := m.pointer("FPDFText_LoadPage", page)
	if err != nil || t == 0 {
		return err
	}
	n, err := m.number("FPDFText_CountChars", t)
	if err != nil {
		return err
	}
	if n > most {
		return ErrTooLarge.Say("这个 PDF 的文字太多，超过可以读取的字数，没有读取。请拆分后再试。")
	}
	runes, err := m.runes(t, n)
	if err != nil {
		return err
	}
	b := builder{page: p, ink: func(g *glyph) error { return m.ink(t, f, g) }, mapped: func(g *glyph) (bool, error) {
		wrong, err := m.number("FPDFText_HasUnicodeMapError", t, uint64(g.index))
		return wrong != 1, err
	}}
	for i, r := range runes {
		g := glyph{r: clean(r), index: i}
		switch {
		case r == '\r' || r == '\n':
			g.r = 0
		case unmapped(r):
			p.unmapped++
			p.runes++
			g.r = 0
		case g.r == 0:
			continue
		}
		if err := m.add(t, f, g, &b); err != nil {
			return err
		}
	}
	if err := b.end(); err != nil {
		return err
	}
	_, err = m.call("FPDFText_ClosePage", t)
	return err
}

// add reads where a character stands and adds it; one without a meaning ends the run.
func (m *machine) add(t uint64, f frame, g glyph, b *builder) error {
	if g.r == 0 {
		return b.end()
	}
	if err := m.place(t, f, &g, b); err != nil {
		return err
	}
	if blank(g.r) {
		made, err := m.number("FPDFText_IsGenerated", t, uint64(g.index))
		if err != nil {
			return err
		}
		g.made = made == 1
	}
	return b.add(g)
}

// runes reads the characters of a text page, one for every index.
func (m *machine) runes(t uint64, n int) ([]rune, error) {
	if n <= 0 {
		return nil, nil
	}
	p, err := m.alloc(2*n + 2)
	if err != nil {
		return nil, err
	}
	defer m.call("free", uint64(p))
	got, err := m.number("FPDFText_GetText", t, 0, uint64(n), uint64(p))
	if err != nil {
		return nil, err
	}
	if units := m.wide(p, max(got-1, 0)); len(units) == n && !surrogates(units) {
		out := make([]rune, n)
		for i, u := range units {
			out[i] = rune(u)
		}
		return out, nil
	}
	out := make([]rune, n) // some characters are no text or take two units: each by itself
	for i := range out {
		u, err := m.call("FPDFText_GetUnicode", t, uint64(i))
		if err != nil {
			return nil, err
		}
		out[i] = rune(uint32(u))
		if i > 0 && utf16.IsSurrogate(out[i-1]) && utf16.IsSurrogate(out[i]) { // two halves of one character
			out[i-1], out[i] = utf16.DecodeRune(out[i-1], out[i]), second
		}
	}
	return out, nil
}

// second stands for the second half of a character that takes two places.
const second = 1

func surrogates(units []uint16) bool {
	for _, u := range units {
		if utf16.IsSurrogate(rune(u)) {
			return true
		}
	}
	return false
}

// place reads where a character stands. A loose box as high as the last one means the same type, whose baseline and size
// need not be read again.
func (m *machine) place(t uint64, f frame, g *glyph, b *builder) error {
	if _, err := m.call("FPDFText_GetLooseCharBox", t, uint64(g.index), m.at(0)); err != nil {
		return err
	}
	box := m.floats(4) // left, top, right, bottom
	left, top, _, bottom := f.box(box[0], box[3], box[2], box[1])
	if high := bottom - top; b.high > 0 && math.Abs(b.high-high) < 0.005 {
		g.x, g.y, g.size = left, bottom-b.drop, b.size
		return nil
	}
	if err := m.line(t, f, g); err != nil {
		return err
	}
	b.high = 0
	if g.angle == 0 {
		g.x = left
		b.high, b.drop, b.size = bottom-top, bottom-g.y, g.size
	}
	return nil
}

// line reads the baseline of a character, its type size with every scaling in it, and its angle on the page.
func (m *machine) line(t uint64, f frame, g *glyph) error {
	if _, err := m.call("FPDFText_GetCharOrigin", t, uint64(g.index), m.at(0), m.at(8)); err != nil {
		return err
	}
	at := m.doubles(2)
	g.x, g.y = f.point(at[0], at[1])
	angle, err := m.float("FPDFText_GetCharAngle", t, uint64(g.index))
	if err != nil {
		return err
	}
	if g.angle = math.Round(angle * 180 / math.Pi); g.angle <= 0 || g.angle >= 360 {
		g.angle = 0
	}
	size, err := m.call("FPDFText_GetFontSize", t, uint64(g.index))
	if err != nil {
		return err
	}
	if _, err := m.call("FPDFText_GetMatrix", t, uint64(g.index), m.at(0)); err != nil {
		return err
	}
	v := m.floats(4)
	g.size = math.Abs(math.Float64frombits(size)) * math.Hypot(v[2], v[3])
	return nil
}

// ink reads where a character's ink begins and ends.
func (m *machine) ink(t uint64, f frame, g *glyph) error {
	if g.inked {
		return nil
	}
	g.inked = true
	if g.r >= 0x2E80 { // as wide as its size, whatever part of it is inked
		g.ink0, g.ink1 = g.x, g.x+g.size
		return nil
	}
	if _, err := m.call("FPDFText_GetCharBox", t, uint64(g.index), m.at(0), m.at(8), m.at(16), m.at(24)); err != nil {
		return err
	}
	box := m.doubles(4) // left, right, bottom, top
	g.ink0, _, g.ink1, _ = f.box(box[0], box[2], box[1], box[3])
	if g.ink1-g.ink0 < 0.01 || g.angle != 0 { // no ink: a space, or a type face that is not in the file
		g.ink0, g.ink1 = g.x, g.x+0.5*g.size
	}
	return nil
}

// unmapped are what PDFium gives for a glyph without a character.
func unmapped(r rune) bool {
	return r == 0 || r == 0xFFFD || r == 0xFFFE || r == 0xFFFF || r >= 0xE000 && r <= 0xF8FF
}

// clean gives the character that is meant, 0 for none: signs that programs use for layout are left out, and the radicals
// by which some programs encode whole characters (⽀ for 支, ⻓ for 长) are put right.
func clean(r rune) rune {
	switch {
	case r == 2: // PDFium's sign for a hyphen at the end of a line
		return '-'
	case r == '\t' || r == 0xA0 || r == 0x202F || r >= 0x2000 && r <= 0x200A:
		return ' '
	case r < ' ' || r == 0xAD || r == 0xFEFF || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r == 0x2060:
		return 0
	case r >= 0x2E80 && r <= 0x2EFF:
		return radical(r)
	case r >= 0x2F00 && r <= 0x2FDF || r >= 0xF900 && r <= 0xFAFF:
		for _, n := range norm.NFKC.String(string(r)) {
			return n
		}
	}
	return r
}

// radical gives the character of which a sign of the block CJK Radicals Supplement is the picture.
func radical(r rune) rune {
	const of = "⺁厂⺅亻⺆冂⺇几⺌小⺍小⺎尢⺏尢⺐尢⺓幺⺗心⺛旡⺝月⺞歹⺟母⺠民⺡氵⺢水⺣灬⺤爪⺥爪⺦丬⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糸⺰纟⺱网⺲罒⺳网⺵羊⺶羊⺷羊⺸羊⺹老⺺聿⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
	found := false
	for _, c := range of {
		if found {
			return c
		}
		found = c == r
	}
	return r
}

func blank(r rune) bool { return unicode.IsSpace(r) }

package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	uni "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"yichuang/internal/finance/disclosed"
)

// line is one line of text, or one row of a grid.
type line struct {
	no, page int
	text     string   // words joined by single spaces
	flat     string   // the text without spaces
	words    []Word   // of the line, with positions
	placed   bool     // the positions of the words mean something
	grid     int      // which grid the row belongs to, 0 for none
	over     []string // of a grid's row: the text over each column, repeated where a cell spans
}

// step is the distance between two columns of a grid in the positions of words.
const step = 1000

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func hasHan(s string) bool { return strings.IndexFunc(s, isHan) >= 0 }

// decode reads UTF-8, UTF-16 with a mark, or GB 18030.
func decode(b []byte) (string, error) {
	switch {
	case len(b) >= 4 && b[0] == 0xFF && b[1] == 0xFE && b[2] == 0 && b[3] == 0:
		out, err := utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewDecoder().Bytes(b)
		return string(out), broken(err)
	case len(b) >= 2 && (b[0] == 0xFF && b[1] == 0xFE || b[0] == 0xFE && b[1] == 0xFF):
		out, err := uni.UTF16(uni.LittleEndian, uni.UseBOM).NewDecoder().Bytes(b)
		return string(out), broken(err)
	}
	s := strings.TrimPrefix(string(b), "\uFEFF")
	if !utf8.ValidString(s) {
		out, err := simplifiedchinese.GB18030.NewDecoder().String(s)
		if err != nil {
			return "", ErrBroken.Wrap(err)
		}
		s = out
	}
	if controls := strings.Count(s, "\x00") + strings.Count(s, "\uFFFD"); controls*20 > len(s)+20 {
		return "", ErrFormat
	}
	return s, nil
}

func broken(err error) error {
	if err != nil {
		return ErrBroken.Wrap(err)
	}
	return nil
}

// textLines cuts plain text into lines. A form feed begins a page; the page's number on a line of its own is left out.
func textLines(s string) []line {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n").Replace(s)
	var out []line
	no := 0
	for page, sheet := range strings.Split(s, "\f") {
		rows := strings.Split(sheet, "\n")
		for i, row := range rows {
			no++
			row = clean(row)
			if strings.TrimSpace(row) == "" || pageNumber(row, edge(rows, i)) {
				continue
			}
			l := line{no: no, page: page + 1}
			l.words, l.placed = split(row)
			l.join()
			out = append(out, l)
		}
		if page > 0 {
			no-- // the feed itself stands within a line
		}
	}
	return out
}

// edge reports whether nothing stands above or nothing below a row of its page.
func edge(rows []string, i int) bool {
	return blank(rows[:i]) || blank(rows[i+1:])
}

func blank(rows []string) bool {
	for _, r := range rows {
		if strings.TrimSpace(r) != "" {
			return false
		}
	}
	return true
}

// clean replaces the spaces and digits of Chinese typography by the plain ones.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u3000' || r == '\u00a0' || r == '\u2002' || r == '\u2003':
			return ' '
		case r == '\u200b' || r == '\ufeff' || r == '\u00ad':
			return -1
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '％':
			return '%'
		case r == '．':
			return '.'
		}
		return r
	}, s)
}

// pageNumber recognises — 12 —, 第 12 页, and a bare number at the edge of a page.
func pageNumber(s string, atEdge bool) bool {
	s = strings.ReplaceAll(strings.TrimSpace(s), " ", "")
	bare := strings.Trim(s, "-—–－─~·")
	if bare == "" {
		return true
	}
	if rest, ok := strings.CutPrefix(bare, "第"); ok {
		bare, ok = strings.CutSuffix(rest, "页")
		return ok && isDigits(bare)
	}
	return isDigits(bare) && len(bare) <= 3 && (bare != s || atEdge)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// split cuts a row into words. The positions mean something where the row keeps its gaps: tabs, bars, or several spaces.
func split(row string) ([]Word, bool) {
	if strings.Count(row, "|") >= 2 || strings.Contains(row, "\t") {
		return cells(row), true
	}
	var out []Word
	start, x, at := -1, 0, 0
	flush := func(end int) {
		if start >= 0 {
			out = append(out, Word{Text: row[start:end], X0: at, X1: x})
			start = -1
		}
	}
	for i, r := range row {
		if r == ' ' {
			flush(i)
			x++
			continue
		}
		if start < 0 {
			start, at = i, x
		}
		x += width(r)
	}
	flush(len(row))
	return out, strings.Contains(strings.TrimSpace(row), "  ")
}

func width(r rune) int {
	if r >= 0x2E80 {
		return 2
	}
	return 1
}

// cells cuts a row at tabs or bars into the columns of a grid.
func cells(row string) []Word {
	sep := "\t"
	if !strings.Contains(row, "\t") {
		sep = "|"
		row = strings.Trim(strings.TrimSpace(row), "|")
	}
	var out []Word
	for i, c := range strings.Split(row, sep) {
		if c = strings.TrimSpace(c); c != "" {
			out = append(out, Word{Text: c, X0: i * step, X1: i*step + step - 1})
		}
	}
	return out
}

func (l *line) join() {
	var b strings.Builder
	for i, w := range l.words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.Text)
	}
	l.text = b.String()
	l.flat = strings.ReplaceAll(l.text, " ", "")
}

// tight is the text without any space.
func (l *line) tight() string { return l.flat }

func (l *line) place(at string) disclosed.Place {
	return disclosed.Place{Page: l.page, Line: l.no, At: at}
}

// amount reads a word that is wholly a number; a code such as 2010399 is one too, and the caller knows where it stands.
func amount(s string) (disclosed.Number, bool) { return disclosed.ParseNumber(s) }

// plain brings the signs of text into one form, so that sentences can be compared: no spaces, full-width brackets, commas,
// colons and semicolons except within numbers.
func plain(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	rs := []rune(s)
	for i, r := range rs {
		digit := i > 0 && i+1 < len(rs) && unicode.IsDigit(rs[i-1]) && unicode.IsDigit(rs[i+1])
		switch {
		case unicode.IsSpace(r):
			continue
		case r == '(':
			r = '（'
		case r == ')':
			r = '）'
		case r == ',' && !digit:
			r = '，'
		case r == ';':
			r = '；'
		case r == ':' && !digit:
			r = '：'
		case r == '，' && digit && i+3 < len(rs) && unicode.IsDigit(rs[i+2]) && unicode.IsDigit(rs[i+3]):
			r = ','
		case r == '"':
			r = '“'
		}
		b.WriteRune(r)
	}
	return b.String()
}

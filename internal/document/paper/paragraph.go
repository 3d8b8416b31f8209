package paper

import "strings"

// Style is what a paragraph is.
type Style uint8

// The styles. Sizes and faces follow GB/T 9704 7.3 and the custom of offices.
const (
	Body      Style = iota // 正文: 仿宋 16 pt, first line indented by two characters, lines 28.95 pt apart
	Title                  // 标题: 小标宋 22 pt, centred
	Subtitle               // 副标题: 楷体 16 pt, centred
	Heading1               // 一、 黑体 16 pt
	Heading2               // （一） 楷体 16 pt
	Heading3               // 1. 仿宋 16 pt, bold
	Caption                // of a table or picture: 黑体 12 pt, centred, stays with what follows
	Note                   // below a table or picture: 仿宋 10.5 pt
	Signature              // 落款: at the right, four characters from the edge
	Addressee              // 主送机关: from the left edge
	Plain                  // 仿宋 16 pt without indentation
	Part                   // 第一部分, of a document of several parts: 小标宋 22 pt, centred
	Chapter                // 一、 within a part: 黑体 16 pt
	Article                // （一） within a chapter: 楷体 16 pt
	Form                   // title of a table that is a chapter of its own: 黑体 16 pt, centred
	Above                  // the lines between such a title and its table: 仿宋 10.5 pt, stay with it
	last      = Above
)

// Level is the level of a heading, 0 for other paragraphs.
func (s Style) Level() int {
	switch {
	case s >= Heading1 && s <= Heading3:
		return int(s-Heading1) + 1
	case s >= Part && s <= Article:
		return int(s-Part) + 1
	case s == Form:
		return 2
	}
	return 0
}

// Run is a stretch of text in one look. Line ends in it are kept.
type Run struct {
	Text  string
	Bold  bool
	Color string // RRGGBB; "" for black
	Link  string // "#anchor" of a paragraph of the document, or an address outside; "" for none
}

// Anchor gives the anchor to which a run links, if it links to one.
func (r Run) Anchor() (string, bool) { return strings.CutPrefix(r.Link, "#") }

// Paragraph is a paragraph. A tab in its first line sends what follows to the right edge (编制单位：… 单位：万元).
type Paragraph struct {
	Style  Style
	Runs   []Run
	Anchor string // the name by which links call it; "" for none
}

// Text is a paragraph of one run.
func Text(s Style, text string) Paragraph { return Paragraph{Style: s, Runs: []Run{{Text: text}}} }

// Plain is the paragraph's text without its looks.
func (p Paragraph) Plain() string {
	s := ""
	for _, r := range p.Runs {
		s += r.Text
	}
	return s
}

// Halves parts the runs at a tab of their first line; ok is false where it has none.
func (p Paragraph) Halves() (left, right []Run, ok bool) {
	for i, r := range p.Runs {
		a, b, found := strings.Cut(r.Text, "\t")
		if strings.Contains(a, "\n") {
			return nil, nil, false
		}
		if found {
			before, after := r, r
			before.Text, after.Text = a, b
			left = append(append(left, p.Runs[:i]...), before)
			return left, append([]Run{after}, p.Runs[i+1:]...), true
		}
	}
	return nil, nil, false
}

func isColor(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return len(s) == 6
}

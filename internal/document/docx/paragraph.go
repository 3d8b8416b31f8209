package docx

import "fmt"

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
)

var styleIDs = [...]string{"BodyText", "Title", "Subtitle", "Heading1", "Heading2", "Heading3", "Caption", "Note", "Signature", "Addressee", "Normal"}

// level is the level of a heading, 0 for other paragraphs.
func (s Style) level() int {
	if s >= Heading1 && s <= Heading3 {
		return int(s-Heading1) + 1
	}
	return 0
}

// Run is a stretch of text in one look.
type Run struct {
	Text  string
	Bold  bool
	Color string // RRGGBB; "" for black
}

// Paragraph is a paragraph.
type Paragraph struct {
	Style Style
	Runs  []Run
}

// Text is a paragraph of one run.
func Text(s Style, text string) Paragraph { return Paragraph{Style: s, Runs: []Run{{Text: text}}} }

func (p Paragraph) plain() string {
	s := ""
	for _, r := range p.Runs {
		s += r.Text
	}
	return s
}

type heading struct {
	level int
	text  string
}

// mark names the place of a heading for the table of contents.
func mark(i int) string { return fmt.Sprintf("_Toc%08d", i+1) }

func (p Paragraph) write(w *body) error {
	if int(p.Style) >= len(styleIDs) {
		return fmt.Errorf("no style %d", p.Style)
	}
	w.raw(`<w:p><w:pPr><w:pStyle w:val="` + styleIDs[p.Style] + `"/></w:pPr>`)
	if p.Style.level() > 0 {
		w.raw(fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>`, w.marks, mark(w.marks)))
	}
	for _, r := range p.Runs {
		if err := r.write(w); err != nil {
			return err
		}
	}
	if p.Style.level() > 0 {
		w.raw(fmt.Sprintf(`<w:bookmarkEnd w:id="%d"/>`, w.marks))
		w.marks++
	}
	w.raw(`</w:p>`)
	return nil
}

func (r Run) write(w *body) error {
	w.raw(`<w:r>`)
	if r.Bold || r.Color != "" {
		w.raw(`<w:rPr>`)
		if r.Bold {
			w.raw(`<w:b/><w:bCs/>`)
		}
		if r.Color != "" {
			if !isColor(r.Color) {
				return fmt.Errorf("%q is not a colour RRGGBB", r.Color)
			}
			w.raw(`<w:color w:val="` + r.Color + `"/>`)
		}
		w.raw(`</w:rPr>`)
	}
	w.text(r.Text)
	w.raw(`</w:r>`)
	return nil
}

func isColor(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return len(s) == 6
}

// Contents is a table of contents (目录) of the document's headings down to a level, with page numbers. Where
// a heading lands is known only to the program that lays out the pages: it fills the numbers in when it updates fields,
// which Word offers on opening; until then they are blank rather than wrong.
type Contents struct {
	Title  string // above the entries; "" for none
	Levels int    // 1 to 3; 2 where it is 0
}

func (c Contents) write(w *body) error {
	levels := c.Levels
	if levels < 1 || levels > 3 {
		levels = 2
	}
	w.hasFields = true
	if c.Title != "" {
		w.raw(`<w:p><w:pPr><w:pStyle w:val="ContentsTitle"/></w:pPr><w:r>`)
		w.text(c.Title)
		w.raw(`</w:r></w:p>`)
	}
	begin := fmt.Sprintf(`<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-%d" \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`, levels)
	written := 0
	for i, h := range w.headings {
		if h.level > levels {
			continue
		}
		w.raw(fmt.Sprintf(`<w:p><w:pPr><w:pStyle w:val="TOC%d"/><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="%d"/></w:tabs></w:pPr>`, h.level, w.width))
		w.raw(begin)
		begin = ""
		w.raw(`<w:hyperlink w:anchor="` + mark(i) + `" w:history="1"><w:r>`)
		w.text(h.text)
		w.raw(`</w:r><w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGEREF ` + mark(i) +
			` \h </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:hyperlink></w:p>`)
		written++
	}
	w.raw(`<w:p>`)
	if written == 0 {
		w.raw(begin)
	}
	w.raw(`<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`)
	return nil
}

package pdf

import (
	"fmt"
	"io"
	"strings"

	"yichuang/internal/document/paper"
	"yichuang/internal/document/pdf/font"
	"yichuang/internal/errs"
)

// ErrNoFonts is returned by a program that was built without fonts on a machine without any that fits.
var ErrNoFonts = errs.New(errs.Unavailable, "pdf.no_fonts", "本程序构建时没有带上中文字体，这台机器上也没有安装仿宋、宋体，无法生成 PDF。请下载 DOCX，或请管理员用 make build 重新构建程序。")

// Writer writes documents. It may be used by several goroutines.
type Writer struct{ fonts library }

// NewWriter gives a writer that takes the type faces of official documents (仿宋, 黑体, 楷体, 小标宋) from the fonts in
// folders where they are installed and their makers allow it, and otherwise the open ones that are built in. The same
// document gives the same bytes as long as the folders hold the same fonts.
func NewWriter(folders ...string) *Writer { return &Writer{fonts: library{folders: folders}} }

// Write writes the document to out. Nothing reaches out if a block cannot be written.
func (w *Writer) Write(out io.Writer, d paper.Document) error {
	p, err := w.lay(d)
	if err != nil {
		return err
	}
	p.fillContents()
	p.pageNumbers()
	root, err := p.finish()
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return p.file.write(out, root, p.info(d))
}

// Pages gives the numbers of the pages on which the document's headings stand, in their order.
func (w *Writer) Pages(d paper.Document) ([]int, error) {
	p, err := w.lay(d)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(p.found))
	for i, at := range p.found {
		out[i] = at.sheet + 1
	}
	return out, nil
}

// lay lays out the pages.
func (w *Writer) lay(d paper.Document) (*press, error) {
	if err := d.Check(); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	if !w.fonts.ready() {
		return nil, ErrNoFonts
	}
	p := &press{fonts: &w.fonts, cuts: map[*font.Font]*cut{}, anchors: map[string]spot{}, title: d.Title, headings: d.Headings()}
	for i, s := range d.Sections {
		if err := p.section(s); err != nil {
			return nil, fmt.Errorf("pdf: section %d: %w", i+1, err)
		}
	}
	if len(p.sheets) == 0 {
		p.newSheet(false)
	}
	return p, nil
}

// press makes one document.
type press struct {
	fonts    *library
	file     file
	cuts     map[*font.Font]*cut
	order    []*cut
	sheets   []*sheet
	title    string
	headings []paper.Heading
	found    []spot // of headings, as they are met
	anchors  map[string]spot
	entries  []entry

	landscape bool
	y         float64 // from the top of the area, on the last sheet
}

// entry is a line of a table of contents that waits for its page number.
type entry struct {
	sheet    *sheet
	heading  int
	x, right float64 // where its text ends, where the page number ends
	baseline float64
}

func (p *press) sheet() *sheet { return p.sheets[len(p.sheets)-1] }

// section lays out a section from a new page on.
func (p *press) section(s paper.Section) error {
	p.landscape, p.y = s.Landscape, 0
	p.newSheet(s.Landscape).bare = s.Cover
	for i, b := range s.Blocks {
		if err := p.block(b, s.Blocks[i+1:], i > 0 && keeps(s.Blocks[i-1])); err != nil {
			return fmt.Errorf("block %d: %w", i+1, err)
		}
	}
	return nil
}

// block lays out a block; kept is one that was asked for room together with the block before it.
func (p *press) block(b paper.Block, next []paper.Block, kept bool) error {
	if keeps(b) && !kept {
		p.room(p.need(b, next))
	}
	switch b := b.(type) {
	case paper.Paragraph:
		p.paragraph(b)
	case paper.Table:
		return p.table(b)
	case paper.Picture:
		return p.picture(b)
	case paper.Chart:
		return p.chart(b)
	case paper.Contents:
		p.contents(b)
	case paper.PageBreak:
		p.breakPage()
	default:
		return fmt.Errorf("no block %T", b)
	}
	return nil
}

// keeps reports a block that stays on the page of the next one.
func keeps(b paper.Block) bool {
	para, ok := b.(paper.Paragraph)
	return ok && styles[para.Style].keep
}

// need is the height of a block that keeps, and of what it is kept with: the blocks that keep as well and the first
// part of the one after them.
func (p *press) need(b paper.Block, next []paper.Block) float64 {
	h := p.start(b)
	for _, n := range next {
		h += p.start(n)
		if !keeps(n) {
			break
		}
	}
	return h
}

// start is the height of the part of a block that is not torn from its beginning.
func (p *press) start(b paper.Block) float64 {
	switch b := b.(type) {
	case paper.Paragraph:
		st := styles[b.Style]
		lines := len(p.lines(b, st))
		if !st.keep {
			lines = min(lines, 2)
		}
		return st.before + float64(lines)*st.line
	case paper.Table:
		t, err := p.layTable(b)
		if err != nil {
			return 0
		}
		return t.start()
	case paper.Picture:
		_, high, _, _ := p.pictureSize(b)
		return high
	case paper.Chart:
		return chartHeight(b)
	}
	return 0
}

// room begins a new page where less than h is left and something stands on this one.
func (p *press) room(h float64) {
	if p.y > 0 && p.y+h > p.sheet().area.height+0.01 {
		p.breakPage()
	}
}

func (p *press) breakPage() {
	p.newSheet(p.landscape)
	p.y = 0
}

// pageNumbers writes "— 1 —" on every page but covers, one character from the outer edge (GB/T 9704 7.5).
func (p *press) pageNumbers() {
	const size = 14
	for i, s := range p.sheets {
		if s.bare {
			continue
		}
		ls := p.fonts.set([]paper.Run{{Text: fmt.Sprintf("— %d —", i+1)}}, look{face: songti, size: size})
		x := s.area.left + size
		if i%2 == 0 {
			x = s.area.left + s.area.width - size - measure(ls)
		}
		p.draw(s, ls, nil, x, s.area.top+s.area.height+points(paper.MarginBottom-paper.FooterDistance)*0.58+size*0.86, size, 1, nil)
	}
}

// finish writes fonts, pages, links and the outline, and gives the number of the catalogue.
func (p *press) finish() (int, error) {
	for i, c := range p.order {
		if err := c.embed(&p.file, i); err != nil {
			return 0, err
		}
	}
	var fonts, kids strings.Builder
	for _, c := range p.order {
		fmt.Fprintf(&fonts, "/%s %d 0 R", c.name, c.object)
	}
	pages := p.file.reserve()
	for _, s := range p.sheets {
		fmt.Fprintf(&kids, "%d 0 R ", s.object)
		p.closeSheet(s, pages, fonts.String())
	}
	p.file.set(pages, fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", strings.TrimSpace(kids.String()), len(p.sheets)))
	outline := ""
	if n := p.outline(); n > 0 {
		outline = fmt.Sprintf("/Outlines %d 0 R/PageMode/UseOutlines", n)
	}
	return p.file.add(fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/Lang(zh-CN)/ViewerPreferences<</DisplayDocTitle true>>%s>>", pages, outline)), nil
}

func (p *press) closeSheet(s *sheet, pages int, fonts string) {
	var images, links strings.Builder
	for n := range len(p.file.objects) {
		if s.images[n] {
			fmt.Fprintf(&images, "/I%d %d 0 R", n, n)
		}
	}
	for _, l := range s.links {
		action := "/A<</S/URI/URI" + literal(l.to) + ">>"
		at, inside := p.anchors[strings.TrimPrefix(l.to, "#")], strings.HasPrefix(l.to, "#")
		if l.heading > 0 {
			at, inside = p.found[l.heading-1], true
		}
		if inside {
			action = "/Dest" + p.destination(at)
		}
		n := p.file.add(fmt.Sprintf("<</Type/Annot/Subtype/Link/Rect[%s]/Border[0 0 0]%s>>", nums(l.left, s.y(l.bottom), l.right, s.y(l.top)), action))
		fmt.Fprintf(&links, "%d 0 R ", n)
	}
	content := p.file.stream("", s.content.Bytes())
	p.file.set(s.object, fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s]/Resources<</Font<<%s>>/XObject<<%s>>>>/Contents %d 0 R/Annots[%s]>>",
		pages, nums(s.width, s.height), fonts, images.String(), content, strings.TrimSpace(links.String())))
}

func (p *press) destination(at spot) string {
	s := p.sheets[at.sheet]
	return fmt.Sprintf("[%d 0 R/XYZ 0 %s null]", s.object, num(s.y(at.y)))
}

// outline writes the headings as the tree that readers show beside the pages, and gives the number of its root.
func (p *press) outline() int {
	if len(p.headings) == 0 {
		return 0
	}
	root := p.file.reserve()
	n := len(p.headings)
	objects, parent, last := make([]int, n), make([]int, n), map[int]int{} // last: the newest heading of a level, counted from 1
	for i := range objects {
		objects[i] = p.file.reserve()
	}
	first, final, previous, next, count := map[int]int{}, map[int]int{}, make([]int, n), make([]int, n), map[int]int{}
	for i, h := range p.headings {
		parent[i] = root
		for level := h.Level - 1; level > 0; level-- {
			if last[level] > 0 {
				parent[i] = objects[last[level]-1]
				break
			}
		}
		for level := h.Level + 1; level <= 3; level++ {
			last[level] = 0
		}
		last[h.Level] = i + 1
		if f := final[parent[i]]; f > 0 {
			previous[i], next[f-1] = objects[f-1], objects[i]
		} else {
			first[parent[i]] = objects[i]
		}
		final[parent[i]] = i + 1
		count[parent[i]]++
	}
	family := func(n int) string {
		if count[n] == 0 {
			return ""
		}
		return fmt.Sprintf("/First %d 0 R/Last %d 0 R/Count %d", first[n], objects[final[n]-1], count[n])
	}
	for i, h := range p.headings {
		s := fmt.Sprintf("<</Title%s/Parent %d 0 R/Dest%s%s", text(h.Text), parent[i], p.destination(p.found[i]), family(objects[i]))
		if previous[i] > 0 {
			s += fmt.Sprintf("/Prev %d 0 R", previous[i])
		}
		if next[i] > 0 {
			s += fmt.Sprintf("/Next %d 0 R", next[i])
		}
		p.file.set(objects[i], s+">>")
	}
	p.file.set(root, "<</Type/Outlines"+family(root)+">>")
	return root
}

// info writes the properties of the file.
func (p *press) info(d paper.Document) int {
	s := "<</Title" + text(d.Title) + "/Author" + text(d.Author) + "/Producer(Yichuang)"
	if !d.At.IsZero() {
		at := d.At.Time().UTC().Format("20060102150405")
		s += "/CreationDate(D:" + at + "Z)/ModDate(D:" + at + "Z)"
	}
	return p.file.add(s + ">>")
}

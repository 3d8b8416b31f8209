package pdf

import (
	"strconv"

	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
)

// style is how a paragraph is set; lengths in points, indents in characters.
type style struct {
	look
	line, before, after float64
	first, right        float64
	align               grid.Align // Inherit: both edges
	keep                bool
}

// Lines stand 28.95 pt apart, so that 22 of them fill the type area; a quarter of a point is taken from every character,
// so that 28 fill a line (GB/T 9704 5.2.3).
const apart, squeeze = 28.95, -0.25

// styles are paper's styles, in their order.
var styles = [...]style{
	paper.Body:      {look: look{face: fangsong, size: 16, squeeze: squeeze}, line: apart, first: 2},
	paper.Title:     {look: look{face: xiaobiao, size: 22}, line: 32, after: 14.5, align: grid.Centre, keep: true},
	paper.Subtitle:  {look: look{face: kaiti, size: 16}, line: apart, after: 14.5, align: grid.Centre},
	paper.Heading1:  {look: look{face: heiti, size: 16}, line: apart, first: 2, keep: true},
	paper.Heading2:  {look: look{face: kaiti, size: 16}, line: apart, first: 2, keep: true},
	paper.Heading3:  {look: look{face: fangsong, size: 16, bold: true}, line: apart, first: 2, keep: true},
	paper.Caption:   {look: look{face: heiti, size: 12}, line: 18, before: 6, after: 3, align: grid.Centre, keep: true},
	paper.Note:      {look: look{face: fangsong, size: 10.5}, line: 16, after: 6},
	paper.Signature: {look: look{face: fangsong, size: 16}, line: apart, right: 4, align: grid.Right},
	paper.Addressee: {look: look{face: fangsong, size: 16}, line: apart},
	paper.Plain:     {look: look{face: fangsong, size: 16}, line: apart},
	paper.Part:      {look: look{face: xiaobiao, size: 22}, line: 32, after: 14.5, align: grid.Centre, keep: true},
	paper.Chapter:   {look: look{face: heiti, size: 16}, line: apart, first: 2, keep: true},
	paper.Article:   {look: look{face: kaiti, size: 16}, line: apart, first: 2, keep: true},
	paper.Form:      {look: look{face: heiti, size: 16}, line: 24, after: 3, align: grid.Centre, keep: true},
	paper.Above:     {look: look{face: fangsong, size: 10.5}, line: 16, keep: true},
}

// lookOf is the look of a style on this machine: without a 楷体, headings of the second level are bold to stand out.
func (p *press) lookOf(s paper.Style, st style) look {
	k := st.look
	if (s == paper.Heading2 || s == paper.Article) && p.fonts.installed[kaiti] == nil {
		k.bold = true
	}
	return k
}

func (p *press) lines(b paper.Paragraph, st style) []line {
	width := p.sheet().area.width - st.right*st.size
	return wrap(p.fonts.set(b.Runs, p.lookOf(b.Style, st)), width, st.first*st.size, true)
}

func (p *press) paragraph(b paper.Paragraph) {
	st := styles[b.Style]
	if left, right, ok := b.Halves(); ok {
		p.halves(b, st, left, right)
		return
	}
	lines := p.lines(b, st)
	if p.y > 0 {
		p.y += st.before
	}
	for i, l := range lines {
		p.room(st.line)
		if i == 0 {
			p.note(b)
		}
		indent := 0.0
		if i == 0 {
			indent = st.first * st.size
		}
		p.set(l, st, indent, b.Runs)
		p.y += st.line
	}
	p.y += st.after
}

// halves sets a paragraph of one line whose second half stands at the right edge.
func (p *press) halves(b paper.Paragraph, st style, left, right []paper.Run) {
	if p.y > 0 {
		p.y += st.before
	}
	p.room(st.line)
	p.note(b)
	k := p.lookOf(b.Style, st)
	st.first, st.right, st.align = 0, 0, grid.Left
	p.set(line{letters: p.fonts.set(left, k), last: true}, st, 0, left)
	st.align = grid.Right
	p.set(line{letters: p.fonts.set(right, k), last: true}, st, 0, right)
	p.y += st.line + st.after
}

// note remembers where a heading or an anchor stands.
func (p *press) note(b paper.Paragraph) {
	at := spot{sheet: len(p.sheets) - 1, y: p.sheet().area.top + p.y}
	if b.Style.Level() > 0 {
		p.found = append(p.found, at)
	}
	if b.Anchor != "" {
		p.anchors[b.Anchor] = at
	}
}

// baseline is where letters of a size stand in a line.
func baseline(line, size float64) float64 { return (line-size)/2 + 0.86*size }

// set draws a line of a paragraph at the current height.
func (p *press) set(l line, st style, indent float64, runs []paper.Run) {
	s := p.sheet()
	width := s.area.width - st.right*st.size - indent
	x, extra := s.area.left+indent, []float64(nil)
	switch st.align {
	case grid.Centre:
		x += (width - l.width()) / 2
	case grid.Right:
		x += width - l.width()
	default:
		extra = l.stretch(width)
	}
	top := s.area.top + p.y
	p.draw(s, l.letters, extra, x, top+baseline(st.line, st.size), st.size, 1, runs)
	p.linkRuns(s, l, extra, x, top, top+st.line, runs)
}

// linkRuns marks where the runs with a link stand.
func (p *press) linkRuns(s *sheet, l line, extra []float64, x, top, bottom float64, runs []paper.Run) {
	for i := 0; i < len(l.letters); {
		j, from := i, x
		for j < len(l.letters) && l.letters[j].run == l.letters[i].run {
			x += l.letters[j].advance
			if extra != nil {
				x += extra[j]
			}
			j++
		}
		if to := runs[l.letters[i].run].Link; to != "" {
			s.links = append(s.links, link{left: from, top: top, right: x, bottom: bottom, to: to})
		}
		i = j
	}
}

// contents lays out a table of contents; the page numbers are filled in when all pages are there.
func (p *press) contents(c paper.Contents) {
	if c.Title != "" {
		st := style{look: look{face: heiti, size: 16}, line: apart, after: 14.5, align: grid.Centre}
		p.room(st.line * 2)
		p.set(line{letters: p.fonts.set([]paper.Run{{Text: c.Title}}, st.look), last: true}, st, 0, []paper.Run{{}})
		p.y += st.line + st.after
	}
	for i, h := range p.headings {
		if h.Level > c.Depth() {
			continue
		}
		p.contentsEntry(i, h)
	}
	p.y += 8
}

func (p *press) contentsEntry(i int, h paper.Heading) {
	st := style{look: look{face: fangsong, size: 16}, line: apart}
	indent := float64(h.Level-1) * 2 * st.size
	runs := []paper.Run{{Text: h.Text}}
	lines := wrap(p.fonts.set(runs, st.look), p.sheet().area.width-indent-2.5*st.size, 0, false)
	p.room(st.line * float64(len(lines)))
	for n, l := range lines {
		p.room(st.line)
		s := p.sheet()
		l.last = true
		top := s.area.top + p.y
		p.set(l, st, indent, runs)
		s.links = append(s.links, link{left: s.area.left + indent, top: top, right: s.area.left + s.area.width, bottom: top + st.line, heading: i + 1})
		if n == len(lines)-1 {
			p.entries = append(p.entries, entry{sheet: s, heading: i, x: s.area.left + indent + l.width(), right: s.area.left + s.area.width, baseline: top + baseline(st.line, st.size)})
		}
		p.y += st.line
	}
}

// fillContents writes the page numbers of the contents, with dots that lead to them.
func (p *press) fillContents() {
	const size = 16
	for _, e := range p.entries {
		ls := p.fonts.set([]paper.Run{{Text: strconv.Itoa(p.found[e.heading].sheet + 1)}}, look{face: fangsong, size: size})
		x := e.right - measure(ls)
		if from, to := e.x+6, x-5; to > from {
			// Counted from the right, so that the dots of all lines stand below each other.
			e.sheet.op("q 1 J 1.1 w [0 4.5] 0 d %s m %s l S Q", nums(to, e.sheet.y(e.baseline-2)), nums(from, e.sheet.y(e.baseline-2)))
		}
		p.draw(e.sheet, ls, nil, x, e.baseline, size, 1, nil)
	}
}

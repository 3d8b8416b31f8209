package pdf

import (
	"bytes"
	"fmt"
	"strings"

	"yichuang/internal/document/paper"
	"yichuang/internal/document/pdf/font"
)

// sheet is one page being drawn. Places are in points from its upper left corner.
type sheet struct {
	width, height float64
	area          area
	content       bytes.Buffer
	links         []link
	images        map[int]bool
	object        int
	bare          bool // without a page number
}

// area is where the text of a page stands.
type area struct{ left, top, width, height float64 }

// link is a place of a page that leads to a paragraph or to an address.
type link struct {
	left, top, right, bottom float64
	to                       string
	heading                  int // of a contents entry, counted from 1
}

// spot is where a link leads.
type spot struct {
	sheet int
	y     float64
}

func points(twentieths int) float64 { return float64(twentieths) / 20 }

// newSheet begins a page.
func (p *press) newSheet(landscape bool) *sheet {
	s := &sheet{width: points(paper.PageWidth), height: points(paper.PageHeight), object: p.file.reserve(), images: map[int]bool{}}
	s.area = area{points(paper.MarginLeft), points(paper.MarginTop), points(paper.TextWidth), points(paper.TextHeight)}
	if landscape {
		s.width, s.height = s.height, s.width
		s.area = area{points(paper.MarginBottom), points(paper.MarginLeft), points(paper.TextHeight), points(paper.TextWidth)}
	}
	p.sheets = append(p.sheets, s)
	return s
}

func (s *sheet) op(format string, args ...any) { fmt.Fprintf(&s.content, format+"\n", args...) }

// y turns a place from the top into the file's, from the bottom.
func (s *sheet) y(top float64) float64 { return s.height - top }

// stroke draws a straight line.
func (s *sheet) stroke(x0, y0, x1, y1, width float64) {
	s.op("%s w %s m %s l S", num(width), nums(x0, s.y(y0)), nums(x1, s.y(y1)))
}

// fill fills a box with a colour RRGGBB.
func (s *sheet) fill(left, top, width, height float64, color string) {
	s.op("%s rg %s re f 0 g", rgb(color), nums(left, s.y(top+height), width, height))
}

func rgb(color string) string {
	var v [3]int
	if _, err := fmt.Sscanf(color, "%02X%02X%02X", &v[0], &v[1], &v[2]); err != nil {
		return "0 0 0"
	}
	return fmt.Sprintf("%.3g %.3g %.3g", float64(v[0])/255, float64(v[1])/255, float64(v[2])/255)
}

// inked is how a stretch of a line is drawn.
type inked struct {
	font   *font.Font
	stroke bool
	run    int
}

// draw draws letters from x on the baseline; extra is what follows each of them, narrow squeezes them to so much of
// their width. The runs give colours.
func (p *press) draw(s *sheet, ls []letter, extra []float64, x, baseline, size, narrow float64, runs []paper.Run) {
	for from := 0; from < len(ls); {
		k := inked{ls[from].font, ls[from].stroke, ls[from].run}
		to, width := from, 0.0
		for to < len(ls) && (inked{ls[to].font, ls[to].stroke, ls[to].run}) == k {
			width += ls[to].advance * narrow
			if extra != nil {
				width += extra[to]
			}
			to++
		}
		p.stretch(s, k, ls[from:to], tail(extra, from), x, baseline, size, narrow, runs)
		x += width
		from = to
	}
}

func tail(extra []float64, from int) []float64 {
	if extra == nil {
		return nil
	}
	return extra[from:]
}

// stretch draws letters of one font.
func (p *press) stretch(s *sheet, k inked, ls []letter, extra []float64, x, baseline, size, narrow float64, runs []paper.Run) {
	c := p.cut(k.font)
	var b strings.Builder
	open := false
	for i, l := range ls {
		if !open {
			b.WriteString("<")
			open = true
		}
		fmt.Fprintf(&b, "%04X", c.use(l.glyph, l.r))
		after := l.advance - float64(k.font.Advance(l.glyph))*size/1000
		if extra != nil {
			after += extra[i] / narrow
		}
		if shift := -after * 1000 / size; i+1 < len(ls) && (shift > 0.5 || shift < -0.5) {
			fmt.Fprintf(&b, ">%.0f", shift)
			open = false
		}
	}
	b.WriteString(">")
	color := ""
	if k.run < len(runs) {
		color = runs[k.run].Color
	}
	s.op("BT /%s %s Tf %s%s Td [%s] TJ%s ET", c.name, num(size), paint(color, k.stroke, size, narrow), nums(x, s.y(baseline)), b.String(), unpaint(color, k.stroke, narrow))
}

// paint sets colour, stroke and narrowness of text; unpaint takes them back.
func paint(color string, stroke bool, size, narrow float64) string {
	out := ""
	if color != "" {
		out += rgb(color) + " rg " + rgb(color) + " RG "
	}
	if stroke {
		out += "2 Tr " + num(size*0.028) + " w "
	}
	if narrow < 1 {
		out += num(narrow*100) + " Tz "
	}
	return out
}

func unpaint(color string, stroke bool, narrow float64) string {
	out := ""
	if color != "" {
		out += " 0 g 0 G"
	}
	if stroke {
		out += " 0 Tr"
	}
	if narrow < 1 {
		out += " 100 Tz"
	}
	return out
}

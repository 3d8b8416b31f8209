// Package paper is a document for print without any format: sections of one orientation with headings, paragraphs,
// tables, pictures, charts and a table of contents, in the styles of Chinese official documents. Package docx and package
// pdf write it; both set it on the page of GB/T 9704 (党政机关公文格式). It knows nothing of what the document says.
package paper

import (
	"fmt"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/document/chart"
	"yichuang/internal/document/grid"
)

// Document is a document of one or more sections.
type Document struct {
	Title    string        // in the file's properties
	Author   string        // the office that issues it, in the file's properties
	At       clock.Instant // when it was made, in the file's properties; left out where it is 0
	Sections []Section
}

// Section is a run of pages of one orientation. Each section begins on a new page; page numbers run on.
type Section struct {
	Landscape bool
	Cover     bool // its first page bears no number
	Blocks    []Block
}

// Block is a part of a section: a Paragraph, Table, Picture, Chart, Contents or PageBreak.
type Block interface{ block() }

func (Paragraph) block() {}
func (Table) block()     {}
func (Picture) block()   {}
func (Chart) block()     {}
func (Contents) block()  {}
func (PageBreak) block() {}

// Table is a table over the whole width of the text. Its head rows are repeated on every page.
type Table struct {
	grid.Table
	Size float64 // of the type, in points; 10.5 (五号) where it is 0
}

// Picture is a picture (PNG or JPEG) in a paragraph of its own.
type Picture struct {
	Data  []byte
	Width float64 // on paper, in millimetres; the width of the text where it is 0 or more than that
	Alt   string  // what it shows, for those who do not see it
}

// Chart is a chart over the width of the text.
type Chart struct {
	chart.Chart
	Height float64 // on paper, in millimetres; 75 where it is 0
}

// Contents is a table of contents (目录) of the document's headings down to a level, with page numbers.
type Contents struct {
	Title  string // above the entries; "" for none
	Levels int    // 1 to 3; 2 where it is 0
	// Pages are the pages of all headings of the document where they are known beforehand. A format whose pages are laid
	// out only by the program that opens it shows them until that program knows better.
	Pages []int
}

// Depth is the number of levels that are shown.
func (c Contents) Depth() int {
	if c.Levels < 1 || c.Levels > 3 {
		return 2
	}
	return c.Levels
}

// PageBreak begins a new page.
type PageBreak struct{}

// Page of GB/T 9704 5.1–5.2: A4, margins 37 mm above, 35 below, 28 left (the binding edge), 26 right, which leaves a
// type area of 156 mm × 225 mm. A landscape page is the portrait one turned, its binding edge on top. All lengths in
// twentieths of a point.
const (
	PageWidth, PageHeight = 11906, 16838
	MarginTop             = 2098
	MarginBottom          = 1984
	MarginLeft            = 1587
	MarginRight           = 1474
	FooterDistance        = 1304 // the line of the page number stands 7 mm below the type area (7.5)
	TextWidth             = PageWidth - MarginLeft - MarginRight
	TextHeight            = PageHeight - MarginTop - MarginBottom
)

// Heading is a heading of a document, its lines in one.
type Heading struct {
	Level int // 1 to 3
	Text  string
}

// Headings lists the headings in order.
func (d Document) Headings() []Heading {
	var out []Heading
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if p, ok := b.(Paragraph); ok && p.Style.Level() > 0 {
				out = append(out, Heading{Level: p.Style.Level(), Text: strings.ReplaceAll(p.Plain(), "\n", " ")})
			}
		}
	}
	return out
}

// Check fails where a paragraph has no style, a colour is none, or a link leads nowhere.
func (d Document) Check() error {
	anchors := map[string]bool{}
	for _, p := range d.paragraphs() {
		if p.Anchor != "" && anchors[p.Anchor] {
			return fmt.Errorf("paper: two paragraphs with the anchor %q", p.Anchor)
		}
		anchors[p.Anchor] = true
	}
	for _, p := range d.paragraphs() {
		if p.Style > last {
			return fmt.Errorf("paper: no style %d", p.Style)
		}
		for _, r := range p.Runs {
			if r.Color != "" && !isColor(r.Color) {
				return fmt.Errorf("paper: %q is not a colour RRGGBB", r.Color)
			}
			if a, inside := r.Anchor(); inside && !anchors[a] {
				return fmt.Errorf("paper: a link to %q, which no paragraph is", a)
			}
		}
	}
	return nil
}

func (d Document) paragraphs() []Paragraph {
	var out []Paragraph
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if p, ok := b.(Paragraph); ok {
				out = append(out, p)
			}
		}
	}
	return out
}

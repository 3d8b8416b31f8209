// Package docx writes documents (DOCX, Office Open XML) in the typography of Chinese official documents: paper, margins
// and type sizes of GB/T 9704 (党政机关公文格式), with headings, tables whose heads are merged and repeated, landscape
// sections, pictures, native charts that can be edited, a table of contents and page numbers "— 1 —". It knows nothing
// of the domain.
//
// The same document gives the same bytes: parts stand in a fixed order with fixed times, so that a document can be
// compared and its digest recorded. The proprietary type faces that offices use (方正小标宋, 仿宋_GB2312, 楷体_GB2312)
// are named with their substitutes and never embedded.
package docx

import (
	"fmt"
	"io"

	"yichuang/internal/clock"
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
	Blocks    []Block
}

// Block is a part of a section: a Paragraph, Table, Picture, Chart, Contents or PageBreak.
type Block interface {
	write(w *body) error
}

// body writes word/document.xml and collects the parts that it refers to.
type body struct {
	markup
	pack      *pack
	width     int // of the text in this section, in twentieths of a point
	height    int // likewise
	headings  []heading
	marks     int // headings written
	drawings  int
	hasFields bool
}

// Write writes the document to w. Nothing reaches w if a block cannot be written.
func (d Document) Write(w io.Writer) error {
	p := newPack()
	b := &body{pack: p, headings: d.headings()}
	b.raw(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<w:document` + namespaces + `><w:body>`)
	for i, s := range d.Sections {
		if err := b.section(s, i == len(d.Sections)-1); err != nil {
			return fmt.Errorf("docx: section %d: %w", i+1, err)
		}
	}
	if len(d.Sections) == 0 {
		b.raw(sectionEnd(false))
	}
	b.raw(`</w:body></w:document>`)
	p.add("word/document.xml", typeDocument, b.bytes())
	p.fixed(d, b.hasFields)
	return p.write(w)
}

// headings lists what a table of contents shows, in order.
func (d Document) headings() []heading {
	var out []heading
	for _, s := range d.Sections {
		for _, blk := range s.Blocks {
			if p, ok := blk.(Paragraph); ok && p.Style.level() > 0 {
				out = append(out, heading{level: p.Style.level(), text: p.plain()})
			}
		}
	}
	return out
}

func (w *body) section(s Section, last bool) error {
	w.width, w.height = textWidth, textHeight
	if s.Landscape {
		w.width, w.height = textHeight, textWidth
	}
	for i, blk := range s.Blocks {
		if err := blk.write(w); err != nil {
			return fmt.Errorf("block %d: %w", i+1, err)
		}
	}
	if last {
		w.raw(sectionEnd(s.Landscape))
		return nil
	}
	w.raw(`<w:p><w:pPr><w:pStyle w:val="SectionEnd"/>` + sectionEnd(s.Landscape) + `</w:pPr></w:p>`)
	return nil
}

// Page of GB/T 9704 5.1–5.2: A4, margins 37 mm above, 35 below, 28 left (the binding edge), 26 right, which leaves a
// type area of 156 mm × 225 mm. All lengths in twentieths of a point.
const (
	pageWidth, pageHeight = 11906, 16838
	marginTop             = 2098
	marginBottom          = 1984
	marginLeft            = 1587
	marginRight           = 1474
	footerDistance        = 1304 // the line of the page number stands 7 mm below the type area (7.5)
	textWidth             = pageWidth - marginLeft - marginRight
	textHeight            = pageHeight - marginTop - marginBottom
)

// sectionEnd is the properties that end a section. A landscape page is the portrait one turned, its binding edge on top.
func sectionEnd(landscape bool) string {
	size := fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d"/>`, pageWidth, pageHeight)
	margins := [4]int{marginTop, marginRight, marginBottom, marginLeft}
	if landscape {
		size = fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d" w:orient="landscape"/>`, pageHeight, pageWidth)
		margins = [4]int{marginLeft, marginTop, marginRight, marginBottom}
	}
	return `<w:sectPr><w:footerReference w:type="default" r:id="footerOdd"/><w:footerReference w:type="even" r:id="footerEven"/><w:type w:val="nextPage"/>` + size +
		fmt.Sprintf(`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="%d" w:gutter="0"/>`,
			margins[0], margins[1], margins[2], margins[3], min(footerDistance, margins[2]-300)) + `</w:sectPr>`
}

// PageBreak begins a new page.
type PageBreak struct{}

func (PageBreak) write(w *body) error {
	w.raw(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
	return nil
}

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

	"yichuang/internal/document/paper"
)

// body writes word/document.xml and collects the parts that it refers to.
type body struct {
	markup
	pack      *pack
	width     int // of the text in this section, in twentieths of a point
	height    int // likewise
	headings  []paper.Heading
	marks     int // headings written
	bookmarks int // bookmarks written, those of headings included
	drawings  int
	hasFields bool
}

// Write writes the document to w. Nothing reaches w if a block cannot be written.
func Write(w io.Writer, d paper.Document) error {
	if err := d.Check(); err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	p := newPack()
	b := &body{pack: p, headings: d.Headings()}
	b.raw(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<w:document` + namespaces + `><w:body>`)
	for i, s := range d.Sections {
		if err := b.section(s, i == len(d.Sections)-1); err != nil {
			return fmt.Errorf("docx: section %d: %w", i+1, err)
		}
	}
	if len(d.Sections) == 0 {
		b.raw(sectionEnd(paper.Section{}))
	}
	b.raw(`</w:body></w:document>`)
	p.add("word/document.xml", typeDocument, b.bytes())
	p.fixed(d, b.hasFields)
	return p.write(w)
}

func (w *body) section(s paper.Section, last bool) error {
	w.width, w.height = paper.TextWidth, paper.TextHeight
	if s.Landscape {
		w.width, w.height = paper.TextHeight, paper.TextWidth
	}
	for i, blk := range s.Blocks {
		if err := w.block(blk); err != nil {
			return fmt.Errorf("block %d: %w", i+1, err)
		}
	}
	if last {
		w.raw(sectionEnd(s))
		return nil
	}
	w.raw(`<w:p><w:pPr><w:pStyle w:val="SectionEnd"/>` + sectionEnd(s) + `</w:pPr></w:p>`)
	return nil
}

func (w *body) block(b paper.Block) error {
	switch b := b.(type) {
	case paper.Paragraph:
		w.paragraph(b)
	case paper.Table:
		return w.table(b)
	case paper.Picture:
		return w.picture(b)
	case paper.Chart:
		return w.chart(b)
	case paper.Contents:
		w.contents(b)
	case paper.PageBreak:
		w.raw(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
	default:
		return fmt.Errorf("no block %T", b)
	}
	return nil
}

// sectionEnd is the properties that end a section. A landscape page is the portrait one turned, its binding edge on top.
func sectionEnd(s paper.Section) string {
	size := fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d"/>`, paper.PageWidth, paper.PageHeight)
	margins := [4]int{paper.MarginTop, paper.MarginRight, paper.MarginBottom, paper.MarginLeft}
	if s.Landscape {
		size = fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d" w:orient="landscape"/>`, paper.PageHeight, paper.PageWidth)
		margins = [4]int{paper.MarginLeft, paper.MarginTop, paper.MarginRight, paper.MarginBottom}
	}
	cover := ""
	if s.Cover {
		cover = `<w:titlePg/>` // a first page of its own kind, which has no footer
	}
	return `<w:sectPr><w:footerReference w:type="default" r:id="footerOdd"/><w:footerReference w:type="even" r:id="footerEven"/><w:type w:val="nextPage"/>` + size +
		fmt.Sprintf(`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="%d" w:gutter="0"/>`,
			margins[0], margins[1], margins[2], margins[3], min(paper.FooterDistance, margins[2]-300)) + cover + `</w:sectPr>`
}

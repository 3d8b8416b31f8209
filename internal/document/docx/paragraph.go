package docx

import (
	"fmt"

	"yichuang/internal/document/paper"
)

// styleIDs are the names of paper's styles in the file.
var styleIDs = [...]string{"BodyText", "Title", "Subtitle", "Heading1", "Heading2", "Heading3", "Caption", "Note", "Signature", "Addressee", "Normal", "Part", "Chapter", "Article", "FormTitle", "AboveTable"}

// mark names the place of a heading for the table of contents.
func mark(i int) string { return fmt.Sprintf("_Toc%08d", i+1) }

func (w *body) paragraph(p paper.Paragraph) {
	w.raw(`<w:p><w:pPr><w:pStyle w:val="` + styleIDs[p.Style] + `"/>`)
	if _, _, ok := p.Halves(); ok {
		w.raw(fmt.Sprintf(`<w:tabs><w:tab w:val="right" w:pos="%d"/></w:tabs>`, w.width))
	}
	w.raw(`</w:pPr>`)
	var open []int
	bookmark := func(name string) {
		w.raw(fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>`, w.bookmarks, escape(name)))
		open = append(open, w.bookmarks)
		w.bookmarks++
	}
	if p.Style.Level() > 0 {
		bookmark(mark(w.marks))
		w.marks++
	}
	if p.Anchor != "" {
		bookmark(p.Anchor)
	}
	for _, r := range p.Runs {
		w.run(r)
	}
	for _, id := range open {
		w.raw(fmt.Sprintf(`<w:bookmarkEnd w:id="%d"/>`, id))
	}
	w.raw(`</w:p>`)
}

func (w *body) run(r paper.Run) {
	anchor, inside := r.Anchor()
	switch {
	case inside:
		w.raw(`<w:hyperlink w:anchor="` + escape(anchor) + `" w:history="1">`)
	case r.Link != "":
		w.raw(`<w:hyperlink r:id="` + w.pack.relate(relLink, r.Link) + `" w:history="1">`)
	}
	w.raw(`<w:r>`)
	if r.Bold || r.Color != "" {
		w.raw(`<w:rPr>`)
		if r.Bold {
			w.raw(`<w:b/><w:bCs/>`)
		}
		if r.Color != "" {
			w.raw(`<w:color w:val="` + r.Color + `"/>`)
		}
		w.raw(`</w:rPr>`)
	}
	w.text(r.Text)
	w.raw(`</w:r>`)
	if r.Link != "" {
		w.raw(`</w:hyperlink>`)
	}
}

// contents writes a table of contents. Where a heading lands is known only to the program that lays out the pages: it fills the numbers in when it updates fields,
// which Word offers on opening. Until then they are what the document says beforehand, or blank rather than wrong.
func (w *body) contents(c paper.Contents) {
	levels := c.Depth()
	w.hasFields = true
	if c.Title != "" {
		w.raw(`<w:p><w:pPr><w:pStyle w:val="ContentsTitle"/></w:pPr><w:r>`)
		w.text(c.Title)
		w.raw(`</w:r></w:p>`)
	}
	begin := fmt.Sprintf(`<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-%d" \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`, levels)
	written := 0
	for i, h := range w.headings {
		if h.Level > levels {
			continue
		}
		w.raw(fmt.Sprintf(`<w:p><w:pPr><w:pStyle w:val="TOC%d"/><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="%d"/></w:tabs></w:pPr>`, h.Level, w.width))
		w.raw(begin)
		begin = ""
		w.raw(`<w:hyperlink w:anchor="` + mark(i) + `" w:history="1"><w:r>`)
		w.text(h.Text)
		page := ""
		if i < len(c.Pages) {
			page = fmt.Sprintf(`<w:r><w:t>%d</w:t></w:r>`, c.Pages[i])
		}
		w.raw(`</w:r><w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGEREF ` + mark(i) +
			` \h </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` + page + `<w:r><w:fldChar w:fldCharType="end"/></w:r></w:hyperlink></w:p>`)
		written++
	}
	w.raw(`<w:p>`)
	if written == 0 {
		w.raw(begin)
	}
	w.raw(`<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`)
}

package publication

import (
	"strconv"

	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/finance/narrative"
)

// Evaluation (绩效自评结果) is what another module has to publish of the performance of the year: the second and the third
// section of part four, and the annexes. The publication prints it as it is given; no amount is computed here.
type Evaluation struct {
	Self    []narrative.Paragraph `json:"self,omitempty"` // 绩效自评结果; empty where there is none
	Key     []narrative.Paragraph `json:"key,omitempty"`  // 部门重点绩效评价结果; empty where there is none
	Annexes []Annex               `json:"annexes,omitempty"`
}

// Annex (附件) is one annex: text, a form, or both.
type Annex struct {
	Label      string                `json:"label"` // 附件4-1
	Title      string                `json:"title"`
	Paragraphs []narrative.Paragraph `json:"paragraphs,omitempty"`
	Table      *grid.Table           `json:"table,omitempty"`
	Notes      []string              `json:"notes,omitempty"`
	Landscape  bool                  `json:"landscape,omitempty"` // its form is wider than an upright page
}

// heading is the annex's line in the contents.
func (a *Annex) heading() string { return a.Label + "　" + a.Title }

// annexes are the part behind the fifth; nil where there are none.
func (p *Publication) annexes() []chapter {
	if p.Evaluation == nil {
		return nil
	}
	var out []chapter
	for i := range p.Evaluation.Annexes {
		a := &p.Evaluation.Annexes[i]
		out = append(out, chapter{ID: "annex-" + strconv.Itoa(i+1), Title: a.heading(), Paragraphs: a.Paragraphs, Annex: a})
	}
	return out
}

// annexSection is one annex on pages of its own.
func annexSection(c chapter) paper.Section {
	title := paper.Text(paper.Form, c.Title)
	title.Anchor = c.ID
	s := paper.Section{Landscape: c.Annex.Landscape, Blocks: []paper.Block{title}}
	plain := c
	plain.Title = ""
	s.Blocks = append(s.Blocks, chapterBlocks(plain)...)
	if t := c.Annex.Table; t != nil {
		s.Blocks = append(s.Blocks, paper.Table{Table: *t, Size: typeSize(len(t.Head)+len(t.Body), c.Annex.Landscape)})
	}
	for i, n := range c.Annex.Notes {
		s.Blocks = append(s.Blocks, paper.Text(paper.Note, noteMark(i, len(c.Annex.Notes))+n))
	}
	return s
}

// annexPages are the sheets of the annexes that have a form.
func (p *Publication) annexPages() []xlsx.Page {
	var out []xlsx.Page
	for _, c := range p.annexes() {
		if c.Annex.Table == nil {
			continue
		}
		page := xlsx.Page{Name: c.Annex.Label, Title: c.Title, Lines: []string{"部门：" + p.Department + "　" + p.year()}, Table: *c.Annex.Table, Landscape: c.Annex.Landscape}
		for i, n := range c.Annex.Notes {
			page.Below = append(page.Below, noteMark(i, len(c.Annex.Notes))+n)
		}
		out = append(out, page)
	}
	return out
}

package publication

import (
	"strconv"
	"strings"

	"yichuang/internal/document/paper"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
)

// Paper is the whole disclosure for print: cover, contents, and the five parts. pages are those of its headings where they
// are known.
func (p *Publication) Paper(pages []int) paper.Document {
	d := paper.Document{Title: p.Title(), Author: p.Department, At: p.Edition.PublishedAt}
	d.Sections = append(d.Sections, paper.Section{Cover: true, Blocks: p.cover()})
	d.Sections = append(d.Sections, paper.Section{Blocks: []paper.Block{paper.Contents{Title: "目　录", Levels: 2, Pages: pages}}})
	for _, x := range p.parts() {
		s := paper.Section{Blocks: []paper.Block{paper.Text(paper.Part, x.Title)}}
		if x.Chapters[0].Table != nil {
			s.Blocks = append(s.Blocks, p.beforeTables()...)
		}
		if x.Chapters[0].Annex != nil {
			for _, c := range x.Chapters {
				s.Blocks = append(s.Blocks, paper.Paragraph{Style: paper.Body, Runs: []paper.Run{{Text: c.Title, Link: "#" + c.ID}}})
			}
		}
		for _, c := range x.Chapters {
			if c.Table != nil {
				d.Sections = append(d.Sections, s)
				s = p.tableSection(c)
				continue
			}
			if c.Annex != nil {
				d.Sections = append(d.Sections, s)
				s = annexSection(c)
				continue
			}
			s.Blocks = append(s.Blocks, chapterBlocks(c)...)
		}
		d.Sections = append(d.Sections, s)
	}
	return d
}

// cover is the first page: title, department, and the state of what follows.
func (p *Publication) cover() []paper.Block {
	var out []paper.Block
	space := func(n int) {
		for range n {
			out = append(out, paper.Text(paper.Plain, ""))
		}
	}
	space(5)
	out = append(out, paper.Text(paper.Title, p.Department), paper.Text(paper.Title, p.year()+"部门决算公开"))
	if s := p.status(); s != "" {
		out = append(out, paper.Text(paper.Subtitle, s))
	}
	space(9)
	for _, l := range p.Edition.lines() {
		out = append(out, paper.Text(paper.Subtitle, l))
	}
	return out
}

// status says below the title what the reader must know: that these are no published accounts, or that they were corrected.
func (p *Publication) status() string {
	e := p.Edition
	switch {
	case !e.Published:
		return "（" + e.State + "，尚未公开）"
	case e.Revision > 1:
		return "（更正，第" + strconv.FormatInt(e.Revision, 10) + "版）"
	}
	return ""
}

// lines are the dates of the approval, of the review for secrecy (保守国家秘密法 35) and of the publication, which must follow
// the approval within twenty days (预算法 14).
func (e Edition) lines() []string {
	var out []string
	if !e.ApprovedOn.IsZero() {
		out = append(out, "决算批复日期："+day(e.ApprovedOn))
	}
	if !e.ClearedOn.IsZero() {
		out = append(out, "保密审查日期："+day(e.ClearedOn))
	}
	if !e.PublishedOn.IsZero() {
		out = append(out, "公开日期："+day(e.PublishedOn))
	}
	return out
}

// beforeTables says what part two holds, and which of its tables are empty.
func (p *Publication) beforeTables() []paper.Block {
	text := "本部分共" + strconv.Itoa(len(p.Statement.Tables)) + "张表，金额均以" + p.Statement.Unit + "为单位。"
	var empty []string
	for _, t := range p.Statement.Tables {
		if t.Empty {
			empty = append(empty, t.Form)
		}
	}
	if len(empty) > 0 {
		text += "其中" + strings.Join(empty, "、") + "本年度没有数据，列出空表并在表下说明。"
	}
	return []paper.Block{paper.Text(paper.Body, text)}
}

// tableSection is one table on pages of its own: its title, form and unit above, its notes below.
func (p *Publication) tableSection(c chapter) paper.Section {
	t := c.Table
	drawing := p.Statement.Draw(t)
	wide := len(drawing.Widths) > wideFrom
	title := paper.Text(paper.Form, c.Title)
	title.Anchor = t.ID
	blocks := []paper.Block{title, paper.Text(paper.Above, "\t"+t.Form),
		paper.Text(paper.Above, "部门："+p.Department+"　　"+p.year()+"\t金额单位："+p.Statement.Unit),
		paper.Table{Table: drawing.Grid(), Size: typeSize(len(drawing.Head)+len(drawing.Body), wide)}}
	for i, n := range t.Notes {
		blocks = append(blocks, paper.Text(paper.Note, noteMark(i, len(t.Notes))+n))
	}
	return paper.Section{Landscape: wide, Blocks: blocks}
}

// wideFrom is the number of columns beyond which a table stands on pages turned sideways.
const wideFrom = 6

// typeSize is the greatest type in which a table of so many rows stands on one page; what no size brings onto one page is
// set in 9 points and goes on with its heads repeated.
func typeSize(rows int, landscape bool) float64 {
	room := float64(paper.TextHeight)/20 - 110 // without the lines above and the notes below
	if landscape {
		room = float64(paper.TextWidth)/20 - 110
	}
	for _, size := range []float64{10.5, 10, 9.5, 9, 8.5, 8} {
		if float64(rows)*(size*1.3+5) <= room {
			return size
		}
	}
	if landscape {
		return 9
	}
	return 8
}

func chapterBlocks(c chapter) []paper.Block {
	var out []paper.Block
	if c.Title != "" {
		out = append(out, paper.Text(paper.Chapter, c.Title))
	}
	for _, x := range c.Paragraphs {
		if x.Heading {
			out = append(out, paper.Text(paper.Article, x.Text()))
			continue
		}
		out = append(out, paper.Paragraph{Style: paper.Body, Runs: runs(x)})
	}
	return out
}

// runs are a paragraph's pieces; a figure that is a cell leads to its table.
func runs(x narrative.Paragraph) []paper.Run {
	var out []paper.Run
	for _, s := range x.Spans {
		r := paper.Run{Text: s.Text}
		if s.Figure != nil && s.Figure.Ref != "" {
			r.Link = "#" + tableOf(s.Figure.Ref)
		}
		out = append(out, r)
	}
	return out
}

func tableOf(r statement.Ref) string {
	table, _, _ := r.Parts()
	return table
}

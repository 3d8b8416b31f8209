package publication

import (
	"strconv"
	"strings"

	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
)

// part is one of the five parts as every readable format shows it.
type part struct {
	Title    string
	Chapters []chapter
}

// chapter is a numbered piece of a part: text, or a table of the statement.
type chapter struct {
	ID         string
	Title      string
	Paragraphs []narrative.Paragraph
	Table      *statement.Table
	Annex      *Annex
}

// parts are the five parts, in the order of the disclosure, and the annexes where there are any.
func (p *Publication) parts() []part {
	out := []part{
		{"第一部分　部门概况", p.overview()},
		{"第二部分　" + p.year() + "部门决算表", p.tables()},
		{"第三部分　" + p.year() + "部门决算情况说明", p.sections()},
		{"第四部分　预算绩效情况说明", p.performance()},
		{"第五部分　名词解释", p.terms()},
	}
	if list := p.annexes(); len(list) > 0 {
		out = append(out, part{"附件", list})
	}
	return out
}

func plain(text string) narrative.Paragraph {
	return narrative.Paragraph{Spans: []narrative.Span{{Text: text}}}
}

// plainLines makes a paragraph of every line that people wrote.
func plainLines(text string) []narrative.Paragraph {
	var out []narrative.Paragraph
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, plain(l))
		}
	}
	return out
}

func (p *Publication) overview() []chapter {
	return []chapter{
		{ID: "duties", Title: numbered(1, "部门职责"), Paragraphs: p.written(p.Duties)},
		{ID: "structure", Title: numbered(2, "机构设置"), Paragraphs: append(p.written(p.Structure), p.unitList()...)},
	}
}

// written is what people wrote, or what a draft says in its place; accounts cannot be submitted without it.
func (p *Publication) written(text string) []narrative.Paragraph {
	if out := plainLines(text); len(out) > 0 {
		return out
	}
	return []narrative.Paragraph{plain("（本部分尚未填写，填写后才能送审。）")}
}

// unitList names the units whose accounts are included, with their kind, on which depends whether they have 机关运行经费.
func (p *Publication) unitList() []narrative.Paragraph {
	if len(p.Units) == 0 {
		return nil
	}
	names := make([]string, len(p.Units))
	for i, u := range p.Units {
		names[i] = u.Name + "（" + u.Kind + "）"
	}
	return []narrative.Paragraph{plain("纳入本部门" + p.year() + "决算编制范围的预算单位共" + strconv.Itoa(len(p.Units)) + "个：" + strings.Join(names, "、") + "。")}
}

func (p *Publication) tables() []chapter {
	var out []chapter
	for i, t := range p.Statement.Tables {
		out = append(out, chapter{ID: t.ID, Title: numbered(i+1, t.Title), Table: t})
	}
	return out
}

func (p *Publication) sections() []chapter {
	var out []chapter
	for i, s := range p.Narrative.Sections {
		out = append(out, chapter{ID: "section-" + s.ID, Title: numbered(i+1, s.Title), Paragraphs: s.Paragraphs})
	}
	return out
}

// performance is part four. Results of evaluations are published where there are any (预算法实施条例 20); where there are
// none the part says so.
func (p *Publication) performance() []chapter {
	self := []narrative.Paragraph{plain("本部门" + p.year() + "没有形成可以公开的绩效自评结果。")}
	key := []narrative.Paragraph{plain("本部门" + p.year() + "没有开展部门重点绩效评价。")}
	if e := p.Evaluation; e != nil {
		if len(e.Self) > 0 {
			self = e.Self
		}
		if len(e.Key) > 0 {
			key = e.Key
		}
	}
	return []chapter{
		{ID: "performance", Title: numbered(1, p.Narrative.Performance.Title), Paragraphs: p.Narrative.Performance.Paragraphs},
		{ID: "self-evaluation", Title: numbered(2, "绩效自评结果"), Paragraphs: self},
		{ID: "key-evaluation", Title: numbered(3, "部门重点绩效评价结果"), Paragraphs: key},
	}
}

func (p *Publication) terms() []chapter {
	c := chapter{ID: "terms"}
	for i, t := range p.Narrative.Terms {
		c.Paragraphs = append(c.Paragraphs, plain(numbered(i+1, t.Name)+"："+t.Text))
	}
	return []chapter{c}
}

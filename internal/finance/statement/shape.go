package statement

import (
	"slices"
	"strconv"

	"yichuang/internal/finance/fiscal"
)

// side makes the rows of one side of a two-sided table; a line that adds up lines may stand above them.
func (b *builder) side(side string, lines []LineSpec) []Row {
	rows := make([]Row, len(lines))
	done := make([]bool, len(lines))
	var fill func(i int)
	fill = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		l := lines[i]
		r := Row{Key: strconv.Itoa(l.Line), Line: l.Line, Label: l.Label, Name: l.Name, Side: side, Bold: l.Bold}
		switch {
		case len(l.Sum) == 2:
			terms := []Row{}
			for j := range lines {
				if lines[j].Line >= l.Sum[0] && lines[j].Line <= l.Sum[1] && lines[j].Label != "" {
					fill(j)
					terms = append(terms, rows[j])
				}
			}
			r = b.row(r, nil, terms)
		case l.Label != "":
			if l.class != "" {
				r.Code = l.class
				r.Label += b.ledger.Codes.Name(fiscal.Func, l.class)
			}
			r = b.lineRow(r, l)
		}
		rows[i] = r
	}
	for i := range lines {
		fill(i)
	}
	return rows
}

func (b *builder) lineRow(r Row, l LineSpec) Row {
	var chosen []*fiscal.Posting
	for _, p := range b.postings {
		if (l.class == "" || fiscal.Class(p.Func) == l.class) && l.Where.chooses(p) {
			chosen = append(chosen, p)
		}
	}
	r = b.row(r, chosen, nil)
	for _, c := range r.Cells {
		if len(c.Terms) > 0 {
			continue
		}
		_, _, no := c.Ref.Parts()
		c.Rule = ruleText(l.Where, b.where(no))
		if l.class != "" {
			c.Rule = "功能分类 " + l.class + "：" + c.Rule
		}
	}
	return r
}

func (b *builder) where(column string) Where {
	for _, c := range b.spec.Columns {
		if c.No == column {
			return c.Where
		}
	}
	return Where{}
}

// tree makes 合计, 类, 款 and 项 with what has money; a parent adds up its children.
func (b *builder) tree() []Row {
	byCode := map[string][]*fiscal.Posting{}
	children := map[string][]string{}
	for _, p := range b.postings {
		if p.Func == "" && !b.used(p) {
			continue
		}
		for code := p.Func; code != ""; code = fiscal.Parent(code) {
			if parent := fiscal.Parent(code); !slices.Contains(children[parent], code) {
				children[parent] = append(children[parent], code)
			}
		}
		byCode[p.Func] = append(byCode[p.Func], p)
	}
	total := Row{Key: "total", Label: "合计", Bold: true}
	var out []Row
	emit := func(r Row) { out = append(out, r) }
	var walk func(code string) Row
	walk = func(code string) Row {
		r := Row{Key: code, Code: code, Label: b.ledger.Codes.Name(fiscal.Func, code)}
		at := len(out)
		out = append(out, r)
		out[at] = b.parent(r, byCode[code], children[code], walk, emit)
		return out[at]
	}
	total = b.parent(total, byCode[""], children[""], walk, emit)
	out = slices.DeleteFunc(out, func(r Row) bool { return !slices.ContainsFunc(r.Cells, func(c *Cell) bool { return c.Present }) })
	return append([]Row{total}, out...)
}

// used reports whether a column of the table shows the posting.
func (b *builder) used(p *fiscal.Posting) bool {
	return slices.ContainsFunc(b.spec.Columns, func(c ColumnSpec) bool { return len(c.Sum) == 0 && c.Where.chooses(p) })
}

// parent makes a row from its children, or from its own postings where it has no children. Money booked on a code that
// has children as well stands in a line of its own below it, so that the parent still is the sum.
func (b *builder) parent(r Row, own []*fiscal.Posting, children []string, walk func(string) Row, emit func(Row)) Row {
	if len(children) == 0 {
		return b.row(r, own, nil)
	}
	slices.Sort(children)
	terms := make([]Row, len(children))
	for i, c := range children {
		terms[i] = walk(c)
	}
	if len(own) == 0 {
		return b.row(r, nil, terms)
	}
	rest := b.row(Row{Key: r.Key + "-own", Code: r.Code, Label: "未分到下级"}, own, nil)
	emit(rest)
	return b.row(r, nil, append(terms, rest))
}

// detail makes the blocks of the economic classification and the totals of their groups.
func (b *builder) detail() []Row {
	byCode := map[string][]*fiscal.Posting{}
	for _, p := range b.postings {
		byCode[p.Econ] = append(byCode[p.Econ], p)
	}
	var out, totals []Row
	for _, g := range b.spec.Groups {
		var classes []Row
		for _, block := range g.Blocks {
			for _, class := range block {
				rows := b.class(class, byCode)
				classes = append(classes, rows[0])
				out = append(out, rows...)
			}
		}
		totals = append(totals, b.row(Row{Key: g.Total, Label: g.Total, Bold: true}, nil, classes))
	}
	out = append(out, totals...)
	return append(out, b.row(Row{Key: "total", Label: "合计", Bold: true}, nil, totals))
}

// class makes the row of a 类 followed by those of its 款.
func (b *builder) class(class string, byCode map[string][]*fiscal.Posting) []Row {
	rows := []Row{{}}
	codes := b.ledger.Codes.Children(fiscal.Econ, class)
	for code := range byCode { // a code that has money is shown, also where the dictionary lacks it
		if fiscal.Parent(code) == class && !slices.Contains(codes, code) || code == class {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	for _, code := range codes {
		if len(byCode[code]) == 0 && slices.Contains(b.spec.Omit, code) {
			continue
		}
		key, label := code, b.ledger.Codes.Name(fiscal.Econ, code)
		if code == class {
			key, label = code+"-own", "未分到款"
		}
		rows = append(rows, b.row(Row{Key: key, Code: code, Label: label}, byCode[code], nil))
	}
	rows[0] = b.row(Row{Key: class, Code: class, Label: b.ledger.Codes.Name(fiscal.Econ, class)}, nil, rows[1:])
	return rows
}

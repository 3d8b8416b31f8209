package publication

import (
	"bytes"
	_ "embed" // the page
	"html/template"
	"io"
	"net/url"
	"strconv"
	"strings"

	"yichuang/internal/document/grid"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
)

//go:embed page.html
var pageText string

// pageView is the web page: it stands alone, without script, pictures or files beside it.
type pageView struct {
	*Publication
	Lines  []string
	Status string
	Parts  []part
	Rules  []ruleView
}

// ruleView is how one cell came about.
type ruleView struct {
	Ref     statement.Ref
	Place   string
	Amount  string
	Rule    string
	Terms   []statement.Ref
	Entries string // where the entries behind the cell are shown, "" outside the centre
}

// writePage writes the page. A figure of the text leads to its cell, a cell to its rule, and the rule to the cells that it
// adds up and, inside the centre, to the entries.
func (p *Publication) writePage(w io.Writer, inside string) error {
	t, err := template.New("page").Funcs(template.FuncMap{"drawing": p.Statement.Draw, "anchor": anchor, "place": p.place, "note": noteMark, "head": headScope, "row": rowHead, "class": slotClass, "inc": func(i int) int { return i + 1 }, "figure": isCell, "align": cellClass}).Parse(pageText)
	if err != nil {
		return err
	}
	v := pageView{Publication: p, Lines: p.Edition.lines(), Status: p.status(), Parts: p.parts(), Rules: p.rules(inside)}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// rules lists the rules of all cells that a table prints with an amount, row by row.
func (p *Publication) rules(inside string) []ruleView {
	var out []ruleView
	for _, t := range p.Statement.Tables {
		for _, row := range p.Statement.Draw(t).Body {
			for _, s := range row {
				c := s.Cell
				if c == nil || c.Text() == "" {
					continue
				}
				v := ruleView{Ref: c.Ref, Place: p.place(c.Ref), Amount: c.Text(), Rule: c.Rule, Terms: c.Terms}
				if inside != "" {
					table, row, column := c.Ref.Parts()
					v.Entries = inside + "/finance/" + strconv.Itoa(p.Year) + "/cells/" + url.PathEscape(table) + "/" + url.PathEscape(row) + "/" + url.PathEscape(column)
				}
				out = append(out, v)
			}
		}
	}
	return out
}

// place names a cell for readers: 公开05表 2010399 第2栏.
func (p *Publication) place(r statement.Ref) string {
	table, row, column := r.Parts()
	t := p.Statement.Table(table)
	if t == nil {
		return string(r)
	}
	name := row
	if x := t.Row(row); x != nil {
		switch {
		case x.Code != "" && x.Line == 0:
			name = x.Code
		case x.Line > 0:
			name = "第" + strconv.Itoa(x.Line) + "行"
		case x.Label != "":
			name = x.Label
		default:
			name = ""
		}
	}
	return strings.TrimSpace(t.Form + " " + name + " 第" + column + "栏")
}

// headScope says of which cells a head is the head.
func headScope(s statement.Slot) string {
	if s.Cols > 1 {
		return "colgroup"
	}
	return "col"
}

// rowHead reports whether the i-th place of a row is a head of it: a name or a code, not the number of the line.
func rowHead(i int, s statement.Slot) bool {
	return s.Cell == nil && s.Text != "" && (i == 0 || s.Bold || s.Align == grid.Left)
}

func slotClass(s statement.Slot) string {
	out := [...]string{"", "l", "c", "r"}[s.Align]
	if s.Bold {
		out += " b"
	}
	if s.Align == grid.Left && s.Text != "" && strings.Trim(s.Text, "0123456789") == "" {
		out += " u"
	}
	return strings.TrimSpace(out)
}

// cellClass is slotClass for a cell of an annex.
func cellClass(c grid.Cell) string {
	return slotClass(statement.Slot{Text: c.Text, Align: c.Align, Bold: c.Bold})
}

// isCell reports whether a span is a figure that stands in a table.
func isCell(s narrative.Span) bool { return s.Figure != nil && s.Figure.Ref != "" }

package financehttp

import (
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/web"
)

type permission = actor.Permission

// shown says whose tables are shown: those of the books as they are, or of a frozen revision.
type shown struct {
	Year     int
	Revision int64 // 0 for the books as they are
}

// at is an address below the year, or below its revision.
func (s shown) at(rest string) string {
	if s.Revision == 0 {
		return path(s.Year, rest)
	}
	return path(s.Year, "/revisions/"+strconv.FormatInt(s.Revision, 10)+rest)
}

// cell is the address of what stands behind a cell.
func (s shown) cell(ref statement.Ref) string {
	table, row, column := ref.Parts()
	return s.at("/cells/" + url.PathEscape(table) + "/" + url.PathEscape(row) + "/" + url.PathEscape(column))
}

// crumbs leads to the year, or to the revision.
func (s shown) crumbs() []web.Link {
	out := crumbs(s.Year)
	if s.Revision > 0 {
		out = append(out, web.Link{Label: "第 " + strconv.FormatInt(s.Revision, 10) + " 版", Href: s.at("")})
	}
	return out
}

// tableView is one of the nine tables.
type tableView struct {
	shown
	Statement *statement.Statement
	Table     *statement.Table
	Drawing   statement.Drawing
}

func (h handlers) table(c *web.Ctx) error {
	year := yearOf(c)
	s, err := h.Finance.Statement(c.Context(), year)
	if err != nil {
		return err
	}
	t := s.Table(c.Param("table"))
	if t == nil {
		return finance.ErrCell
	}
	return c.Render(tablePage(tableView{shown: shown{Year: year}, Statement: s, Table: t, Drawing: s.Draw(t)}))
}

func (v tableView) tabs() []web.Tab {
	var out []web.Tab
	for _, t := range v.Statement.Tables {
		out = append(out, web.Tab{Label: t.Form, Href: v.at("/tables/" + t.ID), Current: t.ID == v.Table.ID})
	}
	return out
}

func slotClass(s statement.Slot) string {
	var out []string
	switch s.Align {
	case grid.Right:
		out = append(out, "num")
	case grid.Centre:
		out = append(out, "mid")
	}
	if s.Bold {
		out = append(out, "strong")
	}
	if s.Cell == nil && s.Text != "" && strings.Trim(s.Text, "0123456789") == "" {
		out = append(out, "uncut")
	}
	return strings.Join(out, " ")
}

// noteMark stands before the i-th of n notes below a table.
func noteMark(i, n int) string {
	if n == 1 {
		return "注："
	}
	return "注" + number(i+1) + "："
}

// cellView is what stands behind one cell.
type cellView struct {
	shown
	Ref statement.Ref
	*finance.Origin
	lookup
}

func (h handlers) cell(c *web.Ctx) error {
	v := cellView{shown: shown{Year: yearOf(c)}, Ref: refOf(c)}
	var err error
	if v.Origin, err = h.Finance.Origin(c.Context(), v.Year, v.Ref, c.Query("after")); err != nil {
		return err
	}
	if v.lookup, err = h.lookup(c, v.Year); err != nil {
		return err
	}
	return c.Render(cellPage(v))
}

func refOf(c *web.Ctx) statement.Ref {
	return statement.Ref(c.Param("table") + "/" + c.Param("row") + "/" + c.Param("column"))
}

func (v cellView) title() string {
	name := string(v.Ref)
	if v.Row != nil && v.Row.Label != "" {
		name = strings.TrimSpace(v.Row.Label)
		if v.Row.Code != "" {
			name = v.Row.Code + " " + name
		}
	} else if v.Column != "" {
		name = v.Column
	}
	return name
}

func (v cellView) items() []web.Item {
	out := []web.Item{{Label: "金额", Value: web.CellText(web.GroupDigits(v.Cell.Fen.Yuan()) + " 元（" + printed(v.Cell) + "）")}, {Label: "所在", Value: web.CellLink(v.at("/tables/"+v.Table.ID), v.Table.Form+" "+v.Table.Title)}}
	if v.Column != "" {
		out = append(out, web.Item{Label: "栏", Value: web.CellText(v.Column)})
	}
	return append(out, web.Item{Label: "规则", Value: web.CellText(v.Cell.Rule), Wide: true})
}

func printed(c *statement.Cell) string {
	if text := c.Text(); text != "" {
		return "表上印 " + text + " 万元"
	}
	return "表上为空白：没有发生"
}

func (v cellView) terms() web.Table {
	t := web.Table{ID: "terms", Caption: "相加的单元格", Columns: []web.Column{{Label: "单元格", Grow: true}, {Label: "金额", Unit: "元", Number: true}, {Label: "表上", Unit: "万元", Number: true}}}
	for _, c := range v.Terms {
		if !c.Present {
			continue
		}
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellLink(v.cell(c.Ref), v.termName(c)), web.CellYuan(c.Fen), web.CellText(c.Text())}})
	}
	return t
}

// termName names a cell that is added up: its row within the same column, or its column within the same row.
func (v cellView) termName(c *statement.Cell) string {
	_, row, column := c.Ref.Parts()
	if _, own, _ := v.Ref.Parts(); own == row {
		for _, x := range v.Table.Spec.Columns {
			if x.No == column {
				return "第 " + column + " 栏 " + x.Label
			}
		}
	}
	if r := v.Table.Row(row); r != nil {
		return strings.TrimSpace(r.Code + " " + strings.TrimSpace(r.Label))
	}
	return string(c.Ref)
}

func (v cellView) entriesTable() web.Table {
	t := v.lookup.entries(v.Year, v.Entries, "这个单元格没有分录")
	t.Next = v.Next
	t.Total = int(v.Total)
	return t
}

func (v cellView) carriesTable() web.Table {
	t := web.Table{ID: "carries", Caption: "结转结余", Columns: []web.Column{{Label: "种类", Grow: true}, {Label: "资金性质"}, {Label: "功能分类"}, {Label: "金额", Unit: "元", Number: true}}}
	for _, c := range v.Carries {
		t.Rows = append(t.Rows, web.Row{ID: c.ID, Cells: []templ.Component{web.CellText(finance.CarryLabel(c.Nature)), web.CellText(c.Fund.Label()), web.CellText(c.Func), web.CellYuan(c.Fen)}})
	}
	return t
}

func (v cellView) budgetsTable() web.Table {
	t := web.Table{ID: "budgets", Caption: "预算指标", Columns: []web.Column{{Label: "阶段"}, {Label: "功能分类", Grow: true}, {Label: "经济分类"}, {Label: "文号", Minor: true}, {Label: "金额", Unit: "元", Number: true}}}
	for _, b := range v.Budgets {
		t.Rows = append(t.Rows, web.Row{ID: b.ID, Cells: []templ.Component{web.CellText(b.Phase.Label()), web.CellText(v.coded(fiscal.Func, b.Func)), web.CellText(v.coded(fiscal.Econ, b.Econ)), web.CellText(b.Document), web.CellYuan(b.Fen)}})
	}
	return t
}

// workbook sends all tables as a spreadsheet: one sheet a table, amounts as numbers, codes as text.
func (h handlers) workbook(c *web.Ctx) error {
	year := yearOf(c)
	s, err := h.Finance.Statement(c.Context(), year)
	if err != nil {
		return err
	}
	var book xlsx.Book
	for _, t := range s.Tables {
		lines := []string{t.Form + "　部门：" + s.Department + "　" + number(year) + " 年度　金额单位：" + s.Unit}
		for i, n := range t.Notes {
			lines = append(lines, noteMark(i, len(t.Notes))+n)
		}
		book.Pages = append(book.Pages, xlsx.Page{Name: t.Form, Title: t.Title, Lines: lines, Table: s.Draw(t).Grid()})
	}
	return c.Stream(number(year)+"年部门决算表.xlsx", xlsx.ContentType, func(w io.Writer) error { return book.Write(w) })
}

// lookup names what entries carry by code.
type lookup struct {
	codes    *fiscal.Dictionary
	units    []finance.Unit
	projects []finance.Project
}

func (h handlers) lookup(c *web.Ctx, year int) (lookup, error) {
	var l lookup
	var err error
	if l.codes, err = h.Finance.Subjects(c.Context(), year); err != nil {
		return l, err
	}
	if l.units, err = h.Finance.Units(c.Context()); err != nil {
		return l, err
	}
	l.projects, err = h.Finance.Projects(c.Context(), year)
	return l, err
}

func (l lookup) unit(id string) string {
	for _, u := range l.units {
		if u.ID == id {
			return u.Name
		}
	}
	return ""
}

func (l lookup) project(code string) string {
	for _, p := range l.projects {
		if p.Code == code {
			return p.Code + " " + p.Name
		}
	}
	return code
}

func (l lookup) coded(s fiscal.Scheme, code string) string {
	if code == "" {
		return ""
	}
	return code + " " + l.codes.Name(s, code)
}

// entries is a list of entries.
func (l lookup) entries(year int, list []finance.Entry, empty string) web.Table {
	t := web.Table{ID: "entries", Caption: "分录", Columns: []web.Column{{Label: "凭证号"}, {Label: "日期"}, {Label: "摘要", Grow: true}, {Label: "功能分类", Minor: true}, {Label: "经济分类或项目", Minor: true}, {Label: "科目", Minor: true},
		{Label: "金额", Unit: "元", Number: true}}, Empty: web.Empty{Title: empty}}
	for _, e := range list {
		what := l.coded(fiscal.Econ, e.Econ)
		if e.Project != "" {
			what = l.project(e.Project)
		}
		t.Rows = append(t.Rows, web.Row{ID: e.ID, Href: path(year, "/entries/"+e.ID), Cells: []templ.Component{web.CellLink(path(year, "/entries/"+e.ID), e.Voucher), web.CellDate(e.Day), web.CellText(e.Summary),
			web.CellText(l.coded(fiscal.Func, e.Func)), web.CellText(what), web.CellText(e.Account + "／" + e.Contra), web.CellYuan(e.Fen)}})
	}
	return t
}

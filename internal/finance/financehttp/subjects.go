package financehttp

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/web"
)

// subjectsView is the codes of a year by classification, with the form that imports a list.
type subjectsView struct {
	Year   int
	Form   *web.Form
	Scheme fiscal.Scheme
	Codes  *fiscal.Dictionary
	Lists  []finance.SubjectList
	Write  bool
}

func (h handlers) subjects(c *web.Ctx) error { return h.showSubjects(c, nil) }

func (h handlers) showSubjects(c *web.Ctx, f *web.Form) error {
	v := subjectsView{Year: yearOf(c), Form: f, Scheme: schemeOf(c), Write: c.Can(finance.PermCodes)}
	var err error
	if v.Codes, err = h.Finance.Subjects(c.Context(), v.Year); err != nil {
		return err
	}
	if v.Lists, err = h.Finance.SubjectLists(c.Context(), v.Year); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(subjectsPage(v))
	}
	return c.Render(subjectsPage(v))
}

func schemeOf(c *web.Ctx) fiscal.Scheme {
	if c.Query("scheme") == string(fiscal.Econ) {
		return fiscal.Econ
	}
	return fiscal.Func
}

func (v subjectsView) tabs() []web.Tab {
	var out []web.Tab
	for _, s := range []fiscal.Scheme{fiscal.Func, fiscal.Econ} {
		out = append(out, web.Tab{Label: s.Label(), Href: path(v.Year, "/subjects?scheme="+string(s)), Current: s == v.Scheme})
	}
	return out
}

func (v subjectsView) lead() string { return codesText(v.Codes, v.Year) }

func (v subjectsView) table() web.Table {
	t := web.Table{ID: "subjects", Caption: v.Scheme.Label(), Columns: []web.Column{{Label: "代码"}, {Label: "级次"}, {Label: "名称", Grow: true}, {Label: "核定"}}}
	for _, s := range v.Codes.All(v.Scheme) {
		state := web.CellText("")
		if !s.Confirmed {
			state = web.StateBadge(web.Warning, "未确认")
		}
		t.Rows = append(t.Rows, web.Row{ID: s.Code, Cells: []templ.Component{web.CellText(s.Code), web.CellText(fiscal.LevelName(s.Code)), web.CellText(s.Name), state}})
	}
	return t
}

func (v subjectsView) listTable() web.Table {
	t := web.Table{ID: "lists", Caption: "导入过的科目表", Columns: []web.Column{{Label: "文件", Grow: true}, {Label: "分类"}, {Label: "科目", Number: true}, {Label: "新增", Number: true}, {Label: "改名", Number: true}, {Label: "时间", Minor: true}},
		Empty: web.Empty{Title: "还没有导入过科目表", Text: "现在用的是程序自带的起始科目。"}}
	for _, l := range v.Lists {
		t.Rows = append(t.Rows, web.Row{ID: l.ID, Cells: []templ.Component{web.CellText(l.File), web.CellText(l.Scheme.Label()), web.CellNumber(l.Subjects), web.CellNumber(l.Added), web.CellNumber(l.Renamed), web.CellTime(l.At)}})
	}
	return t
}

// codesText says which list of codes the year uses.
func codesText(codes *fiscal.Dictionary, year int) string {
	text := fmt.Sprintf("功能分类 %d 个，经济分类 %d 个。", len(codes.All(fiscal.Func)), len(codes.All(fiscal.Econ)))
	open := 0
	for _, s := range append(codes.All(fiscal.Func), codes.All(fiscal.Econ)...) {
		if !s.Confirmed {
			open++
		}
	}
	if codes.BaseYear != year {
		text += fmt.Sprintf("没有导入 %d 年的科目表，用的是程序自带的 %d 年起始科目（不完整，未确认）。", year, codes.BaseYear)
	}
	if open > 0 {
		text += fmt.Sprintf("其中 %d 个未确认，请以当年的《政府收支分类科目》核定。", open)
	}
	return text
}

// subjectFile sends a classification as a file that can be changed and imported again.
func (h handlers) subjectFile(c *web.Ctx) error {
	codes, err := h.Finance.Subjects(c.Context(), yearOf(c))
	if err != nil {
		return err
	}
	s := schemeOf(c)
	return c.Stream(number(yearOf(c))+"年"+s.Label()+"科目.csv", "text/csv; charset=utf-8", func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil { // by which spreadsheet programs know UTF-8
			return err
		}
		out := csv.NewWriter(w)
		rows := [][]string{finance.SubjectColumns()}
		for _, x := range codes.All(s) {
			rows = append(rows, []string{x.Code, x.Name})
		}
		return out.WriteAll(rows)
	})
}

func (h handlers) importSubjects(c *web.Ctx) error {
	f := c.Form()
	list, err := readSubjects(f)
	if err == nil && f.OK() {
		err = h.Finance.ImportSubjects(c.Context(), yearOf(c), f.File("file").Name, list)
	}
	return h.saved(c, err, fmt.Sprintf("已导入 %d 个科目。", len(list)), "/subjects?scheme="+f.Text("scheme"), func(f *web.Form) error { return h.showSubjects(c, f) })
}

func readSubjects(f *web.Form) ([]fiscal.Subject, error) {
	scheme := fiscal.Scheme(f.Choice("scheme", string(fiscal.Func), string(fiscal.Econ)))
	if scheme == "" && f.OK() {
		f.Fail("scheme", "请选择是功能分类还是经济分类。")
	}
	r, done, err := openTable(f, finance.SubjectColumns())
	if err != nil || r == nil {
		return nil, err
	}
	defer done()
	return finance.ReadSubjects(r, scheme)
}

package financehttp

import (
	"sort"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/finance"
	"yichuang/internal/money"
	"yichuang/internal/web"
)

// importsView is the files of a year with the form that reads one.
type importsView struct {
	Year  int
	Form  *web.Form
	List  []finance.Import
	Write bool
}

func (h handlers) imports(c *web.Ctx) error { return h.showImports(c, nil) }

func (h handlers) showImports(c *web.Ctx, f *web.Form) error {
	v := importsView{Year: yearOf(c), Form: f, Write: c.Can(finance.PermWrite)}
	var err error
	if v.List, err = h.Finance.Imports(c.Context(), v.Year); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(importsPage(v))
	}
	return c.Render(importsPage(v))
}

func (v importsView) table() web.Table {
	t := web.Table{ID: "imports", Caption: "导入的文件", Columns: []web.Column{{Label: "文件", Grow: true}, {Label: "内容"}, {Label: "行数", Number: true}, {Label: "状态"}, {Label: "时间", Minor: true}},
		Empty: web.Empty{Title: "还没有导入过文件", Text: "从预算管理一体化系统导出支付明细或指标，先预览、对账，再登记。"}}
	for _, i := range v.List {
		state := web.StateBadge(web.Warning, "待登记")
		if i.Applied() {
			state = web.StateBadge(web.Success, "已登记")
		}
		name := web.CellText(i.File)
		if v.Write {
			name = web.CellLink(path(v.Year, "/imports/"+i.ID), i.File)
		}
		t.Rows = append(t.Rows, web.Row{ID: i.ID, Cells: []templ.Component{name, web.CellText(i.Kind.Label()), web.CellNumber(i.Lines), state, web.CellTime(i.At)}})
	}
	return t
}

func importKinds() []web.Option {
	return []web.Option{{Value: string(finance.ImportBudget), Label: finance.ImportBudget.Label()}, {Value: string(finance.ImportEntries), Label: finance.ImportEntries.Label()}}
}

func (h handlers) receive(c *web.Ctx) error {
	f := c.Form()
	kind := finance.ImportKind(f.Choice("kind", string(finance.ImportEntries), string(finance.ImportBudget)))
	if kind == "" && f.OK() {
		f.Fail("kind", "请选择导入的内容。")
	}
	r, done, err := openTable(f, finance.ImportHeads(kind))
	if err != nil {
		return err
	}
	if r != nil {
		defer done()
	}
	if f.OK() {
		sheet, err := finance.ReadSheet(r)
		if err == nil {
			sheet.ByHand = f.Bool("by_hand")
			var i finance.Import
			if i, err = h.Finance.Receive(c.Context(), yearOf(c), kind, f.File("file").Name, sheet); err == nil {
				return c.Redirect(path(i.Year, "/imports/"+i.ID))
			}
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showImports(c, f)
}

// previewView is a file before it is entered.
type previewView struct {
	Year int
	Form *web.Form
	*finance.Preview
}

// mappingOf reads the mapping of a form: no column named means that it is to be guessed.
func mappingOf(f *web.Form, k finance.ImportKind) finance.Mapping {
	m := finance.Mapping{Columns: map[string]string{}, Wan: f.Text("unit_of_amount") == "wan"}
	for _, field := range k.Fields() {
		if v := f.Text("col_" + field.Name); v != "" {
			m.Columns[field.Name] = v
		}
	}
	return m
}

func (h handlers) preview(c *web.Ctx) error { return h.showPreview(c, nil) }

func (h handlers) showPreview(c *web.Ctx, f *web.Form) error {
	v := previewView{Year: yearOf(c), Form: f}
	var err error
	if v.Preview, err = h.Finance.Preview(c.Context(), v.Year, c.Param("id"), finance.Mapping{}); err != nil {
		return err
	}
	if m := mappingOf(c.Form(), v.Import.Kind); len(m.Columns) > 0 {
		if v.Preview, err = h.Finance.Preview(c.Context(), v.Year, c.Param("id"), m); err != nil {
			return err
		}
	}
	if f != nil {
		return c.Invalid(previewPage(v))
	}
	return c.Render(previewPage(v))
}

func (v previewView) columnOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "没有这一列"}}
	for _, c := range v.Sheet.Columns {
		out = append(out, web.Option{Value: c, Label: c})
	}
	return out
}

func (v previewView) wan() string {
	if v.Mapping.Wan {
		return "wan"
	}
	return "yuan"
}

// hidden carries the mapping of the preview into the form that enters it.
func (v previewView) hidden() map[string]string {
	out := map[string]string{"unit_of_amount": v.wan()}
	for name, column := range v.Mapping.Columns {
		out["col_"+name] = column
	}
	return out
}

func (v previewView) budget() bool { return v.Import.Kind == finance.ImportBudget }

func (v previewView) tiles() []web.Tile {
	r := v.Reading
	out := []web.Tile{{Label: "数据行", Value: strconv.Itoa(len(v.Sheet.Rows)), Unit: "行"}, {Label: "不能登记", Value: strconv.Itoa(r.Refused), Unit: "行", Light: refusedLight(r.Refused)}}
	if v.budget() {
		out = append(out, web.Tile{Label: "预算合计", Value: web.GroupDigits(r.Budget.Yuan()), Unit: "元"})
		if r.Released != 0 {
			out = append(out, web.Tile{Label: "额度下达合计", Value: web.GroupDigits(r.Released.Yuan()), Unit: "元"})
		}
		return out
	}
	return append(out, web.Tile{Label: "收入合计", Value: web.GroupDigits(r.Income.Yuan()), Unit: "元"}, web.Tile{Label: "支出合计", Value: web.GroupDigits(r.Expense.Yuan()), Unit: "元"})
}

func refusedLight(n int) web.Light {
	if n > 0 {
		return web.Red
	}
	return web.Normal
}

func (v previewView) classTable() web.Table {
	t := web.Table{ID: "classes", Caption: "按类汇总", Columns: []web.Column{{Label: "功能分类", Grow: true}, {Label: "基本支出", Unit: "元", Number: true}, {Label: "项目支出", Unit: "元", Number: true}, {Label: "合计", Unit: "元", Number: true}}}
	for _, x := range v.Reading.ByClass {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(x.Code + " " + x.Name), web.CellYuan(x.Basic), web.CellYuan(x.Project), web.CellYuan(x.Basic + x.Project)}})
	}
	return t
}

func (v previewView) problemTable() web.Table {
	t := web.Table{ID: "problems", Caption: "不能登记的行", Columns: []web.Column{{Label: "行", Number: true}, {Label: "原因", Grow: true, Wrap: true}}}
	for _, p := range v.Reading.Problems {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellNumber(int64(p.Line)), web.CellText(p.Text)}})
	}
	return t
}

// sample shows the first rows as they were read.
func (v previewView) sample() web.Table {
	t := web.Table{ID: "sample", Caption: "文件的前几行"}
	for _, name := range v.Sheet.Columns {
		t.Columns = append(t.Columns, web.Column{Label: name})
	}
	for i, row := range v.Sheet.Rows {
		if i == 8 {
			break
		}
		cells := make([]templ.Component, len(t.Columns))
		for j := range cells {
			text := ""
			if j < len(row) {
				text = row[j]
			}
			cells[j] = web.CellText(text)
		}
		t.Rows = append(t.Rows, web.Row{Cells: cells})
	}
	return t
}

func (v previewView) overruns() []string {
	sort.Strings(v.Overruns)
	return v.Overruns
}

func (h handlers) apply(c *web.Ctx) error {
	f := c.Form()
	year := yearOf(c)
	var control finance.Control
	for name, to := range map[string]**money.Fen{"control_income": &control.Income, "control_expense": &control.Expense, "control_budget": &control.Budget} {
		if f.Text(name) != "" {
			fen := f.Yuan(name)
			*to = &fen
		}
	}
	if f.OK() {
		p, err := h.Finance.Preview(c.Context(), year, c.Param("id"), finance.Mapping{})
		if err != nil {
			return err
		}
		warnings, err := h.Finance.Apply(c.Context(), year, c.Param("id"), mappingOf(f, p.Import.Kind), control)
		if err == nil {
			c.Flash(web.Success, "已登记 "+strconv.Itoa(len(p.Sheet.Rows))+" 行。")
			for _, w := range warnings {
				c.Flash(web.Warning, w)
			}
			return c.Redirect(path(year, "/imports"))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showPreview(c, f)
}

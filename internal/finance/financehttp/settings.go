package financehttp

import (
	"errors"

	"github.com/a-h/templ"

	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/web"
)

// settingsView is layout, units, projects, codes and closing of a year.
type settingsView struct {
	Book   finance.Book
	Form   *web.Form
	Failed string
	Write  bool
	Close  bool
	Reopen bool
	lookup
	chosen
}

func (h handlers) settings(c *web.Ctx) error { return h.showSettings(c, nil, "") }

func (h handlers) showSettings(c *web.Ctx, f *web.Form, failed string) error {
	v := settingsView{Form: f, Failed: failed, Write: c.Can(finance.PermBudget), Close: c.Can(finance.PermClose), Reopen: c.Can(finance.PermReopen)}
	var err error
	if v.Book, err = h.Finance.Book(c.Context(), yearOf(c)); err != nil {
		return err
	}
	if v.lookup, err = h.lookup(c, v.Book.Year); err != nil {
		return err
	}
	if v.chosen, err = h.chosen(c); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(settingsPage(v))
	}
	return c.Render(settingsPage(v))
}

func (v settingsView) formOf(name string) *web.Form {
	if v.Failed == name {
		return v.Form
	}
	return nil
}

func (v settingsView) unitTable() web.Table {
	t := web.Table{ID: "units", Caption: "预算单位", Columns: []web.Column{{Label: "编码"}, {Label: "名称", Grow: true}, {Label: "单位性质"}}}
	for _, u := range v.units {
		t.Rows = append(t.Rows, web.Row{ID: u.ID, Cells: []templ.Component{web.CellText(u.Code), web.CellText(u.Name), web.CellText(u.Kind.Label())}})
	}
	return t
}

func (v settingsView) projectTable() web.Table {
	t := web.Table{ID: "projects", Caption: "项目", Columns: []web.Column{{Label: "代码"}, {Label: "名称", Grow: true}}, Empty: web.Empty{Title: "没有登记项目"}}
	for _, p := range v.projects {
		t.Rows = append(t.Rows, web.Row{ID: p.Code, Cells: []templ.Component{web.CellText(p.Code), web.CellText(p.Name)}})
	}
	return t
}

func (h handlers) changeBook(c *web.Ctx) error {
	f := c.Form()
	_, err := h.Finance.ChangeBook(c.Context(), bookInput(f, yearOf(c)), f.Version())
	return h.saved(c, err, "设置已保存。", "/settings", func(f *web.Form) error { return h.showSettings(c, f, "book") })
}

func (h handlers) addUnit(c *web.Ctx) error {
	f := c.Form()
	_, err := h.Finance.AddUnit(c.Context(), f.Text("code"), f.Text("name"), finance.UnitKind(f.Text("kind")))
	return h.saved(c, err, "预算单位已登记。", "/settings", func(f *web.Form) error { return h.showSettings(c, f, "unit") })
}

func (h handlers) saveProject(c *web.Ctx) error {
	f := c.Form()
	err := h.Finance.SaveProject(c.Context(), yearOf(c), f.Text("code"), f.Text("name"))
	return h.saved(c, err, "项目已保存。", "/settings", func(f *web.Form) error { return h.showSettings(c, f, "project") })
}

func (h handlers) closeMonth(c *web.Ctx) error {
	b, err := h.Finance.CloseMonth(c.Context(), yearOf(c), int(c.Form().Int("month")))
	return h.saved(c, err, closedText(b.ClosedTo)+"。", "/settings", func(f *web.Form) error { return h.showSettings(c, f, "close") })
}

func (h handlers) reopenMonth(c *web.Ctx) error {
	f := c.Form()
	b, err := h.Finance.ReopenMonth(c.Context(), yearOf(c), int(f.Int("month")), f.Text("reason"))
	return h.saved(c, err, "已取消结账，现在"+closedText(b.ClosedTo)+"。", "/settings", func(f *web.Form) error { return h.showSettings(c, f, "reopen") })
}

// openTable opens the uploaded file of a form as a table; nil where none was chosen, which is noted on the form.
func openTable(f *web.Form, heads []string) (*table.Reader, func(), error) {
	u := f.File("file")
	if u == nil {
		f.Fail("file", "请选择文件。")
		return nil, nil, nil
	}
	file, err := u.Open()
	if err != nil {
		return nil, nil, err
	}
	r, err := table.Open(u.Name, file, u.Size, table.Options{Expect: heads})
	if err != nil {
		file.Close()
		var e *errs.Error
		if errors.As(err, &e) && e.Kind == errs.Invalid {
			f.Fail("file", "%s", e.Public)
			return nil, nil, nil
		}
		return nil, nil, err
	}
	return r, func() { file.Close() }, nil
}

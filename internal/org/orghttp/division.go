package orghttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/org"
	"yichuang/internal/web"
)

// divisionView is one level of the administrative divisions.
type divisionView struct {
	Form  *web.Form
	Under string
	Name  string
	List  []org.Division
}

func (h *handlers) divisionView(c *web.Ctx) (divisionView, error) {
	v := divisionView{Under: c.Query("under")}
	var err error
	if v.Name, err = h.org.DivisionName(c.Context(), v.Under); err != nil {
		return v, err
	}
	v.List, err = h.org.DivisionsUnder(c.Context(), v.Under)
	return v, err
}

func (h *handlers) divisions(c *web.Ctx) error {
	v, err := h.divisionView(c)
	if err != nil {
		return err
	}
	return c.Render(divisionPage(v))
}

func (h *handlers) divisionImport(c *web.Ctx) error {
	f := c.Form()
	file := f.File("file")
	if file == nil {
		f.Fail("file", "请选择文件。")
	}
	if f.OK() {
		in, err := file.Open()
		if err != nil {
			return err
		}
		defer in.Close()
		n, err := h.org.ImportDivisions(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "行政区划已导入：新增 "+strconv.Itoa(n.Added)+"，改名 "+strconv.Itoa(n.Changed)+"，不变 "+strconv.Itoa(n.Unchanged)+"。")
			return c.Redirect("/org/divisions")
		}
		if !f.Take(err) {
			return err
		}
	}
	v, err := h.divisionView(c)
	if err != nil {
		return err
	}
	v.Form = f
	return c.Invalid(divisionPage(v))
}

func divisionTable(v divisionView) web.Table {
	t := web.Table{ID: "divisions", Caption: "行政区划", Columns: []web.Column{{Label: "代码"}, {Label: "名称", Grow: true}},
		Empty: web.Empty{Title: "这里没有下级区划", Text: "可以导入统计用区划代码表（CSV）。"}}
	for _, d := range v.List {
		name := web.CellText(d.Name)
		if len(d.Code) < 12 {
			name = web.CellLink(under("/org/divisions", "under", d.Code), d.Name)
		}
		t.Rows = append(t.Rows, web.Row{ID: d.Code, Cells: []templ.Component{web.CellText(d.Code), name}})
	}
	return t
}

package itemhttp

import (
	"errors"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

func (h handlers) importForm(c *web.Ctx) error { return c.Render(importPage(nil)) }

// openTable opens the uploaded file of a form as a table; nil where there is none or it cannot be read, which is noted on the
// form.
func openTable(f *web.Form) (*table.Reader, func(), error) {
	u := f.File("file")
	if u == nil {
		f.Fail("file", "请选择文件。")
		return nil, nil, nil
	}
	file, err := u.Open()
	if err != nil {
		return nil, nil, err
	}
	r, err := table.Open(u.Name, file, u.Size, table.Options{Expect: item.ImportHeads()})
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

func (h handlers) receive(c *web.Ctx) error {
	f := c.Form()
	r, done, err := openTable(f)
	if err != nil {
		return err
	}
	if r != nil {
		defer done()
		list, err := item.ReadList(f.File("file").Name, r)
		if err == nil {
			var i item.Import
			if i, err = h.Item.Receive(c.Context(), list, ""); err == nil {
				return c.Redirect("/items-import/" + i.ID)
			}
		}
		if !f.Take(err) {
			return err
		}
	}
	return c.Invalid(importPage(f))
}

// previewView is a list before it is imported.
type previewView struct {
	Form *web.Form
	item.ImportPlan
	MayUnits bool
	Create   bool
}

func (h handlers) preview(c *web.Ctx) error { return h.showPreview(c, nil) }

func (h handlers) showPreview(c *web.Ctx, f *web.Form) error {
	v := previewView{Form: f, MayUnits: c.Can(org.PermUnitWrite), Create: c.Query("units") != "" || f.Bool("units")}
	var err error
	if v.ImportPlan, err = h.Item.Preview(c.Context(), c.Param("id"), v.Create && v.MayUnits); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(previewPage(v))
	}
	return c.Render(previewPage(v))
}

func (h handlers) apply(c *web.Ctx) error {
	f := c.Form()
	p, err := h.Item.Apply(c.Context(), c.Param("id"), f.Bool("units"))
	if err == nil {
		c.Flash(web.Success, "已导入：新增 "+number(p.New)+" 个，变更 "+number(p.Changed)+" 个，没有变化 "+number(p.Same)+" 个。")
		return c.Redirect("/items")
	}
	if !f.Take(err) {
		return err
	}
	return h.showPreview(c, f)
}

// shownRows is the most rows that the preview lists; the wrong ones come first.
const shownRows = 200

func (v previewView) table() web.Table {
	t := web.Table{ID: "rows", Caption: "各行", Columns: []web.Column{{Label: "行", Number: true}, {Label: "事项", Grow: true}, {Label: "单位"}, {Label: "实施编码", Minor: true}, {Label: "结果", Wrap: true}}}
	add := func(x item.ImportLine, result string, light web.Light) {
		if len(t.Rows) < shownRows {
			t.Rows = append(t.Rows, web.Row{ID: "r" + number(x.Line), State: light, Cells: []templ.Component{web.CellNumber(int64(x.Line)), web.CellText(x.Content.Name), web.CellText(x.Unit), web.CellText(x.Content.Code), web.CellText(result)}})
		}
	}
	for _, x := range v.Problems {
		add(x, strings.Join(x.Problems, ""), web.Red)
	}
	for i, x := range v.Rows {
		if len(x.Problems) == 0 {
			add(x, v.Outcomes[i], web.NoLight)
		}
	}
	return t
}

func (v previewView) tiles() []web.Tile {
	return []web.Tile{{Label: "行数", Value: number(len(v.Rows))}, {Label: "新增", Value: number(v.New)}, {Label: "变更", Value: number(v.Changed)}, {Label: "没有变化", Value: number(v.Same)}, {Label: "不能导入", Value: number(v.Refused)}}
}

package orghttp

import (
	"errors"

	"github.com/a-h/templ"

	"yichuang/internal/org"
	"yichuang/internal/web"
)

// importView is the preview of a list, or what became of it.
type importView struct {
	Plan      org.ImportPlan
	Problem   string
	Done      bool
	Passwords []org.OneTimePassword
}

func (h *handlers) importForm(c *web.Ctx) error { return c.Render(importFormPage(nil)) }

func (h *handlers) importUpload(c *web.Ctx) error {
	f := c.Form()
	kind := org.ImportKind(f.Choice("kind", choiceValues(org.ImportKinds())...))
	if kind == "" && f.OK() {
		f.Fail("kind", "请选择导入的内容。")
	}
	file := f.File("file")
	if file == nil {
		f.Fail("file", "请选择文件。")
	}
	if !f.OK() {
		return c.Invalid(importFormPage(f))
	}
	list, err := readUpload(kind, file)
	if err == nil {
		var p org.ImportPlan
		if p, err = h.org.PreviewImport(c.Context(), kind, list); err == nil {
			return c.Redirect("/org/import/" + p.ID)
		}
	}
	if f.Take(err) {
		return c.Invalid(importFormPage(f))
	}
	return err
}

func choiceValues(list []org.Choice) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Value
	}
	return out
}

func readUpload(kind org.ImportKind, u *web.Upload) (org.List, error) {
	file, err := u.Open()
	if err != nil {
		return org.List{}, err
	}
	defer file.Close()
	return org.ReadList(kind, u.Name, file, u.Size)
}

func (h *handlers) importShow(c *web.Ctx) error {
	p, err := h.org.ImportPreview(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(importPage(importView{Plan: p}))
}

func (h *handlers) importApply(c *web.Ctx) error {
	f := c.Form()
	p, passwords, err := h.org.ApplyImport(c.Context(), c.Param("id"), f.Text("digest"))
	if f.Take(err) && len(p.Rows) > 0 {
		return c.Invalid(importPage(importView{Plan: p, Problem: f.Problem()}))
	}
	if err != nil {
		return err
	}
	return c.Render(importPage(importView{Plan: p, Done: true, Passwords: passwords}))
}

func (h *handlers) importCancel(c *web.Ctx) error {
	if err := h.org.CancelImport(c.Context(), c.Param("id")); err != nil && !errors.Is(err, org.ErrImportGone) {
		return err
	}
	c.Flash(web.Info, "已放弃这次导入，没有改变任何数据。")
	return c.Redirect("/org/import")
}

// importTable lists the rows; refused ones first, because they are what has to be acted on.
func importTable(p *org.ImportPlan) web.Table {
	t := web.Table{ID: "rows", Caption: "逐行结果", Columns: []web.Column{{Label: "行", Number: true}, {Label: "名称"}, {Label: "结果"}, {Label: "说明", Grow: true, Wrap: true}}}
	for _, refused := range []bool{true, false} {
		for _, r := range p.Rows {
			if (r.Verdict == org.RowRefused) != refused {
				continue
			}
			t.Rows = append(t.Rows, web.Row{ID: number(int64(r.Line)), Cells: []templ.Component{web.CellNumber(int64(r.Line)), web.CellText(r.Key), verdictBadge(r.Verdict), noteList(r.Notes)}})
		}
	}
	return t
}

func verdictBadge(v org.Verdict) templ.Component {
	tone := map[org.Verdict]web.Tone{org.RowAdded: web.Success, org.RowChanged: web.Info, org.RowUnchanged: web.Info, org.RowRefused: web.Danger}[v]
	return web.StateBadge(tone, v.Label())
}

func importTiles(p *org.ImportPlan) []web.Tile {
	var out []web.Tile
	for _, v := range []org.Verdict{org.RowAdded, org.RowChanged, org.RowUnchanged, org.RowRefused} {
		out = append(out, web.Tile{Label: v.Label(), Value: number(int64(p.Count(v))), Unit: "行"})
	}
	return out
}

func passwordTable(list []org.OneTimePassword) web.Table {
	t := web.Table{ID: "passwords", Caption: "一次性密码", Columns: []web.Column{{Label: "姓名"}, {Label: "用户名"}, {Label: "一次性密码", Grow: true}}}
	for _, p := range list {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(p.DisplayName), web.CellText(p.Username), web.CellText(p.Password)}})
	}
	return t
}

func importTitle(v importView) string {
	if v.Done {
		return "导入结果：" + org.LabelOf(org.ImportKinds(), string(v.Plan.Kind))
	}
	return "导入预览：" + org.LabelOf(org.ImportKinds(), string(v.Plan.Kind))
}

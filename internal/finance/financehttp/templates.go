package financehttp

import (
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/finance"
	"yichuang/internal/web"
)

func registerTemplates(kit *web.Kit, h handlers) {
	kit.Page("GET /finance/templates", finance.PermTemplate, h.templates)
	kit.Page("POST /finance/templates", finance.PermTemplate, h.addTemplate, web.MaxBody(1<<20))
	kit.Page("GET /finance/templates/source", finance.PermTemplate, h.templateSource)
}

// templatesView is the layouts and texts that books may use, with the form that adds one.
type templatesView struct {
	Form    *web.Form
	Passed  string // what the check of a file found, where it was only checked
	Layouts []finance.Template
	Texts   []finance.Template
}

func (h handlers) templates(c *web.Ctx) error { return h.showTemplates(c, nil, "") }

func (h handlers) showTemplates(c *web.Ctx, f *web.Form, passed string) error {
	v := templatesView{Form: f, Passed: passed}
	var err error
	if v.Layouts, err = h.Finance.Templates(c.Context(), finance.Layout); err != nil {
		return err
	}
	if v.Texts, err = h.Finance.Templates(c.Context(), finance.Texts); err != nil {
		return err
	}
	if f != nil && passed == "" {
		return c.Invalid(templatesPage(v))
	}
	return c.Render(templatesPage(v))
}

func sourcePath(t finance.Template) string {
	return "/finance/templates/source?kind=" + string(t.Kind) + "&key=" + t.Key()
}

func (v templatesView) table(kind finance.TemplateKind) web.Table {
	t := web.Table{ID: "templates-" + string(kind), Caption: kind.Label(), Columns: []web.Column{{Label: "名称", Grow: true}, {Label: "地区"}, {Label: "从哪年起"}, {Label: "版本"}, {Label: "来源", Minor: true}, {Label: "文件"}}}
	list := v.Layouts
	if kind == finance.Texts {
		list = v.Texts
	}
	for _, x := range list {
		version, from := "第 "+number(int(x.Version))+" 版", web.MomentText(x.At)+" 加入"
		if x.BuiltIn() {
			version, from = "—", "程序自带"
		}
		t.Rows = append(t.Rows, web.Row{ID: x.Key(), Cells: []templ.Component{web.CellText(x.Title + "（" + x.Name + "）"), web.CellText(x.Region), web.CellText(number(x.FromYear) + " 年"), web.CellText(version), web.CellText(from), web.CellLink(sourcePath(x), "下载")}})
	}
	return t
}

func templateKinds() []web.Option {
	var out []web.Option
	for _, k := range finance.TemplateKinds() {
		out = append(out, web.Option{Value: string(k), Label: k.Label()})
	}
	return out
}

// readUpload reads the file of a form, at most one byte more than a template may have.
func readUpload(f *web.Form) ([]byte, error) {
	u := f.File("file")
	if u == nil {
		f.Fail("file", "请选择文件。")
		return nil, nil
	}
	file, err := u.Open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, 256<<10+1))
}

// addTemplate checks a file, and keeps it where that was asked for.
func (h handlers) addTemplate(c *web.Ctx) error {
	f := c.Form()
	kind := finance.TemplateKind(f.Choice("kind", string(finance.Layout), string(finance.Texts)))
	if kind == "" && f.OK() {
		f.Fail("kind", "请选择是表的版式还是说明文本。")
	}
	source, err := readUpload(f)
	if err != nil {
		return err
	}
	if !f.OK() {
		return h.showTemplates(c, f, "")
	}
	if f.Bool("only_check") {
		t, err := finance.ReadTemplate(kind, source)
		if err == nil {
			return h.showTemplates(c, f, "检查通过："+t.Title+"，适用"+t.Region+"，从 "+number(t.FromYear)+" 年起。还没有保存。")
		}
		if !f.Take(err) {
			return err
		}
		return h.showTemplates(c, f, "")
	}
	t, err := h.Finance.AddTemplate(c.Context(), kind, source)
	if err == nil {
		c.Flash(web.Success, t.Title+" 已保存为第 "+number(int(t.Version))+" 版。要用它，请到账套的“设置”里选择。")
		return c.Redirect("/finance/templates")
	}
	if !f.Take(err) {
		return err
	}
	return h.showTemplates(c, f, "")
}

// templateSource sends the file of a template.
func (h handlers) templateSource(c *web.Ctx) error {
	t, err := h.Finance.Template(c.Context(), finance.TemplateKind(c.Query("kind")), c.Query("key"))
	if err != nil {
		return err
	}
	return c.Download(t.Key()+".yaml", "application/yaml; charset=utf-8", []byte(t.Source))
}

// options lists templates to choose from; of a centre's own, every version.
func options(list []finance.Template) []web.Option {
	var out []web.Option
	for _, t := range list {
		label := t.Title
		if !t.BuiltIn() {
			label += "（" + t.Region + "，第 " + number(int(t.Version)) + " 版）"
		}
		out = append(out, web.Option{Value: t.Key(), Label: label})
	}
	return out
}

// chosen is what books can choose from.
type chosen struct{ layouts, texts []finance.Template }

func (h handlers) chosen(c *web.Ctx) (chosen, error) {
	var x chosen
	var err error
	if x.layouts, err = h.Finance.Templates(c.Context(), finance.Layout); err == nil {
		x.texts, err = h.Finance.Templates(c.Context(), finance.Texts)
	}
	return x, err
}

func (x chosen) title(key string) string {
	for _, t := range x.layouts {
		if t.Key() == key {
			return t.Title
		}
	}
	return key
}

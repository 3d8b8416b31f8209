package hotlinehttp

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/document/table"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// taxonomyView is the classification with its versions.
type taxonomyView struct {
	Form     *web.Form
	Taxonomy hotline.Taxonomy
	Shown    []hotline.Category
	Change   bool
}

// categories lists the classification: what is in use, or everything that ever was.
func (s catalogue) categories(c *web.Ctx) error {
	tax, err := s.Hotline.Taxonomy(c.Context())
	if err != nil {
		return err
	}
	v := taxonomyView{Form: c.Form(), Taxonomy: tax, Change: c.Can(hotline.PermRule)}
	q, all := v.Form.Text("q"), v.Form.Text("show") == "all"
	for _, k := range tax.Categories {
		if (k.Active || all) && (q == "" || strings.Contains(k.Code+" "+k.Name, q)) {
			v.Shown = append(v.Shown, k)
		}
	}
	return c.Render(taxonomyPage(v))
}

func (v taxonomyView) table() web.Table {
	names := map[string]string{}
	for _, k := range v.Taxonomy.Categories {
		names[k.Code] = k.Name
	}
	t := web.Table{ID: "categories", Caption: "事项分类", Download: "/hotline/categories/export.xlsx",
		Columns: []web.Column{{Label: "代码"}, {Label: "名称", Grow: true}, {Label: "上级"}, {Label: "状态"}, {Label: "版本", Minor: true}, {Label: "由哪个代码接替"}},
		Empty:   web.Empty{Title: "没有符合条件的分类", Text: "换一个词，或选择“全部”。"}}
	for _, k := range v.Shown {
		state, since := web.StateBadge(web.Success, "启用"), "第 "+itoa(int(k.Since))+" 版起"
		if !k.Active {
			state = web.StateBadge("", "停用")
			since += "，第 " + itoa(int(k.RetiredIn)) + " 版停用"
		}
		next := ""
		if to := v.Taxonomy.Moves.Now(k.Code); to != k.Code {
			next = to + " " + names[to]
		}
		t.Rows = append(t.Rows, web.Row{ID: k.Code, Cells: []templ.Component{web.CellText(k.Code), web.CellText(k.Name), web.CellText(names[k.Parent]), state, web.CellText(since), web.CellText(next)}})
	}
	return t
}

func (v taxonomyView) versions() web.Table {
	t := web.Table{ID: "versions", Caption: "版本", Columns: []web.Column{{Label: "版本"}, {Label: "名称", Grow: true}, {Label: "依据"}, {Label: "发布"}, {Label: "发布人"}, {Label: "新增", Number: true}, {Label: "改名", Number: true},
		{Label: "停用", Number: true}, {Label: "对应", Number: true}}, Empty: web.Empty{Title: "还是第 1 版", Text: "导入新的名单，就发布下一版。"}}
	for _, k := range v.Taxonomy.Versions {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText("第 " + itoa(int(k.Version)) + " 版"), web.CellText(k.Title), web.CellText(k.Basis), web.CellTime(k.PublishedAt), web.CellText(k.ByName),
			web.CellNumber(k.Added), web.CellNumber(k.Renamed), web.CellNumber(k.Retired), web.CellNumber(k.Moved)}})
	}
	return t
}

// exportCategories sends the classification in the form that import takes.
func (s catalogue) exportCategories(c *web.Ctx) error {
	tax, err := s.Hotline.Taxonomy(c.Context())
	if err != nil {
		return err
	}
	columns := make([]xlsx.Column, len(hotline.CategoryColumns))
	for i, label := range hotline.CategoryColumns {
		columns[i] = xlsx.Column{Label: label, Width: []float64{14, 30, 14, 10, 24}[i]}
	}
	return c.Stream("事项分类 "+c.Now().Date().String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, "事项分类", columns, func(add func(...any) error) error {
			for _, k := range tax.Categories {
				state := "启用"
				if !k.Active {
					state = "停用"
				}
				if err := add(k.Code, k.Name, k.Parent, state, strings.Join(tax.Moves.To(k.Code), "、")); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// taxonomyImportView is the import of a list: the form alone, or what the list would do.
type taxonomyImportView struct {
	Form    *web.Form
	Preview *hotline.CategoryImport
	List    string // as JSON, kept in the page between preview and publication
}

func (s catalogue) categoryForm(c *web.Ctx) error {
	return c.Render(taxonomyImportPage(taxonomyImportView{}))
}

// previewCategories reads the list and shows what would change.
func (s catalogue) previewCategories(c *web.Ctx) error {
	v := taxonomyImportView{Form: c.Form()}
	list, err := categoryList(v.Form)
	if err == nil && v.Form.OK() {
		list.Title, list.Basis, list.Retire = v.Form.Text("title"), v.Form.Text("basis"), v.Form.Bool("retire")
		var p hotline.CategoryImport
		if p, err = s.Hotline.PreviewCategories(c.Context(), list); err == nil {
			v.Preview = &p
		}
	}
	if err != nil && !takeFile(v.Form, err) {
		return err
	}
	if v.Preview == nil {
		return c.Invalid(taxonomyImportPage(v))
	}
	b, err := json.Marshal(list)
	if err != nil {
		return err
	}
	v.List = string(b)
	return c.Render(taxonomyImportPage(v))
}

func categoryList(f *web.Form) (hotline.CategoryList, error) {
	var out hotline.CategoryList
	err := readTable(f, categoryTable, func(r *table.Reader) (err error) {
		out, err = hotline.ReadCategories(r)
		return err
	})
	return out, err
}

// categoryTable is how a list of categories is read.
var categoryTable = table.Options{Expect: hotline.CategoryColumns, Limits: table.Limits{Size: 2 << 20, Rows: 6000}}

// publishCategories makes the previewed list the next version.
func (s catalogue) publishCategories(c *web.Ctx) error {
	var list hotline.CategoryList
	if err := json.Unmarshal([]byte(c.Form().Raw("list")), &list); err != nil {
		return web.ErrForm.Wrap(err)
	}
	done, err := s.Hotline.PublishCategories(c.Context(), list)
	if err != nil {
		return err
	}
	if done.Version == 0 {
		c.Flash(web.Info, "名单与现在的分类一致，没有发布新版本。")
	} else {
		c.Flash(web.Success, "已发布第 "+itoa(int(done.Version))+" 版。已有工单保留原来的分类，统计和派单按新的代码。")
	}
	return c.Redirect("/hotline/categories")
}

func (v taxonomyImportView) sums() []web.Tile {
	p := v.Preview
	return []web.Tile{{Label: "新增", Value: itoa(p.Added), Unit: "个"}, {Label: "改名", Value: itoa(p.Renamed), Unit: "个"}, {Label: "停用", Value: itoa(p.Retired), Unit: "个"},
		{Label: "原代码有接替", Value: itoa(p.Moved), Unit: "个"}, {Label: "派单目录随之改动", Value: itoa(p.Rules), Unit: "条"}}
}

func (v taxonomyImportView) table() web.Table {
	t := web.Table{ID: "changes", Caption: "逐项", Columns: []web.Column{{Label: "代码"}, {Label: "名称", Grow: true}, {Label: "变化"}, {Label: "原名称或接替的代码"}}}
	for _, l := range v.Preview.Lines {
		tone := map[string]web.Tone{"新增": web.Success, "停用": web.Warning}[l.What]
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(l.Code), web.CellText(l.Name), web.StateBadge(tone, l.What), web.CellText(l.Was)}})
	}
	return t
}

func (v taxonomyImportView) lost() string {
	var codes []string
	for _, l := range v.Preview.Lost {
		codes = append(codes, l.Code+" "+l.Name)
	}
	return "这些分类停用后没有代码接替，以前的工单仍按原分类统计：" + strings.Join(codes, "、") + "。要接替的，在新分类一行的“原代码”里写上它。"
}

package hotlinehttp

import (
	"encoding/json"

	"github.com/a-h/templ"

	"yichuang/internal/document/table"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// ruleImportView is the import of a file: the form alone, or what the file would do.
type ruleImportView struct {
	Form    *web.Form
	Preview *hotline.RuleImport
	Lines   string // the lines as JSON, kept in the page between preview and run
}

func (s catalogue) importForm(c *web.Ctx) error { return c.Render(ruleImportPage(ruleImportView{})) }

// previewImport reads the file and shows what each line would do.
func (s catalogue) previewImport(c *web.Ctx) error {
	v := ruleImportView{Form: c.Form()}
	lines, err := ruleLines(v.Form)
	if err == nil && v.Form.OK() {
		var p hotline.RuleImport
		if p, err = s.Hotline.PreviewRules(c.Context(), lines); err == nil {
			v.Preview = &p
		}
	}
	if err != nil && !takeFile(v.Form, err) {
		return err
	}
	if v.Preview == nil {
		return c.Invalid(ruleImportPage(v))
	}
	b, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	v.Lines = string(b)
	return c.Render(ruleImportPage(v))
}

// runImport does what the preview showed; every line is checked again.
func (s catalogue) runImport(c *web.Ctx) error {
	var lines []hotline.RuleLine
	if err := json.Unmarshal([]byte(c.Form().Raw("lines")), &lines); err != nil {
		return web.ErrForm.Wrap(err)
	}
	done, err := s.Hotline.ImportRules(c.Context(), lines)
	if err != nil {
		return err
	}
	c.Flash(web.Success, "导入完成："+countText("新增", done.Added)+"，"+countText("修改", done.Changed)+"，"+countText("不变", done.Same)+"，"+countText("拒绝", done.Refused)+"。")
	return c.Redirect("/hotline/rules")
}

// ruleLines reads the uploaded file.
func ruleLines(f *web.Form) ([]hotline.RuleLine, error) {
	var out []hotline.RuleLine
	err := readTable(f, ruleTable, func(r *table.Reader) (err error) {
		out, err = readRuleLines(r)
		return err
	})
	return out, err
}

// readTable reads the uploaded table; without one it says so beside the field and reads nothing.
func readTable(f *web.Form, o table.Options, read func(*table.Reader) error) error {
	up := f.File("file")
	if up == nil || up.Size == 0 {
		f.Fail("file", "请选择文件。")
		return nil
	}
	file, err := up.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	r, err := table.Open(up.Name, file, up.Size, o)
	if err != nil {
		return err
	}
	return read(r)
}

// ruleTable is how a list for the dispatch catalogue is read.
var ruleTable = table.Options{Expect: ruleColumns, Limits: table.Limits{Size: 4 << 20, Rows: 6000}}

// readRuleLines reads a list for the dispatch catalogue.
func readRuleLines(r *table.Reader) ([]hotline.RuleLine, error) {
	if err := r.Need("事项分类代码|事项分类", "承办单位"); err != nil {
		return nil, err
	}
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, table.ErrEmpty.Say("文件里只有表头，没有数据行。第一行是表头，从第二行起每行一条。")
	}
	var out []hotline.RuleLine
	for _, row := range rows {
		v := row.Values()
		code := v["事项分类代码"]
		if code == "" {
			code = v["事项分类"]
		}
		l := hotline.RuleLine{Line: row.Line, Category: code, Area: v["区域"], Unit: v["承办单位"], From: v["生效日期"], To: v["失效日期"], Basis: v["依据"], Helpers: v["协办单位"]}
		l.Tidy()
		out = append(out, l)
	}
	return out, nil
}

// takeFile shows what is wrong with an uploaded file beside its field.
func takeFile(f *web.Form, err error) bool {
	if f.Take(err) {
		if f.Problem() != "" && len(f.Errors()) == 0 {
			f.Fail("file", "%s", f.Problem())
		}
		return true
	}
	return false
}

// importTable lists the lines, those refused first.
func (v ruleImportView) table() web.Table {
	t := web.Table{ID: "lines", Caption: "逐行结果", Columns: []web.Column{{Label: "行", Number: true}, {Label: "结果"}, {Label: "事项分类"}, {Label: "区域"}, {Label: "承办单位"}, {Label: "生效", Minor: true}, {Label: "原因", Grow: true, Wrap: true}},
		Empty: web.Empty{Title: "文件里没有数据行"}}
	for _, refused := range []bool{true, false} {
		for _, r := range v.Preview.Rows {
			if (r.What == hotline.RuleRefused) != refused || len(t.Rows) >= rulePreviewRows {
				continue
			}
			tone := map[string]web.Tone{hotline.RuleAdded: web.Success, hotline.RuleChanged: web.Info, hotline.RuleRefused: web.Danger}[r.What]
			t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellNumber(int64(r.Line)), web.StateBadge(tone, r.What), web.CellText(r.Category), web.CellText(r.Area),
				web.CellText(r.Unit), web.CellText(r.From), web.CellText(r.Reason)}})
		}
	}
	return t
}

// rulePreviewRows bounds what a preview shows; the sums above it are of the whole file.
const rulePreviewRows = 500

func (v ruleImportView) sums() []web.Tile {
	p := v.Preview
	return []web.Tile{{Label: "新增", Value: itoa(p.Added), Unit: "行"}, {Label: "修改", Value: itoa(p.Changed), Unit: "行"}, {Label: "不变", Value: itoa(p.Same), Unit: "行"},
		{Label: "拒绝", Value: itoa(p.Refused), Unit: "行"}}
}

package caseworkhttp

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/casework"
	"yichuang/internal/web"
)

// exportForm lets the reader choose a set and a period.
func (h handlers) exportForm(c *web.Ctx) error { return c.Render(h.exportPage(c, nil)) }

func (h handlers) exportPage(c *web.Ctx, f *web.Form) templ.Component {
	var sets []web.Option
	var names []web.Item
	for _, s := range h.Casework.Sets(c.Actor()) {
		hint := s.Table + "，按" + s.By
		if s.Set.Undated() {
			hint = s.Table + "，" + s.By
		}
		sets = append(sets, web.Option{Value: string(s.Set), Label: s.Label, Hint: hint})
		names = append(names, web.ItemText(s.Label, fieldNames(s)))
	}
	today := c.Now().Date()
	fields := []templ.Component{
		web.InputRadio(web.Field{Form: f, Name: "set", Label: "数据集", Value: string(casework.SetApply), Options: sets}),
		web.FieldLine(web.InputDate(web.Field{Form: f, Name: "from", Label: "起期", Value: (today - 30).String()}), web.InputDate(web.Field{Form: f, Name: "to", Label: "止期（含当天）", Value: today.String()})),
		web.InputRadio(web.Field{Form: f, Name: "format", Label: "格式", Value: "csv", Options: []web.Option{{Value: "csv", Label: "CSV", Hint: "表格软件可以打开"}, {Value: "json", Label: "JSON", Hint: "每行一个对象"}}, Short: true}),
	}
	if c.Can(casework.PermReadPersonal) {
		fields = append(fields, web.InputCheck(web.Field{Form: f, Name: "personal", Label: "姓名、证件号码和电话不脱敏", Hint: "只对您有权查看申请人信息的办件有效，记入日志"}))
	}
	fields = append(fields, more("各数据集有哪些数据项", false, web.Definitions(names)))
	return web.StaffPage(web.Page{Title: "标准数据导出", Lead: "字段名、顺序和代码按 GB/T 39046—2020，扩展字段排在后面。姓名、证件号码和电话脱敏；每次导出记入日志。事项目录里导出的清单另有格式，可以再导入。", Crumbs: crumbs(), Narrow: true}, []templ.Component{
		web.FieldsForm(web.FormBox{Form: f, ID: "export", Action: "/casework/export/file", Get: true, Submit: "导出", Cancel: platformHome}, fields...)})
}

// fieldNames lists the fields of a set, those of the standard first.
func fieldNames(s casework.DataSet) string {
	var names, own []string
	for _, x := range s.Fields {
		if x.Own {
			own = append(own, x.Name)
		} else {
			names = append(names, x.Name)
		}
	}
	text := strings.Join(names, "、")
	if len(own) > 0 {
		text += "；扩展：" + strings.Join(own, "、")
	}
	return text
}

func (h handlers) exportFile(c *web.Ctx) error {
	f := c.Form()
	in := casework.ExportInput{Set: casework.ExportSet(f.Text("set")), From: dayOf(f, "from"), To: dayOf(f, "to"), Personal: f.Bool("personal")}
	columns := casework.ExportColumns(in.Set)
	if columns == nil || in.From.IsZero() || in.To < in.From {
		f.Take(casework.ErrExport)
		return c.Invalid(h.exportPage(c, f))
	}
	set, _ := casework.DataSetOf(in.Set)
	name := fmt.Sprintf("%s %s至%s", set.Label, in.From, in.To)
	rows := func(add func([]string) error) error { return h.Casework.Export(c.Context(), in, add) }
	if f.Text("format") == "json" {
		return c.Stream(name+".jsonl", "application/jsonl; charset=utf-8", func(w io.Writer) error { return writeObjects(w, columns, rows) })
	}
	return c.Stream(name+".csv", "text/csv; charset=utf-8", func(w io.Writer) error { return writeSheet(w, columns, rows) })
}

// writeObjects writes rows as JSON, an object a line.
func writeObjects(w io.Writer, columns []string, rows func(add func([]string) error) error) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return rows(func(cells []string) error { return e.Encode(casework.Record{Names: columns, Cells: cells}) })
}

// writeSheet writes rows as CSV with a mark by which spreadsheet programs see the encoding.
func writeSheet(w io.Writer, columns []string, rows func(add func([]string) error) error) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	t := csv.NewWriter(w)
	if err := t.Write(columns); err != nil {
		return err
	}
	err := rows(func(cells []string) error { return t.Write(harmless(cells)) })
	t.Flush()
	if err == nil {
		err = t.Error()
	}
	return err
}

// harmless keeps cells from being formulas in a spreadsheet program.
func harmless(cells []string) []string {
	out := make([]string, len(cells))
	for i, s := range cells {
		if out[i] = s; s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
			out[i] = "'" + s
		}
	}
	return out
}

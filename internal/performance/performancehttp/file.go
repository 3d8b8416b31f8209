package performancehttp

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/performance"
	"yichuang/internal/performance/annex"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
	"yichuang/internal/web"
)

// format is a file in which a form is had.
type format struct{ ext, label, use, contentType string }

func formats() []format {
	return []format{
		{"pdf", annex.PDF.Label(), "自评报告和自评表，用于打印、报送", annex.PDF.ContentType()},
		{"docx", annex.DOCX.Label(), "自评报告和自评表，可以再编辑", annex.DOCX.ContentType()},
		{"html", annex.HTML.Label(), "自评报告和自评表，在浏览器里看", annex.HTML.ContentType()},
		{"json", annex.JSON.Label(), "自评报告和自评表的全部内容，供别的系统使用", annex.JSON.ContentType()},
		{"table.xlsx", "自评表（XLSX）", "只有自评表，数字是数字，改好后可以再导入", annex.XLSX.ContentType()},
		{"table.json", "自评表数据（JSON）", "可以再导入，也可以用命令行评分", annex.JSON.ContentType()},
	}
}

func formatOf(ext string) (format, bool) {
	for _, x := range formats() {
		if x.ext == ext {
			return x, true
		}
	}
	return format{}, false
}

// fileView lists the files of each round.
type fileView struct {
	performance.ProgrammeView
	Results []performance.Result
}

func (h handlers) files(c *web.Ctx) error {
	var v fileView
	var err error
	if v.ProgrammeView, err = h.Performance.Programme(c.Context(), c.Param("id")); err != nil {
		return err
	}
	if v.Results, err = h.Performance.Results(c.Context(), c.Param("id")); err != nil {
		return err
	}
	return c.Render(filePage(v))
}

func (v fileView) table(round int64) web.Table {
	t := web.Table{ID: "files-" + strconv.FormatInt(round, 10), Caption: "文件", Columns: []web.Column{{Label: "格式", Grow: true, Name: true}, {Label: "用途", Wrap: true}}}
	for _, f := range formats() {
		href := programmePath(v.Programme.ID, "/files/"+f.ext)
		if round > 0 {
			href += "?round=" + strconv.FormatInt(round, 10)
		}
		t.Rows = append(t.Rows, web.Row{ID: f.ext, Cells: []templ.Component{web.CellLink(href, f.label), web.CellText(f.use)}})
	}
	return t
}

// drafted reports whether there is a form that is not sealed.
func (v fileView) drafted() bool {
	return v.Programme.State == performance.Running || v.Programme.State == performance.Drafting
}

func roundTitle(r performance.Result) string {
	text := "第 " + strconv.FormatInt(r.Round, 10) + " 轮，"
	if r.Locked {
		return text + "已锁定，" + web.MomentText(r.At)
	}
	return text + "提交的内容，还没有锁定"
}

// file sends a form in one format.
func (h handlers) file(c *web.Ctx) error {
	round, err := strconv.ParseInt(c.Query("round"), 10, 64)
	if c.Query("round") == "" {
		round, err = 0, nil
	}
	f, ok := formatOf(c.Param("format"))
	if err != nil || round < 0 || !ok {
		return performance.ErrNoResult
	}
	s, err := h.Performance.Sheet(c.Context(), c.Param("id"), round, f.ext)
	if err != nil {
		return err
	}
	return c.Stream(fileName(s, f), f.contentType, func(w io.Writer) error { return h.writeSheet(w, s, f) })
}

func fileName(s *performance.Sheet, f format) string {
	if ext, ok := strings.CutPrefix(f.ext, "table."); ok {
		return strconv.Itoa(s.Programme.Year) + "年" + s.Programme.Name + "绩效自评表." + ext
	}
	return s.Document().Name(annex.Format(f.ext))
}

// writeSheet writes a form in a format.
func (h handlers) writeSheet(w io.Writer, s *performance.Sheet, f format) error {
	set := &form.Set{Forms: []*score.Form{&s.Evaluation.Form}}
	switch f.ext {
	case "table.json":
		return set.WriteJSON(w)
	case "table.xlsx":
		return set.WriteXLSX(w, []*score.Result{&s.Evaluation.Result})
	}
	return s.Document().Write(w, annex.Format(f.ext), h.Print)
}

// yearFile sends the annexes of a year in one format.
func (h handlers) yearFile(c *web.Ctx) error {
	f := annex.Format(c.Param("format"))
	if f.Label() == "" {
		return performance.ErrNoYear
	}
	d, err := h.Performance.YearDocument(c.Context(), yearOf(c), f)
	if err != nil {
		return err
	}
	return c.Stream(d.Name(f), f.ContentType(), func(w io.Writer) error { return d.Write(w, f, h.Print) })
}

// importView is what a file of forms would do.
type importView struct {
	Year int
	Plan *performance.Plan
	Form *web.Form
	Text string
}

// readForms reads the uploaded file; what is wrong with it is noted at the field.
func readForms(f *web.Form) (*form.Set, error) {
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
	return form.Read(file)
}

func (h handlers) preview(c *web.Ctx) error {
	f := c.Form()
	set, err := readForms(f)
	if err == nil && f.OK() {
		return h.showImport(c, nil, set)
	}
	if err != nil && !f.Take(err) {
		return err
	}
	return h.showYear(c, f)
}

func (h handlers) showImport(c *web.Ctx, f *web.Form, set *form.Set) error {
	v := importView{Year: yearOf(c), Form: f}
	var err error
	if v.Plan, err = h.Performance.PreviewImport(c.Context(), v.Year, set.Forms); err != nil {
		if g := c.Form(); g.Take(err) {
			return h.showYear(c, g)
		}
		return err
	}
	var b bytes.Buffer
	if err := set.WriteJSON(&b); err != nil {
		return err
	}
	v.Text = b.String()
	if f != nil {
		return c.Invalid(importPage(v))
	}
	return c.Render(importPage(v))
}

func (h handlers) importForms(c *web.Ctx) error {
	f := c.Form()
	set, err := form.Read(bytes.NewReader([]byte(f.Raw("forms"))))
	if err != nil {
		return err
	}
	plan, err := h.Performance.Import(c.Context(), yearOf(c), set.Forms)
	done := ""
	if plan != nil {
		done = "已导入 " + number(len(plan.Arrivals)) + " 张表。核对指标和数据来源后确定目标。"
	}
	return answer(c, err, done, yearPath(yearOf(c), ""), func(f *web.Form) error { return h.showImport(c, f, set) })
}

func (v importView) table() web.Table {
	t := web.Table{ID: "arrivals", Caption: "导入预览", Columns: []web.Column{{Label: "表", Grow: true, Name: true}, {Label: "对象"}, {Label: "指标", Number: true}, {Label: "分值合计", Number: true}, {Label: "导入后"}, {Label: "要改的地方", Wrap: true}}}
	for i, a := range v.Plan.Arrivals {
		row := web.Row{ID: number(i), Cells: []templ.Component{web.CellText(a.Form.Kind.Label()), web.CellText(a.Form.Name), web.CellText(number(len(a.Form.Indicators))), web.CellText(weightOf(a.Form)), web.CellText(a.Effect()), problemList(a.Problems)}}
		if len(a.Problems) > 0 {
			row.State = web.Red
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func weightOf(f *score.Form) string {
	var list []performance.Indicator
	for _, x := range f.Indicators {
		list = append(list, performance.Indicator{Weight: x.Weight})
	}
	return performance.WeightSum(list).String()
}

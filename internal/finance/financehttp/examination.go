package financehttp

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/document/docx"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/examine"
	"yichuang/internal/web"
)

const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// uploadExamination is the largest body of the form: a document and what surrounds it.
const uploadExamination = examine.MaxSize + 1<<20

// registerExaminations adds the pages of the audits of published accounts.
func registerExaminations(kit *web.Kit, h handlers) {
	kit.Page("GET /examinations", examine.PermRead, h.examinations)
	kit.Page("POST /examinations", examine.PermRun, h.examine, web.MaxBody(uploadExamination))
	kit.Page("POST /examinations/own", examine.PermRun, h.examineOwn)
	kit.Page("GET /examinations/compare", examine.PermRead, h.compareExaminations)
	kit.Page("GET /examinations/compare.xlsx", examine.PermRead, h.comparisonBook)
	kit.Page("GET /examinations/{id}", examine.PermRead, h.examination)
	kit.Page("POST /examinations/{id}/findings/{no}", examine.PermDecide, h.decideFinding)
	kit.Page("GET /examinations/{id}/notice.docx", examine.PermRead, h.examinationNotice)
	kit.Page("GET /examinations/{id}/findings.xlsx", examine.PermRead, h.examinationBook)
	kit.Page("GET /examinations/{id}/report.json", examine.PermRead, h.examinationJSON)
	kit.Nav(web.NavItem{Group: "财务", Label: "决算公开审核", Href: "/examinations", Permission: examine.PermRead, Icon: "checklist"})
}

// examinationsView is the list of examinations with the forms that start one.
type examinationsView struct {
	Form     *web.Form
	List     []examine.Examination
	Next     string
	Year     string
	Run      bool
	Books    []web.Option // years of which the centre has accounts
	Policies []web.Option
}

func (h handlers) examinations(c *web.Ctx) error { return h.showExaminations(c, nil) }

func (h handlers) showExaminations(c *web.Ctx, f *web.Form) error {
	v := examinationsView{Form: f, Run: c.Can(examine.PermRun), Year: c.Query("year")}
	year, err := strconv.Atoi(v.Year)
	if err != nil {
		year, v.Year = 0, ""
	}
	if v.List, v.Next, err = h.Examine.Examinations(c.Context(), examine.Filter{Year: year, After: c.Query("after")}); err != nil {
		return err
	}
	if v.Run {
		books, err := h.Finance.Books(c.Context())
		if err != nil {
			return err
		}
		for _, b := range books {
			v.Books = append(v.Books, web.Option{Value: number(b.Year), Label: number(b.Year) + " 年 " + b.Department})
		}
		policies, err := h.Examine.Policies()
		if err != nil {
			return err
		}
		v.Policies = []web.Option{{Value: "", Label: "按文件所在地区"}}
		for _, p := range policies {
			v.Policies = append(v.Policies, web.Option{Value: p.ID, Label: p.Name})
		}
	}
	if f != nil {
		return c.Invalid(examinationsPage(v))
	}
	return c.Render(examinationsPage(v))
}

func (v examinationsView) table() web.Table {
	t := web.Table{ID: "examinations", Caption: "审核过的文件", Next: v.Next, Columns: []web.Column{{Label: "单位", Grow: true}, {Label: "年度"}, {Label: "错误", Number: true}, {Label: "警告", Number: true}, {Label: "提示", Number: true, Minor: true},
		{Label: "来源", Minor: true}, {Label: "文件", Minor: true}, {Label: "审核时间", Minor: true}},
		Empty: web.Empty{Title: "还没有审核过文件", Text: "上传任何部门的决算公开文件，或审核本中心自己的公开文件，结果列在这里。"}}
	for _, x := range v.List {
		name := x.Org
		if x.ReplacedBy != "" {
			name += "（旧文件）"
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Href: examinationPath(x.ID, ""), State: lightOf(&x), Cells: []templ.Component{web.CellLink(examinationPath(x.ID, ""), name), web.CellText(number(x.Year)), web.CellNumber(int64(x.Errors)),
			web.CellNumber(int64(x.Warnings)), web.CellNumber(int64(x.Infos)), web.CellText(x.Source.Label()), web.CellText(x.File), web.CellTime(x.At)}})
	}
	return t
}

func lightOf(x *examine.Examination) web.Light {
	switch {
	case x.Errors > 0:
		return web.Red
	case x.Warnings > 0:
		return web.Yellow
	}
	return web.Normal
}

func examinationPath(id, rest string) string { return "/examinations/" + id + rest }

func orgKindOptions() []web.Option {
	return []web.Option{{Value: "", Label: "按文件里写的"}, {Value: string(disclosed.Administrative), Label: "行政单位"}, {Value: string(disclosed.Comparable), Label: "参照公务员法管理的事业单位"}, {Value: string(disclosed.Institution), Label: "其他事业单位"}}
}

// examine audits an uploaded file.
func (h handlers) examine(c *web.Ctx) error {
	f := c.Form()
	in := examine.Input{Approved: f.Date("approved"), Published: f.Date("published"), Secrecy: f.Date("secrecy"), OrgKind: disclosed.OrgKind(f.Text("org_kind")), Policy: f.Text("policy")}
	file := f.File("file")
	if file == nil && f.OK() {
		f.Fail("file", "请选择要审核的文件。")
	}
	if !f.OK() {
		return h.showExaminations(c, f)
	}
	open, err := file.Open()
	if err != nil {
		return err
	}
	defer open.Close()
	if in.Content, err = io.ReadAll(io.LimitReader(open, examine.MaxSize+1)); err != nil {
		return err
	}
	in.File = file.Name
	x, err := h.Examine.Examine(c.Context(), in)
	return h.examined(c, f, x, err)
}

// examineOwn audits what the centre publishes.
func (h handlers) examineOwn(c *web.Ctx) error {
	f := c.Form()
	x, err := h.Examine.ExamineOwn(c.Context(), int(f.Int("year")))
	return h.examined(c, f, x, err)
}

func (h handlers) examined(c *web.Ctx, f *web.Form, x examine.Examination, err error) error {
	if err == nil {
		c.Flash(web.Success, "已审核，共执行 "+number(x.Rules)+" 条规则。")
		return c.Redirect(examinationPath(x.ID, ""))
	}
	if f.Take(err) {
		return h.showExaminations(c, f)
	}
	return err
}

// examinationView is one examination.
type examinationView struct {
	*examine.View
	Form   *web.Form
	Decide bool
	Failed int // the finding whose form was refused
}

func (h handlers) examination(c *web.Ctx) error { return h.showExamination(c, nil, 0) }

func (h handlers) showExamination(c *web.Ctx, f *web.Form, failed int) error {
	x, err := h.Examine.Show(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	v := examinationView{View: x, Form: f, Decide: c.Can(examine.PermDecide) && x.ReplacedBy == "", Failed: failed}
	if f != nil {
		return c.Invalid(examinationPage(v))
	}
	return c.Render(examinationPage(v))
}

func (v examinationView) title() string {
	return v.Org + " " + number(v.Year) + " 年度决算公开审核"
}

func (v examinationView) tiles() []web.Tile {
	red, yellow := web.Normal, web.Normal
	if v.Errors > 0 {
		red = web.Red
	}
	if v.Warnings > 0 {
		yellow = web.Yellow
	}
	return []web.Tile{{Label: "错误", Value: number(v.Errors), Unit: "处", Light: red, Href: "#" + string(check.Error)}, {Label: "警告", Value: number(v.Warnings), Unit: "处", Light: yellow, Href: "#" + string(check.Warn)},
		{Label: "提示", Value: number(v.Infos), Unit: "处", Href: "#" + string(check.Info)}, {Label: "已豁免", Value: number(v.Waived), Unit: "处"},
		{Label: "核对通过", Value: number(v.Passed), Unit: "处", Hint: "另有 " + number(v.Rounding) + " 处可由四舍五入解释"}, {Label: "未能判断", Value: number(v.NotEvaluated), Unit: "处", Href: "#unevaluated", Hint: "不表示没有问题"}}
}

func (v examinationView) items() []web.Item {
	out := []web.Item{web.ItemText("文件", v.File+"（"+v.Source.Label()+"，"+web.GroupDigits(strconv.FormatInt(v.Size, 10))+" 字节）"), web.ItemText("审核", v.By+" "+web.MomentText(v.At)),
		web.ItemText("金额单位", dashed(v.Unit)), web.ItemText("评分办法", v.PolicyName), {Label: "读出的表", Value: web.CellText(strings.Join(v.Tables, "、")), Wide: true}, {Label: "校验值", Value: web.CellText(v.Hash), Wide: true}}
	return out
}

func dashed(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// group is the findings of one severity.
type findingGroup struct {
	Severity check.Severity
	List     []examine.Finding
}

func (v examinationView) groups() []findingGroup {
	var out []findingGroup
	for _, s := range examine.Severities() {
		g := findingGroup{Severity: s}
		for _, f := range v.Findings {
			if f.Severity == s {
				g.List = append(g.List, f)
			}
		}
		if len(g.List) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func (g findingGroup) title() string {
	return examine.SeverityLabel(g.Severity) + "（" + number(len(g.List)) + "）"
}

func findingTone(s examine.FindingState) web.Tone {
	switch s {
	case examine.Fresh:
		return web.Info
	case examine.Confirmed:
		return web.Warning
	}
	return web.Success
}

// findingItems are the particulars of a finding.
func findingItems(f *examine.Finding) []web.Item {
	var out []web.Item
	add := func(label, text string, wide bool) {
		if text != "" {
			out = append(out, web.Item{Label: label, Value: web.CellText(text), Wide: wide})
		}
	}
	add("列示", f.Stated, false)
	add("应为", f.Computed, false)
	add("相差", f.Diff, false)
	add("四舍五入上限", f.Envelope, false)
	places := f.Places()
	if len(places) > 6 {
		places = append(places[:6:6], "等 "+number(len(f.Places()))+" 处")
	}
	add("位置", strings.Join(places, "；"), true)
	add("依据", f.Basis, false)
	add("建议", f.Suggestion(), true)
	add("以前", f.Earlier, true)
	if f.DecidedBy != "" {
		text := f.DecidedBy + " " + web.MomentText(f.DecidedAt)
		if f.Remark != "" {
			text += "：" + f.Remark
		}
		add(f.State.Label(), text, true)
	}
	return out
}

// actions are the decisions that a finding takes now.
func (v examinationView) actions(f *examine.Finding) []web.Action {
	if !v.Decide {
		return nil
	}
	at := examinationPath(v.ID, "/findings/"+number(f.No))
	act := func(to examine.FindingState, label, confirm string, w web.Weight) web.Action {
		return web.Action{Label: label, Href: at, Post: true, Confirm: confirm, Weight: w, Version: v.Version, Hidden: map[string]string{"to": string(to)}}
	}
	switch f.State {
	case examine.Fresh:
		return []web.Action{act(examine.Confirmed, "确认", "", web.Plain), act(examine.Waived, "豁免", "豁免后不再计入统计；文件内容一变，豁免就失效。请写明理由。", web.Plain), act(examine.Mended, "标为已改", "", web.Plain)}
	case examine.Confirmed:
		return []web.Action{act(examine.Mended, "标为已改", "", web.Plain), act(examine.Waived, "豁免", "豁免后不再计入统计；文件内容一变，豁免就失效。请写明理由。", web.Plain), act(examine.Fresh, "撤回", "", web.Plain)}
	}
	return []web.Action{act(examine.Fresh, "撤回", "", web.Plain)}
}

func (h handlers) decideFinding(c *web.Ctx) error {
	f := c.Form()
	no, err := strconv.Atoi(c.Param("no"))
	if err != nil {
		return examine.ErrFinding
	}
	x, err := h.Examine.Decide(c.Context(), c.Param("id"), f.Version(), no, examine.Decision{To: examine.FindingState(f.Text("to")), Remark: f.Text("remark")})
	if err == nil {
		return c.Redirect(examinationPath(x.ID, "#finding-"+number(no)))
	}
	if f.Take(err) {
		return h.showExamination(c, f, no)
	}
	return err
}

func (v examinationView) unevaluated() web.Table {
	t := web.Table{ID: "unevaluated", Caption: "未能判断的事项", Columns: []web.Column{{Label: "规则"}, {Label: "原因", Grow: true, Wrap: true}, {Label: "处数", Number: true}}}
	for _, u := range v.Unanswered {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(u.Name), web.CellText(u.Reason), web.CellNumber(int64(u.Count))}})
	}
	return t
}

func (h handlers) examinationNotice(c *web.Ctx) error {
	v, err := h.Examine.Export(c.Context(), c.Param("id"), "docx")
	if err != nil {
		return err
	}
	d := v.Notice(h.Issuer(c.Context()))
	return c.Stream(v.FileName("整改通知", "docx"), docxType, func(w io.Writer) error { return docx.Write(w, d) })
}

func (h handlers) examinationBook(c *web.Ctx) error {
	v, err := h.Examine.Export(c.Context(), c.Param("id"), "xlsx")
	if err != nil {
		return err
	}
	return c.Stream(v.FileName("审核发现", "xlsx"), xlsx.ContentType, v.Book().Write)
}

func (h handlers) examinationJSON(c *web.Ctx) error {
	v, err := h.Examine.Export(c.Context(), c.Param("id"), "json")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	return c.Download(v.FileName("审核报告", "json"), "application/json; charset=utf-8", b.Bytes())
}

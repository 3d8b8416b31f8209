package supervisionhttp

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/attest/attesthttp"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
)

// choice is a link to one of several things.
type choice struct {
	Label, Href string
	On          bool
}

// stages are the tabs of the desk.
var stages = []struct {
	label, slug string
	filter      supervision.AlertFilter
}{{"全部生效", "", supervision.AlertFilter{}}, {"待送达", "raised", supervision.AlertFilter{State: supervision.Raised, Cards: true}}, {"已送达", "served", supervision.AlertFilter{State: supervision.Served}},
	{"整改中", "correcting", supervision.AlertFilter{State: supervision.Correcting}}, {"已回告", "answered", supervision.AlertFilter{State: supervision.Answered}},
	{"申辩中", "defended", supervision.AlertFilter{State: supervision.Defended}}, {"提请撤牌", "proposed", supervision.AlertFilter{State: supervision.Proposed}},
	{"全部记录", "all", supervision.AlertFilter{All: true}}}

// filterOf reads the filter of the address.
func filterOf(c *web.Ctx) supervision.AlertFilter {
	f := supervision.AlertFilter{From: clock.NoDate, To: clock.NoDate}
	for _, s := range stages {
		if s.slug == c.Query("stage") {
			f = s.filter
		}
	}
	f.Level, f.Type, f.UnitID, f.SiteID, f.After = supervision.Level(c.Query("level")), supervision.Type(c.Query("type")), c.Query("unit"), c.Query("site"), c.Query("after")
	return f
}

func (h handlers) alerts(c *web.Ctx) error {
	f := filterOf(c)
	list, next, err := h.Supervision.Alerts(c.Context(), f)
	if err != nil {
		return err
	}
	var tabs []web.Tab
	for _, s := range stages {
		href := "/supervision/alerts"
		if s.slug != "" {
			href += "?stage=" + s.slug
		}
		tabs = append(tabs, web.Tab{Label: s.label, Href: href, Current: s.slug == c.Query("stage")})
	}
	bar, err := h.alertFilters(c, f)
	if err != nil {
		return err
	}
	t := alertTable(list)
	t.Next = next
	return c.Render(web.StaffPage(web.Page{Title: "监察预警", Lead: "同一时钟的同一级别只预警一次，高一级的发出后低一级的摘牌。撤牌由政务监察股提请、中心领导批准。", Tools: alertTools(c)},
		[]templ.Component{web.Tabs("预警的阶段", tabs), bar, web.DataTable(t)}))
}

func alertTools(c *web.Ctx) templ.Component {
	if !c.Can(supervision.PermAlertHandle) {
		return nil
	}
	return row([]templ.Component{button("/supervision/alerts/new", "人工督办"),
		web.ActionButton(web.Action{Label: "全部送达", Href: "/supervision/alerts/serve", Post: true, Confirm: "把待送达的黄牌、红牌、预警和报警全部送达责任单位？每条生成一份监察预警单。"}),
		web.ActionButton(web.Action{Label: "立即巡检", Href: "/supervision/runs", Post: true})})
}

func (h handlers) alertFilters(c *web.Ctx, f supervision.AlertFilter) (templ.Component, error) {
	fields := []templ.Component{
		web.InputSelect(web.Field{Name: "level", Label: "级别", Value: string(f.Level), Placeholder: "全部", Options: levelOptions(), Optional: true}),
		web.InputSelect(web.Field{Name: "type", Label: "类型", Value: string(f.Type), Placeholder: "全部", Options: typeOptions(), Optional: true})}
	if c.Can(supervision.PermAlertHandle) || c.Can(supervision.PermAlertLift) {
		units, err := h.units(c)
		if err != nil {
			return nil, err
		}
		fields = append(fields, web.InputSelect(web.Field{Name: "unit", Label: "责任单位", Value: f.UnitID, Placeholder: "全部", Options: units, Optional: true}))
	}
	bar := web.FilterBar{Action: "/supervision/alerts"}
	if f.Level != "" {
		bar.Active = append(bar.Active, web.ActiveFilter{Label: "级别：" + levelWords(f.Level), Names: []string{"level"}})
	}
	if f.Type != "" {
		bar.Active = append(bar.Active, web.ActiveFilter{Label: "类型：" + string(f.Type), Names: []string{"type"}})
	}
	return filters(bar, fields), nil
}

func levelWords(l supervision.Level) string {
	timing, other := l.Label(supervision.Timing), l.Label(supervision.Other)
	if timing == other {
		return timing
	}
	return timing + "、" + other
}

func levelOptions() []web.Option {
	var out []web.Option
	for _, l := range supervision.Levels {
		out = append(out, web.Option{Value: string(l), Label: levelWords(l)})
	}
	return out
}

func typeOptions() []web.Option {
	var out []web.Option
	for _, t := range supervision.Types {
		out = append(out, web.Option{Value: string(t), Label: string(t)})
	}
	return out
}

func alertTable(list []supervision.ListedAlert) web.Table {
	t := web.Table{ID: "alerts", Caption: "监察预警", Download: "/supervision/alerts/export.xlsx", Columns: []web.Column{{Label: "级别"}, {Label: "类型", Minor: true}, {Label: "内容", Grow: true, Wrap: true, Name: true}, {Label: "责任单位"}, {Label: "站点", Minor: true}, {Label: "发出时间", Minor: true}, {Label: "状态"}, {Label: "回告期限"}},
		Empty: web.Empty{Title: "没有预警", Text: "办件临近期限、超期、流程或内容异常时，预警在这里列出。"}}
	for i := range list {
		l := &list[i]
		due := ""
		if l.Open && l.AnswerDue != 0 && l.AnsweredAt == 0 {
			due = calendar.FormatDue(l.AnswerDue)
		}
		r := web.Row{ID: string(l.ID), Href: alertPath(l.ID), Cells: []templ.Component{web.StateBadge(levelTone(l.Level), l.Label), web.CellText(string(l.Type)), web.CellLink(alertPath(l.ID), l.Text), web.CellText(l.Unit), web.CellText(l.Site),
			web.CellTime(l.At), web.StateBadge(stateTone(&l.Alert), l.StateWord()), web.CellText(due)}}
		if l.Unanswered && l.Open {
			r.State = web.Red
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func (h handlers) exportAlerts(c *web.Ctx) error {
	list, err := h.Supervision.ExportAlerts(c.Context(), filterOf(c))
	if err != nil {
		return err
	}
	sheet := xlsx.Sheet{Name: "监察预警", Title: "监察预警", Note: "导出时间 " + web.MomentText(c.Now()), Columns: []xlsx.Column{{Label: "级别"}, {Label: "类型"}, {Label: "规则"}, {Label: "规则版次"}, {Label: "内容", Width: 50, Wrap: true}, {Label: "办件编号", Width: 20}, {Label: "事项", Width: 24},
		{Label: "责任单位", Width: 20}, {Label: "站点", Width: 16}, {Label: "经办人"}, {Label: "发出时间", Width: 18}, {Label: "状态"}, {Label: "预警单", Width: 22}, {Label: "送达时间", Width: 18}, {Label: "回告期限", Width: 18}, {Label: "回告单", Width: 22}, {Label: "整改情况", Width: 40, Wrap: true}, {Label: "撤牌理由", Width: 30, Wrap: true}}}
	return c.Stream("监察预警.xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for i := range list {
				l := &list[i]
				if err := add(l.Label, string(l.Type), l.Rule, l.Revision, l.Text, l.CaseNo, l.ItemName, l.Unit, l.Site, l.Staff, web.MomentText(l.At), l.StateWord(), l.No, moment(l.ServedAt), moment(l.AnswerDue), l.AnswerNo, l.Answer, l.Reason); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// moment is a moment in words, "" for none.
func moment(at clock.Instant) string {
	if at == 0 {
		return ""
	}
	return web.MomentText(at)
}

func (h handlers) alert(c *web.Ctx) error {
	s, err := h.Supervision.Find(c.Context(), supervision.AlertID(c.Param("id")))
	if err != nil {
		return err
	}
	return c.Render(sheetPage(&s, supervision.Action(c.Query("do")), nil))
}

// act does one thing about an alert by its form and shows it again.
func (h handlers) act(x supervision.Action) web.Handler {
	return func(c *web.Ctx) error {
		f := c.Form()
		id := supervision.AlertID(c.Param("id"))
		l, err := h.Supervision.Act(c.Context(), supervision.Command{ID: id, Version: f.Version(), Text: f.Text("text")}, x)
		if err == nil {
			c.Flash(web.Success, "已办理“"+x.Label()+"”，预警现在是“"+l.State.Label()+"”。")
			return c.Redirect(alertPath(id))
		}
		if !f.Take(err) {
			return err
		}
		s, found := h.Supervision.Find(c.Context(), id)
		if found != nil {
			return errors.Join(err, found)
		}
		return c.Invalid(sheetPage(&s, x, f))
	}
}

// sheetPage is an alert with what may be done about it and what was done.
func sheetPage(s *supervision.AlertSheet, do supervision.Action, f *web.Form) templ.Component {
	var list []choice
	var parts []templ.Component
	for _, x := range s.Allowed {
		if supervision.Asks(x) == "" {
			parts = append(parts, web.ActionButton(web.Action{Label: x.Label(), Href: alertPath(s.ID) + "/" + string(x), Post: true, Version: s.Version, Weight: weightOf(x)}))
			continue
		}
		list = append(list, choice{x.Label(), alertPath(s.ID) + "?do=" + string(x) + "#act", x == do})
	}
	if len(parts) > 0 {
		parts = []templ.Component{row(parts)}
	}
	if s.Own {
		parts = append(parts, web.Notice(web.Info, "这张预警单由您发起，由政务监察股的其他人员核销、退回或维持，撤牌由中心领导决定。"))
	}
	if slices.Contains(s.Allowed, do) && supervision.Asks(do) != "" {
		parts = append(parts, boxed(do.Label(), web.FieldsForm(web.FormBox{Form: f, ID: "deed", Action: alertPath(s.ID) + "/" + string(do), Submit: do.Label(), Cancel: alertPath(s.ID), Version: s.Version},
			web.InputArea(web.Field{Form: f, Name: "text", Label: supervision.Asks(do), Rows: 4, Max: 2000, Hint: hintOf(do)}))))
	} else if f != nil {
		parts = append([]templ.Component{web.FormProblems(f)}, parts...)
	}
	return web.StaffPage(web.Page{Title: s.Label + "：" + headOf(s), Crumbs: []web.Link{{Label: "监察预警", Href: "/supervision/alerts"}}, Tools: row(papersOf(s))},
		[]templ.Component{web.Notice(levelTone(s.Level), s.Text), act(list, parts), web.PartPanel("预警信息", web.Definitions(particulars(s))), web.PartPanel("处置记录", web.Timeline(history(s)))})
}

func headOf(s *supervision.AlertSheet) string {
	for _, w := range []string{s.CaseNo, s.Unit, s.Site} {
		if w != "" {
			return w
		}
	}
	return string(s.Type)
}

func hintOf(x supervision.Action) string {
	switch x {
	case supervision.ActPropose:
		return "责任单位可以看到理由；由中心领导决定"
	case supervision.ActAnswer:
		return "写明原因、已采取的措施和结果；生成整改回告单"
	}
	return ""
}

func weightOf(x supervision.Action) web.Weight {
	if x == supervision.ActServe || x == supervision.ActTake || x == supervision.ActLift {
		return web.Primary
	}
	return ""
}

func papersOf(s *supervision.AlertSheet) []templ.Component {
	var out []templ.Component
	if s.No != "" {
		out = append(out, button(alertPath(s.ID)+"/warning/print", "监察预警单"))
	}
	if s.AnsweredAt != 0 {
		out = append(out, button(alertPath(s.ID)+"/reply/print", "整改回告单"))
	}
	return out
}

func particulars(s *supervision.AlertSheet) []web.Item {
	rule := strings.TrimSpace(s.Rule + " " + s.ByRule.Name)
	if rule != "" {
		rule += "（第 " + strconv.FormatInt(s.Revision, 10) + " 版规则"
		if s.ByRule.Code != "" && !s.ByRule.Confirmed {
			rule += "，未确认"
		}
		rule += "）"
	}
	out := []web.Item{web.ItemText("状态", s.StateWord()), web.ItemText("级别、类型", s.Label+"，"+string(s.Type)), web.ItemText("监察规则", rule)}
	if s.ByRule.Source != "" {
		out = append(out, web.ItemText("规则来源", s.ByRule.Source))
	}
	if s.CaseNo != "" {
		out = append(out, web.Item{Label: "办件", Value: web.CellLink(casePath(s.CaseNo), s.CaseNo+" "+s.ItemName)})
	}
	for _, x := range []struct{ label, text string }{{"责任单位", s.Unit}, {"站点", s.Site}, {"经办人", s.Staff}, {"发出时间", moment(s.At)}, {"期限届满", due(s.Due)}, {"监察预警单", s.No}, {"送达时间", moment(s.ServedAt)}, {"回告期限", due(s.AnswerDue)}, {"整改回告单", s.AnswerNo}} {
		if x.text != "" {
			out = append(out, web.ItemText(x.label, x.text))
		}
	}
	for _, x := range []struct{ label, text string }{{"整改情况", s.Answer}, {"申辩理由", s.Defence}, {"提请撤牌的理由", s.Reason}} {
		if x.text != "" {
			out = append(out, web.Item{Label: x.label, Value: web.CellText(x.text), Wide: true})
		}
	}
	return out
}

func due(at clock.Instant) string {
	if at == 0 {
		return ""
	}
	return calendar.FormatDue(at)
}

func history(s *supervision.AlertSheet) []web.Step {
	var out []web.Step
	for _, x := range s.Steps {
		who := x.ActorName
		if x.ActorID == "" {
			who = "系统"
		}
		out = append(out, web.Step{At: x.At, Who: who, Title: x.Action.Label(), Text: x.Text})
	}
	return out
}

func (h handlers) newAlert(c *web.Ctx) error { return h.showNew(c, nil) }

func (h handlers) showNew(c *web.Ctx, f *web.Form) error {
	units, err := h.units(c)
	if err != nil {
		return err
	}
	sites, err := h.sites(c)
	if err != nil {
		return err
	}
	page := web.StaffPage(web.Page{Title: "人工督办", Lead: "向单位、窗口或大厅以外的站点发出提醒、预警或报警；有办件的填办件编号。", Crumbs: []web.Link{{Label: "监察预警", Href: "/supervision/alerts"}}, Narrow: true},
		[]templ.Component{web.FieldsForm(web.FormBox{Form: f, ID: "raise", Action: "/supervision/alerts/new", Submit: "发出", Cancel: "/supervision/alerts", Hidden: map[string]string{"key": c.RequestID()}},
			web.InputText(web.Field{Form: f, Name: "case_no", Label: "办件编号", Value: c.Query("case"), Max: 40, Short: true, Optional: true, Hint: "填了办件编号，责任单位和站点就是办件的"}),
			web.FieldLine(web.InputSelect(web.Field{Form: f, Name: "unit_id", Label: "责任单位", Placeholder: "请选择", Options: units, Optional: true}),
				web.InputSelect(web.Field{Form: f, Name: "site_id", Label: "站点", Placeholder: "请选择", Options: sites, Optional: true})),
			web.InputRadio(web.Field{Form: f, Name: "level", Label: "级别", Value: string(supervision.Yellow), Options: byHandLevels(), Short: true}),
			web.InputRadio(web.Field{Form: f, Name: "type", Label: "类型", Value: cmp.Or(c.Query("type"), string(supervision.Other)), Options: typeOptions(), Short: true}),
			web.InputArea(web.Field{Form: f, Name: "text", Label: "督办内容", Value: c.Query("text"), Rows: 4, Max: 2000}))})
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func byHandLevels() []web.Option {
	var out []web.Option
	for _, l := range supervision.Levels {
		out = append(out, web.Option{Value: string(l), Label: l.Label(supervision.Other)})
	}
	return out
}

func (h handlers) raise(c *web.Ctx) error {
	f := c.Form()
	l, err := h.Supervision.Raise(c.Context(), supervision.RaiseInput{Key: f.Text("key"), UnitID: f.Text("unit_id"), SiteID: f.Text("site_id"), CaseNo: f.Text("case_no"), Level: supervision.Level(f.Text("level")), Type: supervision.Type(f.Text("type")), Text: f.Text("text")})
	if err == nil {
		c.Flash(web.Success, "已发出。")
		return c.Redirect(alertPath(l.ID))
	}
	if !f.Take(err) {
		return err
	}
	return h.showNew(c, f)
}

func (h handlers) serveAll(c *web.Ctx) error {
	n, err := h.Supervision.ServeAll(c.Context())
	if err != nil {
		return err
	}
	c.Flash(web.Success, "已送达 "+strconv.Itoa(n)+" 条。")
	return c.Redirect("/supervision/alerts?stage=served")
}

func (h handlers) climb(c *web.Ctx) error {
	r, err := h.Supervision.Climb(c.Context())
	if err != nil {
		return err
	}
	c.Flash(web.Success, "已巡检：发出提醒 "+strconv.FormatInt(r.Reminders, 10)+" 条、黄牌 "+strconv.FormatInt(r.Yellows, 10)+" 张、红牌 "+strconv.FormatInt(r.Reds, 10)+" 张。")
	return c.Redirect("/supervision/alerts")
}

// paper is a paper of an alert as it is printed.
func (d Deps) paper(ctx context.Context, id, kind string, l supervision.Letter) (out attesthttp.Print, err error) {
	centre, err := d.Org.Centre(ctx, actor.From(ctx).CentreID)
	at := alertPath(supervision.AlertID(id))
	out = attesthttp.Print{Paper: l.Voucher, By: l.From, To: l.To, Text: l.Text, Verify: web.Outside(ctx, attesthttp.Path(centre.Code, l.Voucher)), Back: web.Link{Label: "监察预警", Href: at}, PDF: at + "/" + kind + "/file.pdf"}
	for _, f := range l.Facts {
		out.Lines = append(out.Lines, [2]string{f.Label, f.Value})
	}
	return out, err
}

func (h handlers) printed(c *web.Ctx) (attesthttp.Print, error) {
	l, err := h.Supervision.Print(c.Context(), supervision.AlertID(c.Param("id")), supervision.LetterKind(c.Param("kind")))
	if err != nil {
		return attesthttp.Print{}, err
	}
	return h.paper(c.Context(), c.Param("id"), c.Param("kind"), l)
}

func (h handlers) print(c *web.Ctx) error {
	p, err := h.printed(c)
	if err != nil {
		return err
	}
	return c.Render(attesthttp.PrintPage(p))
}

func (h handlers) printPDF(c *web.Ctx) error {
	p, err := h.printed(c)
	if err != nil {
		return err
	}
	d := p.Document()
	return c.Stream(p.Title+p.No+".pdf", "application/pdf", func(w io.Writer) error { return h.Print.Write(w, d) })
}

// query is an address with one more word in it.
func query(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

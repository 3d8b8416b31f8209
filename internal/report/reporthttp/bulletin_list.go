package reporthttp

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/report"
	"yichuang/internal/web"
)

func (h handlers) list(c *web.Ctx) error {
	f := c.Form()
	list, next, err := h.m.Bulletins(c.Context(), report.Filter{Kind: report.Kind(f.Text("kind")), State: report.State(f.Text("state")), After: f.Text("after")})
	if err != nil {
		return err
	}
	t := web.Table{ID: "bulletins", Caption: "通报", Next: next, Columns: []web.Column{{Label: "标题", Grow: true}, {Label: "种类"}, {Label: "期间", Minor: true}, {Label: "状态"}, {Label: "起草", Minor: true}, {Label: "印发", Minor: true}},
		Empty: web.Empty{Title: "还没有通报", Text: "日报、周报、月报按计划自动起草，也可以现在起草一份。"}}
	for _, b := range list {
		how := "人工"
		if b.Automatic {
			how = "按计划"
		}
		t.Rows = append(t.Rows, web.Row{ID: b.ID, Href: path(b.ID), Cells: []templ.Component{web.CellLink(path(b.ID), b.Title), web.CellText(b.Kind.Label()), web.CellText(b.Period().String()),
			stateBadge(b.State), web.CellText(how + " " + b.CreatedAt.String()), web.CellText(b.IssuedAt.String())}})
	}
	return c.Render(listPage(f, t, c.Can(report.PermWrite)))
}

func path(id string) string { return "/reports/" + id }

func stateBadge(s report.State) templ.Component {
	return web.StateBadge(map[report.State]web.Tone{report.Draft: web.Warning, report.Reviewed: web.Info, report.Issued: web.Success}[s], s.Label())
}

func kindOptions() []web.Option {
	var out []web.Option
	for _, k := range report.Kinds() {
		out = append(out, web.Option{Value: string(k), Label: k.Label()})
	}
	return out
}

func stateOptions() []web.Option {
	var out []web.Option
	for _, s := range []report.State{report.Draft, report.Reviewed, report.Issued} {
		out = append(out, web.Option{Value: string(s), Label: s.Label()})
	}
	return out
}

// newView is the form of a new bulletin.
type newView struct {
	Form       *web.Form
	Day        clock.Date
	Categories []web.Option
	Key        string
}

func (h handlers) newForm(c *web.Ctx) error { return h.showNew(c, newView{}, false) }

func (h handlers) showNew(c *web.Ctx, v newView, refused bool) error {
	v.Day = c.Now().Date() - 1
	list, err := h.hotline.Categories(c.Context())
	if err != nil {
		return err
	}
	for _, x := range list {
		v.Categories = append(v.Categories, web.Option{Value: x.Code, Label: x.Code + " " + x.Name})
	}
	if refused {
		return c.Invalid(newPage(v))
	}
	return c.Render(newPage(v))
}

// period reads which days a new bulletin is about: those that contain the day given, or, for a special report, from that
// day to another.
func period(k report.Kind, day, to clock.Date) metric.Period {
	switch k {
	case report.Weekly:
		return metric.Week(day)
	case report.Monthly:
		return metric.Month(day)
	case report.Special:
		if !to.IsZero() {
			return metric.Period{From: day, To: to + 1}
		}
		return metric.Month(day)
	}
	return metric.Day(day)
}

func (h handlers) create(c *web.Ctx) error {
	f := c.Form()
	kind := report.Kind(f.Text("kind"))
	day := f.Date("from")
	in := report.CreateInput{Kind: kind, Subject: report.Subject{Category: f.Text("category"), Word: f.Text("word"), Name: f.Text("name")}}
	if !day.IsZero() {
		in.Period = period(kind, day, f.Date("to"))
	}
	if kind != report.Special {
		in.Subject = report.Subject{}
	}
	if f.OK() {
		b, err := h.m.Create(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已起草。文字中的每个数都可以点开看明细。")
			return c.Redirect(path(b.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showNew(c, newView{Form: f}, true)
}

// fromTopic drafts a special report from a hot topic.
func (h handlers) fromTopic(c *web.Ctx) error {
	b, err := h.m.Create(c.Context(), report.CreateInput{Kind: report.Special, Subject: report.Subject{Topic: topic.ID(c.Param("id"))}})
	if err != nil {
		return err
	}
	c.Flash(web.Success, "已由热点话题起草专报。数字和清单是话题现在的工单，之后话题变化也不改变。")
	return c.Redirect(path(b.ID))
}

// tickets lists exactly the tickets that a number of a bulletin counted.
func (h handlers) tickets(c *web.Ctx) error {
	f := c.Form()
	s := figure.Slice{Period: metric.Period{From: f.Date("from"), To: f.Date("to")}, Kind: f.Text("kind"), Channel: f.Text("channel"), Category: f.Text("category"),
		Area: f.Text("area"), UnitID: f.Text("unit"), Word: f.Text("word"),
		Exact: f.Bool("exact"), Topic: f.Text("topic"), Within: f.Text("within"), Kept: f.Text("kept"), None: f.Choice("none", "kind", "channel", "area", "unit")}
	if !f.OK() || !s.Period.Valid() {
		return metric.ErrPeriod
	}
	rows, next, total, err := h.figures.SliceTickets(c.Context(), s, f.Text("after"), 50)
	if err != nil {
		return err
	}
	t := web.Table{ID: "tickets", Caption: "工单", Next: next, Total: int(total), Columns: []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true}, {Label: "类型"}, {Label: "渠道", Minor: true}, {Label: "状态"}, {Label: "受理", Minor: true}},
		Empty: web.Empty{Title: "没有工单", Text: "这个数在期间内没有对应的工单。"}}
	for _, r := range rows {
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Cells: []templ.Component{web.CellLink("/hotline/tickets/"+r.No, r.No), web.CellText(r.Title), web.CellText(r.Kind), web.CellText(r.Channel),
			web.CellText(r.State.Label()), web.CellTime(r.AcceptedAt)}})
	}
	return c.Render(ticketsPage(s, t, h.sliceText(c, s)))
}

// sliceText says in words what is listed.
func (h handlers) sliceText(c *web.Ctx, s figure.Slice) string {
	out := s.Period.String() + "受理的工单"
	for _, x := range []struct{ name, value string }{{"类型", s.Kind}, {"渠道", s.Channel}, {"分类", s.Category}, {"一级分类", s.Topic}, {"区域", s.Area}, {"区域及下级", s.Within}, {"关键词", s.Word}} {
		if x.value != "" {
			out += "，" + x.name + "为“" + x.value + "”"
		}
	}
	if s.None != "" {
		out += "，没有填写" + map[string]string{"kind": "类型", "channel": "渠道", "area": "区域", "unit": "承办单位"}[s.None]
	}
	if s.Kept != "" {
		out += "，属于起草专报时的热点话题"
	}
	if s.UnitID != "" {
		if u, err := h.org.Unit(c.Context(), s.UnitID); err == nil {
			out += "，主办单位为“" + u.Name + "”"
		}
	}
	return out
}

// settingsView is the page of plans and floors.
type settingsView struct {
	report.Settings
	MayChange bool
}

func (h handlers) settings(c *web.Ctx) error {
	s, err := h.m.Settings(c.Context())
	if err != nil {
		return err
	}
	return c.Render(settingsPage(settingsView{s, c.Can(report.PermPlan)}))
}

func (h handlers) savePlan(c *web.Ctx) error {
	f := c.Form()
	at, err := time.Parse("15:04", f.Text("time"))
	if err != nil {
		c.Flash(web.Danger, "时间请写成 08:30 的样子，没有保存。")
		return c.Redirect("/reports/settings")
	}
	p := report.Plan{Kind: report.Kind(c.Param("kind")), Enabled: f.Bool("enabled"), Minute: at.Hour()*60 + at.Minute(), Version: f.Version()}
	if err := h.m.SavePlan(c.Context(), p); err != nil {
		return err
	}
	c.Flash(web.Success, "计划已保存。")
	return c.Redirect("/reports/settings")
}

// percent reads a floor as hundredths of a percent.
func percent(f *web.Form) int64 {
	text := strings.TrimSuffix(strings.TrimSuffix(f.Required("percent", "下限"), "%"), "％")
	n, err := money.ParseYuan(text)
	if text != "" && err != nil {
		f.Fail("percent", "下限应为 0 到 100 的百分数，最多两位小数，例如 92.5。")
	}
	return int64(n)
}

func (h handlers) saveFloor(c *web.Ctx) error {
	f := c.Form()
	fl := report.Floor{Metric: c.Param("metric"), Basis: percent(f), Source: f.Text("source"), Confirmed: f.Bool("confirmed"), Version: f.Version()}
	err := error(nil)
	if f.OK() {
		err = h.m.SaveFloor(c.Context(), fl)
	}
	if err != nil && !f.Take(err) {
		return err
	}
	if !f.OK() {
		for _, p := range f.Errors() {
			c.Flash(web.Danger, p.Public)
		}
		return c.Redirect("/reports/settings")
	}
	c.Flash(web.Success, "下限已保存。")
	return c.Redirect("/reports/settings")
}

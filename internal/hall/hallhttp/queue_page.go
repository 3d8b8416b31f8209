package hallhttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// queueView is the watch over a hall: its present, and the tickets of a day.
type queueView struct {
	Form   *web.Form
	Places []hall.Place
	Scene  *hall.Scene
	Rows   []hall.TicketRow
	Next   string
	Day    clock.Date
}

// site gives the site that the address names, else the first that works with numbers.
func site(f *web.Form, places []hall.Place) string {
	if s := f.Text("site"); s != "" {
		return s
	}
	for _, p := range places {
		if p.Active {
			return p.SiteID
		}
	}
	return ""
}

func placeOptions(places []hall.Place) []web.Option {
	var out []web.Option
	for _, p := range places {
		if p.Opened {
			out = append(out, web.Option{Value: p.SiteID, Label: p.Name})
		}
	}
	return out
}

func (h handlers) queue(c *web.Ctx) error {
	v := queueView{Form: c.Form(), Day: c.Form().Date("day")}
	var err error
	if v.Places, err = h.Hall.Places(c.Context()); err != nil {
		return err
	}
	id := site(v.Form, v.Places)
	if id == "" {
		return c.Render(queuePage(v))
	}
	scene, err := h.Hall.Scene(c.Context(), id)
	if err != nil {
		return err
	}
	v.Scene = &scene
	if v.Day.IsZero() {
		v.Day = c.Now().Date()
	}
	states := make([]string, 0, len(hall.States()))
	for _, s := range hall.States() {
		states = append(states, string(s))
	}
	v.Rows, v.Next, err = h.Hall.Tickets(c.Context(), hall.TicketFilter{SiteID: id, QueueID: v.Form.Text("queue"), Day: v.Day, State: hall.State(v.Form.Choice("state", states...)), No: v.Form.Text("q"), After: v.Form.Text("after")})
	if err != nil {
		return err
	}
	return c.Render(queuePage(v))
}

func (v queueView) siteID() string {
	if v.Scene == nil {
		return ""
	}
	return v.Scene.SiteID
}

func (v queueView) queueOptions() []web.Option {
	var out []web.Option
	for _, q := range v.Scene.Queues {
		out = append(out, web.Option{Value: q.ID, Label: q.Name})
	}
	return out
}

func (v queueView) tiles() []web.Tile {
	var waiting int64
	for _, q := range v.Scene.Queues {
		waiting += q.Waiting
	}
	open, serving := int64(0), int64(0)
	for _, c := range v.Scene.Counters {
		if c.State == hall.CounterOpen {
			open++
		}
		if c.Now != "" {
			serving++
		}
	}
	base := "/hall/queue?site=" + v.Scene.SiteID
	return []web.Tile{{Label: "等候", Value: number(waiting), Unit: "人", Href: base + "&state=waiting"}, {Label: "手上有号的窗口", Value: number(serving), Unit: "个"}, {Label: "在岗窗口", Value: number(open), Unit: "个"}}
}

func (v queueView) queueTable() web.Table {
	t := web.Table{ID: "queues", Caption: "各队列", Columns: []web.Column{{Label: "队列", Grow: true}, {Label: "等候", Unit: "人", Number: true}, {Label: "预计等候"}}, Empty: web.Empty{Title: "还没有队列"}}
	for _, q := range v.Scene.Queues {
		t.Rows = append(t.Rows, web.Row{ID: q.ID, Cells: cells(q.Name, number(q.Waiting), q.Text)})
	}
	return t
}

func (v queueView) counterTable() web.Table {
	t := web.Table{ID: "counters", Caption: "各窗口", Columns: []web.Column{{Label: "窗口"}, {Label: "名称", Grow: true}, {Label: "状态"}, {Label: "手上的号"}}, Empty: web.Empty{Title: "还没有窗口"}}
	for _, c := range v.Scene.Counters {
		t.Rows = append(t.Rows, web.Row{ID: c.No, Cells: cells(c.No+" 号", c.Name, c.State.Label(), c.Now)})
	}
	return t
}

func (v queueView) ticketTable() web.Table {
	t := web.Table{ID: "tickets", Caption: "号票", Next: v.Next, Columns: []web.Column{{Label: "号码", Name: true}, {Label: "业务", Grow: true}, {Label: "状态"}, {Label: "取号"}, {Label: "首次呼叫"}, {Label: "等待", Number: true}, {Label: "服务", Number: true, Minor: true}, {Label: "窗口"}},
		Empty: web.Empty{Title: "没有符合条件的号票", Text: "这一天没有人取号，或筛选条件太窄。"}}
	for i := range v.Rows {
		r := &v.Rows[i]
		wait, called, served := "", "", ""
		if r.FirstCallAt != 0 {
			wait, called = hall.MinutesText(r.WaitMs), r.FirstCallAt.Time().Format("15:04")
		}
		if r.ServedMs > 0 {
			served = hall.MinutesText(r.ServedMs)
		}
		href := "/hall/queue/tickets/" + r.ID
		row := web.Row{ID: r.ID, Href: href, Cells: []templ.Component{web.CellLink(href, r.No), web.CellText(r.Queue), web.StateBadge(stateTone(r.State), r.State.Label())}}
		row.Cells = append(row.Cells, cells(r.TakenAt.Time().Format("15:04"), called, wait, served, r.CounterNo)...)
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (h handlers) ticket(c *web.Ctx) error {
	l, err := h.Hall.Life(c.Context(), c.Param("ticket"))
	if err != nil {
		return err
	}
	return c.Render(ticketPage(l))
}

func lifeSteps(l hall.Life) []web.Step {
	var out []web.Step
	for i := len(l.Events) - 1; i >= 0; i-- {
		e := &l.Events[i]
		out = append(out, web.Step{At: e.At, Who: e.ActorName, Title: e.Action.Label(), Text: "之后：" + e.State.Label(), Tone: web.Info})
	}
	return out
}

// caseTable lists the cases that were received while a number was served.
func caseTable(l hall.Life) web.Table {
	t := web.Table{ID: "cases", Caption: "关联办件", Columns: []web.Column{{Label: "办件编号", Name: true}, {Label: "事项", Grow: true}, {Label: "状态"}}}
	for _, c := range l.Cases {
		t.Rows = append(t.Rows, web.Row{ID: c.No, Href: c.Href, Cells: append([]templ.Component{web.CellLink(c.Href, c.No)}, cells(c.Item, c.State)...)})
	}
	return t
}

func lifeItems(l hall.Life) []web.Item {
	wait := ""
	if l.FirstCallAt != 0 {
		wait = hall.MinutesText(l.WaitMs)
	}
	served := ""
	if l.ServedMs > 0 {
		served = hall.MinutesText(l.ServedMs)
	}
	chain := "完整"
	if !l.Intact {
		chain = "与校验值不符，请系统管理员核查"
	}
	return []web.Item{web.ItemText("大厅", l.Site), web.ItemText("业务", l.Queue), web.ItemText("号别", l.Class.Label()), web.ItemText("状态", l.State.Label()), web.ItemText("预约人", l.NameMask),
		web.ItemText("窗口", l.CounterNo), web.ItemText("等待", wait), web.ItemText("服务", served), web.ItemText("记录链", chain)}
}

// figuresView is the figures of waiting.
type figuresView struct {
	Form   *web.Form
	Places []hall.Place
	Sheet  hall.Sheet
}

func (h handlers) figures(c *web.Ctx) error {
	f := c.Form()
	v := figuresView{Form: f}
	p := h.Hall.PeriodOf(f.Date("from"), f.Date("last"))
	var err error
	if v.Places, err = h.Hall.Places(c.Context()); err != nil {
		return err
	}
	if !p.Valid() {
		f.Fail("last", "最后一天早于第一天，请重新选择。")
		p = h.Hall.PeriodOf(0, 0)
	}
	if v.Sheet, err = h.Hall.Figures(c.Context(), f.Text("site"), p); err != nil {
		return err
	}
	return c.Render(figuresPage(v))
}

// cohortHref leads to the tickets behind a figure.
func cohortHref(s hall.Subject, f metric.Figure, part metric.Part) string {
	return "/hall/figures/cohort?measure=" + f.Metric + "&part=" + string(part) + "&site=" + s.SiteID + "&queue=" + s.QueueID + "&from=" + f.Period.From.String() + "&last=" + f.Period.Last().String()
}

func (v figuresView) table() web.Table {
	t := web.Table{ID: "figures", Caption: "排队指标", Columns: []web.Column{{Label: "指标", Grow: true}, {Label: "数值", Number: true}, {Label: "单位"}, {Label: "分子", Number: true}, {Label: "分母", Number: true}, {Label: "排除", Number: true}, {Label: ""}}}
	for i, f := range v.Sheet.Figures {
		d := hall.Measures()[i]
		value, den := f.Text(), f.DenText()
		if f.Form == metric.Count && f.Metric == hall.MeasureTaken {
			den = metric.None
		}
		unit := f.Unit
		if f.Form == metric.Rate {
			unit = ""
		}
		row := web.Row{ID: f.Metric, Cells: []templ.Component{web.CellText(d.Name), web.CellText(value)}}
		row.Cells = append(row.Cells, cells(unit, f.NumText(), den, number(f.Excluded))...)
		row.Cells = append(row.Cells, web.CellLink(cohortHref(v.Sheet.Subject, f, metric.Denominator), "看号票"))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (v figuresView) queueTable() web.Table {
	t := web.Table{ID: "by-queue", Caption: "各队列", Columns: []web.Column{{Label: "队列", Grow: true}}, Empty: web.Empty{Title: "还没有队列"}}
	for _, d := range hall.Measures() {
		t.Columns = append(t.Columns, web.Column{Label: d.Name, Unit: d.Unit, Number: true})
	}
	for _, l := range v.Sheet.Queues {
		row := web.Row{ID: l.Subject.QueueID, Cells: cells(l.Subject.Name)}
		for _, f := range l.Figures {
			row.Cells = append(row.Cells, web.CellLink(cohortHref(l.Subject, f, metric.Denominator), f.Text()))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// cohortView is the tickets behind a figure.
type cohortView struct {
	Measure hall.Measure
	Part    metric.Part
	Page    metric.Page
	Period  metric.Period
	Tabs    []web.Tab
}

func (h handlers) cohort(c *web.Ctx) error {
	f := c.Form()
	q := metric.Query{Metric: f.Text("measure"), Part: metric.Part(f.Text("part")), Period: h.Hall.PeriodOf(f.Date("from"), f.Date("last")), After: f.Text("after")}
	s := hall.Subject{SiteID: f.Text("site"), QueueID: f.Text("queue")}
	page, err := h.Hall.Cohort(c.Context(), s, q)
	if err != nil {
		return err
	}
	v := cohortView{Part: q.Part, Page: page, Period: q.Period}
	for _, m := range hall.Measures() {
		if m.Code == q.Metric {
			v.Measure = m
		}
	}
	for _, p := range []metric.Part{metric.Numerator, metric.Denominator, metric.Excluded} {
		v.Tabs = append(v.Tabs, web.Tab{Label: p.Label(), Href: cohortHref(s, metric.Figure{Metric: q.Metric, Period: q.Period}, p), Current: p == q.Part})
	}
	return c.Render(cohortPage(v))
}

func (v cohortView) table() web.Table {
	t := web.Table{ID: "cohort", Caption: "号票", Next: v.Page.Next, Total: int(v.Page.Total), Columns: []web.Column{{Label: "号码", Name: true}, {Label: "取号时间"}, {Label: "状态", Grow: true}, {Label: "计入"}}, Empty: web.Empty{Title: "没有号票", Text: "这个指标的这一部分在期间内没有号票。"}}
	for _, r := range v.Page.Records {
		href := "/hall/queue/tickets/" + r.ID
		row := web.Row{ID: r.ID, Href: href, Cells: []templ.Component{web.CellLink(href, r.No), web.CellTime(r.At)}}
		row.Cells = append(row.Cells, cells(r.Title, r.Why)...)
		t.Rows = append(t.Rows, row)
	}
	return t
}

package ratinghttp

import (
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/metric"
	"yichuang/internal/rating"
	"yichuang/internal/web"
)

// listView is the desk of 政务监察股: the figures of a month and the ratings.
type listView struct {
	Table web.Table
	Tabs  []web.Tab
	Tiles []web.Tile
	Units []web.Option
	Unit  string
	Month metric.Period
}

// monthOf is the month of the address, the present one where it names none.
func monthOf(c *web.Ctx) metric.Period {
	if p, err := metric.ParseMonth(c.Query("month")); err == nil {
		return p
	}
	return metric.Month(c.Now().Date())
}

// readFilter reads which ratings the address asks for: those of a month.
func readFilter(c *web.Ctx) rating.Filter {
	p := monthOf(c)
	f := rating.Filter{UnitID: c.Query("unit"), Channel: rating.Channel(c.Query("channel")), From: p.From, To: p.Last(), After: c.Query("after"), Poor: c.Query("level") == "poor"}
	if n, err := strconv.ParseInt(c.Query("level"), 10, 64); err == nil {
		f.Level = rating.Level(n)
	}
	return f
}

func (h handlers) list(c *web.Ctx) error {
	f, v := readFilter(c), listView{Month: monthOf(c), Unit: c.Query("unit")}
	rows, next, err := h.Rating.Ratings(c.Context(), f)
	if err != nil {
		return err
	}
	figures, err := h.Rating.Figures(c.Context(), rating.Subject{UnitID: f.UnitID}, v.Month)
	if err != nil {
		return err
	}
	v.Tiles = tiles(figures, f.UnitID)
	if v.Units, err = h.Units(c.Context()); err != nil {
		return err
	}
	for _, x := range []struct{ label, level string }{{"全部", ""}, {"差评", "poor"}, {"非常满意", "1"}, {"满意", "2"}, {"基本满意", "3"}, {"不满意", "4"}, {"非常不满意", "5"}} {
		v.Tabs = append(v.Tabs, web.Tab{Label: x.label, Href: listHref(v.Month, f.UnitID, x.level), Current: c.Query("level") == x.level})
	}
	v.Table = web.Table{ID: "ratings", Caption: "评价", Next: next, Download: "/rating/ratings.xlsx", Columns: []web.Column{{Label: "评价时间"}, {Label: "满意程度"}, {Label: "服务", Grow: true}, {Label: "单位"}, {Label: "意见", Wrap: true}, {Label: "渠道", Minor: true}, {Label: "差评任务"}},
		Empty: web.Empty{Title: "这段时间没有评价", Text: "群众凭评价码评价后在这里列出。没有评价的服务不会有默认评价。"}}
	for i := range rows {
		v.Table.Rows = append(v.Table.Rows, ratingRow(&rows[i]))
	}
	return c.Render(listPage(v))
}

func listHref(month metric.Period, unit, level string) string {
	href := "/rating?month=" + month.From.String()[:7]
	if unit != "" {
		href += "&unit=" + unit
	}
	if level != "" {
		href += "&level=" + level
	}
	return href
}

// tiles show the figures with both sides; each leads to its records.
func tiles(figures []metric.Figure, unit string) []web.Tile {
	names := map[string]string{}
	for _, m := range rating.Measures() {
		names[m.Code] = m.Name
	}
	var out []web.Tile
	for _, f := range figures {
		href := "/rating/cohort?m=" + f.Metric + "&month=" + f.Period.From.String()[:7]
		if unit != "" {
			href += "&unit=" + unit
		}
		out = append(out, web.Tile{Label: names[f.Metric], Value: f.Text(), Hint: "分子 " + f.NumText() + " / 分母 " + f.DenText(), Href: href})
	}
	return out
}

// unitName is the unit that answers for a service, or the windows of the centre where it belongs to none.
func unitName(name string) string {
	if name == "" {
		return "中心综合窗口"
	}
	return name
}

// opinion is what was ticked and written, in one cell.
func opinion(r *rating.Rating) string {
	return strings.TrimSpace(strings.Join(append(r.LabelNames(), r.Text), "　"))
}

func levelTone(l rating.Level) web.Tone {
	switch {
	case l.Poor():
		return web.Danger
	case l == rating.Fair:
		return web.Warning
	}
	return web.Success
}

func ratingRow(x *rating.Line) web.Row {
	task := web.CellText("")
	switch {
	case !x.Valid:
		task = web.CellLink(taskPath(x.TaskNo), "已剔除："+x.Ground.Label())
	case x.TaskNo != "":
		task = web.CellLink(taskPath(x.TaskNo), x.TaskNo+" "+x.State.Label())
	}
	return web.Row{ID: x.ID, Cells: []templ.Component{web.CellTime(x.At), web.StateBadge(levelTone(x.Level), x.Level.Label()), web.CellText(x.Title), web.CellText(unitName(x.Unit)), web.CellText(opinion(&x.Rating)), web.CellText(x.Channel.Label()), task}}
}

// cohort lists the records behind a figure.
func (h handlers) cohort(c *web.Ctx) error {
	part := metric.Part(c.Query("part"))
	if !part.Valid() {
		part = metric.Denominator
	}
	q := metric.Query{Metric: c.Query("m"), Period: monthOf(c), Part: part, After: c.Query("after")}
	page, err := h.Rating.Cohort(c.Context(), rating.Subject{UnitID: c.Query("unit")}, q)
	if err != nil {
		return err
	}
	t := web.Table{ID: "cohort", Caption: "明细", Next: page.Next, Total: int(page.Total), Columns: []web.Column{{Label: "时间"}, {Label: "编号"}, {Label: "服务", Grow: true}, {Label: "说明", Wrap: true}}, Empty: web.Empty{Title: "这一部分没有记录"}}
	for _, r := range page.Records {
		no := web.CellText(r.No)
		if strings.HasPrefix(r.No, "HP") {
			no = web.CellLink(taskPath(r.No), r.No)
		}
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Cells: []templ.Component{web.CellTime(r.At), no, web.CellText(r.Title), web.CellText(r.Why)}})
	}
	m := rating.Measure{}
	for _, x := range rating.Measures() {
		if x.Code == q.Metric {
			m = x
		}
	}
	var tabs []web.Tab
	for _, p := range []metric.Part{metric.Numerator, metric.Denominator, metric.Excluded} {
		href := "/rating/cohort?m=" + q.Metric + "&month=" + q.Period.From.String()[:7] + "&part=" + string(p)
		if u := c.Query("unit"); u != "" {
			href += "&unit=" + u
		}
		tabs = append(tabs, web.Tab{Label: p.Label(), Href: href, Current: p == part})
	}
	return c.Render(cohortPage(m.Name+"："+q.Period.String(), m.Rule, tabs, t))
}

var exportColumns = []xlsx.Column{{Label: "评价时间", Width: 17}, {Label: "满意程度", Width: 11}, {Label: "服务类型", Width: 10}, {Label: "服务", Width: 40}, {Label: "单位", Width: 24}, {Label: "渠道", Width: 12},
	{Label: "标签", Width: 24}, {Label: "意见", Width: 60}, {Label: "实名", Width: 6}, {Label: "有效", Width: 6}, {Label: "剔除理由", Width: 40}, {Label: "差评任务", Width: 18}, {Label: "任务状态", Width: 10}}

// export sends the ratings of the filters in the address as a spreadsheet, without anybody's name.
func (h handlers) export(c *web.Ctx) error {
	f := readFilter(c)
	yes := func(b bool) string {
		if b {
			return "是"
		}
		return "否"
	}
	return c.Stream("评价 "+monthOf(c).String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, "评价", exportColumns, func(add func(...any) error) error {
			return h.Rating.Export(c.Context(), f, func(r rating.Line) error {
				reason := r.Reason
				if !r.Valid {
					reason = r.Ground.Label() + "：" + reason
				}
				return add(r.At.String(), r.Level.Label(), r.Kind.Label(), r.Title, r.Unit, r.Channel.Label(), strings.Join(r.LabelNames(), "、"), r.Text, yes(r.RealName), yes(r.Valid), reason, r.TaskNo, r.State.Label())
			})
		})
	})
}

// stages are the tabs of the tasks, in the order of a task's life.
var stages = []struct {
	label, slug string
	filter      rating.TaskFilter
}{{"全部在办", "", rating.TaskFilter{}}, {"待派发", "new", rating.TaskFilter{State: rating.Fresh}}, {"待联系", "assigned", rating.TaskFilter{State: rating.Assigned}}, {"待处理", "contacted", rating.TaskFilter{State: rating.Contacted}},
	{"整改中", "fixing", rating.TaskFilter{State: rating.Fixing}}, {"申诉中", "appealed", rating.TaskFilter{State: rating.Appealed}}, {"待复核", "review", rating.TaskFilter{State: rating.Review}},
	{"待回访", "followup", rating.TaskFilter{State: rating.FollowUp}}, {"待办结", "done", rating.TaskFilter{State: rating.Done}}, {"已结束", "ended", rating.TaskFilter{Done: true}}}

func (h handlers) tasks(c *web.Ctx) error {
	slug := c.Query("stage")
	f := rating.TaskFilter{}
	var tabs []web.Tab
	for _, s := range stages {
		href := "/rating/tasks"
		if s.slug != "" {
			href += "?stage=" + s.slug
		}
		tabs = append(tabs, web.Tab{Label: s.label, Href: href, Current: s.slug == slug})
		if s.slug == slug {
			f = s.filter
		}
	}
	f.After = c.Query("after")
	list, next, err := h.Rating.Tasks(c.Context(), f)
	if err != nil {
		return err
	}
	t := web.Table{ID: "tasks", Caption: "差评任务", Next: next, Columns: []web.Column{{Label: "差评编号"}, {Label: "服务", Grow: true}, {Label: "满意程度"}, {Label: "责任单位"}, {Label: "状态"}, {Label: "最近期限"}},
		Empty: web.Empty{Title: "这里没有差评任务", Text: "不满意和非常不满意的评价在这里按最近的期限排列：先联系核实，再整改、复核、回访、办结。"}}
	for i := range list {
		t.Rows = append(t.Rows, taskRow(&list[i], c.Now()))
	}
	return c.Render(tasksPage(tabs, t))
}

func taskRow(x *rating.Listed, now clock.Instant) web.Row {
	due, light := calendar.FormatDue(x.NextDue), web.Normal
	switch {
	case !x.Running():
		due, light = "", web.NoLight
	case x.Late:
		light = web.Red
	case x.Notices > 0:
		light = web.Yellow
	}
	return web.Row{ID: x.No, Href: taskPath(x.No), State: light, Cells: []templ.Component{web.CellLink(taskPath(x.No), x.No), web.CellText(x.Title), web.CellText(x.Level.Label()), web.CellText(unitName(x.Unit)),
		web.StateBadge(stateTone(x.State), x.State.Label()), web.CellText(due)}}
}

func stateTone(s rating.State) web.Tone {
	switch s {
	case rating.Closed:
		return web.Success
	case rating.Excluded, rating.Void:
		return ""
	case rating.Appealed, rating.Review, rating.FollowUp, rating.Done:
		return web.Info
	}
	return web.Warning
}

func (h handlers) exclusions(c *web.Ctx) error {
	list, next, err := h.Rating.Exclusions(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "exclusions", Caption: "剔除的评价", Next: next, Columns: []web.Column{{Label: "剔除时间"}, {Label: "差评编号"}, {Label: "服务", Grow: true}, {Label: "单位"}, {Label: "满意程度"}, {Label: "理由", Wrap: true}},
		Empty: web.Empty{Title: "没有剔除的评价", Text: "申诉成立或判定无效的评价不计入统计，但一直列在这里，写明理由。"}}
	for i := range list {
		x := &list[i]
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Href: taskPath(x.TaskNo), Cells: []templ.Component{web.CellTime(x.DecidedAt), web.CellLink(taskPath(x.TaskNo), x.TaskNo), web.CellText(x.Title), web.CellText(x.Unit), web.CellText(x.Level.Label()), web.CellText(x.Ground.Label() + "：" + x.Reason)}})
	}
	return c.Render(exclusionsPage(t))
}

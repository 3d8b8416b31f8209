package workforcehttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

// meView is a person's own page.
type meView struct {
	workforce.Today
	Form    *web.Form
	Waiting []workforce.LeaveLine
	Mine    []workforce.LeaveLine
	UserID  string
	Month   clock.Date
	// Assessed is whether the person may read his own sheet.
	Assessed bool
}

func (h handlers) me(c *web.Ctx) error { return h.showMe(c, nil) }

func (h handlers) showMe(c *web.Ctx, f *web.Form) error {
	v := meView{Form: f, UserID: c.Actor().UserID, Month: metric.Month(c.Now().Date()).From, Assessed: c.Can(workforce.PermSheetRead)}
	var err error
	if v.Today, err = h.Workforce.Today(c.Context()); err != nil {
		return err
	}
	if v.Waiting, _, err = h.Workforce.Leaves(c.Context(), "waiting", ""); err != nil {
		return err
	}
	if v.Mine, _, err = h.Workforce.Leaves(c.Context(), "mine", ""); err != nil {
		return err
	}
	v.Mine = v.Mine[:min(len(v.Mine), 5)]
	if f != nil {
		return c.Invalid(mePage(v))
	}
	return c.Render(mePage(v))
}

func (h handlers) punch(c *web.Ctx) error {
	f := c.Form()
	p, err := h.Workforce.Punch(c.Context(), f.Text("code"))
	if err == nil {
		c.Flash(web.Success, "已打卡："+p.At.Time().Format("15:04")+"（"+p.Method.Label()+"）。")
		return c.Redirect("/workforce/me")
	}
	if !f.Take(err) {
		return err
	}
	f.Put("code", "")
	return h.showMe(c, f)
}

// partLine is a part of a shift as the own page shows it.
func partLine(w workforce.Worked) string {
	s := w.From.Time().Format("15:04") + "–"
	if w.To.Date() > w.Day {
		s += "次日"
	}
	return s + w.To.Time().Format("15:04")
}

func moment(i clock.Instant) string {
	if i == 0 {
		return "—"
	}
	return i.Time().Format("15:04")
}

func statusTone(s workforce.Status) web.Tone {
	switch s {
	case workforce.Normal:
		return web.Success
	case workforce.Late, workforce.Early, workforce.Lacking:
		return web.Warning
	case workforce.Absent, workforce.Away:
		return web.Danger
	}
	return web.Info
}

func leaveTone(s workforce.LeaveState) web.Tone {
	switch s {
	case workforce.Granted, workforce.Back:
		return web.Success
	case workforce.Refused, workforce.Recorded:
		return web.Danger
	case workforce.Asked, workforce.Agreed:
		return web.Warning
	}
	return web.Info
}

func leavePath(id string) string { return "/workforce/leaves/" + id }

func span(from, to clock.Instant) string {
	if from.Date() == to.Date() {
		return web.MomentText(from) + "–" + to.Time().Format("15:04")
	}
	return web.MomentText(from) + " 至 " + web.MomentText(to)
}

func daysText(halves int64) string {
	if halves%2 == 0 {
		return strconv.FormatInt(halves/2, 10) + " 天"
	}
	return strconv.FormatInt(halves/2, 10) + ".5 天"
}

func leaveTable(list []workforce.LeaveLine, next string) web.Table {
	t := web.Table{ID: "leaves", Caption: "请假", Next: next, Columns: []web.Column{{Label: "姓名"}, {Label: "单位", Minor: true}, {Label: "类型"}, {Label: "时间", Grow: true, Name: true}, {Label: "天数"}, {Label: "AB 岗", Minor: true}, {Label: "状态"}},
		Empty: web.Empty{Title: "这里没有请假", Text: "本人申请的、等您确认或审批的请假列在这里。"}}
	for _, l := range list {
		state := l.State.Label()
		if l.State == workforce.Agreed {
			state = "待" + workforce.StepLabel(l.Waiting) + "审批"
		}
		t.Rows = append(t.Rows, web.Row{ID: l.ID, Href: leavePath(l.ID), Cells: []templ.Component{web.CellText(l.Name), web.CellText(l.Unit), web.CellText(l.Kind.Label()), web.CellLink(leavePath(l.ID), span(l.From, l.To)), web.CellText(daysText(l.Halves)),
			web.CellText(l.StandInName), web.StateBadge(leaveTone(l.State), state)}})
	}
	return t
}

func (h handlers) leaves(c *web.Ctx) error {
	which := c.Query("which")
	if which == "" {
		which = "waiting"
	}
	list, next, err := h.Workforce.Leaves(c.Context(), which, c.Query("after"))
	if err != nil {
		return err
	}
	var tabs []web.Tab
	for _, x := range [][2]string{{"waiting", "等我办理"}, {"mine", "我的请假"}, {"all", "全部"}} {
		tabs = append(tabs, web.Tab{Label: x[1], Href: "/workforce/leaves?which=" + x[0], Current: x[0] == which})
	}
	return c.Render(listPage(web.Page{Title: "请假", Lead: "AB 岗先确认，再按天数由首席代表、政务监察股、中心领导审批。", Tools: applyTool(c.Can(workforce.PermApply))}, "请假", tabs, leaveTable(list, next)))
}

// leaveFormView is the form of an application.
type leaveFormView struct {
	Form       *web.Form
	Colleagues []web.Option
	Kinds      []web.Option
}

func (h handlers) leaveForm(c *web.Ctx) error { return h.showLeaveForm(c, nil) }

func (h handlers) showLeaveForm(c *web.Ctx, f *web.Form) error {
	v := leaveFormView{Form: f}
	list, err := h.Workforce.Colleagues(c.Context())
	if err != nil {
		return err
	}
	for _, m := range list {
		v.Colleagues = append(v.Colleagues, web.Option{Value: m.UserID, Label: m.Name + "（" + m.Post + "）", Group: m.Unit})
	}
	for _, k := range workforce.LeaveKinds() {
		v.Kinds = append(v.Kinds, web.Option{Value: string(k), Label: k.Label()})
	}
	if f != nil {
		return c.Invalid(leaveFormPage(v))
	}
	return c.Render(leaveFormPage(v))
}

func (h handlers) askLeave(c *web.Ctx) error {
	f := c.Form()
	in := workforce.LeaveInput{Kind: workforce.LeaveKind(f.Text("kind")), From: f.Instant("from"), To: f.Instant("to"), Reason: f.Text("reason"), StandIn: f.Text("stand_in"), Cover: f.Bool("cover")}
	if f.OK() {
		l, err := h.Workforce.AskLeave(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已提交，等待 AB 岗确认。共占用 "+daysText(l.Halves)+"。")
			return c.Redirect(leavePath(l.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showLeaveForm(c, f)
}

// leaveView is one application with what the reader may do now.
type leaveView struct {
	workforce.LeaveLine
	Form *web.Form
	Own  bool
	Now  clock.Instant
}

func (v leaveView) items() []web.Item {
	out := []web.Item{web.ItemText("申请人", v.Name+"（"+v.Unit+"）"), web.ItemText("类型", v.Kind.Label()), web.ItemText("时间", span(v.From, v.To)), web.ItemText("占用", daysText(v.Halves)), {Label: "事由", Value: web.CellText(v.Reason), Wide: true}}
	if v.StandIn != "" {
		name := v.StandInName
		if v.Cover {
			name += "（到本窗口顶岗）"
		}
		steps := ""
		for i, s := range v.Steps() {
			if i > 0 {
				steps += " → "
			}
			steps += workforce.StepLabel(s)
		}
		out = append(out, web.ItemText("AB 岗", name), web.ItemText("审批", steps))
	}
	return append(out, web.Item{Label: "状态", Value: web.StateBadge(leaveTone(v.State), v.State.Label())})
}

func (v leaveView) history() []web.Step {
	var out []web.Step
	for _, s := range v.History {
		out = append(out, web.Step{At: s.At, Who: s.Name, Title: s.What, Text: s.Text})
	}
	return out
}

// canReturn, canWithdraw say what the person may do with his own application.
func (v leaveView) canReturn() bool {
	return v.Own && v.State == workforce.Granted && v.Now >= v.From
}

func (v leaveView) canWithdraw() bool {
	return v.Own && (v.State.Open() || v.State == workforce.Granted && v.Now < v.From)
}

func (h handlers) leave(c *web.Ctx) error { return h.showLeave(c, nil) }

func (h handlers) showLeave(c *web.Ctx, f *web.Form) error {
	l, err := h.Workforce.LeaveOf(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	v := leaveView{l, f, l.UserID == c.Actor().UserID, c.Now()}
	if f != nil {
		return c.Invalid(leavePage(v))
	}
	return c.Render(leavePage(v))
}

// leaveDone answers a step of an application.
func (h handlers) leaveDone(c *web.Ctx, err error, done string) error {
	f := c.Form()
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect(leavePath(c.Param("id")))
	}
	if f.Take(err) {
		return h.showLeave(c, f)
	}
	return err
}

func (h handlers) standIn(c *web.Ctx) error {
	f := c.Form()
	agree, err := f.Either("agree", "1", "0")
	if err == nil {
		_, err = h.Workforce.StandIn(c.Context(), c.Param("id"), f.Version(), agree, f.Text("text"))
	}
	return h.leaveDone(c, err, "已答复。")
}

func (h handlers) decideLeave(c *web.Ctx) error {
	f := c.Form()
	agree, err := f.Either("agree", "1", "0")
	var l workforce.Leave
	if err == nil {
		l, err = h.Workforce.DecideLeave(c.Context(), c.Param("id"), f.Version(), agree, f.Text("text"))
	}
	return h.leaveDone(c, err, "已审批："+l.State.Label()+"。")
}

func (h handlers) withdraw(c *web.Ctx) error {
	_, err := h.Workforce.Withdraw(c.Context(), c.Param("id"), c.Form().Version())
	return h.leaveDone(c, err, "已撤回。")
}

func (h handlers) returned(c *web.Ctx) error {
	_, err := h.Workforce.Return(c.Context(), c.Param("id"), c.Form().Version())
	return h.leaveDone(c, err, "已销假。")
}

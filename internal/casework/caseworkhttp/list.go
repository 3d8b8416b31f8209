package caseworkhttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/web"
)

// listView is the list of cases of a window, a department or the centre.
type listView struct {
	Table web.Table
	Tabs  []web.Tab
	New   bool
}

// stages are the tabs of the list, in the order of a case's life.
var stages = []struct {
	label, slug string
	filter      casework.Filter
}{{"全部在办", "", casework.Filter{}}, {"待预审", "applied", casework.Filter{State: casework.Applied}}, {"已接件", "received", casework.Filter{State: casework.Received}}, {"待补正", "correcting", casework.Filter{State: casework.Correcting}},
	{"审查中", "accepted", casework.Filter{State: casework.Accepted}}, {"特别程序", "suspended", casework.Filter{State: casework.Suspended}}, {"待决定", "reviewed", casework.Filter{State: casework.Reviewed}},
	{"制证中", "making", casework.Filter{State: casework.Making}}, {"待送达", "deliver", casework.Filter{State: casework.Deliver}}, {"待核查承诺", "check", casework.Filter{Work: casework.WorkCheck}}, {"待公开超期原因", "explain", casework.Filter{Work: casework.WorkExplain}}, {"已办结", "done", casework.Filter{Done: true}}}

func (h handlers) list(c *web.Ctx) error {
	if no := c.Query("no"); no != "" {
		return c.Redirect(casePath(no))
	}
	slug := c.Query("stage")
	v := listView{New: c.Can(casework.PermReceive)}
	f := casework.Filter{}
	for _, s := range stages {
		href := "/casework"
		if s.slug != "" {
			href += "?stage=" + s.slug
		}
		v.Tabs = append(v.Tabs, web.Tab{Label: s.label, Href: href, Current: s.slug == slug})
		if s.slug == slug {
			f = s.filter
		}
	}
	f.After = c.Query("after")
	list, next, err := h.Casework.Cases(c.Context(), f)
	if err != nil {
		return err
	}
	v.Table = caseTable(list, c.Now(), f.Work)
	v.Table.Next = next
	if v.New {
		v.Table.Empty.Next = &web.Link{Label: "接件", Href: "/casework/new"}
	}
	return c.Render(listPage(v))
}

// dues are how the lists call the moment by which they are ordered.
var dues = map[casework.Worklist]string{casework.WorkAll: "最近期限", casework.WorkCheck: "核查期限", casework.WorkExplain: "承诺期限"}

func caseTable(list []casework.Listed, now clock.Instant, work casework.Worklist) web.Table {
	t := web.Table{ID: "cases", Caption: "办件", Columns: []web.Column{{Label: "办件编号"}, {Label: "事项", Grow: true}, {Label: "申请人"}, {Label: "办理单位", Minor: true}, {Label: "状态"}, {Label: dues[work]}, {Label: "按期", Minor: true}},
		Empty: web.Empty{Title: "这里没有办件", Text: "接件后的办件按最近的期限排在这里。"}}
	switch work {
	case casework.WorkCheck:
		t.Empty = web.Empty{Title: "没有待核查的承诺", Text: "告知承诺办理的办件准予以后，在核查属实或者撤销以前排在这里。"}
	case casework.WorkExplain:
		t.Empty = web.Empty{Title: "没有待公开的超期原因", Text: "超过承诺期限、还没有公开原因的办件排在这里，用“超期说明”公开。"}
	}
	for i := range list {
		x := &list[i]
		promise, _ := x.Verdicts(now)
		state, due := web.StateBadge(tone(x.State), x.State.Label()), x.NextDue
		switch work {
		case casework.WorkCheck:
			state, due = web.StateBadge(pledgeTone(&x.Case), x.PledgeLabel()), x.CheckDue
		case casework.WorkExplain:
			due = x.PromiseDue
		}
		owed := due
		if work == casework.WorkAll && !x.Open {
			owed = 0
		}
		when := web.CellText("没有规定")
		if due != 0 {
			when = web.CellText(calendar.FormatDue(due))
		}
		t.Rows = append(t.Rows, web.Row{ID: x.No, Href: casePath(x.No), State: light(x, owed, now), Cells: []templ.Component{web.CellLink(casePath(x.No), x.No), web.CellText(x.ItemName), web.CellText(x.Applicant),
			web.CellText(x.Unit), state, when, web.CellText(promise.Label())}})
	}
	return t
}

// pledgeTone is the colour of how a declaration stands.
func pledgeTone(c *casework.Case) web.Tone {
	switch c.Pledge {
	case casework.PledgeHeld:
		return web.Success
	case casework.PledgeFixing:
		return web.Warning
	case casework.PledgeFalse:
		return web.Danger
	}
	return web.Info
}

// light is the colour of a case by the end that is owed, 0 for none: red once that has passed, yellow with an alert in force.
func light(x *casework.Listed, due, now clock.Instant) web.Light {
	switch {
	case due == 0:
		return web.NoLight
	case now >= due:
		return web.Red
	case x.Alerts > 0:
		return web.Yellow
	}
	return web.Normal
}

func tone(s casework.State) web.Tone {
	switch s {
	case casework.Closed, casework.Archived:
		return web.Success
	case casework.Correcting, casework.Suspended:
		return web.Warning
	case casework.Refused, casework.Lapsed, casework.Revoked, casework.Terminated:
		return web.Danger
	}
	return web.Info
}

func (h handlers) waiting(c *web.Ctx) error {
	list, next, err := h.Casework.Waiting(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "waiting", Caption: "待批", Next: next, Columns: []web.Column{{Label: "办件编号"}, {Label: "事项", Grow: true}, {Label: "呈批内容"}, {Label: "理由", Wrap: true}, {Label: "提请时间"}},
		Empty: web.Empty{Title: "没有待批的呈请", Text: "窗口和首席代表提请的不予受理、特别程序、延期和更正在这里等待批复。"}}
	for _, p := range list {
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Href: casePath(p.No), Cells: []templ.Component{web.CellLink(casePath(p.No), p.No), web.CellText(p.ItemName), web.CellText(p.Kind.Label()), web.CellText(p.Reason), web.CellTime(p.ProposedAt)}})
	}
	return c.Render(waitingPage(t))
}

func (h handlers) unprinted(c *web.Ctx) error {
	list, next, err := h.Casework.Unprinted(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "vouchers", Caption: "待打印文书", Next: next, Columns: []web.Column{{Label: "文书编号"}, {Label: "文书", Grow: true}, {Label: "日期"}, {Label: "生成时间"}},
		Empty: web.Empty{Title: "没有待打印的文书", Text: "办件过程中生成的文书，打印一次后就不在这里了。"}}
	for _, p := range list {
		at := "/casework/vouchers/" + p.ID
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Href: at, Cells: []templ.Component{web.CellLink(at, p.No), web.CellText(p.Kind.Title()), web.CellDate(p.Day), web.CellTime(p.IssuedAt)}})
	}
	return c.Render(unprintedPage(t))
}

// levelTone is the colour of an alert by its level.
func levelTone(level string) web.Tone {
	switch level {
	case "red":
		return web.Danger
	case "yellow":
		return web.Warning
	}
	return web.Info
}

func newHref(v listView) string {
	if v.New {
		return "/casework/new"
	}
	return ""
}

func lateText(p casework.ProgressCase) string {
	if p.Overdue != "" {
		return "这件事超过了承诺的期限。原因：" + p.Overdue
	}
	return "这件事超过了承诺的期限。可以拨打办事指南上的监督电话或 12345 询问。"
}

package complainthttp

import (
	"io"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/web"
)

// listView is the list of stuck matters, or of complaints.
type listView struct {
	Kind  complaint.Kind
	Table web.Table
	Tabs  []web.Tab
	New   bool
	Wide  string // what the list is narrowed to, where it comes from the root-cause page
}

func (v listView) lead() string {
	if v.Kind == complaint.Complaint {
		return "被投诉人、其同事和首席代表看不到投诉人是谁，也看不到投诉的原话。"
	}
	return "办了没有办成、跑了几次没有结果的事。承办单位当天联系反映人，不能一句“办不了”了事。"
}

// stages are the tabs of a list, in the order of life.
func stages(k complaint.Kind) []complaint.State {
	if k == complaint.Complaint {
		return []complaint.State{complaint.Registered, complaint.Accepted, complaint.Investigating, complaint.Judging, complaint.Found, complaint.Disposed, complaint.Rectifying, complaint.Visiting}
	}
	return []complaint.State{complaint.Registered, complaint.Accepted, complaint.Classified, complaint.Handling, complaint.Approving, complaint.Visiting, complaint.Escalated}
}

// filter reads which matters the address asks for.
func (s desk) filter(c *web.Ctx) complaint.Filter {
	f := c.Form()
	out := complaint.Filter{Kind: s.kind, UnitID: f.Text("unit"), Cause: f.Text("cause"), ItemID: f.Text("item"), From: dayOf(f, "from"), To: dayOf(f, "to"), After: f.Text("after"), Counted: f.Bool("counted")}
	switch stage := f.Text("stage"); {
	case stage == "done":
		out.Done = true
	default:
		out.State = complaint.State(strings.ToUpper(stage))
	}
	return out
}

// dayOf reads a day that may be left open.
func dayOf(f *web.Form, name string) clock.Date {
	if f.Text(name) == "" {
		return clock.NoDate
	}
	return f.Date(name)
}

func (s desk) list(c *web.Ctx) error {
	if no := c.Query("no"); no != "" {
		return c.Redirect(matterPath(s.kind, url.PathEscape(no)))
	}
	filter := s.filter(c)
	v := listView{Kind: s.kind, New: c.Can(registerPerm(s.kind))}
	tab := func(label, stage string) {
		href := base(s.kind)
		if stage != "" {
			href += "?stage=" + stage
		}
		v.Tabs = append(v.Tabs, web.Tab{Label: label, Href: href, Current: c.Query("stage") == stage && !narrowed(filter)})
	}
	tab("全部在办", "")
	for _, st := range stages(s.kind) {
		tab(st.Label(), strings.ToLower(string(st)))
	}
	tab("已办结", "done")
	if narrowed(filter) {
		v.Wide = "只列出根因分析中选中的部分，在办和已办结的都在内。"
	}
	list, next, err := s.Complaint.List(c.Context(), filter)
	if err != nil {
		return err
	}
	v.Table = matterTable(s.kind, list, c.Now())
	v.Table.Next, v.Table.Download = next, base(s.kind)+"/export.xlsx"
	if v.New {
		v.Table.Empty.Next = &web.Link{Label: "登记" + s.kind.Label(), Href: base(s.kind) + "/new"}
	}
	return c.Render(listPage(v))
}

func narrowed(f complaint.Filter) bool { return f.Cause != "" || f.ItemID != "" || f.From > 0 }

func matterTable(k complaint.Kind, list []complaint.Listed, now clock.Instant) web.Table {
	t := web.Table{ID: "matters", Caption: k.Label(), Columns: []web.Column{{Label: "编号"}, {Label: "反映的事", Grow: true}, {Label: "类别"}, {Label: "涉及单位", Minor: true}, {Label: "状态"}, {Label: "最近期限"}, {Label: "办理时限", Minor: true}},
		Empty: web.Empty{Title: "这里没有" + k.Label(), Text: "窗口登记、群众在网上提交和热线转来的，按最近的期限排在这里。"}}
	for i := range list {
		x := &list[i]
		href := matterPath(k, x.No)
		t.Rows = append(t.Rows, web.Row{ID: x.No, Href: href, State: light(x, now), Cells: []templ.Component{web.CellLink(href, x.No), web.CellText(titleOf(x)), web.CellText(or(x.Class.Label())),
			web.CellText(or(x.Unit)), web.StateBadge(tone(x.State), x.State.Label()), web.CellText(or(dueText(x.NextDue))), web.CellText(verdict(x))}})
	}
	return t
}

// titleOf is what a list calls a matter; a complaint has no title for those who may not know the complainant.
func titleOf(x *complaint.Listed) string {
	switch {
	case x.Title != "":
		return x.Title
	case x.Finding != "":
		return "服务投诉（" + x.Finding.Label() + "）"
	}
	return "服务投诉"
}

func or(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func dueText(at clock.Instant) string {
	if at == 0 {
		return ""
	}
	return calendar.FormatDue(at)
}

// verdict says whether the limit of the first round was kept.
func verdict(x *complaint.Listed) string {
	switch {
	case x.FirstDue == 0:
		return "—"
	case x.Late && x.Open && x.FinishedAt == 0:
		return "超期未办结"
	case x.Late:
		return "超期"
	case x.FinishedAt != 0:
		return "按期"
	}
	return dueText(x.FirstDue)
}

// light is the colour of a matter by its nearest end: red once that has passed, yellow with a reminder.
func light(x *complaint.Listed, now clock.Instant) web.Light {
	switch {
	case !x.Open || x.NextDue == 0:
		return web.NoLight
	case now >= x.NextDue:
		return web.Red
	case x.Reminders > 0:
		return web.Yellow
	}
	return web.Normal
}

func tone(s complaint.State) web.Tone {
	switch s {
	case complaint.Archived:
		return web.Success
	case complaint.Escalated, complaint.Judging, complaint.Approving:
		return web.Warning
	case complaint.Refused, complaint.Withdrawn:
		return web.Danger
	}
	return web.Info
}

var listColumns = []xlsx.Column{{Label: "编号", Width: 18, Kind: xlsx.Text}, {Label: "反映的事", Width: 48, Wrap: true}, {Label: "来源", Width: 12}, {Label: "类别", Width: 10}, {Label: "涉及单位", Width: 28}, {Label: "事项", Width: 28, Wrap: true},
	{Label: "状态", Width: 14}, {Label: "轮次", Width: 6}, {Label: "登记时间", Width: 17}, {Label: "办理时限", Width: 17}, {Label: "办结或反馈时间", Width: 17}, {Label: "时限", Width: 12}, {Label: "结果", Width: 12}, {Label: "成因", Width: 14}, {Label: "回访", Width: 10}}

// export sends the matters of the filters in the address as a spreadsheet, without reporters.
func (s desk) export(c *web.Ctx) error {
	filter := s.filter(c)
	name := s.kind.Label()
	sheet := xlsx.Sheet{Name: name, Title: name, Note: "不含反映人信息。导出时间 " + c.Now().String(), Columns: listColumns}
	return c.Stream(name+" "+strings.ReplaceAll(c.Now().String(), ":", "")+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			return s.Complaint.Export(c.Context(), filter, func(x complaint.Listed) error { return add(listCells(&x)...) })
		})
	})
}

func listCells(x *complaint.Listed) []any {
	result := x.Outcome.Label()
	if x.Kind == complaint.Complaint {
		result = x.Finding.Label()
	}
	return []any{x.No, titleOf(x), x.Channel, x.Class.Label(), x.Unit, x.ItemName, x.State.Label(), x.Round, x.ReceivedAt.String(), x.Due.String(), x.FinishedAt.String(), verdict(x), result, x.CauseName, x.Visited.Label()}
}

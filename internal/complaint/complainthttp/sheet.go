package complainthttp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/complaint"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/web"
)

// sheetView is the sheet of a matter with the form of the step that was chosen.
type sheetView struct {
	complaint.Sheet
	Do    complaint.Action
	Form  *web.Form
	Key   string
	Units []web.Option
}

func (v sheetView) path() string { return matterPath(v.Kind, v.No) }

func (v sheetView) title() string {
	if v.Title == "" {
		return v.No + " 服务投诉"
	}
	return v.No + " " + v.Title
}

func (s desk) view(c *web.Ctx) (sheetView, error) {
	x, err := s.Complaint.Get(c.Context(), s.kind, c.Param("no"))
	v := sheetView{Sheet: x, Do: complaint.Action(c.Query("do")), Key: c.RequestID()}
	if err == nil && (slices.Contains(x.Allowed, complaint.ActDispatch) || slices.Contains(x.Allowed, complaint.ActIdentify)) {
		v.Units, err = s.Units(c.Context())
	}
	return v, err
}

func (s desk) sheet(c *web.Ctx) error {
	v, err := s.view(c)
	if err != nil {
		return err
	}
	return c.Render(sheetPage(v))
}

// showAgain shows a matter with what was wrong in a form of it.
func (s desk) showAgain(c *web.Ctx, f *web.Form) error {
	v, err := s.view(c)
	if err != nil {
		return err
	}
	v.Form, v.Do = f, ""
	evidencehttp.ChooseAgain(f)
	return c.Invalid(sheetPage(v))
}

func (s desk) reveal(c *web.Ctx) error {
	p, err := s.Complaint.Reveal(c.Context(), s.kind, c.Param("no"))
	if err != nil {
		return err
	}
	return c.Reveal(strings.TrimSpace(p.Name+"　"+p.Phone), matterPath(s.kind, c.Param("no")))
}

// act runs one step of a matter by its form and shows the sheet again.
func (s desk) act(x deed) web.Handler {
	return func(c *web.Ctx) error {
		f := c.Form()
		v, err := s.view(c)
		if err != nil {
			return err
		}
		done, err := x.run(s.Complaint, c, f, complaint.Command{ID: v.ID, Version: f.Version(), Key: f.Text("key")})
		if err == nil && f.OK() {
			c.Flash(web.Success, x.action.LabelFor(s.kind)+"已办理，现在是“"+done.State.Label()+"”。")
			return c.Redirect(v.path())
		}
		if err != nil && !f.Take(err) {
			return err
		}
		v.Do, v.Form = x.action, f
		return c.Invalid(sheetPage(v))
	}
}

// button is one next step of a matter.
type button struct {
	web.Action
	On bool
}

// buttons are the next steps in the order of likelihood.
func (v sheetView) buttons() (main, more []button) {
	for _, x := range deeds(v.Kind) {
		if !slices.Contains(v.Allowed, x.action) {
			continue
		}
		b := button{web.Action{Label: x.action.LabelFor(v.Kind), Href: v.path() + "?do=" + string(x.action) + "#act"}, x.action == v.Do}
		if x.rare {
			more = append(more, b)
		} else {
			main = append(main, b)
		}
	}
	if len(main) > 0 {
		main[0].Weight = web.Primary
	}
	return main, more
}

// pressing are the last reminders of the clocks that still run.
func (v sheetView) pressing() []complaint.Reminder {
	last := map[string]complaint.Reminder{}
	for _, r := range v.Reminded {
		last[r.ClockID] = r
	}
	var out []complaint.Reminder
	for _, k := range v.Clocks {
		if r, ok := last[k.ID]; ok && k.Running {
			out = append(out, r)
		}
	}
	return out
}

func (v sheetView) chosen() bool { return slices.Contains(v.Allowed, v.Do) }

// particulars are what a reader may know of a matter.
func (v sheetView) particulars() []web.Item {
	var out []web.Item
	add := func(label, value string) {
		if value != "" {
			out = append(out, web.ItemText(label, value))
		}
	}
	if v.Known && v.Reporter.Name+v.Reporter.Phone != "" {
		secret := web.Secret{Masked: strings.TrimSpace(v.Reporter.Name + "　" + v.Reporter.Phone), Label: "反映人", Reveal: v.path() + "/reporter"}
		out = append(out, web.Item{Label: "反映人", Value: web.SecretText(secret), Wide: true})
	} else if v.Known {
		add("反映人", "没有留下姓名和电话")
	}
	add("来源", v.Channel)
	add("登记", web.MomentText(v.ReceivedAt))
	add("涉及单位", v.Unit)
	add("站点和窗口", strings.TrimSpace(v.Site+" "+v.Window))
	add(map[complaint.Kind]string{complaint.Stuck: "反映的单位或窗口", complaint.Complaint: "投诉的对象"}[v.Kind], v.Words.About)
	add("被投诉人", v.Accused)
	add("类别", v.Class.Label())
	if v.Multi {
		add("涉及单位数", "多个单位")
	}
	add("认定", v.Finding.Label())
	if v.Serious {
		add("情节", "严重")
	}
	add("结果", v.Outcome.Label())
	add("成因", v.CauseName)
	add("回访", v.Visited.Label())
	if g, ok := complaint.GroundOf(v.Kind, v.Ground); ok {
		add("不予受理的情形", g.Label)
		add("救济途径", g.Remedy)
	}
	var people []string
	for _, p := range v.Investigators {
		people = append(people, p.Label)
	}
	add("调查人", strings.Join(people, "、"))
	if v.Round > 1 {
		add("轮次", fmt.Sprintf("第 %d 次办理", v.Round))
	}
	add("查询码", v.QueryCode)
	return out
}

// links are the records of other desks that the matter came with.
func (v sheetView) links() []web.Link {
	var out []web.Link
	if v.CaseNo != "" {
		out = append(out, web.Link{Label: "办件 " + v.CaseNo + " " + v.ItemName, Href: "/casework/cases/" + v.CaseNo})
	}
	if v.TicketNo != "" {
		out = append(out, web.Link{Label: "热线工单 " + v.TicketNo, Href: "/hotline/tickets/" + v.TicketNo})
	}
	return out
}

func (v sheetView) clockTable() web.Table {
	t := web.Table{ID: "clocks", Caption: "时限", Columns: []web.Column{{Label: "时限", Grow: true}, {Label: "届满"}, {Label: "状态"}}, Empty: web.Empty{Title: "还没有时限", Text: "受理和定性后开始计时。"}}
	for _, k := range v.Clocks {
		state := "已完成"
		switch {
		case k.Running:
			state = k.Remaining
		case k.Late:
			state = "超期后完成"
		}
		t.Rows = append(t.Rows, web.Row{ID: k.ID, Cells: []templ.Component{web.CellText(k.Kind.Label()), web.CellText(calendar.FormatDue(k.Due)), web.CellText(state)}})
	}
	return t
}

func (v sheetView) history() []web.Step {
	var out []web.Step
	for i := len(v.Events) - 1; i >= 0; i-- {
		e := v.Events[i]
		tone := web.Tone("")
		if e.Action == complaint.ActGiveBack || e.Action == complaint.ActReject || e.Action == complaint.ActOverturn {
			tone = web.Warning
		}
		out = append(out, web.Step{At: e.At, Who: e.ActorName, Title: e.Action.LabelFor(v.Kind), Text: e.Text, Tone: tone})
	}
	return out
}

func (v sheetView) causes() []web.Option {
	var out []web.Option
	for _, c := range v.Choices.Causes {
		out = append(out, web.Option{Value: c.Code, Label: c.Name})
	}
	return out
}

func (v sheetView) investigators() []web.Option {
	var out []web.Option
	for _, p := range v.Choices.Investigators {
		out = append(out, web.Option{Value: p.Value, Label: p.Label})
	}
	return out
}

func (v sheetView) staff() []web.Option {
	var out []web.Option
	for _, p := range v.Choices.Staff {
		out = append(out, web.Option{Value: p.ID, Label: p.Name, Group: p.Unit})
	}
	return out
}

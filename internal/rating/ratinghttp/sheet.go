package ratinghttp

import (
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/rating"
	"yichuang/internal/web"
)

// deed is one step of a task as its page offers it.
type deed struct {
	action rating.Action
	label  string // of its text
	run    func(m *rating.Module, c *web.Ctx, f *web.Form, k rating.Command) (rating.Task, error)
}

// texts are the steps whose form is one text.
var texts = []struct {
	action rating.Action
	label  string
}{{rating.ActContact, "联系核实的情况"}, {rating.ActFix, "整改的情况"}, {rating.ActExplain, "政策解释的内容和依据"}, {rating.ActReport, "整改的结果"}, {rating.ActPass, "复核意见"},
	{rating.ActSendBack, "退回的理由"}, {rating.ActUphold, "裁定的理由"}, {rating.ActReject, "裁定的理由"}, {rating.ActClose, "办结意见"}, {rating.ActVoid, "判定无效的理由"}}

// deeds lists the steps in the order of likelihood.
func deeds() []deed {
	out := []deed{
		{rating.ActDispatch, "", func(m *rating.Module, c *web.Ctx, f *web.Form, k rating.Command) (rating.Task, error) {
			return m.Dispatch(c.Context(), k, f.Text("unit_id"))
		}},
		{rating.ActPlan, "整改的措施", func(m *rating.Module, c *web.Ctx, f *web.Form, k rating.Command) (rating.Task, error) {
			day := f.Date("day")
			if !f.OK() {
				return rating.Task{}, nil
			}
			return m.Plan(c.Context(), k, day, f.Text("text"))
		}},
		{rating.ActAppeal, "申诉的事实和理由", func(m *rating.Module, c *web.Ctx, f *web.Form, k rating.Command) (rating.Task, error) {
			return m.Appeal(c.Context(), k, rating.Ground(f.Text("ground")), f.Text("text"))
		}},
		{rating.ActOpine, "复核意见", func(m *rating.Module, c *web.Ctx, f *web.Form, k rating.Command) (rating.Task, error) {
			return m.Opine(c.Context(), k, f.Text("advice"), f.Text("text"))
		}},
		{rating.ActCall, "回访情况", func(m *rating.Module, c *web.Ctx, f *web.Form, k rating.Command) (rating.Task, error) {
			return m.Call(c.Context(), k, rating.CallInput{Reached: f.Text("answer") != "unreached", Answer: f.Text("answer"), Text: f.Text("text")})
		}},
	}
	for _, x := range texts {
		out = append(out, deed{x.action, x.label, func(m *rating.Module, c *web.Ctx, f *web.Form, k rating.Command) (rating.Task, error) {
			return textStep(m, c, x.action, k, f.Text("text"))
		}})
	}
	return out
}

func textStep(m *rating.Module, c *web.Ctx, action rating.Action, k rating.Command, text string) (rating.Task, error) {
	ctx := c.Context()
	switch action {
	case rating.ActContact:
		return m.Contact(ctx, k, text)
	case rating.ActFix:
		return m.Fix(ctx, k, text)
	case rating.ActExplain:
		return m.Explain(ctx, k, text)
	case rating.ActReport:
		return m.Report(ctx, k, text)
	case rating.ActPass:
		return m.Pass(ctx, k, text)
	case rating.ActSendBack:
		return m.SendBack(ctx, k, text)
	case rating.ActUphold:
		return m.Uphold(ctx, k, text)
	case rating.ActReject:
		return m.Reject(ctx, k, text)
	case rating.ActVoid:
		return m.Void(ctx, k, text)
	}
	return m.Close(ctx, k, text)
}

// sheetView is the sheet of a task with the form of the step that was chosen.
type sheetView struct {
	rating.Sheet
	Do      rating.Action
	Form    *web.Form
	Key     string
	Choices []web.Option // units
}

func (h handlers) sheet(c *web.Ctx) error { return h.show(c, rating.Action(c.Query("do")), nil) }

func (h handlers) show(c *web.Ctx, do rating.Action, f *web.Form) error {
	s, err := h.Rating.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	v := sheetView{Sheet: s, Do: do, Form: f, Key: c.RequestID()}
	if do == rating.ActDispatch {
		if v.Choices, err = h.Units(c.Context()); err != nil {
			return err
		}
	}
	if f != nil {
		return c.Invalid(sheetPage(v))
	}
	return c.Render(sheetPage(v))
}

// act runs one step of a task by its form and shows the sheet again.
func (h handlers) act(x deed) web.Handler {
	return func(c *web.Ctx) error {
		f := c.Form()
		s, err := h.Rating.Find(c.Context(), c.Param("no"))
		if err != nil {
			return err
		}
		done, err := x.run(h.Rating, c, f, rating.Command{TaskID: s.ID, Version: f.Version(), Key: f.Text("key")})
		if err == nil && f.OK() {
			c.Flash(web.Success, x.action.Label()+"已办理，差评任务现在是“"+done.State.Label()+"”。")
			return c.Redirect(taskPath(s.No))
		}
		if err != nil && !f.Take(err) {
			return err
		}
		return h.show(c, x.action, f)
	}
}

func (h handlers) reveal(c *web.Ctx) error {
	s, err := h.Rating.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	r, err := h.Rating.RevealRater(c.Context(), s.ID)
	if err != nil {
		return err
	}
	return c.Reveal(strings.TrimSpace(r.Name+"　"+r.Phone+"　"+r.Text), taskPath(s.No))
}

// button is one next step of a task.
type button struct {
	web.Action
	On bool
}

// buttons are the next steps in the order of likelihood.
func (v sheetView) buttons() []button {
	var out []button
	for _, a := range []rating.Action{rating.ActContact, rating.ActFix, rating.ActPlan, rating.ActExplain, rating.ActReport, rating.ActPass, rating.ActCall, rating.ActClose, rating.ActOpine, rating.ActUphold, rating.ActReject, rating.ActDispatch, rating.ActAppeal, rating.ActSendBack, rating.ActVoid} {
		if slices.Contains(v.Allowed, a) {
			out = append(out, button{web.Action{Label: a.Label(), Href: taskPath(v.No) + "?do=" + string(a) + "#act"}, a == v.Do})
		}
	}
	if len(out) > 0 {
		out[0].Weight = web.Primary
	}
	return out
}

// chosen is the deed whose form is open, if it is allowed now.
func (v sheetView) chosen() (deed, bool) {
	for _, x := range deeds() {
		if x.action == v.Do && slices.Contains(v.Allowed, x.action) {
			return x, true
		}
	}
	return deed{}, false
}

func (v sheetView) particulars() []web.Item {
	out := []web.Item{web.ItemText("服务", v.Title), web.ItemText("满意程度", v.Level.Label()), web.ItemText("责任单位", v.Unit), web.ItemText("服务类型", v.Kind.Label()), web.ItemText("服务日期", web.DayText(v.Day))}
	if v.Service != "" {
		out = append(out, web.ItemText("服务编号", v.Service))
	}
	out = append(out, web.ItemText("地点", strings.TrimSpace(v.Site+" "+v.Window)), web.ItemText("被评价人", v.Staff), web.ItemText("渠道", v.Channel.Label()), web.ItemText("收到", web.MomentText(v.ReceivedAt)))
	who := "匿名"
	if v.RealName {
		who = "实名，身份不对被评价的人和单位公开"
	}
	if v.Rater != "" {
		out = append(out, web.Item{Label: "评价人", Value: web.SecretText(web.Secret{Masked: v.Rater, Label: "评价人", Reveal: taskPath(v.No) + "/rater"}), Wide: true})
	} else {
		out = append(out, web.ItemText("评价人", who))
	}
	if v.Twin != "" {
		out = append(out, web.ItemText("可能重复", "同一评价人对本单位另有差评 "+v.Twin))
	}
	if v.ContactDue != 0 {
		out = append(out, web.ItemText("联系期限", kept(v.ContactDue, v.ContactedAt)))
	}
	out = append(out, web.ItemText("整改期限", kept(v.FixDue, v.DoneAt)))
	if v.Left != "" {
		out = append(out, web.ItemText("剩余", v.Left))
	}
	if v.Answer != "" {
		out = append(out, web.ItemText("回访结果", v.Answer+"（第 "+strconv.FormatInt(v.Calls, 10)+" 次）"))
	}
	return out
}

// kept words a limit with the moment that stopped its clock.
func kept(due, at clock.Instant) string {
	text := calendar.FormatDue(due)
	switch {
	case at == 0:
		return text
	case at < due:
		return text + "，" + web.MomentText(at) + " 完成"
	}
	return text + "，" + web.MomentText(at) + " 完成，超期"
}

func (v sheetView) history() []web.Step {
	var out []web.Step
	for i := len(v.Events) - 1; i >= 0; i-- {
		e := v.Events[i]
		out = append(out, web.Step{At: e.At, Who: e.ActorName, Title: e.Action.Label(), Text: e.Text})
	}
	return out
}

func groundOptions() []web.Option {
	var out []web.Option
	for _, g := range rating.Grounds() {
		out = append(out, web.Option{Value: string(g), Label: g.Label()})
	}
	return out
}

func adviceOptions() []web.Option {
	return []web.Option{{Value: rating.AppealUpheld, Label: "建议申诉成立，剔除评价"}, {Value: rating.AppealRejected, Label: "建议申诉不成立，继续整改"}}
}

func callOptions() []web.Option {
	return append(answerOptions(), web.Option{Value: "unreached", Label: "没有联系上"})
}

func (v sheetView) appealItems() []web.Item {
	out := []web.Item{web.ItemText("申诉理由", v.Appeal.Ground.Label()), web.ItemText("申诉时间", web.MomentText(v.Appeal.MadeAt)), {Label: "事实和理由", Value: web.CellText(v.Appeal.Text), Wide: true}}
	if v.Appeal.OpinedAt != 0 {
		out = append(out, web.Item{Label: "监察股复核", Value: web.CellText("建议" + rating.AppealLabel(v.Appeal.Advice) + "：" + v.Appeal.Opinion), Wide: true})
	}
	if v.Appeal.DecidedAt != 0 {
		out = append(out, web.Item{Label: "裁定", Value: web.CellText("申诉" + rating.AppealLabel(v.Appeal.State) + "：" + v.Appeal.Decision), Wide: true})
	}
	return out
}

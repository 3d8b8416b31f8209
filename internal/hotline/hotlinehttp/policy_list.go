package hotlinehttp

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// timeLimits are the pages of time limits (时限规则).
type timeLimits struct{ Deps }

// steps in the order of a ticket's life.
var policySteps = []string{hotline.StepDispatch, hotline.StepSign, hotline.StepHandle, hotline.StepRework, hotline.StepCallback}

// policyView is the page of time limits.
type policyView struct {
	Current, Past []hotline.PolicyRow
	Change        bool
}

// policies shows the limits in force with their marks, and those superseded.
func (s timeLimits) policies(c *web.Ctx) error {
	v := policyView{Change: c.Can(hotline.PermPolicy)}
	var err error
	if v.Current, v.Past, err = s.Hotline.PolicyTable(c.Context()); err != nil {
		return err
	}
	return c.Render(policiesPage(v))
}

func (v policyView) unconfirmed() int {
	n := 0
	for _, p := range v.Current {
		if !p.Confirmed {
			n++
		}
	}
	return n
}

// scopeText says which requests a limit is for.
func scopeText(p hotline.Policy) string {
	parts := []string{}
	for _, s := range []string{p.Kind, p.Urgency, p.Channel} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return "全部"
	}
	return strings.Join(parts, "、")
}

// stepText is a limit's step with what it is for: 办理（咨询）.
func stepText(p hotline.Policy) string {
	return hotline.StepLabel(p.Step) + "（" + scopeText(p) + "）"
}

// table lists the limits in force by step.
func (v policyView) table() web.Table {
	t := web.Table{ID: "limits", Caption: "现行时限", Columns: []web.Column{{Label: "环节（适用）", Grow: true}, {Label: "时限"}, {Label: "状态"}, {Label: "依据", Wrap: true}, {Label: "更新", Minor: true}},
		Empty: web.Empty{Title: "还没有时限规则", Text: "没有规则时，按程序预置的时限办理。"}}
	if v.Change {
		t.Columns = append(t.Columns, web.Column{Label: "操作"})
	}
	for _, step := range policySteps {
		for _, p := range v.Current {
			if p.Step != step {
				continue
			}
			mark := web.StateBadge(web.Warning, "未确认")
			if p.Confirmed {
				mark = web.StateBadge(web.Success, "已确认")
			}
			row := web.Row{ID: p.ID, Cells: []templ.Component{web.CellText(stepText(p.Policy)), web.CellText(p.Limit.Label()), mark,
				web.CellText(p.Basis), web.CellText(strings.TrimSpace(p.At.Date().String() + " " + p.ByName))}}
			if v.Change {
				row.Href = "/hotline/policies/" + p.ID
				label := "修改"
				if !p.Confirmed {
					label = "确认或修改"
				}
				row.Cells = append(row.Cells, web.CellLink(row.Href, label))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// history lists the superseded limits.
func (v policyView) history() web.Table {
	t := web.Table{ID: "history", Caption: "历史", Columns: []web.Column{{Label: "环节（适用）", Grow: true}, {Label: "时限"}, {Label: "依据", Wrap: true}, {Label: "从"}, {Label: "到"}, {Label: "由谁", Minor: true}},
		Empty: web.Empty{Title: "还没有改过", Text: "每次修改都留下原来的一条；办理中的承办件按派单时的时限计算，不受修改影响。"}}
	for _, p := range v.Past {
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Cells: []templ.Component{web.CellText(stepText(p.Policy)), web.CellText(p.Limit.Label()),
			web.CellText(p.Basis), web.CellText(p.At.String()), web.CellText(p.EndedAt.String()), web.CellText(cmp.Or(p.ByName, "系统"))}})
	}
	return t
}

// policyFormView is the form of one limit, and of its confirmation.
type policyFormView struct {
	Form    *web.Form // of a change
	Confirm *web.Form // of a confirmation
	Policy  hotline.Policy
}

// find gives the limit in force of the address.
func (s timeLimits) find(c *web.Ctx) (hotline.Policy, error) {
	current, _, err := s.Hotline.PolicyTable(c.Context())
	if err != nil {
		return hotline.Policy{}, err
	}
	for _, p := range current {
		if p.ID == c.Param("id") {
			return p.Policy, nil
		}
	}
	return hotline.Policy{}, hotline.ErrPolicyMissing
}

func (s timeLimits) newPolicy(c *web.Ctx) error {
	return c.Render(policyPage(policyFormView{Policy: hotline.Policy{Step: hotline.StepHandle, Limit: calendar.Workdays(5)}}))
}

func (s timeLimits) editPolicy(c *web.Ctx) error {
	p, err := s.find(c)
	if err != nil {
		return err
	}
	return c.Render(policyPage(policyFormView{Policy: p}))
}

// limitUnits are the units of a limit with the words of the office.
func limitUnits() []web.Option {
	return []web.Option{{Value: "wd", Label: "个工作日", Hint: "当天不算，到最后一个工作日下班为止"}, {Value: "wm", Label: "分钟（只算办公时间）"}, {Value: "m", Label: "分钟（不分昼夜和节假日）"}, {Value: "d", Label: "个自然日"}}
}

// limitParts splits a limit into the form's number and unit.
func limitParts(l calendar.Limit) (n, unit string) {
	unit = map[calendar.Unit]string{calendar.UnitWorkday: "wd", calendar.UnitWorkMinute: "wm", calendar.UnitMinute: "m", calendar.UnitDay: "d"}[l.Unit]
	return strconv.Itoa(l.N), unit
}

// changePolicy supersedes a limit or adds one.
func (s timeLimits) changePolicy(c *web.Ctx) error {
	f := c.Form()
	p := hotline.Policy{Step: f.Text("step"), Kind: f.Text("kind"), Urgency: f.Text("urgency"), Channel: f.Text("channel"), Basis: f.Text("basis"), Confirmed: f.Bool("confirmed")}
	if c.Param("id") != "" {
		old, err := s.find(c)
		if err != nil {
			return err
		}
		p.Step, p.Kind, p.Urgency, p.Channel, p.Limit = old.Step, old.Kind, old.Urgency, old.Channel, old.Limit
		p.ID = old.ID
	}
	limit, err := calendar.ParseLimit(f.Text("n") + f.Text("unit"))
	if err != nil || limit.N <= 0 {
		f.Fail("n", "请填写大于 0 的整数。")
	} else {
		if limit.Unit == p.Limit.Unit { // the end of the last day and the roll beyond a holiday stay as they were
			limit.End, limit.Roll = p.Limit.End, p.Limit.Roll
		}
		p.Limit = limit
	}
	if f.OK() {
		if err = s.Hotline.ChangePolicy(c.Context(), p); err == nil {
			c.Flash(web.Success, "已保存，从现在起派出的工单按新时限计算；办理中的不变。")
			return c.Redirect("/hotline/policies")
		}
		if !f.Take(err) {
			return err
		}
	}
	return c.Invalid(policyPage(policyFormView{Form: f, Policy: p}))
}

// confirmPolicy marks a limit as confirmed by a document.
func (s timeLimits) confirmPolicy(c *web.Ctx) error {
	p, err := s.find(c)
	if err != nil {
		return err
	}
	f := c.Form()
	err = s.Hotline.ConfirmPolicy(c.Context(), p.ID, f.Text("document"))
	if err == nil {
		c.Flash(web.Success, "已确认："+hotline.StepLabel(p.Step)+" "+p.Limit.Label()+"。")
		return c.Redirect("/hotline/policies")
	}
	if !f.Take(err) {
		return err
	}
	return c.Invalid(policyPage(policyFormView{Confirm: f, Policy: p}))
}

func (v policyFormView) action() string {
	if v.Policy.ID == "" {
		return "/hotline/policies/new"
	}
	return "/hotline/policies/" + v.Policy.ID
}

func (v policyFormView) title() string {
	if v.Policy.ID == "" {
		return "增加时限"
	}
	return "时限：" + stepText(v.Policy)
}

func (v policyFormView) number() string { n, _ := limitParts(v.Policy.Limit); return n }
func (v policyFormView) unit() string   { _, u := limitParts(v.Policy.Limit); return u }

func stepOptions() []web.Option {
	var out []web.Option
	for _, s := range policySteps {
		out = append(out, web.Option{Value: s, Label: hotline.StepLabel(s)})
	}
	return out
}

func policyHead(v policyFormView) string {
	if v.Policy.ID == "" {
		return ""
	}
	return "改为新的时限"
}

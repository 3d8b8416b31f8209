package supervisionhttp

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
)

func rulesPath(id string) string { return "/supervision/rules/" + id }

func (h handlers) rules(c *web.Ctx) error {
	list, err := h.Supervision.RuleSets(c.Context())
	if err != nil {
		return err
	}
	t := web.Table{ID: "rulesets", Caption: "监察规则版本", Columns: []web.Column{{Label: "版次", Number: true}, {Label: "依据", Grow: true, Name: true}, {Label: "状态"}, {Label: "有效期"}, {Label: "规则", Number: true, Minor: true}, {Label: "未确认", Number: true, Minor: true}},
		Empty: web.Empty{Title: "还没有监察规则", Text: "新建一版规则并生效后，办件才会预警。"}}
	for i := range list {
		s := &list[i]
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Href: rulesPath(s.ID), Cells: []templ.Component{web.CellNumber(s.Revision), web.CellLink(rulesPath(s.ID), s.Basis), setBadge(s, c.Now().Date()), web.CellText(validity(s)),
			web.CellNumber(int64(len(s.Rules.Rules))), web.CellNumber(int64(s.Unconfirmed()))}})
	}
	runs, err := h.Supervision.Runs(c.Context())
	if err != nil {
		return err
	}
	var tools templ.Component
	if c.Can(supervision.PermRuleChange) && len(list) > 0 {
		tools = button("/supervision/rules/new", "另起一版")
	}
	return c.Render(web.StaffPage(web.Page{Title: "监察规则", Lead: "规则按版次保存，生效后不再修改；每条预警记着发出时所用的一版。", Tools: tools}, []templ.Component{web.DataTable(t), web.PartPanel("最近的巡检", web.DataTable(runTable(runs)))}))
}

func runTable(list []supervision.Run) web.Table {
	t := web.Table{ID: "runs", Caption: "最近的巡检", Columns: []web.Column{{Label: "时间", Grow: true, Name: true}, {Label: "规则版次", Number: true}, {Label: "查看时钟", Number: true}, {Label: "提醒", Number: true}, {Label: "黄牌", Number: true}, {Label: "红牌", Number: true}},
		Empty: web.Empty{Title: "还没有发出过预警", Text: "每天零点和上班时自动巡检在走的时钟，发出了预警的巡检在这里列出。"}}
	for _, r := range list {
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Cells: []templ.Component{web.CellTime(r.At), web.CellNumber(r.Revision), web.CellNumber(r.Looked), web.CellNumber(r.Reminders), web.CellNumber(r.Yellows), web.CellNumber(r.Reds)}})
	}
	return t
}

func setBadge(s *supervision.RuleSet, today clock.Date) templ.Component {
	switch {
	case s.State == supervision.RulesDraft:
		return web.StateBadge(web.Info, s.State.Label())
	case s.From > today:
		return web.StateBadge(web.Info, "待生效")
	case s.State == supervision.RulesInForce || s.To > today:
		return web.StateBadge(web.Success, supervision.RulesInForce.Label())
	}
	return web.StateBadge("", supervision.RulesPast.Label())
}

func validity(s *supervision.RuleSet) string {
	switch {
	case s.State == supervision.RulesDraft:
		return ""
	case s.To <= 0:
		return s.From.String() + " 起"
	}
	return s.From.String() + " 至 " + (s.To - 1).String()
}

func (h handlers) ruleSet(c *web.Ctx) error { return h.showRuleSet(c, nil) }

func (h handlers) showRuleSet(c *web.Ctx, f *web.Form) error {
	s, err := h.Supervision.RuleSet(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	parts := []templ.Component{}
	if n := s.Unconfirmed(); n > 0 {
		parts = append(parts, web.Notice(web.Warning, fmt.Sprintf("有 %d 条规则标着“未确认”：它们参照其他地方的办法拟定，请对照本地文件核对后在新一版里写明依据。", n)))
	}
	change := c.Can(supervision.PermRuleChange)
	if change && s.State == supervision.RulesDraft {
		parts = append(parts, web.PartPanel("生效", web.FieldsForm(web.FormBox{Form: f, ID: "activate", Action: rulesPath(s.ID) + "/activate", Submit: "生效", Version: s.Version},
			web.InputDate(web.Field{Form: f, Name: "valid_from", Label: "从哪天起", Value: c.Now().Date().String(), Hint: "最早为今天；前一版到此为止，已发出的预警不变"}))))
	}
	parts = append(parts, web.DataTable(ruleTable(s.Rules.Rules)), web.PartPanel("等次和参数", web.Definitions(params(&s.Rules))))
	var tools templ.Component
	if change {
		tools = button("/supervision/rules/new?from="+s.ID, "以此为底稿另起一版")
		if s.State == supervision.RulesDraft {
			tools = button(rulesPath(s.ID)+"/edit", "修改草稿")
		}
	}
	page := web.StaffPage(web.Page{Title: "监察规则第 " + strconv.FormatInt(s.Revision, 10) + " 版", Lead: s.Basis + "。" + validity(&s), Crumbs: []web.Link{{Label: "监察规则", Href: "/supervision/rules"}}, Tools: tools}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func ruleTable(list []supervision.Rule) web.Table {
	t := web.Table{ID: "rules", Caption: "规则", Columns: []web.Column{{Label: "编号"}, {Label: "名称", Grow: true, Name: true}, {Label: "类型"}, {Label: "级别"}, {Label: "判定"}, {Label: "依据", Wrap: true, Minor: true}, {Label: "状态"}}}
	for _, r := range list {
		state := web.StateBadge(web.Success, "已确认")
		switch {
		case r.Off:
			state = web.StateBadge("", "停用")
		case !r.Confirmed:
			state = web.StateBadge(web.Warning, "未确认")
		}
		t.Rows = append(t.Rows, web.Row{ID: r.Code, Cells: []templ.Component{web.CellText(r.Code), web.CellText(r.Name), web.CellText(string(r.Type)), web.StateBadge(levelTone(r.Level), r.Level.Label(r.Type)), web.CellText(testOf(r)), web.CellText(r.Source), state}})
	}
	return t
}

// testOf is a rule's test in words.
func testOf(r supervision.Rule) string {
	if r.Check.Unit() == "" {
		return r.Check.Label()
	}
	return r.Check.Label() + " " + strconv.FormatInt(r.N, 10) + " " + r.Check.Unit()
}

func params(r *supervision.Rules) []web.Item {
	var grades []string
	for _, g := range r.Grades {
		grades = append(grades, gradeText(g))
	}
	return []web.Item{{Label: "等次", Value: web.CellText(strings.Join(grades, "；") + "；其余为" + r.Worst), Wide: true}, web.ItemText("回告期限", strconv.FormatInt(r.AnswerDays, 10)+" 个工作日"),
		web.ItemText("临期启动特别程序", "到期前 "+strconv.FormatInt(r.Near, 10)+" 个工作日以内"), web.ItemText("理由雷同", strconv.FormatInt(r.Repeats, 10)+" 次以上"),
		web.ItemText("临期集中办结", strconv.FormatInt(r.Minutes, 10)+" 分钟内 "+strconv.FormatInt(r.Burst, 10)+" 件以上"), web.ItemText("告知承诺核查期限", pledgeText(r.Pledge))}
}

// pledgeText is the limit of checking declarations of which the item says nothing.
func pledgeText(days int64) string {
	if days == 0 {
		return "40 个工作日"
	}
	return strconv.FormatInt(days, 10) + " 个工作日，事项另有规定的除外"
}

func gradeText(g supervision.Grade) string {
	return fmt.Sprintf("%s：红牌和报警不超过 %d，红黄牌率不超过 %d.%02d%%，逾期未回告不超过 %d", g.Name, g.Reds, g.Rate/100, g.Rate%100, g.Unanswered)
}

func (h handlers) newRules(c *web.Ctx) error {
	list, err := h.Supervision.RuleSets(c.Context())
	if err != nil {
		return err
	}
	s := supervision.RuleSet{Rules: supervision.ReadyRules()}
	for i := range list {
		if list[i].ID == c.Query("from") || c.Query("from") == "" && list[i].State == supervision.RulesInForce {
			s.Rules, s.Basis = list[i].Rules, ""
			break
		}
	}
	return c.Render(editPage(&s, nil))
}

func (h handlers) editRules(c *web.Ctx) error {
	s, err := h.Supervision.RuleSet(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if s.State != supervision.RulesDraft {
		return supervision.ErrFixed
	}
	return c.Render(editPage(&s, nil))
}

// editPage is the form of a draft: the rules with their levels, numbers and sources, then the parameters. Which checks there
// are is the program's.
func editPage(s *supervision.RuleSet, f *web.Form) templ.Component {
	action, title := "/supervision/rules/new", "另起一版监察规则"
	if s.ID != "" {
		action, title = rulesPath(s.ID)+"/edit", "修改第 "+strconv.FormatInt(s.Revision, 10)+" 版草稿"
	}
	number := func(name, label, unit string, v int64) templ.Component {
		return web.InputText(web.Field{Form: f, Name: name, Label: label, Value: strconv.FormatInt(v, 10), Unit: unit, Max: 6, Short: true})
	}
	fields := []templ.Component{web.InputText(web.Field{Form: f, Name: "basis", Label: "修订依据", Value: s.Basis, Max: 200, Hint: "文号和条款，或修订的原因"})}
	for i, r := range s.Rules.Rules {
		at := func(name string) string { return name + "." + strconv.Itoa(i) }
		fields = append(fields, web.FieldLine(web.InputText(web.Field{Form: f, Name: at("name"), Label: r.Code + " " + r.Check.Label(), Value: r.Name, Max: 200}),
			web.InputText(web.Field{Form: f, Name: at("source"), Label: "依据", Value: r.Source, Max: 200, Optional: true})))
		line := []templ.Component{web.InputSelect(web.Field{Form: f, Name: at("level"), Label: "级别", Value: string(r.Level), Options: ruleLevels(r.Type)})}
		if unit := r.Check.Unit(); unit != "" {
			line = append(line, number(at("n"), "数值", unit, r.N))
		}
		line = append(line, web.InputSelect(web.Field{Form: f, Name: at("use"), Label: "状态", Value: useOf(r), Options: []web.Option{{Value: "confirmed", Label: "使用，依据已确认"}, {Value: "on", Label: "使用，未确认"}, {Value: "off", Label: "停用"}}}))
		fields = append(fields, web.FieldLine(line...))
	}
	fields = append(fields, web.FieldLine(number("answer_days", "回告期限", "个工作日", s.Rules.AnswerDays), number("near", "临期启动特别程序", "个工作日", s.Rules.Near), number("repeats", "理由雷同", "次", s.Rules.Repeats),
		number("burst", "集中办结", "件", s.Rules.Burst), number("minutes", "集中办结的时间", "分钟", s.Rules.Minutes), number("pledge_days", "告知承诺核查期限", "个工作日", s.Rules.Pledge)))
	for i, g := range s.Rules.Grades {
		at := func(name string) string { return name + "." + strconv.Itoa(i) }
		fields = append(fields, web.FieldLine(number(at("reds"), g.Name+"：红牌和报警最多", "", g.Reds), number(at("rate"), "红黄牌率最高", "件／万件", g.Rate), number(at("unanswered"), "逾期未回告最多", "", g.Unanswered)))
	}
	return web.StaffPage(web.Page{Title: title, Lead: "保存为草稿，生效前可以修改。", Crumbs: []web.Link{{Label: "监察规则", Href: "/supervision/rules"}}},
		[]templ.Component{web.FieldsForm(web.FormBox{Form: f, ID: "rules", Action: action, Submit: "保存草稿", Cancel: "/supervision/rules", Version: s.Version}, fields...)})
}

func ruleLevels(t supervision.Type) []web.Option {
	var out []web.Option
	for _, l := range supervision.Levels {
		out = append(out, web.Option{Value: string(l), Label: l.Label(t)})
	}
	return out
}

func useOf(r supervision.Rule) string {
	switch {
	case r.Off:
		return "off"
	case r.Confirmed:
		return "confirmed"
	}
	return "on"
}

// saveRules reads the form over the rules that it was made from.
func (h handlers) saveRules(c *web.Ctx) error {
	f := c.Form()
	s := supervision.RuleSet{ID: c.Param("id"), Version: f.Version()}
	base, err := h.baseRules(c, s.ID)
	if err != nil {
		return err
	}
	s.Rules = readRules(f, base)
	s.Basis = f.Text("basis")
	if f.OK() {
		saved, err := h.Supervision.SaveRuleSet(c.Context(), supervision.RuleSetInput{ID: s.ID, Version: s.Version, Basis: s.Basis, Rules: s.Rules})
		if err == nil {
			c.Flash(web.Success, "已保存草稿。核对后点“生效”。")
			return c.Redirect(rulesPath(saved.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return c.Invalid(editPage(&s, f))
}

// baseRules are the rules under the form: the draft's own or, for a new one, those in force.
func (h handlers) baseRules(c *web.Ctx, id string) (supervision.Rules, error) {
	if id != "" {
		s, err := h.Supervision.RuleSet(c.Context(), id)
		return s.Rules, err
	}
	list, err := h.Supervision.RuleSets(c.Context())
	for i := range list {
		if list[i].State == supervision.RulesInForce {
			return list[i].Rules, err
		}
	}
	return supervision.ReadyRules(), err
}

func readRules(f *web.Form, base supervision.Rules) supervision.Rules {
	out := base
	out.Rules, out.Grades = append([]supervision.Rule(nil), base.Rules...), append([]supervision.Grade(nil), base.Grades...)
	for i := range out.Rules {
		r := &out.Rules[i]
		at := func(name string) string { return name + "." + strconv.Itoa(i) }
		r.Name, r.Source, r.Level = f.Text(at("name")), f.Text(at("source")), supervision.Level(f.Text(at("level")))
		r.Off, r.Confirmed = f.Text(at("use")) == "off", f.Text(at("use")) == "confirmed"
		if r.Check.Unit() != "" {
			r.N = f.Int(at("n"))
		}
	}
	out.AnswerDays, out.Near, out.Repeats, out.Burst, out.Minutes = f.Int("answer_days"), f.Int("near"), f.Int("repeats"), f.Int("burst"), f.Int("minutes")
	out.Pledge = f.Int("pledge_days")
	for i := range out.Grades {
		at := func(name string) string { return name + "." + strconv.Itoa(i) }
		out.Grades[i].Reds, out.Grades[i].Rate, out.Grades[i].Unanswered = f.Int(at("reds")), f.Int(at("rate")), f.Int(at("unanswered"))
	}
	return out
}

func (h handlers) activate(c *web.Ctx) error {
	f := c.Form()
	day := f.Date("valid_from")
	if f.OK() {
		s, err := h.Supervision.ActivateRuleSet(c.Context(), c.Param("id"), f.Version(), day)
		if err == nil {
			c.Flash(web.Success, "第 "+strconv.FormatInt(s.Revision, 10)+" 版规则从 "+s.From.String()+" 起生效。")
			return c.Redirect(rulesPath(s.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showRuleSet(c, f)
}

package performancehttp

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
	"yichuang/internal/web"
)

// fields are what a form of a programme shows at first.
type fields struct{ Name, Supervisor, Implementer, Goal, Profile string }

// programmeView is a programme with its evaluation: sealed, or as it stands now.
type programmeView struct {
	performance.ProgrammeView
	Evaluation *performance.Evaluation // nil while targets are drafted
	Form       *web.Form
	Failed     string
	can        func(actor.Permission) bool
	had        bool // the reader had a hand in the round already
}

func (h handlers) programme(c *web.Ctx) error { return h.showProgramme(c, nil, "") }

func (h handlers) showProgramme(c *web.Ctx, f *web.Form, failed string) error {
	v := programmeView{Form: f, Failed: failed, can: c.Can}
	var err error
	if v.ProgrammeView, err = h.Performance.Programme(c.Context(), c.Param("id")); err != nil {
		return err
	}
	if me := c.Actor().UserID; me != "" {
		v.had = slices.Contains([]string{v.Programme.Filled, v.Programme.Section, v.Programme.Finance}, me)
	}
	if v.Programme.State != performance.Drafting {
		if v.Evaluation, err = h.Performance.Evaluation(c.Context(), c.Param("id")); err != nil {
			return err
		}
	}
	if f != nil {
		return c.Invalid(programmePage(v))
	}
	return c.Render(programmePage(v))
}

func (v programmeView) formOf(name string) *web.Form {
	if v.Failed == name {
		return v.Form
	}
	return nil
}

func (v programmeView) at(rest string) string { return programmePath(v.Programme.ID, rest) }

// reviewer is who may act on the state: pass, return, override. Nobody who had a hand in the round reviews it.
func (v programmeView) reviewer() bool {
	if v.had {
		return false
	}
	switch v.Programme.State {
	case performance.InSection:
		return v.can(performance.PermSection)
	case performance.InFinance:
		return v.can(performance.PermFinance)
	case performance.InLead:
		return v.can(performance.PermLead)
	}
	return false
}

func (v programmeView) lead() string {
	return number(v.Programme.Year) + " 年" + v.Programme.Kind.Label()
}

func (v programmeView) tiles() []web.Tile {
	e := v.Evaluation
	if e == nil {
		return nil
	}
	label := "得分"
	if v.Programme.State == performance.Running {
		label = "现在试算的得分"
	}
	out := []web.Tile{{Label: label, Value: e.Result.Total.String(), Unit: "分", Hint: orDash(e.Result.Grade)}}
	if x, ok := e.Result.Execution(); ok {
		out = append(out, web.Tile{Label: "预算执行率", Value: x.Completion.String(), Unit: "%", Hint: "得 " + x.Score.String() + " / " + x.Weight.String() + " 分"})
	}
	bound, typed, bare := v.counted()
	out = append(out, web.Tile{Label: "有数据依据的指标", Value: number(bound), Unit: "个", Hint: "佐证材料 " + number(typed) + " 个，自报 " + number(bare) + " 个"})
	return append(out, web.Tile{Label: "预警", Value: e.Result.Warning.Label()})
}

// counted says how many indicators are bound, proved by files, and only reported.
func (v programmeView) counted() (bound, typed, bare int) {
	for _, o := range v.Evaluation.Origins {
		switch {
		case o.Fact != nil:
			bound++
		case len(o.Files) > 0:
			typed++
		default:
			bare++
		}
	}
	return bound, typed, bare
}

func (v programmeView) items() []web.Item {
	p := &v.Programme
	out := []web.Item{{Label: "状态", Value: web.StateBadge(tone(p.State), p.State.Label())}, web.ItemText("评分办法", v.PolicyName)}
	if v.Evaluation != nil && v.Evaluation.Result.Policy != v.Policy {
		out[1] = web.ItemText("评分办法", v.Evaluation.Result.Policy)
	}
	out = append(out, web.ItemText("主管部门", p.Supervisor), web.ItemText("实施单位", p.Implementer))
	if p.Round > 1 {
		out = append(out, web.ItemText("轮次", "第 "+number(int(p.Round))+" 轮"))
	}
	if p.State == performance.Locked {
		out = append(out, web.ItemText("审定", web.MomentText(p.LockAt)), web.Item{Label: "校验值", Value: web.CellText(p.Hash), Wide: true})
	}
	if b := v.Evaluation; b != nil {
		text := "账簿截至 " + web.MomentText(b.Books.At)
		if b.Books.ClosedTo < 12 {
			text += "，结账到 " + number(b.Books.ClosedTo) + " 月，执行数还会变"
		}
		out = append(out, web.Item{Label: "资金数", Value: web.CellText(text), Wide: true})
	}
	return append(out, web.Item{Label: "年度总体目标", Value: web.CellText(orDash(p.Goal)), Wide: true}, web.Item{Label: "实际完成情况", Value: web.CellText(orDash(p.Outcome)), Wide: true})
}

func (v programmeView) fundTable() web.Table {
	t := web.Table{ID: "funds", Caption: "资金", Columns: []web.Column{{Label: "资金", Name: true}, {Label: "年初预算数", Unit: "万元", Number: true}, {Label: "全年预算数", Unit: "万元", Number: true}, {Label: "全年执行数", Unit: "万元", Number: true},
		{Label: "执行率", Unit: "%", Number: true}, {Label: "得分", Number: true}, {Label: "未完成原因", Grow: true, Wrap: true}}}
	e := v.Evaluation
	for i, f := range e.Form.Funds {
		r := e.Result.Funds[i]
		t.Rows = append(t.Rows, web.Row{ID: string(f.Kind), Cells: []templ.Component{web.CellText(f.Kind.Label()), web.CellText(f.Initial.WanYuan()), web.CellText(f.Full.WanYuan()), web.CellText(f.Actual.WanYuan()),
			web.CellText(r.Completion.String()), web.CellText(pointsOf(r)), web.CellText(r.Reason)}})
	}
	return t
}

// pointsOf are the points of a row; a row of the money that does not count has none.
func pointsOf(r score.Row) string {
	if r.Weight.Blank() {
		return "—"
	}
	return r.Score.String() + " / " + r.Weight.String()
}

func (v programmeView) rowTable() web.Table {
	t := web.Table{ID: "indicators", Caption: "指标", Columns: []web.Column{{Label: "一级", Minor: true}, {Label: "指标", Wrap: true, Name: true}, {Label: "指标值"}, {Label: "实际完成值", Number: true}, {Label: "完成率", Unit: "%", Number: true}, {Label: "得分 / 分值", Number: true},
		{Label: "依据", Grow: true, Wrap: true}, {Label: "原因", Wrap: true}}}
	e := v.Evaluation
	for i := range e.Form.Indicators {
		x, r := &e.Form.Indicators[i], e.Result.Rows[i]
		edge := web.NoLight
		if r.Want != "" || r.Pending {
			edge = web.Yellow
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Href: v.at("/indicators/" + x.ID), State: edge, Cells: []templ.Component{web.CellText(score.ClassName(x.Class)), web.CellLink(v.at("/indicators/"+x.ID), x.Name), web.CellText(x.TargetText()), web.CellText(actualOf(x)),
			web.CellText(orDash(r.Completion.String())), web.CellText(orDash(r.Score.String()) + " / " + x.Weight.String()), originCell(e.Origin(x.ID), v.Programme.Year), web.CellText(reasonOf(x, r))}})
	}
	return t
}

func actualOf(x *score.Indicator) string {
	if x.Op == score.Quality {
		return orDash(x.Band)
	}
	if x.Actual.Blank() {
		return "—"
	}
	return x.Actual.String() + x.Unit
}

// reasonOf is the reason of a row with what a reviewer gave; where one is wanted and missing it says so.
func reasonOf(x *score.Indicator, r score.Row) string {
	var parts []string
	if r.Want != "" && x.Reason == "" {
		parts = append(parts, r.Want+"，要写原因")
	}
	if x.Reason != "" {
		parts = append(parts, x.Reason)
	}
	if !x.Share.Blank() {
		parts = append(parts, "档内给 "+score.Percent(x.Share).Trim().String()+"%（"+x.Given+"）")
	}
	return strings.Join(parts, "；")
}

func (v programmeView) history() []web.Step {
	var out []web.Step
	for _, s := range v.Steps {
		out = append(out, web.Step{At: s.At, Who: s.ByName, Title: s.Action.Label(), Text: s.Remark})
	}
	return out
}

// todo is what must be done before the evaluation can be submitted.
func (v programmeView) todo() []string {
	if v.Programme.State == performance.Drafting {
		return v.Faults
	}
	if v.Programme.State != performance.Running || v.Evaluation == nil {
		return nil
	}
	return v.Evaluation.Obstacles()
}

// qualities are the qualitative indicators whose share a reviewer may change, with their band.
func (v programmeView) qualities() []web.Option {
	var out []web.Option
	for _, x := range v.Evaluation.Form.Indicators {
		if x.Op == score.Quality {
			out = append(out, web.Option{Value: x.ID, Label: x.Name + "（" + x.Band + "）"})
		}
	}
	return out
}

// act runs a step of the life of an evaluation and shows the programme again.
func (h handlers) act(c *web.Ctx, name, done string, step func(f *web.Form) error) error {
	f := c.Form()
	var err error
	if f.OK() {
		err = step(f)
	}
	return answer(c, err, done, programmePath(c.Param("id"), ""), func(f *web.Form) error { return h.showProgramme(c, f, name) })
}

func (h handlers) confirm(c *web.Ctx) error {
	return h.act(c, "confirm", "目标已确定，进入执行和监控。", func(f *web.Form) error {
		_, err := h.Performance.ConfirmTargets(c.Context(), c.Param("id"), f.Version())
		return err
	})
}

func (h handlers) revise(c *web.Ctx) error {
	return h.act(c, "revise", "目标可以修改了，改好后请再确定。", func(f *web.Form) error {
		_, err := h.Performance.ReviseTargets(c.Context(), c.Param("id"), f.Version(), f.Text("remark"))
		return err
	})
}

func (h handlers) submit(c *web.Ctx) error {
	return h.act(c, "submit", "自评已提交，数据已封存，等待股室审核。", func(f *web.Form) error {
		_, err := h.Performance.Submit(c.Context(), c.Param("id"), f.Version())
		return err
	})
}

func (h handlers) passSection(c *web.Ctx) error {
	return h.act(c, "pass", "股室审核已通过，等待财务审核。", func(f *web.Form) error {
		_, err := h.Performance.PassSection(c.Context(), c.Param("id"), f.Version(), f.Text("remark"))
		return err
	})
}

func (h handlers) passFinance(c *web.Ctx) error {
	return h.act(c, "pass", "财务审核已通过，等待中心领导审定。", func(f *web.Form) error {
		_, err := h.Performance.PassFinance(c.Context(), c.Param("id"), f.Version(), f.Text("remark"))
		return err
	})
}

func (h handlers) lock(c *web.Ctx) error {
	return h.act(c, "pass", "评价已审定锁定。", func(f *web.Form) error {
		_, err := h.Performance.Lock(c.Context(), c.Param("id"), f.Version(), f.Text("remark"))
		return err
	})
}

func (h handlers) giveBack(c *web.Ctx) error {
	return h.act(c, "return", "已退回修改。", func(f *web.Form) error {
		_, err := h.Performance.Return(c.Context(), c.Param("id"), f.Version(), f.Text("remark"))
		return err
	})
}

func (h handlers) reopen(c *web.Ctx) error {
	return h.act(c, "reopen", "已重开新的一轮，原来锁定的一轮保留。", func(f *web.Form) error {
		_, err := h.Performance.Reopen(c.Context(), c.Param("id"), f.Version(), f.Text("remark"))
		return err
	})
}

// decimal reads a number of a form; what is none is noted at the field.
func decimal(f *web.Form, name string) score.Decimal {
	d, err := score.ParseDecimal(f.Text(name))
	if err != nil {
		f.Fail(name, "“%s”不是数。", f.Text(name))
	}
	return d
}

func (h handlers) override(c *web.Ctx) error {
	share := decimal(c.Form(), "share")
	return h.act(c, "override", "得分已在档内调整，并留下记录。", func(f *web.Form) error {
		part, err := score.FromPercent(share)
		if err != nil {
			return performance.ErrBand.Field("share", "请写 0 至 100 之间的百分比。")
		}
		_, err = h.Performance.Override(c.Context(), c.Param("id"), f.Version(), f.Text("indicator"), part, f.Text("reason"))
		return err
	})
}

package performancehttp

import (
	"math/big"

	"github.com/a-h/templ"

	"yichuang/internal/metric"
	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
	"yichuang/internal/web"
)

// trialView is what every policy gives a form, side by side.
type trialView struct {
	performance.ProgrammeView
	Evaluation *performance.Evaluation
	Trials     []score.Trial
}

func (h handlers) trials(c *web.Ctx) error {
	var v trialView
	var err error
	if v.ProgrammeView, err = h.Performance.Programme(c.Context(), c.Param("id")); err != nil {
		return err
	}
	if v.Evaluation, v.Trials, err = h.Performance.Trials(c.Context(), c.Param("id")); err != nil {
		return err
	}
	return c.Render(trialPage(v))
}

func (v trialView) tiles() []web.Tile {
	var out []web.Tile
	for _, t := range v.Trials {
		hint := orDash(t.Result.Grade)
		switch {
		case t.Policy.ID == v.Evaluation.Result.Policy:
			hint += "，本年采用"
		case t.Policy.Checking:
			hint += "，只供核对"
		}
		if t.Scaled {
			hint += "，分值按比例折算"
		}
		out = append(out, web.Tile{Label: t.Policy.Name, Value: t.Result.Total.String(), Unit: "分", Hint: hint})
	}
	return out
}

// table sets the rows side by side; a row that some policy scores differently is marked.
func (v trialView) table() web.Table {
	t := web.Table{ID: "trials", Caption: "各办法的得分", Columns: []web.Column{{Label: "指标", Grow: true, Name: true}, {Label: "指标值"}, {Label: "实际"}}}
	for _, x := range v.Trials {
		t.Columns = append(t.Columns, web.Column{Label: x.Policy.Name, Number: true})
	}
	line := func(id, name, target, actual string, of func(r *score.Result) score.Row) {
		row := web.Row{ID: id, Cells: []templ.Component{web.CellText(name), web.CellText(target), web.CellText(actual)}}
		var first *big.Rat
		for _, x := range v.Trials {
			r := of(x.Result)
			earned := earnedShare(r)
			if first == nil {
				first = earned
			} else if earned.Cmp(first) != 0 {
				row.State = web.Yellow
			}
			row.Cells = append(row.Cells, web.CellText(orDash(r.Score.String())))
		}
		t.Rows = append(t.Rows, row)
	}
	line("money", "预算执行率", "", "", func(r *score.Result) score.Row { x, _ := r.Execution(); return x })
	for i := range v.Evaluation.Form.Indicators {
		x := &v.Evaluation.Form.Indicators[i]
		line(x.ID, x.Name, x.TargetText(), actualOf(x), func(r *score.Result) score.Row { return r.Rows[i] })
	}
	t.Foot = []templ.Component{web.CellText("总分"), web.CellText(""), web.CellText("")}
	for _, x := range v.Trials {
		t.Foot = append(t.Foot, web.CellText(x.Result.Total.String()))
	}
	return t
}

// earnedShare is the part of its points that a row earned, which can be compared where the points differ. The points as
// they are printed are too coarse for that where they were scaled.
func earnedShare(r score.Row) *big.Rat {
	w := r.Weight.Rat()
	if w.Sign() == 0 {
		return w
	}
	share := w.Quo(r.Exact.Rat(), w)
	return new(big.Rat).SetFrac64(metric.HalfUp(share.Mul(share, big.NewRat(100, 1))), 100)
}

// policyView is the policy of a year with those that could be chosen.
type policyView struct {
	Year   int
	Choice performance.Choice
	Policy *score.Policy
	All    []*score.Policy
	Form   *web.Form
	Write  bool
}

func (h handlers) policy(c *web.Ctx) error { return h.showPolicy(c, nil) }

func (h handlers) showPolicy(c *web.Ctx, f *web.Form) error {
	v := policyView{Year: yearOf(c), Form: f, Write: c.Can(performance.PermPolicy)}
	if v.Year == 0 {
		return performance.ErrProgramme
	}
	var err error
	if v.Choice, v.Policy, err = h.Performance.PolicyOf(c.Context(), v.Year); err != nil {
		return err
	}
	if v.All, err = h.Performance.Policies(); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(policyPage(v))
	}
	return c.Render(policyPage(v))
}

func (v policyView) options() []web.Option {
	var out []web.Option
	for _, p := range v.All {
		if !p.Checking {
			out = append(out, web.Option{Value: p.ID, Label: p.Name + "（" + p.Region + "）"})
		}
	}
	return out
}

func (v policyView) table() web.Table {
	t := web.Table{ID: "policies", Caption: "评分办法", Columns: []web.Column{{Label: "名称", Grow: true, Name: true}, {Label: "地区"}, {Label: "执行率分值", Number: true}, {Label: "等级起点"}, {Label: "说明", Wrap: true}}}
	for _, p := range v.All {
		note := ""
		if len(p.Notes) > 0 {
			note = p.Notes[0]
		}
		if p.Checking {
			note = "只用来核对已公开的数。" + note
		}
		name := p.Title()
		if p.ID == v.Policy.ID {
			name += "，本年采用"
		}
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Cells: []templ.Component{web.CellText(name), web.CellText(p.Region), web.CellText(p.Execution.Weight.String()), web.CellText(grades(p)), web.CellText(note)}})
	}
	return t
}

func grades(p *score.Policy) string {
	text := ""
	for _, g := range p.Grades {
		text += " " + g.Name + "≥" + g.From.String()
	}
	return orDash(text)
}

func (h handlers) choosePolicy(c *web.Ctx) error {
	f := c.Form()
	_, err := h.Performance.ChoosePolicy(c.Context(), yearOf(c), f.Version(), f.Text("policy"), f.Text("reason"))
	return answer(c, err, "评分办法已选定。", yearPath(yearOf(c), "/policy"), func(f *web.Form) error { return h.showPolicy(c, f) })
}

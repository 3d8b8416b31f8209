package performancehttp

import (
	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
	"yichuang/internal/web"
)

// fillView is the self-evaluation as it is filled in: bound values are shown, the others asked for.
type fillView struct {
	performance.ProgrammeView
	Evaluation *performance.Evaluation
	Form       *web.Form
	Write      bool
}

func (h handlers) fill(c *web.Ctx) error { return h.showFill(c, nil) }

func (h handlers) showFill(c *web.Ctx, f *web.Form) error {
	v := fillView{Form: f}
	var err error
	if v.ProgrammeView, err = h.Performance.Programme(c.Context(), c.Param("id")); err != nil {
		return err
	}
	if v.Programme.State != performance.Running {
		return c.Redirect(v.at(""))
	}
	v.Write = c.Can(performance.PermFill)
	if v.Evaluation, err = h.Performance.Evaluation(c.Context(), c.Param("id")); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(fillPage(v))
	}
	return c.Render(fillPage(v))
}

func (v fillView) at(rest string) string { return programmePath(v.Programme.ID, rest) }

func (v fillView) bands() []web.Option {
	var out []web.Option
	for _, b := range v.Bands {
		out = append(out, web.Option{Value: b, Label: b})
	}
	return out
}

// want says why the reason of a row is asked for; "" where none is.
func (v fillView) want(id string) string {
	for i := range v.Evaluation.Form.Indicators {
		if v.Evaluation.Form.Indicators[i].ID == id {
			return v.Evaluation.Result.Rows[i].Want
		}
	}
	return ""
}

// value is what a bound indicator comes to now.
func (v fillView) value(id string) string {
	for i := range v.Evaluation.Form.Indicators {
		if x := &v.Evaluation.Form.Indicators[i]; x.ID == id {
			return actualOf(x)
		}
	}
	return "—"
}

func (v fillView) hint(in *performance.Indicator) string {
	text := "指标值 " + in.TargetText() + "，" + in.Weight.String() + " 分"
	if w := v.want(in.ID); w != "" {
		text += "；" + w + "，要写原因"
	}
	return text
}

func (v fillView) project() bool { return v.Programme.Kind == score.Project }

func (h handlers) saveFill(c *web.Ctx) error {
	f := c.Form()
	view, err := h.Performance.Programme(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	in := performance.FillSheet{Outcome: f.Text("outcome"), FundReason: f.Text("fund_reason"), Rows: map[string]performance.FillInput{}, Texts: map[string]string{}}
	for i := range view.Indicators {
		x := &view.Indicators[i]
		row := performance.FillInput{Band: f.Text("band." + x.ID), Reason: f.Text("reason." + x.ID)}
		if !x.Bound() && x.Op != score.Quality {
			row.Actual = decimal(f, "actual."+x.ID)
		}
		in.Rows[x.ID] = row
	}
	for _, t := range performance.TextNames(view.Programme.Kind) {
		in.Texts[t.Name] = f.Text(t.Name)
	}
	if f.OK() {
		_, err = h.Performance.Fill(c.Context(), c.Param("id"), f.Version(), in)
	}
	return answer(c, err, "填报已保存。核对无误后提交自评。", programmePath(c.Param("id"), ""), func(f *web.Form) error { return h.showFill(c, f) })
}

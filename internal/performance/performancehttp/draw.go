package performancehttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/metric"
	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
	"yichuang/internal/web"
)

// drawView is the samples of a year.
type drawView struct {
	Year  int
	Draws []performance.Draw
	Form  *web.Form
	Write bool
}

func (h handlers) draws(c *web.Ctx) error { return h.showDraws(c, nil) }

func (h handlers) showDraws(c *web.Ctx, f *web.Form) error {
	v := drawView{Year: yearOf(c), Form: f, Write: c.Can(performance.PermDraw)}
	if v.Year == 0 {
		return performance.ErrProgramme
	}
	var err error
	if v.Draws, err = h.Performance.Draws(c.Context(), v.Year); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(drawPage(v))
	}
	return c.Render(drawPage(v))
}

func drawTitle(d performance.Draw) string {
	return web.MomentText(d.At) + "，" + d.ByName + "，种子 " + strconv.FormatInt(d.Seed, 10)
}

func (v drawView) table(d performance.Draw) web.Table {
	t := web.Table{ID: "draw-" + d.ID, Caption: "抽评", Columns: []web.Column{{Label: "评价对象", Grow: true, Name: true}, {Label: "锁定得分", Number: true}, {Label: "抽评得分", Number: true}, {Label: "差异", Number: true}, {Label: "等级"}, {Label: "抽评人", Minor: true}, {Label: "结论", Wrap: true}}}
	for i := range d.Rechecks {
		r := &d.Rechecks[i]
		found, result := "—", "还没有抽评"
		if r.Done {
			found, result = metric.Hundredths(r.Score), r.Remark
		}
		href := yearPath(v.Year, "/draws/"+d.ID+"/"+r.ProgrammeID)
		t.Rows = append(t.Rows, web.Row{ID: r.ProgrammeID, Href: href, Cells: []templ.Component{web.CellLink(href, r.Name), web.CellText(metric.Hundredths(r.Was)), web.CellText(found), web.CellText(r.Diff()), web.CellText(orDash(r.Grade)), web.CellText(orDash(r.ByName)), web.CellText(result)}})
	}
	return t
}

func (h handlers) draw(c *web.Ctx) error {
	f := c.Form()
	size, seed := int(f.Int("size")), f.Int("seed")
	var err error
	if f.OK() {
		_, err = h.Performance.DrawSample(c.Context(), yearOf(c), size, seed)
	}
	return answer(c, err, "已抽取，等待抽评。", yearPath(yearOf(c), "/draws"), func(f *web.Form) error { return h.showDraws(c, f) })
}

// recheckView is the second look at one evaluation.
type recheckView struct {
	Year       int
	Recheck    performance.Recheck
	Evaluation *performance.Evaluation
	Form       *web.Form
	Write      bool
	Bands      []web.Option
}

func (h handlers) recheck(c *web.Ctx) error { return h.showRecheck(c, nil) }

func (h handlers) showRecheck(c *web.Ctx, f *web.Form) error {
	v := recheckView{Year: yearOf(c), Form: f}
	var err error
	if v.Recheck, v.Evaluation, err = h.Performance.Recheck(c.Context(), c.Param("draw"), c.Param("id")); err != nil {
		return err
	}
	v.Write = !v.Recheck.Done && c.Can(performance.PermDraw)
	policy, err := score.ReadPolicy([]byte(v.Evaluation.PolicyText))
	if err != nil {
		return err
	}
	for _, b := range policy.Bands {
		v.Bands = append(v.Bands, web.Option{Value: b.Name, Label: b.Name})
	}
	if f != nil {
		return c.Invalid(recheckPage(v))
	}
	return c.Render(recheckPage(v))
}

func (v recheckView) tiles() []web.Tile {
	out := []web.Tile{{Label: "锁定得分", Value: metric.Hundredths(v.Recheck.Was), Unit: "分"}}
	if v.Recheck.Done {
		out = append(out, web.Tile{Label: "抽评得分", Value: metric.Hundredths(v.Recheck.Score), Unit: "分", Hint: v.Recheck.Grade}, web.Tile{Label: "差异", Value: v.Recheck.Diff(), Unit: "分"})
	}
	return out
}

func (v recheckView) table() web.Table {
	t := web.Table{ID: "rows", Caption: "抽评的指标", Columns: []web.Column{{Label: "指标", Grow: true, Name: true}, {Label: "指标值"}, {Label: "核定"}, {Label: "得分 / 分值", Number: true}, {Label: "依据"}}}
	for i := range v.Evaluation.Form.Indicators {
		x, r := &v.Evaluation.Form.Indicators[i], v.Evaluation.Result.Rows[i]
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Cells: []templ.Component{web.CellText(x.Name), web.CellText(x.TargetText()), web.CellText(actualOf(x)), web.CellText(r.Score.String() + " / " + x.Weight.String()), web.CellText(x.Source)}})
	}
	return t
}

func (h handlers) finishRecheck(c *web.Ctx) error {
	f := c.Form()
	_, e, err := h.Performance.Recheck(c.Context(), c.Param("draw"), c.Param("id"))
	if err != nil {
		return err
	}
	var found []performance.RecheckInput
	for _, x := range e.Form.Indicators {
		in := performance.RecheckInput{Indicator: x.ID, Band: f.Text("band." + x.ID)}
		if x.Op != score.Quality {
			in.Actual = decimal(f, "actual."+x.ID)
		}
		found = append(found, in)
	}
	if f.OK() {
		_, err = h.Performance.FinishRecheck(c.Context(), c.Param("draw"), c.Param("id"), f.Text("remark"), found)
	}
	return answer(c, err, "抽评已完成，锁定的评价不变。", yearPath(yearOf(c), "/draws"), func(f *web.Form) error { return h.showRecheck(c, f) })
}

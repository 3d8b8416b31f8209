package performancehttp

import (
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
	"yichuang/internal/web"
)

// targetView is goal and indicators of a programme, with the forms that change them while they are drafted.
type targetView struct {
	performance.ProgrammeView
	Form    *web.Form
	Failed  string
	Write   bool
	Sources []performance.Source
	Common  []performance.Common
}

func (h handlers) targets(c *web.Ctx) error { return h.showTargets(c, nil, "") }

func (h handlers) showTargets(c *web.Ctx, f *web.Form, failed string) error {
	v := targetView{Form: f, Failed: failed, Sources: h.Performance.Sources()}
	var err error
	if v.ProgrammeView, err = h.Performance.Programme(c.Context(), c.Param("id")); err != nil {
		return err
	}
	v.Write = v.Programme.State == performance.Drafting && c.Can(performance.PermTarget)
	if v.Common, err = h.Performance.Commons(c.Context()); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(targetPage(v))
	}
	return c.Render(targetPage(v))
}

func (v targetView) formOf(name string) *web.Form {
	if v.Failed == name {
		return v.Form
	}
	return nil
}

func (v targetView) at(rest string) string { return programmePath(v.Programme.ID, rest) }

func (v targetView) fields() fields {
	p := &v.Programme
	return fields{p.Name, p.Supervisor, p.Implementer, p.Goal, p.Profile}
}

func (v targetView) table() web.Table {
	t := web.Table{ID: "targets", Caption: "指标", Columns: []web.Column{{Label: "一级"}, {Label: "二级", Minor: true}, {Label: "三级指标", Grow: true, Name: true}, {Label: "指标值"}, {Label: "分值", Number: true}, {Label: "数据来源", Wrap: true}},
		Empty: web.Empty{Title: "还没有指标", Text: "从下面的表单添加，或在年度页从表格导入。"}}
	if v.Write {
		t.Columns = append(t.Columns, web.Column{Label: "顺序"})
	}
	for i := range v.Indicators {
		in := &v.Indicators[i]
		row := web.Row{ID: in.ID, Href: v.at("/indicators/" + in.ID), Cells: []templ.Component{web.CellText(score.ClassName(in.Level1)), web.CellText(in.Level2), web.CellLink(v.at("/indicators/"+in.ID), in.Name), web.CellText(in.TargetText()), web.CellText(in.Weight.String()), web.CellText(v.sourceText(in))}}
		if v.Write {
			row.Cells = append(row.Cells, moveForms(v, in.ID))
		}
		t.Rows = append(t.Rows, row)
	}
	sum := performance.WeightSum(v.Indicators)
	t.Foot = []templ.Component{web.CellText("合计"), web.CellText(""), web.CellText("预算执行率另计"), web.CellText(""), web.CellText(sum.String()), web.CellText("")}
	if v.Write {
		t.Foot = append(t.Foot, web.CellText(""))
	}
	if len(t.Rows) == 0 {
		t.Foot = nil
	}
	return t
}

func (v targetView) sourceText(in *performance.Indicator) string { return sourceText(v.Sources, in) }

func sourceText(list []performance.Source, in *performance.Indicator) string {
	for _, s := range list {
		for _, f := range s.Facts {
			if s.Code == in.Source && f.Code == in.Fact {
				return s.Label + "·" + f.Label
			}
		}
	}
	return "人工填报"
}

func opOptions() []web.Option {
	var out []web.Option
	for _, o := range score.Ops() {
		out = append(out, web.Option{Value: string(o), Label: o.Label()})
	}
	return out
}

// factOptions are the facts of every source, in one choice: source and fact with a dot between.
func factOptions(list []performance.Source) []web.Option {
	var out []web.Option
	for _, s := range list {
		for _, f := range s.Facts {
			out = append(out, web.Option{Value: s.Code + "." + f.Code, Label: f.Label + "（" + f.Unit + "）", Group: s.Label})
		}
	}
	return out
}

// indicatorInput reads the form of an indicator; the last day of a period is typed, the day after it is kept.
func indicatorInput(f *web.Form) performance.IndicatorInput {
	in := performance.IndicatorInput{Level1: f.Text("level1"), Level2: f.Text("level2"), Name: f.Text("name"), Op: score.Op(f.Text("op")), Target: f.Text("target"), Unit: f.Text("unit"), Weight: decimal(f, "weight"),
		From: f.Date("from"), To: f.Date("to")}
	in.Source, in.Fact, _ = strings.Cut(f.Text("fact"), ".")
	if in.To > 0 {
		in.To++
	}
	return in
}

func lastDay(d clock.Date) string {
	if d <= 0 {
		return ""
	}
	return (d - 1).String()
}

func firstDay(d clock.Date) string {
	if d <= 0 {
		return ""
	}
	return d.String()
}

func (h handlers) edit(c *web.Ctx) error {
	f := c.Form()
	_, err := h.Performance.EditProgramme(c.Context(), c.Param("id"), f.Version(), programmeInput(f, 0))
	return answer(c, err, "已保存。", programmePath(c.Param("id"), "/targets"), func(f *web.Form) error { return h.showTargets(c, f, "goal") })
}

func (h handlers) addIndicator(c *web.Ctx) error {
	f := c.Form()
	in := indicatorInput(f)
	var err error
	if f.OK() {
		_, err = h.Performance.SaveIndicator(c.Context(), c.Param("id"), f.Version(), "", in)
	}
	return answer(c, err, "指标“"+in.Name+"”已添加。", programmePath(c.Param("id"), "/targets"), func(f *web.Form) error { return h.showTargets(c, f, "indicator") })
}

func (h handlers) moveIndicator(c *web.Ctx) error {
	f := c.Form()
	_, err := h.Performance.MoveIndicator(c.Context(), c.Param("id"), f.Version(), c.Param("indicator"), f.Text("to") == "up")
	return answer(c, err, "顺序已调整。", programmePath(c.Param("id"), "/targets"), func(f *web.Form) error { return h.showTargets(c, f, "move") })
}

// indicatorView is one indicator: its target, what its value rests on, and its evidence.
type indicatorView struct {
	performance.ProgrammeView
	Indicator performance.Indicator
	Origin    performance.Origin
	Value     string
	Form      *web.Form
	Failed    string
	Write     bool
	Fill      bool
	Sources   []performance.Source
}

func (h handlers) indicator(c *web.Ctx) error { return h.showIndicator(c, nil, "") }

func (h handlers) showIndicator(c *web.Ctx, f *web.Form, failed string) error {
	v := indicatorView{Form: f, Failed: failed, Sources: h.Performance.Sources()}
	var err error
	if v.ProgrammeView, err = h.Performance.Programme(c.Context(), c.Param("id")); err != nil {
		return err
	}
	found := false
	for _, in := range v.Indicators {
		if in.ID == c.Param("indicator") {
			v.Indicator, found = in, true
		}
	}
	if !found {
		return performance.ErrIndicator
	}
	state := v.Programme.State
	v.Write = state == performance.Drafting && c.Can(performance.PermTarget)
	v.Fill = state == performance.Running && c.Can(performance.PermFill)
	if state != performance.Drafting {
		e, err := h.Performance.Evaluation(c.Context(), v.Programme.ID)
		if err != nil {
			return err
		}
		v.Origin = e.Origin(v.Indicator.ID)
		for i := range e.Form.Indicators {
			if e.Form.Indicators[i].ID == v.Indicator.ID {
				v.Value = actualOf(&e.Form.Indicators[i])
			}
		}
	}
	if f != nil {
		return c.Invalid(indicatorPage(v))
	}
	return c.Render(indicatorPage(v))
}

func (v indicatorView) formOf(name string) *web.Form {
	if v.Failed == name {
		return v.Form
	}
	return nil
}

func (v indicatorView) at(rest string) string {
	return programmePath(v.Programme.ID, "/indicators/"+v.Indicator.ID+rest)
}

func (v indicatorView) fact() string {
	if !v.Indicator.Bound() {
		return ""
	}
	return v.Indicator.Source + "." + v.Indicator.Fact
}

func (v indicatorView) items() []web.Item {
	in := &v.Indicator
	out := []web.Item{web.ItemText("一级指标", in.Level1), web.ItemText("二级指标", in.Level2), web.ItemText("指标值", in.TargetText()), web.ItemText("分值", in.Weight.String()), web.ItemText("数据来源", sourceText(v.Sources, in)), web.ItemText("实际完成值", v.Value)}
	for _, s := range v.Sources {
		for _, f := range s.Facts {
			if s.Code == in.Source && f.Code == in.Fact {
				out = append(out, web.Item{Label: "统计口径", Value: web.CellText(f.Rule), Wide: true})
			}
		}
	}
	if o := v.Origin; o.Fact != nil {
		out = append(out, web.Item{Label: "依据", Value: originCell(o, v.Programme.Year), Wide: true}, web.ItemText("统计期间", o.Period), web.ItemText("计算时间", web.MomentText(o.Fact.ComputedAt)), web.ItemText("口径版本", o.Fact.Rule),
			web.Item{Label: "校验值", Value: web.CellText(hexOf(o.Fact.Hash)), Wide: true})
	}
	return append(out, web.Item{Label: "未完成原因", Value: web.CellText(orDash(in.Reason)), Wide: true})
}

func (v indicatorView) evidence() web.Table {
	t := web.Table{ID: "evidence", Caption: "佐证材料", Columns: []web.Column{{Label: "文件", Grow: true, Name: true}, {Label: "上传人"}, {Label: "时间"}}, Empty: web.Empty{Title: "没有佐证材料", Text: "人工填报又没有佐证材料的值，表上印“自报”。"}}
	for _, e := range v.Indicator.Evidence {
		t.Rows = append(t.Rows, web.Row{ID: e.ID, Cells: []templ.Component{web.CellLink(programmePath(v.Programme.ID, "/evidence/"+e.ID), e.Name), web.CellText(e.ByName), web.CellTime(e.At)}})
	}
	return t
}

func (h handlers) saveIndicator(c *web.Ctx) error {
	f := c.Form()
	in := indicatorInput(f)
	var err error
	if f.OK() {
		_, err = h.Performance.SaveIndicator(c.Context(), c.Param("id"), f.Version(), c.Param("indicator"), in)
	}
	return answer(c, err, "指标已保存。", programmePath(c.Param("id"), "/targets"), func(f *web.Form) error { return h.showIndicator(c, f, "indicator") })
}

func (h handlers) removeIndicator(c *web.Ctx) error {
	_, err := h.Performance.RemoveIndicator(c.Context(), c.Param("id"), c.Form().Version(), c.Param("indicator"))
	return answer(c, err, "指标已去掉。", programmePath(c.Param("id"), "/targets"), func(f *web.Form) error { return h.showIndicator(c, f, "remove") })
}

// uploads saves the files of a form; what is wrong with one is noted at the field.
func (h handlers) uploads(c *web.Ctx, f *web.Form) []blob.Upload {
	chosen := f.Files("files")
	sizes := make([]int64, len(chosen))
	for i, u := range chosen {
		sizes[i] = u.Size
	}
	f.Take(performance.CheckEvidence(sizes))
	if !f.OK() {
		return nil
	}
	var out []blob.Upload
	for _, u := range chosen {
		r, err := u.Open()
		if err == nil {
			var up blob.Upload
			up, err = h.Blobs.Save(c.Actor().CentreID, r, u.Name)
			r.Close()
			out = append(out, up)
		}
		if err != nil {
			c.Note(err)
			f.Fail("files", "“%s”：%s", u.Name, errs.As(err).Public)
		}
	}
	return out
}

func (h handlers) addEvidence(c *web.Ctx) error {
	f := c.Form()
	files := h.uploads(c, f)
	var err error
	if f.OK() {
		_, err = h.Performance.AddEvidence(c.Context(), c.Param("id"), f.Version(), c.Param("indicator"), files)
	}
	return answer(c, err, "佐证材料已上传。", programmePath(c.Param("id"), "/indicators/"+c.Param("indicator")), func(f *web.Form) error { return h.showIndicator(c, f, "evidence") })
}

func (h handlers) openEvidence(c *web.Ctx) error {
	b, err := h.Performance.OpenEvidence(c.Context(), c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	return h.Blobs.Serve(c.Writer, c.Request, b)
}

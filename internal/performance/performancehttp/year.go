package performancehttp

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
	"yichuang/internal/web"
)

// yearView is the page for the leader: money and outcome of each programme, this year and last, with what drags the score.
type yearView struct {
	Year   int
	Years  []int
	Lines  []performance.Line
	Policy *score.Policy
	Form   *web.Form
	Write  bool
}

func (h handlers) index(c *web.Ctx) error {
	years, err := h.Performance.Years(c.Context())
	if err != nil {
		return err
	}
	year := c.Now().Date().Year() - 1
	if len(years) > 0 {
		year = years[0]
	}
	return c.Redirect(yearPath(year, ""))
}

func (h handlers) year(c *web.Ctx) error { return h.showYear(c, nil) }

func (h handlers) showYear(c *web.Ctx, f *web.Form) error {
	v := yearView{Year: yearOf(c), Form: f, Write: c.Can(performance.PermTarget)}
	if v.Year == 0 {
		return performance.ErrProgramme
	}
	var err error
	if v.Years, err = h.Performance.Years(c.Context()); err != nil {
		return err
	}
	if v.Lines, err = h.Performance.Overview(c.Context(), v.Year); err != nil {
		return err
	}
	if _, v.Policy, err = h.Performance.PolicyOf(c.Context(), v.Year); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(yearPage(v))
	}
	return c.Render(yearPage(v))
}

// tabs are the years that have programmes, and the year that is shown.
func (v yearView) tabs() []web.Tab {
	var out []web.Tab
	seen := false
	for _, y := range v.Years {
		out = append(out, web.Tab{Label: number(y) + " 年", Href: yearPath(y, ""), Current: y == v.Year})
		seen = seen || y == v.Year
	}
	if !seen {
		out = append([]web.Tab{{Label: number(v.Year) + " 年", Href: yearPath(v.Year, ""), Current: true}}, out...)
	}
	if len(v.Years) > 0 && v.Write && v.Years[0] == v.Year {
		out = append([]web.Tab{{Label: number(v.Year+1) + " 年", Href: yearPath(v.Year+1, "")}}, out...)
	}
	return out
}

func wan(fen int64) string { return money.Fen(fen).WanYuan() }

// rate is a share of a budget in percent with two decimals, — where there is no budget.
func rate(spent, full int64) string { return metric.Ratio{Num: spent, Den: full}.Text() }

func (v yearView) tiles() []web.Tile {
	var out []web.Tile
	sum, n := int64(0), int64(0)
	for i := range v.Lines {
		l := &v.Lines[i]
		p := &l.Programme
		if p.Kind == score.Whole {
			hint := p.State.Label()
			if p.Scored {
				hint = p.Grade + "，" + hint
			}
			out = append(out, web.Tile{Label: "部门整体支出得分", Value: p.ScoreText(), Unit: unitOf(p.Scored, "分"), Hint: hint, Href: programmePath(p.ID, "")},
				web.Tile{Label: "预算执行率", Value: rate(l.Spent, l.Full), Hint: "执行 " + wan(l.Spent) + " / 全年预算 " + wan(l.Full) + " 万元"})
		} else if p.Scored {
			sum, n = sum+p.Score, n+1
		}
	}
	if n > 0 {
		mean := metric.HalfUp(big.NewRat(sum, n))
		out = append(out, web.Tile{Label: "项目平均得分", Value: metric.Hundredths(mean), Unit: "分", Hint: strconv.FormatInt(n, 10) + " 个项目，合计 " + metric.Hundredths(sum) + " 分"})
	}
	return out
}

func unitOf(known bool, unit string) string {
	if known {
		return unit
	}
	return ""
}

func (v yearView) table() web.Table {
	t := web.Table{ID: "programmes", Caption: "绩效评价对象", Columns: []web.Column{{Label: "评价对象", Grow: true, Name: true}, {Label: "状态"}, {Label: "全年预算", Unit: "万元", Number: true}, {Label: "执行数", Unit: "万元", Number: true},
		{Label: "执行率", Number: true}, {Label: "得分", Number: true}, {Label: "等级"}, {Label: "上年得分", Number: true, Minor: true}, {Label: "变化", Number: true, Minor: true}, {Label: "预警"}},
		Empty: web.Empty{Title: number(v.Year) + " 年还没有绩效目标", Text: "从上一年沿用、导入表格，或逐个新建：部门整体支出一份，每个项目一份。"}}
	for i := range v.Lines {
		l := &v.Lines[i]
		p := &l.Programme
		last := "—"
		if l.Last != nil {
			last = l.Last.ScoreText()
		}
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Href: programmePath(p.ID, ""), State: lightOf(l.Light), Cells: []templ.Component{web.CellLink(programmePath(p.ID, ""), p.Name), web.StateBadge(tone(p.State), p.State.Label()),
			web.CellText(wan(l.Full)), web.CellText(wan(l.Spent)), web.CellText(rate(l.Spent, l.Full)), web.CellText(p.ScoreText()), web.CellText(orDash(p.Grade)), web.CellText(last), web.CellText(l.Change()), lightCell(l)}})
	}
	return t
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func lightOf(w score.Warning) web.Light {
	return map[score.Warning]web.Light{score.Red: web.Red, score.Yellow: web.Yellow}[w]
}

// lightCell names the light, which has its shape and word beside the colour.
func lightCell(l *performance.Line) templ.Component {
	if !l.Programme.Scored && l.WatchedOn.IsZero() {
		return web.CellText("—")
	}
	return warningCell(l.Light)
}

func warningTone(w score.Warning) web.Tone {
	switch w {
	case score.Red:
		return web.Danger
	case score.Yellow:
		return web.Warning
	}
	return web.Success
}

func warningCell(w score.Warning) templ.Component {
	return web.StateBadge(warningTone(w), w.Label())
}

func tone(s performance.State) web.Tone {
	switch s {
	case performance.Locked:
		return web.Success
	case performance.Drafting, performance.Running:
		return web.Info
	}
	return web.Warning
}

// dragged are the programmes that lost points, for the table of what drags the scores.
func (v yearView) dragTable() web.Table {
	t := web.Table{ID: "drags", Caption: "失分点", Columns: []web.Column{{Label: "评价对象", Name: true}, {Label: "失分的指标"}, {Label: "失分", Number: true}, {Label: "原因或计分", Grow: true, Wrap: true}}}
	for i := range v.Lines {
		for n, d := range v.Lines[i].Drags {
			p := &v.Lines[i].Programme
			t.Rows = append(t.Rows, web.Row{ID: p.ID + number(n), Cells: []templ.Component{web.CellText(p.Name), web.CellText(d.Name), web.CellText("-" + d.Lost), web.CellText(d.Why)}})
		}
	}
	return t
}

// newView is the form of a new programme.
type newView struct {
	Year     int
	Form     *web.Form
	Projects []web.Option
}

func (h handlers) newProgramme(c *web.Ctx) error { return h.showNew(c, nil) }

func (h handlers) showNew(c *web.Ctx, f *web.Form) error {
	v := newView{Year: yearOf(c), Form: f}
	if v.Year == 0 {
		return performance.ErrProgramme
	}
	list, err := h.Performance.Projects(c.Context(), v.Year)
	if err != nil {
		return err
	}
	for _, p := range list {
		v.Projects = append(v.Projects, web.Option{Value: p.Code, Label: p.Code + " " + p.Name})
	}
	if f != nil {
		return c.Invalid(newPage(v))
	}
	return c.Render(newPage(v))
}

func kindOptions() []web.Option {
	return []web.Option{{Value: string(score.Whole), Label: "部门整体支出"}, {Value: string(score.Project), Label: "项目支出"}}
}

func programmeInput(f *web.Form, year int) performance.ProgrammeInput {
	return performance.ProgrammeInput{Year: year, Kind: score.Kind(f.Text("kind")), Project: f.Text("project"), Name: f.Text("name"), Supervisor: f.Text("supervisor"), Implementer: f.Text("implementer"),
		Goal: f.Text("goal"), Profile: f.Text("profile")}
}

func (h handlers) create(c *web.Ctx) error {
	p, err := h.Performance.CreateProgramme(c.Context(), programmeInput(c.Form(), yearOf(c)))
	return answer(c, err, "已新建。下一步：填写指标，分值合计 100。", programmePath(p.ID, "/targets"), func(f *web.Form) error { return h.showNew(c, f) })
}

func (h handlers) copyYear(c *web.Ctx) error {
	made, left, err := h.Performance.CopyYear(c.Context(), yearOf(c))
	done := "从上一年沿用了 " + number(made) + " 个评价对象的目标和指标。"
	if len(left) > 0 {
		done += "今年的账套里没有项目“" + strings.Join(left, "”“") + "”，没有沿用。"
	}
	return answer(c, err, done, yearPath(yearOf(c), ""), func(f *web.Form) error { return h.showYear(c, f) })
}

// locked reports whether an evaluation of the year is locked, so that there are documents.
func (v yearView) locked() bool {
	for i := range v.Lines {
		if v.Lines[i].Programme.State == performance.Locked {
			return true
		}
	}
	return false
}

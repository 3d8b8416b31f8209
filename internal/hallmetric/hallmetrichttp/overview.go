package hallmetrichttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// overview is the leader's page of the hall: now, today, this month and this year.
func (h handlers) overview(c *web.Ctx) error {
	o, err := h.Metrics.Overview(c.Context())
	if err != nil {
		return err
	}
	return c.Render(overviewPage(overviewView{o, c}))
}

type overviewView struct {
	hallmetric.Overview
	c *web.Ctx
}

func number(n int64) string { return web.GroupDigits(strconv.FormatInt(n, 10)) }

// now are the tiles of this moment.
func (v overviewView) now() []web.Tile {
	late := web.Tile{Label: "在办超期", Value: number(v.Overdue), Unit: "件", Hint: "已过承诺时限、还没有决定"}
	if v.Overdue > 0 {
		late.Light = web.Red
	}
	return []web.Tile{{Label: "在办办件", Value: number(v.Open), Unit: "件", Href: open(v.c, "/cases")}, late, {Label: "大厅等候", Value: number(v.Waiting), Unit: "人", Href: open(v.c, "/hall/queue")}}
}

// table is today, this month and this year side by side.
func (v overviewView) table() web.Table {
	t := web.Table{ID: "spans", Caption: "今日、本月、本年", Columns: []web.Column{{Label: "指标", Grow: true, Name: true}}}
	for _, s := range v.Spans {
		t.Columns = append(t.Columns, web.Column{Label: s.Label, Number: true}, web.Column{Label: "分子 / 分母", Number: true, Minor: true})
	}
	for i, m := range v.Measures {
		row := web.Row{ID: m.Code, Cells: []templ.Component{web.CellLink(address("/hall/metrics/one", spanOf(v.Spans[1].Period), "m", m.Code), m.Label)}}
		for _, s := range v.Spans {
			f := s.Figures[i]
			sides := f.NumText() + " / " + f.DenText()
			if f.Form == metric.Count {
				sides = ""
			}
			value := web.CellText(valueText(f))
			if !m.Sealed && f.Absent == "" && (f.Num != 0 || f.Den != 0) {
				value = web.CellLink(recordsHref(m.Code, s.Period, metric.Denominator, ""), valueText(f))
			}
			row.Cells = append(row.Cells, value, web.CellText(sides))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// units is this month by department.
func (v overviewView) units() web.Table {
	t := web.Table{ID: "units", Caption: "本月各部门", Total: len(v.Units), Columns: []web.Column{{Label: "部门", Grow: true, Name: true}, {Label: "接件", Unit: "件", Number: true}, {Label: "办结", Unit: "件", Number: true}, {Label: "按期办结率", Number: true},
		{Label: "到期办结率", Number: true}, {Label: "平均办理", Unit: "工作日", Number: true, Minor: true}, {Label: "一次办成率", Number: true, Minor: true}},
		Empty: web.Empty{Title: "本月还没有办件", Text: "接件以后，这里列出各部门的数量和时效。"}}
	for _, l := range v.Units {
		row := web.Row{ID: l.Subject.ID, Cells: []templ.Component{web.CellLink(address("/hall/metrics", spanOf(v.Spans[1].Period), "subject", l.Subject.Key()), l.Subject.Name)}}
		for _, x := range l.Values {
			if x.Form == metric.Rate && x.Known() && x.Num < x.Den && (x.Metric == "HC1" || x.Metric == "HC2") {
				row.State = web.Yellow
			}
			row.Cells = append(row.Cells, sideCell(x.Figure, metric.Denominator, x.Text(), true))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// chart draws the closed cases of the departments.
func (v overviewView) chart() web.Chart {
	ch := web.Chart{ID: "closed", Title: "本月各部门接件和办结", Kind: web.Bar, Unit: "件", Sideways: true, Series: []web.Series{{Name: "接件"}, {Name: "办结"}}}
	for _, l := range v.Units {
		ch.Labels = append(ch.Labels, l.Subject.Name)
		for i := range ch.Series {
			ch.Series[i].Values = append(ch.Series[i].Values, float64(l.Values[i].Num))
		}
	}
	return ch
}

// published says from where the figures of the year come.
func (v overviewView) published() string {
	if n := v.Spans[len(v.Spans)-1].Published; n > 0 {
		return "本年的数值中，" + strconv.Itoa(n) + " 个月用的是已封存公布的数值，其余按现在的记录计算。"
	}
	return "全部按现在的记录计算。"
}

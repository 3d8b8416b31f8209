package hallmetrichttp

import (
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// metricsView is the page of all measures of one period.
type metricsView struct {
	Form   *web.Form
	Sheet  hallmetric.Sheet
	Line   hallmetric.Line
	Action string
}

func (h handlers) metrics(c *web.Ctx) error {
	v, err := h.sheet(c, "/hall/metrics")
	if err != nil {
		return err
	}
	return c.Render(metricsPage(v))
}

// totals is the same page for those who read totals only (财务): without links.
func (h handlers) totals(c *web.Ctx) error {
	v, err := h.sheet(c, "/hall/totals")
	if err != nil {
		return err
	}
	return c.Render(metricsPage(v))
}

func (h handlers) sheet(c *web.Ctx, action string) (metricsView, error) {
	v := metricsView{Form: c.Form(), Action: action}
	q := hallmetric.Query{Period: periodOf(c), Changes: true}
	if action == "/hall/metrics" {
		q.Subject = c.Form().Text("subject")
	}
	var err error
	if v.Sheet, err = h.Metrics.Figures(c.Context(), q); err == nil && len(v.Sheet.Lines) > 0 {
		v.Line = v.Sheet.Lines[0]
	}
	return v, err
}

func (v metricsView) links() bool { return v.Action == "/hall/metrics" && !v.Sheet.Totals }

func (v metricsView) lead() string {
	who := "全部"
	if v.Line.Subject.By != hallmetric.Whole {
		who = v.Line.Subject.Name
	}
	return v.Sheet.Period.String() + "，" + who + "，截至 " + web.MomentText(v.Sheet.At) + "。"
}

// tables are the measures in their groups.
func (v metricsView) tables() []templ.Component {
	var out []templ.Component
	for _, g := range hallmetric.Groups() {
		t := web.Table{ID: "metrics-" + string(g), Caption: string(g), Columns: []web.Column{{Label: "指标", Grow: true, Name: true}, {Label: "数值", Number: true}, {Label: "分子", Number: true}, {Label: "分母", Number: true}, {Label: "排除", Number: true, Minor: true},
			{Label: "环比", Number: true, Minor: true}, {Label: "同比", Number: true, Minor: true}, {Label: "说明"}}}
		for i, m := range v.Sheet.Measures {
			if m.Group != g || i >= len(v.Line.Values) {
				continue
			}
			x := v.Line.Values[i]
			name := web.CellText(m.Label)
			if v.links() && v.Line.Subject.By == hallmetric.Whole {
				name = web.CellLink(address("/hall/metrics/one", spanOf(v.Sheet.Period), "m", m.Code, "by", string(hallmetric.ByUnit)), m.Label)
			}
			cells := append([]templ.Component{name}, figureCells(m, x.Figure, v.links())...)
			t.Rows = append(t.Rows, web.Row{ID: m.Code, Cells: append(cells, web.CellText(changeText(x.Previous)), web.CellText(changeText(x.LastYear)), web.CellText(remarkText(x.Figure)))})
		}
		if len(t.Rows) > 0 {
			out = append(out, web.PartPanel(string(g), web.DataTable(t)))
		}
	}
	return out
}

func (h handlers) metricsExport(c *web.Ctx) error { return h.export(c, "/hall/metrics") }

func (h handlers) totalsExport(c *web.Ctx) error { return h.export(c, "/hall/totals") }

// export sends all measures of a period as a spreadsheet.
func (h handlers) export(c *web.Ctx, action string) error {
	v, err := h.sheet(c, action)
	if err != nil {
		return err
	}
	columns := []xlsx.Column{{Label: "分类", Width: 14}, {Label: "指标", Width: 28}, {Label: "数值", Width: 12}, {Label: "单位", Width: 8}, {Label: "分子", Width: 12}, {Label: "分母", Width: 12}, {Label: "排除", Width: 8}, {Label: "环比", Width: 20}, {Label: "同比", Width: 20},
		{Label: "说明", Width: 20}, {Label: "口径", Width: 90}, {Label: "来源", Width: 12}}
	sheet := xlsx.Sheet{Name: "大厅指标", Title: "大厅指标 " + v.Sheet.Period.String(), Note: v.lead(), Columns: columns}
	return c.Stream("大厅指标 "+v.Sheet.Period.String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for i, m := range v.Sheet.Measures {
				x := v.Line.Values[i]
				if err := add(string(m.Group), m.Label, x.Text(), m.Unit, x.NumText(), denText(x.Figure), x.Excluded, changeText(x.Previous), changeText(x.LastYear), remarkText(x.Figure), m.Rule, m.Source); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// oneView is one measure by department, site or item.
type oneView struct {
	Form    *web.Form
	Measure hallmetric.Measure
	Period  metric.Period
	By      hallmetric.Dimension
	Sheet   hallmetric.Sheet
}

func (h handlers) one(c *web.Ctx) error {
	v, err := h.oneView(c)
	if err != nil {
		return err
	}
	return c.Render(onePage(v))
}

func (h handlers) oneView(c *web.Ctx) (oneView, error) {
	f := c.Form()
	v := oneView{Form: f, Period: periodOf(c), By: hallmetric.Dimension(f.Choice("by", string(hallmetric.ByUnit), string(hallmetric.BySite), string(hallmetric.ByItem)))}
	if v.By == hallmetric.Whole {
		v.By = hallmetric.ByUnit
	}
	code := f.Text("m")
	if code == "" {
		code = "HC1"
	}
	var err error
	if v.Sheet, err = h.Metrics.Figures(c.Context(), hallmetric.Query{Measures: []string{code}, Period: v.Period, By: v.By, Changes: true}); err == nil {
		v.Measure = v.Sheet.Measures[0]
	}
	return v, err
}

func (v oneView) table() web.Table {
	m := v.Measure
	sides := [2]string{m.Numerator, m.Denominator}
	if sides[1] == "" {
		sides[1] = "分母"
	}
	t := web.Table{ID: "subjects", Caption: m.Label, Total: len(v.Sheet.Lines), Download: "/hall/metrics/one.xlsx", Columns: []web.Column{{Label: dimensionLabel(v.By), Grow: true, Name: true}, {Label: "数值", Number: true}, {Label: sides[0], Number: true},
		{Label: sides[1], Number: true}, {Label: "排除", Number: true, Minor: true}, {Label: "环比", Number: true, Minor: true}, {Label: "同比", Number: true, Minor: true}},
		Empty: web.Empty{Title: "期间内没有符合口径的记录", Text: "换一个期间、指标或统计对象再看。"}}
	for _, l := range v.Sheet.Lines {
		x := l.Values[0]
		cells := append([]templ.Component{web.CellLink(address("/hall/metrics", spanOf(v.Period), "subject", l.Subject.Key()), l.Subject.Name)}, figureCells(m, x.Figure, true)...)
		t.Rows = append(t.Rows, web.Row{ID: l.Subject.ID, Cells: append(cells, web.CellText(changeText(x.Previous)), web.CellText(changeText(x.LastYear)))})
	}
	return t
}

func (h handlers) oneExport(c *web.Ctx) error {
	v, err := h.oneView(c)
	if err != nil {
		return err
	}
	sheet := xlsx.Sheet{Name: "指标", Title: v.Measure.Label + " " + v.Period.String(), Note: v.Measure.Rule, Columns: []xlsx.Column{{Label: dimensionLabel(v.By), Width: 32}, {Label: "数值", Width: 12}, {Label: "分子", Width: 12}, {Label: "分母", Width: 12},
		{Label: "排除", Width: 10}, {Label: "环比", Width: 20}, {Label: "同比", Width: 20}}}
	return c.Stream(v.Measure.Label+" "+v.Period.String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, l := range v.Sheet.Lines {
				x := l.Values[0]
				if err := add(l.Subject.Name, x.Text(), x.NumText(), denText(x.Figure), x.Excluded, changeText(x.Previous), changeText(x.LastYear)); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

package hotlinehttp

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// metricsView is the page of all metrics (指标) of one period.
type metricsView struct {
	Form    *web.Form
	Period  metric.Period
	Unit    string
	Name    string // of the unit
	Rows    []figure.Row
	Units   []web.Option
	Unrated []figure.Unrated
	Change  bool // may change which categories do not count
	Now     clock.Instant
}

// periodOf reads the period from the address: a named one around a day, or a first and a last day of one's own. It is
// this month where nothing is said.
func periodOf(c *web.Ctx) metric.Period {
	f := c.Form()
	today := c.Now().Date()
	at := f.Date("at")
	if at.IsZero() {
		at = today
	}
	switch f.Text("span") {
	case "day":
		return metric.Day(at)
	case "week":
		return metric.Week(at)
	case "quarter":
		return metric.Quarter(at)
	case "year":
		return metric.Year(at)
	case "own":
		if from, last := f.Date("from"), f.Date("last"); !from.IsZero() && !last.IsZero() {
			if from > last {
				f.Fail("last", "结束日期应不早于开始日期。")
				return metric.Month(at)
			}
			return metric.Period{From: from, To: last + 1}
		}
		f.Fail("from", "请填写开始日期和结束日期。")
	}
	return metric.Month(at)
}

var spanOptions = []web.Option{{Value: "month", Label: "月"}, {Value: "day", Label: "日"}, {Value: "week", Label: "周"}, {Value: "quarter", Label: "季"}, {Value: "year", Label: "年"}, {Value: "own", Label: "自定起止"}}

// metrics shows every metric with its parts, its changes and its marks.
func (s reports) metrics(c *web.Ctx) error {
	v, err := s.metricsView(c)
	if err != nil {
		return err
	}
	if v.Unrated, err = s.Figures.UnratedCategories(c.Context()); err != nil {
		return err
	}
	v.Change = c.Can(hotline.PermMetric)
	return c.Render(metricsPage(v))
}

func (s reports) metricsView(c *web.Ctx) (metricsView, error) {
	v := metricsView{Form: c.Form(), Period: periodOf(c), Unit: c.Form().Text("unit"), Now: c.Now()}
	var err error
	if v.Rows, err = s.Figures.Figures(c.Context(), figure.Query{Period: v.Period, UnitID: v.Unit, Changes: true}); err != nil {
		return v, err
	}
	if v.Units, err = unitOptions(c, s.Org); err != nil {
		return v, err
	}
	for _, o := range v.Units {
		if o.Value == v.Unit {
			v.Name = strings.TrimLeft(o.Label, "　")
		}
	}
	return v, nil
}

func (v metricsView) lead() string {
	who := "全部单位"
	if v.Name != "" {
		who = v.Name
	}
	return fmt.Sprintf("%s，%s，截至 %s。", v.Period, who, web.MomentText(v.Now))
}

// unitsHref is the address of one metric by unit.
func (v metricsView) unitsHref(m figure.Measure) string {
	return "/overview/metrics/units?" + url.Values{"m": {string(m)}, "span": {"own"}, "from": {v.Period.From.String()}, "last": {v.Period.Last().String()}}.Encode()
}

func (v metricsView) table() web.Table {
	t := web.Table{ID: "metrics", Caption: "指标", Download: "/overview/metrics/export.xlsx", Columns: []web.Column{{Label: "指标", Grow: true}, {Label: "数值", Number: true}, {Label: "分子", Number: true}, {Label: "分母", Number: true},
		{Label: "排除", Number: true, Minor: true}, {Label: "环比", Number: true, Minor: true}, {Label: "同比", Number: true, Minor: true}, {Label: "说明"}}}
	for _, r := range v.Rows {
		m := figure.Measure(r.Metric)
		name := web.CellText(r.Label)
		if info := m.Info(); info.ByUnit && v.Unit == "" {
			name = web.CellLink(v.unitsHref(m), r.Label)
		}
		t.Rows = append(t.Rows, web.Row{ID: r.Metric, Cells: []templ.Component{name, web.CellText(valueText(r)), v.part(r, metric.Numerator, r.NumText()), v.part(r, metric.Denominator, denText(r.Figure)),
			v.part(r, metric.Excluded, excludedText(r)), changeCell(r.Previous), changeCell(r.LastYear), web.CellText(remarkText(r))}})
	}
	return t
}

// part is one side of a figure, as a link to its records where the hotline has them.
func (v metricsView) part(r figure.Row, p metric.Part, text string) templ.Component {
	m := figure.Measure(r.Metric)
	if text == "" || m.Records(p) == "" || r.Absent != "" || p == metric.Denominator && r.Form == metric.Count {
		return web.CellText(text)
	}
	return web.CellLink(cohortHref(m, p, v.Period, v.Unit), text)
}

func valueText(r figure.Row) string {
	text := r.Text()
	if r.Form != metric.Rate && r.Known() {
		text = web.GroupDigits(text) + " " + r.Unit
	}
	return text
}

func denText(f metric.Figure) string {
	if f.Form == metric.Count {
		return "无"
	}
	return f.DenText()
}

func excludedText(r figure.Row) string {
	if figure.Measure(r.Metric).Info().Excluded == "" {
		return ""
	}
	return fmt.Sprint(r.Excluded)
}

func changeCell(c *metric.Change) templ.Component { return web.CellText(changeText(c)) }

func changeText(c *metric.Change) string {
	switch {
	case c == nil:
		return ""
	case !c.Known || c.Form == metric.Rate:
		return c.AbsText()
	}
	return c.AbsText() + "（" + c.RelText() + "）"
}

// remarkText is what a reader must know beside the value: marks, why there is none, the spread of a time.
func remarkText(r figure.Row) string {
	var out []string
	if !figure.Measure(r.Metric).Info().Now {
		out = r.Marks()
	}
	if r.Absent != "" {
		out = []string{r.Absent}
	}
	if r.Spread != nil {
		out = append(out, fmt.Sprintf("中位数 %d，九成在 %d 以内", r.Spread.P50, r.Spread.P90))
	}
	return strings.Join(out, "；")
}

// metricsExport sends the page as a spreadsheet.
func (s reports) metricsExport(c *web.Ctx) error {
	v, err := s.metricsView(c)
	if err != nil {
		return err
	}
	columns := []xlsx.Column{{Label: "指标", Width: 28}, {Label: "数值", Width: 12}, {Label: "单位", Width: 8}, {Label: "分子", Width: 10}, {Label: "分母", Width: 10}, {Label: "排除", Width: 8}, {Label: "环比", Width: 20}, {Label: "同比", Width: 20},
		{Label: "说明", Width: 24}, {Label: "口径", Width: 90}}
	sheet := xlsx.Sheet{Name: "指标", Title: "指标 " + v.Period.String(), Note: v.lead(), Columns: columns}
	return c.Stream(strings.TrimSpace("指标 "+v.Period.String()+" "+v.Name)+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, r := range v.Rows {
				if err := add(r.Label, r.Text(), r.Unit, r.NumText(), denText(r.Figure), excludedText(r), changeText(r.Previous), changeText(r.LastYear), remarkText(r), r.Rule); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// unitMetricView is one metric by unit.
type unitMetricView struct {
	Form    *web.Form
	Period  metric.Period
	Measure figure.Measure
	Rows    []figure.UnitRow
	Chief   []figure.DispatcherRow // by dispatcher, for the measure that is about them
}

// metricUnits shows one metric of each unit.
func (s reports) metricUnits(c *web.Ctx) error {
	v, err := s.unitMetricView(c)
	if err != nil {
		return err
	}
	return c.Render(unitMetricPage(v))
}

func (s reports) unitMetricView(c *web.Ctx) (unitMetricView, error) {
	v := unitMetricView{Form: c.Form(), Period: periodOf(c), Measure: figure.Measure(c.Form().Text("m"))}
	if v.Measure == "" {
		v.Measure = figure.MeasureOnTime
	}
	var err error
	if v.Rows, err = s.Figures.FiguresByUnit(c.Context(), []figure.Measure{v.Measure}, v.Period); err != nil {
		return v, err
	}
	v.Rows = slices.DeleteFunc(v.Rows, func(r figure.UnitRow) bool {
		return r.Figures[0].Num == 0 && r.Figures[0].Den == 0 && r.Figures[0].Excluded == 0
	})
	if v.Measure == figure.MeasureWellSent && c.Can(hotline.PermMetric) {
		v.Chief, err = s.Figures.Dispatchers(c.Context(), v.Period)
	}
	return v, err
}

func measureOptions() []web.Option {
	var out []web.Option
	for _, m := range figure.Measures() {
		if m.ByUnit {
			out = append(out, web.Option{Value: string(m.Code), Label: m.Label})
		}
	}
	return out
}

func (v unitMetricView) table() web.Table {
	info := v.Measure.Info()
	t := web.Table{ID: "units", Caption: info.Label, Total: len(v.Rows), Download: "/overview/metrics/units.xlsx", Columns: []web.Column{{Label: "承办单位", Grow: true}, {Label: "数值", Number: true}, {Label: info.Numerator, Number: true},
		{Label: info.Denominator, Number: true}, {Label: info.Excluded, Number: true, Minor: true}, {Label: "说明"}}, Empty: web.Empty{Title: "期间内没有符合口径的记录", Text: "换一个期间或指标再看。"}}
	for _, r := range v.Rows {
		f := r.Figures[0]
		row := figure.Row{Figure: f}
		at := metricsView{Period: v.Period, Unit: r.UnitID}
		t.Rows = append(t.Rows, web.Row{ID: r.UnitID, Cells: []templ.Component{web.CellText(r.Unit), web.CellText(valueText(row)), at.part(row, metric.Numerator, f.NumText()), at.part(row, metric.Denominator, denText(f)),
			at.part(row, metric.Excluded, excludedText(row)), web.CellText(remarkText(row))}})
	}
	return t
}

func (v unitMetricView) dispatchers() web.Table {
	t := web.Table{ID: "dispatchers", Caption: "按派单员", Columns: []web.Column{{Label: "派单员", Grow: true}, {Label: "派单准确率", Number: true}, {Label: "没有派错", Number: true}, {Label: "派单", Number: true}}}
	for _, d := range v.Chief {
		name := d.Name
		if name == "" {
			name = "系统"
		}
		t.Rows = append(t.Rows, web.Row{ID: d.UserID, Cells: []templ.Component{web.CellText(name), web.CellText(d.Figure.Text()), web.CellNumber(d.Figure.Num), web.CellNumber(d.Figure.Den)}})
	}
	return t
}

// metricUnitsExport sends one metric by unit as a spreadsheet.
func (s reports) metricUnitsExport(c *web.Ctx) error {
	v, err := s.unitMetricView(c)
	if err != nil {
		return err
	}
	info := v.Measure.Info()
	sheet := xlsx.Sheet{Name: "各单位", Title: info.Label + " " + v.Period.String(), Note: info.Rule, Columns: []xlsx.Column{{Label: "承办单位", Width: 28}, {Label: "数值", Width: 12}, {Label: "分子", Width: 10}, {Label: "分母", Width: 10}, {Label: "排除", Width: 10},
		{Label: "说明", Width: 24}}}
	return c.Stream(info.Label+" "+v.Period.String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, r := range v.Rows {
				row := figure.Row{Figure: r.Figures[0]}
				if err := add(r.Unit, r.Figures[0].Text(), r.Figures[0].NumText(), denText(r.Figures[0]), excludedText(row), remarkText(row)); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// unratedTable lists the categories whose ratings do not count.
func (v metricsView) unratedTable() web.Table {
	t := web.Table{ID: "unrated", Caption: "不计满意率的分类", Columns: []web.Column{{Label: "事项分类", Grow: true}, {Label: "依据"}, {Label: "起", Minor: true}, {Label: ""}},
		Empty: web.Empty{Title: "没有设置", Text: "各类事项的回访结果都计入满意率。"}}
	for _, u := range v.Unrated {
		end := web.CellText("")
		if v.Change {
			end = web.ActionButton(web.Action{Label: "取消", Href: "/overview/metrics/unrated/" + u.ID + "/end", Post: true, Confirm: "确定让“" + nameOr(u.Name, u.Category) + "”的评价重新计入满意率？"})
		}
		t.Rows = append(t.Rows, web.Row{ID: u.ID, Cells: []templ.Component{web.CellText(nameOr(u.Name, u.Category)), web.CellText(u.Basis), web.CellDate(u.At.Date()), end}})
	}
	return t
}

func nameOr(name, code string) string {
	if name == "" {
		return code
	}
	return code + " " + name
}

// setUnrated leaves the ratings of a category out.
func (s reports) setUnrated(c *web.Ctx) error {
	f := c.Form()
	_, err := s.Figures.SetUnrated(c.Context(), figure.UnratedInput{Category: f.Text("category"), Basis: f.Text("basis")})
	if err == nil {
		c.Flash(web.Success, "已设置：这类事项的评价不计入满意率。")
		return c.Redirect("/overview/metrics")
	}
	if !f.Take(err) {
		return err
	}
	v, err := s.metricsView(c)
	if err != nil {
		return err
	}
	if v.Unrated, err = s.Figures.UnratedCategories(c.Context()); err != nil {
		return err
	}
	v.Change = true
	return c.Invalid(metricsPage(v))
}

// endUnrated lets them count again.
func (s reports) endUnrated(c *web.Ctx) error {
	if err := s.Figures.EndUnrated(c.Context(), c.Param("id")); err != nil {
		return err
	}
	c.Flash(web.Success, "已取消：这类事项的评价重新计入满意率。")
	return c.Redirect("/overview/metrics")
}

package hotlinehttp

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// reports are the pages of figures and of the records behind them.
type reports struct{ Deps }

// overview is the leader's page: today, this month or an earlier one, and its year.
func (s reports) overview(c *web.Ctx) error {
	o, err := s.month(c)
	if err != nil {
		return err
	}
	var hall []web.Tile
	if s.Hall != nil {
		if hall, err = s.Hall(c.Context()); err != nil {
			return err
		}
	}
	return c.Render(overviewPage(o, hall, c.Form()))
}

// month gives the figures of the month in the address, of this one where there is none.
func (s reports) month(c *web.Ctx) (figure.Overview, error) {
	p, err := overviewMonth(c.Query("month"), c.Now().Date())
	if err != nil {
		return figure.Overview{}, err
	}
	return s.Figures.OverviewOf(c.Context(), p)
}

// cohortHref is the address of the list of records behind a figure.
func cohortHref(m figure.Measure, p metric.Part, span metric.Period, unit string) string {
	q := url.Values{"m": {string(m)}, "part": {string(p)}, "from": {span.From.String()}, "to": {span.To.String()}}
	if unit != "" {
		q.Set("unit", unit)
	}
	return "/overview/cohort?" + q.Encode()
}

// rate is one measure on the overview with what it was computed from.
type rate struct {
	Measure figure.Measure
	Ratio   metric.Ratio
	Words   [2]string // what numerator and denominator are
}

func figures(o figure.Overview) []rate {
	return []rate{
		{figure.MeasureOnTime, o.OnTime, [2]string{"按时", "到期"}},
		{figure.MeasureDone, o.Done, [2]string{"按时", "到期且有结论"}},
		{figure.MeasureFinished, o.Finished, [2]string{"办结", "转办"}},
		{figure.MeasureAll, o.All, [2]string{"办结", "受理"}},
		{figure.MeasureSatisfied, o.Satisfied, [2]string{"满意", "回访到"}},
	}
}

// rateTiles show the month's rates, each with its integers and a link to the records of its denominator.
func rateTiles(o figure.Overview) []web.Tile {
	var out []web.Tile
	for _, f := range figures(o) {
		out = append(out, web.Tile{Label: f.Measure.Label(), Value: f.Ratio.Text(), Href: cohortHref(f.Measure, metric.Denominator, o.Month, ""),
			Hint: fmt.Sprintf("%s %s / %s %s", f.Words[0], grouped3(f.Ratio.Num), f.Words[1], grouped3(f.Ratio.Den))})
	}
	return out
}

// nowTiles show how things stand at this moment.
func nowTiles(o figure.Overview) []web.Tile {
	late := web.Tile{Label: "超期未办结", Value: grouped3(o.Overdue), Unit: "件", Href: cohortHref(figure.MeasureOverdue, metric.Numerator, o.Month, ""), Hint: "已过时限、单位尚未答复"}
	if o.Overdue > 0 {
		late.Light = web.Red
	}
	out := []web.Tile{late, {Label: "单位未办", Value: grouped3(o.OpenLegs), Unit: "件", Hint: "待签收、办理中、待签批、挂账的承办件"}}
	if o.OwnUnits {
		return out
	}
	return append([]web.Tile{{Label: "在办工单", Value: grouped3(o.Open), Unit: "张", Hint: "登记到回访，尚未办结", Href: "/hotline"}}, out...)
}

func grouped3(n int64) string { return web.GroupDigits(strconv.FormatInt(n, 10)) }

// flowTable is today, month and year side by side.
func flowTable(o figure.Overview) web.Table {
	spans := flowSpans(o)
	t := web.Table{ID: "flows", Caption: strings.Join(flowWords(o), "、"), Columns: []web.Column{{Label: "期间"}, {Label: "登记", Unit: "张", Number: true}, {Label: "受理", Unit: "张", Number: true},
		{Label: "派单", Unit: "件", Number: true}, {Label: "办结", Unit: "张", Number: true}, {Label: "其中直接答复", Unit: "张", Number: true}}}
	for i, label := range flowWords(o) {
		f := o.Flows[i]
		link := func(m figure.Measure, n int64) templ.Component {
			return web.CellLink(cohortHref(m, metric.Numerator, spans[i], ""), grouped3(n))
		}
		t.Rows = append(t.Rows, web.Row{ID: strconv.Itoa(i), Cells: []templ.Component{web.CellText(label), link(figure.MeasureReceived, f.Received),
			link(figure.MeasureAccepted, f.Accepted), web.CellNumber(f.Dispatched), link(figure.MeasureClosed, f.Closed), web.CellNumber(f.Direct)}})
	}
	return t
}

// unitTable is the table of units, those with overdue legs first.
func unitTable(o figure.Overview) web.Table {
	t := web.Table{ID: "units", Caption: "各单位", Total: len(o.Units), Columns: []web.Column{{Label: "承办单位", Grow: true}, {Label: "未办", Unit: "件", Number: true}, {Label: "超期", Unit: "件", Number: true},
		{Label: monthWord(o) + "到期", Unit: "件", Number: true}, {Label: "按时", Unit: "件", Number: true}, {Label: "按时办结率（到期）", Number: true}, {Label: "按时办结率（办结）", Number: true, Minor: true}},
		Empty: web.Empty{Title: monthWord(o) + "没有派给单位的工单", Text: "派单后，这里列出各单位的未办、超期和按时办结率。"}}
	for _, u := range o.Units {
		r := web.Row{ID: u.UnitID, Href: cohortHref(figure.MeasureOnTime, metric.Denominator, o.Month, u.UnitID)}
		late := web.CellNumber(u.Overdue)
		if u.Overdue > 0 {
			r.State = web.Red
			late = web.CellLink(cohortHref(figure.MeasureOverdue, metric.Numerator, o.Month, u.UnitID), grouped3(u.Overdue))
		}
		r.Cells = []templ.Component{web.CellLink(r.Href, u.Unit), web.CellNumber(u.Open), late, web.CellNumber(u.OnTime.Den),
			web.CellLink(cohortHref(figure.MeasureOnTime, metric.Numerator, o.Month, u.UnitID), grouped3(u.OnTime.Num)), web.CellText(u.OnTime.Text()), web.CellText(u.Done.Text())}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// dayChart is the line of tickets coming in and going out.
func dayChart(o figure.Overview) web.Chart {
	ch := web.Chart{ID: "days", Title: "近 30 天每日登记与办结", Kind: web.Line, Unit: "张", Series: []web.Series{{Name: "登记"}, {Name: "办结"}}}
	for _, d := range o.Days {
		ch.Labels = append(ch.Labels, d.Day.String()[5:])
		ch.Series[0].Values = append(ch.Series[0].Values, float64(d.Received))
		ch.Series[1].Values = append(ch.Series[1].Values, float64(d.Closed))
	}
	return ch
}

// shareChart is a breakdown as bars.
func shareChart(id, title, unit string, sideways bool, list []figure.Share) web.Chart {
	ch := web.Chart{ID: id, Title: title, Kind: web.Bar, Unit: unit, Sideways: sideways, Series: []web.Series{{Name: "数量"}}}
	sum := int64(0)
	for _, s := range list {
		ch.Labels = append(ch.Labels, s.Label)
		ch.Series[0].Values = append(ch.Series[0].Values, float64(s.N))
		sum += s.N
	}
	ch.Note = "合计 " + grouped3(sum) + " " + unit
	return ch
}

// charts are the breakdowns that have anything to show.
func charts(o figure.Overview) []web.Chart {
	var out []web.Chart
	for _, c := range []struct {
		id, title, unit string
		sideways        bool
		list            []figure.Share
	}{
		{"states", "在办工单按状态", "张", false, o.States},
		{"kinds", monthWord(o) + "受理按诉求类型", "张", false, o.Kinds},
		{"channels", monthWord(o) + "登记按来源渠道", "张", true, o.Channels},
		{"topics", monthWord(o) + "受理最多的事项分类", "张", true, o.Topics},
		{"areas", monthWord(o) + "受理按区域", "张", true, o.Areas},
	} {
		if len(c.list) > 0 {
			out = append(out, shareChart(c.id, c.title, c.unit, c.sideways, c.list))
		}
	}
	return out
}

// monthText says which days the month's figures cover.
func monthText(o figure.Overview) string {
	return fmt.Sprintf("截至 %s。%s指 %s 至 %s；率按已到期或已发生的计算。", web.MomentText(o.At), monthWord(o), o.Month.From, o.Month.To-1)
}

// overviewExport sends the overview as a spreadsheet: one line for each figure.
func (s reports) overviewExport(c *web.Ctx) error {
	o, err := s.month(c)
	if err != nil {
		return err
	}
	columns := []xlsx.Column{{Label: "项目", Width: 30}, {Label: "内容", Width: 28}, {Label: "数值", Width: 12}, {Label: "分子", Width: 10}, {Label: "分母", Width: 10}, {Label: "口径", Width: 70}}
	return c.Stream("统计 "+monthValue(o.Month)+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, "统计", columns, func(add func(...any) error) error { return writeOverview(o, add) })
	})
}

func writeOverview(o figure.Overview, add func(...any) error) error {
	if err := add("截至", o.At.String(), "", "", "", monthText(o)); err != nil {
		return err
	}
	for _, f := range figures(o) {
		if err := add(monthWord(o)+"比率", f.Measure.Label(), f.Ratio.Text(), f.Ratio.Num, f.Ratio.Den, f.Measure.Rule()); err != nil {
			return err
		}
	}
	lines := [][]any{{"现在", "在办工单", o.Open}, {"现在", "单位未办承办件", o.OpenLegs}, {"现在", figure.MeasureOverdue.Label(), o.Overdue, "", "", figure.MeasureOverdue.Rule()}}
	for i, span := range flowWords(o) {
		f := o.Flows[i]
		lines = append(lines, []any{span, "登记", f.Received}, []any{span, "受理", f.Accepted}, []any{span, "派单", f.Dispatched}, []any{span, "办结", f.Closed}, []any{span, "直接答复", f.Direct})
	}
	for _, b := range charts(o) {
		for i, label := range b.Labels {
			lines = append(lines, []any{b.Title, label, int64(b.Series[0].Values[i])})
		}
	}
	for _, d := range o.Days {
		lines = append(lines, []any{"每日登记", d.Day.String(), d.Received}, []any{"每日办结", d.Day.String(), d.Closed})
	}
	for _, u := range o.Units {
		lines = append(lines, []any{"单位未办", u.Unit, u.Open}, []any{"单位超期", u.Unit, u.Overdue},
			[]any{"单位" + figure.MeasureOnTime.Label(), u.Unit, u.OnTime.Text(), u.OnTime.Num, u.OnTime.Den})
	}
	for _, l := range lines {
		if err := add(l...); err != nil {
			return err
		}
	}
	return nil
}

func overviewTitle(o figure.Overview) string {
	if o.OwnUnits {
		return "本单位统计"
	}
	return "统计"
}

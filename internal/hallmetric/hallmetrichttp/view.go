package hallmetrichttp

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/hall"
	"yichuang/internal/hallmetric"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// spanOptions are the kinds of period on the pages.
var spanOptions = []web.Option{{Value: "month", Label: "月"}, {Value: "day", Label: "日"}, {Value: "week", Label: "周"}, {Value: "quarter", Label: "季"}, {Value: "year", Label: "年"}, {Value: "own", Label: "自定起止"}}

// periodOf reads the period from the address: a named one around a day, or a first and a last day. It is this month where
// nothing is said.
func periodOf(c *web.Ctx) metric.Period {
	f := c.Form()
	at := f.Date("at")
	if at.IsZero() {
		at = c.Now().Date()
	}
	named := map[string]metric.Period{"day": metric.Day(at), "week": metric.Week(at), "quarter": metric.Quarter(at), "year": metric.Year(at)}
	if p, ok := named[f.Text("span")]; ok {
		return p
	}
	if f.Text("span") == "own" {
		from, last := f.Date("from"), f.Date("last")
		switch {
		case from.IsZero() || last.IsZero():
			f.Fail("from", "请填写开始日期和结束日期。")
		case from > last:
			f.Fail("last", "结束日期应不早于开始日期。")
		default:
			return metric.Period{From: from, To: last + 1}
		}
	}
	return metric.Month(at)
}

func periodFields(f *web.Form, p metric.Period) []templ.Component {
	return []templ.Component{web.InputSelect(web.Field{Form: f, Name: "span", Label: "期间", Value: "month", Options: spanOptions}), web.InputDate(web.Field{Form: f, Name: "at", Label: "所在日期", Value: p.From.String(), Optional: true}),
		web.InputDate(web.Field{Form: f, Name: "from", Label: "自定：从", Optional: true}), web.InputDate(web.Field{Form: f, Name: "last", Label: "到", Optional: true})}
}

// spanOf writes a period into an address.
func spanOf(p metric.Period) url.Values {
	return url.Values{"span": {"own"}, "from": {p.From.String()}, "last": {p.Last().String()}}
}

func address(path string, q url.Values, more ...string) string {
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			q.Set(more[i], more[i+1])
		}
	}
	return path + "?" + q.Encode()
}

// recordsHref is the address of the records behind a figure.
func recordsHref(code string, p metric.Period, part metric.Part, subject string) string {
	if m, ok := hallmetric.MeasureOf(code); ok && m.Denominator == "" && part == metric.Denominator {
		part = metric.Numerator
	}
	return address("/hall/metrics/records", spanOf(p), "m", code, "part", string(part), "subject", subject)
}

// open is the address of a page of another module, "" where the reader may not open it.
func open(c *web.Ctx, href string) string {
	for prefix, p := range map[string]actor.Permission{"/cases": casework.PermRead, "/hall/queue": hall.PermRead, "/items/": item.PermRead} {
		if strings.HasPrefix(href, prefix) && c.Can(p) {
			return href
		}
	}
	return ""
}

func valueText(f metric.Figure) string {
	text := f.Text()
	if f.Form != metric.Rate && f.Known() {
		text = web.GroupDigits(text) + " " + f.Unit
	}
	return text
}

func denText(f metric.Figure) string {
	if f.Form == metric.Count && f.Den == 0 {
		return "无"
	}
	return web.GroupDigits(f.DenText())
}

func changeText(c *metric.Change) string {
	switch {
	case c == nil:
		return ""
	case !c.Known || c.Form == metric.Rate:
		return c.AbsText()
	}
	return c.AbsText() + "（" + c.RelText() + "）"
}

func remarkText(f metric.Figure) string {
	if f.Absent != "" {
		return f.Absent
	}
	return strings.Join(f.Marks(), "；")
}

// sideCell is one side of a figure, as a link to its records where the reader may see them.
func sideCell(f metric.Figure, part metric.Part, text string, links bool) templ.Component {
	if !links || f.Absent != "" || text == "" || text == "无" || text == "0" {
		return web.CellText(text)
	}
	return web.CellLink(recordsHref(f.Metric, f.Period, part, f.Subject), text)
}

// figureCells are value, sides and remarks of a figure.
func figureCells(m hallmetric.Measure, f metric.Figure, links bool) []templ.Component {
	links = links && !m.Sealed
	excluded := ""
	if m.Excluded != "" {
		excluded = web.GroupDigits(metric.Figure{Form: metric.Count, Ratio: metric.Ratio{Num: f.Excluded}}.Text())
	}
	return []templ.Component{web.CellText(valueText(f)), sideCell(f, metric.Numerator, web.GroupDigits(f.NumText()), links), sideCell(f, metric.Denominator, denText(f), links), sideCell(f, metric.Excluded, excluded, links)}
}

// by keeps what a page's filters need of a dimension.
var dimensions = []web.Option{{Value: string(hallmetric.ByUnit), Label: "部门"}, {Value: string(hallmetric.BySite), Label: "大厅、分中心、乡镇"}, {Value: string(hallmetric.ByItem), Label: "事项"}}

func dimensionLabel(d hallmetric.Dimension) string {
	for _, o := range dimensions {
		if o.Value == string(d) {
			return o.Label
		}
	}
	return "全部"
}

func measureOptions() []web.Option {
	var out []web.Option
	for _, m := range hallmetric.Measures() {
		out = append(out, web.Option{Value: m.Code, Label: m.Label})
	}
	return out
}

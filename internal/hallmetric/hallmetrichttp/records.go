package hallmetrichttp

import (
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// recordsView is the records behind a figure.
type recordsView struct {
	hallmetric.Page
	c     *web.Ctx
	Query metric.Query
}

func recordsQuery(c *web.Ctx) metric.Query {
	f := c.Form()
	q := metric.Query{Metric: f.Text("m"), Part: metric.Part(f.Text("part")), Subject: f.Text("subject"), Period: periodOf(c), After: f.Text("after")}
	if q.Part == "" {
		q.Part = metric.Denominator
	}
	return q
}

func (h handlers) records(c *web.Ctx) error {
	q := recordsQuery(c)
	page, err := h.Metrics.Records(c.Context(), q)
	if err != nil {
		return err
	}
	return c.Render(recordsPage(recordsView{page, c, q}))
}

func (v recordsView) title() string {
	if v.Subject.Name != "" {
		return v.Measure.Label + " · " + v.Subject.Name
	}
	return v.Measure.Label
}

// tabs are the parts of the figure, each with what the measure calls it.
func (v recordsView) tabs() []web.Tab {
	var out []web.Tab
	for _, p := range []struct {
		part metric.Part
		word string
	}{{metric.Denominator, v.Measure.Denominator}, {metric.Numerator, v.Measure.Numerator}, {metric.Excluded, v.Measure.Excluded}} {
		if p.word == "" {
			continue
		}
		t := web.Tab{Label: p.part.Label() + "：" + p.word, Href: recordsHref(v.Measure.Code, v.Period, p.part, v.Query.Subject), Current: p.part == v.Part}
		if t.Current {
			t.Count = int(v.Total)
		}
		out = append(out, t)
	}
	return out
}

func (v recordsView) table() web.Table {
	t := web.Table{ID: "records", Caption: v.title(), Next: v.Next, Total: int(v.Total), Download: "/hall/metrics/records.xlsx", Columns: []web.Column{{Label: "编号", Name: true}, {Label: "名称", Grow: true}, {Label: "部门"}, {Label: "时间"}, {Label: "计入"}},
		Empty: web.Empty{Title: "没有可以列出的记录", Text: "期间内还没有发生，或都不在这个口径里；几个部门合在一起的评价、投诉类指标，请先选择一个部门。"}}
	for _, r := range v.Records {
		number, href := web.CellText(r.No), open(v.c, r.Href)
		if href != "" && r.No != "" {
			number = web.CellLink(href, r.No)
		}
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: href, Cells: []templ.Component{number, web.CellText(r.Title), web.CellText(r.Record.Subject), web.CellText(web.MomentText(r.At)), web.CellText(r.Why)}})
	}
	return t
}

// recordsExport sends the whole list as a spreadsheet.
func (h handlers) recordsExport(c *web.Ctx) error {
	q := recordsQuery(c)
	m, ok := hallmetric.MeasureOf(q.Metric)
	if !ok {
		return metric.ErrUnknown
	}
	columns := []xlsx.Column{{Label: "编号", Width: 22}, {Label: "名称", Width: 40}, {Label: "部门", Width: 20}, {Label: "时间", Width: 22}, {Label: "计入", Width: 30}, {Label: "分子", Width: 10}, {Label: "分母", Width: 10}}
	return c.Stream(m.Label+" "+q.Part.Label()+" "+q.Period.String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, "明细", columns, func(add func(...any) error) error {
			return h.Metrics.Export(c.Context(), q, func(r hallmetric.Record) error {
				return add(r.No, r.Title, r.Record.Subject, web.MomentText(r.At), r.Why, r.Num, r.Den)
			})
		})
	})
}

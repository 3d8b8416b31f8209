package hotlinehttp

import (
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// cohortView is the list of records behind a figure.
type cohortView struct {
	Query hotline.CohortQuery
	Rows  []hotline.CohortRow
	Next  string
	Total int64
	Unit  string // name of the one unit asked for
}

// cohortQuery reads the address of a list of records.
func cohortQuery(c *web.Ctx) (hotline.CohortQuery, error) {
	f := c.Form()
	q := hotline.CohortQuery{Measure: hotline.Measure(f.Text("m")), Part: metric.Part(f.Text("part")), Span: metric.Period{From: f.Date("from"), To: f.Date("to")},
		UnitID: f.Text("unit"), After: f.Text("after")}
	if q.Part == "" {
		q.Part = metric.Denominator
	}
	if !f.OK() || q.Measure.Label() == "" || !q.Span.Valid() {
		return q, hotline.ErrMeasure
	}
	return q, nil
}

// cohort lists exactly the records that a figure counted.
func (s reports) cohort(c *web.Ctx) error {
	q, err := cohortQuery(c)
	if err != nil {
		return err
	}
	v := cohortView{Query: q}
	if v.Rows, v.Next, v.Total, err = s.Hotline.Cohort(c.Context(), q); err != nil {
		return err
	}
	if q.UnitID != "" {
		u, err := s.Org.Unit(c.Context(), q.UnitID)
		if err != nil {
			return err
		}
		v.Unit = u.Name
	}
	return c.Render(cohortPage(v))
}

// hasParts reports whether the measure is a rate, with two sides.
func hasParts(m hotline.Measure) bool {
	switch m {
	case hotline.MeasureReceived, hotline.MeasureAccepted, hotline.MeasureClosed, hotline.MeasureOverdue:
		return false
	}
	return true
}

func (v cohortView) title() string {
	if v.Unit != "" {
		return v.Query.Measure.Label() + " · " + v.Unit
	}
	return v.Query.Measure.Label()
}

// lead says which days the list is about.
func (v cohortView) lead() string {
	if v.Query.Measure == hotline.MeasureOverdue {
		return ""
	}
	return v.Query.Span.From.String() + " 至 " + (v.Query.Span.To - 1).String()
}

func (v cohortView) tabs() []web.Tab {
	q := v.Query
	tab := func(label string, p metric.Part) web.Tab {
		t := web.Tab{Label: label, Href: cohortHref(q.Measure, p, q.Span, q.UnitID), Current: q.Part == p}
		if t.Current {
			t.Count = int(v.Total)
		}
		return t
	}
	return []web.Tab{tab("分母", metric.Denominator), tab("分子", metric.Numerator)}
}

// cohortColumns are the columns for the kind of record: legs, tickets or call-backs.
func cohortColumns(m hotline.Measure) []string {
	switch m {
	case hotline.MeasureOnTime, hotline.MeasureDone, hotline.MeasureOverdue:
		return []string{"工单号", "标题", "类型", "承办单位", "轮次", "办理时限", "提交时间", "结果"}
	case hotline.MeasureSatisfied:
		return []string{"工单号", "标题", "类型", "轮次", "回访时间", "评价"}
	case hotline.MeasureReceived:
		return []string{"工单号", "标题", "类型", "来源", "登记时间", "状态"}
	}
	return []string{"工单号", "标题", "类型", "承办单位", momentLabel(m), "状态", "办结时间", "办结方式"}
}

func momentLabel(m hotline.Measure) string {
	if m == hotline.MeasureClosed {
		return "办结"
	}
	return "受理时间"
}

// cohortCells are the texts of a row under those columns.
func cohortCells(m hotline.Measure, r hotline.CohortRow) []string {
	round := "第 " + strconv.Itoa(r.Round) + " 轮"
	switch m {
	case hotline.MeasureOnTime, hotline.MeasureDone, hotline.MeasureOverdue:
		result := outcomeLabel(r.Outcome)
		switch {
		case result != "":
		case r.SubmittedAt != 0:
			result = "超期，待审核"
		default:
			result = "超期，" + r.LegState.Label()
		}
		return []string{r.No, r.Title, r.Kind, r.Unit, round, r.Due.String(), r.SubmittedAt.String(), result}
	case hotline.MeasureSatisfied:
		return []string{r.No, r.Title, r.Kind, round, r.At.String(), r.Result}
	case hotline.MeasureReceived:
		return []string{r.No, r.Title, r.Kind, r.Channel, r.At.String(), r.State.Label()}
	}
	return []string{r.No, r.Title, r.Kind, r.Unit, r.At.String(), r.State.Label(), r.SubmittedAt.String(), hotline.CloseKindLabel(r.Outcome)}
}

func (v cohortView) table() web.Table {
	t := web.Table{ID: "cohort", Caption: v.title(), Next: v.Next, Total: int(v.Total), Download: "/overview/cohort.xlsx",
		Empty: web.Empty{Title: "没有符合口径的记录", Text: "期间内还没有发生，或都不在这个口径里。", Next: &web.Link{Label: "返回统计首页", Href: "/overview"}}}
	for i, label := range cohortColumns(v.Query.Measure) {
		t.Columns = append(t.Columns, web.Column{Label: label, Grow: i == 1, Minor: i == 2})
	}
	for _, r := range v.Rows {
		row := web.Row{ID: r.RowID, Href: ticketPath(r.No)}
		if late := r.Outcome == hotline.Late || r.LegState != "" && r.Outcome == "" && v.Query.Measure != hotline.MeasureSatisfied && isLegMeasure(v.Query.Measure); late {
			row.State = web.Red
		}
		for i, text := range cohortCells(v.Query.Measure, r) {
			cell := web.CellText(text)
			if i == 0 {
				cell = web.CellLink(row.Href, text)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func isLegMeasure(m hotline.Measure) bool {
	return m == hotline.MeasureOnTime || m == hotline.MeasureDone || m == hotline.MeasureOverdue
}

// cohortExport sends the whole list as a spreadsheet.
func (s reports) cohortExport(c *web.Ctx) error {
	q, err := cohortQuery(c)
	if err != nil {
		return err
	}
	var columns []xlsx.Column
	for i, label := range cohortColumns(q.Measure) {
		width := 18.0
		if i == 1 {
			width = 48
		}
		columns = append(columns, xlsx.Column{Label: label, Width: width})
	}
	side := map[metric.Part]string{metric.Numerator: "分子", metric.Denominator: "分母"}[q.Part]
	name := strings.Join([]string{q.Measure.Label(), side, q.Span.From.String(), (q.Span.To - 1).String()}, " ")
	return c.Stream(name+".xlsx", xlsxType, func(w io.Writer) error {
		return xlsx.Table(w, "明细", columns, func(add func(...any) error) error {
			return s.Hotline.ExportCohort(c.Context(), q, func(r hotline.CohortRow) error {
				var cells []any
				for _, text := range cohortCells(q.Measure, r) {
					cells = append(cells, text)
				}
				return add(cells...)
			})
		})
	})
}

// partWord explains which side of the rate is listed.
func (v cohortView) partWord() templ.Component {
	if v.Query.Part == metric.Numerator {
		return web.CellText("下面是分子：合乎要求的。")
	}
	return web.CellText("下面是分母：参加计算的全部。")
}

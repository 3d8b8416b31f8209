package hotlinehttp

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// cohortView is the list of records behind a figure.
type cohortView struct {
	Query figure.CohortQuery
	Rows  []figure.CohortRow
	Next  string
	Total int64
	Unit  string // name of the one unit asked for
}

// cohortQuery reads the address of a list of records.
func cohortQuery(c *web.Ctx) (figure.CohortQuery, error) {
	f := c.Form()
	q := figure.CohortQuery{Measure: figure.Measure(f.Text("m")), Part: metric.Part(f.Text("part")), Span: metric.Period{From: f.Date("from"), To: f.Date("to")},
		UnitID: f.Text("unit"), After: f.Text("after")}
	if q.Part == "" {
		q.Part = metric.Denominator
	}
	if !f.OK() || q.Measure.Label() == "" || !q.Span.Valid() {
		return q, figure.ErrMeasure
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
	if v.Rows, v.Next, v.Total, err = s.Figures.Cohort(c.Context(), q); err != nil {
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
func hasParts(m figure.Measure) bool { return m.Info().Denominator != "" }

func (v cohortView) title() string {
	if v.Unit != "" {
		return v.Query.Measure.Label() + " · " + v.Unit
	}
	return v.Query.Measure.Label()
}

// lead says which days the list is about.
func (v cohortView) lead() string {
	if v.Query.Measure.Info().Now {
		return ""
	}
	return v.Query.Span.From.String() + " 至 " + (v.Query.Span.To - 1).String()
}

// partNames are the parts of a measure with what its own words call them.
func partNames(m figure.Measure) [][2]string {
	info := m.Info()
	var out [][2]string
	for _, p := range []struct {
		part metric.Part
		word string
	}{{metric.Denominator, info.Denominator}, {metric.Numerator, info.Numerator}, {metric.Excluded, info.Excluded}} {
		if p.word != "" {
			out = append(out, [2]string{string(p.part), p.part.Label() + "：" + p.word})
		}
	}
	return out
}

func (v cohortView) tabs() []web.Tab {
	q := v.Query
	var out []web.Tab
	for _, p := range partNames(q.Measure) {
		t := web.Tab{Label: p[1], Href: cohortHref(q.Measure, metric.Part(p[0]), q.Span, q.UnitID), Current: string(q.Part) == p[0]}
		if t.Current {
			t.Count = int(v.Total)
		}
		out = append(out, t)
	}
	return out
}

// cohortColumns are the columns for the kind of record: legs, tickets, call-backs or asks.
func cohortColumns(m figure.Measure, p metric.Part) []string {
	switch m.Records(p) {
	case figure.RecordLeg:
		return []string{"工单号", "标题", "类型", "承办单位", "轮次", momentLabel(m), "提交时间", "结果"}
	case figure.RecordCall:
		return []string{"工单号", "标题", "类型", "承办单位", "轮次", "回访时间", "评价", "裁定"}
	case figure.RecordAsk:
		return []string{"工单号", "标题", "类型", "申请单位", "申请时间", "理由", "决定", "决定时间"}
	}
	switch m.Records(p) {
	case figure.RecordReview:
		return []string{"条目", "标题", "主责单位", "复审期限", "复审时间", "结果"}
	case figure.RecordCorrection:
		return []string{"条目", "标题", "主责单位", "答复期限", "答复时间", "结果"}
	case figure.RecordPhone:
		return []string{"工单号", "坐席", "呼入时间", "接听时间", "等待", "结果"}
	}
	if m == figure.MeasureReceived {
		return []string{"工单号", "标题", "类型", "来源", "登记时间", "状态"}
	}
	return []string{"工单号", "标题", "类型", "承办单位", momentLabel(m), "状态", "办结时间", "办结方式"}
}

// momentLabel names the moment that puts a record into the period.
func momentLabel(m figure.Measure) string {
	switch m {
	case figure.MeasureClosed, figure.MeasureAttempted, figure.MeasureReached:
		return "办结"
	case figure.MeasureSigned:
		return "签收时限"
	case figure.MeasureSent, figure.MeasureWellSent, figure.MeasureReturned, figure.MeasureReworked:
		return "派单时间"
	}
	if k := m.Records(metric.Numerator); k == figure.RecordLeg {
		return "办理时限"
	}
	return "受理时间"
}

// cohortCells are the texts of a row under those columns.
func cohortCells(m figure.Measure, p metric.Part, r figure.CohortRow) []string {
	round := "第 " + strconv.Itoa(r.Round) + " 轮"
	switch m.Records(p) {
	case figure.RecordLeg:
		return []string{r.No, r.Title, r.Kind, r.Unit + roleWord(r.Role), round, r.At.String(), r.SubmittedAt.String(), legResult(r)}
	case figure.RecordCall:
		return []string{r.No, r.Title, r.Kind, r.Unit, round, r.At.String(), r.Result, hotline.FindingLabel(r.Outcome)}
	case figure.RecordAsk:
		return []string{r.No, r.Title, r.Kind, r.Unit, r.At.String(), r.Result, hotline.AskState(r.Outcome).Label(), r.SubmittedAt.String()}
	}
	switch m.Records(p) {
	case figure.RecordReview:
		return []string{r.No, r.Title, r.Unit, r.At.Date().String(), r.SubmittedAt.String(), timelyWord(r)}
	case figure.RecordCorrection:
		return []string{r.No, r.Title, r.Unit, r.At.String(), r.SubmittedAt.String(), timelyWord(r)}
	case figure.RecordPhone:
		return []string{orNone(r.No, "没有登记"), r.User, r.At.String(), r.SubmittedAt.String(), waitText(r), map[bool]string{true: "放弃", false: "接听"}[r.SubmittedAt == 0]}
	}
	if m == figure.MeasureReceived {
		return []string{r.No, r.Title, r.Kind, r.Channel, r.At.String(), r.State.Label()}
	}
	return []string{r.No, r.Title, r.Kind, r.Unit, r.At.String(), r.State.Label(), r.SubmittedAt.String(), hotline.CloseKindLabel(r.Outcome)}
}

// timelyWord says whether an entry was looked at, or a request answered, in time.
func timelyWord(r figure.CohortRow) string {
	if r.Outcome == hotline.OnTime {
		return "按时"
	}
	if r.SubmittedAt == 0 {
		return "逾期未办"
	}
	return "逾期"
}

// waitText is how long a caller waited who was answered.
func waitText(r figure.CohortRow) string {
	if r.SubmittedAt == 0 {
		return ""
	}
	return strconv.FormatInt(int64(r.SubmittedAt.Sub(r.At).Round(time.Second)/time.Second), 10) + " 秒"
}

// recordHref leads to what a row is about: a ticket or an entry of the knowledge base; "" for a call without a ticket.
func recordHref(m figure.Measure, p metric.Part, r figure.CohortRow) string {
	switch k := m.Records(p); {
	case k == figure.RecordReview || k == figure.RecordCorrection:
		return "/knowledge/entries/" + r.No
	case r.No == "":
		return ""
	}
	return ticketPath(r.No)
}

// roleWord marks the legs of helping units and of units below.
func roleWord(role string) string {
	return map[string]string{hotline.CoLead: "（协办）", hotline.Child: "（下级承办）"}[role]
}

// legResult says how a leg stands: its frozen outcome, or its state.
func legResult(r figure.CohortRow) string {
	result := outcomeLabel(r.Outcome)
	switch {
	case r.LegState == hotline.Returned:
		return "已退单"
	case result != "":
		return result
	case r.SubmittedAt != 0 && r.SubmittedAt > r.Due:
		return "超期，待审核"
	}
	return r.LegState.Label()
}

func (v cohortView) table() web.Table {
	t := web.Table{ID: "cohort", Caption: v.title(), Next: v.Next, Total: int(v.Total), Download: "/overview/cohort.xlsx",
		Empty: web.Empty{Title: "没有符合口径的记录", Text: "期间内还没有发生，或都不在这个口径里。", Next: &web.Link{Label: "返回统计首页", Href: "/overview"}}}
	for i, label := range cohortColumns(v.Query.Measure, v.Query.Part) {
		t.Columns = append(t.Columns, web.Column{Label: label, Grow: i == 1, Minor: i == 2})
	}
	for _, r := range v.Rows {
		row := web.Row{ID: r.RowID, Href: recordHref(v.Query.Measure, v.Query.Part, r)}
		if r.Outcome == hotline.Late {
			row.State = web.Red
		}
		for i, text := range cohortCells(v.Query.Measure, v.Query.Part, r) {
			cell := web.CellText(text)
			if i == 0 && row.Href != "" {
				cell = web.CellLink(row.Href, text)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// cohortExport sends the whole list as a spreadsheet.
func (s reports) cohortExport(c *web.Ctx) error {
	q, err := cohortQuery(c)
	if err != nil {
		return err
	}
	var columns []xlsx.Column
	for i, label := range cohortColumns(q.Measure, q.Part) {
		width := 18.0
		if i == 1 {
			width = 48
		}
		columns = append(columns, xlsx.Column{Label: label, Width: width})
	}
	side := q.Part.Label()
	name := strings.Join([]string{q.Measure.Label(), side, q.Span.From.String(), (q.Span.To - 1).String()}, " ")
	return c.Stream(name+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, "明细", columns, func(add func(...any) error) error {
			return s.Figures.ExportCohort(c.Context(), q, func(r figure.CohortRow) error {
				var cells []any
				for _, text := range cohortCells(q.Measure, q.Part, r) {
					cells = append(cells, text)
				}
				return add(cells...)
			})
		})
	})
}

// partWord explains which part of the rate is listed.
func (v cohortView) partWord() templ.Component {
	switch v.Query.Part {
	case metric.Numerator:
		return web.CellText("下面是分子：合乎要求的。")
	case metric.Excluded:
		return web.CellText("下面是排除的：按口径不参加计算。")
	}
	return web.CellText("下面是分母：参加计算的全部。")
}

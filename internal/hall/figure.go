package hall

import (
	"context"
	"slices"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Measure (排队指标) is one figure of the queue with the cohort behind it (hall reference §5).
type Measure struct {
	Code  string      `json:"code"`
	Name  string      `json:"name"`
	Rule  string      `json:"rule"` // how it is counted, as pages print it
	Form  metric.Form `json:"form"`
	Unit  string      `json:"unit,omitempty"`
	Value string      `json:"-"` // column of the part that a record counts with; "" for 1
	Num   string      `json:"-"` // SQL condition of the numerator within the denominator
	Den   string      `json:"-"` // SQL condition of the denominator
	Out   string      `json:"-"` // SQL condition of what the rule leaves out
}

// The codes of the measures.
const (
	MeasureWait    = "HQ1"
	MeasureWaitP90 = "HQ2"
	MeasureDropped = "HQ3"
	MeasureService = "HQ4"
	MeasureTaken   = "HQ5"
)

const minute = 60_000

// Measures lists the measures in the order of pages.
func Measures() []Measure {
	wait := Measure{Code: MeasureWait, Name: "窗口平均等待时长", Form: metric.Mean, Unit: "分钟", Value: "wait_ms", Num: "1 = 1", Den: "first_call_at > 0 AND accurate", Out: "NOT accurate",
		Rule: "首次呼叫时间减去取号时间（预约号从时段开始算）之和，除以叫到的号数；过号只计一次，日终关闭的号不计入"}
	p90 := wait
	p90.Code, p90.Name, p90.Form, p90.Rule = MeasureWaitP90, "等待时长第 90 百分位", metric.Count, "九成的号等待不超过的时长（最近秩法），范围与窗口平均等待时长相同"
	return []Measure{wait, p90,
		{Code: MeasureDropped, Name: "弃号率", Form: metric.Rate, Num: "state = 'dropped'", Den: "state IN ('finished', 'dropped') AND accurate", Out: "NOT accurate",
			Rule: "弃号数除以完成和弃号之和；日终关闭的号不计入"},
		{Code: MeasureService, Name: "平均服务时长", Form: metric.Mean, Unit: "分钟", Value: "served_ms", Num: "1 = 1", Den: "state = 'finished' AND accurate", Out: "NOT accurate",
			Rule: "完成时间减去开始时间、再减去暂挂和转移后等候的时间之和，除以完成的号数"},
		{Code: MeasureTaken, Name: "取号量", Form: metric.Count, Unit: "号", Num: "1 = 1", Den: "1 = 1", Out: "1 = 0", Rule: "取出的号数"},
	}
}

func measureOf(code string) (Measure, error) {
	list := Measures()
	i := slices.IndexFunc(list, func(m Measure) bool { return m.Code == code })
	if i < 0 {
		return Measure{}, metric.ErrUnknown
	}
	return list[i], nil
}

// Subject (统计对象) is whom figures are about: a site, a queue of it, or with both empty all that the actor may read.
type Subject struct {
	SiteID  string `json:"site_id,omitempty"`
	QueueID string `json:"queue_id,omitempty"`
	Name    string `json:"name"`
}

// Sheet (排队统计) is the measures of a subject and, below it, of each queue.
type Sheet struct {
	Period  metric.Period   `json:"period"`
	Subject Subject         `json:"subject"`
	Figures []metric.Figure `json:"figures"`
	Queues  []SheetLine     `json:"queues"`
}

// SheetLine is the measures of one queue.
type SheetLine struct {
	Subject Subject         `json:"subject"`
	Figures []metric.Figure `json:"figures"`
}

// Figures counts the measures of a site, or of all sites that the actor may read.
func (m *Module) Figures(ctx context.Context, site string, p metric.Period) (Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Sheet{}, err
	}
	if !p.Valid() {
		return Sheet{}, metric.ErrPeriod
	}
	out := Sheet{Period: p, Subject: Subject{SiteID: site, Name: "全部大厅"}}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		if site != "" {
			s, err := m.org.SiteTx(tx, a.CentreID, site)
			if err != nil {
				return err
			}
			out.Subject.Name = s.Name
		}
		var err error
		if out.Figures, err = figures(tx, a, out.Subject, p); err != nil || site == "" {
			return err
		}
		queues, err := queuesOf(tx, a.CentreID, site)
		if err != nil {
			return err
		}
		for _, q := range queues {
			line := SheetLine{Subject: Subject{SiteID: site, QueueID: q.ID, Name: q.Name}}
			if line.Figures, err = figures(tx, a, line.Subject, p); err != nil {
				return err
			}
			out.Queues = append(out.Queues, line)
		}
		return nil
	})
	return out, err
}

// among is the condition of a subject's tickets of a period that the actor may read.
func among(a *actor.Actor, s Subject, p metric.Period) *store.Where {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("day >= ?", p.From).And("day < ?", p.To)
	cond, args := org.Filter(a, PermRead, org.Columns{Centre: "centre_id", Site: "site_id"})
	w.And(cond, args...)
	if s.SiteID != "" {
		w.And("site_id = ?", s.SiteID)
	}
	if s.QueueID != "" {
		w.And("queue_id = ?", s.QueueID)
	}
	return w
}

type tally struct {
	Num int64 `db:"num"`
	Den int64 `db:"den"`
	Out int64 `db:"out_n"`
}

func figures(tx *store.Tx, a *actor.Actor, s Subject, p metric.Period) ([]metric.Figure, error) {
	var out []metric.Figure
	for _, d := range Measures() {
		w := among(a, s, p)
		sum := "COUNT(*) FILTER (WHERE (" + d.Den + ") AND (" + d.Num + "))"
		if d.Value != "" {
			sum = "COALESCE(SUM(CASE WHEN " + d.Den + " THEN " + d.Value + " ELSE 0 END), 0)"
		}
		t, err := store.Get[tally](tx, "SELECT CAST("+sum+" AS BIGINT) AS num, COUNT(*) FILTER (WHERE "+d.Den+") AS den, COUNT(*) FILTER (WHERE "+d.Out+") AS out_n FROM hall_ticket"+w.SQL(), w.Args...)
		if err != nil {
			return nil, err
		}
		f := metric.Figure{Metric: d.Code, Subject: subjectCode(s), Form: d.Form, Unit: d.Unit, Ratio: metric.Ratio{Num: t.Num, Den: t.Den}, Excluded: t.Out, Period: p, Cutoff: tx.Now()}
		if d.Value != "" {
			f.Scale, f.Den = minute, t.Den*minute
		}
		if d.Code == MeasureWaitP90 {
			if err := percentile(tx, &f, w, d, t.Den); err != nil {
				return nil, err
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// percentile sets the 90th percentile by nearest rank.
func percentile(tx *store.Tx, f *metric.Figure, w *store.Where, d Measure, n int64) error {
	f.Den = 0
	if n == 0 {
		f.Absent = "这段时间没有叫到的号"
		f.Num = 0
		return nil
	}
	values, err := store.Select[int64](tx, "SELECT wait_ms FROM hall_ticket"+w.SQL()+" AND "+d.Den+" ORDER BY wait_ms", w.Args...)
	if err == nil {
		f.Num, f.Den = values[NearestRank(int64(len(values)), 90)-1], n*minute
	}
	return err
}

// NearestRank is the place, from 1, of the p-th percentile among n values in order.
func NearestRank(n, p int64) int64 { return max(1, (n*p+99)/100) }

func subjectCode(s Subject) string {
	if s.QueueID != "" {
		return s.QueueID
	}
	return s.SiteID
}

// Cohort lists the tickets behind a figure (钻取), newest first: what it counted, by the same conditions.
func (m *Module) Cohort(ctx context.Context, s Subject, q metric.Query) (metric.Page, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return metric.Page{}, err
	}
	d, err := measureOf(q.Metric)
	if err != nil {
		return metric.Page{}, err
	}
	if !q.Part.Valid() {
		return metric.Page{}, metric.ErrUnknown
	}
	if !q.Period.Valid() {
		return metric.Page{}, metric.ErrPeriod
	}
	w := among(a, s, q.Period)
	switch q.Part {
	case metric.Excluded:
		w.And(d.Out)
	case metric.Numerator:
		w.And("(" + d.Den + ") AND (" + d.Num + ")")
	default:
		w.And(d.Den)
	}
	limit := q.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	var page metric.Page
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		if page.Total, err = store.Get[int64](tx, "SELECT COUNT(*) FROM hall_ticket"+w.SQL(), w.Args...); err != nil {
			return err
		}
		if q.After != "" {
			w.And("id < ?", q.After)
		}
		list, err := store.Select[Ticket](tx, "SELECT "+store.Columns[Ticket]("")+" FROM hall_ticket"+w.SQL()+" ORDER BY id DESC LIMIT "+strconv.Itoa(limit+1), w.Args...)
		if len(list) > limit {
			list, page.Next = list[:limit], list[limit-1].ID
		}
		for i := range list {
			page.Records = append(page.Records, behind(&list[i], d))
		}
		return err
	})
	return page, err
}

// behind words what a ticket adds to a measure.
func behind(t *Ticket, d Measure) metric.Record {
	r := metric.Record{ID: t.ID, No: t.No, Title: t.Class.Label() + "号 · " + t.State.Label(), Subject: t.QueueID, At: t.TakenAt}
	switch {
	case !t.Accurate:
		r.Why = "日终关闭，时间不准"
	case d.Value == "wait_ms":
		r.Why = "等待 " + MinutesText(t.WaitMs)
	case d.Value == "served_ms":
		r.Why = "服务 " + MinutesText(t.ServedMs)
	}
	return r
}

// MinutesText words a span of time in minutes and seconds.
func MinutesText(ms int64) string {
	s := ms / 1000
	if s < 60 {
		return strconv.FormatInt(s, 10) + " 秒"
	}
	text := strconv.FormatInt(s/60, 10) + " 分"
	if s%60 != 0 {
		text += " " + strconv.FormatInt(s%60, 10) + " 秒"
	}
	return text
}

// PeriodOf is the span from the first to the last day; today where no day is given, one day where no last is.
func (m *Module) PeriodOf(from, last clock.Date) metric.Period {
	if unset(from) {
		from = m.db.Clock().Now().Date()
	}
	if unset(last) {
		last = from
	}
	return metric.Period{From: from, To: last + 1}
}

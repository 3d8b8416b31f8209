package rating

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Measure (评价指标) is one figure of the ratings with the cohort behind it (hall reference §5): which rows of which table
// take part by which moment, and which of them are counted above.
type Measure struct {
	Code  string      `json:"code"`
	Name  string      `json:"name"`
	Rule  string      `json:"rule"` // how it is counted, as pages print it
	Form  metric.Form `json:"form"`
	Lower bool        `json:"lower,omitempty"` // less is better

	table string // the rows
	at    string // the moment that puts a row into a period
	num   string // condition of the numerator within the denominator
	den   string // condition of the denominator
	out   string // condition of what the rule leaves out
}

// The codes of the measures.
const (
	MeasureGood    = "HP1" // 好评率
	MeasurePoor    = "HP2" // 差评率
	MeasureActive  = "HP3" // 主动评价率
	MeasureFixed   = "HP4" // 差评整改率
	MeasureOnTime  = "HP5" // 按期整改率
	MeasureContent = "HP6" // 回访满意率
)

// Measures lists the measures in the order of pages.
func Measures() []Measure {
	const corrected = "state = 'CLOSED' AND (followed_at > 0 OR NOT named)"
	fixed := Measure{Code: MeasureFixed, Name: "差评整改率", Form: metric.Rate, table: "rating_task", at: "fix_due", den: "valid AND (fix_due <= ? OR state = 'CLOSED')",
		num: corrected, out: "NOT valid", Rule: "已整改办结的有效差评，除以整改到期或者已经办结的有效差评，按整改到期日归月；实名的要回访过才算整改办结，匿名的没有人可以回访，经政务监察股复核通过并办结即算；判定无效、申诉剔除的不计入"}
	onTime := fixed
	onTime.Code, onTime.Name, onTime.num = MeasureOnTime, "按期整改率", corrected+" AND done_at < fix_due"
	onTime.Rule = "其中在整改期限内整改完毕的，除以整改到期或者已经办结的有效差评"
	return []Measure{
		{Code: MeasureGood, Name: "好评率", Form: metric.Rate, table: "rating_rating", at: "at", den: "current AND valid", num: "level <= 3", out: "current AND NOT valid",
			Rule: "非常满意、满意和基本满意的评价，除以全部有效评价；没有评价的不计入，经申诉剔除的不计入"},
		{Code: MeasurePoor, Name: "差评率", Form: metric.Rate, Lower: true, table: "rating_rating", at: "at", den: "current AND valid", num: "level >= 4", out: "current AND NOT valid",
			Rule: "不满意和非常不满意的评价，除以全部有效评价"},
		{Code: MeasureActive, Name: "主动评价率", Form: metric.Rate, table: "rating_service", at: "at", den: "kind = 'case'", num: "rated", out: "kind <> 'case'",
			Rule: "有评价的办件，除以可以评价的办件（按答复申请人的时间）"},
		fixed, onTime,
		{Code: MeasureContent, Name: "回访满意率", Form: metric.Rate, table: "rating_task", at: "followed_at", den: "valid AND answer IN ('满意', '基本满意', '不满意')", num: "answer <> '不满意'", out: "answer = '无法回访'",
			Rule: "回访答复满意和基本满意的差评，除以回访有答复的差评；无法回访的不计入"},
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

// Subject (统计对象) is whom figures are about: a unit, a site, a person; with all empty the centre.
type Subject struct {
	UnitID  string `json:"unit_id,omitempty"`
	SiteID  string `json:"site_id,omitempty"`
	StaffID string `json:"staff_id,omitempty"`
}

// Code is the subject as figures name it.
func (s Subject) Code() string { return or(s.UnitID, or(s.SiteID, s.StaffID)) }

// among is the condition of a subject's rows of a period.
func (d *Measure) among(centre string, s Subject, p metric.Period) *store.Where {
	w := (&store.Where{}).And("centre_id = ?", centre).And(d.at+" >= ?", p.Start()).And(d.at+" < ?", p.End())
	if d.table == "rating_rating" {
		w.And("current")
	}
	if d.at == "followed_at" {
		w.And("followed_at > 0")
	}
	for column, value := range map[string]string{"unit_id": s.UnitID, "site_id": s.SiteID, "staff_id": s.StaffID} {
		if value != "" {
			w.And(column+" = ?", value)
		}
	}
	return w
}

// denominator is the condition of the denominator with its moments as numbers: a clock that has not ended is not due.
func (d *Measure) denominator(now clock.Instant) string {
	if i := slices.Index([]byte(d.den), '?'); i >= 0 {
		return d.den[:i] + itoa(int64(now)) + d.den[i+1:]
	}
	return d.den
}

type tally struct {
	UnitID string `db:"unit_id"`
	Num    int64  `db:"num"`
	Den    int64  `db:"den"`
	Out    int64  `db:"out_n"`
}

func (d *Measure) sums(now clock.Instant) string {
	den := "(" + d.denominator(now) + ")"
	return "COUNT(*) FILTER (WHERE " + den + " AND (" + d.num + ")) AS num, COUNT(*) FILTER (WHERE " + den + ") AS den, COUNT(*) FILTER (WHERE " + d.out + ") AS out_n"
}

func (d *Measure) figure(t tally, s Subject, p metric.Period, now clock.Instant) metric.Figure {
	return metric.Figure{Metric: d.Code, Subject: s.Code(), Form: d.Form, Ratio: metric.Ratio{Num: t.Num, Den: t.Den}, Excluded: t.Out, Period: p, Cutoff: now}
}

// FigureTx counts one measure of a subject, for modules that show figures of their own.
func FigureTx(tx *store.Tx, centre, code string, s Subject, p metric.Period) (metric.Figure, error) {
	d, err := measureOf(code)
	if err != nil {
		return metric.Figure{}, err
	}
	w := d.among(centre, s, p)
	t, err := store.Get[tally](tx, "SELECT '' AS unit_id, "+d.sums(tx.Now())+" FROM "+d.table+w.SQL(), w.Args...)
	return d.figure(t, s, p, tx.Now()), err
}

// FiguresByUnitTx counts one measure of every unit of a centre that has rows in a period, in one statement.
func FiguresByUnitTx(tx *store.Tx, centre, code string, p metric.Period) (map[string]metric.Figure, error) {
	d, err := measureOf(code)
	if err != nil {
		return nil, err
	}
	w := d.among(centre, Subject{}, p)
	rows, err := store.Select[tally](tx, "SELECT unit_id, "+d.sums(tx.Now())+" FROM "+d.table+w.SQL()+" GROUP BY unit_id", w.Args...)
	out := map[string]metric.Figure{}
	for _, t := range rows {
		out[t.UnitID] = d.figure(t, Subject{UnitID: t.UnitID}, p, tx.Now())
	}
	return out, err
}

// Figures counts every measure of a subject.
func (m *Module) Figures(ctx context.Context, s Subject, p metric.Period) ([]metric.Figure, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	if !p.Valid() {
		return nil, metric.ErrPeriod
	}
	var out []metric.Figure
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		for _, d := range Measures() {
			f, err := FigureTx(tx, a.CentreID, d.Code, s, p)
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

// Cohort lists the records behind a figure (钻取), newest first, by the same conditions as the figure. No record names the
// rater or, as nothing of a rating does, the number of the service.
func (m *Module) Cohort(ctx context.Context, s Subject, q metric.Query) (metric.Page, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return metric.Page{}, err
	}
	var page metric.Page
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		page, err = CohortTx(tx, a.CentreID, s, q)
		return err
	})
	return page, err
}

// CohortTx is Cohort for modules that show figures of their own.
func CohortTx(tx *store.Tx, centre string, s Subject, q metric.Query) (metric.Page, error) {
	d, err := measureOf(q.Metric)
	if err != nil || !q.Part.Valid() {
		return metric.Page{}, metric.ErrUnknown
	}
	if !q.Period.Valid() {
		return metric.Page{}, metric.ErrPeriod
	}
	w := d.among(centre, s, q.Period)
	den := "(" + d.denominator(tx.Now()) + ")"
	switch q.Part {
	case metric.Excluded:
		w.And("(" + d.out + ")")
	case metric.Numerator:
		w.And(den + " AND (" + d.num + ")")
	default:
		w.And(den)
	}
	limit := q.Limit
	if limit <= 0 || limit > 200 {
		limit = ListPage
	}
	var page metric.Page
	if page.Total, err = store.Get[int64](tx, "SELECT COUNT(*) FROM "+d.table+w.SQL(), w.Args...); err != nil {
		return page, err
	}
	if q.After != "" {
		w.And("id < ?", q.After)
	}
	page.Records, err = d.records(tx, w, limit+1)
	if len(page.Records) > limit {
		page.Records, page.Next = page.Records[:limit], page.Records[limit-1].ID
	}
	return page, err
}

// records words the rows of a cohort.
func (d *Measure) records(tx *store.Tx, w *store.Where, n int) (out []metric.Record, err error) {
	end := w.SQL() + " ORDER BY id DESC LIMIT " + itoa(n)
	switch d.table {
	case "rating_rating":
		list, err := store.Select[Rating](tx, "SELECT "+ratingColumns+" FROM rating_rating"+end, w.Args...)
		for _, r := range list {
			x := metric.Record{ID: r.ID, Title: r.Title, Subject: r.UnitID, At: r.At, Why: r.Level.Label()}
			if !r.Valid {
				x.Why += "，" + r.Ground.Label() + "：" + r.Reason
			}
			out = append(out, x)
		}
		return out, err
	case "rating_service":
		list, err := store.Select[Service](tx, "SELECT "+serviceColumns+" FROM rating_service"+end, w.Args...)
		for _, s := range list {
			out = append(out, metric.Record{ID: s.ID, No: s.No, Title: s.Title, Subject: s.UnitID, At: s.At, Why: s.Kind.Label() + "，" + s.State(tx.Now())})
		}
		return out, err
	}
	list, err := store.Select[Task](tx, "SELECT "+taskColumns+" FROM rating_task"+end, w.Args...)
	for _, t := range list {
		x := metric.Record{ID: t.ID, No: t.No, Title: t.Title, Subject: t.UnitID, At: t.ReceivedAt, Why: t.State.Label()}
		switch {
		case !t.Valid:
			x.Why = "不计入：" + t.State.Label()
		case !t.RealName:
			x.Why += "，匿名，无法回访"
		case t.Answer != "":
			x.Why += "，回访" + t.Answer
		}
		out = append(out, x)
	}
	return out, err
}

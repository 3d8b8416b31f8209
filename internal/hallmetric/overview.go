package hallmetric

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Overview (大厅概览) is the leader's page of the hall: how things stand now, and the same few figures of today, this month and
// this year, each leading to its records.
type Overview struct {
	At       clock.Instant `json:"at"`
	Open     int64         `json:"open"`    // cases that somebody owes work on
	Overdue  int64         `json:"overdue"` // of them, those past the promise
	Waiting  int64         `json:"waiting"` // people who wait in the hall
	Measures []Measure     `json:"measures"`
	Spans    []Span        `json:"spans"`
	Units    []Line        `json:"units"` // this month by department; nil for totals only
	Totals   bool          `json:"totals_only,omitempty"`
}

// Span is the figures of one period of the leader's page.
type Span struct {
	Label   string          `json:"label"`
	Period  metric.Period   `json:"period"`
	Figures []metric.Figure `json:"figures"`
	// Published are how many months of the span come from their frozen figures.
	Published int `json:"published_months,omitempty"`
}

// headline are the measures of the leader's page.
var headline = []string{"HCr", "HC0", "HC1", "HC2", "HC5", "HC6", "HC7", "HQ5", "HQ1"}

// unitHeadline are those of them that it shows by department.
var unitHeadline = []string{"HCr", "HC0", "HC1", "HC2", "HC5", "HC7"}

// Overview gives the leader's page of what the actor may see.
func (m *Module) Overview(ctx context.Context) (Overview, error) {
	a := actor.From(ctx)
	who, totals, err := readerFor(a, Whole)
	if err != nil {
		return Overview{}, err
	}
	list, err := chosen(append(headline, ratingHeadline()...))
	if err != nil {
		return Overview{}, err
	}
	o := Overview{Totals: totals}
	for _, d := range list {
		x := d.Measure
		x.Sealed = totals || d.sealed(a)
		o.Measures = append(o.Measures, x)
	}
	err = m.db.ReadBeside(ctx, func(tx *store.Tx) (err error) {
		o.At, o.Spans, o.Units = tx.Now(), nil, nil
		today := o.At.Date()
		counted := map[metric.Period][]metric.Figure{} // the month is a part of the year
		if !totals {
			month := metric.Month(today)
			if counted[month], o.Units, err = m.byUnits(tx, who, list, month); err != nil {
				return err
			}
		}
		for _, s := range []Span{{Label: "今日", Period: metric.Day(today)}, {Label: "本月", Period: metric.Month(today)}, {Label: "本年", Period: metric.Year(today)}} {
			if err := m.span(tx, who, list, &s, counted); err != nil {
				return err
			}
			o.Spans = append(o.Spans, s)
		}
		return m.standing(tx, who, &o)
	})
	return o, err
}

// byUnits counts measures of a period as a whole and, those of unitHeadline, by department, in one pass over the records: the
// whole is what the departments have with what belongs to none.
func (m *Module) byUnits(tx *store.Tx, who reader, list []*definition, p metric.Period) ([]metric.Figure, []Line, error) {
	e := m.engine(tx, who, p)
	e.rest = true
	own := slices.DeleteFunc(slices.Clone(list), func(d *definition) bool { return d.feed != nil })
	sums, err := e.count(own, ByUnit)
	if err != nil {
		return nil, nil, err
	}
	whole := map[string]sum{}
	for _, row := range sums {
		for i, d := range own {
			s := whole[d.Code]
			s.join(row[i])
			whole[d.Code] = s
		}
	}
	figures := make([]metric.Figure, len(list))
	for i, d := range list {
		s := whole[d.Code]
		if d.feed != nil {
			if err := e.fed(d, Whole, func(_ string, x sum) { s = x }); err != nil {
				return nil, nil, err
			}
		}
		figures[i] = e.figure(d, "", s)
	}
	lines, err := e.unitLines(own, sums)
	return figures, lines, err
}

// unitLines makes the lines of the departments that have something to count.
func (e *engine) unitLines(list []*definition, sums map[string][]sum) ([]Line, error) {
	by := map[string][]metric.Figure{}
	for id, row := range sums {
		some := false
		var of []metric.Figure
		for i, d := range list {
			if slices.Contains(unitHeadline, d.Code) {
				some = some || row[i].num != 0 || row[i].den != 0 || row[i].out != 0
				of = append(of, e.figure(d, Subject{By: ByUnit, ID: id}.Key(), row[i]))
			}
		}
		if some && id != "" {
			by[id] = of
		}
	}
	subjects, err := e.m.subjects(e.tx, e.who.centre, ByUnit, by)
	var lines []Line
	for _, s := range subjects {
		line := Line{Subject: s}
		for _, f := range by[s.ID] {
			line.Values = append(line.Values, Value{Figure: f})
		}
		lines = append(lines, line)
	}
	return lines, err
}

// span counts the figures of a span. For a reader of the whole centre the months of a long one that were published come
// from their frozen sums, so that the year needs no look at every case of it.
func (m *Module) span(tx *store.Tx, who reader, list []*definition, s *Span, counted map[metric.Period][]metric.Figure) error {
	parts, err := m.monthsOf(tx, who, s.Period)
	if err != nil {
		return err
	}
	sums := make([]metric.Figure, len(list))
	for i, d := range list {
		sums[i] = m.engine(tx, who, s.Period).figure(d, "", sum{})
	}
	for _, p := range parts {
		figures := counted[p.period]
		if figures == nil {
			if figures, err = m.part(tx, who, list, p); err != nil {
				return err
			}
			counted[p.period] = figures
		}
		if p.owner != "" {
			s.Published++
		}
		for i, f := range figures {
			sums[i].Num, sums[i].Den, sums[i].Excluded = sums[i].Num+f.Num, sums[i].Den+f.Den, sums[i].Excluded+f.Excluded
			sums[i].Absent = f.Absent
		}
	}
	s.Figures = sums
	return nil
}

// part is a piece of a span: a published month, or days that are counted now.
type part struct {
	period metric.Period
	owner  string
}

// monthsOf divides a span into its published months and the rest.
func (m *Module) monthsOf(tx *store.Tx, who reader, p metric.Period) ([]part, error) {
	if who.scope < actor.Centre || p.To-p.From <= 31 {
		return []part{{period: p}}, nil
	}
	now := metric.Month(tx.Now().Date())
	var out []part
	for at := metric.Month(p.From); at.From < p.To && at.From < now.To; at = metric.Month(at.To) { // what is to come has no figures yet
		month, err := lastMonth(tx, who.centre, at.From)
		switch {
		case err == nil:
			out = append(out, part{at, month.Owner})
		case len(out) > 0 && out[len(out)-1].owner == "" && at != now: // this month is counted already
			out[len(out)-1].period.To = at.To
		default:
			out = append(out, part{period: at})
		}
		if err != nil && !errors.Is(err, ErrMonthGone) {
			return nil, err
		}
	}
	return out, nil
}

func (m *Module) part(tx *store.Tx, who reader, list []*definition, p part) ([]metric.Figure, error) {
	if p.owner == "" {
		sheet, err := m.sheet(tx, who, Query{Period: p.period}, list, p.period)
		return sheet[""], err
	}
	frozen, err := store.Select[metric.Frozen](tx, "SELECT "+store.Columns[metric.Frozen]("")+" FROM metric_frozen WHERE centre_id = $1 AND owner = $2 AND subject = ''", who.centre, p.owner)
	if err != nil {
		return nil, err
	}
	out := make([]metric.Figure, len(list))
	for i, d := range list {
		for k := range frozen {
			if frozen[k].Metric == d.Code {
				out[i] = frozen[k].Figure()
			}
		}
	}
	return out, nil
}

// standing counts what is open now.
func (m *Module) standing(tx *store.Tx, who reader, o *Overview) error {
	count := func(into *int64, sql, unit, site, owner string, conds ...string) error {
		w := (&store.Where{}).And("centre_id = ?", who.centre)
		who.narrow(w, unit, site, owner)
		for _, c := range conds {
			w.And(c)
		}
		n, err := store.Get[int64](tx, sql+w.SQL(), w.Args...)
		*into = n
		return err
	}
	if err := count(&o.Open, "SELECT COUNT(*) FROM casework_case", "unit_id", "site_id", "created_by", "open"); err != nil {
		return err
	}
	w := (&store.Where{}).And("centre_id = ?", who.centre)
	who.narrow(w, "unit_id", "site_id", "created_by")
	w.And("open").And("decided_at = 0").And("stands_until <= ?", tx.Now()).And("promise_due > 0").And("promise_due <= ?", tx.Now())
	var err error
	if o.Overdue, err = store.Get[int64](tx, "SELECT COUNT(*) FROM casework_case"+w.SQL(), w.Args...); err != nil || who.scope == actor.Own || who.scope == actor.Unit {
		return err
	}
	return count(&o.Waiting, "SELECT COALESCE(CAST(SUM(waiting) AS BIGINT), 0) FROM hall_queue", "", "site_id", "")
}

// ratingHeadline adds the rating to the leader's page where it is measured.
func ratingHeadline() []string {
	if _, ok := definitionOf("HP1"); ok {
		return []string{"HP1"}
	}
	return nil
}

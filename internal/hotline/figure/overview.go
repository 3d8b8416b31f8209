package figure

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Overview (统计首页) is what the leader of the centre sees on one page, or the head of a unit of his own units.
// Numbers of tickets come from the counters that every transaction keeps; rates come from the engine (tally.go). None of it grows with the number of tickets that there have ever been.
type Overview struct {
	At       clock.Instant `json:"at"`
	Month    metric.Period `json:"month"`
	OwnUnits bool          `json:"own_units"` // only the actor's units: flows and breakdowns of the centre are left out
	// Flows of today, of the month and of the year, in this order.
	Flows     [3]Flow       `json:"flows"`
	States    []Share       `json:"states"`
	Open      int64         `json:"open"`
	OpenLegs  int64         `json:"open_legs"`
	Overdue   int64         `json:"overdue"` // M5
	Finished  metric.Ratio  `json:"finished"`
	All       metric.Ratio  `json:"all"`
	OnTime    metric.Ratio  `json:"ontime"`
	Done      metric.Ratio  `json:"ontime_done"`
	Satisfied metric.Ratio  `json:"satisfied"`
	Units     []UnitFigures `json:"units"`
	Days      []DayFlow     `json:"days"`
	Channels  []Share       `json:"channels"`
	Kinds     []Share       `json:"kinds"`
	Topics    []Share       `json:"categories"`
	Areas     []Share       `json:"areas"`
}

// Flow counts what happened in a span.
type Flow struct {
	Received   int64 `json:"received"`
	Accepted   int64 `json:"accepted"`
	Dispatched int64 `json:"dispatched"` // legs sent to units
	Closed     int64 `json:"closed"`
	Direct     int64 `json:"direct"` // of those closed, answered at once (直办)
}

// Share is one value of a breakdown with its number.
type Share struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	N     int64  `json:"n"`
}

// UnitFigures are a unit's figures of the month.
type UnitFigures struct {
	UnitID  string       `json:"unit_id"`
	Unit    string       `json:"unit_name"`
	Open    int64        `json:"open"`    // legs that the unit owes an answer on
	Overdue int64        `json:"overdue"` // of those, past their due
	OnTime  metric.Ratio `json:"ontime"`  // M4
	Done    metric.Ratio `json:"ontime_done"`
}

// DayFlow is one day of the line of tickets coming in and going out.
type DayFlow struct {
	Day      clock.Date `json:"day"`
	Received int64      `json:"received"`
	Closed   int64      `json:"closed"`
}

// overviewDays is the length of the daily line.
const overviewDays = 30

// topShares is how many bars a breakdown without a natural end has.
const topShares = 10

// Overview gives the page of figures as of now, for the month that goes on.
func (m *Module) Overview(ctx context.Context) (Overview, error) {
	return m.OverviewOf(ctx, metric.Month(m.clock.Now().Date()))
}

// OverviewOf gives the page of figures as of now: rates, units and breakdowns of one month, how things stand now, and
// what came in and went out today, in that month and in its year.
func (m *Module) OverviewOf(ctx context.Context, month metric.Period) (Overview, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermReport); err != nil {
		return Overview{}, err
	}
	if !month.Valid() {
		return Overview{}, metric.ErrPeriod
	}
	who := readerOf(a, "")
	var o Overview
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		o = Overview{At: tx.Now(), Month: month, OwnUnits: who.units != nil}
		e, err := newEngine(tx, who, month)
		if err != nil {
			return err
		}
		if err := o.rates(e); err != nil {
			return err
		}
		if err := m.unitFigures(e, &o); err != nil {
			return err
		}
		if o.OwnUnits {
			return nil
		}
		return m.centreFigures(tx, a.CentreID, &o)
	})
	if err != nil {
		return o, err
	}
	return o, m.nameAreas(ctx, o.Areas)
}

// nameAreas replaces division codes by names; what is not a code stays as it was written.
func (m *Module) nameAreas(ctx context.Context, list []Share) error {
	for i := range list {
		d, err := m.org.Division(ctx, list[i].Key)
		switch {
		case err == nil:
			list[i].Label = d.Name
		case errs.KindOf(err) != errs.NotFound:
			return err
		}
	}
	return nil
}

func (o *Overview) rates(e *engine) error {
	list, err := chosen([]Measure{MeasureFinished, MeasureAll, MeasureSatisfied})
	if err != nil {
		return err
	}
	n, err := e.count(list, whole)
	for i, into := range []*metric.Ratio{&o.Finished, &o.All, &o.Satisfied} {
		*into = e.figure(list[i], "", n[""]).Ratio
	}
	return err
}

// centreFigures fills in what is counted for the centre as a whole.
func (m *Module) centreFigures(tx *store.Tx, centre string, o *Overview) error {
	if err := o.flows(tx, centre); err != nil {
		return err
	}
	states, err := dimTotals(tx, centre, hotline.CountState, clock.NoDate, clock.NoDate)
	if err != nil {
		return err
	}
	for _, s := range hotline.States {
		if n := states[string(s)]; s.Open() {
			o.States = append(o.States, Share{string(s), s.Label(), n})
			o.Open += n
		}
	}
	if err := o.days(tx, centre); err != nil {
		return err
	}
	return m.breakdowns(tx, centre, o)
}

// flows reads each kind of event once for the whole year and splits it into day, month and year.
func (o *Overview) flows(tx *store.Tx, centre string) error {
	today := o.At.Date()
	last := min(o.Month.Last(), today)
	year := clock.Day(o.Month.From.Year(), 1, 1)
	for _, f := range []struct {
		name, which string
		into        func(*Flow) *int64
	}{
		{hotline.CountReceived, "", func(f *Flow) *int64 { return &f.Received }},
		{hotline.CountAccepted, "", func(f *Flow) *int64 { return &f.Accepted }},
		{hotline.CountDispatched, "", func(f *Flow) *int64 { return &f.Dispatched }},
		{hotline.CountClosed, " AND dim <> ''", func(f *Flow) *int64 { return &f.Closed }},
		{hotline.CountClosed, " AND dim = 'direct'", func(f *Flow) *int64 { return &f.Direct }},
	} {
		sums, err := store.Get[struct {
			Today int64 `db:"today"`
			Month int64 `db:"month"`
			Year  int64 `db:"year"`
		}](tx, `SELECT CAST(COALESCE(SUM(CASE WHEN day = $3 THEN n ELSE 0 END), 0) AS BIGINT) AS today, CAST(COALESCE(SUM(CASE WHEN day >= $4 AND day <= $6 THEN n ELSE 0 END), 0) AS BIGINT) AS month,
			CAST(COALESCE(SUM(CASE WHEN day <= $7 THEN n ELSE 0 END), 0) AS BIGINT) AS year FROM hotline_count WHERE centre_id = $1 AND name = $2 AND day >= $5 AND day <= $3`+f.which,
			centre, f.name, today, o.Month.From, year, last, min(metric.Year(year).Last(), today))
		if err != nil {
			return err
		}
		for i, n := range []int64{sums.Today, sums.Month, sums.Year} {
			*f.into(&o.Flows[i]) = n
		}
	}
	return nil
}

func (o *Overview) days(tx *store.Tx, centre string) error {
	today := o.At.Date()
	first := today - overviewDays + 1
	for d := first; d <= today; d++ {
		o.Days = append(o.Days, DayFlow{Day: d})
	}
	type dayCount struct {
		Day clock.Date `db:"day"`
		N   int64      `db:"n"`
	}
	for _, name := range []string{hotline.CountReceived, hotline.CountClosed} {
		cond := ""
		if name == hotline.CountClosed {
			cond = " AND dim <> ''" // not those refused, withdrawn or handed to the emergency services
		}
		list, err := store.Select[dayCount](tx, "SELECT day, CAST(SUM(n) AS BIGINT) AS n FROM hotline_count WHERE centre_id = $1 AND name = $2 AND day >= $3 AND day <= $4"+cond+" GROUP BY day", centre, name, first, today)
		if err != nil {
			return err
		}
		for _, c := range list {
			at := &o.Days[c.Day-first]
			if name == hotline.CountReceived {
				at.Received = c.N
			} else {
				at.Closed = c.N
			}
		}
	}
	return nil
}

// dimTotals sums a counter by dimension over days, both inclusive.
func dimTotals(tx *store.Tx, centre, name string, from, to clock.Date) (map[string]int64, error) {
	type dimCount struct {
		Dim string `db:"dim"`
		N   int64  `db:"n"`
	}
	list, err := store.Select[dimCount](tx, "SELECT dim, CAST(SUM(n) AS BIGINT) AS n FROM hotline_count WHERE centre_id = $1 AND name = $2 AND day >= $3 AND day <= $4 GROUP BY dim", centre, name, from, to)
	out := map[string]int64{}
	for _, c := range list {
		out[c.Dim] = c.N
	}
	return out, err
}

// breakdowns are those of the month: by channel, kind, category and area.
func (m *Module) breakdowns(tx *store.Tx, centre string, o *Overview) error {
	last := o.Month.To - 1
	channels, err := dimTotals(tx, centre, hotline.CountReceived, o.Month.From, last)
	if err != nil {
		return err
	}
	o.Channels = shares(channels, nil, len(channels))
	kinds, err := dimTotals(tx, centre, hotline.CountAccepted, o.Month.From, last)
	if err != nil {
		return err
	}
	o.Kinds = shares(kinds, nil, len(kinds))
	topics, err := dimTotals(tx, centre, hotline.CountCategory, o.Month.From, last)
	if err != nil {
		return err
	}
	names, err := hotline.CategoryNamesTx(tx, centre)
	if err != nil {
		return err
	}
	moves, err := hotline.CategoryMovesTx(tx, centre)
	if err != nil {
		return err
	}
	o.Topics = shares(moves.Merge(topics), names, topShares)
	areas, err := areaTotals(tx, centre, o.Month)
	if err != nil {
		return err
	}
	o.Areas = shares(areas, nil, topShares)
	return nil
}

// shares sorts a breakdown by size and keeps the largest.
func shares(n map[string]int64, names map[string]string, most int) []Share {
	var out []Share
	for key, count := range n {
		if count == 0 {
			continue
		}
		label := names[key]
		if label == "" {
			label = key
		}
		out = append(out, Share{key, label, count})
	}
	slices.SortFunc(out, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Key, b.Key))
	})
	return out[:min(most, len(out))]
}

// areaTotals counts the tickets accepted in a span by area; tickets without one are left out.
func areaTotals(tx *store.Tx, centre string, s metric.Period) (map[string]int64, error) {
	type areaCount struct {
		Area string `db:"area"`
		N    int64  `db:"n"`
	}
	list, err := store.Select[areaCount](tx, `SELECT area, COUNT(*) AS n FROM hotline_ticket
		WHERE centre_id = $1 AND accepted_at <> 0 AND accepted_at >= $2 AND accepted_at < $3 AND area <> '' GROUP BY area`, centre, s.Start(), s.End())
	out := map[string]int64{}
	for _, c := range list {
		out[c.Area] = c.N
	}
	return out, err
}

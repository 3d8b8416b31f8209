package figure

import (
	"cmp"
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// FigureQuery asks for figures (指标).
type Query struct {
	Measures []Measure // none for all
	Period   metric.Period
	UnitID   string // only this unit's; "" for all that the actor may see, taken together
	Changes  bool   // with the period before and the same period a year earlier
}

// FigureRow is a figure with its description and its changes.
type Row struct {
	metric.Figure
	Label    string         `json:"label"`
	Rule     string         `json:"rule"`
	Previous *metric.Change `json:"previous,omitempty"`    // 环比
	LastYear *metric.Change `json:"year_before,omitempty"` // 同比
	Spread   *Spread        `json:"spread,omitempty"`
}

// Spread is where the middle and the ninth tenth of a measure's records lie.
type Spread struct {
	P50 int64 `json:"p50"`
	P90 int64 `json:"p90"`
}

// Figures gives measures of one period for all that the actor may see, or for one unit.
func (m *Module) Figures(ctx context.Context, q Query) ([]Row, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermReport); err != nil {
		return nil, err
	}
	list, err := chosen(q.Measures)
	if err != nil {
		return nil, err
	}
	if !q.Period.Valid() {
		return nil, metric.ErrPeriod
	}
	var out []Row
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		now, err := m.figuresIn(tx, readerOf(a, q.UnitID), list, q.Period)
		if err != nil {
			return err
		}
		out = rowsOf(list, now)
		if err := m.spreads(tx, a, q, out); err != nil {
			return err
		}
		if !q.Changes {
			return nil
		}
		return m.changes(tx, readerOf(a, q.UnitID), list, q.Period, out)
	})
	return out, err
}

func chosen(codes []Measure) ([]*definition, error) {
	var out []*definition
	if len(codes) == 0 {
		for i := range definitions {
			out = append(out, &definitions[i])
		}
		return out, nil
	}
	for _, c := range codes {
		d, ok := definitionOf(c)
		if !ok {
			return nil, ErrMeasure
		}
		out = append(out, d)
	}
	return out, nil
}

func rowsOf(list []*definition, figures []metric.Figure) []Row {
	out := make([]Row, len(list))
	for i, d := range list {
		out[i] = Row{Figure: figures[i], Label: d.label, Rule: d.rule}
	}
	return out
}

// figuresIn computes measures for a reader as a whole, in the order of list.
func (m *Module) figuresIn(tx *store.Tx, who reader, list []*definition, p metric.Period) ([]metric.Figure, error) {
	e, err := newEngine(tx, who, p)
	if err != nil {
		return nil, err
	}
	n, err := e.count(list, whole)
	if err != nil {
		return nil, err
	}
	out := make([]metric.Figure, len(list))
	for i, d := range list {
		out[i] = e.figure(d, who.unit, n[""])
		if d.other {
			if out[i], err = m.fed(e, d, who.unit); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// changes sets each figure against the period before and the year before.
func (m *Module) changes(tx *store.Tx, who reader, list []*definition, p metric.Period, out []Row) error {
	for _, base := range []struct {
		period metric.Period
		into   func(*Row, *metric.Change)
	}{
		{p.Previous(), func(r *Row, c *metric.Change) { r.Previous = c }},
		{p.YearBefore(), func(r *Row, c *metric.Change) { r.LastYear = c }},
	} {
		then, err := m.figuresIn(tx, who, list, base.period)
		if err != nil {
			return err
		}
		for i, d := range list {
			if d.now {
				continue
			}
			c := metric.Compare(out[i].Figure, then[i])
			base.into(&out[i], &c)
		}
	}
	return nil
}

// spreads adds median and ninth decile to the measures of time.
func (m *Module) spreads(tx *store.Tx, a *actor.Actor, q Query, out []Row) error {
	for i := range out {
		column := map[string]string{string(MeasureWorkTime): "l.work_minutes", string(MeasureWallTime): "l.wall_minutes"}[out[i].Metric]
		if column == "" || out[i].Den == 0 {
			continue
		}
		e, err := newEngine(tx, readerOf(a, q.UnitID), q.Period)
		if err != nil {
			return err
		}
		at := scanDue.arms(q.Period, e.now)[0]
		w := scanBases[scanDue].where(e.who, at).And(isAnswered + " AND " + column + " >= 0")
		minutes, err := store.Select[int64](tx, "SELECT "+column+" FROM hotline_leg l"+w.SQL(), w.Args...)
		if err != nil {
			return err
		}
		out[i].Spread = spreadOf(minutes)
	}
	return nil
}

// spreadOf finds the median and the ninth decile by nearest rank.
func spreadOf(values []int64) *Spread {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	rank := func(percent int) int64 { return values[(len(values)*percent+99)/100-1] }
	return &Spread{rank(50), rank(90)}
}

// UnitRow is one unit's figures in the order that was asked for.
type UnitRow struct {
	UnitID  string          `json:"unit_id"`
	Unit    string          `json:"unit_name"`
	Figures []metric.Figure `json:"figures"`
}

// FiguresByUnit gives measures of one period for each unit that has any record in them, by name.
func (m *Module) FiguresByUnit(ctx context.Context, measures []Measure, p metric.Period) ([]UnitRow, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermReport); err != nil {
		return nil, err
	}
	list, err := chosen(measures)
	if err != nil {
		return nil, err
	}
	if !p.Valid() {
		return nil, metric.ErrPeriod
	}
	var out []UnitRow
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		e, err := newEngine(tx, readerOf(a, ""), p)
		if err != nil {
			return err
		}
		out, err = m.unitRows(e, list)
		return err
	})
	return out, err
}

func (m *Module) unitRows(e *engine, list []*definition) ([]UnitRow, error) {
	n, err := e.count(list, byUnit)
	if err != nil {
		return nil, err
	}
	fed, err := m.fedByUnit(e, list)
	if err != nil {
		return nil, err
	}
	var ids []string
	for id := range n {
		ids = append(ids, id)
	}
	for id := range fed {
		if n[id] == nil {
			ids = append(ids, id)
		}
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "" })
	if len(ids) == 0 {
		return nil, nil
	}
	names, err := m.org.UnitsTx(e.tx, e.who.centre, ids)
	if err != nil {
		return nil, err
	}
	var out []UnitRow
	for _, id := range ids {
		u := names[id]
		row := UnitRow{UnitID: id, Unit: u.Short()}
		for _, d := range list {
			f := e.figure(d, id, n[id])
			if d.other {
				f = fedFigure(e, d, id, fed[id][d.code])
			}
			row.Figures = append(row.Figures, f)
		}
		out = append(out, row)
	}
	slices.SortFunc(out, func(x, y UnitRow) int { return cmp.Or(cmp.Compare(x.Unit, y.Unit), cmp.Compare(x.UnitID, y.UnitID)) })
	return out, nil
}

// DispatcherRow is how well one dispatcher chose units (M12).
type DispatcherRow struct {
	UserID string        `json:"user_id"`
	Name   string        `json:"name"`
	Figure metric.Figure `json:"figure"`
}

// Dispatchers gives the measure of well-chosen units for each dispatcher of the centre.
func (m *Module) Dispatchers(ctx context.Context, p metric.Period) ([]DispatcherRow, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermReport); err != nil {
		return nil, err
	}
	if a.Scope(hotline.PermReport) < actor.Centre {
		return nil, actor.ErrForbidden.With("permission", string(hotline.PermReport))
	}
	d, _ := definitionOf(MeasureWellSent)
	var out []DispatcherRow
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		e, err := newEngine(tx, readerOf(a, ""), p)
		if err != nil {
			return err
		}
		n, err := e.count([]*definition{d}, func(scanName) string { return "l.dispatched_by || ''" })
		if err != nil {
			return err
		}
		var ids []string
		for id := range n {
			ids = append(ids, id)
		}
		names, err := m.org.UserNamesTx(tx, a.CentreID, ids)
		for _, id := range ids {
			out = append(out, DispatcherRow{UserID: id, Name: names[id], Figure: e.figure(d, id, n[id])})
		}
		slices.SortFunc(out, func(x, y DispatcherRow) int {
			return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.UserID, y.UserID))
		})
		return err
	})
	return out, err
}

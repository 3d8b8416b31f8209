package hallmetric

import (
	"cmp"
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Query asks for figures.
type Query struct {
	Measures []string // none for all
	Period   metric.Period
	By       Dimension
	Subject  string // key of the only subject; "" for all of the dimension
	Changes  bool   // with the period before and the same period a year earlier
}

// Value is a figure with its changes.
type Value struct {
	metric.Figure
	Previous *metric.Change `json:"previous,omitempty"`    // 环比
	LastYear *metric.Change `json:"year_before,omitempty"` // 同比
}

// Line is the figures of one subject, in the order of the measures that were asked for.
type Line struct {
	Subject Subject `json:"subject"`
	Values  []Value `json:"figures"`
}

// Sheet (指标表) is what a query gives.
type Sheet struct {
	Period   metric.Period `json:"period"`
	At       clock.Instant `json:"at"`
	By       Dimension     `json:"by,omitempty"`
	Measures []Measure     `json:"measures"`
	Lines    []Line        `json:"lines"`
	Totals   bool          `json:"totals_only,omitempty"` // the reader may not see the records behind
}

// readerFor checks who may ask for figures of a dimension: whoever reads totals only gets the whole.
func readerFor(a *actor.Actor, by Dimension) (r reader, totals bool, err error) {
	if a.Can(PermRead) {
		return readerOf(a, PermRead), false, nil
	}
	if err := a.Require(PermTotals); err != nil {
		return r, true, err
	}
	if by != Whole {
		return r, true, actor.ErrForbidden.With("permission", string(PermRead))
	}
	return readerOf(a, PermTotals), true, nil
}

// Figures counts measures of a period over what the actor may see: as a whole, or by department, site or item.
func (m *Module) Figures(ctx context.Context, q Query) (Sheet, error) {
	out := Sheet{Period: q.Period, By: q.By}
	list, err := q.check()
	if err != nil {
		return out, err
	}
	who, totals, err := readerFor(actor.From(ctx), q.dimension())
	if err != nil {
		return out, err
	}
	for _, d := range list {
		m := d.Measure
		m.Sealed = totals || d.sealed(actor.From(ctx))
		out.Measures = append(out.Measures, m)
	}
	out.Totals = totals
	err = m.db.ReadBeside(ctx, func(tx *store.Tx) (err error) {
		out.At = tx.Now()
		out.Lines, err = m.lines(tx, who, q, list)
		return err
	})
	return out, err
}

func (q *Query) dimension() Dimension {
	if q.Subject != "" {
		return SubjectOf(q.Subject).By
	}
	return q.By
}

func (q *Query) check() ([]*definition, error) {
	if !q.Period.Valid() {
		return nil, metric.ErrPeriod
	}
	if !q.dimension().Valid() {
		return nil, metric.ErrUnknown
	}
	return chosen(q.Measures)
}

func (m *Module) lines(tx *store.Tx, who reader, q Query, list []*definition) ([]Line, error) {
	by := q.dimension()
	now, err := m.sheet(tx, who, q, list, q.Period)
	if err != nil {
		return nil, err
	}
	subjects, err := m.subjects(tx, who.centre, by, now)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, s := range subjects {
		line := Line{Subject: s}
		for _, f := range now[s.ID] {
			line.Values = append(line.Values, Value{Figure: f})
		}
		lines = append(lines, line)
	}
	if !q.Changes {
		return lines, nil
	}
	return lines, m.changes(tx, who, q, list, lines)
}

// sheet counts the figures of every subject of a query in a period.
func (m *Module) sheet(tx *store.Tx, who reader, q Query, list []*definition, p metric.Period) (map[string][]metric.Figure, error) {
	by := q.dimension()
	e := m.engine(tx, who, p)
	sums, err := e.count(list, by)
	if err != nil {
		return nil, err
	}
	only := SubjectOf(q.Subject).ID
	if q.Subject != "" && sums[only] == nil {
		sums[only] = make([]sum, len(list))
	}
	out := map[string][]metric.Figure{}
	for id, row := range sums {
		if q.Subject != "" && id != only {
			continue
		}
		key := Subject{By: by, ID: id}.Key()
		for i, d := range list {
			out[id] = append(out[id], e.figure(d, key, row[i]))
		}
	}
	return out, nil
}

func (m *Module) changes(tx *store.Tx, who reader, q Query, list []*definition, lines []Line) error {
	for _, base := range []struct {
		period metric.Period
		into   func(*Value, *metric.Change)
	}{
		{q.Period.Previous(), func(v *Value, c *metric.Change) { v.Previous = c }},
		{q.Period.YearBefore(), func(v *Value, c *metric.Change) { v.LastYear = c }},
	} {
		then, err := m.sheet(tx, who, q, list, base.period)
		if err != nil {
			return err
		}
		for k := range lines {
			for i := range list {
				was := metric.Figure{Form: list[i].Form}
				if row := then[lines[k].Subject.ID]; row != nil {
					was = row[i]
				} else if list[i].Form == metric.Count && list[i].Percentile > 0 {
					was.Absent = "没有"
				}
				c := metric.Compare(lines[k].Values[i].Figure, was)
				base.into(&lines[k].Values[i], &c)
			}
		}
	}
	return nil
}

// subjects names whom figures are about, by name.
func (m *Module) subjects(tx *store.Tx, centre string, by Dimension, figures map[string][]metric.Figure) ([]Subject, error) {
	var ids []string
	for id := range figures {
		ids = append(ids, id)
	}
	names, err := m.names(tx, centre, by, ids)
	if err != nil {
		return nil, err
	}
	var out []Subject
	for _, id := range ids {
		out = append(out, Subject{By: by, ID: id, Name: names[id]})
	}
	slices.SortFunc(out, func(x, y Subject) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
	return out, nil
}

// names gives the names of subjects of a dimension.
func (m *Module) names(tx *store.Tx, centre string, by Dimension, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	switch by {
	case ByUnit:
		units, err := m.org.UnitsTx(tx, centre, ids)
		for id, u := range units {
			out[id] = u.Short()
		}
		return out, err
	case BySite:
		for _, id := range ids {
			s, err := m.org.SiteTx(tx, centre, id)
			if err != nil {
				return nil, err
			}
			out[id] = s.Name
		}
		return out, nil
	case ByItem:
		for _, id := range ids {
			it, err := m.item.ItemTx(tx, centre, id)
			if err != nil {
				return nil, err
			}
			out[id] = it.Name
		}
		return out, nil
	}
	out[""] = "全部"
	return out, nil
}

package figure

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// FreezeUnits counts measures of a period for each unit of a centre and binds each figure to the records that it
// counted. What a sheet of assessment or a published report rests on is made here, inside the caller's transaction.
func (m *Module) FreezeUnits(tx *store.Tx, centre string, measures []Measure, p metric.Period) ([]metric.Frozen, error) {
	list, err := chosen(measures)
	if err != nil {
		return nil, err
	}
	if !p.Valid() {
		return nil, metric.ErrPeriod
	}
	e, err := newEngine(tx, reader{centre: centre}, p)
	if err != nil {
		return nil, err
	}
	f := &freezer{engine: e, sums: tallies{}, cohorts: map[string]map[Measure]*metric.Cohort{}}
	if err := f.read(list); err != nil {
		return nil, err
	}
	fed, err := m.fedByUnit(e, list)
	if err != nil {
		return nil, err
	}
	for unit := range fed {
		if f.sums[unit] == nil {
			f.sums[unit] = map[tally]int64{}
		}
	}
	var out []metric.Frozen
	for unit, sums := range f.sums {
		if unit == "" {
			continue
		}
		for _, d := range list {
			figure := e.figure(d, unit, sums)
			if d.other {
				figure = fedFigure(e, d, unit, fed[unit][d.code])
			}
			out = append(out, metric.Freeze(figure, MeasureRules, f.cohort(unit, d.code).Sum(), e.now))
		}
	}
	return out, nil
}

// FreezeWhole counts measures of a period over everything that the actor may see, and binds each figure to the records
// that it counted; a figure that counted none is bound to the empty cohort. The figures come in the order of the measures.
func (m *Module) FreezeWhole(ctx context.Context, measures []Measure, p metric.Period) (out []metric.Frozen, err error) {
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
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		e, err := newEngine(tx, readerOf(a, ""), p)
		if err != nil {
			return err
		}
		f := &freezer{engine: e, whole: true, sums: tallies{}, cohorts: map[string]map[Measure]*metric.Cohort{}}
		if err := f.read(list); err != nil {
			return err
		}
		out = nil
		for _, d := range list {
			figure := e.figure(d, "", f.sums[""])
			if d.other {
				if figure, err = m.fed(e, d, ""); err != nil {
					return err
				}
			}
			out = append(out, metric.Freeze(figure, MeasureRules, f.cohort("", d.code).Sum(), e.now))
		}
		return nil
	})
	return out, err
}

// freezer counts like the engine, but row by row, so that it knows which records made the figures.
type freezer struct {
	*engine
	whole   bool // all records together, not by unit
	sums    tallies
	cohorts map[string]map[Measure]*metric.Cohort
}

func (f *freezer) cohort(unit string, m Measure) *metric.Cohort {
	if f.cohorts[unit] == nil {
		f.cohorts[unit] = map[Measure]*metric.Cohort{}
	}
	c := f.cohorts[unit][m]
	if c == nil {
		c = &metric.Cohort{}
		f.cohorts[unit][m] = c
	}
	return c
}

func (f *freezer) read(list []*definition) error {
	columns := columnsOf(list, true)
	for _, scan := range scanOrder {
		for _, at := range scan.arms(f.period, f.now) {
			if what := columns[armKey{scan, at.name}]; len(what) > 0 {
				if err := f.readArm(scan, at, what); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

type countedRow struct {
	Subject string `db:"subject"`
	Record  string `db:"record"`
	Sums    string `db:"sums"`
}

func (f *freezer) readArm(scan scanName, at arm, what []counted) error {
	base := scanBases[scan]
	w := base.where(f.who, at)
	var cells []string
	for _, c := range what {
		cells = append(cells, "CAST(CASE WHEN "+f.fill(w, c.cond)+" THEN "+valueOf(c)+" ELSE 0 END AS TEXT)")
	}
	return store.Each(f.tx, func(row *countedRow) error {
		if f.whole {
			row.Subject = ""
		}
		for i := range what {
			text, rest, _ := strings.Cut(row.Sums, ",")
			row.Sums = rest
			if text == "0" {
				continue
			}
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return fmt.Errorf("value %q of %s: %w", text, what[i].key.measure, err)
			}
			f.sums.add(row.Subject, what[i].key, n)
			f.cohort(row.Subject, what[i].key.measure).Add(what[i].key.part, row.Record, n)
		}
		return nil
	}, "SELECT "+base.unit+" AS subject, "+base.id()+" AS record, "+strings.Join(cells, " || ',' || ")+" AS sums FROM "+base.from+w.SQL(), w.Args...)
}

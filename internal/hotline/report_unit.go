package hotline

import (
	"cmp"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// unitFigures fills in the table of units: what each owes now, and how it met the dues of the month. Given units, only
// theirs.
func (m *Module) unitFigures(tx *store.Tx, a *actor.Actor, o *Overview, only []string) error {
	rows := map[string]*UnitFigures{}
	row := func(unit string) *UnitFigures {
		if rows[unit] == nil {
			rows[unit] = &UnitFigures{UnitID: unit}
		}
		return rows[unit]
	}
	legs, err := dimTotals(tx, a.CentreID, CountUnit, clock.NoDate, clock.NoDate)
	if err != nil {
		return err
	}
	for dim, n := range legs {
		unit, state, _ := strings.Cut(dim, "/")
		if LegState(state).Running() && n != 0 && (!o.OwnUnits || slices.Contains(only, unit)) {
			row(unit).Open += n
		}
	}
	for _, c := range []struct {
		measure Measure
		part    Part
		add     func(*UnitFigures, int64)
	}{
		{MeasureOverdue, Numerator, func(u *UnitFigures, n int64) { u.Overdue += n }},
		{MeasureOnTime, Numerator, func(u *UnitFigures, n int64) { u.OnTime.Num += n; u.Done.Num += n }},
		{MeasureOnTime, Denominator, func(u *UnitFigures, n int64) { u.OnTime.Den += n }},
		{MeasureDone, Denominator, func(u *UnitFigures, n int64) { u.Done.Den += n }},
	} {
		if err := byUnit(tx, a, c.measure, c.part, o.Month, func(unit string, n int64) { c.add(row(unit), n) }); err != nil {
			return err
		}
	}
	for _, u := range rows {
		o.Units = append(o.Units, *u)
		o.OpenLegs += u.Open
		o.Overdue += u.Overdue
		o.OnTime.add(u.OnTime)
		o.Done.add(u.Done)
	}
	return m.nameFigures(tx, a.CentreID, o.Units)
}

// byUnit counts a cohort of legs by unit.
func byUnit(tx *store.Tx, a *actor.Actor, m Measure, p Part, s Span, add func(unit string, n int64)) error {
	c, err := cohortOf(m, p, s, tx.Now())
	if err != nil {
		return err
	}
	type unitCount struct {
		Unit string `db:"unit_id"`
		N    int64  `db:"n"`
	}
	for _, r := range c.arms {
		w := c.where(a, r, "")
		// The expression keeps SQLite from reading a whole index by unit only because it is in the order of the groups.
		list, err := store.Select[unitCount](tx, "SELECT l.unit_id || '' AS unit_id, COUNT(*) AS n FROM "+c.base.from+w.SQL()+" GROUP BY l.unit_id || ''", w.Args...)
		if err != nil {
			return err
		}
		for _, u := range list {
			add(u.Unit, u.N)
		}
	}
	return nil
}

// nameFigures names the units and puts first those that owe most.
func (m *Module) nameFigures(tx *store.Tx, centre string, list []UnitFigures) error {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].UnitID
	}
	if len(ids) == 0 {
		return nil
	}
	names, err := m.org.UnitsTx(tx, centre, ids)
	for i := range list {
		u := names[list[i].UnitID]
		list[i].Unit = u.Short()
	}
	slices.SortFunc(list, func(a, b UnitFigures) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Open, a.Open), cmp.Compare(b.OnTime.Den, a.OnTime.Den), strings.Compare(a.UnitID, b.UnitID))
	})
	return err
}

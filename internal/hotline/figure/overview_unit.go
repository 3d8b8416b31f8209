package figure

import (
	"cmp"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// unitFigures fills in the table of units: what each owes now, and how it met the dues of the month.
func (m *Module) unitFigures(e *engine, o *Overview) error {
	rows := map[string]*UnitFigures{}
	row := func(unit string) *UnitFigures {
		if rows[unit] == nil {
			rows[unit] = &UnitFigures{UnitID: unit}
		}
		return rows[unit]
	}
	legs, err := dimTotals(e.tx, e.who.centre, hotline.CountUnit, clock.NoDate, clock.NoDate)
	if err != nil {
		return err
	}
	for dim, n := range legs {
		unit, state, _ := strings.Cut(dim, "/")
		if hotline.LegState(state).Running() && n != 0 && e.who.mayRead(unit) {
			row(unit).Open += n
		}
	}
	list, err := chosen([]Measure{MeasureOverdue, MeasureOnTime, MeasureDone})
	if err != nil {
		return err
	}
	n, err := e.count(list, byUnit)
	if err != nil {
		return err
	}
	for unit, sums := range n {
		row(unit).fill(sums)
	}
	for _, u := range rows {
		o.Units = append(o.Units, *u)
		o.OpenLegs += u.Open
		o.Overdue += u.Overdue
		o.OnTime = o.OnTime.Add(u.OnTime)
		o.Done = o.Done.Add(u.Done)
	}
	return m.nameFigures(e.tx, e.who.centre, o.Units)
}

func (u *UnitFigures) fill(n map[tally]int64) {
	ratio := func(m Measure) metric.Ratio {
		return metric.Ratio{Num: n[tally{m, metric.Numerator}], Den: n[tally{m, metric.Denominator}]}
	}
	u.Overdue, u.OnTime, u.Done = ratio(MeasureOverdue).Num, ratio(MeasureOnTime), ratio(MeasureDone)
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

package rating

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Result (公开的评价结果) is the ratings of one unit in one month as the public reads them: numbers, and nobody's name.
type Result struct {
	Unit     string       `json:"unit"`
	Levels   [5]int64     `json:"levels"` // valid ratings by level, from 非常满意 to 非常不满意
	Good     metric.Ratio `json:"good"`   // 好评率
	Excluded int64        `json:"excluded"`
	Fixed    metric.Ratio `json:"fixed"` // 差评整改率 of what fell due in the month
}

// Results (评价结果公开) is a month of a centre: every unit that was rated, and the sum.
type Results struct {
	Month metric.Period `json:"month"`
	Units []Result      `json:"units"`
	Total Result        `json:"total"`
}

// PublishedMonth is the newest month whose results are public: the one before the present.
func PublishedMonth(today clock.Date) metric.Period { return metric.Month(today).Previous() }

type levelCount struct {
	UnitID string `db:"unit_id"`
	Level  Level  `db:"level"`
	Valid  bool   `db:"valid"`
	N      int64  `db:"n"`
}

// Results gives the public results of a month that is over, for anybody. A month that is not over gives the one before.
func (m *Module) Results(ctx context.Context, p metric.Period) (Results, error) {
	centre := actor.From(ctx).CentreID
	out := Results{}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		newest := PublishedMonth(tx.Now().Date())
		if out.Month = metric.Month(p.From); !p.Valid() || out.Month.To > newest.To {
			out.Month = newest
		}
		counts, err := store.Select[levelCount](tx, "SELECT unit_id, level, valid, COUNT(*) AS n FROM rating_rating WHERE centre_id = $1 AND at >= $2 AND at < $3 AND current GROUP BY unit_id, level, valid",
			centre, out.Month.Start(), out.Month.End())
		if err != nil {
			return err
		}
		fixed, err := FiguresByUnitTx(tx, centre, MeasureFixed, out.Month)
		if err != nil {
			return err
		}
		return m.gather(tx, centre, &out, counts, fixed)
	})
	return out, err
}

// gather puts the counts of the levels and of the corrections together by unit, and sums them.
func (m *Module) gather(tx *store.Tx, centre string, out *Results, counts []levelCount, fixed map[string]metric.Figure) error {
	rows := map[string]*Result{}
	row := func(unit string) *Result {
		if rows[unit] == nil {
			rows[unit] = &Result{}
		}
		return rows[unit]
	}
	for _, c := range counts {
		row(c.UnitID).add(c)
		out.Total.add(c)
	}
	for unit, f := range fixed {
		if f.Den > 0 {
			row(unit).Fixed = f.Ratio
			out.Total.Fixed = out.Total.Fixed.Add(f.Ratio)
		}
	}
	var ids []string
	for unit := range rows {
		if unit != "" {
			ids = append(ids, unit)
		}
	}
	names, err := m.namesOfUnits(tx, centre, ids)
	for unit, r := range rows {
		r.Unit = or(names[unit], "中心综合窗口")
		out.Units = append(out.Units, *r)
	}
	slices.SortFunc(out.Units, func(a, b Result) int { return strings.Compare(a.Unit, b.Unit) })
	out.Total.Unit = "合计"
	return err
}

func (r *Result) add(c levelCount) {
	if !c.Valid {
		r.Excluded += c.N
		return
	}
	r.Levels[c.Level-1] += c.N
	r.Good.Den += c.N
	if !c.Level.Poor() {
		r.Good.Num += c.N
	}
}

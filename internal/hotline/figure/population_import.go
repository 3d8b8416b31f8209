package figure

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/store"
)

// PopulationColumns are the columns of a list of residents.
var PopulationColumns = []string{"行政区划代码", "年份", "常住人口", "出处"}

// ErrPopulationList refuses a list of residents; its fields name the rows. Nothing of the list is stored.
var ErrPopulationList = errs.New(errs.Invalid, "hotline.population_list", "常住人口名单有误，全部没有导入。请按提示修改后再导入。")

// maxPopulations bounds a list of residents: a prefecture has some 2,000 villages.
const maxPopulations = 5000

// ReadPopulations reads a list of residents.
func ReadPopulations(r *table.Reader, today clock.Date) ([]Population, error) {
	if err := r.Need(PopulationColumns...); err != nil {
		return nil, err
	}
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || len(rows) > maxPopulations {
		return nil, ErrPopulationList.Field("file", "名单应有 1 至 %d 行。", maxPopulations)
	}
	e := ErrPopulationList
	seen := map[string]bool{}
	var out []Population
	for _, row := range rows {
		v := row.Values()
		number := func(column string) int64 {
			n, _ := strconv.ParseInt(strings.NewReplacer(",", "", "，", "", " ", "").Replace(v[column]), 10, 64)
			return n // 0, which is refused below, where it is no number
		}
		p := Population{Area: strings.TrimSpace(v["行政区划代码"]), Year: int(number("年份")), Residents: number("常住人口"), Source: strings.TrimSpace(v["出处"])}
		at := fmt.Sprintf("第 %d 行", row.Line)
		for _, f := range errs.As(p.validate(today)).Fields {
			e = e.Field(at, "%s", f.Public)
		}
		key := p.Area + " " + strconv.Itoa(p.Year)
		if seen[key] {
			e = e.Field(at, "区划 %s 的 %d 年在名单里重复。", p.Area, p.Year)
		}
		seen[key] = true
		out = append(out, p)
	}
	return out, e.OrNil()
}

// ImportPopulations puts in a list of residents, all of it or nothing; figures of the same area and year are replaced. It
// gives how many were new and how many have changed.
func (m *Module) ImportPopulations(ctx context.Context, list []Population) (added, changed int, err error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermMetric); err != nil {
		return 0, 0, err
	}
	e := ErrPopulationList
	for i := range list {
		switch _, err := m.org.Division(ctx, list[i].Area); {
		case errs.KindOf(err) == errs.NotFound:
			e = e.Field(list[i].Area, "没有代码为“%s”的行政区划。请在“行政区划”里核对，或先导入。", list[i].Area)
		case err != nil:
			return 0, 0, err
		}
		if err := list[i].validate(m.clock.Now().Date()); err != nil {
			return 0, 0, err
		}
	}
	if err := e.OrNil(); err != nil {
		return 0, 0, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		added, changed = 0, 0
		for _, p := range list {
			old, err := store.Get[Population](tx, "SELECT "+store.Columns[Population]("")+populationQuery+" AND area = $2 AND of_year = $3"+tx.ForUpdate(), a.CentreID, p.Area, p.Year)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			if err == nil && old.Residents == p.Residents && old.Source == p.Source {
				continue
			}
			if err == nil {
				changed++
			} else {
				added++
			}
			p.CentreID, p.At, p.By, p.Version = a.CentreID, tx.Now(), a.UserID, old.Version+1
			if _, err := savePopulation(tx, p); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.population_import", Permission: hotline.PermMetric, Kind: "population", Object: "list",
			Detail: map[string]any{"rows": len(list), "added": added, "changed": changed}})
	})
	return added, changed, err
}

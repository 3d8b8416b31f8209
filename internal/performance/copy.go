package performance

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// CopyYear makes the programmes of a year from those of the year before (沿用上年目标): goals, indicators, weights and bindings,
// without values, reasons and evidence. What the year has already stays; projects that its accounts do not have are left
// out and named.
func (m *Module) CopyYear(ctx context.Context, year int) (made int, left []string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermTarget); err != nil {
		return 0, nil, err
	}
	if year <= minYear || year > maxYear {
		return 0, nil, ErrInput.Field("year", "年度应在 %d 至 %d 之间。", minYear+1, maxYear)
	}
	x, err := m.finance.Execution(asSystem(ctx), year)
	if err != nil {
		return 0, nil, ErrInput.Field("year", "%d 年还没有账套。请先在“部门决算”里建立账套，登记项目和预算。", year)
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		made, left = 0, nil
		from, err := programmesTx(tx, a.CentreID, year-1)
		if err != nil {
			return err
		}
		if len(from) == 0 {
			return ErrNoPrevious.Say("%d 年没有可以沿用的目标。", year-1)
		}
		there, err := programmesTx(tx, a.CentreID, year)
		if err != nil {
			return err
		}
		for _, p := range from {
			if _, ok := x.Project(p.Project); !ok && p.Kind == score.Project {
				left = append(left, p.Name)
				continue
			}
			if has(there, &p) {
				continue
			}
			made++
			if err := copyProgramme(tx, p, year); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "performance.copy", Permission: PermTarget, Kind: "programme", Object: itoa(year), Detail: map[string]any{"made": made, "left": len(left)}})
	})
	return made, left, err
}

func has(list []Programme, p *Programme) bool {
	for i := range list {
		if list[i].Kind == p.Kind && list[i].Project == p.Project {
			return true
		}
	}
	return false
}

func copyProgramme(tx *store.Tx, was Programme, year int) error {
	list, err := indicatorsTx(tx, &was)
	if err != nil {
		return err
	}
	a := actor.From(tx.Context())
	p := Programme{CentreID: was.CentreID, ID: tx.NewID(), Year: year, Kind: was.Kind, Project: was.Project, Name: was.Name, Supervisor: was.Supervisor, Implementer: was.Implementer, Goal: was.Goal,
		Profile: was.Profile, State: Drafting, Round: 1, At: tx.Now(), By: a.UserID, Version: 1}
	if err := createTx(tx, &p); err != nil {
		return err
	}
	for _, in := range list {
		row := Indicator{Place: in.Place, Level1: in.Level1, Level2: in.Level2, Name: in.Name, Op: in.Op, Target: in.Target, Unit: in.Unit, Weight: in.Weight, Source: in.Source, Fact: in.Fact}
		if err := insertIndicator(tx, &p, row); err != nil {
			return err
		}
	}
	return nil
}

package performance

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// ProgrammeInput is what people write about a programme before its targets are confirmed.
type ProgrammeInput struct {
	Year        int
	Kind        score.Kind
	Project     string
	Name        string
	Supervisor  string
	Implementer string
	Goal        string
	Profile     string
}

// CreateProgramme adds a programme to a year (新建评价对象).
func (m *Module) CreateProgramme(ctx context.Context, in ProgrammeInput) (Programme, error) {
	a := actor.From(ctx)
	if err := a.Require(PermTarget); err != nil {
		return Programme{}, err
	}
	p := Programme{CentreID: a.CentreID, Year: in.Year, Kind: in.Kind, Project: strings.TrimSpace(in.Project), Name: in.Name, Supervisor: in.Supervisor, Implementer: in.Implementer, Goal: in.Goal,
		Profile: in.Profile, State: Drafting, Round: 1, By: a.UserID, Version: 1}
	if err := p.check(); err != nil {
		return p, err
	}
	if err := m.checkProject(ctx, &p); err != nil {
		return p, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		p.ID, p.At = tx.NewID(), tx.Now()
		return createTx(tx, &p)
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrTaken
	}
	return p, err
}

func createTx(tx *store.Tx, p *Programme) error {
	if err := store.Insert(tx, "performance_programme", p); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "performance.create", Permission: PermTarget, Kind: "programme", Object: p.ID, Detail: map[string]any{"year": p.Year, "kind": p.Kind, "project": p.Project}})
}

// checkProject refuses a project that the accounts of the year do not have: money and outcome must be of the same thing.
func (m *Module) checkProject(ctx context.Context, p *Programme) error {
	if p.Kind != score.Project {
		return nil
	}
	x, err := m.finance.Execution(asSystem(ctx), p.Year)
	if err != nil {
		return ErrInput.Field("year", "%d 年还没有账套。请先在“部门决算”里建立账套，登记项目和预算。", p.Year)
	}
	if _, ok := x.Project(p.Project); !ok {
		return ErrInput.Field("project", "%d 年的账套里没有这个项目。请从列出的项目中选择。", p.Year)
	}
	return nil
}

// EditProgramme changes what is written about a programme whose targets are not confirmed; kind, year and project stay.
func (m *Module) EditProgramme(ctx context.Context, id string, version int64, in ProgrammeInput) (Programme, error) {
	return m.change(ctx, change{id: id, version: version, act: ActEdit, perm: PermTarget}, func(_ *store.Tx, p *Programme) error {
		p.Name, p.Supervisor, p.Implementer, p.Goal, p.Profile = in.Name, in.Supervisor, in.Implementer, in.Goal, in.Profile
		return p.check()
	})
}

// Programmes lists the programmes of a year: the whole department first, then the projects by code.
func (m *Module) Programmes(ctx context.Context, year int) ([]Programme, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Programme
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = programmesTx(tx, a.CentreID, year)
		return err
	})
	return out, err
}

// Years lists the years that have programmes, the newest first.
func (m *Module) Years(ctx context.Context) ([]int, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []int
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		years, err := store.Select[int64](tx, "SELECT DISTINCT year FROM performance_programme WHERE centre_id = $1 ORDER BY year DESC", a.CentreID)
		out = nil
		for _, y := range years {
			out = append(out, int(y))
		}
		return err
	})
	return out, err
}

// ConfirmTargets ends the drafting of targets (确定目标): the policy of the year checks the weights, 100 in all and by class.
func (m *Module) ConfirmTargets(ctx context.Context, id string, version int64) (Programme, error) {
	return m.change(ctx, change{id: id, version: version, act: ActConfirm, perm: PermTarget}, func(tx *store.Tx, p *Programme) error {
		list, err := indicatorsTx(tx, p)
		if err != nil {
			return err
		}
		policy, err := m.policyTx(tx, p.CentreID, p.Year)
		if err != nil {
			return err
		}
		if p.Goal == "" {
			return ErrInput.Field("goal", "请先填写年度总体目标。")
		}
		if faults := weightFaults(p, list, policy); len(faults) > 0 {
			return ErrWeights.Say("目标没有确定：%s", strings.Join(faults, ""))
		}
		return nil
	})
}

// ReviseTargets opens confirmed targets again, with the reason (调整目标): where the budget was cut, the target must follow.
func (m *Module) ReviseTargets(ctx context.Context, id string, version int64, reason string) (Programme, error) {
	if strings.TrimSpace(reason) == "" {
		return Programme{}, ErrInput.Field("remark", "请写明调整的原因。")
	}
	return m.change(ctx, change{id: id, version: version, act: ActRevise, perm: PermTarget, remark: reason}, func(*store.Tx, *Programme) error { return nil })
}

// IndicatorInput is what people write about an indicator as a target.
type IndicatorInput struct {
	Level1 string        `json:"level1" maxLength:"60" doc:"一级指标"`
	Level2 string        `json:"level2" maxLength:"60" doc:"二级指标"`
	Name   string        `json:"name" maxLength:"60" doc:"三级指标"`
	Op     score.Op      `json:"op" enum:"ge,gt,eq,le,lt,qual" doc:"比较方式；qual 是定性指标"`
	Target string        `json:"target" maxLength:"60" doc:"指标值：数，定性指标是文字"`
	Unit   string        `json:"unit,omitempty" maxLength:"10" doc:"计量单位"`
	Weight score.Decimal `json:"weight" doc:"分值"`
	Source string        `json:"source,omitempty" maxLength:"30" doc:"数据来源；不写就由人填报"`
	Fact   string        `json:"fact,omitempty" maxLength:"60" doc:"来源里的指标"`
	From   clock.Date    `json:"from,omitzero" doc:"统计期间起，不写就是全年"`
	To     clock.Date    `json:"to,omitzero" doc:"统计期间止的次日"`
}

func (m *Module) apply(in IndicatorInput, to *Indicator) error {
	to.Level1, to.Level2, to.Name, to.Op, to.Target, to.Unit, to.Weight, to.Source, to.Fact, to.From, to.To = in.Level1, in.Level2, in.Name, in.Op, in.Target, in.Unit, in.Weight, in.Source, in.Fact, in.From, in.To
	if to.Source == "" {
		to.Fact, to.From, to.To = "", clock.NoDate, clock.NoDate
	}
	_, _, known := m.fact(to.Source, to.Fact)
	return to.check(known)
}

// SaveIndicator adds an indicator at the end of the tree, or changes the one with this id.
func (m *Module) SaveIndicator(ctx context.Context, programme string, version int64, id string, in IndicatorInput) (Programme, error) {
	var row Indicator
	if err := m.apply(in, &row); err != nil {
		return Programme{}, err
	}
	a := actor.From(ctx)
	return m.change(ctx, change{id: programme, version: version, act: ActEdit, perm: PermTarget, detail: map[string]any{"indicator": id}}, func(tx *store.Tx, p *Programme) error {
		list, err := indicatorsTx(tx, p)
		if err != nil {
			return err
		}
		if id == "" {
			if len(list) >= maxIndicators {
				return ErrInput.Field("name", "一个评价对象最多 %d 个指标。", maxIndicators)
			}
			row.Place = 1
			if n := len(list); n > 0 {
				row.Place = list[n-1].Place + 1
			}
			return insertIndicator(tx, p, row)
		}
		i := slices.IndexFunc(list, func(x Indicator) bool { return x.ID == id })
		if i < 0 {
			return ErrIndicator
		}
		was := list[i]
		if err := m.apply(in, &was); err != nil {
			return err
		}
		was.At, was.By = tx.Now(), a.UserID
		return store.Update(tx, "performance_indicator", was, "centre_id", "programme_id", "id")
	})
}

func insertIndicator(tx *store.Tx, p *Programme, row Indicator) error {
	row.settle()
	row.CentreID, row.ProgrammeID, row.ID, row.At, row.By = p.CentreID, p.ID, tx.NewID(), tx.Now(), actor.From(tx.Context()).UserID
	return store.Insert(tx, "performance_indicator", row)
}

// RemoveIndicator takes an indicator out of a draft with its evidence.
func (m *Module) RemoveIndicator(ctx context.Context, programme string, version int64, id string) (Programme, error) {
	return m.change(ctx, change{id: programme, version: version, act: ActEdit, perm: PermTarget, detail: map[string]any{"removed": id}}, func(tx *store.Tx, p *Programme) error {
		n, err := tx.Exec("DELETE FROM performance_indicator WHERE centre_id = $1 AND programme_id = $2 AND id = $3", p.CentreID, p.ID, id)
		if err == nil && n == 0 {
			return ErrIndicator
		}
		if err != nil {
			return err
		}
		return dropEvidence(tx, p, id)
	})
}

// MoveIndicator puts an indicator one place up or down.
func (m *Module) MoveIndicator(ctx context.Context, programme string, version int64, id string, up bool) (Programme, error) {
	return m.change(ctx, change{id: programme, version: version, act: ActEdit, perm: PermTarget, detail: map[string]any{"moved": id}}, func(tx *store.Tx, p *Programme) error {
		list, err := indicatorsTx(tx, p)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(x Indicator) bool { return x.ID == id })
		j := i + 1
		if up {
			j = i - 1
		}
		if i < 0 {
			return ErrIndicator
		}
		if j < 0 || j >= len(list) {
			return nil
		}
		list[i].Place, list[j].Place = list[j].Place, list[i].Place
		for _, k := range []int{i, j} {
			if err := store.Update(tx, "performance_indicator", list[k], "centre_id", "programme_id", "id"); err != nil {
				return err
			}
		}
		return nil
	})
}

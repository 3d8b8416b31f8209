package performance

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// programmeTx reads a programme; for a change it is locked.
func programmeTx(tx *store.Tx, centre, id string, change bool) (Programme, error) {
	lock := ""
	if change {
		lock = tx.ForUpdate()
	}
	p, err := store.Get[Programme](tx, "SELECT "+programmeColumns+" FROM performance_programme WHERE centre_id = $1 AND id = $2"+lock, centre, id)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrProgramme
	}
	return p, err
}

func programmesTx(tx *store.Tx, centre string, year int) ([]Programme, error) {
	return store.Select[Programme](tx, "SELECT "+programmeColumns+" FROM performance_programme WHERE centre_id = $1 AND year = $2 ORDER BY kind DESC, project", centre, year)
}

// indicatorsTx reads the indicators of a programme in their order, with their evidence.
func indicatorsTx(tx *store.Tx, p *Programme) ([]Indicator, error) {
	list, err := store.Select[Indicator](tx, "SELECT "+indicatorColumns+" FROM performance_indicator WHERE centre_id = $1 AND programme_id = $2 ORDER BY place, id", p.CentreID, p.ID)
	if err != nil {
		return nil, err
	}
	files, err := store.Select[Evidence](tx, "SELECT "+evidenceColumns+" FROM performance_evidence WHERE centre_id = $1 AND programme_id = $2 ORDER BY id", p.CentreID, p.ID)
	for _, f := range files {
		for i := range list {
			if list[i].ID == f.IndicatorID {
				list[i].Evidence = append(list[i].Evidence, f)
			}
		}
	}
	return list, err
}

// change is one thing that is done to a programme: permission, version, state, the rule itself, and then programme, audit
// line and, for what moves the state, the step.
type change struct {
	id      string
	version int64
	act     Action
	perm    actor.Permission
	remark  string
	detail  map[string]any
}

// moved are the actions that are steps of a programme's life, as against edits on the way.
func (c *change) moved() bool {
	switch c.act {
	case ActEdit, ActFill:
		return false
	}
	return true
}

func (m *Module) change(ctx context.Context, c change, rule func(tx *store.Tx, p *Programme) error) (Programme, error) {
	a := actor.From(ctx)
	var out Programme
	if err := a.Require(c.perm); err != nil {
		return out, err
	}
	if c.remark = strings.TrimSpace(c.remark); utf8.RuneCountInString(c.remark) > 1000 {
		return out, ErrInput.Field("remark", "1000 个字以内。")
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		p, err := programmeTx(tx, a.CentreID, c.id, true)
		if err != nil {
			return err
		}
		if p.Version != c.version {
			return store.ErrStale.With("version", p.Version)
		}
		to, ok := next(p.State, c.act)
		if !ok {
			return wrongState(&p, c.act)
		}
		if err := rule(tx, &p); err != nil {
			return err
		}
		p.State, p.Version = to, p.Version+1
		if err := store.Update(tx, "performance_programme", p, "centre_id", "id"); err != nil {
			return err
		}
		out = p
		return c.record(tx, &p)
	})
	return out, err
}

func wrongState(p *Programme, act Action) *errs.Error {
	return ErrWrongState.Say("“%s”现在是“%s”，不能%s。请刷新后再看。", p.Name, p.State.Label(), act.Label())
}

// record writes step and audit line.
func (c *change) record(tx *store.Tx, p *Programme) error {
	a := actor.From(tx.Context())
	if c.moved() {
		s := Step{CentreID: p.CentreID, ProgrammeID: p.ID, ID: tx.NewID(), Round: p.Round, Action: c.act, Remark: c.remark, At: tx.Now(), By: a.UserID, ByName: a.Name}
		if err := store.Insert(tx, "performance_step", s); err != nil {
			return err
		}
	}
	detail := map[string]any{"year": p.Year, "state": p.State, "round": p.Round}
	if p.Hash != "" {
		detail["hash"] = p.Hash
	}
	for k, v := range c.detail {
		detail[k] = v
	}
	return audit.Record(tx, audit.Entry{Action: "performance." + string(c.act), Permission: c.perm, Kind: "programme", Object: p.ID, Detail: detail})
}

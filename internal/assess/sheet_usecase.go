package assess

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// ComputeSheet counts a period by the scheme that holds in it and keeps the result as a draft (试算); a draft that is
// there is computed again. Reading the figures happens on one snapshot before the transaction that keeps them.
func (m *Module) ComputeSheet(ctx context.Context, code string, p metric.Period) (Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRun); err != nil {
		return Sheet{}, err
	}
	if !p.Valid() {
		return Sheet{}, metric.ErrPeriod
	}
	scheme, frozen, units, err := m.gather(ctx, code, p)
	if err != nil {
		return Sheet{}, err
	}
	var s Sheet
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		s, err = store.Get[Sheet](tx, "SELECT "+sheetColumns+" FROM assess_sheet WHERE centre_id = $1 AND from_day = $2 AND to_day = $3 AND scheme_code = $4"+tx.ForUpdate(), a.CentreID, p.From, p.To, code)
		fresh := errors.Is(err, store.ErrNotFound)
		if err != nil && !fresh {
			return err
		}
		if fresh {
			s = Sheet{CentreID: a.CentreID, ID: tx.NewID(), SchemeCode: code, From: p.From, To: p.To, State: SheetDraft}
		} else if s.State != SheetDraft {
			return ErrSheetState.Say("%s的考核表已经%s，不能重新试算。", p, s.State.Label())
		}
		s.SchemeID, s.SchemeHash, s.Run, s.At, s.By, s.Version = scheme.ID, scheme.Hash, s.Run+1, tx.Now(), a.UserID, s.Version+1
		if s.Cutoff = tx.Now(); len(frozen) > 0 {
			s.Cutoff = frozen[0].Cutoff
		}
		return m.keep(tx, &s, fresh, &scheme.Def, frozen, units)
	})
	return s, err
}

// Preview scores a period by the scheme that holds in it and keeps nothing.
func (m *Module) Preview(ctx context.Context, code string, p metric.Period) ([]Row, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRun); err != nil {
		return nil, err
	}
	if !p.Valid() {
		return nil, metric.ErrPeriod
	}
	scheme, frozen, units, err := m.gather(ctx, code, p)
	if err != nil {
		return nil, err
	}
	return Score(&scheme.Def, join(units, frozen)), nil
}

// keep writes a computed sheet.
func (m *Module) keep(tx *store.Tx, s *Sheet, fresh bool, def *Definition, frozen []metric.Frozen, units []unitInput) error {
	if err := addEvents(tx, s, units); err != nil {
		return err
	}
	var err error
	if s.Inputs, err = encodeInputs(units); err != nil {
		return err
	}
	if err := metric.Save(tx, s.CentreID, s.owner(), frozen); err != nil {
		return err
	}
	if err := s.write(tx, def, frozen); err != nil {
		return err
	}
	if fresh {
		err = store.Insert(tx, "assess_sheet", s)
	} else {
		err = store.Update(tx, "assess_sheet", s, "centre_id", "id")
	}
	if err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "assess.sheet_compute", Permission: PermSheetRun, Kind: "sheet", Object: s.ID,
		Detail: map[string]any{"scheme": s.SchemeCode, "from": s.From, "to": s.To, "run": s.Run, "hash": s.Hash}})
}

// gather reads what a sheet rests on: the scheme, the units and their figures.
func (m *Module) gather(ctx context.Context, code string, p metric.Period) (Scheme, []metric.Frozen, []unitInput, error) {
	a := actor.From(ctx)
	tree, err := m.org.UnitTree(actor.With(ctx, actor.SystemFor(a.CentreID)))
	if err != nil {
		return Scheme{}, nil, nil, err
	}
	var scheme Scheme
	var frozen []metric.Frozen
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		if scheme, err = inForce(tx, a.CentreID, code, p); err != nil {
			return err
		}
		frozen, err = m.figures.FreezeUnits(tx, a.CentreID, measuresOf(&scheme.Def), p)
		return err
	})
	if err != nil {
		return scheme, nil, nil, err
	}
	var units []unitInput
	taken := map[string]bool{}
	for i := range tree {
		u := &tree[i]
		if slices.Contains(scheme.Def.Groups, u.Group) && (u.Active(p.From) || u.Active(p.Last())) {
			units, taken[u.ID] = append(units, unitInput{ID: u.ID, Name: u.Name, Group: u.Group}), true
		}
	}
	frozen = slices.DeleteFunc(frozen, func(f metric.Frozen) bool { return !taken[f.Subject] })
	slices.SortFunc(frozen, func(x, y metric.Frozen) int {
		if x.Metric != y.Metric {
			return compareText(x.Metric, y.Metric)
		}
		return compareText(x.Subject, y.Subject)
	})
	return scheme, frozen, units, nil
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// advance moves a sheet to its next state.
func (m *Module) advance(ctx context.Context, id string, version int64, perm actor.Permission, from, to SheetState, rule func(*store.Tx, *Sheet) error) (Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(perm); err != nil {
		return Sheet{}, err
	}
	var s Sheet
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if s, err = sheetTx(tx, a.CentreID, id); err != nil {
			return err
		}
		if s.Version != version {
			return store.ErrStale.With("version", s.Version)
		}
		if s.State != from {
			return ErrSheetState.Say("考核表处于“%s”，不能进入“%s”。请刷新后再看。", s.State.Label(), to.Label())
		}
		if err := rule(tx, &s); err != nil {
			return err
		}
		s.State, s.Version = to, s.Version+1
		if err := store.Update(tx, "assess_sheet", s, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "assess.sheet_" + string(to), Permission: perm, Kind: "sheet", Object: s.ID,
			Detail: map[string]any{"scheme": s.SchemeCode, "from": s.From, "to": s.To, "hash": s.Hash}})
	})
	return s, err
}

// OpenSheet shows each unit its own row, so that it may appeal (开放申诉). A period that is not over cannot be opened.
func (m *Module) OpenSheet(ctx context.Context, id string, version int64) (Sheet, error) {
	return m.advance(ctx, id, version, PermSheetRun, SheetDraft, SheetAppeal, func(tx *store.Tx, s *Sheet) error {
		if s.Period().End() > s.Cutoff {
			return ErrSheetEarly
		}
		s.OpenedAt = tx.Now()
		return nil
	})
}

// LockSheet fixes a sheet with the events and upheld appeals that there are (锁定).
func (m *Module) LockSheet(ctx context.Context, id string, version int64) (Sheet, error) {
	return m.advance(ctx, id, version, PermSheetRun, SheetAppeal, SheetLocked, func(tx *store.Tx, s *Sheet) error {
		waiting, err := store.Get[int64](tx, "SELECT COUNT(*) FROM assess_appeal WHERE centre_id = $1 AND sheet_id = $2 AND state = 'waiting'", s.CentreID, s.ID)
		if err != nil {
			return err
		}
		if waiting > 0 {
			return ErrAppealsOpen
		}
		if err := m.rewrite(tx, s); err != nil {
			return err
		}
		s.LockedAt, s.LockedBy = tx.Now(), actor.From(tx.Context()).UserID
		return nil
	})
}

// PublishSheet shows a locked sheet to every unit (发布).
func (m *Module) PublishSheet(ctx context.Context, id string, version int64) (Sheet, error) {
	return m.advance(ctx, id, version, PermSheetPublish, SheetLocked, SheetPublished, func(tx *store.Tx, s *Sheet) error {
		s.PublishedAt, s.PublishedBy = tx.Now(), actor.From(tx.Context()).UserID
		return nil
	})
}

// rewrite computes a sheet again from its own frozen figures with the events and upheld appeals of now.
func (m *Module) rewrite(tx *store.Tx, s *Sheet) error {
	scheme, err := schemeTx(tx, s.CentreID, s.SchemeID)
	if err != nil {
		return err
	}
	units, err := parseInputs(s.Inputs)
	if err != nil {
		return err
	}
	if err := addEvents(tx, s, units); err != nil {
		return err
	}
	if err := addAppeals(tx, s, &scheme.Def, units); err != nil {
		return err
	}
	if s.Inputs, err = encodeInputs(units); err != nil {
		return err
	}
	frozen, err := metric.Load(tx, s.CentreID, s.owner())
	if err != nil {
		return err
	}
	return s.write(tx, &scheme.Def, frozen)
}

// SheetView is a sheet with the rows that the actor may see.
type SheetView struct {
	Sheet
	Scheme Scheme `json:"scheme"`
	Rows   []Row  `json:"rows"`
	Own    bool   `json:"own"` // only the actor's units
}

// Sheets lists the centre's sheets, newest period first; a unit sees those that are open to it.
func (m *Module) Sheets(ctx context.Context) ([]Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRead); err != nil {
		return nil, err
	}
	_, all := ownUnits(a, PermSheetRead)
	var out []Sheet
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Sheet](tx, "SELECT "+sheetColumns+" FROM assess_sheet WHERE centre_id = $1 ORDER BY from_day DESC, to_day DESC, scheme_code LIMIT 200", a.CentreID)
		return err
	})
	if !all {
		out = slices.DeleteFunc(out, func(s Sheet) bool { return s.State == SheetDraft })
	}
	return out, err
}

// Sheet gives one sheet: to the centre all of it, to a unit its own rows until it is published, and nothing of a draft.
func (m *Module) Sheet(ctx context.Context, id string) (SheetView, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRead); err != nil {
		return SheetView{}, err
	}
	units, all := ownUnits(a, PermSheetRead)
	var v SheetView
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		v = SheetView{}
		if v.Sheet, err = store.Get[Sheet](tx, "SELECT "+sheetColumns+" FROM assess_sheet WHERE centre_id = $1 AND id = $2", a.CentreID, id); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				return ErrSheetMissing
			}
			return err
		}
		if !all && v.State == SheetDraft {
			return ErrSheetMissing.Hide()
		}
		if v.Scheme, err = schemeTx(tx, a.CentreID, v.SchemeID); err != nil {
			return err
		}
		v.Rows, _, err = rowsTx(tx, &v.Sheet)
		return err
	})
	if v.Own = !all && v.State != SheetPublished; v.Own {
		v.Rows = slices.DeleteFunc(v.Rows, func(r Row) bool { return !slices.Contains(units, r.UnitID) })
	}
	return v, err
}

// Records lists the records behind one item of a unit's row, as things stand now; a unit may list its own only.
func (m *Module) Records(ctx context.Context, sheet, unit, item string, part metric.Part, after string) ([]figure.CohortRow, string, int64, error) {
	v, err := m.Sheet(ctx, sheet)
	if err != nil {
		return nil, "", 0, err
	}
	units, all := ownUnits(actor.From(ctx), PermSheetRead)
	if !all && !slices.Contains(units, unit) {
		return nil, "", 0, ErrSheetMissing.Hide()
	}
	i := slices.IndexFunc(v.Scheme.Def.Items, func(it Item) bool { return it.Code == item })
	if i < 0 {
		return nil, "", 0, metric.ErrUnknown
	}
	return m.figures.Cohort(ctx, figure.CohortQuery{Measure: v.Scheme.Def.Items[i].Metric, Part: part, Span: v.Period(), UnitID: unit, After: after})
}

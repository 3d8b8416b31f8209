package site

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Fault (故障单) is what is wrong with a kiosk, from the report to the repair.
type Fault struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	KioskID  string        `db:"kiosk_id" json:"kiosk_id"`
	SiteID   string        `db:"site_id" json:"site_id"`
	Kind     KioskState    `db:"kind" json:"kind"`
	Text     string        `db:"text" json:"text"`
	OpenedAt clock.Instant `db:"opened_at" json:"opened_at"`
	OpenedBy string        `db:"opened_by" json:"opened_by,omitempty"` // "" for the kiosk itself
	FixedAt  clock.Instant `db:"fixed_at" json:"fixed_at,omitzero"`
	FixedBy  string        `db:"fixed_by" json:"fixed_by,omitempty"`
	Done     string        `db:"done" json:"done,omitempty"`
	Version  int64         `db:"version" json:"version"`
}

var faultColumns = store.Columns[Fault]("")

func (f *Fault) of() (org.Row, int64) {
	return org.Row{CentreID: f.CentreID, SiteID: f.SiteID}, f.Version
}

// Minutes is how long the repair took, or has taken by now.
func (f *Fault) Minutes(now clock.Instant) int64 {
	end := f.FixedAt
	if end == 0 {
		end = now
	}
	return int64(end-f.OpenedAt) / 60_000
}

func openFault(tx *store.Tx, k *Kiosk, kind KioskState, text, by string) error {
	f := Fault{CentreID: k.CentreID, ID: tx.NewID(), KioskID: k.ID, SiteID: k.SiteID, Kind: kind, Text: text, OpenedAt: tx.Now(), OpenedBy: by, Version: 1}
	if err := store.Insert(tx, "site_kiosk_fault", f); err != nil {
		return err
	}
	return record(tx, "site.fault_open", PermFault, f.ID, map[string]any{"kiosk": k.ID, "kind": kind})
}

func (f *Fault) fix(tx *store.Tx, by, done string) error {
	f.FixedAt, f.FixedBy, f.Done, f.Version = tx.Now(), by, done, f.Version+1
	if err := store.Update(tx, "site_kiosk_fault", f, "centre_id", "id"); err != nil {
		return err
	}
	return record(tx, "site.fault_fix", PermFault, f.ID, map[string]any{"kiosk": f.KioskID})
}

// ReportFault opens a fault by hand (报修).
func (m *Module) ReportFault(ctx context.Context, kiosk string, kind KioskState, text string) error {
	a := actor.From(ctx)
	if err := a.Require(PermFault); err != nil {
		return err
	}
	e := ErrInput
	if kind == KioskOK || kind.Label() == "" {
		e = e.Field("kind", "请选择故障种类。")
	}
	if !within(&text, 1, 500) {
		e = e.Field("text", "请写明故障情况，500 个字以内。")
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		k, err := load(tx, a, PermFault, "site_kiosk", kiosk, 0, (*Kiosk).of)
		if err != nil {
			return err
		}
		return openFault(tx, &k, kind, text, a.UserID)
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrFault
	}
	return err
}

// FixFault says that a kiosk works again and what was done (修复).
func (m *Module) FixFault(ctx context.Context, id string, version int64, done string) (Fault, error) {
	a := actor.From(ctx)
	if err := a.Require(PermFault); err != nil {
		return Fault{}, err
	}
	if !within(&done, 1, 500) {
		return Fault{}, ErrInput.Field("done", "请写明怎样修复的，500 个字以内。")
	}
	var f Fault
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if f, err = load(tx, a, PermFault, "site_kiosk_fault", id, version, (*Fault).of); err != nil {
			return err
		}
		if f.FixedAt != 0 {
			return ErrState
		}
		return f.fix(tx, a.UserID, done)
	})
	return f, err
}

// Faults lists the faults that the actor may see, the open ones before the fixed, the newest first.
func (m *Module) Faults(ctx context.Context, before string) ([]Fault, string, error) {
	out, next, err := list(ctx, m.db, PermKioskRead, "site_kiosk_fault", org.Columns{Centre: "centre_id", Site: "site_id"}, &store.Where{}, before, func(f *Fault) string { return f.ID })
	slices.SortStableFunc(out, func(a, b Fault) int { return closedFirst(a.FixedAt != 0) - closedFirst(b.FixedAt != 0) })
	return out, next, err
}

func closedFirst(closed bool) int {
	if closed {
		return 1
	}
	return 0
}

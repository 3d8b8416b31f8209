package hotline

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// UnitIDs are ids of units in one column, separated by spaces.
type UnitIDs []string

// Value is the column's text.
func (u UnitIDs) Value() (driver.Value, error) { return strings.Join(u, " "), nil }

// Scan reads the column.
func (u *UnitIDs) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("hotline: unit ids in a %T", src)
	}
	*u = strings.Fields(text)
	return nil
}

// NamedUnit is a unit with its name.
type NamedUnit struct {
	UnitID string `json:"unit_id"`
	Unit   string `json:"unit"`
}

// helpers lists the helping units without their names.
func (r *Rule) helpers() []NamedUnit {
	var out []NamedUnit
	for _, h := range r.Helpers {
		out = append(out, NamedUnit{UnitID: h})
	}
	return out
}

// maxHelpers is how many units may help one lead.
const maxHelpers = 9

// checkHelpers refuses helping units (协办单位) that are not there, are named twice, or lead already.
func (m *Module) checkHelpers(tx *store.Tx, centre string, r *Rule) error {
	if len(r.Helpers) > maxHelpers {
		return ErrInput.Field("helpers", "协办单位最多 %d 个。", maxHelpers)
	}
	for i, h := range r.Helpers {
		if h == r.UnitID || slices.Contains(r.Helpers[:i], h) {
			return ErrInput.Field("helpers", "协办单位不能重复，也不能是主办单位。")
		}
		u, err := m.org.UnitTx(tx, centre, h)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		if err != nil || !u.Active(tx.Now().Date()) {
			return ErrInput.Field("helpers", "没有这个协办单位，或它已停用。")
		}
	}
	return nil
}

// splitNames reads names that people separate in their own ways: 市水务局、市住建局.
func splitNames(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、，,；;\n ", r) })
}

// UnitsNamed finds units by names that are separated by 、: for forms in which people type them.
func (m *Module) UnitsNamed(ctx context.Context, names string) (UnitIDs, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRule); err != nil {
		return nil, err
	}
	var out UnitIDs
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = nil
		for _, name := range splitNames(names) {
			u, err := m.org.UnitByNameTx(tx, a.CentreID, name)
			if errs.KindOf(err) == errs.NotFound && err != nil {
				return ErrInput.Field("helpers", "没有叫“%s”的单位。请写单位的全称或简称，几个之间用顿号隔开。", name)
			}
			if err != nil {
				return err
			}
			out = append(out, u.ID)
		}
		return nil
	})
	return out, err
}

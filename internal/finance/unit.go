package finance

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// UnitKind (单位性质) decides whether a unit has 机关运行经费 and which account its spending goes to.
type UnitKind string

// The kinds.
const (
	Administrative UnitKind = "admin"  // 行政单位
	Treated        UnitKind = "civil"  // 参照公务员法管理的事业单位
	Institution    UnitKind = "public" // 事业单位
)

// UnitKinds lists the kinds.
func UnitKinds() []UnitKind { return []UnitKind{Administrative, Treated, Institution} }

// Label is the kind's Chinese name.
func (k UnitKind) Label() string {
	return map[UnitKind]string{Administrative: "行政单位", Treated: "参照公务员法管理的事业单位", Institution: "事业单位"}[k]
}

// Mechanism reports whether the unit's 公用经费 count as 机关运行经费.
func (k UnitKind) Mechanism() bool { return k == Administrative || k == Treated }

// Unit (预算单位) is a unit with accounts of its own within the department.
type Unit struct {
	CentreID string   `db:"centre_id" json:"-"`
	ID       string   `db:"id" json:"id"`
	Code     string   `db:"code" json:"code"`
	Name     string   `db:"name" json:"name"`
	Kind     UnitKind `db:"kind" json:"kind"`
	Active   bool     `db:"active" json:"active"`
	Version  int64    `db:"version" json:"version"`
}

// Refusals about units.
var (
	ErrUnitInput = errs.New(errs.Invalid, "finance.unit_input", "预算单位有几处需要改正，没有保存。请按提示修改。")
	ErrUnitTaken = errs.New(errs.Conflict, "finance.unit_taken", "已有同一编码的预算单位，没有保存。请换一个编码。")
)

var unitColumns = store.Columns[Unit]("")

// AddUnit adds a budget unit of the department.
func (m *Module) AddUnit(ctx context.Context, code, name string, kind UnitKind) (Unit, error) {
	a := actor.From(ctx)
	if err := a.Require(PermBudget); err != nil {
		return Unit{}, err
	}
	e := ErrUnitInput
	code, name = strings.TrimSpace(code), strings.TrimSpace(name)
	if code == "" || len(code) > 20 {
		e = e.Field("code", "请填写编码，20 个字符以内。")
	}
	if name == "" || utf8.RuneCountInString(name) > 60 {
		e = e.Field("name", "请填写名称，60 个字以内。")
	}
	if !slices.Contains(UnitKinds(), kind) {
		e = e.Field("kind", "请选择单位性质。")
	}
	if err := e.OrNil(); err != nil {
		return Unit{}, err
	}
	var u Unit
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		u = Unit{CentreID: a.CentreID, ID: tx.NewID(), Code: code, Name: name, Kind: kind, Active: true, Version: 1}
		if err := store.Insert(tx, "finance_unit", u); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.unit_add", Permission: PermBudget, Kind: "unit", Object: u.ID, Detail: map[string]any{"code": code, "kind": kind}})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrUnitTaken
	}
	return u, err
}

// Units lists the budget units by code.
func (m *Module) Units(ctx context.Context) ([]Unit, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Unit
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = unitsTx(tx, a.CentreID)
		return err
	})
	return out, err
}

func unitsTx(tx *store.Tx, centre string) ([]Unit, error) {
	return store.Select[Unit](tx, "SELECT "+unitColumns+" FROM finance_unit WHERE centre_id = $1 ORDER BY code", centre)
}

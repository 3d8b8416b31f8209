package site

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/money"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// SupplyKind is what a supply is. The kinds are those that the indicators of the budget count.
type SupplyKind string

// The kinds of supply.
const (
	Broadband  SupplyKind = "broadband"  // 宽带
	Telephone  SupplyKind = "telephone"  // 固定电话
	Stationery SupplyKind = "stationery" // 办公用品
	Consumable SupplyKind = "consumable" // 办公耗材
	Repair     SupplyKind = "repair"     // 设施设备维修
	Utilities  SupplyKind = "utilities"  // 水电
	Equipment  SupplyKind = "equipment"  // 设备添置
)

// SupplyKinds lists the kinds in the order of forms.
func SupplyKinds() []SupplyKind {
	return []SupplyKind{Broadband, Telephone, Stationery, Consumable, Repair, Utilities, Equipment}
}

// Label is the kind in Chinese.
func (k SupplyKind) Label() string {
	return map[SupplyKind]string{Broadband: "宽带", Telephone: "固定电话", Stationery: "办公用品", Consumable: "办公耗材", Repair: "设施设备维修", Utilities: "水电", Equipment: "设备添置"}[k]
}

// The states of a supply.
const (
	SupplyAsked    = "asked"    // 待审批
	SupplyApproved = "approved" // 待办理
	SupplyDone     = "done"     // 已办结
	SupplyRefused  = "refused"  // 不同意
)

// SupplyLabel is a state of a supply in Chinese.
func SupplyLabel(state string) string {
	return map[string]string{SupplyAsked: "待审批", SupplyApproved: "待办理", SupplyDone: "已办结", SupplyRefused: "不同意"}[state]
}

// Supply (用品和维修) is one request of a unit at the windows, or of a site, from the request to what was spent.
type Supply struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	Kind        SupplyKind    `db:"kind" json:"kind"`
	UnitID      string        `db:"unit_id" json:"unit_id"`
	UnitName    string        `db:"unit_name" json:"unit_name"`
	SiteID      string        `db:"site_id" json:"site_id,omitempty"`
	What        string        `db:"what" json:"what"`
	Quantity    int64         `db:"quantity" json:"quantity"`
	Measure     string        `db:"measure" json:"measure"`
	State       string        `db:"state" json:"state"`
	RequestedAt clock.Instant `db:"requested_at" json:"requested_at"`
	RequestedBy string        `db:"requested_by" json:"requested_by"`
	DecidedAt   clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	DecidedBy   string        `db:"decided_by" json:"decided_by,omitempty"`
	Remark      string        `db:"remark" json:"remark,omitempty"`
	DoneAt      clock.Instant `db:"done_at" json:"done_at,omitzero"`
	DoneBy      string        `db:"done_by" json:"done_by,omitempty"`
	DoneOn      clock.Date    `db:"done_on" json:"done_on,omitzero"`
	DoneNumber  int64         `db:"done_number" json:"done_number"`
	Amount      money.Fen     `db:"amount" json:"amount"` // in 分
	Document    string        `db:"document" json:"document,omitempty"`
	Version     int64         `db:"version" json:"version"`
}

func (s *Supply) of() (org.Row, int64) {
	return org.Row{CentreID: s.CentreID, UnitID: s.UnitID, SiteID: s.SiteID, OwnerID: s.RequestedBy}, s.Version
}

// SupplyInput is what is asked for.
type SupplyInput struct {
	Kind     SupplyKind `json:"kind" enum:"broadband,telephone,stationery,consumable,repair,utilities,equipment" doc:"宽带、固定电话、办公用品、办公耗材、设施设备维修、水电、设备添置"`
	UnitID   string     `json:"unit_id,omitempty" maxLength:"40" doc:"为哪个窗口单位；不写为申请人所在单位"`
	What     string     `json:"what" maxLength:"200" doc:"要什么，或什么坏了"`
	Quantity int64      `json:"quantity" minimum:"1" maximum:"100000"`
	Measure  string     `json:"measure" maxLength:"10" doc:"计量单位"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

// AskSupply asks for supplies or a repair (申请), for one's unit or site; who keeps the house may ask for any unit.
func (m *Module) AskSupply(ctx context.Context, in SupplyInput) (Supply, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSupplyAsk); err != nil {
		return Supply{}, err
	}
	e := ErrInput
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择种类。")
	}
	if !within(&in.What, 1, 200) {
		e = e.Field("what", "请写明要什么、什么坏了，200 个字以内。")
	}
	if in.Quantity < 1 || in.Quantity > 100_000 {
		e = e.Field("quantity", "数量应为 1 到 100000。")
	}
	if !within(&in.Measure, 1, 10) {
		e = e.Field("measure", "请填写计量单位，如 台、包、处。")
	}
	if err := e.OrNil(); err != nil {
		return Supply{}, err
	}
	if in.UnitID == "" || a.Scope(PermSupplyAsk) < actor.Centre && !a.HasUnit(in.UnitID) {
		in.UnitID = a.UnitID
	}
	var s Supply
	var prior string
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		var repeated bool
		var err error
		if prior, repeated, err = once.ClaimContent(tx, in.Key, "site.supply_ask", in, id); err != nil || repeated {
			return err
		}
		prior = ""
		s = Supply{CentreID: a.CentreID, ID: id, Kind: in.Kind, UnitID: in.UnitID, SiteID: a.SiteID, What: in.What, Quantity: in.Quantity, Measure: in.Measure, State: SupplyAsked,
			RequestedAt: tx.Now(), RequestedBy: a.UserID, DoneOn: clock.NoDate, Version: 1}
		if s.UnitID != "" {
			u, err := m.org.UnitTx(tx, a.CentreID, s.UnitID)
			if err != nil {
				return ErrInput.Field("unit_id", "请选择单位。")
			}
			s.UnitName = u.Short()
		}
		if err := store.Insert(tx, "site_supply", s); err != nil {
			return err
		}
		return record(tx, "site.supply_ask", PermSupplyAsk, s.ID, map[string]any{"kind": s.Kind, "unit": s.UnitID, "quantity": s.Quantity})
	})
	if prior != "" {
		return m.Supply(ctx, prior)
	}
	return s, err
}

func (m *Module) moveSupply(ctx context.Context, action, id string, version int64, from string, step func(tx *store.Tx, s *Supply) error) (Supply, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSupplyGrant); err != nil {
		return Supply{}, err
	}
	var s Supply
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if s, err = load(tx, a, PermSupplyGrant, "site_supply", id, version, (*Supply).of); err != nil {
			return err
		}
		if s.State != from {
			return ErrState
		}
		if err := step(tx, &s); err != nil {
			return err
		}
		s.Version++
		if err := store.Update(tx, "site_supply", s, "centre_id", "id"); err != nil {
			return err
		}
		return record(tx, action, PermSupplyGrant, s.ID, map[string]any{"state": s.State, "amount": s.Amount})
	})
	return s, err
}

// DecideSupply approves a request or refuses it with a reason (审批); who asked may not.
func (m *Module) DecideSupply(ctx context.Context, id string, version int64, approve bool, remark string) (Supply, error) {
	if ok := within(&remark, 0, 500); !ok || !approve && remark == "" {
		return Supply{}, ErrInput.Field("remark", "不同意的，请写明理由，500 个字以内。")
	}
	return m.moveSupply(ctx, "site.supply_decide", id, version, SupplyAsked, func(tx *store.Tx, s *Supply) error {
		by := actor.From(ctx).UserID
		if by != "" && by == s.RequestedBy {
			return ErrSelf
		}
		s.State, s.Remark, s.DecidedAt, s.DecidedBy = SupplyApproved, remark, tx.Now(), by
		if !approve {
			s.State = SupplyRefused
		}
		return nil
	})
}

// FinishInput is what came of a request.
type FinishInput struct {
	On       clock.Date `json:"on" doc:"办结日期"`
	Number   int64      `json:"number" minimum:"1" maximum:"100000" doc:"实际数量"`
	Amount   money.Fen  `json:"amount" minimum:"0" doc:"金额，分；没有花钱的写 0"`
	Document string     `json:"document,omitempty" maxLength:"100" doc:"发票、凭证或合同的编号"`
}

// FinishSupply enters what was delivered or repaired, and what it cost (办结).
func (m *Module) FinishSupply(ctx context.Context, id string, version int64, in FinishInput) (Supply, error) {
	e := ErrInput
	if in.On.IsZero() || in.On > m.db.Clock().Now().Date() {
		e = e.Field("on", "请填写办结日期，不能晚于今天。")
	}
	if in.Number < 1 || in.Number > 100_000 {
		e = e.Field("number", "实际数量应为 1 到 100000。")
	}
	if in.Amount < 0 || in.Amount > 1_000_000_000_00 {
		e = e.Field("amount", "金额应为 0 或正数。")
	}
	if ok := within(&in.Document, 0, 100); !ok || in.Amount > 0 && in.Document == "" {
		e = e.Field("document", "花了钱的，请写明发票、凭证或合同的编号，100 个字以内。")
	}
	if err := e.OrNil(); err != nil {
		return Supply{}, err
	}
	return m.moveSupply(ctx, "site.supply_finish", id, version, SupplyApproved, func(tx *store.Tx, s *Supply) error {
		if in.On < s.RequestedAt.Date() {
			return ErrInput.Field("on", "办结日期不能早于申请日期。")
		}
		s.State, s.DoneAt, s.DoneBy, s.DoneOn, s.DoneNumber, s.Amount, s.Document = SupplyDone, tx.Now(), actor.From(ctx).UserID, in.On, in.Number, in.Amount, in.Document
		return nil
	})
}

// SupplyFilter chooses supplies; empty fields do not restrict.
type SupplyFilter struct {
	State  string
	Kind   SupplyKind
	Before string
}

// Supplies lists the supplies that the actor may see, the newest first.
func (m *Module) Supplies(ctx context.Context, f SupplyFilter) ([]Supply, string, error) {
	w := &store.Where{}
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	if f.Kind != "" {
		w.And("kind = ?", f.Kind)
	}
	return list(ctx, m.db, PermSupplyRead, "site_supply", org.Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id", Owner: "requested_by"}, w, f.Before, func(s *Supply) string { return s.ID })
}

// Supply gives one supply.
func (m *Module) Supply(ctx context.Context, id string) (Supply, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSupplyRead); err != nil {
		return Supply{}, err
	}
	var s Supply
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		s, err = find(tx, a, PermSupplyRead, "site_supply", id, "", (*Supply).of)
		return err
	})
	return s, err
}

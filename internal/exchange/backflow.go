package exchange

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Backflow (数据回流) is a line of the ledger of data that an upper level gave back to this one: from whom, which data of which
// period, how many records, to which unit and for what (政务数据共享条例: data of lower levels are returned to them). The data
// themselves stay where the platform delivered them.
type Backflow struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	No        string        `db:"no" json:"no"`
	Day       clock.Date    `db:"day" json:"day"`           // when they came
	Provider  string        `db:"provider" json:"provider"` // the upper organ or its platform
	Name      string        `db:"name" json:"name"`         // of the data
	Fields    string        `db:"fields" json:"fields,omitempty"`
	From      clock.Date    `db:"first_day" json:"from"` // the period of the data, both days in it
	To        clock.Date    `db:"last_day" json:"to"`
	Records   int64         `db:"records" json:"records"`
	UnitID    string        `db:"unit_id" json:"unit_id"` // who received them
	SiteID    string        `db:"site_id" json:"-"`
	Purpose   string        `db:"purpose" json:"purpose"`
	Document  string        `db:"document" json:"document,omitempty"` // 文号, or the number of the request on the upper platform
	CreatedBy string        `db:"created_by" json:"created_by"`
	CreatedAt clock.Instant `db:"created_at" json:"created_at"`
	StruckBy  string        `db:"struck_by" json:"struck_by,omitempty"`
	StruckAt  clock.Instant `db:"struck_at" json:"struck_at,omitzero"`
	Reason    string        `db:"reason" json:"reason,omitempty"` // why it was struck out
	Version   int64         `db:"version" json:"version"`
}

// Struck reports whether the line was struck out (作废).
func (b *Backflow) Struck() bool { return b.StruckAt != 0 }

var backflowColumns = store.Columns[Backflow]("")

// BackflowInput is what a person says about data that came back.
type BackflowInput struct {
	Day      clock.Date `json:"day" doc:"收到日期"`
	Provider string     `json:"provider" maxLength:"100" doc:"上级部门或平台"`
	Name     string     `json:"name" maxLength:"100" doc:"数据名称"`
	Fields   string     `json:"fields,omitempty" maxLength:"500" doc:"数据项"`
	From     clock.Date `json:"from" doc:"数据所属期间的第一天"`
	To       clock.Date `json:"to" doc:"数据所属期间的最后一天"`
	Records  int64      `json:"records" doc:"记录条数"`
	UnitID   string     `json:"unit_id" maxLength:"40" doc:"接收单位"`
	Purpose  string     `json:"purpose" maxLength:"500" doc:"用途"`
	Document string     `json:"document,omitempty" maxLength:"100" doc:"文号或上级平台的申请编号"`
	Key      string     `json:"-"`
}

func (in *BackflowInput) validate(today clock.Date) error {
	e := ErrInput
	for _, f := range []struct {
		name, label string
		text        *string
		most        int
		need        bool
	}{{"provider", "上级部门或平台", &in.Provider, 100, true}, {"name", "数据名称", &in.Name, 100, true}, {"fields", "数据项", &in.Fields, 500, false}, {"purpose", "用途", &in.Purpose, 500, true}, {"document", "文号或申请编号", &in.Document, 100, false}} {
		*f.text = strings.TrimSpace(*f.text)
		switch n := utf8.RuneCountInString(*f.text); {
		case f.need && n == 0:
			e = e.Field(f.name, "请填写%s。", f.label)
		case n > f.most:
			e = e.Field(f.name, "%s最多 %d 个字。", f.label, f.most)
		}
	}
	if in.Day.IsZero() || in.Day > today {
		e = e.Field("day", "请填写收到日期，不晚于今天。")
	}
	if in.From.IsZero() || in.To.IsZero() || in.To < in.From {
		e = e.Field("to", "请填写数据所属期间，止期不早于起期。")
	}
	if in.Records <= 0 || in.Records > 1e12 {
		e = e.Field("records", "请填写记录条数，应为正整数。")
	}
	return e.OrNil()
}

// RecordBackflow enters data that came back, by 政务信息股.
func (m *Module) RecordBackflow(ctx context.Context, in BackflowInput) (Backflow, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReview); err != nil {
		return Backflow{}, err
	}
	if err := in.validate(m.DB.Clock().Now().Date()); err != nil {
		return Backflow{}, err
	}
	var b Backflow
	err := m.DB.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "exchange.backflow", in, id)
		if err != nil {
			return err
		}
		if repeated {
			b, err = loadBackflow(tx, a, prior, "")
			return err
		}
		unit, err := m.Org.UnitTx(tx, a.CentreID, in.UnitID)
		if errors.Is(err, org.ErrUnitMissing) {
			return ErrInput.Field("unit_id", "请选择接收单位。")
		}
		if err != nil {
			return err
		}
		n, err := nextOf(tx, a.CentreID, "backflow"+itoa(tx.Now().Date().Year()))
		if err != nil {
			return err
		}
		b = Backflow{CentreID: a.CentreID, ID: id, No: fmt.Sprintf("数回〔%d〕%04d号", tx.Now().Date().Year(), n), Day: in.Day, Provider: in.Provider, Name: in.Name, Fields: in.Fields, From: in.From, To: in.To, Records: in.Records,
			UnitID: unit.ID, SiteID: unit.SiteID, Purpose: in.Purpose, Document: in.Document, CreatedBy: a.UserID, CreatedAt: tx.Now(), Version: 1}
		if err := store.Insert(tx, "exchange_backflow", b); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "exchange.backflow", Permission: PermReview, Kind: "data_backflow", Object: b.ID, Detail: map[string]any{"no": b.No, "unit": b.UnitID, "records": b.Records}})
	})
	return b, err
}

// StrikeBackflow strikes out a line that is wrong (作废); it stays in the ledger with the reason.
func (m *Module) StrikeBackflow(ctx context.Context, id string, version int64, reason string) (Backflow, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReview); err != nil {
		return Backflow{}, err
	}
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > 500 {
		return Backflow{}, ErrReason.Field("reason", "请写明作废的理由，最多 500 个字。")
	}
	var b Backflow
	err := m.DB.WithTx(ctx, func(tx *store.Tx) (err error) {
		if b, err = loadBackflow(tx, a, id, tx.ForUpdate()); err != nil {
			return err
		}
		switch {
		case version != 0 && version != b.Version:
			return ErrVersion.With("version", b.Version)
		case b.Struck():
			return ErrState.Say("这条回流记录已经作废，没有再次操作。")
		}
		b.StruckBy, b.StruckAt, b.Reason, b.Version = a.UserID, tx.Now(), reason, b.Version+1
		if err := store.Update(tx, "exchange_backflow", b, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "exchange.strike_backflow", Permission: PermReview, Kind: "data_backflow", Object: b.ID, Detail: map[string]any{"no": b.No}})
	})
	return b, err
}

// loadBackflow takes what locks the row, "" for reading it.
func loadBackflow(tx *store.Tx, a *actor.Actor, id, lock string) (Backflow, error) {
	b, err := store.Get[Backflow](tx, "SELECT "+backflowColumns+" FROM exchange_backflow WHERE centre_id = $1 AND id = $2"+lock, a.CentreID, id)
	if errors.Is(err, store.ErrNotFound) {
		return b, ErrBackflow
	}
	return b, err
}

// BackflowRow is a line as the ledger shows it.
type BackflowRow struct {
	Backflow
	Unit string `json:"unit_name"`
}

// Backflow gives one line, to whoever may see it in the ledger.
func (m *Module) Backflow(ctx context.Context, id string) (BackflowRow, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return BackflowRow{}, err
	}
	var out BackflowRow
	err := m.DB.Read(ctx, func(tx *store.Tx) error {
		b, err := loadBackflow(tx, a, id, "")
		if err != nil {
			return err
		}
		if !org.Sees(a, PermRead, org.Row{CentreID: b.CentreID, UnitID: b.UnitID, SiteID: b.SiteID}) {
			return ErrBackflow.Hide()
		}
		list, err := m.backflowRows(tx, a.CentreID, []Backflow{b})
		out = list[0]
		return err
	})
	return out, err
}

// Backflows lists the ledger, the newest first: 政务信息股 and the leader see the centre's, a unit or site its own.
func (m *Module) Backflows(ctx context.Context, after string) (list []BackflowRow, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	cond, args := org.Filter(a, PermRead, org.Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id"})
	w.And(cond, args...)
	if after != "" {
		w.And("id < ?", after)
	}
	err = m.DB.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Backflow](tx, "SELECT "+backflowColumns+" FROM exchange_backflow"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(ListPage+1), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > ListPage {
			found, next = found[:ListPage], found[ListPage-1].ID
		}
		list, err = m.backflowRows(tx, a.CentreID, found)
		return err
	})
	return list, next, err
}

func (m *Module) backflowRows(tx *store.Tx, centre string, found []Backflow) ([]BackflowRow, error) {
	var units []string
	for i := range found {
		units = append(units, found[i].UnitID)
	}
	names, err := m.Org.UnitsTx(tx, centre, units)
	out := make([]BackflowRow, len(found))
	for i, b := range found {
		out[i] = BackflowRow{Backflow: b, Unit: names[b.UnitID].Name}
	}
	return out, err
}

// BackflowColumns are the heads of the ledger as a spreadsheet.
func BackflowColumns() []string {
	return []string{"编号", "收到日期", "上级部门或平台", "数据名称", "数据项", "所属期间", "记录条数", "接收单位", "用途", "文号或申请编号", "状态", "作废理由"}
}

// ExportBackflows gives the ledger that the actor sees, row by row, in the columns of BackflowColumns.
func (m *Module) ExportBackflows(ctx context.Context, add func([]string) error) error {
	for after := ""; ; {
		list, next, err := m.Backflows(ctx, after)
		if err != nil {
			return err
		}
		for i := range list {
			b := &list[i]
			state := "有效"
			if b.Struck() {
				state = "作废"
			}
			if err := add([]string{b.No, b.Day.String(), b.Provider, b.Name, b.Fields, b.From.String() + " 至 " + b.To.String(), itoa(b.Records), b.Unit, b.Purpose, b.Document, state, b.Reason}); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

// Package site is how the centre looks after its places: guidance of branches and townships (分中心、乡镇便民服务中心) with
// checklists, findings and their rectification, self-assessment and stars; the self-service kiosks (自助终端) with heartbeat,
// faults and the check that a printed result belongs to whoever asks for it; supplies and repairs of the windows (用品和维修)
// with number and amount.
//
//	检查 → 问题 open ─answer→ answered ─recheck→ closed
//	                  ↑────────not done──────┘
//	申请 asked ─approve→ approved ─finish→ done     asked ─refuse→ refused
//
// Whoever administers a branch or township sees and does only what is of his own site. What is counted here (visits,
// kiosks at work, supplies and amounts) are facts for the indicators of the budget.
package site

import (
	"context"
	"embed"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables site_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of this package.
type Module struct {
	db       *store.DB
	org      *org.Module
	calendar *calendar.Module
	owner    Owner
	offer    Offer
}

// New makes the module.
func New(db *store.DB, o *org.Module, c *calendar.Module) *Module {
	return &Module{db: db, org: o, calendar: c}
}

// ListPage is how many rows a page of a list has.
const ListPage = 50

// Refusals of this package.
var (
	ErrInput   = errs.New(errs.Invalid, "site.input", "填写的内容有误，没有保存。请按提示修改。")
	ErrMissing = errs.New(errs.NotFound, "site.missing", "没有这条记录，或您无权查看。")
	ErrState   = errs.New(errs.Conflict, "site.state", "这条记录已不在这个阶段，没有保存。请刷新后再看。")
	ErrSelf    = errs.New(errs.Conflict, "site.self", "申请人不能批准自己的申请。请由另一人批准。")
	ErrKiosk   = errs.New(errs.NotFound, "site.kiosk", "没有这台自助终端，或它已停用。请核对终端地址。")
	ErrFault   = errs.New(errs.Conflict, "site.fault_open", "这台终端的同类故障还没有修复，没有重复登记。")
)

// within trims a text and reports whether its length is allowed.
func within(s *string, least, most int) bool {
	*s = strings.TrimSpace(*s)
	n := utf8.RuneCountInString(*s)
	return n >= least && n <= most
}

func missing(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrMissing.Hide()
	}
	return err
}

// find reads a row that the actor may reach with a permission; lock is tx.ForUpdate() or "".
func find[T any](tx *store.Tx, a *actor.Actor, p actor.Permission, table, id, lock string, of func(*T) (row org.Row, version int64)) (T, error) {
	x, err := store.Get[T](tx, "SELECT "+store.Columns[T]("")+" FROM "+table+" WHERE centre_id = $1 AND id = $2"+lock, a.CentreID, id)
	if err != nil {
		return x, missing(err)
	}
	if row, _ := of(&x); !org.Sees(a, p, row) {
		return x, ErrMissing.Hide()
	}
	return x, nil
}

// load reads a row for a change, locked; version 0 takes the newest.
func load[T any](tx *store.Tx, a *actor.Actor, p actor.Permission, table, id string, version int64, of func(*T) (row org.Row, version int64)) (T, error) {
	x, err := find(tx, a, p, table, id, tx.ForUpdate(), of)
	if err != nil {
		return x, err
	}
	if _, v := of(&x); version != 0 && v != version {
		return x, store.ErrStale.With("version", v)
	}
	return x, nil
}

// list reads a page of a table that the actor may reach, by id downwards, and gives the cursor of the next.
func list[T any](ctx context.Context, db *store.DB, p actor.Permission, table string, c org.Columns, w *store.Where, before string, id func(*T) string) (out []T, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(p); err != nil {
		return nil, "", err
	}
	cond, args := org.Filter(a, p, c)
	w.And("centre_id = ?", a.CentreID).And(cond, args...)
	if before != "" {
		w.And("id < ?", before)
	}
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[T](tx, "SELECT "+store.Columns[T]("")+" FROM "+table+w.SQL()+" ORDER BY id DESC LIMIT 51", w.Args...)
		return err
	})
	if len(out) > ListPage {
		out = out[:ListPage]
		next = id(&out[ListPage-1])
	}
	return out, next, err
}

// record leaves an audit line.
func record(tx *store.Tx, action string, p actor.Permission, object string, detail map[string]any) error {
	kind, _, _ := strings.Cut(strings.TrimPrefix(action, "site."), "_")
	return audit.Record(tx, audit.Entry{Action: action, Permission: p, Kind: "site_" + kind, Object: object, Detail: detail})
}

// dueIn is the end of the n-th working day after now.
func (m *Module) dueIn(tx *store.Tx, centre string, n int64) (clock.Instant, error) {
	cal, err := m.calendar.ForCentre(tx, centre, "")
	if err != nil {
		return 0, err
	}
	return cal.Due(calendar.Workdays(int(n)).AtEndOfDay(), tx.Now(), "").At, nil
}

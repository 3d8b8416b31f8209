package figure

import (
	"context"
	"strconv"
	"strings"
	"yichuang/internal/hotline"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Unrated (不计满意率的分类) is a category whose callers' ratings do not count, such as enforcement and mediation; it covers
// the categories below it. It is ended, never removed, and holds for every period that is computed while it stands.
type Unrated struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	Category string        `db:"category" json:"category"`
	Basis    string        `db:"basis" json:"basis"`
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by"`
	EndedAt  clock.Instant `db:"ended_at" json:"ended_at,omitzero"`
	EndedBy  string        `db:"ended_by" json:"ended_by,omitempty"`
	Name     string        `db:"-" json:"name,omitempty"`
}

// Refusals about unrated categories.
var (
	ErrUnratedInput = errs.New(errs.Invalid, "hotline.unrated_input", "没有保存：请选择事项分类并写明依据。")
	ErrUnratedGone  = errs.New(errs.NotFound, "hotline.unrated_gone", "没有这条设置，或它已经取消。请刷新后再看。")
)

// maxBasis is the longest text of a basis or a source.
const maxBasis = 200

const unratedQuery = " FROM hotline_unrated WHERE centre_id = $1 AND ended_at = 0 ORDER BY category, id"

// ratedCondition is the condition that a call-back's category counts.
func ratedCondition(tx *store.Tx, centre string) (string, error) {
	codes, err := store.Select[string](tx, "SELECT category"+unratedQuery, centre)
	var cond []string
	for _, c := range codes {
		cond = append(cond, "substr(c.category, 1, "+strconv.Itoa(len([]rune(c)))+") <> '"+strings.ReplaceAll(c, "'", "''")+"'")
	}
	if len(cond) == 0 {
		return "1 = 1", err
	}
	return "(" + strings.Join(cond, " AND ") + ")", err
}

// UnratedCategories lists the categories whose ratings do not count now.
func (m *Module) UnratedCategories(ctx context.Context) ([]Unrated, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermReport); err != nil {
		return nil, err
	}
	var out []Unrated
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out, err = store.Select[Unrated](tx, "SELECT "+store.Columns[Unrated]("")+unratedQuery, a.CentreID); err != nil {
			return err
		}
		names, err := hotline.CategoryNamesTx(tx, a.CentreID)
		for i := range out {
			out[i].Name = names[out[i].Category]
		}
		return err
	})
	return out, err
}

// UnratedInput says which category's ratings do not count, and by which document.
type UnratedInput struct {
	Key      string `json:"-"` // Idempotency-Key
	Category string `json:"category"`
	Basis    string `json:"basis"`
}

// SetUnrated leaves the ratings of a category out of the rate of satisfaction, with the document that says so.
func (m *Module) SetUnrated(ctx context.Context, in UnratedInput) (Unrated, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermMetric); err != nil {
		return Unrated{}, err
	}
	e := ErrUnratedInput
	if in.Category = strings.TrimSpace(in.Category); in.Category == "" || len([]rune(in.Category)) > maxBasis || strings.ContainsRune(in.Category, 0) {
		e = e.Field("category", "请选择事项分类。")
	}
	if in.Basis = strings.TrimSpace(in.Basis); in.Basis == "" || len([]rune(in.Basis)) > maxBasis {
		e = e.Field("basis", "请写明文件的文号和条款，%d 个字以内。", maxBasis)
	}
	if err := e.OrNil(); err != nil {
		return Unrated{}, err
	}
	var u Unrated
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "hotline.unrated_set", in, id)
		if err != nil || repeated {
			if repeated {
				u, err = store.Get[Unrated](tx, "SELECT "+store.Columns[Unrated]("")+" FROM hotline_unrated WHERE centre_id = $1 AND id = $2", a.CentreID, prior)
			}
			return err
		}
		u = Unrated{CentreID: a.CentreID, ID: id, Category: in.Category, Basis: in.Basis, At: tx.Now(), By: a.UserID}
		if err := store.Insert(tx, "hotline_unrated", u); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.unrated_set", Permission: hotline.PermMetric, Kind: "unrated", Object: u.ID, Detail: map[string]any{"category": in.Category, "basis": in.Basis}})
	})
	return u, err
}

// EndUnrated lets the ratings of a category count again.
func (m *Module) EndUnrated(ctx context.Context, id string) error {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermMetric); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec("UPDATE hotline_unrated SET ended_at = $3, ended_by = $4 WHERE centre_id = $1 AND id = $2 AND ended_at = 0", a.CentreID, id, tx.Now(), a.UserID)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrUnratedGone
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.unrated_end", Permission: hotline.PermMetric, Kind: "unrated", Object: id})
	})
}

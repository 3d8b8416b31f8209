package archive

import (
	"context"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Hold (封存保全) keeps a record from being destroyed while a case, an audit or a complaint needs it.
type Hold struct {
	CentreID   string        `db:"centre_id" json:"-"`
	RecordID   string        `db:"record_id" json:"-"`
	ID         string        `db:"id" json:"id"`
	Reason     string        `db:"reason" json:"reason"`
	PlacedAt   clock.Instant `db:"placed_at" json:"placed_at"`
	PlacedBy   string        `db:"placed_by" json:"placed_by"`
	LiftedAt   clock.Instant `db:"lifted_at" json:"lifted_at,omitzero"`
	LiftedBy   string        `db:"lifted_by" json:"lifted_by,omitempty"`
	LiftReason string        `db:"lift_reason" json:"lift_reason,omitempty"`
}

// HoldInput is why a record is to be held.
type HoldInput struct {
	Key    string `json:"-"` // Idempotency-Key
	Reason string `json:"reason"`
}

// PlaceHold puts a record under a hold (封存), also one that is already on a destruction list.
func (m *Module) PlaceHold(ctx context.Context, record string, in HoldInput) (Hold, error) {
	a := actor.From(ctx)
	if err := a.Require(PermHold); err != nil {
		return Hold{}, err
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" || len([]rune(in.Reason)) > 200 {
		return Hold{}, ErrInput.Field("reason", "请写明封存的缘由和依据，最多 200 字。")
	}
	var h Hold
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, err := recordTx(tx, a.CentreID, record, tx.ForUpdate())
		if err != nil {
			return err
		}
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "archive.hold|"+record, in, id)
		if err != nil {
			return err
		}
		if repeated {
			h, err = holdTx(tx, a.CentreID, record, prior)
			return err
		}
		if r.State == Destroyed {
			return ErrDestroyed
		}
		h = Hold{CentreID: a.CentreID, RecordID: r.ID, ID: id, Reason: in.Reason, PlacedAt: tx.Now(), PlacedBy: a.UserID}
		if err := store.Insert(tx, "archive_hold", h); err != nil {
			return err
		}
		r.Holds++
		if err := r.save(tx); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "archive.hold", Permission: PermHold, Kind: r.Kind, Object: r.Object, Detail: map[string]any{"no": r.No, "hold": h.ID}})
	})
	return h, err
}

// LiftHold ends a hold (解除封存), with the reason.
func (m *Module) LiftHold(ctx context.Context, record, hold, reason string) error {
	a := actor.From(ctx)
	if err := a.Require(PermHold); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" || len([]rune(reason)) > 200 {
		return ErrInput.Field("reason", "请写明解除的缘由，最多 200 字。")
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, err := recordTx(tx, a.CentreID, record, tx.ForUpdate())
		if err != nil {
			return err
		}
		h, err := holdTx(tx, a.CentreID, record, hold)
		if err != nil {
			return err
		}
		if h.LiftedAt != 0 {
			return ErrState.Say("这次封存已经解除。请刷新后再看。")
		}
		h.LiftedAt, h.LiftedBy, h.LiftReason = tx.Now(), a.UserID, reason
		if err := store.Update(tx, "archive_hold", h, "centre_id", "record_id", "id"); err != nil {
			return err
		}
		r.Holds--
		if err := r.save(tx); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "archive.lift", Permission: PermHold, Kind: r.Kind, Object: r.Object, Detail: map[string]any{"no": r.No, "hold": h.ID}})
	})
}

func holdTx(tx *store.Tx, centre, record, id string) (Hold, error) {
	h, err := store.Get[Hold](tx, "SELECT "+store.Columns[Hold]("")+" FROM archive_hold WHERE centre_id = $1 AND record_id = $2 AND id = $3", centre, record, id)
	if errors.Is(err, store.ErrNotFound) {
		return h, ErrNotFound
	}
	return h, err
}

package exchange

import (
	"context"
	"encoding/hex"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// Seal (链头单) is the head of the chain of usage records as it stood on a day, to be printed and filed by 政务监察股: whoever
// rewrites the records later cannot rewrite the paper.
type Seal struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	Day      clock.Date    `db:"day" json:"day"`
	Seq      int64         `db:"seq" json:"seq"`
	Hash     []byte        `db:"hash" json:"hash"`
	At       clock.Instant `db:"at" json:"at"`
	FiledBy  string        `db:"filed_by" json:"filed_by,omitempty"`
	FiledAt  clock.Instant `db:"filed_at" json:"filed_at,omitzero"`
}

var sealColumns = store.Columns[Seal]("")

// Text is the hash as paper has it.
func (s *Seal) Text() string { return hex.EncodeToString(s.Hash) }

// MakeSeal writes down the head as it is now.
func (m *Module) MakeSeal(ctx context.Context) (Seal, error) {
	a := actor.From(ctx)
	if err := a.Require(PermChain); err != nil {
		return Seal{}, err
	}
	var s Seal
	err := m.DB.WithTx(ctx, func(tx *store.Tx) (err error) {
		s, err = makeSeal(tx, a.CentreID)
		return err
	})
	return s, err
}

// makeSeal gives the newest one again where the chain has not grown since.
func makeSeal(tx *store.Tx, centre string) (Seal, error) {
	h, err := lockHead(tx, centre)
	if err != nil {
		return Seal{}, err
	}
	last, err := store.Select[Seal](tx, "SELECT "+sealColumns+" FROM exchange_seal WHERE centre_id = $1 ORDER BY id DESC LIMIT 1", centre)
	if err != nil {
		return Seal{}, err
	}
	if len(last) == 1 && last[0].Seq == h.Seq {
		return last[0], nil
	}
	s := Seal{CentreID: centre, ID: tx.NewID(), Day: tx.Now().Date(), Seq: h.Seq, Hash: h.Hash, At: tx.Now()}
	if err := store.Insert(tx, "exchange_seal", s); err != nil {
		return s, err
	}
	return s, audit.Record(tx, audit.Entry{Action: "exchange.seal", Permission: PermChain, Kind: "share_chain", Object: centre, Detail: map[string]any{"seq": s.Seq}, Digest: s.Hash})
}

// sealWeekly ends the weekly job of a version that had one: the head of this chain stands on the weekly sheet of all chains (周链头单) now.
func (m *Module) sealWeekly(*store.Tx, *jobs.Job) (jobs.Outcome, error) { return jobs.Done, nil }

// Seals lists the heads that were written down, newest first.
func (m *Module) Seals(ctx context.Context) (list []Seal, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermChain); err != nil {
		return nil, err
	}
	err = m.DB.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[Seal](tx, "SELECT "+sealColumns+" FROM exchange_seal WHERE centre_id = $1 ORDER BY id DESC LIMIT 60", a.CentreID)
		return err
	})
	return list, err
}

// FileSeal notes that the printed head was filed, once; it gives the head for print.
func (m *Module) FileSeal(ctx context.Context, id string) (Seal, error) {
	a := actor.From(ctx)
	if err := a.Require(PermChain); err != nil {
		return Seal{}, err
	}
	var s Seal
	err := m.DB.WithTx(ctx, func(tx *store.Tx) (err error) {
		s, err = store.Get[Seal](tx, "SELECT "+sealColumns+" FROM exchange_seal WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
		if errors.Is(err, store.ErrNotFound) {
			return ErrSeal
		}
		if err != nil || s.FiledAt != 0 {
			return err
		}
		s.FiledBy, s.FiledAt = a.UserID, tx.Now()
		if err := store.Update(tx, "exchange_seal", s, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "exchange.file_seal", Permission: PermChain, Kind: "share_chain", Object: s.ID, Detail: map[string]any{"seq": s.Seq}, Digest: s.Hash})
	})
	return s, err
}

// FindSeal gives one head for print.
func (m *Module) FindSeal(ctx context.Context, id string) (Seal, error) {
	list, err := m.Seals(ctx)
	for _, s := range list {
		if s.ID == id {
			return s, nil
		}
	}
	if err == nil {
		err = ErrSeal
	}
	return Seal{}, err
}

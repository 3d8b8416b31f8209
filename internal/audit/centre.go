package audit

import (
	"context"

	"yichuang/internal/store"
)

// Centres lists the centres that have a log; "" is what happened outside of any.
func Centres(ctx context.Context, db *store.DB) ([]string, error) {
	var out []string
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[string](tx, "SELECT DISTINCT centre_id FROM audit_head ORDER BY centre_id")
		return err
	})
	return out, err
}

// Head is the newest link of one chain. Filed elsewhere, it proves later that the log up to it was not rewritten.
type Head struct {
	CentreID string `db:"centre_id" json:"centre"`
	Stream   int64  `db:"stream" json:"stream"`
	Seq      int64  `db:"seq" json:"seq"`
	Hash     []byte `db:"hash" json:"hash"`
}

// Heads lists the newest links of every chain of every centre.
func Heads(ctx context.Context, db *store.DB) ([]Head, error) {
	var out []Head
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Head](tx, "SELECT centre_id, stream, seq, hash FROM audit_head ORDER BY centre_id, stream")
		return err
	})
	return out, err
}

// HeadsTx lists the newest links of the chains of one centre.
func HeadsTx(tx *store.Tx, centre string) ([]Head, error) {
	return store.Select[Head](tx, "SELECT centre_id, stream, seq, hash FROM audit_head WHERE centre_id = $1 ORDER BY stream", centre)
}

package knowledge

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// decideSource notes that a consultation has become an entry, or with entry "" that it is not worth one.
func (m *Module) decideSource(tx *store.Tx, source, entry string) error {
	return tx.Queue(`INSERT INTO knowledge_source (centre_id, source, entry_id, by_user, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (centre_id, source) DO UPDATE SET entry_id = excluded.entry_id, by_user = excluded.by_user, at = excluded.at`,
		actor.From(tx.Context()).CentreID, source, entry, actor.From(tx.Context()).UserID, tx.Now())
}

// SkipSource says that a consultation needs no entry (不需要建条目), so that it is not proposed again.
func (m *Module) SkipSource(ctx context.Context, source string) error {
	a := actor.From(ctx)
	if err := a.Require(PermWrite); err != nil {
		return err
	}
	if a.Scope(PermWrite) < actor.Centre {
		return actor.ErrForbidden
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := m.decideSource(tx, source, ""); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "knowledge.skip_source", Permission: PermWrite, Kind: "ticket", Object: source})
	})
}

// DecidedTx lists those of the consultations that somebody has decided about.
func (m *Module) DecidedTx(tx *store.Tx, centre string, sources []string) (map[string]bool, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "source", sources)
	list, err := store.Select[string](tx, "SELECT source FROM knowledge_source"+w.SQL(), w.Args...)
	out := make(map[string]bool, len(list))
	for _, s := range list {
		out[s] = true
	}
	return out, err
}

// CategoryEntriesTx counts the published entries in force of each category.
func (m *Module) CategoryEntriesTx(tx *store.Tx, centre string) (map[string]int64, error) {
	type row struct {
		Category string `db:"category"`
		N        int64  `db:"n"`
	}
	list, err := store.Select[row](tx, `SELECT category, COUNT(*) AS n FROM knowledge_entry WHERE centre_id = $1 AND live = $2 AND (valid_to = '' OR valid_to >= $3)
		GROUP BY category`, centre, Published, tx.Now().Date())
	out := make(map[string]int64, len(list))
	for _, r := range list {
		out[r.Category] = r.N
	}
	return out, err
}

package audit

import "yichuang/internal/store"

// HeadsOf gives the newest links of the chains of some centres. A head that moved says that something changed, and
// Touched what: the numbers of a chain follow each other in the order of the commits, so that nothing is passed over.
func HeadsOf(tx *store.Tx, centres []string) ([]Head, error) {
	w := &store.Where{}
	store.In(w, "centre_id", centres)
	return store.Select[Head](tx, "SELECT centre_id, stream, seq, hash FROM audit_head"+w.SQL(), w.Args...)
}

// Touched lists the objects of a kind that lines of a chain after seq speak of, up to its head, at most limit lines.
func Touched(tx *store.Tx, h Head, after int64, kind string, limit int) ([]string, error) {
	return store.Select[string](tx, `SELECT object FROM audit_log WHERE centre_id = $1 AND stream = $2 AND seq > $3 AND seq <= $4 AND object_kind = $5
		ORDER BY seq LIMIT $6`, h.CentreID, h.Stream, after, h.Seq, kind, limit)
}

package text

import (
	"embed"
	"strings"

	"yichuang/internal/store"
)

// Migrations make the full-text tables.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Index is a named full-text index.
type Index struct{ Name string }

// Options restrict a search.
type Options struct {
	Scope  string
	Limit  int
	Before int64
}

// Put indexes a document.
func (x Index) Put(tx *store.Tx, centre string, doc int64, scopes []string, tokens string) error {
	if tx.Engine() == store.SQLite {
		return tx.Queue("INSERT INTO text_fts (rowid, body) VALUES ($1, $2)", doc, tokens)
	}
	return tx.Queue("INSERT INTO text_doc (doc, body) VALUES ($1, to_tsvector('simple', $2))", doc, tokens)
}

// Search finds documents, newest first.
func (x Index) Search(tx *store.Tx, centre, query string, o Options) ([]int64, error) {
	if o.Before == 0 {
		o.Before = 1<<63 - 1
	}
	q := Tokens(query)
	if q == "" {
		return nil, nil
	}
	if tx.Engine() == store.SQLite {
		return store.Select[int64](tx, "SELECT rowid FROM text_fts WHERE text_fts MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3", `"`+strings.ReplaceAll(q, `"`, "")+`"`, o.Before, o.Limit)
	}
	return store.Select[int64](tx, "SELECT doc FROM text_doc WHERE body @@ phraseto_tsquery('simple', $1) AND doc < $2 ORDER BY doc DESC LIMIT $3", q, o.Before, o.Limit)
}

// Similarity is the Jaccard likeness of two texts' bigrams.
func Similarity(a, b string) float64 {
	x, y := map[string]bool{}, map[string]bool{}
	for _, t := range strings.Fields(Tokens(a)) {
		x[t] = true
	}
	for _, t := range strings.Fields(Tokens(b)) {
		y[t] = true
	}
	both := 0
	for t := range x {
		if y[t] {
			both++
		}
	}
	if len(x)+len(y) == 0 {
		return 0
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

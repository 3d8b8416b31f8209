package text

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/store"
)

// Index is one full-text index by name. A document belongs to one index: its id must not be used in another.
type Index struct {
	Name string
	// Fields are the labels by which a search may ask for a part of a document: with 标题 among them, 标题:路灯 finds what
	// has 路灯 in the first text given to Document. Their order is part of what is stored.
	Fields []string
}

// Options narrow a search.
type Options struct {
	// Scopes, where there are any, ask for documents that were put with at least one of them.
	Scopes []string
	// Limit is the most ids to give; 0 means DefaultLimit.
	Limit int
	// Before, where it is not 0, asks for ids below it: the last id of the page before.
	Before int64
	// From, where it is not 0, asks for ids from it on, such as the first one of a day.
	From int64
}

// DefaultLimit is the length of a page of results.
const DefaultLimit = 20

// Put indexes a document, or indexes it anew. words is what Tokens gave; scopes are labels by which searches may be
// narrowed, such as the ids of the units that may see the document.
func (x Index) Put(tx *store.Tx, centre string, docid int64, scopes []string, words string) error {
	filters := []string{x.filter(centre, "")}
	for _, s := range scopes {
		filters = append(filters, x.filter(centre, s))
	}
	if tx.Engine() == store.Postgres {
		return tx.Queue(`INSERT INTO text_index (centre_id, name, docid, tokens) VALUES ($1, $2, $3, $4::text::tsvector)
			ON CONFLICT (centre_id, name, docid) DO UPDATE SET tokens = excluded.tokens`, centre, x.Name, docid, tsvector(append(filters, ages(docid)...), words))
	}
	return appendTail(tx, docid, strings.Join(filters, " ")+" "+words)
}

// Delete takes a document out of the index; one that is not there is no error.
func (x Index) Delete(tx *store.Tx, centre string, docid int64) error {
	if tx.Engine() == store.Postgres {
		return tx.Queue("DELETE FROM text_index WHERE centre_id = $1 AND name = $2 AND docid = $3", centre, x.Name, docid)
	}
	if err := tx.Queue("DELETE FROM text_tail WHERE docid = $1", docid); err != nil { // its words must not stay until the tail is moved
		return err
	}
	return appendTail(tx, docid, "")
}

// Search gives the ids of a centre's documents that match a query as people type it, newest first: words apart by
// spaces must all occur, "…" holds a phrase together, -word excludes. A query without any word finds nothing; one that
// only excludes finds all other documents. A word behind the label of a field, 标题:路灯, must occur in that field.
func (x Index) Search(tx *store.Tx, centre, query string, opt Options) ([]int64, error) {
	phrases := parse(query, x.Fields)
	if len(phrases) == 0 {
		return nil, nil
	}
	var filters []string
	for _, s := range opt.Scopes {
		filters = append(filters, x.filter(centre, s))
	}
	if len(filters) == 0 {
		filters = []string{x.filter(centre, "")}
	}
	if opt.Limit <= 0 {
		opt.Limit = DefaultLimit
	}
	if opt.Before <= 0 {
		opt.Before = math.MaxInt64
	}
	if tx.Engine() == store.Postgres {
		return x.searchPostgres(tx, centre, tsquery(filters, phrases), rare(phrases), opt)
	}
	return searchSQLite(tx, filters, phrases, opt)
}

var filterText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// filter is the token that stands for a centre, or a scope in it, in this index. It begins with a private character,
// which no text and no query yields, and is a hash of 80 bits, because names may hold anything.
func (x Index) filter(centre, scope string) string {
	sum := sha256.Sum256([]byte(strconv.Quote(centre) + strconv.Quote(x.Name) + strconv.Quote(scope)))
	return "\ue000" + filterText.EncodeToString(sum[:10])
}

// tsvector writes tokens with their positions as PostgreSQL reads them, so that it need not cut text itself.
func tsvector(filters []string, words string) string {
	var b strings.Builder
	b.Grow(len(words)*2 + 64)
	for _, f := range filters {
		b.WriteString(f + " ")
	}
	n := 0
	for token := range strings.FieldsSeq(words) {
		n++
		b.WriteByte('\'')
		if strings.ContainsAny(token, `'\`) { // not from Tokens
			token = strings.NewReplacer("'", "''", `\`, `\\`).Replace(token)
		}
		b.WriteString(token)
		b.WriteString("':")
		b.WriteString(strconv.Itoa(min(n, maxTokens)))
		b.WriteByte(' ')
	}
	return b.String()
}

// tailLength is how many documents SQLite collects before they go into the index together. Longer tails make the index
// cheaper and one transaction in so many longer: 256 documents take about 25 ms.
const tailLength = 256

type tailRow struct {
	DocID  int64  `db:"docid"`
	Tokens string `db:"tokens"`
}

func appendTail(tx *store.Tx, docid int64, words string) error {
	n, err := store.Get[int64](tx, "INSERT INTO text_tail (docid, tokens) VALUES ($1, $2) RETURNING n", docid, words)
	if err != nil || n < tailLength {
		return err
	}
	return moveTail(tx)
}

// moveTail puts the documents of the tail into the index, in the order of their ids, which FTS5 needs to make one
// segment of them, and empties it.
func moveTail(tx *store.Tx) error {
	tail, err := readTail(tx)
	if err != nil {
		return err
	}
	for _, docid := range slices.Sorted(maps.Keys(tail)) {
		if tail[docid] == "" {
			_, err = tx.Exec("DELETE FROM text_index WHERE rowid = $1", docid)
		} else {
			_, err = tx.Exec("INSERT OR REPLACE INTO text_index (rowid, tokens) VALUES ($1, $2)", docid, tail[docid])
		}
		if err != nil {
			return err
		}
	}
	_, err = tx.Exec("DELETE FROM text_tail")
	return err
}

// readTail gives the last state of every document in the tail.
func readTail(tx *store.Tx) (map[int64]string, error) {
	rows, err := store.Select[tailRow](tx, "SELECT docid, tokens FROM text_tail ORDER BY n")
	tail := make(map[int64]string, len(rows))
	for _, r := range rows {
		tail[r.DocID] = r.Tokens
	}
	return tail, err
}

var errEnough = errors.New("text: enough rows")

func searchSQLite(tx *store.Tx, filters []string, phrases []phrase, opt Options) ([]int64, error) {
	tail, err := readTail(tx)
	if err != nil {
		return nil, err
	}
	var ids []int64
	err = store.Each(tx, func(docid *int64) error {
		if _, newer := tail[*docid]; !newer {
			ids = append(ids, *docid)
		}
		if len(ids) == opt.Limit {
			return errEnough
		}
		return nil
	}, "SELECT rowid FROM text_index WHERE text_index MATCH $1 AND rowid < $2 AND rowid >= $3 ORDER BY rowid DESC", fts5(filters, phrases), opt.Before, opt.From)
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	for docid, words := range tail {
		if docid < opt.Before && docid >= opt.From && matches(" "+words+" ", filters, phrases) {
			ids = append(ids, docid)
		}
	}
	slices.SortFunc(ids, func(a, b int64) int { return cmp.Compare(b, a) })
	return ids[:min(len(ids), opt.Limit)], nil
}

package knowledge

import (
	"fmt"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Refusals of citing (引用).
var (
	// ErrExpired refuses an entry whose validity has ended (已过期).
	ErrExpired = errs.New(errs.Conflict, "knowledge.expired", "引用的知识条目已过有效期，不能用于答复。请联系主责单位更新后再引用。")
	// ErrWithdrawn refuses an entry that was taken out of force (已下架).
	ErrWithdrawn = errs.New(errs.Conflict, "knowledge.withdrawn", "引用的知识条目已下架，不能用于答复。请查找现行的条目。")
	// ErrUnpublished refuses an entry that was never published.
	ErrUnpublished = errs.New(errs.Conflict, "knowledge.unpublished", "引用的知识条目还没有发布，不能用于答复。")
	// ErrTooManyCited refuses a long list.
	ErrTooManyCited = errs.New(errs.Invalid, "knowledge.too_many_cited", "一次答复最多引用 10 条知识。")
)

// What an entry is cited in.
const (
	CitedInAnswer = "answer" // 直接答复
	CitedInReply  = "reply"  // 承办单位的答复
)

const maxCited = 10

// Citation (引用) is a version of an entry on which an answer rests.
type Citation struct {
	EntryID string `db:"entry_id" json:"entry_id"`
	No      string `db:"no" json:"no"`
	N       int64  `db:"n" json:"version"`
	Title   string `db:"title" json:"title"`
}

// citationRow is a row of knowledge_citation.
type citationRow struct {
	CentreID string        `db:"centre_id"`
	EntryID  string        `db:"entry_id"`
	ID       string        `db:"id"`
	N        int64         `db:"n"`
	Kind     string        `db:"kind"`
	Object   string        `db:"object"`
	UnitID   string        `db:"unit_id"`
	ByUser   string        `db:"by_user"`
	At       clock.Instant `db:"at"`
}

// Refs reads the numbers of entries as people type them into one field: apart by spaces or commas, each once.
func Refs(typed ...string) []string {
	var out []string
	seen := map[string]bool{}
	for _, part := range typed {
		for _, ref := range strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune(" 　,，、;；\n\t", r) }) {
			ref = strings.ToUpper(ref)
			if !strings.HasPrefix(ref, numberPrefix) {
				ref = strings.ToLower(ref)
			}
			if !seen[ref] {
				seen[ref] = true
				out = append(out, ref)
			}
		}
	}
	return out
}

// CiteTx notes in tx that an answer about object (a ticket) rests on entries, named by id or number. It refuses what the
// actor may not read, and with knowledge.expired, knowledge.withdrawn or knowledge.unpublished what is not in force. Without
// refs it does nothing.
func (m *Module) CiteTx(tx *store.Tx, kind, object string, refs []string) ([]Citation, error) {
	out, err := m.CitableTx(tx, refs)
	if err != nil {
		return nil, err
	}
	a := actor.From(tx.Context())
	for _, e := range out {
		if err := store.Insert(tx, "knowledge_citation", citationRow{CentreID: a.CentreID, EntryID: e.EntryID, ID: tx.NewID(), N: e.N, Kind: kind, Object: object,
			UnitID: a.UnitID, ByUser: a.UserID, At: tx.Now()}); err != nil {
			return nil, err
		}
		if err := tx.Queue(`INSERT INTO knowledge_use (centre_id, entry_id, shard, n) VALUES ($1, $2, $3, 1)
			ON CONFLICT (centre_id, entry_id, shard) DO UPDATE SET n = knowledge_use.n + 1`, a.CentreID, e.EntryID, audit.StreamOf(object)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// CitableTx gives the entries named by id or number as an answer may cite them now, and refuses as CiteTx does; it notes
// nothing. Without refs it does nothing.
func (m *Module) CitableTx(tx *store.Tx, refs []string) ([]Citation, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	a := actor.From(tx.Context())
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	if len(refs) > maxCited {
		return nil, ErrTooManyCited
	}
	var out []Citation
	for _, ref := range refs {
		e, err := citable(tx, a, ref)
		if err != nil {
			return nil, err
		}
		out = append(out, Citation{EntryID: e.ID, No: e.No, N: e.LiveN, Title: e.Title})
	}
	return out, nil
}

// citable loads an entry that may be cited now.
func citable(tx *store.Tx, a *actor.Actor, ref string) (Entry, error) {
	e, err := loadEntry(tx, a.CentreID, ref, "")
	if err != nil {
		return e, err
	}
	today := tx.Now().Date()
	switch {
	case e.LiveN == 0 && e.Live != Withdrawn && e.mayWork(a):
		return e, ErrUnpublished.With("no", e.No)
	case !e.mayRead(a):
		return e, ErrNotFound.Hide()
	case e.Live == Withdrawn:
		return e, ErrWithdrawn.Say("知识条目 %s 已下架，不能用于答复。请查找现行的条目。", e.No).With("no", e.No)
	case e.Expired(today):
		return e, ErrExpired.Say("知识条目 %s 的有效期到 %s，已经过期，不能用于答复。请联系主责单位更新后再引用。", e.No, e.ValidTo).With("no", e.No).With("valid_to", fmt.Sprint(e.ValidTo))
	}
	return e, nil
}

// CitationsTx lists the entries that the answers about an object rest on, in the order of their numbers.
func (m *Module) CitationsTx(tx *store.Tx, centre, object string) ([]Citation, error) {
	return store.Select[Citation](tx, `SELECT DISTINCT c.entry_id AS entry_id, e.no, c.n, v.title FROM knowledge_citation c
		JOIN knowledge_entry e ON e.centre_id = c.centre_id AND e.id = c.entry_id
		JOIN knowledge_version v ON v.centre_id = c.centre_id AND v.entry_id = c.entry_id AND v.n = c.n
		WHERE c.centre_id = $1 AND c.object = $2 ORDER BY e.no`, centre, object)
}

// Cited lists the objects, among those given, whose answers rest on some entry.
func (m *Module) CitedTx(tx *store.Tx, centre string, objects []string) (map[string]bool, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "object", objects)
	list, err := store.Select[string](tx, "SELECT DISTINCT object FROM knowledge_citation"+w.SQL(), w.Args...)
	out := make(map[string]bool, len(list))
	for _, o := range list {
		out[o] = true
	}
	return out, err
}

// uses tells how often entries were cited.
func uses(tx *store.Tx, centre string, ids []string) (map[string]int64, error) {
	out := make(map[string]int64, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "entry_id", ids)
	type use struct {
		EntryID string `db:"entry_id"`
		N       int64  `db:"n"`
	}
	list, err := store.Select[use](tx, "SELECT entry_id, n FROM knowledge_use"+w.SQL(), w.Args...)
	for _, u := range list {
		out[u.EntryID] += u.N
	}
	return out, err
}

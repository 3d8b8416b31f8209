package knowledge

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// EntryFound is an entry that a search gave, with its hits marked.
type EntryFound struct {
	EntryRow
	TitleParts []text.Segment `db:"-" json:"-"`
	Parts      []text.Segment `db:"-" json:"-"`
	Snippet    string         `db:"-" json:"snippet"`
}

// Search is what somebody looks for.
type Search struct {
	Query    string
	UnitID   string
	Category string
	Expired  bool // entries past their validity too
	After    string
	Limit    int
}

// Result is a page of what was found.
type Result struct {
	Entries []EntryFound `json:"items"`
	Next    string       `json:"next,omitempty"`
	// Near holds entries that share words with the query where none has all of them.
	Near []EntryFound `json:"near,omitempty"`
}

// snippetWidth is how many characters of an answer are shown around the first hit.
const snippetWidth = 80

// searchScan bounds how many hits are looked through for those that meet the filters.
const searchScan = 4000

// Search finds published entries that the actor may read, the newest first. Where no entry has every word, the nearest ones
// are given apart, and the search is noted as a gap.
func (m *Module) Search(ctx context.Context, s Search) (Result, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Result{}, err
	}
	levels := levelsOf(a)
	var r Result
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if r, err = m.page(tx, a, s, levels); err != nil || len(r.Entries) > 0 || s.After != "" || strings.TrimSpace(s.Query) == "" {
			return err
		}
		r.Near, err = m.nearest(tx, a, s.Query, 5)
		return err
	})
	if err == nil && len(r.Entries) == 0 && s.After == "" && s.UnitID == "" && s.Category == "" {
		err = m.miss(ctx, s.Query)
	}
	return r, err
}

func (m *Module) page(tx *store.Tx, a *actor.Actor, s Search, levels []Level) (Result, error) {
	n := pageSize(s.Limit)
	var r Result
	before := int64(0)
	if s.After != "" {
		var err error
		if before, err = id.Parse(s.After); err != nil {
			return r, ErrCursor
		}
	}
	for scanned := 0; scanned < searchScan && len(r.Entries) <= n; {
		docs, err := m.index.Search(tx, a.CentreID, s.Query, text.Options{Scopes: []string{scopeFor(levels)}, Limit: 2 * n, Before: before})
		if err != nil {
			return r, err
		}
		page, err := m.seen(tx, a, docs, s)
		if err != nil {
			return r, err
		}
		r.Entries = append(r.Entries, page...)
		scanned += len(docs)
		if len(docs) < 2*n {
			break
		}
		before = docs[len(docs)-1]
	}
	if len(r.Entries) > n {
		r.Entries, r.Next = r.Entries[:n], r.Entries[n-1].ID
	}
	return r, m.describe(tx, a.CentreID, r.Entries, s.Query)
}

// seen loads those of the entries with numbers docs that the actor may read and that meet the filters, newest first.
func (m *Module) seen(tx *store.Tx, a *actor.Actor, docs []int64, s Search) ([]EntryFound, error) {
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = id.Format(d)
	}
	w := visible(a).And("e.live = ?", Published)
	if !s.Expired {
		w.And("(e.valid_to = '' OR e.valid_to >= ?)", tx.Now().Date())
	}
	if s.UnitID != "" {
		w.And("e.unit_id = ?", s.UnitID)
	}
	if s.Category != "" {
		w.And("e.category = ?", s.Category)
	}
	store.In(w, "e.id", ids)
	return store.Select[EntryFound](tx, "SELECT "+store.Columns[Entry]("e.")+" FROM knowledge_entry e"+w.SQL()+" ORDER BY e.id DESC", w.Args...)
}

// describe fills in names and marked texts.
func (m *Module) describe(tx *store.Tx, centre string, list []EntryFound, query string) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]EntryRow, len(list))
	w := (&store.Where{}).And("v.centre_id = ?", centre)
	ids := make([]string, len(list))
	for i := range list {
		rows[i], ids[i] = list[i].EntryRow, list[i].ID
	}
	store.In(w, "v.entry_id", ids)
	if err := m.decorate(tx, centre, rows); err != nil {
		return err
	}
	type body struct {
		EntryID  string `db:"entry_id"`
		Question string `db:"question"`
		Answer   string `db:"answer"`
		BasisNo  string `db:"basis_no"`
		Applies  string `db:"applies"`
		Keywords string `db:"keywords"`
	}
	bodies, err := store.Select[body](tx, `SELECT v.entry_id, v.question, v.answer, v.basis_no, v.applies, v.keywords FROM knowledge_version v
		JOIN knowledge_entry e ON e.centre_id = v.centre_id AND e.id = v.entry_id AND e.live_n = v.n`+w.SQL(), w.Args...)
	if err != nil {
		return err
	}
	for i := range list {
		f := &list[i]
		f.EntryRow = rows[i]
		f.TitleParts = text.Snippet(f.Title, m.index.Marking(query, "标题"), 0)
		at := slices.IndexFunc(bodies, func(b body) bool { return b.EntryID == f.ID })
		if at < 0 {
			continue
		}
		b := bodies[at]
		shown := b.Answer
		if b.Question != f.Title {
			shown = b.Question + "　" + shown
		}
		for _, more := range []struct{ label, text string }{{"　适用：", b.Applies}, {"　依据：", b.BasisNo}, {"　关键词：", b.Keywords}} {
			if more.text != "" {
				shown += more.label + more.text
			}
		}
		f.Parts = text.Snippet(strings.ReplaceAll(shown, "\n", " "), m.index.Marking(query, ""), snippetWidth)
		for _, p := range f.Parts {
			f.Snippet += p.Text
		}
	}
	return nil
}

// nearest gives entries that share words with a text, the likest first.
func (m *Module) nearest(tx *store.Tx, a *actor.Actor, query string, n int) ([]EntryFound, error) {
	hits, err := m.suggest(tx, a, query, n)
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	docs := make([]int64, len(hits))
	order := map[string]int{}
	for i, h := range hits {
		if docs[i], err = id.Parse(h.ID); err != nil {
			return nil, err
		}
		order[h.ID] = i
	}
	list, err := m.seen(tx, a, docs, Search{})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(x, y EntryFound) int { return cmp.Compare(order[x.ID], order[y.ID]) })
	return list, m.describe(tx, a.CentreID, list, "")
}

// personal finds what may be a number of a phone, a card or an identity: such searches are not kept.
var personal = regexp.MustCompile(`\d{5}`)

const (
	maxMissRunes = 30
	// missesADay bounds the different searches that are noted on one day, so that nobody can fill the table.
	missesADay = 2000
)

// miss notes a search that found nothing (查无条目), once for each time. What is long or holds many digits is not noted: it may
// be about a person.
func (m *Module) miss(ctx context.Context, query string) error {
	words := strings.Join(strings.Fields(query), " ")
	if n := utf8.RuneCountInString(words); n < 2 || n > maxMissRunes || personal.MatchString(words) || !utf8.ValidString(words) || text.Tokens(words) == "" {
		return nil
	}
	a := actor.From(ctx)
	if a.CentreID == "" || m.db.ReadOnly() {
		return nil
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		today := tx.Now().Date()
		full, err := store.Select[string](tx, "SELECT words FROM knowledge_miss WHERE centre_id = $1 AND day = $2 LIMIT $3", a.CentreID, today, missesADay)
		if err != nil || len(full) >= missesADay && !slices.Contains(full, words) {
			return err
		}
		return tx.Queue(`INSERT INTO knowledge_miss (centre_id, day, words, n) VALUES ($1, $2, $3, 1)
			ON CONFLICT (centre_id, day, words) DO UPDATE SET n = knowledge_miss.n + 1`, a.CentreID, today, words)
	})
}

// Miss is a search that found nothing, with how often it was made.
type Miss struct {
	Words string     `db:"words" json:"words"`
	N     int64      `db:"n" json:"n"`
	Last  clock.Date `db:"last" json:"last"`
}

// leastMisses is how often a search must have found nothing before it is shown: a single one may be somebody's own matter.
const leastMisses = 2

// Misses lists what was looked for in vain since a day, the most frequent first.
func (m *Module) Misses(ctx context.Context, since clock.Date) ([]Miss, error) {
	a := actor.From(ctx)
	if err := a.Require(PermGaps); err != nil {
		return nil, err
	}
	var out []Miss
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Miss](tx, `SELECT words, SUM(n) AS n, MAX(day) AS last FROM knowledge_miss WHERE centre_id = $1 AND day >= $2
			GROUP BY words HAVING SUM(n) >= $3 ORDER BY 2 DESC, words LIMIT 100`, a.CentreID, since, leastMisses)
		return err
	})
	return out, err
}

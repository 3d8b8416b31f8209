package knowledge

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// Suggested is an entry that may answer what somebody says, with the words that speak for it.
type Suggested struct {
	ID      string   `json:"id"`
	No      string   `json:"no"`
	Title   string   `json:"title"`
	UnitID  string   `json:"unit_id,omitempty"`
	Level   Level    `json:"level"`
	Score   float64  `json:"score"`   // 0 to 1: how much of what was said the entry covers, rare words counting more
	Because []string `json:"because"` // 依据的词, the rarest first
}

// minds holds, per centre, the words of its published entries in memory, so that suggestions keep up with typing. It is
// filled on first use and follows the revision of each entry, so every process sees every publication at its next call.
type minds struct {
	mu  sync.Mutex
	all map[string]*mind
}

// mind is the memory of one centre. Its slices are only ever appended to and its entries replaced under the lock.
type mind struct {
	mu       sync.RWMutex
	revision int64
	entries  []memory
	at       map[string]int32   // id → place in entries
	postings map[string][]int32 // word → places, each once
}

// memory is what is kept of one entry.
type memory struct {
	Suggested
	validTo clock.Date
	gone    bool
	words   []string
	total   float64 // of the title, for the share that a query covers
}

// Suggest gives at most n published entries that match what is being typed, the best first. It takes long texts: what a
// caller says, a ticket's content.
func (m *Module) Suggest(ctx context.Context, said string, n int) ([]Suggested, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Suggested
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.suggest(tx, a, said, n)
		return err
	})
	return out, err
}

// SuggestTx is Suggest within a snapshot, for pages that read more.
func (m *Module) SuggestTx(tx *store.Tx, said string, n int) ([]Suggested, error) {
	a := actor.From(tx.Context())
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	return m.suggest(tx, a, said, n)
}

func (m *Module) suggest(tx *store.Tx, a *actor.Actor, said string, n int) ([]Suggested, error) {
	d, err := m.mind(tx, a.CentreID)
	if err != nil || n <= 0 {
		return nil, err
	}
	return d.match(said, levelsOf(a), tx.Now().Date(), n), nil
}

// mind gives a centre's memory, brought up to the revision of this snapshot.
func (m *Module) mind(tx *store.Tx, centre string) (*mind, error) {
	m.minds.mu.Lock()
	if m.minds.all == nil {
		m.minds.all = map[string]*mind{}
	}
	d := m.minds.all[centre]
	if d == nil {
		d = &mind{at: map[string]int32{}, postings: map[string][]int32{}}
		m.minds.all[centre] = d
	}
	m.minds.mu.Unlock()
	now, err := store.Get[int64](tx, "SELECT n FROM knowledge_counter WHERE centre_id = $1 AND name = 'revision'", centre)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	d.mu.RLock()
	fresh := d.revision >= now
	d.mu.RUnlock()
	if fresh {
		return d, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.revision >= now {
		return d, nil
	}
	return d, d.learn(tx, centre, now)
}

// learn loads what was published or withdrawn since. Revisions are counted in the transaction of the change, one after the
// other, so none below now can still come.
func (d *mind) learn(tx *store.Tx, centre string, now int64) error {
	type row struct {
		ID       string     `db:"id"`
		No       string     `db:"no"`
		Live     Live       `db:"live"`
		Revision int64      `db:"revision"`
		Title    string     `db:"title"`
		UnitID   string     `db:"unit_id"`
		Level    Level      `db:"level"`
		ValidTo  clock.Date `db:"valid_to"`
		Question string     `db:"question"`
		Answer   string     `db:"answer"`
		Keywords string     `db:"keywords"`
	}
	list, err := store.Select[row](tx, `SELECT e.id, e.no, e.live, e.revision, v.title, v.unit_id, v.level, v.valid_to, v.question, v.answer, v.keywords FROM knowledge_entry e
		JOIN knowledge_version v ON v.centre_id = e.centre_id AND v.entry_id = e.id AND v.n = e.live_n
		WHERE e.centre_id = $1 AND e.revision > $2 AND e.revision <= $3`, centre, d.revision, now)
	if err != nil {
		return err
	}
	for _, r := range list {
		if old, ok := d.at[r.ID]; ok {
			d.forget(old)
			delete(d.at, r.ID)
		}
		if r.Live != Published {
			continue
		}
		e := memory{Suggested: Suggested{ID: r.ID, No: r.No, Title: r.Title, UnitID: r.UnitID, Level: r.Level}, validTo: r.ValidTo,
			words: distinct(r.Title + "\n" + r.Question + "\n" + r.Keywords + "\n" + opening(r.Answer))}
		place := int32(len(d.entries))
		d.entries = append(d.entries, e)
		d.at[r.ID] = place
		for _, w := range e.words {
			d.postings[w] = append(d.postings[w], place)
		}
	}
	d.revision = now
	return nil
}

// forget takes an entry out; its place stays empty.
func (d *mind) forget(place int32) {
	for _, w := range d.entries[place].words {
		list := slices.DeleteFunc(slices.Clone(d.postings[w]), func(p int32) bool { return p == place })
		if d.postings[w] = list; len(list) == 0 {
			delete(d.postings, w)
		}
	}
	d.entries[place] = memory{gone: true}
}

// opening is the beginning of an answer: what it is about, without its details.
func opening(answer string) string {
	if rs := []rune(answer); len(rs) > 120 {
		return string(rs[:120])
	}
	return answer
}

// distinct gives the different pairs of characters and words of a text, without lone characters.
func distinct(s string) []string {
	words := slices.DeleteFunc(strings.Fields(text.Tokens(s)), func(w string) bool { return len(w) <= 3 && w[0] >= 0x80 })
	slices.Sort(words)
	return slices.Compact(words)
}

const (
	maxSaidRunes = 1000
	maxSaidWords = 80 // the rarest ones
	leastScore   = 0.12
)

type weighed struct {
	word   string
	weight float64
}

// match scores the entries by the words that they share with what was said.
func (d *mind) match(said string, levels []Level, today clock.Date, n int) []Suggested {
	if rs := []rune(said); len(rs) > maxSaidRunes {
		said = string(rs[:maxSaidRunes])
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	words, all := d.weigh(said)
	if len(words) == 0 {
		return nil
	}
	score := make(map[int32]float64)
	for _, w := range words {
		for _, p := range d.postings[w.word] {
			score[p] += w.weight
		}
	}
	var best []Suggested
	for p, s := range score {
		e := &d.entries[p]
		// How much of what was said, and of the entry's own title, is covered.
		s = s / all * math.Min(1, 0.5+float64(len(e.words))/60)
		if s < leastScore || !slices.Contains(levels, e.Level) || !e.validTo.IsZero() && e.validTo < today {
			continue
		}
		hit := e.Suggested
		hit.Score = s
		best = append(best, hit)
	}
	slices.SortFunc(best, func(x, y Suggested) int { return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.No, y.No)) })
	best = best[:min(len(best), n)]
	for i := range best {
		best[i].Because = d.because(best[i].ID, words)
	}
	return best
}

// weigh gives the words of a text that some entry has, the rarest first, with the weight that they all have together.
func (d *mind) weigh(said string) ([]weighed, float64) {
	var words []weighed
	total := float64(len(d.at) + 1)
	for _, w := range distinct(said) {
		if list := d.postings[w]; len(list) > 0 && float64(len(list)) < math.Max(8, total/3) {
			words = append(words, weighed{w, math.Log(total / float64(len(list)))})
		}
	}
	slices.SortFunc(words, func(x, y weighed) int { return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.word, y.word)) })
	words = words[:min(len(words), maxSaidWords)]
	all := 0.0
	for _, w := range words {
		all += w.weight
	}
	return words, math.Max(all, 4)
}

// because lists the rarest words that an entry shares with what was said.
func (d *mind) because(entry string, words []weighed) []string {
	place := d.at[entry]
	var out []string
	for _, w := range words {
		if slices.Contains(d.postings[w.word], place) {
			out = append(out, w.word)
		}
		if len(out) == 5 {
			break
		}
	}
	return out
}

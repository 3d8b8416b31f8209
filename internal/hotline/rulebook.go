package hotline

import (
	"errors"
	"sync"

	"yichuang/internal/store"
)

// rulebook is what the rules of a centre say at one moment: its time limits and its parameters. It is never changed
// after it was read.
type rulebook struct {
	policies []Policy
	limits   Limits
	sample   Sample // the newest; its seed is "" while every order is called back
	// automatic are the lines of the catalogue that send tickets by themselves; none while that is switched off.
	automatic []Rule
}

// rulebooks remembers the rulebook of each centre with the token that it was read under. The token is read in every
// transaction that needs the rules, so what another node or an administrator has changed is seen at once; a change gets
// a token that no other change ever had, so a change that was rolled back leaves nothing behind.
type rulebooks struct {
	mu   sync.Mutex
	list map[string]tokenedRules
}

type tokenedRules struct {
	token string
	rules *rulebook
}

// rulebookLimit bounds how many centres are remembered.
const rulebookLimit = 1000

const tokenQuery = "SELECT token FROM hotline_rulebook WHERE centre_id = $1"

// rules gives the rulebook of a centre for the price of one row, unless it has changed since.
func (m *Module) rules(tx *store.Tx, centre string) (*rulebook, error) {
	token, err := store.Get[string](tx, tokenQuery, centre)
	if errors.Is(err, store.ErrNotFound) {
		return readRules(tx, centre)
	}
	if err != nil {
		return nil, err
	}
	if r := m.books.get(centre, token); r != nil {
		return r, nil
	}
	r, err := readRules(tx, centre)
	if err == nil {
		m.books.put(centre, tokenedRules{token, r})
	}
	return r, err
}

// limits gives the limits of a centre. A transaction that has clocks has them there already.
func (m *Module) LimitsTx(tx *store.Tx, centre string) (Limits, error) {
	r, err := m.rules(tx, centre)
	if err != nil {
		return Limits{}, err
	}
	return r.limits, nil
}

func (b *rulebooks) get(centre, token string) *rulebook {
	b.mu.Lock()
	defer b.mu.Unlock()
	if hit, ok := b.list[centre]; ok && hit.token == token {
		return hit.rules
	}
	return nil
}

func (b *rulebooks) put(centre string, r tokenedRules) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.list == nil || len(b.list) >= rulebookLimit {
		b.list = map[string]tokenedRules{}
	}
	b.list[centre] = r
}

func readRules(tx *store.Tx, centre string) (*rulebook, error) {
	r := &rulebook{limits: DefaultLimits()}
	var err error
	if r.policies, err = store.Select[Policy](tx, limitQuery, centre); err != nil {
		return nil, err
	}
	list, err := loadParameters(tx, centre)
	for _, p := range list {
		if info, ok := infoOf(p.Name); ok {
			*info.field(&r.limits) = p.Value
		}
		if p.Name == citeParameter {
			r.limits.CiteCategories = p.Categories
		}
	}
	if err != nil {
		return nil, err
	}
	samples, err := store.Select[Sample](tx, sampleQuery, centre, 1)
	if len(samples) > 0 {
		r.sample = samples[0]
	}
	if err != nil {
		return nil, err
	}
	r.automatic, err = automaticRules(tx, centre, r.limits)
	return r, err
}

// categories are those that a scoped parameter holds for.
func (r *rulebook) categories(parameter string) string {
	if parameter == citeParameter {
		return r.limits.CiteCategories
	}
	return ""
}

// newToken marks a transaction that has given the centre's rules a new token.
type newToken struct{}

// catalogueChanged gives the centre's rules a new token, once in a transaction that changes many lines.
func catalogueChanged(tx *store.Tx, centre string) error {
	if tx.Value(newToken{}) == centre {
		return nil
	}
	tx.SetValue(newToken{}, centre)
	return rulesChanged(tx, centre)
}

// rulesChanged gives the centre's rules a new token.
func rulesChanged(tx *store.Tx, centre string) error {
	return tx.Queue("INSERT INTO hotline_rulebook (centre_id, token) VALUES ($1, $2) ON CONFLICT (centre_id) DO UPDATE SET token = excluded.token", centre, tx.NewID())
}

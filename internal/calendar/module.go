package calendar

import (
	"context"
	"embed"
	"errors"
	"sync"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Migrations make the tables calendar_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Follower is told of a publication in its transaction, so that it can put a job for its open limits into the queue.
// An error takes the publication back.
type Follower func(tx *store.Tx, c Change) error

// Module is the use cases of this package. It is safe for concurrent use once every follower is registered.
type Module struct {
	db        *store.DB
	followers []Follower

	mu    sync.Mutex
	cache map[cacheKey]cached
}

// NewModule makes the module.
func NewModule(db *store.DB) *Module { return &Module{db: db, cache: map[cacheKey]cached{}} }

// OnChange registers a follower; the composition root does this before the program serves.
func (m *Module) OnChange(f Follower) { m.followers = append(m.followers, f) }

// cacheKey and cached keep one calendar per centre and area, good as long as the centre's token is the same. A token is
// never used twice, also not by a transaction that was taken back.
type cacheKey struct{ centre, area string }

type cached struct {
	token    string
	calendar *Calendar
}

// cacheLimit is how many calendars are kept at most; a county centre needs one or two.
const cacheLimit = 1024

// counter is a centre's row in calendar_counter.
type counter struct {
	CentreID  string        `db:"centre_id"`
	Area      string        `db:"area_code"`
	Revision  int64         `db:"revision"`
	Token     string        `db:"token"`
	ChangedAt clock.Instant `db:"changed_at"`
}

type counterKey struct{ centre string }

var counterQuery = "SELECT " + store.Columns[counter]("") + " FROM calendar_counter WHERE centre_id = $1"

// Ahead announces that ForCentre will be asked; see store.Tx.Ahead.
func (m *Module) Ahead(tx *store.Tx, centre string) { tx.Ahead(counterQuery, centre) }

// loadCounter reads the centre's counter once per transaction; a centre without one has revision 0.
func loadCounter(tx *store.Tx, centre string) (counter, error) {
	if c, ok := tx.Value(counterKey{centre}).(counter); ok {
		return c, nil
	}
	c, err := store.Get[counter](tx, counterQuery, centre)
	if errors.Is(err, store.ErrNotFound) {
		return counter{CentreID: centre}, nil
	}
	if err == nil {
		tx.SetValue(counterKey{centre}, c)
	}
	return c, err
}

// For gives the calendar in force for an area of the actor's centre; "" is the centre's own area. It costs one SELECT
// of one row, once per transaction, unless something was published since.
func (m *Module) For(tx *store.Tx, area string) (*Calendar, error) {
	return m.ForCentre(tx, actor.From(tx.Context()).CentreID, area)
}

// ForCentre is For with the centre named, for jobs over several centres.
func (m *Module) ForCentre(tx *store.Tx, centre, area string) (*Calendar, error) {
	n, err := loadCounter(tx, centre)
	if err != nil {
		return nil, err
	}
	if area == "" {
		area = n.Area
	}
	key := cacheKey{centre, area}
	m.mu.Lock()
	hit, ok := m.cache[key]
	m.mu.Unlock()
	if ok && hit.token == n.Token {
		return hit.calendar, nil
	}
	spec, err := loadSpec(tx, n, area)
	if err != nil {
		return nil, err
	}
	c, err := New(spec)
	if err != nil {
		return nil, err
	}
	m.keep(key, cached{n.Token, c})
	return c, nil
}

func (m *Module) keep(key cacheKey, c cached) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.cache) >= cacheLimit {
		for k := range m.cache { // any one will do
			delete(m.cache, k)
			break
		}
	}
	m.cache[key] = c
}

// Calendar is For as a use case of its own, for pages and the API. It needs calendar.day.read.
func (m *Module) Calendar(ctx context.Context, area string) (*Calendar, error) {
	if err := actor.From(ctx).Require(PermDayRead); err != nil {
		return nil, err
	}
	var c *Calendar
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		c, err = m.For(tx, area)
		return err
	})
	return c, err
}

// Own gives the centre's own area, as Seed set it; "" for a centre that was never seeded.
func (m *Module) Own(tx *store.Tx) (string, error) {
	n, err := loadCounter(tx, actor.From(tx.Context()).CentreID)
	return n.Area, err
}

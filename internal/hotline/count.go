package hotline

import (
	"context"
	"sort"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Names of the counts that are kept beside the tickets. Those of a state have no day; flows are per Shanghai day.
const (
	CountState      = "state"      // open and ended tickets by state; dim = state
	CountUnit       = "unit"       // a unit's legs by state; dim = unit id/leg state
	CountReceived   = "received"   // registered that day; dim = channel
	CountAccepted   = "accepted"   // accepted that day; dim = kind
	CountCategory   = "category"   // accepted that day; dim = category
	CountDispatched = "dispatched" // legs sent that day; dim = unit id
	CountClosed     = "closed"     // closed that day; dim = close kind
	CountOutcome    = "outcome"    // legs accepted that day; dim = unit id/outcome
	CountResult     = "result"     // call-backs reached that day; dim = result
)

// counts collects the changes of one transaction.
type counts struct {
	n map[countKey]int64
}

type countKey struct{ name, day, dim string }

func (c *counts) add(name string, day clock.Date, dim string, n int64) {
	if c.n == nil {
		c.n = map[countKey]int64{}
	}
	c.n[countKey{name, day.String(), dim}] += n
}

// moved counts a ticket or leg that went from one place to another.
func (c *counts) moved(name, from, to string) {
	if from != "" {
		c.add(name, clock.NoDate, from, -1)
	}
	if to != "" {
		c.add(name, clock.NoDate, to, 1)
	}
}

// save writes the changes as one statement, on the shard of the ticket whose chain the transaction holds.
func (c *counts) save(tx *store.Tx, centre string, id TicketID) error {
	keys := make([]countKey, 0, len(c.n))
	for k, n := range c.n {
		if n != 0 {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		if a.name != b.name {
			return a.name < b.name
		}
		return a.day < b.day || a.day == b.day && a.dim < b.dim
	})
	var sql strings.Builder
	sql.WriteString("INSERT INTO hotline_count (centre_id, name, day, dim, shard, n) VALUES ")
	args := []any{centre, audit.StreamOf(string(id))}
	for i, k := range keys {
		if i > 0 {
			sql.WriteString(", ")
		}
		at := len(args)
		sql.WriteString("($1, $" + strconv.Itoa(at+1) + ", $" + strconv.Itoa(at+2) + ", $" + strconv.Itoa(at+3) + ", $2, $" + strconv.Itoa(at+4) + ")")
		args = append(args, k.name, k.day, k.dim, c.n[k])
	}
	sql.WriteString(" ON CONFLICT (centre_id, name, day, dim, shard) DO UPDATE SET n = hotline_count.n + excluded.n")
	return tx.Queue(sql.String(), args...)
}

// Count is one kept count.
type Count struct {
	Name string     `db:"name" json:"name"`
	Day  clock.Date `db:"day" json:"day,omitzero"`
	Dim  string     `db:"dim" json:"dim"`
	N    int64      `db:"n" json:"n"`
}

// Counts sums a centre's counts of one name over days from–to (both inclusive; NoDate for counts without a day), by day
// and dimension.
func Counts(tx *store.Tx, centre, name string, from, to clock.Date) ([]Count, error) {
	return store.Select[Count](tx, `SELECT name, day, dim, CAST(SUM(n) AS BIGINT) AS n FROM hotline_count
		WHERE centre_id = $1 AND name = $2 AND day >= $3 AND day <= $4 GROUP BY name, day, dim ORDER BY day, dim`, centre, name, from, to)
}

// Totals is Counts for the actor's centre, for those who may see reports on all of it.
func (m *Module) Totals(ctx context.Context, name string, from, to clock.Date) ([]Count, error) {
	a := actor.From(ctx)
	if a.Scope(PermReport) < actor.Centre {
		return nil, actor.ErrForbidden.With("permission", string(PermReport))
	}
	var out []Count
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if from.IsZero() && name != CountState && name != CountUnit {
			from = tx.Now().Date() - 30
		}
		if to.IsZero() && !from.IsZero() {
			to = tx.Now().Date()
		}
		out, err = Counts(tx, a.CentreID, name, from, to)
		return err
	})
	return out, err
}

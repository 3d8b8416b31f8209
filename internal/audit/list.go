package audit

import (
	"strconv"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// Filter chooses lines for the audit page and its export; empty fields do not restrict.
type Filter struct {
	Object  string
	ActorID string
	Action  string // exact action, or a module's prefix with a dot: "hotline."
	Outcome string
	From    clock.Instant
	To      clock.Instant // half-open
	Before  string        // id of the last line already seen
	Limit   int
}

// List gives a centre's lines, newest first.
func List(tx *store.Tx, centre string, f Filter) ([]Line, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	if f.Object != "" {
		w.And("object = ?", f.Object)
	}
	if f.ActorID != "" {
		w.And("actor_id = ?", f.ActorID)
	}
	if f.Outcome != "" {
		w.And("outcome = ?", f.Outcome)
	}
	switch n := len(f.Action); {
	case n > 0 && f.Action[n-1] == '.':
		w.And("action >= ? AND action < ?", f.Action, f.Action[:n-1]+"/")
	case n > 0:
		w.And("action = ?", f.Action)
	}
	// Ids grow with time and may run a little ahead of it, so a span of time is nearly a range of the index by id.
	if f.From != 0 {
		w.And("at >= ?", f.From).And("id >= ?", id.Format(id.At(f.From)))
	}
	if f.To != 0 {
		w.And("at < ?", f.To).And("id < ?", id.Format(id.At(f.To.Add(time.Minute))))
	}
	if f.Before != "" {
		w.And("id < ?", f.Before)
	}
	if f.Limit <= 0 || f.Limit > 1000 {
		f.Limit = 50
	}
	w.Args = append(w.Args, f.Limit)
	return store.Select[Line](tx, "SELECT "+store.Columns[Line]("")+" FROM audit_log"+w.SQL()+
		" ORDER BY id DESC LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
}

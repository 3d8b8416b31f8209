package hotline

import (
	"context"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// newsLimit bounds what is counted: beyond it a desk only needs to know that there is much.
const newsLimit = 100

// NewInQueue counts the tickets that came into the queue of an open state after since, up to 100. It reads the queue's
// own index.
func (m *Module) NewInQueue(ctx context.Context, state State, since clock.Instant) (int, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return 0, err
	}
	cond, args := org.Filter(a, PermRead, org.Columns{Centre: "t.centre_id", Unit: "t.unit_id", Owner: "t.created_by"})
	w := (&store.Where{}).And(cond, args...).And("t.centre_id = ?", a.CentreID).And("t.state = ?", state).And("t.open")
	switch state {
	case Draft:
		w.And("t.created_at > ?", since)
	case Triage:
		w.And("t.accepted_at > ?", since)
	case Review:
		w.And("t.queue_at > ?", since) // the moment of submission
	default:
		w.And("EXISTS (SELECT 1 FROM hotline_leg l WHERE l.centre_id = t.centre_id AND l.ticket_id = t.id AND l.round = t.round AND (l.dispatched_at > ? OR l.signed_at > ? OR l.accepted_at > ?))",
			since, since, since)
	}
	return m.countUpTo(ctx, "SELECT t.id FROM hotline_ticket t", w)
}

// NewAtUnit counts the legs that came to the actor's units after since, up to 100.
func (m *Module) NewAtUnit(ctx context.Context, since clock.Instant) (int, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return 0, err
	}
	units, err := deskUnits(a, "")
	if err != nil || len(units) == 0 {
		return 0, err
	}
	w := (&store.Where{}).And("l.centre_id = ?", a.CentreID)
	store.In(w, "l.unit_id", units)
	w.And("l.id > ?", id.Format(id.At(since))).And("l.dispatched_at > ?", since).And("l.open")
	return m.countUpTo(ctx, "SELECT l.id FROM hotline_leg l", w)
}

func (m *Module) countUpTo(ctx context.Context, from string, w *store.Where) (int, error) {
	args := append(w.Args, newsLimit)
	var found []string
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		found, err = store.Select[string](tx, from+w.SQL()+" LIMIT $"+strconv.Itoa(len(args)), args...)
		return err
	})
	return len(found), err
}

package casework

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// remember keeps an action that was refused for want of authority, or for a day in the past: the event says that it was tried, in
// a transaction of its own, and the refusal goes to whoever asked. Those who supervise read it.
func (m *Module) remember(ctx context.Context, cmd Command, action Action, refused error) error {
	if !isKept(refused) {
		return refused
	}
	if err := m.db.WithTx(ctx, func(tx *store.Tx) error { return m.keep(tx, cmd.CaseID, action, refused) }); err != nil {
		return err
	}
	return refused
}

// isKept reports whether a refusal is one that the case remembers.
func isKept(err error) bool {
	return slices.Contains([]string{"AUTH_EXPIRED", "AUTH_SCOPE", "NO_DELEGATION", "BACKDATED"}, RefusalCode(err))
}

// keep writes the event of an action that was refused; nothing else of the case changes. Those who supervise see it.
func (m *Module) keep(tx *store.Tx, id CaseID, action Action, refused error) error {
	centre := actor.From(tx.Context()).CentreID
	if err := audit.Lock(tx, centre, string(id)); err != nil {
		return err
	}
	d, err := m.load(tx, centre, id)
	if err != nil {
		return err
	}
	code := RefusalCode(refused)
	return m.finish(tx, d, ActAttempt, note{data: map[string]any{"action": action, "refusal": code}})
}

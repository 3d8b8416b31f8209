package hotline

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// StateCounts gives how many tickets of the actor's centre are in each state, from the kept counters. An actor who does
// not see the whole centre gets none, because the counters are not kept by what one may see.
func (m *Module) StateCounts(ctx context.Context) (map[State]int64, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	out := map[State]int64{}
	if a.Scope(PermRead) < actor.Centre {
		return out, nil
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := Counts(tx, a.CentreID, CountState, clock.NoDate, clock.NoDate)
		for _, c := range list {
			out[State(c.Dim)] = c.N
		}
		return err
	})
	return out, err
}

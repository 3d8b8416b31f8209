package hotline_test

import (
	"context"
	"fmt"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/store"
)

type countedTicket struct {
	State      hotline.State `db:"state"`
	Channel    string        `db:"channel"`
	Kind       string        `db:"kind"`
	Category   string        `db:"category"`
	CloseKind  string        `db:"close_kind"`
	CreatedAt  clock.Instant `db:"created_at"`
	AcceptedAt clock.Instant `db:"accepted_at"`
	ClosedAt   clock.Instant `db:"closed_at"`
}

type countedLeg struct {
	UnitID       string           `db:"unit_id"`
	State        hotline.LegState `db:"state"`
	Outcome      string           `db:"outcome"`
	DispatchedAt clock.Instant    `db:"dispatched_at"`
	AcceptedAt   clock.Instant    `db:"accepted_at"`
}

type countedCall struct {
	At     clock.Instant `db:"at"`
	Result string        `db:"result"`
}

// recount counts the rows of a centre anew, by name, day and dimension, without the program's own sums.
func recount(t testing.TB, w *hotlinetest.World) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	add := func(name string, at clock.Instant, dim string) {
		day := ""
		if at != 0 {
			day = at.Date().String()
		}
		out[fmt.Sprintf("%s|%s|%s", name, day, dim)]++
	}
	err := w.DB.Read(context.Background(), func(tx *store.Tx) error {
		err := store.Each(tx, func(x *countedTicket) error {
			add("state", 0, string(x.State))
			add("received", x.CreatedAt, x.Channel)
			if x.AcceptedAt != 0 {
				add("accepted", x.AcceptedAt, x.Kind)
				if x.Category != "" {
					add("category", x.AcceptedAt, x.Category)
				}
			}
			if x.ClosedAt != 0 {
				add("closed", x.ClosedAt, x.CloseKind)
			}
			return nil
		}, "SELECT state, channel, kind, category, close_kind, created_at, accepted_at, closed_at FROM hotline_ticket WHERE centre_id = $1", w.Centre)
		if err != nil {
			return err
		}
		err = store.Each(tx, func(x *countedLeg) error {
			add("unit", 0, x.UnitID+"/"+string(x.State))
			add("dispatched", x.DispatchedAt, x.UnitID)
			if x.AcceptedAt != 0 {
				add("outcome", x.AcceptedAt, x.UnitID+"/"+x.Outcome)
			}
			return nil
		}, "SELECT unit_id, state, outcome, dispatched_at, accepted_at FROM hotline_leg WHERE centre_id = $1", w.Centre)
		if err != nil {
			return err
		}
		return store.Each(tx, func(x *countedCall) error {
			add("result", x.At, x.Result)
			return nil
		}, "SELECT at, result FROM hotline_callback WHERE centre_id = $1 AND reached", w.Centre)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// checkCounts compares every kept count with a recount of the rows.
func checkCounts(t testing.TB, w *hotlinetest.World) {
	t.Helper()
	want := recount(t, w)
	err := w.DB.Read(context.Background(), func(tx *store.Tx) error {
		for _, name := range []string{hotline.CountState, hotline.CountUnit, hotline.CountReceived, hotline.CountAccepted, hotline.CountCategory,
			hotline.CountDispatched, hotline.CountClosed, hotline.CountOutcome, hotline.CountResult} {
			list, err := hotline.Counts(tx, w.Centre, name, clock.NoDate, clock.MustDate("9999-12-31"))
			if err != nil {
				return err
			}
			for _, c := range list {
				key := fmt.Sprintf("%s|%s|%s", c.Name, c.Day, c.Dim)
				if c.N != want[key] {
					t.Errorf("%s: kept %d, recounted %d", key, c.N, want[key])
				}
				delete(want, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, n := range want {
		t.Errorf("%s: recounted %d, but no count is kept", key, n)
	}
}

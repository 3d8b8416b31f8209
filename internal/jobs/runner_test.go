package jobs

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// A worker that comes to its job only after its lease ran out, when another has taken the job, changes nothing.
func TestALateWorkerChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		err := db.WithTx(actor.With(ctx, actor.SystemFor("c1")), func(tx *store.Tx) error { return Insert(tx, "c1", "x", "", 0, nil) })
		if err != nil {
			t.Fatal(err)
		}
		var ran []string
		runner := func(name string, out Outcome) *Runner {
			r := NewRunner(db, slog.New(slog.DiscardHandler))
			r.Handle("x", func(*store.Tx, *Job) (Outcome, error) { ran = append(ran, name); return out, nil })
			return r
		}
		late, other := runner("late", Done), runner("other", Snooze(db.Clock().Now().Add(time.Hour)))
		batch, err := late.claim(ctx)
		if err != nil || len(batch) != 1 {
			t.Fatal(batch, err)
		}
		db.Clock().(*clock.Manual).Advance(leaseFor + time.Second)
		if n, err := other.RunDue(ctx); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		late.run(ctx, &batch[0])
		late.fail(ctx, &batch[0], errors.New("too late"))
		if len(ran) != 1 || ran[0] != "other" || late.Finished.Load() != 0 {
			t.Errorf("ran %v, the late worker finished %d", ran, late.Finished.Load())
		}
		err = db.Read(ctx, func(tx *store.Tx) error {
			left, err := store.Get[Job](tx, "SELECT "+store.Columns[Job]("")+" FROM job")
			if left.State != ready || left.LastError != "" {
				t.Errorf("the job is %+v", left)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}, Migrations)
}

package app

import (
	"context"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// fileSweep is the daily job that removes files of attachments that no row refers to: those of uploads whose transaction
// failed or was never begun.
const fileSweep = "blob.sweep"

const (
	orphansFor     = 48 * time.Hour // how long a file may wait for its row; blob.Store.Garbage asks for a day at least
	fileSweepEvery = 24 * time.Hour
)

// scheduleFileSweep makes sure that the sweep is in the queue.
func (a *App) scheduleFileSweep(ctx context.Context) error {
	return a.DB.WithTx(ctx, func(tx *store.Tx) error { return jobs.Insert(tx, "", fileSweep, fileSweep, 0, nil) })
}

// sweepFiles walks the folder once the job's transaction is over, because files are no work for a transaction. What one
// sweep misses the next one finds.
func (a *App) sweepFiles(tx *store.Tx, _ *jobs.Job) (jobs.Outcome, error) {
	ctx, now := tx.Context(), tx.Now()
	tx.AfterCommit(func() {
		if n, err := a.removeOrphans(ctx, now.Add(-orphansFor)); err != nil {
			a.Log.Warn("files without attachments could not be removed", "module", "app", "removed", n, "error", err.Error())
		} else if n > 0 {
			a.Log.Info("files without attachments removed", "module", "app", "removed", n)
		}
	})
	return jobs.Snooze(now.Add(fileSweepEvery)), nil
}

// removeOrphans removes every centre's files, and those of no centre, that were saved before a moment and have no row, and counts them.
func (a *App) removeOrphans(ctx context.Context, before clock.Instant) (n int, err error) {
	centres, err := a.Org.Centres(actor.With(ctx, actor.SystemFor("")))
	if err != nil {
		return 0, err
	}
	folders := []string{""} // what was saved of no centre
	for _, c := range centres {
		folders = append(folders, c.ID)
	}
	for _, centre := range folders {
		sums, err := a.Blobs.Garbage(ctx, a.DB, centre, before)
		if err != nil {
			return n, err
		}
		for _, sum := range sums {
			if err := a.Blobs.Discard(centre, sum, before); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

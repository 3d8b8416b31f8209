package app

import (
	"context"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/attest"
	"yichuang/internal/casework"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/report"
	"yichuang/internal/store"
)

// sweepKeys is the job that forgets old idempotency keys of one centre.
const sweepKeys = "once.sweep"

const (
	keysFor    = 7 * 24 * time.Hour // how long a repeated request is still recognised
	sweepEvery = time.Hour
)

// sweep deletes a batch of a centre's old keys; it comes again at once while there are more.
func sweep(tx *store.Tx, _ *jobs.Job) (jobs.Outcome, error) {
	n, err := once.Sweep(tx, tx.Now().Add(-keysFor))
	if n == once.SweepBatch {
		return jobs.Snooze(tx.Now()), err
	}
	return jobs.Snooze(tx.Now().Add(sweepEvery)), err
}

// scheduleSweeps makes sure that every centre has its sweep in the queue.
func (a *App) scheduleSweeps(ctx context.Context) error {
	centres, err := a.Org.Centres(actor.With(ctx, actor.SystemFor("")))
	if err != nil || len(centres) == 0 {
		return err
	}
	return a.DB.WithTx(ctx, func(tx *store.Tx) error {
		for _, c := range centres {
			if err := scheduleSweep(tx, c.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func scheduleSweep(tx *store.Tx, centre string) error {
	for _, schedule := range []func(*store.Tx, string) error{hotline.ScheduleArchive, topic.Schedule, hotline.ScheduleIndexing, casework.ScheduleArchive, casework.ScheduleLicences, casework.SchedulePledges, archive.Schedule, attest.Schedule, report.Schedule} {
		if err := schedule(tx, centre); err != nil {
			return err
		}
	}
	return jobs.Ensure(tx, centre, sweepKeys, sweepKeys)
}

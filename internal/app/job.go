package app

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// ErrJob answers for a job that is not among the dead.
var ErrJob = errs.New(errs.NotFound, "app.job", "没有这个停止的任务，可能已经重试。用 yichuang jobs list 查看。")

// deadShown is how many dead jobs of a centre are listed.
const deadShown = 500

// DeadJobs lists the jobs that failed too often (停止的任务), centre by centre, those of the installation first.
func (a *App) DeadJobs(ctx context.Context) ([]jobs.Job, error) {
	ctx = actor.With(ctx, actor.SystemFor(""))
	centres, err := a.Org.Centres(ctx)
	if err != nil {
		return nil, err
	}
	ids := []string{""}
	for _, c := range centres {
		ids = append(ids, c.ID)
	}
	var out []jobs.Job
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		for _, c := range ids {
			list, err := jobs.Dead(tx, c, deadShown)
			if err != nil {
				return err
			}
			out = append(out, list...)
		}
		return nil
	})
	return out, err
}

// RetryJobs puts dead jobs back into the queue, in one transaction with their audit lines. Only the command line does it.
func (a *App) RetryJobs(ctx context.Context, list []jobs.Job) error {
	err := a.DB.WithTx(actor.With(ctx, actor.LocalAdmin("")), func(tx *store.Tx) error {
		for _, j := range list {
			if err := jobs.Retry(tx, j.CentreID, j.ID); err != nil {
				return err
			}
			if j.CentreID == "" {
				continue // the installation itself has no audit log
			}
			if err := audit.RecordIn(tx, j.CentreID, audit.Entry{Action: "jobs.retry", Kind: "job", Object: j.ID, Detail: map[string]any{"kind": j.Kind}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		a.Jobs.Wake()
	}
	return err
}

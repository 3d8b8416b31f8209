package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Outcome is what a handler wants done with its job.
type Outcome struct {
	until clock.Instant
}

// Done ends the job.
var Done = Outcome{}

// Snooze runs the job again at until.
func Snooze(until clock.Instant) Outcome { return Outcome{until: until} }

// Handler does a job inside tx, which also finishes the job. It acts as the system in the job's centre.
type Handler func(tx *store.Tx, j *Job) (Outcome, error)

const (
	claimSize   = 64
	workers     = 16
	leaseFor    = 60 * time.Second
	maxAttempts = 8
)

// Runner claims due jobs and runs their handlers. Several runners, in one process or many, may share a database.
type Runner struct {
	db       *store.DB
	log      *slog.Logger
	handlers map[string]Handler
	wake     chan struct{}
	poll     time.Duration
	// Counts since start, for /metrics.
	Finished, Failed, Died atomic.Int64
}

// NewRunner makes a runner; register every handler before Run.
func NewRunner(db *store.DB, log *slog.Logger) *Runner {
	return &Runner{db: db, log: log, handlers: map[string]Handler{}, wake: make(chan struct{}, 1), poll: time.Second}
}

// Handle registers the handler of a kind. Registering a kind twice is a fault of the program.
func (r *Runner) Handle(kind string, h Handler) {
	if _, ok := r.handlers[kind]; ok {
		panic("jobs: two handlers for " + kind)
	}
	r.handlers[kind] = h
}

// Wake makes a sleeping runner look at once; call it after committing a job that is due now.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends.
func (r *Runner) Run(ctx context.Context) {
	tick := time.NewTicker(r.poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		n, err := r.RunDue(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Error("jobs: claim failed", "module", "jobs", "error", err.Error())
		}
		if n == claimSize && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-r.wake:
		}
	}
}

// RunDue claims one batch of due jobs and runs them, in parallel so that their transactions share commits. It gives the
// number claimed; 0 means that nothing is due.
func (r *Runner) RunDue(ctx context.Context) (int, error) {
	batch, err := r.claim(ctx)
	if err != nil || len(batch) == 0 {
		return 0, err
	}
	var wg sync.WaitGroup
	next := make(chan *Job)
	for range min(workers, len(batch)) {
		wg.Go(func() {
			for j := range next {
				r.run(ctx, j)
			}
		})
	}
	for i := range batch {
		next <- &batch[i]
	}
	close(next)
	wg.Wait()
	return len(batch), nil
}

// RunAll runs batches until nothing is due at the clock's time; for tests and commands.
func (r *Runner) RunAll(ctx context.Context) error {
	for {
		n, err := r.RunDue(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

func (r *Runner) claim(ctx context.Context) ([]Job, error) {
	now := r.db.Clock().Now()
	var due []string
	err := r.db.Peek(ctx, func(tx *store.Tx) (err error) { // an idle queue costs one indexed read and no write
		due, err = store.Select[string](tx, `SELECT id FROM job WHERE state = 'ready' AND run_at <= $1
			UNION ALL SELECT id FROM job WHERE state = 'running' AND lease_until < $1 LIMIT 1`, now)
		return err
	})
	if err != nil || len(due) == 0 {
		return nil, err
	}
	var batch []Job
	err = r.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if _, err = tx.Exec("UPDATE job SET state = 'ready' WHERE state = 'running' AND lease_until < $1", now); err != nil {
			return err
		}
		batch, err = store.Select[Job](tx, `UPDATE job SET state = 'running', attempt = attempt + 1, lease_until = $1 WHERE id IN
			(SELECT id FROM job WHERE state = 'ready' AND run_at <= $2 ORDER BY run_at, id LIMIT $3`+tx.SkipLocked()+`)
			RETURNING `+store.Columns[Job](""), now.Add(leaseFor), now, claimSize)
		return err
	})
	return batch, err
}

var errLost = errors.New("jobs: the lease was lost to another worker")

func (r *Runner) run(ctx context.Context, j *Job) {
	ctx = actor.With(ctx, actor.SystemFor(j.CentreID))
	h, ok := r.handlers[j.Kind]
	err := fmt.Errorf("no handler for %q", j.Kind)
	if ok {
		err = r.db.WithTx(ctx, func(tx *store.Tx) error { return r.inTx(tx, j, h) })
	}
	switch {
	case err == nil:
		r.Finished.Add(1)
	case errors.Is(err, errLost), ctx.Err() != nil:
	default:
		r.fail(ctx, j, err)
	}
}

func (r *Runner) inTx(tx *store.Tx, j *Job, h Handler) error {
	if err := j.held(tx, ""); err != nil {
		return err
	}
	out, err := safely(h, tx, j)
	if err != nil {
		return err
	}
	// The job's row is locked last, as those who move or repeat a job lock it; a lost lease takes everything back.
	if err := j.held(tx, tx.ForUpdate()); err != nil {
		return err
	}
	if out.until != 0 {
		return tx.Queue("UPDATE job SET state = 'ready', attempt = 0, run_at = $1 WHERE id = $2", out.until, j.ID)
	}
	return tx.Queue("DELETE FROM job WHERE id = $1", j.ID)
}

// held fails with errLost where another worker has the job by now.
func (j *Job) held(tx *store.Tx, lock string) error {
	attempt, err := store.Select[int64](tx, "SELECT attempt FROM job WHERE id = $1 AND state = 'running'"+lock, j.ID)
	if err == nil && (len(attempt) == 0 || attempt[0] != j.Attempt) {
		err = errLost
	}
	return err
}

// safely turns a panic of a handler into its failure, so that one bad job does not end the program.
func safely(h Handler, tx *store.Tx, j *Job) (out Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("jobs: panic in %s: %v\n%s", j.Kind, p, debug.Stack())
		}
	}()
	return h(tx, j)
}

// fail puts the job back with back-off (5 s, 10 s, 20 s …), or to the dead after maxAttempts.
func (r *Runner) fail(ctx context.Context, j *Job, cause error) {
	r.Failed.Add(1)
	state, level := ready, slog.LevelWarn
	if j.Attempt >= maxAttempts {
		state, level = dead, slog.LevelError
		r.Died.Add(1)
	}
	r.log.Log(ctx, level, "job failed", "module", "jobs", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "state", state, "error", cause.Error())
	text := cause.Error()
	if len(text) > 500 {
		text = strings.ToValidUTF8(text[:500], "") // the cut may go through a character
	}
	err := r.db.WithTx(ctx, func(tx *store.Tx) error {
		return tx.Queue("UPDATE job SET state = $1, run_at = $2, last_error = $3 WHERE id = $4 AND state = 'running' AND attempt = $5",
			state, tx.Now().Add(5*time.Second<<(j.Attempt-1)), text, j.ID, j.Attempt)
	})
	if err != nil {
		r.log.Error("job: cannot record the failure; its lease will run out", "module", "jobs", "job", j.ID, "error", err.Error())
	}
}

// Release gives back every running job, for a database that only this process uses and that it has just opened.
func (r *Runner) Release(ctx context.Context) error {
	return r.db.WithTx(ctx, func(tx *store.Tx) error {
		return tx.Queue("UPDATE job SET state = 'ready' WHERE state = 'running'")
	})
}

package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// effects is a table that handlers write to.
var effects = fstest.MapFS{"migrations/202611239999_effect.sql": {Data: []byte("-- +goose Up\nCREATE TABLE effect (centre_id TEXT NOT NULL, job TEXT NOT NULL, attempt BIGINT NOT NULL, at BIGINT NOT NULL);\n")}}

const centre = "c1"

// bench is a database with a runner and a clock.
type bench struct {
	t      *testing.T
	db     *store.DB
	clock  *clock.Manual
	runner *jobs.Runner
}

func each(t *testing.T, fn func(b *bench)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fn(&bench{t, db, db.Clock().(*clock.Manual), newRunner(db)})
	}, jobs.Migrations, fs.FS(effects))
}

func newRunner(db *store.DB) *jobs.Runner { return jobs.NewRunner(db, slog.New(slog.DiscardHandler)) }

func (b *bench) tx(fn func(tx *store.Tx) error) error {
	return b.db.WithTx(actor.With(context.Background(), actor.SystemFor(centre)), fn)
}

func (b *bench) insert(kind, key string, at clock.Instant, args any) {
	b.t.Helper()
	if err := b.tx(func(tx *store.Tx) error { return jobs.Insert(tx, centre, kind, key, at, args) }); err != nil {
		b.t.Fatal(err)
	}
}

// run gives the number of jobs claimed.
func (b *bench) run() int {
	b.t.Helper()
	n, err := b.runner.RunDue(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b *bench) count(sql string, args ...any) (n int64) {
	b.t.Helper()
	err := b.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		n, err = store.Get[int64](tx, sql, args...)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b *bench) want(what string, got, want int64) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("%s: %d, expected %d", what, got, want)
	}
}

// mark is a handler that leaves a row behind.
func mark(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	_, err := tx.Exec("INSERT INTO effect (centre_id, job, attempt, at) VALUES ($1, $2, $3, $4)", j.CentreID, j.ID, j.Attempt, tx.Now())
	return jobs.Done, err
}

func TestAJobRunsOnceAtItsTime(t *testing.T) {
	each(t, func(b *bench) {
		var got string
		b.runner.Handle("greet", func(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
			if a := actor.From(tx.Context()); a.Kind != actor.System || a.CentreID != centre {
				return jobs.Done, fmt.Errorf("acts as %+v", a)
			}
			var args struct{ Name string }
			err := j.Decode(&args)
			got = args.Name
			if err == nil {
				_, err = mark(tx, j)
			}
			return jobs.Done, err
		})
		b.insert("greet", "", b.clock.Now().Add(time.Minute), map[string]string{"Name": "马"})
		b.want("claimed too early", int64(b.run()), 0)
		b.clock.Advance(time.Minute)
		b.want("claimed", int64(b.run()), 1)
		b.want("claimed again", int64(b.run()), 0)
		b.want("effects", b.count("SELECT COUNT(*) FROM effect"), 1)
		b.want("jobs left", b.count("SELECT COUNT(*) FROM job"), 0)
		if got != "马" || b.runner.Finished.Load() != 1 {
			t.Errorf("args %q, finished %d", got, b.runner.Finished.Load())
		}
	})
}

func TestAJobOfARolledBackChangeNeverRuns(t *testing.T) {
	each(t, func(b *bench) {
		b.runner.Handle("x", mark)
		refused := errors.New("refused")
		err := b.tx(func(tx *store.Tx) error {
			if err := jobs.Insert(tx, centre, "x", "", 0, nil); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			b.t.Fatal(err)
		}
		b.want("claimed", int64(b.run()), 0)
	})
}

func TestAKeyHasOneWaitingJob(t *testing.T) {
	each(t, func(b *bench) {
		b.runner.Handle("watch", mark)
		now := b.clock.Now()
		b.insert("watch", "leg1", now.Add(2*time.Hour), 1)
		b.insert("watch", "leg1", now.Add(time.Hour), 2)   // earlier: taken
		b.insert("watch", "leg1", now.Add(3*time.Hour), 3) // later: not
		b.insert("watch", "leg2", now.Add(5*time.Hour), 4)
		b.want("jobs", b.count("SELECT COUNT(*) FROM job"), 2)
		b.want("time", b.count("SELECT run_at FROM job WHERE key = 'leg1'"), int64(now.Add(time.Hour)))
		if err := b.tx(func(tx *store.Tx) error { return jobs.Move(tx, centre, "watch", "leg1", now.Add(4*time.Hour)) }); err != nil {
			b.t.Fatal(err)
		}
		b.clock.Advance(3 * time.Hour)
		b.want("claimed before its new time", int64(b.run()), 0)
		b.clock.Advance(time.Hour)
		b.want("claimed", int64(b.run()), 1)
		b.insert("watch", "leg1", 0, nil) // the key is free again
		b.want("claimed after the first was done", int64(b.run()), 1)
	})
}

// A repeating job that waits keeps its time when the program starts again; a dead one is taken up.
func TestARepeatingJobKeepsItsTime(t *testing.T) {
	each(t, func(b *bench) {
		broken := true
		b.runner.Handle("sweep", func(tx *store.Tx, _ *jobs.Job) (jobs.Outcome, error) {
			if broken {
				return jobs.Done, errBroken
			}
			return jobs.Snooze(tx.Now().Add(time.Hour)), nil
		})
		ensure := func() {
			b.t.Helper()
			if err := b.tx(func(tx *store.Tx) error { return jobs.Ensure(tx, centre, "sweep", "sweep") }); err != nil {
				b.t.Fatal(err)
			}
		}
		ensure()
		for range 8 {
			b.run()
			b.clock.Advance(time.Hour)
		}
		b.want("dead", int64(len(b.dead())), 1)
		broken = false
		ensure()
		b.want("taken up again", int64(b.run()), 1)
		ensure()
		b.want("jobs", b.count("SELECT COUNT(*) FROM job"), 1)
		b.want("run again at once", int64(b.run()), 0)
		b.clock.Advance(time.Hour)
		b.want("run at its time", int64(b.run()), 1)
	})
}

func TestASnoozedJobComesBack(t *testing.T) {
	each(t, func(b *bench) {
		end := b.clock.Now().Add(10 * time.Hour)
		b.runner.Handle("nag", func(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
			if _, err := mark(tx, j); err != nil || tx.Now() >= end {
				return jobs.Done, err
			}
			return jobs.Snooze(tx.Now().Add(4 * time.Hour)), nil
		})
		b.insert("nag", "k", 0, nil)
		for range 24 {
			b.run()
			b.clock.Advance(time.Hour)
		}
		b.want("runs at hours 0, 4, 8 and 12", b.count("SELECT COUNT(*) FROM effect"), 4)
		b.want("every run is a first attempt", b.count("SELECT MAX(attempt) FROM effect"), 1)
		b.want("jobs left", b.count("SELECT COUNT(*) FROM job"), 0)
	})
}

var errBroken = errors.New("broken " + strings.Repeat("坏", 400))

// A job that always fails is tried eight times with growing pauses, keeps nothing of what it did, and then waits for the
// administrator.
func TestAFailingJobBacksOffAndDies(t *testing.T) {
	each(t, func(b *bench) {
		broken := true
		b.runner.Handle("bad", func(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
			if _, err := mark(tx, j); err != nil || !broken {
				return jobs.Done, err
			}
			return jobs.Done, errBroken
		})
		b.insert("bad", "k", 0, nil)
		for n, pause := 1, 5*time.Second; n <= 8; n, pause = n+1, 2*pause {
			b.want(fmt.Sprintf("attempt %d", n), int64(b.run()), 1)
			b.clock.Advance(pause - time.Millisecond)
			b.want("claimed during the pause", int64(b.run()), 0)
			b.clock.Advance(time.Millisecond)
		}
		b.clock.Advance(24 * time.Hour)
		b.want("claimed after its death", int64(b.run()), 0)
		b.want("effects of failures", b.count("SELECT COUNT(*) FROM effect"), 0)
		b.want("failed", b.runner.Failed.Load(), 8)
		b.want("died", b.runner.Died.Load(), 1)
		dead := b.dead()
		if len(dead) != 1 || dead[0].Attempt != 8 || !strings.HasPrefix(dead[0].LastError, "broken 坏") || len(dead[0].LastError) > 500 {
			b.t.Fatalf("dead %+v", dead)
		}
		broken = false
		if err := b.tx(func(tx *store.Tx) error { return jobs.Retry(tx, centre, dead[0].ID) }); err != nil {
			b.t.Fatal(err)
		}
		b.want("claimed after Retry", int64(b.run()), 1)
		b.want("effects", b.count("SELECT COUNT(*) FROM effect"), 1)
		if err := b.tx(func(tx *store.Tx) error { return jobs.Retry(tx, centre, dead[0].ID) }); !errors.Is(err, store.ErrStale) {
			b.t.Errorf("Retry of a job that is gone: %v", err)
		}
	})
}

func (b *bench) dead() (out []jobs.Job) {
	b.t.Helper()
	err := b.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		out, err = jobs.Dead(tx, centre, 10)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// A dead job whose key is wanted again starts afresh, with all of its attempts.
func TestADeadKeyIsRevived(t *testing.T) {
	each(t, func(b *bench) {
		b.runner.Handle("bad", func(*store.Tx, *jobs.Job) (jobs.Outcome, error) { return jobs.Done, errBroken })
		b.insert("bad", "k", 0, nil)
		for range 8 {
			b.run()
			b.clock.Advance(time.Hour)
		}
		b.want("dead", int64(len(b.dead())), 1)
		b.insert("bad", "k", 0, nil)
		b.want("claimed", int64(b.run()), 1)
		b.want("dead after one more failure", int64(len(b.dead())), 0)
	})
}

func TestAPanicIsAFailureOfItsJobOnly(t *testing.T) {
	each(t, func(b *bench) {
		b.runner.Handle("panic", func(*store.Tx, *jobs.Job) (jobs.Outcome, error) { panic("boom") })
		b.runner.Handle("ok", mark)
		b.insert("panic", "", 0, nil)
		b.insert("ok", "", 0, nil)
		b.insert("nobody handles this", "", 0, nil)
		b.want("claimed", int64(b.run()), 3)
		b.want("effects", b.count("SELECT COUNT(*) FROM effect"), 1)
		b.want("failed", b.runner.Failed.Load(), 2)
		b.want("waiting for another try", b.count("SELECT COUNT(*) FROM job WHERE state = 'ready' AND last_error <> ''"), 2)
	})
}

// A worker that dies in the middle of a job keeps its lease for a minute; then the job runs elsewhere.
func TestALeaseRunsOut(t *testing.T) {
	each(t, func(b *bench) {
		ctx, die := context.WithCancel(context.Background())
		b.runner.Handle("x", func(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
			_, err := mark(tx, j)
			die()
			return jobs.Done, errors.Join(err, ctx.Err())
		})
		b.insert("x", "", 0, nil)
		if n, err := b.runner.RunDue(ctx); n != 1 || err != nil {
			b.t.Fatal(n, err)
		}
		b.want("running", b.count("SELECT COUNT(*) FROM job WHERE state = 'running'"), 1)
		other := &bench{b.t, b.db, b.clock, newRunner(b.db)}
		other.runner.Handle("x", mark)
		b.clock.Advance(60 * time.Second)
		b.want("claimed within the lease", int64(other.run()), 0)
		b.clock.Advance(time.Second)
		b.want("claimed after it", int64(other.run()), 1)
		b.want("effects", b.count("SELECT COUNT(*) FROM effect"), 1)
		b.want("attempt", b.count("SELECT attempt FROM effect"), 2)
	})
}

func TestReleaseGivesBackWhatWasRunning(t *testing.T) {
	each(t, func(b *bench) {
		b.runner.Handle("x", mark)
		b.insert("x", "", 0, nil)
		if err := b.tx(func(tx *store.Tx) error {
			return tx.Queue("UPDATE job SET state = 'running', attempt = 1, lease_until = $1", b.clock.Now().Add(time.Hour))
		}); err != nil {
			b.t.Fatal(err)
		}
		b.want("claimed", int64(b.run()), 0)
		if err := b.runner.Release(context.Background()); err != nil {
			b.t.Fatal(err)
		}
		b.want("claimed after Release", int64(b.run()), 1)
	})
}

// Several runners on one database, each job exactly once.
func TestRunnersNeverShareAJob(t *testing.T) {
	const n, runners = 400, 3
	each(t, func(b *bench) {
		if err := b.tx(func(tx *store.Tx) error {
			for range n {
				if err := jobs.Insert(tx, centre, "x", "", 0, nil); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.t.Fatal(err)
		}
		var wg sync.WaitGroup
		var finished int64
		all := make([]*jobs.Runner, runners)
		for i := range all {
			db := b.db
			if b.db.Engine() == store.Postgres { // another process
				var err error
				db, err = store.Open(context.Background(), store.Options{URL: b.db.URL(), Clock: b.clock, IDs: id.NewSource(uint8(10 + i)), ReadConns: 4})
				if err != nil {
					b.t.Fatal(err)
				}
				defer db.Close()
			}
			all[i] = newRunner(db)
			all[i].Handle("x", mark)
			wg.Go(func() {
				if err := all[i].RunAll(context.Background()); err != nil {
					b.t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, r := range all {
			finished += r.Finished.Load()
		}
		b.want("finished", finished, n)
		b.want("effects", b.count("SELECT COUNT(*) FROM effect"), n)
		b.want("jobs with an effect", b.count("SELECT COUNT(DISTINCT job) FROM effect"), n)
		b.want("jobs left", b.count("SELECT COUNT(*) FROM job"), 0)
	})
}

func TestRunWorksUntilItIsStopped(t *testing.T) {
	each(t, func(b *bench) {
		done := make(chan struct{})
		b.runner.Handle("x", func(*store.Tx, *jobs.Job) (jobs.Outcome, error) { close(done); return jobs.Done, nil })
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		ended := make(chan struct{})
		go func() { defer close(ended); b.runner.Run(ctx) }()
		b.insert("x", "", 0, nil)
		b.runner.Wake()
		for _, c := range []struct {
			what string
			ch   chan struct{}
		}{{"the job ran", done}, {"Run ended", ended}} {
			select {
			case <-c.ch:
			case <-time.After(time.Minute):
				b.t.Fatalf("not within a minute: %s", c.what)
			}
			stop()
		}
	})
}

func TestTwoHandlersOfOneKindAreAFault(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	r := newRunner(nil)
	r.Handle("x", mark)
	r.Handle("x", mark)
}

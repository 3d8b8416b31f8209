// Package jobs is the queue of what must happen later: notices before and after a deadline, re-projection of clocks,
// sweeps. A job is a row inserted in the caller's transaction, so a change that is rolled back never sends a notice.
//
// States: ready → running (claimed with a lease by one worker) → gone (done) | ready (snoozed, or failed with back-off)
// | dead (failed too often; kept for the administrator). A handler works inside the transaction that also finishes the
// job, so its effects in the database happen exactly once, whatever dies in between. Times come from the database's
// clock: tests move it.
package jobs

import (
	"embed"
	"encoding/json"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Migrations make the table job.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Job is one thing to do. Kind chooses the handler; Key, where not empty, allows one waiting job per centre and kind;
// Args is any small JSON value; RunAt 0 means now.
type Job struct {
	ID        string        `db:"id"`
	CentreID  string        `db:"centre_id"`
	Kind      string        `db:"kind"`
	Key       string        `db:"key"`
	Args      string        `db:"args"`
	State     string        `db:"state"`
	RunAt     clock.Instant `db:"run_at"`
	Attempt   int64         `db:"attempt"`
	Lease     clock.Instant `db:"lease_until"`
	LastError string        `db:"last_error"`
	CreatedAt clock.Instant `db:"created_at"`
	CreatedBy string        `db:"created_by"`
}

// The states of a job.
const (
	ready   = "ready"
	running = "running"
	dead    = "dead"
)

// Decode reads the job's arguments into v.
func (j *Job) Decode(v any) error {
	if err := json.Unmarshal([]byte(j.Args), v); err != nil {
		return fmt.Errorf("job %s %s: arguments: %w", j.Kind, j.ID, err)
	}
	return nil
}

// Insert puts a job for centre into the queue, in tx. A job with a Key that waits already keeps its place and takes the
// earlier of the two times.
func Insert(tx *store.Tx, centre, kind, key string, at clock.Instant, args any) error {
	b, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("job %s: arguments: %w", kind, err)
	}
	if at == 0 {
		at = tx.Now()
	}
	j := Job{ID: tx.NewID(), CentreID: centre, Kind: kind, Key: key, Args: string(b), State: ready, RunAt: at,
		CreatedAt: tx.Now(), CreatedBy: actor.From(tx.Context()).UserID}
	if key == "" {
		return store.Insert(tx, "job", j)
	}
	return tx.Queue(`INSERT INTO job (id, centre_id, kind, key, args, state, run_at, attempt, lease_until, last_error, created_at, created_by)
		VALUES ($1, $2, $3, $4, $5, 'ready', $6, 0, 0, '', $7, $8)
		ON CONFLICT (centre_id, kind, key) WHERE key <> '' DO UPDATE SET
		  run_at = CASE WHEN excluded.run_at < job.run_at THEN excluded.run_at ELSE job.run_at END,
		  attempt = CASE WHEN job.state = 'dead' THEN 0 ELSE job.attempt END,
		  state = CASE WHEN job.state = 'dead' THEN 'ready' ELSE job.state END`,
		j.ID, centre, kind, key, j.Args, at, j.CreatedAt, j.CreatedBy)
}

// Ensure puts a repeating job in the queue unless one with its key is there: that one keeps its time, so that starting
// the program does not repeat what has just been done. A dead one is taken up again.
func Ensure(tx *store.Tx, centre, kind, key string) error {
	return tx.Queue(`INSERT INTO job (id, centre_id, kind, key, args, state, run_at, attempt, lease_until, last_error, created_at, created_by)
		VALUES ($1, $2, $3, $4, 'null', 'ready', $5, 0, 0, '', $5, $6)
		ON CONFLICT (centre_id, kind, key) WHERE key <> '' DO UPDATE SET attempt = 0, state = 'ready', run_at = excluded.run_at WHERE job.state = 'dead'`,
		tx.NewID(), centre, kind, key, tx.Now(), actor.From(tx.Context()).UserID)
}

// Move sets the time of the waiting job with a key; it does nothing where there is none.
func Move(tx *store.Tx, centre, kind, key string, at clock.Instant) error {
	return tx.Queue("UPDATE job SET run_at = $1 WHERE centre_id = $2 AND kind = $3 AND key = $4 AND state = 'ready'", at, centre, kind, key)
}

// Dead lists a centre's jobs that failed too often, newest first.
func Dead(tx *store.Tx, centre string, limit int) ([]Job, error) {
	return store.Select[Job](tx, "SELECT "+store.Columns[Job]("")+" FROM job WHERE centre_id = $1 AND state = 'dead' ORDER BY id DESC LIMIT $2", centre, limit)
}

// Times gives, by their keys, when the waiting and running jobs of a kind are due, for checks that nothing was forgotten.
func Times(tx *store.Tx, centre, kind string) (map[string]clock.Instant, error) {
	list, err := store.Select[Job](tx, "SELECT key, run_at FROM job WHERE centre_id = $1 AND kind = $2 AND key <> '' AND state <> 'dead'", centre, kind)
	out := make(map[string]clock.Instant, len(list))
	for _, j := range list {
		out[j.Key] = j.RunAt
	}
	return out, err
}

// Census counts the jobs of all centres by state, for the administrator; late are those that should have begun before
// the moment given.
type Census struct {
	Ready   int64 `json:"ready" db:"ready"`
	Running int64 `json:"running" db:"running"`
	Dead    int64 `json:"dead" db:"dead"`
	Late    int64 `json:"late" db:"late"`
}

// Count takes the census.
func Count(tx *store.Tx, late clock.Instant) (Census, error) {
	return store.Get[Census](tx, `SELECT COUNT(*) FILTER (WHERE state = 'ready') AS ready, COUNT(*) FILTER (WHERE state = 'running') AS running,
		COUNT(*) FILTER (WHERE state = 'dead') AS dead, COUNT(*) FILTER (WHERE state = 'ready' AND run_at < $1) AS late FROM job`, late)
}

// Retry puts a dead job back into the queue.
func Retry(tx *store.Tx, centre, id string) error {
	return store.Check(tx.Exec("UPDATE job SET state = 'ready', attempt = 0, run_at = $1 WHERE centre_id = $2 AND id = $3 AND state = 'dead'", tx.Now(), centre, id))
}

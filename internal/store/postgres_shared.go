package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"yichuang/internal/clock"
)

// sharedFor is how long a shared transaction may take before it is given up.
const sharedFor = 15 * time.Second

// pgLanes are the closures that wait for a transaction to share, by what they would wait for each other. A key is present
// while somebody works for it.
type pgLanes struct {
	mu      sync.Mutex
	waiting map[string][]*writeReq
}

// join puts r behind those that wait, and reports whether nobody works for them yet.
func (l *pgLanes) join(key string, r *writeReq) (first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == nil {
		l.waiting = map[string][]*writeReq{}
	}
	list, worked := l.waiting[key]
	l.waiting[key] = append(list, r)
	return !worked
}

// next takes who has waited longest. With nobody left, the work for the key ends where leave says so.
func (l *pgLanes) next(key string, leave bool) *writeReq {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.waiting[key]
	if len(list) == 0 {
		if leave {
			delete(l.waiting, key)
		}
		return nil
	}
	l.waiting[key] = list[1:]
	return list[0]
}

// together runs fn in a transaction with those of its key that wait at the same time.
func (e *pgEngine) together(ctx context.Context, db *DB, key string, fn func(*Tx) error) error {
	r := &writeReq{ctx: ctx, fn: fn, done: make(chan struct{})}
	if e.lanes.join(key, r) {
		go func() {
			for next := e.lanes.next(key, true); next != nil; next = e.lanes.next(key, true) {
				e.commitShared(db, key, next)
			}
		}()
	}
	<-r.done
	if r.err != nil {
		db.Stat.Failed.Add(1)
		return r.err
	}
	db.Stat.Writes.Add(1)
	for _, f := range r.tx.after {
		f()
	}
	return nil
}

// commitShared takes what waits into one transaction and answers when it is durable. Where a closure fails after it has
// written, or the server refuses a statement, the transaction is rolled back and each closure gets one of its own.
func (e *pgEngine) commitShared(db *DB, key string, first *writeReq) {
	ctx, cancel := context.WithTimeout(context.Background(), sharedFor)
	defer cancel()
	batch, err := e.runShared(ctx, db, key, first)
	if err == nil {
		db.Stat.Batches.Add(1)
	}
	for _, r := range batch {
		switch {
		case r.skip || err == nil:
		case errors.Is(err, errRedo):
			var tx *Tx
			if tx, r.err = e.tries(r.ctx, db, r.fn); r.err == nil {
				r.tx = tx
				db.Stat.Batches.Add(1)
			}
		default:
			r.err = err
		}
		close(r.done)
	}
}

// runShared runs first and whoever comes meanwhile on one connection, as long as a batch may take. It fails with errRedo
// where nothing was committed and each closure may run alone.
func (e *pgEngine) runShared(ctx context.Context, db *DB, key string, first *writeReq) ([]*writeReq, error) {
	batch := []*writeReq{first}
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return batch, translate(err, "acquire")
	}
	defer conn.Release()
	s := &pgSession{ctx: ctx, conn: conn.Conn(), begin: "BEGIN"}
	shared := &sharedWork{}
	began := clock.StartStopwatch()
	for r := first; r != nil; {
		if err := s.runOne(db, shared, r); err != nil {
			s.rollback()
			return batch, err
		}
		if len(batch) == maxBatch || began.Elapsed() >= maxBatchFor {
			break
		}
		if r = e.lanes.next(key, false); r != nil {
			batch = append(batch, r)
		}
	}
	if err := protect(shared.finish, db.newTx(ctx, s)); err != nil {
		s.rollback()
		return batch, errRedo
	}
	if err := s.commit(); err != nil {
		s.rollback()
		if refused(err) {
			return batch, errRedo
		}
		return batch, translate(err, "COMMIT")
	}
	return batch, nil
}

// refused reports whether the server took a statement before COMMIT back, so that nothing was committed: a broken
// constraint, a deadlock or a serialisation failure. Whatever else ends a COMMIT leaves its outcome open.
func refused(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code[:2] == "23" || isRetryable(err))
}

// runOne runs a closure of a shared transaction. It returns errRedo where the transaction is of no more use.
func (s *pgSession) runOne(db *DB, shared *sharedWork, r *writeReq) error {
	if err := r.ctx.Err(); err != nil {
		r.err, r.skip = err, true
		return nil
	}
	mark := len(shared.last)
	s.wrote, s.wanted, s.kept = false, nil, nil
	r.tx = db.newTx(r.ctx, s)
	r.tx.shared = shared
	err := protect(r.fn, r.tx)
	if err == nil {
		return nil
	}
	shared.last = shared.last[:mark]
	if s.wrote || s.begun && (s.conn.IsClosed() || s.conn.PgConn().TxStatus() != 'T') || errors.Is(err, ErrUnreachable) {
		return errRedo
	}
	r.err, r.skip = err, true
	return nil
}

// sharedWork is what the closures of a shared transaction have left for its end.
type sharedWork struct {
	last []LastStep
}

// LastStep is what may wait for the end of a transaction: a change of a row that many other transactions change as well, such
// as the head of a chain. The row is then held shortly and, by Order, after rows that everybody locks earlier.
type LastStep struct {
	Order int64
	Ahead func(*Tx)       // announces what Lock reads
	Lock  func(*Tx) error // locks the row; it may have been locked already
	Do    func(*Tx) error
}

// Last does a step at once, except where several closures share the transaction (WithTxOf): then all of them have run before
// the last steps of all are done, in order. An error of a step takes the whole transaction back.
func (tx *Tx) Last(step LastStep) error {
	if tx.shared == nil {
		return step.Do(tx)
	}
	tx.shared.last = append(tx.shared.last, step)
	return nil
}

// finish does what was left for the end, in order; the locks are taken in one round trip.
func (w *sharedWork) finish(tx *Tx) error {
	slices.SortStableFunc(w.last, func(a, b LastStep) int { return cmp.Compare(a.Order, b.Order) })
	for _, l := range w.last {
		l.Ahead(tx)
	}
	for _, l := range w.last {
		if err := l.Lock(tx); err != nil {
			return err
		}
	}
	for _, l := range w.last {
		if err := l.Do(tx); err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"zombiezen.com/go/sqlite"

	"yichuang/internal/clock"
)

const (
	maxBatch    = 128                   // closures in one durable transaction
	maxBatchFor = 25 * time.Millisecond // after this a batch is committed even if more wait
)

// sqliteEngine is one writer connection fed by a channel, and a pool of read-only connections.
type sqliteEngine struct {
	db      *DB
	lock    *os.File
	writer  *sqliteSession
	readers chan *sqliteSession
	copier  *checkpointer
	gate    sync.RWMutex // held by COMMIT, and by those who begin two snapshots that must be the same
	reqs    chan *writeReq
	stop    chan struct{}
	stopped chan struct{}
	once    sync.Once
}

type writeReq struct {
	ctx  context.Context
	fn   func(*Tx) error
	tx   *Tx
	err  error
	done chan struct{}
	skip bool // ended before the COMMIT: answered with err whatever the batch does
}

func openSQLite(ctx context.Context, db *DB) (engine, error) {
	path := db.opt.URL
	if db.opt.ReadOnly {
		return openSQLiteReader(db)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, ErrReadOnly.Say("不能建立数据文件夹 %s，请检查上级文件夹的权限。", filepath.Dir(path)).Wrap(err)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	if err := refuseForeign(ctx, db); err != nil {
		lock.Close()
		return nil, err
	}
	if err := makePrivate(path); err != nil {
		lock.Close()
		return nil, err
	}
	e := &sqliteEngine{db: db, lock: lock, reqs: make(chan *writeReq, 1024), stop: make(chan struct{}), stopped: make(chan struct{})}
	if err := e.connect(path); err != nil {
		e.disconnect()
		lock.Close()
		return nil, openError(err, path)
	}
	go e.run()
	return e, nil
}

func (e *sqliteEngine) connect(path string) error {
	readers, cache := e.db.opt.ReadConns, e.db.opt.CacheMB
	if readers == 0 {
		readers = 4
	}
	if cache == 0 {
		cache = 48
	}
	sync := "synchronous = full"
	if e.db.opt.Relaxed {
		sync = "synchronous = normal"
	}
	var err error
	e.writer, err = newSQLiteSession(path, sqlite.OpenReadWrite|sqlite.OpenCreate, "journal_mode = wal", sync, "journal_size_limit = 67108864",
		fmt.Sprintf("cache_size = -%d", cache*1024), "wal_autocheckpoint = 0")
	if err != nil {
		return err
	}
	// No statistics are kept: with them SQLite chooses plans by the values bound, prepares statements again at every call,
	// and reads an index from its second column on where all rows are of one centre. Plans are those that the indexes give.
	for _, q := range []string{"DROP TABLE IF EXISTS sqlite_stat1", "DROP TABLE IF EXISTS sqlite_stat4",
		"CREATE TABLE IF NOT EXISTS store_probe (at INTEGER NOT NULL)", "DELETE FROM store_probe", "INSERT INTO store_probe VALUES (1)"} {
		if _, err := e.writer.exec(q, nil); err != nil {
			return err
		}
	}
	e.readers = make(chan *sqliteSession, readers)
	for range readers {
		s, err := newSQLiteSession(path, sqlite.OpenReadWrite, fmt.Sprintf("cache_size = -%d", 12*1024), "query_only = 1")
		if err != nil {
			return err
		}
		e.readers <- s
	}
	e.copier, err = newCheckpointer(path)
	return err
}

// disconnect closes every connection that connect has opened.
func (e *sqliteEngine) disconnect() {
	if e.copier != nil {
		e.copier.close()
	}
	for len(e.readers) > 0 {
		s := <-e.readers
		s.close()
	}
	if e.writer != nil {
		e.writer.close()
	}
}

// lockFile takes the exclusive lock that makes this process the only one on the file.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, ErrReadOnly.Say("不能写入 %s：数据文件夹是只读的或磁盘已满。请检查文件夹权限和磁盘空间。", path).Wrap(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, ErrLocked.Say("数据文件 %s 正被另一个程序使用。请先停止它，再启动本程序。", strings.TrimSuffix(path, ".lock")).Wrap(err)
	}
	return f, nil
}

func (e *sqliteEngine) write(ctx context.Context, db *DB, fn func(*Tx) error) error {
	r := &writeReq{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case e.reqs <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-e.stop:
		return ErrClosed
	}
	select {
	case <-r.done:
	case <-e.stopped:
		select {
		case <-r.done:
		default:
			return ErrClosed
		}
	}
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

func (e *sqliteEngine) together(ctx context.Context, db *DB, _ string, fn func(*Tx) error) error {
	return e.write(ctx, db, fn)
}

// run is the writer: it takes what waits, commits it once, and answers.
func (e *sqliteEngine) run() {
	defer close(e.stopped)
	for {
		select {
		case r := <-e.reqs:
			e.commitBatch(r)
		case <-e.stop:
			for {
				select {
				case r := <-e.reqs:
					e.commitBatch(r)
				default:
					return
				}
			}
		}
	}
}

// commitBatch takes what waits into one transaction and answers when it is durable. Closures run one after the other
// without savepoints, because nearly all succeed or fail before they write; where one fails after it has written, the
// transaction is begun again and each closure gets a savepoint of its own.
func (e *sqliteEngine) commitBatch(first *writeReq) {
	batch := []*writeReq{first}
	err := e.begin()
	if err == nil {
		batch, err = e.runWaiting(batch)
	}
	if errors.Is(err, errRedo) {
		e.rollback()
		err = e.runAgain(batch)
	}
	if err == nil {
		e.gate.Lock()
		_, err = e.writer.exec("COMMIT", nil)
		e.gate.Unlock()
		err = translate(err, "COMMIT")
	}
	if err != nil {
		e.rollback()
	} else {
		e.db.Stat.Batches.Add(1)
	}
	for _, r := range batch {
		if err != nil && !r.skip {
			r.err = err
		}
		close(r.done)
	}
	e.copier.committed(e.writer)
}

// errRedo says that a closure failed after it had written.
var errRedo = errors.New("store: batch begins again")

func (e *sqliteEngine) begin() error {
	_, err := e.writer.exec("BEGIN IMMEDIATE", nil)
	return translate(err, "BEGIN")
}

// runWaiting runs the closures that wait, for as long as a batch may take, and returns those that it has taken.
func (e *sqliteEngine) runWaiting(batch []*writeReq) ([]*writeReq, error) {
	began := clock.StartStopwatch()
	for {
		if err := e.runOne(batch[len(batch)-1]); err != nil {
			return batch, err
		}
		if len(batch) == maxBatch || began.Elapsed() >= maxBatchFor {
			return batch, nil
		}
		select {
		case r := <-e.reqs:
			batch = append(batch, r)
		default:
			return batch, nil
		}
	}
}

// runOne runs a closure. It returns an error only when the whole transaction is lost, or must begin again.
func (e *sqliteEngine) runOne(r *writeReq) error {
	if err := r.ctx.Err(); err != nil {
		r.err, r.skip = err, true
		return nil
	}
	e.writer.wrote = false
	r.tx = e.db.newTx(r.ctx, e.writer)
	r.err = protect(r.fn, r.tx)
	r.skip = r.err != nil
	switch {
	case r.skip && isFatal(r.err):
		return r.err
	case r.skip && e.writer.wrote:
		return errRedo
	}
	return nil
}

// runAgain runs a batch in a new transaction, each closure in a savepoint, so that one that fails takes only its own
// writes with it.
func (e *sqliteEngine) runAgain(batch []*writeReq) error {
	if err := e.begin(); err != nil {
		return err
	}
	for _, r := range batch {
		if _, err := e.writer.exec("SAVEPOINT one", nil); err != nil {
			return translate(err, "SAVEPOINT")
		}
		err := e.runOne(r)
		if errors.Is(err, errRedo) {
			_, err = e.writer.exec("ROLLBACK TO one", nil)
			err = translate(err, "ROLLBACK TO")
		}
		if err != nil {
			return err
		}
		if _, err := e.writer.exec("RELEASE one", nil); err != nil {
			return translate(err, "RELEASE")
		}
	}
	return nil
}

// protect turns a panic of a closure into an error, so that it cannot take the writer down.
func protect(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: panic in transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(tx)
}

func (e *sqliteEngine) rollback() {
	// SQLite may have rolled back by itself (disk full); then this fails, which is what we want anyway.
	_, _ = e.writer.exec("ROLLBACK", nil)
}

func (e *sqliteEngine) read(ctx context.Context, db *DB, fn func(*Tx) error) error {
	s, err := e.reader(ctx)
	if err != nil {
		return err
	}
	defer func() { e.readers <- s }()
	return s.snapshot(ctx, db, fn)
}

// readBeside is read with a second connection on the same snapshot, if one is free.
func (e *sqliteEngine) readBeside(ctx context.Context, db *DB, fn func(*Tx) error) error {
	s, err := e.reader(ctx)
	if err != nil {
		return err
	}
	defer func() { e.readers <- s }()
	var second *sqliteSession
	select {
	case second = <-e.readers:
		defer func() { e.readers <- second }()
	default:
		return s.snapshot(ctx, db, fn)
	}
	defer s.exec("ROLLBACK", nil)      //nolint:errcheck // ends a snapshot that wrote nothing
	defer second.exec("ROLLBACK", nil) //nolint:errcheck // as above
	if err := e.beginSame(s, second); err != nil {
		return translate(err, "BEGIN")
	}
	db.Stat.Reads.Add(1)
	tx := db.newTx(ctx, s)
	tx.second = second
	return protect(fn, tx)
}

// beginSame begins snapshots between two commits: a snapshot is what its first query sees.
func (e *sqliteEngine) beginSame(list ...*sqliteSession) error {
	e.gate.RLock()
	defer e.gate.RUnlock()
	for _, s := range list {
		for _, text := range []string{"BEGIN", "SELECT 1 FROM sqlite_schema LIMIT 1"} {
			if _, err := s.exec(text, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// reader waits for a reading connection.
func (e *sqliteEngine) reader(ctx context.Context) (*sqliteSession, error) {
	select {
	case s := <-e.readers:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-e.stop:
		return nil, ErrClosed
	}
}

// peek runs fn without a snapshot of its own: its one query makes one.
func (e *sqliteEngine) peek(ctx context.Context, db *DB, fn func(*Tx) error) error {
	s, err := e.reader(ctx)
	if err != nil {
		return err
	}
	defer func() { e.readers <- s }()
	db.Stat.Reads.Add(1)
	return protect(fn, db.newTx(ctx, s))
}

func (e *sqliteEngine) close() error {
	e.once.Do(func() {
		close(e.stop)
		<-e.stopped
		e.copier.close()
		for range cap(e.readers) {
			s := <-e.readers
			s.close()
		}
		_, _ = e.writer.exec("PRAGMA wal_checkpoint(TRUNCATE)", nil)
		e.writer.close()
		e.lock.Close()
	})
	return nil
}

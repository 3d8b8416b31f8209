package store

import (
	"context"
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
		fmt.Sprintf("cache_size = -%d", cache*1024), "wal_autocheckpoint = 4000")
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
	return nil
}

// disconnect closes every connection that connect has opened.
func (e *sqliteEngine) disconnect() {
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

func (e *sqliteEngine) commitBatch(first *writeReq) {
	batch := []*writeReq{first}
	answer := func(err error) {
		for _, r := range batch {
			if err != nil && !r.skip {
				r.err = err
			}
			close(r.done)
		}
	}
	if _, err := e.writer.exec("BEGIN IMMEDIATE", nil); err != nil {
		answer(translate(err, "BEGIN"))
		return
	}
	began := clock.StartStopwatch()
	alone := len(e.reqs) == 0
	if fatal := e.runOne(first, alone); fatal != nil {
		e.rollback()
		answer(fatal)
		return
	}
	if alone && first.err != nil {
		first.skip = true
		e.rollback()
		answer(nil)
		return
	}
	for !alone && len(batch) < maxBatch && began.Elapsed() < maxBatchFor {
		var r *writeReq
		select {
		case r = <-e.reqs:
		default:
		}
		if r == nil {
			break
		}
		batch = append(batch, r)
		if fatal := e.runOne(r, false); fatal != nil {
			e.rollback()
			answer(fatal)
			return
		}
	}
	if _, err := e.writer.exec("COMMIT", nil); err != nil {
		e.rollback()
		answer(translate(err, "COMMIT"))
		return
	}
	e.db.Stat.Batches.Add(1)
	answer(nil)
}

// runOne runs a closure, in a savepoint unless it is alone in its transaction. It returns an error only when the whole
// transaction is lost.
func (e *sqliteEngine) runOne(r *writeReq, alone bool) error {
	if err := r.ctx.Err(); err != nil {
		r.err, r.skip = err, true
		return nil
	}
	if !alone {
		if _, err := e.writer.exec("SAVEPOINT one", nil); err != nil {
			return translate(err, "SAVEPOINT")
		}
	}
	r.tx = e.db.newTx(r.ctx, e.writer)
	r.err = protect(r.fn, r.tx)
	if r.err != nil {
		r.skip = true
		if isFatal(r.err) {
			return r.err
		}
	}
	if alone {
		return nil
	}
	if r.err != nil {
		if _, err := e.writer.exec("ROLLBACK TO one", nil); err != nil {
			return translate(err, "ROLLBACK TO")
		}
	}
	if _, err := e.writer.exec("RELEASE one", nil); err != nil {
		return translate(err, "RELEASE")
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

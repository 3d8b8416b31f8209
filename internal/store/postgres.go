package store

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type pgEngine struct {
	pool  *pgxpool.Pool
	lanes pgLanes
}

func openPostgres(ctx context.Context, db *DB) (engine, error) {
	cfg, err := pgxpool.ParseConfig(db.opt.URL)
	if err != nil {
		return nil, ErrUnreachable.Say("数据库地址写得不对，请检查 database 设置。").Wrap(errors.New("cannot parse the URL"))
	}
	cfg.MaxConns = 16
	if db.opt.ReadConns > 0 {
		cfg.MaxConns = int32(db.opt.ReadConns)
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["jit"] = "off"              // short statements only: compiling costs more than it saves
	cfg.ConnConfig.RuntimeParams["random_page_cost"] = "1.1" // pages are in memory or on a disk without arms: a thousand rows go by their keys
	if db.opt.ReadOnly {
		cfg.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, ErrUnreachable.Wrap(err)
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	var bytewise bool
	if err := pool.QueryRow(ctx, "SELECT 'B' < 'a'").Scan(&bytewise); err != nil {
		pool.Close()
		return nil, ErrUnreachable.Wrap(err)
	}
	if !bytewise {
		pool.Close()
		return nil, ErrUnreachable.Say("数据库的排序规则不是 C。请用 CREATE DATABASE … LOCALE 'C' ENCODING 'UTF8' TEMPLATE template0 重新建库。")
	}
	return &pgEngine{pool: pool}, nil
}

func (e *pgEngine) close() error {
	e.pool.Close()
	return nil
}

const maxTries = 4

func (e *pgEngine) write(ctx context.Context, db *DB, fn func(*Tx) error) error {
	tx, err := e.tries(ctx, db, fn)
	if err != nil {
		db.Stat.Failed.Add(1)
		return err
	}
	db.Stat.Writes.Add(1)
	db.Stat.Batches.Add(1)
	for _, f := range tx.after {
		f()
	}
	return nil
}

// tries runs fn in a transaction of its own, again where the server asks for it.
func (e *pgEngine) tries(ctx context.Context, db *DB, fn func(*Tx) error) (*Tx, error) {
	for try := 1; ; try++ {
		tx, err := e.once(ctx, db, fn, "BEGIN")
		if err == nil {
			return tx, nil
		}
		if try == maxTries || !isRetryable(err) && !errors.Is(err, errUncommitted) || ctx.Err() != nil {
			return nil, err
		}
		db.Stat.Retries.Add(1)
	}
}

func (e *pgEngine) read(ctx context.Context, db *DB, fn func(*Tx) error) error {
	return e.readIn(ctx, db, fn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
}

func (e *pgEngine) readBeside(ctx context.Context, db *DB, fn func(*Tx) error) error {
	return e.read(ctx, db, fn)
}

func (e *pgEngine) peek(ctx context.Context, db *DB, fn func(*Tx) error) error {
	return e.readIn(ctx, db, fn, "")
}

func (e *pgEngine) readIn(ctx context.Context, db *DB, fn func(*Tx) error, begin string) error {
	db.Stat.Reads.Add(1)
	_, err := e.once(ctx, db, fn, begin)
	if errors.Is(err, errUnanswered) && ctx.Err() == nil { // a connection from before the server's restart
		_, err = e.once(ctx, db, fn, begin)
	}
	return err
}

// errUncommitted marks a connection that was lost before COMMIT was sent: nothing can have been saved, so the closure
// may run again on another connection. errUnanswered is the same before the first answer: the closure of a read, which
// may keep what it reads, has then seen nothing.
var (
	errUncommitted = errors.New("the connection was lost before the commit")
	errUnanswered  = errors.New("the connection was lost before the first answer")
)

// once runs fn in one transaction on one connection. BEGIN travels with the first statement.
func (e *pgEngine) once(ctx context.Context, db *DB, fn func(*Tx) error, begin string) (*Tx, error) {
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, translate(err, "acquire")
	}
	defer conn.Release()
	s := &pgSession{ctx: ctx, conn: conn.Conn(), begin: begin}
	tx := db.newTx(ctx, s)
	if err := protect(fn, tx); err != nil {
		s.rollback()
		if errors.Is(err, ErrUnreachable) {
			lost := errUncommitted
			if !s.answered {
				lost = errors.Join(errUncommitted, errUnanswered)
			}
			err = ErrUnreachable.Wrap(errors.Join(lost, err))
		}
		return nil, err
	}
	if err := s.commit(); err != nil {
		s.rollback()
		return nil, translate(err, "COMMIT")
	}
	return tx, nil
}

type pgStatement struct {
	sql  string
	args []any
}

func (p pgStatement) is(sql string, args []any) bool {
	return p.sql == sql && slices.EqualFunc(p.args, args, sameArgument)
}

// sameArgument compares two arguments; those that == cannot compare, such as bytes, by their content.
func sameArgument(a, b any) bool {
	if x, ok := a.([]byte); ok {
		y, ok := b.([]byte)
		return ok && bytes.Equal(x, y)
	}
	return reflect.DeepEqual(a, b)
}

// pgSession is one transaction, or a run of single statements where begin is empty. pending holds queued statements
// that have not been sent, wanted the queries announced, and kept the answers that have come ahead.
type pgSession struct {
	ctx      context.Context
	conn     *pgx.Conn
	begin    string
	begun    bool
	answered bool // the server has answered in this transaction
	wrote    bool // a statement that may change rows was given since this was set to false
	pending  []pgStatement
	wanted   []pgStatement
	kept     []keptRows
}

// send puts BEGIN (once), what is pending, what is wanted and last into one round trip, and gives the results with all
// but last read.
func (s *pgSession) send(last ...pgStatement) (pgx.BatchResults, error) {
	b := &pgx.Batch{}
	n := len(s.pending)
	if !s.begun && s.begin != "" {
		b.Queue(s.begin)
		n++
	}
	for _, p := range s.pending {
		b.Queue(p.sql, p.args...)
	}
	for _, w := range s.wanted {
		b.Queue(w.sql, w.args...)
	}
	for _, l := range last {
		b.Queue(l.sql, l.args...)
	}
	wanted := s.wanted
	s.begun, s.pending, s.wanted = s.begin != "", s.pending[:0], nil
	br := s.conn.SendBatch(s.ctx, b)
	for range n {
		if _, err := br.Exec(); err != nil {
			br.Close()
			return nil, err
		}
	}
	for _, w := range wanted {
		k, err := keep(br, w, s.conn.TypeMap())
		if err != nil {
			br.Close()
			return nil, err
		}
		s.kept = append(s.kept, k)
	}
	s.answered = true
	return br, nil
}

func (s *pgSession) ahead(sql string, args []any) {
	w := pgStatement{sql, args}
	if !slices.ContainsFunc(s.wanted, func(was pgStatement) bool { return was.is(sql, args) }) {
		s.wanted = append(s.wanted, w)
	}
}

func (s *pgSession) exec(sql string, args []any) (int64, error) {
	s.kept, s.wrote = nil, true // what was read before this write may no longer be so
	br, err := s.send(pgStatement{sql, args})
	if err != nil {
		return 0, err
	}
	tag, err := br.Exec()
	if cerr := br.Close(); err == nil {
		err = cerr
	}
	return tag.RowsAffected(), err
}

func (s *pgSession) queue(sql string, args []any) error {
	s.pending, s.kept, s.wrote = append(s.pending, pgStatement{sql, args}), nil, true
	return nil
}

func (s *pgSession) query(sql string, args []any) (rows, error) {
	s.wrote = s.wrote || !strings.HasPrefix(sql, "SELECT")
	for i := range s.kept {
		if s.kept[i].asked.is(sql, args) {
			k := s.kept[i]
			s.kept = append(s.kept[:i], s.kept[i+1:]...)
			return &k, nil
		}
	}
	if slices.ContainsFunc(s.wanted, func(w pgStatement) bool { return w.is(sql, args) }) {
		// All that was announced goes now, in its order: that is the order in which rows are locked.
		br, err := s.send()
		if err != nil {
			return nil, err
		}
		if err := br.Close(); err != nil {
			return nil, err
		}
		return s.query(sql, args)
	}
	br, err := s.send(pgStatement{sql, args})
	if err != nil {
		return nil, err
	}
	rs, err := br.Query()
	if err != nil {
		br.Close()
		return nil, err
	}
	return &pgRows{Rows: rs, br: br}, nil
}

var errRolledBack = errors.New("the server rolled the transaction back")

func (s *pgSession) commit() error {
	if s.begin == "" || !s.begun && len(s.pending) == 0 {
		return nil
	}
	s.wanted = nil
	br, err := s.send(pgStatement{sql: "COMMIT"})
	if err != nil {
		return err
	}
	tag, err := br.Exec()
	if cerr := br.Close(); err == nil {
		err = cerr
	}
	if err == nil && tag.String() != "COMMIT" {
		err = errRolledBack
	}
	if err == nil {
		s.begun = false
	}
	return err
}

func (s *pgSession) rollback() {
	if !s.begun || s.conn.IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), 5*time.Second)
	defer cancel()
	if _, err := s.conn.Exec(ctx, "ROLLBACK"); err != nil {
		s.conn.Close(ctx)
	}
}

type pgRows struct {
	pgx.Rows
	br pgx.BatchResults
}

func (r *pgRows) Names() ([]string, error) {
	fds := r.FieldDescriptions()
	out := make([]string, len(fds))
	for i, f := range fds {
		out[i] = f.Name
	}
	return out, nil
}

func (r *pgRows) Close() {
	r.Rows.Close()
	r.br.Close()
}

func isRetryable(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01")
}

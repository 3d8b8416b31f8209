package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
)

// Engine is the database behind a DB.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options say how to open a database.
type Options struct {
	// URL is a file path (SQLite) or postgres://… (PostgreSQL).
	URL   string
	Clock clock.Clock
	IDs   *id.Source
	Log   *slog.Logger
	// ReadConns is the number of read connections on SQLite, or the pool size on PostgreSQL; 0 chooses.
	ReadConns int
	// CacheMB is the page cache of the SQLite writer in MiB; 0 chooses.
	CacheMB int
	// Relaxed spares the sync of each commit on SQLite: a loss of power may take the newest transactions back, but never
	// damages the file. For loading at one go what can be loaded again.
	Relaxed bool
	// ReadOnly opens a database that exists without the right to change it, also while another process serves it: no
	// lock file, no migration, WithTx fails with store.readonly.
	ReadOnly bool
}

// engine is what the two databases do differently.
type engine interface {
	write(ctx context.Context, db *DB, fn func(*Tx) error) error
	together(ctx context.Context, db *DB, key string, fn func(*Tx) error) error
	read(ctx context.Context, db *DB, fn func(*Tx) error) error
	readBeside(ctx context.Context, db *DB, fn func(*Tx) error) error
	peek(ctx context.Context, db *DB, fn func(*Tx) error) error
	close() error
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	kind Engine
	impl engine
	opt  Options
	Stat Stats
}

// Open opens the database that opt.URL names, creating a SQLite file where there is none. Errors carry a Chinese text
// that names the file or server and what to do: store.locked, store.readonly, store.unreachable, store.absent.
func Open(ctx context.Context, opt Options) (*DB, error) {
	if opt.Clock == nil {
		opt.Clock = clock.System{}
	}
	if opt.IDs == nil {
		opt.IDs = id.NewSource(0)
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	db := &DB{opt: opt}
	var err error
	if IsPostgres(opt.URL) {
		db.kind = Postgres
		db.impl, err = openPostgres(ctx, db)
	} else {
		db.kind = SQLite
		db.impl, err = openSQLite(ctx, db)
	}
	if err != nil {
		return nil, err
	}
	return db, nil
}

// ReadOnly reports whether the database was opened without the right to change it.
func (db *DB) ReadOnly() bool { return db.opt.ReadOnly }

// IsPostgres reports whether a URL names a PostgreSQL server rather than a file.
func IsPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// Engine says which database it is.
func (db *DB) Engine() Engine { return db.kind }

// Clock is the clock that transactions take their time from.
func (db *DB) Clock() clock.Clock { return db.opt.Clock }

// URL is where the database is: a file path, or the server address.
func (db *DB) URL() string { return db.opt.URL }

// Close ends all connections; on SQLite it waits for the batch that is being committed.
func (db *DB) Close() error { return db.impl.close() }

type inTx struct{}

// ErrNested is a fault of the program: WithTx was called inside a transaction.
var ErrNested = errors.New("store: a transaction is already open in this context; pass the *Tx on instead")

// WithTx runs fn in a transaction and returns after it is durable. If fn returns an error nothing is changed and that
// error is returned. See the package comment for what fn may do.
func (db *DB) WithTx(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Value(inTx{}) != nil {
		return ErrNested
	}
	if db.opt.ReadOnly {
		return ErrReadOnly.Say("数据库是只读打开的，没有改变。请停止服务后再进行这项操作，或在页面上操作。")
	}
	return db.impl.write(ctx, db, fn)
}

// WithTxOf is WithTx for work that would only wait for other work of the same key, because both begin with the same lock:
// those that wait at the same time run one after the other in one transaction, which takes the lock and syncs the disk once.
// On SQLite, where all writers do that, it is WithTx.
func (db *DB) WithTxOf(ctx context.Context, key string, fn func(tx *Tx) error) error {
	if ctx.Value(inTx{}) != nil {
		return ErrNested
	}
	if db.opt.ReadOnly {
		return db.WithTx(ctx, fn)
	}
	return db.impl.together(ctx, db, key, fn)
}

// Read runs fn on one consistent snapshot without the right to write.
func (db *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	return db.impl.read(ctx, db, fn)
}

// ReadBeside is Read for a long reading of which a part can go on at the same time: see Tx.Beside.
func (db *DB) ReadBeside(ctx context.Context, fn func(tx *Tx) error) error {
	return db.impl.readBeside(ctx, db, fn)
}

// Peek runs fn for one query: without a snapshot, which costs PostgreSQL two more messages.
func (db *DB) Peek(ctx context.Context, fn func(tx *Tx) error) error {
	return db.impl.peek(ctx, db, fn)
}

// rows is what database/sql and pgx result sets have in common.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Names() ([]string, error)
	Err() error
	Close()
}

// session runs statements of one open transaction.
type session interface {
	exec(sql string, args []any) (int64, error)
	query(sql string, args []any) (rows, error)
	queue(sql string, args []any) error
	ahead(sql string, args []any)
}

// Tx is one transaction (or snapshot). It must not be used after its closure returns, nor by two goroutines.
type Tx struct {
	db     *DB
	s      session
	ctx    context.Context
	now    clock.Instant
	after  []func()
	values map[any]any
	shared *sharedWork // with other closures, nil alone
	second session     // another connection on the same snapshot, if there is one
}

func (db *DB) newTx(ctx context.Context, s session) *Tx {
	return &Tx{db: db, s: s, ctx: context.WithValue(ctx, inTx{}, true), now: db.opt.Clock.Now()}
}

// Context is the caller's context; it carries the actor.
func (tx *Tx) Context() context.Context { return tx.ctx }

// In runs fn while Context gives ctx, which must be derived from it: for a step of a transaction that somebody else takes,
// such as the program after a person.
func (tx *Tx) In(ctx context.Context, fn func() error) error {
	was := tx.ctx
	tx.ctx = ctx
	defer func() { tx.ctx = was }()
	return fn()
}

// Now is the moment of the transaction, the same at every call.
func (tx *Tx) Now() clock.Instant { return tx.now }

// NewID makes a row id; see package id.
func (tx *Tx) NewID() string { return tx.db.opt.IDs.New(tx.now) }

// Engine says which database it is, for the rare statement that must differ.
func (tx *Tx) Engine() Engine { return tx.db.kind }

// ForUpdate is the row-locking clause to append to a SELECT that precedes a change; empty on SQLite, whose writer is
// alone anyway.
func (tx *Tx) ForUpdate() string {
	if tx.db.kind == Postgres {
		return " FOR UPDATE"
	}
	return ""
}

// ForReuse is the clause for a SELECT whose row is about to be referred to: whoever removes or empties the row has to lock it by
// ForUpdate first and then look who refers to it. Readers of the same row do not wait for each other. of is the table's alias
// in a join, "" alone.
func (tx *Tx) ForReuse(of string) string {
	if tx.db.kind != Postgres {
		return ""
	}
	if of != "" {
		of = " OF " + of
	}
	return " FOR KEY SHARE" + of
}

// SkipLocked is ForUpdate for queues: rows that another worker holds are passed over.
func (tx *Tx) SkipLocked() string {
	if tx.db.kind == Postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// AfterCommit runs fn once the transaction is durable. Nothing that must happen may depend on it.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// Value and SetValue keep something for the length of the transaction, such as a chain head that is already loaded.
func (tx *Tx) Value(key any) any { return tx.values[key] }

// SetValue keeps v under key until the transaction ends.
func (tx *Tx) SetValue(key, v any) {
	if tx.values == nil {
		tx.values = map[any]any{}
	}
	tx.values[key] = v
}

// Exec runs a statement now and gives the number of rows it changed.
func (tx *Tx) Exec(sql string, args ...any) (int64, error) {
	n, err := tx.s.exec(sql, args)
	if err != nil {
		return 0, translate(err, sql)
	}
	return n, nil
}

// Queue runs a statement whose outcome is not needed before the end of the transaction. On PostgreSQL it is sent with
// the next query or COMMIT; its error then ends the transaction.
func (tx *Tx) Queue(sql string, args ...any) error {
	if err := tx.s.queue(sql, args); err != nil {
		return translate(err, sql)
	}
	return nil
}

// Ahead announces a query that will be asked with the same text and arguments before anything else is written. On
// PostgreSQL it travels with the next round trip and its answer is kept; on SQLite, where a query is a function call, it
// does nothing.
func (tx *Tx) Ahead(sql string, args ...any) { tx.s.ahead(sql, args) }

// Errors of this package that callers compare with.
var (
	ErrNotFound    = errs.New(errs.NotFound, "store.not_found", "没有找到这条记录，可能已被删除或您无权查看。")
	ErrStale       = errs.New(errs.Conflict, "store.stale", "这条记录刚被别人改过，您的修改没有保存。请刷新后核对再提交。")
	ErrUnique      = errs.New(errs.Conflict, "store.unique", "已有相同的记录，不能重复。")
	ErrReference   = errs.New(errs.Conflict, "store.reference", "引用的记录不存在，或仍被其他记录使用。")
	ErrText        = errs.New(errs.Invalid, "store.text", "内容含有无法识别的字符，操作没有进行。请重新输入，不要粘贴不可见的字符。")
	ErrFull        = errs.New(errs.Unavailable, "store.full", "磁盘空间已满，这次操作没有保存，已有数据没有改变。请管理员清理磁盘后重试。")
	ErrReadOnly    = errs.New(errs.Unavailable, "store.readonly", "数据文件或所在文件夹是只读的，无法保存。请管理员检查文件夹权限。")
	ErrDisk        = errs.New(errs.Unavailable, "store.disk", "磁盘读写出错，这次操作没有保存，已有数据没有改变。请管理员检查磁盘。")
	ErrForeign     = errs.New(errs.Unavailable, "store.foreign", "这是另一个程序的数据库，没有改变它。请检查 database 设置。")
	ErrAbsent      = errs.New(errs.Unavailable, "store.absent", "没有找到数据库。请检查 database 设置。")
	ErrBusy        = errs.New(errs.Unavailable, "store.busy", "系统正忙，这次操作没有保存，请再试一次。")
	ErrClosed      = errs.New(errs.Unavailable, "store.closed", "系统正在停止，这次操作没有保存，请稍后再试。")
	ErrLocked      = errs.New(errs.Unavailable, "store.locked", "数据文件正被另一个程序使用。请先停止它，再启动本程序。")
	ErrUnreachable = errs.New(errs.Unavailable, "store.unreachable", "连接不上数据库。请检查数据库地址、账号和服务是否已启动。")
	ErrNewer       = errs.New(errs.Unavailable, "store.newer", "数据库的版本比程序新，程序没有启动，数据没有改变。请改用更新的程序，或从备份恢复。")
)

// Check turns the number of changed rows of a version-checked UPDATE into ErrStale.
func Check(n int64, err error) error {
	if err == nil && n != 1 {
		return ErrStale
	}
	return err
}

func wrapSQL(err error, sql string) error {
	return fmt.Errorf("%w; in: %s", err, strings.Join(strings.Fields(sql), " "))
}

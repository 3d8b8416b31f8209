package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"zombiezen.com/go/sqlite"
)

// sqliteReader is a SQLite file that is only looked at, possibly while another process writes it: SQLite's own locks in
// the shared-memory file keep the snapshots consistent.
type sqliteReader struct {
	readers chan *sqliteSession
}

func openSQLiteReader(db *DB) (engine, error) {
	path := db.opt.URL
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, ErrAbsent.Say("没有找到数据文件 %s。请检查 database 设置。", path).Wrap(err)
		}
		return nil, ErrReadOnly.Say("不能读取数据文件 %s，请检查权限。", path).Wrap(err)
	}
	e := &sqliteReader{readers: make(chan *sqliteSession, max(1, db.opt.ReadConns))}
	for range cap(e.readers) {
		s, err := newSQLiteSession(path, sqlite.OpenReadOnly, "query_only = 1")
		if err == nil {
			e.readers <- s
			_, err = s.exec("SELECT COUNT(*) FROM sqlite_schema", nil) // a foreign file shows itself here
		}
		if err != nil {
			e.close()
			return nil, openError(err, path)
		}
	}
	return e, nil
}

func (*sqliteReader) write(context.Context, *DB, func(*Tx) error) error { return ErrReadOnly }

func (*sqliteReader) together(context.Context, *DB, string, func(*Tx) error) error {
	return ErrReadOnly
}

func (e *sqliteReader) read(ctx context.Context, db *DB, fn func(*Tx) error) error {
	select {
	case s := <-e.readers:
		defer func() { e.readers <- s }()
		return s.snapshot(ctx, db, fn)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *sqliteReader) readBeside(ctx context.Context, db *DB, fn func(*Tx) error) error {
	return e.read(ctx, db, fn)
}

func (e *sqliteReader) peek(ctx context.Context, db *DB, fn func(*Tx) error) error {
	return e.read(ctx, db, fn)
}

func (e *sqliteReader) close() error {
	for len(e.readers) > 0 {
		s := <-e.readers
		s.close()
	}
	return nil
}

// refuseForeign looks into a file that exists before anything is written to it: what is not a database, or is one of
// another program, stays as it is.
func refuseForeign(ctx context.Context, db *DB) error {
	path := db.opt.URL
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil // opening makes it, or says why it cannot
	}
	look := &DB{kind: SQLite, opt: db.opt}
	look.opt.ReadConns = 1
	e, err := openSQLiteReader(look)
	if err != nil {
		return err
	}
	defer e.close()
	return e.read(ctx, look, func(tx *Tx) error {
		tables, err := Select[string](tx, tablesSQL(SQLite))
		if err != nil || len(tables) == 0 || slices.Contains(tables, "store_probe") || slices.Contains(tables, "goose_db_version") {
			return err
		}
		return ErrForeign.Say("%s 是另一个程序的数据库（其中有表 %s），程序没有启动，也没有改变它。请检查 database 设置。", path, tables[0])
	})
}

package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"

	"zombiezen.com/go/sqlite"

	"yichuang/internal/errs"
)

// Errors of copying a database out and in.
var (
	ErrNoDumper = errs.New(errs.Unavailable, "store.no_dumper", "这台机器上没有 pg_dump 或 pg_restore，没有备份或恢复。请安装与数据库同版本的 PostgreSQL 客户端（例如 apt-get install postgresql-client）后再试。")
	ErrDump     = errs.New(errs.Unavailable, "store.dump", "数据库没有复制成功，备份没有完成。")
	ErrLoad     = errs.New(errs.Unavailable, "store.load", "数据库没有恢复成功。")
	ErrOccupied = errs.New(errs.Conflict, "store.occupied", "目标数据库里已有数据，没有恢复，也没有改变它。请换一个空的位置。")
)

// Dump writes a consistent copy of the database at url into the new file: a SQLite file, or what pg_dump makes of a
// PostgreSQL database. Another process may write the database meanwhile; the copy is its state at the start of Dump.
// progress, where not nil, is told pages done and in all.
func Dump(ctx context.Context, dbURL, file string, progress func(done, all int)) error {
	if IsPostgres(dbURL) {
		return pgTool(ctx, ErrDump, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file="+file, "--dbname="+dbURL)
	}
	db, err := Open(ctx, Options{URL: dbURL, ReadOnly: true})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.impl.(*sqliteReader).dump(ctx, file, progress); err != nil {
		os.Remove(file)
		return err
	}
	return CheckFile(ctx, file)
}

// dumpPages is how many pages are copied between two looks at the context: 16 MiB.
const dumpPages = 4096

// dump copies page by page inside one read transaction, so that writers neither wait nor make it start again.
func (e *sqliteReader) dump(ctx context.Context, file string, progress func(done, all int)) error {
	from := <-e.readers
	defer func() { e.readers <- from }()
	for _, q := range []string{"BEGIN", "SELECT COUNT(*) FROM sqlite_schema"} {
		if _, err := from.exec(q, nil); err != nil {
			return translate(err, q)
		}
	}
	defer from.exec("ROLLBACK", nil) //nolint:errcheck // ends a snapshot that wrote nothing
	to, err := newSQLiteSession(file, sqlite.OpenReadWrite|sqlite.OpenCreate, "synchronous = full")
	if err != nil {
		return openError(err, file)
	}
	defer to.close()
	if err := copyPages(ctx, to, from, progress); err != nil {
		return copyError(err, file)
	}
	_, err = to.exec("PRAGMA journal_mode = delete", nil) // one plain file; the first start turns the log on again
	return translate(err, "journal_mode")
}

func copyPages(ctx context.Context, to, from *sqliteSession, progress func(done, all int)) error {
	b, err := sqlite.NewBackup(to.conn, "main", from.conn, "main")
	if err != nil {
		return err
	}
	for more := true; more; {
		if more, err = b.Step(dumpPages); err == nil {
			err = ctx.Err()
		}
		if err != nil {
			b.Close() //nolint:errcheck // the first error tells more
			return err
		}
		if progress != nil {
			progress(b.PageCount()-b.Remaining(), b.PageCount())
		}
	}
	return b.Close()
}

func copyError(err error, file string) error {
	err = translate(err, "copy")
	if errors.Is(err, ErrFull) || errors.Is(err, ErrDisk) {
		return ErrFull.Say("磁盘空间不够，备份没有完成：%s 写不下。请清理磁盘或换一个位置。数据库没有受影响。", file).Wrap(err)
	}
	return err
}

// CheckFile runs SQLite's own check over a file that nobody uses.
func CheckFile(ctx context.Context, file string) error {
	db, err := Open(ctx, Options{URL: file, ReadOnly: true})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.CheckIntegrity(ctx)
}

// CheckIntegrity runs the engine's own check of the stored pages: integrity_check on SQLite. PostgreSQL checks page sums
// by itself as it reads, where its administrator has turned them on.
func (db *DB) CheckIntegrity(ctx context.Context) error {
	if db.kind != SQLite {
		return nil
	}
	return db.Read(ctx, func(tx *Tx) error {
		found, err := Select[string](tx, "PRAGMA integrity_check(5)")
		if err != nil || len(found) == 1 && found[0] == "ok" {
			return err
		}
		return errs.New(errs.Unavailable, "store.corrupt", "").Say("数据文件 %s 已损坏，请从备份恢复。", db.opt.URL).Wrap(errors.New(strings.Join(found, "; ")))
	})
}

// Load puts a copy made by Dump into the PostgreSQL database at url, which must be empty.
func Load(ctx context.Context, dbURL, file string) error {
	db, err := Open(ctx, Options{URL: dbURL})
	if err != nil {
		return err
	}
	defer db.Close()
	err = db.Read(ctx, func(tx *Tx) error {
		tables, err := Select[string](tx, tablesSQL(Postgres)+" LIMIT 1")
		if err == nil && len(tables) > 0 {
			err = ErrOccupied
		}
		return err
	})
	if err != nil {
		return err
	}
	return pgTool(ctx, ErrLoad, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--dbname="+dbURL, file)
}

// pgTool runs a client program of PostgreSQL. The password in the URL goes by the environment, because other users of
// the machine can read arguments.
func pgTool(ctx context.Context, fault *errs.Error, name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return ErrNoDumper.Wrap(err)
	}
	env := os.Environ()
	for i, a := range args {
		dsn, ok := strings.CutPrefix(a, "--dbname=")
		if !ok {
			continue
		}
		if u, err := url.Parse(dsn); err == nil && u.User != nil {
			if password, set := u.User.Password(); set {
				env = append(env, "PGPASSWORD="+password)
				u.User = url.User(u.User.Username())
				args[i] = "--dbname=" + u.String()
			}
		}
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fault.Say("%s%s 报告：%s", fault.Public, name, lastLine(out)).Wrap(err)
	}
	return nil
}

func lastLine(out []byte) string {
	lines := strings.Split(string(bytes.TrimSpace(out)), "\n")
	return fmt.Sprintf("%.300s", lines[len(lines)-1])
}

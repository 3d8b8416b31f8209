package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing/fstest"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrate brings the schema up to date with the *.sql files of every module, in the order of their timestamps, each in
// a transaction with its version. It refuses a database that knows migrations this program does not (store.newer).
func (db *DB) Migrate(ctx context.Context, modules ...fs.FS) error {
	files, newest, err := mergeMigrations(db.kind, modules)
	if err != nil {
		return err
	}
	conn, dialect, opts, err := db.migrationConn()
	if err != nil {
		return err
	}
	defer conn.Close()
	provider, err := goose.NewProvider(dialect, conn, files, append(opts, goose.WithAllowOutofOrder(true))...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, err := provider.GetDBVersion(ctx)
	if err != nil {
		return translate(err, "schema version")
	}
	if have > newest {
		return ErrNewer.Say("数据库的版本（%d）比程序（%d）新，程序没有启动，数据没有改变。请改用更新的程序，或从备份恢复。", have, newest)
	}
	if _, err := provider.Up(ctx); err != nil {
		var partial *goose.PartialError
		if errors.As(err, &partial) {
			return fmt.Errorf("migration %s: %w", partial.Failed.Source.Path, translate(partial.Err, ""))
		}
		return translate(err, "migrate")
	}
	return nil
}

// sqliteDSN names the file for database/sql, which only the migrations speak.
func sqliteDSN(path string) string {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "foreign_keys(1)", "temp_store(2)", "journal_mode(wal)", "synchronous(full)"}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (db *DB) migrationConn() (*sql.DB, goose.Dialect, []goose.ProviderOption, error) {
	if db.kind == SQLite {
		conn, err := sql.Open("sqlite", sqliteDSN(db.opt.URL))
		if err == nil {
			conn.SetMaxOpenConns(1)
		}
		return conn, goose.DialectSQLite3, nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, "", nil, err
	}
	conn := stdlib.OpenDBFromPool(db.impl.(*pgEngine).pool)
	return conn, goose.DialectPostgres, []goose.ProviderOption{goose.WithSessionLocker(locker)}, nil
}

var migrationName = regexp.MustCompile(`^(\d{12})_[a-z0-9_]+\.sql$`)

// mergeMigrations puts all modules' files into one file system, in the engine's dialect.
func mergeMigrations(kind Engine, modules []fs.FS) (fs.FS, int64, error) {
	merged := fstest.MapFS{}
	seen := map[string]string{}
	var newest int64
	for _, m := range modules {
		names, err := fs.Glob(m, "migrations/*.sql")
		if err != nil {
			return nil, 0, err
		}
		sort.Strings(names)
		for _, name := range names {
			match := migrationName.FindStringSubmatch(path.Base(name))
			if match == nil {
				return nil, 0, fmt.Errorf("migration %s: name is not <yyyymmddhhmm>_<what>.sql", name)
			}
			if other, ok := seen[match[1]]; ok {
				return nil, 0, fmt.Errorf("migrations %s and %s have the same timestamp", other, name)
			}
			seen[match[1]] = name
			v, _ := strconv.ParseInt(match[1], 10, 64)
			newest = max(newest, v)
			text, err := fs.ReadFile(m, name)
			if err != nil {
				return nil, 0, err
			}
			merged[path.Base(name)] = &fstest.MapFile{Data: dialect(kind, text), Mode: 0o444}
		}
	}
	return merged, newest, nil
}

var (
	sqliteTypes = strings.NewReplacer(" BIGINT", " INTEGER", " BOOLEAN", " INTEGER", " BYTEA", " BLOB", " DOUBLE PRECISION", " REAL")
	tableEnd    = regexp.MustCompile(`(?m)^\)(\s*(?:WITHOUT ROWID)?);`)
)

// dialect keeps the blocks meant for kind ("-- only sqlite" … "-- end only") and, for SQLite, maps column types and
// makes every table STRICT, so that a text in a number column is refused as PostgreSQL refuses it.
func dialect(kind Engine, text []byte) []byte {
	var out bytes.Buffer
	keep := true
	for _, line := range strings.SplitAfter(string(text), "\n") {
		switch mark := strings.TrimSpace(line); {
		case strings.HasPrefix(mark, "-- only "):
			keep = strings.TrimPrefix(mark, "-- only ") == string(kind)
			continue
		case mark == "-- end only":
			keep = true
			continue
		}
		if keep {
			out.WriteString(line)
		}
	}
	if kind != SQLite {
		return out.Bytes()
	}
	return tableEnd.ReplaceAll([]byte(sqliteTypes.Replace(out.String())), []byte(") STRICT;"))
}

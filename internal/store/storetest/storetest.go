// Package storetest runs a test on every engine that the program supports: a fresh SQLite file, and a fresh database of
// a PostgreSQL server.
//
// The server is the one named by YICHUANG_TEST_POSTGRES (a URL whose user may create databases), or one that this
// package starts from the machine's own binaries on a free loopback port, as a user that is not root, and stops at the
// end of the test process. Without either, a developer's run skips PostgreSQL with a word; with CI=true it fails.
package storetest

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// Start is the time that test databases stand at unless a test sets its own clock.
var Start = clock.At(2026, 5, 8, 16, 30)

// Option changes how a test database is opened.
type Option func(*store.Options)

// WithClock makes the database's transactions take their time from c.
func WithClock(c clock.Clock) Option { return func(o *store.Options) { o.Clock = c } }

// Each runs fn as a sub-test on each engine, with a database that has the given modules' migrations.
func Each(t *testing.T, fn func(t *testing.T, db *store.DB), modules ...fs.FS) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, Open(t, store.SQLite, modules)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Open(t, store.Postgres, modules)) })
}

// Open gives a migrated database of one engine that goes away with the test.
func Open(t testing.TB, kind store.Engine, modules []fs.FS, options ...Option) *store.DB {
	t.Helper()
	opt := store.Options{Clock: clock.NewManual(Start), IDs: id.NewSource(1), ReadConns: 4}
	opt.URL = Migrated(t, kind, modules)
	for _, o := range options {
		o(&opt)
	}
	db, err := store.Open(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Migrated gives the URL of a database of one engine that has the given modules' migrations and goes away with the test.
func Migrated(t testing.TB, kind store.Engine, modules []fs.FS) string {
	t.Helper()
	if kind == store.SQLite {
		return sqliteCopy(t, modules)
	}
	return postgresDatabase(t, modules)
}

var (
	server    sync.Once
	serverURL string
	serverErr error
	number    atomic.Int64
)

// PostgresDatabase creates an empty database, dropped at the end of the test, and gives its URL. Without a server it
// skips the test, or fails it in CI.
func PostgresDatabase(t testing.TB) string {
	t.Helper()
	return postgresDatabase(t, nil)
}

// postgresDatabase is PostgresDatabase with the given modules' migrations.
func postgresDatabase(t testing.TB, modules []fs.FS) string {
	t.Helper()
	server.Do(func() {
		if serverURL = os.Getenv("YICHUANG_TEST_POSTGRES"); serverURL == "" {
			serverURL, serverErr = startServer()
		}
	})
	if serverErr != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("PostgreSQL is required in CI: %v", serverErr)
		}
		t.Skipf("skipped on PostgreSQL: %v", serverErr)
	}
	ctx := context.Background()
	admin, err := pgx.Connect(ctx, serverURL)
	if err != nil {
		t.Fatalf("connect to the test server: %v", err)
	}
	template := postgresTemplate(t, admin, modules)
	name := fmt.Sprintf("yichuang_test_%d_%d", os.Getpid(), number.Add(1))
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" ENCODING 'UTF8' LOCALE 'C'"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
		admin.Close(ctx)
	})
	return address(t, name)
}

// address gives the URL of a database of the test server.
func address(t testing.TB, name string) string {
	t.Helper()
	u, err := url.Parse(serverURL)
	if err != nil {
		t.Fatal("YICHUANG_TEST_POSTGRES is not a URL")
	}
	u.Path = "/" + name
	return strings.TrimSpace(u.String())
}

package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// A database that has a set of migrations is made once and copied for every test: on SQLite as a file in the memory of
// the process, on PostgreSQL as a template on the server, which the packages that are tested at the same time share.
var (
	templates sync.Mutex
	files     = map[string][]byte{}
	made      = map[string]bool{}
)

// digest names the contents of the migrations, so that a template of other migrations is never taken.
func digest(t testing.TB, modules []fs.FS) string {
	t.Helper()
	sum := sha256.New()
	for _, m := range modules {
		names, err := fs.Glob(m, "migrations/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(m, name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(sum, "%s %d\n", name, len(text))
			sum.Write(text)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:10])
}

// migrate brings the database at a URL up to date and closes it.
func migrate(url string, modules []fs.FS) error {
	db, err := store.Open(context.Background(), store.Options{URL: url, Clock: clock.NewManual(Start), IDs: id.NewSource(1), ReadConns: 4, Relaxed: true})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Migrate(context.Background(), modules...)
}

// sqliteCopy writes a file that has the migrations and gives its name.
func sqliteCopy(t testing.TB, modules []fs.FS) string {
	t.Helper()
	name := digest(t, modules)
	templates.Lock()
	defer templates.Unlock()
	if files[name] == nil {
		first := filepath.Join(t.TempDir(), "template.db")
		if err := migrate(first, modules); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(first)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = content
	}
	file := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(file, files[name], 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// postgresTemplate gives the name of a database of the server that has the migrations, making it where there is none.
func postgresTemplate(t testing.TB, admin *pgx.Conn, modules []fs.FS) string {
	t.Helper()
	if len(modules) == 0 {
		return "template0"
	}
	name := "yichuang_template_" + digest(t, modules)
	templates.Lock()
	defer templates.Unlock()
	if made[name] {
		return name
	}
	ctx := context.Background()
	run := func(sql string, args ...any) {
		t.Helper()
		if _, err := admin.Exec(ctx, sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	run("SELECT pg_advisory_lock(hashtext($1))", name) // another package may be making the same one
	defer run("SELECT pg_advisory_unlock(hashtext($1))", name)
	var there bool
	if err := admin.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if !there {
		half := name + "_new"
		run("DROP DATABASE IF EXISTS " + half + " WITH (FORCE)")
		run("CREATE DATABASE " + half + " TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
		if err := migrate(address(t, half), modules); err != nil {
			t.Fatal(err)
		}
		run("ALTER DATABASE " + half + " RENAME TO " + name)
	}
	made[name] = true
	return name
}

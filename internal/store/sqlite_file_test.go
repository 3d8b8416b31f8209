package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

func TestANewDatabaseIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.db")
	open := func() *store.DB {
		t.Helper()
		db, err := store.Open(context.Background(), store.Options{URL: path, Clock: clock.System{}, IDs: id.NewSource(1)})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	mode := func(suffix string) os.FileMode {
		t.Helper()
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	db := open()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if m := mode(suffix); m != 0o600 {
			t.Errorf("database file %q has mode %o", suffix, m)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	// An administrator may let a group read it, for a backup of his own.
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	db = open()
	defer db.Close()
	if m := mode(""); m != 0o640 {
		t.Errorf("the chosen mode became %o", m)
	}
}

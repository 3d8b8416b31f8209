package store_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

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

// The log is copied into the database beside the writer and begins anew: it does not grow with what is written.
func TestTheLogStaysShort(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a hundred megabytes")
	}
	path := filepath.Join(t.TempDir(), "log.db")
	open := func() *store.DB {
		db, err := store.Open(context.Background(), store.Options{URL: path, Clock: clock.System{}, IDs: id.NewSource(1)})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db := open()
	write := func(q string, args ...any) {
		if err := db.WithTx(context.Background(), func(tx *store.Tx) error { return tx.Queue(q, args...) }); err != nil {
			t.Error(err)
		}
	}
	write("CREATE TABLE entry (n BIGINT NOT NULL PRIMARY KEY, body BYTEA NOT NULL)")
	const writers, each = 8, 2000
	body, largest := make([]byte, 8<<10), int64(0)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				write("INSERT INTO entry (n, body) VALUES ($1, $2)", w*each+i, body)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(20 * time.Millisecond):
		}
		if info, err := os.Stat(path + "-wal"); err == nil {
			largest = max(largest, info.Size())
		}
	}
	if largest > 100<<20 {
		t.Errorf("the log grew to %d MB while %d MB were written", largest>>20, writers*each*len(body)>>20)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open()
	defer db.Close()
	var n int64
	err := db.Read(context.Background(), func(tx *store.Tx) (err error) {
		n, err = store.Get[int64](tx, "SELECT COUNT(*) FROM entry")
		return err
	})
	if err != nil || n != writers*each {
		t.Errorf("%d rows after it, %v", n, err)
	}
}

package store_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

func count(t *testing.T, db *store.DB) int64 {
	t.Helper()
	var n int64
	err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, err = store.Get[int64](tx, "SELECT COUNT(*) FROM thing")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func addThing(t *testing.T, db *store.DB) {
	t.Helper()
	err := db.WithTx(t.Context(), func(tx *store.Tx) error { return store.Insert(tx, "thing", newThing(tx, tx.NewID())) })
	if err != nil {
		t.Error(err)
	}
}

func TestReadOnlyOpeningBesideTheWriter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		addThing(t, db)
		ro, err := store.Open(t.Context(), store.Options{URL: db.URL(), ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer ro.Close()
		if n := count(t, ro); n != 1 {
			t.Errorf("%d rows", n)
		}
		addThing(t, db)
		if n := count(t, ro); n != 2 {
			t.Errorf("%d rows after another write", n)
		}
		err = ro.WithTx(t.Context(), func(tx *store.Tx) error { return tx.Queue("DELETE FROM thing") })
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("write: %v", err)
		}
		err = ro.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec("DELETE FROM thing"); return err })
		if err == nil || count(t, db) != 2 {
			t.Errorf("a read deleted: %v", err)
		}
		s, err := ro.Schema(t.Context(), schema)
		if err != nil || s.Have != s.Want || s.Have == 0 || len(s.Pending)+len(s.Unknown) > 0 {
			t.Errorf("schema %+v %v", s, err)
		}
		more := migrations(map[string]string{"202601010000_thing.sql": thingSQL, "202701010000_more.sql": "-- +goose Up\nCREATE TABLE more (a TEXT NOT NULL);\n"})
		if s, err = ro.Schema(t.Context(), more); err != nil || len(s.Pending) != 1 || s.Pending[0] != 202701010000 {
			t.Errorf("schema of a newer program %+v %v", s, err)
		}
		if s, err = ro.Schema(t.Context()); err != nil || len(s.Unknown) != 1 {
			t.Errorf("schema of an older program %+v %v", s, err)
		}
	}, schema)
}

func TestReadOnlyOpeningOfWhatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	if _, err := store.Open(t.Context(), store.Options{URL: path, ReadOnly: true}); !errors.Is(err, store.ErrAbsent) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file was made")
	}
	if err := os.WriteFile(path, []byte("这不是数据库，这不是数据库，这不是数据库，这不是数据库，这不是数据库，这不是数据库。"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Options{URL: path, ReadOnly: true}); errs.CodeOf(err) != "store.corrupt" {
		t.Errorf("error %v", err)
	}
}

// TestDumpWhileOthersWrite proves that every row acknowledged before the start is in the copy, and no half transaction.
func TestDumpWhileOthersWrite(t *testing.T) {
	db := storetest.Open(t, store.SQLite, []fs.FS{schema})
	for range 300 {
		addThing(t, db)
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default: // two rows or none
					err := db.WithTx(t.Context(), func(tx *store.Tx) error {
						if err := store.Insert(tx, "thing", newThing(tx, tx.NewID())); err != nil {
							return err
						}
						return store.Insert(tx, "thing", newThing(tx, tx.NewID()))
					})
					if err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	for i := range 5 {
		before := count(t, db)
		file := filepath.Join(t.TempDir(), "copy.db")
		calls := 0
		if err := store.Dump(t.Context(), db.URL(), file, func(done, all int) { calls++ }); err != nil {
			t.Fatal(err)
		}
		c, err := store.Open(t.Context(), store.Options{URL: file, Clock: clock.System{}, IDs: id.NewSource(3)})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, c); n < before || n%2 != 0 || calls == 0 {
			t.Errorf("copy %d: %d rows, %d before, %d reports", i, n, before, calls)
		}
		addThing(t, c)
		c.Close()
	}
	close(stop)
	wg.Wait()
}

func TestDumpAndLoadOnPostgres(t *testing.T) {
	db := storetest.Open(t, store.Postgres, []fs.FS{schema})
	addThing(t, db)
	file := filepath.Join(t.TempDir(), "copy.dump")
	if err := store.Dump(t.Context(), db.URL(), file, nil); err != nil {
		t.Fatal(err)
	}
	if err := store.Load(t.Context(), db.URL(), file); !errors.Is(err, store.ErrOccupied) {
		t.Errorf("load over data: %v", err)
	}
	target := storetest.PostgresDatabase(t)
	if err := store.Load(t.Context(), target, file); err != nil {
		t.Fatal(err)
	}
	c, err := store.Open(t.Context(), store.Options{URL: target})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if n := count(t, c); n != 1 {
		t.Errorf("%d rows", n)
	}
	t.Setenv("PATH", t.TempDir())
	if err := store.Dump(t.Context(), db.URL(), file+"2", nil); !errors.Is(err, store.ErrNoDumper) {
		t.Errorf("without pg_dump: %v", err)
	}
}

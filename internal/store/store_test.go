package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

const thingSQL = `-- +goose Up
CREATE TABLE thing (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  name      TEXT NOT NULL,
  n         BIGINT NOT NULL,
  flag      BOOLEAN NOT NULL,
  raw       BYTEA NOT NULL,
  day       TEXT NOT NULL,
  at        BIGINT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX thing_name ON thing (centre_id, name);
-- only sqlite
CREATE TABLE only_sqlite (a TEXT NOT NULL);
-- end only
-- only postgres
CREATE TABLE only_postgres (a TEXT NOT NULL);
-- end only
`

func migrations(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range files {
		m["migrations/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

var schema = migrations(map[string]string{"202601010000_thing.sql": thingSQL})

type thingID string

type thing struct {
	CentreID string        `db:"centre_id"`
	ID       thingID       `db:"id"`
	Name     string        `db:"name"`
	N        int           `db:"n"`
	Flag     bool          `db:"flag"`
	Raw      []byte        `db:"raw"`
	Day      clock.Date    `db:"day"`
	At       clock.Instant `db:"at"`
	Version  int64         `db:"version"`
}

func newThing(tx *store.Tx, name string) thing {
	return thing{CentreID: "c", ID: thingID(tx.NewID()), Name: name, N: 7, Flag: true, Raw: []byte{0, 255}, Day: clock.MustDate("2026-05-09"), At: tx.Now(), Version: 1}
}

func TestRoundTripOfEveryColumnType(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var want thing
		err := db.WithTx(t.Context(), func(tx *store.Tx) error {
			want = newThing(tx, "工单")
			return store.Insert(tx, "thing", want)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Read(t.Context(), func(tx *store.Tx) error {
			got, err := store.Get[thing](tx, "SELECT "+store.Columns[thing]("t.")+" FROM thing t WHERE centre_id = $1 AND flag AND n = $2", "c", 7)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = getByName(t.Context(), db, "没有")
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("missing row: %v", err)
		}
	}, schema)
}

func getByName(ctx context.Context, db *store.DB, name string) (got thing, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		got, err = store.Get[thing](tx, "SELECT * FROM thing WHERE centre_id = $1 AND name = $2", "c", name)
		return err
	})
	return got, err
}

func TestFailedClosureChangesNothingAndSparesTheOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var wg sync.WaitGroup
		failed := make([]error, 60)
		for i := range failed {
			wg.Go(func() {
				failed[i] = db.WithTx(context.Background(), func(tx *store.Tx) error {
					if err := store.Insert(tx, "thing", newThing(tx, fmt.Sprint("n", i))); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return errors.New("changed my mind")
					case 2:
						if i%2 == 0 {
							panic("bug")
						}
					}
					return nil
				})
			})
		}
		wg.Wait()
		for i, err := range failed {
			wantErr := i%3 == 1 || i%3 == 2 && i%2 == 0
			_, missing := getByName(t.Context(), db, fmt.Sprint("n", i))
			if (err != nil) != wantErr || (missing != nil) != wantErr {
				t.Errorf("writer %d: error %v, row missing %v", i, err, missing)
			}
		}
	}, schema)
}

func TestErrorsAreTranslated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert := func(name string) error {
			return db.WithTx(t.Context(), func(tx *store.Tx) error { return store.Insert(tx, "thing", newThing(tx, name)) })
		}
		if err := insert("a"); err != nil {
			t.Fatal(err)
		}
		err := insert("a")
		if !errors.Is(err, store.ErrUnique) || strings.Contains(errs.As(err).Public, "thing") {
			t.Errorf("duplicate: %v", err)
		}
		err = db.WithTx(t.Context(), func(tx *store.Tx) error {
			return store.Check(tx.Exec("UPDATE thing SET version = 3 WHERE version = 2"))
		})
		if !errors.Is(err, store.ErrStale) {
			t.Errorf("stale version: %v", err)
		}
		err = db.WithTx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO thing SELECT centre_id, 'x', 'x', 'abc', flag, raw, day, at, version FROM thing")
			return err
		})
		if err == nil {
			t.Error("text was stored in a number column")
		}
	}, schema)
}

func TestTextThatIsNoneIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, text := range []string{"甲\x00乙", "\xff\xfe", "\xed\xa0\x80"} {
			err := db.WithTx(t.Context(), func(tx *store.Tx) error { return store.Insert(tx, "thing", newThing(tx, text)) })
			if !errors.Is(err, store.ErrText) {
				t.Errorf("stored %q: %v", text, err)
			}
			err = db.Read(t.Context(), func(tx *store.Tx) error {
				_, err := store.Select[string](tx, "SELECT name FROM thing WHERE centre_id = $1 AND id = $2", "c", thingID(text))
				return err
			})
			if !errors.Is(err, store.ErrText) {
				t.Errorf("looked for %q: %v", text, err)
			}
		}
	}, schema)
}

func TestReadsCannotWriteAndTransactionsDoNotNest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec("DELETE FROM thing")
			return err
		})
		if err == nil {
			t.Error("a read deleted rows")
		}
		err = db.WithTx(t.Context(), func(tx *store.Tx) error {
			return db.WithTx(tx.Context(), func(*store.Tx) error { return nil })
		})
		if !errors.Is(err, store.ErrNested) {
			t.Errorf("nested: %v", err)
		}
	}, schema)
}

func TestQueuedWritesAreSeenByLaterReadsAndAfterCommitRunsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ran := 0
		err := db.WithTx(t.Context(), func(tx *store.Tx) error {
			for i := range 3 {
				if err := store.Insert(tx, "thing", newThing(tx, fmt.Sprint(i))); err != nil {
					return err
				}
			}
			if err := tx.Queue("UPDATE thing SET n = 9 WHERE name = $1", "1"); err != nil {
				return err
			}
			names, err := store.Select[string](tx, "SELECT name FROM thing WHERE n = 9")
			if len(names) != 1 || names[0] != "1" {
				t.Errorf("queued update not seen: %v", names)
			}
			tx.AfterCommit(func() { ran++ })
			return err
		})
		if err != nil || ran != 1 {
			t.Errorf("err %v, after-commit ran %d times", err, ran)
		}
	}, schema)
}

func TestTextSortsByBytesOnBothEngines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.WithTx(t.Context(), func(tx *store.Tx) error {
			for _, n := range []string{"中", "b", "工", "B", "a", "0"} {
				if err := store.Insert(tx, "thing", newThing(tx, n)); err != nil {
					return err
				}
			}
			got, err := store.Select[string](tx, "SELECT name FROM thing ORDER BY name")
			if want := "[0 B a b 中 工]"; fmt.Sprint(got) != want {
				t.Errorf("order %v, want %s", got, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}, schema)
}

func TestMigrationsRunOnceAndANewerDatabaseIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Migrate(t.Context(), schema); err != nil {
			t.Fatalf("second run: %v", err)
		}
		newer := migrations(map[string]string{"202601010000_thing.sql": thingSQL, "209901010000_more.sql": "-- +goose Up\nCREATE TABLE more (\n a TEXT NOT NULL\n);\n"})
		if err := db.Migrate(t.Context(), newer); err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context(), schema); !errors.Is(err, store.ErrNewer) {
			t.Errorf("older program on a newer database: %v", err)
		}
	}, schema)
}

func TestOneProcessPerFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := store.Open(t.Context(), store.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Options{URL: path}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("second opening: %v", err)
	}
	db.Close()
	if err := db.WithTx(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
	again, err := store.Open(t.Context(), store.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

func TestAForeignFileIsNotTouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("这不是数据库。", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Options{URL: path})
	if errs.CodeOf(err) != "store.corrupt" || !strings.Contains(errs.As(err).Public, path) {
		t.Errorf("error %v", err)
	}
}

func BenchmarkDurableWrites(b *testing.B) {
	for _, kind := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			db := storetest.Open(b, kind, []fs.FS{schema})
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					err := db.WithTx(context.Background(), func(tx *store.Tx) error {
						id := tx.NewID()
						return store.Insert(tx, "thing", thing{CentreID: "c", ID: thingID(id), Name: id, Raw: []byte{}, Version: 1})
					})
					if err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

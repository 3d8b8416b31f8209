package store_test

import (
	"context"
	"testing"

	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// To SQLite a parameter's name is a name: the order in which a text uses $1, $2, $3 must not matter.
func TestArgumentsFollowTheirNumbers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		row := thing{CentreID: "c1", ID: "a", Name: "甲", N: 1, Raw: []byte{1}}
		err := db.WithTx(ctx, func(tx *store.Tx) error {
			if err := store.Insert(tx, "thing", row); err != nil {
				return err
			}
			n, err := tx.Exec("UPDATE thing SET name = $3, n = $4 WHERE centre_id = $1 AND id = $2 AND centre_id = $1", "c1", "a", "乙", 7)
			if err == nil && n != 1 {
				t.Errorf("%d rows were changed", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Read(ctx, func(tx *store.Tx) error {
			got, err := store.Get[thing](tx, "SELECT "+store.Columns[thing]("")+" FROM thing WHERE name = $2 AND centre_id = $1", "c1", "乙")
			if err == nil && got.N != 7 {
				t.Errorf("read %+v", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}, schema)
}

// An announced query may take bytes, which cannot be compared with ==.
func TestAnAnnouncedQueryMayTakeBytes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		err := db.WithTx(ctx, func(tx *store.Tx) error {
			return store.Insert(tx, "thing", thing{CentreID: "c1", ID: "a", Name: "甲", Raw: []byte{1, 2}})
		})
		if err != nil {
			t.Fatal(err)
		}
		const q = "SELECT name FROM thing WHERE centre_id = $1 AND raw = $2"
		for _, c := range []struct {
			announced, asked []byte
			rows             int
		}{{[]byte{1, 2}, []byte{1, 2}, 1}, {[]byte{1, 2}, []byte{3}, 0}, {[]byte{3}, []byte{1, 2}, 1}} {
			err := db.WithTx(ctx, func(tx *store.Tx) error {
				tx.Ahead(q, "c1", c.announced)
				if _, err := store.Select[int64](tx, "SELECT 1"); err != nil { // the announced query travels with this one
					return err
				}
				got, err := store.Select[string](tx, q, "c1", c.asked)
				if err == nil && len(got) != c.rows {
					t.Errorf("announced %v, asked %v: %v", c.announced, c.asked, got)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	}, schema)
}

package store_test

import (
	"context"
	"slices"
	"testing"

	"yichuang/internal/jobs"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

func TestRecordsAndTables(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		err := db.WithTx(ctx, func(tx *store.Tx) error { return jobs.Insert(tx, "c1", "try", "k", 1, map[string]int{"n": 3}) })
		if err != nil {
			t.Fatal(err)
		}
		err = db.Read(ctx, func(tx *store.Tx) error {
			tables, err := store.Tables(tx)
			if err != nil {
				return err
			}
			at := slices.IndexFunc(tables, func(x store.Table) bool { return x.Name == "job" })
			if at < 0 || !slices.Contains(tables[at].Columns, "centre_id") || tables[at].Columns[0] != "id" {
				t.Errorf("tables %v", tables)
			}
			rows, err := store.Records(tx, "SELECT kind, run_at, args, state <> 'dead' AS alive FROM job WHERE centre_id = $1", "c1")
			if err != nil || len(rows) != 1 || rows[0]["kind"] != "try" || rows[0]["run_at"] != int64(1) || rows[0]["args"] != `{"n":3}` {
				t.Errorf("rows %v, %v", rows, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}, jobs.Migrations)
}

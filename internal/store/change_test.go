package store_test

import (
	"testing"

	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// Change writes exactly what differs: a column that the row did not touch keeps what another statement gave it, bytes are
// compared by content, and keys that are no fields are refused.
func TestChangeWritesWhatDiffers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.WithTx(t.Context(), func(tx *store.Tx) error {
			was := thing{CentreID: "c1", ID: "a", Name: "甲", N: 1, Raw: []byte{1, 2}}
			if err := store.Insert(tx, "thing", &was); err != nil {
				return err
			}
			if _, err := tx.Exec("UPDATE thing SET n = 7 WHERE centre_id = 'c1'"); err != nil {
				return err
			}
			now := was
			now.Raw = []byte{1, 2}
			if err := store.Change(tx, "thing", &was, &now, "centre_id", "id"); err != nil {
				return err
			}
			now.Name, now.Raw = "乙", []byte{3}
			if err := store.Change(tx, "thing", &was, &now, "centre_id", "id"); err != nil {
				return err
			}
			got, err := store.Get[thing](tx, "SELECT "+store.Columns[thing]("")+" FROM thing WHERE centre_id = 'c1'")
			if err == nil && (got.Name != "乙" || got.N != 7 || string(got.Raw) != "\x03") {
				t.Errorf("%+v", got)
			}
			if store.Change(tx, "thing", &was, &now, "centre") == nil || store.Change(tx, "thing", was, struct{}{}, "id") == nil {
				t.Error("a key that is no field, or another type, is taken")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}, schema)
}

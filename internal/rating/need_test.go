package rating_test

import (
	"testing"
	"time"

	"yichuang/internal/party"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
)

// Whoever gave a bad rating that is still open must be reached, and stays known until it is closed.
func TestARaterWhoIsWaitedForIsNotForgotten(t *testing.T) {
	w := ratingtest.Open(t, store.SQLite)
	w.Rate(t, w.Answered(t), rating.Bad, "李文秀", "13993009999")
	task := w.Newest(t)
	var person string
	in := func(f func(tx *store.Tx) error) {
		t.Helper()
		if err := w.DB.WithTx(w.System(), f); err != nil {
			t.Fatal(err)
		}
	}
	in(func(tx *store.Tx) (err error) {
		person, err = store.Get[string](tx, "SELECT rater_id FROM rating_rating WHERE centre_id = $1 AND rater_id <> '' LIMIT 1", w.Centre)
		return err
	})
	release := func() (forgotten bool) {
		in(func(tx *store.Tx) (err error) { forgotten, err = w.Party.Release(tx, w.Centre, person); return err })
		return forgotten
	}
	if release() {
		t.Fatal("forgotten while the task is open")
	}
	in(func(tx *store.Tx) error {
		list, err := party.WaitingTx(tx, w.Centre)
		if list["有未办结的差评"] != 1 {
			t.Errorf("%v", list)
		}
		return err
	})
	in(func(tx *store.Tx) error {
		return tx.Queue("UPDATE rating_task SET open = FALSE WHERE centre_id = $1 AND id = $2", w.Centre, task.ID)
	})
	w.Clock.Advance(26 * time.Hour)
	w.RunJobs(t)
	in(func(tx *store.Tx) error {
		p, err := party.Load(tx, w.Centre, person)
		if len(p.NameEnc)+len(p.PhoneEnc) != 0 {
			t.Error("known although the task is closed")
		}
		return err
	})
}

package hotline_test

import (
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/store"
)

// On PostgreSQL a dispatch may read the calendar of before and commit after the re-projection has passed. What it leaves
// is put into the database here: a leg with the end and the revision of before.
func TestALegMissedByTheFirstPassIsProjectedByTheSecond(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		untouched := w.At(t, "2026-12-01 10:00")
		o := w.At(t, "2026-12-30 10:00")
		before := w.Lead(t, o.ID)
		load2027(t, w)
		w.RunJobs(t)
		after := w.Lead(t, o.ID)
		if after.Due == before.Due || after.Revision == before.Revision {
			t.Fatalf("the first pass left %s of revision %d", after.Due, after.Revision)
		}
		exec(t, w, "UPDATE hotline_leg SET due = $1, calendar_revision = $2 WHERE id = $3", before.Due, before.Revision, before.ID)
		exec(t, w, "UPDATE hotline_ticket SET due = $1 WHERE id = $2", before.Due, o.ID)
		events := len(w.Get(t, untouched.ID).Events)
		w.Clock.Advance(59 * time.Second)
		w.RunJobs(t)
		wantDue(t, w, o, before.Due.String())
		w.Clock.Advance(2 * time.Second)
		w.RunJobs(t)
		wantDue(t, w, o, after.Due.String())
		if got := w.Lead(t, o.ID); got.Revision != after.Revision {
			t.Errorf("revision %d, want %d", got.Revision, after.Revision)
		}
		if l := w.Lead(t, untouched.ID); l.Revision != after.Revision || len(w.Get(t, untouched.ID).Events) != events {
			t.Errorf("a leg whose end did not move: revision %d, %d events, before %d", l.Revision, len(w.Get(t, untouched.ID).Events), events)
		}
		if n := reprojections(t, w); n != 0 {
			t.Errorf("%d re-projections still wait", n)
		}
		checkChains(t, w)
	})
}

func TestTheSecondPassComesOnceForARevision(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Set("2026-12-30 10:00")
		for range 103 { // two chunks
			w.Ticket(t, hotline.Dispatched)
		}
		load2027(t, w)
		w.RunJobs(t)
		if n := reprojections(t, w); n != 1 {
			t.Errorf("%d second passes wait, want 1", n)
		}
		var stale int64
		err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
			stale, err = store.Get[int64](tx, "SELECT COUNT(*) FROM hotline_leg WHERE due <> $1", clock.MustInstant("2027-01-07 18:00"))
			return err
		})
		if err != nil || stale != 0 {
			t.Errorf("%d legs were not moved, %v", stale, err)
		}
		w.Clock.Advance(2 * time.Minute)
		w.RunJobs(t)
		if n := reprojections(t, w); n != 0 {
			t.Errorf("%d re-projections still wait", n)
		}
	})
}

func reprojections(t *testing.T, w *hotlinetest.World) (n int64) {
	t.Helper()
	err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		n, err = store.Get[int64](tx, "SELECT COUNT(*) FROM job WHERE kind = 'hotline.reproject'")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func exec(t *testing.T, w *hotlinetest.World, query string, args ...any) {
	t.Helper()
	err := w.DB.WithTx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

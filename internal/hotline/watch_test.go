package hotline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ladderOf lists the notices of a ticket: kind and moment.
func ladderOf(t *testing.T, w *hotlinetest.World, o hotline.Ticket) (out []string) {
	t.Helper()
	for _, n := range w.Get(t, o.ID).Notices {
		out = append(out, fmt.Sprintf("%s %s", n.Kind, n.At))
	}
	return out
}

func wantLadder(t *testing.T, w *hotlinetest.World, o hotline.Ticket, want ...string) {
	t.Helper()
	if got := ladderOf(t, w, o); strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("notices %v, expected %v", got, want)
	}
}

// hours lets the clock run in steps, with the jobs of each moment done twice by two runners.
func hours(t *testing.T, w *hotlinetest.World, until string, step time.Duration) {
	t.Helper()
	for end := clock.MustInstant(until); w.Clock.Now() < end; {
		w.Clock.Set(min(end, w.Clock.Now().Add(step)))
		w.RunJobs(t)
		w.RunJobs(t)
	}
}

// The ladder of a leg that nobody touches: signing late, yellow, red, bulletin, each once and at its moment.
func TestTheLadder(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-05-08 16:30")
		hours(t, w, "2026-06-01 12:00", 30*time.Minute)
		// Due Thursday 14 May 18:00; the sixth working day after it begins on the 22nd.
		wantLadder(t, w, o, "sign_late 2026-05-11 08:30", "yellow 2026-05-13 08:30", "red 2026-05-15 08:30", "demand 2026-05-15 08:30", "bulletin 2026-05-22 08:30")
		for _, n := range w.Get(t, o.ID).Notices {
			want := hotline.AudienceOffice
			if n.Kind == hotline.NoticeYellow {
				want = hotline.AudienceUnit
			}
			if n.Audience != want || n.UnitID != w.Unit.ID || !strings.Contains(n.Text, o.No) {
				t.Errorf("notice %+v", n)
			}
		}
		checkChains(t, w)
	})
}

// A program that was stopped for days tells everything once it is back, each once.
func TestNoticesAfterAStop(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-05-08 16:30")
		w.Set("2026-05-18 03:00")
		w.RunJobs(t)
		wantLadder(t, w, o, "sign_late 2026-05-18 03:00", "yellow 2026-05-18 03:00", "red 2026-05-18 03:00", "demand 2026-05-18 03:00")
		hours(t, w, "2026-05-25 12:00", time.Hour)
		wantLadder(t, w, o, "sign_late 2026-05-18 03:00", "yellow 2026-05-18 03:00", "red 2026-05-18 03:00", "demand 2026-05-18 03:00", "bulletin 2026-05-22 09:00")
	})
}

// A watch that was run again after a crash, with its notice already given, gives it no second time.
func TestNoticesAfterACrash(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-05-08 16:30")
		w.Set("2026-05-13 09:00")
		w.RunJobs(t)
		for _, state := range []string{"ready", "running"} { // as a restored backup, or another node's view, may have it
			err := w.DB.WithTx(context.Background(), func(tx *store.Tx) error {
				_, err := tx.Exec("UPDATE job SET run_at = $1, lease_until = $1, state = $2 WHERE kind = 'hotline.watch'", w.Clock.Now()-1, state)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			w.RunJobs(t)
			wantLadder(t, w, o, "sign_late 2026-05-13 09:00", "yellow 2026-05-13 09:00")
		}
		hours(t, w, "2026-05-15 12:00", time.Hour)
		wantLadder(t, w, o, "sign_late 2026-05-13 09:00", "yellow 2026-05-13 09:00", "red 2026-05-15 09:00", "demand 2026-05-15 09:00")
	})
}

// After an extension the cards of the new end are given; those of the old end are not, but for the yellow one that was
// out already.
func TestNoticesAfterAnExtension(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		hours(t, w, "2026-05-14 17:00", 30*time.Minute)
		if _, err := w.Hotline.AskExtension(w.In(t, w.Unit.ID, org.RoleLiaison), at(o), 5, "等待配件"); err != nil {
			t.Fatal(err)
		}
		hours(t, w, "2026-05-15 11:00", 30*time.Minute)
		if _, err := w.Hotline.DecideExtension(w.As(t, org.RoleSupervisor), at(o), true, ""); err != nil {
			t.Fatal(err)
		}
		hours(t, w, "2026-05-25 12:00", 30*time.Minute)
		wantLadder(t, w, o, "yellow 2026-05-13 08:30", "yellow 2026-05-20 08:30", "red 2026-05-22 08:30", "demand 2026-05-22 08:30")
	})
}

// A unit that has replied is left alone, and told again only where its reply comes back.
func TestNoNoticesAfterTheReply(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Review)
		hours(t, w, "2026-05-25 12:00", 2*time.Hour)
		wantLadder(t, w, o)
		if _, err := w.Hotline.Reject(w.As(t, org.RoleReviewer), at(o), "不清楚"); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		wantLadder(t, w, o, "yellow 2026-05-25 12:00", "red 2026-05-25 12:00", "demand 2026-05-25 12:00", "bulletin 2026-05-25 12:00")
	})
}

// A ticket that ends otherwise takes its watch along.
func TestNoNoticesAfterAnEnd(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-05-08 16:30")
		if _, err := w.Hotline.Withdraw(w.As(t, org.RoleAgent), at(o), "已解决"); err != nil {
			t.Fatal(err)
		}
		hours(t, w, "2026-05-25 12:00", 4*time.Hour)
		wantLadder(t, w, o)
		var left int64
		err := w.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
			left, err = store.Get[int64](tx, "SELECT COUNT(*) FROM job WHERE kind = 'hotline.watch'")
			return err
		})
		if err != nil || left != 0 {
			t.Errorf("%d watches left, %v", left, err)
		}
	})
}

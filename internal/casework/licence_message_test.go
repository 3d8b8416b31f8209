package casework_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/store"
)

// sent hands what waits to a gateway that keeps it.
func sent(t *testing.T, w *caseworktest.World) (texts []string) {
	t.Helper()
	if _, err := w.Outbox.Send(w.System(), func(_ context.Context, phone, text string) error {
		texts = append(texts, phone+" "+text)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return texts
}

// A holder who agreed to messages is told once that his licence ends, while he can still apply in time; who did not agree is not, and
// nobody is told of what is settled by then.
func TestAHolderIsToldThatTheLicenceEnds(t *testing.T) {
	for _, tt := range []struct {
		name   string
		agreed bool
		before func(t *testing.T, w *caseworktest.World, l casework.Licence) // between the announcement and the morning on which it goes out
		want   int
	}{
		{"agreed", true, nil, 1},
		{"agreed to invitations to rate, before he was asked for this", false, nil, 0},
		{"applied already", true, func(t *testing.T, w *caseworktest.World, l casework.Licence) {
			renewal(t, w, w.Ready(t, twoMonths()), l.No, false)
		}, 0},
		{"cancelled since", true, func(t *testing.T, w *caseworktest.World, l casework.Licence) {
			change(t, w, "UPDATE casework_licence SET state = 'cancelled' WHERE centre_id = $1 AND id = $2", w.Centre, l.ID)
		}, 0},
		{"too late to apply", true, func(_ *testing.T, w *caseworktest.World, _ casework.Licence) { w.Set("2025-10-06 09:00") }, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := caseworktest.Open(t, store.SQLite)
			l := licensed(t, w, w.Ready(t, twoMonths()), "劳派-7")
			change(t, w, "UPDATE casework_case SET messages = TRUE, reminders = $3 WHERE centre_id = $1 AND id = $2", w.Centre, l.ID, tt.agreed)
			w.Set("2025-09-16 09:00")
			w.RunJobs(t)
			if got := sent(t, w); len(got) != 0 {
				t.Fatalf("told before the day: %v", got)
			}
			w.Set("2025-09-17 00:01") // 30 working days before the end
			w.RunJobs(t)
			if got := sent(t, w); len(got) != 0 {
				t.Fatalf("told at night: %v", got)
			}
			w.Set("2025-09-17 08:00")
			if tt.before != nil {
				tt.before(t, w, l)
			}
			got := sent(t, w)
			if len(got) != tt.want {
				t.Fatalf("%d messages: %v", len(got), got)
			}
			if tt.want == 1 && !(strings.HasPrefix(got[0], caseworktest.Applicant().Phone) && strings.Contains(got[0], "劳派-7") && strings.Contains(got[0], "2025-11-04") && strings.Contains(got[0], "2025-10-05")) {
				t.Error(got[0])
			}
			for range 3 { // and never again in this term
				w.Clock.Advance(24 * time.Hour)
				w.RunJobs(t)
				if got := sent(t, w); len(got) != 0 {
					t.Errorf("told again: %v", got)
				}
			}
		})
	}
}

// Who agrees now agrees to both purposes, in the words of the form.
func TestConsentIsForBothPurposes(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	for _, agreed := range []bool{true, false} {
		in := caseworktest.Input(w.Ready(t))
		in.Messages = agreed
		got, err := w.Casework.Receive(w.Window(t), in)
		if err != nil {
			t.Fatal(err)
		}
		if c := w.Get(t, got.Cases[0].ID); c.Messages != agreed || c.Reminders != agreed {
			t.Errorf("agreed %v: messages %v, reminders %v", agreed, c.Messages, c.Reminders)
		}
	}
}

func change(t *testing.T, w *caseworktest.World, sql string, args ...any) {
	t.Helper()
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return tx.Queue(sql, args...) }); err != nil {
		t.Fatal(err)
	}
}

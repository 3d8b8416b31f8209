package casework_test

import (
	"strings"
	"testing"
	"time"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// An applicant whose case is destroyed stays known while another case of his is open or kept, and while he holds a licence in force.
func TestAnApplicantWhoIsNeededIsNotForgotten(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t, twoMonths())
	l := licensed(t, w, it, "劳派-9")
	first := w.Get(t, l.ID)
	other := w.Ready(t)
	second := w.Receive(t, other)
	if first.ApplicantID != second.ApplicantID {
		t.Fatal("the same applicant is two people")
	}
	in := func(f func(tx *store.Tx) error) {
		t.Helper()
		if err := w.DB.WithTx(w.System(), f); err != nil {
			t.Fatal(err)
		}
	}
	want := func(when, reason string) {
		t.Helper()
		in(func(tx *store.Tx) error {
			list, err := party.WaitingTx(tx, w.Centre)
			if err != nil {
				return err
			}
			if reason == "" && len(list) == 0 || list[reason] == 1 {
				return nil
			}
			t.Errorf("%s: %v, want %q", when, list, reason)
			return nil
		})
		who := w.Get(t, second.ID).Applicant.Name
		if (who != "") != (reason != "") {
			t.Errorf("%s: the applicant is %q", when, who)
		}
	}
	night := func() { w.Clock.Advance(26 * time.Hour); w.RunJobs(t) }
	month := func() { w.Clock.Advance(32 * 24 * time.Hour); w.RunJobs(t) }
	in(func(tx *store.Tx) error { return w.Casework.Redact(tx, string(first.ID)) })
	want("another case is open", "有未办结的办件")
	in(func(tx *store.Tx) error {
		return tx.Queue("UPDATE casework_case SET open = FALSE WHERE centre_id = $1 AND id = $2", w.Centre, second.ID)
	})
	night()
	want("a licence is in force", "持有有效的证照")
	in(func(tx *store.Tx) error {
		return tx.Queue("UPDATE casework_licence SET state = 'cancelled' WHERE centre_id = $1", w.Centre)
	})
	month()
	want("another case is kept", "办件还在保管")
	in(func(tx *store.Tx) error { return w.Casework.Redact(tx, string(second.ID)) })
	want("nothing needs him", "")
}

// Who has cases is found by the index of each column, however many cases there are.
func TestTheCasesOfAPersonAreFoundByIndex(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	type step struct {
		ID      int64  `db:"id"`
		Parent  int64  `db:"parent"`
		Notused int64  `db:"notused"`
		Detail  string `db:"detail"`
	}
	for _, sql := range casework.NeedQueries() {
		if err := w.DB.Read(w.System(), func(tx *store.Tx) error {
			plan, err := store.Select[step](tx, "EXPLAIN QUERY PLAN "+sql, w.Centre, "person")
			if err == nil && (len(plan) == 0 || !strings.Contains(plan[0].Detail, "(centre_id=? AND applicant_id=?") && !strings.Contains(plan[0].Detail, "(centre_id=? AND agent_id=?") && !strings.Contains(plan[0].Detail, "(centre_id=? AND holder_id=?")) {
				t.Errorf("%s: plan %+v", sql, plan)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

package hallmetric_test

import (
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/hallmetric"
	"yichuang/internal/store"
)

// A case whose special procedure ended as planned and that is late counts as late, before the program has written the end down
// as after; one whose procedure is open does not.
func TestALateCaseCannotHideBehindASpecialProcedure(t *testing.T) {
	w := open(t, store.SQLite)
	it := w.Ready(t)
	w.Set("2025-09-26 15:00")
	planned, unended := w.Accepted(t, it), w.Accepted(t, it)
	w.Set("2025-10-09 09:00")
	for _, x := range []struct {
		c   casework.Case
		end clock.Date
	}{{planned, clock.MustDate("2025-10-13")}, {unended, 0}} {
		k, today := casework.Command{CaseID: x.c.ID}, w.Clock.Now().Date()
		in := casework.ProcedureInput{Type: "testing", Start: today, End: x.end, Expected: today + 60, Notice: today, Reason: "消防检测"}
		if _, err := w.Casework.ProposeSuspension(w.Chief(t), k, in); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Casework.Suspend(w.Approver(t, 1), k); err != nil {
			t.Fatal(err)
		}
	}
	look := func(moment, due string, overdue int64) {
		t.Helper()
		w.Set(moment)
		if got := text(w.figure(t, w.all(), "HC2", october, "")); got != due {
			t.Errorf("%s: HC2 is %s, want %s", moment, got, due)
		}
		if o, err := w.Metrics.Overview(w.all()); err != nil || o.Overdue != overdue || o.Open != 2 {
			t.Errorf("%s: %d of %d late, want %d, %v", moment, o.Overdue, o.Open, overdue, err)
		}
		r, err := w.Metrics.Recount(w.reader(hallmetric.PermCheck, actor.Centre), october)
		if err != nil || !r.Equal {
			t.Errorf("%s: %s %v", moment, strings.Join(r.Faults, "\n"), err)
		}
	}
	look("2025-10-21 12:00", "— 0/0", 0) // the promise ends tonight
	look("2025-10-22 09:00", "0.00% 0/1", 1)
	w.RunJobs(t)
	look("2025-10-22 09:01", "0.00% 0/1", 1)
}

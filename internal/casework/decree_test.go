package casework_test

import (
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/store"
)

// Scenario 15, the change of the calendar: on 11-18 a decree adds 2025-11-20 as off. An open case accepted on 11-14 with ten
// days moves from 12-01 to 12-02, a running limit of the notice from 11-24 to 11-25, the journal holds old, new and the
// decree's number; a case closed on 11-17 stays as it was, and so does what was counted of it.
func TestScenario15ADecreeMovesOpenClocks(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		it := w.Ready(t)
		w.Set("2025-11-14 10:00")
		open, waiting, closed := w.Accepted(t, it), w.Receive(t, it), w.Accepted(t, it)
		w.Set("2025-11-17 15:00")
		finish(t, w, closed)
		before := w.Get(t, closed.ID)
		wantDays(t, w.Get(t, open.ID).Case, "2025-12-01", "")
		if calendar.LastDay(w.Get(t, waiting.ID).NextDue) != day("2025-11-24") {
			t.Fatalf("the notice is due %s", w.Get(t, waiting.ID).NextDue)
		}
		w.Set("2025-11-18 11:00")
		decree := calendar.Document{Title: "临夏市人民政府关于调休的通知", Number: "临市府发〔2025〕88号"}
		_, err := w.Calendar.Publish(w.System(), calendar.Publication{Layer: calendar.County, Area: "622901", Mode: calendar.Merge, Document: decree,
			Years: []calendar.FileYear{{Year: 2025, Days: []calendar.LayerDay{{Date: day("2025-11-20"), Kind: calendar.Off, Name: "调休", Basis: decree.Number}}}}})
		if err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		wantDays(t, w.Get(t, open.ID).Case, "2025-12-02", "")
		if got := calendar.LastDay(w.Get(t, waiting.ID).NextDue); got != day("2025-11-25") {
			t.Errorf("the notice is due %s, want 2025-11-25", got)
		}
		after := w.Get(t, closed.ID)
		if after.Version != before.Version || after.EventSeq != before.EventSeq || after.PromiseDue != before.PromiseDue || after.StatutoryDue != before.StatutoryDue || after.Promise != before.Promise {
			t.Errorf("the closed case changed: %+v, was %+v", after.Case, before.Case)
		}
		journal(t, w, open.ID, decree, "2025-12-01", "2025-12-02")
		journal(t, w, waiting.ID, decree, "2025-11-24", "2025-11-25")
		err = w.DB.Read(w.System(), func(tx *store.Tx) error {
			lines, err := calendar.JournalOf(tx, "case", string(closed.ID))
			if len(lines) != 0 {
				t.Errorf("the closed case is in the journal: %+v", lines)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// finish takes an accepted case to its closing.
func finish(t *testing.T, w *caseworktest.World, c casework.Case) {
	t.Helper()
	m := w.Casework
	_, err := m.Review(w.Chief(t), cmd(c), "符合条件")
	if err == nil {
		_, err = m.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{Opinion: "准予"})
	}
	if err == nil {
		_, err = m.Issue(w.Window(t), cmd(c), casework.IssueInput{Number: "劳派-15"})
	}
	if err == nil {
		_, err = m.Deliver(w.Window(t), cmd(c), casework.DeliverInput{Way: "窗口领取"})
	}
	if s := w.Get(t, c.ID); err != nil || s.State != casework.Closed {
		t.Fatalf("state %s, %v", s.State, err)
	}
}

// journal checks that the journal of a case has one line that moved its end from one day to another by the decree.
func journal(t *testing.T, w *caseworktest.World, id casework.CaseID, decree calendar.Document, from, to string) {
	t.Helper()
	err := w.DB.Read(w.System(), func(tx *store.Tx) error {
		lines, err := calendar.JournalOf(tx, "case", string(id))
		for _, l := range lines {
			if calendar.LastDay(l.OldDue) == day(from) && calendar.LastDay(l.NewDue) == day(to) && l.Document == decree.String() {
				return err
			}
		}
		t.Errorf("no line from %s to %s by %s: %+v", from, to, decree, lines)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

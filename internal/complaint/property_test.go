package complaint_test

import (
	"math/rand/v2"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// live plays a random life of a stuck matter: whatever is tried, by whoever, with the clock moving and the jobs running.
func live(t *testing.T, w *complainttest.World, rnd *rand.Rand, k complaint.Command) {
	t.Helper()
	m, j, z, d1, d2, l := w.Complaint, w.J(t), w.Chief(t), w.Approver(t, 1), w.Approver(t, 2), w.As(t, org.RoleLeader)
	moves := []func() error{
		func() error { _, err := m.Accept(j, complaint.Stuck, k); return err },
		func() error {
			list := complaint.Classes(complaint.Stuck)
			_, err := m.Classify(j, complaint.Stuck, k, complaint.ClassifyInput{Class: list[rnd.IntN(len(list))]})
			return err
		},
		func() error {
			_, err := m.Dispatch(j, k, complaint.DispatchInput{UnitID: w.Unit.ID})
			return err
		},
		func() error { _, err := m.Contact(z, k, "已联系"); return err },
		func() error {
			told := w.Clock.Now().Date()
			if s := w.Sheet(t, k.ID); s.Due != 0 { // what a day more comes to, where no free day is between
				told = calendar.LastDay(s.Due) + 1
			}
			_, err := m.Extend(z, k, complaint.ExtendInput{Days: 1, Reason: "等复函", Contact: "已电话说明", Told: told})
			return err
		},
		func() error { _, err := m.GiveBack(z, k, "不是本单位的事"); return err },
		func() error {
			_, err := m.Finish(z, k, complaint.FinishInput{Result: "已办", Cause: "shift"})
			return err
		},
		func() error {
			_, err := m.Deny(d1, k, complaint.DenyInput{Result: "不能", Basis: "第一条", Cause: "law"})
			return err
		},
		func() error { _, err := m.ApproveDenial(d2, k, ""); return err },
		func() error { _, err := m.RejectDenial(d2, k, "再核"); return err },
		func() error {
			_, err := m.VisitStuck(j, k, complaint.VisitInput{Answer: complaint.Answers[rnd.IntN(3)], Note: "说明"})
			return err
		},
		func() error { _, err := m.Order(l, k, "重办"); return err },
	}
	for i := range 30 {
		if err := moves[min(i, rnd.IntN(len(moves)))](); err != nil && complaint.RefusalCode(err) == "" {
			t.Fatal(err)
		}
		if rnd.IntN(3) == 0 {
			w.Clock.Set(w.Clock.Now() + clock.Instant(rnd.IntN(60))*3600_000)
			w.RunJobs(t)
		}
	}
}

// Over random lives: every event has its actor and follows the one before in time and state, a reminder comes once for a clock and a
// rung, what ended has no running clock, and the check proves it all; a changed history is found.
func TestInvariantsOfRandomLives(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	rnd := rand.New(rand.NewPCG(4, 3))
	for n := range 6 {
		c := w.Register(t, w.Stuck())
		live(t, w, rnd, complaint.Command{ID: c.ID})
		s := w.Sheet(t, c.ID)
		last, state := clock.Instant(0), complaint.State("")
		for i, e := range s.Events {
			if e.ActorID == "" || e.At < last || e.Was != state && e.Action != complaint.ActRegister {
				t.Errorf("matter %d: event %d: %+v after %s", n, i, e, state)
			}
			last, state = e.At, e.State
		}
		once := map[string]bool{}
		for _, r := range s.Reminded {
			if once[r.ClockID+r.Rung] {
				t.Errorf("matter %d: twice %s", n, r.Rung)
			}
			once[r.ClockID+r.Rung] = true
		}
		running := 0
		for _, k := range s.Clocks {
			if k.Running {
				running++
			}
		}
		if state != s.State || !s.Open && running > 0 || s.Reminders != int64(len(s.Reminded)) {
			t.Errorf("matter %d: %s, last event %s, %d clocks run, %d reminders of %d", n, s.State, state, running, s.Reminders, len(s.Reminded))
		}
	}
	if wrong, err := w.Complaint.Check(w.System()); err != nil || len(wrong) != 0 {
		t.Fatalf("check: %+v %v", wrong, err)
	}
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE complaint_event SET text = 'x', state = 'ARCHIVED' WHERE centre_id = $1 AND seq = 2", w.Centre)
		return err
	})
	if wrong, err2 := w.Complaint.Check(w.System()); err != nil || err2 != nil || len(wrong) < 5 || wrong[0].Seq != 2 {
		t.Errorf("a changed history goes unnoticed: %+v, %v %v", wrong, err, err2)
	}
}

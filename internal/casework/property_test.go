package casework_test

import (
	"math/rand/v2"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

// live plays a random life of a case: whatever is tried, by whoever, with the clock moving and the jobs running.
func live(t *testing.T, w *caseworktest.World, rnd *rand.Rand, c casework.Case, also ...func() error) {
	t.Helper()
	m, k := w.Casework, casework.Command{CaseID: c.ID}
	win, z, d, h := w.Window(t), w.Chief(t), w.Approver(t, 1), w.Head(t)
	day := func(n int) clock.Date { return w.Clock.Now().Date() + clock.Date(n) }
	moves := []func() error{
		func() error {
			_, err := m.Notify(win, k, []casework.Defect{{Code: "M2", What: "补交"}}, "")
			return err
		},
		func() error {
			_, err := m.Notify(z, k, []casework.Defect{{Code: "M3", What: "补交"}}, "确有必要")
			return err
		},
		func() error { _, err := m.Supply(win, k, []string{"M1", "M2", "M3"}, rnd.IntN(2) == 0); return err },
		func() error { _, err := m.Accept(win, k, casework.NormalMode); return err },
		func() error { _, err := m.Accept(win, k, casework.Tolerant); return err },
		func() error { _, err := m.Fulfil(win, k, []string{"M2", "M3"}); return err },
		func() error {
			_, err := m.ProposeSuspension(z, k, casework.ProcedureInput{Type: "testing", Start: day(rnd.IntN(4) - 1), Expected: day(9), Notice: day(0), Reason: "检测"})
			return err
		},
		func() error { _, err := m.Suspend(d, k); return err },
		func() error { _, err := m.Resume(z, k, "合格"); return err },
		func() error { _, err := m.ProposeExtension(z, k, "复杂"); return err },
		func() error { _, err := m.Extend(h, k, casework.ExtendInput{}); return err },
		func() error { _, err := m.Review(w.Approver(t, 2), k, "符合"); return err },
		func() error { _, err := m.Grant(d, k, casework.DecideInput{}); return err },
		func() error {
			_, err := m.Deny(z, k, casework.DecideInput{Opinion: "不符合", Basis: "第一条"})
			return err
		},
		func() error { _, err := m.Issue(win, k, casework.IssueInput{Number: "证-1"}); return err },
		func() error { _, err := m.Deliver(win, k, casework.DeliverInput{Way: "窗口领取"}); return err },
		func() error { _, err := m.Archive(win, k, "盒-1"); return err },
		func() error { _, err := m.Prereview(win, k, ""); return err },
		func() error { _, err := m.Attach(win, k, casework.Uploads{"M2": upload("x.pdf")}); return err },
		func() error { _, err := m.TellHearing(z, k, "涉及他人"); return err },
		func() error { _, err := m.AskHearing(win, k, "要求听证"); return err },
		func() error { _, err := m.WaiveHearing(win, k, "放弃"); return err },
		func() error { _, err := m.LinkPlatform(win, k, c.No); return err },
	}
	moves = append(moves, also...)
	for range 40 {
		err := moves[rnd.IntN(len(moves))]()
		if err != nil && casework.RefusalCode(err) == "" {
			t.Fatal(err)
		}
		if rnd.IntN(3) == 0 {
			w.Clock.Set(w.Clock.Now() + clock.Instant(rnd.IntN(72))*3600_000)
			w.RunJobs(t)
		}
	}
}

// recount counts the end of a clock in working days once more, day by day, from what it stores alone: anchor, budget, extension and
// the days of its procedures.
func recount(t *testing.T, cal *calendar.Calendar, k *casework.ClockView, today clock.Date) {
	t.Helper()
	d := k.Day()
	if k.Unit != item.Workday || d.Budget == 0 || k.Standing {
		return
	}
	left, end := d.Budget+d.Extra, d.Anchor
	for left > 0 {
		end++
		still := false
		for _, s := range d.Suspensions {
			to := s.End
			if s.Open() {
				to = today + 1
			}
			still = still || s.Start <= end && end < to
		}
		if cal.IsWorkday(end) && !still {
			left--
		}
	}
	if calendar.LastDay(k.Due) != end {
		t.Errorf("%s ends %s, counted %s: %+v", k.Kind, calendar.LastDay(k.Due), end, d)
	}
}

// Invariants I1 to I5 and I8 over random lives.
func TestInvariantsOfRandomLives(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t, online)
	cal, err := w.Calendar.Calendar(w.System(), "")
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(6, 3))
	for n := range 25 {
		var c casework.Case
		if n%3 == 0 {
			c = apply(t, w, it, "M1").Cases[0]
		} else {
			c = w.Receive(t, it, "M1")
		}
		live(t, w, rnd, c)
		s := w.Get(t, c.ID)
		last := clock.Instant(0)
		state := casework.State("")
		for i, e := range s.Events {
			if e.ActorKind == "" || e.ActorKind != "system" && e.ActorKind != "citizen" && e.ActorID == "" {
				t.Errorf("case %d: event %d has no actor", n, i) // I1
			}
			if e.Action == casework.ActAccept && e.Authority == "" || e.Action == casework.ActDeny && e.Authority == "" {
				t.Errorf("case %d: %s without its authority", n, e.Action) // I1
			}
			if e.At < last || e.Was != state && e.Action != casework.ActReceive && e.Action != casework.ActApply {
				t.Errorf("case %d: event %d goes back in time or from another state than %s: %+v", n, i, state, e) // I2
			}
			last, state = e.At, e.State
		}
		if s.VersionID != c.VersionID || state != s.State {
			t.Errorf("case %d: version or state not reproducible", n) // I3
		}
		for _, k := range s.Clocks {
			recount(t, cal, &k, w.Clock.Now().Date())
			if k.Used+k.Left != k.Budget || k.Used < 0 || k.Left < 0 || k.Removed < 0 {
				t.Errorf("case %d: %s %+v", n, k.Kind, k.Consumption) // I4
			}
		}
	}
	broken, err := w.Casework.Check(w.System())
	if err != nil || len(broken.Faults) != 0 || broken.Cases != 25 || broken.Clocks == 0 {
		t.Fatalf("check: %+v, %v", broken, err) // I3, I4, I8
	}
	err = w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE casework_event SET state = 'CLOSED' WHERE centre_id = $1 AND seq = 2", w.Centre)
		return err
	})
	if broken, err2 := w.Casework.Check(w.System()); err != nil || err2 != nil || len(broken.Faults) < 20 || broken.Faults[0].Seq != 2 {
		t.Errorf("a changed history goes unnoticed: %d, %v %v", len(broken.Faults), err, err2)
	}
}

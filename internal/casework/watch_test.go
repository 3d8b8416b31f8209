package casework_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// stopped brings a case into a special procedure from today on, with a planned end or, without one, an expected end.
func stopped(t *testing.T, w *caseworktest.World, c casework.Case, end clock.Date) casework.Case {
	t.Helper()
	today := w.Clock.Now().Date()
	in := casework.ProcedureInput{Type: "testing", Start: today, End: end, Notice: today, Reason: "办公场所消防检测"}
	if end == 0 {
		in.Expected = today + 4
	}
	if _, err := w.Casework.ProposeSuspension(w.Chief(t), cmd(c), in); err != nil {
		t.Fatal(err)
	}
	c, err := w.Casework.Suspend(w.Approver(t, 1), cmd(c))
	if err != nil || c.State != casework.Suspended {
		t.Fatal(c.State, err)
	}
	return c
}

func resumed(s casework.Sheet) (list []casework.Event) {
	for _, e := range s.Events {
		if e.Action == casework.ActResume {
			list = append(list, e)
		}
	}
	return list
}

// A special procedure with a planned end is over at that end: the verdict says so whether or not the job has run, and the job
// takes the case up again, once. One without an end lasts until somebody ends it.
func TestASpecialProcedureEndsAsPlanned(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		planned, early, open := first(t, w), first2(t, w), first2(t, w)
		w.Set("2025-10-09 09:00")
		planned, early, open = stopped(t, w, planned, day("2025-10-13")), stopped(t, w, early, day("2025-10-13")), stopped(t, w, open, 0)
		wantDays(t, planned, "2025-10-21", "2025-11-04")
		w.Set("2025-10-10 09:00")
		if _, err := w.Casework.Resume(w.Chief(t), cmd(early), "合格"); err != nil {
			t.Fatal(err)
		}
		w.Set("2025-10-12 23:59")
		w.RunJobs(t)
		if s := w.Get(t, planned.ID); s.State != casework.Suspended || !s.Stands(w.Clock.Now()) || s.Promise != casework.Running {
			t.Fatalf("before its end %s, %s", s.State, s.Promise)
		}
		for moment, want := range map[string]casework.Verdict{"2025-10-21 23:59": casework.Running, "2025-10-22 00:00": casework.OpenLate} { // no job has run
			w.Set(moment)
			if s := w.Get(t, planned.ID); s.Promise != want || s.Statutory != casework.Running || s.Stands(w.Clock.Now()) {
				t.Errorf("%s: %s, %s", moment, s.Promise, s.Statutory)
			}
		}
		if s := w.Get(t, open.ID); s.Promise != casework.Running || !s.Stands(w.Clock.Now()) {
			t.Errorf("an open procedure is %s", s.Promise)
		}
		w.Set("2025-10-13 00:00")
		for range 2 {
			w.RunJobs(t)
		}
		s := w.Get(t, planned.ID)
		list := resumed(s)
		if len(list) != 1 || list[0].ActorKind != string(actor.System) || list[0].State != casework.Accepted || s.State != casework.Accepted || s.NextDue != s.PromiseDue {
			t.Fatalf("%s, next %s, %+v", s.State, s.NextDue, list)
		}
		wantDays(t, s.Case, "2025-10-21", "2025-11-04")
		if n := len(resumed(w.Get(t, early.ID))); n != 1 {
			t.Errorf("ended by hand, and %d times in all", n)
		}
		if s := w.Get(t, open.ID); s.State != casework.Suspended || len(resumed(s)) != 0 {
			t.Errorf("an open procedure ended: %s", s.State)
		}
		if _, err := w.Casework.Review(w.Approver(t, 2), cmd(planned), "符合条件"); err != nil {
			t.Error(err)
		}
		checked(t, w)
	})
}

// A procedure of no length is over at once, and a row from before the end was kept gets it from its clocks.
func TestTheEndOfASpecialProcedureIsKeptAnew(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	none, old := first(t, w), first2(t, w)
	w.Set("2025-10-09 09:00")
	none, old = stopped(t, w, none, day("2025-10-09")), stopped(t, w, old, day("2025-10-13"))
	w.RunJobs(t)
	if s := w.Get(t, none.ID); s.State != casework.Accepted {
		t.Errorf("a procedure of no length: %s", s.State)
	}
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		if _, err := tx.Exec("UPDATE casework_case SET stands_until = $3 WHERE centre_id = $1 AND id = $2", w.Centre, old.ID, casework.UntilResumed); err != nil {
			return err
		}
		return jobs.Insert(tx, w.Centre, "casework.watch", string(old.ID), 1, map[string]any{"case": old.ID})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.RunJobs(t)
	if s := w.Get(t, old.ID); s.State != casework.Suspended || s.StandsUntil != day("2025-10-13").Start() {
		t.Errorf("%s until %s", s.State, s.StandsUntil)
	}
	w.Set("2025-10-13 00:00")
	w.RunJobs(t)
	if s := w.Get(t, old.ID); s.State != casework.Accepted {
		t.Errorf("after its end %s", s.State)
	}
}

// Materials that do not come in time are a withdrawal only where the item says so, or the applicant's own promise does;
// otherwise the case waits, can be completed late and can be refused by hand.
func TestLateMaterialsAreAWithdrawalOnlyWhereThatIsSaid(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, win := w.Casework, w.Window(t)
	mild := w.Ready(t, func(c *item.Content) { c.Silent = false })
	strict := w.Ready(t)
	w.Set("2025-09-26 15:00")
	told := func(it item.Item) casework.Case {
		c, err := m.Notify(win, cmd(w.Receive(t, it, "M1", "M2")), []casework.Defect{{Code: "M3", What: "缺少制度文本"}}, "")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	waits, refused, lapses := told(mild), told(mild), told(strict)
	promise, err := m.Accept(win, cmd(w.Receive(t, mild, "M1", "M2")), casework.Tolerant)
	if err != nil {
		t.Fatal(err)
	}
	w.Set("2025-10-17 00:00") // ten working days after 09-26 are over
	for range 2 {
		w.RunJobs(t)
	}
	for _, c := range []struct {
		id   casework.CaseID
		want casework.State
	}{{waits.ID, casework.Correcting}, {refused.ID, casework.Correcting}, {lapses.ID, casework.Lapsed}, {promise.ID, casework.Lapsed}} {
		if s := w.Get(t, c.id); s.State != c.want {
			t.Errorf("%s, want %s", s.State, c.want)
		}
	}
	s := w.Get(t, waits.ID)
	if last := s.Clocks[len(s.Clocks)-1]; last.Kind != casework.ClockSupply || !last.Running || !last.Late || calendar.LastDay(s.NextDue) != day("2025-10-16") {
		t.Errorf("the clock of what is missing: %+v", last)
	}
	if c, err := m.Refuse(w.Chief(t), cmd(refused), casework.RefuseInput{Ground: casework.NotCorrigible, Basis: "《中华人民共和国行政许可法》第三十二条", Reason: "逾期没有补正"}); err != nil || c.State != casework.Refused {
		t.Error(c.State, err)
	}
	if c, err := m.Supply(win, cmd(waits), []string{"M3"}, true); err != nil || c.State != casework.Received {
		t.Error(c.State, err)
	}
	checked(t, w)
}

package casework_test

import (
	"context"
	"slices"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// worklist gives the numbers on a worklist of somebody.
func worklist(t *testing.T, w *caseworktest.World, ctx context.Context, work casework.Worklist) (out []string) {
	t.Helper()
	after := ""
	for {
		list, next, err := w.Casework.Cases(ctx, casework.Filter{Work: work, After: after, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			out = append(out, x.No)
		}
		if after = next; next == "" {
			return out
		}
	}
}

// A 承诺件 on a declaration is due on its day and decided without an examination, by another person than who accepted; then the
// declaration is checked within a limit, on a list of its own (安阳市政务服务条例 arts. 26, 27).
func TestADeclarationIsDecidedOnTheDayAndCheckedLater(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, win, z, d := w.Casework, w.Window(t), w.Chief(t), w.Approver(t, 1)
	own := w.Ready(t, func(c *item.Content) { c.PledgeCheck = item.Limit{N: 30, Unit: item.Day} })
	plain := w.Ready(t)
	w.Set("2025-09-26 10:00")
	var cases []casework.Case
	for i, it := range []item.Item{own, plain, plain} {
		c, err := m.Accept(win, cmd(w.Receive(t, it, "M1")), casework.Pledged)
		if err != nil {
			t.Fatal(err)
		}
		if calendar.LastDay(c.PromiseDue).String() != "2025-09-26" || c.NextDue != c.PromiseDue || calendar.LastDay(c.StatutoryDue).String() != "2025-10-30" {
			t.Errorf("%d is due %s, %s", i, calendar.LastDay(c.PromiseDue), calendar.LastDay(c.StatutoryDue))
		}
		_, err = m.Grant(win, cmd(c), casework.DecideInput{})
		wantCode(t, err, "NO_DELEGATION")
		if c, err = m.Grant(d, cmd(c), casework.DecideInput{}); err != nil {
			t.Fatal(err)
		}
		if s := w.Get(t, c.ID); s.Promise != casework.OnTime || c.UsedDays != 0 {
			t.Errorf("%d: %s, %d days", i, s.Promise, c.UsedDays)
		}
		cases = append(cases, handOver(t, w, c))
	}
	a, b, c := cases[0], cases[1], cases[2]
	if a.State != casework.Closed || calendar.LastDay(a.CheckDue).String() != "2025-10-27" || calendar.LastDay(b.CheckDue).String() != "2025-11-28" { // 10-26 is a Sunday; 40 working days without 11-19
		t.Errorf("%s: checks are due %s and %s", a.State, calendar.LastDay(a.CheckDue), calendar.LastDay(b.CheckDue))
	}
	if got := worklist(t, w, z, casework.WorkCheck); !slices.Equal(got, []string{a.No, b.No, c.No}) {
		t.Errorf("to be checked: %v", got)
	}
	_, err := m.Archive(win, cmd(a), "盒-1")
	wantCode(t, err, "UNCHECKED")
	check := func(c casework.Case, in casework.CheckInput) casework.Case {
		t.Helper()
		in.Finding = "到现场看过"
		out, err := m.CheckPledge(z, cmd(c), in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	w.Set("2025-10-14 09:00")
	if a = check(a, casework.CheckInput{Result: casework.PledgeHeld}); a.CheckDue != 0 || !a.Checked {
		t.Errorf("held: %+v", a)
	}
	_, err = m.CheckPledge(z, cmd(b), casework.CheckInput{Result: casework.PledgeFixing, Finding: "缺灭火器"})
	wantCode(t, err, "INPUT")                                    // by when?
	for _, until := range []string{"2025-12-11", "2099-01-01"} { // 40 working days from 10-14 end on 12-10
		_, err = m.CheckPledge(z, cmd(b), casework.CheckInput{Result: casework.PledgeFixing, Finding: "缺灭火器", Until: clock.MustDate(until)})
		wantCode(t, err, "INPUT")
	}
	b = check(b, casework.CheckInput{Result: casework.PledgeFixing, Until: clock.MustDate("2025-10-31")})
	if b.Checked || calendar.LastDay(b.CheckDue).String() != "2025-10-31" || b.PledgeLabel() != "限期整改" {
		t.Errorf("to be put right: %+v", b)
	}
	_, err = m.CheckPledge(z, cmd(b), casework.CheckInput{Result: casework.PledgeFixing, Finding: "仍缺", Until: clock.MustDate("2025-11-30")})
	wantCode(t, err, "CHECKED")
	b = check(b, casework.CheckInput{Result: casework.PledgeFalse})
	if got := worklist(t, w, d, casework.WorkCheck); !slices.Equal(got, []string{b.No, c.No}) || b.PledgeLabel() != "不实，待撤销" {
		t.Errorf("left to do: %v, %s", got, b.PledgeLabel())
	}
	if b, err = m.Revoke(d, cmd(b), casework.RevokeInput{Ground: "ineligible", Reason: "承诺不实"}); err != nil || b.CheckDue != 0 {
		t.Fatal(b, err)
	}
	if got := worklist(t, w, win, casework.WorkCheck); !slices.Equal(got, []string{c.No}) {
		t.Errorf("left to do: %v", got)
	}
	for _, k := range w.Get(t, c.ID).Clocks {
		if (k.Kind == casework.ClockPledge) != k.Running {
			t.Errorf("%s of a closed case runs: %t", k.Kind, k.Running)
		}
	}
	checked(t, w)
}

// handOver makes and delivers the certificate of a case that was granted.
func handOver(t *testing.T, w *caseworktest.World, c casework.Case) casework.Case {
	t.Helper()
	c, err := w.Casework.Issue(w.Window(t), cmd(c), casework.IssueInput{Number: "证" + c.No})
	if err == nil {
		c, err = w.Casework.Deliver(w.Window(t), cmd(c), casework.DeliverInput{Way: casework.Ways[0]})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Who accepted does not decide on a declaration.
func TestADeclarationIsDecidedByAnother(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	c := w.Receive(t, w.Ready(t), "M1")
	c, err := w.Casework.Accept(w.Chief(t), cmd(c), casework.Pledged)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Casework.Grant(w.Chief(t), cmd(c), casework.DecideInput{})
	wantCode(t, err, "SAME_SIGNER")
}

// An older database says of a checked declaration only that it was checked, and has no limit for the others: both are carried over,
// once.
func TestDeclarationsOfAnOlderDatabase(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, d := w.Casework, w.Approver(t, 1)
	it := w.Ready(t)
	w.Set("2025-09-26 10:00")
	var cases []casework.Case
	for range 4 {
		c, err := m.Accept(w.Window(t), cmd(w.Receive(t, it, "M1")), casework.Pledged)
		if err == nil {
			c, err = m.Grant(d, cmd(c), casework.DecideInput{})
		}
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, handOver(t, w, c))
	}
	held, false_, open, revoked := cases[0], cases[1], cases[2], cases[3]
	for c, result := range map[casework.CaseID]casework.PledgeState{held.ID: casework.PledgeHeld, false_.ID: casework.PledgeFalse, revoked.ID: casework.PledgeFalse} {
		if _, err := m.CheckPledge(d, casework.Command{CaseID: c}, casework.CheckInput{Result: result, Finding: "看过"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.Revoke(d, cmd(revoked), casework.RevokeInput{Ground: "ineligible", Reason: "承诺不实"}); err != nil {
		t.Fatal(err)
	}
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		if err := tx.Queue("DELETE FROM casework_clock WHERE centre_id = $1 AND kind = 'T14'", w.Centre); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE casework_case SET pledge_state = '', check_due = 0, next_due = CASE WHEN open THEN next_due ELSE 0 END WHERE centre_id = $1", w.Centre)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	label := func(id casework.CaseID) string {
		s := w.Get(t, id)
		return s.PledgeLabel()
	}
	if got := worklist(t, w, d, casework.WorkCheck); !slices.Equal(got, []string{open.No}) || label(held.ID) != "待核查" {
		t.Fatalf("before: %v", got)
	}
	w.Set("2025-10-14 09:00")
	var versions []int64
	for range 2 {
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return casework.SchedulePledges(tx, w.Centre) }); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		for i, want := range []string{"核查属实", "不实，待撤销", "待核查", "已撤销"} {
			s := w.Get(t, cases[i].ID)
			if s.PledgeLabel() != want {
				t.Errorf("%d: %s, want %s", i, s.PledgeLabel(), want)
			}
			versions = append(versions, s.Version)
		}
		if got := ends(w.Get(t, open.ID), casework.ClockPledge); !slices.Equal(got, []string{"2025-12-10"}) { // 40 working days from today
			t.Errorf("the limit of the open one: %v", got)
		}
		if got := worklist(t, w, d, casework.WorkCheck); !slices.Equal(got, []string{false_.No, open.No}) {
			t.Errorf("after: %v", got)
		}
	}
	if !slices.Equal(versions[:4], versions[4:]) {
		t.Errorf("written twice: %v", versions)
	}
	checked(t, w)
}

// A late case is decided with its reason or after it; who is late without one stands on a list, and what was said is public.
func TestALateCaseSaysWhy(t *testing.T) { caseworktest.Each(t, saysWhy) }

func saysWhy(t *testing.T, w *caseworktest.World) {
	m, d := w.Casework, w.Approver(t, 1)
	it := w.Ready(t)
	w.Set("2025-09-26 15:00")
	a, b, c := w.Accepted(t, it), w.Accepted(t, it), w.Accepted(t, it)
	if got := worklist(t, w, d, casework.WorkExplain); len(got) != 0 {
		t.Errorf("late already: %v", got)
	}
	w.Set("2025-10-15 09:00")
	today := clock.MustDate("2025-10-15")
	if _, err := m.ProposeSuspension(w.Chief(t), cmd(c), casework.ProcedureInput{Type: "testing", Start: today, Expected: today + 30, Notice: today, Reason: "检测"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Suspend(d, cmd(c)); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-10-20 09:00") // due 10-16; c stands still
	if got := worklist(t, w, d, casework.WorkExplain); !slices.Equal(got, []string{a.No, b.No}) {
		t.Errorf("unexplained: %v", got)
	}
	if _, err := m.Explain(d, cmd(a), "函证未回"); err != nil {
		t.Fatal(err)
	}
	for _, x := range []casework.Case{a, b} {
		if _, err := m.Review(w.Approver(t, 2), cmd(x), "符合"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.Grant(d, cmd(a), casework.DecideInput{}); err != nil {
		t.Errorf("explained before: %v", err)
	}
	_, err := m.Grant(d, cmd(b), casework.DecideInput{Opinion: "准予"})
	wantCode(t, err, "REASON_REQUIRED")
	if b, err = m.Grant(d, cmd(b), casework.DecideInput{Opinion: "准予", Overdue: "人手不足"}); err != nil || b.Overdue != "人手不足" {
		t.Fatal(b, err)
	}
	if e := w.Get(t, b.ID).Events; e[len(e)-2].Action != casework.ActExplain || e[len(e)-2].Text != "人手不足" || e[len(e)-1].Action != casework.ActGrant {
		t.Errorf("events: %+v", e[len(e)-2:])
	}
	if got := worklist(t, w, d, casework.WorkExplain); len(got) != 0 {
		t.Errorf("unexplained: %v", got)
	}
	list, next, err := m.Overruns(citizen(w), "")
	if err != nil || next != "" || len(list) != 2 || list[0].No != b.No || list[0].Days != 2 || list[0].Reason != "人手不足" || list[0].Unit != "市人社局" || !list[0].Decided {
		t.Errorf("public: %+v, %v", list, err)
	}
	err = w.DB.WithTx(w.System(), func(tx *store.Tx) error { // a reason from before there was the list, which only the applicant read
		_, err := tx.Exec("UPDATE casework_case SET overdue_public_at = 0 WHERE centre_id = $1 AND id = $2", w.Centre, a.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if list, _, err = m.Overruns(citizen(w), ""); err != nil || len(list) != 1 || list[0].No != b.No {
		t.Errorf("what was not written for everybody is public: %+v, %v", list, err)
	}
	if got := worklist(t, w, d, casework.WorkCheck); len(got) != 0 {
		t.Errorf("nothing is on a declaration: %v", got)
	}
	if _, _, err := m.Cases(w.As(t, org.RoleFinance), casework.Filter{Work: casework.WorkExplain}); err == nil {
		t.Error("the worklist has no permission")
	}
	checked(t, w)
}

package complaint_test

import (
	"context"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

func day(s string) clock.Date { return clock.MustDate(s) }

func cmd(c complaint.Matter) complaint.Command { return complaint.Command{ID: c.ID} }

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if complaint.RefusalCode(err) != code {
		t.Errorf("refusal %q (%v), want %s", complaint.RefusalCode(err), err, code)
	}
}

func wantDue(t *testing.T, c complaint.Matter, last string) {
	t.Helper()
	if got := calendar.LastDay(c.Due); got != day(last) {
		t.Errorf("%s is due %s, want %s", c.No, got, last)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Scenario 12 of the hall reference: limits by class, the contact of the same day, an extension that needs a contact, one redo and then
// the leader.
func TestScenario12StuckMatter(t *testing.T) {
	complainttest.Each(t, func(t *testing.T, w *complainttest.World) {
		w.Set("2025-11-14 10:00")
		m, j, z := w.Complaint, w.J(t), w.Chief(t)
		ok := must[complaint.Matter](t)
		c := w.Handling(t, complaint.Complex)
		wantDue(t, c, "2025-12-01")
		hard := w.Handling(t, complaint.Hard)
		wantDue(t, hard, "2025-12-08")
		if _, err := m.Contact(z, cmd(hard), "已电话联系"); err != nil {
			t.Fatal(err)
		}

		w.Set("2025-11-14 23:59")
		w.RunJobs(t)
		if n := len(w.Sheet(t, c.ID).Reminded); n != 0 {
			t.Errorf("%d reminders before the day is over", n)
		}
		w.Set("2025-11-15 00:00")
		w.RunJobs(t)
		w.RunJobs(t)
		if r := w.Sheet(t, c.ID).Reminded; len(r) != 1 || r[0].At != clock.MustInstant("2025-11-15 00:00") {
			t.Errorf("reminders of the missing contact: %+v", r)
		}
		if n := len(w.Sheet(t, hard.ID).Reminded); n != 0 {
			t.Errorf("%d reminders although the reporter was called", n)
		}

		w.Set("2025-11-20 09:00")
		_, err := m.Extend(z, cmd(c), complaint.ExtendInput{Days: 3, Reason: "外省材料未回"})
		wantCode(t, err, "CONTACT_FIRST")
		ok(m.Contact(z, cmd(c), "已联系，说明要等外省回函"))
		_, err = m.Extend(z, cmd(c), complaint.ExtendInput{Days: 3, Reason: "外省材料未回", Told: day("2025-12-04")})
		wantCode(t, err, "INPUT") // the contact of the round is none for the extension
		_, err = m.Extend(z, cmd(c), complaint.ExtendInput{Days: 3, Reason: "外省材料未回", Contact: "电话说明", Told: day("2025-12-05")})
		wantCode(t, err, "INPUT") // the reporter was told another end
		c = ok(m.Extend(z, cmd(c), complaint.ExtendInput{Days: 3, Reason: "外省材料未回", Contact: "电话说明原因和新期限，同意等待", Told: day("2025-12-04")}))
		wantDue(t, c, "2025-12-04")
		_, err = m.Extend(z, cmd(c), complaint.ExtendInput{Days: 1, Reason: "再延", Contact: "再联系", Told: day("2025-12-05")})
		wantCode(t, err, "ALREADY_EXTENDED")
		late := complaint.ExtendInput{Days: 1, Reason: "来不及", Contact: "电话说明", Told: day("2025-12-09")}
		w.Set("2025-12-08 09:00") // the reporter is contacted before the due day
		_, err = m.Extend(z, cmd(hard), late)
		wantCode(t, err, "CONTACT_LATE")
		w.Set("2025-12-09 09:00")
		_, err = m.Extend(z, cmd(hard), late)
		wantCode(t, err, "AFTER_DUE")
		w.Set("2025-12-02 09:00")
		c = ok(m.Finish(z, cmd(c), complaint.FinishInput{Result: "已受理并办结", Cause: "material"}))
		_, err = m.VisitStuck(z, cmd(c), complaint.VisitInput{Answer: complaint.Satisfied})
		wantCode(t, err, "FORBIDDEN")
		c = ok(m.VisitStuck(j, cmd(c), complaint.VisitInput{Answer: complaint.Dissatisfied, Note: "证没有拿到"}))
		if c.State != complaint.Handling || c.Round != 2 {
			t.Fatalf("after the first dissatisfied answer: %s, round %d", c.State, c.Round)
		}
		wantDue(t, c, "2025-12-16")
		ok(m.Contact(z, cmd(c), "再联系"))
		ok(m.Finish(z, cmd(c), complaint.FinishInput{Result: "证照已送达", Cause: "material"}))
		c = ok(m.VisitStuck(j, cmd(c), complaint.VisitInput{Answer: complaint.Dissatisfied, Note: "态度不好"}))
		if c.State != complaint.Escalated {
			t.Fatalf("after the second dissatisfied answer: %s", c.State)
		}
		_, err = m.Settle(j, cmd(c), "终结")
		wantCode(t, err, "FORBIDDEN")
		leader := w.As(t, org.RoleLeader)
		c = ok(m.Order(leader, cmd(c), "由人社局分管领导当面说明"))
		ok(m.Finish(z, cmd(c), complaint.FinishInput{Result: "已当面说明", Cause: "attitude"}))
		c = ok(m.VisitStuck(j, cmd(c), complaint.VisitInput{Answer: complaint.Satisfied}))
		if c.State != complaint.Archived || c.Open {
			t.Errorf("in the end: %s", c.State)
		}
		w.Upheld(t)
		w.Upheld(t)
		everyRead(t, w)
		wrong, err := m.Check(w.System())
		if err != nil || len(wrong) != 0 {
			t.Errorf("check: %v %v", wrong, err)
		}
	})
}

// everyRead asks for everything that pages ask for, so that each statement has run on both engines.
func everyRead(t *testing.T, w *complainttest.World) {
	t.Helper()
	m := w.Complaint
	today := w.Clock.Now().Date()
	for _, ctx := range []context.Context{w.J(t), w.Chief(t)} {
		for _, f := range []complaint.Filter{{Kind: complaint.Stuck}, {Kind: complaint.Stuck, Done: true}, {Kind: complaint.Complaint, State: complaint.Found, After: "1~0"}, {Kind: complaint.Stuck, Cause: "attitude", From: today - 60, To: today}} {
			if _, _, err := m.List(ctx, f); err != nil {
				t.Errorf("%+v: %v", f, err)
			}
		}
		if r, err := m.Roots(ctx, today-60, today); err != nil || r.Total.Stuck != 2 || r.Total.Complaint != 2 {
			t.Errorf("roots: %+v %v", r.Total, err)
		}
	}
	faults, err := m.Faults(w.System(), today, today)
	if err != nil || len(faults) != 2 {
		t.Errorf("faults: %+v %v", faults, err)
	}
	if err := m.ChangeLimit(w.J(t), "hard", 0, complaint.LimitInput{Days: 12, Basis: "本中心办法"}); err != nil {
		t.Error(err)
	}
	if err := m.SaveCause(w.J(t), "parking", 0, complaint.CauseInput{Name: "停车", Active: true}); err != nil {
		t.Error(err)
	}
}

// The unit that handled a stuck matter does not call its reporter back, whatever roles its people hold.
func TestTheUnitConcernedDoesNotVisit(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	ok := must[complaint.Matter](t)
	c := w.Handling(t, complaint.Common)
	c = ok(w.Complaint.Finish(w.Chief(t), cmd(c), complaint.FinishInput{Result: "已办", Cause: "shift"}))
	both := w.Person(t, "both", whereUnit(w.Unit.ID), org.RoleChiefRep, org.RoleCallbacker)
	_, err := w.Complaint.VisitStuck(both.Ctx, cmd(c), complaint.VisitInput{Answer: complaint.Satisfied})
	wantCode(t, err, "CONFLICT_OF_INTEREST")
}

// What the law does not allow ends with a reply that names its basis and that somebody else approved.
func TestNobodySaysNoAlone(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	m, ok := w.Complaint, must[complaint.Matter](t)
	c := w.Handling(t, complaint.Barred)
	d1, d2 := w.Approver(t, 1), w.Approver(t, 2)
	_, err := m.Finish(d1, cmd(c), complaint.FinishInput{Result: "办不了", Cause: "law"})
	wantCode(t, err, "DENY_BARRED")
	_, err = m.Deny(d1, cmd(c), complaint.DenyInput{Result: "不能办", Cause: "law"})
	wantCode(t, err, "INPUT")
	c = ok(m.Deny(d1, cmd(c), complaint.DenyInput{Result: "申请人不具备主体资格", Basis: "《劳动合同法》第五十七条", Cause: "law"}))
	_, err = m.ApproveDenial(d1, cmd(c), "")
	wantCode(t, err, "SAME_SIGNER")
	_, err = m.ApproveDenial(w.Chief(t), cmd(c), "")
	wantCode(t, err, "FORBIDDEN")
	c = ok(m.RejectDenial(d2, cmd(c), "先核实能否补正"))
	c = ok(m.Deny(d1, cmd(c), complaint.DenyInput{Result: "确实不具备", Basis: "《劳动合同法》第五十七条", Cause: "law"}))
	c = ok(m.ApproveDenial(d2, cmd(c), "同意"))
	if c.State != complaint.Visiting || c.Outcome != complaint.Denied {
		t.Errorf("%s %s", c.State, c.Outcome)
	}
}

// The limits of complaints: on the spot, three working days, five where several units are concerned; filing two and follow-up four.
func TestLimitsOfComplaints(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	w.Set("2025-11-14 10:00")
	wantDue(t, w.Investigating(t, complaint.OnSite, false), "2025-11-14")
	wantDue(t, w.Investigating(t, complaint.Forwarded, false), "2025-11-20")
	wantDue(t, w.Investigating(t, complaint.Intervene, true), "2025-11-24")
	m, j, ok := w.Complaint, w.J(t), must[complaint.Matter](t)
	c := w.Upheld(t)
	ok(m.Dispose(j, cmd(c), "批评教育，当面道歉"))
	w.Set("2025-11-18 16:00")
	c = ok(m.Feedback(j, cmd(c), "查实，已批评教育"))
	ends := func(kind complaint.ClockKind) clock.Date {
		for _, k := range w.Sheet(t, c.ID).Clocks {
			if k.Kind == kind && k.Running {
				return calendar.LastDay(k.Due)
			}
		}
		return 0
	}
	if got := ends(complaint.ClockFile); c.State != complaint.Rectifying || got != day("2025-11-21") {
		t.Errorf("filing is due %s in %s", got, c.State)
	}
	w.Set("2025-11-20 09:00")
	c = ok(m.File(w.Chief(t), cmd(c), "已组织培训"))
	if got := ends(complaint.ClockVisit); got != day("2025-11-26") {
		t.Errorf("follow-up is due %s", got)
	}
	c = ok(m.VisitComplaint(j, cmd(c), complaint.VisitInput{Answer: complaint.Satisfied}))
	if c.State != complaint.Archived {
		t.Error(c.State)
	}
}

// Two upheld complaints within a year, or a serious one that the leader confirms, suggest to move the person.
func TestSuggestionToMove(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	m, j, ok := w.Complaint, w.J(t), must[complaint.Matter](t)
	w.Set("2025-09-02 10:00")
	first := w.Upheld(t)
	if s := w.Sheet(t, first.ID); s.Transfer != nil {
		t.Error("one complaint is enough")
	}
	w.Set("2026-09-03 10:00")
	late := w.Upheld(t)
	if s := w.Sheet(t, late.ID); s.Transfer != nil {
		t.Error("a complaint of more than a year ago counts")
	}
	w.Set("2026-09-04 10:00")
	second := w.Upheld(t)
	if s := w.Sheet(t, second.ID); s.Transfer == nil || s.Transfer.Upheld != 2 || s.Transfer.UserID != w.Clerk(t).ID {
		t.Errorf("no suggestion after two: %+v", s.Transfer)
	}
	c := w.Investigating(t, complaint.Intervene, false)
	c = ok(m.Find(j, cmd(c), complaint.FindInput{Finding: complaint.Upheld, Serious: true, Report: "当众辱骂", Cause: "attitude"}))
	if c.State != complaint.Judging || w.Sheet(t, c.ID).Transfer != nil {
		t.Errorf("a serious finding stands in %s without the leader", c.State)
	}
	_, err := m.Confirm(j, cmd(c), "")
	wantCode(t, err, "FORBIDDEN")
	c = ok(m.Confirm(w.As(t, org.RoleLeader), cmd(c), "同意"))
	if s := w.Sheet(t, c.ID); s.Transfer == nil || c.State != complaint.Found {
		t.Errorf("no suggestion after a serious one in %s", c.State)
	}
	faults, err := m.Faults(w.System(), day("2026-09-01"), day("2026-09-30"))
	if err != nil || len(faults) != 3 {
		t.Fatalf("%d faults, %v", len(faults), err)
	}
	for _, f := range faults {
		if f.UserID != w.Clerk(t).ID || f.UnitID != w.Unit.ID || f.Code != "upheld" {
			t.Errorf("%+v", f)
		}
	}
}

// Two people investigate, none of them complained of or a colleague of him.
func TestWhoMayInvestigate(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	c := w.Investigating(t, complaint.Forwarded, false)
	a, b := w.Supervisor(t, "").ID, w.Supervisor(t, "2").ID
	colleague := w.Person(t, "colleague", whereUnit(w.Unit.ID), org.RoleSupervisor)
	for name, people := range map[string][]string{"one": {a}, "the same twice": {a, a}, "the accused": {a, w.Clerk(t).ID}, "a colleague": {a, colleague.ID}} {
		if _, err := w.Complaint.Assign(w.J(t), cmd(c), people); complaint.RefusalCode(err) != "NEED_TWO_CHECKERS" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.Complaint.Assign(w.J(t), cmd(c), []string{b, a}); err != nil {
		t.Error(err)
	}
	if _, err := w.Complaint.Dispose(colleague.Ctx, cmd(c), "x"); complaint.RefusalCode(err) != "INVOLVED" {
		t.Errorf("a colleague with the role of a supervisor handles the complaint: %v", err)
	}
}

// A new calendar moves the ends of open matters, with a journal; those that ended keep theirs.
func TestANewCalendarMovesOpenMatters(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	w.Set("2025-11-14 10:00")
	c := w.Handling(t, complaint.Complex)
	w.Set("2025-11-18 10:00")
	w.DayOff(t, "2025-11-20")
	w.RunJobs(t)
	s := w.Sheet(t, c.ID)
	wantDue(t, s.Matter, "2025-12-02")
	if last := s.Events[len(s.Events)-1]; last.Action != complaint.ActReproject {
		t.Errorf("the last event is %s", last.Action)
	}
}

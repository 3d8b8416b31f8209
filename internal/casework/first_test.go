package casework_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// ends gives the last day of each clock of a kind, oldest first.
func ends(s casework.Sheet, kind casework.ClockKind) (out []string) {
	for _, k := range s.Clocks {
		if k.Kind == kind {
			out = append(out, calendar.LastDay(k.Due).String())
		}
	}
	return out
}

// The lower organ accepts and reviews within 20 working days; its report takes the case to the organ that decides, whose limits begin
// with that day (行政许可法 arts. 35, 43).
func TestFirstReview(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	lower := orgtest.Unit(t, w.Org, w.Centre, "县人社局", "")
	low := w.Person(t, "L1", orgtest.Where{Unit: lower.ID}, org.RoleApprover)
	it := w.Ready(t, func(c *item.Content) {
		c.Commitment = false
		c.First = item.FirstReview{UnitID: lower.ID, Basis: "《劳务派遣行政许可实施办法》第七条"}
		c.Steps = append(c.Steps, item.StepTemplate{Code: "3", Name: "复核", Stage: item.StageExamine, Role: org.RoleChiefRep, Limit: item.Limit{N: 3, Unit: item.Workday}})
	})
	w.Set("2025-09-26 15:00")
	c := w.Accepted(t, it)
	k := casework.Command{CaseID: c.ID}
	if c.UnitID != lower.ID || c.PromiseDue != 0 || c.StatutoryDue != 0 || calendar.LastDay(c.NextDue).String() != "2025-10-30" {
		t.Fatalf("accepted: %+v", c)
	}
	s := w.Get(t, c.ID)
	if got := ends(s, casework.ClockFirst); !slices.Equal(got, []string{"2025-10-30"}) || len(s.Clocks) != 2 || s.First == "" || s.Promise != casework.NoVerdict {
		t.Errorf("clocks: %v of %d, %q", got, len(s.Clocks), s.First)
	}
	if _, err := m.Find(w.Approver(t, 1), c.No); !errors.Is(err, casework.ErrNotFound) {
		t.Errorf("the organ above sees it before the report: %v", err)
	}
	if _, err := m.Review(low.Ctx, k, "符合"); !errors.Is(err, casework.ErrFirst) {
		t.Errorf("reviewed before the report: %v", err)
	}
	if _, err := m.Terminate(low.Ctx, k, "申请人不再需要"); !errors.Is(err, casework.ErrFirst) {
		t.Errorf("terminated by the organ that has to report: %v", err)
	}
	if own, err := m.Find(low.Ctx, c.No); err != nil || slices.Contains(own.Allowed, casework.ActTerminate) || !slices.Contains(own.Allowed, casework.ActFirst) {
		t.Errorf("offered to the organ that has to report: %v, %v", own.Allowed, err)
	}
	if _, err := m.ReportFirst(low.Ctx, k, casework.FirstInput{Agree: true}); !errors.Is(err, casework.ErrReasonRequired) {
		t.Errorf("reported without an opinion: %v", err)
	}
	w.Set("2025-10-15 10:00")
	c, err := m.ReportFirst(low.Ctx, k, casework.FirstInput{Agree: true, Opinion: "材料齐全，拟同意"})
	if err != nil {
		t.Fatal(err)
	}
	if c.UnitID != w.Unit.ID || c.State != casework.Accepted || calendar.LastDay(c.PromiseDue).String() != "2025-10-29" || calendar.LastDay(c.StatutoryDue).String() != "2025-11-12" || calendar.LastDay(c.NextDue).String() != "2025-10-20" {
		t.Errorf("reported: %+v", c)
	}
	if _, err := m.ReportFirst(w.Approver(t, 1), k, casework.FirstInput{Agree: true, Opinion: "再报"}); !errors.Is(err, casework.ErrInput) {
		t.Errorf("reported twice: %v", err)
	}
	w.Set("2025-10-17 10:00")
	if _, err = m.Review(w.Approver(t, 1), k, "符合条件"); err != nil {
		t.Fatal(err)
	}
	if c, err = m.Grant(w.Approver(t, 2), k, casework.DecideInput{Opinion: "准予"}); err != nil {
		t.Fatal(err)
	}
	s = w.Get(t, c.ID)
	// 09-28, 09-29, 09-30, 10-09, 10-10, 10-11, 10-13 to 10-17: eleven working days, those of the first review among them.
	if s.Promise != casework.OnTime || s.Statutory != casework.OnTime || c.UsedDays != 11 {
		t.Errorf("verdicts %s, %s; used %d", s.Promise, s.Statutory, c.UsedDays)
	}
	i := slices.IndexFunc(s.Vouchers, func(v casework.Voucher) bool { return v.Kind == casework.VoucherFirst })
	l, err := s.Vouchers[i].Letter()
	if err != nil || len(l.List) != 3 || !strings.Contains(strings.Join(l.Text, ""), "拟同意") || s.Vouchers[i].UnitID != lower.ID {
		t.Errorf("what went up: %+v, %v", l, err)
	}
	if _, err := m.Find(low.Ctx, c.No); err != nil {
		t.Errorf("the lower organ does not see what became of it: %v", err)
	}
	if _, err := m.Review(low.Ctx, k, "再审"); !errors.Is(err, casework.ErrNotFound) {
		t.Errorf("the lower organ acts after the report: %v", err)
	}
	if r, err := m.Check(w.System()); err != nil || len(r.Faults) != 0 {
		t.Errorf("check: %+v, %v", r, err)
	}
}

// A special procedure during the first review stops its clock, and an extension is not possible there (行政许可法 arts. 42, 45).
func TestFirstReviewStandsStill(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	lower := orgtest.Unit(t, w.Org, w.Centre, "县人社局", "")
	at := orgtest.Where{Unit: lower.ID}
	low, head, rep := w.Person(t, "L1", at, org.RoleApprover), w.Person(t, "LH", at, org.RoleApprover, org.RoleUnitHead), w.Person(t, "LZ", at, org.RoleChiefRep)
	it := w.Ready(t, func(c *item.Content) {
		c.Commitment = false
		c.First = item.FirstReview{UnitID: lower.ID, Basis: "试", Limit: item.Limit{N: 10, Unit: item.Workday}}
	})
	draft := item.AuthorizationInput{Kind: item.Letter, UnitID: lower.ID, UserID: rep.ID, Powers: []item.Power{item.Accept, item.Examine}, Items: []string{it.ID}, From: clock.MustDate("2025-09-01"), To: clock.MustDate("2026-01-01"), Number: "县-1"}
	a, err := w.Item.DraftAuthorization(low.Ctx, draft)
	for _, step := range []struct {
		who orgtest.Person
		act item.AuthorizationAction
	}{{head, item.IssueAuth}, {w.Person(t, org.RoleOffice, orgtest.Where{}, org.RoleOffice), item.FileAuth}, {w.Person(t, org.RoleInfo, orgtest.Where{}, org.RoleInfo), item.PublishAuth}} {
		if err == nil {
			a, err = w.Item.MoveAuthorization(step.who.Ctx, a.ID, a.Version, step.act, "")
		}
	}
	if err != nil {
		t.Fatal("the lower organ gives letters over the item: ", err)
	}
	w.Set("2025-09-26 15:00")
	c := w.Accepted(t, it)
	k := casework.Command{CaseID: c.ID}
	w.Set("2025-10-09 09:00")
	if _, err := m.ProposeExtension(rep.Ctx, k, "复杂"); !errors.Is(err, casework.ErrInput) {
		t.Errorf("a first review is put off: %v", err)
	}
	if _, err := m.ProposeSuspension(rep.Ctx, k, casework.ProcedureInput{Type: "testing", Start: clock.MustDate("2025-10-09"), End: clock.MustDate("2025-10-13"), Notice: clock.MustDate("2025-10-09"), Reason: "检测"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Suspend(low.Ctx, k); err != nil {
		t.Fatal(err)
	}
	if _, err := m.ReportFirst(rep.Ctx, k, casework.FirstInput{Opinion: "拟同意"}); !errors.Is(err, calendar.ErrOpenSuspension) {
		t.Errorf("reported during the procedure: %v", err)
	}
	w.Set("2025-10-13 09:00")
	w.RunJobs(t)
	s := w.Get(t, c.ID)
	if got := ends(s, casework.ClockFirst); s.State != casework.Accepted || !slices.Equal(got, []string{"2025-10-21"}) { // as the promise of scenario 4
		t.Errorf("%s, ends %v", s.State, got)
	}
	if _, err := m.ReportFirst(rep.Ctx, k, casework.FirstInput{Opinion: "不具备条件"}); err != nil {
		t.Error(err)
	}
	if e := w.Get(t, c.ID).Events; e[len(e)-1].Authority != "县-1" || !strings.Contains(e[len(e)-1].Data, `"agree":false`) {
		t.Errorf("the report: %+v", e[len(e)-1])
	}
}

func TestFirstReviewOfAnItem(t *testing.T) {
	for name, change := range map[string]func(c *item.Content){
		"no basis":               func(c *item.Content) { c.First.Basis = "" },
		"a limit of none":        func(c *item.Content) { c.First = item.FirstReview{Limit: item.Limit{N: 5, Unit: item.Workday}} },
		"decided on the day":     func(c *item.Content) { c.CaseKind = item.Instant },
		"decided on a promise":   func(c *item.Content) { c.Commitment = true },
		"a limit of no day":      func(c *item.Content) { c.First.Limit = item.Limit{Unit: item.Workday} },
		"within a package (一件事)": func(c *item.Content) { c.Members = []string{"a", "b"} },
	} {
		c := caseworktest.Content(func(c *item.Content) { c.Commitment = false; c.First = item.FirstReview{UnitID: "u", Basis: "试"} })
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		if change(&c); c.Check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// A renewal on which nobody decided while the lower organ had it is renewed by law: the first review is over with it, and the lower
// organ reads on.
func TestSilenceDuringAFirstReview(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	lower := orgtest.Unit(t, w.Org, w.Centre, "县人社局", "")
	low := w.Person(t, "L1", orgtest.Where{Unit: lower.ID}, org.RoleApprover)
	it := w.Ready(t, twoMonths(func(c *item.Content) {
		c.Commitment = false
		c.First = item.FirstReview{UnitID: lower.ID, Basis: "试"}
	}))
	w.Set("2025-09-05 10:00")
	c := w.Accepted(t, it)
	if _, err := m.ReportFirst(low.Ctx, cmd(c), casework.FirstInput{Agree: true, Opinion: "拟同意"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Issue(w.Window(t), cmd(granted(t, w, c)), casework.IssueInput{Number: "劳派-9"}); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-09-22 10:00")
	again := renewal(t, w, it, "劳派-9", true)
	w.Set("2025-11-05 00:00")
	w.RunJobs(t)
	s, err := m.Find(low.Ctx, again.No)
	if err != nil {
		t.Fatal("the organ that had it does not read what became of it: ", err)
	}
	if s.Decision != casework.Granted || s.UnitID != w.Unit.ID || s.FirstPending() || !strings.Contains(s.First, "县人社局，没有报送") || len(s.Allowed) != 0 {
		t.Errorf("%s in %s: %q, may %v", s.Decision, s.UnitID, s.First, s.Allowed)
	}
	if up, err := m.Find(w.Approver(t, 1), again.No); err != nil || !slices.Contains(up.Allowed, casework.ActRevoke) {
		t.Errorf("the organ that gives the licence: %v, %v", up.Allowed, err)
	}
	checked(t, w)
}

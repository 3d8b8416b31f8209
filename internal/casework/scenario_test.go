package casework_test

import (
	"context"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

func cmd(c casework.Case) casework.Command { return casework.Command{CaseID: c.ID} }

func day(s string) clock.Date { return clock.MustDate(s) }

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if casework.RefusalCode(err) != code {
		t.Errorf("refusal %q (%v), want %s", casework.RefusalCode(err), err, code)
	}
}

func wantDays(t *testing.T, s casework.Case, promise, statutory string) {
	t.Helper()
	if got := calendar.LastDay(s.PromiseDue); got != day(promise) {
		t.Errorf("promise due %s, want %s", got, promise)
	}
	if got := calendar.LastDay(s.StatutoryDue); statutory != "" && got != day(statutory) {
		t.Errorf("statutory due %s, want %s", got, statutory)
	}
}

// The calendar of the tests is fixture F: what the notices of 2025 and the prefecture say.
func TestTheCalendarIsFixtureF(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	c, err := w.Calendar.Calendar(w.As(t, org.RoleSupervisor), "")
	if err == nil {
		t.Fatal("a permission of the calendar that nobody gave", c)
	}
	c, err = w.Calendar.Calendar(w.System(), "")
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]bool{"2025-09-28": true, "2025-10-11": true, "2025-10-01": false, "2025-10-08": false, "2025-10-09": true, "2025-11-19": false, "2025-11-20": true, "2025-10-12": false} {
		if c.IsWorkday(day(s)) != want {
			t.Errorf("%s works: %v", s, !want)
		}
	}
}

// first is the case of scenario 1: accepted on Friday 2025-09-26 at 15:00.
func first(t *testing.T, w *caseworktest.World) casework.Case {
	t.Helper()
	it := w.Ready(t)
	w.Set("2025-09-26 15:00")
	return w.Accepted(t, it)
}

// Scenario 1: limits over the National Day, an extension that moves the statute and not the promise.
func TestScenario1HolidayArithmetic(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m := w.Casework
		c, late := first(t, w), first2(t, w)
		wantDays(t, c, "2025-10-16", "2025-10-30")
		w.Set("2025-10-29 10:00")
		if _, err := m.Extend(w.Head(t), cmd(c), casework.ExtendInput{}); casework.RefusalCode(err) != "PROPOSAL" {
			t.Errorf("an extension that nobody proposed: %v", err)
		}
		if _, err := m.ProposeExtension(w.Chief(t), cmd(c), "需要补充核实经营场所"); err != nil {
			t.Fatal(err)
		}
		_, err := m.Extend(w.Approver(t, 1), cmd(c), casework.ExtendInput{})
		wantCode(t, err, "FORBIDDEN")
		if c, err = m.Extend(w.Head(t), cmd(c), casework.ExtendInput{}); err != nil {
			t.Fatal(err)
		}
		wantDays(t, c, "2025-10-16", "2025-11-13")
		_, err = m.ProposeExtension(w.Chief(t), cmd(c), "再延")
		wantCode(t, err, "ALREADY_EXTENDED")
		w.Set("2025-10-31 09:00")
		_, err = m.ProposeExtension(w.Chief(t), cmd(late), "来不及")
		wantCode(t, err, "AFTER_DUE")
	})
}

func first2(t *testing.T, w *caseworktest.World) casework.Case {
	t.Helper()
	w.Set("2025-09-02 15:00")
	it := w.Ready(t)
	w.Set("2025-09-26 15:00")
	return w.Accepted(t, it)
}

// Scenario 2: nothing told in five working days is acceptance from the day of receipt.
func TestScenario2DeemedAccepted(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		it := w.Ready(t)
		w.Set("2025-11-14 10:00")
		c := w.Receive(t, it)
		w.Set("2025-11-24 23:59")
		w.RunJobs(t)
		if s := w.Get(t, c.ID); s.State != casework.Received || calendar.LastDay(s.NextDue) != day("2025-11-24") {
			t.Fatalf("before the end %s, due %s", s.State, s.NextDue)
		}
		w.Set("2025-11-25 00:00")
		w.RunJobs(t)
		s := w.Get(t, c.ID)
		if s.State != casework.Accepted || s.AcceptedAt.Date() != day("2025-11-14") || s.Mode != casework.DeemedMode {
			t.Fatalf("state %s, accepted %s, mode %s", s.State, s.AcceptedAt, s.Mode)
		}
		wantDays(t, s.Case, "2025-12-01", "")
		waiting, _, err := w.Casework.Unprinted(w.Window(t), "")
		if err != nil || len(waiting) != 2 || waiting[1].Kind != casework.VoucherAccepted {
			t.Errorf("vouchers that wait %+v, %v", waiting, err)
		}
		w.RunJobs(t)
		if again := w.Get(t, c.ID); again.EventSeq != s.EventSeq {
			t.Error("deemed accepted twice")
		}
	})
}

// Scenario 3: told once; a second time only by the chief representative, with a reason. Its alert is tested in package
// supervision, as are those of scenarios 2 and 5, and scenario 6.
func TestScenario3ToldOnce(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m := w.Casework
		it := w.Ready(t)
		w.Set("2025-11-14 10:00")
		c := w.Receive(t, it)
		w.Set("2025-11-20 10:00")
		_, err := m.Notify(w.Window(t), cmd(c), []casework.Defect{{Code: "M9", What: "补交"}}, "")
		wantCode(t, err, "MATERIAL_NOT_LISTED")
		three := []casework.Defect{{Code: "M1", What: "签字页缺法定代表人签名"}, {Code: "M2", What: "补交租赁合同"}, {Code: "M3", What: "补交薪酬制度"}}
		if _, err := m.Notify(w.Window(t), cmd(c), three, ""); err != nil {
			t.Fatal(err)
		}
		w.Set("2025-11-28 11:00")
		if _, err := m.Supply(w.Window(t), cmd(c), []string{"M1", "M2"}, true); casework.RefusalCode(err) != "INCOMPLETE" {
			t.Fatalf("an incomplete supplement: %v", err)
		}
		if _, err := m.Supply(w.Window(t), cmd(c), []string{"M1", "M2", "M3"}, true); err != nil {
			t.Fatal(err)
		}
		if c, err = m.Accept(w.Window(t), cmd(c), casework.NormalMode); err != nil {
			t.Fatal(err)
		}
		wantDays(t, c, "2025-12-12", "")
		if c.AcceptedAt.Date() != day("2025-11-28") {
			t.Errorf("accepted %s", c.AcceptedAt)
		}
		w.Set("2025-12-01 09:00")
		_, err = m.Notify(w.Window(t), cmd(c), three[:1], "又发现一处")
		wantCode(t, err, "SECOND_NOTICE")
		_, err = m.Notify(w.Chief(t), cmd(c), three[:1], "")
		wantCode(t, err, "REASON_REQUIRED")
		if c, err = m.Notify(w.Chief(t), cmd(c), three[:1], "申请书与新换发的营业执照不一致"); err != nil {
			t.Fatal(err)
		}
		s := w.Get(t, c.ID)
		if s.State != casework.Accepted {
			t.Errorf("in %s", s.State)
		}
		wantDays(t, s.Case, "2025-12-12", "")
	})
}

// Scenario 4: a test from 10-09 to 10-13 takes away three working days; one of a single day none.
func TestScenario4SpecialProcedure(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m := w.Casework
		c, same := first(t, w), first2(t, w)
		w.Set("2025-10-09 09:00")
		in := casework.ProcedureInput{Type: "testing", Start: day("2025-10-09"), Expected: day("2025-10-15"), Notice: day("2025-10-09"), Reason: "办公场所消防检测"}
		bare := in
		bare.Notice = clock.NoDate
		_, err := m.ProposeSuspension(w.Chief(t), cmd(c), bare)
		wantCode(t, err, "NOTICE_REQUIRED")
		other := in
		other.Type = "等待业主补齐材料"
		_, err = m.ProposeSuspension(w.Chief(t), cmd(c), other)
		wantCode(t, err, "TYPE_NOT_ALLOWED")
		for _, x := range []casework.Case{c, same} {
			if _, err := m.ProposeSuspension(w.Chief(t), cmd(x), in); err != nil {
				t.Fatal(err)
			}
			if _, err := m.Suspend(w.Chief(t), cmd(x)); casework.RefusalCode(err) != "FORBIDDEN" {
				t.Errorf("the proposer approves: %v", err)
			}
			if _, err := m.Suspend(w.Approver(t, 1), cmd(x)); err != nil {
				t.Fatal(err)
			}
		}
		if same, err = m.Resume(w.Chief(t), cmd(same), "合格"); err != nil {
			t.Fatal(err)
		}
		wantDays(t, same, "2025-10-16", "2025-10-30")
		_, err = m.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{})
		wantCode(t, err, "OPEN_SUSPENSION")
		w.Set("2025-10-13 16:00")
		// While it lasts the applicant reads the ends that the sheet shows.
		still, err := m.Track(citizen(w), m.QueryCode(casework.VisitID(c.VisitID)), "1234")
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range w.Get(t, c.ID).Clocks {
			if shown := map[casework.ClockKind]clock.Instant{casework.ClockPromise: still.Cases[0].Due, casework.ClockStatutory: still.Cases[0].Statutory}[k.Kind]; shown != 0 && shown != k.Due {
				t.Errorf("%s: the applicant reads %s, the sheet says %s", k.Kind, shown, k.Due)
			}
		}
		if c, err = m.Resume(w.Chief(t), cmd(c), "合格"); err != nil {
			t.Fatal(err)
		}
		wantDays(t, c, "2025-10-21", "2025-11-04")
		for _, k := range w.Get(t, c.ID).Clocks {
			if k.Kind == casework.ClockPromise && (k.Removed != 3 || k.Used+k.Left != k.Consumption.Budget) {
				t.Errorf("clock %+v", k.Consumption)
			}
		}
		// The applicant is shown their sum (§3 rule 7).
		p, err := m.Track(citizen(w), m.QueryCode(casework.VisitID(c.VisitID)), "1234")
		if err != nil || p.Cases[0].Stopped != 3 {
			t.Errorf("the applicant sees %+v, %v", p.Cases, err)
		}
	})
}

// Scenario 5: a special procedure that begins before it is entered is refused and kept; nothing else changes.
func TestScenario5AntiGaming(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		c := first(t, w)
		w.Set("2025-10-20 10:00")
		before := w.Get(t, c.ID)
		_, err := w.Casework.ProposeSuspension(w.Window(t), cmd(c), casework.ProcedureInput{Type: "testing", Start: day("2025-09-26"), End: day("2025-10-20"), Notice: day("2025-09-26"), Reason: "等待业主补齐材料"})
		wantCode(t, err, "BACKDATED")
		s := w.Get(t, c.ID)
		if s.PromiseDue != before.PromiseDue || s.StatutoryDue != before.StatutoryDue || s.State != before.State || s.Promise != casework.OpenLate {
			t.Errorf("changed: %+v", s.Case)
		}
		last := s.Events[len(s.Events)-1]
		if s.EventSeq != before.EventSeq+1 || last.Action != casework.ActAttempt {
			t.Errorf("last event %+v", last)
		}
	})
}

// reviewed is a case of an item, examined by an approver and ready to be decided.
func reviewed(t *testing.T, w *caseworktest.World, it item.Item) casework.Case {
	t.Helper()
	c := w.Accepted(t, it)
	c, err := w.Casework.Review(w.Approver(t, 2), cmd(c), "符合条件")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Scenario 8: the time to accept is counted in office hours, over a make-up Sunday and from the next opening on a day off.
func TestScenario8TimeToAccept(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		it := w.Ready(t)
		for _, submitted := range []string{"2025-09-26 17:00", "2025-09-27 10:00"} {
			w.Set(submitted)
			c := w.Receive(t, it, "M1", "M2", "M3")
			w.Set("2025-09-28 09:30")
			if _, err := w.Casework.Accept(w.Window(t), cmd(c), casework.NormalMode); err != nil {
				t.Fatal(err)
			}
			want := map[string]int{"2025-09-26 17:00": 120, "2025-09-27 10:00": 60}[submitted]
			if got := w.Get(t, c.ID).AcceptMinutes; got != want {
				t.Errorf("submitted %s: %d minutes, want %d", submitted, got, want)
			}
		}
	})
}

// Scenario 9: a letter that has run out, and a comprehensive window without an agreement.
func TestScenario9Authority(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m := w.Casework
		it := w.Publish(t)
		w.Authorize(t, it, "", "2025-09-01", "2026-12-31", "协议一号", item.Receive, item.Accept, item.HandOut)
		w.Authorize(t, it, w.ChiefID(t), "2025-09-01", "2025-11-18", "授权一号", item.Examine, item.Decide, item.Seal)
		w.Set("2025-11-14 09:00")
		early, lateCase := reviewed(t, w, it), reviewed(t, w, it)
		w.Set("2025-11-18 17:00")
		early, err := m.Grant(w.Chief(t), cmd(early), casework.DecideInput{Opinion: "准予"})
		if err != nil {
			t.Fatal(err)
		}
		w.Set("2025-11-20 09:00")
		_, err = m.Grant(w.Chief(t), cmd(lateCase), casework.DecideInput{Opinion: "准予"})
		wantCode(t, err, "AUTH_EXPIRED")
		list, _, err := m.Cases(w.Approver(t, 1), casework.Filter{State: casework.Reviewed})
		if err != nil || len(list) != 1 || list[0].ID != lateCase.ID {
			t.Errorf("the approver's list %+v, %v", list, err)
		}
		if _, err := m.Grant(w.Approver(t, 1), cmd(lateCase), casework.DecideInput{}); err != nil {
			t.Fatal(err)
		}
		events := w.Get(t, early.ID).Events
		if last := events[len(events)-1]; last.Action != casework.ActGrant || last.Authority != "授权一号" {
			t.Errorf("decision %+v", last)
		}
		bare := w.Publish(t)
		c := w.Receive(t, bare, "M1", "M2", "M3")
		_, err = m.Accept(w.Window(t), cmd(c), casework.NormalMode)
		wantCode(t, err, "NO_DELEGATION")
		_, err = m.Accept(w.Chief(t), cmd(c), casework.NormalMode)
		wantCode(t, err, "AUTH_SCOPE")
	})
}

// The whole way: one visit with two items, to the archive, with the papers that anybody can verify.
func TestFromTheWindowToTheArchive(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m, win := w.Casework, w.Window(t)
		one, two := w.Ready(t), w.Ready(t, func(c *item.Content) { c.Name = "人力资源服务许可" })
		in := caseworktest.Input(one, "M1", "M2", "M3")
		in.Key, in.Items = "k1", append(in.Items, casework.IntakeItem{ItemID: two.ID, Had: []string{"M1"}})
		got, err := m.Receive(win, in)
		if err != nil || len(got.Cases) != 2 || got.QueryCode == "" {
			t.Fatal(got, err)
		}
		if again, err := m.Receive(win, in); err != nil || again.Visit.No != got.Visit.No || again.ReceiptNo != got.ReceiptNo {
			t.Errorf("the same request again: %+v, %v", again, err)
		}
		twice := caseworktest.Input(one)
		twice.Items[0].Reason = ""
		_, err = m.Receive(win, twice)
		wantCode(t, err, "DUPLICATE_OPEN")
		c := got.Cases[0]
		if _, err = m.Accept(win, cmd(c), casework.NormalMode); err != nil {
			t.Fatal(err)
		}
		_, err = m.Grant(w.Chief(t), cmd(c), casework.DecideInput{})
		wantCode(t, err, "REVIEW_FIRST")
		if _, err = m.Review(w.Chief(t), cmd(c), "符合条件"); err != nil {
			t.Fatal(err)
		}
		_, err = m.Grant(w.Chief(t), cmd(c), casework.DecideInput{})
		wantCode(t, err, "SAME_SIGNER")
		_, err = m.Grant(win, cmd(c), casework.DecideInput{})
		if err == nil {
			t.Error("a window decides a promised case")
		}
		steps := []func() error{
			func() error {
				_, err := m.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{Opinion: "准予"})
				return err
			},
			func() error {
				_, err := m.Issue(win, cmd(c), casework.IssueInput{Number: "622901-劳派-2025-001"})
				return err
			},
			func() error {
				c, err = m.Deliver(win, cmd(c), casework.DeliverInput{Way: "窗口领取", Came: true})
				return err
			},
		}
		for i, step := range steps {
			if err := step(); err != nil {
				t.Fatal(i, err)
			}
		}
		if c.State != casework.Closed || c.CloseCode != casework.CloseIssued || c.Trips != 2 {
			t.Errorf("closed as %+v", c)
		}
		if c, err = m.Archive(win, cmd(c), "2025-01-003"); err != nil || c.State != casework.Archived {
			t.Fatal(c.State, err)
		}
		papers(t, w, got)
	})
}

func papers(t *testing.T, w *caseworktest.World, got casework.Intake) {
	t.Helper()
	m := w.Casework
	citizen := actor.With(context.Background(), casework.ApplicantActor(w.Centre, "", ""))
	p, err := m.Track(citizen, got.QueryCode, "1234")
	if err != nil || len(p.Cases) != 2 || p.Cases[0].State != "归档" || p.Cases[1].State != "已接件" {
		t.Errorf("progress %+v, %v", p, err)
	}
	for _, tail := range []string{"", "0000", "12345"} {
		_, err = m.Track(citizen, got.QueryCode, tail)
		wantCode(t, err, "QUERY")
	}
	s := w.Get(t, got.Cases[0].ID)
	if s.Applicant.Name != "马**" || s.Promise != casework.OnTime || s.Statutory != casework.OnTime {
		t.Errorf("sheet %+v %s %s", s.Applicant, s.Promise, s.Statutory)
	}
	seen := map[casework.VoucherKind]bool{}
	for _, v := range s.Vouchers {
		seen[v.Kind] = true
		paper, err := m.Print(w.Window(t), v.ID)
		if err != nil || paper.Applicant != "马建国" {
			t.Fatal(paper, err)
		}
		ok, err := m.Verify(citizen, v.No, paper.Code)
		if err != nil || ok.Applicant != "马**" || ok.Title != v.Kind.Title() {
			t.Errorf("verified %+v, %v", ok, err)
		}
		_, err = m.Verify(citizen, v.No, "AAAAAAAAAA")
		wantCode(t, err, "VERIFY")
	}
	for _, k := range []casework.VoucherKind{casework.VoucherReceipt, casework.VoucherAccepted, casework.VoucherGranted, casework.VoucherDelivery} {
		if !seen[k] {
			t.Errorf("no %s", k.Title())
		}
	}
}

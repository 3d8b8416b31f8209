package casework_test

import (
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// twoMonths is an item whose licence is valid for two months, so that a whole life lies in the calendar of 2025.
func twoMonths(change ...func(c *item.Content)) func(c *item.Content) {
	return func(c *item.Content) {
		c.Renewal = item.Renewal{Term: item.Limit{N: 2, Unit: item.Month}}
		for _, f := range change {
			f(c)
		}
	}
}

// granted decides a case that was accepted.
func granted(t *testing.T, w *caseworktest.World, c casework.Case) casework.Case {
	t.Helper()
	if _, err := w.Casework.Review(w.Chief(t), cmd(c), "符合条件"); err != nil {
		t.Fatal(err)
	}
	c, err := w.Casework.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{Opinion: "准予"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// licensed gives a licence by the real steps: on 2025-09-05, valid until 2025-11-04 where the item's term is two months.
func licensed(t *testing.T, w *caseworktest.World, it item.Item, no string) casework.Licence {
	t.Helper()
	w.Set("2025-09-05 10:00")
	c, err := w.Casework.Issue(w.Window(t), cmd(granted(t, w, w.Accepted(t, it))), casework.IssueInput{Number: no})
	if err != nil {
		t.Fatal(err)
	}
	return licence(t, w, c.ID).Licence
}

func licence(t *testing.T, w *caseworktest.World, id casework.CaseID) casework.LicenceSheet {
	t.Helper()
	s, err := w.Casework.FindLicence(w.As(t, org.RoleSupervisor), string(id))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// renewal applies for the renewal of a licence and, where that is asked for, is accepted.
func renewal(t *testing.T, w *caseworktest.World, it item.Item, no string, accept bool) casework.Case {
	t.Helper()
	in := caseworktest.Input(it, "M1", "M2", "M3")
	in.Items[0].Renews = no
	got, err := w.Casework.Receive(w.Window(t), in)
	if err != nil {
		t.Fatal(err)
	}
	c := got.Cases[0]
	if accept {
		if c, err = w.Casework.Accept(w.Window(t), cmd(c), casework.NormalMode); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// 行政许可法第五十条：“被许可人需要延续依法取得的行政许可的有效期的，应当在该行政许可有效期届满三十日前向作出行政许可决定的行政机关提出申请。……行政机关应当根据
// 被许可人的申请，在该行政许可有效期届满前作出是否准予延续的决定；逾期未作决定的，视为准予延续。”
//
// Given on 2025-09-05 for two months: valid until 2025-11-04, applied for until 2025-10-05, announced on 2025-09-17, which is the 30th
// working day before the end over the National Day and its two working Saturdays and Sundays. Applied for on 2025-09-22, decided by
// nobody: at 2025-11-05 00:00 it goes on until 2026-01-04.
func TestSilenceRenewsALicence(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m, it := w.Casework, w.Ready(t, twoMonths())
		l := licensed(t, w, it, "劳派-1")
		if l.From != day("2025-09-05") || l.Until != day("2025-11-04") || l.ApplyBy != day("2025-10-05") || l.State != casework.InForce {
			t.Fatalf("given %s to %s, apply by %s, %s", l.From, l.Until, l.ApplyBy, l.State)
		}
		near := func() int {
			w.RunJobs(t)
			list, _, err := m.Licences(w.Chief(t), casework.LicenceFilter{List: casework.LicencesNear})
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		w.Set("2025-09-16 23:59")
		if near() != 0 {
			t.Error("announced before the 30th working day")
		}
		w.Set("2025-09-17 00:00")
		if near() != 1 || near() != 1 || len(licence(t, w, l.ID).Events) != 2 {
			t.Errorf("not announced once: %+v", licence(t, w, l.ID).Events)
		}
		w.Set("2025-09-22 10:00")
		c := renewal(t, w, it, "劳派-1", true)
		wantDays(t, c, "2025-10-11", "2025-10-24")
		if k := clockOf(w.Get(t, c.ID), casework.ClockRenewal); k == nil || calendar.LastDay(k.Due) != day("2025-11-04") || !k.Running {
			t.Errorf("the limit of the renewal: %+v", k)
		}
		twice := caseworktest.Input(it, "M1")
		twice.Items[0].Renews = "劳派-1"
		_, err := m.Receive(w.Window(t), twice)
		wantCode(t, err, "RENEWS")
		w.Set("2025-11-04 23:59")
		w.RunJobs(t)
		if s := w.Get(t, c.ID); s.State != casework.Accepted || licence(t, w, l.ID).State != casework.InForce {
			t.Fatalf("before the end: %s", s.State)
		}
		w.Set("2025-11-05 00:00") // the day begins before the job of the day has run
		_, err = m.Deny(w.Approver(t, 1), cmd(c), casework.DecideInput{Opinion: "不符合条件", Basis: "第一条"})
		wantCode(t, err, "RENEWAL_OVER")
		w.RunJobs(t)
		wantContinued(t, w, c, l)
		seq := w.Get(t, c.ID).EventSeq
		w.Set("2025-11-08 09:00")
		w.RunJobs(t)
		if again := w.Get(t, c.ID).EventSeq; again != seq {
			t.Errorf("renewed twice: %d events after %d", again, seq)
		}
		if _, err = m.Issue(w.Window(t), cmd(c), casework.IssueInput{Number: "劳派-1（延）"}); err != nil {
			t.Fatal(err)
		}
		if next := licence(t, w, c.ID); next.No != "劳派-1（延）" || next.Until != day("2026-01-04") || next.IssuedAt == 0 {
			t.Errorf("after it was printed: %+v", next.Licence)
		}
		checked(t, w)
	})
}

// wantContinued checks what silence made of a renewal: a decision by nobody, a voucher of its own, and a licence that goes on.
func wantContinued(t *testing.T, w *caseworktest.World, c casework.Case, l casework.Licence) {
	t.Helper()
	s := w.Get(t, c.ID)
	e := s.Events[len(s.Events)-1]
	if s.State != casework.Making || s.Decision != casework.Granted || e.Action != casework.ActDeemRenew || e.ActorKind != "system" || s.Promise != casework.Late || s.Statutory != casework.Late {
		t.Errorf("the case is %s, %s by %s, promise %s, statute %s", s.State, s.Decision, e.Action, s.Promise, s.Statutory)
	}
	papers := 0
	for _, v := range s.Vouchers {
		if v.Kind == casework.VoucherContinued && v.No == "政务视延〔2025〕00001号" {
			papers++
		}
	}
	old, next := licence(t, w, l.ID), licence(t, w, c.ID)
	if papers != 1 || old.State != casework.Renewed || old.EndedOn != day("2025-11-04") || old.GroundText() != "视为准予延续（行政许可法第五十条第二款）" || old.Document != "政务视延〔2025〕00001号" {
		t.Errorf("%d papers; the old licence %+v", papers, old.Licence)
	}
	if next.State != casework.InForce || !next.Deemed || next.From != day("2025-11-05") || next.Until != day("2026-01-04") || next.No != l.No || old.Follower == nil || old.Follower.ID != next.ID {
		t.Errorf("the licence that goes on: %+v", next.Licence)
	}
	if k := clockOf(s, casework.ClockRenewal); k.Running {
		t.Error("the limit of the renewal still runs")
	}
}

func clockOf(s casework.Sheet, kind casework.ClockKind) *casework.ClockView {
	for i := range s.Clocks {
		if s.Clocks[i].Kind == kind {
			return &s.Clocks[i]
		}
	}
	return nil
}

// After an outage of three days the licence goes on from the day after its end all the same; a special procedure, and an application
// that was not accepted yet, are silence too.
func TestSilenceAfterAnOutage(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, it := w.Casework, w.Ready(t, twoMonths())
	l := licensed(t, w, it, "劳派-1")
	w.Set("2025-10-05 23:00") // the last day, a Sunday in the holidays
	c := renewal(t, w, it, "劳派-1", true)
	w.Set("2025-10-20 09:00")
	in := casework.ProcedureInput{Type: "testing", Start: day("2025-10-20"), Expected: day("2025-12-20"), Notice: day("2025-10-20"), Reason: "检测"}
	if _, err := m.ProposeSuspension(w.Chief(t), cmd(c), in); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Suspend(w.Approver(t, 1), cmd(c)); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-11-08 03:00")
	w.RunJobs(t)
	next := licence(t, w, c.ID)
	if next.From != day("2025-11-05") || next.Until != day("2026-01-04") || licence(t, w, l.ID).State != casework.Renewed || w.Get(t, c.ID).State != casework.Making {
		t.Errorf("after the outage: %+v", next.Licence)
	}
	checked(t, w)
}

// An application over the network that nobody has looked at waits for the organ, and so is its silence. A licence is renewed by the item
// that gave it, or by one that gives the same.
func TestSilenceAboutWhatNobodyLookedAt(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t, online, twoMonths(func(c *item.Content) { c.Renewal.Lead, c.Renewal.Basis = 2, "某条例第九条" }))
	l := licensed(t, w, it, "劳派-1")
	w.Set("2025-10-31 16:00")
	in := caseworktest.Input(it, "M1", "M2", "M3")
	in.Items[0].Renews = "劳派-1"
	other := w.Ready(t, twoMonths(func(c *item.Content) { c.Result.Name = "人力资源服务许可证" }))
	wrong := in
	wrong.Items = []casework.IntakeItem{in.Items[0]}
	wrong.Items[0].ItemID = other.ID
	_, err := w.Casework.Receive(w.Window(t), wrong)
	wantCode(t, err, "RENEWS")
	in.Items[0].Had, in.Items[0].Files = nil, casework.Uploads{"M1": upload("M1.pdf"), "M2": upload("M2.pdf"), "M3": upload("M3.pdf")}
	got, err := w.Casework.Apply(citizen(w), in)
	if err != nil || got.Cases[0].State != casework.Applied {
		t.Fatal(got, err)
	}
	w.Set("2025-11-05 00:00")
	w.RunJobs(t)
	if next := licence(t, w, got.Cases[0].ID); !next.Deemed || next.From != day("2025-11-05") || licence(t, w, l.ID).State != casework.Renewed {
		t.Errorf("followed by %+v", next.Licence)
	}
	checked(t, w)
}

// Where the law of the item says otherwise, where the application came too late or waits for its applicant, and where it is no permit,
// silence renews nothing: the licence has expired, the case is told so and goes on.
func TestWhatSilenceDoesNotRenew(t *testing.T) {
	ends := func(c *item.Content) {
		c.Renewal.Silence, c.Renewal.Basis = item.SilenceEnds, "某法第十条"
	}
	for name, x := range map[string]struct {
		change  func(c *item.Content)
		applied string
		accept  bool
		state   casework.State
	}{
		"another law":             {ends, "2025-09-22 10:00", true, casework.Accepted},
		"no permit":               {func(c *item.Content) { c.Kind = "07" }, "2025-09-22 10:00", true, casework.Accepted},
		"a day too late":          {func(*item.Content) {}, "2025-10-06 10:00", true, casework.Accepted},
		"longer notice by law":    {func(c *item.Content) { c.Renewal.Lead, c.Renewal.Basis = 45, "某条例第八条" }, "2025-09-22 10:00", true, casework.Accepted},
		"waits for its applicant": {func(c *item.Content) { c.Silent = false }, "2025-09-30 10:00", false, casework.Correcting},
	} {
		t.Run(name, func(t *testing.T) {
			w := caseworktest.Open(t, store.SQLite)
			it := w.Ready(t, twoMonths(x.change))
			l := licensed(t, w, it, "劳派-1")
			w.Set(x.applied)
			c := renewal(t, w, it, "劳派-1", x.accept)
			if !x.accept {
				if _, err := w.Casework.Notify(w.Window(t), cmd(c), []casework.Defect{{Code: "M2", What: "重新提供"}}, ""); err != nil {
					t.Fatal(err)
				}
			}
			w.Set("2025-11-05 00:00")
			w.RunJobs(t)
			s, old := w.Get(t, c.ID), licence(t, w, l.ID)
			if old.State != casework.Expired || old.EndedOn != day("2025-11-04") || old.Follower != nil {
				t.Errorf("the licence is %s, ended %s", old.State, old.EndedOn)
			}
			if s.State != x.state || s.Events[len(s.Events)-1].Action != casework.ActRunOut || clockOf(s, casework.ClockRenewal).Running {
				t.Errorf("the case is %s after %s", s.State, s.Events[len(s.Events)-1].Action)
			}
			checked(t, w)
		})
	}
}

// Decided in time, the licence that is renewed stands until its last day and the next one follows it; a renewal that is revoked gives it
// back for what is left, and a licence that nobody renews expires.
func TestRenewedInTimeAndRevoked(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m, it := w.Casework, w.Ready(t, twoMonths())
		l := licensed(t, w, it, "劳派-1")
		w.Set("2025-10-09 10:00") // late, and taken all the same
		c := granted(t, w, renewal(t, w, it, "劳派-1", true))
		if old, next := licence(t, w, l.ID), licence(t, w, c.ID); old.State != casework.Renewed || next.From != day("2025-11-05") || next.Deemed || old.Document == "" {
			t.Fatalf("renewed: %+v, followed by %+v", old.Licence, next.Licence)
		}
		w.Set("2025-10-13 10:00")
		shorter := casework.IssueInput{Number: "劳派-1乙", Until: day("2025-12-31")}
		_, err := m.Issue(w.Window(t), cmd(c), shorter)
		wantCode(t, err, "LICENCE_TERM")
		if _, err := m.Issue(w.Chief(t), cmd(c), shorter); err != nil {
			t.Fatal(err)
		}
		if next := licence(t, w, c.ID); next.No != "劳派-1乙" || next.From != day("2025-11-05") || next.Until != day("2025-12-31") || next.ApplyBy != day("2025-12-01") {
			t.Errorf("with the period of the paper: %+v", next.Licence)
		}
		_, err = m.Revoke(w.Approver(t, 1), cmd(c), casework.RevokeInput{Ground: "whim", Reason: "x"})
		wantCode(t, err, "REASON_REQUIRED")
		if _, err = m.Revoke(w.Approver(t, 1), cmd(c), casework.RevokeInput{Ground: "fraud", Reason: "提交虚假材料"}); err != nil {
			t.Fatal(err)
		}
		old, next := licence(t, w, l.ID), licence(t, w, c.ID)
		if next.State != casework.Annulled || next.GroundText() != "以欺骗、贿赂等不正当手段取得（应当撤销）（行政许可法第六十九条）" || next.Document != "政务撤〔2025〕00001号" {
			t.Errorf("revoked: %+v", next.Licence)
		}
		if old.State != casework.InForce || !old.EndedOn.IsZero() {
			t.Errorf("given back: %+v", old.Licence)
		}
		w.Set("2025-11-05 00:00")
		w.RunJobs(t)
		if old = licence(t, w, l.ID); old.State != casework.Expired {
			t.Errorf("nobody renews it: %s", old.State)
		}
		late := caseworktest.Input(it, "M1")
		late.Items[0].Renews = "劳派-1"
		_, err = m.Receive(w.Window(t), late)
		wantCode(t, err, "RENEWS")
		checked(t, w)
	})
}

// The ways out of the register (行政许可法 art. 70; 吊销 by a penalty), who may take them, and that the case stays as it was.
func TestEndingALicence(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, it := w.Casework, w.Ready(t, twoMonths())
	one, two := licensed(t, w, it, "劳派-1"), licensed(t, w, it, "劳派-2")
	before := w.Get(t, one.ID)
	end := func(l casework.Licence, in casework.EndInput) (casework.Licence, error) {
		return m.EndLicence(w.Approver(t, 1), casework.Command{CaseID: l.ID}, in)
	}
	_, err := m.EndLicence(w.Window(t), casework.Command{CaseID: one.ID}, casework.EndInput{Action: casework.LicenceCancel, Ground: "death", Reason: "x"})
	wantCode(t, err, "FORBIDDEN")
	for _, in := range []casework.EndInput{{Action: casework.LicenceForfeit, Reason: "x"}, {Action: casework.LicenceCancel, Reason: "x"}, {Action: casework.LicenceCancel, Ground: "death"}, {Action: "give", Reason: "x"}, {}} {
		_, err = end(one, in)
		wantCode(t, err, "INPUT")
	}
	_, err = end(one, casework.EndInput{Action: casework.LicenceCancel, Ground: "expired", Reason: "还没有期满"})
	wantCode(t, err, "INPUT")
	got, err := m.EndLicence(w.Chief(t), casework.Command{CaseID: one.ID, Version: one.Version}, casework.EndInput{Action: casework.LicenceForfeit, Document: "临市人社罚〔2025〕3号", Reason: "出租、出借证件"})
	if err != nil || got.State != casework.Forfeited || got.EndedOn != day("2025-09-05") || got.GroundText() != "行政处罚（行政处罚法第九条）" {
		t.Fatalf("forfeited: %+v, %v", got, err)
	}
	if e := licence(t, w, one.ID).Events; e[len(e)-1].Authority != "授权-"+it.Code {
		t.Errorf("forfeited by %q", e[len(e)-1].Authority)
	}
	_, err = m.EndLicence(w.Chief(t), casework.Command{CaseID: one.ID, Version: one.Version}, casework.EndInput{Action: casework.LicenceCancel, Ground: "taken_back", Reason: "x"})
	wantCode(t, err, "VERSION")
	if got, err = end(one, casework.EndInput{Action: casework.LicenceCancel, Ground: "taken_back", Reason: "证件已被吊销"}); err != nil || got.State != casework.Cancelled || got.EndedOn != day("2025-09-05") {
		t.Fatalf("cancelled: %+v, %v", got, err)
	}
	_, err = end(one, casework.EndInput{Action: casework.LicenceForfeit, Document: "x", Reason: "x"})
	wantCode(t, err, "LICENCE_STATE")
	if got, err = end(two, casework.EndInput{Action: casework.LicenceCorrects, Until: day("2025-10-31"), Reason: "证上印的是十月底"}); err != nil || got.Until != day("2025-10-31") || got.ApplyBy != day("2025-10-01") || got.State != casework.InForce {
		t.Fatalf("corrected: %+v, %v", got, err)
	}
	_, err = end(two, casework.EndInput{Action: casework.LicenceCorrects, Reason: "x"})
	wantCode(t, err, "INPUT")
	if after := w.Get(t, one.ID); after.Version != before.Version || after.EventSeq != before.EventSeq {
		t.Error("the case changed")
	}
	w.Set("2025-11-01 00:00")
	w.RunJobs(t)
	if got, err = end(two, casework.EndInput{Action: casework.LicenceCancel, Ground: "expired", Reason: "期满没有申请延续"}); err != nil || got.GroundText() != "有效期届满未延续（行政许可法第七十条）" {
		t.Errorf("cancelled after it expired: %+v, %v", got, err)
	}
	list, _, err := m.Licences(w.Approver(t, 1), casework.LicenceFilter{List: casework.LicencesEnded})
	if err != nil || len(list) != 2 || list[0].Holder == "马建国" || list[0].Holder == "" {
		t.Errorf("the ended ones: %+v, %v", list, err)
	}
	checked(t, w)
}

// What was taken away is not renewed: a renewal that still runs cannot be granted.
func TestARenewalOfWhatWasForfeitedIsNotGranted(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, it := w.Casework, w.Ready(t, twoMonths())
	l := licensed(t, w, it, "劳派-1")
	w.Set("2025-09-22 10:00")
	c := renewal(t, w, it, "劳派-1", true)
	if _, err := m.EndLicence(w.Approver(t, 1), casework.Command{CaseID: l.ID}, casework.EndInput{Action: casework.LicenceForfeit, Document: "临市人社罚〔2025〕3号", Reason: "出租证件"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Review(w.Chief(t), cmd(c), "符合条件"); err != nil {
		t.Fatal(err)
	}
	_, err := m.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{Opinion: "准予"})
	wantCode(t, err, "LICENCE_STATE")
	if s := w.Get(t, c.ID); s.State != casework.Reviewed || s.Decision != casework.Undecided {
		t.Errorf("the case is %s, %s", s.State, s.Decision)
	}
	checked(t, w)
}

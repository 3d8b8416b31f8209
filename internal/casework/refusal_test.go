package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// Every refusal code of the hall reference §3 that cases give, each brought about once. Those of the queue (TICKET_TAKEN), of data
// exchange (NO_GRANT, PURPOSE_MISMATCH) and of locked months (LOCKED_PERIOD) are tested where they are given; an unpublished year
// gives provisional ends instead of NO_CALENDAR (ADR 0012), marked as such, which is the last case here.
func TestEveryRefusalCode(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, win, z, d := w.Casework, w.Window(t), w.Chief(t), w.Approver(t, 1)
	it := w.Ready(t)
	w.Set("2025-09-26 15:00")
	procedure := casework.ProcedureInput{Type: "testing", Start: day("2025-09-26"), Expected: day("2025-09-30"), Notice: day("2025-09-26"), Reason: "检测"}
	backdated, bare, other := procedure, procedure, procedure
	backdated.Start, bare.Notice, other.Type = day("2025-09-25"), clock.NoDate, "waiting"
	fail := func(_ casework.Case, err error) error { return err }
	refusals := map[string]func() error{
		"NOT_IN_FORCE": func() error {
			it, _, err := w.Item.Create(d, item.NewItem{UnitID: w.Unit.ID, Content: caseworktest.Content(func(c *item.Content) { c.Code = "DRAFT1" })})
			if err == nil {
				_, err = m.Receive(win, caseworktest.Input(it))
			}
			return err
		},
		"DUPLICATE_OPEN": func() error {
			w.Receive(t, it)
			in := caseworktest.Input(it)
			in.Items[0].Reason = ""
			_, err := m.Receive(win, in)
			return err
		},
		"NO_DELEGATION": func() error {
			bare := w.Publish(t)
			return fail(m.Accept(win, cmd(w.Receive(t, bare, "M1", "M2", "M3")), casework.NormalMode))
		},
		"AUTH_SCOPE": func() error {
			return fail(m.Accept(z, cmd(w.Receive(t, w.Publish(t), "M1", "M2", "M3")), casework.NormalMode))
		},
		"AUTH_EXPIRED": func() error {
			old := w.Publish(t)
			w.Authorize(t, old, w.ChiefID(t), "2025-09-01", "2025-09-26", "短期-1", item.Accept)
			c := w.Receive(t, old, "M1", "M2", "M3")
			defer w.Set("2025-09-26 15:00")
			w.Set("2025-09-28 09:00")
			return fail(m.Accept(z, cmd(c), casework.NormalMode))
		},
		"SECOND_NOTICE": func() error {
			c := w.Receive(t, it)
			list := []casework.Defect{{Code: "M2", What: "补交"}}
			if _, err := m.Notify(win, cmd(c), list, ""); err != nil {
				return err
			}
			return fail(m.Notify(win, cmd(c), list, "又一处"))
		},
		"MATERIAL_NOT_LISTED": func() error {
			return fail(m.Notify(win, cmd(w.Receive(t, it)), []casework.Defect{{Code: "其他材料", What: "补交"}}, ""))
		},
		"NOTICE_REQUIRED":  func() error { return fail(m.ProposeSuspension(z, cmd(w.Accepted(t, it)), bare)) },
		"TYPE_NOT_ALLOWED": func() error { return fail(m.ProposeSuspension(z, cmd(w.Accepted(t, it)), other)) },
		"BACKDATED":        func() error { return fail(m.ProposeSuspension(z, cmd(w.Accepted(t, it)), backdated)) },
		"AFTER_DUE": func() error {
			c := w.Accepted(t, it)
			defer w.Set("2025-09-26 15:00")
			w.Set("2025-10-31 09:00")
			return fail(m.ProposeExtension(z, cmd(c), "来不及"))
		},
		"ALREADY_EXTENDED": func() error {
			c := w.Accepted(t, it)
			if _, err := m.ProposeExtension(z, cmd(c), "复杂"); err != nil {
				return err
			}
			if _, err := m.Extend(w.Head(t), cmd(c), casework.ExtendInput{}); err != nil {
				return err
			}
			return fail(m.ProposeExtension(z, cmd(c), "再延"))
		},
		"SAME_SIGNER": func() error {
			c := w.Accepted(t, it)
			if _, err := m.Review(z, cmd(c), "符合"); err != nil {
				return err
			}
			return fail(m.Grant(z, cmd(c), casework.DecideInput{}))
		},
		"NEED_TWO_CHECKERS": func() error {
			c := w.Accepted(t, w.Ready(t, func(c *item.Content) { c.TwoCheckers = true }))
			return fail(m.Review(z, cmd(c), "符合"))
		},
		"OPEN_SUSPENSION": func() error {
			c := w.Accepted(t, it)
			if _, err := m.ProposeSuspension(z, cmd(c), procedure); err != nil {
				return err
			}
			if _, err := m.Suspend(d, cmd(c)); err != nil {
				return err
			}
			return fail(m.Grant(d, cmd(c), casework.DecideInput{}))
		},
		"REASON_REQUIRED": func() error { return fail(m.Terminate(d, cmd(w.Accepted(t, it)), " ")) },
		"CONFLICT_OF_INTEREST": func() error {
			c := reviewed(t, w, it)
			if _, err := m.Recuse(z, cmd(c), w.Person(t, "D1", orgtest.Where{}).ID, "申请人是其配偶"); err != nil {
				return err
			}
			return fail(m.Grant(d, cmd(c), casework.DecideInput{}))
		},
	}
	for code, try := range refusals {
		if err := try(); casework.RefusalCode(err) != code {
			t.Errorf("%s: got %q (%v)", code, casework.RefusalCode(err), err)
		}
	}
	w.Set("2026-12-30 09:00")
	c := w.Receive(t, it, "M1")
	if k := w.Get(t, c.ID).Clocks[0]; !k.Tentative {
		t.Error("an end in a year without a calendar is not marked as provisional")
	}
}

// Somebody whose own telephone is the applicant's does not handle the application.
func TestNobodyHandlesHisOwnApplication(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t)
	in := caseworktest.Input(it, "M1", "M2", "M3")
	in.Applicant.Phone = "13900007777"
	got, err := w.Casework.Receive(w.Window(t), in)
	if err != nil {
		t.Fatal(err)
	}
	p := w.Person(t, "relative", orgtest.Where{Unit: w.Unit.ID}, org.RoleApprover)
	u, err := w.Org.User(w.System(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Org.ChangeUser(w.System(), u.ID, u.Version, org.UserInput{Username: u.Username, DisplayName: u.DisplayName, Phone: "13900007777", UnitID: u.UnitID}); err != nil {
		t.Fatal(err)
	}
	_, err = w.Casework.Accept(p.Ctx, cmd(got.Cases[0]), casework.NormalMode)
	wantCode(t, err, "FORBIDDEN")
	if _, err = w.Casework.Accept(w.Window(t), cmd(got.Cases[0]), casework.NormalMode); err != nil {
		t.Fatal(err)
	}
	_, err = w.Casework.Review(p.Ctx, cmd(got.Cases[0]), "符合")
	wantCode(t, err, "CONFLICT_OF_INTEREST")
}

// 容缺: accepted with a promise; what does not come in time is a withdrawal; what comes stops the clock.
func TestAcceptedWithAPromise(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, win := w.Casework, w.Window(t)
	it := w.Ready(t)
	w.Set("2025-09-26 15:00")
	accept := func(had ...string) casework.Case {
		c, err := m.Accept(win, cmd(w.Receive(t, it, had...)), casework.Tolerant)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	kept, broken := accept("M1"), accept("M1", "M2")
	for _, had := range [][]string{{"M2", "M3"}, {"M1", "M2", "M3"}} { // the first may not follow; nothing is missing
		_, err := m.Accept(win, cmd(w.Receive(t, it, had...)), casework.Tolerant)
		wantCode(t, err, "INPUT")
	}
	_, err := m.Accept(win, cmd(w.Receive(t, w.Ready(t, func(c *item.Content) { c.Tolerant = false }), "M1")), casework.Tolerant)
	wantCode(t, err, "INPUT")
	s := w.Get(t, broken.ID)
	if s.Mode != casework.Tolerant || s.Vouchers[1].Kind != casework.VoucherTolerance || s.Materials[2].State != casework.MaterialPromised {
		t.Fatalf("accepted as %+v, %+v", s.Case, s.Materials)
	}
	w.Set("2025-10-16 15:00")
	if kept, err = m.Fulfil(win, cmd(kept), []string{"M2", "M3"}); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-10-17 00:00") // ten working days after 09-26 are over
	w.RunJobs(t)
	if s := w.Get(t, broken.ID); s.State != casework.Lapsed || s.ClosedAt == 0 {
		t.Errorf("a broken promise is %s", s.State)
	}
	if s := w.Get(t, kept.ID); s.State != casework.Accepted {
		t.Errorf("a kept promise is %s", s.State)
	}
	checked(t, w)
}

// 容缺 lets a case in, not through: nothing is granted, and so nothing closed, while what was promised is missing; the limit of
// supplying keeps running and a broken promise is still a withdrawal. Refusing needs no material.
func TestNothingIsGrantedWhileAMaterialIsOwed(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, win, z, d := w.Casework, w.Window(t), w.Chief(t), w.Approver(t, 1)
	it := w.Ready(t)
	w.Set("2025-09-26 15:00")
	examined := func() casework.Command {
		c := cmd(w.Receive(t, it, "M1"))
		for _, step := range []func() (casework.Case, error){
			func() (casework.Case, error) { return m.Accept(win, c, casework.Tolerant) },
			func() (casework.Case, error) { return m.Review(z, c, "符合") },
		} {
			if _, err := step(); err != nil {
				t.Fatal(err)
			}
		}
		return c
	}
	kept, broken, denied := examined(), examined(), examined()
	grant := func(missing ...string) {
		t.Helper()
		_, err := m.Grant(d, kept, casework.DecideInput{})
		wantCode(t, err, "MATERIALS_OWED")
		if text := errs.As(err).Public; !strings.Contains(text, strings.Join(missing, "、")) || len(missing) == 1 && strings.Contains(text, "证明") {
			t.Errorf("the refusal says %s", text)
		}
	}
	grant("办公场所使用证明", "劳务派遣管理制度")
	if _, err := m.Fulfil(win, kept, []string{"M2"}); err != nil {
		t.Fatal(err)
	}
	grant("劳务派遣管理制度")
	if s := w.Get(t, kept.CaseID); s.State != casework.Reviewed || s.Decision != "" {
		t.Errorf("after the refusals: %s, %q", s.State, s.Decision)
	}
	if _, err := m.Fulfil(win, kept, []string{"M3"}); err != nil {
		t.Fatal(err)
	}
	if c, err := m.Grant(d, kept, casework.DecideInput{}); err != nil || c.State != casework.Making {
		t.Errorf("with everything there: %s, %v", c.State, err)
	}
	if c, err := m.Deny(d, denied, casework.DecideInput{Opinion: "不符合条件", Basis: "第五条"}); err != nil || c.State != casework.Deliver {
		t.Errorf("refusing: %s, %v", c.State, err)
	}
	w.Set("2025-10-17 00:00")
	w.RunJobs(t)
	if s := w.Get(t, broken.CaseID); s.State != casework.Lapsed {
		t.Errorf("a broken promise is %s", s.State)
	}
	checked(t, w)
}

// 告知承诺: decided on the declaration, checked later, revoked where it was false.
func TestDecidedOnADeclaration(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, win, z, d := w.Casework, w.Window(t), w.Chief(t), w.Approver(t, 1)
	it := w.Ready(t, func(c *item.Content) { c.CaseKind, c.Promise = item.Instant, item.Limit{Unit: item.Workday} })
	c, err := m.Accept(win, cmd(w.Receive(t, it, "M1")), casework.Pledged)
	if err != nil {
		t.Fatal(err)
	}
	if calendar.LastDay(c.PromiseDue) != w.Clock.Now().Date() {
		t.Errorf("an instant case is due %s", c.PromiseDue)
	}
	_, err = m.Grant(win, cmd(c), casework.DecideInput{})
	wantCode(t, err, "NO_DELEGATION") // of deciding: an agreement gives no such power
	if c, err = m.Grant(d, cmd(c), casework.DecideInput{}); err != nil || c.DecidedAt.Date() != w.Clock.Now().Date() {
		t.Fatal(c, err)
	}
	if c, err = m.Issue(win, cmd(c), casework.IssueInput{Number: "证-1"}); err != nil {
		t.Fatal(err)
	}
	if c, err = m.CheckPledge(z, cmd(c), casework.CheckInput{Result: casework.PledgeFalse, Finding: "现场与承诺不符"}); err != nil || !c.Checked {
		t.Fatal(c, err)
	}
	_, err = m.CheckPledge(z, cmd(c), casework.CheckInput{Result: casework.PledgeHeld, Finding: "再查"})
	wantCode(t, err, "CHECKED")
	_, err = m.Revoke(win, cmd(c), casework.RevokeInput{Ground: "ineligible", Reason: "承诺不实"})
	wantCode(t, err, "FORBIDDEN")
	if c, err = m.Revoke(d, cmd(c), casework.RevokeInput{Ground: "ineligible", Reason: "承诺不实"}); err != nil || c.State != casework.Revoked || c.Decision != casework.Granted {
		t.Fatal(c, err)
	}
	s := w.Get(t, c.ID)
	if s.Materials[1].State != casework.MaterialPledged {
		t.Errorf("materials %+v", s.Materials)
	}
	plain := w.Ready(t, func(c *item.Content) { c.Commitment = false })
	_, err = m.Accept(win, cmd(w.Receive(t, plain, "M1")), casework.Pledged)
	wantCode(t, err, "INPUT")
	checked(t, w)
}

// 即办: a window decides on the day where its letter says so, and only then; substance is checked by two who do not sign.
func TestInstantCases(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	instant := func(c *item.Content) { c.CaseKind, c.Promise = item.Instant, item.Limit{Unit: item.Workday} }
	it, two := w.Ready(t, instant), w.Ready(t, instant, func(c *item.Content) { c.TwoCheckers = true })
	desk := w.Person(t, "desk", orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleWindow)
	c := w.Accepted(t, it)
	_, err := m.Grant(desk.Ctx, cmd(c), casework.DecideInput{})
	wantCode(t, err, "AUTH_SCOPE")
	w.Authorize(t, it, desk.ID, "2025-09-01", "2026-12-31", "即办-1", item.Accept, item.Decide, item.Seal)
	if c, err = m.Grant(desk.Ctx, cmd(c), casework.DecideInput{}); err != nil {
		t.Fatal(err)
	}
	events := w.Get(t, c.ID).Events
	if last := events[len(events)-1]; last.Authority != "即办-1" {
		t.Errorf("decided by %q", last.Authority)
	}
	c = w.Accepted(t, two)
	_, err = m.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{})
	wantCode(t, err, "NEED_TWO_CHECKERS")
	_, err = m.Inspect(w.Approver(t, 2), cmd(c), w.Person(t, "D2", orgtest.Where{}).ID, "自己")
	wantCode(t, err, "NEED_TWO_CHECKERS")
	w.Approver(t, 3)
	if _, err = m.Inspect(w.Approver(t, 2), cmd(c), w.Person(t, "D3", orgtest.Where{}).ID, "现场一致"); err != nil {
		t.Fatal(err)
	}
	_, err = m.Grant(w.Approver(t, 3), cmd(c), casework.DecideInput{})
	wantCode(t, err, "SAME_SIGNER")
	if _, err = m.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{}); err != nil {
		t.Fatal(err)
	}
	checked(t, w)
}

// A posted worker leaves: his cases go to somebody else, or into the pool; where nobody is left, every case says so.
func TestHandingOver(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, z := w.Casework, w.Chief(t)
	c := reviewed(t, w, w.Ready(t))
	d2, d1 := w.Person(t, "D2", orgtest.Where{}).ID, w.Person(t, "D1", orgtest.Where{}).ID
	_, err := m.HandOver(z, casework.HandOverInput{From: d2, To: w.Person(t, "W", orgtest.Where{}).ID, Reason: "调离"})
	wantCode(t, err, "HANDOVER")
	got, err := m.HandOver(z, casework.HandOverInput{From: d2, To: d1, Reason: "调离"})
	if err != nil || len(got.Cases) != 1 || got.Empty || w.Get(t, c.ID).Handler != d1 {
		t.Fatal(got, err)
	}
	lone := orgtest.Unit(t, w.Org, w.Centre, "市气象局", "")
	chief := w.Person(t, "lone", orgtest.Where{Unit: lone.ID}, org.RoleChiefRep)
	err = w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE casework_case SET unit_id = $3, handler = $4 WHERE centre_id = $1 AND id = $2", w.Centre, c.ID, lone.ID, chief.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err = m.HandOver(chief.Ctx, casework.HandOverInput{From: chief.ID, Reason: "撤回派驻"})
	s := w.Get(t, c.ID)
	if last := s.Events[len(s.Events)-1]; err != nil || !got.Empty || s.Handler != "" || last.Data == "" {
		t.Errorf("%+v %v, event %+v", got, err, last)
	}
}

// Why a limit was not kept is published, and only where it was not kept.
func TestTheReasonOfALateCaseIsPublic(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	got, err := m.Receive(w.Window(t), caseworktest.Input(w.Ready(t), "M1", "M2", "M3"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := m.Accept(w.Window(t), cmd(got.Cases[0]), casework.NormalMode)
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.Explain(w.Approver(t, 1), cmd(c), "函证未回")
	wantCode(t, err, "INPUT")
	w.Set("2025-09-20 09:00")
	_, err = m.Explain(w.Window(t), cmd(c), "函证未回")
	wantCode(t, err, "FORBIDDEN")
	if _, err = m.Explain(w.Approver(t, 1), cmd(c), "函证未回"); err != nil {
		t.Fatal(err)
	}
	p, err := m.Track(citizen(w), got.QueryCode, "1234")
	if err != nil || !p.Cases[0].Late || p.Cases[0].Overdue != "函证未回" {
		t.Errorf("%+v, %v", p, err)
	}
}

// What a sheet offers is what the actor may do now: no decision to a clerk or before a review, no second notice to a clerk.
func TestNothingIsOfferedThatIsRefused(t *testing.T) {
	t.Parallel()
	w := caseworktest.Open(t, store.SQLite)
	c := w.Accepted(t, w.Ready(t))
	offered := func(who context.Context, x casework.Action) bool {
		s, err := w.Casework.Find(who, string(c.ID))
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(s.Allowed, x)
	}
	clerk, chief := w.Window(t), w.Chief(t)
	if offered(clerk, casework.ActNotify) || !offered(chief, casework.ActNotify) || offered(clerk, casework.ActGrant) || offered(chief, casework.ActGrant) {
		t.Error("before the review")
	}
	if _, err := w.Casework.Review(chief, casework.Command{CaseID: c.ID}, "符合条件"); err != nil {
		t.Fatal(err)
	}
	if offered(clerk, casework.ActGrant) || !offered(chief, casework.ActGrant) || !offered(w.Approver(t, 1), casework.ActDeny) {
		t.Error("after the review")
	}
}

// What an item charges for its certificate is not owed by who gets none; what it charges for the work is.
func TestAFeeForTheResultIsNotOwedWithoutOne(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	for per, owed := range map[string]bool{"证": false, "次": true} {
		it := w.Ready(t, func(c *item.Content) {
			c.Fees = []item.FeeItem{{Name: "工本费", Basis: "价目", Fen: 1000, Per: per}}
		})
		gone, err := m.Withdraw(w.Window(t), cmd(w.Receive(t, it, "M1")), "不办了")
		if err != nil || (gone.Fee == casework.FeeOwed) != owed {
			t.Errorf("withdrawn, per %s: %q, %v", per, gone.Fee, err)
		}
		c, err := m.Deny(w.Approver(t, 1), cmd(reviewed(t, w, it)), casework.DecideInput{Opinion: "不符合", Basis: "第一条"})
		if err == nil {
			c, err = m.Deliver(w.Window(t), cmd(c), casework.DeliverInput{Way: casework.Ways[0]})
		}
		if err != nil || (c.State == casework.Delivered) != owed || (c.Fee == casework.FeeOwed) != owed {
			t.Errorf("denied, per %s: %s, %q, %v", per, c.State, c.Fee, err)
		}
		if c = reviewed(t, w, it); c.Fee != casework.FeeOwed {
			t.Errorf("undecided, per %s: %q", per, c.Fee)
		}
	}
	checked(t, w)
}

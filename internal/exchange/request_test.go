package exchange_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/exchange"
	"yichuang/internal/exchange/exchangetest"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// The machine of the hall reference §4.7, branch by branch, with who does each step.
func TestTheCourseOfARequest(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	it := w.Ready(t)
	bound := w.Publish(t, exchange.Conditional)
	info, provider, d, leader := w.Info(t), w.Provider(t), w.Approver(t, 1), w.As(t, org.RoleLeader)
	reach := func(state exchange.State) exchange.Request {
		r := w.Submitted(t, w.Input(bound, it))
		if state == exchange.InReview {
			return r
		}
		r = w.Act(t, info, r, exchange.ActPass, "")
		if state == exchange.Negotiating {
			r = w.Act(t, provider, r, exchange.ActDisagree, "用途不明确")
		}
		return r
	}
	want := func(r exchange.Request, state exchange.State) {
		t.Helper()
		if r.State != state || r.Open != state.Open() {
			t.Errorf("%s is %s, want %s", r.No, r.State, state)
		}
	}
	want(w.Act(t, info, reach(exchange.InReview), exchange.ActReturn, "依据写明条款"), exchange.Draft)
	want(w.Act(t, info, reach(exchange.InReview), exchange.ActReject, "不是履职必需"), exchange.Rejected)
	want(w.Act(t, d, reach(exchange.Negotiating), exchange.ActAccept, ""), exchange.Rejected)
	want(w.Act(t, provider, reach(exchange.Negotiating), exchange.ActRecon, "补充说明后同意"), exchange.Providing)
	disputed := w.Act(t, info, reach(exchange.Negotiating), exchange.ActEscalate, "协商不成")
	want(disputed, exchange.Coordinate)
	want(w.Act(t, leader, disputed, exchange.ActDecide, "应当共享"), exchange.Providing)
	used := w.Act(t, provider, disputed, exchange.ActProvide, "")
	want(used, exchange.InUse)
	if used.GrantID == "" || used.Clock != exchange.NoClock {
		t.Errorf("%+v", used)
	}
	want(w.Act(t, provider, used, exchange.ActRevoke, "用途以外使用"), exchange.Ended)
	want(w.Act(t, leader, w.Act(t, info, reach(exchange.Negotiating), exchange.ActEscalate, "协商不成"), exchange.ActUphold, "维持"), exchange.Rejected)
	want(w.Act(t, d, reach(exchange.Answering), exchange.ActWithdraw, ""), exchange.Withdrawn)
}

// Every pair of state and action that the table does not have is refused, and leaves the request as it was.
func TestWhatTheTableDoesNotHaveIsRefused(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	it := w.Ready(t)
	r := w.Act(t, w.Info(t), w.Submitted(t, w.Input(w.Publish(t, exchange.Conditional), it)), exchange.ActPass, "")
	d, provider := w.Approver(t, 1), w.Provider(t)
	for _, act := range []exchange.Action{exchange.ActSubmit, exchange.ActAccept, exchange.ActFinish} {
		if _, err := w.Exchange.Act(d, exchange.Command{ID: r.ID}, act, exchange.Terms{}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("%s: %v", act, err)
		}
	}
	for _, act := range []exchange.Action{exchange.ActProvide, exchange.ActRecon, exchange.ActRevoke} {
		if _, err := w.Exchange.Act(provider, exchange.Command{ID: r.ID}, act, exchange.Terms{Reason: "x"}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("%s: %v", act, err)
		}
	}
	if _, err := w.Exchange.Act(d, exchange.Command{ID: r.ID}, exchange.ActAgree, exchange.Terms{}); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("the requester answers itself: %v", err)
	}
	if _, err := w.Exchange.Act(provider, exchange.Command{ID: r.ID}, exchange.ActDisagree, exchange.Terms{Reason: " "}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a refusal without reasons: %v", err)
	}
	if _, err := w.Exchange.Act(provider, exchange.Command{ID: r.ID, Version: 1}, exchange.ActAgree, exchange.Terms{}); errs.CodeOf(err) != "exchange.version" {
		t.Errorf("a stale version: %v", err)
	}
}

// 政务信息股 does not review what its own people ask for (hall reference §8.3); the leader coordinates it.
func TestNobodyReviewsHisOwnRequest(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	it := w.Ready(t)
	e := w.Publish(t, exchange.Unconditional)
	both := w.Person(t, "both", orgtest.Where{Unit: w.Unit.ID}, org.RoleApprover, org.RoleInfo).Ctx
	r, err := w.Exchange.Ask(both, w.Input(e, it))
	if err != nil {
		t.Fatal(err)
	}
	r = w.Act(t, both, r, exchange.ActSubmit, "")
	_, err = w.Exchange.Act(both, exchange.Command{ID: r.ID}, exchange.ActPass, exchange.Terms{})
	wantCode(t, err, errs.Forbidden, "CONFLICT_OF_INTEREST")
	colleague := w.Person(t, "colleague", orgtest.Where{Unit: w.Unit.ID}, org.RoleInfo).Ctx
	_, err = w.Exchange.Act(colleague, exchange.Command{ID: r.ID}, exchange.ActPass, exchange.Terms{})
	wantCode(t, err, errs.Forbidden, "CONFLICT_OF_INTEREST")
	s, err := w.Exchange.FindRequest(both, r.ID)
	if err != nil || s.Why == "" {
		t.Errorf("%+v, %v", s.Allowed, err)
	}
	r = w.Act(t, both, r, exchange.ActEscalate, "本股室的申请")
	if r = w.Act(t, w.As(t, org.RoleLeader), r, exchange.ActDecide, "应当共享"); r.State != exchange.Providing {
		t.Error(r.State)
	}
	ent, err := w.Exchange.DraftEntry(both, exchange.NewEntry{UnitID: w.Unit.ID, Content: exchangetest.Content(exchange.Unconditional)})
	if err == nil {
		_, err = w.Exchange.MoveEntry(both, ent.ID, 0, exchange.SubmitEntry, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Exchange.MoveEntry(both, ent.ID, 0, exchange.PublishEntry, "")
	wantCode(t, err, errs.Forbidden, "CONFLICT_OF_INTEREST")
}

func TestNotSharedDataAreNeverGranted(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	r := w.Submitted(t, w.Input(w.Publish(t, exchange.NotShared), w.Ready(t)))
	_, err := w.Exchange.Act(w.Info(t), exchange.Command{ID: r.ID}, exchange.ActPass, exchange.Terms{})
	if errs.CodeOf(err) != "exchange.not_shared" {
		t.Error(err)
	}
	if r = w.Act(t, w.Info(t), r, exchange.ActReject, "《居民身份证法》第六条"); r.State != exchange.Rejected {
		t.Error(r.State)
	}
}

// Who agrees may give less, never more; a grant ends with its last day.
func TestTermsAndTheEndOfAGrant(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	it := w.Ready(t)
	e := w.Publish(t, exchange.Conditional)
	r := w.Act(t, w.Info(t), w.Submitted(t, w.Input(e, it)), exchange.ActPass, "")
	for _, terms := range []exchange.Terms{{Fields: []string{"SFZH"}}, {To: clock.MustDate("2027-01-01")}, {Rate: -1}} {
		if _, err := w.Exchange.Act(w.Provider(t), exchange.Command{ID: r.ID}, exchange.ActAgree, terms); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%+v: %v", terms, err)
		}
	}
	r, err := w.Exchange.Act(w.Provider(t), exchange.Command{ID: r.ID}, exchange.ActAgree, exchange.Terms{Fields: []string{"XM"}, To: clock.MustDate("2025-09-30"), Rate: 2})
	if err != nil {
		t.Fatal(err)
	}
	w.Act(t, w.Provider(t), r, exchange.ActProvide, "")
	c := w.Accepted(t, it)
	_, err = w.Exchange.Use(w.Window(t), exchange.UseInput{EntryID: e.ID, Case: c.No, Fields: []string{"XM", "HKXZ"}})
	wantCode(t, err, errs.Forbidden, "NO_GRANT")
	for range 2 {
		if _, err := w.Use(t, e, c); err != nil {
			t.Fatal(err)
		}
	}
	_, err = w.Use(t, e, c)
	wantCode(t, err, errs.TooMany, "RATE_LIMIT")
	w.Set("2025-09-02 09:00")
	if _, err := w.Use(t, e, c); err != nil {
		t.Errorf("the next day: %v", err)
	}
	w.Set("2025-10-01 00:00")
	_, err = w.Use(t, e, c) // before the job has run
	wantCode(t, err, errs.Forbidden, "NO_GRANT")
	w.RunJobs(t)
	s, err := w.Exchange.FindRequest(w.Approver(t, 1), r.ID)
	if err != nil || s.State != exchange.Ended || s.Grant.Open {
		t.Errorf("%s, %v", s.State, err)
	}
}

// A new decree moves the clocks that run.
func TestACalendarChangeMovesTheClock(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	it := w.Ready(t)
	e := w.Publish(t, exchange.Conditional)
	w.Set("2025-11-17 09:00")
	r := w.Act(t, w.Info(t), w.Submitted(t, w.Input(e, it)), exchange.ActPass, "")
	day := calendar.LayerDay{Date: clock.MustDate("2025-11-20"), Kind: calendar.Off, Name: "抢险"}
	_, err := w.Calendar.Publish(w.System(), calendar.Publication{Layer: calendar.County, Area: "622901", Mode: calendar.Merge, Years: []calendar.FileYear{{Year: 2025, Days: []calendar.LayerDay{day}}}, Document: calendar.Document{Number: "临市政发〔2025〕9号", Title: "关于放假的通知"}})
	if err != nil {
		t.Fatal(err)
	}
	w.RunJobs(t)
	s, err := w.Exchange.FindRequest(w.Info(t), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantDue(t, s.Request, exchange.ClockAnswer, "2025-12-03")
	if last := s.Events[len(s.Events)-1]; last.Action != exchange.ActReproject {
		t.Errorf("%+v", last)
	}
}

// Nobody of another centre or unit reaches a request, a record or the data of a case.
func TestOthersReachNothing(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	it := w.Ready(t)
	e, r := w.Granted(t, it)
	c := w.Accepted(t, it)
	u, err := w.Use(t, e, c)
	if err != nil {
		t.Fatal(err)
	}
	away := orgtest.Centre(t, w.Org)
	unit := orgtest.Unit(t, w.Org, away, "外地局", "")
	roles := []string{org.RoleWindow, org.RoleApprover, org.RoleInfo, org.RoleSupervisor, org.RoleLeader}
	for name, p := range map[string]orgtest.Person{"centre": orgtest.User(t, w.Org, away, orgtest.Where{Unit: unit.ID}, roles...),
		"unit": orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleApprover)} {
		m := w.Exchange
		for what, err := range map[string]error{
			"request": second(m.FindRequest(p.Ctx, r.ID)), "act": second(m.Act(p.Ctx, exchange.Command{ID: r.ID}, exchange.ActFinish, exchange.Terms{})),
			"revoke": second(m.Act(p.Ctx, exchange.Command{ID: r.ID}, exchange.ActRevoke, exchange.Terms{Reason: "x"})), "record": second(m.FindUsage(p.Ctx, u.Seq)),
			"use": second(m.Use(p.Ctx, exchange.UseInput{EntryID: e.ID, Case: c.No, Fields: []string{"XM"}})), "edit": second(m.EditEntry(p.Ctx, e.ID, 0, exchangetest.Content(exchange.Unconditional))),
			"fix": second(m.AskFix(p.Ctx, exchange.FixInput{Usage: u.Seq, Fields: []string{"XM"}, Text: "x"})), "permitted": second(m.Permitted(p.Ctx, c.No))} {
			if k := errs.KindOf(err); k != errs.NotFound && k != errs.Forbidden {
				t.Errorf("%s reaches the %s: %v", name, what, err)
			}
		}
		if list, _, err := m.Usages(p.Ctx, exchange.UsageFilter{}); err != nil || len(list) != 0 {
			t.Errorf("%s sees %d records, %v", name, len(list), err)
		}
		if list, _, err := m.Requests(p.Ctx, exchange.RequestFilter{}); err != nil || len(list) != 0 {
			t.Errorf("%s sees %d requests, %v", name, len(list), err)
		}
	}
	meta, _, err := w.Exchange.Usages(w.Info(t), exchange.UsageFilter{})
	if err != nil || len(meta) != 1 || meta[0].CaseNo != "" || meta[0].ActorName != "" || meta[0].Digest != "" || meta[0].Unit == "" {
		t.Errorf("the outline: %+v, %v", meta, err)
	}
	if _, err := w.Exchange.FindUsage(w.Info(t), u.Seq); errs.KindOf(err) != errs.Forbidden {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

// Data that are wrong are put right by their provider, and both sides read what was said.
func TestDataArePutRight(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	it := w.Ready(t)
	e, _ := w.Granted(t, it)
	u, err := w.Use(t, e, w.Accepted(t, it))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Exchange.AskFix(w.Window(t), exchange.FixInput{Usage: u.Seq, Fields: []string{"HKXZ"}, Text: "户口性质有误"}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a field that was not used: %v", err)
	}
	f, err := w.Exchange.AskFix(w.Window(t), exchange.FixInput{Usage: u.Seq, Fields: []string{"XM"}, Text: "姓名与身份证不一致", Key: "k1"})
	if err != nil || calendar.LastDay(f.Due).String() != "2025-09-15" {
		t.Fatal(f, err)
	}
	if again, err := w.Exchange.AskFix(w.Window(t), exchange.FixInput{Usage: u.Seq, Fields: []string{"XM"}, Text: "姓名与身份证不一致", Key: "k1"}); err != nil || again.ID != f.ID {
		t.Errorf("twice: %v, %v", again.ID, err)
	}
	list, _, err := w.Exchange.Fixes(w.Provider(t), exchange.FixFilter{Side: exchange.SideIn})
	if err != nil || len(list) != 1 || list[0].Text != "姓名与身份证不一致" || !list[0].MayAnswer {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := w.Exchange.AnswerFix(w.Approver(t, 1), f.ID, 0, true, "已更正"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("another unit answers: %v", err)
	}
	if _, err := w.Exchange.AnswerFix(w.Provider(t), f.ID, f.Version, true, "已更正"); err != nil {
		t.Fatal(err)
	}
	list, _, err = w.Exchange.Fixes(w.Window(t), exchange.FixFilter{})
	if err != nil || len(list) != 1 || list[0].State != exchange.FixCorrected || list[0].Answer != "已更正" {
		t.Errorf("%+v, %v", list, err)
	}
	if actor.From(w.Window(t)).Can(exchange.PermAnswer) {
		t.Error("the window answers for a provider")
	}
}

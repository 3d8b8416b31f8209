package casework_test

import (
	"context"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

// try is an action that somebody tries on a case.
type try struct {
	action casework.Action
	do     func(ctx context.Context, c casework.Command) error
}

// tries lists the actions that take powers in a state, each with the least input that its form may send.
func tries(m *casework.Module, today clock.Date) map[casework.State][]try {
	gone := func(_ casework.Case, err error) error { return err }
	refuse := casework.RefuseInput{Ground: casework.NotEligible, Basis: "第一条", Reason: "不具备资格"}
	return map[casework.State][]try{
		casework.Received: {
			{casework.ActNotify, func(ctx context.Context, c casework.Command) error {
				return gone(m.Notify(ctx, c, []casework.Defect{{Code: "M2", What: "缺"}}, ""))
			}},
			{casework.ActAccept, func(ctx context.Context, c casework.Command) error { return gone(m.Accept(ctx, c, casework.Tolerant)) }},
			{casework.ActRefuse, func(ctx context.Context, c casework.Command) error { return gone(m.Refuse(ctx, c, refuse)) }},
			{casework.ActAskRefuse, func(ctx context.Context, c casework.Command) error { return gone(m.ProposeRefusal(ctx, c, refuse)) }},
		},
		casework.Correcting: {{casework.ActSupply, func(ctx context.Context, c casework.Command) error {
			return gone(m.Supply(ctx, c, []string{"M2", "M3"}, false))
		}}},
		casework.Accepted: {
			{casework.ActFulfil, func(ctx context.Context, c casework.Command) error { return gone(m.Fulfil(ctx, c, []string{"M2"})) }},
			{casework.ActReview, func(ctx context.Context, c casework.Command) error { return gone(m.Review(ctx, c, "符合")) }},
			{casework.ActInspect, func(ctx context.Context, c casework.Command) error { return gone(m.Inspect(ctx, c, "", "符合")) }},
			{casework.ActTell, func(ctx context.Context, c casework.Command) error {
				return gone(m.TellHearing(ctx, c, "涉及他人"))
			}},
			{casework.ActAskHearing, func(ctx context.Context, c casework.Command) error { return gone(m.AskHearing(ctx, c, "申请")) }},
			{casework.ActWaive, func(ctx context.Context, c casework.Command) error { return gone(m.WaiveHearing(ctx, c, "放弃")) }},
			{casework.ActConvene, func(ctx context.Context, c casework.Command) error {
				return gone(m.ConveneHearing(ctx, c, casework.ConveneInput{}))
			}},
			{casework.ActHold, func(ctx context.Context, c casework.Command) error { return gone(m.HoldHearing(ctx, c, "笔录")) }},
			{casework.ActAskSuspend, func(ctx context.Context, c casework.Command) error {
				return gone(m.ProposeSuspension(ctx, c, casework.ProcedureInput{Type: "testing", Start: today, Expected: today + 7, Notice: today, Reason: "检测"}))
			}},
			{casework.ActAskExtend, func(ctx context.Context, c casework.Command) error { return gone(m.ProposeExtension(ctx, c, "复杂")) }},
			{casework.ActCheck, func(ctx context.Context, c casework.Command) error {
				return gone(m.CheckPledge(ctx, c, casework.CheckInput{Result: casework.PledgeHeld, Finding: "属实"}))
			}},
			{casework.ActTerminate, func(ctx context.Context, c casework.Command) error { return gone(m.Terminate(ctx, c, "已无对象")) }},
		},
		casework.Suspended: {{casework.ActResume, func(ctx context.Context, c casework.Command) error { return gone(m.Resume(ctx, c, "合格")) }}},
		casework.Reviewed: {
			{casework.ActSendBack, func(ctx context.Context, c casework.Command) error { return gone(m.SendBack(ctx, c, "再查")) }},
			{casework.ActGrant, func(ctx context.Context, c casework.Command) error {
				return gone(m.Grant(ctx, c, casework.DecideInput{}))
			}},
			{casework.ActDeny, func(ctx context.Context, c casework.Command) error {
				return gone(m.Deny(ctx, c, casework.DecideInput{Opinion: "不符合", Basis: "第一条"}))
			}},
		},
		casework.Making: {
			{casework.ActIssue, func(ctx context.Context, c casework.Command) error {
				return gone(m.Issue(ctx, c, casework.IssueInput{Number: "证-1"}))
			}},
			{casework.ActFee, func(ctx context.Context, c casework.Command) error {
				return gone(m.SettleFee(ctx, c, casework.Payment{Receipt: "票据-1"}))
			}},
			{casework.ActRevoke, func(ctx context.Context, c casework.Command) error {
				return gone(m.Revoke(ctx, c, casework.RevokeInput{Ground: "procedure", Reason: "程序违法"}))
			}},
		},
		casework.Deliver: {{casework.ActDeliver, func(ctx context.Context, c casework.Command) error {
			return gone(m.Deliver(ctx, c, casework.DeliverInput{Way: casework.Ways[0]}))
		}}},
	}
}

// standing brings a case of an item to a state: the window receives it, the chief representative does what his letter allows.
func standing(t *testing.T, w *caseworktest.World, it item.Item, to casework.State) casework.Case {
	t.Helper()
	m, z, d := w.Casework, w.Chief(t), w.Approver(t, 1)
	had := []string{"M1", "M2", "M3"}
	if to == casework.Correcting || to == casework.Received {
		had = had[:1]
	}
	c := w.Receive(t, it, had...)
	k, today := cmd(c), w.Clock.Now().Date()
	k.Version = 0
	steps := map[casework.State][]func() (casework.Case, error){
		casework.Correcting: {func() (casework.Case, error) { return m.Notify(z, k, []casework.Defect{{Code: "M2", What: "缺"}}, "") }},
		casework.Accepted:   {func() (casework.Case, error) { return m.Accept(z, k, casework.NormalMode) }},
	}
	accept := steps[casework.Accepted][0]
	steps[casework.Suspended] = []func() (casework.Case, error){accept, func() (casework.Case, error) {
		return m.ProposeSuspension(z, k, casework.ProcedureInput{Type: "testing", Start: today, Expected: today + 20, Notice: today, Reason: "检测"})
	}, func() (casework.Case, error) { return m.Suspend(d, k) }}
	steps[casework.Reviewed] = []func() (casework.Case, error){accept, func() (casework.Case, error) { return m.Review(z, k, "符合") }}
	steps[casework.Making] = append(steps[casework.Reviewed], func() (casework.Case, error) { return m.Grant(d, k, casework.DecideInput{}) })
	steps[casework.Deliver] = append(steps[casework.Making], func() (casework.Case, error) { return m.Issue(z, k, casework.IssueInput{Number: "证-" + c.No}) })
	for _, do := range steps[to] {
		var err error
		if c, err = do(); err != nil {
			t.Fatalf("on the way to %s: %v", to, err)
		}
	}
	if c.State != to {
		t.Fatalf("the case is %s, want %s", c.State, to)
	}
	return c
}

// wantRefused tries an action that lacks its power: the case stays as it is, and keeps one event of the attempt.
func wantRefused(t *testing.T, w *caseworktest.World, ctx context.Context, c casework.Case, x try, code string) {
	t.Helper()
	before := w.Get(t, c.ID)
	err := x.do(ctx, casework.Command{CaseID: c.ID})
	if casework.RefusalCode(err) != code {
		t.Errorf("%s: %v, want %s", x.action, err, code)
		return
	}
	after := w.Get(t, c.ID)
	last := after.Events[len(after.Events)-1]
	if after.State != before.State || after.EventSeq != before.EventSeq+1 || last.Action != casework.ActAttempt || !strings.Contains(last.Data, `"action":"`+string(x.action)+`"`) || !strings.Contains(last.Data, `"refusal":"`+code+`"`) {
		t.Errorf("%s: the trace is %d events on, %s %s", x.action, after.EventSeq-before.EventSeq, last.Action, last.Data)
	}
}

// A comprehensive window without an agreement may receive and nothing else; with one it may do what the agreement gives
// (hall reference §8.4-9).
func TestAWindowWithoutDelegationMayReceiveOnly(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, win := w.Casework, w.Window(t)
	it := w.Publish(t, online, func(c *item.Content) { c.Fees = []item.FeeItem{{Name: "工本费", Basis: "价目", Fen: 1000}} })
	w.Authorize(t, it, w.ChiefID(t), "2025-09-01", "2026-12-31", "授权一号", item.Accept, item.Examine, item.Decide, item.Seal)
	office := []casework.Action{casework.ActRefuse, casework.ActReview, casework.ActInspect, casework.ActTell, casework.ActConvene, casework.ActHold, casework.ActAskExtend, casework.ActCheck, casework.ActTerminate, casework.ActSendBack, casework.ActDeny, casework.ActRevoke}
	mayNot := map[casework.Action]bool{}
	for _, a := range office { // the window has no permission for these in the first place
		mayNot[a] = true
	}
	for state, list := range tries(m, w.Clock.Now().Date()) {
		c := standing(t, w, it, state)
		for _, x := range list {
			if mayNot[x.action] {
				if err := x.do(win, casework.Command{CaseID: c.ID}); err == nil || w.Get(t, c.ID).State != state {
					t.Errorf("%s by the window: %v", x.action, err)
				}
				continue
			}
			wantRefused(t, w, win, c, x, "NO_DELEGATION")
		}
	}
	c := standing(t, w, it, casework.Received)
	if _, err := m.SpotCorrect(win, casework.Command{CaseID: c.ID}, "改了一个错字", []string{"M2"}); err != nil {
		t.Error(err)
	}
	if _, err := m.Attach(win, casework.Command{CaseID: c.ID}, casework.Uploads{"M3": upload("x.pdf")}); err != nil {
		t.Error(err)
	}
	if _, err := m.Prereview(win, cmd(apply(t, w, it, "M1").Cases[0]), ""); err != nil {
		t.Error(err)
	}
	if _, err := m.Withdraw(win, casework.Command{CaseID: c.ID}, "申请人要求"); err != nil {
		t.Error(err)
	}
	checked(t, w)
}

// A letter that has run out is no ground for anything: a chief representative is refused everywhere but where the people of the
// department need none, receiving and handing out.
func TestALetterThatHasRunOutAllowsNothing(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, z := w.Casework, w.Chief(t)
	it := w.Publish(t)
	w.Authorize(t, it, w.ChiefID(t), "2025-09-01", "2025-11-18", "授权一号", item.Accept, item.Examine, item.Decide, item.Seal)
	w.Set("2025-11-18 09:00")
	cases := map[casework.State]casework.Case{}
	for state := range tries(m, 0) {
		cases[state] = standing(t, w, it, state)
	}
	w.Set("2025-11-20 09:00")
	for state, list := range tries(m, w.Clock.Now().Date()) {
		for _, x := range list {
			switch x.action {
			case casework.ActAskRefuse, casework.ActIssue, casework.ActFee, casework.ActDeliver:
				continue // refusing is his own permission; making, charging and handing out take no letter
			}
			wantRefused(t, w, z, cases[state], x, "AUTH_EXPIRED")
		}
	}
	for _, step := range []func() (casework.Case, error){
		func() (casework.Case, error) {
			return m.Issue(z, casework.Command{CaseID: cases[casework.Making].ID}, casework.IssueInput{Number: "证-9"})
		},
		func() (casework.Case, error) {
			return m.Deliver(z, casework.Command{CaseID: cases[casework.Deliver].ID}, casework.DeliverInput{Way: casework.Ways[0]})
		},
	} {
		if _, err := step(); err != nil {
			t.Error(err)
		}
	}
	s := w.Get(t, cases[casework.Reviewed].ID) // what was done while it was valid still names it
	if e := s.Events[2]; e.Action != casework.ActReview || e.Authority != "授权一号" {
		t.Errorf("%s by %q", e.Action, e.Authority)
	}
	checked(t, w)
}

package hotline_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

var at = hotlinetest.Command

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if errs.CodeOf(err) != code || err == nil {
		t.Errorf("%s: %v, expected %s", what, err, code)
	}
}

func actions(d hotline.Dossier) (out []hotline.Action) {
	for _, e := range d.Events {
		out = append(out, e.Action)
	}
	return out
}

func TestALifeFromRegistrationToArchive(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.LegTo(t, w.Ticket(t, hotline.Draft), hotline.SignOff)
		if _, err := w.Hotline.SendBack(w.In(t, w.Unit.ID, org.RoleUnitHead), at(o), "请写明完成时限"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Hotline.Propose(w.In(t, w.Unit.ID, org.RoleLiaison), at(o), w.Reply()); err != nil {
			t.Fatal(err)
		}
		// The head submits what was proposed, as it stands.
		if _, err := w.Hotline.Submit(w.In(t, w.Unit.ID, org.RoleUnitHead), at(o), hotline.Reply{}); err != nil {
			t.Fatal(err)
		}
		w.MoveTo(t, w.Get(t, o.ID).Ticket, hotline.Archived)
		d := w.Get(t, o.ID)
		want := []hotline.Action{hotline.ActRegister, hotline.ActAccept, hotline.ActDispatch, hotline.ActSign, hotline.ActPropose, hotline.ActSendBack, hotline.ActPropose,
			hotline.ActSubmit, hotline.ActApprove, hotline.ActCallback, hotline.ActClose, hotline.ActArchive}
		if !slices.Equal(actions(d), want) {
			t.Errorf("events %v", actions(d))
		}
		l := d.Legs[0]
		if l.Outcome != hotline.OnTime || l.ReplyPublic != w.Reply().Public || l.Solved != "已解决" || d.CloseKind != hotline.CloseSatisfied || d.ClosedAt == 0 || d.ArchivedAt == 0 {
			t.Errorf("ticket %+v, leg %+v", d.Ticket, l)
		}
		for i, e := range d.Events {
			if e.Seq != int64(i+1) || e.ActorName == "" || e.At == 0 {
				t.Errorf("event %+v", e)
			}
		}
		checkChains(t, w)
	})
}

// A reply that is sent back leaves the clock as if it had never stopped.
func TestARejectedReplyDoesNotStopTheClock(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		w.Set("2026-05-14 17:00")
		w.RunJobs(t)
		o = w.MoveTo(t, o, hotline.Review)
		w.Set("2026-05-15 10:00")
		w.RunJobs(t)
		if d := w.Get(t, o.ID); d.Overdue || len(notices(t, w, o, hotline.NoticeRed)) != 0 {
			t.Error("overdue while the reply is being reviewed")
		}
		if _, err := w.Hotline.Reject(w.As(t, org.RoleReviewer), at(o), "没有现场照片"); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		wantDue(t, w, o, "2026-05-14 18:00")
		if d := w.Get(t, o.ID); !d.Overdue || d.State != hotline.Handling || len(notices(t, w, o, hotline.NoticeRed)) != 1 {
			t.Errorf("%s, overdue %v, %d red cards", d.State, d.Overdue, len(notices(t, w, o, hotline.NoticeRed)))
		}
		w.MoveTo(t, w.Get(t, o.ID).Ticket, hotline.Callback)
		if l := w.Lead(t, o.ID); l.Outcome != hotline.Late {
			t.Errorf("outcome %s", l.Outcome)
		}
	})
}

func unhappy(t *testing.T, w *hotlinetest.World, o hotline.Ticket) {
	t.Helper()
	_, err := w.Hotline.RecordCallback(w.As(t, org.RoleCallbacker), at(o), hotline.CallbackResult{Reached: true, Result: hotline.Unsatisfied, Reason: "没有人来过"})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReworkHasItsOwnRoundAndLimit(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		caller := w.As(t, org.RoleCallbacker)
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Callback)
		_, err := w.Hotline.Rework(caller, at(o), "", "再办")
		wantCode(t, "rework before any call-back", err, "hotline.rework_none")
		for round := 2; round <= 3; round++ {
			unhappy(t, w, o)
			_, err = w.Hotline.Close(caller, at(o), "")
			wantCode(t, "close against an unsatisfied caller", err, "hotline.close_unsatisfied")
			unit := ""
			if round == 3 {
				unit = w.Other.ID
			}
			next, err := w.Hotline.Rework(caller, at(o), unit, "没有解决")
			if err != nil || next.State != hotline.Dispatched || next.Round != round {
				t.Fatalf("%+v %v", next, err)
			}
			wantDue(t, w, o, "2026-05-12 18:00") // 3 working days from Friday: 9, 11, 12
			_, err = w.Hotline.Rework(caller, at(o), "", "再办")
			wantCode(t, "rework of what is being reworked", err, "hotline.wrong_state")
			o = w.MoveTo(t, next, hotline.Callback)
		}
		unhappy(t, w, o)
		_, err = w.Hotline.Rework(caller, at(o), "", "第三次重办")
		wantCode(t, "a fourth round", err, "hotline.rework_limit")
		done, err := w.Hotline.Close(caller, at(o), "已依法处理，诉求不合理")
		if err != nil || done.CloseKind != hotline.CloseAdjudicated {
			t.Errorf("%+v %v", done, err)
		}
		if d := w.Get(t, o.ID); len(d.Legs) != 3 || d.UnitID != w.Other.ID {
			t.Errorf("%d legs, lead %s", len(d.Legs), d.UnitID)
		}
		checkChains(t, w)
	})
}

func TestUnreachableAfterThreeTriesOnTwoDays(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		caller := w.As(t, org.RoleCallbacker)
		o := w.MoveTo(t, w.At(t, "2026-05-08 10:00"), hotline.Callback)
		try := func(at string) {
			t.Helper()
			w.Set(at)
			if _, err := w.Hotline.RecordCallback(caller, hotlinetest.Command(o), hotline.CallbackResult{Note: "无人接听"}); err != nil {
				t.Fatal(err)
			}
		}
		tooEarly := func(what string) {
			t.Helper()
			_, err := w.Hotline.Close(caller, at(o), "")
			wantCode(t, what, err, "hotline.close_early")
		}
		tooEarly("close without a call")
		try("2026-05-08 10:30")
		try("2026-05-08 14:30")
		tooEarly("close after two tries")
		try("2026-05-08 17:30")
		tooEarly("close after three tries on one day")
		try("2026-05-09 09:00")
		done, err := w.Hotline.Close(caller, at(o), "")
		if err != nil || done.CloseKind != hotline.CloseUnreachable {
			t.Errorf("%+v %v", done, err)
		}
	})
}

func TestARepeatedKeyHasOneEffect(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		agent, dispatcher := w.As(t, org.RoleAgent), w.As(t, org.RoleDispatcher)
		first, err := w.Hotline.Register(agent, hotlinetest.Input(func(in *hotline.RegisterInput) { in.Key = "k-1" }))
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Hotline.Register(agent, hotlinetest.Input(func(in *hotline.RegisterInput) { in.Key = "k-1" }))
		if err != nil || again.ID != first.ID || again.No != first.No || again.QueryCode != first.QueryCode {
			t.Errorf("again %+v %v", again, err)
		}
		_, err = w.Hotline.Register(agent, hotlinetest.Input(func(in *hotline.RegisterInput) { in.Key, in.Title = "k-1", "别的事" }))
		wantCode(t, "another request under the key", err, "once.reused")
		o := w.MoveTo(t, first.Ticket, hotline.Triage)
		cmd := hotline.Command{TicketID: o.ID, Version: o.Version, Key: "d-1"}
		for range 2 {
			got, err := w.Hotline.Dispatch(dispatcher, cmd, hotline.DispatchInput{UnitID: w.Unit.ID})
			if err != nil || got.State != hotline.Dispatched {
				t.Fatalf("%+v %v", got, err)
			}
		}
		_, err = w.Hotline.Dispatch(dispatcher, cmd, hotline.DispatchInput{UnitID: w.Other.ID})
		wantCode(t, "another unit under the key", err, "once.reused")
		if d := w.Get(t, o.ID); len(d.Legs) != 1 || len(d.Events) != 3 {
			t.Errorf("%d legs, events %v", len(d.Legs), actions(d))
		}
		checkChains(t, w)
	})
}

func TestAStaleVersionIsRefused(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Dispatched)
		unit := w.In(t, w.Unit.ID, org.RoleLiaison)
		if _, err := w.Hotline.Comment(unit, at(o), "看过了"); err != nil {
			t.Fatal(err)
		}
		_, err := w.Hotline.Sign(unit, hotline.Command{TicketID: o.ID, Version: o.Version})
		wantCode(t, "an old version", err, "hotline.version")
		if v := errs.As(err).Detail["version"]; v != o.Version+1 {
			t.Errorf("the refusal tells version %v", v)
		}
		if _, err := w.Hotline.Sign(unit, hotline.Command{TicketID: o.ID, Version: o.Version + 1}); err != nil {
			t.Error(err)
		}
	})
}

// everyStep calls every use case that changes a ticket.
func everyStep(w *hotlinetest.World, ctx context.Context, c hotline.Command) map[hotline.Action]error {
	h, out := w.Hotline, map[hotline.Action]error{}
	put := func(a hotline.Action, _ hotline.Ticket, err error) { out[a] = err }
	call := func(a hotline.Action, do func() (hotline.Ticket, error)) { o, err := do(); put(a, o, err) }
	call(hotline.ActAccept, func() (hotline.Ticket, error) { return h.Accept(ctx, c, hotline.Classify{}) })
	call(hotline.ActAnswer, func() (hotline.Ticket, error) { return h.Answer(ctx, c, "答复") })
	call(hotline.ActRefuse, func() (hotline.Ticket, error) { return h.Refuse(ctx, c, 5, "") })
	call(hotline.ActEmergency, func() (hotline.Ticket, error) { return h.Emergency(ctx, c, "119", "") })
	call(hotline.ActEscalate, func() (hotline.Ticket, error) { return h.Escalate(ctx, c, "危险") })
	call(hotline.ActDispatch, func() (hotline.Ticket, error) { return h.Dispatch(ctx, c, hotline.DispatchInput{UnitID: w.Unit.ID}) })
	call(hotline.ActSign, func() (hotline.Ticket, error) { return h.Sign(ctx, c) })
	call(hotline.ActPropose, func() (hotline.Ticket, error) { return h.Propose(ctx, c, w.Reply()) })
	call(hotline.ActSendBack, func() (hotline.Ticket, error) { return h.SendBack(ctx, c, "改") })
	call(hotline.ActSubmit, func() (hotline.Ticket, error) { return h.Submit(ctx, c, w.Reply()) })
	call(hotline.ActApprove, func() (hotline.Ticket, error) { return h.Approve(ctx, c, "") })
	call(hotline.ActReject, func() (hotline.Ticket, error) { return h.Reject(ctx, c, "退") })
	call(hotline.ActCallback, func() (hotline.Ticket, error) { return h.RecordCallback(ctx, c, hotline.CallbackResult{}) })
	call(hotline.ActClose, func() (hotline.Ticket, error) { return h.Close(ctx, c, "") })
	call(hotline.ActRework, func() (hotline.Ticket, error) { return h.Rework(ctx, c, "", "重办") })
	call(hotline.ActUrge, func() (hotline.Ticket, error) { return h.Urge(ctx, c, hotline.Urging{Remark: "快"}) })
	call(hotline.ActWithdraw, func() (hotline.Ticket, error) { return h.Withdraw(ctx, c, "撤") })
	call(hotline.ActArchive, func() (hotline.Ticket, error) { return h.Archive(ctx, c) })
	call(hotline.ActComment, func() (hotline.Ticket, error) { return h.Comment(ctx, c, "备注") })
	call(hotline.ActAskExtension, func() (hotline.Ticket, error) { return h.AskExtension(ctx, c, 2, "延") })
	call(hotline.ActGrantExt, func() (hotline.Ticket, error) { return h.DecideExtension(ctx, c, true, "") })
	call(hotline.ActDenyExt, func() (hotline.Ticket, error) { return h.DecideExtension(ctx, c, false, "不") })
	call(hotline.ActSuspend, func() (hotline.Ticket, error) {
		return h.Suspend(ctx, c, hotline.SuspendInput{Measures: "等", ReviewOn: w.Clock.Now().Date() + 3})
	})
	call(hotline.ActResume, func() (hotline.Ticket, error) { return h.Resume(ctx, c, "") })
	everyLegStep(w, ctx, c, call)
	return out
}

// everyLegStep calls what is done between units, and to a ticket as a whole off the usual way.
func everyLegStep(w *hotlinetest.World, ctx context.Context, c hotline.Command, call func(hotline.Action, func() (hotline.Ticket, error))) {
	h := w.Hotline
	in := hotlinetest.Input()
	in.Key = "every step " + string(c.TicketID)
	target, err := h.Register(w.System(), in)
	if err != nil {
		panic(err)
	}
	helper := hotline.Helper{UnitID: w.Other.ID, Matter: "查明管线权属"}
	stop := hotline.SuspendInput{Measures: "等", ReviewOn: w.Clock.Now().Date() + 3}
	end := hotline.TerminateInput{Ground: hotline.TerminateReasons[0], Reason: "已起诉", Told: "请等待法院判决"}
	for _, s := range []struct {
		action hotline.Action
		do     func() (hotline.Ticket, error)
	}{
		{hotline.ActAskHelp, func() (hotline.Ticket, error) { return h.AskHelp(ctx, c, helper, "请水务局协助") }},
		{hotline.ActDenyHelp, func() (hotline.Ticket, error) { return h.DenyHelp(ctx, c, "", "不需要") }},
		{hotline.ActAddHelp, func() (hotline.Ticket, error) { return h.AddHelp(ctx, c, hotline.HelpInput{Helper: helper}) }},
		{hotline.ActSendDown, func() (hotline.Ticket, error) { return h.SendDown(ctx, c, helper) }},
		{hotline.ActRecallDown, func() (hotline.Ticket, error) { return h.RecallDown(ctx, c, "收回") }},
		{hotline.ActRejectDown, func() (hotline.Ticket, error) { return h.RejectDown(ctx, c, "重报") }},
		{hotline.ActAskSuspend, func() (hotline.Ticket, error) { return h.AskSuspension(ctx, c, stop) }},
		{hotline.ActDenySuspend, func() (hotline.Ticket, error) { return h.DecideSuspension(ctx, c, false, "不") }},
		{hotline.ActAskTerminate, func() (hotline.Ticket, error) { return h.AskTermination(ctx, c, end) }},
		{hotline.ActDenyTerminate, func() (hotline.Ticket, error) { return h.DecideTermination(ctx, c, false, "不") }},
		{hotline.ActTerminate, func() (hotline.Ticket, error) { return h.DecideTermination(ctx, c, true, "") }},
		{hotline.ActAskReturn, func() (hotline.Ticket, error) { return h.AskReturn(ctx, c, hotlinetest.Return()) }},
		{hotline.ActDraftReturn, func() (hotline.Ticket, error) { return h.DraftReturn(ctx, c, hotlinetest.Return()) }},
		{hotline.ActDropReturn, func() (hotline.Ticket, error) { return h.DropReturn(ctx, c, "不退了") }},
		{hotline.ActDenyReturn, func() (hotline.Ticket, error) { return h.DenyReturn(ctx, c, "属于本单位职责") }},
		{hotline.ActAcceptReturn, func() (hotline.Ticket, error) {
			return h.AcceptReturn(ctx, c, hotline.AcceptInput{UnitID: w.Other.ID})
		}},
		{hotline.ActDispute, func() (hotline.Ticket, error) { return h.Dispute(ctx, c, "", "已办好") }},
		{hotline.ActAdjudicate, func() (hotline.Ticket, error) {
			return h.Adjudicate(ctx, c, hotline.Verdict{Finding: hotline.FindingKeep, Reason: "维持"})
		}},
		{hotline.ActCorrect, func() (hotline.Ticket, error) {
			return h.Correct(ctx, c, hotline.Correction{Area: "622901002"}, "填错")
		}},
		{hotline.ActMerge, func() (hotline.Ticket, error) { return h.Merge(ctx, c, string(target.ID), "同一事项") }},
		{hotline.ActUnmerge, func() (hotline.Ticket, error) { return h.Unmerge(ctx, c, "不是同一事项") }},
		{hotline.ActReopen, func() (hotline.Ticket, error) { return h.Reopen(ctx, c, "", "又坏了") }},
	} {
		call(s.action, s.do)
	}
}

// Whoever does not belong to the ticket is told that there is none, whatever he may do elsewhere; whoever lacks the
// permission is told that.
func TestStrangersFindNothing(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		before := w.Get(t, o.ID)
		all := func(a *actor.Actor, scope actor.Scope) {
			a.Grants = map[actor.Permission]actor.Scope{}
			for _, p := range hotline.Permissions {
				a.Grants[p.Name] = scope
			}
		}
		foreign := w.AddCentre(t, "620102")
		officer := orgtest.User(t, w.Org, foreign, orgtest.Where{}, org.RoleShiftLead)
		strangers := map[string]context.Context{
			"another centre": hotlinetest.Actor(officer.Ctx, func(a *actor.Actor) { all(a, actor.Centre) }),
			"another unit":   hotlinetest.Actor(w.In(t, w.Other.ID, org.RoleUnitHead), func(a *actor.Actor) { all(a, actor.Unit) }),
		}
		for who, ctx := range strangers {
			for action, err := range everyStep(w, ctx, at(o)) {
				if errs.CodeOf(err) != "hotline.not_found" || errs.KindOf(err) != errs.NotFound {
					t.Errorf("%s, %s: %v", who, action, err)
				}
			}
			if _, err := w.Hotline.Find(ctx, string(o.ID)); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s finds it: %v", who, err)
			}
			if _, err := w.Hotline.Find(ctx, o.No); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s finds it by number: %v", who, err)
			}
			if rows, _, err := w.Hotline.List(ctx, hotline.Filter{}); err != nil || len(rows) != 0 {
				t.Errorf("%s lists %d, %v", who, len(rows), err)
			}
			if rows, _, err := w.Hotline.Search(ctx, "暖气不热", "", 10); err != nil || len(rows) != 0 {
				t.Errorf("%s searches %d, %v", who, len(rows), err)
			}
			if _, err := w.Hotline.RevealCaller(ctx, o.ID); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s reveals the caller: %v", who, err)
			}
		}
		nobody := actor.With(context.Background(), &actor.Actor{Kind: actor.User, UserID: "x", CentreID: w.Centre})
		for action, err := range everyStep(w, nobody, at(o)) {
			if !errors.Is(err, actor.ErrForbidden) {
				t.Errorf("without a role, %s: %v", action, err)
			}
		}
		for action, err := range everyStep(w, context.Background(), at(o)) {
			if !errors.Is(err, actor.ErrSignIn) {
				t.Errorf("not signed in, %s: %v", action, err)
			}
		}
		if after := w.Get(t, o.ID); after.Version != before.Version || len(after.Events) != len(before.Events) {
			t.Error("a refused step changed something")
		}
	})
}

// Every step on a ticket in every state either does what the table allows or is refused without a trace; none crashes.
func TestEveryStepInEveryState(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for _, s := range hotline.States {
			o := w.Ticket(t, s)
			for action, err := range everyStep(w, w.System(), hotline.Command{TicketID: o.ID, LegID: "no such leg"}) {
				if errs.KindOf(err) == errs.Internal || err == nil {
					t.Errorf("%s in %s with a leg that does not exist: %v", action, s, err)
				}
			}
			everyStep(w, w.System(), at(o))
			if d := w.Get(t, o.ID); len(d.Events) == 0 {
				t.Errorf("%s lost its events", s)
			}
		}
		w.RunJobs(t)
		r, err := w.Hotline.Check(w.System())
		if err != nil || len(r.Faults) > 0 {
			t.Errorf("%v\n%s", err, r.String())
		}
		checkCounts(t, w)
	})
}

func TestWhatTheRulesRefuse(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		h, agent, lead := w.Hotline, w.As(t, org.RoleAgent), w.As(t, org.RoleShiftLead)
		report := w.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) { in.Kind = hotline.Report })
		_, err := h.Withdraw(agent, at(report), "不想举报了")
		wantCode(t, "withdraw a report", err, "hotline.report_stays")
		draft := w.Ticket(t, hotline.Draft)
		_, err = h.Answer(agent, at(draft), "请到窗口")
		wantCode(t, "answer what is not a question", err, "hotline.not_consult")
		_, err = h.Refuse(lead, at(draft), 1, "")
		wantCode(t, "refuse without the legal route", err, "hotline.input")
		_, err = h.Refuse(lead, at(draft), 99, "x")
		wantCode(t, "refuse without a ground", err, "hotline.input")
		_, err = h.Emergency(agent, at(draft), "12345", "")
		wantCode(t, "hand over to no emergency number", err, "hotline.input")
		triage := w.Ticket(t, hotline.Triage)
		_, err = h.Dispatch(w.As(t, org.RoleDispatcher), at(triage), hotline.DispatchInput{UnitID: "no such unit"})
		wantCode(t, "dispatch to nobody", err, "hotline.input")
		o := w.Ticket(t, hotline.Handling)
		head := w.In(t, w.Unit.ID, org.RoleUnitHead)
		for what, r := range map[string]hotline.Reply{
			"no text":              {Solved: "已解决", ContactedAt: w.Clock.Now()},
			"no result":            {Public: "好了", ContactedAt: w.Clock.Now()},
			"caller not contacted": {Public: "好了", Solved: "已解决"},
			"contact to come":      {Public: "好了", Solved: "已解决", ContactedAt: w.Clock.Now() + 1},
		} {
			_, err = h.Submit(head, at(o), r)
			wantCode(t, "submit: "+what, err, "hotline.input")
		}
		_, err = h.AskExtension(head, at(o), 6, "等")
		wantCode(t, "too long an extension", err, "hotline.input")
		_, err = h.Suspend(w.As(t, org.RoleSupervisor), at(o), hotline.SuspendInput{Measures: "等", ReviewOn: w.Clock.Now().Date() + 91})
		wantCode(t, "too long a suspension", err, "hotline.input")
		w.Clock.Set(clock.MustInstant("2026-06-30 09:00"))
		_, err = h.AskExtension(head, at(o), 3, "等")
		wantCode(t, "an extension after the end", err, "calendar.after_due")
	})
}

// A caller follows and rates the request with its code; a satisfied rating closes it.
func TestTheCallerRates(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Callback)
		citizen := actor.With(context.Background(), hotline.CitizenActor(w.Centre, "10.0.0.1", ""))
		code := w.Hotline.QueryCode(o.ID)
		for _, wrong := range [][2]string{{code, "0002"}, {code, ""}, {"AAAAAAAAAA", "0001"}, {"", ""}, {code + "A", "0001"}} {
			_, err := w.Hotline.Track(citizen, wrong[0], wrong[1])
			wantCode(t, "track with "+wrong[0]+"/"+wrong[1], err, "hotline.query")
		}
		p, err := w.Hotline.Track(citizen, code, "0001")
		if err != nil || !p.MayRate || len(p.Replies) != 1 || p.Unit != w.Unit.Name {
			t.Fatalf("%+v %v", p, err)
		}
		rate := hotline.RateInput{Code: code, Tail: "0001", Result: hotline.Satisfied, Key: "r1"}
		for range 2 {
			if err := w.Hotline.Rate(citizen, rate); err != nil {
				t.Fatal(err)
			}
		}
		if d := w.Get(t, o.ID); d.State != hotline.Closed || d.CloseKind != hotline.CloseSatisfied || len(d.Callbacks) != 1 || d.Callbacks[0].Channel != "网络" {
			t.Errorf("%+v %+v", d.Ticket, d.Callbacks)
		}
		rate.Key = "r2"
		wantCode(t, "a second rating", w.Hotline.Rate(citizen, rate), "hotline.rated")
		checkChains(t, w)
	})
}

package hotline_test

import (
	"context"
	"slices"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// legOf gives a unit's newest leg of a ticket.
func legOf(t *testing.T, w *hotlinetest.World, o hotline.Ticket, unit string) hotline.Leg {
	t.Helper()
	var found *hotline.Leg
	for _, l := range w.Get(t, o.ID).Legs {
		if l.UnitID == unit && (found == nil || l.ID > found.ID) {
			found = &l
		}
	}
	if found == nil {
		t.Fatalf("unit %s has no leg", unit)
	}
	return *found
}

// shared is a ticket that w.Unit leads and others help with, signed by all at 2026-05-08 16:30.
func shared(t *testing.T, w *hotlinetest.World, helpers ...org.Unit) hotline.Ticket {
	t.Helper()
	w.Set("2026-05-08 16:30")
	o := w.Ticket(t, hotline.Triage)
	in := hotline.DispatchInput{UnitID: w.Unit.ID}
	for _, u := range helpers {
		in.Helpers = append(in.Helpers, hotline.Helper{UnitID: u.ID, Matter: "查明管线权属"})
	}
	o, err := w.Hotline.Dispatch(w.As(t, org.RoleDispatcher), at(o), in)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range append([]org.Unit{w.Unit}, helpers...) {
		if o, err = w.Hotline.Sign(w.In(t, u.ID, org.RoleLiaison), at(o)); err != nil {
			t.Fatalf("%s signs: %v", u.Name, err)
		}
	}
	return o
}

func submit(t *testing.T, w *hotlinetest.World, o hotline.Ticket, unit, text string) hotline.Ticket {
	t.Helper()
	r := w.Reply()
	r.Public = text
	o, err := w.Hotline.Submit(w.In(t, unit, org.RoleUnitHead), at(o), r)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Scenario 10: a return is refused and the unit designated; it cannot return again, its clock never stopped, and the
// refused return counts against it.
func TestScenario10Designated(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-05-08 16:30")
		head := w.In(t, w.Unit.ID, org.RoleUnitHead)
		w.Set("2026-05-09 10:00")
		o, err := w.Hotline.AskReturn(head, at(o), hotlinetest.Return())
		if err != nil || o.State != hotline.Dispatched || w.Lead(t, o.ID).State != hotline.ReturnAsked {
			t.Fatalf("%+v %v", o, err)
		}
		w.Set("2026-05-09 11:00")
		if o, err = w.Hotline.DenyReturn(w.As(t, org.RoleDispatcher), at(o), "三定方案明确属于住建局"); err != nil {
			t.Fatal(err)
		}
		l := w.Lead(t, o.ID)
		if l.State != hotline.Signed || !l.Designated || l.SignedAt != clock.MustInstant("2026-05-09 10:00") || o.State != hotline.Handling {
			t.Errorf("after the refusal: %+v", l)
		}
		w.Set("2026-05-09 11:30")
		_, err = w.Hotline.AskReturn(head, at(o), hotlinetest.Return())
		if e := errs.As(err); e.Code != "hotline.return_forbidden" || e.Kind != errs.Conflict || e.Detail["why"] != hotline.ReturnDesignated {
			t.Errorf("a second ask: %v", err)
		}
		wantDue(t, w, o, "2026-05-14 18:00")
		asks, _, err := w.Desk.Asks(w.As(t, org.RoleSupervisor), desk.AskFilter{Kind: hotline.AskedReturn, UnitID: w.Unit.ID})
		if err != nil || len(asks) != 1 || asks[0].State != hotline.AskDenied || asks[0].Due != l.Due || asks[0].DecidedAt != clock.MustInstant("2026-05-09 11:00") || asks[0].Unit == "" {
			t.Errorf("the record of the return: %+v %v", asks, err)
		}
		checkChains(t, w)
	})
}

// While a return is asked for, the clock runs: the leg goes overdue and gets its cards.
func TestAReturnStopsNoClock(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-05-08 16:30")
		if _, err := w.Hotline.AskReturn(w.In(t, w.Unit.ID, org.RoleUnitHead), at(o), hotlinetest.Return()); err != nil {
			t.Fatal(err)
		}
		w.Set("2026-05-15 08:31")
		w.RunJobs(t)
		if d := w.Get(t, o.ID); !d.Overdue || len(notices(t, w, o, hotline.NoticeRed)) != 1 || len(notices(t, w, o, hotline.NoticeSignLate)) != 0 {
			t.Errorf("overdue %v, notices %+v", d.Overdue, d.Notices)
		}
	})
}

func TestWhoMayReturnWhatUntilWhen(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		ask := w.Hotline.AskReturn
		head, liaison := w.In(t, w.Unit.ID, org.RoleUnitHead), w.In(t, w.Unit.ID, org.RoleLiaison)
		o := w.At(t, "2026-05-08 16:30")
		_, err := ask(liaison, at(o), hotlinetest.Return())
		wantCode(t, "a liaison returns", err, "actor.forbidden")
		_, err = ask(head, at(o), hotline.ReturnInput{Ground: "不想办", Reason: "x"})
		wantCode(t, "without a ground", err, "hotline.input")
		_, err = ask(head, at(o), hotline.ReturnInput{Ground: hotline.ReturnReasons[0]})
		wantCode(t, "without a reason", err, "hotline.input")
		w.Set("2026-05-09 18:00")
		if _, err = ask(head, at(o), hotlinetest.Return()); err != nil {
			t.Errorf("at the last moment: %v", err)
		}
		_, err = ask(head, at(o), hotlinetest.Return())
		wantCode(t, "twice", err, "hotline.wrong_state")
		late := w.At(t, "2026-05-08 16:30")
		w.Clock.Set(clock.MustInstant("2026-05-09 18:00") + 1)
		_, err = ask(head, at(late), hotlinetest.Return())
		if e := errs.As(err); e.Code != "hotline.return_forbidden" || e.Detail["why"] != hotline.ReturnLate {
			t.Errorf("after the limit: %v", err)
		}
		waiting := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		if _, err = w.Hotline.AskExtension(liaison, at(waiting), 2, "等待配件"); err != nil {
			t.Fatal(err)
		}
		_, err = ask(head, at(waiting), hotlinetest.Return())
		wantCode(t, "while an extension waits", err, "hotline.ask_pending")
		_, err = ask(w.In(t, w.Other.ID, org.RoleUnitHead), at(waiting), hotlinetest.Return())
		wantCode(t, "another unit", err, "hotline.not_found")
	})
}

// An accepted return gives the next unit its full limit, leaves the caller's promise, and does not count against the
// first unit, which keeps reading but no longer knows the caller.
func TestAReturnIsAccepted(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-05-08 16:30")
		head, dispatcher := w.In(t, w.Unit.ID, org.RoleUnitHead), w.As(t, org.RoleDispatcher)
		w.Set("2026-05-09 10:00")
		if _, err := w.Hotline.AskReturn(head, at(o), hotlinetest.Return()); err != nil {
			t.Fatal(err)
		}
		w.Set("2026-05-11 10:00")
		for what, in := range map[string]hotline.AcceptInput{"nobody": {}, "the unit that returned": {UnitID: w.Unit.ID}} {
			_, err := w.Hotline.AcceptReturn(dispatcher, at(o), in)
			wantCode(t, what, err, "hotline.input")
		}
		o, err := w.Hotline.AcceptReturn(dispatcher, at(o), hotline.AcceptInput{UnitID: w.Other.ID})
		if err != nil || o.State != hotline.Dispatched || o.UnitID != w.Other.ID {
			t.Fatalf("%+v %v", o, err)
		}
		old, next := legOf(t, w, o, w.Unit.ID), legOf(t, w, o, w.Other.ID)
		if old.State != hotline.Returned || !old.Misdispatch || old.Outcome != hotline.NotApplicable || old.ReturnedAt != w.Clock.Now() {
			t.Errorf("the returned leg: %+v", old)
		}
		// 05-12, 13, 14, 15, 18: five working days from Monday 05-11.
		if next.Due != clock.MustInstant("2026-05-18 18:00") || next.SignDue != clock.MustInstant("2026-05-12 18:00") || next.Role != hotline.Lead {
			t.Errorf("the next leg: %+v", next)
		}
		if o.Due != next.Due || o.CitizenDue != clock.MustInstant("2026-05-14 18:00") {
			t.Errorf("due %s, promised %s", o.Due, o.CitizenDue)
		}
		d, err := w.Hotline.Find(head, o.No)
		if err != nil || d.CallerName != "" || d.CallerPhone != "" {
			t.Errorf("the first unit reads %q %q, %v", d.CallerName, d.CallerPhone, err)
		}
		if _, err = w.Hotline.Comment(head, at(o), "再说一句"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the first unit goes on: %v", err)
		}
		o = w.MoveTo(t, o, hotline.Handling)
		if o, err = w.Hotline.AskExtension(w.In(t, w.Other.ID, org.RoleLiaison), at(o), 2, "等"); err != nil {
			t.Fatal(err)
		}
		if o, err = w.Hotline.DecideExtension(w.As(t, org.RoleSupervisor), at(o), true, ""); err != nil || o.CitizenDue != clock.MustInstant("2026-05-20 18:00") {
			t.Errorf("after an extension the caller is promised %s, %v", o.CitizenDue, err)
		}
		w.MoveTo(t, o, hotline.Closed)
		w.RunJobs(t)
		checkChains(t, w)
	})
}

// Scenario 11: the ticket waits for every helping unit, the caller reads the lead's reply alone, and each unit's outcome
// is its own.
func TestScenario11OneReply(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		c := w.AddUnit(t, "市城管局", "")
		o := shared(t, w, w.Other, c)
		w.Set("2026-05-12 10:00")
		o = submit(t, w, o, w.Unit.ID, "主办答复：阀门已更换")
		w.Set("2026-05-13 10:00")
		o = submit(t, w, o, w.Other.ID, "协办答复：管线属于供热公司")
		if o.State != hotline.Handling {
			t.Errorf("%s while C owes its reply", o.State)
		}
		d, err := w.Hotline.Find(w.In(t, w.Unit.ID, org.RoleLiaison), o.No)
		if err != nil || !slices.ContainsFunc(d.Legs, func(l hotline.Leg) bool { return l.ReplyPublic == "协办答复：管线属于供热公司" }) {
			t.Errorf("the lead does not read the helper's reply: %v", err)
		}
		w.Set("2026-05-15 09:00")
		w.RunJobs(t)
		for unit, late := range map[string]bool{w.Unit.ID: false, w.Other.ID: false, c.ID: true} {
			if l := legOf(t, w, o, unit); l.Overdue(w.Clock.Now()) != late {
				t.Errorf("%s overdue: %v", unit, !late)
			}
		}
		if red := notices(t, w, o, hotline.NoticeRed); len(red) != 1 || red[0].UnitID != c.ID {
			t.Errorf("red cards %+v", red)
		}
		if o = submit(t, w, o, c.ID, "协办答复：井盖已复位"); o.State != hotline.Review {
			t.Fatalf("%s after the last reply", o.State)
		}
		if o, err = w.Hotline.Approve(w.As(t, org.RoleReviewer), at(o), ""); err != nil {
			t.Fatal(err)
		}
		for unit, outcome := range map[string]string{w.Unit.ID: hotline.OnTime, w.Other.ID: hotline.OnTime, c.ID: hotline.Late} {
			if l := legOf(t, w, o, unit); l.State != hotline.Accepted || l.Outcome != outcome {
				t.Errorf("%s: %s %s, expected %s", unit, l.State, l.Outcome, outcome)
			}
		}
		citizen := actor.With(context.Background(), hotline.CitizenActor(w.Centre, "10.0.0.1", ""))
		p, err := w.Hotline.Track(citizen, w.Hotline.QueryCode(o.ID), "0001")
		if err != nil || len(p.Replies) != 1 || p.Replies[0] != "主办答复：阀门已更换" || p.Unit != w.Unit.Name {
			t.Errorf("the caller reads %+v, %v", p, err)
		}
		checkCounts(t, w)
		checkChains(t, w)
	})
}

// A unit works on its own leg only, and the office's rejection reaches the leg that it names.
func TestEachUnitHasItsOwnLeg(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := shared(t, w, w.Other)
		lead := w.Lead(t, o.ID)
		_, err := w.Hotline.Submit(w.In(t, w.Other.ID, org.RoleUnitHead), hotline.Command{TicketID: o.ID, LegID: lead.ID}, w.Reply())
		wantCode(t, "the helper answers for the lead", err, "hotline.not_your_leg")
		o = submit(t, w, o, w.Other.ID, "协办")
		o = submit(t, w, o, w.Unit.ID, "主办")
		helper := legOf(t, w, o, w.Other.ID)
		o, err = w.Hotline.Reject(w.As(t, org.RoleReviewer), hotline.Command{TicketID: o.ID, LegID: helper.ID}, "没有说明权属")
		if err != nil || o.State != hotline.Handling || legOf(t, w, o, w.Other.ID).State != hotline.Signed || w.Lead(t, o.ID).State != hotline.Submitted {
			t.Errorf("%s %v", o.State, err)
		}
		o = submit(t, w, o, w.Other.ID, "协办：属于供热公司")
		o = w.MoveTo(t, o, hotline.Closed)
		d := w.Get(t, o.ID)
		if len(d.Asks) != 0 || d.CloseKind != hotline.CloseSatisfied {
			t.Errorf("%+v", d.Ticket)
		}
	})
}

// 加派: the lead asks, the dispatcher does; the helper's due is never after the lead's, also when the lead's moves.
func TestAHelperIsAdded(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		c := w.AddUnit(t, "市城管局", "")
		o := shared(t, w, c)
		lead, dispatcher := w.In(t, w.Unit.ID, org.RoleLiaison), w.As(t, org.RoleDispatcher)
		want := hotline.Helper{UnitID: w.Other.ID, Matter: "关阀停水"}
		_, err := w.Hotline.AskHelp(w.In(t, c.ID, org.RoleLiaison), at(o), want, "协办不能申请")
		wantCode(t, "a helper asks", err, "hotline.lead_only")
		_, err = w.Hotline.AskHelp(lead, at(o), hotline.Helper{UnitID: c.ID}, "重复")
		wantCode(t, "a unit that is there already", err, "hotline.unit_has_leg")
		w.Set("2026-05-13 09:00")
		if o, err = w.Hotline.AskHelp(lead, at(o), want, "需要水务局关阀"); err != nil {
			t.Fatal(err)
		}
		d := w.Get(t, o.ID)
		if o, err = w.Hotline.AddHelp(dispatcher, at(o), hotline.HelpInput{AskID: d.Asks[0].ID}); err != nil {
			t.Fatal(err)
		}
		l := legOf(t, w, o, w.Other.ID)
		if l.Role != hotline.CoLead || l.Matter != "关阀停水" || l.Due != clock.MustInstant("2026-05-14 18:00") || o.State != hotline.Handling {
			t.Errorf("%+v, ticket %s", l, o.State)
		}
		if d = w.Get(t, o.ID); d.Asks[0].State != hotline.AskGranted || w.Lead(t, o.ID).Asks != 0 {
			t.Errorf("%+v", d.Asks)
		}
		if o, err = w.Hotline.AskExtension(lead, at(o), 5, "等待停水公告"); err == nil {
			o, err = w.Hotline.DecideExtension(w.As(t, org.RoleSupervisor), at(o), true, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		// The lead's due is 05-21 now; the helper's own five working days from 05-13 end on 05-20.
		if l = legOf(t, w, o, w.Other.ID); l.Due != clock.MustInstant("2026-05-20 18:00") {
			t.Errorf("after the lead's extension: %s", l.Due)
		}
		_, err = w.Hotline.AddHelp(dispatcher, at(o), hotline.HelpInput{Helper: want})
		wantCode(t, "twice", err, "hotline.unit_has_leg")
		_, err = w.Hotline.DenyHelp(dispatcher, at(o), "", "没有申请")
		wantCode(t, "nothing to refuse", err, "hotline.no_ask")
		o = submit(t, w, o, w.Unit.ID, "主办")
		_, err = w.Hotline.AddHelp(dispatcher, at(o), hotline.HelpInput{Helper: hotline.Helper{UnitID: w.AddUnit(t, "市交通局", "").ID}})
		wantCode(t, "after the lead's reply", err, "hotline.lead_done")
		checkCounts(t, w)
		checkChains(t, w)
	})
}

// 转办下级: the leg below is due earlier, the unit above stays answerable and cannot reply before it.
func TestSentDownToAUnitBelow(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		below := w.AddUnit(t, "住建局供热站", w.Unit.ID)
		o := shared(t, w)
		liaison, head := w.In(t, w.Unit.ID, org.RoleLiaison), w.In(t, w.Unit.ID, org.RoleUnitHead)
		for what, unit := range map[string]string{"to another unit": w.Other.ID, "to itself": w.Unit.ID} {
			_, err := w.Hotline.SendDown(liaison, at(o), hotline.Helper{UnitID: unit})
			if code := errs.CodeOf(err); code != "hotline.not_below" && code != "hotline.unit_has_leg" {
				t.Errorf("%s: %v", what, err)
			}
		}
		o, err := w.Hotline.SendDown(liaison, at(o), hotline.Helper{UnitID: below.ID, Matter: "上门测温"})
		if err != nil {
			t.Fatal(err)
		}
		child := legOf(t, w, o, below.ID)
		if child.Role != hotline.Child || child.ParentLeg != w.Lead(t, o.ID).ID || child.Due != clock.MustInstant("2026-05-14 14:00") || child.State != hotline.PendingSign {
			t.Errorf("%+v", child)
		}
		if l := w.Lead(t, o.ID); l.State != hotline.Signed || l.Due != clock.MustInstant("2026-05-14 18:00") || o.State != hotline.Handling || o.UnitID != w.Unit.ID {
			t.Errorf("the leg above: %+v", l)
		}
		_, err = w.Hotline.Submit(head, at(o), w.Reply())
		wantCode(t, "a reply before the unit below", err, "hotline.child_open")
		_, err = w.Hotline.AskReturn(w.In(t, below.ID, org.RoleUnitHead), at(o), hotlinetest.Return())
		if e := errs.As(err); e.Code != "hotline.return_forbidden" || e.Detail["why"] != hotline.ReturnBelow {
			t.Errorf("a unit below returns: %v", err)
		}
		if o, err = w.Hotline.Sign(w.In(t, below.ID, org.RoleLiaison), at(o)); err != nil {
			t.Fatal(err)
		}
		o = submit(t, w, o, below.ID, "已上门，室温十三度")
		named := hotline.Command{TicketID: o.ID, LegID: child.ID}
		_, err = w.Hotline.RejectDown(w.In(t, below.ID, org.RoleUnitHead), named, "自己退自己")
		wantCode(t, "the unit below rejects its own reply", err, "hotline.not_your_leg")
		if o, err = w.Hotline.RejectDown(head, named, "没有照片"); err != nil || legOf(t, w, o, below.ID).State != hotline.Signed {
			t.Errorf("%v", err)
		}
		o = submit(t, w, o, below.ID, "已上门，附照片")
		o = submit(t, w, o, w.Unit.ID, "已更换阀门")
		o = w.MoveTo(t, o, hotline.Callback)
		if l := legOf(t, w, o, below.ID); l.State != hotline.Accepted || l.Outcome != hotline.OnTime {
			t.Errorf("the leg below ended as %+v", l)
		}
		checkCounts(t, w)
	})
}

func TestRecallFromAUnitBelow(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		below := w.AddUnit(t, "住建局供热站", w.Unit.ID)
		lower := w.AddUnit(t, "供热站二班", below.ID)
		o := shared(t, w)
		liaison := w.In(t, w.Unit.ID, org.RoleLiaison)
		_, err := w.Hotline.RecallDown(liaison, at(o), "没有转办")
		wantCode(t, "recall of the own leg", err, "hotline.not_child")
		if o, err = w.Hotline.SendDown(liaison, at(o), hotline.Helper{UnitID: below.ID}); err != nil {
			t.Fatal(err)
		}
		if o, err = w.Hotline.Sign(w.In(t, below.ID, org.RoleLiaison), at(o)); err != nil {
			t.Fatal(err)
		}
		if o, err = w.Hotline.SendDown(w.In(t, below.ID, org.RoleLiaison), at(o), hotline.Helper{UnitID: lower.ID}); err != nil {
			t.Fatal(err)
		}
		if l := legOf(t, w, o, lower.ID); l.Due != clock.MustInstant("2026-05-14 10:00") {
			t.Errorf("two levels below: due %s", l.Due)
		}
		child := hotline.Command{TicketID: o.ID, LegID: legOf(t, w, o, below.ID).ID}
		_, err = w.Hotline.RecallDown(w.In(t, below.ID, org.RoleLiaison), child, "自己收回")
		wantCode(t, "the unit below recalls itself", err, "hotline.not_your_leg")
		if o, err = w.Hotline.RecallDown(liaison, child, "由本单位直接办理"); err != nil {
			t.Fatal(err)
		}
		for _, u := range []string{below.ID, lower.ID} {
			if l := legOf(t, w, o, u); l.State != hotline.Cancelled || l.Outcome != hotline.NotApplicable {
				t.Errorf("%s: %s %s", u, l.State, l.Outcome)
			}
		}
		w.MoveTo(t, o, hotline.Closed)
		w.RunJobs(t)
		checkCounts(t, w)
	})
}

// What the tier above demands comes first, with a margin for review; once that has passed, the leg is late at once.
func TestInheritedDeadline(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for _, c := range []struct{ upstream, due string }{
			{"2026-05-20 18:00", "2026-05-14 18:00"},
			{"2026-05-13 18:00", "2026-05-13 14:00"},
			{"2026-05-08 18:00", "2026-05-08 18:00"}, // no room for a margin
			{"2026-05-08 12:00", "2026-05-08 12:00"}, // passed already
		} {
			o := w.At(t, "2026-05-08 16:30", func(in *hotline.RegisterInput) {
				in.Channel, in.UpstreamRef, in.UpstreamDue = "上级派发", "省12345-7", clock.MustInstant(c.upstream)
			})
			wantDue(t, w, o, c.due)
			if o.CitizenDue != clock.MustInstant(c.due) {
				t.Errorf("promised %s", o.CitizenDue)
			}
		}
	})
}

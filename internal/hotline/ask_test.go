package hotline_test

import (
	"context"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// Scenario 9 with an ask: the leg has stood still since the ask, not only since the office agreed.
func TestScenario9AskedFor(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		liaison, leader := w.In(t, w.Unit.ID, org.RoleLiaison), w.As(t, org.RoleLeader)
		in := hotline.SuspendInput{Measures: "等待管线单位交底，每周催问", ReviewOn: clock.MustDate("2026-05-25"), Told: "管线单位正在交底，预计两周内恢复施工。"}
		w.Set("2026-05-12 10:00")
		o, err := w.Hotline.AskSuspension(liaison, at(o), in)
		if err != nil || o.State != hotline.Handling {
			t.Fatalf("%+v %v", o, err)
		}
		_, err = w.Hotline.AskTermination(liaison, at(o), hotline.TerminateInput{Ground: hotline.TerminateReasons[0], Reason: "x", Told: "y"})
		wantCode(t, "a second ask of the leg", err, "hotline.ask_pending")
		if n, err := w.Desk.WaitingAsks(leader); err != nil || n[hotline.AskedSuspension] != 1 {
			t.Errorf("waiting: %v, %v", n, err)
		}
		w.Set("2026-05-13 09:00")
		if o, err = w.Hotline.DecideSuspension(leader, at(o), true, "同意"); err != nil || o.State != hotline.Suspended {
			t.Fatalf("%+v %v", o, err)
		}
		citizen := actor.With(context.Background(), hotline.CitizenActor(w.Centre, "10.0.0.1", ""))
		p, err := w.Hotline.Track(citizen, w.Hotline.QueryCode(o.ID), "0001")
		if last := p.Steps[len(p.Steps)-1]; err != nil || !strings.Contains(last.Text, in.Told) || strings.Contains(last.Text, "每周催问") {
			t.Errorf("the caller is told %+v, %v", p.Steps, err)
		}
		w.Set("2026-05-18 09:00")
		w.RunJobs(t)
		if o, err = w.Hotline.Resume(leader, at(o), ""); err != nil {
			t.Fatal(err)
		}
		wantDue(t, w, o, "2026-05-20 18:00")
		checkChains(t, w)
	})
}

func TestWhatIsNotSuspended(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		liaison, leader := w.In(t, w.Unit.ID, org.RoleLiaison), w.As(t, org.RoleLeader)
		in := hotline.SuspendInput{Measures: "等", ReviewOn: clock.MustDate("2026-08-07")}
		_, err := w.Hotline.AskSuspension(liaison, at(o), in)
		wantCode(t, "more than 90 days", err, "hotline.input")
		in.ReviewOn = clock.MustDate("2026-08-06")
		if o, err = w.Hotline.AskSuspension(liaison, at(o), in); err != nil {
			t.Fatalf("90 days: %v", err)
		}
		_, err = w.Hotline.DecideSuspension(leader, at(o), false, "")
		wantCode(t, "refused without a reason", err, "hotline.input")
		_, err = w.Hotline.DecideSuspension(liaison, at(o), true, "")
		wantCode(t, "the unit agrees with itself", err, "actor.forbidden")
		if o, err = w.Hotline.DecideSuspension(leader, at(o), false, "不属于客观原因"); err != nil || o.State != hotline.Handling || w.Lead(t, o.ID).Asks != 0 {
			t.Fatalf("%+v %v", o, err)
		}
		_, err = w.Hotline.DecideSuspension(leader, at(o), true, "")
		wantCode(t, "nothing asked", err, "hotline.no_ask")
		for range 2 {
			in.ReviewOn = w.Clock.Now().Date() + 90
			if o, err = w.Hotline.Suspend(leader, at(o), in); err != nil {
				t.Fatal(err)
			}
			w.Clock.Set(in.ReviewOn.Clock(8, 30))
			w.RunJobs(t)
		}
		o = w.Get(t, o.ID).Ticket
		in.ReviewOn = w.Clock.Now().Date() + 1
		_, err = w.Hotline.AskSuspension(liaison, at(o), in)
		wantCode(t, "more than 180 days in all", err, "hotline.suspend_total")
		w.Set("2027-06-01 09:00")
		_, err = w.Hotline.AskSuspension(liaison, at(o), hotline.SuspendInput{Measures: "等", ReviewOn: clock.MustDate("2027-06-10")})
		wantCode(t, "after the end", err, "calendar.after_due")
	})
}

// A terminated ticket is on neither side of the rates; its caller reads why.
func TestTermination(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := shared(t, w, w.Other)
		liaison, reviewer := w.In(t, w.Unit.ID, org.RoleLiaison), w.As(t, org.RoleReviewer)
		in := hotline.TerminateInput{Ground: hotline.TerminateReasons[0], Reason: "双方已向法院起诉", Told: "您已就此事起诉，请等待判决。"}
		_, err := w.Hotline.AskTermination(w.In(t, w.Other.ID, org.RoleLiaison), at(o), in)
		wantCode(t, "a helper ends it", err, "hotline.lead_only")
		_, err = w.Hotline.AskTermination(liaison, at(o), hotline.TerminateInput{Ground: "不想办", Reason: "x", Told: "y"})
		wantCode(t, "without a ground", err, "hotline.input")
		_, err = w.Hotline.AskTermination(liaison, at(o), hotline.TerminateInput{Ground: in.Ground, Reason: "x"})
		wantCode(t, "without telling the caller", err, "hotline.input")
		_, err = w.Hotline.DecideTermination(reviewer, at(o), true, "")
		wantCode(t, "nobody asked", err, "hotline.no_ask")
		if o, err = w.Hotline.AskTermination(liaison, at(o), in); err != nil {
			t.Fatal(err)
		}
		if o, err = w.Hotline.DecideTermination(reviewer, at(o), false, "再联系一次"); err != nil || o.State != hotline.Handling {
			t.Fatalf("%+v %v", o, err)
		}
		if o, err = w.Hotline.AskTermination(liaison, at(o), in); err != nil {
			t.Fatal(err)
		}
		if o, err = w.Hotline.DecideTermination(reviewer, at(o), true, "同意"); err != nil || o.State != hotline.Terminated || o.CloseKind != "" || o.ClosedAt == 0 {
			t.Fatalf("%+v %v", o, err)
		}
		d := w.Get(t, o.ID)
		for _, l := range d.Legs {
			if l.State != hotline.Cancelled || l.Outcome != hotline.NotApplicable {
				t.Errorf("%s %s", l.State, l.Outcome)
			}
		}
		if len(d.Asks) != 2 || d.Asks[0].State != hotline.AskDenied || d.Asks[1].State != hotline.AskGranted {
			t.Errorf("%+v", d.Asks)
		}
		citizen := actor.With(context.Background(), hotline.CitizenActor(w.Centre, "10.0.0.1", ""))
		p, err := w.Hotline.Track(citizen, w.Hotline.QueryCode(o.ID), "0001")
		if last := p.Steps[len(p.Steps)-1].Text; err != nil || !strings.Contains(last, in.Told) || strings.Contains(last, in.Reason) {
			t.Errorf("the caller is told %q, %v", last, err)
		}
		checkCounts(t, w)
		checkChains(t, w)
	})
}

// What a unit still asks for when its leg ends is void, and nobody can grant it afterwards.
func TestAsksEndWithTheirLeg(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Handling)
		helper := hotline.Helper{UnitID: w.Other.ID}
		o, err := w.Hotline.AskHelp(w.In(t, w.Unit.ID, org.RoleLiaison), at(o), helper, "需要协助")
		if err != nil {
			t.Fatal(err)
		}
		w.MoveTo(t, o, hotline.Callback)
		if d := w.Get(t, o.ID); d.Asks[0].State != hotline.AskVoid || d.Asks[0].DecidedAt == 0 {
			t.Errorf("%+v", d.Asks)
		}
		if n, err := w.Desk.WaitingAsks(w.As(t, org.RoleDispatcher)); err != nil || n[hotline.AskedHelp] != 0 {
			t.Errorf("%v %v", n, err)
		}
	})
}

// A list of asks shows a unit its own, and the office all of the centre, page by page.
func TestWhoReadsAsks(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for range 3 {
			o := w.At(t, "2026-05-08 16:30")
			if _, err := w.Hotline.AskReturn(w.In(t, w.Unit.ID, org.RoleUnitHead), at(o), hotlinetest.Return()); err != nil {
				t.Fatal(err)
			}
		}
		f := desk.AskFilter{Kind: hotline.AskedReturn, Waiting: true, Limit: 2}
		var seen []string
		for {
			rows, next, err := w.Desk.Asks(w.As(t, org.RoleDispatcher), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if r.No == "" || r.Title == "" || r.Unit == "" || r.Version == 0 {
					t.Errorf("%+v", r)
				}
				seen = append(seen, r.ID)
			}
			if f.After = next; next == "" {
				break
			}
		}
		if len(seen) != 3 || seen[0] > seen[1] || seen[1] > seen[2] {
			t.Errorf("the office reads %v", seen)
		}
		for unit, n := range map[string]int{w.Unit.ID: 3, w.Other.ID: 0} {
			rows, _, err := w.Desk.Asks(w.In(t, unit, org.RoleLiaison), desk.AskFilter{})
			if err != nil || len(rows) != n {
				t.Errorf("%s reads %d, %v", unit, len(rows), err)
			}
		}
		_, _, err := w.Desk.Asks(w.As(t, org.RoleDispatcher), desk.AskFilter{After: "'"})
		wantCode(t, "a cursor of nobody", err, "hotline.cursor")
	})
}

// TestAnAnsweredTicketIsNotTerminated: what was answered is reviewed; to end it otherwise the reply goes back first.
func TestAnAnsweredTicketIsNotTerminated(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Handling)
		reviewer := w.As(t, org.RoleReviewer)
		in := hotline.TerminateInput{Ground: hotline.TerminateReasons[4], Reason: "拒接电话", Told: "请再次来电。"}
		if _, err := w.Hotline.AskTermination(w.In(t, w.Unit.ID, org.RoleLiaison), at(o), in); err != nil {
			t.Fatal(err)
		}
		o, err := w.Hotline.Submit(w.In(t, w.Unit.ID, org.RoleUnitHead), hotlinetest.Command(o), w.Reply())
		if err != nil || o.State != hotline.Review {
			t.Fatal(o.State, err)
		}
		_, err = w.Hotline.DecideTermination(reviewer, hotlinetest.Command(o), true, "同意")
		wantCode(t, "an answered ticket ends without a result", err, "hotline.wrong_state")
		if _, err := w.Hotline.Reject(reviewer, hotlinetest.Command(o), "答复与终止申请矛盾"); err != nil {
			t.Fatal(err)
		}
		if o, err = w.Hotline.DecideTermination(reviewer, hotlinetest.Command(o), true, "同意"); err != nil || o.State != hotline.Terminated {
			t.Errorf("after the reply went back: %s, %v", o.State, err)
		}
	})
}

package hotline_test

import (
	"errors"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

func demand(level int) hotline.SupervisionInput {
	return hotline.SupervisionInput{Level: level, Cause: "逾期未办结", Demand: "三日内办结并说明逾期原因。"}
}

// supervised gives a ticket in a state with an open supervision of the hotline office on its unit.
func supervised(t *testing.T, w *hotlinetest.World, state hotline.State) (hotline.Ticket, hotline.Supervision) {
	t.Helper()
	o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), state)
	s, err := w.Hotline.Supervise(w.As(t, org.RoleShiftLead), at(o), demand(hotline.LevelOffice))
	if err != nil {
		t.Fatal(err)
	}
	return o, s
}

func TestASupervisedTicketDoesNotClose(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o, s := supervised(t, w, hotline.Callback)
		// Three working days from Friday 8 May: 9 (worked), 11, 12.
		if s.Due != clock.MustInstant("2026-05-12 18:00") || s.State != hotline.SupervisionOpen || s.No != o.No+"-督1" {
			t.Errorf("%+v", s)
		}
		ctx, head, lead := w.As(t, org.RoleCallbacker), w.In(t, w.Unit.ID, org.RoleUnitHead), w.As(t, org.RoleShiftLead)
		if _, err := w.Hotline.RecordCallback(ctx, at(o), hotline.CallbackResult{Reached: true, Result: hotline.Satisfied}); err != nil {
			t.Fatal(err)
		}
		_, err := w.Hotline.Close(ctx, at(o), "")
		wantCode(t, "close while the unit owes its reply", err, "hotline.supervised")
		_, err = w.Hotline.CloseSupervision(lead, at(o), s.ID, "同意")
		wantCode(t, "close the supervision without a reply", err, "hotline.supervision_state")
		if s, err = w.Hotline.ReplySupervision(head, at(o), s.ID, "因等待材料逾期，现已办结。"); err != nil || s.State != hotline.SupervisionReplied {
			t.Fatalf("%+v, %v", s, err)
		}
		_, err = w.Hotline.Close(ctx, at(o), "")
		wantCode(t, "close before the supervisor has looked", err, "hotline.supervised")
		if s, err = w.Hotline.CloseSupervision(lead, at(o), s.ID, "同意办结"); err != nil || s.State != hotline.SupervisionClosed || s.Open {
			t.Fatalf("%+v, %v", s, err)
		}
		if d := w.Get(t, o.ID); d.Supervised != 0 {
			t.Errorf("%d supervisions are open", d.Supervised)
		}
		if _, err := w.Hotline.Close(ctx, at(o), ""); err != nil {
			t.Error("close after it:", err)
		}
		checkChains(t, w)
	})
}

func TestWhoMayDoWhatToASupervision(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o, s := supervised(t, w, hotline.Handling)
		forbidden := func(what string, err error) {
			t.Helper()
			if k := errs.KindOf(err); k != errs.Forbidden && k != errs.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err := w.Hotline.Supervise(w.As(t, org.RoleAgent), at(o), demand(1))
		forbidden("an agent supervises", err)
		_, err = w.Hotline.Supervise(w.As(t, org.RoleShiftLead), at(o), demand(2))
		wantCode(t, "the office opens a supervision of the government", err, "hotline.supervision_level")
		_, err = w.Hotline.Supervise(w.As(t, org.RoleSupervisor), at(o), demand(2))
		wantCode(t, "a second one of the same unit", err, "hotline.supervision_open")
		_, err = w.Hotline.ReplySupervision(w.In(t, w.Unit.ID, org.RoleLiaison), at(o), s.ID, "答复")
		forbidden("the liaison replies", err)
		_, err = w.Hotline.ReplySupervision(w.In(t, w.Other.ID, org.RoleUnitHead), at(o), s.ID, "答复")
		forbidden("another unit replies", err)
		if _, err = w.Hotline.ReplySupervision(w.In(t, w.Unit.ID, org.RoleUnitHead), at(o), s.ID, "答复"); err != nil {
			t.Fatal(err)
		}
		_, err = w.Hotline.CloseSupervision(w.In(t, w.Unit.ID, org.RoleUnitHead), at(o), s.ID, "同意")
		forbidden("the unit closes its own supervision", err)
		// Not even somebody of the unit whom a role of the centre would let.
		own := hotlinetest.Actor(w.As(t, org.RoleSupervisor), func(a *actor.Actor) { a.UnitID = w.Unit.ID })
		_, err = w.Hotline.CloseSupervision(own, at(o), s.ID, "同意")
		wantCode(t, "a supervisor of the unit itself", err, "hotline.own_alert")
		if rows, _, err := w.Desk.Supervisions(w.In(t, w.Other.ID, org.RoleUnitHead), desk.SupervisionFilter{}); err != nil || len(rows) != 0 {
			t.Errorf("another unit sees %d, %v", len(rows), err)
		}
		if _, err := w.Desk.Supervision(w.In(t, w.Other.ID, org.RoleUnitHead), s.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another unit reads it: %v", err)
		}
	})
}

func TestASupervisionIsReturnedAndRaised(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o, s := supervised(t, w, hotline.Handling)
		head, lead, government := w.In(t, w.Unit.ID, org.RoleUnitHead), w.As(t, org.RoleShiftLead), w.As(t, org.RoleSupervisor)
		reply := func(id hotline.SupervisionID) {
			t.Helper()
			if _, err := w.Hotline.ReplySupervision(head, at(o), id, "正在办理"); err != nil {
				t.Fatal(err)
			}
		}
		reply(s.ID)
		w.Set("2026-05-12 10:00")
		s, err := w.Hotline.ReturnSupervision(lead, at(o), s.ID, "没有说明办结时间")
		if err != nil || s.State != hotline.SupervisionOpen || s.Due != clock.MustInstant("2026-05-15 18:00") {
			t.Fatalf("%+v, %v", s, err)
		}
		_, err = w.Hotline.RaiseSupervision(lead, at(o), s.ID, demand(2))
		wantCode(t, "the office raises to the government", err, "hotline.supervision_level")
		_, err = w.Hotline.RaiseSupervision(government, at(o), s.ID, demand(1))
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("raised to the same level: %v", err)
		}
		raised, err := w.Hotline.RaiseSupervision(government, at(o), s.ID, demand(2))
		if err != nil || raised.Level != 2 || raised.RaisedFrom != s.ID || raised.No != o.No+"-督2" {
			t.Fatalf("%+v, %v", raised, err)
		}
		old, err := w.Desk.Supervision(lead, s.ID)
		if err != nil || old.State != hotline.SupervisionRaised || w.Get(t, o.ID).Supervised != 1 {
			t.Errorf("%+v, %v", old, err)
		}
		reply(raised.ID)
		_, err = w.Hotline.CloseSupervision(lead, at(o), raised.ID, "同意")
		wantCode(t, "the office closes the government's", err, "hotline.supervision_level")
		if _, err := w.Hotline.CloseSupervision(government, at(o), raised.ID, "同意"); err != nil {
			t.Fatal(err)
		}
		if d := w.Get(t, o.ID); d.Supervised != 0 {
			t.Errorf("%d open", d.Supervised)
		}
	})
}

// The end of a supervision is told once, at the first office hour after it, and only if the unit has not replied.
func TestALateSupervisionIsTold(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o, s := supervised(t, w, hotline.Handling)
		w.Set("2026-05-12 18:01")
		w.RunJobs(t)
		row, err := w.Desk.Supervision(w.As(t, org.RoleShiftLead), s.ID)
		if err != nil || !row.Late {
			t.Errorf("not overdue a minute after its end: %v", err)
		}
		if n := notices(t, w, o, hotline.NoticeSuperviseLate); len(n) != 0 {
			t.Errorf("%d told outside office hours", len(n))
		}
		for range 3 {
			w.Set("2026-05-13 08:30")
			w.RunJobs(t)
		}
		if n := notices(t, w, o, hotline.NoticeSuperviseLate); len(n) != 1 || n[0].UnitID != w.Unit.ID {
			t.Errorf("told %d times", len(n))
		}
		if n := notices(t, w, o, hotline.NoticeSupervise); len(n) != 1 {
			t.Errorf("the unit was told %d times of the supervision", len(n))
		}
		r, err := w.Hotline.Check(w.System())
		if err != nil || len(r.Faults) != 0 {
			t.Errorf("%v, %v", r.String(), err)
		}
	})
}

// A key that comes twice opens one supervision.
func TestSuperviseTwiceWithOneKey(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Handling)
		cmd := hotline.Command{TicketID: o.ID, Key: "once"}
		first, err := w.Hotline.Supervise(w.As(t, org.RoleShiftLead), cmd, demand(1))
		again, err2 := w.Hotline.Supervise(w.As(t, org.RoleShiftLead), cmd, demand(1))
		if errors.Join(err, err2) != nil || first.ID != again.ID || first.ID == "" {
			t.Errorf("%s, %s: %v", first.ID, again.ID, errors.Join(err, err2))
		}
	})
}

// TestAUnitOfAnEarlierRoundAnswersItsSupervision gives the ticket to another unit while the first is still supervised.
func TestAUnitOfAnEarlierRoundAnswersItsSupervision(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for _, secret := range []string{hotline.NotConfidential, hotline.ConfidentialAll} {
			o := w.Ticket(t, hotline.Handling, func(in *hotline.RegisterInput) { in.Confidential = secret })
			s, err := w.Hotline.Supervise(w.As(t, org.RoleSupervisor), hotlinetest.Command(o), demand(1))
			if err != nil {
				t.Fatal(err)
			}
			o = w.MoveTo(t, w.Get(t, o.ID).Ticket, hotline.Callback)
			result := hotline.CallbackResult{Reached: true, Result: hotline.Unsatisfied, Reason: "没有修好"}
			if _, err := w.Hotline.RecordCallback(w.As(t, org.RoleCallbacker), hotlinetest.Command(o), result); err != nil {
				t.Fatal(err)
			}
			if o, err = w.Hotline.Rework(w.As(t, org.RoleCallbacker), hotlinetest.Command(o), w.Other.ID, "没有修好"); err != nil {
				t.Fatal(err)
			}
			head, other := w.In(t, w.Unit.ID, org.RoleUnitHead), w.In(t, w.Other.ID, org.RoleUnitHead)
			if _, err := w.Hotline.ReplySupervision(other, hotlinetest.Command(o), s.ID, "不是我们的"); errs.KindOf(err) != errs.NotFound {
				t.Errorf("the unit that has the ticket now: %v", err)
			}
			done, err := w.Hotline.ReplySupervision(head, hotlinetest.Command(o), s.ID, "当时已换管道，现转水务局继续办理。")
			if err != nil || done.State != hotline.SupervisionReplied {
				t.Errorf("%s: %s, %v", secret, done.State, err)
			}
			if _, err := w.Hotline.Find(head, string(o.ID)); (secret == hotline.ConfidentialAll) != (errs.KindOf(err) == errs.NotFound && err != nil) {
				t.Errorf("%s: replying opens the ticket to it: %v", secret, err)
			}
			if _, err := w.Hotline.CloseSupervision(w.As(t, org.RoleSupervisor), hotlinetest.Command(o), s.ID, "情况属实"); err != nil {
				t.Error(err)
			}
		}
	})
}

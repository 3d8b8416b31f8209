package hotlinetest

import (
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
)

// Input is a valid request of an ordinary caller; options change it.
func Input(change ...func(*hotline.RegisterInput)) hotline.RegisterInput {
	in := hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Category: "0101", Area: "622901001", Title: "小区暖气不热",
		Content: "城南街道某小区三号楼二单元暖气不热，室温只有十三度，希望尽快处理。", Address: "三号楼二单元", Name: "张三", Phone: "13800000001"}
	for _, c := range change {
		c(&in)
	}
	return in
}

// Ticket registers a request and brings it to a state, for the unit w.Unit.
func (w *World) Ticket(t testing.TB, state hotline.State, change ...func(*hotline.RegisterInput)) hotline.Ticket {
	t.Helper()
	r, err := w.Hotline.Register(w.As(t, org.RoleAgent), Input(change...))
	if err != nil {
		t.Fatalf("register: %v", err)
	}
	return w.MoveTo(t, r.Ticket, state)
}

// Get reads a ticket with all that belongs to it, as the program.
func (w *World) Get(t testing.TB, id hotline.TicketID) hotline.Dossier {
	t.Helper()
	d, err := w.Hotline.Find(w.System(), string(id))
	if err != nil {
		t.Fatalf("find %s: %v", id, err)
	}
	return d
}

// Lead gives the lead leg of a ticket's current round.
func (w *World) Lead(t testing.TB, id hotline.TicketID) hotline.Leg {
	t.Helper()
	d := w.Get(t, id)
	for _, l := range d.Legs {
		if l.Role == hotline.Lead && l.Round == d.Round {
			return l
		}
	}
	t.Fatalf("ticket %s has no lead leg", d.No)
	return hotline.Leg{}
}

// Command addresses a ticket in whichever version it is.
func Command(t hotline.Ticket) hotline.Command { return hotline.Command{TicketID: t.ID} }

// Reply is a unit's answer that any ticket accepts now.
func (w *World) Reply() hotline.Reply {
	return hotline.Reply{Public: "经现场查看，管道阀门故障，已更换，室温恢复正常。", Inside: "已拍照存档。", Solved: "已解决", ContactedAt: w.Clock.Now()}
}

// Return is a unit's ask to take a leg back that any office would look at.
func Return() hotline.ReturnInput {
	return hotline.ReturnInput{Ground: hotline.ReturnReasons[0], Reason: "该路段由城管部门管理，见三定方案第四条。"}
}

// forward is the usual next step of a ticket.
var forward = map[hotline.State]func(*World, testing.TB, hotline.Ticket) (hotline.Ticket, error){
	hotline.Draft: func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Accept(w.As(t, org.RoleAgent), Command(o), hotline.Classify{})
	},
	hotline.Triage: func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Dispatch(w.As(t, org.RoleDispatcher), Command(o), hotline.DispatchInput{UnitID: w.Unit.ID})
	},
	hotline.Dispatched: func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Sign(w.In(t, o.UnitID, org.RoleLiaison), Command(o))
	},
	hotline.Handling: func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Submit(w.In(t, o.UnitID, org.RoleUnitHead), Command(o), w.Reply())
	},
	hotline.Suspended: func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Resume(w.As(t, org.RoleSupervisor), Command(o), "条件具备，恢复办理")
	},
	hotline.Review: func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Approve(w.As(t, org.RoleReviewer), Command(o), "")
	},
	hotline.Callback: func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		ctx := w.As(t, org.RoleCallbacker)
		if _, err := w.Hotline.RecordCallback(ctx, Command(o), hotline.CallbackResult{Reached: true, Result: hotline.Satisfied, Solved: "已解决"}); err != nil {
			return o, err
		}
		return w.Hotline.Close(ctx, Command(o), "")
	},
	hotline.Closed: func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Archive(w.As(t, org.RoleReviewer), Command(o))
	},
}

// ending is the step that leads to a state off the usual way, and the state that it leaves.
var ending = map[hotline.State]struct {
	from hotline.State
	step func(*World, testing.TB, hotline.Ticket) (hotline.Ticket, error)
}{
	hotline.Suspended: {hotline.Handling, func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Suspend(w.As(t, org.RoleSupervisor), Command(o), hotline.SuspendInput{Measures: "等待配件到货，每周跟踪", ReviewOn: w.Clock.Now().Date() + 30})
	}},
	hotline.Refused: {hotline.Triage, func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Refuse(w.As(t, org.RoleShiftLead), Command(o), 5, "")
	}},
	hotline.Transferred: {hotline.Triage, func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Emergency(w.As(t, org.RoleAgent), Command(o), "119", "")
	}},
	hotline.Terminated: {hotline.Handling, func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		in := hotline.TerminateInput{Ground: hotline.TerminateReasons[4], Reason: "三次上门均不在家，电话拒接", Told: "因无法与您联系，本次办理终止，需要时请再次来电。"}
		if _, err := w.Hotline.AskTermination(w.In(t, o.UnitID, org.RoleLiaison), Command(o), in); err != nil {
			return o, err
		}
		return w.Hotline.DecideTermination(w.As(t, org.RoleReviewer), Command(o), true, "")
	}},
	hotline.Merged: {hotline.Triage, func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		target, err := w.Hotline.Register(w.As(t, org.RoleAgent), Input(func(in *hotline.RegisterInput) { in.Confidential = o.Confidential }))
		if err != nil {
			return o, err
		}
		return w.Hotline.Merge(w.As(t, org.RoleDispatcher), Command(o), target.No, "同一小区同一事项")
	}},
	hotline.Withdrawn: {hotline.Triage, func(w *World, t testing.TB, o hotline.Ticket) (hotline.Ticket, error) {
		return w.Hotline.Withdraw(w.As(t, org.RoleAgent), Command(o), "来电人自行解决")
	}},
}

// MoveTo takes a ticket the usual way to a state with the real use cases, all at the clock's present time.
func (w *World) MoveTo(t testing.TB, o hotline.Ticket, state hotline.State) hotline.Ticket {
	t.Helper()
	end, special := ending[state]
	target := state
	if special {
		target = end.from
	}
	for range 12 {
		step, ok := forward[o.State]
		switch {
		case o.State == state:
			return o
		case special && o.State == target:
			step = end.step
		case !ok:
			t.Fatalf("hotlinetest: no way from %s to %s", o.State, state)
		}
		next, err := step(w, t, o)
		if err != nil {
			t.Fatalf("from %s to %s: %v", o.State, state, err)
		}
		o = next
	}
	t.Fatalf("hotlinetest: did not reach %s", state)
	return o
}

// LegTo takes a ticket to the point where its lead leg is in a state.
func (w *World) LegTo(t testing.TB, o hotline.Ticket, state hotline.LegState) hotline.Ticket {
	t.Helper()
	switch state {
	case hotline.PendingSign:
		return w.MoveTo(t, o, hotline.Dispatched)
	case hotline.Signed:
		return w.MoveTo(t, o, hotline.Handling)
	case hotline.LegSuspended:
		return w.MoveTo(t, o, hotline.Suspended)
	case hotline.Submitted:
		return w.MoveTo(t, o, hotline.Review)
	case hotline.Accepted:
		return w.MoveTo(t, o, hotline.Callback)
	case hotline.ReturnAsked:
		o = w.MoveTo(t, o, hotline.Dispatched)
		next, err := w.Hotline.AskReturn(w.In(t, o.UnitID, org.RoleUnitHead), Command(o), Return())
		if err != nil {
			t.Fatal(err)
		}
		return next
	case hotline.SignOff:
		o = w.MoveTo(t, o, hotline.Handling)
		next, err := w.Hotline.Propose(w.In(t, o.UnitID, org.RoleLiaison), Command(o), w.Reply())
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	t.Fatalf("hotlinetest: no way to the leg state %s", state)
	return o
}

// At registers a request at a moment and dispatches it at the same moment to w.Unit, as the acceptance scenarios begin.
func (w *World) At(t testing.TB, moment string, change ...func(*hotline.RegisterInput)) hotline.Ticket {
	t.Helper()
	w.Clock.Set(clock.MustInstant(moment))
	return w.Ticket(t, hotline.Dispatched, change...)
}

// Entry is a published, public entry of the knowledge base that holds until a day.
func (w *World) Entry(t testing.TB, title string, validTo clock.Date) knowledge.Entry {
	t.Helper()
	e, err := w.Knowledge.Write(w.As(t, org.RoleAgent), knowledge.WriteInput{Content: knowledge.Content{Title: title, Question: title + "？", Answer: "带身份证到政务大厅二楼办理。", BasisNo: "文一", Level: knowledge.Public, ValidTo: validTo, Category: "1501"}})
	if err == nil {
		e, err = w.Knowledge.Send(w.As(t, org.RoleAgent), e.No, 0, "")
	}
	if err == nil {
		e, err = w.Knowledge.Publish(w.As(t, org.RoleKnowledge), e.No, 0, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

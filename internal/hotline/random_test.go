package hotline_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/store"
)

// lives draws the lives of a few tickets: any step, at any time, in any order.
type lives struct {
	w       *hotlinetest.World
	tickets []hotline.TicketID
}

var (
	categories = []string{"", "0101", "0201", "0405"}
	urgencies  = []string{"", hotline.Ordinary, hotline.Urgent, hotline.Critical}
)

func (v *lives) register(t *rapid.T) {
	in := hotlinetest.Input()
	in.Kind = rapid.SampledFrom(hotline.Kinds).Draw(t, "kind")
	in.Channel = rapid.SampledFrom(hotline.Channels).Draw(t, "channel")
	in.Category = rapid.SampledFrom(categories).Draw(t, "category")
	in.NoReply = rapid.Bool().Draw(t, "no reply")
	if rapid.IntRange(0, 3).Draw(t, "anonymous") == 0 {
		in.Anonymous, in.Name, in.Phone = true, "", ""
	}
	r, err := v.w.Hotline.Register(v.w.System(), in)
	if err != nil {
		t.Fatal(err)
	}
	v.tickets = append(v.tickets, r.ID)
}

// usually lists, for each state, the steps of the choices below that lead on.
var usually = map[hotline.State][]int{hotline.Draft: {0}, hotline.Triage: {1}, hotline.Dispatched: {2}, hotline.Handling: {3, 8, 11, 12, 13}, hotline.Suspended: {14},
	hotline.Review: {4, 4, 10, 12}, hotline.Callback: {5, 6, 7, 18}, hotline.Closed: {19}}

// step does one thing that the present state invites, or anything at all.
func (v *lives) step(t *rapid.T) {
	h, ctx, w := v.w.Hotline, v.w.System(), v.w
	c := hotline.Command{TicketID: rapid.SampledFrom(v.tickets).Draw(t, "ticket")}
	classify := hotline.Classify{Category: rapid.SampledFrom(categories).Draw(t, "new category"), Urgency: rapid.SampledFrom(urgencies).Draw(t, "new urgency")}
	unit := rapid.SampledFrom([]string{w.Unit.ID, w.Other.ID}).Draw(t, "unit")
	result := hotline.CallbackResult{Reached: rapid.Bool().Draw(t, "reached")}
	if result.Reached {
		result.Result, result.Reason = rapid.SampledFrom(hotline.Results).Draw(t, "result"), "因为"
	}
	choices := []func() (hotline.Ticket, error){
		func() (hotline.Ticket, error) { return h.Accept(ctx, c, classify) },
		func() (hotline.Ticket, error) {
			return h.Dispatch(ctx, c, hotline.DispatchInput{UnitID: unit, Classify: classify})
		},
		func() (hotline.Ticket, error) { return h.Sign(ctx, c) },
		func() (hotline.Ticket, error) { return h.Submit(ctx, c, w.Reply()) },
		func() (hotline.Ticket, error) { return h.Approve(ctx, c, "") },
		func() (hotline.Ticket, error) { return h.RecordCallback(ctx, c, result) },
		func() (hotline.Ticket, error) { return h.Close(ctx, c, "") },
		func() (hotline.Ticket, error) { return h.Rework(ctx, c, unit, "重办") },
		func() (hotline.Ticket, error) { return h.Propose(ctx, c, w.Reply()) },
		func() (hotline.Ticket, error) { return h.SendBack(ctx, c, "改") },
		func() (hotline.Ticket, error) { return h.Reject(ctx, c, "退") },
		func() (hotline.Ticket, error) { return h.AskExtension(ctx, c, 2, "延") },
		func() (hotline.Ticket, error) { return h.DecideExtension(ctx, c, result.Reached, "意见") },
		func() (hotline.Ticket, error) {
			return h.Suspend(ctx, c, hotline.SuspendInput{Measures: "等", ReviewOn: w.Clock.Now().Date() + 5})
		},
		func() (hotline.Ticket, error) { return h.Resume(ctx, c, "") },
		func() (hotline.Ticket, error) {
			return h.Urge(ctx, c, hotline.Urging{Remark: "快", ByCaller: result.Reached})
		},
		func() (hotline.Ticket, error) { return h.Escalate(ctx, c, "危险") },
		func() (hotline.Ticket, error) { return h.Comment(ctx, c, "备注") },
		func() (hotline.Ticket, error) { return h.Close(ctx, c, "不合理") },
		func() (hotline.Ticket, error) { return h.Archive(ctx, c) },
		func() (hotline.Ticket, error) { return h.Answer(ctx, c, "答复") },
		func() (hotline.Ticket, error) { return h.Refuse(ctx, c, 5, "") },
		func() (hotline.Ticket, error) { return h.Withdraw(ctx, c, "撤") },
		func() (hotline.Ticket, error) { return h.Emergency(ctx, c, "110", "") },
	}
	i := rapid.IntRange(0, len(choices)-1).Draw(t, "step")
	if rapid.IntRange(0, 9).Draw(t, "usual") > 2 { // the usual way is taken more often, so that lives get far
		d, err := h.Find(ctx, string(c.TicketID))
		if err != nil {
			t.Fatal(err)
		}
		if usual, ok := usually[d.State]; ok {
			i = rapid.SampledFrom(usual).Draw(t, "usual step")
		}
	}
	if _, err := choices[i](); errs.KindOf(err) == errs.Internal && err != nil {
		t.Fatal(err)
	}
}

// Whatever happens, the kept counts are a recount, the chains hold, every open leg is watched and every notice was given
// once.
func TestRandomLives(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	rapid.Check(t, func(t *rapid.T) {
		v := &lives{w: w}
		v.register(t)
		for range rapid.IntRange(10, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				v.register(t)
			case 1, 2:
				w.Clock.Advance(time.Duration(rapid.IntRange(1, 60*80).Draw(t, "minutes")) * time.Minute)
				if err := w.Jobs.RunAll(w.System()); err != nil {
					t.Fatal(err)
				}
			default:
				v.step(t)
			}
		}
		if err := w.Jobs.RunAll(w.System()); err != nil {
			t.Fatal(err)
		}
		r, err := w.Hotline.Check(w.System())
		if err != nil || len(r.Faults) > 0 {
			t.Fatalf("%v\n%s", err, r.String())
		}
	})
	checkCounts(t, w)
	states, err := w.Hotline.StateCounts(w.System())
	// Chance decides which states are met; lives that hardly move would prove nothing.
	if err != nil || len(states) < len(hotline.States)/2 || states[hotline.Closed]+states[hotline.Archived] == 0 {
		t.Errorf("the lives reached only %v, %v", states, err)
	}
}

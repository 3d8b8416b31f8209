package hotline_test

import (
	"slices"
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
	units   []string // w.Unit, w.Other, one more, and one below the first
	below   string
	done    map[string]int // how often each deed was let happen
}

func newLives(t testing.TB, w *hotlinetest.World) *lives {
	below := w.AddUnit(t, "住建局供热站", w.Unit.ID)
	return &lives{w: w, units: []string{w.Unit.ID, w.Other.ID, w.AddUnit(t, "市城管局", "").ID}, below: below.ID, done: map[string]int{}}
}

var (
	// whats weighs what happens next.
	whats      = append(slices.Repeat([]string{"step"}, 16), "wait", "wait", "come in")
	categories = []string{"", "0101", "0201", "0405"}
	urgencies  = []string{"", hotline.Ordinary, hotline.Urgent, hotline.Critical}
)

func (v *lives) register(t *rapid.T) {
	in := hotlinetest.Input()
	in.Kind = rapid.SampledFrom(hotline.Kinds).Draw(t, "kind")
	in.Channel = rapid.SampledFrom(hotline.Channels).Draw(t, "channel")
	in.Category = rapid.SampledFrom(categories).Draw(t, "category")
	in.NoReply = rapid.Bool().Draw(t, "no reply")
	in.Confidential = rapid.SampledFrom([]string{"", "", "", hotline.ConfidentialCaller}).Draw(t, "confidential")
	if rapid.IntRange(0, 3).Draw(t, "anonymous") == 0 {
		in.Anonymous, in.Name, in.Phone = true, "", ""
	}
	r, err := v.w.Hotline.Register(v.w.System(), in)
	if err != nil {
		t.Fatal(err)
	}
	v.tickets = append(v.tickets, r.ID)
}

// deed is one thing that can happen to a ticket, and the states of which it is usual.
type deed struct {
	name  string
	usual []hotline.State
	do    func() (hotline.Ticket, error)
}

// deeds lists everything that can happen to the ticket of a command, with drawn details.
func (v *lives) deeds(t *rapid.T, c hotline.Command) []deed {
	h, ctx, w := v.w.Hotline, v.w.System(), v.w
	classify := hotline.Classify{Category: rapid.SampledFrom(categories).Draw(t, "new category"), Urgency: rapid.SampledFrom(urgencies).Draw(t, "new urgency")}
	unit, other := rapid.SampledFrom(v.units).Draw(t, "unit"), rapid.SampledFrom(v.units).Draw(t, "other unit")
	yes := rapid.Bool().Draw(t, "yes")
	result := hotline.CallbackResult{Reached: yes}
	if yes {
		result.Result, result.Reason = rapid.SampledFrom(hotline.Results).Draw(t, "result"), "因为"
	}
	if d, err := h.Find(ctx, string(c.TicketID)); err == nil && len(d.Merged) > 0 && rapid.Bool().Draw(t, "about another") {
		result.About = d.Merged[0].ID
	}
	in := hotline.DispatchInput{UnitID: unit, Classify: classify}
	if other != unit && rapid.Bool().Draw(t, "with help") {
		in.Helpers = []hotline.Helper{{UnitID: other, Matter: "协助"}}
	}
	stop := hotline.SuspendInput{Measures: "等", ReviewOn: w.Clock.Now().Date() + 5}
	open, legs := []hotline.State{hotline.Dispatched, hotline.Handling}, []hotline.State{hotline.Handling, hotline.Handling, hotline.Suspended}
	is := func(s ...hotline.State) []hotline.State { return s }
	return append([]deed{
		{"accept", is(hotline.Draft), func() (hotline.Ticket, error) { return h.Accept(ctx, c, classify) }},
		{"dispatch", is(hotline.Triage), func() (hotline.Ticket, error) { return h.Dispatch(ctx, c, in) }},
		{"sign", open, func() (hotline.Ticket, error) { return h.Sign(ctx, c) }},
		{"submit", legs, func() (hotline.Ticket, error) { return h.Submit(ctx, c, w.Reply()) }},
		{"approve", is(hotline.Review), func() (hotline.Ticket, error) { return h.Approve(ctx, c, "") }},
		{"call", is(hotline.Callback), func() (hotline.Ticket, error) { return h.RecordCallback(ctx, c, result) }},
		{"close", is(hotline.Callback), func() (hotline.Ticket, error) { return h.Close(ctx, c, "") }},
		{"close against", is(hotline.Callback), func() (hotline.Ticket, error) { return h.Close(ctx, c, "不合理") }},
		{"rework", is(hotline.Callback), func() (hotline.Ticket, error) { return h.Rework(ctx, c, unit, "重办") }},
		{"propose", is(hotline.Handling), func() (hotline.Ticket, error) { return h.Propose(ctx, c, w.Reply()) }},
		{"send back", nil, func() (hotline.Ticket, error) { return h.SendBack(ctx, c, "改") }},
		{"reject", is(hotline.Review), func() (hotline.Ticket, error) { return h.Reject(ctx, c, "退") }},
		{"ask extension", is(hotline.Handling), func() (hotline.Ticket, error) { return h.AskExtension(ctx, c, 2, "延") }},
		{"decide extension", legs, func() (hotline.Ticket, error) { return h.DecideExtension(ctx, c, yes, "意见") }},
		{"suspend", is(hotline.Handling), func() (hotline.Ticket, error) { return h.Suspend(ctx, c, stop) }},
		{"resume", is(hotline.Suspended), func() (hotline.Ticket, error) { return h.Resume(ctx, c, "") }},
		{"urge", nil, func() (hotline.Ticket, error) { return h.Urge(ctx, c, hotline.Urging{Remark: "快", ByCaller: yes}) }},
		{"escalate", nil, func() (hotline.Ticket, error) { return h.Escalate(ctx, c, "危险") }},
		{"comment", nil, func() (hotline.Ticket, error) { return h.Comment(ctx, c, "备注") }},
		{"archive", is(hotline.Closed), func() (hotline.Ticket, error) { return h.Archive(ctx, c) }},
		{"answer", nil, func() (hotline.Ticket, error) { return h.Answer(ctx, c, "答复") }},
		{"refuse", nil, func() (hotline.Ticket, error) { return h.Refuse(ctx, c, 5, "") }},
		{"withdraw", nil, func() (hotline.Ticket, error) { return h.Withdraw(ctx, c, "撤") }},
		{"emergency", nil, func() (hotline.Ticket, error) { return h.Emergency(ctx, c, "110", "") }},
	}, v.legDeeds(t, c, unit, yes)...)
}

// legDeeds are those between units, and off the usual way.
func (v *lives) legDeeds(t *rapid.T, c hotline.Command, unit string, yes bool) []deed {
	h, ctx, w := v.w.Hotline, v.w.System(), v.w
	open, handling := []hotline.State{hotline.Dispatched, hotline.Handling}, []hotline.State{hotline.Handling}
	into := string(rapid.SampledFrom(v.tickets).Draw(t, "into"))
	helper := hotline.Helper{UnitID: unit, Matter: "协助"}
	end := hotline.TerminateInput{Ground: hotline.TerminateReasons[0], Reason: "已起诉", Told: "请等待判决"}
	verdict := hotline.Verdict{Finding: rapid.SampledFrom(hotline.Findings).Draw(t, "finding"), Reason: "经核查"}
	right := hotline.Correction{Kind: rapid.SampledFrom(hotline.Kinds).Draw(t, "right kind"), Channel: rapid.SampledFrom(hotline.Channels).Draw(t, "right channel"),
		Category: rapid.SampledFrom(categories).Draw(t, "right category"), Confidential: rapid.SampledFrom([]string{"", hotline.NotConfidential, hotline.ConfidentialAll}).Draw(t, "right degree")}
	return []deed{
		{"ask return", open[:1], func() (hotline.Ticket, error) { return h.AskReturn(ctx, c, hotlinetest.Return()) }},
		{"accept return", open, func() (hotline.Ticket, error) {
			return h.AcceptReturn(ctx, c, hotline.AcceptInput{UnitID: unit})
		}},
		{"deny return", open, func() (hotline.Ticket, error) { return h.DenyReturn(ctx, c, "属于职责") }},
		{"send down", handling, func() (hotline.Ticket, error) { return h.SendDown(ctx, c, hotline.Helper{UnitID: v.below}) }},
		{"recall", handling, func() (hotline.Ticket, error) { return h.RecallDown(ctx, c, "收回") }},
		{"reject down", handling, func() (hotline.Ticket, error) { return h.RejectDown(ctx, c, "重报") }},
		{"ask help", handling, func() (hotline.Ticket, error) { return h.AskHelp(ctx, c, helper, "协助") }},
		{"add help", open, func() (hotline.Ticket, error) { return h.AddHelp(ctx, c, hotline.HelpInput{Helper: helper}) }},
		{"deny help", handling, func() (hotline.Ticket, error) { return h.DenyHelp(ctx, c, "", "不需要") }},
		{"ask suspension", handling, func() (hotline.Ticket, error) {
			return h.AskSuspension(ctx, c, hotline.SuspendInput{Measures: "等", ReviewOn: w.Clock.Now().Date() + 9})
		}},
		{"decide suspension", handling, func() (hotline.Ticket, error) { return h.DecideSuspension(ctx, c, yes, "意见") }},
		{"ask termination", handling, func() (hotline.Ticket, error) { return h.AskTermination(ctx, c, end) }},
		{"decide termination", handling, func() (hotline.Ticket, error) { return h.DecideTermination(ctx, c, yes, "意见") }},
		{"merge", []hotline.State{hotline.Draft, hotline.Handling}, func() (hotline.Ticket, error) { return h.Merge(ctx, c, into, "同一事项") }},
		{"unmerge", []hotline.State{hotline.Merged}, func() (hotline.Ticket, error) { return h.Unmerge(ctx, c, "不是同一事项") }},
		{"dispute", []hotline.State{hotline.Callback, hotline.Closed}, func() (hotline.Ticket, error) { return h.Dispute(ctx, c, "", "已办好") }},
		{"adjudicate", []hotline.State{hotline.Callback}, func() (hotline.Ticket, error) { return h.Adjudicate(ctx, c, verdict) }},
		{"reopen", []hotline.State{hotline.Closed}, func() (hotline.Ticket, error) { return h.Reopen(ctx, c, unit, "又坏了") }},
		{"correct", nil, func() (hotline.Ticket, error) { return h.Correct(ctx, c, right, "填错") }},
	}
}

// upTo lists the numbers below n, to draw from evenly.
func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// step does one thing that the present state invites, or anything at all, to any leg.
func (v *lives) step(t *rapid.T) {
	c := hotline.Command{TicketID: rapid.SampledFrom(v.tickets).Draw(t, "ticket")}
	d, err := v.w.Hotline.Find(v.w.System(), string(c.TicketID))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Legs) > 0 && rapid.IntRange(0, 2).Draw(t, "some leg") == 0 {
		c.LegID = d.Legs[rapid.IntRange(0, len(d.Legs)-1).Draw(t, "leg")].ID
	}
	choices := v.deeds(t, c)
	if rapid.IntRange(0, 9).Draw(t, "usual") > 2 { // the usual way is taken more often, so that lives get far
		usual := slices.DeleteFunc(slices.Clone(choices), func(x deed) bool { return !slices.Contains(x.usual, d.State) })
		if len(usual) > 0 {
			choices = usual
		}
	}
	chosen := choices[rapid.SampledFrom(upTo(len(choices))).Draw(t, "step")]
	switch _, err := chosen.do(); {
	case err == nil:
		v.done[chosen.name]++
	case errs.KindOf(err) == errs.Internal:
		t.Fatalf("%s: %v", chosen.name, err)
	}
}

// Whatever happens, the kept counts are a recount, the chains hold, every open leg is watched and every notice was given
// once.
func TestRandomLives(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	all := newLives(t, w)
	rapid.Check(t, func(t *rapid.T) {
		v := &lives{w: w, units: all.units, below: all.below, done: all.done}
		for range 2 {
			v.register(t)
		}
		for range rapid.IntRange(50, 90).Draw(t, "steps") {
			switch rapid.SampledFrom(whats).Draw(t, "what") {
			case "come in":
				v.register(t)
			case "wait":
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
	if len(all.done) < 30 {
		t.Errorf("the lives did only %v", all.done)
	}
	t.Log(all.done)
}

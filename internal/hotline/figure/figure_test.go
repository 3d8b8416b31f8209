package figure_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// TestScenario12 is the hotline reference's §5.5 case 12: of 12 legs due in May, 9 are on time, 1 is late and 2 are open.
func TestScenario12(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for range 9 {
			w.Ticket(t, hotline.Closed)
		}
		late := w.Ticket(t, hotline.Handling)
		for range 2 {
			w.Ticket(t, hotline.Handling)
		}
		w.Set("2026-05-20 09:00")
		w.MoveTo(t, late, hotline.Closed)
		o, err := w.Figures.Overview(w.As(t, org.RoleLeader))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintln(o.OnTime, o.OnTime.Text(), o.Done, o.Done.Text(), o.Overdue); got != "{9 12} 75.00% {9 10} 90.00% 2\n" {
			t.Errorf("M4, M4b, M5: %s", got)
		}
	})
}

// life moves tickets about at random for some weeks, so that every state, outcome and rating occurs.
func life(t *testing.T, w *hotlinetest.World, seed uint64, steps int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 12345))
	var list []hotline.Ticket
	units := []string{w.Unit.ID, w.Other.ID}
	for range steps {
		w.Clock.Advance(time.Duration(r.IntN(3*60)) * time.Minute)
		if len(list) == 0 || r.IntN(9) == 0 {
			o := w.Ticket(t, hotline.Draft, func(in *hotline.RegisterInput) {
				in.Kind, in.Channel = hotline.Kinds[r.IntN(2)*r.IntN(len(hotline.Kinds))], hotline.Channels[r.IntN(4)]
				in.Category, in.Area = fmt.Sprintf("010%d", r.IntN(4)), fmt.Sprintf("62290100%d", r.IntN(3))
			})
			list = append(list, o)
			continue
		}
		i := r.IntN(len(list))
		list[i] = oneStep(t, w, r, list[i], units[r.IntN(2)])
	}
}

// variety takes a ticket to each state and does each rare thing there, so that not chance decides whether it occurs.
func variety(t *testing.T, w *hotlinetest.World) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	asked := w.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) { in.Kind = hotline.Consult })
	if _, err := w.Hotline.Answer(w.As(t, org.RoleAgent), hotlinetest.Command(asked), "已当场答复"); err != nil {
		t.Fatal(err)
	}
	wrong, err := w.Hotline.AskReturn(w.In(t, w.Unit.ID, org.RoleUnitHead), hotlinetest.Command(w.Ticket(t, hotline.Dispatched)), hotlinetest.Return())
	if err == nil {
		_, err = w.Hotline.AcceptReturn(w.As(t, org.RoleDispatcher), hotlinetest.Command(wrong), hotline.AcceptInput{UnitID: w.Other.ID})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []hotline.State{hotline.Triage, hotline.Handling, hotline.Callback, hotline.Closed} {
		for i, step := range rareSteps {
			w.Clock.Advance(time.Duration(r.IntN(60)) * time.Minute)
			o := w.Ticket(t, state)
			for range 2 { // most are refused in most states
				if next, err := step(t, w, r, hotlinetest.Command(o), o, []string{w.Other.ID, w.Unit.ID}[i%2]); err == nil {
					o = next
				}
			}
		}
	}
}

// oneStep does something that may be refused in the ticket's state; a refusal leaves it as it is.
func oneStep(t *testing.T, w *hotlinetest.World, r *rand.Rand, o hotline.Ticket, unit string) hotline.Ticket {
	t.Helper()
	try := func(next hotline.Ticket, err error) hotline.Ticket {
		if err == nil {
			return next
		}
		return w.Get(t, o.ID).Ticket
	}
	if k := r.IntN(40); k < len(rareSteps) {
		return try(rareSteps[k](t, w, r, hotlinetest.Command(o), o, unit))
	}
	m, cmd, k := w.Hotline, hotlinetest.Command(o), r.IntN(24)
	result, attitude := hotline.Results[r.IntN(3)], hotline.Results[r.IntN(3)]
	switch {
	case o.State == hotline.Triage:
		return try(m.Dispatch(w.As(t, org.RoleDispatcher), cmd, hotline.DispatchInput{UnitID: unit}))
	case o.State == hotline.Review:
		return try(m.Approve(w.As(t, org.RoleReviewer), cmd, ""))
	case o.State == hotline.Callback && k == 7:
		return try(m.Rework(w.As(t, org.RoleCallbacker), cmd, unit, "没有解决"))
	case o.State == hotline.Callback && k < 14:
		return try(m.Close(w.As(t, org.RoleCallbacker), cmd, onlyIf(k < 10, "诉求不合理，已解释")))
	case o.State == hotline.Callback:
		c := hotline.CallbackResult{Reached: k < 20}
		if c.Reached {
			c.Result, c.Attitude, c.Solved, c.Reason = result, attitude, hotline.SolvedCodes[r.IntN(4)], "原因"
		}
		return try(m.RecordCallback(w.As(t, org.RoleCallbacker), cmd, c))
	case o.State == hotline.Suspended || !o.Open:
		return o
	case o.State == hotline.Dispatched:
		return try(m.Sign(w.In(t, o.UnitID, org.RoleLiaison), cmd))
	case o.State == hotline.Handling && k < 12:
		return o // it takes its time
	case o.State == hotline.Handling:
		reply := w.Reply()
		reply.Solved = hotline.SolvedCodes[r.IntN(4)]
		return try(m.Submit(w.In(t, o.UnitID, org.RoleUnitHead), cmd, reply))
	}
	return w.MoveTo(t, o, following[o.State])
}

type rareStep func(t *testing.T, w *hotlinetest.World, r *rand.Rand, cmd hotline.Command, o hotline.Ticket, unit string) (hotline.Ticket, error)

// rareSteps leave the usual way.
var rareSteps = []rareStep{
	func(t *testing.T, w *hotlinetest.World, r *rand.Rand, cmd hotline.Command, o hotline.Ticket, _ string) (hotline.Ticket, error) {
		if r.IntN(4) > 0 {
			return o, errors.New("seldom")
		}
		return w.Hotline.Withdraw(w.As(t, org.RoleAgent), cmd, "来电人自行解决")
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, _ hotline.Ticket, _ string) (hotline.Ticket, error) {
		return w.Hotline.Suspend(w.As(t, org.RoleSupervisor), cmd, hotline.SuspendInput{Measures: "等待配件", ReviewOn: w.Clock.Now().Date() + 20})
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, o hotline.Ticket, _ string) (hotline.Ticket, error) {
		if o.UnitID == "" {
			return o, errors.New("no unit")
		}
		next, err := w.Hotline.AskExtension(w.In(t, o.UnitID, org.RoleUnitHead), cmd, 3, "情况复杂")
		if err != nil || len(next.ID)%2 == 0 && next.Version%3 == 0 {
			return next, err
		}
		return w.Hotline.DecideExtension(w.System(), hotlinetest.Command(next), true, "情况复杂")
	},
	func(t *testing.T, w *hotlinetest.World, r *rand.Rand, cmd hotline.Command, _ hotline.Ticket, _ string) (hotline.Ticket, error) {
		return w.Hotline.DecideExtension(w.System(), cmd, r.IntN(3) > 0, "情况复杂")
	},
	func(t *testing.T, w *hotlinetest.World, r *rand.Rand, cmd hotline.Command, o hotline.Ticket, _ string) (hotline.Ticket, error) {
		if r.IntN(2) > 0 {
			return w.Hotline.Answer(w.As(t, org.RoleAgent), cmd, "已当场答复")
		}
		return w.Hotline.Refuse(w.As(t, org.RoleShiftLead), cmd, 5, "")
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, _ hotline.Ticket, _ string) (hotline.Ticket, error) {
		return w.Hotline.Reject(w.As(t, org.RoleReviewer), cmd, "答复不具体")
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, _ hotline.Ticket, unit string) (hotline.Ticket, error) {
		return w.Hotline.AddHelp(w.As(t, org.RoleDispatcher), cmd, hotline.HelpInput{Helper: hotline.Helper{UnitID: unit, Matter: "协助"}})
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, _ hotline.Ticket, unit string) (hotline.Ticket, error) {
		return w.Hotline.Submit(w.In(t, unit, org.RoleUnitHead), cmd, w.Reply()) // by whoever has a leg, the helping unit too
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, _ hotline.Ticket, unit string) (hotline.Ticket, error) {
		return w.Hotline.Sign(w.In(t, unit, org.RoleLiaison), cmd)
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, o hotline.Ticket, _ string) (hotline.Ticket, error) {
		return w.Hotline.AskReturn(w.In(t, o.UnitID, org.RoleUnitHead), cmd, hotlinetest.Return())
	},
	func(t *testing.T, w *hotlinetest.World, r *rand.Rand, cmd hotline.Command, _ hotline.Ticket, unit string) (hotline.Ticket, error) {
		if r.IntN(2) == 0 {
			return w.Hotline.DenyReturn(w.As(t, org.RoleDispatcher), cmd, "职责清楚")
		}
		return w.Hotline.AcceptReturn(w.As(t, org.RoleDispatcher), cmd, hotline.AcceptInput{UnitID: unit})
	},
	func(t *testing.T, w *hotlinetest.World, r *rand.Rand, cmd hotline.Command, o hotline.Ticket, _ string) (hotline.Ticket, error) {
		if r.IntN(2) == 0 {
			return w.Hotline.AskTermination(w.In(t, o.UnitID, org.RoleUnitHead), cmd, hotline.TerminateInput{Ground: hotline.TerminateReasons[0], Reason: "已起诉", Told: "请等候法院处理"})
		}
		return w.Hotline.DecideTermination(w.As(t, org.RoleReviewer), cmd, true, "")
	},
	func(t *testing.T, w *hotlinetest.World, r *rand.Rand, cmd hotline.Command, _ hotline.Ticket, _ string) (hotline.Ticket, error) {
		rows, _, err := w.Hotline.List(w.System(), hotline.Filter{State: hotline.Handling, Limit: 5})
		if err != nil || len(rows) == 0 {
			return hotline.Ticket{}, errors.New("none to merge into")
		}
		return w.Hotline.Merge(w.System(), cmd, string(rows[r.IntN(len(rows))].ID), "同一事项")
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, o hotline.Ticket, _ string) (hotline.Ticket, error) {
		return w.Hotline.Dispute(w.In(t, o.UnitID, org.RoleUnitHead), cmd, "", "诉求人提出额外要求")
	},
	func(t *testing.T, w *hotlinetest.World, r *rand.Rand, cmd hotline.Command, _ hotline.Ticket, _ string) (hotline.Ticket, error) {
		return w.Hotline.Adjudicate(w.As(t, org.RoleReviewer), cmd, hotline.Verdict{Finding: hotline.Findings[r.IntN(3)], Reason: "经核实"})
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, o hotline.Ticket, _ string) (hotline.Ticket, error) {
		if o.State != hotline.Callback {
			return o, errors.New("nobody to call")
		}
		for range 3 { // nobody answers, on three days
			if _, err := w.Hotline.RecordCallback(w.As(t, org.RoleCallbacker), cmd, hotline.CallbackResult{}); err != nil {
				return o, err
			}
			w.Clock.Advance(20 * time.Hour)
		}
		return w.Hotline.Close(w.As(t, org.RoleCallbacker), cmd, "")
	},
	func(t *testing.T, w *hotlinetest.World, r *rand.Rand, cmd hotline.Command, o hotline.Ticket, unit string) (hotline.Ticket, error) {
		if o.State != hotline.Dispatched && o.State != hotline.Handling {
			return o, errors.New("no leg to return")
		}
		next, err := w.Hotline.AskReturn(w.In(t, o.UnitID, org.RoleUnitHead), cmd, hotlinetest.Return())
		if unit == o.UnitID {
			unit = map[bool]string{true: w.Other.ID, false: w.Unit.ID}[o.UnitID == w.Unit.ID]
		}
		switch k := r.IntN(3); {
		case err != nil || k == 0:
			return next, err
		case k == 1:
			return w.Hotline.AcceptReturn(w.As(t, org.RoleDispatcher), hotlinetest.Command(next), hotline.AcceptInput{UnitID: unit})
		}
		return w.Hotline.DenyReturn(w.As(t, org.RoleDispatcher), hotlinetest.Command(next), "职责清楚")
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, o hotline.Ticket, unit string) (hotline.Ticket, error) {
		if o.State != hotline.Handling || unit == o.UnitID {
			return o, errors.New("no help here")
		}
		next, err := w.Hotline.AddHelp(w.As(t, org.RoleDispatcher), cmd, hotline.HelpInput{Helper: hotline.Helper{UnitID: unit, Matter: "协助"}})
		if err != nil {
			return next, err
		}
		for _, l := range w.Get(t, next.ID).Legs {
			if l.Role == hotline.CoLead && l.UnitID == unit && l.Round == next.Round {
				at := hotlinetest.Command(next)
				at.LegID = l.ID
				if next, err = w.Hotline.Sign(w.In(t, unit, org.RoleLiaison), at); err == nil {
					next, err = w.Hotline.Submit(w.In(t, unit, org.RoleUnitHead), at, w.Reply())
				}
			}
		}
		return next, err
	},
	func(t *testing.T, w *hotlinetest.World, _ *rand.Rand, cmd hotline.Command, o hotline.Ticket, unit string) (hotline.Ticket, error) {
		if o.State != hotline.Closed {
			return o, errors.New("not closed")
		}
		return w.Hotline.Reopen(w.As(t, org.RoleCallbacker), cmd, unit, "又出现了同样的问题")
	},
}

func onlyIf(ok bool, s string) string {
	if ok {
		return s
	}
	return ""
}

var following = map[hotline.State]hotline.State{hotline.Draft: hotline.Triage}

// naive recomputes the rates from every dossier, in a way that shares nothing with the report's queries.
type naive struct{ finished, all, onTime, done, satisfied metric.Ratio }

func recompute(list []hotline.Dossier, month metric.Period, now clock.Instant, unit string) naive {
	var n naive
	in := func(i clock.Instant) bool { return i != 0 && !(i.Date() < month.From) && i.Date() < month.To }
	hit := func(r *metric.Ratio, good bool) {
		r.Den++
		if good {
			r.Num++
		}
	}
	for _, d := range list {
		ended := d.ClosedAt != 0
		if in(d.AcceptedAt) && !(ended && d.CloseKind == "") && (unit == "" || d.UnitID == unit) {
			hit(&n.all, ended)
			if d.CloseKind != hotline.CloseDirect {
				hit(&n.finished, ended)
			}
		}
		for _, l := range d.Legs {
			if l.Role != hotline.Lead || !in(l.Due) || l.Due >= now || l.Outcome == hotline.NotApplicable || unit != "" && l.UnitID != unit {
				continue
			}
			switch {
			case l.Outcome != "":
				hit(&n.onTime, l.SubmittedAt <= l.Due)
				hit(&n.done, l.SubmittedAt <= l.Due)
			case l.State == hotline.Submitted && l.SubmittedAt > l.Due:
				hit(&n.onTime, false)
				hit(&n.done, false)
			case l.Overdue(now):
				hit(&n.onTime, false)
			}
		}
		last := map[int]hotline.CallbackResult{}
		for _, c := range d.Callbacks {
			if c.Reached {
				last[c.Round] = c
			}
		}
		for round, c := range last {
			adjudicated := c.Adjudication == hotline.FindingExclude || c.Adjudication == hotline.FindingUnreasonable
			if in(c.At) && !adjudicated && (unit == "" || leadOf(d, round) == unit) {
				hit(&n.satisfied, c.Result != hotline.Unsatisfied)
			}
		}
	}
	return n
}

func leadOf(d hotline.Dossier, round int) string {
	for _, l := range d.Legs {
		if l.Round == round && l.Role == hotline.Lead {
			return l.UnitID
		}
	}
	return ""
}

func dossiers(t *testing.T, w *hotlinetest.World) []hotline.Dossier {
	t.Helper()
	var out []hotline.Dossier
	f := hotline.Filter{Limit: 200}
	for {
		rows, next, err := w.Hotline.List(w.System(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, w.Get(t, r.ID))
		}
		if next == "" {
			return out
		}
		f.After = next
	}
}

func TestRatesAgreeWithRecomputation(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		var seen naive
		for seed := range uint64(3) {
			life(t, w, seed, 400)
			list, now := dossiers(t, w), w.Clock.Now()
			for _, c := range []struct {
				name string
				ctx  context.Context
				unit string
			}{{"centre", w.As(t, org.RoleLeader), ""}, {"unit", w.In(t, w.Unit.ID, org.RoleUnitHead), w.Unit.ID}} {
				o, err := w.Figures.Overview(c.ctx)
				if err != nil {
					t.Fatal(err)
				}
				got := naive{o.Finished, o.All, o.OnTime, o.Done, o.Satisfied}
				if want := recompute(list, o.Month, now, c.unit); got != want {
					t.Errorf("seed %d, %s, %s:\n got %+v\nwant %+v", seed, c.name, o.Month.From, got, want)
				}
				open := o.OnTime.Den - o.Done.Den
				a, aOK := o.OnTime.Basis()
				b, bOK := o.Done.Basis()
				if aOK && bOK && (a > b || open == 0 && a != b || open > 0 && o.Done.Num > 0 && o.OnTime.Num*o.Done.Den >= o.Done.Num*o.OnTime.Den) {
					t.Errorf("seed %d: M4 %v must be below M4b %v exactly where a leg is open overdue (%d)", seed, o.OnTime, o.Done, open)
				}
				cohortsAgree(t, w, c.ctx, o, c.unit == "")
				for _, r := range []struct{ sum, part *metric.Ratio }{{&seen.finished, &got.finished}, {&seen.all, &got.all}, {&seen.onTime, &got.onTime}, {&seen.done, &got.done}, {&seen.satisfied, &got.satisfied}} {
					r.sum.Num, r.sum.Den = r.sum.Num+r.part.Num, r.sum.Den+r.part.Den
				}
			}
		}
		// The random weeks must have shown every case, or the comparison says nothing.
		if s := seen; s.finished.Num == 0 || s.finished.Den == s.finished.Num || s.onTime.Num == 0 || s.onTime.Den == s.done.Den || s.done.Den == s.done.Num ||
			s.satisfied.Num == 0 || s.satisfied.Den == s.satisfied.Num {
			t.Errorf("too little happened: %+v", s)
		}
	})
}

// cohortsAgree lists both sides of every rate and counts the rows.
func cohortsAgree(t *testing.T, w *hotlinetest.World, ctx context.Context, o figure.Overview, centre bool) {
	t.Helper()
	today := metric.Period{From: w.Clock.Now().Date(), To: w.Clock.Now().Date() + 1}
	check := func(m figure.Measure, p metric.Part, s metric.Period, want int64) {
		seen := map[string]bool{}
		q := figure.CohortQuery{Measure: m, Part: p, Span: s, Limit: 7}
		for {
			rows, next, total, err := w.Figures.Cohort(ctx, q)
			if err != nil {
				t.Fatalf("%s/%s: %v", m, p, err)
			}
			for _, r := range rows {
				seen[r.RowID] = true
			}
			if next == "" {
				if int64(len(seen)) != want || total != want {
					t.Errorf("%s/%s: listed %d, counted %d, figure %d", m, p, len(seen), total, want)
				}
				return
			}
			q.After = next
		}
	}
	for _, r := range []struct {
		m figure.Measure
		r metric.Ratio
	}{{figure.MeasureFinished, o.Finished}, {figure.MeasureAll, o.All}, {figure.MeasureOnTime, o.OnTime}, {figure.MeasureDone, o.Done}, {figure.MeasureSatisfied, o.Satisfied}} {
		check(r.m, metric.Numerator, o.Month, r.r.Num)
		check(r.m, metric.Denominator, o.Month, r.r.Den)
	}
	check(figure.MeasureOverdue, metric.Numerator, o.Month, o.Overdue)
	if centre {
		for i, s := range []metric.Period{today, o.Month} {
			check(figure.MeasureReceived, metric.Numerator, s, o.Flows[i].Received)
			check(figure.MeasureAccepted, metric.Numerator, s, o.Flows[i].Accepted)
			check(figure.MeasureClosed, metric.Numerator, s, o.Flows[i].Closed)
		}
	}
}

// TestCountersAgreeWithRecount compares what the transactions counted with the tickets as they are.
func TestCountersAgreeWithRecount(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		life(t, w, 7, 400)
		o, err := w.Figures.Overview(w.As(t, org.RoleLeader))
		if err != nil {
			t.Fatal(err)
		}
		var flows [3]figure.Flow
		states, channels, kinds, topics, areas := map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}
		openLegs, days := int64(0), map[clock.Date]figure.DayFlow{}
		starts := [3]clock.Date{o.At.Date(), o.Month.From, clock.Day(o.At.Date().Year(), 1, 1)}
		for _, d := range dossiers(t, w) {
			ended := d.ClosedAt != 0 && d.CloseKind != ""
			for i, from := range starts {
				count(&flows[i].Received, d.CreatedAt.Date() >= from)
				count(&flows[i].Accepted, d.AcceptedAt != 0 && d.AcceptedAt.Date() >= from)
				count(&flows[i].Closed, ended && d.ClosedAt.Date() >= from)
				count(&flows[i].Direct, d.CloseKind == hotline.CloseDirect && d.ClosedAt.Date() >= from)
				for _, l := range d.Legs {
					count(&flows[i].Dispatched, l.DispatchedAt.Date() >= from)
				}
			}
			if d.Open {
				states[string(d.State)]++
			}
			if d.CreatedAt.Date() >= o.Month.From {
				channels[d.Channel]++
			}
			if d.AcceptedAt != 0 && d.AcceptedAt.Date() >= o.Month.From {
				kinds[d.Kind]++
				topics[d.Category]++
				areas[d.Area]++
			}
			for _, l := range d.Legs {
				count(&openLegs, l.State.Running())
			}
			f := days[d.CreatedAt.Date()]
			f.Received++
			days[d.CreatedAt.Date()] = f
			if ended {
				f := days[d.ClosedAt.Date()]
				f.Closed++
				days[d.ClosedAt.Date()] = f
			}
		}
		if o.Flows != flows {
			t.Errorf("flows: got %+v, want %+v", o.Flows, flows)
		}
		if o.OpenLegs != openLegs {
			t.Errorf("open legs: got %d, want %d", o.OpenLegs, openLegs)
		}
		for name, c := range map[string]struct {
			got  []figure.Share
			want map[string]int64
		}{"states": {o.States, states}, "channels": {o.Channels, channels}, "kinds": {o.Kinds, kinds}, "categories": {o.Topics, topics}, "areas": {o.Areas, areas}} {
			for _, s := range c.got {
				if s.N != c.want[s.Key] {
					t.Errorf("%s %s: got %d, want %d", name, s.Key, s.N, c.want[s.Key])
				}
				delete(c.want, s.Key)
			}
			if len(c.want) != 0 {
				t.Errorf("%s: %v missing", name, c.want)
			}
		}
		if len(o.Days) != 30 {
			t.Fatalf("days: %d", len(o.Days))
		}
		for _, d := range o.Days {
			if want := days[d.Day]; d.Received != want.Received || d.Closed != want.Closed {
				t.Errorf("%s: got %+v, want %+v", d.Day, d, want)
			}
		}
	})
}

func count(n *int64, when bool) {
	if when {
		*n++
	}
}

func TestOverviewIsForTheirOwnUnit(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	w.Ticket(t, hotline.Handling)
	other := w.Ticket(t, hotline.Triage)
	if _, err := w.Hotline.Dispatch(w.As(t, org.RoleDispatcher), hotlinetest.Command(other), hotline.DispatchInput{UnitID: w.Other.ID}); err != nil {
		t.Fatal(err)
	}
	head := w.In(t, w.Unit.ID, org.RoleUnitHead)
	o, err := w.Figures.Overview(head)
	if err != nil {
		t.Fatal(err)
	}
	if !o.OwnUnits || len(o.Units) != 1 || o.Units[0].UnitID != w.Unit.ID || o.OpenLegs != 1 || len(o.Channels) != 0 || o.Flows[2].Received != 0 {
		t.Errorf("a unit's head sees more than his unit: %+v", o)
	}
	_, _, total, err := w.Figures.Cohort(head, figure.CohortQuery{Measure: figure.MeasureReceived, Part: metric.Numerator, Span: o.Month, UnitID: w.Other.ID})
	if err != nil || total != 0 {
		t.Errorf("another unit's tickets: %d, %v", total, err)
	}
	if _, err := w.Figures.Overview(w.As(t, org.RoleAgent)); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("a call-taker reads the report: %v", err)
	}
	if _, _, _, err := w.Figures.Cohort(head, figure.CohortQuery{Measure: "nothing", Part: metric.Numerator, Span: o.Month}); !errors.Is(err, figure.ErrMeasure) {
		t.Errorf("an unknown measure: %v", err)
	}
}

package supervision_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
	"yichuang/internal/supervision/supervisiontest"
)

// fixture is the calendar of the tests: fixture F of the hall reference.
func fixture(t *testing.T) *calendar.Calendar {
	t.Helper()
	w := supervisiontest.Open(t, store.SQLite)
	c, err := w.Calendar.Calendar(w.System(), "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func kinds(list []supervision.Signal) map[supervision.SignalKind]int {
	out := map[supervision.SignalKind]int{}
	for _, s := range list {
		out[s.Kind] += len(s.Cases)
	}
	return out
}

// A case accepted on 2025-09-26 with a promise of 10 working days is due on 2025-10-16.
func TestSignalsOverTheirTraces(t *testing.T) {
	cal, rules := fixture(t), supervision.ReadyRules()
	clockOf := func(s ...calendar.Suspension) calendar.DayClock {
		return calendar.DayClock{Anchor: day("2025-09-26"), Budget: 10, Suspensions: s}
	}
	span := func(from, to string) calendar.Suspension {
		return calendar.Suspension{Start: day(from), End: day(to), Type: "testing"}
	}
	suspended := func(id, start, reason string) casework.NotedEvent {
		return casework.NotedEvent{Event: casework.Event{CaseID: casework.CaseID(id), Action: casework.ActSuspend, At: day(start).Clock(9, 0), Text: reason, Data: `{"start":"` + start + `"}`}, No: id, OfUnit: "u"}
	}
	decided := func(id, moment string) casework.Case {
		return casework.Case{ID: casework.CaseID(id), No: id, UnitID: "u", AcceptedAt: clock.MustInstant("2025-09-26 15:00"), DecidedAt: clock.MustInstant(moment), PromiseDue: day("2025-10-16").End()}
	}
	var rush []casework.Case
	for i := range 5 {
		rush = append(rush, decided(fmt.Sprint("r", i), fmt.Sprintf("2025-10-16 17:5%d", i)))
	}
	var fast []casework.Case
	for i := range 5 {
		fast = append(fast, decided(fmt.Sprint("f", i), fmt.Sprintf("2025-09-26 15:0%d", 6+i%4)))
	}
	slow := append(slices.Clone(fast[:4]), decided("s", "2025-09-26 15:11"))
	starts, promises := []casework.NotedEvent{}, map[casework.CaseID]calendar.DayClock{}
	for i, reason := range []string{"检测", "鉴定", "专家评审"} {
		id := fmt.Sprint("b", i)
		starts, promises[casework.CaseID(id)] = append(starts, suspended(id, "2025-09-26", reason)), clockOf(span("2025-09-26", "2025-09-28"))
	}
	for name, c := range map[string]struct {
		traces supervision.Traces
		want   map[supervision.SignalKind]int
	}{
		"three working days before": {supervision.Traces{Events: []casework.NotedEvent{suspended("a", "2025-10-13", "检测")}, Promises: map[casework.CaseID]calendar.DayClock{"a": clockOf(span("2025-10-13", "2025-10-15"))}}, nil},
		"two working days before":   {supervision.Traces{Events: []casework.NotedEvent{suspended("a", "2025-10-14", "检测")}, Promises: map[casework.CaseID]calendar.DayClock{"a": clockOf(span("2025-10-14", "2025-10-15"))}}, map[supervision.SignalKind]int{supervision.LateProcedure: 1}},
		"after the end":             {supervision.Traces{Events: []casework.NotedEvent{suspended("a", "2025-10-20", "检测")}, Promises: map[casework.CaseID]calendar.DayClock{"a": clockOf(span("2025-10-20", "2025-10-21"))}}, map[supervision.SignalKind]int{supervision.LateProcedure: 1}},
		"same words three times": {supervision.Traces{Events: []casework.NotedEvent{suspended("a", "2025-10-09", "等待业主补齐材料"), suspended("b", "2025-10-10", "等待业主 补齐材料。"), suspended("c", "2025-10-11", "等待业主补齐材料3")}},
			map[supervision.SignalKind]int{supervision.SameReason: 3}},
		"same words twice": {supervision.Traces{Events: []casework.NotedEvent{suspended("a", "2025-10-09", "等待业主补齐材料"), suspended("b", "2025-10-10", "等待业主补齐材料"), suspended("c", "2025-10-11", "专家评审")}}, nil},
		// due 10-16 without it, decided 10-20: two working days over; four are taken out.
		"just as long as the overrun": {supervision.Traces{Decided: []casework.Case{decided("a", "2025-10-20 10:00")}, Promises: map[casework.CaseID]calendar.DayClock{"a": clockOf(span("2025-10-09", "2025-10-14"))}}, map[supervision.SignalKind]int{supervision.FittingLength: 1}},
		"in time without it":          {supervision.Traces{Decided: []casework.Case{decided("a", "2025-10-15 10:00")}, Promises: map[casework.CaseID]calendar.DayClock{"a": clockOf(span("2025-10-09", "2025-10-14"))}}, nil},
		"much longer":                 {supervision.Traces{Decided: []casework.Case{decided("a", "2025-10-17 10:00")}, Promises: map[casework.CaseID]calendar.DayClock{"a": clockOf(span("2025-09-28", "2025-10-14"))}}, nil},
		"five at the last hour":       {supervision.Traces{Decided: rush}, map[supervision.SignalKind]int{supervision.Burst: 5}},
		"four":                        {supervision.Traces{Decided: rush[:4]}, nil},
		"from the day of acceptance":  {supervision.Traces{Events: starts, Promises: promises}, map[supervision.SignalKind]int{supervision.FromStart: 3}},
		"twice from that day":         {supervision.Traces{Events: starts[:2], Promises: promises}, nil},
		"decided within ten minutes":  {supervision.Traces{Decided: fast}, map[supervision.SignalKind]int{supervision.TooFast: 5}},
		"one of them in eleven":       {supervision.Traces{Decided: slow}, nil},
		"refused days of the past": {supervision.Traces{Events: []casework.NotedEvent{{Event: casework.Event{CaseID: "a", Action: casework.ActAttempt, Data: `{"action":"ask_suspend","refusal":"BACKDATED"}`}, OfUnit: "u"}, {Event: casework.Event{Action: casework.ActAttempt, Data: `{"refusal":"AUTH_SCOPE"}`}}}},
			map[supervision.SignalKind]int{supervision.Backdated: 1}},
	} {
		c.traces.Calendar, c.traces.Rules = cal, &rules
		got := kinds(c.traces.Signals())
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		for k, n := range c.want {
			if got[k] != n {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
}

// The sample comes out the same for whoever recomputes it by the words of the rule: SM3 of seed, newline and number, sorted.
func TestASampleIsRecomputedByHand(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		seed, n := fmt.Sprintf("%032x", rnd.Uint64()), 1+rnd.IntN(200)
		numbers := make([]string, n)
		marks := map[string]string{}
		for i := range numbers {
			numbers[i] = fmt.Sprintf("B20251001-%04d", i+1)
			marks[numbers[i]] = fmt.Sprintf("%x", sm3.Sum([]byte(seed+"\n"+numbers[i])))
		}
		byHand := slices.Clone(numbers)
		slices.SortFunc(byHand, func(a, b string) int {
			if marks[a] < marks[b] {
				return -1
			}
			return 1
		})
		size := 1 + rnd.IntN(n+3)
		mixed := slices.Clone(numbers)
		rnd.Shuffle(n, func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		for _, population := range [][]string{numbers, mixed} {
			got := supervision.Draw(seed, population, size)
			if len(got) != min(size, n) || supervision.PopulationHash(population) != supervision.PopulationHash(numbers) {
				t.Fatalf("%d of %d", len(got), n)
			}
			for i, at := range got {
				if population[at] != byHand[i] {
					t.Fatalf("case %d is %s, by hand %s", i, population[at], byHand[i])
				}
			}
		}
	}
}

// Whoever is of the unit, or had a hand in the case, audits nothing of it; a sample that changed after it was drawn is seen.
func TestAuditsAreByOthers(t *testing.T) {
	w := supervisiontest.Open(t, store.SQLite)
	it := w.Ready(t)
	c := w.Accepted(t, it)
	if _, err := w.Casework.Withdraw(w.Window(t), cmd(c), "不办了"); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-09-02 09:00")
	j := w.As(t, org.RoleSupervisor)
	in := supervision.SampleInput{Title: "抽查", From: day("2025-09-01"), To: day("2025-09-01"), Size: 5}
	outside := in
	outside.Outside = true
	_, err := w.Supervision.DrawSample(j, outside)
	wantCode(t, err, "EMPTY_POPULATION")
	s, err := w.Supervision.DrawSample(j, in)
	if err != nil || s.Size != 1 || s.Population != 1 || len(s.Seed) != 32 {
		t.Fatal(s, err)
	}
	same, err := w.Supervision.Redraw(j, s.ID)
	if err != nil || !same {
		t.Error("not the same sample", err)
	}
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE casework_case SET closed_at = closed_at + 86400000 * 3 WHERE centre_id = $1", w.Centre)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if same, err = w.Supervision.Redraw(j, s.ID); err != nil || same {
		t.Error("a changed population goes unnoticed", err)
	}
	good := supervision.CheckInput{True: true, Timely: true, Whole: true, Exact: true}
	own := w.Person(t, "J2", orgWhere(w), org.RoleSupervisor)
	_, err = w.Supervision.CheckCase(own.Ctx, s.ID, 1, good)
	wantCode(t, err, "OWN_UNIT")
	if _, err := w.Supervision.CheckCase(j, s.ID, 1, good); err != nil {
		t.Fatal(err)
	}
	_, err = w.Supervision.CheckCase(j, s.ID, 1, good)
	wantCode(t, err, "SAMPLE_CHECKED")
}

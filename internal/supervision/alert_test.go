package supervision_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
	"yichuang/internal/supervision/supervisiontest"
)

func orgWhere(w *supervisiontest.World) orgtest.Where { return orgtest.Where{Unit: w.Unit.ID} }

// Steps that take too long are an alert even while the whole is in time, and a case decided late before the run sees it has
// its cards all the same.
func TestStepsAndDecisionsBeforeTheRun(t *testing.T) {
	w := supervisiontest.Open(t, store.SQLite)
	it := w.Ready(t, func(c *item.Content) {
		c.Steps = append(c.Steps, item.StepTemplate{Code: "3", Name: "审查", Role: org.RoleChiefRep, Limit: item.Limit{N: 3, Unit: item.Workday}})
	})
	w.Set("2025-09-02 09:00")
	c := w.Accepted(t, it)
	w.Set("2025-09-09 00:00")
	w.RunJobs(t)
	list := rung(w.Alerts(t, c.ID), "yellow")
	if len(list) != 1 || list[0].Rule != "T04" || w.Get(t, c.ID).Promise != casework.Running {
		t.Fatalf("step alerts %+v, promise %s", list, w.Get(t, c.ID).Promise)
	}
	w.Set("2025-09-23 10:00") // due 09-16; nothing has run since 09-09
	if _, err := w.Casework.Review(w.Approver(t, 2), cmd(c), "符合条件"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Casework.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{Opinion: "准予", Overdue: "等待函证"}); err != nil {
		t.Fatal(err)
	}
	before := len(w.Alerts(t, c.ID))
	w.RunJobs(t)
	var red, yellow int
	for _, l := range w.Alerts(t, c.ID) {
		if l.Rule == "T03" {
			red++
		}
		if l.Rule == "T02" && l.State == supervision.Superseded {
			yellow++
		}
	}
	if red != 1 || yellow != 1 || len(w.Alerts(t, c.ID)) != before {
		t.Errorf("%d red, %d yellow superseded, %d after the run and %d before", red, yellow, len(w.Alerts(t, c.ID)), before)
	}
	faults, err := w.Supervision.Faults(w.As(t, org.RoleSupervisor), day("2025-09-01"), day("2025-10-01"))
	if err != nil {
		t.Fatal(err)
	}
	over := 0
	for _, f := range faults {
		if f.Code == supervision.CodeOverrun {
			over = f.Over
		}
	}
	if over != 5 { // 09-17, 18, 19, 22, 23
		t.Errorf("over by %d working days: %+v", over, faults)
	}
}

// inForce is how many alerts the list of cases shows in force about a case; an ended case shows none.
func inForce(t *testing.T, w *caseworktest.World, id casework.CaseID) int64 {
	t.Helper()
	for _, done := range []bool{false, true} {
		list, _, err := w.Casework.Cases(w.As(t, org.RoleSupervisor), casework.Filter{Done: done})
		if err != nil {
			t.Fatal(err)
		}
		for i := range list {
			if list[i].ID == id {
				return list[i].Alerts
			}
		}
	}
	t.Fatalf("%s is in no list", id)
	return 0
}

// A reminder goes away by itself when the clock stops in time.
func TestRemindersGoWhenTheClockStops(t *testing.T) {
	w := supervisiontest.Open(t, store.SQLite)
	c := first(t, w)
	w.Set("2025-10-15 08:30")
	w.RunJobs(t)
	if n := inForce(t, w.World, c.ID); n != 1 {
		t.Fatalf("%d in force", n)
	}
	w.Set("2025-10-15 10:00")
	if _, err := w.Casework.Review(w.Approver(t, 2), cmd(c), "符合条件"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Casework.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{Opinion: "准予", Overdue: "等待函证"}); err != nil {
		t.Fatal(err)
	}
	list := rung(w.Alerts(t, c.ID), "remind")
	if inForce(t, w.World, c.ID) != 0 || len(list) != 1 || list[0].State != supervision.Settled {
		t.Errorf("%d in force, %+v", inForce(t, w.World, c.ID), list)
	}
}

// I9: nobody who had a hand in a case clears its alert, whatever roles he holds, and nobody decides on his own proposal.
func TestWhoeverHadAHandClearsNothing(t *testing.T) {
	supervisiontest.Each(t, func(t *testing.T, w *supervisiontest.World) {
		it := w.Ready(t)
		w.Set("2025-09-02 09:00")
		c := w.Accepted(t, it)
		both := w.Person(t, "D+J+L", orgtest.Where{Unit: w.Unit.ID}, org.RoleApprover, org.RoleSupervisor, org.RoleLeader).Ctx
		if _, err := w.Casework.Review(both, cmd(c), "符合条件"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Casework.Notify(w.Chief(t), cmd(c), []casework.Defect{{Code: "M3", What: "补交"}}, "确有必要"); err != nil {
			t.Fatal(err)
		}
		id := process(w.Alerts(t, c.ID))[0].ID
		try := func(ctx context.Context, a supervision.Action) error {
			_, err := w.Supervision.Act(ctx, supervision.Command{ID: id, Text: "理由"}, a)
			return err
		}
		wantCode(t, try(both, supervision.ActPropose), "CONFLICT_OF_INTEREST")
		jl := w.Person(t, "J+L", orgtest.Where{}, org.RoleSupervisor, org.RoleLeader).Ctx
		if err := try(jl, supervision.ActPropose); err != nil {
			t.Fatal(err)
		}
		wantCode(t, try(jl, supervision.ActLift), "CONFLICT_OF_INTEREST")
		wantCode(t, try(both, supervision.ActLift), "CONFLICT_OF_INTEREST")
		if err := try(w.As(t, org.RoleLeader), supervision.ActKeep); err != nil {
			t.Fatal(err)
		}
		sheet, err := w.Supervision.Find(w.As(t, org.RoleSupervisor), id)
		if err != nil || !sheet.Upheld || sheet.State != supervision.Raised || len(sheet.Steps) != 3 {
			t.Errorf("%+v, %v", sheet, err)
		}
		stranger := w.Person(t, "elsewhere", orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleApprover).Ctx
		wantCode(t, try(stranger, supervision.ActDefend), "ALERT")
	})
}

// The property behind I5 and I6: over random lives each clock and rung has one alert, the count on a case is the number in
// force, and the parts of the month's results sum up.
func TestRandomLivesKeepTheirAlertsInOrder(t *testing.T) {
	w := supervisiontest.Open(t, store.SQLite)
	it := w.Ready(t)
	rnd := rand.New(rand.NewPCG(7, 9))
	var cases []casework.Case
	for n := range 30 {
		if n%6 == 0 {
			w.Set("2025-09-0" + string(rune('2'+n/6)) + " 09:00")
		}
		cases = append(cases, w.Receive(t, it, "M1", "M2", "M3"))
	}
	for range 60 {
		w.Clock.Advance(12 * 3600 * 1e9)
		if rnd.IntN(4) > 0 { // some runs are missed
			w.RunJobs(t)
			w.RunJobs(t)
		}
		k := cmd(cases[rnd.IntN(len(cases))])
		for _, step := range []func() error{
			func() error { _, err := w.Casework.Accept(w.Window(t), k, casework.NormalMode); return err },
			func() error {
				_, err := w.Casework.Notify(w.Chief(t), k, []casework.Defect{{Code: "M2", What: "补交"}}, "确有必要")
				return err
			},
			func() error { _, err := w.Casework.Review(w.Approver(t, 2), k, "符合条件"); return err },
			func() error { _, err := w.Casework.Grant(w.Approver(t, 1), k, casework.DecideInput{}); return err },
			func() error { _, err := w.Casework.Withdraw(w.Window(t), k, "不办了"); return err },
		} {
			if rnd.IntN(3) == 0 {
				_ = step() // most are refused in most states; what matters is what the alerts say afterwards
			}
		}
	}
	w.RunJobs(t)
	all := 0
	for _, c := range cases {
		seen := map[string]bool{}
		for _, l := range w.Alerts(t, c.ID) {
			if all++; seen[l.ClockID+l.Rung] {
				t.Errorf("%s: twice %s", c.No, l.Rung) // I5
			}
			seen[l.ClockID+l.Rung] = true
			if l.Open != l.State.Open() {
				t.Errorf("%s: %s open %v", c.No, l.State, l.Open)
			}
		}
	}
	if all < 60 {
		t.Errorf("only %d alerts", all)
	}
	sheet, err := w.Supervision.Results(w.As(t, org.RoleSupervisor), metric.Month(day("2025-09-01")))
	if err != nil {
		t.Fatal(err)
	}
	var cards, reminders int64
	for _, r := range sheet.Units {
		cards, reminders = cards+r.Yellows+r.Reds, reminders+r.Reminders
	}
	var ruled supervision.Result
	for i, r := range sheet.Rules {
		ruled.Reminders, ruled.Yellows, ruled.Reds, ruled.Lifted = ruled.Reminders+r.Reminders, ruled.Yellows+r.Yellows, ruled.Reds+r.Reds, ruled.Lifted+r.Lifted
		if r.Name == "" || r.Cards.Den != sheet.Total.Ended || r.Cards.Num != r.Yellows+r.Reds || i > 0 && sheet.Rules[i-1].Rule >= r.Rule {
			t.Errorf("rule %+v", r)
		}
	}
	if x := sheet.Total; len(sheet.Rules) < 3 || ruled.Reminders != x.Reminders || ruled.Yellows != x.Yellows || ruled.Reds != x.Reds || ruled.Lifted != x.Lifted {
		t.Errorf("by rule %+v, total %+v", sheet.Rules, x)
	}
	if cards != sheet.Total.Cards.Num || reminders != sheet.Total.Reminders || cards == 0 { // I6
		t.Errorf("parts %d and %d, total %+v", cards, reminders, sheet.Total)
	}
}

// A window reads the alerts about its own work; those about a colleague's at the same site are not to be found, while the
// administrator of the site reads both.
func TestAWindowReadsItsOwnAlerts(t *testing.T) {
	w := supervisiontest.Open(t, store.SQLite)
	it := w.Ready(t)
	w.Set("2025-11-14 10:00")
	c := w.Receive(t, it)
	w.Set("2025-11-25 00:00")
	w.RunJobs(t) // acceptance by law: an alert on the window that received the case
	at := orgtest.Where{Unit: w.Section.ID, Site: w.Hall.ID}
	id := process(w.Alerts(t, c.ID))[0].ID
	for name, x := range map[string]struct {
		ctx  context.Context
		sees bool
	}{"the window": {w.Window(t), true}, "its colleague": {w.Person(t, "W2", at, org.RoleWindow).Ctx, false}, "the site": {w.Person(t, "T", at, org.RoleSiteAdmin).Ctx, true}} {
		list, _, err := w.Supervision.Alerts(x.ctx, supervision.AlertFilter{SiteID: w.Hall.ID})
		sheets, failed := w.Supervision.ExportAlerts(x.ctx, supervision.AlertFilter{All: true})
		if err != nil || failed != nil || slices.ContainsFunc(list, func(l supervision.ListedAlert) bool { return l.ID == id }) != x.sees || (len(sheets) > 0) != x.sees {
			t.Errorf("%s lists %d and exports %d: %v, %v", name, len(list), len(sheets), err, failed)
		}
		if _, err := w.Supervision.Find(x.ctx, id); x.sees && err != nil || !x.sees && errs.KindOf(err) != errs.NotFound {
			t.Errorf("%s finds: %v", name, err)
		}
		if n, err := w.Supervision.Waiting(x.ctx); err != nil || n > 0 && !x.sees {
			t.Errorf("%s has %d waiting, %v", name, n, err)
		}
	}
}

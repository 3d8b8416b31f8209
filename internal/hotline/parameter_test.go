package hotline_test

import (
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// parameterOf finds a parameter of the page by name.
func parameterOf(t *testing.T, w *hotlinetest.World, name string) hotline.ParameterRow {
	t.Helper()
	current, _, err := w.Hotline.ParameterTable(w.As(t, org.RoleAdmin))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range current {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("no parameter %s", name)
	return hotline.ParameterRow{}
}

func TestEveryParameterStartsUnconfirmedWithinItsBounds(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		current, past, err := w.Hotline.ParameterTable(w.As(t, org.RoleAgent))
		if err != nil || len(past) != 0 || len(current) != len(hotline.ParameterInfos()) {
			t.Fatalf("%d in force, %d past, %v", len(current), len(past), err)
		}
		for _, p := range current {
			if p.Set.Confirmed || p.Set.ID != "" || p.Set.Value != p.Default || p.Default < p.Min || p.Default > p.Max || p.Label == "" || p.Unit == "" {
				t.Errorf("%+v", p)
			}
		}
		limits, err := w.Hotline.Limits(w.As(t, org.RoleAgent))
		if err != nil || limits != hotline.DefaultLimits() {
			t.Errorf("limits %+v, %v", limits, err)
		}
	})
}

func TestAChangedParameterHoldsAtOnce(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		admin := w.As(t, org.RoleAdmin)
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		ask := func(days int) error {
			_, err := w.Hotline.AskExtension(w.In(t, w.Unit.ID, org.RoleLiaison), at(o), days, "等待配件")
			return err
		}
		if err := ask(7); errs.KindOf(err) != errs.Invalid {
			t.Fatalf("seven days are beyond the shipped limit: %v", err)
		}
		if err := w.Hotline.ChangeParameter(admin, hotline.Parameter{Name: "extension_days", Value: 7, Basis: "临市政办发〔2026〕12号 第九条", Confirmed: true}); err != nil {
			t.Fatal(err)
		}
		if err := ask(7); err != nil {
			t.Fatalf("seven days after the change: %v", err)
		}
		p := parameterOf(t, w, "extension_days")
		if p.Set.Value != 7 || !p.Set.Confirmed || p.Default != 5 || p.ByName == "" || p.Text() != "7 个工作日" {
			t.Errorf("%+v", p)
		}
		if err := w.Hotline.ChangeParameter(admin, hotline.Parameter{Name: "extension_days", Value: 8}); err != nil {
			t.Fatal(err)
		}
		_, past, err := w.Hotline.ParameterTable(admin)
		if err != nil || len(past) != 1 || past[0].Set.Value != 7 || past[0].EndedAt == 0 {
			t.Errorf("past %+v, %v", past, err)
		}
	})
}

func TestParametersAreRefused(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		admin := w.As(t, org.RoleAdmin)
		for name, c := range map[string]struct {
			p    hotline.Parameter
			code string
		}{
			"nobody knows it":           {hotline.Parameter{Name: "colour", Value: 1}, "hotline.parameter_name"},
			"too small":                 {hotline.Parameter{Name: "callback_tries", Value: 0}, "hotline.parameter"},
			"too large":                 {hotline.Parameter{Name: "callback_share", Value: 101}, "hotline.parameter"},
			"confirmed by nothing":      {hotline.Parameter{Name: "callback_tries", Value: 3, Basis: "  ", Confirmed: true}, "hotline.parameter"},
			"as it is":                  {hotline.Parameter{Name: "callback_tries", Value: 3}, "hotline.parameter_same"},
			"archived before reopening": {hotline.Parameter{Name: "archive_days", Value: 6}, "hotline.parameter"},
			"more days than tries":      {hotline.Parameter{Name: "callback_days", Value: 4}, "hotline.parameter"},
		} {
			wantCode(t, name, w.Hotline.ChangeParameter(admin, c.p), c.code)
		}
		wantCode(t, "confirmed without a document", w.Hotline.ConfirmParameter(admin, "rework_max", " "), "hotline.parameter")
		for _, role := range []string{org.RoleShiftLead, org.RoleSupervisor, org.RoleLeader} {
			if err := w.Hotline.ChangeParameter(w.As(t, role), hotline.Parameter{Name: "rework_max", Value: 1}); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s may change parameters: %v", role, err)
			}
		}
		if err := w.Hotline.ConfirmParameter(admin, "rework_max", "临市政办发〔2026〕12号"); err != nil {
			t.Fatal(err)
		}
		if p := parameterOf(t, w, "rework_max"); !p.Set.Confirmed || p.Set.Value != 2 {
			t.Errorf("%+v", p)
		}
		wantCode(t, "confirmed again", w.Hotline.ConfirmParameter(admin, "rework_max", "临市政办发〔2026〕12号"), "hotline.parameter_same")
	})
}

// What one process changes, another sees at once, although both remember the rules.
func TestRulesAcrossProcesses(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		admin := w.As(t, org.RoleAdmin)
		other := hotline.New(hotline.Deps{DB: w.DB, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar, Party: w.Party})
		both := func(want int) {
			t.Helper()
			for i, m := range []*hotline.Module{w.Hotline, other} {
				l, err := m.Limits(w.System())
				if err != nil || l.Reworks != want {
					t.Errorf("process %d has %d, %v, expected %d", i, l.Reworks, err, want)
				}
			}
		}
		both(2)
		if err := w.Hotline.ChangeParameter(admin, hotline.Parameter{Name: "rework_max", Value: 3}); err != nil {
			t.Fatal(err)
		}
		both(3)
		if err := other.ChangeParameter(admin, hotline.Parameter{Name: "rework_max", Value: 4}); err != nil {
			t.Fatal(err)
		}
		both(4)
	})
}

// Two centres do not see each other's parameters.
func TestParametersBelongToACentre(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "supervise_days", Value: 9}); err != nil {
			t.Fatal(err)
		}
		home := w.Centre
		w.Centre = w.AddCentre(t, "620102")
		l, err := w.Hotline.Limits(w.System())
		if err != nil || l.SuperviseDays != 3 || w.Centre == home {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

// The moments of the ladder follow the parameters.
func TestTheLadderFollowsTheParameters(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for name, v := range map[string]int{"yellow_days": 2, "demand_days": 3, "bulletin_days": 4} {
			if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: name, Value: v}); err != nil {
				t.Fatal(err)
			}
		}
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		for _, moment := range []string{"2026-05-12 08:30", "2026-05-15 08:30", "2026-05-19 08:30", "2026-05-21 08:30"} {
			w.Clock.Set(clock.MustInstant(moment))
			w.RunJobs(t)
		}
		wantLadder(t, w, o, "yellow 2026-05-12 08:30", "red 2026-05-15 08:30", "demand 2026-05-19 08:30", "bulletin 2026-05-21 08:30")
	})
}

// Changing the ladder has the open legs looked at again: what falls due by the new rule is told at once, once.
func TestAChangedLadderReachesOpenLegs(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		w.Set("2026-05-21 09:00")
		w.RunJobs(t)
		if n := notices(t, w, o, hotline.NoticeBulletin); len(n) != 0 {
			t.Fatalf("%d after five working days", len(n))
		}
		if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "bulletin_days", Value: 2}); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		w.RunJobs(t)
		if n := notices(t, w, o, hotline.NoticeBulletin); len(n) != 1 {
			t.Errorf("%d after the change", len(n))
		}
		if r, err := w.Hotline.Check(w.System()); err != nil || len(r.Faults) != 0 {
			t.Errorf("%s, %v", r.String(), err)
		}
	})
}

// A caller's urgings count as often a day as the parameter says.
func TestUrgingsADay(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "urges_per_day", Value: 2}); err != nil {
			t.Fatal(err)
		}
		o := w.Ticket(t, hotline.Handling)
		for range 4 {
			w.Clock.Advance(time.Minute)
			if _, err := w.Hotline.Urge(w.As(t, org.RoleAgent), at(o), hotline.Urging{ByCaller: true}); err != nil {
				t.Fatal(err)
			}
		}
		if d := w.Get(t, o.ID); d.Urged != 2 {
			t.Errorf("%d counted", d.Urged)
		}
	})
}

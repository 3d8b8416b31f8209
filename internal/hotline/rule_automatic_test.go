package hotline_test

import (
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// automatic switches automatic dispatch in the world's centre on (1) or off (0).
func automatic(t *testing.T, w *hotlinetest.World, value int) {
	t.Helper()
	if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "auto_dispatch", Value: value}); err != nil {
		t.Fatal(err)
	}
}

// accepted registers and accepts a ticket; its state tells whether it went on by itself.
func accepted(t *testing.T, w *hotlinetest.World, change func(*hotline.RegisterInput)) hotline.Ticket {
	t.Helper()
	o, err := w.Hotline.Accept(w.As(t, org.RoleAgent), hotlinetest.Command(w.Ticket(t, hotline.Draft, change)), hotline.Classify{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// line adds a marked line of the catalogue for a unit.
func line(t *testing.T, w *hotlinetest.World, category, area, unit string, change ...func(*hotline.Rule)) hotline.Rule {
	t.Helper()
	r := hotline.Rule{Category: category, Area: area, UnitID: unit, From: clock.MustDate("2026-01-01"), To: clock.NoDate, Automatic: true}
	for _, c := range change {
		c(&r)
	}
	r, err := w.Hotline.SaveRule(w.As(t, org.RoleDispatcher), r)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAMarkedLineDispatchesAtAcceptance(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		agent := w.As(t, org.RoleAgent)
		rule := line(t, w, "0101", "622901001", w.Unit.ID, func(r *hotline.Rule) { r.Helpers = hotline.UnitIDs{w.Other.ID} })
		accept := func(change ...func(*hotline.RegisterInput)) hotline.Ticket {
			t.Helper()
			r, err := w.Hotline.Register(agent, hotlinetest.Input(change...))
			if err != nil {
				t.Fatal(err)
			}
			o, err := w.Hotline.Accept(agent, hotline.Command{TicketID: r.ID, Version: 1, Key: "accept-" + r.No}, hotline.Classify{})
			if err != nil {
				t.Fatal(err)
			}
			again, err := w.Hotline.Accept(agent, hotline.Command{TicketID: r.ID, Version: 1, Key: "accept-" + r.No}, hotline.Classify{})
			if err != nil || again.Version != o.Version || again.State != o.State {
				t.Fatalf("repeated: %s %d, %v", again.State, again.Version, err)
			}
			return o
		}
		if o := accept(); o.State != hotline.Triage {
			t.Fatalf("switched off, yet %s", o.State)
		}
		automatic(t, w, 1)
		o := accept()
		d := w.Get(t, o.ID)
		if o.State != hotline.Dispatched || d.UnitID != w.Unit.ID || len(d.Legs) != 2 || d.Legs[0].DispatchedBy != "" || d.Due == 0 {
			t.Fatalf("%s to %s with %d legs, by %q", o.State, d.UnitID, len(d.Legs), d.Legs[0].DispatchedBy)
		}
		last := d.Events[len(d.Events)-1]
		if last.Action != hotline.ActDispatch || last.ActorKind != string(actor.System) || !strings.Contains(last.ActorName, "派单目录") || !strings.Contains(last.Data, rule.ID) || len(d.Events) != 3 {
			t.Errorf("the event: %+v", last)
		}
		if accepted := d.Events[1]; accepted.Action != hotline.ActAccept || accepted.ActorID != actor.From(agent).UserID || accepted.State != hotline.Triage {
			t.Errorf("the acceptance: %+v", accepted)
		}
		for name, change := range map[string]func(*hotline.RegisterInput){
			"another area":       func(in *hotline.RegisterInput) { in.Area = "622901002" },
			"a category below":   func(in *hotline.RegisterInput) { in.Category = "010101" },
			"a category above":   func(in *hotline.RegisterInput) { in.Category = "01" },
			"no category":        func(in *hotline.RegisterInput) { in.Category = "" },
			"a report":           func(in *hotline.RegisterInput) { in.Kind = hotline.Report },
			"confidential":       func(in *hotline.RegisterInput) { in.Confidential = hotline.ConfidentialCaller },
			"wholly so":          func(in *hotline.RegisterInput) { in.Confidential = hotline.ConfidentialAll },
			"anonymous":          func(in *hotline.RegisterInput) { in.Anonymous, in.Name, in.Phone = true, "", "" },
			"somebody accused":   func(in *hotline.RegisterInput) { in.AccusedUnit = w.Unit.ID },
			"somebody else's":    func(in *hotline.RegisterInput) { in.AccusedUnit = w.Other.ID },
			"a matter of danger": func(in *hotline.RegisterInput) { in.Urgency = hotline.Critical },
		} {
			if o := accept(change); o.State != hotline.Triage {
				t.Errorf("%s went by itself: %s", name, o.State)
			}
		}
		automatic(t, w, 0)
		if o := accept(); o.State != hotline.Triage {
			t.Errorf("switched off again, yet %s", o.State)
		}
		automatic(t, w, 1)
		if err := w.Hotline.EndRule(w.As(t, org.RoleDispatcher), rule.ID, rule.Version); err != nil {
			t.Fatal(err)
		}
		if o := accept(); o.State != hotline.Dispatched {
			t.Errorf("the line holds for the rest of its last day: %s", o.State)
		}
		w.Clock.Set(clock.MustInstant("2026-05-11 09:00"))
		if o := accept(); o.State != hotline.Triage {
			t.Errorf("after the line's last day: %s", o.State)
		}
		if r, err := w.Hotline.Check(w.System()); err != nil || len(r.Faults) != 0 {
			t.Errorf("check: %+v %v", r.Faults, err)
		}
	})
}

func TestALineForASmallerAreaTakesTheTicket(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		automatic(t, w, 1)
		line(t, w, "0101", "", w.Unit.ID)
		accept := func(area string) hotline.Ticket {
			return accepted(t, w, func(in *hotline.RegisterInput) { in.Area = area })
		}
		if o := accept("622901001"); o.State != hotline.Dispatched || o.UnitID != w.Unit.ID {
			t.Fatalf("everywhere: %s %s", o.State, o.UnitID)
		}
		line(t, w, "0101", "622901002", w.Other.ID)
		if o := accept("622901002"); o.UnitID != w.Other.ID {
			t.Errorf("the marked line of the area: %s %s", o.State, o.UnitID)
		}
		line(t, w, "0101", "622901003", w.Other.ID, func(r *hotline.Rule) { r.Automatic = false })
		if o := accept("622901003"); o.State != hotline.Triage {
			t.Errorf("a line of the area that is not marked leaves it to people: %s %s", o.State, o.UnitID)
		}
		if o := accept("622901004"); o.State != hotline.Dispatched {
			t.Errorf("other areas still go: %s", o.State)
		}
	})
}

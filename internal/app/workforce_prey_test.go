package app_test

import (
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/workforce"
)

// peoplePrey makes somebody at a window with a leave, an event of assessment, an outage and a draft of rules, and gives what
// strangers try to reach of them, by the keys of prey.ids.
func peoplePrey(t *testing.T, a *app.App, centre, unit, site string) map[string]string {
	t.Helper()
	office := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleOffice).Ctx
	section := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleSupervisor).Ctx
	worker := orgtest.User(t, a.Org, centre, orgtest.Where{Unit: unit, Site: site}, org.RoleWindow)
	mate := orgtest.User(t, a.Org, centre, orgtest.Where{Unit: unit, Site: site}, org.RoleWindow)
	out := map[string]string{"worker": worker.ID}
	var err error
	step := func(key string, do func() (string, error)) {
		if err == nil {
			out[key], err = do()
		}
	}
	m := a.Workforce
	today := a.Clock.Now().Date()
	step("shift", func() (string, error) {
		s, err := m.SaveShift(office, "", 0, workforce.ShiftInput{Name: "全中心的班次", Seasonal: true, Active: true})
		return s.ID, err
	})
	step("gate", func() (string, error) {
		g, err := m.SaveGate(office, "", 0, workforce.GateInput{SiteID: site, Name: secretTitle, Active: true})
		return g.ID, err
	})
	step("post", func() (string, error) {
		p, err := m.SavePost(office, "", 0, workforce.PostInput{SiteID: site, UnitID: unit, Kind: workforce.WindowPost, Name: secretTitle, Active: true})
		return p.ID, err
	})
	for _, u := range []string{worker.ID, mate.ID} {
		step("posting", func() (string, error) {
			p, err := m.Assign(office, workforce.PostingInput{UserID: u, PostID: out["post"], ShiftID: out["shift"], Employment: workforce.Contract, From: today - 100})
			return p.ID, err
		})
	}
	step("leave", func() (string, error) {
		l, err := m.AskLeave(worker.Ctx, workforce.LeaveInput{Kind: workforce.PersonalLeave, From: (today + 4).Clock(8, 0), To: (today + 4).Clock(18, 0), Reason: secretTitle, StandIn: mate.ID})
		return l.ID, err
	})
	step("score", func() (string, error) {
		e, err := m.FileScore(section, workforce.ScoreInput{Day: today, UserID: worker.ID, Code: "breach", Points: 100, Text: secretTitle, Evidence: secretTitle})
		return e.ID, err
	})
	step("people_rules", func() (string, error) {
		r, err := m.DraftRules(section, workforce.RulesInput{Name: "全中心的规则", Basis: "全中心的依据", Definition: workforce.DefaultDefinition()})
		return r.ID, err
	})
	step("corrected", func() (string, error) {
		_, err := m.Correct(office, workforce.CorrectionInput{UserID: worker.ID, At: clock.At(2026, 5, 8, 8, 25), Reason: secretTitle})
		return "", err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// peopleParts say which object of the prey a route's parameter names. Months are everybody's own.
var peopleParts = []struct{ part, key string }{{"/workforce/leaves/{id}", "leave"}, {"/workforce/scores/{id}", "score"}, {"/workforce/rules/{id}", "people_rules"}, {"/workforce/postings/{id}", "posting"},
	{"/workforce/posts/{id}", "post"}, {"/workforce/setup/posts/{id}", "post"}, {"/workforce/shifts/{id}", "shift"}, {"/workforce/setup/shifts/{id}", "shift"}, {"/workforce/gates/{id}", "gate"},
	{"/workforce/setup/gates/{id}", "gate"}, {"/workforce/people/{id}", "worker"}, {"/workforce/attendance/{user}", "worker"}, {"/workforce/staff/{user}", "worker"}}

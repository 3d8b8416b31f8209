package app_test

import (
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/honour"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/site"
	"yichuang/internal/training"
)

// service is what strangers try to reach of stars, training and sites.
type service struct {
	round, candidate, course, question, visit, finding, kiosk, fault, supply string
}

func servicePrey(t *testing.T, a *app.App, centre, place string) service {
	t.Helper()
	office := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleOffice, org.RoleSupervisor).Ctx
	unit := orgtest.Unit(t, a.Org, centre, secretUnit+"窗口", "")
	chief := orgtest.User(t, a.Org, centre, orgtest.Where{Unit: unit.ID}, org.RoleChiefRep)
	var s service
	var err error
	step := func(do func() error) {
		if err == nil {
			err = do()
		}
	}
	today := a.Clock.Now().Date()
	step(func() error {
		r, err := a.Honour.OpenRound(office, honour.RoundInput{Title: secretTitle, From: today - 30, To: today, Seats: 1})
		s.round = r.ID
		return err
	})
	step(func() error {
		c, err := a.Honour.Nominate(chief.Ctx, s.round, honour.NominateInput{UserID: chief.ID, Reason: secretTitle})
		s.candidate = c.ID
		return err
	})
	step(func() error {
		c, err := a.Training.Plan(office, training.CourseInput{Kind: training.Lecture, Title: "公开的大讲堂", Teacher: "主讲人", Place: "会议室", Start: today.Clock(15, 0), End: today.Clock(17, 0), Capacity: 10})
		s.course = c.ID
		return err
	})
	step(func() error {
		q, err := a.Training.SaveQuestion(office, "", 0, training.QuestionInput{Topic: "机密专题", Kind: training.Judge, Text: secretTitle, Answer: "A", Active: true})
		s.question = q.ID
		return err
	})
	step(func() error {
		in := site.VisitInput{SiteID: place, Kind: site.Check, Day: today, Visitors: secretUser, Results: map[string]site.Result{}}
		for _, x := range site.DefaultChecklist().Items {
			in.Results[x.Code] = site.Result{Mark: site.Unmet, Note: secretTitle}
		}
		v, err := a.Site.MakeVisit(office, in)
		if s.visit = v.ID; err != nil {
			return err
		}
		open, err := a.Site.OpenFindings(office)
		s.finding = open[0].ID
		return err
	})
	step(func() error {
		k, err := a.Site.SaveKiosk(office, place, "", 0, site.KioskInput{Name: secretTitle, Since: today, Active: true})
		if s.kiosk = k.ID; err != nil {
			return err
		}
		if err := a.Site.ReportFault(office, k.ID, site.KioskOther, secretTitle); err != nil {
			return err
		}
		faults, _, err := a.Site.Faults(office, "")
		s.fault = faults[0].ID
		return err
	})
	step(func() error {
		x, err := a.Site.AskSupply(office, site.SupplyInput{Kind: site.Repair, What: secretTitle, Quantity: 1, Measure: "处"})
		s.supply = x.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

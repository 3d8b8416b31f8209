package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/rating"
	"yichuang/internal/site"
)

// A rating prompt follows each finished job of a kiosk (hall reference §1.10b): once for a job, however often it is repeated, and not for what is
// refused.
func TestAKioskJobIsRated(t *testing.T) {
	a, w := hallWithin(t)
	c := w.Receive(t, w.Ready(t, func(c *item.Content) {}), "M1", "M2", "M3")
	s, err := a.Casework.Find(w.Window(t), c.No)
	if err != nil || len(s.Vouchers) == 0 {
		t.Fatal(err)
	}
	k, err := a.Site.SaveKiosk(w.As(t, org.RoleOffice), w.Hall.ID, "", 0, site.KioskInput{Name: "一楼自助终端", Since: clock.MustDate("2025-11-03"), Active: true})
	if err != nil {
		t.Fatal(err)
	}
	no, own := s.Vouchers[0].No, string(caseworktest.Applicant().IDNo)
	machine := actor.With(context.Background(), &actor.Actor{Kind: actor.Citizen, CentreID: w.Centre})
	print := func(id string) site.PrintAnswer {
		t.Helper()
		got, err := a.Site.CheckPrint(machine, k.Code, no, id)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := print("622901196001010011"); got != (site.PrintAnswer{}) {
		t.Errorf("somebody else's paper: %+v", got)
	}
	first := print(own)
	if !first.Allowed || first.Code == "" || !strings.HasSuffix(first.Link, "/s/"+first.Code+"?via=kiosk") {
		t.Fatalf("the own paper: %+v", first)
	}
	citizen := actor.With(context.Background(), rating.CitizenActor(w.Centre, "10.0.0.9", "r"))
	if got, err := a.Rating.Look(citizen, first.Code); err != nil || got.Kind != rating.OfKiosk || !got.Open {
		t.Fatalf("by the code: %+v, %v", got, err)
	}
	if again := print(own); again != first {
		t.Errorf("the same job again is %+v, was %+v", again, first)
	}
	if _, err := a.Rating.Rate(citizen, first.Code, rating.RateInput{Level: rating.Bad, Channel: rating.AtKiosk}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Rating.Rate(citizen, print(own).Code, rating.RateInput{Level: rating.Bad, Channel: rating.AtKiosk}); !errors.Is(err, rating.ErrRated) {
		t.Errorf("a job is rated twice: %v", err)
	}
	w.Clock.Advance(24 * 3600 * 1e9)
	if next := print(own); next.Code == first.Code || next.Code == "" {
		t.Errorf("another day's job has the code %q", next.Code)
	}
}

package app_test

import (
	"testing"

	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/performance"
	"yichuang/internal/site"
)

// Every fact of training, sites and stars can be frozen for an indicator, and the frozen value is the one that the page shows.
func TestServiceFactsAreFrozen(t *testing.T) {
	a := open(t)
	centre := addCentre(t, a)
	unit := orgtest.Unit(t, a.Org, centre, "市人社局", "")
	office := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleOffice).Ctx
	system := orgtest.System(centre)
	today := a.Clock.Now().Date()
	for _, amount := range []int64{45_000, 1_955_000} {
		s, err := a.Site.AskSupply(system, site.SupplyInput{Kind: site.Broadband, UnitID: unit.ID, What: "宽带", Quantity: 1, Measure: "条"})
		if err == nil {
			s, err = a.Site.DecideSupply(office, s.ID, s.Version, true, "")
		}
		if err == nil {
			_, err = a.Site.FinishSupply(office, s.ID, s.Version, site.FinishInput{On: today, Number: 1, Amount: money.Fen(amount), Document: "发票"})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"site/amount": "2", "site/connected_units": "1", "site/supplies": "2", "site/repair_rate": "—", "training/people": "0", "honour/stars": "0"}
	seen := 0
	for _, s := range a.Performance.Sources() {
		if s.Code != "site" && s.Code != "training" && s.Code != "honour" {
			continue
		}
		for _, f := range s.Facts {
			frozen, err := s.Freeze(system, f.Code, performance.Scope{Period: metric.Year(today)})
			if err != nil || !frozen.Intact() || f.Rule == "" || f.Unit == "" {
				t.Errorf("%s/%s: intact %t, rule %q, %v", s.Code, f.Code, frozen.Intact(), f.Rule, err)
			}
			if text, named := want[s.Code+"/"+f.Code]; named {
				seen++
				if got := frozen.Figure().Text(); got != text {
					t.Errorf("%s/%s is %s, want %s", s.Code, f.Code, got, text)
				}
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d facts were offered", seen, len(want))
	}
}

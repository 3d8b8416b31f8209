package app_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// The composed program exports every set of the standard to 政务监察股; 政务信息股 gets those that lead to nobody's identity and to no
// alert; everybody else none.
func TestWhoExportsWhichSetOfTheStandard(t *testing.T) {
	a := open(t)
	centre := orgtest.Centre(t, a.Org)
	day := a.DB.Clock().Now().Date()
	kept := map[casework.ExportSet]bool{casework.SetRating: true, casework.SetComplaint: true, casework.SetSupervision: true}
	for role, all := range map[string]int{org.RoleSupervisor: 15, org.RoleInfo: 12, org.RoleLeader: 0, org.RoleWindow: 0} {
		who := orgtest.User(t, a.Org, centre, orgtest.Where{}, role).Ctx
		if n := len(a.Casework.Sets(actor.From(who))); n != all {
			t.Errorf("%s is offered %d sets, want %d", role, n, all)
		}
		for _, d := range casework.DataSets() {
			err := a.Casework.Export(who, casework.ExportInput{Set: d.Set, From: day, To: day}, func([]string) error { return nil })
			may := role == org.RoleSupervisor || role == org.RoleInfo && !kept[d.Set]
			if may != (err == nil) || err != nil && errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s exports %s: %v", role, d.Label, err)
			}
		}
	}
}

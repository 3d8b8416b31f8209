package casework_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// matrix is the hall reference §8.3 written down a second time, cell by cell: which roles hold a permission, on whose cases.
// Every role that is not named holds nothing of it.
var matrix = map[actor.Permission]map[string]actor.Scope{
	casework.PermRead: {"window": actor.Site, "site_admin": actor.Site, "chief_rep": actor.Unit, "approver": actor.Unit, "unit_head": actor.Unit, "supervisor": actor.Centre, "leader": actor.Centre,
		"agent": actor.Centre, "shift_lead": actor.Centre, "dispatcher": actor.Centre},
	casework.PermReceive:           {"window": actor.Site, "site_admin": actor.Site},
	casework.PermAccept:            {"window": actor.Site, "site_admin": actor.Site, "chief_rep": actor.Unit},
	casework.PermOverride:          {"chief_rep": actor.Unit},
	casework.PermProposeRefusal:    {"window": actor.Site, "site_admin": actor.Site},
	casework.PermRefuse:            {"chief_rep": actor.Unit, "approver": actor.Unit},
	casework.PermReview:            {"chief_rep": actor.Unit, "approver": actor.Unit},
	casework.PermDecide:            {"chief_rep": actor.Unit, "approver": actor.Unit},
	casework.PermDecideInstant:     {"window": actor.Site, "site_admin": actor.Site, "chief_rep": actor.Unit, "approver": actor.Unit},
	casework.PermProposeSuspension: {"window": actor.Site, "site_admin": actor.Site, "chief_rep": actor.Unit},
	casework.PermSuspend:           {"approver": actor.Unit},
	casework.PermProposeExtension:  {"chief_rep": actor.Unit},
	casework.PermExtend:            {"unit_head": actor.Unit},
	casework.PermProposeCorrection: {"window": actor.Site, "site_admin": actor.Site},
	casework.PermCorrect:           {"chief_rep": actor.Unit, "approver": actor.Unit},
	casework.PermDecline:           {"chief_rep": actor.Unit, "approver": actor.Unit, "unit_head": actor.Unit},
	casework.PermDeliver:           {"window": actor.Site, "site_admin": actor.Site, "chief_rep": actor.Unit},
	casework.PermReassign:          {"chief_rep": actor.Unit},
	casework.PermArchive:           {"window": actor.Site, "site_admin": actor.Site, "chief_rep": actor.Unit},
	casework.PermPlatform:          {"chief_rep": actor.Unit, "approver": actor.Unit, "supervisor": actor.Centre, "info": actor.Centre, "leader": actor.Centre},
	casework.PermImport:            {"info": actor.Centre},
	casework.PermExport:            {"supervisor": actor.Centre, "info": actor.Centre},
	casework.PermLicence:           {"window": actor.Site, "site_admin": actor.Site, "chief_rep": actor.Unit, "approver": actor.Unit, "unit_head": actor.Unit, "supervisor": actor.Centre, "leader": actor.Centre},
	casework.PermEndLicence:        {"chief_rep": actor.Unit, "approver": actor.Unit},
	casework.PermReadPersonal:      {"window": actor.Site, "site_admin": actor.Site, "chief_rep": actor.Unit, "approver": actor.Unit},
}

func TestThePermissionMatrixCellByCell(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	if len(matrix) != len(casework.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(casework.Permissions()))
	}
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		for _, p := range casework.Permissions() {
			if got, want := a.Scope(p.Name), matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
	}
}

// Separation (hall reference §8.3): 办公室 has nothing to do with cases.
func TestTheOfficeDoesNotReadCases(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	if actor.From(w.As(t, org.RoleOffice)).Can(casework.PermRead) {
		t.Error("办公室 reads cases")
	}
}

package workforce_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/store"
	"yichuang/internal/workforce"
	"yichuang/internal/workforce/workforcetest"
)

// matrix is the hall reference §8.3 written down a second time, cell by cell: which roles hold a permission, on whose rows.
// Every role that is not named holds nothing of it.
var matrix = map[actor.Permission]map[string]actor.Scope{
	workforce.PermPunch: {"window": actor.Own, "chief_rep": actor.Own, "site_admin": actor.Own, "agent": actor.Own, "dispatcher": actor.Own, "callbacker": actor.Own, "reviewer": actor.Own, "shift_lead": actor.Own},
	workforce.PermApply: {"window": actor.Own, "chief_rep": actor.Own, "site_admin": actor.Own, "agent": actor.Own, "dispatcher": actor.Own, "callbacker": actor.Own, "reviewer": actor.Own, "shift_lead": actor.Own},
	workforce.PermAttendance: {"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "unit_head": actor.Unit, "office": actor.Centre, "supervisor": actor.Centre, "leader": actor.Centre, "site_admin": actor.Site,
		"agent": actor.Own, "dispatcher": actor.Own, "callbacker": actor.Own, "reviewer": actor.Own, "shift_lead": actor.Own},
	workforce.PermAttendanceSum: {"finance": actor.Centre},
	workforce.PermLeaveChief:    {"chief_rep": actor.Unit, "site_admin": actor.Site},
	workforce.PermLeaveSection:  {"supervisor": actor.Centre},
	workforce.PermLeaveLeader:   {"leader": actor.Centre},
	workforce.PermCorrect:       {"office": actor.Centre, "site_admin": actor.Site},
	workforce.PermSetup:         {"office": actor.Centre},
	workforce.PermStaffRead: {"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "unit_head": actor.Unit, "office": actor.Centre, "supervisor": actor.Centre, "leader": actor.Centre, "site_admin": actor.Site,
		"agent": actor.Own, "dispatcher": actor.Own, "callbacker": actor.Own, "reviewer": actor.Own, "shift_lead": actor.Own},
	workforce.PermStaffChange: {"office": actor.Centre},
	workforce.PermStaffReveal: {"office": actor.Centre},
	workforce.PermScoreRead: {"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "unit_head": actor.Unit, "supervisor": actor.Centre, "info": actor.Centre, "leader": actor.Centre,
		"site_admin": actor.Site},
	workforce.PermScoreFile:   {"chief_rep": actor.Unit, "office": actor.Centre, "supervisor": actor.Centre, "shift_lead": actor.Unit, "site_admin": actor.Site},
	workforce.PermScoreAny:    {"chief_rep": actor.Unit, "supervisor": actor.Centre, "shift_lead": actor.Unit, "site_admin": actor.Site},
	workforce.PermScoreDecide: {"supervisor": actor.Centre},
	workforce.PermScoreAppeal: {"window": actor.Own, "chief_rep": actor.Unit},
	workforce.PermSheetRead: {"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "unit_head": actor.Unit, "supervisor": actor.Centre, "info": actor.Centre, "finance": actor.Centre, "leader": actor.Centre,
		"site_admin": actor.Site},
	workforce.PermSheetRate:    {"chief_rep": actor.Unit, "site_admin": actor.Site},
	workforce.PermSheetRun:     {"supervisor": actor.Centre},
	workforce.PermSheetLock:    {"leader": actor.Centre},
	workforce.PermRules:        {"supervisor": actor.Centre},
	workforce.PermRulesConfirm: {"leader": actor.Centre},
}

func TestThePermissionMatrixCellByCell(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	if len(matrix) != len(workforce.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(workforce.Permissions()))
	}
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		for _, p := range workforce.Permissions() {
			if got, want := a.Scope(p.Name), matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
	}
	nobodyBothProposesAndFixes(t, w)
}

// Separation (hall reference §8.3): who confirms does not lock, who is assessed does not confirm, and who drafts the rules
// does not put them in force.
func nobodyBothProposesAndFixes(t *testing.T, w *workforcetest.World) {
	t.Helper()
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		for _, pair := range [][2]actor.Permission{{workforce.PermScoreDecide, workforce.PermSheetLock}, {workforce.PermRules, workforce.PermRulesConfirm}, {workforce.PermPunch, workforce.PermScoreDecide},
			{workforce.PermCorrect, workforce.PermScoreDecide}} {
			if a.Can(pair[0]) && a.Can(pair[1]) {
				t.Errorf("%s holds both %s and %s", role.Code, pair[0], pair[1])
			}
		}
	}
}

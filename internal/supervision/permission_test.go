package supervision_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/org"
	"yichuang/internal/supervision"
	"yichuang/internal/supervision/supervisiontest"
)

// matrix is the hall reference §8.3 written down a second time, cell by cell. Every role that is not named holds nothing of it.
var matrix = map[actor.Permission]map[string]actor.Scope{
	supervision.PermAlertRead:    {"window": actor.Own, "site_admin": actor.Site, "chief_rep": actor.Unit, "approver": actor.Unit, "supervisor": actor.Centre, "leader": actor.Centre},
	supervision.PermAlertAnswer:  {"site_admin": actor.Site, "chief_rep": actor.Unit, "approver": actor.Unit},
	supervision.PermAlertHandle:  {"supervisor": actor.Centre},
	supervision.PermAlertPropose: {"supervisor": actor.Centre},
	supervision.PermAlertLift:    {"leader": actor.Centre},
	supervision.PermRuleRead: {"window": actor.Centre, "site_admin": actor.Centre, "chief_rep": actor.Centre, "approver": actor.Centre, "supervisor": actor.Centre, "info": actor.Centre,
		"leader": actor.Centre},
	supervision.PermRuleChange:    {"supervisor": actor.Centre, "info": actor.Centre},
	supervision.PermSampleRead:    {"supervisor": actor.Centre, "info": actor.Centre, "leader": actor.Centre},
	supervision.PermSampleChange:  {"supervisor": actor.Centre},
	supervision.PermSignalRead:    {"supervisor": actor.Centre, "leader": actor.Centre},
	supervision.PermResultPublish: {"supervisor": actor.Centre},
	supervision.PermResultRead:    {"chief_rep": actor.Unit, "approver": actor.Unit, "supervisor": actor.Centre, "leader": actor.Centre},
}

func TestThePermissionMatrixCellByCell(t *testing.T) {
	w := supervisiontest.Open(t, "sqlite")
	if len(matrix) != len(supervision.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(supervision.Permissions()))
	}
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		for _, p := range supervision.Permissions() {
			if got, want := a.Scope(p.Name), matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
	}
}

// Separation (I9, hall reference §8.3): nobody who handles cases clears an alert, nobody who supervises changes a case, and
// nobody both proposes to lift and lifts.
func TestNoRoleBothCausesAndClears(t *testing.T) {
	causes := []actor.Permission{casework.PermReceive, casework.PermAccept, casework.PermReview, casework.PermDecide, casework.PermDecideInstant, casework.PermSuspend, casework.PermExtend, casework.PermCorrect}
	clears := []actor.Permission{supervision.PermAlertHandle, supervision.PermAlertPropose, supervision.PermAlertLift}
	w := supervisiontest.Open(t, "sqlite")
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		for _, p := range causes {
			for _, c := range clears {
				if a.Can(p) && a.Can(c) {
					t.Errorf("%s holds %s and %s", role.Code, p, c)
				}
			}
		}
		if a.Can(supervision.PermAlertPropose) && a.Can(supervision.PermAlertLift) {
			t.Errorf("%s proposes and lifts", role.Code)
		}
	}
	if actor.From(w.As(t, org.RoleOffice)).Can(supervision.PermAlertRead) {
		t.Error("办公室 reads alerts")
	}
}

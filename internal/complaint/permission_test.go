package complaint_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

func whereUnit(unit string) orgtest.Where { return orgtest.Where{Unit: unit} }

func hotlineOffice(s actor.Scope, more map[string]actor.Scope) map[string]actor.Scope {
	out := map[string]actor.Scope{"agent": s, "shift_lead": s, "dispatcher": s, "callbacker": s}
	for role, scope := range more {
		out[role] = scope
	}
	return out
}

// matrix is the rows 投诉 and 办不成事 of the hall reference §8.3 written down a second time, cell by cell. Every role that is not named
// holds nothing of it.
var matrix = map[actor.Permission]map[string]actor.Scope{
	complaint.PermStuckRead: hotlineOffice(actor.Centre, map[string]actor.Scope{"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "office": actor.Centre, "supervisor": actor.Centre,
		"leader": actor.Centre, "site_admin": actor.Site}),
	complaint.PermStuckRegister:     hotlineOffice(actor.Centre, map[string]actor.Scope{"window": actor.Own, "supervisor": actor.Centre, "site_admin": actor.Site}),
	complaint.PermStuckManage:       hotlineOffice(actor.Centre, map[string]actor.Scope{"supervisor": actor.Centre, "site_admin": actor.Site}),
	complaint.PermStuckHandle:       {"chief_rep": actor.Unit, "approver": actor.Unit, "site_admin": actor.Site},
	complaint.PermStuckApprove:      {"approver": actor.Unit},
	complaint.PermStuckVisit:        hotlineOffice(actor.Centre, map[string]actor.Scope{"supervisor": actor.Centre}),
	complaint.PermStuckEscalated:    {"leader": actor.Centre},
	complaint.PermStuckPersonal:     hotlineOffice(actor.Centre, map[string]actor.Scope{"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "supervisor": actor.Centre, "site_admin": actor.Site}),
	complaint.PermComplaintRead:     {"chief_rep": actor.Unit, "approver": actor.Unit, "supervisor": actor.Centre, "leader": actor.Centre, "site_admin": actor.Site},
	complaint.PermComplaintRegister: hotlineOffice(actor.Centre, map[string]actor.Scope{"supervisor": actor.Centre}),
	complaint.PermComplaintHandle:   {"supervisor": actor.Centre},
	complaint.PermComplaintAnswer:   {"chief_rep": actor.Unit, "approver": actor.Unit, "site_admin": actor.Site},
	complaint.PermComplaintSerious:  {"leader": actor.Centre},
	complaint.PermComplaintPersonal: {"supervisor": actor.Centre},
	complaint.PermStuckAttach:       hotlineOffice(actor.Centre, map[string]actor.Scope{"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "supervisor": actor.Centre, "site_admin": actor.Site}),
	complaint.PermComplaintAttach:   {"chief_rep": actor.Unit, "approver": actor.Unit, "supervisor": actor.Centre, "site_admin": actor.Site},
	complaint.PermCauses:            hotlineOffice(actor.Centre, map[string]actor.Scope{"chief_rep": actor.Unit, "approver": actor.Unit, "office": actor.Centre, "supervisor": actor.Centre, "leader": actor.Centre}),
	complaint.PermTable:             {"supervisor": actor.Centre},
}

func TestThePermissionMatrixCellByCell(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	if len(matrix) != len(complaint.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(complaint.Permissions()))
	}
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		for _, p := range complaint.Permissions() {
			if got, want := a.Scope(p.Name), matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
		separated(t, role.Code, a)
	}
}

// separated: nobody of a unit handles complaints, the window cannot even see one, whoever judges a serious one does not investigate, and
// whoever handles a stuck matter does not follow it up.
func separated(t *testing.T, role string, a *actor.Actor) {
	t.Helper()
	if a.Can(complaint.PermComplaintHandle) && (a.Can(complaint.PermComplaintAnswer) || a.Can(complaint.PermComplaintSerious)) {
		t.Errorf("%s handles and answers or judges", role)
	}
	if a.Can(complaint.PermStuckHandle) && a.Can(complaint.PermStuckVisit) {
		t.Errorf("%s handles and follows up", role)
	}
	if role == org.RoleWindow && a.Can(complaint.PermComplaintRead) {
		t.Error("a window reads complaints")
	}
}

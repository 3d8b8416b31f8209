package training_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/training"
)

var own = map[string]actor.Scope{"window": actor.Centre, "agent": actor.Centre, "chief_rep": actor.Centre, "approver": actor.Centre, "shift_lead": actor.Centre, "dispatcher": actor.Centre, "site_admin": actor.Centre,
	"info": actor.Centre, "office": actor.Centre, "supervisor": actor.Centre, "leader": actor.Centre, "liaison": actor.Centre, "unit_head": actor.Centre}

// matrix is the row 大讲堂 of hall reference §8.3 written down a second time, cell by cell. Every role that is not named holds
// nothing of it.
var matrix = map[actor.Permission]map[string]actor.Scope{
	training.PermRead: own, training.PermEnrol: own,
	training.PermSend:     {"chief_rep": actor.Unit, "approver": actor.Unit, "shift_lead": actor.Unit, "dispatcher": actor.Unit, "unit_head": actor.Unit, "site_admin": actor.Site},
	training.PermManage:   {"office": actor.Centre},
	training.PermApprove:  {"leader": actor.Centre},
	training.PermQuestion: {"office": actor.Centre, "supervisor": actor.Centre},
	training.PermFigure:   {"finance": actor.Centre, "leader": actor.Centre, "supervisor": actor.Centre, "office": actor.Centre, "info": actor.Centre},
}

func TestThePermissionMatrixCellByCell(t *testing.T) {
	w := newWorld(t)
	if len(matrix) != len(training.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(training.Permissions()))
	}
	for _, role := range w.org.Roles() {
		a := orgtest.User(t, w.org, w.centre, orgtest.Where{}, role.Code).Actor
		for _, p := range training.Permissions() {
			if got, want := a.Scope(p.Name), matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
	}
}

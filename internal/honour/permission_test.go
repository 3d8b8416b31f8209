package honour_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/honour"
	"yichuang/internal/org/orgtest"
)

// matrix is the row 政务之星 of hall reference §8.3 written down a second time, cell by cell. Every role that is not named
// holds nothing of it.
var matrix = map[actor.Permission]map[string]actor.Scope{
	honour.PermRead: {"window": actor.Centre, "agent": actor.Centre, "chief_rep": actor.Centre, "approver": actor.Centre, "shift_lead": actor.Centre, "dispatcher": actor.Centre, "site_admin": actor.Centre,
		"info": actor.Centre, "office": actor.Centre, "supervisor": actor.Centre, "leader": actor.Centre},
	honour.PermNominate: {"chief_rep": actor.Unit, "approver": actor.Unit, "shift_lead": actor.Unit, "dispatcher": actor.Unit, "site_admin": actor.Site},
	honour.PermManage:   {"office": actor.Centre},
	honour.PermScore:    {"supervisor": actor.Centre},
	honour.PermVote: {"window": actor.Centre, "agent": actor.Centre, "chief_rep": actor.Centre, "approver": actor.Centre, "shift_lead": actor.Centre, "dispatcher": actor.Centre, "site_admin": actor.Centre,
		"info": actor.Centre, "office": actor.Centre},
	honour.PermDecide: {"leader": actor.Centre},
	honour.PermFigure: {"finance": actor.Centre, "leader": actor.Centre, "supervisor": actor.Centre, "office": actor.Centre, "info": actor.Centre},
}

func TestThePermissionMatrixCellByCell(t *testing.T) {
	w := newWorld(t)
	if len(matrix) != len(honour.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(honour.Permissions()))
	}
	for _, role := range w.org.Roles() {
		a := orgtest.User(t, w.org, w.centre, orgtest.Where{}, role.Code).Actor
		for _, p := range honour.Permissions() {
			if got, want := a.Scope(p.Name), matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
		if a.Can(honour.PermScore) && (a.Can(honour.PermVote) || a.Can(honour.PermDecide)) || a.Can(honour.PermDecide) && (a.Can(honour.PermVote) || a.Can(honour.PermManage)) {
			t.Errorf("%s scores, votes or decides at once", role.Code)
		}
	}
}

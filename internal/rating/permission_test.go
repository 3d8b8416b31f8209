package rating_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
)

// matrix is the rows 评价 and 差评 task of the hall reference §8.3 written down a second time, cell by cell: which roles hold a
// permission, on whose rows. Every role that is not named holds nothing of it.
var matrix = map[actor.Permission]map[string]actor.Scope{
	rating.PermRead:       {"supervisor": actor.Centre, "info": actor.Centre, "leader": actor.Centre, "agent": actor.Centre, "shift_lead": actor.Centre, "dispatcher": actor.Centre, "callbacker": actor.Centre},
	rating.PermShowCode:   {"window": actor.Own, "chief_rep": actor.Unit, "site_admin": actor.Site},
	rating.PermPhone:      {"agent": actor.Centre, "shift_lead": actor.Centre, "dispatcher": actor.Centre, "callbacker": actor.Centre},
	rating.PermIdentity:   {"supervisor": actor.Centre, "callbacker": actor.Centre},
	rating.PermTaskRead:   {"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "site_admin": actor.Site, "supervisor": actor.Centre, "info": actor.Centre, "leader": actor.Centre, "agent": actor.Centre, "shift_lead": actor.Centre, "dispatcher": actor.Centre, "callbacker": actor.Centre},
	rating.PermDispatch:   {"supervisor": actor.Centre},
	rating.PermContact:    {"chief_rep": actor.Unit, "approver": actor.Unit, "site_admin": actor.Site, "callbacker": actor.Centre},
	rating.PermHandle:     {"chief_rep": actor.Unit, "approver": actor.Unit, "site_admin": actor.Site},
	rating.PermAppeal:     {"window": actor.Own, "chief_rep": actor.Unit},
	rating.PermReview:     {"supervisor": actor.Centre},
	rating.PermFollowUp:   {"callbacker": actor.Centre},
	rating.PermClose:      {"supervisor": actor.Centre},
	rating.PermAdjudicate: {"leader": actor.Centre},
	rating.PermParameter:  {"supervisor": actor.Centre},
}

func TestThePermissionMatrixCellByCell(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	if len(matrix) != len(rating.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(rating.Permissions()))
	}
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		for _, p := range rating.Permissions() {
			if got, want := a.Scope(p.Name), matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
	}
}

// Nobody who can be rated, or who answers for a unit, reads who rated, closes or decides on an appeal; and nobody both advises and decides.
func TestNoRoleClearsWhatItCaused(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		rated := a.Can(rating.PermHandle) || a.Can(rating.PermAppeal) || a.Can(rating.PermShowCode)
		for _, p := range []actor.Permission{rating.PermIdentity, rating.PermClose, rating.PermReview, rating.PermAdjudicate, rating.PermDispatch, rating.PermRead} {
			if rated && a.Can(p) {
				t.Errorf("%s can be rated and holds %s", role.Code, p)
			}
		}
		if a.Can(rating.PermReview) && a.Can(rating.PermAdjudicate) {
			t.Errorf("%s advises and decides", role.Code)
		}
	}
}

package site_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/site"
)

// matrix is who does what about sites, kiosks and supplies, written down a second time, cell by cell. Every role that is not
// named holds nothing of it.
var matrix = map[actor.Permission]map[string]actor.Scope{
	site.PermVisitRead:   {"site_admin": actor.Site, "office": actor.Centre, "supervisor": actor.Centre, "info": actor.Centre, "leader": actor.Centre},
	site.PermVisit:       {"office": actor.Centre, "supervisor": actor.Centre},
	site.PermChecklist:   {"supervisor": actor.Centre},
	site.PermRectify:     {"site_admin": actor.Site},
	site.PermSelfAssess:  {"site_admin": actor.Site},
	site.PermStar:        {"leader": actor.Centre},
	site.PermKioskRead:   {"window": actor.Site, "site_admin": actor.Site, "office": actor.Centre, "supervisor": actor.Centre, "info": actor.Centre, "leader": actor.Centre},
	site.PermKiosk:       {"site_admin": actor.Site, "office": actor.Centre, "info": actor.Centre},
	site.PermFault:       {"window": actor.Site, "site_admin": actor.Site, "office": actor.Centre, "info": actor.Centre},
	site.PermSupplyRead:  {"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "site_admin": actor.Site, "office": actor.Centre, "supervisor": actor.Centre, "finance": actor.Centre, "leader": actor.Centre},
	site.PermSupplyAsk:   {"window": actor.Own, "chief_rep": actor.Unit, "site_admin": actor.Site, "office": actor.Centre},
	site.PermSupplyGrant: {"office": actor.Centre},
	site.PermFigure:      {"office": actor.Centre, "supervisor": actor.Centre, "info": actor.Centre, "finance": actor.Centre, "leader": actor.Centre},
}

func TestThePermissionMatrixCellByCell(t *testing.T) {
	w := newWorld(t)
	if len(matrix) != len(site.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(site.Permissions()))
	}
	for _, role := range w.org.Roles() {
		a := orgtest.User(t, w.org, w.centre, orgtest.Where{}, role.Code).Actor
		for _, p := range site.Permissions() {
			if got, want := a.Scope(p.Name), matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
		if a.Can(site.PermStar) && (a.Can(site.PermVisit) || a.Can(site.PermSelfAssess)) || a.Can(site.PermRectify) && a.Can(site.PermVisit) {
			t.Errorf("%s checks himself", role.Code)
		}
	}
}

package exchange_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/exchange"
	"yichuang/internal/exchange/exchangetest"
	"yichuang/internal/store"
)

// matrix is the rows 数据目录/申请/答复, 共享数据 query and UsageRecord of the hall reference §8.3 written down a second time,
// cell by cell. Every role that is not named holds nothing of it.
var matrix = map[actor.Permission]map[string]actor.Scope{
	exchange.PermRead:       {"chief_rep": actor.Unit, "approver": actor.Unit, "office": actor.Centre, "supervisor": actor.Centre, "info": actor.Centre, "leader": actor.Centre, "site_admin": actor.Site},
	exchange.PermPropose:    {"chief_rep": actor.Unit, "approver": actor.Unit, "site_admin": actor.Site},
	exchange.PermSubmit:     {"approver": actor.Unit},
	exchange.PermAnswer:     {"approver": actor.Unit},
	exchange.PermReview:     {"info": actor.Centre},
	exchange.PermCoordinate: {"leader": actor.Centre},
	exchange.PermUse:        {"window": actor.Site, "chief_rep": actor.Unit, "approver": actor.Unit, "site_admin": actor.Site},
	exchange.PermUsageRead:  {"window": actor.Own, "chief_rep": actor.Unit, "approver": actor.Unit, "supervisor": actor.Centre, "leader": actor.Centre, "site_admin": actor.Site},
	exchange.PermUsageMeta:  {"info": actor.Centre},
	exchange.PermChain:      {"supervisor": actor.Centre},
}

func TestThePermissionMatrixCellByCell(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	if len(matrix) != len(exchange.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(exchange.Permissions()))
	}
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		for _, p := range exchange.Permissions() {
			if got, want := a.Scope(p.Name), matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
	}
}

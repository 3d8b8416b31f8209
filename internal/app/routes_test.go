package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/web"
)

func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// publicRoutes may be opened by anybody. Everything else names a permission.
var publicRoutes = []string{
	"GET /{$}", "GET /12345", "GET /12345/submit", "POST /12345/submit", "GET /12345/track", "POST /12345/track", "POST /12345/rate", "GET /12345/r/{token}", "POST /12345/r/{token}", "GET /12345/c/{centre}/r/{token}", "POST /12345/c/{centre}/r/{token}",
	"GET /12345/c/{centre}", "GET /12345/c/{centre}/submit", "POST /12345/c/{centre}/submit", "GET /12345/c/{centre}/track", "POST /12345/c/{centre}/track", "POST /12345/c/{centre}/rate",
	"GET /login", "POST /login", "POST /display", "GET /assets/{file}", "GET /healthz", "GET /readyz", "GET /metrics", "GET /robots.txt", "GET /favicon.ico",
	"GET /api/v1/openapi.json", "GET /api/v1/openapi.yaml", "POST /api/v1/public/requests", "POST /api/v1/public/requests/form", "POST /api/v1/public/progress", "POST /api/v1/public/ratings",
	"GET /12345/knowledge", "GET /12345/knowledge/correction", "POST /12345/knowledge/correction", "GET /12345/knowledge/{no}", "POST /12345/knowledge/{no}/correct",
	"GET /12345/c/{centre}/knowledge", "GET /12345/c/{centre}/knowledge/correction", "POST /12345/c/{centre}/knowledge/correction", "GET /12345/c/{centre}/knowledge/{no}", "POST /12345/c/{centre}/knowledge/{no}/correct",
	"GET /api/v1/public/knowledge", "GET /api/v1/public/knowledge/{no}", "POST /api/v1/public/knowledge/{no}/corrections", "POST /api/v1/public/knowledge-corrections",
	"POST /api/v1/public/reopenings",
	"GET /12345/knowledge", "GET /12345/knowledge/correction", "POST /12345/knowledge/correction", "GET /12345/knowledge/{no}", "POST /12345/knowledge/{no}/correct",
	"GET /12345/c/{centre}/knowledge", "GET /12345/c/{centre}/knowledge/correction", "POST /12345/c/{centre}/knowledge/correction", "GET /12345/c/{centre}/knowledge/{no}", "POST /12345/c/{centre}/knowledge/{no}/correct",
	"GET /api/v1/public/knowledge", "GET /api/v1/public/knowledge/{no}", "POST /api/v1/public/knowledge/{no}/corrections", "POST /api/v1/public/knowledge-corrections",
	"GET /cases", "POST /cases", "GET /cases/verify", "POST /cases/verify", "GET /cases/c/{centre}", "POST /cases/c/{centre}", "GET /cases/c/{centre}/verify", "POST /cases/c/{centre}/verify",
	"GET /cases/overdue", "GET /cases/c/{centre}/overdue", "GET /api/v1/public/overdue-cases",
	"POST /api/v1/public/case-progress", "POST /api/v1/public/voucher-verifications",
	"GET /guides", "GET /guides/authority", "GET /guides/changes", "GET /guides/places", "GET /guides/places/{id}", "GET /guides/c/{centre}/places", "GET /guides/c/{centre}/places/{id}", "GET /api/v1/public/places", "GET /api/v1/public/places/{id}", "GET /guides/c/{centre}/changes", "GET /api/v1/public/item-changes", "GET /guides/items/{id}", "GET /guides/items/{id}/sample", "GET /guides/c/{centre}/items/{id}/sample", "GET /api/v1/public/guides/{id}/sample", "GET /guides/items/{id}/print", "GET /guides/items/{id}/file.pdf", "GET /guides/items/{id}/file.docx",
	"POST /cases/papers", "POST /cases/correct", "POST /cases/c/{centre}/papers", "POST /cases/c/{centre}/correct", "POST /api/v1/public/case-papers", "POST /api/v1/public/case-corrections",
	"GET /guides/c/{centre}", "GET /guides/c/{centre}/authority", "GET /guides/c/{centre}/items/{id}", "GET /guides/c/{centre}/items/{id}/print", "GET /guides/c/{centre}/items/{id}/file.pdf", "GET /guides/c/{centre}/items/{id}/file.docx",
	"GET /api/v1/public/guides", "GET /api/v1/public/guides/{id}", "GET /api/v1/public/guide-reduction", "GET /api/v1/public/guides/{id}/file", "GET /api/v1/public/authorizations",
	"GET /hall/book", "GET /supervision-results", "GET /supervision-results/file/{format}", "GET /supervision-results/c/{centre}", "GET /supervision-results/c/{centre}/file/{format}", "GET /api/v1/public/supervision/{centre}/results", "GET /api/v1/public/supervision/{centre}/results/file/{format}", "GET /hall-figures", "GET /hall-figures/screen", "GET /hall-figures/c/{centre}", "GET /hall-figures/c/{centre}/screen", "GET /api/v1/public/hall/{centre}/figures", "GET /hall/c/{centre}/kiosk/{code}", "POST /hall/c/{centre}/kiosk/{code}/take", "POST /hall/c/{centre}/kiosk/{code}/check-in", "POST /hall/c/{centre}/kiosk/{code}/beat", "GET /hall/c/{centre}/kiosk/{code}/slip/{ticket}", "GET /hall/c/{centre}/display/{code}", "GET /hall/c/{centre}/display/{code}/live", "GET /hall/c/{centre}/ticket/{ticket}/{code}", "GET /hall/c/{centre}/book", "GET /hall/c/{centre}/book/{queue}", "POST /hall/c/{centre}/book/{queue}", "GET /hall/c/{centre}/booking", "POST /hall/c/{centre}/booking", "POST /hall/c/{centre}/booking/cancel", "GET /api/v1/public/hall/{centre}/kiosks/{device}", "POST /api/v1/public/hall/{centre}/kiosks/{device}/tickets", "POST /api/v1/public/hall/{centre}/kiosks/{device}/check-in", "POST /api/v1/public/hall/{centre}/devices/{kind}/{device}/beat", "GET /api/v1/public/hall/{centre}/displays/{device}", "GET /api/v1/public/hall/{centre}/tickets/{id}/{code}", "GET /api/v1/public/hall/{centre}/queues", "GET /api/v1/public/hall/{centre}/queues/{id}/slots", "POST /api/v1/public/hall/{centre}/appointments", "POST /api/v1/public/hall/{centre}/appointments/query", "POST /api/v1/public/hall/{centre}/appointments/cancel",
	"GET /rate", "POST /rate", "GET /rate/s/{code}", "POST /rate/s/{code}", "GET /rate/r/{receipt}", "POST /rate/r/{receipt}", "POST /rate/r/{receipt}/confirm", "GET /rate/results", "GET /rate/c/{centre}", "POST /rate/c/{centre}", "GET /rate/c/{centre}/s/{code}", "POST /rate/c/{centre}/s/{code}", "GET /rate/c/{centre}/r/{receipt}", "POST /rate/c/{centre}/r/{receipt}", "POST /rate/c/{centre}/r/{receipt}/confirm", "GET /rate/c/{centre}/results",
	"POST /api/v1/public/service-ratings/query", "POST /api/v1/public/service-ratings", "POST /api/v1/public/service-ratings/receipt", "POST /api/v1/public/service-ratings/change", "POST /api/v1/public/service-ratings/confirm", "GET /api/v1/public/service-ratings/results",
	"GET /matters", "GET /matters/stuck", "POST /matters/stuck", "GET /matters/complaint", "POST /matters/complaint", "GET /matters/track", "POST /matters/track", "GET /matters/c/{centre}", "GET /matters/c/{centre}/stuck", "POST /matters/c/{centre}/stuck", "GET /matters/c/{centre}/complaint", "POST /matters/c/{centre}/complaint", "GET /matters/c/{centre}/track", "POST /matters/c/{centre}/track", "POST /api/v1/public/matters", "POST /api/v1/public/matter-progress",
	"GET /matters/files", "POST /matters/files", "GET /matters/c/{centre}/files", "POST /matters/c/{centre}/files", "POST /api/v1/public/matter-files",
	"GET /stars", "POST /stars", "GET /stars/c/{centre}", "POST /stars/c/{centre}", "GET /api/v1/public/honour/{centre}", "POST /api/v1/public/honour/{centre}/votes", "POST /api/v1/public/site/{centre}/kiosks/{kiosk}/beats", "POST /api/v1/public/site/{centre}/kiosks/{kiosk}/prints",
	"GET /data", "GET /data/mine", "POST /data/mine", "GET /data/c/{centre}", "GET /data/c/{centre}/mine", "POST /data/c/{centre}/mine", "GET /api/v1/public/data-catalogue", "POST /api/v1/public/data-uses",
	"GET /cases/apply", "POST /cases/apply", "POST /cases/supply", "POST /cases/withdraw", "GET /cases/c/{centre}/apply", "POST /cases/c/{centre}/apply", "POST /cases/c/{centre}/supply", "POST /cases/c/{centre}/withdraw", "POST /api/v1/public/case-applications", "POST /api/v1/public/case-supplements", "POST /api/v1/public/case-withdrawals",
	"GET /data", "GET /data/mine", "POST /data/mine", "GET /data/c/{centre}", "GET /data/c/{centre}/mine", "POST /data/c/{centre}/mine", "GET /api/v1/public/data-catalogue", "POST /api/v1/public/data-uses",
	"GET /workforce/c/{centre}/gate/{code}", "GET /api/v1/public/workforce/gates/{centre}/{code}",
	"GET /open311/{file}", "GET /open311/v2/{file}", "POST /open311/v2/{file}", "GET /open311/v2/services/{file}", "GET /open311/v2/requests/{file}", "GET /open311/v2/tokens/{file}",
}

// undescribed are routes below the API's prefix that OpenAPI has no words for: a connection that stays open.
var undescribed = []string{"GET /api/v1/calls/socket"}

func TestEveryRouteNamesAPermissionThatExists(t *testing.T) {
	a := open(t)
	for _, rt := range a.Web.Routes() {
		name := rt.Method + " " + rt.Pattern
		switch {
		case rt.Public && !slices.Contains(publicRoutes, name):
			t.Errorf("%s is open to all and not in the list of public routes", name)
		case rt.Public:
		case rt.Permission == web.SignedIn:
		default:
			if _, ok := a.Org.Permission(rt.Permission); !ok {
				t.Errorf("%s names the permission %q, which no module declares", name, rt.Permission)
			}
		}
	}
}

func TestOpenAPIDescribesEveryRouteOfTheAPI(t *testing.T) {
	a := open(t)
	doc := a.REST.OpenAPI()
	described := 0
	for _, rt := range a.Web.Routes() {
		path, ok := strings.CutPrefix(rt.Pattern, "/api/v1")
		if !ok || strings.HasPrefix(path, "/openapi.") || slices.Contains(undescribed, rt.Method+" "+rt.Pattern) {
			continue
		}
		item := doc.Paths[path]
		if item == nil {
			t.Errorf("%s %s is not described", rt.Method, rt.Pattern)
			continue
		}
		op := map[string]any{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete, http.MethodPatch: item.Patch}[rt.Method]
		if op == nil {
			t.Errorf("%s %s is not described", rt.Method, rt.Pattern)
		}
		described++
	}
	for path := range doc.Paths {
		if path != strings.ToLower(path) && !strings.Contains(path, "{") {
			t.Errorf("%s is not in small letters", path)
		}
	}
	if described < 40 {
		t.Errorf("only %d operations", described)
	}
}

package app_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

var navLine = regexp.MustCompile(`href="(/[^"#?]*)"`)

// Every line of the navigation that somebody sees opens: no role is led to a page that it may not read.
func TestEveryLineOfTheNavigationOpens(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	centre := addCentre(t, a)
	unit := orgtest.Unit(t, a.Org, centre, "市住建局", "")
	lines := map[string]bool{}
	for _, i := range a.Web.NavItems() {
		lines[i.Href] = true
	}
	opened := 0
	for _, role := range a.Org.Roles() {
		where := orgtest.Where{}
		if role.Code == org.RoleLiaison || role.Code == org.RoleUnitHead || role.Code == org.RoleWindow || role.Code == org.RoleChiefRep || role.Code == org.RoleApprover {
			where.Unit = unit.ID
		}
		h := signIn(t, srv.URL, orgtest.User(t, a.Org, centre, where, role.Code))
		seen := map[string]bool{}
		for _, m := range navLine.FindAllStringSubmatch(h.get(t, "/account"), -1) {
			if !lines[m[1]] || seen[m[1]] {
				continue
			}
			seen[m[1]] = true
			res, body := h.send(t, http.MethodGet, m[1], "", nil)
			if opened++; res.StatusCode != http.StatusOK && res.StatusCode != http.StatusSeeOther {
				t.Errorf("the %s sees %s, which answers %d: %.200s", role.Code, m[1], res.StatusCode, body)
			}
		}
	}
	if opened < 80 {
		t.Errorf("only %d lines were opened", opened)
	}
}

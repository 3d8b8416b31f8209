package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// The lists of the API do not hold the title of a fully confidential ticket, but for the hotline's own staff.
func TestListsOfTheAPIKeepConfidentialTitles(t *testing.T) {
	a := open(t)
	centre := addCentre(t, a)
	unit := orgtest.Unit(t, a.Org, centre, "市住建局", "")
	agent := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleAgent)
	dispatcher := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleDispatcher)
	reg, err := a.Hotline.Register(agent.Ctx, hotline.RegisterInput{Channel: "电话", Kind: hotline.Report, Title: secretTitle, Content: secretTitle + "，请保密。", Confidential: hotline.ConfidentialAll, Phone: secretPhone})
	if err != nil {
		t.Fatal(err)
	}
	command := hotline.Command{TicketID: reg.ID}
	if _, err = a.Hotline.Accept(agent.Ctx, command, hotline.Classify{}); err == nil {
		_, err = a.Hotline.Dispatch(dispatcher.Ctx, command, hotline.DispatchInput{UnitID: unit.ID})
	}
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Web.Handler())
	defer server.Close()
	for _, c := range []struct {
		who   orgtest.Person
		paths []string
		sees  bool
	}{
		{orgtest.User(t, a.Org, centre, orgtest.Where{Unit: unit.ID}, org.RoleLiaison), []string{"/tickets", "/desk"}, false},
		{orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleLeader), []string{"/tickets"}, false},
		{agent, []string{"/tickets"}, true},
	} {
		h := signIn(t, server.URL, c.who)
		for _, path := range c.paths {
			res, err := h.http.Get(server.URL + "/api/v1" + path)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(b), reg.No) {
				t.Fatalf("%s for %s: %d %v %s", path, h.name, res.StatusCode, err, b)
			}
			if got := strings.Contains(string(b), secretTitle); got != c.sees {
				t.Errorf("%s for %s: the title is there: %v", path, h.name, got)
			}
		}
	}
}

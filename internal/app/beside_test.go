package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// A ticket of the hotline becomes a stuck matter: the ticket's page offers it, then shows how far it is, and the hotline's desk leads to
// the desk of stuck matters. Words and caller are read from the ticket.
func TestATicketBecomesAStuckMatter(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	centre := addCentre(t, a)
	agent := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleAgent)
	reg, err := a.Hotline.Register(agent.Ctx, hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Title: "营业执照跑了四趟", Content: "营业执照跑了四趟还没有办下来", Name: secretName, Phone: secretPhone})
	if err != nil {
		t.Fatal(err)
	}
	h := signIn(t, srv.URL, orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleDispatcher))
	at := "/hotline/tickets/" + reg.No
	want := func(path string, texts ...string) {
		t.Helper()
		res, err := h.http.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body := readAll(t, res)
		for _, text := range texts {
			if res.StatusCode != http.StatusOK || !strings.Contains(body, text) {
				t.Errorf("%s answers %d without %s", path, res.StatusCode, text)
			}
		}
	}
	want(at, "转办不成事", "/stuck/new?ticket="+reg.No, "转投诉")
	res, err := h.http.PostForm(srv.URL+"/stuck/new", url.Values{"ticket": {reg.No}})
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, res); res.StatusCode != http.StatusOK || !strings.Contains(body, "F20260508-0001") {
		t.Fatalf("%d %.300s", res.StatusCode, body)
	}
	want(at, "F20260508-0001", "待受理")
	want("/stuck/F20260508-0001", "跑了四趟还没有办下来", "欧**", reg.No)
	want("/hotline?state=draft", "办不成事 1")
	want("/12345", "/matters")
}

func readAll(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	var b strings.Builder
	if _, err := io.Copy(&b, res.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

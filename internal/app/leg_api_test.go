package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// answer is what the API says: a ticket, or a problem.
type answer struct {
	status int
	Code   string         `json:"code"`
	About  map[string]any `json:"context"` // of a problem
	Text   string         `json:"detail"`
	hotline.Ticket
}

// call posts to the API with a version (0 for none) and an idempotency key ("" for none).
func (h hunter) call(t *testing.T, path string, version int64, key, body string) answer {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, h.base+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if version != 0 {
		req.Header.Set("If-Match", `"`+strconv.FormatInt(version, 10)+`"`)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := h.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: res.StatusCode}
	if err := json.Unmarshal(b, &a); err != nil {
		t.Fatalf("%s: %d %s", path, res.StatusCode, b)
	}
	return a
}

// A refused return, a helping unit and a merge by the API: each change names its version, a repeated key changes
// nothing, and refusals carry their code.
func TestLegsByTheAPI(t *testing.T) {
	a := open(t)
	server := httptest.NewServer(a.Web.Handler())
	defer server.Close()
	centre := addCentre(t, a)
	lead, helper := orgtest.Unit(t, a.Org, centre, "市住建局", ""), orgtest.Unit(t, a.Org, centre, "市水务局", "")
	as := func(unit, role string) hunter {
		return signIn(t, server.URL, orgtest.User(t, a.Org, centre, orgtest.Where{Unit: unit}, role))
	}
	agent, dispatcher, head := as("", org.RoleAgent), as("", org.RoleDispatcher), as(lead.ID, org.RoleUnitHead)
	register := func() answer {
		r := agent.call(t, "/tickets", 0, "", `{"channel":"电话","kind":"求助","title":"暖气不热","content":"暖气不热","phone":"13800000001"}`)
		return agent.call(t, "/tickets/"+string(r.ID)+"/accept", r.Version, "", `{}`)
	}
	o := register()
	path := "/tickets/" + string(o.ID)
	o = dispatcher.call(t, path+"/dispatch", o.Version, "", `{"unit_id":"`+lead.ID+`","helpers":[{"unit_id":"`+helper.ID+`","matter":"关阀"}]}`)
	if o.status != http.StatusOK || o.State != hotline.Dispatched {
		t.Fatalf("%+v", o)
	}
	body := `{"ground":"` + hotline.ReturnReasons[0] + `","reason":"属于城管局职责"}`
	if r := head.call(t, path+"/return", 0, "", body); r.status < 400 {
		t.Errorf("without a version: %d", r.status)
	}
	if r := head.call(t, path+"/return", o.Version-1, "", body); r.status != http.StatusConflict || r.Code != "hotline.version" {
		t.Errorf("with an old version: %d %s", r.status, r.Code)
	}
	first := head.call(t, path+"/return", o.Version, "key-1", body)
	again := head.call(t, path+"/return", o.Version, "key-1", body)
	if first.status != http.StatusOK || again.status != http.StatusOK || first.Version != o.Version+1 || again.Version != first.Version {
		t.Errorf("%d %d, then %d %d", first.status, first.Version, again.status, again.Version)
	}
	if r := head.call(t, path+"/return-denial", first.Version, "", `{"reason":"自己决定"}`); r.status != http.StatusForbidden {
		t.Errorf("the unit decides on its own return: %d", r.status)
	}
	o = dispatcher.call(t, path+"/return-denial", first.Version, "", `{"reason":"三定方案明确"}`)
	r := head.call(t, path+"/return", o.Version, "", body)
	if r.status != http.StatusConflict || r.Code != "hotline.return_forbidden" || r.About["why"] != hotline.ReturnDesignated {
		t.Errorf("a second return: %d %+v", r.status, r.Text)
	}
	second := register()
	if r = dispatcher.call(t, "/tickets/"+string(second.ID)+"/merge", second.Version, "", `{"into":"`+o.No+`","reason":"同一事项"}`); r.status != http.StatusOK || r.State != hotline.Merged || r.MergedInto != o.ID {
		t.Errorf("%d %+v", r.status, r.Text)
	}
	if r = dispatcher.call(t, "/tickets/"+string(second.ID)+"/unmerge", r.Version, "", `{"reason":"不是同一事项"}`); r.status != http.StatusOK || r.State != hotline.Triage {
		t.Errorf("%d %+v", r.status, r.Text)
	}
	asks := dispatcher.get(t, "/api/v1/asks?kind=return")
	if !strings.Contains(asks, `"denied"`) || !strings.Contains(asks, o.No) {
		t.Errorf("the record of returns: %s", asks)
	}
}

package app_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// A bulletin by the API from its draft to its mended successor, with its documents, editions and frozen figures.
func TestBulletinsByTheAPI(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	centre := addCentre(t, a)
	putAway(t, a, centre)
	as := func(role string) hunter {
		return signIn(t, srv.URL, orgtest.User(t, a.Org, centre, orgtest.Where{}, role))
	}
	writer, reviewer, leader, agent := as(org.RoleReviewer), as(org.RoleSupervisor), as(org.RoleLeader), as(org.RoleAgent)

	in := map[string]any{"kind": "daily", "from": "2026-05-08", "to": "2026-05-09"}
	agent.ask(t, 403, "POST", "/reports", key("b0"), in)
	if p := writer.ask(t, 422, "POST", "/reports", key("b1"), map[string]any{"kind": "daily", "from": "2026-05-09", "to": "2026-05-08"}); !strings.Contains(p.raw, "期间不对") {
		t.Errorf("a period that ends before it begins: %s", p.raw)
	}
	b := writer.ask(t, 201, "POST", "/reports", key("b2"), in)
	if twice := writer.ask(t, 201, "POST", "/reports", key("b2"), in); twice.say("id") != b.say("id") {
		t.Errorf("the same request made two bulletins")
	}
	path := "/reports/" + b.say("id")
	edited := writer.ask(t, 200, "PUT", path, match(b.etag), map[string]any{"title": "测试日报", "text": b.say("text"), "note": "改标题"})
	writer.ask(t, 409, "PUT", path, match(b.etag), map[string]any{"title": "旧版", "text": ""})
	if e := writer.ask(t, 200, "GET", path+"/editions", nil, nil).items(); len(e) != 2 || e[0]["note"] != "改标题" || e[0]["by"] == "" {
		t.Errorf("the editions are %v", e)
	}
	writer.ask(t, 403, "POST", path+"/review", match(edited.etag), nil)
	reviewed := reviewer.ask(t, 200, "POST", path+"/review", match(edited.etag), nil)
	issued := leader.ask(t, 200, "POST", path+"/issue", match(reviewed.etag), nil)
	if issued.say("state") != "issued" || len(issued.say("seal")) != 64 {
		t.Errorf("issued: %s", issued.raw)
	}
	if f := writer.ask(t, 200, "GET", path+"/figures", nil, nil).items(); len(f) == 0 || f[0]["hash"] == "" || f[0]["cohort"] == "" {
		t.Errorf("the frozen figures are %v", f)
	}
	for _, format := range []string{"docx", "xlsx"} {
		if file := unpacked(writer.ask(t, 200, "GET", path+"/"+format, nil, nil).raw); !strings.Contains(file, "测试日报") || strings.Contains(file, secretName) || strings.Contains(file, secretPhone) {
			t.Errorf("the %s has %d bytes and not what it should", format, len(file))
		}
	}
	mended := writer.ask(t, 201, "POST", path+"/replace", key("r1"), nil)
	if twice := writer.ask(t, 201, "POST", path+"/replace", key("r1"), nil); twice.say("id") != mended.say("id") || mended.say("replaces") != b.say("id") {
		t.Errorf("mended twice: %s, %s", mended.raw, twice.say("id"))
	}
	writer.ask(t, 409, "POST", "/reports/"+mended.say("id")+"/replace", key("r2"), nil) // a draft cannot be mended

	settings := reviewer.ask(t, 200, "GET", "/reports/settings", nil, nil)
	if !strings.Contains(settings.raw, `"time":"08:30"`) || !strings.Contains(settings.raw, `"basis":9500`) {
		t.Errorf("the settings are %s", settings.raw)
	}
	writer.ask(t, 403, "PUT", "/reports/settings/plans/daily", match(`"1"`), map[string]any{"enabled": false, "time": "09:15"})
	reviewer.ask(t, 422, "PUT", "/reports/settings/plans/daily", match(`"1"`), map[string]any{"enabled": false, "time": "25:99"})
	if s := reviewer.ask(t, 200, "PUT", "/reports/settings/plans/daily", match(`"1"`), map[string]any{"enabled": false, "time": "09:15"}); !strings.Contains(s.raw, `"time":"09:15"`) {
		t.Errorf("the plan is not changed: %s", s.raw)
	}
	reviewer.ask(t, 409, "PUT", "/reports/settings/plans/daily", match(`"1"`), map[string]any{"enabled": true, "time": "09:15"})
	reviewer.ask(t, 422, "PUT", "/reports/settings/floors/M4", match(`"1"`), map[string]any{"basis": 9000, "confirmed": true})
	if s := reviewer.ask(t, 200, "PUT", "/reports/settings/floors/M4", match(`"1"`), map[string]any{"basis": 9000, "source": "考核办法第八条", "confirmed": true}); !strings.Contains(s.raw, `"basis":9000`) {
		t.Errorf("the floor is not changed: %s", s.raw)
	}
}

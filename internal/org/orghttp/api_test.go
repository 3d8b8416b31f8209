package orghttp_test

import (
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// token makes an API token of a person of the demonstration.
func (s *stand) token(username string, scopes ...actor.Permission) string {
	s.t.Helper()
	a, _ := s.demo.Account(username)
	_, text, err := s.m.CreateTokenFor(orgtest.System(s.demo.Centre.ID), a.User.ID, org.TokenInput{Name: "测试", Scopes: scopes, ExpiresAt: s.now.Now().Add(24 * time.Hour)})
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

func TestUnitAPI(t *testing.T) {
	s := newStand(t)
	v := s.visitor()
	full, reader := s.token("gaofang", org.PermUnitRead, org.PermUnitWrite), s.token("gaofang", org.PermUnitRead)
	v.call("GET", "/units", "", "", nil, nil).mustBe(t, "without a token", 401)
	v.call("GET", "/units", "yct_nonsense", "", nil, nil).mustBe(t, "nonsense", 401)
	v.call("GET", "/users", reader, "", nil, nil).mustBe(t, "beyond the token", 403)
	var page struct {
		Items []struct {
			ID, Name string
			Level    int
		}
		Next string
	}
	seen := map[string]bool{}
	for after := ""; ; after = page.Next {
		page.Next = ""
		v.call("GET", "/units?limit=20&after="+after, reader, "", nil, &page).mustBe(t, "list", 200)
		for _, u := range page.Items {
			seen[u.ID] = true
		}
		if page.Next == "" {
			break
		}
	}
	if len(seen) != len(s.demo.Units) {
		t.Errorf("%d units over all pages, want %d", len(seen), len(s.demo.Units))
	}
	in := map[string]any{"name": "临夏市气象局", "kinds": []string{"handling"}, "group": "vertical"}
	v.call("POST", "/units", reader, "", in, nil).mustBe(t, "write with a reader's token", 403)
	var made struct {
		ID      string
		Version int
	}
	p := v.call("POST", "/units", full, "", in, &made).mustBe(t, "create", 201)
	if p.header.Get("ETag") != `"1"` || p.header.Get("Location") != "/api/v1/units/"+made.ID {
		t.Errorf("headers %v", p.header)
	}
	in["short_name"] = "市气象局"
	v.call("PUT", "/units/"+made.ID, full, "", in, nil).mustBe(t, "without If-Match", 422, "If-Match")
	v.call("PUT", "/units/"+made.ID, full, `"1"`, in, &made).mustBe(t, "change", 200)
	v.call("PUT", "/units/"+made.ID, full, `"1"`, in, nil).mustBe(t, "stale", 409, "store.stale")
	v.call("POST", "/units", full, "", in, nil).mustBe(t, "same name", 409, "org.unit_taken")
	v.call("GET", "/units/"+strings.Repeat("0", 13), reader, "", nil, nil).mustBe(t, "unknown", 404)
}

func TestUserAndTokenAPI(t *testing.T) {
	s := newStand(t)
	v := s.visitor()
	token := s.token("admin", org.PermUserRead, org.PermUserWrite, org.PermRoleAssign)
	var me struct {
		User        struct{ Username string }
		Permissions map[string]string
	}
	v.call("GET", "/me", token, "", nil, &me).mustBe(t, "me", 200)
	if me.User.Username != "admin" || len(me.Permissions) != 3 || me.Permissions["org.user.read"] != "centre" {
		t.Errorf("me %+v", me)
	}
	var made struct {
		ID       string
		Password string `json:"one_time_password"`
		Version  int
	}
	in := map[string]any{"username": "wangwu", "display_name": "王五", "phone": "13893000009"}
	p := v.call("POST", "/users", token, "", in, &made).mustBe(t, "create", 201)
	if made.Password == "" || strings.Contains(p.text, "13893000009") {
		t.Errorf("created %s", p.text)
	}
	v.call("PUT", "/users/"+made.ID+"/roles", token, `"1"`, map[string]any{"roles": []string{"agent"}}, nil).mustBe(t, "roles", 200, `"agent"`)
	v.call("PUT", "/users/"+made.ID+"/roles", token, `"2"`, map[string]any{"roles": []string{"emperor"}}, nil).mustBe(t, "unknown role", 422)
	v.call("PUT", "/users/"+made.ID+"/active", token, `"2"`, map[string]any{"active": false}, nil).mustBe(t, "close", 200, `"active":false`)
	v.call("GET", "/users?active=true&q=wangwu", token, "", nil, nil).mustBe(t, "open ones", 200, `"items":[]`)
	v.call("GET", "/tokens", token, "", nil, nil).mustBe(t, "tokens with a token", 403)

	browser := s.as("xujing")
	expires := s.now.Now().Add(48 * time.Hour).Time().Format(time.RFC3339)
	var tok struct{ ID, Token string }
	browser.call("POST", "/tokens", "", "", map[string]any{"name": "取数", "scopes": []string{"org.unit.read"}, "expires_at": expires}, &tok).mustBe(t, "make a token", 201)
	v.call("GET", "/units", tok.Token, "", nil, nil).mustBe(t, "use it", 200)
	browser.call("GET", "/tokens", "", "", nil, nil).mustBe(t, "list", 200, "取数")
	browser.call("DELETE", "/tokens/"+tok.ID, "", "", nil, nil).mustBe(t, "revoke", 204)
	v.call("GET", "/units", tok.Token, "", nil, nil).mustBe(t, "after", 401)
}

package telephonyhttp_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/telephony/telephonyhttp"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

type office struct {
	*hotlinetest.World
	site  *webtest.Site
	users map[string]*actor.Actor
}

func open(t *testing.T) *office {
	t.Helper()
	w := hotlinetest.Open(t, store.SQLite)
	o := &office{World: w, users: map[string]*actor.Actor{"switch": w.Person(t, "", org.RoleAdmin).Actor, "agent": w.Person(t, "", org.RoleAgent).Actor, "lead": w.Person(t, "", org.RoleShiftLead).Actor}}
	o.site = webtest.New(t, o.users, func(pages *web.Kit, api *rest.Kit) {
		telephonyhttp.Register(pages, api, telephonyhttp.Deps{Telephony: w.Telephony, AuthenticateToken: o.authenticate})
	}, func(opt *web.Options) { opt.Clock = w.Clock })
	return o
}

func (o *office) authenticate(_ context.Context, token string) (*actor.Actor, error) {
	if a, ok := o.users[token]; ok {
		return a, nil
	}
	return nil, errs.New(errs.Unauthenticated, "test.token", "没有这个令牌。")
}

func TestSeatAndListPages(t *testing.T) {
	o := open(t)
	o.site.As("lead").Get("/calls").Want(200).Has("还没有来电")
	o.site.As("agent").Post("/calls/seat", "seat", "").Want(422).Has("请填写座席号")
	o.site.As("agent").Post("/calls/seat", "seat", "8001").Want(303)
	o.site.As("agent").Get("/calls/seat").Want(200).Has("您现在在座席 8001")
	report := func(body string) { o.site.As("switch").Call("POST", "/calls/reports", body).Want(200) }
	report(`{"ref":"c1","kind":"offered","phone":"13800001234","seat":"8001"}`)
	o.site.As("agent").Get("/calls/live").Want(200).Has("振铃：13800001234", "/hotline/new?call=")
	report(`{"ref":"c1","kind":"ended"}`)
	o.site.As("agent").Get("/calls/live").Want(204)
	o.site.As("lead").Get("/calls").Want(200).Has("138****1234", "未接通", "8001").Lacks("13800001234")
	o.site.As("lead").Get("/calls?abandoned=1&from=2026-05-08&to=2026-05-08").Want(200).Has("138****1234")
	o.site.As("lead").Get("/calls?from=2026-05-09").Want(200).Lacks("138****1234")
	o.site.As("agent").Get("/calls").Want(403)
	o.site.As("agent").Call("POST", "/calls/reports", `{"ref":"c2","kind":"offered"}`).Want(403)
	o.site.As("agent").Post("/calls/seat", "leave", "1").Want(303)
	o.site.As("agent").Get("/calls/seat").Want(200).Lacks("您现在在座席")
}

func TestSocketTakesReportsInOrderAndEndsWithItsToken(t *testing.T) {
	o := open(t)
	srv := httptest.NewServer(o.site.Pages.Handler())
	defer srv.Close()
	ctx := t.Context()
	dial := func(token string) (*websocket.Conn, *http.Response, error) {
		return websocket.Dial(ctx, srv.URL+"/api/v1/calls/socket", &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}})
	}
	for token, status := range map[string]int{"nobody": 401, "agent": 403} {
		if _, res, err := dial(token); err == nil || res.StatusCode != status {
			t.Errorf("%s: %v", token, res)
		}
	}
	conn, _, err := dial("switch")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	say := func(message string) map[string]any {
		t.Helper()
		if err := conn.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
		_, b, err := conn.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]any{}
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct{ message, field, want string }{
		{`{"ref":"s1","kind":"offered","phone":"13800001234","seat":"8001"}`, "state", "ringing"},
		{`{"ref":"s1","kind":"answered","seat":"8001"}`, "state", "talking"},
		{`{"ref":"s1","kind":"ended"}`, "state", "answered"},
		{`{"ref":"s1","kind":"ended"}`, "state", "answered"},
		{`{"ref":"s1","kind":"moved"}`, "code", "telephony.report"},
		{`not json`, "code", "telephonyhttp.message"},
	} {
		if got := say(c.message); got[c.field] != c.want {
			t.Errorf("%s: %v, want %s %s", c.message, got, c.field, c.want)
		}
	}
	delete(o.users, "switch")
	if err := conn.Write(ctx, websocket.MessageText, []byte(`{"ref":"s2","kind":"offered"}`)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusPolicyViolation || !strings.Contains(err.Error(), "失效") {
		t.Errorf("a withdrawn token goes on: %v", err)
	}
}

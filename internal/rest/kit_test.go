package rest_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	vm "github.com/VictoriaMetrics/metrics"
	"github.com/alexedwards/scs/v2/memstore"
	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

const permRead actor.Permission = "box.item.read"

// stand is a small API with every shape of operation, and what it reported.
type stand struct {
	api    *rest.Kit
	pages  *web.Kit
	denied []string
	server http.Handler
}

type item struct {
	ID   string        `json:"id"`
	Made clock.Instant `json:"made"`
	Day  clock.Date    `json:"day"`
}

type newItem struct {
	Title string        `json:"title" minLength:"2" maxLength:"10"`
	Due   clock.Instant `json:"due,omitempty"`
	Count int           `json:"count,omitempty" minimum:"1"`
}

var errClosed = errs.New(errs.Conflict, "box.closed", "箱子已经封存，不能再放东西。")

func newStand(t testing.TB, log ...*slog.Logger) *stand {
	s := &stand{}
	reader := &actor.Actor{Kind: actor.Token, UserID: "u1", CentreID: "c1", Grants: map[actor.Permission]actor.Scope{permRead: actor.Centre}}
	logger := slog.New(slog.DiscardHandler)
	if len(log) > 0 {
		logger = log[0]
	}
	s.pages = web.New(web.Options{Logger: logger, Metrics: vm.NewSet(), Key: []byte(strings.Repeat("k", 32)), Sessions: memstore.NewWithCleanupInterval(0),
		Authenticate: func(_ context.Context, user, _ string) (*actor.Actor, error) {
			return &actor.Actor{Kind: actor.User, UserID: user, Grants: reader.Grants}, nil
		},
		Denied: func(_ context.Context, r *http.Request, e *errs.Error) { s.denied = append(s.denied, e.Code) },
	})
	s.api = rest.New(s.pages, rest.Options{Title: "测试", Version: "1", AuthenticateToken: func(_ context.Context, token string) (*actor.Actor, error) {
		switch token {
		case "good":
			return reader, nil
		case "poor":
			return &actor.Actor{Kind: actor.Token, UserID: "u2"}, nil
		}
		return nil, rest.ErrToken
	}})
	s.register()
	s.server = s.pages.Handler()
	return s
}

func (s *stand) register() {
	rest.Register(s.api, huma.Operation{Method: "GET", Path: "/items/{id}", Summary: "看"}, permRead,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[item], error) {
			switch in.ID.ID {
			case "hidden":
				return nil, actor.ErrForbidden.Hide()
			case "broken":
				return nil, io.ErrUnexpectedEOF
			case "panic":
				panic("secret detail")
			}
			return rest.WithVersion(item{ID: in.ID.ID, Made: clock.At(2026, 5, 14, 18, 0), Day: clock.Day(2026, 5, 14)}, 3), nil
		})
	rest.Register(s.api, huma.Operation{Method: "POST", Path: "/items", Summary: "放", DefaultStatus: 201}, permRead,
		func(ctx context.Context, in *struct {
			rest.IdempotencyKey
			Body newItem
		}) (*rest.Created[item], error) {
			return rest.Made(item{ID: "9", Made: in.Body.Due, Day: clock.NoDate}, "/items/9", 1), nil
		})
	rest.Register(s.api, huma.Operation{Method: "PATCH", Path: "/items/{id}", Summary: "改"}, permRead,
		func(ctx context.Context, in *struct {
			rest.ID
			rest.IfMatch
			Body newItem
		}) (*rest.Versioned[item], error) {
			v, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			if v != 3 {
				return nil, errClosed.With("version", 3)
			}
			return rest.WithVersion(item{ID: in.ID.ID}, v+1), nil
		})
	rest.Register(s.api, huma.Operation{Method: "GET", Path: "/items", Summary: "列"}, permRead,
		func(ctx context.Context, in *struct {
			rest.Paging
			From  rest.DateParam `query:"from"`
			Since rest.TimeParam `query:"since"`
		}) (*rest.Body[rest.Page[item]], error) {
			if in.From.Get() != clock.NoDate && in.From.Get() != clock.Day(2026, 5, 1) {
				return nil, errClosed
			}
			if in.After == "" {
				return rest.List([]item{{ID: "1"}}, web.EncodeCursor("1")), nil
			}
			if _, err := web.DecodeCursor(in.After, 1); err != nil {
				return nil, err
			}
			return rest.List[item](nil, ""), nil
		})
	rest.Public(s.api, huma.Operation{Method: "GET", Path: "/open", Summary: "公开"},
		func(ctx context.Context, in *struct{}) (*rest.Body[string], error) { return rest.OK("好"), nil })
}

func (s *stand) call(method, path, token, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	if body == "" {
		r = httptest.NewRequest(method, "/api/v1"+path, nil)
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	return w
}

func TestProblems(t *testing.T) {
	s := newStand(t)
	for _, tt := range []struct {
		name, method, path, token, body string
		status                          int
		code, field                     string
	}{
		{"no token", "GET", "/items/1", "", "", 401, "actor.sign_in", ""},
		{"unknown token", "GET", "/items/1", "bad", "", 401, "rest.token", ""},
		{"no permission", "GET", "/items/1", "poor", "", 403, "actor.forbidden", ""},
		{"no permission, before the body is read", "POST", "/items", "poor", "{", 403, "actor.forbidden", ""},
		{"hidden", "GET", "/items/hidden", "good", "", 404, "actor.forbidden", ""},
		{"broken", "GET", "/items/broken", "good", "", 500, "internal", ""},
		{"panic", "GET", "/items/panic", "good", "", 500, "internal", ""},
		{"no route", "GET", "/nothing", "good", "", 404, "web.not_found", ""},
		{"no method", "DELETE", "/items", "good", "", 405, "web.method", ""},
		{"no body", "POST", "/items", "good", "", 400, "rest.body", ""},
		{"not json", "POST", "/items", "good", "{", 400, "rest.body", ""},
		{"short title", "POST", "/items", "good", `{"title":"灯"}`, 422, "rest.invalid", "body.title"},
		{"unknown field", "POST", "/items", "good", `{"title":"路灯","x":1}`, 422, "rest.invalid", "body.x"},
		{"bad time", "POST", "/items", "good", `{"title":"路灯","due":"明天"}`, 422, "rest.invalid", "body.due"},
		{"number as text", "POST", "/items", "good", `{"title":"路灯","count":"1"}`, 422, "rest.invalid", "body.count"},
		{"too large", "POST", "/items", "good", `{"title":"` + strings.Repeat("a", 2<<20) + `"}`, 413, "rest.too_large", ""},
		{"no version", "PATCH", "/items/1", "good", `{"title":"路灯"}`, 422, "rest.if_match_required", ""},
		{"limit", "GET", "/items?limit=1000", "good", "", 422, "rest.invalid", "query.limit"},
		{"limit is not a number", "GET", "/items?limit=x", "good", "", 422, "rest.invalid", "query.limit"},
		{"day", "GET", "/items?from=2026-13-01", "good", "", 422, "rest.invalid", "query.from"},
		{"cursor", "GET", "/items?after=zzz", "good", "", 422, "web.cursor", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := s.call(tt.method, tt.path, tt.token, tt.body)
			var p rest.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatalf("%v: %s", err, w.Body)
			}
			if w.Code != tt.status || p.Status != tt.status || p.Code != tt.code || p.Detail == "" || p.Title == "" {
				t.Errorf("got %d %+v", w.Code, p)
			}
			if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
				t.Errorf("content type %q", ct)
			}
			if p.RequestID == "" || p.RequestID != w.Header().Get("X-Request-Id") {
				t.Errorf("request id %q, header %q", p.RequestID, w.Header().Get("X-Request-Id"))
			}
			if tt.field != "" && (len(p.Errors) != 1 || p.Errors[0].Name != tt.field) {
				t.Errorf("fields %+v", p.Errors)
			}
			if text := englishIn(p); text != "" {
				t.Errorf("english: %s", text)
			}
			if strings.Contains(w.Body.String(), "secret detail") || strings.Contains(w.Body.String(), "EOF") {
				t.Errorf("a cause left the log: %s", w.Body)
			}
		})
	}
}

// englishIn gives the first sentence of p without a Chinese character.
func englishIn(p rest.Problem) string {
	for _, s := range append([]errs.Field{{Public: p.Title}, {Public: p.Detail}}, p.Errors...) {
		if !strings.ContainsFunc(s.Public, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) {
			return s.Public
		}
	}
	return ""
}

func TestConflictCarriesTheCurrentVersion(t *testing.T) {
	s := newStand(t)
	w := s.call("PATCH", "/items/1", "good", `{"title":"路灯"}`, "If-Match", `"2"`)
	var p rest.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if w.Code != 409 || p.Context["version"] != 3.0 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if w := s.call("PATCH", "/items/1", "good", `{"title":"路灯"}`, "If-Match", `W/"3"`); w.Code != 200 || w.Header().Get("ETag") != `"4"` {
		t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestEveryRefusalIsReported(t *testing.T) {
	s := newStand(t)
	s.call("GET", "/items/1", "", "")
	s.call("GET", "/items/1", "bad", "")
	s.call("GET", "/items/1", "poor", "")
	s.call("GET", "/items/hidden", "good", "")
	s.call("GET", "/items/1", "good", "")
	s.call("POST", "/items", "good", "{", "Sec-Fetch-Site", "cross-site")
	want := "actor.sign_in rest.token actor.forbidden actor.forbidden web.cross_site"
	if got := strings.Join(s.denied, " "); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnswers(t *testing.T) {
	s := newStand(t)
	w := s.call("GET", "/items/1", "good", "")
	if want := `{"id":"1","made":"2026-05-14T18:00:00+08:00","day":"2026-05-14"}`; strings.TrimSpace(w.Body.String()) != want {
		t.Errorf("got %s", w.Body)
	}
	if w.Header().Get("ETag") != `"3"` || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", w.Header())
	}
	w = s.call("POST", "/items", "good", `{"title":"路灯","due":"2026-05-14T10:00:00Z"}`)
	if w.Code != 201 || w.Header().Get("Location") != "/api/v1/items/9" || !strings.Contains(w.Body.String(), `"2026-05-14T18:00:00+08:00"`) {
		t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := s.call("GET", "/open", "", ""); w.Code != 200 {
		t.Errorf("public route: %d %s", w.Code, w.Body)
	}
}

func TestPagesEnd(t *testing.T) {
	s := newStand(t)
	var first, second rest.Page[item]
	w := s.call("GET", "/items?from=2026-05-01&since=2026-05-14T00:00:00Z", "good", "")
	if err := json.Unmarshal(w.Body.Bytes(), &first); err != nil || len(first.Items) != 1 || first.Next == "" {
		t.Fatalf("%v: %s", err, w.Body)
	}
	w = s.call("GET", "/items?after="+first.Next, "good", "")
	if err := json.Unmarshal(w.Body.Bytes(), &second); err != nil || second.Next != "" || !strings.Contains(w.Body.String(), `"items":[]`) {
		t.Fatalf("%v: %s", err, w.Body)
	}
}

func TestSessionCookieWorksFromOwnPagesOnly(t *testing.T) {
	s := newStand(t)
	s.pages.Public("POST /in", func(c *web.Ctx) error {
		if err := c.SignIn("u1", ""); err != nil {
			return err
		}
		return c.NoContent()
	})
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, httptest.NewRequest("POST", "/in", nil))
	cookie := w.Header().Get("Set-Cookie")
	cookie, _, _ = strings.Cut(cookie, ";")
	if w := s.call("GET", "/items/1", "", "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin"); w.Code != 200 {
		t.Errorf("own page: %d %s", w.Code, w.Body)
	}
	if w := s.call("GET", "/items/1", "", "", "Cookie", cookie, "Sec-Fetch-Site", "cross-site"); w.Code != 401 {
		t.Errorf("foreign page: %d", w.Code)
	}
}

func TestOpenAPIListsEveryRoute(t *testing.T) {
	s := newStand(t)
	w := s.call("GET", "/openapi.json", "", "")
	var doc struct {
		OpenAPI    string                               `json:"openapi"`
		Paths      map[string]map[string]map[string]any `json:"paths"`
		Components struct {
			Schemas map[string]struct {
				Properties map[string]map[string]any `json:"properties"`
			} `json:"schemas"`
			Security map[string]map[string]any `json:"securitySchemes"`
		} `json:"components"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("version %s", doc.OpenAPI)
	}
	n := 0
	for _, rt := range s.pages.Routes() {
		if !rt.API || strings.Contains(rt.Pattern, "openapi") {
			continue
		}
		n++
		op := doc.Paths[strings.TrimPrefix(rt.Pattern, rest.Prefix)][strings.ToLower(rt.Method)]
		if op == nil {
			t.Errorf("%s %s is not described", rt.Method, rt.Pattern)
			continue
		}
		if (rt.Permission == "") != rt.Public {
			t.Errorf("%s %s: permission %q, public %v", rt.Method, rt.Pattern, rt.Permission, rt.Public)
		}
	}
	if n != 5 {
		t.Errorf("%d API routes recorded", n)
	}
	if f := doc.Components.Schemas["Item"].Properties["made"]["format"]; f != "date-time" {
		t.Errorf("an instant is described as %v", f)
	}
	if n := doc.Components.Security["session"]["name"]; n != "yc_session" || n != s.pages.SessionCookie() {
		t.Errorf("the session's cookie is described as %v", n)
	}
	if _, ok := doc.Components.Schemas["ErrorModel"]; ok {
		t.Error("the library's own problem document is described")
	}
	if strings.Contains(w.Body.String(), "$schema") {
		t.Error("bodies are described with $schema links")
	}
	if y := s.call("GET", "/openapi.yaml", "", ""); y.Code != 200 || !strings.Contains(y.Body.String(), "openapi: 3.1") {
		t.Errorf("yaml: %d", y.Code)
	}
}

func TestRegisterRefusesARouteWithoutPermission(t *testing.T) {
	s := newStand(t)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	rest.Register(s.api, huma.Operation{Method: "GET", Path: "/x"}, "", func(context.Context, *struct{}) (*rest.Nothing, error) { return nil, nil })
}

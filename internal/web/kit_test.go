package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	vm "github.com/VictoriaMetrics/metrics"
	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/rest"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

const permBox actor.Permission = "box.read"

var clerk = &actor.Actor{Kind: actor.User, UserID: "u1", Name: "马海燕", CentreID: "c1", Grants: map[actor.Permission]actor.Scope{permBox: actor.Centre}}

var users = map[string]*actor.Actor{"clerk": clerk, "guest": {Kind: actor.User, UserID: "u2", Name: "访客"}}

// text is a component of plain text in the staff layout.
func text(s string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return web.StaffLayout(web.Page{Title: "标题"}).Render(templ.WithChildren(ctx, templ.Raw(s)), w)
	})
}

func site(t testing.TB, register func(k *web.Kit), change ...func(*web.Options)) *webtest.Site {
	return webtest.New(t, users, func(k *web.Kit, _ *rest.Kit) { register(k) }, change...)
}

func TestRoutesAreRecorded(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("GET /boxes/{id}", permBox, func(c *web.Ctx) error { return c.Render(text(c.Param("id"))) })
		k.Public("POST /ask", func(c *web.Ctx) error { return c.Redirect("/") })
	})
	found := 0
	for _, r := range s.Pages.Routes() {
		switch r.Method + " " + r.Pattern {
		case "GET /boxes/{id}":
			found++
			if r.Permission != permBox || r.Public {
				t.Errorf("%+v", r)
			}
		case "POST /ask":
			found++
			if r.Permission != "" || !r.Public {
				t.Errorf("%+v", r)
			}
		}
		if (r.Permission == "") != r.Public {
			t.Errorf("%s %s has permission %q and public %v", r.Method, r.Pattern, r.Permission, r.Public)
		}
	}
	if found != 2 {
		t.Errorf("%d of 2 routes recorded", found)
	}
	s.As("clerk").Get("/boxes/7").Want(200).Has("7", "马海燕")
}

func TestRegistrationNeedsADecision(t *testing.T) {
	for name, register := range map[string]func(k *web.Kit){
		"no permission": func(k *web.Kit) { k.Page("GET /x", "", nil) },
		"raw without":   func(k *web.Kit) { k.Raw("GET /x", web.Route{}, http.NotFoundHandler()) },
		"no method":     func(k *web.Kit) { k.Public("/x", nil) },
		"no path":       func(k *web.Kit) { k.Public("GET x", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			site(t, register)
		})
	}
}

func TestErrorPages(t *testing.T) {
	cause := errors.New("dial tcp 10.0.0.1: refused")
	kinds := map[string]struct {
		err    error
		status int
		says   string
	}{
		"invalid":     {errs.New(errs.Invalid, "box.bad", "箱号不对。").Field("no", "请填 6 位箱号。"), 422, "请填 6 位箱号。"},
		"forbidden":   {actor.ErrForbidden, 403, "没有这项权限"},
		"not-found":   {errs.New(errs.NotFound, "box.none", "没有这个箱子。"), 404, "没有这个箱子。"},
		"hidden":      {actor.ErrForbidden.Hide(), 404, "没有找到"},
		"conflict":    {errs.New(errs.Conflict, "box.stale", "箱子刚被别人改过。").Wrap(cause), 409, "箱子刚被别人改过。"},
		"too-large":   {web.ErrTooLarge, 413, "太大"},
		"too-many":    {web.ErrTooMany, 429, "太频繁"},
		"unavailable": {errs.New(errs.Unavailable, "box.busy", "系统繁忙。"), 503, "系统繁忙。"},
		"unknown":     {fmt.Errorf("load box: %w", cause), 500, "系统出错"},
	}
	s := site(t, func(k *web.Kit) {
		for name, tt := range kinds {
			k.Page("GET /"+name, permBox, func(c *web.Ctx) error { return tt.err })
			k.Page("POST /"+name, permBox, func(c *web.Ctx) error { return tt.err })
		}
	})
	c := s.As("clerk")
	for name, tt := range kinds {
		t.Run(name, func(t *testing.T) {
			a := c.Get("/" + name).Want(tt.status)
			a.Has(tt.says, "请求编号 "+a.Header().Get("X-Request-Id")).Lacks("dial tcp")
			c.Post("/"+name).Want(tt.status).Has(tt.says, "没有生效")
			r := httptest.NewRequest("GET", "/"+name, nil)
			r.Header.Set("HX-Request", "true")
			part := c.Do(r).Want(tt.status).Has("请求编号").Lacks("<html", "dial tcp")
			if part.Header().Get("HX-Retarget") != "#notices" {
				t.Error("a script is not told where the message belongs")
			}
		})
	}
}

func TestNoHalfPage(t *testing.T) {
	broken := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "前半页")
		return errors.New("row 7 cannot be read")
	})
	s := site(t, func(k *web.Kit) {
		k.Page("GET /broken", permBox, func(c *web.Ctx) error { return c.Render(broken) })
		k.Page("GET /panic", permBox, func(c *web.Ctx) error { panic("box 7") })
	})
	s.As("clerk").Get("/broken").Want(500).Has("系统出错").Lacks("前半页", "row 7")
	s.As("clerk").Get("/panic").Want(500).Has("系统出错").Lacks("box 7")
}

func TestStream(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("GET /early", permBox, func(c *web.Ctx) error {
			return c.Stream("表.xlsx", "application/x", func(io.Writer) error { return errs.New(errs.Conflict, "x.y", "不能导出。") })
		})
		k.Page("GET /late", permBox, func(c *web.Ctx) error {
			return c.Stream("表.xlsx", "application/x", func(w io.Writer) error {
				io.WriteString(w, "row")
				return errors.New("lost")
			})
		})
		k.Page("GET /whole", permBox, func(c *web.Ctx) error {
			return c.Stream("工单/5月\".xlsx", "application/x", func(w io.Writer) error { _, err := io.WriteString(w, "rows"); return err })
		})
	})
	c := s.As("clerk")
	if a := c.Get("/early").Want(409).Has("不能导出。"); a.Header().Get("Content-Disposition") != "" {
		t.Error("the error page is sent as a file")
	}
	if a := c.Get("/whole").Want(200); a.Header().Get("Content-Disposition") != "attachment; filename*=UTF-8''%E5%B7%A5%E5%8D%95_5%E6%9C%88%27.xlsx" {
		t.Errorf("name %s", a.Header().Get("Content-Disposition"))
	}
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("a file that is cut short looks whole")
		}
	}()
	c.Get("/late")
}

func TestFilesAreOnlyShownWhereThatIsSafe(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("GET /file", permBox, func(c *web.Ctx) error {
			return c.File("a", c.Query("type"), 0, strings.NewReader("0123456789"), true)
		})
	})
	for kind, want := range map[string]string{"application/pdf": "inline", "image/png": "inline", "image/svg+xml": "attachment", "text/html": "attachment"} {
		a := s.As("clerk").Get("/file?type=" + strings.ReplaceAll(kind, "+", "%2B")).Want(200)
		if got, _, _ := strings.Cut(a.Header().Get("Content-Disposition"), ";"); got != want {
			t.Errorf("%s is sent as %s", kind, got)
		}
	}
}

func TestHeaders(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Public("GET /open", func(c *web.Ctx) error { return c.Render(text("开")) })
	})
	h := s.As("").Get("/open").Want(200).Header()
	csp := h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'self'", "img-src 'self' data:", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy %q lacks %q", csp, want)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8"} {
		if h.Get(name) != want {
			t.Errorf("%s: %q", name, h.Get(name))
		}
	}
}

func TestPostsFromOtherSitesAreRefused(t *testing.T) {
	done := 0
	s := site(t, func(k *web.Kit) {
		k.Page("POST /box", permBox, func(c *web.Ctx) error { done++; return c.NoContent() })
	})
	c := s.As("clerk")
	for header, status := range map[string]int{"Sec-Fetch-Site: cross-site": 403, "Origin: https://evil.example": 403, "Sec-Fetch-Site: same-origin": 204, "Sec-Fetch-Site: none": 204} {
		r := httptest.NewRequest("POST", "/box", nil)
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
		if a := c.Do(r); a.Code != status {
			t.Errorf("%s: %d", header, a.Code)
		}
	}
	if done != 2 || !slices.Equal(s.Denied(), []string{"web.cross_site", "web.cross_site"}) {
		t.Errorf("%d posts went through, %v reported", done, s.Denied())
	}
}

func TestStrangersAreSentToSignIn(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("GET /box", permBox, func(c *web.Ctx) error { return c.NoContent() })
		k.Page("POST /box", permBox, func(c *web.Ctx) error { return c.NoContent() })
		k.Page("GET /me", web.SignedIn, func(c *web.Ctx) error { return c.NoContent() })
	})
	s.As("").Get("/box?a=1&b=2").Goes("/login?next=%2Fbox%3Fa%3D1%26b%3D2")
	s.As("").Get("/me").Goes("/login?next=%2Fme")
	s.As("").Post("/box").Want(401).Has("请先登录", "去登录")
	s.As("guest").Get("/box").Want(403).Has("没有权限")
	s.As("guest").Get("/me").Want(204)
	s.As("clerk").Get("/box").Want(204)
	want := []string{"actor.sign_in", "actor.sign_in", "actor.sign_in", "actor.forbidden"}
	if got := s.Denied(); !slices.Equal(got, want) {
		t.Errorf("reported %v, want %v", got, want)
	}
}

func TestRefusalsSayFromWhere(t *testing.T) {
	var who []*actor.Actor
	s := site(t, func(k *web.Kit) {
		k.Page("GET /box", permBox, func(c *web.Ctx) error { return nil })
		k.Page("POST /box", permBox, func(c *web.Ctx) error { return nil })
	}, func(o *web.Options) {
		o.Visitor = func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: "c9"} }
		o.Denied = func(ctx context.Context, _ *http.Request, _ *errs.Error) { who = append(who, actor.From(ctx)) }
	})
	r := httptest.NewRequest("POST", "/box", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	s.As("").Do(r).Want(403)
	s.As("").Get("/box")
	s.As("guest").Call("GET", "/nothing", "")
	s.As("guest").Get("/box")
	if len(who) != 3 {
		t.Fatalf("%d refusals", len(who))
	}
	for i, a := range who {
		if a.IP != "192.0.2.1" || a.RequestID == "" || i < 2 && a.CentreID != "c9" || i == 2 && a.UserID != "u2" {
			t.Errorf("%d: %+v", i, a)
		}
	}
}

func TestMissingPages(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("GET /box", permBox, func(c *web.Ctx) error { return c.NoContent() })
		k.Nav(web.NavItem{Label: "箱子", Href: "/box", Permission: permBox})
	})
	s.As("").Get("/nothing").Want(404).Has("没有这个页面", "请求编号").Lacks("箱子", "page not found")
	s.As("clerk").Get("/nothing").Want(404).Has("没有这个页面", "箱子")
	if a := s.As("clerk").Post("/box").Want(405).Has("不接受这种操作"); a.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("Allow: %q", a.Header().Get("Allow"))
	}
	s.As("clerk").Call("GET", "/nothing", "").Want(404).Has(`"code":"web.not_found"`)
}

func TestBodiesAreLimited(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("POST /small", permBox, func(c *web.Ctx) error { return c.NoContent() })
		k.Page("POST /large", permBox, func(c *web.Ctx) error { return c.NoContent() }, web.MaxBody(4<<20))
	})
	big := strings.Repeat("长", 1<<20)
	s.As("clerk").Post("/small", "a", big).Want(413).Has("超过了 1 MB", "没有生效")
	s.As("clerk").Upload("/small", []webtest.File{{Field: "f", Name: "a.txt", Content: []byte(big)}}).Want(413)
	s.As("clerk").Upload("/large", []webtest.File{{Field: "f", Name: "a.txt", Content: []byte(big)}}).Want(204)
}

func TestPublicPostsAreLimitedPerAddress(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Public("POST /ask", func(c *web.Ctx) error { return c.NoContent() })
		k.Public("GET /ask", func(c *web.Ctx) error { return c.NoContent() })
	}, func(o *web.Options) { o.PublicRate = web.Rate{PerMinute: 1, Burst: 3} })
	c := s.As("")
	for range 3 {
		c.Post("/ask").Want(204)
	}
	if a := c.Post("/ask").Want(429).Has("太频繁"); a.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	c.Get("/ask").Want(204)
	r := httptest.NewRequest("POST", "/ask", nil)
	r.RemoteAddr = "198.51.100.7:1234"
	c.Do(r).Want(204)
}

func TestLargePagesAreCompressed(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Public("GET /long", func(c *web.Ctx) error { return c.Render(text(strings.Repeat("长", 5000))) })
	})
	r := httptest.NewRequest("GET", "/long", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	if a := s.As("").Do(r); a.Header().Get("Content-Encoding") != "gzip" || a.Body.Len() > 5000 {
		t.Errorf("encoding %q, %d bytes", a.Header().Get("Content-Encoding"), a.Body.Len())
	}
}

func TestLogAndMetricsHoldNoValues(t *testing.T) {
	var log bytes.Buffer
	registry := vm.NewSet()
	s := site(t, func(k *web.Kit) {
		k.Page("GET /people/{id}", permBox, func(c *web.Ctx) error { return c.NoContent() })
	}, func(o *web.Options) { o.Logger, o.Metrics = slog.New(slog.NewJSONHandler(&log, nil)), registry })
	c := s.As("clerk")
	c.Get("/people/622901?phone=13812341234").Want(204)
	line := log.String()
	if !strings.Contains(line, `"route":"/people/{id}"`) || !strings.Contains(line, `"actor":"u1"`) || !strings.Contains(line, `"status":204`) {
		t.Errorf("log: %s", line)
	}
	if strings.Contains(line, "622901") || strings.Contains(line, "1381234") {
		t.Errorf("a value is in the log: %s", line)
	}
	c.Get("/metrics").Want(404)
	r := httptest.NewRequest("GET", "/metrics", nil)
	r.RemoteAddr = "127.0.0.1:5555"
	c.Do(r).Want(200).Has(`yichuang_http_request_duration_seconds_count{method="GET",route="/people/{id}",status="204"} 1`).Lacks("622901")
}

func TestHealthAndReadiness(t *testing.T) {
	down := errors.New("disk gone")
	var err error
	s := site(t, func(*web.Kit) {}, func(o *web.Options) {
		o.Ready = []web.Check{{Name: "database", Run: func(context.Context) error { return err }}}
	})
	s.As("").Get("/healthz").Want(200)
	s.As("").Get("/readyz").Want(200).Has("database ok")
	err = down
	s.As("").Get("/readyz").Want(503).Has("database failed").Lacks("disk gone")
}

package orghttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/org/orghttp"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
)

// stand is the pages on the demonstration centre, behind a real server.
type stand struct {
	t      *testing.T
	m      *org.Module
	demo   org.Demo
	now    *clock.Manual
	server *httptest.Server
	routes []web.Route
}

func newStand(t *testing.T) *stand {
	now := clock.NewManual(storetest.Start)
	db := storetest.Open(t, store.SQLite, append([]fs.FS{}, orgtest.Migrations()...), storetest.WithClock(now))
	s := &stand{t: t, m: orgtest.New(t, db), now: now}
	var err error
	if s.demo, err = s.m.SeedDemo(orgtest.System("")); err != nil {
		t.Fatal(err)
	}
	pages := web.New(web.Options{Key: bytes.Repeat([]byte("k"), 32), Sessions: s.m.Sessions(), Clock: now, Authenticate: s.m.Authenticate,
		Visitor: func(*http.Request) *actor.Actor {
			return &actor.Actor{Kind: actor.Anonymous, CentreID: s.demo.Centre.ID}
		}})
	api := rest.New(pages, rest.Options{Title: "测试", Version: "1", AuthenticateToken: s.m.AuthenticateToken})
	orghttp.Register(pages, api, s.m)
	pages.Page("GET /{$}", web.SignedIn, func(c *web.Ctx) error { return c.NoContent() })
	s.server = httptest.NewServer(pages.Handler())
	t.Cleanup(s.server.Close)
	s.routes = pages.Routes()
	return s
}

// visitor is one browser.
type visitor struct {
	s      *stand
	client *http.Client
}

func (s *stand) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &visitor{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is a browser in which a person of the demonstration is signed in.
func (s *stand) as(username string) *visitor {
	s.t.Helper()
	a, ok := s.demo.Account(username)
	if !ok {
		s.t.Fatalf("nobody is called %s", username)
	}
	v := s.visitor()
	if p := v.post("/login", url.Values{"username": {username}, "password": {a.Password}}); p.status != 303 {
		s.t.Fatalf("sign in %s: %d %s", username, p.status, p.text)
	}
	return v
}

// page is what came back.
type page struct {
	status int
	text   string
	header http.Header
}

func (v *visitor) do(r *http.Request) page {
	v.s.t.Helper()
	res, err := v.client.Do(r)
	if err != nil {
		v.s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.s.t.Fatal(err)
	}
	return page{res.StatusCode, string(body), res.Header}
}

func (v *visitor) request(method, path, contentType string, body io.Reader) *http.Request {
	r, err := http.NewRequestWithContext(context.Background(), method, v.s.server.URL+path, body)
	if err != nil {
		v.s.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

func (v *visitor) get(path string) page {
	v.s.t.Helper()
	return v.do(v.request("GET", path, "", nil))
}

func (v *visitor) post(path string, form url.Values) page {
	v.s.t.Helper()
	return v.do(v.request("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode())))
}

// upload posts a form with one file.
func (v *visitor) upload(path string, fields map[string]string, name string, content []byte) page {
	v.s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, val := range fields {
		w.WriteField(k, val)
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		v.s.t.Fatal(err)
	}
	part.Write(content)
	w.Close()
	return v.do(v.request("POST", path, w.FormDataContentType(), &b))
}

// call sends a JSON request with a token and reads the JSON answer.
func (v *visitor) call(method, path, token, ifMatch string, in, out any) page {
	v.s.t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			v.s.t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	r := v.request(method, "/api/v1"+path, "application/json", body)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if ifMatch != "" {
		r.Header.Set("If-Match", ifMatch)
	}
	p := v.do(r)
	if out != nil && p.status < 300 {
		if err := json.Unmarshal([]byte(p.text), out); err != nil {
			v.s.t.Fatalf("%s %s: %v in %s", method, path, err, p.text)
		}
	}
	return p
}

func (p page) mustBe(t *testing.T, what string, status int, contains ...string) page {
	t.Helper()
	if p.status != status {
		t.Errorf("%s: status %d, want %d: %s", what, p.status, status, excerpt(p.text))
	}
	for _, c := range contains {
		if !strings.Contains(p.text, c) {
			t.Errorf("%s: no %q in %s", what, c, excerpt(p.text))
		}
	}
	return p
}

var (
	tags  = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(script|style)>|<[^>]+>`)
	space = regexp.MustCompile(`\s+`)
)

func plainText(html string) string {
	return space.ReplaceAllString(tags.ReplaceAllString(html, " "), " ")
}

func excerpt(html string) string {
	text := []rune(plainText(html))
	return string(text[:min(len(text), 600)])
}

// find gives the first group of a pattern in a page.
func (p page) find(t *testing.T, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(p.text)
	if m == nil {
		t.Fatalf("no %s in %s", pattern, excerpt(p.text))
	}
	return m[1]
}

// Package webtest runs the pages and API of a module as a browser or a program would, without a network:
//
//	site := webtest.New(t, map[string]*actor.Actor{"clerk": clerk}, func(pages *web.Kit, api *rest.Kit) {
//		hotlinehttp.Register(pages, api, deps)
//	})
//	site.As("clerk").Get("/hotline/orders").Want(200).Has("待派工单").Lacks("作废")
//	site.As("clerk").Post("/hotline/orders", "title", "路灯不亮").Goes("/hotline/orders/1")
//	site.As("clerk").Call("POST", "/hotline/orders", `{"title":"路灯"}`).Want(201)
package webtest

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/alexedwards/scs/v2/memstore"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// Site is a kit with a module on it, and what it reported.
type Site struct {
	Pages *web.Kit
	API   *rest.Kit

	t       testing.TB
	users   map[string]*actor.Actor
	handler http.Handler
	mu      sync.Mutex
	denied  []string
}

// New makes a site whose users sign in by name; their name is also their API token. Options may be changed before the
// kit is made, such as to give it a clock.
func New(t testing.TB, users map[string]*actor.Actor, register func(pages *web.Kit, api *rest.Kit), change ...func(*web.Options)) *Site {
	t.Helper()
	s := &Site{t: t, users: users}
	o := web.Options{Key: bytes.Repeat([]byte("k"), 32), Sessions: memstore.NewWithCleanupInterval(0), Logger: slog.New(slog.DiscardHandler),
		Authenticate: func(_ context.Context, user, _ string) (*actor.Actor, error) { return s.user(user) },
		Denied:       s.note,
	}
	for _, f := range change {
		f(&o)
	}
	s.Pages = web.New(o)
	s.API = rest.New(s.Pages, rest.Options{Title: "测试", Version: "1", AuthenticateToken: func(_ context.Context, token string) (*actor.Actor, error) {
		return s.user(token)
	}})
	s.Pages.Public("POST /webtest/in/{user}", func(c *web.Ctx) error {
		if err := c.SignIn(c.Param("user"), ""); err != nil {
			return err
		}
		return c.NoContent()
	}, web.Limit(web.Rate{}))
	register(s.Pages, s.API)
	s.handler = s.Pages.Handler()
	return s
}

func (s *Site) user(name string) (*actor.Actor, error) {
	if a := s.users[name]; a != nil {
		return a, nil
	}
	return nil, actor.ErrSignIn
}

func (s *Site) note(_ context.Context, _ *http.Request, e *errs.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied = append(s.denied, e.Code)
}

// Denied lists the codes of the refusals so far.
func (s *Site) Denied() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.denied...)
}

// Client is a browser or program with its own cookies.
type Client struct {
	site    *Site
	name    string
	cookies map[string]*http.Cookie
}

// As signs a user in; the empty name is a visitor.
func (s *Site) As(name string) *Client {
	c := &Client{site: s, name: name, cookies: map[string]*http.Cookie{}}
	if name != "" {
		c.do(httptest.NewRequest("POST", "/webtest/in/"+url.PathEscape(name), nil)).Want(http.StatusNoContent)
	}
	return c
}

// Answer is what came back.
type Answer struct {
	*httptest.ResponseRecorder
	t    testing.TB
	what string
}

// Do sends any request with the client's cookies.
func (c *Client) Do(r *http.Request) *Answer { return c.do(r) }

func (c *Client) do(r *http.Request) *Answer {
	c.site.t.Helper()
	for _, k := range c.cookies {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	c.site.handler.ServeHTTP(w, r)
	for _, k := range w.Result().Cookies() {
		if k.MaxAge < 0 {
			delete(c.cookies, k.Name)
		} else {
			c.cookies[k.Name] = k
		}
	}
	return &Answer{ResponseRecorder: w, t: c.site.t, what: r.Method + " " + r.URL.String()}
}

// Get opens a page.
func (c *Client) Get(path string) *Answer {
	c.site.t.Helper()
	return c.do(httptest.NewRequest("GET", path, nil))
}

// Fragment asks for one part of a page, as a script on it does.
func (c *Client) Fragment(path, id string) *Answer {
	c.site.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("HX-Request", "true")
	r.Header.Set("X-Fragment", id)
	return c.do(r)
}

// Post sends a form: pairs of name and value.
func (c *Client) Post(path string, pairs ...string) *Answer {
	c.site.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(r)
}

// File is an upload of a form.
type File struct {
	Field, Name string
	Content     []byte
}

// Upload sends a form with files.
func (c *Client) Upload(path string, files []File, pairs ...string) *Answer {
	c.site.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := form.WriteField(pairs[i], pairs[i+1]); err != nil {
			c.site.t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := form.CreateFormFile(f.Field, f.Name)
		if err == nil {
			_, err = part.Write(f.Content)
		}
		if err != nil {
			c.site.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		c.site.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.do(r)
}

// Call calls the API with the client's token; path is relative to the API's prefix, headers are pairs.
func (c *Client) Call(method, path, body string, headers ...string) *Answer {
	c.site.t.Helper()
	r := httptest.NewRequest(method, rest.Prefix+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.name != "" {
		r.Header.Set("Authorization", "Bearer "+c.name)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return c.do(r)
}

// Want fails the test at another status.
func (a *Answer) Want(status int) *Answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.what, a.Code, status, a.Body)
	}
	return a
}

// Has fails the test where a text is missing.
func (a *Answer) Has(texts ...string) *Answer {
	a.t.Helper()
	for _, s := range texts {
		if !strings.Contains(a.Body.String(), s) {
			a.t.Errorf("%s: %q is missing in: %s", a.what, s, a.Body)
		}
	}
	return a
}

// Lacks fails the test where a text is present.
func (a *Answer) Lacks(texts ...string) *Answer {
	a.t.Helper()
	for _, s := range texts {
		if strings.Contains(a.Body.String(), s) {
			a.t.Errorf("%s: %q is present", a.what, s)
		}
	}
	return a
}

// Goes fails the test unless the answer sends the browser to path.
func (a *Answer) Goes(path string) *Answer {
	a.t.Helper()
	if a.Code != http.StatusSeeOther || a.Header().Get("Location") != path {
		a.t.Fatalf("%s: status %d to %q, want 303 to %q: %s", a.what, a.Code, a.Header().Get("Location"), path, a.Body)
	}
	return a
}

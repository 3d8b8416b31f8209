package web_test

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/web"
)

// countingStore counts writes.
type countingStore struct {
	*memstore.MemStore
	writes int
}

func (s *countingStore) Commit(token string, b []byte, expiry time.Time) error {
	s.writes++
	return s.MemStore.Commit(token, b, expiry)
}

func sessionPages(k *web.Kit) {
	k.Public("POST /login", func(c *web.Ctx) error {
		if err := c.SignIn("clerk", "e1"); err != nil {
			return err
		}
		return c.Redirect("/box")
	})
	k.Page("POST /logout", web.SignedIn, func(c *web.Ctx) error {
		if err := c.SignOut(); err != nil {
			return err
		}
		return c.Redirect("/")
	})
	k.Page("GET /box", permBox, func(c *web.Ctx) error { return c.Render(text("里面")) })
	k.Public("POST /step", func(c *web.Ctx) error { c.SessionPut("step", c.Form().Text("v")); return c.NoContent() })
	k.Public("GET /step", func(c *web.Ctx) error { return c.JSON(200, c.SessionTake("step")) })
}

func TestSignInStartsANewSession(t *testing.T) {
	s := site(t, sessionPages, func(o *web.Options) { o.Session.Secure = true })
	c := s.As("")
	before := c.Post("/step", "v", "1").Want(204).Header().Get("Set-Cookie")
	a := c.Post("/login")
	a.Goes("/box")
	after := a.Header().Get("Set-Cookie")
	for _, flag := range []string{"HttpOnly", "SameSite=Lax", "Secure", "Path=/"} {
		if !strings.Contains(after, flag) {
			t.Errorf("cookie %q lacks %s", after, flag)
		}
	}
	token := func(cookie string) string { v, _, _ := strings.Cut(cookie, ";"); return v }
	if token(before) == token(after) || token(after) == "" {
		t.Error("the token from before signing in is still in use")
	}
	c.Get("/box").Want(200)
	c.Get("/step").Want(200).Has(`"1"`)
	c.Get("/step").Want(200).Has(`""`)
	old := s.As("")
	r, _ := http.NewRequest("GET", "/box", nil)
	r.Header.Set("Cookie", token(before))
	r.RemoteAddr = "192.0.2.1:1"
	old.Do(r).Goes("/login?next=%2Fbox")
}

func TestSignOut(t *testing.T) {
	s := site(t, sessionPages)
	c := s.As("clerk")
	c.Get("/box").Want(200)
	c.Post("/logout").Goes("/")
	c.Get("/box").Goes("/login?next=%2Fbox")
}

func TestIdleSessionsEndAndBusyOnesCostOneWriteAMinute(t *testing.T) {
	now := clock.NewManual(clock.At(2026, 5, 14, 9, 0))
	store := &countingStore{MemStore: memstore.NewWithCleanupInterval(0)}
	s := site(t, sessionPages, func(o *web.Options) {
		o.Clock, o.Sessions, o.Session.Idle = now, store, time.Hour
	})
	c := s.As("clerk")
	start := store.writes
	for range 10 {
		c.Get("/box").Want(200)
	}
	if store.writes != start {
		t.Errorf("%d writes for ten pages in a minute", store.writes-start)
	}
	now.Advance(50 * time.Minute)
	c.Get("/box").Want(200)
	if store.writes != start+1 {
		t.Errorf("%d writes", store.writes-start)
	}
	now.Advance(50 * time.Minute)
	c.Get("/box").Want(200)
	now.Advance(61 * time.Minute)
	c.Get("/box").Goes("/login?next=%2Fbox")
}

func TestSessionsEndWithTheirEpoch(t *testing.T) {
	epoch := "e1"
	s := site(t, sessionPages, func(o *web.Options) {
		o.Authenticate = func(_ context.Context, user, e string) (*actor.Actor, error) {
			if e != epoch {
				return nil, actor.ErrSignIn
			}
			return clerk, nil
		}
	})
	c := s.As("")
	c.Post("/login").Goes("/box")
	c.Get("/box").Want(200)
	epoch = "e2"
	a := c.Get("/box")
	a.Goes("/login?next=%2Fbox")
	if !strings.Contains(a.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("the dead session's cookie stays: %q", a.Header().Get("Set-Cookie"))
	}
}

func TestFlashIsShownOnceAndCannotBeForged(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("POST /box", permBox, func(c *web.Ctx) error {
			c.FlashSaved("箱子已封存。", "box-1")
			return c.Redirect("/box")
		})
		k.Page("GET /box", permBox, func(c *web.Ctx) error { return c.Render(text("里面")) })
	})
	c := s.As("clerk")
	c.Post("/box").Goes("/box")
	c.Get("/box").Want(200).Has("箱子已封存。", `data-clear-draft="box-1"`)
	c.Get("/box").Want(200).Lacks("箱子已封存。")
	r, _ := http.NewRequest("GET", "/box", nil)
	r.RemoteAddr = "192.0.2.1:1"
	r.AddCookie(&http.Cookie{Name: "yc_flash", Value: "W3sidCI6ImluZm8iLCJzIjoiZm9yZ2VkIn1d.AAAA"})
	c.Do(r).Want(200).Lacks("forged")
}

func TestClientAddressBehindProxies(t *testing.T) {
	var ip string
	s := site(t, func(k *web.Kit) {
		k.Public("GET /ip", func(c *web.Ctx) error { ip = c.Actor().IP; return c.NoContent() })
	}, func(o *web.Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	for _, tt := range []struct{ peer, header, want string }{
		{"203.0.113.5:1", "198.51.100.1", "203.0.113.5"}, // not a proxy of ours: the header is its own invention
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1:1", "rubbish", "10.0.0.1"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"[2001:db8::1]:1", "", "2001:db8::1"},
	} {
		r, _ := http.NewRequest("GET", "/ip", nil)
		r.RemoteAddr = tt.peer
		if tt.header != "" {
			r.Header.Set("X-Forwarded-For", tt.header)
		}
		s.As("").Do(r).Want(204)
		if ip != tt.want {
			t.Errorf("%+v: %s", tt, ip)
		}
	}
}

package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/web"
)

// streamed is a site on a port whose page /live tells a number whenever it is woken.
type streamed struct {
	*http.Client
	url    string
	kit    *web.Kit
	number atomic.Int64
	wake   chan struct{}
	ended  chan struct{}
}

func openStreamed(t *testing.T, change ...func(*web.Options)) *streamed {
	t.Helper()
	s := &streamed{wake: make(chan struct{}), ended: make(chan struct{}, 10)}
	change = append(change, func(o *web.Options) { o.StreamCheck = 100 * time.Millisecond })
	pages := site(t, func(k *web.Kit) {
		sessionPages(k)
		k.Page("GET /live", permBox, func(c *web.Ctx) error {
			defer func() { s.ended <- struct{}{} }()
			return c.Live(web.Stream{Wake: s.wake, Every: time.Hour, Look: func(ctx context.Context) (any, error) {
				return map[string]string{"n": strconv.FormatInt(s.number.Load(), 10), "who": actor.From(ctx).Name}, nil
			}})
		}, web.Background())
	}, change...)
	server := httptest.NewUnstartedServer(pages.Pages.Handler())
	server.Config.ReadTimeout, server.Config.WriteTimeout = 600*time.Millisecond, 600*time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	jar, _ := cookiejar.New(nil)
	s.Client, s.url, s.kit = &http.Client{Jar: jar}, server.URL, pages.Pages
	res, err := s.Post(s.url+"/webtest/in/clerk", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return s
}

// lines opens the stream and gives what it tells, line by line.
func (s *streamed) lines(t *testing.T) <-chan string {
	t.Helper()
	r, _ := http.NewRequest("GET", s.url+"/live", nil)
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Accept-Encoding", "gzip")
	res, err := s.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" || res.Header.Get("Content-Encoding") != "" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s %v", res.Status, res.Header)
	}
	out := make(chan string, 100)
	go func() {
		defer close(out)
		for in := bufio.NewScanner(res.Body); in.Scan(); {
			if strings.Trim(in.Text(), ":") != "" {
				out <- in.Text()
			}
		}
	}()
	return out
}

// says fails unless the stream's next line holds text; "" means its end.
func says(t *testing.T, lines <-chan string, text string) {
	t.Helper()
	select {
	case line, open := <-lines:
		if open != (text != "") || !strings.Contains(line, text) {
			t.Fatalf("told %q (open: %v), want %q", line, open, text)
		}
	case <-time.After(time.Minute):
		t.Fatalf("nothing told, want %q", text)
	}
}

func TestAStreamOutlivesTheTimeLimitsOfRequests(t *testing.T) {
	s := openStreamed(t)
	lines := s.lines(t)
	says(t, lines, "retry:")
	says(t, lines, `"n":"0"`)
	s.wake <- struct{}{}                // nothing new: nothing is told
	time.Sleep(1800 * time.Millisecond) // three times the server's limits
	s.number.Store(7)
	s.wake <- struct{}{}
	says(t, lines, `"n":"7"`)
	s.kit.EndStreams()
	says(t, lines, "")
	<-s.ended
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	s := openStreamed(t)
	lines := s.lines(t)
	says(t, lines, "retry:")
	says(t, lines, "马海燕")
	res, err := s.Post(s.url+"/logout", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	says(t, lines, "event: end")
	says(t, lines, "data: {}")
	says(t, lines, "")
	<-s.ended
}

func TestAStreamEndsWithThePermission(t *testing.T) {
	var revoked atomic.Bool
	s := openStreamed(t, func(o *web.Options) {
		o.Authenticate = func(context.Context, string, string) (*actor.Actor, error) {
			a := *clerk
			if revoked.Load() {
				a.Grants = nil
			}
			return &a, nil
		}
	})
	lines := s.lines(t)
	says(t, lines, "retry:")
	says(t, lines, `"n":"0"`)
	revoked.Store(true)
	s.number.Store(1)
	says(t, lines, "event: end")
	<-s.ended
}

func TestAStrangerHasNoStream(t *testing.T) {
	s := openStreamed(t)
	s.Jar, _ = cookiejar.New(nil)
	s.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := s.Get(s.url + "/live")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		t.Errorf("a stranger got %s", res.Status)
	}
}

// A page that asks by itself must not keep a session alive in front of an empty chair.
func TestBackgroundRequestsAreNoSignOfLife(t *testing.T) {
	now := clock.NewManual(clock.At(2026, 5, 14, 9, 0))
	s := site(t, func(k *web.Kit) {
		sessionPages(k)
		k.Page("GET /own", permBox, func(c *web.Ctx) error { return c.NoContent() }, web.Background())
	}, func(o *web.Options) { o.Clock = now })
	c := s.As("clerk")
	for range 5 {
		now.Advance(30 * time.Minute)
		c.Get("/own")
	}
	c.Get("/own").Goes("/login?next=%2Fown")
}

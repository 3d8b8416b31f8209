package web_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// Uploads of people without an account are counted per address over all routes, and together: who is refused uses up nothing that
// others may send, and behind a proxy that is trusted an address is that of the sender.
func TestPublicUploadsAreLimitedPerSenderAndTogether(t *testing.T) {
	now := clock.NewManual(clock.Day(2025, 11, 18).Clock(9, 0))
	s := site(t, func(k *web.Kit) {
		for _, path := range []string{"/photos", "/papers"} {
			k.Public("POST "+path, func(c *web.Ctx) error { return c.NoContent() }, web.MaxBody(64<<20), web.Limit(web.Rate{PerMinute: 60, Burst: 60}))
		}
		k.Page("POST /desk", permBox, func(c *web.Ctx) error { return c.NoContent() }, web.MaxBody(64<<20))
	}, func(o *web.Options) {
		o.Clock, o.UploadRate, o.UploadCap = now, web.Rate{PerMinute: 2, Burst: 3}, web.Rate{PerMinute: 60, Burst: 6}
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	send := func(path, peer, sender string) *webtest.Answer {
		r := httptest.NewRequest("POST", path, strings.NewReader("x"))
		r.RemoteAddr = peer + ":1234"
		r.Header.Set("X-Forwarded-For", sender)
		return s.As("").Do(r)
	}
	for i, path := range []string{"/photos", "/papers", "/photos"} {
		if i > 0 { // an address of IPv6 is one of a network that one sender has
			send(path, "10.0.0.1", "2001:db8:1:2::"+string(rune('0'+i))).Want(204)
			continue
		}
		send(path, "10.0.0.1", "2001:db8:1:2::9").Want(204)
	}
	for range 20 {
		if got := send("/papers", "10.0.0.1", "2001:db8:1:2::5").Want(429).Has("上传得太频繁", "30 秒后再试").Header().Get("Retry-After"); got != "30" {
			t.Fatalf("Retry-After %q, want 30: two a minute", got)
		}
	}
	for range 2 {
		send("/photos", "10.0.0.1", "198.51.100.7").Want(204) // another sender behind the same proxy
	}
	send("/photos", "198.51.100.9", "203.0.113.1").Want(204) // no proxy of ours: its header says nothing
	if got := send("/photos", "10.0.0.1", "203.0.113.1").Want(429).Has("现在上传的人太多").Header().Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After %q, want 1: sixty a minute in all", got)
	}
	s.As("clerk").Post("/desk").Want(204) // the desk works on
	now.Advance(2 * time.Second)
	send("/photos", "10.0.0.1", "203.0.113.1").Want(204)
	send("/photos", "10.0.0.1", "2001:db8:1:2::1").Want(429).Has("上传得太频繁")
}

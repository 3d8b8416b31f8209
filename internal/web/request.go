package web

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"net/http"
	"net/netip"
	"strings"

	"yichuang/internal/clock"
)

// request is what the kit keeps about one request from the first middleware to the access log.
type request struct {
	id    string
	ip    string
	kit   *Kit
	host  string // by which the request came
	tls   bool
	route *Route // nil until the mux has matched
	watch clock.Stopwatch
	user  string // of the actor, for the access log
	dirty bool   // the session holds something that is not stored yet

	stream bool // the answer stays open, so that its length says nothing about the server
}

type requestKey struct{}

// requestOf gives the context's request; an empty one outside a request, as in tests of a single component.
func requestOf(ctx context.Context) *request {
	if q, ok := ctx.Value(requestKey{}).(*request); ok {
		return q
	}
	return &request{}
}

// RequestID is the number (请求编号) that error pages, problem documents and the log share.
func RequestID(ctx context.Context) string { return requestOf(ctx).id }

// ClientIP is the address of whoever sent the request, behind trusted proxies.
func ClientIP(ctx context.Context) string { return requestOf(ctx).ip }

// RoutePattern is the registered path of the request's route, "" where none matched.
func RoutePattern(ctx context.Context) string {
	if rt := requestOf(ctx).route; rt != nil {
		return rt.Pattern
	}
	return ""
}

// NoteActor tells the access log who the request's actor is; kits that authenticate by themselves call it.
func NoteActor(ctx context.Context, userID string) { requestOf(ctx).user = userID }

// number letters are chosen so that a request number can be read out over the phone.
var numberLetters = base32.NewEncoding("23456789ABCDEFGHJKLMNPQRSTUVWXYZ").WithPadding(base32.NoPadding)

func newRequestID() string {
	var b [8]byte
	rand.Read(b[:])
	s := numberLetters.EncodeToString(b[:])
	return s[:4] + "-" + s[4:8] + "-" + s[8:12]
}

// clientIP believes X-Forwarded-For from trusted proxies only, from the right, up to the first address that is not one.
func (k *Kit) clientIP(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip := peer.Addr().Unmap()
	if !contains(k.o.TrustedProxies, ip) {
		return ip.String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = hop.Unmap()
		if !contains(k.o.TrustedProxies, ip) {
			break
		}
	}
	return ip.String()
}

func contains(nets []netip.Prefix, ip netip.Addr) bool {
	for _, n := range nets {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
)

// SignedIn is the permission of routes that are open to everybody who is signed in, such as one's own account. It is
// written out at the registration so that a reader sees the decision.
const SignedIn actor.Permission = "web.signed_in"

// Handler answers one page. An error it gives becomes an error page; nothing that it rendered is sent then.
type Handler func(c *Ctx) error

// Route is one registration, as the guard tests see it.
type Route struct {
	Method     string
	Pattern    string // path with wildcards, as registered
	Permission actor.Permission
	Public     bool
	API        bool // of the REST kit: errors are problem documents, not pages

	maxBody int64
	rate    Rate
	limited bool

	background bool
}

// RouteOption changes how one route is treated.
type RouteOption func(*Route)

// MaxBody sets the largest request body of the route, for uploads.
func MaxBody(bytes int64) RouteOption { return func(r *Route) { r.maxBody = bytes } }

// Background marks a route that pages ask by themselves, such as a live bar: it is no sign that somebody is there, so a
// session that only such routes use grows idle.
func Background() RouteOption { return func(r *Route) { r.background = true } }

// Limit sets how often one address may call the route, whatever the method.
func Limit(rate Rate) RouteOption { return func(r *Route) { r.rate, r.limited = rate, true } }

// Page registers a page for signed-in people who hold perm. It panics without a permission: what is open to all is
// registered with Public.
func (k *Kit) Page(pattern string, perm actor.Permission, h Handler, opts ...RouteOption) {
	if perm == "" {
		panic("web: " + pattern + " has no permission; use Public for a page that is open to all")
	}
	k.register(Route{Permission: perm}, pattern, func(rt *Route) http.Handler { return k.page(rt, h) }, opts)
}

// Public registers a page that anybody may open. Requests other than GET are limited per address.
func (k *Kit) Public(pattern string, h Handler, opts ...RouteOption) {
	k.register(Route{Public: true}, pattern, func(rt *Route) http.Handler { return k.page(rt, h) }, opts)
}

// Raw registers a handler that does its own authentication, sessions and errors, for kits that build on this one. The
// route says which permission that handler checks, or that it is public.
func (k *Kit) Raw(pattern string, route Route, h http.Handler, opts ...RouteOption) {
	if route.Permission == "" && !route.Public {
		panic("web: " + pattern + " has neither a permission nor the mark Public")
	}
	k.register(route, pattern, func(rt *Route) http.Handler { return h }, opts)
}

// Routes lists every registration in order.
func (k *Kit) Routes() []Route { return slices.Clone(k.routes) }

func (k *Kit) register(route Route, pattern string, build func(*Route) http.Handler, opts []RouteOption) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok || method == "" || !strings.HasPrefix(path, "/") {
		panic("web: pattern must be \"METHOD /path\": " + pattern)
	}
	route.Method, route.Pattern, route.maxBody = method, path, k.o.MaxBody
	if route.Public && method != http.MethodGet {
		route.rate, route.limited = k.o.PublicRate, true
	}
	for _, opt := range opts {
		opt(&route)
	}
	rt := &route
	k.mux.Handle(pattern, k.routed(rt, build(rt)))
	k.routes = append(k.routes, route)
}

// routed marks the request as matched, counts it against its limits and caps its body.
func (k *Kit) routed(rt *Route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := requestOf(r.Context())
		q.route = rt
		if wait, err := k.refuse(rt, q.ip); err != nil {
			w.Header().Set("Retry-After", strconv.Itoa(wait))
			k.Fail(w, r, err)
			return
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(w, r.Body, rt.maxBody)
			giveTime(w, rt)
		}
		next.ServeHTTP(w, r)
	})
}

// Requests up to quickBody must arrive within the server's own time; larger ones, with files, get uploadTime.
const (
	quickBody  = 4 << 20
	uploadTime = 5 * time.Minute
)

// giveTime lets a route with files wait longer for its body than the server does, for people on slow lines.
func giveTime(w http.ResponseWriter, rt *Route) {
	if rt.maxBody <= quickBody {
		return
	}
	// A response that is not of a connection has no deadline; there is nothing to extend then.
	_ = http.NewResponseController(w).SetReadDeadline(clock.System{}.Now().Add(uploadTime).Time())
}

package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	vm "github.com/VictoriaMetrics/metrics"
	"github.com/alexedwards/scs/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Options is what the composition root gives the kit. Sessions, Key and Authenticate are required.
type Options struct {
	// Logger receives the access log and the causes of failed requests.
	Logger *slog.Logger
	// Clock stamps what the kit itself shows; the machine's clock by default.
	Clock clock.Clock
	// Key signs the cookies that hold messages between two pages; at least 32 bytes, the same on every node.
	Key []byte
	// Sessions stores sessions.
	Sessions scs.Store
	// Session says how long sessions live and how their cookie is sent.
	Session SessionOptions
	// Authenticate turns a session's user and epoch into the actor. The epoch is a value that changes when every
	// session of the user must end (password change, account closed). An error of kind errs.Unauthenticated ends the
	// session quietly; any other error fails the request.
	Authenticate func(ctx context.Context, userID, epoch string) (*actor.Actor, error)
	// Visitor gives the actor of a request that nobody is signed in to, such as an anonymous one in the centre that
	// the host name belongs to. Without it such actors have no centre.
	Visitor func(r *http.Request) *actor.Actor
	// Denied is called for every refused request, so that the composition root can write the audit line.
	Denied func(ctx context.Context, r *http.Request, err *errs.Error)
	// Site names the centre on the pages.
	Site func(ctx context.Context) Site
	// Ready are the checks of /readyz.
	Ready []Check
	// Metrics receives how long requests took and is served at /metrics; nil leaves both out.
	Metrics *vm.Set
	// MetricsFrom are the networks that may read /metrics; the machine itself by default.
	MetricsFrom []netip.Prefix
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// TrustedOrigins are further origins ("https://host") whose pages may post here.
	TrustedOrigins []string
	// MaxBody is the largest request body in bytes where the route does not say otherwise; 1 MiB by default.
	MaxBody int64
	// PublicRate limits posts to public routes per address; 30 a minute with bursts of 10 by default.
	PublicRate Rate
	// UploadRate limits public uploads per address, over all routes that take large bodies from people without an account; 10 a
	// minute with bursts of 20 by default.
	UploadRate Rate
	// UploadCap limits public uploads of everybody together; 120 a minute by default.
	UploadCap Rate
	// StreamCheck is how often an open stream (Ctx.Live) makes sure that its session still holds, and so how long it may
	// outlive it; 5 s by default.
	StreamCheck time.Duration
	// PublicURL is the installation's address as people outside reach it; "" where none is set.
	PublicURL string
	// SignInPath is where a stranger is sent; "/login" by default.
	SignInPath string
}

// SessionOptions says how long sessions live and how their cookie is sent.
type SessionOptions struct {
	Idle     time.Duration // without a request, 2 h by default
	Lifetime time.Duration // in all, 12 h by default
	Secure   bool          // the cookie is only sent over HTTPS
	Cookie   string        // its name, "yc_session" by default
}

// Rate is a token bucket: PerMinute on average, Burst at once. The zero Rate means no limit.
type Rate struct {
	PerMinute float64
	Burst     int
}

// Site is what the pages say about whose installation this is.
type Site struct {
	Centre  string // full name of the centre (政务服务中心)
	Product string // name of the program; 一窗 by default
	Phone   string // for help, shown on public pages and error pages
	Footer  string // one line under public pages, such as the record number (备案号)
	// MinorityTitle is the centre's name in a second language (少数民族语言), shown above the Chinese on public pages.
	MinorityTitle string
}

// Kit is the page kit: it owns the mux, and everything between the connection and a handler.
type Kit struct {
	o        Options
	log      *slog.Logger
	mux      *http.ServeMux
	sessions *scs.SessionManager
	limiter  *limiter
	metrics  *metrics
	nav      []NavItem
	search   SearchBox
	routes   []Route
	handler  http.Handler
	once     sync.Once
	ended    chan struct{} // closed when open streams are to end
	endOnce  sync.Once

	apiPrefix string
	apiError  func(w http.ResponseWriter, r *http.Request, e *errs.Error, status int)
}

// New makes a kit with its own routes: /healthz, /readyz, /metrics, /assets/ and the display switch (老年模式).
func New(o Options) *Kit {
	if o.Sessions == nil || o.Authenticate == nil || len(o.Key) < 32 {
		panic("web: Options needs Sessions, Authenticate and a Key of 32 bytes")
	}
	k := &Kit{o: withDefaults(o), mux: http.NewServeMux(), ended: make(chan struct{})}
	k.log = k.o.Logger
	k.sessions = newSessions(k.o)
	k.limiter = newLimiter(k.o.Clock)
	k.metrics = newMetrics(k.o.Metrics)
	k.mountOwn()
	return k
}

func withDefaults(o Options) Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Visitor == nil {
		o.Visitor = func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous} }
	}
	if o.Denied == nil {
		o.Denied = func(context.Context, *http.Request, *errs.Error) {}
	}
	if o.Site == nil {
		o.Site = func(context.Context) Site { return Site{} }
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.PublicRate == (Rate{}) {
		o.PublicRate = Rate{PerMinute: 30, Burst: 10}
	}
	if o.UploadRate == (Rate{}) {
		o.UploadRate = Rate{PerMinute: 10, Burst: 20}
	}
	if o.UploadCap == (Rate{}) {
		o.UploadCap = Rate{PerMinute: 120, Burst: 120}
	}
	if o.StreamCheck == 0 {
		o.StreamCheck = 5 * time.Second
	}
	if o.SignInPath == "" {
		o.SignInPath = "/login"
	}
	if o.MetricsFrom == nil {
		o.MetricsFrom = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	if o.Session.Idle == 0 {
		o.Session.Idle = 2 * time.Hour
	}
	if o.Session.Lifetime == 0 {
		o.Session.Lifetime = 12 * time.Hour
	}
	if o.Session.Cookie == "" {
		o.Session.Cookie = "yc_session"
	}
	return o
}

// Handler is the whole site: the mux within its middleware. Register every route before the first call.
func (k *Kit) Handler() http.Handler {
	k.once.Do(func() { k.handler = k.middleware(k.mux) })
	return k.handler
}

// Logger is the kit's logger, for kits that build on this one.
func (k *Kit) Logger() *slog.Logger { return k.log }

// Clock is the kit's clock, for kits that build on this one.
func (k *Kit) Clock() clock.Clock { return k.o.Clock }

// Visitor gives the actor of a request that nobody is signed in to, for kits that build on this one.
func (k *Kit) Visitor(r *http.Request) *actor.Actor { return k.o.Visitor(r) }

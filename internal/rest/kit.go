package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/web"
)

// Prefix is where the API of this version lives.
const Prefix = "/api/v1"

// Options is what the composition root gives the API kit.
type Options struct {
	// AuthenticateToken turns a bearer token into the actor; an error of kind errs.Unauthenticated when it is unknown,
	// expired or withdrawn.
	AuthenticateToken func(ctx context.Context, token string) (*actor.Actor, error)
	// Title, Version and Description head the OpenAPI document.
	Title, Version, Description string
}

// Kit is the API kit.
type Kit struct {
	o   Options
	web *web.Kit
	api huma.API

	once sync.Once
	spec []byte
	yaml []byte
}

// New makes the API kit on the page kit's mux and serves its description at /api/v1/openapi.json and .yaml.
func New(pages *web.Kit, o Options) *Kit {
	if o.AuthenticateToken == nil {
		panic("rest: Options needs AuthenticateToken")
	}
	speakChinese()
	k := &Kit{o: o, web: pages}
	c := huma.DefaultConfig(o.Title, o.Version)
	c.Info.Description = o.Description
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaNames())
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Servers = []*huma.Server{{URL: Prefix}}
	c.Transformers = []huma.Transformer{toProblem}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "接口令牌，由管理员在“接口令牌”页面发放。"},
		"session": {Type: "apiKey", In: "cookie", Name: pages.SessionCookie(), Description: "本站页面的登录会话，只接受同源请求。"},
	}
	schemas := c.Components.Schemas
	schemas.RegisterTypeAlias(reflect.TypeFor[clock.Instant](), reflect.TypeFor[instantSchema]())
	schemas.RegisterTypeAlias(reflect.TypeFor[clock.Date](), reflect.TypeFor[dateSchema]())
	k.api = huma.NewAPI(c, adapter{k})
	pages.APIErrors("/api/", writeProblem)
	pages.Raw("GET "+Prefix+"/openapi.json", web.Route{Public: true, API: true}, k.serveSpec("application/openapi+json", func() []byte { return k.spec }))
	pages.Raw("GET "+Prefix+"/openapi.yaml", web.Route{Public: true, API: true}, k.serveSpec("application/openapi+yaml", func() []byte { return k.yaml }))
	return k
}

// OpenAPI is the description, complete once every operation is registered.
// Requests read it while they are checked, so nothing may change it once the program serves.
func (k *Kit) OpenAPI() *huma.OpenAPI { return k.api.OpenAPI() }

func (k *Kit) serveSpec(contentType string, body func() []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		k.once.Do(func() {
			if k.spec, err = json.Marshal(k.OpenAPI()); err == nil {
				k.yaml, err = k.OpenAPI().YAML()
			}
		})
		if err != nil {
			k.web.Fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Write(body())
	})
}

// Keys of what Register hands to the adapter through the operation.
const (
	metaPermission = "yc-permission"
	metaOptions    = "yc-options"
)

// adapter puts huma's operations on the page kit's mux.
type adapter struct{ k *Kit }

// Handle registers one operation.
func (a adapter) Handle(op *huma.Operation, serve func(huma.Context)) {
	perm, _ := op.Metadata[metaPermission].(actor.Permission)
	opts, _ := op.Metadata[metaOptions].([]web.RouteOption)
	route := web.Route{Permission: perm, Public: perm == "", API: true}
	a.k.web.Raw(op.Method+" "+Prefix+op.Path, route, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := a.k.authenticate(w, r)
		if err == nil {
			r = r.WithContext(withRequest(actor.With(r.Context(), who), r))
			if perm != "" {
				err = web.Allow(who, perm)
			}
		}
		if err != nil {
			a.k.web.Fail(w, r, err)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		defer func() { dropUploads(r) }()
		serve(humago.NewContext(op, r, w))
	}), opts...)
}

// ServeHTTP is part of huma's adapter; the page kit serves.
func (a adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.k.web.Handler().ServeHTTP(w, r)
}

// ErrToken refuses a request whose token is not one.
var ErrToken = errs.New(errs.Unauthenticated, "rest.token", "接口令牌无效或已过期。请向管理员申请新的令牌。")

// authenticate finds the actor by token or, from our own pages, by session; a visitor where there is neither.
func (k *Kit) authenticate(w http.ResponseWriter, r *http.Request) (*actor.Actor, error) {
	a, err := k.identify(w, r)
	if err != nil {
		return nil, err
	}
	who := actor.Actor{Kind: actor.Anonymous}
	if a != nil {
		who = *a
	}
	who.RequestID, who.IP = web.RequestID(r.Context()), web.ClientIP(r.Context())
	web.NoteActor(r.Context(), who.UserID)
	return &who, nil
}

func (k *Kit) identify(w http.ResponseWriter, r *http.Request) (*actor.Actor, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, ok := strings.Cut(header, " ")
		if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" {
			return nil, ErrToken
		}
		return k.o.AuthenticateToken(r.Context(), strings.TrimSpace(token))
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return nil, nil
	}
	a, err := k.web.SessionActor(w, r)
	if a == nil && err == nil {
		return k.web.Visitor(r), nil
	}
	return a, err
}

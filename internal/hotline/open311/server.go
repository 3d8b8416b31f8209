package open311

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the interface works with.
type Deps struct {
	Hotline *hotline.Module
	Org     *org.Module
	// AuthenticateToken turns an api_key into the actor.
	AuthenticateToken func(ctx context.Context, token string) (*actor.Actor, error)
}

type server struct {
	Deps
	kit *web.Kit
}

// base is where version 2 of the standard lives.
const base = "/open311/v2"

// postRate is what one address may file: an app's server sends for many people, and a key cannot be guessed.
var postRate = web.Rate{PerMinute: 120_000, Burst: 60_000}

// Register adds the interface's routes. All are public: what is read is published to all, and what is filed names its key.
func Register(kit *web.Kit, d Deps) {
	s := server{d, kit}
	open := web.Route{Public: true, API: true}
	for pattern, h := range map[string]handler{
		"/open311/{file}":         s.discovery,
		base + "/{file}":          s.list,
		base + "/services/{file}": s.definition,
		base + "/requests/{file}": s.request,
		base + "/tokens/{file}":   s.token,
	} {
		kit.Raw("GET "+pattern, open, s.answer(h))
	}
	kit.Raw("POST "+base+"/{file}", open, s.answer(s.create), web.Limit(postRate), web.MaxBody(64<<10))
}

// call is one request: its centre, its name without the suffix, and the format of the answer.
type call struct {
	*http.Request
	w      http.ResponseWriter
	name   string
	centre org.Centre
}

// handler gives the body of an answer.
type handler func(c *call) (any, error)

// answer finds the format and writes what the handler gives, or its error, in that format.
func (s server) answer(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, format := splitFile(r.PathValue("file"))
		if format == "" {
			write(w, "xml", http.StatusNotFound, failures{{http.StatusNotFound, "地址应以 .xml 或 .json 结尾。"}})
			return
		}
		body, err := h(&call{Request: r, w: w, name: name})
		if err != nil {
			status, list := s.explain(r, err)
			write(w, format, status, list)
			return
		}
		write(w, format, http.StatusOK, body)
	})
}

func splitFile(file string) (name, format string) {
	for _, f := range []string{"xml", "json"} {
		if name, ok := strings.CutSuffix(file, "."+f); ok && name != "" {
			return name, f
		}
	}
	return file, ""
}

// Errors of the interface; the standard gives each its status.
var (
	errNoFile      = errs.New(errs.NotFound, "open311.address", "没有这个地址。可用的有 services、requests、discovery。")
	errNoPlace     = errs.New(errs.NotFound, "open311.jurisdiction", "没有这个 jurisdiction_id。")
	errWhichPlace  = errs.New(errs.Invalid, "open311.jurisdiction_missing", "本站有多个中心，请给出 jurisdiction_id（中心代码）。")
	errNoService   = errs.New(errs.NotFound, "open311.service", "没有这个 service_code，请从 services 中选取。")
	errWhichCode   = errs.New(errs.Invalid, "open311.service_missing", "请给出 service_code。")
	errNoRequest   = errs.New(errs.NotFound, "open311.request", "没有这个 service_request_id，或它不公开。")
	errNoToken     = errs.New(errs.NotFound, "open311.token", "没有这个 token。")
	errKey         = errs.New(errs.Forbidden, "open311.key", "api_key 缺失或无效。请向中心申请有登记权限的接口令牌。")
	errInput       = errs.New(errs.Invalid, "open311.input", "有参数需要改正。")
	errNotYetThere = errs.New(errs.Unavailable, "open311.closed", "本站还没有开通。")
)

// explain gives the status of the standard and one line per fault. Faults of the program are logged by the kit and tell
// nothing.
func (s server) explain(r *http.Request, err error) (int, failures) {
	e := errs.As(err)
	s.kit.Note(r.Context(), r, e)
	if e.Kind == errs.Internal {
		return http.StatusInternalServerError, failures{{http.StatusInternalServerError, "程序出错，请稍后再试。"}}
	}
	status := http.StatusBadRequest
	switch e.Kind {
	case errs.NotFound:
		status = http.StatusNotFound
	case errs.Forbidden, errs.Unauthenticated:
		status = http.StatusForbidden
	case errs.Unavailable, errs.TooMany:
		status = http.StatusServiceUnavailable
	}
	var list failures
	for _, f := range e.Fields {
		list = append(list, failure{status, f.Name + "：" + f.Public})
	}
	if len(list) == 0 {
		list = failures{{status, e.Public}}
	}
	return status, list
}

// place finds the centre: the one named, or the only one.
func (s server) place(c *call, named string) error {
	if named != "" {
		centre, err := s.Org.CentreByCode(c.Context(), named)
		if errors.Is(err, org.ErrCentreMissing) {
			err = errNoPlace
		}
		c.centre = centre
		return s.as(c, err)
	}
	list, err := s.Org.Centres(c.Context())
	switch {
	case err != nil:
		return err
	case len(list) == 0:
		return errNotYetThere
	case len(list) > 1:
		return errWhichPlace
	}
	c.centre = list[0]
	return s.as(c, nil)
}

// as lets the rest of the call act as a visitor of the centre.
func (s server) as(c *call, err error) error {
	if err == nil {
		visitor := &actor.Actor{Kind: actor.Anonymous, CentreID: c.centre.ID, IP: web.ClientIP(c.Context()), RequestID: web.RequestID(c.Context())}
		c.Request = c.Request.WithContext(actor.With(c.Context(), visitor))
	}
	return err
}

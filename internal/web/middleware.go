package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// middleware wraps the mux; the first named here is the outermost.
func (k *Kit) middleware(mux http.Handler) http.Handler {
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1400), gzhttp.CompressionLevel(5), gzhttp.EnableZstd(false))
	if err != nil {
		panic(err)
	}
	return compress(k.observe(k.recover(secureHeaders(k.sameOrigin(mux)))))
}

// observe gives the request its number, and logs and measures it when it is done: the route's pattern rather than the
// address, never a query value or a body.
func (k *Kit) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{id: newRequestID(), ip: k.clientIP(r), kit: k, host: r.Host, tls: r.TLS != nil, watch: clock.StartStopwatch()}
		rw := &responseWriter{ResponseWriter: w, req: q}
		rw.Header().Set("X-Request-Id", q.id)
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, q))
		next.ServeHTTP(rw, r)
		if rw.missing != 0 {
			k.failMissing(rw, r)
		}
		k.finish(r, q, rw)
	})
}

func (k *Kit) finish(r *http.Request, q *request, rw *responseWriter) {
	took := q.watch.Elapsed()
	pattern := "-"
	if q.route != nil {
		pattern = q.route.Pattern
	}
	if !q.stream {
		k.metrics.observe(r.Method, pattern, rw.code(), took)
	}
	level := slog.LevelInfo
	if strings.HasPrefix(pattern, "/assets/") || pattern == "/healthz" || pattern == "/readyz" || pattern == "/metrics" {
		level = slog.LevelDebug
	}
	k.log.LogAttrs(r.Context(), level, "request", slog.String("request_id", q.id), slog.String("method", r.Method),
		slog.String("route", pattern), slog.Int("status", rw.code()), slog.Int64("bytes", rw.bytes),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("actor", q.user))
}

// recover turns a panic into an error page (or problem) and logs the stack.
func (k *Kit) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			k.log.ErrorContext(r.Context(), "panic", "request_id", RequestID(r.Context()), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			k.Fail(w, r, errs.As(fmt.Errorf("panic: %v", v)))
		}()
		next.ServeHTTP(w, r)
	})
}

// contentPolicy lets pages load from their own host only, without inline script or style. A sign-in at another host
// (OIDC) must begin with a link, not with a form: form-action also covers where a post is redirected to.
const contentPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

func secureHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses posts that a browser sent from another site's page.
func (k *Kit) sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	for _, origin := range k.o.TrustedOrigins {
		if err := guard.AddTrustedOrigin(origin); err != nil {
			panic(err)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := guard.Check(r); err != nil {
			k.Fail(w, r, ErrCrossSite.Wrap(err))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// responseWriter notes status and size, lets the session be written before the first byte, and holds back the mux's own
// English 404 and 405 so that a page can be sent instead.
type responseWriter struct {
	http.ResponseWriter
	req     *request
	status  int
	bytes   int64
	missing int
	before  func() // runs once before the headers go out
}

// Unwrap lets http.ResponseController reach the connection.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *responseWriter) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// WriteHeader sends the headers, unless it is the mux saying that there is no such route.
func (w *responseWriter) WriteHeader(status int) {
	if w.req.route == nil && (status == http.StatusNotFound || status == http.StatusMethodNotAllowed) && w.missing == 0 && w.status == 0 {
		w.missing = status
		return
	}
	if status < 200 && status != http.StatusSwitchingProtocols {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.status != 0 {
		return
	}
	w.status = status
	if w.before != nil {
		w.before()
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (w *responseWriter) Write(b []byte) (int, error) {
	if w.missing != 0 && w.status == 0 {
		return len(b), nil
	}
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

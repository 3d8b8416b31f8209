package web

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check is one condition for being ready, such as a database that answers.
type Check struct {
	Name string
	Run  func(ctx context.Context) error
}

// readyLimit is how long all checks of /readyz may take together.
const readyLimit = 3 * time.Second

func (k *Kit) healthz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("ok\n"))
}

// readyz names each check and whether it holds; the cause of a failure goes to the log only.
func (k *Kit) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyLimit)
	defer cancel()
	var b strings.Builder
	status := http.StatusOK
	for _, check := range k.o.Ready {
		if err := check.Run(ctx); err != nil {
			status = http.StatusServiceUnavailable
			b.WriteString(check.Name + " failed\n")
			k.log.ErrorContext(ctx, "not ready", "check", check.Name, "cause", err.Error())
			continue
		}
		b.WriteString(check.Name + " ok\n")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(b.String()))
}

func (k *Kit) metricsHandler() http.Handler {
	serve := promhttp.HandlerFor(k.o.Metrics, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ip, err := netip.ParseAddr(ClientIP(r.Context()))
		if err != nil || !contains(k.o.MetricsFrom, ip) {
			k.Fail(w, r, ErrNotFound)
			return
		}
		serve.ServeHTTP(w, r)
	})
}

// metrics measures requests by route pattern, so that the number of series does not grow with the records.
type metrics struct{ duration *prometheus.HistogramVec }

func newMetrics(r *prometheus.Registry) *metrics {
	if r == nil {
		return &metrics{}
	}
	m := &metrics{duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "yichuang_http_request_duration_seconds",
		Help:    "Time to answer a request, by route pattern.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"method", "route", "status"})}
	r.MustRegister(m.duration)
	return m
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	if m.duration == nil {
		return
	}
	m.duration.WithLabelValues(knownMethod(method), route, strconv.Itoa(status)).Observe(took.Seconds())
}

// knownMethod keeps made-up methods out of the labels.
func knownMethod(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return m
	}
	return "other"
}

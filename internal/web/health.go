package web

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	vm "github.com/VictoriaMetrics/metrics"
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
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ip, err := netip.ParseAddr(ClientIP(r.Context()))
		if err != nil || !contains(k.o.MetricsFrom, ip) {
			k.Fail(w, r, ErrNotFound)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		k.o.Metrics.WritePrometheus(w)
		vm.WriteProcessMetrics(w)
	})
}

// metrics measures requests by route pattern, so that the number of series does not grow with the records.
type metrics struct{ set *vm.Set }

// durationSteps are the upper bounds of the histogram in seconds.
var durationSteps = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}

func newMetrics(set *vm.Set) *metrics {
	vm.ExposeMetadata(true)
	return &metrics{set}
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	if m.set == nil {
		return
	}
	labels := `{method="` + knownMethod(method) + `",route=` + strconv.Quote(route) + `,status="` + strconv.Itoa(status) + `"}`
	m.set.GetOrCreatePrometheusHistogramExt("yichuang_http_request_duration_seconds"+labels, durationSteps).Update(took.Seconds())
}

// knownMethod keeps made-up methods out of the labels.
func knownMethod(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return m
	}
	return "other"
}

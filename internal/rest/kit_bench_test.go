package rest_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The benchmarks measure what the kit adds to a call: everything from the first middleware to the last byte, with a
// handler that does nothing and a token that is known at once. An HTTP connection costs extra.

func BenchmarkGet(b *testing.B) {
	s := newStand(b)
	r := httptest.NewRequest("GET", "/api/v1/items/1", nil)
	r.Header.Set("Authorization", "Bearer good")
	benchmark(b, s.server, r, "")
}

func BenchmarkPost(b *testing.B) {
	s := newStand(b)
	r := httptest.NewRequest("POST", "/api/v1/items", nil)
	r.Header.Set("Authorization", "Bearer good")
	r.Header.Set("Content-Type", "application/json")
	benchmark(b, s.server, r, `{"title":"路灯不亮","due":"2026-05-14T18:00:00+08:00","count":2}`)
}

// BenchmarkOverHTTP is the same call through connections on this machine, with the access log written: what a load test
// could reach at most, since client and server share the cores.
func BenchmarkOverHTTP(b *testing.B) {
	s := newStand(b, slog.New(slog.NewJSONHandler(io.Discard, nil)))
	server := httptest.NewServer(s.server)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := http.NewRequest("POST", server.URL+"/api/v1/items", strings.NewReader(`{"title":"路灯不亮","count":2}`))
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("Authorization", "Bearer good")
			r.Header.Set("Content-Type", "application/json")
			w, err := client.Do(r)
			if err != nil || w.StatusCode != http.StatusCreated {
				b.Errorf("%v %v", w, err)
				return
			}
			io.Copy(io.Discard, w.Body)
			w.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

type discard struct{ h http.Header }

func (d *discard) Header() http.Header         { return d.h }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

type body struct{ *strings.Reader }

func (body) Close() error { return nil }

func benchmark(b *testing.B, h http.Handler, r *http.Request, text string) {
	b.ReportAllocs()
	for b.Loop() {
		call := r.Clone(r.Context())
		if text != "" {
			call.Body = body{strings.NewReader(text)}
		}
		h.ServeHTTP(&discard{http.Header{}}, call)
	}
}

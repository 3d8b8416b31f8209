package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"yichuang/internal/store"
	"yichuang/internal/store/pgserver"
)

// Lifecycle is what to measure: full lives of tickets (create → accept → dispatch → sign → submit → review → call back
// → close: eight acknowledged, durable calls) by a number of clients that each wait for every answer.
type Lifecycle struct {
	Engine  store.Engine
	Preload int
	Clients int
	Seconds int
	// Dir keeps the database between runs, so that a preload is made once; "" uses a folder that is removed.
	Dir string
	// Progress receives a line now and then; nil is silent.
	Progress io.Writer
}

// LifecycleResult is printed as JSON.
type LifecycleResult struct {
	DB             string  `json:"db"`
	Preload        int     `json:"preload"`
	Clients        int     `json:"clients"`
	Seconds        float64 `json:"seconds"`
	LivesPerSecond float64 `json:"lives_per_second"`
	CallsPerSecond float64 `json:"calls_per_second"`
	BareTx         float64 `json:"bare_tx_per_second"`  // one transaction of two inserts, the engine alone
	StoreTx        float64 `json:"store_tx_per_second"` // the same through our store, with group commit
	Ratio          float64 `json:"ratio"`               // calls ÷ bare
	P50            float64 `json:"p50_ms"`
	P95            float64 `json:"p95_ms"`
	P99            float64 `json:"p99_ms"`
	Errors         int64   `json:"errors"`
	PeakRSS        float64 `json:"peak_rss_mb"` // of the program's process
	StartSeconds   float64 `json:"start_seconds"`
	Reads          *Reads  `json:"reads,omitempty"`
	FirstError     string  `json:"first_error,omitempty"`
}

// Run measures.
func (b Lifecycle) Run(ctx context.Context) (LifecycleResult, error) {
	r := LifecycleResult{DB: string(b.Engine), Preload: b.Preload, Clients: b.Clients}
	dir, done, err := b.folder()
	if err != nil {
		return r, err
	}
	defer done()
	url, bareURL := filepath.Join(dir, "yichuang.db"), filepath.Join(dir, "bare.db")
	if b.Engine == store.Postgres {
		pg, err := pgserver.New(filepath.Join(dir, "pg"), "synchronous_commit=on", "fsync=on", "shared_buffers=512MB", "max_connections=60", "wal_buffers=16MB",
			"max_wal_size=4GB", "checkpoint_timeout=15min", "random_page_cost=1.1", "effective_cache_size=4GB")
		if err != nil {
			return r, err
		}
		defer pg.Stop()
		if url, err = postgresDatabase(ctx, pg.URL, "bench"); err != nil {
			return r, err
		}
		if bareURL, err = postgresDatabase(ctx, pg.URL, "bare"); err != nil {
			return r, err
		}
	}
	if r.BareTx, r.StoreTx, err = bare(ctx, b.Engine, bareURL, b.Clients); err != nil {
		return r, fmt.Errorf("bare engine: %w", err)
	}
	c, err := prepare(ctx, url, dir, b.Preload, b.Progress)
	if err != nil {
		return r, fmt.Errorf("prepare: %w", err)
	}
	p, err := startProgram(ctx, url, dir)
	if err != nil {
		return r, err
	}
	defer p.stop()
	r.StartSeconds = p.took.Seconds()
	c.base = p.base
	if b.Preload > 0 {
		if r.Reads, err = c.reads(ctx); err != nil {
			return r, fmt.Errorf("reads: %w", err)
		}
	}
	c.drive(ctx, b, &r)
	r.PeakRSS = p.peakMB()
	return r, nil
}

func (b Lifecycle) folder() (string, func(), error) {
	if b.Dir != "" {
		return b.Dir, func() {}, os.MkdirAll(b.Dir, 0o755)
	}
	dir, err := os.MkdirTemp("", "yichuang-bench-")
	if err == nil {
		err = os.Chmod(dir, 0o755) // the PostgreSQL server below it runs as another user
	}
	return dir, func() { os.RemoveAll(dir) }, err
}

// drive runs the clients and fills in the result.
func (c *centre) drive(ctx context.Context, b Lifecycle, r *LifecycleResult) {
	const warmUp = time.Second
	var lives, calls atomic.Int64
	var mu sync.Mutex
	var all []float64
	var counting atomic.Bool
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for i := range b.Clients {
		wg.Go(func() {
			cl := c.client(i)
			for ctx.Err() == nil {
				took, err := cl.life(ctx)
				if ctx.Err() != nil || !counting.Load() {
					continue
				}
				mu.Lock()
				if err != nil {
					r.Errors++
					if r.FirstError == "" {
						r.FirstError = err.Error()
					}
				} else {
					lives.Add(1)
				}
				calls.Add(int64(len(took)))
				all = append(all, took...)
				mu.Unlock()
			}
		})
	}
	time.Sleep(warmUp)
	counting.Store(true)
	watch := startWatch()
	time.Sleep(time.Duration(b.Seconds) * time.Second)
	counting.Store(false)
	r.Seconds = watch().Seconds()
	cancel()
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	r.LivesPerSecond = round(float64(lives.Load()) / r.Seconds)
	r.CallsPerSecond = round(float64(calls.Load()) / r.Seconds)
	r.Ratio = round(r.CallsPerSecond / r.BareTx)
	r.P50, r.P95, r.P99 = quantile(all, 0.50), quantile(all, 0.95), quantile(all, 0.99)
}

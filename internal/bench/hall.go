package bench

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hall"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/store/pgserver"
)

// Hall is what to measure of the queue: counters that each call, receive and finish once a second while as many numbers
// are taken; then the same as fast as they can; then the program is killed in the middle of it, and what it had
// acknowledged is looked for.
type Hall struct {
	Engine   store.Engine
	Counters int
	Seconds  int
}

// HallResult is printed as JSON. Duplicates are tickets that two calls of "next" were given.
type HallResult struct {
	DB             string  `json:"db"`
	Counters       int     `json:"counters"`
	Called         int     `json:"called"`
	Duplicates     int     `json:"duplicates"`
	NextP50        float64 `json:"next_p50_ms"`
	NextP95        float64 `json:"next_p95_ms"`
	NextP99        float64 `json:"next_p99_ms"`
	TakeP95        float64 `json:"take_p95_ms"`
	CallsPerSecond float64 `json:"calls_per_second"` // acknowledged calls of all kinds at full speed
	BareTx         float64 `json:"bare_tx_per_second"`
	Ratio          float64 `json:"ratio"`
	Acknowledged   int     `json:"acknowledged"` // tickets, up to the kill
	Lost           int     `json:"lost"`         // of them, those that are not as they were acknowledged
	Faults         int     `json:"faults"`       // of the check of all tickets against their events
	Errors         int     `json:"errors"`
	FirstError     string  `json:"first_error,omitempty"`
}

// hallBench is a hall as the clients meet it.
type hallBench struct {
	*centre
	code, token, queue string
	counters           []string

	mu         sync.Mutex
	next, take []float64
	called     map[string]int
	acked      map[string]string // ticket → last acknowledged state
	calls      int
	result     *HallResult
	killed     bool
}

// Run measures.
func (b Hall) Run(ctx context.Context) (HallResult, error) {
	r := HallResult{DB: string(b.Engine), Counters: b.Counters}
	dir, done, err := Lifecycle{}.folder()
	if err != nil {
		return r, err
	}
	defer done()
	url, bareURL := filepath.Join(dir, "yichuang.db"), filepath.Join(dir, "bare.db")
	if b.Engine == store.Postgres {
		pg, err := pgserver.New(filepath.Join(dir, "pg"), "synchronous_commit=on", "fsync=on", "shared_buffers=256MB", "max_connections=100")
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
	if r.BareTx, _, err = bare(ctx, b.Engine, bareURL, b.Counters); err != nil {
		return r, fmt.Errorf("bare engine: %w", err)
	}
	h, err := prepareHall(ctx, url, dir, b.Counters)
	if err != nil {
		return r, fmt.Errorf("prepare: %w", err)
	}
	h.result = &r
	p, err := startProgram(ctx, url, dir)
	if err != nil {
		return r, err
	}
	h.base = p.base
	h.paced(ctx, b.Seconds)
	h.fast(ctx, p, b.Seconds)
	return r, h.verify(ctx, url, dir)
}

// prepareHall makes a centre with a hall, its counters, and a token that works all of them.
func prepareHall(ctx context.Context, url, dir string, counters int) (*hallBench, error) {
	cfg := config.Config{Database: config.Secret(url), KeyFile: keyFile(dir)}
	cfg.Fill()
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	c, err := a.Org.CreateCentre(actor.With(ctx, actor.SystemFor("")), org.CentreInput{Code: "bench", Name: "基准测试政务中心", Division: "622901", Tier: org.TierCounty})
	if err != nil {
		return nil, err
	}
	ctx = actor.With(ctx, actor.SystemFor(c.ID))
	if err := a.SeedCentre(ctx, c); err != nil {
		return nil, err
	}
	site, err := a.Org.CreateSite(ctx, org.SiteInput{Name: "大厅", Kind: org.SiteHall})
	if err != nil {
		return nil, err
	}
	h := &hallBench{code: c.Code, called: map[string]int{}, acked: map[string]string{},
		centre: &centre{run: int64(clock.System{}.Now()), transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}}}
	if _, err := a.Hall.SaveHall(ctx, site.ID, 0, hall.DefaultRules()); err != nil {
		return nil, err
	}
	q, err := a.Hall.SaveQueue(ctx, site.ID, "", 0, hall.QueueInput{Name: "综合", Minutes: 5, Active: true})
	if err != nil {
		return nil, err
	}
	h.queue = q.ID
	for i := range counters {
		k, err := a.Hall.SaveCounter(ctx, site.ID, "", 0, hall.CounterInput{No: fmt.Sprint(i + 1), Name: "综合窗口", Kind: hall.OneStop, Active: true, Queues: []string{q.ID}})
		if err == nil {
			_, err = a.Hall.Sit(ctx, k.ID)
		}
		if err != nil {
			return nil, err
		}
		h.counters = append(h.counters, k.ID)
	}
	u, _, err := a.Org.AddAccount(ctx, org.AccountInput{Roles: []string{org.RoleSiteAdmin}, UserInput: org.UserInput{Username: "bench", DisplayName: "基准测试", SiteID: site.ID}})
	if err != nil {
		return nil, err
	}
	_, h.token, err = a.Org.CreateTokenFor(ctx, u.ID, org.TokenInput{Name: "基准测试", Scopes: []actor.Permission{hall.PermCall, hall.PermRead}, ExpiresAt: clock.System{}.Now().Add(24 * time.Hour)})
	return h, err
}

// post sends one call and notes what was acknowledged.
func (h *hallBench) post(ctx context.Context, cl *client, path string, body any, into *[]float64) (ticket, bool) {
	t, took, err := cl.call(ctx, h.token, http.MethodPost, path, 0, "", body)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		if !h.killed {
			h.result.Errors++
			if h.result.FirstError == "" {
				h.result.FirstError = err.Error()
			}
		}
		return t, false
	}
	h.calls++
	h.acked[t.ID] = t.State
	if into != nil {
		*into = append(*into, took)
	}
	return t, true
}

func (h *hallBench) takeOne(ctx context.Context, cl *client, counter string) {
	h.post(ctx, cl, "/hall/counters/"+counter+"/tickets", object{"queue_id": h.queue, "class": "A"}, &h.take)
}

// serve calls the next, receives and finishes.
func (h *hallBench) serve(ctx context.Context, cl *client, counter string) {
	base := "/hall/counters/" + counter
	t, ok := h.post(ctx, cl, base+"/next", nil, &h.next)
	if !ok {
		return
	}
	h.mu.Lock()
	h.called[t.ID]++
	h.mu.Unlock()
	for _, action := range []string{"arrive", "finish"} {
		if _, ok := h.post(ctx, cl, base+"/tickets/"+t.ID+"/"+action, object{}, nil); !ok {
			return
		}
	}
}

// paced lets every counter take one number and call one each second, all at the same moment.
func (h *hallBench) paced(ctx context.Context, seconds int) {
	var wg sync.WaitGroup
	for i, counter := range h.counters {
		wg.Go(func() {
			cl := h.client(i)
			h.takeOne(ctx, cl, counter)
			tick := time.NewTicker(time.Second)
			defer tick.Stop()
			for range seconds {
				<-tick.C
				h.takeOne(ctx, cl, counter)
				h.serve(ctx, cl, counter)
			}
		})
	}
	wg.Wait()
	r := h.result
	r.NextP50, r.NextP95, r.NextP99, r.TakeP95 = quantile(h.next, 0.5), quantile(h.next, 0.95), quantile(h.next, 0.99), quantile(h.take, 0.95)
}

// fast lets every counter work as fast as it can, and kills the program in the middle of it.
func (h *hallBench) fast(ctx context.Context, p *program, seconds int) {
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	before, watch := h.calls, startWatch()
	for i, counter := range h.counters {
		wg.Go(func() {
			cl := h.client(i)
			for ctx.Err() == nil {
				h.takeOne(ctx, cl, counter)
				h.serve(ctx, cl, counter)
			}
		})
	}
	time.Sleep(time.Duration(seconds) * time.Second)
	h.mu.Lock()
	h.result.CallsPerSecond = round(float64(h.calls-before) / watch().Seconds())
	h.result.Ratio = round(h.result.CallsPerSecond / h.result.BareTx)
	h.killed = true
	h.mu.Unlock()
	p.kill()
	cancel()
	wg.Wait()
}

// later tells which states a ticket may have reached beyond the one that was acknowledged last, by a call whose answer was
// lost with the program.
var later = map[string][]hall.State{
	"waiting": {hall.Waiting, hall.Called}, "called": {hall.Called, hall.Serving}, "serving": {hall.Serving, hall.Finished}, "finished": {hall.Finished},
}

// verify opens the database again and looks for everything that was acknowledged.
func (h *hallBench) verify(ctx context.Context, url, dir string) error {
	cfg := config.Config{Database: config.Secret(url), KeyFile: keyFile(dir)}
	cfg.Fill()
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		return err
	}
	defer a.Close()
	c, err := a.Org.CentreByCode(ctx, h.code)
	if err != nil {
		return err
	}
	ctx = actor.With(ctx, actor.SystemFor(c.ID))
	r := h.result
	r.Acknowledged, r.Called = len(h.acked), len(h.called)
	for id, state := range h.acked {
		l, err := a.Hall.Life(ctx, id)
		ok := false
		for _, s := range later[state] {
			ok = ok || l.State == s
		}
		if err != nil || !ok || !l.Intact {
			r.Lost++
		}
	}
	for _, n := range h.called {
		if n > 1 {
			r.Duplicates += n - 1
		}
	}
	report, err := a.Hall.Check(ctx)
	r.Faults = len(report.Faults)
	return err
}

package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"path/filepath"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
	"yichuang/internal/store/pgserver"
)

// Cases measures the desk of cases at size: the list of a window, the sheet of a case, and the figures of a month of all
// departments, over the program's own API, beside what the bare engine takes for the rows alone.
type Cases struct {
	Engine   store.Engine
	Preload  int // cases; each has ten events
	Runs     int
	Dir      string // kept for the next run; "" is a folder that is removed
	Progress io.Writer
}

// CasesResult is printed as JSON; times are p95 in milliseconds.
type CasesResult struct {
	DB         string  `json:"db"`
	Cases      int     `json:"cases"`
	Events     int     `json:"events"`
	Units      int     `json:"units"`
	List       float64 `json:"desk_list_p95_ms"`     // open cases of a window's site, the nearest end first
	ListState  float64 `json:"desk_state_p95_ms"`    // of one state
	ListDone   float64 `json:"desk_done_p95_ms"`     // the ended ones
	ListCentre float64 `json:"centre_state_p95_ms"`  // the centre's open cases of one state
	Sheet      float64 `json:"sheet_p95_ms"`         // one case with its events, clocks, papers
	Month      Spread  `json:"month_by_unit_ms"`     // every measure of a month, by department
	Whole      Spread  `json:"month_whole_ms"`       // every measure of a month with both comparisons
	Leader     Spread  `json:"leader_page_ms"`       // the leader's page: today, this month, this year
	Records    Spread  `json:"records_ms"`           // the first page of the cases behind a figure
	BareList   float64 `json:"bare_list_p95_ms"`     // the rows of the same list, the engine alone
	BareSheet  float64 `json:"bare_sheet_p95_ms"`    // the row and its events, the engine alone
	BareMonth  float64 `json:"bare_month_median_ms"` // one sum by department over the month, the engine alone
	RatioList  float64 `json:"list_ratio"`
	RatioSheet float64 `json:"sheet_ratio"`
	RatioMonth float64 `json:"month_ratio"`
	Publish    Spread  `json:"publish_month_ms"` // freezing every figure of a month with its records
	PeakRSS    float64 `json:"peak_rss_mb"`
	Start      float64 `json:"start_seconds"`
}

// Run measures.
func (b Cases) Run(ctx context.Context) (CasesResult, error) {
	r := CasesResult{DB: string(b.Engine), Cases: b.Preload, Events: b.Preload * caseEvents, Units: caseUnits}
	dir, done, err := Lifecycle{Dir: b.Dir}.folder()
	if err != nil {
		return r, err
	}
	defer done()
	url := filepath.Join(dir, "yichuang.db")
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
	}
	d, err := prepareCases(ctx, url, dir, b.Preload, b.Progress)
	if err != nil {
		return r, fmt.Errorf("prepare: %w", err)
	}
	if err := d.publishMonths(ctx, url, dir, &r); err != nil {
		return r, fmt.Errorf("publish: %w", err)
	}
	if err := d.bare(ctx, b.Engine, url, b.Runs, &r); err != nil {
		return r, fmt.Errorf("bare engine: %w", err)
	}
	p, err := startProgram(ctx, url, dir)
	if err != nil {
		return r, err
	}
	defer p.stop()
	r.Start, d.base = p.took.Seconds(), p.base
	if err := d.reads(ctx, b.Runs, &r); err != nil {
		return r, err
	}
	if err := d.figures(ctx, &r); err != nil {
		return r, err
	}
	r.RatioList, r.RatioSheet, r.RatioMonth = round(r.List/r.BareList), round(r.Sheet/r.BareSheet), round(r.Month.Median/r.BareMonth)
	r.PeakRSS = p.peakMB()
	return r, nil
}

// reads measures lists and sheets by one client.
func (d *caseDesk) reads(ctx context.Context, runs int, r *CasesResult) error {
	cl := d.client(99)
	rnd := rand.New(rand.NewSource(7))
	for _, m := range []struct {
		into  *float64
		token string
		path  func() string
	}{
		{&r.List, d.Window, func() string { return "/casework/cases?limit=50" }},
		{&r.ListState, d.Window, func() string { return "/casework/cases?limit=50&state=" + openStates[rnd.Intn(len(openStates))] }},
		{&r.ListDone, d.Window, func() string { return "/casework/cases?limit=50&done=true" }},
		{&r.ListCentre, d.Supervisor, func() string { return "/casework/cases?limit=50&state=" + openStates[rnd.Intn(len(openStates))] }},
		{&r.Sheet, d.Supervisor, func() string { return "/casework/cases/" + d.Samples[rnd.Intn(len(d.Samples))] }},
	} {
		var times []float64
		for range runs {
			_, took, err := cl.call(ctx, m.token, http.MethodGet, m.path(), 0, "", nil)
			if err != nil {
				return err
			}
			times = append(times, took)
		}
		*m.into = quantile(times, 0.95)
	}
	return nil
}

// figures measures the month before the present one.
func (d *caseDesk) figures(ctx context.Context, r *CasesResult) error {
	cl := d.client(98)
	month := metric.Month(clock.System{}.Now().Date()).Previous()
	span := "from=" + month.From.String() + "&to=" + month.To.String()
	for _, m := range []struct {
		into *Spread
		path string
	}{
		{&r.Month, "/hall/metrics/figures?by=unit&" + span}, {&r.Whole, "/hall/metrics/figures?changes=true&" + span}, {&r.Leader, "/hall/metrics/overview"},
		{&r.Records, "/hall/metrics/records?measure=HC1&part=num&" + span},
	} {
		var err error
		*m.into, err = spread(5, func() error {
			_, _, err := cl.call(ctx, d.Supervisor, http.MethodGet, m.path, 0, "", nil)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

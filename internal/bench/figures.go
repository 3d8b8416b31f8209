package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"

	"yichuang/internal/app"
	"yichuang/internal/assess"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
)

// Figures measures the figures of the hotline on a kept database: the leader's page, all metrics, all units, and the
// monthly assessment.
type Figures struct {
	Dir      string // folder of a database that bench lifecycle has kept, or of any copy
	Month    string // 2026-05; "" is the last whole month
	Runs     int
	Progress io.Writer
}

// FiguresResult are times in milliseconds: of the first run, and the median and the longest of the others.
type FiguresResult struct {
	Month    string            `json:"month"`
	Legs     int64             `json:"legs_due"`
	Units    int               `json:"units"`
	Overview Spread            `json:"leader_page_ms"`
	Measures Spread            `json:"all_metrics_ms"`
	ByUnit   Spread            `json:"all_metrics_by_unit_ms"`
	Assess   Spread            `json:"monthly_assessment_ms"`
	Values   map[string]string `json:"values"`
}

// Spread is how long something took.
type Spread struct {
	First  float64 `json:"first"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}

// Run opens the database, which it brings to the program's version, and measures.
func (b *Figures) Run(ctx context.Context) (*FiguresResult, error) {
	cfg := config.Config{Database: config.Secret(filepath.Join(b.Dir, "yichuang.db")), KeyFile: keyFile(b.Dir)}
	cfg.Fill()
	watch := startWatch()
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if b.Progress != nil {
		fmt.Fprintf(b.Progress, "数据库已打开，用时 %.1f 秒\n", watch().Seconds())
	}
	ctx, err = a.SystemContext(ctx, "")
	if err != nil {
		return nil, err
	}
	month := metric.Month(clock.System{}.Now().Date()).Previous()
	if b.Month != "" {
		if month, err = metric.ParseMonth(b.Month); err != nil {
			return nil, err
		}
	}
	r := &FiguresResult{Month: month.String(), Values: map[string]string{}}
	return r, b.measure(ctx, a, month, r)
}

func (b *Figures) measure(ctx context.Context, a *app.App, month metric.Period, r *FiguresResult) error {
	for _, step := range []struct {
		into *Spread
		do   func() error
	}{
		{&r.Overview, func() error {
			_, err := a.Figures.OverviewOf(ctx, month)
			return err
		}},
		{&r.Measures, func() error {
			rows, err := a.Figures.Figures(ctx, figure.Query{Period: month})
			for _, f := range rows {
				r.Values[f.Metric] = f.Text()
				if f.Metric == string(figure.MeasureOnTime) {
					r.Legs = f.Den
				}
			}
			return err
		}},
		{&r.ByUnit, func() error {
			rows, err := a.Figures.FiguresByUnit(ctx, nil, month)
			r.Units = len(rows)
			return err
		}},
		{&r.Assess, func() error {
			_, err := a.Assess.Preview(ctx, assess.CodeDefault, month)
			return err
		}},
	} {
		var err error
		if *step.into, err = spread(b.Runs, step.do); err != nil {
			return err
		}
	}
	return nil
}

// spread does something several times, at least twice, and says how long it took.
func spread(runs int, do func() error) (Spread, error) {
	var times []float64
	for range max(2, runs) {
		watch := startWatch()
		if err := do(); err != nil {
			return Spread{}, err
		}
		times = append(times, float64(watch().Microseconds())/1000)
	}
	return Spread{First: round(times[0]), Median: quantile(times[1:], 0.5), Max: quantile(times[1:], 1)}, nil
}

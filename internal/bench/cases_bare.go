package bench

import (
	"context"
	"database/sql"
	"math/rand"

	"github.com/jackc/pgx/v5"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// bareRows runs a statement on the engine alone and reads every column of every row.
type bareRows func(sql string, args ...any) error

// bareEngine opens the database without our store.
func bareEngine(ctx context.Context, kind store.Engine, url string) (bareRows, func(), error) {
	if kind == store.Postgres {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return nil, nil, err
		}
		return func(text string, args ...any) error {
			rows, err := conn.Query(ctx, text, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				if _, err := rows.Values(); err != nil {
					return err
				}
			}
			return rows.Err()
		}, func() { conn.Close(ctx) }, nil
	}
	db, err := sql.Open("sqlite", "file:"+url+"?mode=ro")
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	return func(text string, args ...any) error { return scanAll(ctx, db, text, args) }, func() { db.Close() }, nil
}

func scanAll(ctx context.Context, db *sql.DB, text string, args []any) error {
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	values, dest := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// bare measures the rows alone: of the list, of a case with its events, and one sum by department over a month.
func (d *caseDesk) bare(ctx context.Context, kind store.Engine, url string, runs int, r *CasesResult) error {
	query, done, err := bareEngine(ctx, kind, url)
	if err != nil {
		return err
	}
	defer done()
	rnd := rand.New(rand.NewSource(8))
	month := metric.Month(clock.System{}.Now().Date()).Previous()
	from, to := int64(month.Start()), int64(month.End())
	measure := func(n int, do func() error) ([]float64, error) {
		var times []float64
		for range n {
			watch := startWatch()
			if err := do(); err != nil {
				return nil, err
			}
			times = append(times, float64(watch().Microseconds())/1000)
		}
		return times, nil
	}
	list, err := measure(runs, func() error {
		return query("SELECT * FROM casework_case WHERE centre_id = $1 AND site_id = $2 AND open ORDER BY next_due, id LIMIT 51", d.Centre, d.Site)
	})
	if err != nil {
		return err
	}
	sheet, err := measure(runs, func() error {
		id := d.Samples[rnd.Intn(len(d.Samples))]
		if err := query("SELECT * FROM casework_case WHERE centre_id = $1 AND id = $2", d.Centre, id); err != nil {
			return err
		}
		return query("SELECT * FROM casework_event WHERE centre_id = $1 AND case_id = $2 ORDER BY seq", d.Centre, id)
	})
	if err != nil {
		return err
	}
	sums, err := measure(5, func() error {
		return query(`SELECT unit_id, COUNT(*), SUM(CASE WHEN decided_at < promise_due THEN 1 ELSE 0 END), SUM(CASE WHEN notices = 0 AND visits <= 1 THEN 1 ELSE 0 END), SUM(used_days)
			FROM casework_case WHERE centre_id = $1 AND closed_at > 0 AND closed_at >= $2 AND closed_at < $3 GROUP BY unit_id`, d.Centre, from, to)
	})
	r.BareList, r.BareSheet, r.BareMonth = quantile(list, 0.95), quantile(sheet, 0.95), quantile(sums, 0.5)
	return err
}

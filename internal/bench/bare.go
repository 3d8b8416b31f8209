package bench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yichuang/internal/id"
	"yichuang/internal/store"
)

const bareFor = 3 * time.Second

var bareSchema = fstest.MapFS{"migrations/200001010000_bare.sql": {Data: []byte(`-- +goose Up
CREATE TABLE bare_ticket (
  centre_id TEXT NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE TABLE bare_event (
  centre_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (centre_id, ticket_id, seq)
);
`)}}

const (
	bareTicket = "INSERT INTO bare_ticket (centre_id, id, title, n) VALUES ($1, $2, $3, $4)"
	bareEvent  = "INSERT INTO bare_event (centre_id, ticket_id, seq, text) VALUES ($1, $2, 1, $3)"
	bareText   = "城北街道某小区门前路灯已经三天不亮，夜间老人孩子出行不便，希望尽快安排人员维修。"
)

// bare measures the engine alone, with the durability that the program uses: transactions of one row and one event row
// by as many clients, first straight on the driver, then through the store.
func bare(ctx context.Context, kind store.Engine, url string, clients int) (engine, viaStore float64, err error) {
	if kind == store.SQLite {
		defer func() {
			for _, s := range []string{"", "-wal", "-shm", ".lock"} {
				os.Remove(url + s)
			}
		}()
	}
	db, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	if err := db.Migrate(ctx, bareSchema); err != nil {
		return 0, 0, err
	}
	ids := id.NewSource(7)
	viaStore, err = rate(ctx, clients, func(ctx context.Context) error {
		return db.WithTx(ctx, func(tx *store.Tx) error {
			key := ids.New(tx.Now())
			if err := tx.Queue(bareTicket, "c", key, bareText, 1); err != nil {
				return err
			}
			return tx.Queue(bareEvent, "c", key, bareText)
		})
	})
	if err != nil {
		return 0, 0, err
	}
	if kind == store.SQLite {
		engine, err = bareSQLite(ctx, url, ids, clients)
	} else {
		engine, err = barePostgres(ctx, url, ids, clients)
	}
	return round(engine), round(viaStore), err
}

// rate runs do by clients for bareFor and gives how often it returned a second.
func rate(ctx context.Context, clients int, do func(ctx context.Context) error) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, bareFor)
	defer cancel()
	var n atomic.Int64
	var first error
	var once sync.Once
	var wg sync.WaitGroup
	watch := startWatch()
	for range clients {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := do(context.WithoutCancel(ctx)); err != nil {
					once.Do(func() { first = err })
					return
				}
				n.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(n.Load()) / watch().Seconds(), first
}

// bareSQLite is one connection that the clients share, each transaction committed by itself.
func bareSQLite(ctx context.Context, path string, ids *id.Source, clients int) (float64, error) {
	db, err := sql.Open("sqlite", fmt.Sprintf("file:%s?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=busy_timeout(10000)", path))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	t, err := db.PrepareContext(ctx, bareTicket)
	if err != nil {
		return 0, err
	}
	e, err := db.PrepareContext(ctx, bareEvent)
	if err != nil {
		return 0, err
	}
	return rate(ctx, clients, func(ctx context.Context) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // a no-op after Commit
		key := id.Format(ids.Number(1))
		if _, err := tx.StmtContext(ctx, t).ExecContext(ctx, "c", key, bareText, 1); err != nil {
			return err
		}
		if _, err := tx.StmtContext(ctx, e).ExecContext(ctx, "c", key, bareText); err != nil {
			return err
		}
		return tx.Commit()
	})
}

// barePostgres is a pool of the program's size, each transaction in the usual round trips.
func barePostgres(ctx context.Context, url string, ids *id.Source, clients int) (float64, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return 0, err
	}
	cfg.MaxConns = 16
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	return rate(ctx, clients, func(ctx context.Context) error {
		return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			key := id.Format(ids.Number(1))
			if _, err := tx.Exec(ctx, bareTicket, "c", key, bareText, 1); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, bareEvent, "c", key, bareText)
			return err
		})
	})
}

// postgresDatabase makes a database on a server, once.
func postgresDatabase(ctx context.Context, admin, name string) (string, error) {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
		return "", err
	}
	if !there {
		if _, err := conn.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"); err != nil {
			return "", err
		}
	}
	cfg := conn.Config()
	return fmt.Sprintf("postgres://postgres@%s:%d/%s?sslmode=disable", cfg.Host, cfg.Port, name), nil
}

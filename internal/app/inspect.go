package app

import (
	"context"
	"log/slog"

	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// Inspect opens a database that exists and builds the modules without the right to change anything: no migration, no key
// file made, no jobs, no server. It works beside a running program.
func Inspect(ctx context.Context, cfg config.Config, log *slog.Logger, c clock.Clock) (*App, error) {
	db, err := store.Open(ctx, store.Options{URL: string(cfg.Database), Clock: c, IDs: id.NewSource(cfg.Node), Log: log, ReadConns: 2, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	a := &App{Config: cfg, Log: log, Clock: c, DB: db}
	if err := a.inspect(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

// ErrSchema refuses to look into a database that the next start will change.
var ErrSchema = errs.New(errs.Unavailable, "app.schema", "数据库的结构比程序旧，启动一次程序（或运行 yichuang migrate）会把它升级。请先升级，再运行这个命令。")

func (a *App) inspect(ctx context.Context) error {
	s, err := a.DB.Schema(ctx, Migrations()...)
	switch {
	case err != nil:
		return err
	case len(s.Unknown) > 0:
		return store.ErrNewer.Say("数据库的版本（%d）比程序（%d）新。请改用更新的程序。", s.Have, s.Want)
	case len(s.Pending) > 0:
		return ErrSchema
	}
	if a.Keys, _, err = crypt.Inspect(ctx, a.DB, a.Config.Keys()); err != nil {
		return err
	}
	return a.modules()
}

// NewestMigration is the newest schema version that this program knows.
func NewestMigration() int64 {
	newest, err := store.NewestMigration(Migrations()...)
	if err != nil {
		panic(err) // the embedded migrations are checked by every start and every test
	}
	return newest
}

package app

import (
	"context"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// keysEvery is how often a running program looks whether another one has added a key to the file.
const keysEvery = time.Minute

// followKeys takes over keys that another node or a command adds to the key file, until ctx ends.
func (a *App) followKeys(ctx context.Context) {
	tick := time.NewTicker(keysEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch fresh, err := a.Keys.Refresh(); {
		case err != nil:
			a.Log.Error("key file", "module", "crypt", "code", errs.CodeOf(err), "text", errs.As(err).Public)
		case fresh:
			a.Log.Info("a new key is in use", "module", "crypt")
		}
	}
}

// RotateKey makes a new current encryption key (密钥轮换): in the key file first, then in what the database remembers, with
// a line in every centre's audit log. What old keys sealed stays readable. Where the second step fails, the next start
// repeats it.
func (a *App) RotateKey(ctx context.Context) error {
	ctx = actor.With(ctx, actor.LocalAdmin(""))
	centres, err := a.Org.Centres(ctx)
	if err != nil {
		return err
	}
	if err := a.Keys.Rotate(a.Clock.Now()); err != nil {
		return err
	}
	return a.DB.WithTx(ctx, func(tx *store.Tx) error {
		for _, c := range centres {
			if err := audit.RecordIn(tx, c.ID, audit.Entry{Action: "crypt.rotate", Kind: "key", Object: c.ID}); err != nil {
				return err
			}
		}
		return crypt.Remember(tx, a.Keys)
	})
}

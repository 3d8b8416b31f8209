package app

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

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

package app

import (
	"context"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/outbox"
	"yichuang/internal/sms"
)

// postEvery is how often the program looks for messages that wait.
const postEvery = 5 * time.Second

// post hands waiting messages to the gateway of the settings until ctx ends; without one they wait. Sending takes as long
// as it takes and holds no transaction.
func (a *App) post(ctx context.Context) {
	send, err := sms.Open(string(a.Config.SMS))
	if err != nil || send == nil {
		return
	}
	tick := time.NewTicker(postEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := a.postOnce(ctx, hotline.Gateway(send)); err != nil && ctx.Err() == nil {
			a.Log.Warn("messages were not sent", "error", err)
		}
	}
}

// postOnce sends what waits in every centre.
func (a *App) postOnce(ctx context.Context, send hotline.Gateway) error {
	centres, err := a.Org.Centres(actor.With(ctx, actor.SystemFor("")))
	for _, c := range centres {
		for n := 1; err == nil && n > 0 && ctx.Err() == nil; {
			n, err = a.Hotline.SendMessages(actor.With(ctx, actor.SystemFor(c.ID)), send)
		}
		for n := 1; err == nil && n > 0 && ctx.Err() == nil; {
			n, err = a.Outbox.Send(actor.With(ctx, actor.SystemFor(c.ID)), outbox.Gateway(send))
		}
	}
	return err
}

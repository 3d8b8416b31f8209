package cli

import (
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/app"
)

// warn prints what the administrator should do before deadlines suffer: a year without its calendar, limits and hours
// that nobody has confirmed. Nothing is refused for it.
func (g *Globals) warn(a *app.App) error {
	centres, err := a.Org.Centres(actor.With(g.Ctx, &actor.Actor{Kind: actor.System}))
	if err != nil {
		return err
	}
	for _, c := range centres {
		list, err := a.Calendar.Warn(actor.With(g.Ctx, actor.SystemFor(c.ID)))
		if err != nil {
			return err
		}
		for _, w := range list {
			fmt.Fprintf(g.Out, "注意（%s）：%s\n", c.Name, w.Text)
		}
	}
	return nil
}

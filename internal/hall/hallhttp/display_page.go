package hallhttp

import (
	"context"
	"time"

	"yichuang/internal/hall"
	"yichuang/internal/web"
)

// displayView is the display of a hall.
type displayView struct {
	hall.Board
	Live string
}

// lookEvery is how often an open display looks for calls.
const lookEvery = time.Second

func (h handlers) display(c *web.Ctx) error {
	b, err := h.Hall.Board(c.Context(), c.Param("code"))
	if err != nil {
		return err
	}
	return c.Render(displayPage(displayView{b, centreBase(c) + "/display/" + c.Param("code") + "/live"}))
}

// displayLive tells an open display what to show and say. The stream acts as a citizen of the address's centre.
func (h handlers) displayLive(c *web.Ctx) error {
	code, centre := c.Param("code"), c.Param("centre")
	look := func(ctx context.Context) (any, error) {
		ctx, err := h.citizen(ctx, centre)
		if err != nil {
			return nil, err
		}
		return h.Hall.Board(ctx, code)
	}
	if !c.Streams() {
		b, err := look(c.Context())
		if err != nil {
			return err
		}
		return c.JSON(200, b)
	}
	beaten := time.Duration(0)
	return c.Live(web.Stream{Every: lookEvery, Look: func(ctx context.Context) (any, error) {
		if beaten%time.Minute == 0 {
			asCitizen, err := h.citizen(ctx, centre)
			if err != nil {
				return nil, err
			}
			if err := h.Hall.Beat(asCitizen, code, hall.Display); err != nil {
				return nil, err
			}
		}
		beaten += lookEvery
		return look(ctx)
	}})
}

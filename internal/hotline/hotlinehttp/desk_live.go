package hotlinehttp

import (
	"fmt"
	"strconv"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// unitQueue is the name of the unit's desk in the address of the live bar.
const unitQueue = "unit"

// liveAddress is where the quiet bar of a list asks for news since the list was shown.
func liveAddress(queue string, since clock.Instant) string {
	return fmt.Sprintf("/hotline/live?queue=%s&since=%d", queue, since)
}

// live tells how many tickets came into a queue since a moment.
func (s desks) live(c *web.Ctx) error {
	since, err := strconv.ParseInt(c.Query("since"), 10, 64)
	if err != nil || since <= 0 {
		return c.NoContent()
	}
	queue := c.Query("queue")
	if queue == unitQueue {
		n, err := s.Hotline.NewAtUnit(c.Context(), clock.Instant(since))
		if err != nil {
			return err
		}
		return c.News(n, newsText(n), "/hotline/unit")
	}
	state := hotline.State(queue)
	if !state.Open() {
		return c.NoContent()
	}
	n, err := s.Hotline.NewInQueue(c.Context(), state, clock.Instant(since))
	if err != nil {
		return err
	}
	return c.News(n, newsText(n), queueAddress(state))
}

// queueAddress is the list in which a state is worked on.
func queueAddress(state hotline.State) string {
	switch state {
	case hotline.Review:
		return "/hotline/review"
	case hotline.Callback:
		return "/hotline/callback"
	}
	return "/hotline?state=" + string(state)
}

func newsText(n int) string {
	if n >= 100 {
		return "100 件以上新工单"
	}
	return strconv.Itoa(n) + " 件新工单"
}

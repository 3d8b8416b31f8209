package hallhttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/hall"
	"yichuang/internal/web"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// cells makes plain cells of texts; an empty one shows —.
func cells(texts ...string) []templ.Component {
	out := make([]templ.Component, len(texts))
	for i, s := range texts {
		if s == "" {
			s = "—"
		}
		out[i] = web.CellText(s)
	}
	return out
}

func bookingStates() []web.Option {
	var out []web.Option
	for _, s := range []hall.BookingState{hall.BookingMade, hall.BookingArrived, hall.BookingCancelled, hall.BookingAbsent} {
		out = append(out, web.Option{Value: string(s), Label: s.Label()})
	}
	return out
}

func stateOptions() []web.Option {
	var out []web.Option
	for _, s := range hall.States() {
		out = append(out, web.Option{Value: string(s), Label: s.Label()})
	}
	return out
}

func stateTone(s hall.State) web.Tone {
	switch s {
	case hall.Called, hall.Serving:
		return web.Info
	case hall.Finished:
		return web.Success
	case hall.Missed, hall.Held:
		return web.Warning
	case hall.Dropped, hall.Closed:
		return web.Danger
	}
	return ""
}

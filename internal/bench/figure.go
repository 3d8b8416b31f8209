package bench

import (
	"encoding/json"
	"io"
	"math"
	"slices"
	"time"

	"yichuang/internal/clock"
)

// startWatch gives a function that tells how long ago it was made.
func startWatch() func() time.Duration { return clock.StartStopwatch().Elapsed }

func decode(r io.Reader, into any) error { return json.NewDecoder(r).Decode(into) }

func round(f float64) float64 { return math.Round(f*1000) / 1000 }

// quantile sorts the values and gives the one below which a share q of them lies.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return round(values[min(len(values)-1, int(q*float64(len(values))))])
}

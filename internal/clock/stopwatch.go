package clock

import "time"

// Stopwatch measures how long something takes on the monotonic clock, for metrics and the access log. It says nothing
// about when, so rules have no use for it.
type Stopwatch struct{ start time.Time }

// StartStopwatch starts one.
func StartStopwatch() Stopwatch { return Stopwatch{time.Now()} }

// Elapsed is the time since the start.
func (s Stopwatch) Elapsed() time.Duration { return time.Since(s.start) }

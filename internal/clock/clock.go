// Package clock is the only place that reads the machine's time. Everything else is given a Clock, or an Instant.
// Instants are UTC milliseconds; days are Dates in Asia/Shanghai, the only zone this program thinks in.
package clock

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // the zone must resolve on a machine without zone files
)

// Shanghai is the zone of every date and office hour in the program (北京时间).
var Shanghai = mustZone("Asia/Shanghai")

func mustZone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

// Clock tells the time. System is the machine's; *Manual and Fast are for tests.
type Clock interface{ Now() Instant }

// System is the machine's clock.
type System struct{}

// Now reads the machine's clock.
func (System) Now() Instant { return FromTime(time.Now()) }

// Manual is a clock that stands still until it is set; for tests and recomputation.
type Manual struct {
	mu sync.Mutex
	at Instant
}

// NewManual makes a clock that shows at.
func NewManual(at Instant) *Manual { return &Manual{at: at} }

// Now gives the time that was set.
func (m *Manual) Now() Instant {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at
}

// Set moves the clock to at.
func (m *Manual) Set(at Instant) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = at
}

// Advance moves the clock by d.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = m.at.Add(d)
}

// Instant is a moment in UTC milliseconds since 1970; 0 means "not set".
type Instant int64

// FromTime converts, cutting below the millisecond.
func FromTime(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMilli())
}

// At builds the instant of a wall-clock time in Shanghai.
func At(year int, month time.Month, day, hour, minute int) Instant {
	return FromTime(time.Date(year, month, day, hour, minute, 0, 0, Shanghai))
}

// ParseInstant reads RFC 3339, or "2006-01-02T15:04[:05]" and "2006-01-02 15:04[:05]" as Shanghai time, or a bare date
// as its 00:00.
func ParseInstant(s string) (Instant, error) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return FromTime(t), nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02",
		"2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2"} {
		if t, err := time.ParseInLocation(layout, s, Shanghai); err == nil {
			return FromTime(t), nil
		}
	}
	return 0, fmt.Errorf("not a time: %q", s)
}

// MustInstant is ParseInstant for literals in tests and tables.
func MustInstant(s string) Instant {
	i, err := ParseInstant(s)
	if err != nil {
		panic(err)
	}
	return i
}

// IsZero reports whether the instant is not set.
func (i Instant) IsZero() bool { return i == 0 }

// Time gives the instant in Shanghai.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).In(Shanghai) }

// Date gives the Shanghai day that the instant lies in.
func (i Instant) Date() Date {
	// Shanghai has had no daylight saving since 1992; FromTime data before that still goes through the zone.
	return DateOf(i.Time())
}

// Add moves the instant by d.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// Sub is the span from j to i.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i-j) * time.Millisecond }

// String shows minutes in Shanghai time, as pages and vouchers print it: 2026-05-14 18:00; "" when not set.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format("2006-01-02 15:04")
}

// MarshalText writes RFC 3339 with the Shanghai offset; "" when not set.
func (i Instant) MarshalText() ([]byte, error) {
	if i == 0 {
		return nil, nil
	}
	return []byte(i.Time().Format("2006-01-02T15:04:05.999Z07:00")), nil
}

// UnmarshalText reads what ParseInstant reads; "" is not set.
func (i *Instant) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	v, err := ParseInstant(string(b))
	*i = v
	return err
}

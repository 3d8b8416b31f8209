package web

import (
	"sync"

	"golang.org/x/time/rate"

	"yichuang/internal/clock"
)

// limiterSize bounds the memory of the limiter: about 4 MB. When it is full the older half is forgotten, which at worst
// gives an attacker with many addresses fresh buckets, never an honest caller a refusal.
const limiterSize = 20_000

// limiter counts calls per route and address in two generations of buckets.
type limiter struct {
	mu         sync.Mutex
	clock      clock.Clock
	young, old map[limitKey]*rate.Limiter
}

type limitKey struct{ route, ip string }

func newLimiter(c clock.Clock) *limiter {
	return &limiter{clock: c, young: map[limitKey]*rate.Limiter{}}
}

func (l *limiter) allow(route, ip string, r Rate) bool {
	if r == (Rate{}) {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := limitKey{route, ip}
	b := l.young[key]
	if b == nil {
		if b = l.old[key]; b == nil {
			b = rate.NewLimiter(rate.Limit(r.PerMinute/60), r.Burst)
		}
		if len(l.young) >= limiterSize/2 {
			l.young, l.old = make(map[limitKey]*rate.Limiter, limiterSize/2), l.young
		}
		l.young[key] = b
	}
	return b.AllowN(l.clock.Now().Time(), 1)
}

package web

import (
	"math"
	"net/netip"
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

// allow counts a call and reports whether it may go on; otherwise it gives the whole seconds until the next one may.
func (l *limiter) allow(route, client string, r Rate) (wait int) {
	if r == (Rate{}) {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := limitKey{route, client}
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
	now := l.clock.Now().Time()
	if b.AllowN(now, 1) {
		return 0
	}
	return max(1, int(math.Ceil((1-b.TokensAt(now))*60/r.PerMinute)))
}

// clientOf is under which name an address is counted: whoever has one IPv6 address has the whole network of 64 bits.
func clientOf(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil || !addr.Is6() {
		return ip
	}
	net, err := addr.Prefix(64)
	if err != nil {
		return ip
	}
	return net.String()
}

// uploads is the route under which all public uploads of an address are counted together, and those of everybody.
const uploads = "public uploads"

// refuse counts a call of a route against its limits and gives the seconds to wait, 0 for none. Files from people without an account
// (公开上传) are counted three times: for the route, for all such routes of the address, and for everybody together, in this
// order, so that what an address is refused never uses up what the others may send.
func (k *Kit) refuse(rt *Route, ip string) (wait int, err error) {
	client := clientOf(ip)
	if rt.limited {
		if wait := k.limiter.allow(rt.Method+rt.Pattern, client, rt.rate); wait > 0 {
			return wait, ErrTooMany.Say("操作太频繁，本次没有处理。请 %d 秒后再试。", wait)
		}
	}
	if !rt.Public || !rt.limited || rt.rate == (Rate{}) || rt.maxBody <= quickBody {
		return 0, nil
	}
	if wait := k.limiter.allow(uploads, client, k.o.UploadRate); wait > 0 {
		return wait, ErrTooMany.Say("您上传得太频繁，本次的文件没有收下。请 %d 秒后再试。", wait)
	}
	if wait := k.limiter.allow(uploads, "", k.o.UploadCap); wait > 0 {
		return wait, ErrTooMany.Say("现在上传的人太多，本次的文件没有收下。请 %d 秒后再试，或到大厅窗口提交。", wait)
	}
	return 0, nil
}

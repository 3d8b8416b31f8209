// Package id makes the identifiers of rows: 63-bit numbers that grow with time, written as 13 characters of base 32
// whose text order is the number order. A number is 42 bits of milliseconds since 1990-01-01, 8 bits of node and 13
// bits of count within the millisecond, so nodes never meet and one node makes 8,192 ids a millisecond before it
// borrows from the next one. Ids are for machines; people use ticket numbers (工单号).
package id

import (
	"errors"
	"sync"

	"yichuang/internal/clock"
)

const (
	epoch    = 631152000000 // 1990-01-01T00:00:00Z in milliseconds: before any record that an old system could hand over
	countLen = 13
	nodeLen  = 8
	alphabet = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford: no i, l, o, u
	// Len is the number of characters of an id.
	Len = 13
)

// Source makes ids for one node of an installation. It is safe for concurrent use.
type Source struct {
	mu   sync.Mutex
	node uint64
	last uint64 // milliseconds since epoch of the newest id
	n    uint64
}

// NewSource makes a source for a node number; nodes of one installation must differ (0–255).
func NewSource(node uint8) *Source { return &Source{node: uint64(node)} }

// New gives an id that is greater than every earlier one of this source, even where the clock stands or goes back.
func (s *Source) New(now clock.Instant) string { return Format(s.Number(now)) }

// Number is New as the number itself.
func (s *Source) Number(now clock.Instant) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	ms := uint64(0)
	if int64(now) > epoch {
		ms = uint64(int64(now) - epoch)
	}
	switch {
	case ms > s.last:
		s.last, s.n = ms, 0
	case s.n+1 < 1<<countLen:
		s.n++
	default:
		s.last, s.n = s.last+1, 0
	}
	return int64(s.last<<(nodeLen+countLen) | s.node<<countLen | s.n)
}

// Format writes a number as an id.
func Format(n int64) string {
	var b [Len]byte
	for i := Len - 1; i >= 0; i-- {
		b[i] = alphabet[n&31]
		n >>= 5
	}
	return string(b[:])
}

var digit = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := 0; i < len(alphabet); i++ {
		t[alphabet[i]] = int8(i)
	}
	return t
}()

var errMalformed = errors.New("id: not 13 characters of base 32")

// Parse reads an id back to its number. It fails on anything that Format would not write.
func Parse(s string) (int64, error) {
	if len(s) != Len || s[0] > '7' {
		return 0, errMalformed
	}
	var n int64
	for i := 0; i < Len; i++ {
		d := digit[s[i]]
		if d < 0 {
			return 0, errMalformed
		}
		n = n<<5 | int64(d)
	}
	return n, nil
}

// At is the smallest number of a moment: ids made at or after now are not smaller. For paging by time.
func At(now clock.Instant) int64 {
	if int64(now) <= epoch {
		return 0
	}
	return (int64(now) - epoch) << (nodeLen + countLen)
}

// Past gives the number of an id for something that happened before it was recorded, such as a ticket of another system,
// so that it sorts by its own time among the others. seed chooses the place within the second of at (within the
// millisecond, where at has one). Two things of one second may be given the same number: the caller looks, and asks again
// with another seed.
func Past(at clock.Instant, seed uint64) int64 {
	n := At(at) | int64(seed&(1<<(nodeLen+countLen)-1))
	if at%1000 == 0 {
		n += int64((seed >> (nodeLen + countLen)) % 1000 << (nodeLen + countLen))
	}
	return n
}

package id_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"yichuang/internal/clock"
	"yichuang/internal/id"
)

func TestIDsGrowWhateverTheClockDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := id.NewSource(uint8(rapid.IntRange(0, 255).Draw(t, "node")))
		now, last := clock.At(2026, 5, 8, 16, 30), ""
		for range 50 {
			now = now.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "step")) * time.Millisecond)
			next := s.New(now)
			if next <= last {
				t.Fatalf("%s after %s", next, last)
			}
			n, err := id.Parse(next)
			if err != nil || id.Format(n) != next {
				t.Fatalf("%s reads as %d, %v", next, n, err)
			}
			last = next
		}
	})
}

func TestOneMillisecondHoldsManyIDs(t *testing.T) {
	s, now := id.NewSource(3), clock.At(2026, 5, 8, 16, 30)
	seen := map[int64]bool{}
	for range 20_000 {
		n := s.Number(now)
		if seen[n] || n < id.At(now) {
			t.Fatalf("%d came twice, or lies before its moment", n)
		}
		seen[n] = true
	}
}

// A past id lies in its own second: a span of ids from At(a) to At(b) is the span of what happened from a to b.
func TestPastIDsSortByTheirTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := clock.Instant(rapid.Int64Range(int64(clock.At(1990, 1, 2, 0, 0)), int64(clock.At(2099, 1, 1, 0, 0))).Draw(t, "at"))
		if rapid.Bool().Draw(t, "whole second") {
			at -= at % 1000
		}
		end := at + 1
		if at%1000 == 0 {
			end = at + 1000
		}
		n := id.Past(at, rapid.Uint64().Draw(t, "seed"))
		if n < id.At(at) || n >= id.At(end) {
			t.Fatalf("%d is outside %d–%d", n, id.At(at), id.At(end))
		}
		if back, err := id.Parse(id.Format(n)); err != nil || back != n {
			t.Fatalf("%d reads as %d, %v", n, back, err)
		}
	})
}

func TestParseRefusesWhatFormatDoesNotWrite(t *testing.T) {
	for _, s := range []string{"", "0", "0000000000000000", "z000000000000", "00000000i0000", "00000000L0000", "8000000000000"} {
		if n, err := id.Parse(s); err == nil {
			t.Errorf("%q was read as %d", s, n)
		}
	}
}

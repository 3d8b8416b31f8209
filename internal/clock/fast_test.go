package clock_test

import (
	"testing"
	"time"

	"yichuang/internal/clock"
)

func TestFastRunsAheadFromItsStart(t *testing.T) {
	now := clock.System{}.Now()
	f := clock.Fast{From: now.Add(-10 * time.Second), Rate: 3600}
	if ahead := f.Now().Sub(now); ahead < 9*time.Hour || ahead > 12*time.Hour {
		t.Errorf("ten seconds at 3600 are %v", ahead)
	}
	for _, c := range []clock.Fast{{From: now.Add(time.Hour), Rate: 3600}, {From: now, Rate: 1}, {}} {
		if off := c.Now().Sub(now); off < 0 || off > time.Minute {
			t.Errorf("%+v is off by %v", c, off)
		}
	}
}

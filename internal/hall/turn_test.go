package hall_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hall"
)

func waiting(no string, class hall.Class, ready int64, change ...func(*hall.Ticket)) hall.Ticket {
	t := hall.Ticket{ID: no, No: no, Class: class, QueueID: "q", TakenAt: clock.Instant(ready), ReadyAt: clock.Instant(ready)}
	for _, c := range change {
		c(&t)
	}
	return t
}

func TestTurn(t *testing.T) {
	skip := func(n int64) func(*hall.Ticket) { return func(t *hall.Ticket) { t.Skip = n } }
	in := func(q string) func(*hall.Ticket) { return func(t *hall.Ticket) { t.QueueID = q } }
	for _, c := range []struct {
		name    string
		waiting []hall.Ticket
		jumps   map[string]int64
		want    string
	}{
		{"nobody", nil, nil, ""},
		{"the one who waits", []hall.Ticket{waiting("A1", hall.Ordinary, 5)}, nil, "A1"},
		{"the oldest of a class", []hall.Ticket{waiting("A2", hall.Ordinary, 6), waiting("A1", hall.Ordinary, 5)}, nil, "A1"},
		{"优先 before all", []hall.Ticket{waiting("A1", hall.Ordinary, 1), waiting("Y1", hall.Booked, 2), waiting("P1", hall.Priority, 9)}, nil, "P1"},
		{"预约 in its slot before 普通", []hall.Ticket{waiting("A1", hall.Ordinary, 1), waiting("Y1", hall.Booked, 10)}, nil, "Y1"},
		{"预约 before its slot waits", []hall.Ticket{waiting("A1", hall.Ordinary, 1), waiting("Y1", hall.Booked, 11)}, nil, "A1"},
		{"预约 before its slot where nobody else waits", []hall.Ticket{waiting("Y1", hall.Booked, 11)}, nil, "Y1"},
		{"after two jumps one 普通", []hall.Ticket{waiting("A1", hall.Ordinary, 4), waiting("A2", hall.Ordinary, 3), waiting("P1", hall.Priority, 1)}, map[string]int64{"q": 2}, "A2"},
		{"after one jump not yet", []hall.Ticket{waiting("A1", hall.Ordinary, 4), waiting("P1", hall.Priority, 5)}, map[string]int64{"q": 1}, "P1"},
		{"after two jumps and no 普通", []hall.Ticket{waiting("P1", hall.Priority, 5)}, map[string]int64{"q": 2}, "P1"},
		{"jumps of another queue", []hall.Ticket{waiting("A1", hall.Ordinary, 4, in("r")), waiting("P1", hall.Priority, 5)}, map[string]int64{"q": 2}, "P1"},
		{"the queue that was passed over", []hall.Ticket{waiting("A1", hall.Ordinary, 4), waiting("A2", hall.Ordinary, 6, in("r")), waiting("P1", hall.Priority, 5)}, map[string]int64{"r": 2}, "A2"},
		{"back in the queue, behind others", []hall.Ticket{waiting("A1", hall.Ordinary, 1, skip(2)), waiting("A5", hall.Ordinary, 9)}, nil, "A5"},
		{"back in the queue, nobody else", []hall.Ticket{waiting("A1", hall.Ordinary, 1, skip(2)), waiting("A2", hall.Ordinary, 2, skip(1))}, nil, "A2"},
		{"back in the queue counts for no jump", []hall.Ticket{waiting("A1", hall.Ordinary, 1, skip(2)), waiting("P1", hall.Priority, 9)}, map[string]int64{"q": 2}, "P1"},
		{"two of one moment", []hall.Ticket{waiting("A2", hall.Ordinary, 5), waiting("A1", hall.Ordinary, 5)}, nil, "A1"},
	} {
		got := ""
		if i := hall.Turn(c.waiting, c.jumps, 2, 10); i >= 0 {
			got = c.waiting[i].No
		}
		if got != c.want {
			t.Errorf("%s: %q is next, want %q", c.name, got, c.want)
		}
	}
}

// The rule over random days: whoever waits is called, an ordinary ticket is passed over by two at most in a row, and
// within a class nobody overtakes.
func TestTurnIsFairOnRandomDays(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 10))
		most := 1 + r.Int64N(3)
		var list []hall.Ticket
		jumps := map[string]int64{}
		called := map[string]bool{}
		lastOf := map[hall.Class]clock.Instant{}
		taken, inRow := 0, int64(0)
		for now := clock.Instant(1); taken < 120 || len(list) > 0; now++ {
			for taken < 120 && r.IntN(3) > 0 {
				taken++
				class := []hall.Class{hall.Priority, hall.Booked, hall.Ordinary}[r.IntN(3)]
				list = append(list, waiting(fmt.Sprintf("%s%03d", class, taken), class, int64(now)))
			}
			i := hall.Turn(list, jumps, most, now)
			if len(list) == 0 {
				continue
			}
			if i < 0 {
				t.Fatalf("seed %d: %d wait and nobody is next", seed, len(list))
			}
			next := list[i]
			ordinary := false
			for _, w := range list {
				ordinary = ordinary || w.Class == hall.Ordinary
			}
			if next.Class == hall.Ordinary {
				inRow = 0
			} else if ordinary {
				inRow++
			}
			if inRow > most {
				t.Fatalf("seed %d: %d calls in a row went past an ordinary ticket", seed, inRow)
			}
			if next.ReadyAt < lastOf[next.Class] {
				t.Fatalf("seed %d: %s overtook within its class", seed, next.No)
			}
			lastOf[next.Class] = next.ReadyAt
			jumps = hall.Jumped(list, jumps, i, now)
			if called[next.No] {
				t.Fatalf("seed %d: %s twice", seed, next.No)
			}
			called[next.No] = true
			list = append(list[:i], list[i+1:]...)
		}
		if len(called) != 120 {
			t.Fatalf("seed %d: %d of 120 called", seed, len(called))
		}
	}
}

// With priority tickets without end, every ordinary ticket is called within three calls for each one ahead of it.
func TestNobodyStarves(t *testing.T) {
	var list []hall.Ticket
	for i := range 20 {
		list = append(list, waiting(fmt.Sprintf("A%03d", i), hall.Ordinary, int64(i)))
	}
	jumps := map[string]int64{}
	ahead := 0
	for call := range 60 {
		list = append(list, waiting(fmt.Sprintf("P%03d", call), hall.Priority, int64(100+call)))
		i := hall.Turn(list, jumps, 2, 1000)
		next := list[i]
		jumps = hall.Jumped(list, jumps, i, 1000)
		list = append(list[:i], list[i+1:]...)
		if next.Class == hall.Ordinary {
			if want := fmt.Sprintf("A%03d", ahead); next.No != want || call > 3*(ahead+1) {
				t.Fatalf("call %d: %s, want %s", call, next.No, want)
			}
			ahead++
		}
	}
	if ahead != 20 {
		t.Errorf("%d of 20 ordinary tickets in 60 calls", ahead)
	}
}

func TestGuess(t *testing.T) {
	for _, c := range []struct {
		ahead, pace, counters int64
		want                  string
	}{
		{0, 480_000, 1, "即将叫到"}, {1, 480_000, 1, "约 10 分钟"}, {5, 480_000, 2, "约 20 分钟"}, {12, 300_000, 3, "约 20 分钟"}, {13, 300_000, 3, "约 25 分钟"}, {3, 480_000, 0, "窗口尚未开始叫号"},
	} {
		if got := hall.Guess(c.ahead, c.pace, c.counters).Text(); got != c.want {
			t.Errorf("%d ahead at %d ms on %d counters: %s, want %s", c.ahead, c.pace, c.counters, got, c.want)
		}
	}
}

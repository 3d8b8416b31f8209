package telephony

import (
	"math/rand"
	"testing"
	"time"

	"yichuang/internal/clock"
)

func at(s string) clock.Instant { return clock.MustInstant("2026-05-08T" + s) }

func TestReportsOfOneCallInAnyOrderGiveTheSameCall(t *testing.T) {
	all := []Report{
		{Ref: "1", Kind: Offer, At: at("09:00:00"), Seat: "8001"},
		{Ref: "1", Kind: Answer, At: at("09:00:12"), Seat: "8002"},
		{Ref: "1", Kind: End, At: at("09:03:00")},
		{Ref: "1", Kind: Record, At: at("09:03:01"), Recording: "http://r/1"},
		{Ref: "1", Kind: Offer, At: at("09:00:00"), Seat: "8001"},
	}
	rnd := rand.New(rand.NewSource(1))
	for range 200 {
		rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		var c Call
		for _, r := range all {
			c = c.apply(r)
		}
		if c.OfferedAt != at("09:00:00") || c.AnsweredAt != at("09:00:12") || c.EndedAt != at("09:03:00") || c.Seat != "8002" || c.Recording != "http://r/1" {
			t.Fatalf("%+v after %+v", c, all)
		}
	}
}

func TestStatesOfACall(t *testing.T) {
	offer, answer, end := Report{Kind: Offer, At: at("09:00:00")}, Report{Kind: Answer, At: at("09:00:20"), Seat: "1"}, Report{Kind: End, At: at("09:01:00")}
	now := at("09:10:00")
	for _, c := range []struct {
		reports []Report
		state   State
		waited  time.Duration
		talked  time.Duration
	}{
		{[]Report{offer}, Ringing, 10 * time.Minute, 0},
		{[]Report{offer, answer}, Talking, 20 * time.Second, 0},
		{[]Report{offer, answer, end}, Answered, 20 * time.Second, 40 * time.Second},
		{[]Report{offer, end}, Abandoned, time.Minute, 0},
		{[]Report{answer, end}, Answered, 0, 40 * time.Second}, // the offer was lost
		{[]Report{end}, Abandoned, 0, 0},
	} {
		var call Call
		for _, r := range c.reports {
			call = call.apply(r)
		}
		if call.State() != c.state || call.Waited(now) != c.waited || call.Talked() != c.talked {
			t.Errorf("%+v: %s, waited %v, talked %v; want %s %v %v", c.reports, call.State(), call.Waited(now), call.Talked(), c.state, c.waited, c.talked)
		}
	}
}

func TestBadReportsAreRefused(t *testing.T) {
	now := at("09:00:00")
	good := Report{Ref: "a-1", Kind: Offer, At: now, Phone: "13800001234", Seat: "8001"}
	if err := good.check(now); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Report){
		"no ref":              func(r *Report) { r.Ref = "" },
		"a ref with spaces":   func(r *Report) { r.Ref = "a 1" },
		"a ref of others":     func(r *Report) { r.Ref = "编号" },
		"another kind":        func(r *Report) { r.Kind = "moved" },
		"tomorrow":            func(r *Report) { r.At = now.Add(24 * time.Hour) },
		"letters in a number": func(r *Report) { r.Phone = "138x" },
		"a long seat":         func(r *Report) { r.Seat = "123456789012345678901" },
		"answered nowhere":    func(r *Report) { r.Kind, r.Seat = Answer, "" },
		"a script":            func(r *Report) { r.Kind, r.Recording = Record, "javascript:alert(1)" },
		"no recording":        func(r *Report) { r.Kind = Record },
	} {
		r := good
		change(&r)
		if err := r.check(now); err == nil {
			t.Errorf("%s is taken: %+v", name, r)
		}
	}
}

// FuzzApply: whatever a switch reports, the moments of a call stay in order.
func FuzzApply(f *testing.F) {
	f.Add(uint8(0), int64(5), uint8(1), int64(3), uint8(2), int64(1))
	f.Fuzz(func(t *testing.T, k1 uint8, t1 int64, k2 uint8, t2 int64, k3 uint8, t3 int64) {
		kinds := []string{Offer, Answer, End, Record}
		var c Call
		for _, r := range []Report{{Kind: kinds[k1%4], At: clock.Instant(t1)}, {Kind: kinds[k2%4], At: clock.Instant(t2)}, {Kind: kinds[k3%4], At: clock.Instant(t3)}} {
			if r.At <= 0 {
				return
			}
			c = c.apply(r)
		}
		if c.OfferedAt == 0 || c.AnsweredAt != 0 && c.OfferedAt > c.AnsweredAt || c.EndedAt != 0 && (c.OfferedAt > c.EndedAt || c.AnsweredAt > c.EndedAt) {
			t.Errorf("out of order: %+v", c)
		}
	})
}

package telephony

import (
	"cmp"
	"fmt"
	"math/rand"
	"slices"
	"time"

	"yichuang/internal/clock"
)

// Simulation (话务模拟) is an hour or a day of calls as a switch would report them, made of a seed, to try the door without
// a switch.
type Simulation struct {
	Seed  int64
	Calls int
	From  clock.Instant
	Over  time.Duration // within which the calls arrive
	Seats []string
}

// Reports gives the reports of all calls in the order of their moments. About one caller in twelve gives up.
func (s Simulation) Reports() []Report {
	rnd := rand.New(rand.NewSource(s.Seed))
	var out []Report
	for i := range s.Calls {
		ref := fmt.Sprintf("sim-%d-%05d", s.Seed, i+1)
		phone := fmt.Sprintf("139%08d", rnd.Intn(100_000_000))
		at := s.From.Add(time.Duration(rnd.Int63n(max(int64(s.Over), 1))))
		wait := time.Duration(2+rnd.Intn(28)) * time.Second
		seat := s.Seats[rnd.Intn(len(s.Seats))]
		out = append(out, Report{Ref: ref, Kind: Offer, At: at, Phone: phone, Seat: seat})
		if rnd.Intn(12) == 0 {
			out = append(out, Report{Ref: ref, Kind: End, At: at.Add(wait)})
			continue
		}
		talk := time.Duration(30+rnd.Intn(270)) * time.Second
		out = append(out, Report{Ref: ref, Kind: Answer, At: at.Add(wait), Seat: seat},
			Report{Ref: ref, Kind: End, At: at.Add(wait + talk)},
			Report{Ref: ref, Kind: Record, At: at.Add(wait + talk), Recording: "http://127.0.0.1/recordings/" + ref + ".wav"})
	}
	slices.SortStableFunc(out, func(a, b Report) int { return cmp.Compare(a.At, b.At) })
	return out
}

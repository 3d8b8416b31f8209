package demo

import (
	"context"
	"testing"

	"yichuang/internal/org"
)

// The unit beside a ticket's own is never the one above or below it, whichever story it is.
func TestTheOtherUnitIsOfAnotherHouse(t *testing.T) {
	s := &stage{demo: org.Demo{Units: map[string]org.Unit{}}, people: map[string]context.Context{}}
	parents := map[string]string{"bureau": "", "station": "bureau", "brigade": "bureau", "utility": "", "town": ""}
	for id, parent := range parents {
		s.demo.Units[id] = org.Unit{ID: id, ParentID: parent}
		s.people[id+"/head"] = context.Background()
	}
	got := map[string]bool{}
	for unit := range parents {
		for nth := range 12 {
			other := s.other(&plan{nth: nth, unit: unit})
			if other == unit || parents[other] == unit || parents[unit] == other {
				t.Errorf("%s gets %s", unit, other)
			}
			got[unit+" "+other] = true
		}
	}
	if len(got) != 5*4-4 { // every ordered pair but bureau and station, bureau and brigade
		t.Errorf("%d pairs of units: %v", len(got), got)
	}
}

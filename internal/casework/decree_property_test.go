package casework_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Invariant I3 while decrees change the calendar between random lives: the end of every clock is what the revision that it names gives.
func TestClocksAreReproducibleFromTheirRevisions(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t)
	rnd := rand.New(rand.NewPCG(3, 8))
	cals := map[int64]*calendar.Calendar{}
	keep := func() {
		c, err := w.Calendar.Calendar(w.System(), "622901")
		if err != nil {
			t.Fatal(err)
		}
		cals[c.Revision()] = c
	}
	keep()
	var cases []casework.Case
	for n := range 8 {
		c := w.Receive(t, it, "M1")
		cases = append(cases, c)
		live(t, w, rnd, c)
		off := w.Clock.Now().Date() + clock.Date(2+rnd.IntN(8))
		no := fmt.Sprintf("临市府发〔2025〕%d号", 100+n)
		if _, err := w.Calendar.Publish(w.System(), calendar.Publication{Layer: calendar.County, Area: "622901", Mode: calendar.Merge, Document: calendar.Document{Title: "调休通知", Number: no},
			Years: []calendar.FileYear{{Year: off.Year(), Days: []calendar.LayerDay{{Date: off, Kind: calendar.Off, Name: "调休", Basis: no}}}}}); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		keep()
	}
	counted := 0
	for _, c := range cases {
		s := w.Get(t, c.ID)
		if s.VersionID != c.VersionID {
			t.Errorf("%s is by another version of its item", c.No)
		}
		for _, k := range s.Clocks {
			if cal := cals[k.Revision]; cal == nil {
				t.Errorf("%s: revision %d was never in force", k.Kind, k.Revision)
			} else {
				counted++
				recount(t, cal, &k, w.Clock.Now().Date())
			}
		}
	}
	if len(cals) < 5 || counted < 10 {
		t.Errorf("%d revisions, %d clocks", len(cals), counted)
	}
}

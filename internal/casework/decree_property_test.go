package casework_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// reproducible is the world of invariant I3: every revision of the calendar and every version of an item that was ever in force.
type reproducible struct {
	*caseworktest.World
	t        *testing.T
	rnd      *rand.Rand
	it       item.Item
	cals     map[int64]*calendar.Calendar
	versions map[string]int // promised working days
	now      string         // the version in force
}

// keep remembers the calendar as it is.
func (r *reproducible) keep() {
	c, err := r.Calendar.Calendar(r.System(), "622901")
	if err != nil {
		r.t.Fatal(err)
	}
	r.cals[c.Revision()] = c
}

// decree makes a day of the next ones a day off.
func (r *reproducible) decree() error {
	off := r.Clock.Now().Date() + clock.Date(2+r.rnd.IntN(8))
	no := fmt.Sprintf("临市府发〔2025〕%d号", 100+len(r.cals))
	_, err := r.Calendar.Publish(r.System(), calendar.Publication{Layer: calendar.County, Area: "622901", Mode: calendar.Merge, Document: calendar.Document{Title: "调休通知", Number: no},
		Years: []calendar.FileYear{{Year: off.Year(), Days: []calendar.LayerDay{{Date: off, Kind: calendar.Off, Name: "调休", Basis: no}}}}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.RunJobs(r.t)
	r.keep()
	return nil
}

// revise puts a version in force that promises another number of days.
func (r *reproducible) revise() error {
	v, err := r.Item.Revise(r.Approver(r.t, 1), r.it.ID, "调整承诺时限", "")
	if err != nil {
		r.t.Fatal(err)
	}
	c, err := v.Content()
	c.Promise = item.Limit{N: 5 + r.rnd.IntN(10), Unit: item.Workday}
	if err == nil {
		v, err = r.Item.Save(r.Approver(r.t, 1), v.ID, v.Revision, c)
	}
	for _, step := range []struct {
		ctx context.Context
		act item.Action
	}{{r.Approver(r.t, 1), item.Submit}, {r.Approver(r.t, 2), item.Pass}, {r.As(r.t, org.RoleInfo), item.Publish}} {
		if err == nil {
			v, err = r.Item.Move(step.ctx, v.ID, v.Revision, step.act, item.Change{Day: r.Clock.Now().Date()})
		}
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.versions[v.ID], r.now = c.Promise.N, v.ID
	return nil
}

// Invariant I3 while decrees change the calendar, and versions the item, within random lives: a case keeps the version that was in force
// when it was received, its promise is what that version says, and the end of every clock is what the revision that it names gives.
func TestClocksAreReproducibleFromTheirRevisions(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	r := &reproducible{World: w, t: t, rnd: rand.New(rand.NewPCG(3, 8)), it: w.Ready(t), cals: map[int64]*calendar.Calendar{}, versions: map[string]int{}}
	r.keep()
	if err := r.revise(); err != nil {
		t.Fatal(err)
	}
	var cases []casework.Case
	for range 8 {
		c := w.Receive(t, r.it, "M1")
		if cases = append(cases, c); c.VersionID != r.now {
			t.Errorf("%s is received by version %s, in force is %s", c.No, c.VersionID, r.now)
		}
		live(t, w, r.rnd, c, r.decree, r.revise)
		if err := r.decree(); err != nil {
			t.Fatal(err)
		}
	}
	clocks, promises := 0, 0
	for _, c := range cases {
		s := w.Get(t, c.ID)
		if s.VersionID != c.VersionID {
			t.Errorf("%s is by another version of its item", c.No)
		}
		for _, k := range s.Clocks {
			cal := r.cals[k.Revision]
			if cal == nil {
				t.Errorf("%s: revision %d was never in force", k.Kind, k.Revision)
				continue
			}
			clocks++
			recount(t, cal, &k, w.Clock.Now().Date())
			if k.Kind == casework.ClockPromise {
				if promises++; k.Day().Budget != r.versions[c.VersionID] {
					t.Errorf("%s: promised are %d days, its version says %d", c.No, k.Day().Budget, r.versions[c.VersionID])
				}
			}
		}
	}
	if len(r.cals) < 9 || len(r.versions) < 4 || clocks < 10 || promises < 3 {
		t.Errorf("%d revisions, %d versions, %d clocks, %d promises", len(r.cals), len(r.versions), clocks, promises)
	}
}

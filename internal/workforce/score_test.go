package workforce

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"yichuang/internal/org"
)

// Scenario 13 of the hall reference, §8.4, with exactly its numbers, as far as it is arithmetic.
func TestScenario13Numbers(t *testing.T) {
	d := DefaultDefinition()
	cost := func(code string, times, days int64) int64 {
		c, ok := d.charge(code)
		if !ok {
			t.Fatal(code)
		}
		return c.Cost(times, days)
	}
	first := Subject{UserID: "a", UnitID: "u"}
	entries := []Entry{{"1", "a", "u", Deduct, CodeLate, cost(CodeLate, 1, 0)}, {"2", "a", "u", Deduct, CodeLate, cost(CodeLate, 1, 0)}, {"3", "a", "u", Deduct, CodeLacking, cost(CodeLacking, 1, 0)},
		{"4", "a", "u", Deduct, CodeBadRating, cost(CodeBadRating, 1, 0)}, {"5", "a", "u", Bonus, "bonus", 300}}
	if r := Compute(&d, []Subject{first}, entries)[0]; PointsText(r.Score) != "97.00" || r.Lost != 600 {
		t.Errorf("two lates, a missing punch, a bad rating and a bonus of 3: %s", PointsText(r.Score))
	}
	var absent []Entry
	for range 25 {
		absent = append(absent, Entry{"x", "a", "u", Deduct, CodeAbsent, cost(CodeAbsent, 1, 0)})
	}
	if r := Compute(&d, []Subject{first}, absent)[0]; PointsText(r.Raw) != "−25.00" || PointsText(r.Score) != "0.00" {
		t.Errorf("25 half days of absence: raw %s, score %s", PointsText(r.Raw), PointsText(r.Score))
	}
	chief := Subject{UserID: "z", UnitID: "u", Chief: true}
	for _, r := range Compute(&d, []Subject{first, chief}, []Entry{{"1", "", "u", Deduct, CodeComplaint, cost(CodeComplaint, 1, 0)}}) {
		switch r.UserID {
		case "z":
			if PointsText(-r.Share) != "−2.50" || PointsText(r.Score) != "97.50" {
				t.Errorf("the chief representative: share %s, score %s", PointsText(r.Share), PointsText(r.Score))
			}
		case "":
			if PointsText(r.Score) != "95.00" {
				t.Errorf("the window: %s", PointsText(r.Score))
			}
		case "a":
			if PointsText(r.Score) != "100.00" {
				t.Errorf("a colleague: %s", PointsText(r.Score))
			}
		}
	}
}

func TestCosts(t *testing.T) {
	d := DefaultDefinition()
	for _, c := range []struct {
		code        string
		times, days int64
		want        string
	}{
		{CodeLate, 1, 0, "1.00"}, {CodeLacking, 2, 0, "4.00"}, {CodeAbsent, 2, 0, "10.00"}, {CodeAway, 1, 0, "3.00"}, {CodeOverrun, 1, 1, "3.00"}, {CodeOverrun, 1, 2, "4.00"}, {CodeOverrun, 1, 3, "5.00"},
		{CodeOverrun, 1, 40, "5.00"}, {CodeUntold, 1, 0, "2.00"}, {CodeComplaint, 1, 0, "5.00"}, {CodeBadRating, 1, 0, "2.00"}, {CodeExposure, 1, 0, "15.00"},
	} {
		x, _ := d.charge(c.code)
		if got := PointsText(x.Cost(c.times, c.days)); got != c.want {
			t.Errorf("%s %d×, %d days: %s, want %s", c.code, c.times, c.days, got, c.want)
		}
	}
	if err := d.Check(); err != nil {
		t.Error(err)
	}
	d.Items[0].Weight++
	if d.Check() == nil {
		t.Error("weights that do not add up to 100 pass")
	}
}

// Every row is the sum of its parts, never below the floor, and shares are those of exact fractions.
func TestRowsAreTheSumOfTheirParts(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	d := DefaultDefinition()
	for range 400 {
		var subjects []Subject
		var entries []Entry
		for u := range 1 + rnd.IntN(3) {
			unit := string(rune('A' + u))
			for p := range rnd.IntN(4) {
				subjects = append(subjects, Subject{UserID: unit + string(rune('0'+p)), UnitID: unit, Unit: unit, Chief: p == 0})
			}
			for i := range rnd.IntN(20) {
				e := Entry{ID: unit + string(rune('a'+i)), UnitID: unit, Kind: []EntryKind{Deduct, Deduct, Deduct, Bonus, Refund}[rnd.IntN(5)], Code: d.Charges[rnd.IntN(len(d.Charges)-1)].Code, Points: rnd.Int64N(1501)}
				if rnd.IntN(5) > 0 {
					e.UserID = unit + string(rune('0'+rnd.IntN(4)))
				}
				entries = append(entries, e)
			}
		}
		rows := Compute(&d, subjects, entries)
		for _, r := range rows {
			items := int64(0)
			for _, it := range r.Items {
				items += it.Lost
			}
			if r.Lost != items || r.Raw != r.Base+r.Bonus+r.Refund-r.Lost-r.Share || r.Score != max(r.Raw, 0) || r.Bonus > d.BonusCap || r.Bonus > r.BonusAsked {
				t.Fatalf("%+v", r)
			}
			if r.Chief {
				checkShare(t, r, entries, &d)
			}
		}
		if !slices.IsSortedFunc(rows[:len(subjects)], func(a, b ScoreRow) int { return int(b.Score - a.Score) }) {
			t.Fatal("not by score")
		}
	}
}

// checkShare recounts a chief representative's share in fractions: half of what others of the window lost by shared causes.
func checkShare(t *testing.T, r ScoreRow, entries []Entry, d *Definition) {
	t.Helper()
	loss := new(big.Rat)
	for _, e := range entries {
		c, _ := d.charge(e.Code)
		if e.UnitID == r.UnitID && e.Kind == Deduct && e.UserID != r.UserID && (e.UserID == "" || c.Shared) {
			loss.Add(loss, big.NewRat(e.Points, 100))
		}
	}
	exact := new(big.Rat).Mul(loss, big.NewRat(d.ShareNum, d.ShareDen))
	diff := new(big.Rat).Sub(big.NewRat(r.Share, 100), exact)
	if diff.Abs(diff).Cmp(big.NewRat(1, 200)) > 0 {
		t.Fatalf("share %d of %s", r.Share, loss.FloatString(2))
	}
}

func TestTheLadder(t *testing.T) {
	w := []string{org.RoleWindow}
	for _, c := range []struct {
		halves          int64
		chief, hasChief bool
		roles           []string
		want            string
	}{
		{1, false, true, w, "chief"}, {2, false, true, w, "chief"}, {3, false, true, w, "section"}, {4, false, true, w, "section"}, {5, false, true, w, "chief,leader"},
		{2, true, true, w, "section"}, {3, true, true, w, "leader"}, {40, true, true, w, "leader"},
		{2, false, false, w, "section"}, {6, false, false, w, "section,leader"}, {2, false, false, []string{org.RoleSupervisor}, "leader"}, {6, false, false, []string{org.RoleSupervisor}, "leader"},
	} {
		got := ""
		for i, s := range approvers(DefaultLadder(), c.halves, c.chief, c.hasChief, c.roles) {
			if i > 0 {
				got += ","
			}
			got += s
		}
		if got != c.want {
			t.Errorf("%d half days, chief %v of %v: %s, want %s", c.halves, c.chief, c.hasChief, got, c.want)
		}
	}
}

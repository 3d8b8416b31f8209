package honour_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/honour"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

func TestRankAddsWeightedPointsAndSharesVotes(t *testing.T) {
	rules := honour.DefaultRules() // 30 + 30 scored, 20 staff, 20 public
	c := func(id string, window, person, staff, public int64) honour.Candidate {
		return honour.Candidate{ID: id, State: honour.Running, Scores: map[string]int64{"window": window, "person": person}, StaffVotes: staff, PublicVotes: public}
	}
	barred := c("d", 10000, 10000, 99, 99)
	barred.State = honour.Vetoed
	for _, x := range []struct {
		name string
		list []honour.Candidate
		want string // id total place proposed, best first
	}{
		{"votes against the most", []honour.Candidate{c("a", 9000, 8000, 3, 10), c("b", 10000, 9500, 6, 5), c("e", 6000, 6000, 0, 0)}, "b 88.50 1 true; a 81.00 2 false; e 36.00 3 false; "},
		{"no votes are worth nothing", []honour.Candidate{c("a", 9000, 8000, 0, 0)}, "a 51.00 1 true; "},
		{"a third, rounded once at the end", []honour.Candidate{c("a", 0, 0, 1, 0), c("b", 0, 0, 3, 0)}, "b 20.00 1 true; a 6.67 2 false; "},
		{"equals share the place and are both proposed", []honour.Candidate{c("a", 5000, 5000, 1, 1), c("b", 5000, 5000, 1, 1)}, "a 70.00 1 true; b 70.00 1 true; "},
		{"who is barred has no place and no share of the votes", []honour.Candidate{barred, c("a", 5000, 5000, 1, 1)}, "a 70.00 1 true; d 0.00 0 false; "},
	} {
		honour.Rank(&rules, 1, x.list)
		got := ""
		for _, k := range x.list {
			got += fmt.Sprintf("%s %d.%02d %d %t; ", k.ID, k.Total/100, k.Total%100, k.Place, k.Proposed)
		}
		if got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.name, got, x.want)
		}
	}
}

// More points or votes never make a place worse, and totals stay within 100 points.
func TestRankIsMonotonic(t *testing.T) {
	rules, rnd := honour.DefaultRules(), rand.New(rand.NewPCG(1, 15))
	place := func(list []honour.Candidate, id string) int64 {
		honour.Rank(&rules, 1, list)
		for _, c := range list {
			if c.Total < 0 || c.Total > 10000 {
				t.Fatalf("total %d", c.Total)
			}
			if c.ID == id {
				return c.Place
			}
		}
		return 0
	}
	for range 300 {
		var list, better []honour.Candidate
		for i := range 5 {
			one := honour.Candidate{ID: fmt.Sprint(i), State: honour.Running, Scores: map[string]int64{"window": rnd.Int64N(10001), "person": rnd.Int64N(10001)}, StaffVotes: rnd.Int64N(9), PublicVotes: rnd.Int64N(9)}
			more := one
			more.Scores = map[string]int64{"window": one.Scores["window"], "person": one.Scores["person"]}
			if i == 0 {
				more.StaffVotes++
				more.Scores["window"] = min(10000, more.Scores["window"]+100)
			}
			list, better = append(list, one), append(better, more)
		}
		if was, is := place(list, "0"), place(better, "0"); is > was {
			t.Fatalf("more votes and points led from place %d to %d", was, is)
		}
	}
}

func TestRulesMustAddUp(t *testing.T) {
	for name, change := range map[string]func(*honour.Rules){
		"weights of 99":    func(r *honour.Rules) { r.Criteria[0].Weight-- },
		"a code twice":     func(r *honour.Rules) { r.Criteria[1].Code = r.Criteria[0].Code },
		"unknown kind":     func(r *honour.Rules) { r.Criteria[0].Kind = "x" },
		"no basis":         func(r *honour.Rules) { r.Basis = " " },
		"no publicity":     func(r *honour.Rules) { r.PublicityDays = 0 },
		"a bar twice":      func(r *honour.Rules) { r.Disqualifiers[1].Code = r.Disqualifiers[0].Code },
		"a bar by no name": func(r *honour.Rules) { r.Disqualifiers[1].Name = "" },
	} {
		r := honour.DefaultRules()
		if change(&r); r.Validate() == nil {
			t.Errorf("%s passed", name)
		}
	}
	r := honour.DefaultRules()
	if err := r.Validate(); err != nil {
		t.Errorf("the built-in rules: %v", err)
	}
}

// A round keeps the rules that it was opened by.
func TestARoundKeepsItsRules(t *testing.T) {
	w := newWorld(t)
	before, office := w.round(t, 1)
	r := honour.DefaultRules()
	r.Name, r.Criteria[0].Weight, r.Criteria[1].Weight = "新办法", 40, 20
	if saved, err := w.honour.SaveRules(office.Ctx, r); err != nil || saved.Revision != 1 {
		t.Fatal(saved.Revision, err)
	}
	after, _ := w.round(t, 1)
	old := must[honour.Sheet](t)(w.honour.Round(office.Ctx, before.ID))
	if old.Rules.Revision != 0 || old.Rules.Criteria[0].Weight != 30 || after.Rules.Revision != 1 || after.Rules.Criteria[0].Weight != 40 {
		t.Errorf("old %d/%d, new %d/%d", old.Rules.Revision, old.Rules.Criteria[0].Weight, after.Rules.Revision, after.Rules.Criteria[0].Weight)
	}
	if list := must[[]honour.Rules](t)(w.honour.Rules(office.Ctx)); len(list) != 2 || list[0].Revision != 1 {
		t.Errorf("%d versions", len(list))
	}
}

// Nobody nominates outside his unit, nobody of another centre reaches a round.
func TestNominationStaysInTheUnit(t *testing.T) {
	w := newWorld(t)
	r, office := w.round(t, 1)
	p, chief := w.person(t, org.RoleWindow), w.person(t, org.RoleChiefRep)
	other := orgtest.User(t, w.org, w.centre, orgtest.Where{Unit: orgtest.Unit(t, w.org, w.centre, "市水务局", "").ID}, org.RoleChiefRep)
	in := honour.NominateInput{UserID: p.ID, Reason: "事迹"}
	if _, err := w.honour.Nominate(other.Ctx, r.ID, in); errs.KindOf(err) != errs.Invalid {
		t.Errorf("the chief of another unit: %v", err)
	}
	if list := must[[]honour.Colleague](t)(w.honour.Colleagues(other.Ctx)); len(list) != 1 || list[0].UserID != other.ID {
		t.Errorf("the chief of another unit may nominate %v", list)
	}
	must[honour.Candidate](t)(w.honour.Nominate(chief.Ctx, r.ID, in))
	if _, err := w.honour.Nominate(chief.Ctx, r.ID, in); errs.CodeOf(err) != "honour.nominated" {
		t.Errorf("nominated twice: %v", err)
	}
	if _, err := w.honour.Nominate(office.Ctx, r.ID, in); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("the office nominated: %v", err)
	}
	stranger := orgtest.User(t, w.org, orgtest.Centre(t, w.org), orgtest.Where{}, org.RoleOffice)
	if _, err := w.honour.Round(stranger.Ctx, r.ID); errs.KindOf(err) != errs.NotFound {
		t.Errorf("another centre reads the round: %v", err)
	}
	if _, err := w.honour.Advance(stranger.Ctx, r.ID, r.Version); errs.KindOf(err) != errs.NotFound {
		t.Errorf("another centre moves the round: %v", err)
	}
}

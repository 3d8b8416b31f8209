package check_test

import (
	"strings"
	"testing"

	"yichuang/internal/finance/check"
	"yichuang/internal/finance/disclosed"
)

// Policies are files: the national one is the default, a document of a region that has its own is scored by that, and a
// file that is not whole is refused.
func TestPoliciesAreData(t *testing.T) {
	list, err := check.Policies()
	if err != nil || len(list) < 5 || list[0].ID != "national-default" {
		t.Fatalf("%d policies, %v", len(list), err)
	}
	ids := map[string]bool{}
	for _, p := range list {
		if ids[p.ID] || p.Basis == "" {
			t.Errorf("%s twice or without its source", p.ID)
		}
		ids[p.ID] = true
	}
	for org, want := range map[string]string{"某某县林业局": "national-default", "湖北省某某局": "hubei", "上海市某某区民政局": "shanghai", "四川省某县财政局": "sichuan"} {
		if got := check.PolicyFor(list, &disclosed.Document{Org: org}); got.ID != want {
			t.Errorf("%s: %s", org, got.ID)
		}
	}
	whole := "id: x\nname: y\nexec: 10\nratio: {ge: capped, eq: capped, le: reverse}\ngrades: [{name: 优, from: 90}, {name: 差, from: 0}]\n"
	if _, err := check.ParsePolicy([]byte(whole)); err != nil {
		t.Error(err)
	}
	for _, change := range [][2]string{{"id: x", "id: ''"}, {"exec: 10", "exec: 200"}, {"le: reverse", "le: zero"}, {"from: 90", "from: 0"}, {"from: 0", "from: 5"}, {"exec", "exce"}} {
		if _, err := check.ParsePolicy([]byte(strings.Replace(whole, change[0], change[1], 1))); err == nil {
			t.Errorf("%s: accepted", change[1])
		}
	}
}

// The seed's own way of scoring, as a policy, gives the scores that were printed; the national one the right ones.
func TestTheSeedUnderTwoPolicies(t *testing.T) {
	b := newBench(t)
	list, err := check.Policies()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		r := b.auditWith(t, seedText(t), check.Options{Dictionary: b.dict, Policy: p})
		wrong := false // a cost below its limit that earned 3.92 of 20 points
		for _, f := range findings(r, "SCORE-REV") {
			wrong = wrong || f.Stated == "3.92"
		}
		if r.Policy != p.ID || wrong != (p.ID != "seed-observed") {
			t.Errorf("%s reported as %s; 3.92 wrong: %v", p.ID, r.Policy, wrong)
		}
	}
}

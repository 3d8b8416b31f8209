package performance_test

import (
	"strings"
	"testing"

	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
)

// A policy of the place stands beside those of the program, and in the place of one with the same id.
func TestPoliciesOfThePlaceComeFirst(t *testing.T) {
	national, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	own, err := score.ReadPolicy([]byte(strings.Replace(national.Source(), "version: 1", "version: 7", 1)))
	if err != nil {
		t.Fatal(err)
	}
	all, err := score.Policies()
	if err != nil {
		t.Fatal(err)
	}
	m := performance.New(nil, nil, nil)
	m.UsePolicies([]*score.Policy{own})
	list, err := m.Policies()
	if err != nil || len(list) != len(all) || list[0].Version != 7 {
		t.Errorf("%v, %d policies of %d, first in version %d", err, len(list), len(all), list[0].Version)
	}
}

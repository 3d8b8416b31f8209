package score_test

import (
	"math/big"
	"os"
	"testing"

	"yichuang/internal/datatest"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// seed gives the forms of the published disclosure: the whole department, then its two projects.
func seed(t testing.TB) *form.Set {
	t.Helper()
	f, err := os.Open(datatest.Seed(t, "figures.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := form.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func policy(t testing.TB, id string) *score.Policy {
	t.Helper()
	p, err := score.FindPolicy(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheNationalPolicyScoresTheSeed(t *testing.T) {
	s, p := seed(t), policy(t, "national-default")
	sum := new(big.Rat)
	for i, want := range []struct{ total, grade string }{{"91.72", "优"}, {"98.20", "优"}, {"95.30", "优"}} {
		r := score.Score(p, s.Forms[i])
		if r.Total.String() != want.total || r.Grade != want.grade {
			t.Errorf("%s: %s %s, want %s %s", s.Forms[i].Label, r.Total, r.Grade, want.total, want.grade)
		}
		if s.Forms[i].Kind == score.Project {
			sum.Add(sum, r.Total.Rat())
		}
	}
	if mean := score.HalfUp.Round(sum.Quo(sum, big.NewRat(2, 1)), 2); mean.String() != "96.75" {
		t.Errorf("mean of the projects %s", mean)
	}
}

func TestTheObservedPolicyReproducesEveryPublishedCell(t *testing.T) {
	s, p := seed(t), policy(t, "seed-observed")
	for i, want := range []struct{ total, grade string }{{"91.82", "优"}, {"82.12", "良"}, {"95.30", "优"}} {
		f := s.Forms[i]
		r := score.Score(p, f)
		if r.Total.String() != want.total || r.Grade != want.grade {
			t.Errorf("%s: %s %s, want %s %s", f.Label, r.Total, r.Grade, want.total, want.grade)
		}
		for n, x := range f.Funds {
			same(t, f.Label+" "+x.Kind.Label(), x.Stated, r.Funds[n])
		}
		for n, x := range f.Indicators {
			same(t, f.Label+" "+x.Name, x.Stated, r.Rows[n])
		}
	}
}

func same(t *testing.T, name string, stated score.Stated, r score.Row) {
	t.Helper()
	for what, pair := range map[string][2]string{"completion": {stated.Completion, r.Completion.String()}, "score": {stated.Score, r.Score.String()}} {
		want, ok := score.PrintedNumber(pair[0])
		got, _ := score.PrintedNumber(pair[1])
		if !ok || want.Cmp(got) != 0 {
			t.Errorf("%s %s: %s, printed is %s", name, what, pair[1], pair[0])
		}
	}
}

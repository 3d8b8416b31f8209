package form_test

import (
	"os"
	"testing"

	"yichuang/internal/datatest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/reader"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// published reads the text of the published disclosure.
func published(t *testing.T) *form.Set {
	t.Helper()
	f, err := os.Open(datatest.Seed(t, "linxia-2024-final-accounts.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	subjects, err := fiscal.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	d, err := reader.Read(t.Context(), f, reader.Options{Dictionary: fiscal.NewDictionary(fiscal.BuiltInYear, fiscal.BuiltInYear, subjects)})
	if err != nil {
		t.Fatal(err)
	}
	return form.Published(d)
}

// What is read from the text of the disclosure gets the same scores as what people transcribed from it.
func TestThePublishedTextGivesTheScoresOfItsTranscription(t *testing.T) {
	s, want := published(t), seed(t)
	p, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Forms) != 3 {
		t.Fatalf("%d forms", len(s.Forms))
	}
	for _, w := range want.Forms {
		for _, f := range s.Forms {
			if f.Label != w.Label {
				continue
			}
			a, b := score.Score(p, f), score.Score(p, w)
			if a.Total.Cmp(b.Total) != 0 || a.Grade != b.Grade || len(f.Indicators) != len(w.Indicators) {
				t.Errorf("%s: %s %s with %d rows, transcribed %s %s with %d", f.Label, a.Total, a.Grade, len(f.Indicators), b.Total, b.Grade, len(w.Indicators))
			}
		}
	}
	rules := map[string]int{}
	for _, f := range score.Review(s.Forms, s.Claims) {
		rules[f.Rule]++
		if f.Rule == "TEXT-CONTRA" && f.Stated == "各项指标均已完成" && f.Computed == "19.60%" {
			rules["all done"]++
		}
	}
	for _, rule := range []string{"SCORE-RULE-CONSIST", "TEXT-SELF", "X-RATE", "TEXT-SCOPE", "HEADCOUNT", "X-BUDGET", "TARGET-BUDGET", "UNIT-KIND", "IND-CLASS", "X-ACTUAL", "all done"} {
		if rules[rule] == 0 {
			t.Errorf("%s is not found in the text", rule)
		}
	}
}

package learn_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"yichuang/internal/datatest"
	"yichuang/internal/learn"
)

// The seven classes of real requests: a model of four fifths of them names the class of the others. Near-duplicates stay
// on one side.
func TestRequestsOfFourFifthsTellTheRest(t *testing.T) {
	lines, tokens := datatest.Read(t, "taidi2020c/classify_raw_dev.jsonl"), datatest.Read(t, "taidi2020c/classify_tokens_dev.csv")
	examples, err := learn.ReadExamples(bytes.NewReader(lines), bytes.NewReader(tokens))
	if err != nil {
		t.Fatal(err)
	}
	if len(examples) != 6535 { // 963 + 6448 − the 876 rows of tokens that lines name as their own
		t.Errorf("%d examples", len(examples))
	}
	start := time.Now()
	parts := 0
	m, err := learn.Cross(context.Background(), examples, 5, learn.Options{Seed: 1}, func(part int, m learn.Measure) {
		parts++
		t.Logf("part %d: accuracy %.4f macro-F1 %.4f top-3 %.4f calibration error %.4f", part, m.Accuracy, m.MacroF1, m.Top3, m.Error)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("all: %+v in %v", m, time.Since(start))
	if m.MacroF1 < 0.92 || m.Error > 0.03 || parts != 5 {
		t.Errorf("macro-F1 %.4f, calibration error %.4f in %d parts", m.MacroF1, m.Error, parts)
	}
}

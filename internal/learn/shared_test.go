package learn_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
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

// event is a real dispatched matter: what it is about, where, and the unit that it went to.
type event struct {
	at    time.Time
	facts []string
	unit  string
}

func events(t *testing.T) []event {
	rows, err := csv.NewReader(bytes.NewReader(datatest.Read(t, "pingshan/events_dev.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	var out []event
	for _, r := range rows[1:] {
		e := event{unit: r[at["DISPOSE_UNIT_NAME"]]}
		if e.at, err = time.Parse("2006-01-02 15:04:05", r[at["CREATE_TIME"]]); err != nil {
			t.Fatal(err)
		}
		for short, name := range map[string]string{"类": "SUB_TYPE_NAME", "大类": "MAIN_TYPE_NAME", "型": "EVENT_PROPERTY_NAME", "街": "STREET_NAME", "区": "COMMUNITY_NAME", "源": "EVENT_SRC_NAME"} {
			e.facts = append(e.facts, short+"="+r[at[name]])
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b event) int { return a.at.Compare(b.at) })
	return out
}

// What was dispatched before a day tells where things go after it: newer dispatches count more. One in twenty of those
// after it went to a unit that had none before.
func TestUnitsOfThePastTellThoseOfTheFuture(t *testing.T) {
	list := events(t)
	cut := len(list) * 7 / 10
	newest := list[cut-1].at
	var past []learn.Example
	for _, e := range list[:cut] {
		age := newest.Sub(e.at).Hours() / 24
		past = append(past, learn.Example{Text: learn.Text{Facts: e.facts}, Label: e.unit, Weight: float32(1 / (1 + age/halfAge))})
	}
	m, err := learn.Train(context.Background(), past, learn.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	tally := learn.NewTally()
	for _, e := range list[cut:] {
		tally.Add(e.unit, m.Predict(learn.Text{Facts: e.facts}))
	}
	got := tally.Measure()
	t.Logf("%d past, %d future: top-1 %.4f, top-3 %.4f, calibration error %.4f", cut, len(list)-cut, got.Accuracy, got.Top3, got.Error)
	if got.Accuracy < 0.62 || got.Top3 < 0.76 {
		t.Errorf("top-1 %.4f, top-3 %.4f", got.Accuracy, got.Top3)
	}
}

const halfAge = 60.0

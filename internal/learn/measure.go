package learn

import (
	"cmp"
	"math"
	"slices"
)

// Measure is how a model did on texts that it had not seen.
type Measure struct {
	Texts     int            `json:"texts"`
	Right     int            `json:"right"`      // the first label was theirs
	RightTop3 int            `json:"right_top3"` // one of the first three was
	Accuracy  float64        `json:"accuracy"`
	Top3      float64        `json:"top3"`
	MacroF1   float64        `json:"macro_f1"` // mean of the labels' F1
	Error     float64        `json:"calibration_error"`
	Labels    []LabelMeasure `json:"labels"`
}

// LabelMeasure is the same for one label.
type LabelMeasure struct {
	Label     string  `json:"label"`
	Texts     int     `json:"texts"`     // that carry it
	Predicted int     `json:"predicted"` // that were given it
	Right     int     `json:"right"`     // both
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// errorBins is how many ranges of probability the calibration error compares.
const errorBins = 10

// Tally collects predictions beside the truth.
type Tally struct {
	labels map[string]*LabelMeasure
	m      Measure
	bins   [errorBins]struct{ sure, right, n float64 }
}

// NewTally makes an empty one.
func NewTally() *Tally { return &Tally{labels: map[string]*LabelMeasure{}} }

func (t *Tally) label(name string) *LabelMeasure {
	if t.labels[name] == nil {
		t.labels[name] = &LabelMeasure{Label: name}
	}
	return t.labels[name]
}

// Add counts one text with its true label.
func (t *Tally) Add(truth string, p Prediction) {
	t.m.Texts++
	t.label(truth).Texts++
	t.label(p.Label).Predicted++
	b := &t.bins[min(int(p.Probability*errorBins), errorBins-1)]
	b.n++
	b.sure += p.Probability
	if p.Label == truth {
		t.m.Right++
		t.label(truth).Right++
		b.right++
	}
	for _, s := range p.Top[:min(3, len(p.Top))] {
		if s.Label == truth {
			t.m.RightTop3++
		}
	}
}

// Measure gives the figures of what was collected. Labels that nobody carries are listed, and not part of the mean.
func (t *Tally) Measure() Measure {
	m := t.m
	n := 0.0
	for _, l := range t.labels {
		l.Precision, l.Recall, l.F1 = share(l.Right, l.Predicted), share(l.Right, l.Texts), share(2*l.Right, l.Predicted+l.Texts)
		m.Labels = append(m.Labels, *l)
	}
	slices.SortFunc(m.Labels, func(a, b LabelMeasure) int {
		return cmp.Or(cmp.Compare(b.Texts, a.Texts), cmp.Compare(a.Label, b.Label))
	})
	for _, l := range m.Labels {
		if l.Texts > 0 {
			m.MacroF1 += l.F1
			n++
		}
	}
	if n > 0 {
		m.MacroF1 /= n
	}
	m.Accuracy, m.Top3 = share(m.Right, m.Texts), share(m.RightTop3, m.Texts)
	for _, b := range t.bins {
		if b.n > 0 {
			m.Error += math.Abs(b.sure-b.right) / float64(m.Texts)
		}
	}
	return m
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

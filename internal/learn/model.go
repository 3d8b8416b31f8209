package learn

import (
	"cmp"
	"slices"
)

// Model is a trained classifier. It does not change and may be used by many at once.
type Model struct {
	labels     []string // sorted
	recipe     recipe
	lexicon    *lexicon
	vocabulary *vocabulary
	weights    []int16   // a feature's, label after label
	scale      []float32 // what one step of a label's weights is worth
	calibration
	habit *habit  // nil where no example had facts
	mix   float64 // the habit's share
	about About
}

// About is what a model says of itself.
type About struct {
	Examples int     `json:"examples"`
	Labels   int     `json:"labels"`
	Features int     `json:"features"`
	Words    int     `json:"words"`
	Seed     uint64  `json:"seed"`
	HeldBack Measure `json:"held_back"` // on the texts held back in turn during training
	Hash     string  `json:"hash"`      // SHA-256 of the file's content, in hexadecimal
}

// Score is a label with its probability.
type Score struct {
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

// Prediction is what a model says of a text.
type Prediction struct {
	Score
	Top     []Score  `json:"top"`     // the most likely labels, the first among them
	Because []string `json:"because"` // the words that spoke for the first
}

// shown is how many labels and words a prediction names.
const (
	shownLabels = 3
	shownWords  = 5
)

// About tells what the model was made of and how it did.
func (m *Model) About() About { return m.about }

// Labels lists the labels that the model knows.
func (m *Model) Labels() []string { return slices.Clone(m.labels) }

// margins gives how far each label's plane is from the text, the right side being positive.
func (m *Model) margins(row []entry) []float32 {
	n := len(m.labels)
	out := make([]float32, n)
	for _, e := range row {
		w := m.weights[int(e.at)*n : (int(e.at)+1)*n]
		for k, x := range w {
			out[k] += e.value * float32(x)
		}
	}
	for k := range out {
		out[k] *= m.scale[k]
	}
	return out
}

// factsOf gives the facts of a text, those beside it or those that it consists of.
func factsOf(t *Text) []string {
	if len(t.Facts) > 0 {
		return t.Facts
	}
	return implied(t)
}

// Predict says which labels a text most likely carries, and why.
func (m *Model) Predict(t Text) Prediction {
	c, facts := m.lexicon.cutText(&t, m.recipe), factsOf(&t)
	row := m.vocabulary.vector(&c, m.recipe, facts)
	top := m.ranked(row, facts)
	p := Prediction{Score: top[0], Top: top[:min(shownLabels, len(top))]}
	p.Because = m.because(&c, facts, row, p.Label)
	return p
}

// Probabilities gives every label with its probability, the most likely first.
func (m *Model) Probabilities(t Text) []Score {
	c, facts := m.lexicon.cutText(&t, m.recipe), factsOf(&t)
	return m.ranked(m.vocabulary.vector(&c, m.recipe, facts), facts)
}

func (m *Model) ranked(row []entry, facts []string) []Score {
	p := make([]float64, len(m.labels))
	m.probabilities(m.margins(row), p)
	if m.habit != nil && len(facts) > 0 && m.mix > 0 {
		h := make([]float64, len(p))
		m.habit.probabilities(m.habit.known(factKeys(facts)), h)
		for k := range p {
			p[k] = mixed2(p[k], h[k], m.mix)
		}
	}
	return rank(m.labels, p)
}

// calibrated gives the probabilities of margins.
func (m *Model) calibrated(margins [][]float32) [][]float64 {
	out := make([][]float64, len(margins))
	for i, x := range margins {
		out[i] = make([]float64, len(m.labels))
		m.probabilities(x, out[i])
	}
	return out
}

// rank pairs labels with their probabilities, the most likely first.
func rank(labels []string, p []float64) []Score {
	out := make([]Score, len(p))
	for k := range p {
		out[k] = Score{labels[k], p[k]}
	}
	slices.SortStableFunc(out, func(a, b Score) int { return cmp.Compare(b.Probability, a.Probability) })
	return out
}

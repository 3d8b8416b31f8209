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

// Predict says which labels a text most likely carries, and why.
func (m *Model) Predict(t Text) Prediction {
	c := m.lexicon.cutText(&t, m.recipe)
	row := m.vocabulary.vector(&c, m.recipe, t.Facts)
	top := m.ranked(row)
	p := Prediction{Score: top[0], Top: top[:min(shownLabels, len(top))]}
	p.Because = m.because(&c, t.Facts, row, p.Label)
	return p
}

// Probabilities gives every label with its probability, the most likely first.
func (m *Model) Probabilities(t Text) []Score {
	c := m.lexicon.cutText(&t, m.recipe)
	return m.ranked(m.vocabulary.vector(&c, m.recipe, t.Facts))
}

func (m *Model) ranked(row []entry) []Score {
	p := make([]float64, len(m.labels))
	m.probabilities(m.margins(row), p)
	return rank(m.labels, p)
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

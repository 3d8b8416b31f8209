package learn

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"yichuang/internal/errs"
)

// Options of training; the zero value is right.
type Options struct {
	Seed    uint64
	Workers int // processors to use; 0 is all
	Folds   int // parts that are held back in turn to fit and measure the probabilities; 0 is 3
}

// What training does not do.
var (
	ErrFew    = errs.New(errs.Invalid, "learn.few", "样本太少：至少要有两类，每类至少两件。")
	ErrLabels = errs.New(errs.Invalid, "learn.labels", "类别太多：最多两千类。")
)

const (
	maxLabels   = 2000
	maxWeights  = 48 << 20 // features times labels: bounds memory and file
	maxFeatures = 600_000
	leastTexts  = 3 // texts that a feature must occur in
	leastSeen   = 2 // times that a word of a given lexicon must occur
	machineCost = 2
	rounds      = 30
)

// standard is the recipe that training uses.
var standard = recipe{chars: 2, words: 2, lead: 3, leadWords: 12}

// Train makes a model of examples. The same examples, in the same order, with the same seed give the same model.
func Train(ctx context.Context, examples []Example, o Options) (*Model, error) {
	if o.Folds == 0 {
		o.Folds = 3
	}
	s, err := study(examples, o)
	if err != nil {
		return nil, err
	}
	held, habits, err := s.holdBack(ctx, o)
	if err != nil {
		return nil, err
	}
	worth, planes, err := s.planes(ctx, func(int) bool { return true })
	if err != nil {
		return nil, err
	}
	s.vocabulary.worth = worth
	m := s.model(planes)
	m.calibration = calibrate(held, s.y, len(s.labels))
	if m.habit = s.learnHabit(func(int) bool { return true }); m.habit != nil {
		m.mix = bestMix(m.calibrated(held), habits, s.y)
	}
	m.about = About{Examples: len(s.y), Labels: len(s.labels), Features: len(s.vocabulary.keys), Words: len(s.lexicon.words), Seed: o.Seed, HeldBack: s.heldBack(m, held, habits)}
	m.about.Hash = m.digest()
	return m, nil
}

// holdBack trains without each part in turn and gives the margins of its texts, and what their facts say.
func (s *lesson) holdBack(ctx context.Context, o Options) (held [][]float32, habits [][]float64, err error) {
	part := folds(s.y, s.groups, o.Folds, o.Seed)
	held, habits = make([][]float32, len(s.counts)), make([][]float64, len(s.counts))
	for f := range o.Folds {
		others := func(i int) bool { return part[i] != f }
		worth, planes, err := s.planes(ctx, others)
		if err != nil {
			return nil, nil, err
		}
		h := s.learnHabit(others)
		for i, counts := range s.counts {
			if part[i] == f {
				held[i] = marginsOf(planes, weigh(counts, make([]entry, len(counts)), worth))
				if h != nil && len(s.facts[i]) > 0 {
					habits[i] = make([]float64, len(s.labels))
					h.probabilities(h.known(s.facts[i]), habits[i])
				}
			}
		}
	}
	return held, habits, nil
}

// lesson is examples in the form that machines are trained on.
type lesson struct {
	labels     []string
	y          []int
	cost       []float32
	groups     []int
	counts     [][]entry
	facts      [][]uint64
	recipe     recipe
	lexicon    *lexicon
	vocabulary *vocabulary
	seed       uint64
	workers    int
}

// study reads the examples: labels, lexicon, vocabulary and rows.
func study(examples []Example, o Options) (*lesson, error) {
	s := &lesson{recipe: standard, seed: o.Seed, workers: o.Workers}
	examples, err := s.readLabels(examples)
	if err != nil {
		return nil, err
	}
	s.lexicon = learnLexicon(examples)
	texts, facts, given := make([]cutText, len(examples)), make([][]string, len(examples)), make([]string, len(examples))
	s.cost = make([]float32, len(examples))
	for i := range examples {
		e := &examples[i]
		texts[i], facts[i], given[i] = s.lexicon.cutText(&e.Text, s.recipe), factsOf(&e.Text), e.Group
		s.facts = append(s.facts, factKeys(facts[i]))
		s.cost[i] = machineCost * e.weight()
	}
	s.groups = alike(texts, given)
	s.vocabulary = learnVocabulary(texts, facts, s.recipe, leastTexts, min(maxFeatures, maxWeights/len(s.labels)))
	s.counts = make([][]entry, len(texts))
	for i := range texts {
		s.counts[i] = s.vocabulary.counts(&texts[i], s.recipe, facts[i])
	}
	return s, nil
}

// readLabels numbers the labels of at least two examples and gives the examples that carry one of them.
func (s *lesson) readLabels(examples []Example) ([]Example, error) {
	count := map[string]int{}
	for i := range examples {
		count[examples[i].Label]++
	}
	for l, n := range count {
		if n >= 2 {
			s.labels = append(s.labels, l)
		}
	}
	slices.Sort(s.labels)
	switch {
	case len(s.labels) < 2:
		return nil, ErrFew
	case len(s.labels) > maxLabels:
		return nil, ErrLabels
	}
	var out []Example
	for _, e := range examples {
		if k, ok := slices.BinarySearch(s.labels, e.Label); ok {
			out, s.y = append(out, e), append(s.y, k)
		}
	}
	return out, nil
}

// learnLexicon takes the words of the examples that come cut or, where none does, finds words in the texts.
func learnLexicon(examples []Example) *lexicon {
	counted := map[string]int32{}
	var texts []Text
	for i := range examples {
		for _, w := range examples[i].Words {
			counted[plain(w)]++
		}
		if examples[i].Words == nil {
			texts = append(texts, examples[i].Text)
		}
	}
	if len(counted) > 0 {
		return lexiconOf(counted, leastSeen, true)
	}
	return discover(texts)
}

// planes trains one machine a label on the examples that are chosen, on all processors; each label has its own order of
// chances, so that the result does not depend on who is ready first. It also gives what each feature is worth.
func (s *lesson) planes(ctx context.Context, chosen func(i int) bool) (worth []float32, planes [][]float32, err error) {
	var rows [][]entry
	var cost []float32
	var y []int
	for i, row := range s.counts {
		if chosen(i) {
			rows, cost, y = append(rows, row), append(cost, s.cost[i]), append(y, s.y[i])
		}
	}
	worth = worthOf(rows, y, len(s.labels), len(s.vocabulary.keys))
	for i, counts := range rows {
		rows[i] = weigh(counts, make([]entry, len(counts)), worth)
	}
	out := make([][]float32, len(s.labels))
	work := make(chan int)
	var wait sync.WaitGroup
	workers := s.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	for range min(workers, len(s.labels)) {
		wait.Go(func() {
			positive := make([]bool, len(rows))
			for k := range work {
				for i := range positive {
					positive[i] = y[i] == k
				}
				out[k] = separate(rows, positive, cost, len(s.vocabulary.keys), rounds, rand.New(rand.NewPCG(s.seed, uint64(k))))
			}
		})
	}
	for k := range s.labels {
		if ctx.Err() != nil {
			break
		}
		work <- k
	}
	close(work)
	wait.Wait()
	return worth, out, ctx.Err()
}

func marginsOf(planes [][]float32, row []entry) []float32 {
	out := make([]float32, len(planes))
	for k, w := range planes {
		out[k] = dot(w, row)
	}
	return out
}

// model puts the planes side by side in 16 bits a weight.
func (s *lesson) model(planes [][]float32) *Model {
	n := len(s.labels)
	m := &Model{labels: s.labels, recipe: s.recipe, lexicon: s.lexicon, vocabulary: s.vocabulary, weights: make([]int16, n*len(s.vocabulary.keys)), scale: make([]float32, n)}
	for k, w := range planes {
		largest := float32(0)
		for _, x := range w {
			largest = max(largest, x, -x)
		}
		if largest == 0 {
			continue
		}
		m.scale[k] = largest / math.MaxInt16
		for i, x := range w {
			m.weights[i*n+k] = int16(math.RoundToEven(float64(x / m.scale[k])))
		}
	}
	return m
}

// heldBack measures the model's kind on the texts that were held back.
func (s *lesson) heldBack(m *Model, held [][]float32, habits [][]float64) Measure {
	t := NewTally()
	for i, p := range m.calibrated(held) {
		if habits[i] != nil {
			for k := range p {
				p[k] = mixed2(p[k], habits[i][k], m.mix)
			}
		}
		top := rank(s.labels, p)
		t.Add(s.labels[s.y[i]], Prediction{Score: top[0], Top: top[:min(shownLabels, len(top))]})
	}
	return t.Measure()
}

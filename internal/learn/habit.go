package learn

import (
	"math"
	"math/rand/v2"
	"slices"
)

// habit is what the facts alone say (惯例): a multinomial logistic regression of the facts and their pairs. Planes tell the
// first label best; where many labels share the same facts, this ranks those after it better. A model mixes the two.
type habit struct {
	keys    []uint64
	find    *table
	weights []float32 // a fact's, label after label
}

const (
	habitRounds = 10
	habitStep   = 0.1
	habitDecay  = 1e-3
	habitSlight = 1e-4 // slopes below this are passed over
)

// factKeys gives the hashes of the facts of a text and of their pairs.
func factKeys(facts []string) []uint64 {
	var keys []uint64
	var none cutText
	none.features(recipe{}, facts, func(s seen) { keys = append(keys, s.hash) })
	return keys
}

// learnHabit trains on the chosen examples; nil where none has facts.
func (s *lesson) learnHabit(chosen func(i int) bool) *habit {
	count := map[uint64]int{}
	var order []int
	for i, keys := range s.facts {
		if len(keys) == 0 || !chosen(i) {
			continue
		}
		order = append(order, i)
		for _, k := range keys {
			count[k]++
		}
	}
	if len(order) == 0 {
		return nil
	}
	h := &habit{}
	for k := range count {
		h.keys = append(h.keys, k)
	}
	n := len(s.labels)
	slices.SortFunc(h.keys, func(a, b uint64) int { // those of the most examples, where there are too many
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		if a < b {
			return -1
		}
		return 1
	})
	h.keys = h.keys[:min(len(h.keys), maxWeights/4/n)]
	slices.Sort(h.keys)
	h.find, h.weights = newTable(h.keys), make([]float32, n*len(h.keys))
	s.descend(h, order)
	return h
}

// descend moves the weights by AdaGrad.
func (s *lesson) descend(h *habit, order []int) {
	n := len(s.labels)
	sums := make([]float32, len(h.weights))
	for i := range sums {
		sums[i] = 1e-2
	}
	rnd := rand.New(rand.NewPCG(s.seed, uint64(n)))
	p := make([]float64, n)
	for range habitRounds {
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			at := h.known(s.facts[i])
			h.probabilities(at, p)
			for k := range p {
				slope := p[k]
				if k == s.y[i] {
					slope--
				}
				slope *= float64(s.cost[i] / machineCost)
				if math.Abs(slope) < habitSlight {
					continue
				}
				for _, f := range at {
					j := int(f)*n + k
					g := float32(slope) + habitDecay*h.weights[j]
					sums[j] += g * g
					h.weights[j] -= habitStep * g / float32(math.Sqrt(float64(sums[j])))
				}
			}
		}
	}
}

// known gives the numbers of the facts that the habit knows.
func (h *habit) known(keys []uint64) []int32 {
	out := make([]int32, 0, len(keys))
	for _, k := range keys {
		if at := h.find.find(k); at >= 0 {
			out = append(out, at)
		}
	}
	return out
}

// probabilities gives one probability a label; they sum to 1.
func (h *habit) probabilities(at []int32, out []float64) {
	n := len(out)
	clear(out)
	for _, f := range at {
		for k, w := range h.weights[int(f)*n : (int(f)+1)*n] {
			out[k] += float64(w)
		}
	}
	softmax(out)
}

// softmax turns scores into probabilities.
func softmax(x []float64) {
	top, sum := slices.Max(x), 0.0
	for k := range x {
		x[k] = math.Exp(x[k] - top)
		sum += x[k]
	}
	for k := range x {
		x[k] /= sum
	}
}

// mixes are the shares of the habit that are tried.
var mixes = []float64{0, 0.2, 0.35, 0.5} // no more: the planes are the better ones for the first label

// bestMix finds the share of the habit with the least logarithmic loss on what was held back.
func bestMix(planes, habits [][]float64, y []int) float64 {
	best, least := 0.0, math.Inf(1)
	for _, share := range mixes {
		loss := 0.0
		for i := range planes {
			if habits[i] != nil {
				loss -= math.Log(max(mixed2(planes[i][y[i]], habits[i][y[i]], share), 1e-12))
			}
		}
		if loss < least {
			best, least = share, loss
		}
	}
	return best
}

func mixed2(plane, habit, share float64) float64 { return (1-share)*plane + share*habit }

// implied are the facts of a text that is no prose but a record: a few short pieces, such as
// “路灯 城管 龙田街道 老坑社区”.
func implied(t *Text) []string {
	if t.Words != nil || len(t.Title)+len(t.Content) > recordBytes {
		return nil
	}
	var out []string
	longest := 0
	for _, part := range [2]string{t.Title, t.Content} {
		for _, p := range pieces(plain(part)) {
			if n := len([]rune(p)); n > longest {
				longest = n
			}
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	if len(out) < 2 || len(out) > recordPieces || longest > recordPiece {
		return nil
	}
	return out
}

const (
	recordBytes  = 360
	recordPieces = 12
	recordPiece  = 20 // characters
)

// pieces cuts a text at blanks and the signs that divide fields.
func pieces(s string) []string {
	var out []string
	from := -1
	for i, r := range s + " " {
		if apart := r == ' ' || r == '\t' || r == '\n' || r == ',' || r == ';' || r == '|' || r == '/' || r == '、' || r == '；' || r == '，'; !apart {
			if from < 0 {
				from = i
			}
		} else if from >= 0 {
			out, from = append(out, s[from:i]), -1
		}
	}
	return out
}

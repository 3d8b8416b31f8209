package learn

import (
	"cmp"
	"math"
	"slices"
)

// entry is one feature of a text with its value.
type entry struct {
	at    int32
	value float32
}

// vocabulary is the features that a model knows: their hashes, sorted, and what each is worth.
type vocabulary struct {
	keys  []uint64
	worth []float32
	find  *table
}

// counts gives the features of a text that the vocabulary knows, by number, with how often each occurs.
func (v *vocabulary) counts(c *cutText, r recipe, facts []string) []entry {
	list := make([]entry, 0, len(c.runes)*r.chars+len(c.words)*r.words)
	c.features(r, facts, func(s seen) {
		if at := v.find.find(s.hash); at >= 0 {
			w := float32(1)
			if s.to > 0 && s.from < c.lead {
				w += r.lead
			}
			list = append(list, entry{at, w})
		}
	})
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
	out := list[:0]
	for _, e := range list {
		if n := len(out); n > 0 && out[n-1].at == e.at {
			out[n-1].value += e.value
		} else {
			out = append(out, e)
		}
	}
	return out
}

// weigh puts into out, of the same length, what the counted features are worth, as a vector of length 1.
func weigh(counts, out []entry, worth []float32) []entry {
	sum := 0.0
	for i, e := range counts {
		x := (1 + math.Log(float64(e.value))) * float64(worth[e.at])
		out[i] = entry{e.at, float32(x)}
		sum += x * x
	}
	if sum > 0 {
		scale := float32(1 / math.Sqrt(sum))
		for i := range out {
			out[i].value *= scale
		}
	}
	return out
}

// vector gives the features of a text as a vector of length 1.
func (v *vocabulary) vector(c *cutText, r recipe, facts []string) []entry {
	list := v.counts(c, r, facts)
	return weigh(list, list, v.worth)
}

// learnVocabulary finds the features that occur in at least least texts; of more than most, those of the most texts.
// What they are worth is not known yet.
func learnVocabulary(texts []cutText, facts [][]string, r recipe, least int32, most int) *vocabulary {
	type stat struct{ texts, last int32 }
	stats := map[uint64]stat{}
	for i := range texts {
		texts[i].features(r, facts[i], func(s seen) {
			if st := stats[s.hash]; st.last != int32(i+1) {
				stats[s.hash] = stat{st.texts + 1, int32(i + 1)}
			}
		})
	}
	type candidate struct {
		key   uint64
		texts int32
	}
	var list []candidate
	for k, st := range stats {
		if st.texts >= least {
			list = append(list, candidate{k, st.texts})
		}
	}
	slices.SortFunc(list, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.texts, a.texts), cmp.Compare(a.key, b.key)) })
	keys := make([]uint64, min(len(list), most))
	for i := range keys {
		keys[i] = list[i].key
	}
	slices.Sort(keys)
	return &vocabulary{keys: keys, find: newTable(keys)}
}

// tellingShare is how much what a feature tells about the label adds to its rarity.
const tellingShare = 2

// worthOf says what each of n features is worth, seen from the chosen texts with labels: its rarity (inverse document
// frequency), and more the more its presence tells about the label (divergence of the labels among its texts from those
// among all, smoothed by two texts).
func worthOf(rows [][]entry, y []int, labels, n int) []float32 {
	byLabel := make([][]int, labels)
	for i, k := range y {
		byLabel[k] = append(byLabel[k], i)
	}
	texts := make([]float64, n)
	for _, row := range rows {
		for _, e := range row {
			texts[e.at]++
		}
	}
	tells, rest := make([]float64, n), make([]float64, n) // rest: share of the labels that the feature never meets
	for i := range rest {
		rest[i] = 1
	}
	own := make([]float64, n)
	for _, members := range byLabel {
		if len(members) == 0 {
			continue
		}
		prior := float64(len(members)) / float64(len(rows))
		var touched []int32
		for _, i := range members {
			for _, e := range rows[i] {
				if own[e.at] == 0 {
					touched = append(touched, e.at)
				}
				own[e.at]++
			}
		}
		for _, at := range touched {
			p := (own[at] + 2*prior) / (texts[at] + 2)
			tells[at] += p * math.Log(p/prior)
			rest[at] -= prior
			own[at] = 0
		}
	}
	out := make([]float32, n)
	for i := range out {
		p := 2 / (texts[i] + 2)
		told := tells[i] + max(rest[i], 0)*p*math.Log(p)
		rarity := math.Log(float64(1+len(rows))/(1+texts[i])) + 1
		out[i] = float32(rarity * (1 + tellingShare*max(told, 0)))
	}
	return out
}

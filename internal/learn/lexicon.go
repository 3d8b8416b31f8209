package learn

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"
)

// lexicon (词表) is the words that a model knows, with how often each was seen. It cuts texts into words by the most
// likely way (unigram Viterbi).
type lexicon struct {
	words []string // sorted
	count []int32
	// closed says that texts consist of these words alone: what is between them is left out, as stop words were left out
	// of the texts that the words come from.
	closed bool

	find    *table    // hash of a word, or of the beginning of one → number in nodes
	cost    []float32 // of the node's word; 0 where the node is only a beginning
	unknown float32   // cost of a character that is no word
}

// longestWord is how many characters a word has at most.
const longestWord = 8

func newLexicon(words []string, count []int32, closed bool) *lexicon {
	l := &lexicon{words: words, count: count, closed: closed}
	total := 1.0
	for _, n := range count {
		total += float64(n)
	}
	cost := map[uint64]float32{}
	for i, w := range words {
		h, n := oneWord.start(), 0
		for _, r := range w {
			h = more(h, r)
			if n++; n < utf8.RuneCountInString(w) {
				cost[h] += 0
			}
		}
		cost[h] = float32(math.Log(total) - math.Log(float64(count[i])))
	}
	keys := make([]uint64, 0, len(cost))
	for k := range cost {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	l.find, l.cost = newTable(keys), make([]float32, len(keys))
	for i, k := range keys {
		l.cost[i] = cost[k]
	}
	l.unknown = float32(math.Log(total)) + 2
	return l
}

// lexiconOf makes a lexicon of counted words that occur often enough.
func lexiconOf(counted map[string]int32, least int32, closed bool) *lexicon {
	var words []string
	for w, n := range counted {
		if n >= least && w != "" && utf8.RuneCountInString(w) <= longestWord {
			words = append(words, w)
		}
	}
	slices.SortFunc(words, cmp.Compare[string])
	count := make([]int32, len(words))
	for i, w := range words {
		count[i] = counted[w]
	}
	return newLexicon(words, count, closed)
}

// span is a word of a text: its characters from, to; known words are in the lexicon.
type span struct {
	from, to int
	known    bool
}

// cut divides a run of characters into words.
func (l *lexicon) cut(run []rune, out []span) []span {
	n := len(run)
	if len(l.words) == 0 {
		for i := range run {
			out = append(out, span{i, i + 1, false})
		}
		return out
	}
	best := make([]float32, n+1)
	from := make([]int32, n+1)
	known := make([]bool, n+1)
	for i := 1; i <= n; i++ {
		best[i] = math.MaxFloat32
	}
	for i := 0; i < n; i++ {
		if c := best[i] + l.unknown; c < best[i+1] {
			best[i+1], from[i+1], known[i+1] = c, int32(i), false
		}
		h := oneWord.start()
		for j := i; j < min(n, i+longestWord); j++ {
			h = more(h, run[j])
			node := l.find.find(h)
			if node < 0 {
				break
			}
			if w := l.cost[node]; w > 0 && best[i]+w < best[j+1] {
				best[j+1], from[j+1], known[j+1] = best[i]+w, int32(i), true
			}
		}
	}
	at := len(out)
	for i := n; i > 0; i = int(from[i]) {
		out = append(out, span{int(from[i]), i, known[i]})
	}
	slices.Reverse(out[at:])
	return out
}

package learn

import (
	"math"
	"slices"
)

// Words are found in texts that come uncut (新词发现): a group of two to four characters is a word where its parts stand
// together far more often than chance would have it (mutual information) and many different characters stand before and
// after it (entropy).

const (
	wordLength = 4
	wordLeast  = 8         // times that a group must occur
	wordBond   = 3.0       // least mutual information of its weakest joint, natural logarithm
	wordEdges  = 1.0       // least entropy of what stands before, and after
	wordTexts  = 1_500_000 // characters that are read: more finds hardly more words
)

// edges counts the characters beside a group; 0 is the end of a run.
type edges struct {
	word          string
	before, after map[rune]int32
}

// wordHunt finds the words of some texts.
type wordHunt struct {
	runs  [][]rune
	count map[uint64]int32 // of groups of one to four characters, by hash
	total float64          // characters
	found map[uint64]*edges
}

// discover makes a lexicon from texts. It stays open: a text is more than the words of it.
func discover(texts []Text) *lexicon {
	h := wordHunt{runs: someRuns(texts), count: map[uint64]int32{}, found: map[uint64]*edges{}}
	for _, run := range h.runs {
		h.total += float64(len(run))
		for i := range run {
			hash := oneWord.start()
			for j := i; j < min(i+wordLength, len(run)); j++ {
				hash = more(hash, run[j])
				h.count[hash]++
			}
		}
	}
	h.lookAround()
	words := map[string]int32{}
	for hash, e := range h.found {
		if n := h.count[hash]; e != nil && min(entropy(e.before, n), entropy(e.after, n)) >= wordEdges {
			words[e.word] = n
		}
	}
	return lexiconOf(words, wordLeast, false)
}

// someRuns gives the runs of Chinese characters of the texts or, of very many texts, of some, evenly chosen.
func someRuns(texts []Text) [][]rune {
	size := 0
	for _, t := range texts {
		size += (len(t.Title) + len(t.Content)) / 3
	}
	step := max(1, (size+wordTexts-1)/wordTexts)
	var out [][]rune
	for i := 0; i < len(texts); i += step {
		out = append(append(out, hanRuns(plain(texts[i].Title))...), hanRuns(plain(texts[i].Content))...)
	}
	return out
}

// lookAround counts what stands beside the groups that hold together.
func (h *wordHunt) lookAround() {
	for _, run := range h.runs {
		for i := range run {
			hash := oneWord.start()
			for j := i; j < min(i+wordLength, len(run)); j++ {
				hash = more(hash, run[j])
				if j == i || h.count[hash] < wordLeast {
					continue
				}
				if e := h.candidate(hash, run[i:j+1]); e != nil {
					e.before[runeAt(run, i-1)]++
					e.after[runeAt(run, j+1)]++
				}
			}
		}
	}
}

// candidate gives the counts of a group that holds together, nil for another one.
func (h *wordHunt) candidate(hash uint64, group []rune) *edges {
	e, known := h.found[hash]
	if !known {
		if h.bond(group) >= wordBond {
			e = &edges{string(group), map[rune]int32{}, map[rune]int32{}}
		}
		h.found[hash] = e
	}
	return e
}

// bond is the mutual information of the weakest joint of a group.
func (h *wordHunt) bond(group []rune) float64 {
	weakest := math.Inf(1)
	whole := h.share(group)
	for i := 1; i < len(group); i++ {
		weakest = min(weakest, math.Log(whole/(h.share(group[:i])*h.share(group[i:]))))
	}
	return weakest
}

// share is how often a group occurs for every character of the texts.
func (h *wordHunt) share(group []rune) float64 {
	hash := oneWord.start()
	for _, r := range group {
		hash = more(hash, r)
	}
	return float64(h.count[hash]) / h.total
}

func runeAt(run []rune, i int) rune {
	if i < 0 || i >= len(run) {
		return 0
	}
	return run[i]
}

func hanRuns(s string) [][]rune {
	var out [][]rune
	var run []rune
	for _, r := range s {
		if classOf(r) == han {
			run = append(run, r)
		} else if len(run) > 0 {
			out, run = append(out, run), nil
		}
	}
	if len(run) > 0 {
		out = append(out, run)
	}
	return out
}

// entropy of the characters beside a group; the end of a run (0) may be any character and counts as different ones.
func entropy(beside map[rune]int32, n int32) float64 {
	sum := float64(beside[0]) / float64(n) * math.Log(float64(n))
	var counts []int32
	for r, x := range beside {
		if r != 0 {
			counts = append(counts, x)
		}
	}
	slices.Sort(counts) // sums of fractions depend on their order
	for _, x := range counts {
		p := float64(x) / float64(n)
		sum -= p * math.Log(p)
	}
	return sum
}

package learn

import "math"

// Words are found in texts that come uncut (新词发现): a group of two to four characters is a word where its parts stand
// together far more often than chance would have it (mutual information) and many different characters stand before and
// after it (entropy).

const (
	wordLength = 4
	wordLeast  = 8   // times that a group must occur
	wordBond   = 3.0 // least mutual information of its weakest joint, natural logarithm
	wordEdges  = 1.0 // least entropy of what stands before, and after
)

// group counts one group of characters.
type group struct {
	n             int32
	before, after map[rune]int32
}

// discover makes a lexicon from texts. It stays open: a text is more than the words of it.
func discover(texts []Text) *lexicon {
	groups, total := countGroups(texts)
	words := map[string]int32{}
	for s, g := range groups {
		if g.n < wordLeast || g.before == nil {
			continue
		}
		if bond(s, groups, total) >= wordBond && min(entropy(g.before, g.n), entropy(g.after, g.n)) >= wordEdges {
			words[s] = g.n
		}
	}
	return lexiconOf(words, wordLeast, false)
}

// countGroups counts all groups of one to four characters, and the neighbours of those that may be words.
func countGroups(texts []Text) (map[string]*group, float64) {
	groups := map[string]*group{}
	total := 0.0
	each := func(visit func(run []rune, from, to int)) {
		for _, t := range texts {
			for _, part := range [2]string{t.Title, t.Content} {
				for _, run := range hanRuns(plain(part)) {
					for i := range run {
						for j := i + 1; j <= min(i+wordLength, len(run)); j++ {
							visit(run, i, j)
						}
					}
				}
			}
		}
	}
	each(func(run []rune, from, to int) {
		if to == from+1 {
			total++
		}
		s := string(run[from:to])
		if groups[s] == nil {
			groups[s] = &group{}
		}
		groups[s].n++
	})
	each(func(run []rune, from, to int) {
		g := groups[string(run[from:to])]
		if g.n < wordLeast || to == from+1 {
			return
		}
		if g.before == nil {
			g.before, g.after = map[rune]int32{}, map[rune]int32{}
		}
		if from > 0 {
			g.before[run[from-1]]++
		} else {
			g.before[0]++
		}
		if to < len(run) {
			g.after[run[to]]++
		} else {
			g.after[0]++
		}
	})
	return groups, total
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

// bond is the mutual information of the weakest joint of a group.
func bond(s string, groups map[string]*group, total float64) float64 {
	weakest := math.Inf(1)
	n := float64(groups[s].n) / total
	for i := range s {
		if i == 0 {
			continue
		}
		left, right := float64(groups[s[:i]].n)/total, float64(groups[s[i:]].n)/total
		weakest = min(weakest, math.Log(n/(left*right)))
	}
	return weakest
}

// entropy of the characters beside a group; the end of a run (0) may be any character and counts as different ones.
func entropy(beside map[rune]int32, n int32) float64 {
	sum := 0.0
	for r, x := range beside {
		p := float64(x) / float64(n)
		if r == 0 {
			sum += p * math.Log(float64(n))
			continue
		}
		sum -= p * math.Log(p)
	}
	return sum
}

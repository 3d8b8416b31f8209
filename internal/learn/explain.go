package learn

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// pull is how much a word of a text spoke for a label.
type pull struct {
	word string
	by   float32
}

// because names the words that spoke most for a label: those whose features, and the features within them, have more
// weight for it than for the other labels on average.
func (m *Model) because(c *cutText, facts []string, row []entry, label string) []string {
	k, _ := slices.BinarySearch(m.labels, label)
	n := len(m.labels)
	value := func(hash uint64) float32 {
		at := m.vocabulary.find.find(hash)
		if at < 0 {
			return 0
		}
		i, ok := slices.BinarySearchFunc(row, at, func(e entry, at int32) int { return cmp.Compare(e.at, at) })
		if !ok {
			return 0
		}
		var own, all float32
		for j, x := range m.weights[int(at)*n : (int(at)+1)*n] {
			w := float32(x) * m.scale[j]
			all += w
			if j == k {
				own = w
			}
		}
		return row[i].value * (own - all/float32(n))
	}
	pulls := m.wordPulls(c, value)
	for _, f := range facts {
		pulls = append(pulls, pull{f, value(moreString(oneFact.start(), f))})
	}
	words := strongest(pulls)
	if len(words) < shownWords/2 { // a lexicon of few texts knows few words
		words = strongest(append(pulls, m.pairPulls(c, value)...))
	}
	return words
}

// longestPairs is how many characters the pairs that stand together may cover.
const longestPairs = 6

// pairPulls puts pairs of characters that overlap and all spoke for the label together to one group.
func (m *Model) pairPulls(c *cutText, value func(uint64) float32) []pull {
	var out []pull
	var open pull
	from := 0
	for i := 0; i+1 < len(c.runes); i++ {
		by := value(more(more(twoChars.start(), c.runes[i]), c.runes[i+1]))
		if by > 0 && classOf(c.runes[i]) == han && classOf(c.runes[i+1]) == han {
			if open.by == 0 || i+2-from > longestPairs {
				out, open, from = append(out, open), pull{}, i
			}
			open.by += by
			open.word = c.string(from, i+2)
			continue
		}
		out, open = append(out, open), pull{}
	}
	out = append(out, open)
	known := map[string]bool{"": true}
	return slices.DeleteFunc(out, func(p pull) bool {
		again := known[p.word]
		known[p.word] = true
		return again
	})
}

// wordPulls sums for each word of the text what its own features weigh.
func (m *Model) wordPulls(c *cutText, value func(uint64) float32) []pull {
	var out []pull
	known := map[string]bool{}
	for _, w := range c.words {
		word := c.string(w.from, w.to)
		if known[word] || utf8.RuneCountInString(word) < 2 {
			continue
		}
		known[word] = true
		part := cutText{runes: c.runes[w.from:w.to], words: []span{{0, w.to - w.from, true}}}
		p := pull{word: word}
		part.features(m.recipe, nil, func(s seen) { p.by += value(s.hash) })
		out = append(out, p)
	}
	return out
}

// strongest gives the words that spoke for the label, the strongest first.
func strongest(pulls []pull) []string {
	slices.SortStableFunc(pulls, func(a, b pull) int { return cmp.Or(cmp.Compare(b.by, a.by), cmp.Compare(a.word, b.word)) })
	out := []string{}
	for _, p := range pulls {
		if p.by > 0 && len(out) < shownWords && !slices.Contains(out, p.word) {
			out = append(out, p.word)
		}
	}
	return out
}

package text

import "strings"

// Similarity says how alike two texts are, from 0 (nothing in common) to 1 (the same words): the share of their distinct
// tokens that both have (Jaccard index over character pairs). Near-duplicates of a complaint are usually above 0.5. Texts
// without any token are like nothing.
func Similarity(a, b string) float64 {
	left, right := distinct(a), distinct(b)
	common := 0
	for t := range left {
		if right[t] {
			common++
		}
	}
	if union := len(left) + len(right) - common; union > 0 {
		return float64(common) / float64(union)
	}
	return 0
}

func distinct(s string) map[string]bool {
	words := Tokens(s)
	set := make(map[string]bool, strings.Count(words, " ")+1)
	for t := range strings.FieldsSeq(words) {
		set[t] = true
	}
	return set
}

package learn

import (
	"math/rand/v2"
	"slices"
	"sort"
)

// Near-duplicates would make a measurement too good, so groups of them stay on one side. Texts are compared by the
// smallest hashes of their groups of four characters (MinHash); two that share a band of them are of one group.
const (
	bands    = 12
	bandRows = 4
	hashes   = bands * bandRows
	same     = hashes / 2 // equal smallest hashes from which two texts are nearly the same
	shortest = 20         // characters; what is shorter is often said again without being a copy
)

// alike gives for each text the number of its group: texts of the same given group, or nearly the same text.
func alike(texts []cutText, given []string) []int {
	parent := make([]int, len(texts))
	for i := range parent {
		parent[i] = i
	}
	var root func(i int) int
	root = func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	join := func(i, j int) {
		if a, b := root(i), root(j); a != b {
			parent[max(a, b)] = min(a, b)
		}
	}
	groups, first := map[string]int{}, map[[2]uint64]int{}
	sketches := make([]*[hashes]uint64, len(texts))
	for i := range texts {
		if g := given[i]; g != "" {
			if at, ok := groups[g]; ok {
				join(at, i)
			} else {
				groups[g] = i
			}
		}
		if sketches[i] = sketch(texts[i].runes); sketches[i] == nil {
			continue
		}
		for b := range bands {
			k := [2]uint64{uint64(b), band(sketches[i], b)}
			if at, ok := first[k]; !ok {
				first[k] = i
			} else if equal(sketches[at], sketches[i]) >= same {
				join(at, i)
			}
		}
	}
	out := make([]int, len(texts))
	for i := range out {
		out[i] = root(i)
	}
	return out
}

// sketch gives the smallest hashes of a text; nil where it is too short to be compared.
func sketch(runes []rune) *[hashes]uint64 {
	if len(runes) < shortest {
		return nil
	}
	var least [hashes]uint64
	for i := range least {
		least[i] = ^uint64(0)
	}
	for i := 0; i+4 <= len(runes); i++ {
		h := uint64(hashBasis)
		for _, x := range runes[i : i+4] {
			h = more(h, x)
		}
		for j := range least {
			if x := mixed(h + uint64(j)*0x9e3779b97f4a7c15); x < least[j] {
				least[j] = x
			}
		}
	}
	return &least
}

// band gives one number for some of the smallest hashes.
func band(s *[hashes]uint64, b int) uint64 {
	h := uint64(hashBasis)
	for _, x := range s[b*bandRows : (b+1)*bandRows] {
		h = (h ^ x) * hashPrime
	}
	return h
}

// equal counts the smallest hashes that two texts share.
func equal(a, b *[hashes]uint64) (n int) {
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

// folds deals the groups out over n parts of like size and like labels; it gives the part of each example.
func folds(labels []int, groups []int, n int, seed uint64) []int {
	members := map[int][]int{}
	for i, g := range groups {
		members[g] = append(members[g], i)
	}
	ids := make([]int, 0, len(members))
	for g := range members {
		ids = append(ids, g)
	}
	slices.Sort(ids)
	rnd := rand.New(rand.NewPCG(seed, 1))
	rnd.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	sort.SliceStable(ids, func(i, j int) bool { return len(members[ids[i]]) > len(members[ids[j]]) })
	size := make([]int, n)
	perLabel := map[int][]int{}
	part := make([]int, len(labels))
	for _, g := range ids {
		l := labels[members[g][0]]
		if perLabel[l] == nil {
			perLabel[l] = make([]int, n)
		}
		best := 0
		for p := 1; p < n; p++ {
			if a, b := perLabel[l][p], perLabel[l][best]; a < b || a == b && size[p] < size[best] {
				best = p
			}
		}
		for _, i := range members[g] {
			part[i] = best
			perLabel[labels[i]] = grown(perLabel[labels[i]], n)
			perLabel[labels[i]][best]++
			size[best]++
		}
	}
	return part
}

func grown(s []int, n int) []int {
	if s == nil {
		return make([]int, n)
	}
	return s
}

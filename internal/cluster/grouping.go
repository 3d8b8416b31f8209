package cluster

import (
	"cmp"
	"slices"
)

// grouping is the groups as they grow. A group is known by its number; centre holds what its items have in common.
type grouping struct {
	d       *described
	join    float32
	merge   float32
	of      []int // group of each item
	centre  [][]term
	members [][]int
	version []int32   // of each group's centre
	where   [][]int32 // places of each group's centre
	byTerm  map[int32][]posting
	score   []float32 // of each group, all 0 between calls of nearest
	matter  []float32 // the part of the score that is not of places
	touched []int
	pause   func()
	asked   int // rows that nearest was asked for
}

// posting says that a version of a group's centre has a term.
type posting struct {
	group   int
	version int32
	w       float32
}

// first takes the items in order: each joins the group that it is most like, or begins one.
func (g *grouping) first() {
	g.byTerm = map[int32][]posting{}
	for i, row := range g.d.rows {
		best := g.nearest(row, g.join, -1)
		if best < 0 {
			best = len(g.members)
			g.members, g.centre = append(g.members, nil), append(g.centre, nil)
			g.version, g.where = append(g.version, 0), append(g.where, nil)
		}
		g.of[i] = best
		g.members[best] = append(g.members[best], i)
		if n := len(g.members[best]); n < 8 || n&(n-1) == 0 { // later the centre hardly moves
			g.recentre(best)
		}
	}
}

// nearest gives the group that a row is most like (cosine), at least as like as least; -1 where there is none. not is left
// out.
func (g *grouping) nearest(row []term, least float32, not int) int {
	for len(g.score) < len(g.members) {
		g.score, g.matter = append(g.score, 0), append(g.matter, 0)
	}
	if g.asked++; g.asked%stretch == 0 {
		g.pause()
	}
	g.touched = g.touched[:0]
	for _, t := range row {
		for _, p := range g.byTerm[t.at] {
			if p.version != g.version[p.group] {
				continue
			}
			if g.score[p.group] == 0 {
				g.touched = append(g.touched, p.group)
			}
			g.score[p.group] += t.w * p.w
			if !g.d.local[t.at] {
				g.matter[p.group] += t.w * p.w
			}
		}
	}
	best, by := -1, least
	own := g.places(row)
	for _, c := range g.touched {
		s := g.score[c]
		if s >= by && apart(own, g.where[c]) {
			s *= elsewhere
		}
		if c != not && g.matter[c] >= leastMatter && len(g.members[c]) > 0 && (s > by || s == by && (best < 0 || c < best)) {
			best, by = c, s
		}
		g.score[c], g.matter[c] = 0, 0
	}
	return best
}

// leastMatter is the likeness that there must be beside the places: many matters at one place are many matters.
const leastMatter = 0.08

// elsewhere is what is left of a likeness where both sides name places and none is the same: the same matter at another
// place is another matter.
const elsewhere = 0.5

// places gives the terms of a row that name places.
func (g *grouping) places(row []term) []int32 {
	var out []int32
	for _, t := range row {
		if g.d.place[t.at] {
			out = append(out, t.at)
		}
	}
	return out
}

// apart reports whether both name places, and no place is named by both. Lists are sorted.
func apart(a, b []int32) bool {
	return len(a) > 0 && len(b) > 0 && !slices.ContainsFunc(a, func(p int32) bool {
		_, both := slices.BinarySearch(b, p)
		return both
	})
}

// recentre sums the items of a group anew. What was posted of the old centre is passed over from now on.
func (g *grouping) recentre(c int) {
	g.version[c]++
	sum := map[int32]float32{}
	for _, i := range g.members[c] {
		for _, t := range g.d.rows[i] {
			sum[t.at] += t.w
		}
	}
	row := make([]term, 0, len(sum))
	for at, w := range sum {
		row = append(row, term{at, w})
	}
	g.centre[c] = top(row, groupTerms)
	g.where[c] = g.places(g.centre[c])
	g.post(c)
}

// post enters the terms of a group's centre into the index.
func (g *grouping) post(c int) {
	for _, t := range g.centre[c] {
		g.byTerm[t.at] = append(g.byTerm[t.at], posting{c, g.version[c], t.w})
	}
}

// repost makes the index anew, without what is out of date.
func (g *grouping) repost() {
	clear(g.byTerm)
	for c := range g.members {
		if len(g.members[c]) > 0 {
			g.post(c)
		}
	}
}

// unite makes one of groups that are alike, the larger taking the smaller in.
func (g *grouping) unite() {
	g.repost()
	order := make([]int, 0, len(g.members))
	for c := range g.members {
		if len(g.members[c]) > 0 {
			order = append(order, c)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(len(g.members[a]), len(g.members[b])), cmp.Compare(b, a))
	})
	for _, c := range order {
		to := g.nearest(g.centre[c], g.merge, c)
		if to < 0 || len(g.members[to]) < len(g.members[c]) {
			continue
		}
		for _, i := range g.members[c] {
			g.of[i] = to
		}
		g.members[to] = append(g.members[to], g.members[c]...)
		slices.Sort(g.members[to])
		g.members[c] = nil
		g.recentre(c)
		g.recentre(to)
	}
}

// again lets every item choose anew among the groups as they are now; it reports whether one moved.
func (g *grouping) again() bool {
	moved := false
	next := make([]int, len(g.of))
	for i, row := range g.d.rows {
		next[i] = g.of[i]
		if to := g.nearest(row, g.join, -1); to >= 0 && to != g.of[i] {
			next[i], moved = to, true
		}
	}
	if !moved {
		return false
	}
	for c := range g.members {
		g.members[c] = nil
	}
	for i, c := range next {
		g.of[i] = c
		g.members[c] = append(g.members[c], i)
	}
	for c := range g.members {
		if len(g.members[c]) > 0 {
			g.recentre(c)
		}
	}
	return true
}

// commonTerms is how many terms a group names.
const commonTerms = 12

func (g *grouping) result(order []int) []Group {
	var out []Group
	for c, members := range g.members {
		if len(members) == 0 {
			continue
		}
		group := Group{Items: make([]int, len(members))}
		for i, at := range members {
			group.Items[i] = order[at]
		}
		terms := slices.Clone(g.centre[c])
		slices.SortFunc(terms, func(a, b term) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.at, b.at)) })
		for _, t := range terms[:min(len(terms), commonTerms)] {
			group.Terms = append(group.Terms, g.d.names[t.at])
		}
		out = append(out, group)
	}
	slices.SortStableFunc(out, func(a, b Group) int { return cmp.Compare(len(b.Items), len(a.Items)) })
	return out
}

// Package cluster groups texts that speak of the same matter (聚类): each text becomes the terms that set it apart, and
// joins the group whose terms it shares. The groups depend on the texts alone, not on the order in which they are given.
package cluster

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Item is a text with the names of places in it. Items are taken in the order of their keys.
type Item struct {
	Key    string
	Title  string
	Body   string
	Class  string // what the text was filed under, "" where nobody has
	Places []string
}

// Group is items of one matter, the first of them first.
type Group struct {
	Items []int    // places in the list that was given
	Terms []string // what the items have in common, the most telling first
}

// Marks that begin a term which is no pair of characters: the name of a place, and a class.
const (
	PlaceMark = "@"
	ClassMark = "#"
)

// Options of grouping; the zero value is right.
type Options struct {
	Join  float64 // likeness from which an item joins a group; 0 is 0.25
	Merge float64 // likeness from which two groups are one; 0 is 0.40
	// Pause is called between items, now and then: who groups beside other work lets that go on. nil works through.
	Pause func()
}

const (
	bodyRunes  = 300 // characters of the body that are looked at: what a text is about stands at its beginning
	titleWorth = 3
	placeWorth = 4
	classWorth = 4
	termsKept  = 30  // strongest terms of an item
	groupTerms = 96  // strongest terms of a group
	others     = 100 // texts that are imagined beside those given, so that of few, too, what most of them say still tells something
	leastTexts = 3   // a term that fewer texts have says nothing about a matter of many
	rounds     = 3
	stretch    = 32 // items between two pauses
)

// term is a term's number with its weight; lists of them are sorted by number.
type term struct {
	at int32
	w  float32
}

// Groups puts the items into groups; every item is in one, alone where nothing is like it. The largest groups are first.
func Groups(items []Item, o Options) []Group {
	if o.Join == 0 {
		o.Join = 0.25
	}
	if o.Merge == 0 {
		o.Merge = 0.40
	}
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(items[a].Key, items[b].Key) })
	if o.Pause == nil {
		o.Pause = func() {}
	}
	d := describe(items, order, o.Pause)
	g := &grouping{d: d, pause: o.Pause, join: float32(o.Join), merge: float32(o.Merge), of: make([]int, len(items))}
	g.first()
	for range rounds {
		g.unite()
		if !g.again() {
			break
		}
	}
	return g.result(order)
}

// described is the items in the form that they are compared in, in the order of their keys.
type described struct {
	names []string // of the terms
	place []bool   // whether the term names one
	local []bool   // whether it names one, or is a pair of characters of such a name
	rows  [][]term
}

// describe weighs the terms of the items: pairs of characters, and places, by rarity among the items. The items are read
// twice, so that only the terms that are kept are held in memory.
func describe(items []Item, order []int, pause func()) *described {
	d := &described{rows: make([][]term, len(items))}
	v := vocabulary{number: map[string]int32{}, inName: map[string]bool{}}
	for i, at := range order {
		if i%stretch == 0 {
			pause()
		}
		for _, t := range v.read(&items[at]) {
			v.texts[t.at]++
		}
	}
	for i, at := range order {
		if i%stretch == 0 {
			pause()
		}
		d.rows[i] = slices.Clone(strongest(v.read(&items[at]), v.texts, len(items)))
	}
	d.names = v.names
	d.place, d.local = make([]bool, len(d.names)), make([]bool, len(d.names))
	for i, n := range d.names {
		d.place[i] = strings.HasPrefix(n, PlaceMark)
		d.local[i] = d.place[i] || v.inName[n]
	}
	return d
}

// vocabulary numbers the terms as they come.
type vocabulary struct {
	names  []string
	number map[string]int32
	texts  []float64 // that have the term
	inName map[string]bool
	worth  []float32 // of each term in the item that is read, 0 between items
	row    []term    // used again
}

// read gives the terms of an item with their worth, sorted by number; the list holds until the next call.
func (v *vocabulary) read(it *Item) []term {
	v.row = v.row[:0]
	body := []rune(it.Body)
	grams(it.Title, titleWorth, v.count)
	grams(string(body[:min(len(body), bodyRunes)]), 1, v.count)
	if it.Class != "" {
		v.count(ClassMark+it.Class, classWorth)
	}
	for _, p := range it.Places {
		v.count(PlaceMark+p, placeWorth)
		grams(p, 0, func(pair string, _ float32) { v.inName[pair] = true })
	}
	for i, t := range v.row {
		v.row[i].w, v.worth[t.at] = v.worth[t.at], 0
	}
	slices.SortFunc(v.row, func(a, b term) int { return cmp.Compare(a.at, b.at) })
	return v.row
}

func (v *vocabulary) count(s string, w float32) {
	n, ok := v.number[s]
	if !ok {
		n = int32(len(v.names))
		v.number[s] = n
		v.names, v.texts, v.worth = append(v.names, s), append(v.texts, 0), append(v.worth, 0)
	}
	if v.worth[n] == 0 {
		v.row = append(v.row, term{n, 0})
	}
	v.worth[n] += w
}

// grams counts the pairs of characters of a text.
func grams(s string, worth float32, count func(string, float32)) {
	var run []rune
	flush := func() {
		for i := range run {
			if i+2 <= len(run) {
				count(string(run[i:i+2]), worth)
			}
		}
		run = run[:0]
	}
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			run = append(run, r)
		} else {
			flush()
		}
	}
	flush()
}

// strongest weighs an item's terms and keeps the strongest, of length 1.
func strongest(row []term, texts []float64, n int) []term {
	out := row[:0]
	for _, t := range row {
		if texts[t.at] < leastTexts {
			continue
		}
		idf := math.Log(float64(n+others) / texts[t.at])
		out = append(out, term{t.at, float32((1 + math.Log(float64(t.w))) * idf)})
	}
	return top(out, termsKept)
}

// top keeps the strongest terms and gives them the length 1, sorted by number.
func top(row []term, n int) []term {
	slices.SortFunc(row, func(a, b term) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.at, b.at)) })
	row = row[:min(len(row), n)]
	slices.SortFunc(row, func(a, b term) int { return cmp.Compare(a.at, b.at) })
	var sum float64
	for _, t := range row {
		sum += float64(t.w) * float64(t.w)
	}
	if sum > 0 {
		for i := range row {
			row[i].w = float32(float64(row[i].w) / math.Sqrt(sum))
		}
	}
	return row
}

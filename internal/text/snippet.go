package text

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Segment is a part of a shown text: plain, or a hit to be marked.
type Segment struct {
	Text string
	Hit  bool
}

// span is a range of bytes.
type span struct{ start, end int }

// Snippet cuts about width characters out of a text around the first hit of a query, marks every hit in them, and puts
// … where it cut. The query is read as Search reads it; excluded words mark nothing. width 0 takes the whole text.
func Snippet(s, query string, width int) []Segment {
	hits := findHits(s, parse(query, nil))
	from, to := window(s, hits, width)
	var out []Segment
	add := func(text string, hit bool) {
		if text != "" {
			out = append(out, Segment{text, hit})
		}
	}
	if from > 0 {
		add("…", false)
	}
	at := from
	for _, h := range hits {
		start, end := max(h.start, from), min(h.end, to)
		if start >= end {
			continue
		}
		add(s[at:start], false)
		add(s[start:end], true)
		at = end
	}
	add(s[at:to], false)
	if to < len(s) {
		add("…", false)
	}
	return out
}

// window chooses the bytes to show: width characters, a quarter of them before the first hit.
func window(s string, hits []span, width int) (from, to int) {
	if width <= 0 || utf8.RuneCountInString(s) <= width {
		return 0, len(s)
	}
	if len(hits) > 0 {
		from = hits[0].start
		for range width / 4 {
			_, n := utf8.DecodeLastRuneInString(s[:from])
			from -= n
		}
	}
	to = from
	n := 0
	for ; n < width && to < len(s); n++ {
		_, size := utf8.DecodeRuneInString(s[to:])
		to += size
	}
	for ; n < width && from > 0; n++ { // the text ended: show more before
		_, size := utf8.DecodeLastRuneInString(s[:from])
		from -= size
	}
	return from, to
}

// located is a token with its place in the original text.
type located struct {
	text  string
	first span // its first character
	span
}

func locate(s string) (out []located) {
	runs(fold(s), func(run []char) bool {
		tokens(run, true, func(token []char) {
			var b strings.Builder
			writeToken(&b, 0, token)
			last := token[len(token)-1]
			out = append(out, located{b.String(), span{token[0].start, token[0].end}, span{token[0].start, last.end}})
		})
		return true
	})
	return out
}

// findHits gives the places of all phrases in order, without overlaps.
func findHits(s string, phrases []phrase) []span {
	var hits []span
	at := map[string][]int{}
	all := locate(s)
	for i, t := range all {
		at[t.text] = append(at[t.text], i)
	}
	for _, p := range phrases {
		if p.exclude {
			continue
		}
		want := strings.Split(p.tokens, " ")
		if len(want) == 1 && p.prefix {
			hits = append(hits, beginsWith(all, want[0])...)
			continue
		}
		for _, i := range at[want[0]] {
			if h, ok := phraseAt(all[i:], want, p.prefix); ok {
				hits = append(hits, h)
			}
		}
	}
	return merge(hits)
}

func beginsWith(all []located, one string) (hits []span) {
	for _, t := range all {
		if strings.HasPrefix(t.text, one) {
			hits = append(hits, t.first)
		}
	}
	return hits
}

// phraseAt compares the tokens from some place on with those of a phrase.
func phraseAt(all []located, want []string, prefix bool) (span, bool) {
	if len(all) < len(want) {
		return span{}, false
	}
	end := 0
	for i, w := range want {
		switch t := all[i]; {
		case t.text == w:
			end = t.end
		case prefix && i == len(want)-1 && strings.HasPrefix(t.text, w):
			end = t.first.end
		default:
			return span{}, false
		}
	}
	return span{all[0].start, end}, true
}

func merge(hits []span) (out []span) {
	sort.Slice(hits, func(i, j int) bool { return hits[i].start < hits[j].start })
	for _, h := range hits {
		if n := len(out); n > 0 && h.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, h.end)
			continue
		}
		out = append(out, h)
	}
	return out
}

package learn

import (
	"slices"
	"strings"
)

// recipe says which features a model has; it is part of the file.
type recipe struct {
	chars     int     // longest group of characters, 0 to 3
	words     int     // longest group of words, 0 to 2
	lead      float32 // additional weight of what stands in the first leadWords words
	leadWords int
}

// cutText is a text as the features see it: its characters, a 0 where something ends, and its words.
type cutText struct {
	runes []rune
	words []span
	lead  int // characters before this belong to the beginning
}

// cut brings a text into the form that features are taken from.
func (l *lexicon) cutText(t *Text, r recipe) cutText {
	if t.Words != nil {
		return cutWords(t.Words, r)
	}
	var c cutText
	for _, part := range [2]string{t.Title, t.Content} {
		l.cutPart(&c, part)
		if !l.closed {
			c.end()
		}
	}
	c.setLead(r)
	return c
}

// end marks that what follows is not next to what was before.
func (c *cutText) end() {
	if n := len(c.runes); n > 0 && c.runes[n-1] != 0 {
		c.runes = append(c.runes, 0)
	}
}

func (c *cutText) setLead(r recipe) {
	if n := min(r.leadWords, len(c.words)); n > 0 {
		c.lead = c.words[n-1].to
	}
}

func cutWords(words []string, r recipe) cutText {
	var c cutText
	for _, w := range words {
		from := len(c.runes)
		for _, x := range plain(w) {
			if classOf(x) != other {
				c.runes = append(c.runes, x)
			}
		}
		if len(c.runes) > from {
			c.words = append(c.words, span{from, len(c.runes), true})
		}
	}
	c.setLead(r)
	return c
}

// cutPart cuts the runs of Chinese characters by the lexicon; a Latin word or a number is one word.
func (l *lexicon) cutPart(c *cutText, part string) {
	var run []rune
	flush := func(k class) {
		if len(run) == 0 {
			return
		}
		if k == han {
			l.place(c, run)
		} else if !l.closed || l.has(run) {
			c.words = append(c.words, span{len(c.runes), len(c.runes) + len(run), true})
			c.runes = append(c.runes, run...)
		}
		run = run[:0]
	}
	was := other
	for _, x := range plain(part) {
		k := classOf(x)
		if k != was {
			flush(was)
			if k == other && !l.closed {
				c.end()
			}
		}
		if was = k; k != other {
			run = append(run, x)
		}
	}
	flush(was)
}

func (l *lexicon) has(run []rune) bool {
	h := oneWord.start()
	for _, x := range run {
		h = more(h, x)
	}
	node := l.find.find(h)
	return node >= 0 && l.cost[node] > 0
}

// place adds a run of Chinese characters; of a closed lexicon, only its words.
func (l *lexicon) place(c *cutText, run []rune) {
	for _, w := range l.cut(run, nil) {
		if l.closed && !w.known {
			continue
		}
		from := len(c.runes)
		c.runes = append(c.runes, run[w.from:w.to]...)
		c.words = append(c.words, span{from, len(c.runes), w.known})
	}
}

// seen is one occurrence of a feature: its hash and the characters that it covers.
type seen struct {
	hash     uint64
	from, to int
}

// features gives every occurrence of every feature of a text.
func (c *cutText) features(r recipe, facts []string, emit func(seen)) {
	for i := range c.runes {
		h1, h2, h3 := oneChar.start(), twoChars.start(), threeChars.start()
		for j := i; j < min(i+r.chars, len(c.runes)) && c.runes[j] != 0; j++ {
			x := c.runes[j]
			h1, h2, h3 = more(h1, x), more(h2, x), more(h3, x)
			emit(seen{[3]uint64{h1, h2, h3}[j-i], i, j + 1})
		}
	}
	if r.words > 0 {
		c.wordFeatures(r, emit)
	}
	sorted := slices.Clone(facts)
	slices.Sort(sorted)
	for i, f := range sorted {
		emit(seen{moreString(oneFact.start(), f), 0, 0})
		for _, g := range sorted[i+1:] {
			emit(seen{moreString(more(moreString(twoFacts.start(), f), 0), g), 0, 0})
		}
	}
}

func (c *cutText) wordFeatures(r recipe, emit func(seen)) {
	for i, w := range c.words {
		h, h2 := oneWord.start(), twoWords.start()
		for _, x := range c.runes[w.from:w.to] {
			h, h2 = more(h, x), more(h2, x)
		}
		emit(seen{h, w.from, w.to})
		if r.words < 2 || i+1 == len(c.words) {
			continue
		}
		next := c.words[i+1]
		h2 = more(h2, 0)
		for _, x := range c.runes[next.from:next.to] {
			h2 = more(h2, x)
		}
		emit(seen{h2, w.from, next.to})
	}
}

// string gives the characters of a part of the text.
func (c *cutText) string(from, to int) string {
	return strings.ReplaceAll(string(c.runes[from:to]), "\x00", "")
}

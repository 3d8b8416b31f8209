package learn

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Text is what is classified: a title and a content, or the same already cut into words, and facts beside it.
type Text struct {
	Title   string
	Content string
	Words   []string // where the text comes already cut; Title and Content are not looked at then
	Facts   []string // such as "area=620902"; each is a feature, and so is each pair
}

// Example is a text with the label that people gave it.
type Example struct {
	Text
	Label  string
	Group  string  // examples of one group never stand on both sides of a measurement; empty: alone
	Weight float32 // how much it counts; 0 is 1
}

// weight is how much the example counts.
func (e *Example) weight() float32 {
	if e.Weight == 0 {
		return 1
	}
	return e.Weight
}

// plain is the text with writing variants brought together: full-width and half-width, upper and lower case.
func plain(s string) string {
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	return strings.ToLower(s)
}

// class is what a character is to the features.
type class uint8

const (
	other class = iota // ends a run
	han
	letter
	digit
)

func classOf(r rune) class {
	switch {
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3400 && r <= 0x4dbf, r >= 0x20000 && r <= 0x3ffff:
		return han
	case r >= 'a' && r <= 'z':
		return letter
	case r >= '0' && r <= '9':
		return digit
	}
	return other
}

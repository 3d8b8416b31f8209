package check

import "yichuang/internal/finance/disclosed"

// Spot is something that a search through the text or the tables came upon.
type Spot struct {
	Text     string `expr:"text"`
	Stated   string `expr:"stated"`
	Computed string `expr:"computed"`
	Kind     string `expr:"kind"`
	Places   []disclosed.Place
	A        Num      `expr:"a"` // a stated figure, for rules that compare
	B        Num      `expr:"b"` // a computed one
	Unknown  string   // why it could not be judged
	Severity Severity // in the place of the rule's
	Outcome  Outcome  // in the place of fail
}

// at makes a spot at one place.
func at(p disclosed.Place, text, stated, computed string) *Spot {
	return &Spot{Text: text, Stated: stated, Computed: computed, Places: []disclosed.Place{p}}
}

func unknown(reason string) []*Spot { return []*Spot{{Unknown: reason}} }

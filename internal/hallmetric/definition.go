package hallmetric

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
)

// Rules is the version of the definitions; a figure that is frozen keeps it.
const Rules = "hall-metrics/3"

// Group is a part of the catalogue, as pages divide it.
type Group string

// The groups.
const (
	GroupSpeed   Group = "办件时效"
	GroupEase    Group = "便民程度"
	GroupSpecial Group = "特别程序"
	GroupVolume  Group = "办件数量"
	GroupItem    Group = "事项"
	GroupQueue   Group = "排队叫号"
	GroupRating  Group = "好差评"
	GroupAppeal  Group = "投诉和办不成事"
	GroupWatch   Group = "监察"
	GroupStaff   Group = "窗口人员"
)

// Groups lists the groups in the order of pages.
func Groups() []Group {
	return []Group{GroupSpeed, GroupEase, GroupSpecial, GroupVolume, GroupItem, GroupQueue, GroupRating, GroupAppeal, GroupWatch, GroupStaff}
}

// Measure (口径) describes a figure to readers.
type Measure struct {
	Code        string      `json:"code"`
	Label       string      `json:"label"`
	Group       Group       `json:"group"`
	Rule        string      `json:"rule"`   // how it is counted, in one sentence
	Source      string      `json:"source"` // which records it is counted from
	Numerator   string      `json:"numerator"`
	Denominator string      `json:"denominator,omitempty"`
	Excluded    string      `json:"excluded,omitempty"`
	Form        metric.Form `json:"form"`
	Unit        string      `json:"unit,omitempty"`
	Lower       bool        `json:"lower_is_better,omitempty"`
	// Percentile is set where the value is one of the sorted values of its records (nearest rank) and no quotient of sums.
	Percentile int64 `json:"percentile,omitempty"`
	// Sealed measures show this reader no records: they are another module's, which does not show them to him either.
	Sealed bool `json:"records_sealed,omitempty"`
}

// Mark is what one fact adds to a measure: it counts, with these weights on both sides, or is left out, or is nothing to it.
type Mark struct {
	Counts, Out bool
	Num, Den    int64
	Why         string // how it counts, or why it is left out
	words       func(f *Fact, n int64) string
}

// why words the mark of a fact. What is made of numbers is worded only here, for the few facts that are listed.
func (m *Mark) why(f *Fact) string {
	if m.words != nil {
		return m.words(f, m.Num)
	}
	return m.Why
}

// definition is a measure with its rule.
type definition struct {
	Measure
	basis Basis
	needs string // columns of a case that the rule looks at, beside those of its basis
	scale int64  // parts of one unit of the value: 60 where minutes add up to hours; 0 is 1
	judge func(f *Fact, now clock.Instant) Mark
	feed  *feed // of a measure that another module counts, instead of basis and judge
	// platform is what the measure makes of cases of the provincial platform.
	platform platformRule
	// records is the permission of the module whose records stand behind the measure; "" where PermRead is enough. months
	// keeps the figure from readers of less than the centre for less than a month, so that nobody can tell from a day with one
	// rating who gave it (invariant I10).
	records actor.Permission
	months  bool
}

// sealed reports whether the records behind the measure are kept from an actor: he must hold their module's permission on as
// much as he may count.
func (d *definition) sealed(a *actor.Actor) bool {
	return d.records != "" && a.Scope(d.records) < a.Scope(PermRead)
}

// nothing is the mark of a fact that a measure is not about.
var nothing = Mark{}

// out leaves a fact out with a reason.
func out(why string) Mark { return Mark{Out: true, Why: why} }

// yes counts a fact on both sides or on the denominator alone.
func yes(is bool, words ...string) Mark {
	m := Mark{Counts: true, Den: 1}
	if is {
		m.Num = 1
	}
	if len(words) == 2 {
		m.Why = words[1-m.Num]
	}
	return m
}

// adds counts a fact with a value; the denominator counts facts.
func adds(value int64, words func(f *Fact, n int64) string) Mark {
	return Mark{Counts: true, Num: value, Den: 1, words: words}
}

// said words a value with what stands before and after it.
func said(before string, text func(int64) string, after string) func(*Fact, int64) string {
	return func(_ *Fact, n int64) string { return before + text(n) + after }
}

func definitionOf(code string) (*definition, bool) {
	i := slices.IndexFunc(definitions, func(d definition) bool { return d.Code == code })
	if i < 0 {
		return nil, false
	}
	return &definitions[i], true
}

// Measures lists the catalogue.
func Measures() []Measure {
	out := make([]Measure, len(definitions))
	for i := range definitions {
		out[i] = definitions[i].Measure
	}
	return out
}

// MeasureOf finds a measure by its code.
func MeasureOf(code string) (Measure, bool) {
	d, ok := definitionOf(code)
	if !ok {
		return Measure{}, false
	}
	return d.Measure, true
}

// chosen gives the definitions of codes in their order, all where none is named.
func chosen(codes []string) ([]*definition, error) {
	var list []*definition
	for i := range definitions {
		if len(codes) == 0 {
			list = append(list, &definitions[i])
		}
	}
	for _, c := range codes {
		d, ok := definitionOf(c)
		if !ok {
			return nil, metric.ErrUnknown
		}
		list = append(list, d)
	}
	return list, nil
}

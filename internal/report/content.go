package report

import (
	"net/url"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/document/chart"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
)

// Source is what a number is bound to: a measure of the engine, or a slice of the accepted tickets.
type Source struct {
	Measure figure.Measure `json:"measure,omitempty"`
	Part    metric.Part    `json:"part,omitempty"`
	UnitID  string         `json:"unit,omitempty"`
	Period  metric.Period  `json:"period"`
	Slice   *figure.Slice  `json:"slice,omitempty"`
}

// Href is the address of the list of records behind the number.
func (s Source) Href() string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("from", s.Period.From.String())
	set("to", s.Period.To.String())
	if s.Slice == nil {
		set("m", string(s.Measure))
		set("part", string(s.Part))
		set("unit", s.UnitID)
		return "/overview/cohort?" + q.Encode()
	}
	set("kind", s.Slice.Kind)
	set("channel", s.Slice.Channel)
	set("category", s.Slice.Category)
	set("area", s.Slice.Area)
	set("unit", s.Slice.UnitID)
	set("word", s.Slice.Word)
	set("kept", s.Slice.Kept)
	set("none", s.Slice.None)
	if s.Slice.Exact {
		q.Set("exact", "1")
	}
	return "/reports/tickets?" + q.Encode()
}

// Value is one bound number or word of a bulletin, under the name by which its text calls it.
type Value struct {
	Key    string         `json:"key"`
	Text   string         `json:"text"`             // as those who work on the bulletin see it
	Public string         `json:"public,omitempty"` // as it is published, where that differs: small numbers of people
	Source *Source        `json:"source,omitempty"` // nil for words such as the period's name
	Figure *metric.Figure `json:"figure,omitempty"` // what is frozen when the bulletin is issued
	Cohort []byte         `json:"cohort,omitempty"` // which records the figure counted, also where it counted none
}

// Shown is the value as a reader of the published or the inner version sees it.
func (v Value) Shown(public bool) string {
	if public && v.Public != "" {
		return v.Public
	}
	return v.Text
}

// Cell is one cell of a table; it is bound like a value.
type Cell struct {
	Text   string  `json:"text"`
	Public string  `json:"public,omitempty"`
	Num    *int64  `json:"num,omitempty"` // where a spreadsheet should be able to sum it
	Source *Source `json:"source,omitempty"`
	Bold   bool    `json:"bold,omitempty"`
	Ticket string  `json:"ticket,omitempty"` // number of the ticket that the cell names
	Rows   int     `json:"rows,omitempty"`   // of a head: rows and columns that it spans
	Cols   int     `json:"cols,omitempty"`
}

// Shown is the cell as a reader sees it.
func (c Cell) Shown(public bool) string {
	return Value{Text: c.Text, Public: c.Public}.Shown(public)
}

// Table is a table of a bulletin.
type Table struct {
	Name string   `json:"name"`
	Head [][]Cell `json:"head"`
	Rows [][]Cell `json:"rows"`
	Note string   `json:"note,omitempty"`
	Wide bool     `json:"wide,omitempty"` // stands on a page turned to landscape
	// Inner tables name single tickets and are left out where the bulletin is published.
	Inner bool `json:"inner,omitempty"`
}

// Chart is a chart of a bulletin.
type Chart struct {
	Name  string      `json:"name"`
	Chart chart.Chart `json:"chart"`
}

// Content is everything that a bulletin's text can call: computed together, at one moment.
type Content struct {
	Cutoff clock.Instant `json:"cutoff"`
	Marks  []string      `json:"marks,omitempty"` // 不完整, 暂定
	Values []Value       `json:"values"`
	Tables []Table       `json:"tables"`
	Charts []Chart       `json:"charts"`
}

// Lookup finds a value by its key.
func (c *Content) Lookup(key string) (Value, bool) {
	for _, v := range c.Values {
		if v.Key == key {
			return v, true
		}
	}
	return Value{}, false
}

// Table finds a table by its name.
func (c *Content) Table(name string) (Table, bool) {
	for _, t := range c.Tables {
		if t.Name == name {
			return t, true
		}
	}
	return Table{}, false
}

// shown finds a table by its name, unless it is an inner one of a published bulletin.
func (b *Bulletin) shown(name string) (Table, bool) {
	t, ok := b.Content.Table(name)
	return t, ok && !(t.Inner && b.Published())
}

// Chart finds a chart by its name.
func (c *Content) Chart(name string) (Chart, bool) {
	for _, t := range c.Charts {
		if t.Name == name {
			return t, true
		}
	}
	return Chart{}, false
}

func (c *Content) add(v Value) { c.Values = append(c.Values, v) }

// word adds a bound word without records, such as a name or the period.
func (c *Content) word(key, text string) { c.add(Value{Key: key, Text: text}) }

// small is the number below which a group of people is not published: somebody could be recognised (hotline reference
// §5.4, M16).
const small = 5

const hiddenText = "不足 5"

// hide covers small numbers in a list of counts that add up to a whole that is published: all between 1 and 4, and where
// that is only one, the next smallest too, because the one could be found by subtraction.
func hide(counts []int64) []bool {
	out := make([]bool, len(counts))
	hidden, next := 0, -1
	for i, n := range counts {
		switch {
		case n > 0 && n < small:
			out[i] = true
			hidden++
		case n > 0 && (next < 0 || n < counts[next]):
			next = i
		}
	}
	if hidden == 1 && next >= 0 {
		out[next] = true
	}
	return out
}

// coverText is what stands for a hidden number: one that is hidden for another's sake is not small.
func coverText(n int64) string {
	if n < small {
		return hiddenText
	}
	return "*"
}

// quote makes a key safe inside braces.
func quote(key string) string { return "{" + strings.NewReplacer("{", "", "}", "").Replace(key) + "}" }

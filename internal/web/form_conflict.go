package web

import (
	"encoding/json"
	"strings"
)

// Stored is a field of a form as it is stored now. A form that has them sends along what it showed, so that two people
// who change one record see each other's work before one of them writes over it.
type Stored struct {
	Name, Label string
	Value       string              // as the form shows it
	Show        func(string) string // in words, where the value is a code; nil where it is not
}

// Difference is a field that somebody else has changed since the form was opened.
type Difference struct {
	Label     string
	Now, Mine [3]string // beginning and end that both have in common, and between them what differs
	Taken     bool      // the reader had not touched it, so the form shows what is stored now
}

// shownField is the hidden field with what a form showed.
const shownField = "shown"

// shownValues is what a form shows, for its hidden field.
func shownValues(stored []Stored) string {
	values := make(map[string]string, len(stored))
	for _, s := range stored {
		values[s.Name] = s.Value
	}
	b, err := json.Marshal(values)
	if err != nil {
		return ""
	}
	return string(b)
}

// Differences compares, field by field, what is stored now with what was typed: what only somebody else has changed is
// put into the form, what both have changed stays as it was typed and is told with both texts.
func (f *Form) Differences(stored []Stored) []Difference {
	var opened map[string]string
	if f == nil || !f.sent || json.Unmarshal([]byte(f.Raw(shownField)), &opened) != nil {
		return nil
	}
	var out []Difference
	for _, s := range stored {
		was, now, mine := tidyLines(opened[s.Name]), tidyLines(s.Value), f.Text(s.Name)
		if now == was || now == mine {
			continue
		}
		d := Difference{Label: s.Label, Taken: mine == was}
		if d.Taken {
			f.Put(s.Name, now)
		}
		if s.Show != nil {
			now, mine = s.Show(now), s.Show(mine)
		}
		d.Now, d.Mine = compared(now, mine)
		out = append(out, d)
	}
	return out
}

func tidyLines(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// compared cuts two texts into the beginning and the end that they share and what differs between them.
func compared(a, b string) (x, y [3]string) {
	ra, rb := []rune(a), []rune(b)
	from := 0
	for from < len(ra) && from < len(rb) && ra[from] == rb[from] {
		from++
	}
	to := 0
	for to < len(ra)-from && to < len(rb)-from && ra[len(ra)-1-to] == rb[len(rb)-1-to] {
		to++
	}
	cut := func(r []rune) [3]string {
		return [3]string{string(r[:from]), string(r[from : len(r)-to]), string(r[len(r)-to:])}
	}
	return cut(ra), cut(rb)
}

// ShowOption says a value of a select in the words of its options.
func ShowOption(options []Option) func(string) string {
	return func(value string) string {
		for _, o := range options {
			if o.Value == value {
				return strings.TrimLeft(o.Label, "　 ")
			}
		}
		return value
	}
}

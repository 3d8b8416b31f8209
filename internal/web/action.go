package web

import (
	"maps"
	"slices"
)

// Weight is how a button looks; a page has one Primary at most.
type Weight string

// The weights.
const (
	Plain       Weight = ""
	Primary     Weight = "primary"
	Dangerous   Weight = "danger"
	Unimportant Weight = "unimportant"
)

// Action is one thing that can be done now with a record (操作). With Post it is a form with one button; with Confirm it
// first asks, naming the thing, also without a script. Without Post it is a link, such as to a form page.
type Action struct {
	Label   string
	Href    string
	Icon    string
	Weight  Weight
	Post    bool
	Confirm string // the question, such as "确定作废工单 2026051400012？作废后不能恢复。"
	Version int64
	Hidden  map[string]string
	Key     string // keyboard key that presses it, "" for none
	Form    *Form  // what was typed into the fields of the confirmation and refused: it stands open
}

// Refusal says why an action is absent now (为什么).
type Refusal struct{ Label, Reason string }

func (a Action) class() string {
	// Written out, because the style sheet keeps only the classes that it finds.
	switch a.Weight {
	case Primary:
		return "btn btn-primary"
	case Dangerous:
		return "btn btn-danger"
	case Unimportant:
		return "btn btn-ghost-secondary"
	}
	return "btn"
}

// refused reports whether it was this action that was sent and refused.
func (a Action) refused() bool {
	f := a.Form.At(a.Href)
	if f.OK() {
		return false
	}
	for name, value := range a.Hidden {
		if f.Text(name) != value {
			return false
		}
	}
	return true
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

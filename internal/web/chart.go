package web

import (
	"encoding/json"
	"strings"
)

// ChartKind is the shape of a chart.
type ChartKind string

// The kinds that the bundle holds; others would not be drawn.
const (
	Bar     ChartKind = "bar"
	Line    ChartKind = "line"
	Pie     ChartKind = "pie"
	Stacked ChartKind = "stacked"
)

// Chart is a picture of figures. Its table stands below it, for those who would rather read, for screen readers and
// where there is no script. Note holds numerator and denominator; Href leads to the cohort.
type Chart struct {
	ID     string
	Title  string
	Kind   ChartKind
	Labels []string
	Series []Series
	Unit   string
	Note   string
	Href   string
	// Sideways draws bars from left to right, for long labels.
	Sideways bool
}

// Series is one line or set of bars.
type Series struct {
	Name   string    `json:"name"`
	Values []float64 `json:"values"`
	// Shown are the values as text, as the table prints them; the numbers themselves where it is empty.
	Shown []string `json:"-"`
	Light Light    `json:"light,omitempty"` // colours of 正常, 黄牌, 红牌
}

func (c Chart) data() map[string]any {
	return map[string]any{"kind": c.Kind, "labels": c.Labels, "series": c.Series, "unit": c.Unit, "sideways": c.Sideways}
}

func (s Series) text(i int) string {
	if i < len(s.Shown) {
		return s.Shown[i]
	}
	if i >= len(s.Values) {
		return "—"
	}
	b, err := json.Marshal(s.Values[i])
	if err != nil {
		return "—"
	}
	return GroupDigits(strings.TrimSuffix(string(b), ".0"))
}

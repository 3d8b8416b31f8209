// Package chart is a chart as figures, without any drawing: package docx and package xlsx turn it into a native chart
// that the reader's office program draws and can edit. It knows nothing of what the figures mean.
package chart

import (
	"fmt"
	"math"
)

// Kind is how a chart is drawn.
type Kind uint8

// The kinds.
const (
	Columns Kind = iota // upright, for a few categories
	Bars                // lying, for long names; the first category stands at the top
	Lines               // for a course of time
	Shares              // a ring of shares of a whole; one series
)

// Series is one set of values, one a category; math.NaN is a gap.
type Series struct {
	Name   string
	Values []float64
}

// Chart is a chart.
type Chart struct {
	Kind       Kind
	Title      string
	Categories []string
	Series     []Series
	Percent    bool   // the values are shares, 0.955 shown as 95.5%
	Unit       string // of the values, in words, such as 件; "" for none
	Alt        string // what the chart shows, for those who do not see it; the title where it is ""
}

// Check fails where series and categories do not fit together.
func (c Chart) Check() error {
	if len(c.Categories) == 0 || len(c.Series) == 0 {
		return fmt.Errorf("chart %q: nothing to draw", c.Title)
	}
	if c.Kind == Shares && len(c.Series) != 1 {
		return fmt.Errorf("chart %q: shares of %d series", c.Title, len(c.Series))
	}
	for _, s := range c.Series {
		if len(s.Values) != len(c.Categories) {
			return fmt.Errorf("chart %q: series %q has %d values for %d categories", c.Title, s.Name, len(s.Values), len(c.Categories))
		}
		for _, v := range s.Values {
			if math.IsInf(v, 0) {
				return fmt.Errorf("chart %q: series %q has an infinite value", c.Title, s.Name)
			}
		}
	}
	return nil
}

// Format is the number format of the values, as spreadsheets spell it.
func (c Chart) Format() string {
	if c.Percent {
		return "0.0%"
	}
	return "General"
}

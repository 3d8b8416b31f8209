package metric

import (
	"slices"
	"strconv"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Part is the part of a metric's cohort that a list shows.
type Part string

// The parts.
const (
	Numerator   Part = "num" // 分子: what meets the rule
	Denominator Part = "den" // 分母: what takes part
	Excluded    Part = "out" // 排除: what would take part and is left out by the rule
)

// Label is the part's Chinese name.
func (p Part) Label() string {
	return map[Part]string{Numerator: "分子", Denominator: "分母", Excluded: "排除"}[p]
}

// Valid reports whether there is such a part.
func (p Part) Valid() bool { return p.Label() != "" }

// Query asks for the records behind a figure (钻取). What a page of the answer lists is what the figure counted: a module
// makes both from one definition.
type Query struct {
	Metric  string `json:"metric"`
	Subject string `json:"subject,omitempty"`
	Period  Period `json:"period"`
	Part    Part   `json:"part"`
	After   string `json:"after,omitempty"` // cursor of the page before
	Limit   int    `json:"limit,omitempty"`
}

// Record is one record behind a figure.
type Record struct {
	ID      string        `json:"id"`
	No      string        `json:"no"` // the number that people use
	Title   string        `json:"title,omitempty"`
	Subject string        `json:"subject,omitempty"`
	At      clock.Instant `json:"at,omitzero"`   // the moment that puts it into the period
	Why     string        `json:"why,omitempty"` // why it is in this part, or left out
}

// Page is one page of a cohort with the cursor of the next, "" at the end, and the number of records in all.
type Page struct {
	Records []Record `json:"records"`
	Next    string   `json:"next,omitempty"`
	Total   int64    `json:"total"`
}

// ErrUnknown refuses a metric or a part that does not exist.
var ErrUnknown = errs.New(errs.NotFound, "metric.unknown", "没有这个统计口径。请从指标页进入。")

// Cohort collects which records a figure counted, in any order, for its fingerprint.
type Cohort struct{ lines []string }

// Add notes a record with the weight that it has in a part.
func (c *Cohort) Add(p Part, record string, weight int64) {
	c.lines = append(c.lines, string(p)+" "+strconv.FormatInt(weight, 10)+" "+record)
}

// Sum is the SM3 of the sorted list: two cohorts have the same sum only if they counted the same records.
func (c *Cohort) Sum() []byte {
	slices.Sort(c.lines)
	h := sm3.New()
	for _, l := range c.lines {
		h.Write([]byte(l))
		h.Write([]byte{'\n'})
	}
	return h.Sum(nil)
}

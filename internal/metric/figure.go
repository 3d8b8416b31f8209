package metric

import (
	"strconv"

	"yichuang/internal/clock"
)

// Form is how a figure's two integers make its value.
type Form string

// The forms.
const (
	Rate  Form = "rate"  // numerator ÷ denominator in percent
	Count Form = "count" // the numerator; the denominator is not used
	Mean  Form = "mean"  // numerator ÷ denominator, in the unit of the numerator
)

// Marks of a figure that is not final.
const (
	MarkIncomplete  = "不完整" // the period ends after the cutoff
	MarkProvisional = "暂定"  // something that was counted rests on what is not final, such as a missing calendar year
)

// Figure (数值) is one metric of one subject in one period, as things stood at the cutoff.
type Figure struct {
	Metric  string `json:"metric"`            // code of the metric, as its module names it
	Subject string `json:"subject,omitempty"` // whom it is about; "" for the whole
	Form    Form   `json:"form"`
	Unit    string `json:"unit,omitempty"` // of a Count or a Mean
	Ratio
	// Scale is how many parts a record has where records count in part: with 100, a weight of 0.8 is 80. 0 is 1.
	Scale       int64         `json:"scale,omitempty"`
	Excluded    int64         `json:"excluded"` // records that the rule leaves out
	Period      Period        `json:"period"`
	Cutoff      clock.Instant `json:"cutoff"`
	Provisional bool          `json:"provisional,omitempty"`
	Absent      string        `json:"absent,omitempty"` // why there is no value, where that is not an empty denominator
}

// Known reports whether there is a value.
func (f Figure) Known() bool { return f.Absent == "" && (f.Form == Count || f.Den > 0) }

// Incomplete reports whether the period ends after the cutoff (不完整).
func (f Figure) Incomplete() bool { return f.Period.End() > f.Cutoff }

// Marks lists the marks that must be shown beside the value.
func (f Figure) Marks() []string {
	var out []string
	if f.Incomplete() {
		out = append(out, MarkIncomplete)
	}
	if f.Provisional {
		out = append(out, MarkProvisional)
	}
	return out
}

// Text is the value as it is shown, None where there is none.
func (f Figure) Text() string {
	switch {
	case !f.Known():
		return None
	case f.Form == Count:
		return f.part(f.Num)
	case f.Form == Mean:
		return f.Quotient()
	}
	return f.Ratio.Text()
}

// NumText and DenText are the two sides as they are shown: whole numbers, or with decimals where records count in part.
func (f Figure) NumText() string { return f.part(f.Num) }

// DenText is the denominator as it is shown.
func (f Figure) DenText() string { return f.part(f.Den) }

func (f Figure) part(n int64) string {
	if f.Scale <= 1 {
		return strconv.FormatInt(n, 10)
	}
	if n%f.Scale == 0 {
		return strconv.FormatInt(n/f.Scale, 10)
	}
	return Ratio{n, f.Scale}.Quotient()
}

// Change (变化) is a figure against the same figure of another period.
type Change struct {
	Form Form `json:"form"`
	// Known is false where one of the two has no value; then there is nothing to show but None.
	Known bool `json:"known"`
	// Abs is the absolute change: a number for a Count, hundredths of a percentage point for a Rate, hundredths of the
	// unit for a Mean. It is the difference of the values as they are shown, so that a reader can check it.
	Abs int64 `json:"absolute"`
	// Rel is the change relative to the base; its denominator is 0 where the base is.
	Rel Ratio `json:"relative"`
}

// Compare sets a figure against its base, the same metric of an earlier period (环比, 同比).
func Compare(now, base Figure) Change {
	c := Change{Form: now.Form, Known: now.Known() && base.Known()}
	if !c.Known {
		return c
	}
	var from, to int64
	switch {
	case now.Form == Count && now.Scale > 1: // shown with decimals, so its change is as well
		c.Form = Mean
		from, _ = Ratio{base.Num, now.Scale}.Rounded(100)
		to, _ = Ratio{now.Num, now.Scale}.Rounded(100)
	case now.Form == Count:
		from, to = base.Num, now.Num
	case now.Form == Mean:
		from, _ = base.Rounded(100)
		to, _ = now.Rounded(100)
	default:
		from, _ = base.Basis()
		to, _ = now.Basis()
	}
	c.Abs, c.Rel = to-from, Ratio{to - from, from}
	return c
}

// AbsText is the absolute change with its sign: +12, +1.25 个百分点, or None.
func (c Change) AbsText() string {
	switch {
	case !c.Known:
		return None
	case c.Form == Count:
		return plus(c.Abs) + strconv.FormatInt(c.Abs, 10)
	case c.Form == Mean:
		return plus(c.Abs) + Hundredths(c.Abs)
	}
	return plus(c.Abs) + Hundredths(c.Abs) + " 个百分点"
}

// RelText is the relative change with its sign, None where the base is 0.
func (c Change) RelText() string {
	if !c.Known || c.Rel.Den <= 0 {
		return None
	}
	return plus(c.Rel.Num) + c.Rel.Text()
}

func plus(n int64) string {
	if n > 0 {
		return "+"
	}
	return ""
}

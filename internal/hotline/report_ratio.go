package hotline

import (
	"strconv"

	"yichuang/internal/clock"
)

// Ratio (比率) is a published rate with the two integers that it was computed from. Where nothing was due the
// denominator is 0 and the rate is not assessed: it is shown as —, never as 0 or 100 (hotline reference §5.4).
type Ratio struct {
	Num int64 `json:"numerator"`
	Den int64 `json:"denominator"`
}

func (r *Ratio) add(x Ratio) { r.Num, r.Den = r.Num+x.Num, r.Den+x.Den }

// Basis gives the rate in hundredths of a percent, rounded half up, and whether there is one.
func (r Ratio) Basis() (int64, bool) {
	if r.Den <= 0 {
		return 0, false
	}
	return (r.Num*20000 + r.Den) / (2 * r.Den), true
}

// Text is the rate in percent with two decimals, such as 75.00%, or — where nothing was due.
func (r Ratio) Text() string {
	n, ok := r.Basis()
	if !ok {
		return "—"
	}
	frac := strconv.FormatInt(n%100, 10)
	if len(frac) < 2 {
		frac = "0" + frac
	}
	return strconv.FormatInt(n/100, 10) + "." + frac + "%"
}

// Span (统计期间) is a period of whole days in Beijing time, from the first day to the day after the last.
type Span struct {
	From clock.Date `json:"from"`
	To   clock.Date `json:"to"`
}

// MonthOf is the calendar month that a day lies in.
func MonthOf(d clock.Date) Span {
	from := clock.Day(d.Year(), d.Month(), 1)
	return Span{from, clock.Day(d.Year(), d.Month()+1, 1)}
}

// Valid reports whether the span has at least one day.
func (s Span) Valid() bool { return !s.From.IsZero() && !s.To.IsZero() && s.From < s.To }

func (s Span) start() clock.Instant { return s.From.Start() }
func (s Span) end() clock.Instant   { return s.To.Start() }

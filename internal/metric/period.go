package metric

import (
	"fmt"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Period (统计期间) is a span of whole days in Beijing time, half-open: from the first day to the day after the last.
type Period struct {
	From clock.Date `json:"from"`
	To   clock.Date `json:"to"`
}

// ErrPeriod refuses a period that has no day.
var ErrPeriod = errs.New(errs.Invalid, "metric.period", "统计期间不对：开始日期应早于结束日期。请重新选择。")

// Day is the period of one day.
func Day(d clock.Date) Period { return Period{d, d + 1} }

// Week is the week from Monday to Sunday that a day lies in.
func Week(d clock.Date) Period {
	from := d - clock.Date((int(d.Weekday())+6)%7)
	return Period{from, from + 7}
}

// Month is the calendar month that a day lies in.
func Month(d clock.Date) Period { return months(d.Year(), d.Month(), 1) }

// Quarter is the quarter of the year that a day lies in.
func Quarter(d clock.Date) Period { return months(d.Year(), (d.Month()-1)/3*3+1, 3) }

// Year is the calendar year that a day lies in.
func Year(d clock.Date) Period { return months(d.Year(), 1, 12) }

func months(year int, month time.Month, n int) Period {
	return Period{clock.Day(year, month, 1), clock.Day(year, month+time.Month(n), 1)}
}

// ParseMonth reads 2026-05.
func ParseMonth(text string) (Period, error) {
	d, err := clock.ParseDate(text + "-01")
	if err != nil {
		return Period{}, ErrPeriod.Say("“%s”不是月份，请写成 2026-05 的样子。", text)
	}
	return Month(d), nil
}

// Valid reports whether the period has at least one day.
func (p Period) Valid() bool { return !p.From.IsZero() && !p.To.IsZero() && p.From < p.To }

// Start is the first moment of the period.
func (p Period) Start() clock.Instant { return p.From.Start() }

// End is the first moment after the period.
func (p Period) End() clock.Instant { return p.To.Start() }

// Last is the last day of the period.
func (p Period) Last() clock.Date { return p.To - 1 }

// Contains reports whether a moment lies in the period.
func (p Period) Contains(at clock.Instant) bool { return at >= p.Start() && at < p.End() }

// length gives the number of calendar months that the period is made of, 0 where it is made of days.
func (p Period) length() int {
	for _, n := range []int{1, 3, 6, 12} {
		if p == months(p.From.Year(), p.From.Month(), n) && (int(p.From.Month())-1)%n == 0 {
			return n
		}
	}
	return 0
}

// Previous is the period before, of the same kind: the month before a month, as many days before any other span.
func (p Period) Previous() Period {
	if n := p.length(); n > 0 {
		return months(p.From.Year(), p.From.Month()-time.Month(n), n)
	}
	return Period{p.From - (p.To - p.From), p.From}
}

// YearBefore is the same period a year earlier (同期).
func (p Period) YearBefore() Period {
	back := func(d clock.Date) clock.Date { return clock.Day(d.Year()-1, d.Month(), d.DayOfMonth()) }
	return Period{back(p.From), back(p.To)}
}

// String names the period as reports do: 2026年5月, 2026年第2季度, 2026年, or its first and last day.
func (p Period) String() string {
	y, m := p.From.Year(), int(p.From.Month())
	switch p.length() {
	case 1:
		return fmt.Sprintf("%d年%d月", y, m)
	case 3:
		return fmt.Sprintf("%d年第%d季度", y, (m+2)/3)
	case 6:
		return fmt.Sprintf("%d年%s半年", y, map[bool]string{true: "上", false: "下"}[m == 1])
	case 12:
		return fmt.Sprintf("%d年", y)
	}
	if p.To == p.From+1 {
		return p.From.String()
	}
	return p.From.String() + " 至 " + p.Last().String()
}

package calendar

import (
	"time"

	"yichuang/internal/clock"
)

// AddMonths is the same day n months later, or the last day of a shorter month (民法典 art. 202).
func AddMonths(d clock.Date, n int) clock.Date {
	month := int(d.Month()) - 1 + n
	first := clock.Day(d.Year()+month/12, time.Month(month%12+1), 1)
	next := clock.Day(d.Year()+(month+1)/12, time.Month((month+1)%12+1), 1)
	return min(first+clock.Date(d.DayOfMonth()-1), next-1)
}

// LastDayOfTerm is the last day of what is valid for n months from its first day on: the day before the same day n months later,
// or the last day of a month that has no such day. From 1 March for three years it is the last day of February.
func LastDayOfTerm(first clock.Date, n int) clock.Date {
	end := AddMonths(first, n)
	if end.DayOfMonth() < first.DayOfMonth() {
		return end
	}
	return end - 1
}

// ApplyBy is the last day on which an application is in time that must come so many days before something ends, that day not
// counted (行政许可法 art. 50: 届满三十日前).
func ApplyBy(last clock.Date, days int) clock.Date { return last - clock.Date(days) }

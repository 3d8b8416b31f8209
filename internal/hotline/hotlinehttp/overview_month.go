package hotlinehttp

import (
	"fmt"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// errMonth refuses a month that is none, or has not begun.
var errMonth = errs.New(errs.Invalid, "hotline.month", "月份应写成 2026-05，而且不晚于本月。请从列表中选择。")

// monthsBack is how many months the choice offers, this one included.
const monthsBack = 24

// overviewMonth reads a month as 2026-05; "" is the month of today.
func overviewMonth(text string, today clock.Date) (metric.Period, error) {
	if text == "" {
		return metric.Month(today), nil
	}
	first, err := clock.ParseDate(text + "-01")
	if err != nil || first > today || first.Year() < 1992 {
		return metric.Period{}, errMonth
	}
	return metric.Month(first), nil
}

// monthValue writes a month as overviewMonth reads it.
func monthValue(p metric.Period) string { return p.From.String()[:7] }

// monthOptions are this month and those before it.
func monthOptions(today clock.Date) []web.Option {
	var out []web.Option
	for i := range monthsBack {
		first := time.Date(today.Year(), today.Month()-time.Month(i), 1, 0, 0, 0, 0, time.UTC)
		o := web.Option{Value: first.Format("2006-01"), Label: fmt.Sprintf("%d 年 %d 月", first.Year(), first.Month())}
		if i == 0 {
			o.Label += "（本月）"
		}
		out = append(out, o)
	}
	return out
}

// thisMonth reports whether the figures are of the month that goes on.
func thisMonth(o figure.Overview) bool { return o.Month == metric.Month(o.At.Date()) }

// monthWord names the month of the figures: 本月, or 2026 年 3 月.
func monthWord(o figure.Overview) string {
	if thisMonth(o) {
		return "本月"
	}
	return fmt.Sprintf("%d 年 %d 月", o.Month.From.Year(), o.Month.From.Month())
}

// yearWord names the year of the month.
func yearWord(o figure.Overview) string {
	if o.Month.From.Year() == o.At.Date().Year() {
		return "今年"
	}
	return fmt.Sprintf("%d 年", o.Month.From.Year())
}

// flowWords name the three spans of the flows.
func flowWords(o figure.Overview) []string { return []string{"今天", monthWord(o), yearWord(o)} }

// flowSpans are the days of the three spans, none of them yet to come.
func flowSpans(o figure.Overview) [3]metric.Period {
	today := o.At.Date()
	until := func(p metric.Period) metric.Period { return metric.Period{From: p.From, To: min(p.To, today+1)} }
	return [3]metric.Period{{From: today, To: today + 1}, until(o.Month), until(metric.Year(o.Month.From))}
}

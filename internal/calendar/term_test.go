package calendar_test

import (
	"testing"
	"time"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
)

func TestTermsEndOnTheDayBefore(t *testing.T) {
	for _, tc := range []struct {
		first  string
		months int
		want   string
	}{{"2025-09-01", 36, "2028-08-31"}, {"2025-09-15", 12, "2026-09-14"}, {"2025-03-01", 36, "2028-02-29"}, {"2024-02-29", 12, "2025-02-28"}, {"2025-01-31", 1, "2025-02-28"}, {"2025-01-01", 60, "2029-12-31"}, {"2025-11-30", 3, "2026-02-28"}} {
		if got := calendar.LastDayOfTerm(clock.MustDate(tc.first), tc.months); got != clock.MustDate(tc.want) {
			t.Errorf("%s for %d months: %s, want %s", tc.first, tc.months, got, tc.want)
		}
	}
	// A term and the next one of the same length meet without a gap or an overlap, wherever the first began on an ordinary day.
	for d := clock.MustDate("2025-01-01"); d < clock.MustDate("2026-01-01"); d++ {
		if d.DayOfMonth() > 28 {
			continue
		}
		one := calendar.LastDayOfTerm(d, 12)
		if two := calendar.LastDayOfTerm(one+1, 12); two != calendar.LastDayOfTerm(d, 24) {
			t.Errorf("from %s two terms end %s, one of twice the length %s", d, two, calendar.LastDayOfTerm(d, 24))
		}
	}
}

func TestRenewalIsAppliedForThirtyDaysBefore(t *testing.T) {
	if got := calendar.ApplyBy(clock.MustDate("2028-08-31"), 30); got != clock.MustDate("2028-08-01") {
		t.Errorf("the last day is %s", got)
	}
}

func TestMonthsEndWithTheMonth(t *testing.T) {
	for _, tc := range []struct {
		from string
		n    int
		want string
	}{{"2025-01-31", 1, "2025-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2025-03-15", 12, "2026-03-15"}, {"2025-12-31", 2, "2026-02-28"}, {"2025-10-31", 1, "2025-11-30"}, {"2025-11-30", 1, "2025-12-30"}} {
		if got := calendar.AddMonths(clock.MustDate(tc.from), tc.n); got != clock.MustDate(tc.want) {
			t.Errorf("%s and %d months: %s, want %s", tc.from, tc.n, got, tc.want)
		}
	}
	for d := clock.Day(2023, time.January, 1); d < clock.Day(2025, time.January, 1); d++ {
		next := calendar.AddMonths(d, 1)
		if next <= d || next-d > 31 {
			t.Fatalf("a month after %s is %s", d, next)
		}
	}
}

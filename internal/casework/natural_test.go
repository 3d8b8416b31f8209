package casework

import (
	"math/rand/v2"
	"testing"
	"time"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/item"
)

// walked counts a limit in days, months or years once more, one day after the other, from the calendar of months alone: when it ends.
func walked(cal *calendar.Calendar, k *Clock, day clock.Date) (end clock.Date) {
	still := func(d clock.Date) bool {
		for _, s := range k.day.Suspensions {
			to := s.End
			if s.Open() {
				to = day + 1
			}
			if s.Start <= d && d < to {
				return true
			}
		}
		return false
	}
	left := k.day.Budget
	if months := map[item.LimitUnit]int{item.Month: 1, item.Year: 12}[k.Unit] * k.day.Budget; months > 0 {
		a := k.day.Anchor
		same := time.Date(a.Year(), a.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, months, 0)
		last := same.AddDate(0, 1, -1).Day()
		same = same.AddDate(0, 0, min(a.DayOfMonth(), last)-1)
		left = int(same.Sub(time.Date(a.Year(), a.Month(), a.DayOfMonth(), 0, 0, 0, 0, time.UTC)).Hours() / 24)
	}
	for end = k.day.Anchor; left > 0; {
		if end++; !still(end) {
			left--
		}
	}
	for d, used := end+1, end; d < used+400; d++ { // a procedure that began on the days off behind the last one, before the end
		if still(d) {
			end++
		}
	}
	for !cal.IsWorkday(end) {
		end++
	}
	for extra := k.day.Extra; extra > 0; {
		if end++; cal.IsWorkday(end) {
			extra--
		}
	}
	return end
}

// I4 in the unit of the limit: over random limits in days, months and years, with procedures and extensions, consumed and left are the
// budget on every day, the budget does not change while the clock runs, each day belongs to one of used, removed and over, and the end
// is where a walk from day to day ends.
func TestNaturalLimitsAddUp(t *testing.T) {
	cal := calendar.Embedded("622901")
	rnd := rand.New(rand.NewPCG(4, 27))
	longest := map[item.LimitUnit]int{item.Day: 90, item.Month: 6, item.Year: 1}
	for n := range 400 {
		unit := []item.LimitUnit{item.Day, item.Month, item.Year}[n%3]
		k := &Clock{Unit: unit, Running: true, day: calendar.DayClock{Anchor: clock.MustDate("2025-01-06") + clock.Date(rnd.IntN(120)), Budget: 1 + rnd.IntN(longest[unit])}}
		if err := k.project(cal, k.day.Anchor); err != nil {
			t.Fatal(err)
		}
		span := int(calendar.LastDay(k.Due) - k.day.Anchor)
		for at := k.day.Anchor + clock.Date(rnd.IntN(span)+1); rnd.IntN(3) > 0 && at <= calendar.LastDay(k.Due); at += clock.Date(1 + rnd.IntN(20)) {
			s := calendar.Suspension{Start: at, End: at + clock.Date(rnd.IntN(15)), Notice: at, Type: "testing"}
			if err := k.suspend(cal, at, s); err != nil {
				t.Fatal(n, err)
			}
			if err := k.project(cal, at); err != nil {
				t.Fatal(err)
			}
			at = s.End
		}
		if rnd.IntN(3) == 0 {
			if err := k.extend(cal, k.day.Anchor, 10); err != nil {
				t.Fatal(err)
			}
			if err := k.project(cal, k.day.Anchor); err != nil {
				t.Fatal(err)
			}
		}
		end := walked(cal, k, k.day.Anchor)
		if calendar.LastDay(k.Due) != end {
			t.Fatalf("%d: %+v in %s ends %s, walked %s", n, k.day, unit, calendar.LastDay(k.Due), end)
		}
		budget := k.Consumed(cal, k.day.Anchor).Budget
		for day := k.day.Anchor; day < end+5; day++ {
			c := k.Consumed(cal, day)
			if c.Used+c.Left != c.Budget || c.Budget != budget || c.Used < 0 || c.Left < 0 || c.Removed < 0 || c.Counted != item.Day {
				t.Fatalf("%d on %s: %+v of %d", n, day, c, budget)
			}
			if (c.Over > 0) != (day > end) || day == end && c.Left != 0 {
				t.Fatalf("%d on %s, ends %s: %+v", n, day, end, c)
			}
			if gone := int(day - k.day.Anchor); day <= end && c.Left > 0 && c.Used+c.Removed != gone {
				t.Fatalf("%d on %s: %d days are gone, %+v", n, day, gone, c)
			}
		}
	}
}

// Known days: a month from 31 January ends with February, what stood still is added in natural days, and the end moves on from a day off.
func TestNaturalLimitsOfKnownDays(t *testing.T) {
	cal := calendar.Embedded("622901")
	for _, x := range []struct {
		anchor string
		limit  item.Limit
		stop   [2]string
		on     string
		end    string
		want   Consumption
	}{
		{"2025-02-28", item.Limit{N: 1, Unit: item.Month}, [2]string{}, "2025-03-10", "2025-03-28", Consumption{item.Day, 28, 10, 18, 0, 0}},
		{"2025-03-31", item.Limit{N: 1, Unit: item.Month}, [2]string{}, "2025-04-30", "2025-04-30", Consumption{item.Day, 30, 30, 0, 0, 0}},
		{"2025-03-03", item.Limit{N: 30, Unit: item.Day}, [2]string{"2025-03-10", "2025-03-15"}, "2025-03-20", "2025-04-07", Consumption{item.Day, 30, 12, 18, 5, 0}}, // 35 days: Monday 04-07
		{"2025-03-03", item.Limit{N: 12, Unit: item.Day}, [2]string{}, "2025-03-18", "2025-03-17", Consumption{item.Day, 12, 12, 0, 0, 1}},                            // ends Saturday 03-15
		{"2025-03-03", item.Limit{N: 12, Unit: item.Day}, [2]string{}, "2025-03-16", "2025-03-17", Consumption{item.Day, 12, 12, 0, 0, 0}},
	} {
		k := &Clock{Unit: x.limit.Unit, Running: true, day: calendar.DayClock{Anchor: clock.MustDate(x.anchor), Budget: x.limit.N}}
		if x.stop[0] != "" {
			k.day.Suspensions = []calendar.Suspension{{Start: clock.MustDate(x.stop[0]), End: clock.MustDate(x.stop[1])}}
		}
		if err := k.project(cal, k.day.Anchor); err != nil {
			t.Fatal(err)
		}
		if got := k.Consumed(cal, clock.MustDate(x.on)); got != x.want || calendar.LastDay(k.Due).String() != x.end {
			t.Errorf("%s %+v on %s: %+v, ends %s", x.anchor, x.limit, x.on, got, calendar.LastDay(k.Due))
		}
	}
}

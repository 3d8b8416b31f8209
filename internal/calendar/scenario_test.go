package calendar

import (
	"errors"
	"reflect"
	"testing"

	"yichuang/internal/clock"
)

func at(s string) clock.Instant { return clock.MustInstant(s) }
func day(s string) clock.Date   { return clock.MustDate(s) }

func days(list ...string) []clock.Date {
	out := make([]clock.Date, len(list))
	for i, s := range list {
		out[i] = day(s)
	}
	return out
}

func limit(t *testing.T, s string) Limit {
	t.Helper()
	l, err := ParseLimit(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func wantDue(t *testing.T, got clock.Instant, want string) {
	t.Helper()
	if FormatDue(got) != want {
		t.Errorf("due %s, want %s", FormatDue(got), want)
	}
}

// The hotline's acceptance scenarios 1 to 5 on the official calendar of 2026 with 建州纪念日.
func TestHotlineDueScenarios(t *testing.T) {
	here, outside := Embedded("622901"), Embedded("620102")
	for _, tc := range []struct {
		name, from, limit, want string
		calendar                *Calendar
		days                    []clock.Date
	}{
		{"1 make-up Saturday", "2026-05-08 16:30", "5wd", "2026-05-14 周四 18:00", here, days("2026-05-09", "2026-05-11", "2026-05-12", "2026-05-13", "2026-05-14")},
		{"2 spring festival", "2026-02-13 16:30", "5wd", "2026-02-27 周五 18:00", here, days("2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27")},
		{"3 make-up Sunday", "2026-09-18 16:30", "5wd", "2026-09-24 周四 18:00", here, days("2026-09-20", "2026-09-21", "2026-09-22", "2026-09-23", "2026-09-24")},
		{"3 sign on make-up Saturday", "2026-10-09 10:00", "1wd", "2026-10-10 周六 18:00", here, days("2026-10-10")},
		{"4 founding day", "2026-11-16 10:00", "5wd", "2026-11-24 周二 18:00", here, days("2026-11-17", "2026-11-18", "2026-11-20", "2026-11-23", "2026-11-24")},
		{"4 outside the prefecture", "2026-11-16 10:00", "5wd", "2026-11-23 周一 18:00", outside, days("2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-23")},
		{"5 work minutes over a make-up day", "2026-05-08 16:30", "240wm", "2026-05-09 周六 11:00", here, days("2026-05-08", "2026-05-09")},
		{"5 work minutes from a holiday", "2026-05-02 10:00", "240wm", "2026-05-06 周三 15:00", here, days("2026-05-06")},
		{"6 natural minutes on a holiday", "2026-10-04 02:10", "15m", "2026-10-04 周日 02:25", here, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			due := tc.calendar.Due(limit(t, tc.limit), at(tc.from), "")
			wantDue(t, due.At, tc.want)
			if !reflect.DeepEqual(due.Days, tc.days) {
				t.Errorf("days %v, want %v", due.Days, tc.days)
			}
			if due.Provisional {
				t.Error("provisional in a published year")
			}
		})
	}
}

// Scenario 6: the red card of a limit in natural minutes falls at its end, holiday or not.
func TestHotlineRedCardOfEmergency(t *testing.T) {
	c := Embedded("622901")
	due := c.Due(Minutes(15), at("2026-10-04 02:10"), "")
	cards := c.Cards(due.Limit, due.At, "")
	if cards.Red != at("2026-10-04 02:25") || cards.Yellow != 0 {
		t.Errorf("cards %+v", cards)
	}
	if r := c.Remaining(UnitMinute, at("2026-10-04 02:26"), due.At, ""); r.Text() != "超 1 分钟" {
		t.Errorf("remaining %q", r.Text())
	}
}

// Scenario 7: a year without a calendar gives a provisional end; loading the year moves it.
func TestHotlineProvisionalYear(t *testing.T) {
	c := Embedded("622901")
	due := c.Due(Workdays(5), at("2026-12-30 10:00"), "")
	wantDue(t, due.At, "2027-01-06 周三 18:00")
	if !due.Provisional || !reflect.DeepEqual(due.Missing, []int{2027}) {
		t.Errorf("provisional %v, missing %v", due.Provisional, due.Missing)
	}
	years := []LayerYear{{Layer: National, Year: 2027, Days: []LayerDay{{Date: day("2027-01-01"), Kind: Off, Name: "元旦"}}}}
	for _, y := range seedFor("622901") {
		years = append(years, y.LayerYear)
	}
	loaded, err := New(Spec{Area: "622901", Years: years})
	if err != nil {
		t.Fatal(err)
	}
	due = loaded.Due(Workdays(5), at("2026-12-30 10:00"), "")
	wantDue(t, due.At, "2027-01-07 周四 18:00")
	if due.Provisional {
		t.Error("still provisional after the year was loaded")
	}
}

// Scenario 8: the extension counts from the old end; the second is refused.
func TestHotlineExtension(t *testing.T) {
	c := Embedded("622901")
	due := c.Due(Workdays(5), at("2026-05-08 16:30"), "")
	asked := at("2026-05-14 17:50")
	if err := CheckExtension(due.At, asked, 0, 1); err != nil {
		t.Fatal(err)
	}
	wantDue(t, c.Extend(due.At, Workdays(5), "").At, "2026-05-21 周四 18:00")
	if err := CheckExtension(due.At, asked, 1, 1); !errors.Is(err, ErrAlreadyExtended) {
		t.Errorf("second extension: %v", err)
	}
	if err := CheckExtension(due.At, due.At+1, 0, 1); !errors.Is(err, ErrAfterDue) {
		t.Errorf("late extension: %v", err)
	}
	p := c.Project(Course{Limit: Workdays(5), From: at("2026-05-08 16:30"), Turns: []Turn{{Kind: TurnExtend, By: Workdays(5)}}}, "")
	wantDue(t, p.At, "2026-05-21 周四 18:00")
	wantDue(t, p.First, "2026-05-14 周四 18:00")
}

// Scenario 9: two working days were left when the clock stopped; they count from the day after it goes on.
func TestHotlineSuspension(t *testing.T) {
	c := Embedded("622901")
	due := c.Due(Workdays(5), at("2026-05-08 16:30"), "")
	p, err := c.Suspend(due.Limit, due.At, at("2026-05-12 10:00"), "")
	if err != nil || p.Left != 2 {
		t.Fatalf("left %d, %v", p.Left, err)
	}
	again, err := c.Resume(p, at("2026-05-18 09:00"), "")
	if err != nil {
		t.Fatal(err)
	}
	wantDue(t, again.At, "2026-05-20 周三 18:00")
	projected := c.Project(Course{Limit: due.Limit, From: due.From, Turns: []Turn{
		{Kind: TurnSuspend, At: at("2026-05-12 10:00")}, {Kind: TurnResume, At: at("2026-05-18 09:00")},
	}}, "")
	if projected.At != again.At || projected.Suspended {
		t.Errorf("projected %s, suspended %v", FormatDue(projected.At), projected.Suspended)
	}
	if want := days("2026-05-09", "2026-05-11", "2026-05-12", "2026-05-19", "2026-05-20"); !reflect.DeepEqual(projected.Days, want) {
		t.Errorf("days %v, want %v", projected.Days, want)
	}
	if _, err := c.Suspend(due.Limit, due.At, due.At+1, ""); !errors.Is(err, ErrAfterDue) {
		t.Errorf("suspension after the end: %v", err)
	}
	if _, err := c.Resume(p, p.At-1, ""); !errors.Is(err, ErrBackdated) {
		t.Errorf("resumption before the pause: %v", err)
	}
}

// fixtureF is the calendar of the hall's scenarios, with more days off at will.
func fixtureF(t *testing.T, off ...string) *Calendar {
	t.Helper()
	y := LayerYear{Layer: National, Year: 2025, Days: []LayerDay{
		{Date: day("2025-09-28"), Kind: Work, Name: "国庆节"}, {Date: day("2025-10-11"), Kind: Work, Name: "国庆节"},
	}}
	for d := day("2025-10-01"); d <= day("2025-10-08"); d++ {
		y.Days = append(y.Days, LayerDay{Date: d, Kind: Off, Name: "国庆节"})
	}
	local := LayerYear{Layer: Prefecture, Area: "6229", Year: 2025}
	for _, s := range off {
		local.Days = append(local.Days, LayerDay{Date: day(s), Kind: Off, Name: "地方放假"})
	}
	c, err := New(Spec{Area: "622901", Years: []LayerYear{y, local, {Layer: National, Year: 2026}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wantLast(t *testing.T, c *Calendar, k DayClock, today, want string) {
	t.Helper()
	if got := k.Due(c, day(today)).LastDay(); got != day(want) {
		t.Errorf("last day %s, want %s", got, want)
	}
}

// Hall scenario 1: promise and statutory limits over the National Day, extension, refusal after the end.
func TestHallHolidayArithmetic(t *testing.T) {
	c := fixtureF(t, "2025-11-19")
	accepted := at("2025-09-26 15:00").Date()
	promise, statutory := DayClock{Anchor: accepted, Budget: 10}, DayClock{Anchor: accepted, Budget: 20}
	wantLast(t, c, promise, "2025-09-26", "2025-10-16")
	wantLast(t, c, statutory, "2025-09-26", "2025-10-30")
	wantDue(t, promise.Due(c, accepted).At, "2025-10-16 周四 24:00")
	longer, err := statutory.Extend(c, day("2025-10-29"), 10)
	if err != nil {
		t.Fatal(err)
	}
	wantLast(t, c, longer, "2025-10-29", "2025-11-13")
	wantLast(t, c, promise, "2025-10-29", "2025-10-16")
	if _, err := statutory.Extend(c, day("2025-10-31"), 10); !errors.Is(err, ErrAfterDue) {
		t.Errorf("extension on 10-31: %v", err)
	}
	if _, err := longer.Extend(c, day("2025-10-30"), 10); !errors.Is(err, ErrAlreadyExtended) {
		t.Errorf("second extension: %v", err)
	}
}

// Hall scenario 2: the five days for asking for corrections, then the promise.
func TestHallDeemedAccepted(t *testing.T) {
	c := fixtureF(t, "2025-11-19")
	received := day("2025-11-14")
	wantDue(t, DayClock{Anchor: received, Budget: 5}.Due(c, received).At, "2025-11-24 周一 24:00")
	wantDue(t, c.Due(Workdays(5).AtEndOfDay(), at("2025-11-14 10:00"), "").At, "2025-11-24 周一 24:00")
	wantLast(t, fixtureF(t), DayClock{Anchor: received, Budget: 5}, "2025-11-14", "2025-11-21")
	wantLast(t, c, DayClock{Anchor: received, Budget: 10}, "2025-11-14", "2025-12-01")
}

// Hall scenarios 4 and 5: what suspensions take away, and what is refused.
func TestHallSuspensions(t *testing.T) {
	c := fixtureF(t, "2025-11-19")
	promise := DayClock{Anchor: day("2025-09-26"), Budget: 10}
	today := day("2025-10-09")
	s := Suspension{Start: today, Expected: day("2025-10-15"), Notice: today, Type: "检测"}
	open, err := promise.Suspend(c, today, s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open.Suspend(c, today, s); !errors.Is(err, ErrOpenSuspension) {
		t.Errorf("second open suspension: %v", err)
	}
	closed, err := open.Resume(day("2025-10-13"), day("2025-10-13"))
	if err != nil {
		t.Fatal(err)
	}
	if got := closed.Removed(c, day("2025-10-13")); !reflect.DeepEqual(got, days("2025-10-09", "2025-10-10", "2025-10-11")) {
		t.Errorf("removed %v", got)
	}
	wantLast(t, c, closed, "2025-10-13", "2025-10-21")
	same, err := open.Resume(today, today)
	if err != nil {
		t.Fatal(err)
	}
	wantLast(t, c, same, "2025-10-09", "2025-10-16")
	for name, tc := range map[string]struct {
		today string
		s     Suspension
		want  error
	}{
		"no notice":   {"2025-10-09", Suspension{Start: today, Expected: today + 3}, ErrNoticeRequired},
		"late notice": {"2025-10-09", Suspension{Start: today, Expected: today + 3, Notice: today + 1}, ErrNoticeRequired},
		"backdated":   {"2025-10-20", Suspension{Start: day("2025-09-26"), End: day("2025-10-20"), Notice: day("2025-09-26")}, ErrBackdated},
		"after due":   {"2025-10-20", Suspension{Start: day("2025-10-20"), Expected: day("2025-10-22"), Notice: day("2025-10-20")}, ErrAfterDue},
		"no end":      {"2025-10-09", Suspension{Start: today, Notice: today, Expected: clock.NoDate, End: clock.NoDate}, ErrEndRequired},
	} {
		if _, err := promise.Suspend(c, day(tc.today), tc.s); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

// Hall scenario 6: the ladder of supervision.
func TestHallRungs(t *testing.T) {
	c := fixtureF(t, "2025-11-19")
	r := DayClock{Anchor: day("2025-09-26"), Budget: 10}.Rungs(c, day("2025-09-26"), "")
	want := Rungs{at("2025-10-15 08:30"), at("2025-10-18 00:00"), at("2025-10-21 00:00")}
	if r != want {
		t.Errorf("rungs %s %s %s", r.Remind, r.Yellow, r.Red)
	}
}

// Hall scenario 8: average time to accept, in working hours over a make-up Sunday.
func TestHallWorkingHours(t *testing.T) {
	c := fixtureF(t, "2025-11-19")
	if got := c.WorkMinutes(at("2025-09-26 17:00"), at("2025-09-28 09:30"), ""); got != 120 {
		t.Errorf("%d minutes, want 120", got)
	}
	if got := c.StartOfClock(at("2025-09-27 10:00"), ""); got != at("2025-09-28 08:30") {
		t.Errorf("clock starts %s", got)
	}
}

// Hall scenario 15: a decree of a further day off moves open clocks.
func TestHallDecree(t *testing.T) {
	before, after := fixtureF(t, "2025-11-19"), fixtureF(t, "2025-11-19", "2025-11-20")
	case10, notice := DayClock{Anchor: day("2025-11-14"), Budget: 10}, DayClock{Anchor: day("2025-11-14"), Budget: 5}
	wantLast(t, before, case10, "2025-11-18", "2025-12-01")
	wantLast(t, after, case10, "2025-11-18", "2025-12-02")
	wantLast(t, before, notice, "2025-11-18", "2025-11-24")
	wantLast(t, after, notice, "2025-11-18", "2025-11-25")
}

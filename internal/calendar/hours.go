package calendar

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"yichuang/internal/clock"
)

// minutesOfDay is 24:00.
const minutesOfDay = 24 * 60

// Interval is a half-open span of one day in minutes from 00:00; To may be 1440 (24:00).
type Interval struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// String writes 08:30-12:00.
func (i Interval) String() string { return hhmm(i.From) + "-" + hhmm(i.To) }

// Minutes is the length.
func (i Interval) Minutes() int { return i.To - i.From }

func hhmm(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// ParseIntervals reads intervals such as "08:30-12:00, 14:30-18:00"; they come back in order. Dashes, waves and the word
// 至 separate the ends; blanks, commas and 、 separate intervals.
func ParseIntervals(s string) ([]Interval, error) {
	s = strings.NewReplacer("：", ":", "—", "-", "–", "-", "－", "-", "~", "-", "～", "-", "至", "-", "，", " ", ",", " ", "、", " ", "；", " ", ";", " ").Replace(s)
	for strings.Contains(s, " -") || strings.Contains(s, "- ") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, " -", "-"), "- ", "-")
	}
	var out []Interval
	for _, part := range strings.Fields(s) {
		a, b, ok := strings.Cut(part, "-")
		from, err1 := parseClock(a)
		to, err2 := parseClock(b)
		if !ok || err1 != nil || err2 != nil || from >= to {
			return nil, fmt.Errorf("“%s”不是时段，请写成 08:30-12:00", part)
		}
		out = append(out, Interval{from, to})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("至少要有一个时段，例如 08:30-12:00")
	}
	sort.Slice(out, func(i, j int) bool { return out[i].From < out[j].From })
	return out, checkIntervals(out)
}

func parseClock(s string) (int, error) {
	h, m, ok := strings.Cut(s, ":")
	if !ok || !digits(h, 1, 2) || !digits(m, 2, 2) {
		return 0, fmt.Errorf("not a time: %q", s)
	}
	var hour, minute int
	fmt.Sscanf(h, "%d", &hour)
	fmt.Sscanf(m, "%d", &minute)
	if minute > 59 || hour*60+minute > minutesOfDay {
		return 0, fmt.Errorf("not a time: %q", s)
	}
	return hour*60 + minute, nil
}

func digits(s string, least, most int) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

func checkIntervals(list []Interval) error {
	if len(list) == 0 {
		return fmt.Errorf("没有时段")
	}
	end := 0
	for _, i := range list {
		if i.From < end || i.From >= i.To || i.To > minutesOfDay {
			return fmt.Errorf("时段 %s 与前一时段重叠，或起止颠倒", i)
		}
		end = i.To
	}
	return nil
}

// FormatIntervals writes intervals as ParseIntervals reads them.
func FormatIntervals(list []Interval) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = v.String()
	}
	return strings.Join(parts, ", ")
}

// MonthDay is a day of any year as month × 100 + day; 0 is not set.
type MonthDay int

// ParseMonthDay reads 05-01 or 5-1; "" is not set.
func ParseMonthDay(s string) (MonthDay, error) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, nil
	}
	m, d, ok := strings.Cut(s, "-")
	var month, day int
	if ok && digits(m, 1, 2) && digits(d, 1, 2) {
		fmt.Sscanf(m, "%d", &month)
		fmt.Sscanf(d, "%d", &day)
	}
	v := MonthDay(month*100 + day)
	if !v.valid() {
		return 0, fmt.Errorf("“%s”不是月日，请写成 05-01", s)
	}
	return v, nil
}

func (m MonthDay) valid() bool {
	month, day := time.Month(m/100), int(m%100)
	if month < time.January || month > time.December || day < 1 {
		return false
	}
	return clock.Day(2024, month, day).Month() == month // a leap year: 29 February is a day
}

// String writes 05-01; "" when not set.
func (m MonthDay) String() string {
	if m == 0 {
		return ""
	}
	return fmt.Sprintf("%02d-%02d", int(m/100), int(m%100))
}

func monthDayOf(d clock.Date) MonthDay { return MonthDay(int(d.Month())*100 + d.DayOfMonth()) }

// Weekdays is a set of days of the week; 0 stands for every day.
type Weekdays uint8

// MondayToFriday is the weekly pattern (国务院关于职工工作时间的规定 art. 7: Saturday and Sunday are days of rest).
const MondayToFriday Weekdays = 1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday

// Has reports whether w is in the set.
func (s Weekdays) Has(w time.Weekday) bool { return s == 0 || s&(1<<w) != 0 }

// String names the set: 每天, 周一至周五, 周六、周日.
func (s Weekdays) String() string {
	if s == 0 || s == 1<<7-1 {
		return "每天"
	}
	if s == MondayToFriday {
		return "周一至周五"
	}
	var out []string
	for i := 1; i <= 7; i++ {
		if w := time.Weekday(i % 7); s.Has(w) {
			out = append(out, [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[w])
		}
	}
	return strings.Join(out, "、")
}

// HoursRule gives the office hours of a season and of some days of the week. From and To are both included and may
// wrap over the year's end (10-01 to 04-30); both unset is the whole year.
type HoursRule struct {
	Name string     `json:"name,omitempty"`
	From MonthDay   `json:"from,omitempty"`
	To   MonthDay   `json:"to,omitempty"`
	Days Weekdays   `json:"days,omitempty"`
	Open []Interval `json:"open"`
}

func (r HoursRule) matches(md MonthDay, w time.Weekday) bool {
	if !r.Days.Has(w) {
		return false
	}
	switch {
	case r.From == 0 && r.To == 0:
		return true
	case r.From <= r.To:
		return r.From <= md && md <= r.To
	}
	return md >= r.From || md <= r.To
}

// Season writes the span of the rule: 全年, or 05-01 至 09-30.
func (r HoursRule) Season() string {
	if r.From == 0 && r.To == 0 {
		return "全年"
	}
	return r.From.String() + " 至 " + r.To.String()
}

// Hours are office hours (办公时间): the first rule that matches a working day gives its intervals. A valid table has a
// rule for every day, so every working day opens and closes.
type Hours []HoursRule

// DefaultHours are 08:30–12:00 and 14:30–18:00 all year, in force until an administrator confirms others.
func DefaultHours() Hours {
	return Hours{{Name: "全年", Open: []Interval{{8*60 + 30, 12 * 60}, {14*60 + 30, 18 * 60}}}}
}

// On gives the intervals of a day, were it a working day.
func (h Hours) On(d clock.Date) []Interval {
	if len(h) == 1 && h[0].From == 0 && h[0].To == 0 && h[0].Days == 0 {
		return h[0].Open
	}
	return h.at(monthDayOf(d), d.Weekday())
}

func (h Hours) at(md MonthDay, w time.Weekday) []Interval {
	for i := range h {
		if h[i].matches(md, w) {
			return h[i].Open
		}
	}
	return nil
}

// Validate refuses rules with bad or overlapping intervals and tables that leave a day without hours; the field is the
// rule's place, from rules.0.
func (h Hours) Validate() error {
	e := ErrHours
	for i, r := range h {
		field := fmt.Sprintf("rules.%d", i)
		if (r.From == 0) != (r.To == 0) || r.From != 0 && (!r.From.valid() || !r.To.valid()) {
			e = e.Field(field, "第 %d 行：起止月日要么都填，要么都不填，写成 05-01。", i+1)
		}
		if err := checkIntervals(r.Open); err != nil {
			e = e.Field(field, "第 %d 行：%s。", i+1, err)
		}
	}
	if len(e.Fields) == 0 {
		if md, w, ok := h.gap(); ok {
			e = e.Field("rules", "%s（%s）没有对应的办公时间，请补一行适用全年、每天的时间。", md, (Weekdays(1) << w).String())
		}
	}
	return e.OrNil()
}

func (h Hours) gap() (MonthDay, time.Weekday, bool) {
	for d := clock.Day(2024, time.January, 1); d <= clock.Day(2024, time.December, 31); d++ {
		for w := time.Sunday; w <= time.Saturday; w++ {
			if h.at(monthDayOf(d), w) == nil {
				return monthDayOf(d), w, true
			}
		}
	}
	return 0, 0, false
}

// DatedHours are office hours in force from a day on, for one unit or, with Unit "", for the area. Hours whose day is
// not set (clock.NoDate or the zero Date) have always been in force.
type DatedHours struct {
	Unit  string
	From  clock.Date
	Hours Hours
}

// timetable is one unit's hours in the order of their days.
type timetable []DatedHours

// on gives the hours in force on a day; before the first day, the first ones.
func (t timetable) on(d clock.Date) []Interval { return t.at(d).On(d) }

func (t timetable) at(d clock.Date) Hours {
	i := len(t) - 1
	for i > 0 && t[i].From > d {
		i--
	}
	return t[i].Hours
}

// timetables sorts hours by unit; the area's own come under "" and are the default ones where there are none.
func timetables(list []DatedHours) (map[string]timetable, error) {
	out := map[string]timetable{}
	for _, h := range list {
		if err := h.Hours.Validate(); err != nil {
			return nil, err
		}
		out[h.Unit] = append(out[h.Unit], h)
	}
	for _, t := range out {
		sort.SliceStable(t, func(i, j int) bool { return t[i].From < t[j].From })
	}
	if out[""] == nil {
		out[""] = timetable{{Hours: DefaultHours()}}
	}
	return out, nil
}

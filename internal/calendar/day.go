package calendar

import (
	"time"

	"yichuang/internal/clock"
)

// Reason says why a day is worked or not.
type Reason string

// The reasons.
const (
	Weekday Reason = "weekday" // an ordinary working day
	Weekend Reason = "weekend" // an ordinary day of rest
	Holiday Reason = "holiday" // off by the national notice
	Makeup  Reason = "makeup"  // worked by the national notice (调休上班)
	Local   Reason = "local"   // decreed by prefecture or county, off or worked
)

// Label is the reason in Chinese.
func (r Reason) Label() string {
	switch r {
	case Weekend:
		return "周末"
	case Holiday:
		return "法定节假日"
	case Makeup:
		return "调休上班"
	case Local:
		return "地方规定"
	}
	return "平日"
}

// DayInfo is a day with what decided it.
type DayInfo struct {
	Date    clock.Date `json:"date"`
	Working bool       `json:"working"`
	Reason  Reason     `json:"reason"`
	Name    string     `json:"name,omitempty"`
	Layer   Layer      `json:"layer"`
	Source  Document   `json:"source"`
	// Provisional: the year has no national notice yet, the day follows the weekly pattern or a local layer only.
	Provisional bool `json:"provisional"`
}

// Mark is the one-character mark of a grid: 休, 班, 地, or "" for a day of the ordinary week.
func (d DayInfo) Mark() string {
	switch d.Reason {
	case Holiday:
		return "休"
	case Makeup:
		return "班"
	case Local:
		return "地"
	}
	return ""
}

// Why says in Chinese why the day is worked or not: 春节（法定节假日）.
func (d DayInfo) Why() string {
	s := d.Reason.Label()
	if d.Reason == Local {
		if d.Working {
			s += "上班"
		} else {
			s += "放假"
		}
	}
	if d.Name != "" {
		s = d.Name + "（" + s + "）"
	}
	return s
}

// Day tells about one day.
func (c *Calendar) Day(d clock.Date) DayInfo {
	e, layer, ok := c.find(d)
	if !ok {
		info := DayInfo{Date: d, Working: c.weekly.Has(d.Weekday()), Reason: Weekend, Layer: Weekly, Provisional: c.provisional(d)}
		if info.Working {
			info.Reason = Weekday
		}
		return info
	}
	return c.info(e, layer)
}

func (c *Calendar) info(e entry, layer Layer) DayInfo {
	info := DayInfo{Date: e.Date, Working: e.Kind == Work, Reason: Local, Name: e.Name, Layer: layer, Source: e.source}
	if layer == National {
		info.Reason = Holiday
		if info.Working {
			info.Reason = Makeup
		}
	}
	// A local decree settles its day whether or not the nation has spoken.
	return info
}

func (c *Calendar) provisional(d clock.Date) bool { return len(c.missing(d, d)) > 0 }

// Year gives every day of a year, in order.
func (c *Calendar) Year(year int) []DayInfo {
	first, next := clock.Day(year, time.January, 1), clock.Day(year+1, time.January, 1)
	out := make([]DayInfo, 0, next-first)
	for d := first; d < next; d++ {
		out = append(out, c.Day(d))
	}
	return out
}

// Decreed gives the days of a year that a layer lists, in order, each as that layer alone has it.
func (c *Calendar) Decreed(year int, layer Layer) []DayInfo {
	r := layer.rank()
	if r < 0 {
		return nil
	}
	var out []DayInfo
	for d := clock.Day(year, time.January, 1); d < clock.Day(year+1, time.January, 1); d++ {
		if e, ok := c.layers[r][d]; ok {
			out = append(out, c.info(e, layer))
		}
	}
	return out
}

// OwnHours reports whether a unit has office hours of its own.
func (c *Calendar) OwnHours(unit string) bool { return unit != "" && c.hours[unit] != nil }

// Hours gives the office hours in force on a day for a unit; the area's for a unit without its own and for "".
func (c *Calendar) Hours(d clock.Date, unit string) Hours { return c.timetable(unit).at(d) }

func (c *Calendar) timetable(unit string) timetable {
	if t, ok := c.hours[unit]; ok {
		return t
	}
	return c.hours[""]
}

// Intervals gives the opening intervals of a day for a unit; none on a day off. The slice must not be changed.
func (c *Calendar) Intervals(d clock.Date, unit string) []Interval {
	if !c.IsWorkday(d) {
		return nil
	}
	return c.timetable(unit).on(d)
}

// Open is the start of business of a working day (上班); ok is false on a day off.
func (c *Calendar) Open(d clock.Date, unit string) (at clock.Instant, ok bool) {
	list := c.Intervals(d, unit)
	if len(list) == 0 {
		return 0, false
	}
	return moment(d, list[0].From), true
}

// Close is the close of business of a working day (下班); ok is false on a day off.
func (c *Calendar) Close(d clock.Date, unit string) (at clock.Instant, ok bool) {
	list := c.Intervals(d, unit)
	if len(list) == 0 {
		return 0, false
	}
	return moment(d, list[len(list)-1].To), true
}

// IsOpen reports whether t lies in an opening interval.
func (c *Calendar) IsOpen(t clock.Instant, unit string) bool {
	d := t.Date()
	for _, i := range c.Intervals(d, unit) {
		if moment(d, i.From) <= t && t < moment(d, i.To) {
			return true
		}
	}
	return false
}

// NextOpening is the first start of an opening interval at or after t.
func (c *Calendar) NextOpening(t clock.Instant, unit string) clock.Instant {
	for d := t.Date(); ; d = c.NextWorkday(d) {
		for _, i := range c.Intervals(d, unit) {
			if at := moment(d, i.From); at >= t {
				return at
			}
		}
	}
}

// StartOfClock is when a clock in working minutes that is set going at t begins to run: t itself in office hours,
// otherwise the next opening.
func (c *Calendar) StartOfClock(t clock.Instant, unit string) clock.Instant {
	if c.IsOpen(t, unit) {
		return t
	}
	return c.NextOpening(t, unit)
}

// moment is a minute of a day; 1440 is the next day's 00:00.
func moment(d clock.Date, minute int) clock.Instant { return d.Clock(0, minute) }

// WorkMinutes is the office time of a unit within [a, b), in whole minutes.
func (c *Calendar) WorkMinutes(a, b clock.Instant, unit string) int {
	return int(c.workMillis(a, b, unit) / millisOfMinute)
}

const millisOfMinute = 60_000

func (c *Calendar) workMillis(a, b clock.Instant, unit string) int64 {
	var sum int64
	hours := c.timetable(unit)
	for d := a.Date(); d.Start() < b; d = c.NextWorkday(d) {
		if !c.IsWorkday(d) {
			continue
		}
		for _, i := range hours.on(d) {
			from, to := max(a, moment(d, i.From)), min(b, moment(d, i.To))
			if to > from {
				sum += int64(to - from)
			}
		}
	}
	return sum
}

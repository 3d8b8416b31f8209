package calendar

import (
	"time"

	"yichuang/internal/clock"
)

// Due is the end of a limit with what led to it.
type Due struct {
	Limit Limit         `json:"limit"`
	From  clock.Instant `json:"from"`
	At    clock.Instant `json:"at"`
	// Days are the working days that were counted; nil for natural units.
	Days []clock.Date `json:"days,omitempty"`
	// Provisional (暂定): a year that was needed has no national notice yet; Missing lists such years.
	Provisional bool  `json:"provisional"`
	Missing     []int `json:"missing,omitempty"`
}

// LastDay is the day that the limit ends on: an end at 24:00 belongs to the day before.
func (d Due) LastDay() clock.Date { return LastDay(d.At) }

// String is the moment as pages print it: 2026-05-14 周四 18:00.
func (d Due) String() string { return FormatDue(d.At) }

// LastDay is the day that a limit ending at due ends on; 24:00 belongs to the day before it in the clock's eyes.
func LastDay(due clock.Instant) clock.Date { return (due - 1).Date() }

// FormatDue prints the end of a limit: 2026-05-14 周四 18:00, 2025-11-24 周一 24:00; "" when not set.
func FormatDue(due clock.Instant) string {
	if due.IsZero() {
		return ""
	}
	d, at := due.Date(), due.Time().Format("15:04")
	if due == d.Start() {
		d, at = d-1, "24:00"
	}
	return d.String() + " " + d.WeekdayName() + " " + at
}

// Due computes the end of a limit that starts at from, by the office hours of unit ("" for the area's):
//
//   - working days: the n-th working day after the day of from, at its close of business or at 24:00;
//   - working minutes: after n minutes of office time, counted from from or the next opening;
//   - natural minutes: n minutes later, day or night;
//   - natural days: 24:00 of the n-th day after the day of from, or of the next working day where the limit rolls.
//
// A number below 1 counts as 1.
func (c *Calendar) Due(l Limit, from clock.Instant, unit string) Due {
	l.N = max(l.N, 1)
	switch l.Unit {
	case UnitWorkMinute:
		return c.dueWorkMillis(l, from, int64(l.N)*millisOfMinute, unit)
	case UnitMinute:
		return Due{Limit: l, From: from, At: from.Add(time.Duration(l.N) * time.Minute)}
	case UnitDay:
		return c.dueDays(l, from)
	}
	return c.dueWorkdays(l, from, unit)
}

func (c *Calendar) dueWorkdays(l Limit, from clock.Instant, unit string) Due {
	start := from.Date()
	end := c.addWorkdays(start, l.N)
	due := Due{Limit: l, From: from, At: end.End(), Days: c.list(start, end)}
	if l.End != EndOfDay {
		due.At, _ = c.Close(end, unit)
	}
	return due.need(c, start+1, end)
}

func (d Due) need(c *Calendar, first, last clock.Date) Due {
	d.Missing = c.missing(first, last)
	d.Provisional = len(d.Missing) > 0
	return d
}

func (c *Calendar) dueDays(l Limit, from clock.Instant) Due {
	end := from.Date() + clock.Date(l.N)
	due := Due{Limit: l, From: from}
	if l.Roll {
		last := end
		if !c.IsWorkday(end) {
			last = c.NextWorkday(end)
		}
		due = due.need(c, end, last)
		end = last
	}
	due.At = end.End()
	return due
}

func (c *Calendar) dueWorkMillis(l Limit, from clock.Instant, left int64, unit string) Due {
	due := Due{Limit: l, From: from}
	hours := c.timetable(unit)
	for d := from.Date(); ; d = c.NextWorkday(d) {
		if !c.IsWorkday(d) {
			continue
		}
		used := false
		for _, i := range hours.on(d) {
			start, end := max(from, moment(d, i.From)), moment(d, i.To)
			if end <= start {
				continue
			}
			if !used {
				used = true
				due.Days = append(due.Days, d)
			}
			if span := int64(end - start); span < left {
				left -= span
				continue
			}
			due.At = start + clock.Instant(left)
			return due.need(c, from.Date(), d)
		}
	}
}

// Step is one day on the way from the start of a limit to its end, for people who ask why.
type Step struct {
	DayInfo
	// Count is the number of the working day, from 1; 0 for a day that was not counted.
	Count int `json:"count"`
	// Minutes is the office time used on the day, for limits in working minutes.
	Minutes int `json:"minutes,omitempty"`
	// Start marks the day of the event, which is not counted (limits in days).
	Start bool `json:"start,omitempty"`
}

// Text says what the day did: 第1个工作日, 不计：周末, 起算日，不计入.
func (s Step) Text() string {
	switch {
	case s.Start:
		return "起算日，不计入"
	case s.Minutes > 0:
		return "用去 " + itoa(s.Minutes) + " 分钟"
	case s.Count > 0 && s.Reason == Weekday:
		return "第 " + itoa(s.Count) + " 个工作日"
	case s.Count > 0:
		return "第 " + itoa(s.Count) + " 个工作日：" + s.Why()
	case s.Working:
		return "不计"
	}
	return "不计：" + s.Why()
}

// Steps explains a Due day by day, from the day of the event to the last one. Natural minutes have no steps.
func (c *Calendar) Steps(due Due, unit string) []Step {
	if due.Limit.Unit == UnitMinute {
		return nil
	}
	first, last := due.From.Date(), due.LastDay()
	out := make([]Step, 0, last-first+1)
	count := 0
	for d := first; d <= last; d++ {
		s := Step{DayInfo: c.Day(d), Start: d == first && due.Limit.Unit != UnitWorkMinute}
		switch {
		case s.Start:
		case due.Limit.Unit == UnitWorkMinute:
			s.Minutes = c.WorkMinutes(max(due.From, d.Start()), min(due.At, d.End()), unit)
		case due.Limit.Unit == UnitWorkday && s.Working:
			count++
			s.Count = count
		}
		out = append(out, s)
	}
	return out
}

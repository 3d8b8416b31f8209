package calendar

import (
	"sort"

	"yichuang/internal/clock"
)

// Suspension stops a day clock (特别程序, 行政许可法 art. 45) from Start up to, not including, End. An open one has no End
// yet; Expected is what the applicant was told. Days may be left unset as clock.NoDate or as the zero Date alike.
type Suspension struct {
	Start    clock.Date `json:"start"`
	End      clock.Date `json:"end"`
	Expected clock.Date `json:"expected"`
	Notice   clock.Date `json:"notice"` // day of the written notice
	Type     string     `json:"type,omitempty"`
	Basis    string     `json:"basis,omitempty"`
}

// Open reports whether the suspension has not ended.
func (s Suspension) Open() bool { return unset(s.End) }

// unset takes the zero Date, 1970-01-01, for unset as well: no office keeps a clock of that day.
func unset(d clock.Date) bool { return d <= 0 }

// DayClock (办件时钟) counts a budget of working days from the day after Anchor and stands still during suspensions. A
// working day is used up when the clock runs at its close, so a suspension from S to E takes away the working days in
// [S, E) and one that ends on its first day takes away none. A case has two of them with the same suspensions: the
// promised limit (承诺) and the statutory one (法定). It is a value: its methods give a new one. Its end is 24:00 of the
// last day.
type DayClock struct {
	Anchor      clock.Date   `json:"anchor"`
	Budget      int          `json:"budget"`
	Extra       int          `json:"extra"` // working days of approved extensions (延期)
	Extensions  int          `json:"extensions"`
	Suspensions []Suspension `json:"suspensions,omitempty"`
}

// span is a stretch of days [from, to).
type span struct{ from, to clock.Date }

// merged gives the suspended stretches after the anchor in order, overlaps joined; an open suspension ends tomorrow.
func (k DayClock) merged(today clock.Date) []span {
	var list []span
	for _, s := range k.Suspensions {
		v := span{max(s.Start, k.Anchor+1), s.End}
		if s.Open() {
			v.to = today + 1
		}
		if v.to > v.from {
			list = append(list, v)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].from < list[j].from })
	var out []span
	for _, v := range list {
		if n := len(out); n > 0 && v.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, v.to)
			continue
		}
		out = append(out, v)
	}
	return out
}

// Removed lists the working days that suspensions took away.
func (k DayClock) Removed(c *Calendar, today clock.Date) []clock.Date {
	var out []clock.Date
	for _, s := range k.merged(today) {
		out = append(out, c.list(s.from-1, s.to-1)...)
	}
	return out
}

// Due is the end of the clock, at 24:00; today matters only while a suspension is open.
func (k DayClock) Due(c *Calendar, today clock.Date) Due {
	n := max(1, k.Budget+k.Extra)
	end := c.addWorkdays(k.Anchor, n+len(k.Removed(c, today)))
	due := Due{Limit: Workdays(n).AtEndOfDay(), From: k.Anchor.Start(), At: end.End()}
	removed := map[clock.Date]bool{}
	for _, d := range k.Removed(c, today) {
		removed[d] = true
	}
	for _, d := range c.list(k.Anchor, end) {
		if !removed[d] {
			due.Days = append(due.Days, d)
		}
	}
	return due.need(c, k.Anchor+1, end)
}

// Suspended reports whether the clock stands still today: a suspension is open, or its planned end is still to come.
func (k DayClock) Suspended(today clock.Date) bool {
	for _, s := range k.Suspensions {
		if s.Open() || s.Start <= today && today < s.End {
			return true
		}
	}
	return false
}

// RequireRunning refuses with ErrOpenSuspension while the clock stands still, as before a decision.
func (k DayClock) RequireRunning(today clock.Date) error {
	if k.Suspended(today) {
		return ErrOpenSuspension
	}
	return nil
}

// Suspend adds a suspension that is entered today. It refuses with ErrOpenSuspension while another is open, with
// ErrBackdated when it starts before today, with ErrAfterDue when it starts after the last day, with ErrNoticeRequired
// without a notice on or before its start, and with ErrEndRequired without an end or expected end.
func (k DayClock) Suspend(c *Calendar, today clock.Date, s Suspension) (DayClock, error) {
	if err := k.RequireRunning(today); err != nil {
		return k, err
	}
	if s.Start < today {
		return k, ErrBackdated
	}
	if due := k.Due(c, today).LastDay(); s.Start > due {
		return k, ErrAfterDue.Say("期限已于 %s 届满，不能再暂停。", due)
	}
	if unset(s.Notice) || s.Notice > s.Start {
		return k, ErrNoticeRequired
	}
	if !s.Open() && s.End < s.Start || s.Open() && s.Expected < s.Start {
		return k, ErrEndRequired
	}
	k.Suspensions = append(append([]Suspension(nil), k.Suspensions...), s)
	return k, nil
}

// Resume ends the open suspension on a day between its start and today. An end in the past gives time back to the
// applicant and none to the office, so it is not back-dating.
func (k DayClock) Resume(today, end clock.Date) (DayClock, error) {
	list := append([]Suspension(nil), k.Suspensions...)
	for i := range list {
		if !list[i].Open() {
			continue
		}
		if end > today || end < list[i].Start {
			return k, ErrEndRequired.Say("恢复日期应在暂停开始日期 %s 与今天之间。", list[i].Start)
		}
		list[i].End = end
		k.Suspensions = list
		return k, nil
	}
	return k, ErrNotSuspended
}

// Extend adds working days to the budget (行政许可法 art. 42), once, on or before the last day.
func (k DayClock) Extend(c *Calendar, today clock.Date, days int) (DayClock, error) {
	if k.Extensions > 0 {
		return k, ErrAlreadyExtended
	}
	if due := k.Due(c, today).LastDay(); today > due {
		return k, ErrAfterDue.Say("期限已于 %s 届满，不能再延期。", due)
	}
	if days < 1 || days > maxDays {
		return k, ErrLimit.Say("延期天数应为 1 至 %d 个工作日。", maxDays)
	}
	k.Extra += days
	k.Extensions++
	return k, nil
}

// Rungs are the moments at which supervision (监察) speaks up about a clock.
type Rungs struct {
	Remind clock.Instant `json:"remind"` // 提醒: opening of the working day before the last day
	Yellow clock.Instant `json:"yellow"` // 黄牌: one working day over, at its 24:00
	Red    clock.Instant `json:"red"`    // 红牌: two working days over
}

// Rungs gives the ladder of the clock as it stands.
func (k DayClock) Rungs(c *Calendar, today clock.Date, unit string) Rungs {
	last := k.Due(c, today).LastDay()
	remind, _ := c.Open(c.PrevWorkday(last), unit)
	return Rungs{Remind: remind, Yellow: c.addWorkdays(last, 1).End(), Red: c.addWorkdays(last, 2).End()}
}

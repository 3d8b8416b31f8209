package calendar

import (
	"fmt"
	"strconv"
	"time"

	"yichuang/internal/clock"
)

// Cards are the moments of the coloured cards (黄牌, 红牌) of one limit.
type Cards struct {
	Yellow clock.Instant `json:"yellow"` // 0 for limits in natural minutes, which have no warning
	Red    clock.Instant `json:"red"`
}

// Cards gives the moments for a limit that ends at due. Yellow is the start of business on the working day before the
// last day (到期前 1 工作日); it may lie before the limit began, which means: at once. Red is the first opening after the
// end. A limit in natural minutes guards life or supply and is not softened by holidays: its red card falls at the end
// itself.
func (c *Calendar) Cards(l Limit, due clock.Instant, unit string) Cards {
	if l.Unit == UnitMinute {
		return Cards{Red: due}
	}
	yellow, _ := c.Open(c.PrevWorkday(LastDay(due)), unit)
	return Cards{Yellow: yellow, Red: c.NextOpening(due, unit)}
}

// Remaining is the time until a limit ends, or since it ended, in the units of the limit.
type Remaining struct {
	Overdue bool `json:"overdue"`
	Working bool `json:"working"` // Days are working days and hours are office hours
	Days    int  `json:"days"`
	Hours   int  `json:"hours"`
	Minutes int  `json:"minutes"`
}

// Remaining measures the time from now to due for a limit counted in u: working days and office hours for working
// units, days and hours for natural ones. Full working days count as days whatever their length; what is left of the
// first and the last day is given in hours.
func (c *Calendar) Remaining(u Unit, now, due clock.Instant, unit string) Remaining {
	r := Remaining{Overdue: now > due, Working: u != UnitMinute && u != UnitDay}
	a, b := now, due
	if r.Overdue {
		a, b = due, now
	}
	if !r.Working {
		return r.split(int(b.Sub(a)/time.Minute), 24*60)
	}
	first, last := a.Date(), LastDay(b)
	if last <= first {
		return r.split(c.WorkMinutes(a, b, unit), minutesOfDay+1)
	}
	r.Days = c.WorkdaysBetween(first, last-1)
	rest := c.WorkMinutes(a, first.End(), unit)
	part, full := c.WorkMinutes(last.Start(), b, unit), c.dayMinutes(last, unit)
	switch {
	case full > 0 && part == full:
		r.Days++
	case full > 0 && part+rest >= full:
		r.Days, rest = r.Days+1, part+rest-full
	default:
		rest += part
	}
	return r.split(rest, minutesOfDay+1)
}

func (r Remaining) split(minutes, day int) Remaining {
	r.Days += minutes / day
	minutes %= day
	r.Hours, r.Minutes = minutes/60, minutes%60
	return r
}

func (c *Calendar) dayMinutes(d clock.Date, unit string) int {
	n := 0
	for _, i := range c.Intervals(d, unit) {
		n += i.Minutes()
	}
	return n
}

// Text is the Chinese of it: 剩 1 工作日 3 小时, 剩 25 分钟, 超 2 工作日; 即将到期 and 已超期 where less than a minute of
// office time lies between.
func (r Remaining) Text() string {
	head, day := "剩", "工作日"
	if r.Overdue {
		head = "超"
	}
	if !r.Working {
		day = "天"
	}
	switch {
	case r.Days > 0 && r.Hours > 0:
		return fmt.Sprintf("%s %d %s %d 小时", head, r.Days, day, r.Hours)
	case r.Days > 0:
		return fmt.Sprintf("%s %d %s", head, r.Days, day)
	case r.Hours > 0 && r.Minutes > 0:
		return fmt.Sprintf("%s %d 小时 %d 分钟", head, r.Hours, r.Minutes)
	case r.Hours > 0:
		return fmt.Sprintf("%s %d 小时", head, r.Hours)
	case r.Minutes > 0:
		return fmt.Sprintf("%s %d 分钟", head, r.Minutes)
	case r.Overdue:
		return "已超期"
	}
	return "即将到期"
}

func itoa(n int) string { return strconv.Itoa(n) }

package item

import (
	"fmt"
	"strconv"

	"yichuang/internal/calendar"
)

// LimitUnit is what a limit of an item is counted in (时限单位), as implementation lists write it.
type LimitUnit string

// The units of limits. They never convert into one another.
const (
	Workday LimitUnit = "workday" // 工作日
	Day     LimitUnit = "day"     // 自然日
	Month   LimitUnit = "month"   // 月
	Year    LimitUnit = "year"    // 年
)

// Label is the unit's Chinese name.
func (u LimitUnit) Label() string {
	return map[LimitUnit]string{Workday: "个工作日", Day: "日", Month: "个月", Year: "年"}[u]
}

// LimitUnits lists the units.
func LimitUnits() []LimitUnit { return []LimitUnit{Workday, Day, Month, Year} }

// Limit (时限) is a number of days, months or years, such as 20 working days. N = 0 without a unit is no limit; N = 0 in
// working days is the same day (即办).
type Limit struct {
	N    int       `json:"n"`
	Unit LimitUnit `json:"unit"`
}

// IsZero reports whether no limit is set.
func (l Limit) IsZero() bool { return l.Unit == "" }

// Label is the limit in Chinese.
func (l Limit) Label() string {
	switch {
	case l.IsZero():
		return "未规定"
	case l.N == 0:
		return "即时办结"
	}
	return strconv.Itoa(l.N) + " " + l.Unit.Label()
}

// Calendar gives the limit as package calendar counts it: working days end at 24:00, natural days move on from a day off.
// Months and years have no number of days; ok is false for them and for no limit.
func (l Limit) Calendar() (out calendar.Limit, ok bool) {
	switch l.Unit {
	case Workday:
		return calendar.Workdays(l.N).AtEndOfDay(), true
	case Day:
		return calendar.NaturalDays(l.N).Rolling(), true
	}
	return calendar.Limit{}, false
}

// longest is the greatest number of each unit that a limit may have.
func (u LimitUnit) longest() int {
	return map[LimitUnit]int{Workday: 750, Day: 1100, Month: 36, Year: 10}[u]
}

// fault says in Chinese what is wrong with a limit; "" for nothing.
func (l Limit) fault() string {
	if l.IsZero() {
		if l.N != 0 {
			return "请选择时限单位。"
		}
		return ""
	}
	if l.Unit.Label() == "" {
		return "时限单位应是工作日、自然日、月或年。"
	}
	if l.N < 0 || l.N > l.Unit.longest() {
		return fmt.Sprintf("应在 0 到 %d 之间。", l.Unit.longest())
	}
	return ""
}

package calendar

import "yichuang/internal/actor"

// The permissions of this package.
const (
	PermDayRead      actor.Permission = "calendar.day.read"
	PermDayPublish   actor.Permission = "calendar.day.publish"
	PermHoursPublish actor.Permission = "calendar.hours.publish"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermDayRead, Label: "查看工作日历"},
		{Name: PermDayPublish, Label: "发布放假安排"},
		{Name: PermHoursPublish, Label: "发布办公时间"},
	}
}

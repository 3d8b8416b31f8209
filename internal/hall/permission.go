package hall

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead      actor.Permission = "hall.queue.read"
	PermCall      actor.Permission = "hall.ticket.call"
	PermConfigure actor.Permission = "hall.queue.configure"
	PermBookings  actor.Permission = "hall.appointment.read"
	PermReveal    actor.Permission = "hall.appointment.reveal"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看排队和叫号统计"}, {Name: PermCall, Label: "取号、叫号、转移"}, {Name: PermConfigure, Label: "设置队列、窗口和终端"},
		{Name: PermBookings, Label: "查看预约名单（脱敏）"}, {Name: PermReveal, Label: "查看预约人的姓名、证件号和电话"},
	}
}

// Grants is the row 取号/叫号/转移 of the permission matrix (hall reference §8.3): a person at a counter works that counter,
// a chief representative those of the unit, the administrator of a branch or township those of the site; the office sets
// up; supervision, information section and leader read; whoever is not named has nothing.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(role string, scope actor.Scope, perms ...actor.Permission) {
		for _, p := range perms {
			out = append(out, org.Grant{Role: role, Permission: p, Scope: scope})
		}
	}
	give(org.RoleWindow, actor.Own, PermCall, PermBookings, PermReveal)
	give(org.RoleChiefRep, actor.Unit, PermCall, PermBookings, PermReveal)
	give(org.RoleSiteAdmin, actor.Site, PermCall, PermBookings, PermReveal, PermRead)
	give(org.RoleOffice, actor.Centre, PermConfigure, PermRead)
	give(org.RoleSupervisor, actor.Centre, PermRead)
	give(org.RoleInfo, actor.Centre, PermRead)
	give(org.RoleLeader, actor.Centre, PermRead)
	return out
}

package workforce

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermPunch         actor.Permission = "workforce.punch.own"
	PermApply         actor.Permission = "workforce.leave.apply"
	PermLeaveChief    actor.Permission = "workforce.leave.chief"
	PermLeaveSection  actor.Permission = "workforce.leave.section"
	PermLeaveLeader   actor.Permission = "workforce.leave.leader"
	PermAttendance    actor.Permission = "workforce.attendance.read"
	PermAttendanceSum actor.Permission = "workforce.attendance.sum"
	PermCorrect       actor.Permission = "workforce.attendance.correct"
	PermSetup         actor.Permission = "workforce.shift.change"
	PermStaffRead     actor.Permission = "workforce.staff.read"
	PermStaffChange   actor.Permission = "workforce.staff.change"
	PermStaffReveal   actor.Permission = "workforce.staff.reveal"
	PermScoreRead     actor.Permission = "workforce.score.read"
	PermScoreFile     actor.Permission = "workforce.score.file"
	PermScoreAny      actor.Permission = "workforce.score.file_any"
	PermScoreDecide   actor.Permission = "workforce.score.decide"
	PermScoreAppeal   actor.Permission = "workforce.score.appeal"
	PermSheetRead     actor.Permission = "workforce.sheet.read"
	PermSheetRate     actor.Permission = "workforce.sheet.rate"
	PermSheetRun      actor.Permission = "workforce.sheet.run"
	PermSheetLock     actor.Permission = "workforce.sheet.lock"
	PermRules         actor.Permission = "workforce.rules.change"
	PermRulesConfirm  actor.Permission = "workforce.rules.confirm"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermPunch, Label: "本人打卡"}, {Name: PermApply, Label: "本人请假和确认 AB 岗"}, {Name: PermLeaveChief, Label: "首席代表审批请假"}, {Name: PermLeaveSection, Label: "业务科审批请假"},
		{Name: PermLeaveLeader, Label: "中心领导审批请假"}, {Name: PermAttendance, Label: "查看考勤"}, {Name: PermAttendanceSum, Label: "查看考勤汇总"}, {Name: PermCorrect, Label: "更正考勤、录入纸质签到"},
		{Name: PermSetup, Label: "设置班次、排班和打卡点"}, {Name: PermStaffRead, Label: "查看人员档案"}, {Name: PermStaffChange, Label: "维护岗位和派驻"}, {Name: PermStaffReveal, Label: "查看人员身份证号"},
		{Name: PermScoreRead, Label: "查看加分扣分"}, {Name: PermScoreFile, Label: "提出加分扣分"}, {Name: PermScoreAny, Label: "提出各项目的加分扣分"}, {Name: PermScoreDecide, Label: "复核加分扣分和申诉"},
		{Name: PermScoreAppeal, Label: "对扣分提出申诉"}, {Name: PermSheetRead, Label: "查看人员考核表"}, {Name: PermSheetRate, Label: "首席代表初评"}, {Name: PermSheetRun, Label: "归集、复核和公示考核表"},
		{Name: PermSheetLock, Label: "锁定考核表"}, {Name: PermRules, Label: "拟订考核规则"}, {Name: PermRulesConfirm, Label: "启用考核规则"},
	}
}

// Matrix is the rows of the permission matrix of the hall that this package keeps (hall reference §8.3), as data: who holds
// what on whose rows. Roles: W 窗口人员, Z 首席代表, D 部门审批人, G 办公室, J 政务监察股, I 政务信息股, H 热线办, B 热线班长,
// F 财务, L 中心领导, T 站点管理员.
type Matrix struct {
	Object string // 对象和动作
	Cells  map[string][]Cell
}

// Cell is what one role may do: with these permissions, on rows of this scope.
type Cell struct {
	Scope       actor.Scope
	Permissions []actor.Permission
}

// matrixRoles are the roles behind the letters.
var matrixRoles = map[string][]string{
	"W": {org.RoleWindow}, "Z": {org.RoleChiefRep}, "D": {org.RoleApprover, org.RoleUnitHead}, "G": {org.RoleOffice}, "J": {org.RoleSupervisor}, "I": {org.RoleInfo},
	"H": {org.RoleAgent, org.RoleDispatcher, org.RoleCallbacker, org.RoleReviewer, org.RoleShiftLead}, "B": {org.RoleShiftLead}, "F": {org.RoleFinance}, "L": {org.RoleLeader}, "T": {org.RoleSiteAdmin},
}

// Rows lists the matrix.
func Rows() []Matrix {
	cell := func(s actor.Scope, p ...actor.Permission) Cell { return Cell{s, p} }
	const own, unit, site, centre = actor.Own, actor.Unit, actor.Site, actor.Centre
	return []Matrix{
		{"考勤打卡、请假", map[string][]Cell{"W": {cell(own, PermPunch, PermApply, PermAttendance)}, "Z": {cell(own, PermPunch, PermApply), cell(unit, PermLeaveChief, PermAttendance)},
			"D": {cell(unit, PermAttendance)}, "G": {cell(centre, PermAttendance, PermCorrect, PermSetup)}, "J": {cell(centre, PermLeaveSection, PermAttendance)},
			"H": {cell(own, PermPunch, PermApply, PermAttendance)}, "F": {cell(centre, PermAttendanceSum)}, "L": {cell(centre, PermLeaveLeader, PermAttendance)},
			"T": {cell(own, PermPunch, PermApply), cell(site, PermLeaveChief, PermAttendance, PermCorrect)}}},
		{"考核加分扣分", map[string][]Cell{"W": {cell(own, PermScoreRead, PermScoreAppeal, PermSheetRead)}, "Z": {cell(unit, PermScoreRead, PermScoreFile, PermScoreAny, PermScoreAppeal, PermSheetRead, PermSheetRate)},
			"D": {cell(unit, PermScoreRead, PermSheetRead)}, "G": {cell(centre, PermScoreFile)}, "J": {cell(centre, PermScoreRead, PermScoreFile, PermScoreAny, PermScoreDecide, PermSheetRead, PermSheetRun, PermRules)},
			"I": {cell(centre, PermScoreRead, PermSheetRead)}, "B": {cell(unit, PermScoreFile, PermScoreAny)}, "F": {cell(centre, PermSheetRead)},
			"L": {cell(centre, PermScoreRead, PermSheetRead, PermSheetLock, PermRulesConfirm)}, "T": {cell(site, PermScoreRead, PermScoreFile, PermScoreAny, PermSheetRead, PermSheetRate)}}},
		{"人员档案", map[string][]Cell{"W": {cell(own, PermStaffRead)}, "Z": {cell(unit, PermStaffRead)}, "D": {cell(unit, PermStaffRead)}, "H": {cell(own, PermStaffRead)},
			"G": {cell(centre, PermStaffRead, PermStaffChange, PermStaffReveal)}, "J": {cell(centre, PermStaffRead)}, "L": {cell(centre, PermStaffRead)}, "T": {cell(site, PermStaffRead)}}},
	}
}

// Grants gives the matrix as grants of roles.
func Grants() []org.Grant {
	var out []org.Grant
	for _, row := range Rows() {
		for letter, cells := range row.Cells {
			for _, role := range matrixRoles[letter] {
				for _, c := range cells {
					for _, p := range c.Permissions {
						out = append(out, org.Grant{Role: role, Permission: p, Scope: c.Scope})
					}
				}
			}
		}
	}
	return out
}

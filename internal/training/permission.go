package training

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead     actor.Permission = "training.course.read"
	PermEnrol    actor.Permission = "training.course.enrol"
	PermSend     actor.Permission = "training.course.send"
	PermManage   actor.Permission = "training.course.manage"
	PermApprove  actor.Permission = "training.course.approve"
	PermQuestion actor.Permission = "training.question.write"
	PermFigure   actor.Permission = "training.figure.read"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看培训"}, {Name: PermEnrol, Label: "报名、签到和测验（本人）"}, {Name: PermSend, Label: "选派人员参加培训"}, {Name: PermManage, Label: "组织培训"},
		{Name: PermApprove, Label: "批准培训计划"}, {Name: PermQuestion, Label: "维护题库"}, {Name: PermFigure, Label: "查看培训数量"},
	}
}

// Cell is what one role may do: with these permissions, on rows of this scope.
type Cell struct {
	Scope       actor.Scope
	Permissions []actor.Permission
}

// Matrix is the row 大讲堂 of the permission matrix (hall reference §8.3) as data, by its letters; see honour.Matrix for them.
// To nominate (Z, D, H, T) is to send one's people. U, who is not in the row, is the staff of handling units, for whom the
// courses of the hotline are held; their head sends them.
func Matrix() map[string][]Cell {
	own := Cell{actor.Centre, []actor.Permission{PermRead, PermEnrol}}
	send := func(s actor.Scope) Cell { return Cell{s, []actor.Permission{PermSend}} }
	figure := Cell{actor.Centre, []actor.Permission{PermFigure}}
	return map[string][]Cell{
		"W": {own}, "Z": {own, send(actor.Unit)}, "D": {own, send(actor.Unit)}, "H": {own, send(actor.Unit)}, "T": {own, send(actor.Site)},
		"G": {own, figure, {actor.Centre, []actor.Permission{PermManage, PermQuestion}}},
		"J": {own, figure, {actor.Centre, []actor.Permission{PermQuestion}}},
		"I": {own, figure},
		"L": {own, figure, {actor.Centre, []actor.Permission{PermApprove}}},
		"F": {figure},
		"U": {own}, "V": {own, send(actor.Unit)},
	}
}

var matrixRoles = map[string][]string{
	"W": {org.RoleWindow, org.RoleAgent}, "Z": {org.RoleChiefRep}, "D": {org.RoleApprover}, "G": {org.RoleOffice}, "J": {org.RoleSupervisor}, "I": {org.RoleInfo},
	"H": {org.RoleShiftLead, org.RoleDispatcher}, "F": {org.RoleFinance}, "L": {org.RoleLeader}, "T": {org.RoleSiteAdmin}, "U": {org.RoleLiaison}, "V": {org.RoleUnitHead},
}

// Grants gives the matrix as grants of roles.
func Grants() []org.Grant {
	var out []org.Grant
	for letter, cells := range Matrix() {
		for _, c := range cells {
			for _, role := range matrixRoles[letter] {
				for _, p := range c.Permissions {
					out = append(out, org.Grant{Role: role, Permission: p, Scope: c.Scope})
				}
			}
		}
	}
	return out
}

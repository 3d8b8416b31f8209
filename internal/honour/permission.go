package honour

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead     actor.Permission = "honour.round.read"
	PermNominate actor.Permission = "honour.candidate.nominate"
	PermManage   actor.Permission = "honour.round.manage"
	PermScore    actor.Permission = "honour.candidate.score"
	PermVote     actor.Permission = "honour.candidate.vote"
	PermDecide   actor.Permission = "honour.round.decide"
	PermFigure   actor.Permission = "honour.figure.read"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看政务之星评选"}, {Name: PermNominate, Label: "提名政务之星"}, {Name: PermManage, Label: "组织政务之星评选"}, {Name: PermScore, Label: "评分和否决候选人"},
		{Name: PermVote, Label: "职工投票"}, {Name: PermDecide, Label: "审定政务之星"}, {Name: PermFigure, Label: "查看政务之星数量"},
	}
}

// Cell is what one role may do: with these permissions, on rows of this scope.
type Cell struct {
	Scope       actor.Scope
	Permissions []actor.Permission
}

// Matrix is the row 政务之星 of the permission matrix (hall reference §8.3) as data, by its letters: W 窗口人员, Z 首席代表,
// D 部门审批人, G 办公室, J 政务监察股, I 政务信息股, H 热线办, F 财务, L 中心领导, T 站点管理员. P, the public, votes with a code. That
// staff vote too is ours: whoever scores or decides does not.
func Matrix() map[string][]Cell {
	read := Cell{actor.Centre, []actor.Permission{PermRead}}
	vote := Cell{actor.Centre, []actor.Permission{PermRead, PermVote}}
	nominate := func(s actor.Scope) Cell { return Cell{s, []actor.Permission{PermNominate}} }
	figure := Cell{actor.Centre, []actor.Permission{PermFigure}}
	return map[string][]Cell{
		"W": {vote}, "Z": {vote, nominate(actor.Unit)}, "D": {vote, nominate(actor.Unit)}, "H": {vote, nominate(actor.Unit)}, "T": {vote, nominate(actor.Site)}, "I": {vote, figure},
		"G": {vote, figure, {actor.Centre, []actor.Permission{PermManage}}},
		"J": {read, figure, {actor.Centre, []actor.Permission{PermScore}}},
		"L": {read, figure, {actor.Centre, []actor.Permission{PermDecide}}},
		"F": {figure},
	}
}

var matrixRoles = map[string][]string{
	"W": {org.RoleWindow, org.RoleAgent}, "Z": {org.RoleChiefRep}, "D": {org.RoleApprover}, "G": {org.RoleOffice}, "J": {org.RoleSupervisor}, "I": {org.RoleInfo},
	"H": {org.RoleShiftLead, org.RoleDispatcher}, "F": {org.RoleFinance}, "L": {org.RoleLeader}, "T": {org.RoleSiteAdmin},
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

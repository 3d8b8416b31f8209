package hallmetric

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead    actor.Permission = "hallmetric.figure.read"
	PermTotals  actor.Permission = "hallmetric.total.read"
	PermPublish actor.Permission = "hallmetric.month.publish"
	PermCheck   actor.Permission = "hallmetric.month.check"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看大厅指标和背后的记录"}, {Name: PermTotals, Label: "查看大厅指标总数"}, {Name: PermPublish, Label: "封存并公布大厅月度指标"}, {Name: PermCheck, Label: "重算和核对大厅指标"},
	}
}

// Cell is what one role may do with figures: with these permissions, on facts of this scope.
type Cell struct {
	Scope       actor.Scope
	Permissions []actor.Permission
}

// Row is the row 指标 of the permission matrix of the hall (hall reference §8.3), by letter: W 窗口人员 their own, Z 首席代表,
// D 部门审批人 and H 部门负责人 their department's, G 办公室, J 政务监察股, I 政务信息股 and L 中心领导 all, F 财务 totals without
// records, T 站点管理员 their site's. The hotline (热线办) reads its own figures, which are not here; the public reads what was
// published. Who publishes is not in the reference: the information section, which publishes the items as well.
func Row() map[string]Cell {
	read := func(s actor.Scope) Cell { return Cell{s, []actor.Permission{PermRead}} }
	return map[string]Cell{
		"W": read(actor.Own), "Z": read(actor.Unit), "D": read(actor.Unit), "H": read(actor.Unit), "T": read(actor.Site), "G": read(actor.Centre), "L": read(actor.Centre),
		"J": {actor.Centre, []actor.Permission{PermRead, PermCheck}}, "I": {actor.Centre, []actor.Permission{PermRead, PermCheck, PermPublish}},
		"F": {actor.Centre, []actor.Permission{PermTotals}},
	}
}

// rowRoles are the roles behind the letters.
var rowRoles = map[string]string{"W": org.RoleWindow, "Z": org.RoleChiefRep, "D": org.RoleApprover, "H": org.RoleUnitHead, "T": org.RoleSiteAdmin, "G": org.RoleOffice, "L": org.RoleLeader,
	"J": org.RoleSupervisor, "I": org.RoleInfo, "F": org.RoleFinance}

// Grants gives the row as grants of roles.
func Grants() []org.Grant {
	var out []org.Grant
	for letter, c := range Row() {
		for _, p := range c.Permissions {
			out = append(out, org.Grant{Role: rowRoles[letter], Permission: p, Scope: c.Scope})
		}
	}
	return out
}

package supervision

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// The permissions of this package.
const (
	PermAlertRead     actor.Permission = "supervision.alert.read"
	PermAlertAnswer   actor.Permission = "supervision.alert.answer"
	PermAlertHandle   actor.Permission = "supervision.alert.handle"
	PermAlertPropose  actor.Permission = "supervision.alert.propose"
	PermAlertLift     actor.Permission = "supervision.alert.lift"
	PermRuleRead      actor.Permission = "supervision.rule.read"
	PermRuleChange    actor.Permission = "supervision.rule.change"
	PermSampleRead    actor.Permission = "supervision.sample.read"
	PermSampleChange  actor.Permission = "supervision.sample.change"
	PermSignalRead    actor.Permission = "supervision.signal.read"
	PermResultRead    actor.Permission = "supervision.result.read"
	PermResultPublish actor.Permission = "supervision.result.publish"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermAlertRead, Label: "查看监察预警"}, {Name: PermAlertAnswer, Label: "签收、回告和申辩监察预警"}, {Name: PermAlertHandle, Label: "督办、送达、核销和维持监察预警"},
		{Name: PermAlertPropose, Label: "提请撤牌"}, {Name: PermAlertLift, Label: "批准撤牌"}, {Name: PermRuleRead, Label: "查看监察规则"}, {Name: PermRuleChange, Label: "修订监察规则"},
		{Name: PermSampleRead, Label: "查看办件抽查"}, {Name: PermSampleChange, Label: "抽取和检查办件"}, {Name: PermSignalRead, Label: "查看异常信号"}, {Name: PermResultRead, Label: "查看监察结果"}, {Name: PermResultPublish, Label: "公布和更正监察结果"},
	}
}

// Matrix is the rows of the permission matrix of the hall that this package keeps (hall reference §8.3), as data. Roles:
// W 窗口人员, Z 首席代表, D 部门审批人, J 政务监察股, I 政务信息股, L 中心领导, T 站点管理员.
type Matrix struct {
	Object string // 对象和动作
	Cells  map[string]Cell
}

// Cell is what one role may do: each permission on rows of its scope.
type Cell map[actor.Permission]actor.Scope

// matrixRoles are the roles behind the letters.
var matrixRoles = map[string]string{"W": org.RoleWindow, "Z": org.RoleChiefRep, "D": org.RoleApprover, "J": org.RoleSupervisor, "I": org.RoleInfo, "L": org.RoleLeader, "T": org.RoleSiteAdmin}

// Rows lists the matrix. Whoever gets alerts may read the rules by which they are given.
func Rows() []Matrix {
	const site, unit, centre = actor.Site, actor.Unit, actor.Centre
	answers := Cell{PermAlertRead: unit, PermAlertAnswer: unit, PermRuleRead: centre, PermResultRead: unit}
	return []Matrix{
		{"监察规则、预警、撤牌", map[string]Cell{
			"W": {PermAlertRead: actor.Own, PermRuleRead: centre}, "Z": answers, "D": answers, "T": {PermAlertRead: site, PermAlertAnswer: site, PermRuleRead: centre},
			"J": {PermAlertRead: centre, PermAlertHandle: centre, PermAlertPropose: centre, PermRuleRead: centre, PermRuleChange: centre, PermSignalRead: centre, PermResultRead: centre, PermResultPublish: centre},
			"I": {PermRuleRead: centre, PermRuleChange: centre},
			"L": {PermAlertRead: centre, PermAlertLift: centre, PermRuleRead: centre, PermSignalRead: centre, PermResultRead: centre}}},
		{"抽查", map[string]Cell{"J": {PermSampleRead: centre, PermSampleChange: centre}, "I": {PermSampleRead: centre}, "L": {PermSampleRead: centre}}},
	}
}

// Grants gives the matrix as grants of roles.
func Grants() []org.Grant {
	var out []org.Grant
	for _, row := range Rows() {
		for letter, c := range row.Cells {
			for p, scope := range c {
				out = append(out, org.Grant{Role: matrixRoles[letter], Permission: p, Scope: scope})
			}
		}
	}
	return out
}

// reach narrows a list to the rows on which the actor holds a permission, by one column each, so that one index serves it.
func reach(w *store.Where, a *actor.Actor, perm actor.Permission) {
	switch scope := a.Scope(perm); {
	case scope >= actor.Centre:
	case scope == actor.Unit:
		store.In(w, "unit_id", unitsOf(a))
	case scope == actor.Own:
		w.And("staff_id = ?", a.UserID)
	case a.SiteID != "":
		w.And("site_id = ?", a.SiteID)
	default:
		w.And("1 = 0")
	}
}

// unitsOf are the units of an actor.
func unitsOf(a *actor.Actor) []string {
	if a.UnitID == "" || slices.Contains(a.UnitIDs, a.UnitID) {
		return a.UnitIDs
	}
	return append([]string{a.UnitID}, a.UnitIDs...)
}

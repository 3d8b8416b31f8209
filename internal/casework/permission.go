package casework

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead              actor.Permission = "casework.case.read"
	PermReceive           actor.Permission = "casework.case.receive"
	PermAccept            actor.Permission = "casework.case.accept"
	PermOverride          actor.Permission = "casework.notice.override"
	PermProposeRefusal    actor.Permission = "casework.refusal.propose"
	PermRefuse            actor.Permission = "casework.refusal.decide"
	PermReview            actor.Permission = "casework.case.review"
	PermDecide            actor.Permission = "casework.case.decide"
	PermDecideInstant     actor.Permission = "casework.case.decide_instant"
	PermProposeSuspension actor.Permission = "casework.suspension.propose"
	PermSuspend           actor.Permission = "casework.suspension.decide"
	PermProposeExtension  actor.Permission = "casework.extension.propose"
	PermExtend            actor.Permission = "casework.extension.decide"
	PermProposeCorrection actor.Permission = "casework.correction.propose"
	PermCorrect           actor.Permission = "casework.correction.decide"
	PermDecline           actor.Permission = "casework.proposal.decline"
	PermDeliver           actor.Permission = "casework.case.deliver"
	PermReassign          actor.Permission = "casework.case.reassign"
	PermArchive           actor.Permission = "casework.case.archive"
	PermReadPersonal      actor.Permission = "casework.personal.read"
	PermPlatform          actor.Permission = "casework.platform.read"
	PermImport            actor.Permission = "casework.platform.import"
	PermExport            actor.Permission = "casework.case.export"
	PermLicence           actor.Permission = "casework.licence.read"
	PermEndLicence        actor.Permission = "casework.licence.end"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看办件"}, {Name: PermReceive, Label: "接件"}, {Name: PermAccept, Label: "补正告知和受理"}, {Name: PermOverride, Label: "再次补正告知"},
		{Name: PermProposeRefusal, Label: "建议不予受理"}, {Name: PermRefuse, Label: "不予受理"}, {Name: PermReview, Label: "审查"}, {Name: PermDecide, Label: "决定"},
		{Name: PermDecideInstant, Label: "按授权决定即办件"}, {Name: PermProposeSuspension, Label: "提请特别程序"}, {Name: PermSuspend, Label: "批准特别程序"},
		{Name: PermProposeExtension, Label: "提请延期"}, {Name: PermExtend, Label: "批准延期"}, {Name: PermProposeCorrection, Label: "建议更正"}, {Name: PermCorrect, Label: "更正"},
		{Name: PermDecline, Label: "退回呈批"}, {Name: PermDeliver, Label: "制证、收费和送达"}, {Name: PermReassign, Label: "移交经办人"}, {Name: PermArchive, Label: "办件归档"},
		{Name: PermReadPersonal, Label: "查看和打印申请人信息"}, {Name: PermPlatform, Label: "查看省平台办件"}, {Name: PermImport, Label: "导入省平台办件和对账"}, {Name: PermExport, Label: "按国家标准导出办件数据"},
		{Name: PermLicence, Label: "查看证照登记"}, {Name: PermEndLicence, Label: "注销、吊销证照，更正有效期"},
	}
}

// Matrix is the rows of the permission matrix of the hall that this package keeps (hall reference §8.3), as data: who holds
// what on whose cases. Roles: W 窗口人员, Z 首席代表, D 部门审批人, H 部门分管负责人, J 政务监察股, I 政务信息股, K 热线办, L 中心领导, T 站点管理员.
type Matrix struct {
	Object string // 对象和动作
	Cells  map[string]Cell
}

// Cell is what one role may do: with these permissions, on rows of this scope.
type Cell struct {
	Scope       actor.Scope
	Permissions []actor.Permission
}

// matrixRoles are the roles behind the letters.
var matrixRoles = map[string][]string{
	"W": {org.RoleWindow}, "Z": {org.RoleChiefRep}, "D": {org.RoleApprover}, "H": {org.RoleUnitHead}, "J": {org.RoleSupervisor},
	"K": {org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher}, "L": {org.RoleLeader}, "T": {org.RoleSiteAdmin}, "I": {org.RoleInfo},
}

// Rows lists the matrix.
func Rows() []Matrix {
	read := Cell{actor.Centre, []actor.Permission{PermRead}}
	cell := func(s actor.Scope, p ...actor.Permission) Cell { return Cell{s, p} }
	const own, unit, centre = actor.Site, actor.Unit, actor.Centre
	return []Matrix{
		{"接件、补正告知、受理", map[string]Cell{"W": cell(own, PermRead, PermReceive, PermAccept, PermReadPersonal), "Z": cell(unit, PermRead, PermAccept, PermOverride, PermReadPersonal),
			"D": cell(unit, PermRead, PermReadPersonal), "H": cell(unit, PermRead), "J": read, "K": read, "L": read, "T": cell(own, PermRead, PermReceive, PermAccept, PermReadPersonal)}},
		{"不予受理", map[string]Cell{"W": cell(own, PermProposeRefusal), "Z": cell(unit, PermRefuse), "D": cell(unit, PermRefuse), "T": cell(own, PermProposeRefusal)}},
		{"审查、决定、用印", map[string]Cell{"W": cell(own, PermDecideInstant, PermDeliver, PermArchive), "Z": cell(unit, PermReview, PermDecide, PermDecideInstant, PermDeliver, PermArchive, PermReassign),
			"D": cell(unit, PermReview, PermDecide, PermDecideInstant), "T": cell(own, PermDecideInstant, PermDeliver, PermArchive)}},
		{"特别程序", map[string]Cell{"W": cell(own, PermProposeSuspension), "Z": cell(unit, PermProposeSuspension), "D": cell(unit, PermSuspend, PermDecline), "T": cell(own, PermProposeSuspension)}},
		{"延期", map[string]Cell{"Z": cell(unit, PermProposeExtension), "H": cell(unit, PermExtend, PermDecline)}},
		{"更正", map[string]Cell{"W": cell(own, PermProposeCorrection), "Z": cell(unit, PermCorrect, PermDecline), "D": cell(unit, PermCorrect), "T": cell(own, PermProposeCorrection)}},
		{"证照登记", map[string]Cell{"W": cell(own, PermLicence), "Z": cell(unit, PermLicence, PermEndLicence), "D": cell(unit, PermLicence, PermEndLicence), "H": cell(unit, PermLicence), "J": cell(centre, PermLicence), "L": cell(centre, PermLicence),
			"T": cell(own, PermLicence)}},
		{"省平台办件、对账、标准数据导出", map[string]Cell{"Z": cell(unit, PermPlatform), "D": cell(unit, PermPlatform), "J": cell(centre, PermPlatform, PermExport), "I": cell(centre, PermPlatform, PermImport, PermExport),
			"L": cell(centre, PermPlatform)}},
	}
}

// Grants gives the matrix as grants of roles.
func Grants() []org.Grant {
	var out []org.Grant
	for _, row := range Rows() {
		for letter, c := range row.Cells {
			for _, role := range matrixRoles[letter] {
				for _, p := range c.Permissions {
					out = append(out, org.Grant{Role: role, Permission: p, Scope: c.Scope})
				}
			}
		}
	}
	return out
}

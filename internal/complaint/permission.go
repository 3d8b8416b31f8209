package complaint

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermStuckRead         actor.Permission = "complaint.stuck.read"
	PermStuckRegister     actor.Permission = "complaint.stuck.register"
	PermStuckManage       actor.Permission = "complaint.stuck.manage"
	PermStuckHandle       actor.Permission = "complaint.stuck.handle"
	PermStuckApprove      actor.Permission = "complaint.denial.approve"
	PermStuckVisit        actor.Permission = "complaint.stuck.visit"
	PermStuckEscalated    actor.Permission = "complaint.stuck.escalated"
	PermStuckPersonal     actor.Permission = "complaint.stuck.personal"
	PermStuckAttach       actor.Permission = "complaint.stuck.attach"
	PermComplaintRead     actor.Permission = "complaint.complaint.read"
	PermComplaintRegister actor.Permission = "complaint.complaint.register"
	PermComplaintHandle   actor.Permission = "complaint.complaint.handle"
	PermComplaintAnswer   actor.Permission = "complaint.complaint.answer"
	PermComplaintSerious  actor.Permission = "complaint.complaint.serious"
	PermComplaintPersonal actor.Permission = "complaint.complaint.personal"
	PermComplaintAttach   actor.Permission = "complaint.complaint.attach"
	PermCauses            actor.Permission = "complaint.cause.read"
	PermTable             actor.Permission = "complaint.table.change"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermStuckRead, Label: "查看办不成事"}, {Name: PermStuckRegister, Label: "登记办不成事"}, {Name: PermStuckManage, Label: "受理、定性和派单"}, {Name: PermStuckHandle, Label: "承办办不成事"},
		{Name: PermStuckApprove, Label: "批准否定答复"}, {Name: PermStuckVisit, Label: "回访反映人"}, {Name: PermStuckEscalated, Label: "批示提级的办不成事"}, {Name: PermStuckPersonal, Label: "查看反映人信息"},
		{Name: PermComplaintRead, Label: "查看投诉"}, {Name: PermComplaintRegister, Label: "登记投诉"}, {Name: PermComplaintHandle, Label: "受理、调查和处置投诉"}, {Name: PermComplaintAnswer, Label: "说明情况和整改备案"},
		{Name: PermComplaintSerious, Label: "审定严重投诉"}, {Name: PermComplaintPersonal, Label: "查看投诉人信息和投诉内容"}, {Name: PermStuckAttach, Label: "补充办不成事的附件"}, {Name: PermComplaintAttach, Label: "补充投诉的附件"}, {Name: PermCauses, Label: "查看根因分析"}, {Name: PermTable, Label: "维护投诉时限和成因"},
	}
}

// Matrix is one row of the permission matrix of the hall that this package keeps (hall reference §8.3), as data. Roles: W 窗口人员,
// Z 首席代表, D 部门审批人, G 办公室, J 政务监察股, K 热线办, L 中心领导, T 站点管理员.
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
	"W": {org.RoleWindow}, "Z": {org.RoleChiefRep}, "D": {org.RoleApprover}, "G": {org.RoleOffice}, "J": {org.RoleSupervisor},
	"K": {org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher, org.RoleCallbacker}, "L": {org.RoleLeader}, "T": {org.RoleSiteAdmin},
}

// Rows lists the matrix.
func Rows() []Matrix {
	cell := func(s actor.Scope, p ...actor.Permission) Cell { return Cell{s, p} }
	const own, unit, site, centre = actor.Own, actor.Unit, actor.Site, actor.Centre
	return []Matrix{
		{"办不成事", map[string]Cell{"W": cell(own, PermStuckRead, PermStuckRegister, PermStuckPersonal, PermStuckAttach), "Z": cell(unit, PermStuckRead, PermStuckHandle, PermStuckPersonal, PermStuckAttach),
			"D": cell(unit, PermStuckRead, PermStuckHandle, PermStuckApprove, PermStuckPersonal, PermStuckAttach), "G": cell(centre, PermStuckRead),
			"J": cell(centre, PermStuckRead, PermStuckRegister, PermStuckManage, PermStuckVisit, PermStuckPersonal, PermStuckAttach), "K": cell(centre, PermStuckRead, PermStuckRegister, PermStuckManage, PermStuckVisit, PermStuckPersonal, PermStuckAttach),
			"L": cell(centre, PermStuckRead, PermStuckEscalated), "T": cell(site, PermStuckRead, PermStuckRegister, PermStuckManage, PermStuckHandle, PermStuckPersonal, PermStuckAttach)}},
		{"投诉", map[string]Cell{"Z": cell(unit, PermComplaintRead, PermComplaintAnswer, PermComplaintAttach), "D": cell(unit, PermComplaintRead, PermComplaintAnswer, PermComplaintAttach),
			"J": cell(centre, PermComplaintRead, PermComplaintRegister, PermComplaintHandle, PermComplaintPersonal, PermComplaintAttach), "K": cell(centre, PermComplaintRegister),
			"L": cell(centre, PermComplaintRead, PermComplaintSerious), "T": cell(site, PermComplaintRead, PermComplaintAnswer, PermComplaintAttach)}},
		{"根因分析", map[string]Cell{"Z": cell(unit, PermCauses), "D": cell(unit, PermCauses), "G": cell(centre, PermCauses), "J": cell(centre, PermCauses, PermTable), "K": cell(centre, PermCauses),
			"L": cell(centre, PermCauses)}},
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

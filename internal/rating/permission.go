package rating

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead       actor.Permission = "rating.rating.read"
	PermShowCode   actor.Permission = "rating.code.show"
	PermPhone      actor.Permission = "rating.rating.phone"
	PermIdentity   actor.Permission = "rating.identity.read"
	PermTaskRead   actor.Permission = "rating.task.read"
	PermDispatch   actor.Permission = "rating.task.dispatch"
	PermContact    actor.Permission = "rating.task.contact"
	PermHandle     actor.Permission = "rating.task.handle"
	PermAppeal     actor.Permission = "rating.task.appeal"
	PermReview     actor.Permission = "rating.task.review"
	PermFollowUp   actor.Permission = "rating.task.follow_up"
	PermClose      actor.Permission = "rating.task.close"
	PermAdjudicate actor.Permission = "rating.appeal.decide"
	PermParameter  actor.Permission = "rating.parameter.change"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看评价（不含评价人）"}, {Name: PermShowCode, Label: "出示评价码"}, {Name: PermPhone, Label: "凭评价码代记电话评价"},
		{Name: PermIdentity, Label: "查看评价人姓名和电话"}, {Name: PermTaskRead, Label: "查看差评任务"}, {Name: PermDispatch, Label: "派发差评任务、判定无效"},
		{Name: PermContact, Label: "记录与评价人的联系"}, {Name: PermHandle, Label: "整改差评"}, {Name: PermAppeal, Label: "对差评申诉"}, {Name: PermReview, Label: "复核差评整改"},
		{Name: PermFollowUp, Label: "差评回访"}, {Name: PermClose, Label: "差评办结"}, {Name: PermAdjudicate, Label: "裁定差评申诉"}, {Name: PermParameter, Label: "设置评价参数"},
	}
}

// Matrix is one row of the permission matrix of the hall that this package keeps (hall reference §8.3), as data: who holds
// what on whose ratings. Roles: W 窗口人员, Z 首席代表, D 部门审批人, J 政务监察股, I 政务信息股, H 热线办, B 回访员 of 热线办,
// L 中心领导, T 站点管理员. The citizen (P) holds nothing by a role: the code of the service is his right.
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
	"W": {org.RoleWindow}, "Z": {org.RoleChiefRep}, "D": {org.RoleApprover}, "J": {org.RoleSupervisor}, "I": {org.RoleInfo},
	"H": {org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher}, "B": {org.RoleCallbacker}, "L": {org.RoleLeader}, "T": {org.RoleSiteAdmin},
}

// Rows lists the matrix. The cell H of the reference (r u) is two here: whoever works at the hotline reads, and the
// follow-up caller alone acts on a task and reads who rated.
func Rows() []Matrix {
	cell := func(s actor.Scope, p ...actor.Permission) Cell { return Cell{s, p} }
	const own, site, unit, centre = actor.Own, actor.Site, actor.Unit, actor.Centre
	return []Matrix{
		{"评价", map[string]Cell{"W": cell(own, PermShowCode), "Z": cell(unit, PermShowCode), "T": cell(site, PermShowCode), "J": cell(centre, PermRead, PermIdentity), "I": cell(centre, PermRead),
			"H": cell(centre, PermRead, PermPhone), "B": cell(centre, PermRead, PermPhone, PermIdentity), "L": cell(centre, PermRead)}},
		{"差评任务", map[string]Cell{"W": cell(own, PermTaskRead, PermAppeal), "Z": cell(unit, PermTaskRead, PermContact, PermHandle, PermAppeal), "D": cell(unit, PermTaskRead, PermContact, PermHandle),
			"J": cell(centre, PermTaskRead, PermDispatch, PermReview, PermClose), "I": cell(centre, PermTaskRead), "H": cell(centre, PermTaskRead), "B": cell(centre, PermTaskRead, PermContact, PermFollowUp),
			"L": cell(centre, PermTaskRead, PermAdjudicate), "T": cell(site, PermTaskRead, PermContact, PermHandle)}},
		{"评价参数", map[string]Cell{"J": cell(centre, PermParameter)}},
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

package org

import "yichuang/internal/actor"

// The permissions of this package.
const (
	PermCentreCreate   actor.Permission = "org.centre.create"
	PermCentreWrite    actor.Permission = "org.centre.write"
	PermDivisionImport actor.Permission = "org.division.import"
	PermSiteRead       actor.Permission = "org.site.read"
	PermSiteWrite      actor.Permission = "org.site.write"
	PermUnitRead       actor.Permission = "org.unit.read"
	PermUnitWrite      actor.Permission = "org.unit.write"
	PermUserRead       actor.Permission = "org.user.read"
	PermUserPhone      actor.Permission = "org.user.phone"
	PermUserWrite      actor.Permission = "org.user.write"
	PermUserReset      actor.Permission = "org.user.reset"
	PermRoleRead       actor.Permission = "org.role.read"
	PermRoleAssign     actor.Permission = "org.role.assign"
	PermTokenCreate    actor.Permission = "org.token.create"
	PermTokenManage    actor.Permission = "org.token.manage"
	PermImport         actor.Permission = "org.import"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermCentreCreate, Label: "新建政务中心", Reserved: true},
		{Name: PermCentreWrite, Label: "修改中心信息"},
		{Name: PermDivisionImport, Label: "导入行政区划"},
		{Name: PermSiteRead, Label: "查看站点"},
		{Name: PermSiteWrite, Label: "维护站点"},
		{Name: PermUnitRead, Label: "查看单位"},
		{Name: PermUnitWrite, Label: "维护单位"},
		{Name: PermUserRead, Label: "查看用户"},
		{Name: PermUserPhone, Label: "查看用户手机号"},
		{Name: PermUserWrite, Label: "维护用户"},
		{Name: PermUserReset, Label: "重置密码、解除锁定"},
		{Name: PermRoleRead, Label: "查看角色权限表"},
		{Name: PermRoleAssign, Label: "分配角色"},
		{Name: PermTokenCreate, Label: "创建自己的接口令牌"},
		{Name: PermTokenManage, Label: "查看和吊销他人的接口令牌"},
		{Name: PermImport, Label: "批量导入单位、站点、用户"},
	}
}

// Grants says which role holds which permission of this package, and how far: the row 用户/角色 of the permission
// matrix, where 办公室 keeps accounts, 政务信息股 helps technically, leaders and 政务监察股 look, and the
// administrator of a branch or township stays on his own site.
func Grants() []Grant {
	var out []Grant
	give := func(p actor.Permission, s actor.Scope, roles ...string) {
		for _, r := range roles {
			out = append(out, Grant{r, p, s})
		}
	}
	for _, r := range roles() {
		give(PermUnitRead, actor.Centre, r.Code)
		give(PermSiteRead, actor.Centre, r.Code)
	}
	give(PermCentreWrite, actor.Centre, RoleAdmin)
	give(PermDivisionImport, actor.Centre, RoleAdmin, RoleInfo)
	give(PermSiteWrite, actor.Centre, RoleAdmin, RoleOffice)
	give(PermSiteWrite, actor.Site, RoleSiteAdmin)
	give(PermUnitWrite, actor.Centre, RoleAdmin, RoleOffice)
	give(PermUserRead, actor.Centre, RoleAdmin, RoleOffice, RoleInfo, RoleLeader, RoleSupervisor)
	give(PermUserRead, actor.Site, RoleSiteAdmin)
	give(PermUserRead, actor.Unit, RoleShiftLead, RoleUnitHead, RoleChiefRep)
	give(PermUserPhone, actor.Centre, RoleAdmin, RoleOffice)
	give(PermUserPhone, actor.Site, RoleSiteAdmin)
	give(PermUserWrite, actor.Centre, RoleAdmin, RoleOffice)
	give(PermUserWrite, actor.Site, RoleSiteAdmin)
	give(PermUserReset, actor.Centre, RoleAdmin, RoleOffice, RoleInfo)
	give(PermUserReset, actor.Site, RoleSiteAdmin)
	give(PermRoleRead, actor.Centre, RoleAdmin, RoleOffice, RoleInfo, RoleLeader, RoleSupervisor)
	give(PermRoleAssign, actor.Centre, RoleAdmin, RoleOffice)
	give(PermRoleAssign, actor.Site, RoleSiteAdmin)
	give(PermTokenCreate, actor.Own, RoleAdmin, RoleInfo)
	give(PermTokenManage, actor.Centre, RoleAdmin)
	give(PermImport, actor.Centre, RoleAdmin, RoleOffice)
	return out
}

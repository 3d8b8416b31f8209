package item

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead      actor.Permission = "item.version.read"
	PermWrite     actor.Permission = "item.version.write"
	PermReview    actor.Permission = "item.version.review"
	PermPublish   actor.Permission = "item.version.publish"
	PermImport    actor.Permission = "item.import"
	PermAuthRead  actor.Permission = "item.authorization.read"
	PermAuthDraft actor.Permission = "item.authorization.draft"
	PermAuthIssue actor.Permission = "item.authorization.issue"
	PermAuthFile  actor.Permission = "item.authorization.file"
	PermAuthShow  actor.Permission = "item.authorization.publish"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看事项"}, {Name: PermWrite, Label: "编制事项"}, {Name: PermReview, Label: "部门审核事项"}, {Name: PermPublish, Label: "审核发布、暂停和取消事项"}, {Name: PermImport, Label: "导入事项"},
		{Name: PermAuthRead, Label: "查看授权书和委托协议"}, {Name: PermAuthDraft, Label: "草拟授权书和委托协议"}, {Name: PermAuthIssue, Label: "签发和撤销授权书、委托协议"},
		{Name: PermAuthFile, Label: "授权备案"}, {Name: PermAuthShow, Label: "授权公示"},
	}
}

// Grants are the rows 事项 and 授权书、委托 of the permission matrix of the hall: the department drafts, reviews and issues, the
// office files, 政务信息股 publishes, everybody who works in the hall or for the hotline looks, the window at his own letters,
// the administrator of a site at what belongs to it; 财务 does not. What the public may read is public.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(p actor.Permission, s actor.Scope, roles ...string) {
		for _, r := range roles {
			out = append(out, org.Grant{Role: r, Permission: p, Scope: s})
		}
	}
	hotline := []string{org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher, org.RoleCallbacker, org.RoleReviewer}
	give(PermRead, actor.Centre, org.RoleWindow, org.RoleChiefRep, org.RoleApprover, org.RoleOffice, org.RoleSupervisor, org.RoleInfo, org.RoleLeader)
	give(PermRead, actor.Centre, hotline...)
	give(PermRead, actor.Site, org.RoleSiteAdmin)
	give(PermWrite, actor.Unit, org.RoleChiefRep, org.RoleApprover)
	give(PermReview, actor.Unit, org.RoleApprover)
	give(PermPublish, actor.Centre, org.RoleInfo)
	give(PermImport, actor.Centre, org.RoleInfo)
	give(PermAuthRead, actor.Own, org.RoleWindow)
	give(PermAuthRead, actor.Unit, org.RoleChiefRep, org.RoleApprover)
	give(PermAuthRead, actor.Site, org.RoleSiteAdmin)
	give(PermAuthRead, actor.Centre, org.RoleOffice, org.RoleSupervisor, org.RoleInfo, org.RoleLeader)
	give(PermAuthDraft, actor.Unit, org.RoleApprover)
	give(PermAuthIssue, actor.Unit, org.RoleApprover)
	give(PermAuthFile, actor.Centre, org.RoleOffice)
	give(PermAuthShow, actor.Centre, org.RoleInfo)
	return out
}

package org

import (
	"slices"
	"strings"

	"yichuang/internal/actor"
)

// The roles (角色), one for each person whom the program serves.
const (
	RoleAgent      = "agent"
	RoleShiftLead  = "shift_lead"
	RoleDispatcher = "dispatcher"
	RoleCallbacker = "callbacker"
	RoleReviewer   = "reviewer"
	RoleLiaison    = "liaison"
	RoleUnitHead   = "unit_head"
	RoleSupervisor = "supervisor"
	RoleWindow     = "window"
	RoleChiefRep   = "chief_rep"
	RoleApprover   = "approver"
	RoleInfo       = "info"
	RoleOffice     = "office"
	RoleFinance    = "finance"
	RoleKnowledge  = "knowledge"
	RoleLeader     = "leader"
	RoleSiteAdmin  = "site_admin"
	RoleAdmin      = "admin"
)

// Role is a bundle of grants that a person can be given.
type Role struct {
	Code string
	Name string // Chinese
	Duty string // what the person does, for the page that gives roles
	// Givers are the roles whose holders may give this one to others, where they hold org.role.assign.
	Givers []string
}

// roles is the closed list, in the order of pages.
func roles() []Role {
	all := []string{RoleAdmin, RoleOffice, RoleSiteAdmin}
	centre := []string{RoleAdmin, RoleOffice}
	top := []string{RoleAdmin}
	return []Role{
		{RoleAgent, "话务员", "接听来电，登记诉求，当场答复", centre},
		{RoleShiftLead, "热线班长", "带班，处理班组疑难，查看本班工作量", centre},
		{RoleDispatcher, "派单员", "把工单派给承办单位，处理退单", centre},
		{RoleCallbacker, "回访员", "回访诉求人，记录满意度", centre},
		{RoleReviewer, "审核员", "审核承办单位的答复", centre},
		{RoleLiaison, "承办单位联络员", "签收、办理、回复本单位工单", all},
		{RoleUnitHead, "承办单位分管负责人", "审签本单位的答复、延期和退单", centre},
		{RoleSupervisor, "督办员（政务监察股）", "催办督办，受理投诉，抽查办件", centre},
		{RoleWindow, "窗口人员", "收件、叫号、办理窗口业务", all},
		{RoleChiefRep, "首席代表", "本单位窗口的授权决定与人员管理", all},
		{RoleApprover, "部门审批人", "审查和决定本部门办件", centre},
		{RoleInfo, "政务信息股", "事项、数据目录、共享申请和门户内容", centre},
		{RoleOffice, "办公室", "人员、考勤、培训、资产、档案和账号", top},
		{RoleFinance, "财务", "预算、账簿、决算、采购和公开", centre},
		{RoleKnowledge, "知识库管理员", "审核、发布和维护知识库条目", centre},
		{RoleLeader, "中心领导", "查看全部，审批，督促", top},
		{RoleSiteAdmin, "分中心／乡镇管理员", "管理本站点的人员和业务", centre},
		{RoleAdmin, "系统管理员", "安装、设置、账号和备份", top},
	}
}

// Roles lists every role in the order of pages.
func (m *Module) Roles() []Role { return roles() }

// RoleName gives the Chinese name of a role code; the code itself where it is unknown.
func RoleName(code string) string {
	if r, ok := findRole(code); ok {
		return r.Name
	}
	return code
}

// RoleNames is RoleName for a list, joined by 、.
func RoleNames(codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = RoleName(c)
	}
	return strings.Join(names, "、")
}

func findRole(code string) (Role, bool) {
	for _, r := range roles() {
		if r.Code == code {
			return r, true
		}
	}
	return Role{}, false
}

// FindRole reads a role as people write it in a list: its code or its Chinese name.
func FindRole(s string) (Role, bool) {
	s = strings.TrimSpace(s)
	for _, r := range roles() {
		if r.Code == s || r.Name == s || strings.TrimSuffix(r.Name, "（政务监察股）") == s {
			return r, true
		}
	}
	return Role{}, false
}

// mayGive reports whether a holder of have may give or take away role.
func mayGive(have []string, role string) bool {
	r, ok := findRole(role)
	if !ok {
		return slices.Contains(have, RoleAdmin) // a role of an earlier version: let it be taken away
	}
	return slices.ContainsFunc(r.Givers, func(g string) bool { return slices.Contains(have, g) })
}

// MayGive reports whether an actor may give or take away a role, as far as the role goes; the reach of org.role.assign
// comes on top.
func MayGive(a *actor.Actor, role string) bool {
	return a.Kind == actor.System || mayGive(a.Roles, role)
}

// splitList and joinList keep short closed lists in one text column: "a,b,c", sorted and without repeats.
func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func joinList(list []string) string {
	c := slices.Clone(list)
	slices.Sort(c)
	return strings.Join(slices.Compact(c), ",")
}

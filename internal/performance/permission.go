package performance

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead    actor.Permission = "performance.programme.read"
	PermTarget  actor.Permission = "performance.target.write"
	PermFill    actor.Permission = "performance.evaluation.fill"
	PermSection actor.Permission = "performance.evaluation.section"
	PermFinance actor.Permission = "performance.evaluation.finance"
	PermLead    actor.Permission = "performance.evaluation.lead"
	PermWatch   actor.Permission = "performance.watch.write"
	PermPolicy  actor.Permission = "performance.policy.choose"
	PermDraw    actor.Permission = "performance.draw.write"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看绩效目标和评价"}, {Name: PermTarget, Label: "编制绩效目标和指标"}, {Name: PermFill, Label: "填报绩效自评"},
		{Name: PermSection, Label: "股室审核绩效自评"}, {Name: PermFinance, Label: "财务审核绩效自评"}, {Name: PermLead, Label: "审定、重开绩效评价"},
		{Name: PermWatch, Label: "绩效监控"}, {Name: PermPolicy, Label: "选定绩效评分规则"}, {Name: PermDraw, Label: "绩效抽评"},
	}
}

// Grants says which role may do what (hall reference §8.3, row 指标, and the chain 自评 → 股室 → 财务 → 中心领导): the finance
// section sets targets, chooses the policy and reviews; the sections report and review; the leader decides and edits
// nothing; 政务监察股 draws samples of what was decided.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(role string, perms ...actor.Permission) {
		for _, p := range perms {
			out = append(out, org.Grant{Role: role, Permission: p, Scope: actor.Centre})
		}
	}
	give(org.RoleFinance, PermRead, PermTarget, PermFill, PermFinance, PermWatch, PermPolicy)
	give(org.RoleOffice, PermRead, PermTarget, PermFill, PermSection, PermWatch)
	give(org.RoleSupervisor, PermRead, PermFill, PermSection, PermDraw)
	give(org.RoleInfo, PermRead, PermFill, PermSection)
	give(org.RoleShiftLead, PermRead, PermFill)
	give(org.RoleLeader, PermRead, PermLead)
	return out
}

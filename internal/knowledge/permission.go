package knowledge

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead       actor.Permission = "knowledge.entry.read"
	PermReadOffice actor.Permission = "knowledge.entry.read_office"
	PermWrite      actor.Permission = "knowledge.entry.write"
	PermUnitReview actor.Permission = "knowledge.entry.unit_review"
	PermPublish    actor.Permission = "knowledge.entry.publish"
	PermWithdraw   actor.Permission = "knowledge.entry.withdraw"
	PermImport     actor.Permission = "knowledge.entry.import"
	PermAsk        actor.Permission = "knowledge.correction.ask"
	PermAnswer     actor.Permission = "knowledge.correction.answer"
	PermGaps       actor.Permission = "knowledge.gap.read"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查阅和引用知识条目"}, {Name: PermReadOffice, Label: "查阅仅限热线的知识条目"}, {Name: PermWrite, Label: "采编知识条目"},
		{Name: PermUnitReview, Label: "审核本单位的知识条目"}, {Name: PermPublish, Label: "复核并发布知识条目"}, {Name: PermWithdraw, Label: "下架知识条目"},
		{Name: PermImport, Label: "批量导入知识条目"}, {Name: PermAsk, Label: "提出知识纠错"}, {Name: PermAnswer, Label: "答复知识纠错"},
		{Name: PermGaps, Label: "查看知识缺口"},
	}
}

// Grants says who may do what: units write and review what they answer for, the hotline office has the last word.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(scope actor.Scope, roles []string, perms ...actor.Permission) {
		for _, r := range roles {
			for _, p := range perms {
				out = append(out, org.Grant{Role: r, Permission: p, Scope: scope})
			}
		}
	}
	desk := []string{org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher, org.RoleReviewer, org.RoleCallbacker, org.RoleKnowledge, org.RoleSupervisor, org.RoleLeader}
	unit := []string{org.RoleLiaison, org.RoleUnitHead}
	others := []string{org.RoleInfo, org.RoleOffice, org.RoleWindow, org.RoleChiefRep, org.RoleApprover}
	give(actor.Centre, append(append(append([]string{}, desk...), unit...), others...), PermRead, PermAsk)
	give(actor.Centre, desk, PermReadOffice)
	give(actor.Centre, []string{org.RoleAgent, org.RoleShiftLead, org.RoleReviewer, org.RoleKnowledge}, PermWrite, PermGaps)
	give(actor.Centre, []string{org.RoleShiftLead, org.RoleReviewer, org.RoleKnowledge}, PermPublish, PermWithdraw)
	give(actor.Centre, []string{org.RoleKnowledge}, PermAnswer, PermImport)
	give(actor.Centre, []string{org.RoleSupervisor, org.RoleLeader}, PermGaps)
	give(actor.Unit, unit, PermWrite, PermUnitReview, PermAnswer)
	give(actor.Unit, []string{org.RoleUnitHead}, PermWithdraw)
	return out
}

// CitizenActor is somebody on the public pages of a centre: they read what is public and may point out mistakes.
func CitizenActor(centre, ip, requestID string) *actor.Actor {
	return &actor.Actor{Kind: actor.Citizen, Name: "群众", CentreID: centre, IP: ip, RequestID: requestID,
		Grants: map[actor.Permission]actor.Scope{PermRead: actor.Own, PermAsk: actor.Own}}
}

package hotline

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// appendGrants lists the grants of the hotline's permissions.
func appendGrants(give func(actor.Scope, []string, ...actor.Permission), out *[]org.Grant) []org.Grant {
	desk := []string{org.RoleAgent, org.RoleShiftLead}
	office := []string{org.RoleDispatcher, org.RoleReviewer, org.RoleCallbacker}
	everyDesk := append(append([]string{org.RoleSupervisor, org.RoleLeader}, desk...), office...)
	give(actor.Centre, everyDesk, PermRead)
	give(actor.Centre, []string{org.RoleKnowledge}, PermRead) // consultations are what entries are made from
	give(actor.Centre, append(append([]string{}, desk...), office...), PermRegister, PermReadPersonal, PermComment, PermUrge)
	give(actor.Centre, desk, PermAccept, PermEmergency, PermWithdraw)
	give(actor.Centre, []string{org.RoleShiftLead}, PermRefuse, PermDispatch, PermReview, PermCallback, PermRework, PermArchive, PermImport, PermReport, PermDecide, PermSuspend)
	give(actor.Centre, []string{org.RoleDispatcher}, PermAccept, PermRefuse, PermEmergency, PermDispatch, PermWithdraw, PermRule, PermImport, PermReport)
	give(actor.Centre, []string{org.RoleReviewer}, PermReview, PermRework, PermArchive, PermReport, PermDecide)
	give(actor.Centre, []string{org.RoleCallbacker}, PermCallback, PermRework, PermArchive)
	give(actor.Centre, []string{org.RoleSupervisor}, PermReadPersonal, PermComment, PermUrge, PermDecide, PermSuspend, PermReport)
	give(actor.Centre, []string{org.RoleLeader}, PermReport, PermSuspend, PermUrge)
	give(actor.Unit, []string{org.RoleLiaison, org.RoleUnitHead}, PermRead, PermReadPersonal, PermSign, PermSubmit, PermExtend, PermComment)
	give(actor.Unit, []string{org.RoleUnitHead}, PermSignOff, PermReport)
	give(actor.Unit, []string{org.RoleLiaison, org.RoleUnitHead}, PermSendDown, PermDispute, PermDraftReturn)
	give(actor.Unit, []string{org.RoleUnitHead}, PermReturn)
	give(actor.Centre, []string{org.RoleShiftLead}, PermTerminate, PermMerge, PermCorrect)
	give(actor.Centre, []string{org.RoleDispatcher}, PermMerge, PermCorrect)
	give(actor.Centre, []string{org.RoleReviewer}, PermTerminate, PermCorrect)
	give(actor.Centre, []string{org.RoleSupervisor, org.RoleLeader}, PermTerminate)
	give(actor.Centre, []string{org.RoleAdmin}, PermPolicy, PermDuty, PermMessages)
	give(actor.Centre, []string{org.RoleAdmin, org.RoleSupervisor}, PermModel)
	give(actor.Centre, []string{org.RoleSupervisor, org.RoleLeader, org.RoleShiftLead}, PermTopic)
	give(actor.Centre, []string{org.RoleShiftLead, org.RoleReviewer, org.RoleSupervisor, org.RoleLeader}, PermSupervise)
	give(actor.Centre, []string{org.RoleSupervisor, org.RoleLeader}, PermSuperviseHigh, PermLift)
	give(actor.Centre, []string{org.RoleShiftLead, org.RoleOffice, org.RoleLeader}, PermDuty)
	give(actor.Centre, append([]string{org.RoleOffice, org.RoleAdmin}, everyDesk...), PermDutyRead)
	give(actor.Centre, []string{org.RoleShiftLead, org.RoleCallbacker, org.RoleSupervisor}, PermMessages)
	give(actor.Unit, []string{org.RoleUnitHead}, PermSuperviseReply, PermAnswer)
	give(actor.Centre, append([]string{org.RoleLiaison, org.RoleUnitHead}, everyDesk...), PermOverdue)
	give(actor.Centre, append([]string{org.RoleAdmin}, everyDesk...), PermRuleRead)
	give(actor.Centre, []string{org.RoleSupervisor, org.RoleLeader, org.RoleAdmin}, PermAudit)
	give(actor.Centre, []string{org.RoleSupervisor}, PermMetric)
	return *out
}

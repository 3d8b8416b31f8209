package app

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/assess"
	"yichuang/internal/attest"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/complaint"
	"yichuang/internal/exchange"
	"yichuang/internal/finance"
	"yichuang/internal/finance/examine"
	"yichuang/internal/hall"
	"yichuang/internal/hallmetric"
	"yichuang/internal/honour"
	"yichuang/internal/hotline"
	"yichuang/internal/item"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/outbox"
	"yichuang/internal/performance"
	"yichuang/internal/rating"
	"yichuang/internal/report"
	"yichuang/internal/site"
	"yichuang/internal/supervision"
	"yichuang/internal/telephony"
	"yichuang/internal/training"
	"yichuang/internal/workforce"
)

// access lists every module's permissions, and who holds them.
func access() ([]actor.PermissionInfo, []org.Grant) {
	permissions := slices.Concat(hotline.Permissions, calendar.Permissions(), knowledge.Permissions(), archive.Permissions(), attest.Permissions(), assess.Permissions(), telephony.Permissions, report.Permissions(), finance.Permissions(), item.Permissions(), hall.Permissions(), hallmetric.Permissions(), casework.Permissions(), complaint.Permissions(), outbox.Permissions(), rating.Permissions(), supervision.Permissions(), honour.Permissions(), training.Permissions(), site.Permissions(), performance.Permissions(), examine.Permissions(), workforce.Permissions(), exchange.Permissions())
	grants := slices.Concat(hotline.Grants(), calendarGrants(), knowledge.Grants(), archive.Grants(), attest.Grants(), assess.Grants(), telephony.Grants(), report.Grants(), finance.Grants(), item.Grants(), hall.Grants(), hallmetric.Grants(), casework.Grants(), complaint.Grants(), outbox.Grants(), rating.Grants(), supervision.Grants(), honour.Grants(), training.Grants(), site.Grants(), performance.Grants(), examine.Grants(), workforce.Grants(), exchange.Grants())
	return permissions, grants
}

// calendarGrants are the row 日历 of the permission matrix (hall reference §8.3): everybody reads; 政务信息股, 办公室 and the
// administrator publish.
func calendarGrants() []org.Grant {
	var out []org.Grant
	for _, role := range []string{org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher, org.RoleCallbacker, org.RoleReviewer, org.RoleLiaison, org.RoleUnitHead,
		org.RoleSupervisor, org.RoleWindow, org.RoleChiefRep, org.RoleApprover, org.RoleInfo, org.RoleOffice, org.RoleFinance, org.RoleKnowledge, org.RoleLeader,
		org.RoleSiteAdmin, org.RoleAdmin} {
		out = append(out, org.Grant{Role: role, Permission: calendar.PermDayRead, Scope: actor.Centre})
	}
	for _, role := range []string{org.RoleInfo, org.RoleOffice, org.RoleAdmin} {
		out = append(out, org.Grant{Role: role, Permission: calendar.PermDayPublish, Scope: actor.Centre},
			org.Grant{Role: role, Permission: calendar.PermHoursPublish, Scope: actor.Centre})
	}
	return out
}

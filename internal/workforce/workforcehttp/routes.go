// Package workforcehttp is the pages of package workforce and its part of the API: a person's own page for punching and
// leave, made for a phone; approvals; the month of a unit; the archive of people; shifts, rosters and outages; events,
// sheets and rules of the assessment; and the screen of the hall that shows the code.
package workforcehttp

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/org"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

// Deps are what the pages work with.
type Deps struct {
	Workforce *workforce.Module
	Org       *org.Module
	Blobs     *blob.Store
	// Units lists the units of the centre for a choice.
	Units func(ctx context.Context) ([]web.Option, error)
	// Letter gives the 授权书 of somebody by its number: in words with where it stands and, for those who may read it, where it is.
	Letter func(ctx context.Context, user, number string) (web.Link, error)
}

type handlers struct {
	Deps
	kit *web.Kit
}

// codeRate is what one address may try of codes: a hall full of people behind one address in the minutes before eight, but
// no searching.
var codeRate = web.Rate{PerMinute: 120, Burst: 60}

// uploadBody is the largest request with a file.
const uploadBody = 24 << 20

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d, kit}
	registerOwn(kit, h)
	registerAttendance(kit, h)
	registerAssessment(kit, h)
	kit.Public("GET /workforce/c/{centre}/gate/{code}", h.gate)
	kit.Nav(
		web.NavItem{Group: "人员", Label: "打卡和请假", Href: "/workforce/me", Permission: workforce.PermPunch, Icon: "clock"},
		web.NavItem{Group: "人员", Label: "请假", Href: "/workforce/leaves", Permission: workforce.PermAttendance, Icon: "checklist"},
		web.NavItem{Group: "人员", Label: "月考勤", Href: "/workforce/attendance", Permission: workforce.PermAttendance, Icon: "calendar"},
		web.NavItem{Group: "人员", Label: "考勤汇总", Href: "/workforce/sums", Permission: workforce.PermAttendanceSum, Icon: "calendar"},
		web.NavItem{Group: "人员", Label: "停机和纸质签到", Href: "/workforce/outages", Permission: workforce.PermCorrect, Icon: "file-text"},
		web.NavItem{Group: "人员", Label: "班次和排班", Href: "/workforce/setup", Permission: workforce.PermSetup, Icon: "settings"},
		web.NavItem{Group: "人员", Label: "人员档案", Href: "/workforce/staff", Permission: workforce.PermStaffRead, Icon: "users"},
		web.NavItem{Group: "人员", Label: "加分扣分", Href: "/workforce/scores", Permission: workforce.PermScoreRead, Icon: "gavel"},
		web.NavItem{Group: "人员", Label: "提出加分扣分", Href: "/workforce/scores/new", Permission: workforce.PermScoreFile, Icon: "plus"},
		web.NavItem{Group: "人员", Label: "人员考核表", Href: "/workforce/sheets", Permission: workforce.PermSheetRead, Icon: "chart-bar"},
		web.NavItem{Group: "人员", Label: "考核规则", Href: "/workforce/rules", Permission: workforce.PermSheetRead, Icon: "book"},
	)
}

func registerOwn(kit *web.Kit, h handlers) {
	kit.Page("GET /workforce/me", workforce.PermPunch, h.me)
	kit.Page("POST /workforce/me/punch", workforce.PermPunch, h.punch, web.Limit(codeRate))
	kit.Page("GET /workforce/leaves", workforce.PermAttendance, h.leaves)
	kit.Page("GET /workforce/leaves/new", workforce.PermApply, h.leaveForm)
	kit.Page("POST /workforce/leaves/new", workforce.PermApply, h.askLeave)
	kit.Page("GET /workforce/leaves/{id}", workforce.PermAttendance, h.leave)
	kit.Page("POST /workforce/leaves/{id}/stand-in", workforce.PermApply, h.standIn)
	kit.Page("POST /workforce/leaves/{id}/decide", workforce.PermAttendance, h.decideLeave)
	kit.Page("POST /workforce/leaves/{id}/withdraw", workforce.PermApply, h.withdraw)
	kit.Page("POST /workforce/leaves/{id}/return", workforce.PermApply, h.returned)
}

func registerAttendance(kit *web.Kit, h handlers) {
	kit.Page("GET /workforce/attendance", workforce.PermAttendance, h.month)
	kit.Page("GET /workforce/attendance.xlsx", workforce.PermAttendance, h.monthFile)
	kit.Page("GET /workforce/attendance/{user}", workforce.PermAttendance, h.person)
	kit.Page("POST /workforce/attendance/{user}/correct", workforce.PermCorrect, h.correct)
	kit.Page("POST /workforce/attendance/{user}/truancy", workforce.PermCorrect, h.truancy)
	kit.Page("GET /workforce/sums", workforce.PermAttendanceSum, h.sums)
	kit.Page("GET /workforce/outages", workforce.PermCorrect, h.outages)
	kit.Page("POST /workforce/outages", workforce.PermCorrect, h.enterOutage, web.MaxBody(uploadBody))
	kit.Page("GET /workforce/outages/{id}/sheet", workforce.PermCorrect, h.outageSheet)
	kit.Page("GET /workforce/setup", workforce.PermSetup, h.setup)
	kit.Page("POST /workforce/setup/shifts/{id}", workforce.PermSetup, h.saveShift)
	kit.Page("POST /workforce/setup/gates/{id}", workforce.PermSetup, h.saveGate)
	kit.Page("POST /workforce/setup/roster", workforce.PermSetup, h.schedule)
	kit.Page("POST /workforce/setup/roster/remove", workforce.PermSetup, h.unschedule)
	kit.Page("GET /workforce/staff", workforce.PermStaffRead, h.staff)
	kit.Page("GET /workforce/staff/new", workforce.PermStaffChange, h.staffForms)
	kit.Page("POST /workforce/setup/posts/{id}", workforce.PermStaffChange, h.savePost)
	kit.Page("POST /workforce/staff/assign", workforce.PermStaffChange, h.assign)
	kit.Page("POST /workforce/staff/import", workforce.PermStaffChange, h.importPostings, web.MaxBody(uploadBody))
	kit.Page("GET /workforce/staff/import.xlsx", workforce.PermStaffChange, h.importForm)
	kit.Page("GET /workforce/staff/{user}", workforce.PermStaffRead, h.archive)
	kit.Page("POST /workforce/staff/{user}", workforce.PermStaffChange, h.savePerson)
	kit.Page("POST /workforce/staff/{user}/id-no", workforce.PermStaffReveal, h.reveal)
	kit.Page("POST /workforce/staff/{user}/recall", workforce.PermStaffChange, h.recall)
}

func registerAssessment(kit *web.Kit, h handlers) {
	kit.Page("GET /workforce/scores", workforce.PermScoreRead, h.scores)
	kit.Page("GET /workforce/scores/new", workforce.PermScoreFile, h.scoreForm)
	kit.Page("POST /workforce/scores/new", workforce.PermScoreFile, h.fileScore, web.MaxBody(evidencehttp.Body))
	kit.Page("POST /workforce/scores/{id}/decide", workforce.PermScoreDecide, h.decideScore)
	kit.Page("POST /workforce/scores/{id}/appeal", workforce.PermScoreAppeal, h.appeal)
	kit.Page("POST /workforce/scores/{id}/answer", workforce.PermScoreDecide, h.answer)
	kit.Page("POST /workforce/scores/{id}/put-right", workforce.PermScoreDecide, h.putRight)
	kit.Page("POST /workforce/scores/{id}/files", workforce.PermScoreFile, h.addScoreFiles, web.MaxBody(evidencehttp.Body))
	kit.Page("POST /workforce/scores/{id}/appeal/files", workforce.PermScoreAppeal, h.addAppealFiles, web.MaxBody(evidencehttp.Body))
	kit.Page("GET /workforce/scores/{id}/files/{file}", workforce.PermScoreRead, h.openScoreFile)
	kit.Page("GET /workforce/sheets", workforce.PermSheetRead, h.sheets)
	kit.Page("GET /workforce/sheets/{month}", workforce.PermSheetRead, h.sheet)
	kit.Page("GET /workforce/sheets/{month}/file.xlsx", workforce.PermSheetRead, h.sheetFile)
	kit.Page("POST /workforce/sheets/{month}/gather", workforce.PermSheetRun, h.gather)
	kit.Page("POST /workforce/sheets/{month}/start-rating", workforce.PermSheetRun, h.startRating)
	kit.Page("POST /workforce/sheets/{month}/rate", workforce.PermSheetRate, h.rate)
	kit.Page("POST /workforce/sheets/{month}/start-check", workforce.PermSheetRun, h.startCheck)
	kit.Page("POST /workforce/sheets/{month}/show", workforce.PermSheetRun, h.show)
	kit.Page("POST /workforce/sheets/{month}/lock", workforce.PermSheetLock, h.lock)
	kit.Page("GET /workforce/sheets/{month}/people/{user}", workforce.PermSheetRead, h.personSheet)
	kit.Page("GET /workforce/rules", workforce.PermSheetRead, h.rules)
	kit.Page("GET /workforce/rules/new", workforce.PermRules, h.rulesForm)
	kit.Page("POST /workforce/rules/new", workforce.PermRules, h.draftRules)
	kit.Page("POST /workforce/rules/{id}/confirm", workforce.PermRulesConfirm, h.confirmRules)
}

// gate is the screen of a hall that shows the code; whoever has its address sees it.
func (h handlers) gate(c *web.Ctx) error {
	ctx, err := h.visitor(c.Context(), c.Param("centre"))
	if err != nil {
		return err
	}
	s, err := h.Workforce.GateScreen(ctx, c.Param("code"))
	if err != nil {
		return err
	}
	return c.Render(gatePage(s))
}

// visitor makes somebody without an account in a centre by its code.
func (d Deps) visitor(ctx context.Context, centre string) (context.Context, error) {
	found, err := d.Org.CentreByCode(ctx, centre)
	if err != nil {
		return nil, err
	}
	return actor.With(ctx, &actor.Actor{Kind: actor.Citizen, CentreID: found.ID, IP: web.ClientIP(ctx), RequestID: web.RequestID(ctx)}), nil
}

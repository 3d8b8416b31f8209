// Package caseworkhttp is the pages of package casework and its part of the API: the window's list and intake, the sheet of
// a case with the next steps, what waits for an approver, alerts, printed vouchers and, for people without an account, the
// progress of a visit and the verification of a voucher.
package caseworkhttp

import (
	"context"

	"yichuang/internal/blob"
	"yichuang/internal/casework"
	"yichuang/internal/document/pdf"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Casework *casework.Module
	Item     *item.Module
	Org      *org.Module
	Print    *pdf.Writer
	Blobs    *blob.Store
	// Rated tells what a case's rating has come to, for those who read ratings; "" for the others. nil where nothing is rated.
	Rated func(ctx context.Context, c casework.CaseID) (string, error)
	// Counter gives the counter at which the actor sits, for the form of the intake; "" where at none. nil without counters.
	Counter func(ctx context.Context) (string, error)
	// Serving gives the number that is being served where the actor sits; "" for none. nil without a queue.
	Serving func(ctx context.Context) (string, error)
}

type handlers struct{ Deps }

// publicRate is what one address may ask of the public pages: too little to try out codes.
var publicRate = web.Rate{PerMinute: 10, Burst: 10}

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /casework", casework.PermRead, h.list)
	kit.Page("GET /casework/new", casework.PermReceive, h.newVisit)
	kit.Page("POST /casework/new", casework.PermReceive, h.receive)
	kit.Page("GET /casework/waiting", casework.PermDecline, h.waiting)
	kit.Page("GET /casework/unprinted", casework.PermReadPersonal, h.unprinted)
	kit.Page("GET /casework/vouchers/{id}", casework.PermReadPersonal, h.print)
	kit.Page("GET /casework/vouchers/{id}/file.pdf", casework.PermReadPersonal, h.printPDF)
	kit.Page("GET /casework/cases/{no}", casework.PermRead, h.sheet)
	kit.Page("GET /casework/cases/{no}/files/{id}", casework.PermReadPersonal, h.file)
	kit.Page("POST /casework/cases/{no}/applicant", casework.PermReadPersonal, h.reveal)
	for _, x := range deeds() {
		kit.Page("POST /casework/cases/{no}/"+string(x.action), casework.PermissionOf(x.action), h.act(x), x.options()...)
	}
	registerDesk(kit, h)
	kit.Nav(
		web.NavItem{Group: "办件", Label: "办件", Href: "/casework", Permission: casework.PermRead, Icon: "inbox"},
		web.NavItem{Group: "办件", Label: "接件", Href: "/casework/new", Permission: casework.PermReceive, Icon: "plus"},
		web.NavItem{Group: "办件", Label: "待批", Href: "/casework/waiting", Permission: casework.PermDecline, Icon: "gavel"},
		web.NavItem{Group: "办件", Label: "证照登记", Href: licenceHome, Permission: casework.PermLicence, Icon: "certificate"},
		web.NavItem{Group: "办件", Label: "省平台办件", Href: platformHome, Permission: casework.PermPlatform, Icon: "upload"},
		web.NavItem{Group: "办件", Label: "人员调离移交", Href: "/casework/handover", Permission: casework.PermReassign, Icon: "users"},
		web.NavItem{Group: "办件", Label: "待打印文书", Href: "/casework/unprinted", Permission: casework.PermReadPersonal, Icon: "printer"},
	)
	registerPublic(kit, d)
}

// registerDesk adds the pages about the register of licences, the provincial platform, exports and posted workers.
func registerDesk(kit *web.Kit, h handlers) {
	kit.Page("GET "+platformHome, casework.PermPlatform, h.platform)
	kit.Page("GET "+platformHome+"/cases/{id}", casework.PermPlatform, h.platformCase)
	kit.Page("GET "+platformHome+"/import", casework.PermImport, h.importForm)
	kit.Page("POST "+platformHome+"/import", casework.PermImport, h.startImport, web.MaxBody(casework.PlatformFileSize+2<<20))
	kit.Page("GET "+platformHome+"/imports/{id}", casework.PermImport, h.showImport)
	kit.Page("POST "+platformHome+"/imports/{id}", casework.PermImport, h.applyImport)
	kit.Page("GET "+platformHome+"/imports/{id}/progress", casework.PermImport, h.importProgress)
	kit.Page("GET "+platformHome+"/reconcile", casework.PermImport, h.reconcile)
	kit.Page("GET "+platformHome+"/reconcile/file", casework.PermImport, h.reconcileFile)
	kit.Page("GET /casework/export", casework.PermExport, h.exportForm)
	kit.Page("GET /casework/export/file", casework.PermExport, h.exportFile)
	kit.Page("GET "+licenceHome, casework.PermLicence, h.licences)
	kit.Page("GET "+licenceHome+"/{id}", casework.PermLicence, h.licence)
	kit.Page("POST "+licenceHome+"/{id}/end", casework.PermEndLicence, h.endLicence)
	kit.Page("GET /casework/handover", casework.PermReassign, h.handOverForm)
	kit.Page("POST /casework/handover", casework.PermReassign, h.handOver)
}

func registerPublic(kit *web.Kit, d Deps) {
	s := citizens{d, kit}
	for _, base := range []string{"/cases", "/cases/c/{centre}"} {
		kit.Public("GET "+base, s.at(s.trackForm))
		kit.Public("POST "+base, s.at(s.track), web.Limit(publicRate))
		kit.Public("GET "+base+"/overdue", s.at(s.overruns))
		kit.Public("GET "+base+"/apply", s.at(s.applyForm))
		kit.Public("POST "+base+"/apply", s.at(s.apply), web.Limit(publicRate), web.MaxBody(uploadBody))
		kit.Public("POST "+base+"/supply", s.at(s.supplyOwn), web.Limit(publicRate), web.MaxBody(uploadBody))
		kit.Public("POST "+base+"/withdraw", s.at(s.withdrawOwn), web.Limit(publicRate))
		kit.Public("POST "+base+"/papers", s.at(s.readOwn), web.Limit(publicRate))
		kit.Public("POST "+base+"/correct", s.at(s.askOwn), web.Limit(publicRate))
		kit.Public("GET "+base+"/verify", s.at(s.verifyForm))
		kit.Public("POST "+base+"/verify", s.at(s.verify), web.Limit(publicRate))
	}
}

func casePath(no string) string { return "/casework/cases/" + no }

// Package caseworkhttp is the pages of package casework and its part of the API: the window's list and intake, the sheet of
// a case with the next steps, what waits for an approver, alerts, printed vouchers and, for people without an account, the
// progress of a visit and the verification of a voucher.
package caseworkhttp

import (
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
	kit.Page("POST /casework/cases/{no}/applicant", casework.PermReadPersonal, h.reveal)
	for _, x := range deeds() {
		kit.Page("POST /casework/cases/{no}/"+string(x.action), casework.PermissionOf(x.action), h.act(x))
	}
	kit.Nav(
		web.NavItem{Group: "办件", Label: "办件", Href: "/casework", Permission: casework.PermRead, Icon: "inbox"},
		web.NavItem{Group: "办件", Label: "接件", Href: "/casework/new", Permission: casework.PermReceive, Icon: "plus"},
		web.NavItem{Group: "办件", Label: "待批", Href: "/casework/waiting", Permission: casework.PermDecline, Icon: "gavel"},
		web.NavItem{Group: "办件", Label: "待打印文书", Href: "/casework/unprinted", Permission: casework.PermReadPersonal, Icon: "printer"},
	)
	registerPublic(kit, d)
}

func registerPublic(kit *web.Kit, d Deps) {
	s := citizens{d, kit}
	for _, base := range []string{"/cases", "/cases/c/{centre}"} {
		kit.Public("GET "+base, s.at(s.trackForm))
		kit.Public("POST "+base, s.at(s.track), web.Limit(publicRate))
		kit.Public("GET "+base+"/verify", s.at(s.verifyForm))
		kit.Public("POST "+base+"/verify", s.at(s.verify), web.Limit(publicRate))
	}
}

func casePath(no string) string { return "/casework/cases/" + no }

// Package assesshttp is the pages of package assess and its part of the API: schemes with their editor, the monthly
// sheet from draft to publication, each unit's own result with its appeal, and bonus and deduction events.
package assesshttp

import (
	"yichuang/internal/assess"
	"yichuang/internal/blob"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Assess *assess.Module
	Org    *org.Module
	Blobs  *blob.Store
}

type handlers struct{ Deps }

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /assess/sheets", assess.PermSheetRead, h.sheets)
	kit.Page("POST /assess/sheets", assess.PermSheetRun, h.compute)
	kit.Page("GET /assess/sheets/{id}", assess.PermSheetRead, h.sheet)
	kit.Page("GET /assess/sheets/{id}/export.xlsx", assess.PermSheetRead, h.export)
	kit.Page("POST /assess/sheets/{id}/open", assess.PermSheetRun, h.open)
	kit.Page("POST /assess/sheets/{id}/lock", assess.PermSheetRun, h.lock)
	kit.Page("POST /assess/sheets/{id}/publish", assess.PermSheetPublish, h.publish)
	kit.Page("GET /assess/sheets/{id}/units/{unit}", assess.PermSheetRead, h.unit)
	kit.Page("POST /assess/sheets/{id}/units/{unit}/appeal", assess.PermAppealFile, h.appeal, web.MaxBody(uploadBody))
	kit.Page("POST /assess/sheets/{id}/appeals/{appeal}", assess.PermAppealDecide, h.decideAppeal)
	kit.Page("GET /assess/events", assess.PermEventPropose, h.events)
	kit.Page("POST /assess/events", assess.PermEventPropose, h.propose, web.MaxBody(uploadBody))
	kit.Page("GET /assess/evidence/{owner}/{id}", web.SignedIn, h.openEvidence) // whose file it is decides who may read it
	kit.Page("GET /assess/decisions", assess.PermEventDecide, h.decisions)
	kit.Page("POST /assess/events/{id}", assess.PermEventDecide, h.decideEvent)
	kit.Page("GET /assess/schemes", assess.PermSchemeRead, h.schemes)
	kit.Page("GET /assess/schemes/new", assess.PermSchemeChange, h.newScheme)
	kit.Page("POST /assess/schemes/new", assess.PermSchemeChange, h.saveScheme)
	kit.Page("GET /assess/schemes/{id}", assess.PermSchemeRead, h.scheme)
	kit.Page("GET /assess/schemes/{id}/edit", assess.PermSchemeChange, h.editScheme)
	kit.Page("POST /assess/schemes/{id}/edit", assess.PermSchemeChange, h.saveScheme)
	kit.Page("POST /assess/schemes/{id}/activate", assess.PermSchemeChange, h.activate)
	kit.Page("POST /assess/schemes/{id}/confirm", assess.PermSchemeChange, h.confirm)
	kit.Nav(
		web.NavItem{Group: "考核", Label: "考核表", Href: "/assess/sheets", Permission: assess.PermSheetRead, Icon: "list"},
		web.NavItem{Group: "考核", Label: "加分扣分", Href: "/assess/events", Permission: assess.PermEventPropose, Icon: "checklist"},
		web.NavItem{Group: "考核", Label: "加分扣分审批", Href: "/assess/decisions", Permission: assess.PermEventDecide, Icon: "gavel"},
		web.NavItem{Group: "考核", Label: "考核方案", Href: "/assess/schemes", Permission: assess.PermSchemeRead, Icon: "settings"},
	)
}

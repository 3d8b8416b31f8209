// Package sitehttp is the pages of package site and its part of the API: guidance visits with findings and stars, the
// self-service kiosks, supplies and repairs, and their figures.
package sitehttp

import (
	"context"

	"yichuang/internal/blob"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/org"
	"yichuang/internal/site"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Site  *site.Module
	Blobs *blob.Store
	Org   *org.Module
	Units func(ctx context.Context) ([]web.Option, error)
}

type handlers struct{ Deps }

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /site/visits", site.PermVisitRead, h.visits)
	kit.Page("GET /site/visits/new", site.PermVisit, h.newVisit)
	kit.Page("POST /site/visits/new", site.PermVisit, h.makeVisit)
	kit.Page("GET /site/self-assessment", site.PermSelfAssess, h.newVisit)
	kit.Page("POST /site/self-assessment", site.PermSelfAssess, h.makeVisit)
	kit.Page("GET /site/visits/{id}", site.PermVisitRead, h.visit)
	kit.Page("POST /site/visits/{id}/star", site.PermStar, h.star)
	kit.Page("POST /site/visits/{id}/findings/{finding}/rectify", site.PermRectify, h.rectify, web.MaxBody(evidencehttp.Body))
	kit.Page("POST /site/visits/{id}/findings/{finding}/before", site.PermVisit, h.addBefore, web.MaxBody(evidencehttp.Body))
	kit.Page("POST /site/visits/{id}/findings/{finding}/after", site.PermRectify, h.addAfter, web.MaxBody(evidencehttp.Body))
	kit.Page("GET /site/findings/{id}/files/{file}", site.PermVisitRead, h.openFile)
	kit.Page("POST /site/visits/{id}/findings/{finding}/recheck", site.PermVisit, h.recheck)
	kit.Page("GET /site/visits/{id}/export.xlsx", site.PermVisitRead, h.exportVisit)
	kit.Page("GET /site/checklist", site.PermVisitRead, h.checklist)
	kit.Page("POST /site/checklist", site.PermChecklist, h.saveChecklist)
	kit.Page("GET /site/kiosks", site.PermKioskRead, h.kiosks)
	kit.Page("POST /site/kiosks", site.PermKiosk, h.saveKiosk)
	kit.Page("POST /site/faults", site.PermFault, h.reportFault)
	kit.Page("POST /site/faults/{id}/fix", site.PermFault, h.fixFault)
	kit.Page("GET /site/supplies", site.PermSupplyRead, h.supplies)
	kit.Page("GET /site/supplies/export.xlsx", site.PermSupplyRead, h.exportSupplies)
	kit.Page("POST /site/supplies", site.PermSupplyAsk, h.askSupply)
	kit.Page("GET /site/supplies/{id}", site.PermSupplyRead, h.supply)
	kit.Page("POST /site/supplies/{id}/decide", site.PermSupplyGrant, h.decideSupply)
	kit.Page("POST /site/supplies/{id}/finish", site.PermSupplyGrant, h.finishSupply)
	kit.Page("GET /site/figures", site.PermFigure, h.figures)
	kit.Page("GET /site/figures/{code}", site.PermFigure, h.figure)
	kit.Page("GET /site/figures/{code}/export.xlsx", site.PermFigure, h.exportFigure)
	kit.Nav(
		web.NavItem{Group: "大厅", Label: "站点指导", Href: "/site/visits", Permission: site.PermVisitRead, Icon: "map-pin"},
		web.NavItem{Group: "大厅", Label: "自助终端", Href: "/site/kiosks", Permission: site.PermKioskRead, Icon: "device-desktop"},
		web.NavItem{Group: "大厅", Label: "用品和维修", Href: "/site/supplies", Permission: site.PermSupplyRead, Icon: "inbox"},
		web.NavItem{Group: "大厅", Label: "站点统计", Href: "/site/figures", Permission: site.PermFigure, Icon: "chart-bar"},
	)
}

// Package itemhttp is the pages of package item and its part of the API: the catalogue of items with their versions and
// their course, letters of authority and agreements, and the public guides (办事指南), which need no account and no script.
package itemhttp

import (
	"yichuang/internal/blob"
	"yichuang/internal/document/pdf"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Item  *item.Module
	Org   *org.Module
	Print *pdf.Writer
	Blobs *blob.Store
}

type handlers struct{ Deps }

const upload = 21 << 20

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /items", item.PermRead, h.list)
	kit.Page("GET /items/new", item.PermWrite, h.newItem)
	kit.Page("POST /items/new", item.PermWrite, h.create)
	kit.Page("GET /items/list.xlsx", item.PermRead, h.export)
	kit.Page("GET /items/list.jsonl", item.PermRead, h.exportLines)
	kit.Page("GET /items/{id}", item.PermRead, h.sheet)
	kit.Page("GET /items/{id}/compare", item.PermRead, h.compare)
	kit.Page("POST /items/{id}/revise", item.PermWrite, h.revise)
	kit.Page("GET /items/{id}/edit", item.PermWrite, h.edit)
	kit.Page("POST /items/{id}/edit", item.PermWrite, h.save)
	kit.Page("POST /items/{id}/sample", item.PermWrite, h.putSample, web.MaxBody(upload))
	kit.Page("GET /items/{id}/sample/{version}", item.PermRead, h.sampleFile)
	kit.Page("POST /items/{id}/steps/{action}", item.PermRead, h.move)
	kit.Page("GET /item-changes", item.PermRead, h.alterations)
	kit.Page("GET /item-changes/new", item.PermWrite, h.newAlteration)
	kit.Page("POST /item-changes/new", item.PermWrite, h.draftAlteration)
	kit.Page("GET /item-changes/{id}", item.PermRead, h.alteration)
	kit.Page("POST /item-changes/{id}/steps/{action}", item.PermRead, h.moveAlteration)
	kit.Page("GET /items-import", item.PermImport, h.importForm)
	kit.Page("POST /items-import", item.PermImport, h.receive, web.MaxBody(upload))
	kit.Page("GET /items-import/{id}", item.PermImport, h.preview)
	kit.Page("POST /items-import/{id}", item.PermImport, h.apply)
	kit.Page("GET /authorizations", item.PermAuthRead, h.authorizations)
	kit.Page("GET /authorizations/new", item.PermAuthDraft, h.newAuthorization)
	kit.Page("POST /authorizations/new", item.PermAuthDraft, h.draftAuthorization)
	kit.Page("GET /authorizations/{id}", item.PermAuthRead, h.authorization)
	kit.Page("GET /authorizations/{id}/edit", item.PermAuthDraft, h.mendForm)
	kit.Page("POST /authorizations/{id}/edit", item.PermAuthDraft, h.mend)
	kit.Page("POST /authorizations/{id}/steps/{action}", item.PermAuthRead, h.moveAuthorization)
	kit.Nav(
		web.NavItem{Group: "大厅", Label: "事项目录", Href: "/items", Permission: item.PermRead, Icon: "book"},
		web.NavItem{Group: "大厅", Label: "事项变动", Href: "/item-changes", Permission: item.PermRead, Icon: "history"},
		web.NavItem{Group: "大厅", Label: "导入事项", Href: "/items-import", Permission: item.PermImport, Icon: "upload"},
		web.NavItem{Group: "大厅", Label: "授权与委托", Href: "/authorizations", Permission: item.PermAuthRead, Icon: "checklist"},
	)
	registerPublic(kit, d)
}

func registerPublic(kit *web.Kit, d Deps) {
	p := public{d, kit}
	for _, base := range []string{"/guides", "/guides/c/{centre}"} {
		kit.Public("GET "+base, p.at(p.guides))
		kit.Public("GET "+base+"/authority", p.at(p.authority))
		kit.Public("GET "+base+"/changes", p.at(p.changes))
		kit.Public("GET "+base+"/places", p.at(p.places))
		kit.Public("GET "+base+"/places/{id}", p.at(p.site))
		kit.Public("GET "+base+"/items/{id}", p.at(p.guide))
		kit.Public("GET "+base+"/items/{id}/sample", p.at(p.sample))
		kit.Public("GET "+base+"/items/{id}/print", p.at(p.printed))
		kit.Public("GET "+base+"/items/{id}/file.pdf", p.at(p.asPDF))
		kit.Public("GET "+base+"/items/{id}/file.docx", p.at(p.asDOCX))
	}
}

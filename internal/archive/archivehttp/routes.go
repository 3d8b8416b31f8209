// Package archivehttp is the pages and the API of package archive: the catalogue, a record with its package, retention
// classes, holds, and destruction lists as they are printed and signed.
package archivehttp

import (
	"context"

	"yichuang/internal/archive"
	"yichuang/internal/blob"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// Deps are what the pages ask.
type Deps struct {
	Archive *archive.Module
	Org     *org.Module
	Blobs   *blob.Store
	// Kept counts, by the reasons, the people whose names and numbers could not go with a destroyed record yet.
	Kept func(ctx context.Context) (map[string]int, error)
}

type handlers struct {
	m     *archive.Module
	org   *org.Module
	blobs *blob.Store
	kept  func(ctx context.Context) (map[string]int, error)
}

// Register adds the pages and the API.
func Register(pages *web.Kit, api *rest.Kit, d Deps) {
	h := handlers{d.Archive, d.Org, d.Blobs, d.Kept}
	pages.Nav(web.NavItem{Group: "档案", Label: "档案目录", Href: "/archive", Permission: archive.PermRead, Icon: "archive"},
		web.NavItem{Group: "档案", Label: "销毁清册", Href: "/archive/lists", Permission: archive.PermRead, Icon: "trash", Count: d.Archive.DueCount},
		web.NavItem{Group: "档案", Label: "保管期限", Href: "/archive/classes", Permission: archive.PermRead, Icon: "history"})
	pages.Page("GET /archive", archive.PermRead, h.records)
	pages.Page("GET /archive/catalogue.xlsx", archive.PermRead, h.export)
	pages.Page("GET /archive/records/{id}", archive.PermRead, h.record)
	pages.Page("GET /archive/records/{id}/package.zip", archive.PermRead, h.pack)
	pages.Page("POST /archive/records/{id}/class", archive.PermClass, h.setClass)
	pages.Page("POST /archive/records/{id}/holds", archive.PermHold, h.hold)
	pages.Page("POST /archive/records/{id}/holds/{hold}/lift", archive.PermHold, h.lift)
	pages.Page("GET /archive/classes", archive.PermRead, h.classes)
	pages.Page("GET /archive/classes/{code}", archive.PermClass, h.classForm)
	pages.Page("POST /archive/classes/{code}", archive.PermClass, h.saveClass)
	pages.Page("GET /archive/lists", archive.PermRead, h.lists)
	pages.Page("GET /archive/lists/new", archive.PermPropose, h.newList)
	pages.Page("POST /archive/lists", archive.PermPropose, h.propose)
	pages.Page("GET /archive/lists/{id}", archive.PermRead, h.list)
	pages.Page("GET /archive/lists/{id}/print", archive.PermRead, h.printList)
	pages.Page("POST /archive/lists/{id}/decide", archive.PermApprove, h.decide)
	h.registerAPI(api)
}

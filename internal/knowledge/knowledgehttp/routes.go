// Package knowledgehttp holds the pages of the knowledge base and its part of the API: the office's list and records, what
// waits to be done, import and export, and the public search for citizens.
package knowledgehttp

import (
	"context"

	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Knowledge *knowledge.Module
	Org       *org.Module
	// Categories lists the hotline's categories for a choice.
	Categories func(ctx context.Context) ([]web.Option, error)
}

// desk are the pages of staff.
type desk struct{ Deps }

// Limits of what one address may send to the public pages.
var correctRate = web.Rate{PerMinute: 4, Burst: 6}

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	s := desk{d}
	kit.Page("GET /knowledge", knowledge.PermRead, s.list)
	kit.Page("GET /knowledge/export.xlsx", knowledge.PermRead, s.exportXLSX)
	kit.Page("GET /knowledge/export.csv", knowledge.PermRead, s.exportCSV)
	kit.Page("GET /knowledge/todo", knowledge.PermWrite, s.todo)
	kit.Page("POST /knowledge/corrections/{id}", knowledge.PermAnswer, s.answer)
	kit.Page("GET /knowledge/new", knowledge.PermWrite, s.newEntry)
	kit.Page("POST /knowledge/new", knowledge.PermWrite, s.createEntry)
	kit.Page("GET /knowledge/import", knowledge.PermImport, s.importForm)
	kit.Page("POST /knowledge/import", knowledge.PermImport, s.importUpload, web.MaxBody(20<<20))
	kit.Page("GET /knowledge-imports/{id}", knowledge.PermImport, s.importShow)
	kit.Page("POST /knowledge-imports/{id}", knowledge.PermImport, s.importApply)
	kit.Page("GET /knowledge/entries/{no}", knowledge.PermRead, s.entry)
	kit.Page("GET /knowledge/entries/{no}/versions", knowledge.PermRead, s.versions)
	kit.Page("GET /knowledge/entries/{no}/edit", knowledge.PermWrite, s.editEntry)
	kit.Page("POST /knowledge/entries/{no}/edit", knowledge.PermWrite, s.changeEntry)
	kit.Page("POST /knowledge/entries/{no}/correct", knowledge.PermAsk, s.correct)
	for _, deed := range deeds {
		kit.Page("POST /knowledge/entries/{no}/"+deed.slug, deed.perm, s.perform(deed))
	}
	registerPublic(kit, d)
	kit.Nav(web.NavItem{Group: "知识库", Label: "知识条目", Href: "/knowledge", Permission: knowledge.PermRead, Icon: "book"},
		web.NavItem{Group: "知识库", Label: "待办", Href: "/knowledge/todo", Permission: knowledge.PermWrite, Icon: "checklist", Count: d.Knowledge.Waiting},
		web.NavItem{Group: "知识库", Label: "知识缺口", Href: "/knowledge/gaps", Permission: knowledge.PermGaps, Icon: "search"},
		web.NavItem{Group: "知识库", Label: "导入知识", Href: "/knowledge/import", Permission: knowledge.PermImport, Icon: "upload"})
}

func registerPublic(kit *web.Kit, d Deps) {
	p := public{d, kit}
	for _, base := range []string{"/12345/knowledge", "/12345/c/{centre}/knowledge"} {
		kit.Public("GET "+base, p.at(p.search))
		kit.Public("GET "+base+"/correction", p.at(p.correctionForm))
		kit.Public("POST "+base+"/correction", p.at(p.correction), web.Limit(correctRate))
		kit.Public("GET "+base+"/{no}", p.at(p.entry))
		kit.Public("POST "+base+"/{no}/correct", p.at(p.correct), web.Limit(correctRate))
	}
}

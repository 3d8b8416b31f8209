// Package honourhttp is the pages of package honour and its part of the API: rounds of the selection with candidates,
// scores, votes and the decision, the rules, certificates, and what the public sees and votes on.
package honourhttp

import (
	"yichuang/internal/blob"
	"yichuang/internal/document/pdf"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/honour"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Honour *honour.Module
	Blobs  *blob.Store
	Org    *org.Module
	Print  *pdf.Writer
}

type handlers struct{ Deps }

// votes is how often one address may vote: slips are handed out at the hall, where many people share one.
var votes = web.Rate{PerMinute: 20, Burst: 20}

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /honour/rounds", honour.PermRead, h.rounds)
	kit.Page("POST /honour/rounds", honour.PermManage, h.open)
	kit.Page("GET /honour/rounds/{id}", honour.PermRead, h.round)
	kit.Page("GET /honour/rounds/{id}/export.xlsx", honour.PermRead, h.export)
	kit.Page("POST /honour/rounds/{id}/nominate", honour.PermNominate, h.nominate)
	kit.Page("POST /honour/rounds/{id}/advance", honour.PermManage, h.advance)
	kit.Page("POST /honour/rounds/{id}/void", honour.PermManage, h.void)
	kit.Page("POST /honour/rounds/{id}/codes", honour.PermManage, h.codes)
	kit.Page("POST /honour/rounds/{id}/decide", honour.PermDecide, h.decide)
	kit.Page("GET /honour/rounds/{id}/candidates/{candidate}", honour.PermRead, h.candidate)
	kit.Page("POST /honour/rounds/{id}/candidates/{candidate}/score", honour.PermScore, h.score)
	kit.Page("POST /honour/rounds/{id}/candidates/{candidate}/veto", honour.PermScore, h.veto)
	kit.Page("POST /honour/rounds/{id}/candidates/{candidate}/lift", honour.PermDecide, h.lift)
	kit.Page("POST /honour/rounds/{id}/candidates/{candidate}/vote", honour.PermVote, h.vote)
	kit.Page("GET /honour/rounds/{id}/candidates/{candidate}/certificate.pdf", honour.PermRead, h.certificate)
	kit.Page("POST /honour/rounds/{id}/candidates/{candidate}/deeds", honour.PermNominate, h.addDeeds, web.MaxBody(evidencehttp.Body))
	kit.Page("POST /honour/rounds/{id}/candidates/{candidate}/proofs", honour.PermScore, h.addProofs, web.MaxBody(evidencehttp.Body))
	kit.Page("GET /honour/candidates/{id}/files/{file}", honour.PermRead, h.openFile)
	kit.Page("GET /honour/rules", honour.PermRead, h.rules)
	kit.Page("POST /honour/rules", honour.PermManage, h.saveRules)
	kit.Nav(web.NavItem{Group: "大厅", Label: "政务之星", Href: "/honour/rounds", Permission: honour.PermRead, Icon: "star"})
	s := citizens{d, kit}
	for _, base := range []string{"/stars", "/stars/c/{centre}"} {
		kit.Public("GET "+base, s.at(s.bulletin))
		kit.Public("POST "+base, s.at(s.vote), web.Limit(votes))
	}
}

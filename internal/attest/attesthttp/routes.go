// Package attesthttp is the papers of package attest as they are printed, for the pages of all modules that print some; and its own pages
// and part of the API: the weekly sheets with the heads of all chains, their filing and their check.
package attesthttp

import (
	"io"

	"yichuang/internal/attest"
	"yichuang/internal/document/pdf"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Attest *attest.Module
	Org    *org.Module
	Print  *pdf.Writer
}

type handlers struct{ Deps }

const home = "/attest/sheets"

// Register adds the pages and their line in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET "+home, attest.PermRead, h.list)
	kit.Page("GET "+home+"/{id}", attest.PermRead, h.print)
	kit.Page("GET "+home+"/{id}/file.pdf", attest.PermRead, h.printPDF)
	kit.Page("POST "+home+"/{id}/file", attest.PermFile, h.file)
	kit.Page("GET "+home+"/{id}/check", attest.PermRead, h.checkForm)
	kit.Page("POST "+home+"/{id}/check", attest.PermRead, h.check)
	kit.Nav(web.NavItem{Group: "监察", Label: attest.SheetTitle, Href: home, Permission: attest.PermRead, Icon: "lock"})
}

func (h handlers) printPDF(c *web.Ctx) error {
	p, _, err := h.paper(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	d := p.Document()
	return c.Stream(p.Title+p.No+".pdf", "application/pdf", func(w io.Writer) error { return h.Deps.Print.Write(w, d) })
}

// Package reporthttp is the pages and the API of package report: the list of bulletins, a bulletin with every number
// linked to its records, its editing, its documents, and the plans.
package reporthttp

import (
	"context"

	"yichuang/internal/document/pdf"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/org"
	"yichuang/internal/report"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// Deps are the modules that the pages ask.
type Deps struct {
	Report  *report.Module
	Hotline *hotline.Module
	Figures *figure.Module
	Org     *org.Module
	Print   *pdf.Writer
}

type handlers struct {
	m       *report.Module
	hotline *hotline.Module
	figures *figure.Module
	org     *org.Module
	print   *pdf.Writer
}

// Register adds the pages and the API.
func Register(pages *web.Kit, api *rest.Kit, d Deps) {
	h := handlers{d.Report, d.Hotline, d.Figures, d.Org, d.Print}
	pages.Nav(web.NavItem{Group: "12345 热线", Label: "通报", Href: "/reports", Permission: report.PermRead, Icon: "report-analytics"})
	pages.Page("GET /reports", report.PermRead, h.list)
	pages.Page("GET /reports/new", report.PermWrite, h.newForm)
	pages.Page("POST /reports", report.PermWrite, h.create)
	pages.Page("POST /hotline/topics/{id}/bulletin", report.PermWrite, h.fromTopic)
	pages.Page("GET /reports/tickets", hotline.PermReport, h.tickets)
	pages.Page("GET /reports/settings", report.PermRead, h.settings)
	pages.Page("POST /reports/settings/plans/{kind}", report.PermPlan, h.savePlan)
	pages.Page("POST /reports/settings/floors/{metric}", report.PermPlan, h.saveFloor)
	pages.Page("GET /reports/{id}", report.PermRead, h.show)
	pages.Page("GET /reports/{id}/edit", report.PermWrite, h.edit)
	pages.Page("POST /reports/{id}", report.PermWrite, h.save)
	pages.Page("GET /reports/{id}/editions", report.PermRead, h.editions)
	pages.Page("POST /reports/{id}/refresh", report.PermWrite, h.step((*report.Module).Refresh, "数据已刷新到现在。"))
	pages.Page("POST /reports/{id}/review", report.PermReview, h.step((*report.Module).Review, "已审核通过。"))
	pages.Page("POST /reports/{id}/return", report.PermReview, h.step((*report.Module).Return, "已退回修改。"))
	pages.Page("POST /reports/{id}/issue", report.PermIssue, h.step((*report.Module).Issue, "已印发，内容和数据已封存。"))
	pages.Page("POST /reports/{id}/replace", report.PermWrite, h.replace)
	pages.Page("GET /reports/{id}/bulletin.docx", report.PermRead, h.docx)
	pages.Page("GET /reports/{id}/bulletin.pdf", report.PermRead, h.pdf)
	pages.Page("GET /reports/{id}/bulletin.xlsx", report.PermRead, h.xlsx)
	h.registerAPI(api)
}

// step is a page's button that takes a bulletin to its next state.
func (h handlers) step(do func(*report.Module, context.Context, string, int64) (report.Bulletin, error), said string) web.Handler {
	return func(c *web.Ctx) error {
		f := c.Form()
		b, err := do(h.m, c.Context(), c.Param("id"), f.Version())
		if err != nil {
			if !f.Take(err) {
				return err
			}
			for _, p := range f.Errors() {
				c.Flash(web.Danger, p.Public)
			}
			return c.Redirect("/reports/" + c.Param("id"))
		}
		c.Flash(web.Success, said)
		return c.Redirect("/reports/" + b.ID)
	}
}

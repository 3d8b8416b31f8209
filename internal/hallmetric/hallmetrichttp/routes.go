// Package hallmetrichttp is the pages of package hallmetric and its part of the API: the leader's page of the hall, all
// measures with what they are made of, the records behind each, the published months with the public page and the screen.
package hallmetrichttp

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/hallmetric"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Metrics *hallmetric.Module
	Org     *org.Module
}

type handlers struct{ Deps }

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /hall/overview", hallmetric.PermRead, h.overview)
	kit.Page("GET /hall/metrics", hallmetric.PermRead, h.metrics)
	kit.Page("GET /hall/metrics/export.xlsx", hallmetric.PermRead, h.metricsExport)
	kit.Page("GET /hall/metrics/one", hallmetric.PermRead, h.one)
	kit.Page("GET /hall/metrics/one.xlsx", hallmetric.PermRead, h.oneExport)
	kit.Page("GET /hall/metrics/records", hallmetric.PermRead, h.records)
	kit.Page("GET /hall/metrics/records.xlsx", hallmetric.PermRead, h.recordsExport)
	kit.Page("GET /hall/metrics/months", hallmetric.PermRead, h.months)
	kit.Page("POST /hall/metrics/months", hallmetric.PermPublish, h.publish)
	kit.Page("GET /hall/metrics/months/{month}/check", hallmetric.PermCheck, h.check)
	kit.Page("GET /hall/totals", hallmetric.PermTotals, h.totals)
	kit.Page("GET /hall/totals/export.xlsx", hallmetric.PermTotals, h.totalsExport)
	kit.Public("GET /hall/c/{centre}/figures", h.at(h.published))
	kit.Public("GET /hall/c/{centre}/figures/screen", h.at(h.screen))
	kit.Nav(
		web.NavItem{Group: "大厅", Label: "大厅概览", Href: "/hall/overview", Permission: hallmetric.PermRead, Icon: "report-analytics"},
		web.NavItem{Group: "大厅", Label: "大厅指标", Href: "/hall/metrics", Permission: hallmetric.PermRead, Icon: "chart-bar"},
		web.NavItem{Group: "大厅", Label: "大厅指标合计", Href: "/hall/totals", Permission: hallmetric.PermTotals, Icon: "chart-bar"},
	)
}

// at puts a visitor into the centre of the address, without a permission: what is published is for everybody.
func (h handlers) at(next web.Handler) web.Handler {
	return func(c *web.Ctx) error {
		ctx, err := h.visitor(c.Context(), c.Param("centre"))
		if err != nil {
			return err
		}
		c.Request = c.Request.WithContext(ctx)
		return next(c)
	}
}

func (d Deps) visitor(ctx context.Context, centre string) (context.Context, error) {
	found, err := d.Org.CentreByCode(ctx, centre)
	return actor.With(ctx, &actor.Actor{Kind: actor.Anonymous, CentreID: found.ID}), err
}

// Package hallmetrichttp is the pages of package hallmetric and its part of the API: the leader's page of the hall, all
// measures with what they are made of, the records behind each, the published months with the public page and the screen.
package hallmetrichttp

import (
	"context"
	"net/url"

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

type handlers struct {
	Deps
	kit *web.Kit
}

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d, kit}
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
	for _, base := range []string{publicBase, publicBase + "/c/{centre}"} {
		kit.Public("GET "+base, h.at(h.published))
		kit.Public("GET "+base+"/screen", h.at(h.screen))
	}
	kit.Nav(
		web.NavItem{Group: "大厅", Label: "大厅概览", Href: "/hall/overview", Permission: hallmetric.PermRead, Icon: "report-analytics"},
		web.NavItem{Group: "大厅", Label: "大厅指标", Href: "/hall/metrics", Permission: hallmetric.PermRead, Icon: "chart-bar"},
		web.NavItem{Group: "大厅", Label: "大厅指标合计", Href: "/hall/totals", Permission: hallmetric.PermTotals, Icon: "chart-bar"},
	)
}

// publicBase is where the published figures are; below it, /c/{centre} where several centres share the installation.
const publicBase = "/hall-figures"

// at lets a page show the centre of the address to everybody: the one named, the one of the host name, or the only one.
func (h handlers) at(next web.Handler) web.Handler {
	return func(c *web.Ctx) error {
		code := c.Param("centre")
		if code == "" {
			own, err := h.ownCentre(c)
			if err != nil {
				return err
			}
			if code = own; code == "" {
				return h.choose(c)
			}
		}
		ctx, err := h.visitor(c.Context(), code)
		if err != nil {
			return err
		}
		c.Request = c.Request.WithContext(ctx)
		return next(c)
	}
}

// ownCentre is the code of the centre that a visitor of the bare address means; "" where there are several.
func (h handlers) ownCentre(c *web.Ctx) (string, error) {
	if id := h.kit.Visitor(c.Request).CentreID; id != "" {
		centre, err := h.Org.Centre(c.Context(), id)
		return centre.Code, err
	}
	list, err := h.Org.Centres(c.Context())
	if err != nil || len(list) != 1 {
		return "", err
	}
	return list[0].Code, nil
}

func (h handlers) choose(c *web.Ctx) error {
	list, err := h.Org.Centres(c.Context())
	if err != nil {
		return err
	}
	doors := make([]web.Link, len(list))
	for i, centre := range list {
		doors[i] = web.Link{Label: centre.Name, Href: publicBase + "/c/" + url.PathEscape(centre.Code)}
	}
	return c.Render(web.DoorsPage(web.Page{Title: "政务大厅指标", Lead: "请选择政务服务中心。"}, doors))
}

func (d Deps) visitor(ctx context.Context, centre string) (context.Context, error) {
	found, err := d.Org.CentreByCode(ctx, centre)
	return actor.With(ctx, &actor.Actor{Kind: actor.Anonymous, CentreID: found.ID}), err
}

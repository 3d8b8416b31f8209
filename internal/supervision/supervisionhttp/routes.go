// Package supervisionhttp is the pages of package supervision and its part of the API: the desk of 政务监察股, the alerts of a
// unit or site with its answers, the leader's approvals, the rules, the samples, the signals and the results.
package supervisionhttp

import (
	"yichuang/internal/document/pdf"
	"yichuang/internal/org"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Supervision *supervision.Module
	Org         *org.Module
	Print       *pdf.Writer
}

type handlers struct {
	Deps
	kit *web.Kit
}

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d, kit}
	kit.Page("GET /supervision/alerts", supervision.PermAlertRead, h.alerts)
	kit.Page("GET /supervision/alerts/export.xlsx", supervision.PermAlertRead, h.exportAlerts)
	kit.Page("GET /supervision/alerts/new", supervision.PermAlertHandle, h.newAlert)
	kit.Page("POST /supervision/alerts/new", supervision.PermAlertHandle, h.raise)
	kit.Page("POST /supervision/alerts/serve", supervision.PermAlertHandle, h.serveAll)
	kit.Page("POST /supervision/runs", supervision.PermAlertHandle, h.climb)
	kit.Page("GET /supervision/alerts/{id}", supervision.PermAlertRead, h.alert)
	kit.Page("GET /supervision/alerts/{id}/{kind}/print", supervision.PermAlertRead, h.print)
	kit.Page("GET /supervision/alerts/{id}/{kind}/file.pdf", supervision.PermAlertRead, h.printPDF)
	for _, x := range supervision.Actions() {
		kit.Page("POST /supervision/alerts/{id}/"+string(x), supervision.PermissionOf(x), h.act(x))
	}
	kit.Page("GET /supervision/rules", supervision.PermRuleRead, h.rules)
	kit.Page("GET /supervision/rules/new", supervision.PermRuleChange, h.newRules)
	kit.Page("POST /supervision/rules/new", supervision.PermRuleChange, h.saveRules)
	kit.Page("GET /supervision/rules/{id}", supervision.PermRuleRead, h.ruleSet)
	kit.Page("GET /supervision/rules/{id}/edit", supervision.PermRuleChange, h.editRules)
	kit.Page("POST /supervision/rules/{id}/edit", supervision.PermRuleChange, h.saveRules)
	kit.Page("POST /supervision/rules/{id}/activate", supervision.PermRuleChange, h.activate)
	kit.Page("GET /supervision/results", supervision.PermResultRead, h.results)
	kit.Page("GET /supervision/results/export.xlsx", supervision.PermResultRead, h.exportResults)
	kit.Page("GET /supervision/gazettes", supervision.PermResultRead, h.gazettes)
	kit.Page("POST /supervision/gazettes", supervision.PermResultPublish, h.publish)
	kit.Page("GET /supervision/gazettes/{id}", supervision.PermResultRead, h.gazette)
	kit.Page("GET /supervision/gazettes/{id}/alerts", supervision.PermAlertRead, h.gazetteAlerts)
	for _, base := range []string{resultsBase, resultsBase + "/c/{centre}"} {
		kit.Public("GET "+base, h.at(h.published))
		kit.Public("GET "+base+"/file/{format}", h.at(h.download))
	}
	kit.Page("GET /supervision/signals", supervision.PermSignalRead, h.signals)
	kit.Page("GET /supervision/samples", supervision.PermSampleRead, h.samples)
	kit.Page("POST /supervision/samples", supervision.PermSampleChange, h.drawSample)
	kit.Page("GET /supervision/samples/{id}", supervision.PermSampleRead, h.sample)
	kit.Page("GET /supervision/samples/{id}/export.xlsx", supervision.PermSampleRead, h.exportSample)
	kit.Page("POST /supervision/samples/{id}/redraw", supervision.PermSampleRead, h.redraw)
	kit.Page("POST /supervision/samples/{id}/close", supervision.PermSampleChange, h.closeSample)
	kit.Page("POST /supervision/samples/{id}/cases/{pos}", supervision.PermSampleChange, h.checkCase)
	kit.Nav(
		web.NavItem{Group: "监察", Label: "监察预警", Href: "/supervision/alerts", Permission: supervision.PermAlertRead, Icon: "alert-triangle", Count: d.Supervision.Waiting, Most: 100},
		web.NavItem{Group: "监察", Label: "监察结果", Href: "/supervision/results", Permission: supervision.PermResultRead, Icon: "chart-bar"},
		web.NavItem{Group: "监察", Label: "异常信号", Href: "/supervision/signals", Permission: supervision.PermSignalRead, Icon: "search"},
		web.NavItem{Group: "监察", Label: "办件抽查", Href: "/supervision/samples", Permission: supervision.PermSampleRead, Icon: "checklist"},
		web.NavItem{Group: "监察", Label: "监察规则", Href: "/supervision/rules", Permission: supervision.PermRuleRead, Icon: "settings"},
	)
}

func alertPath(id supervision.AlertID) string { return "/supervision/alerts/" + string(id) }

func casePath(no string) string { return "/casework/cases/" + no }

func levelTone(l supervision.Level) web.Tone {
	switch l {
	case supervision.Red:
		return web.Danger
	case supervision.Yellow:
		return web.Warning
	}
	return web.Info
}

func stateTone(l *supervision.Alert) web.Tone {
	if l.Level == supervision.Remind {
		return web.Info
	}
	switch l.State {
	case supervision.Settled, supervision.Lifted:
		return web.Success
	case supervision.Raised, supervision.Served, supervision.Correcting, supervision.Proposed, supervision.Defended:
		return web.Warning
	}
	return web.Info
}

// units and sites are the choices of forms and filters.
func (h handlers) units(c *web.Ctx) ([]web.Option, error) {
	list, err := h.Org.UnitTree(c.Context())
	out := make([]web.Option, 0, len(list))
	for _, u := range list {
		out = append(out, web.Option{Value: u.ID, Label: u.Name})
	}
	return out, err
}

func (h handlers) sites(c *web.Ctx) ([]web.Option, error) {
	var out []web.Option
	for after := ""; ; {
		list, next, err := h.Org.ListSites(c.Context(), org.SiteQuery{After: after})
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			out = append(out, web.Option{Value: s.ID, Label: s.Name, Group: org.LabelOf(org.SiteKinds(), string(s.Kind))})
		}
		if after = next; next == "" {
			return out, nil
		}
	}
}

package app

import (
	"context"
	"net/url"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/performance"
	"yichuang/internal/web"
)

// hallGlance is how the hall stands, for the leader's page: nothing for whoever may not read its figures.
func (a *App) hallGlance(ctx context.Context) ([]web.Tile, error) {
	if !actor.From(ctx).Can(hallmetric.PermRead) {
		return nil, nil
	}
	g, err := a.HallMetric.Glance(ctx)
	if err != nil {
		return nil, err
	}
	number := func(n int64) string { return web.GroupDigits(strconv.FormatInt(n, 10)) }
	late := web.Tile{Label: "办件在办超期", Value: number(g.Overdue), Unit: "件", Href: "/hall/overview", Hint: "已过承诺时限、还没有决定"}
	if g.Overdue > 0 {
		late.Light = web.Red
	}
	out := []web.Tile{{Label: "在办办件", Value: number(g.Open), Unit: "件", Href: "/hall/overview"}, late, {Label: "大厅等候", Value: number(g.Waiting), Unit: "人", Href: "/hall/overview"}}
	for i, m := range g.Measures {
		f := g.Figures[i]
		hint := metric.Month(g.Month).String() + "公布"
		if f.Form == metric.Rate {
			hint += "：" + f.NumText() + " / " + f.DenText()
		}
		out = append(out, web.Tile{Label: m.Label, Value: f.Text(), Unit: m.Unit, Hint: hint, Href: "/hall/metrics/months"})
	}
	return out, nil
}

// hallFacts are the figures of the hall, as indicators of budget performance may name them.
func (a *App) hallFacts() performance.Source {
	s := performance.Source{Code: "hall", Label: "政务大厅", Needs: hallmetric.PermRead}
	for _, m := range hallmetric.Measures() {
		unit := m.Unit
		if m.Form == metric.Rate {
			unit = "%"
		}
		s.Facts = append(s.Facts, performance.Fact{Code: m.Code, Label: m.Label, Unit: unit, Rule: m.Rule, Lower: m.Lower})
	}
	s.Freeze = func(ctx context.Context, fact string, at performance.Scope) (metric.Frozen, error) {
		return a.HallMetric.FreezeWhole(ctx, fact, at.Period)
	}
	s.Href = func(fact string, at performance.Scope) string {
		return "/hall/metrics/records?" + url.Values{"m": {fact}, "part": {string(metric.Denominator)}, "span": {"own"}, "from": {at.Period.From.String()}, "last": {at.Period.Last().String()}}.Encode()
	}
	return s
}

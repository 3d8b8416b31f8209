package app

import (
	"context"
	"net/url"

	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/performance"
)

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

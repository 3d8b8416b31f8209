package app_test

import (
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/metric"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/supervision"
)

// supervisionPrey makes an alert by hand in a centre, and finds its rules.
func supervisionPrey(t *testing.T, a *app.App, centre, unit, site string) map[string]string {
	t.Helper()
	ctx := orgtest.System(centre)
	l, err := a.Supervision.Raise(ctx, supervision.RaiseInput{UnitID: unit, SiteID: site, Level: supervision.Yellow, Type: supervision.Other, Text: secretTitle})
	if err != nil {
		t.Fatal(err)
	}
	sets, err := a.Supervision.RuleSets(ctx)
	if err != nil || len(sets) != 1 {
		t.Fatal(sets, err)
	}
	g, err := a.Supervision.Publish(ctx, supervision.GazetteInput{Period: metric.Month(a.Clock.Now().Date()).Previous()})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"supervision_alert": string(l.ID), "supervision_rules": sets[0].ID, "gazette": string(g.ID)}
}

// supervisionParts are the places of the prey in the patterns of routes.
var supervisionParts = []struct{ part, key string }{{"/supervision/alerts/{id}", "supervision_alert"}, {"/supervision/rules/{id}", "supervision_rules"}, {"/supervision/gazettes/{id}", "gazette"}}

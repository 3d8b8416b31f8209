package demo

import (
	"context"
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/honour"
	"yichuang/internal/metric"
	"yichuang/internal/supervision"
	"yichuang/internal/training"
)

// checkService looks for life on the pages of stars, training, sites, kiosks and supplies: every state that they show has
// an example, and no figure is empty.
func checkService(t *testing.T, ctx context.Context, a *app.App, now clock.Instant) {
	t.Helper()
	rounds, _, err := a.Honour.Rounds(ctx, "")
	states := map[string]bool{}
	for _, r := range rounds {
		states[string(r.State)] = true
		s, err := a.Honour.Round(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range s.Candidates {
			states[string(c.State)] = true
			if c.State == honour.Vetoed && c.VetoBy == "" && c.VetoRecord != "" {
				states["barred by a record"] = true
			}
		}
	}
	courses, _, err2 := a.Training.Courses(ctx, "")
	for _, c := range courses {
		states[string(c.State)] = true
	}
	open, err3 := a.Site.OpenFindings(ctx)
	kiosks, err4 := a.Site.Kiosks(ctx)
	if err != nil || err2 != nil || err3 != nil || err4 != nil || len(open) == 0 || len(kiosks) != 3 || kiosks[0].Prints+kiosks[1].Prints == 0 {
		t.Errorf("findings %d, kiosks %+v, %v %v %v %v", len(open), kiosks, err, err2, err3, err4)
	}
	for _, s := range []string{string(honour.Closed), string(honour.Voting), string(honour.Honored), string(honour.Vetoed), "barred by a record", string(training.Planned), string(training.Open), string(training.Archived)} {
		if !states[s] {
			t.Errorf("nothing of the demonstration is %s", s)
		}
	}
	figures, err := a.Site.Figures(ctx, metric.Year(now.Date()))
	for _, f := range figures {
		if !f.Known() || f.Num == 0 {
			t.Errorf("the figure %s is %s", f.Metric, f.Text())
		}
	}
	lessons, err2 := a.Training.Figures(ctx, metric.Year(now.Date()))
	for _, f := range lessons.Figures {
		if !f.Known() || f.Num == 0 {
			t.Errorf("the figure %s is %s", f.Metric, f.Text())
		}
	}
	if err != nil || err2 != nil {
		t.Error(err, err2)
	}
	checkSignals(t, ctx, a, now)
}

// checkSignals looks for patterns on the page of signals: several kinds, each with cases behind it.
func checkSignals(t *testing.T, ctx context.Context, a *app.App, now clock.Instant) {
	t.Helper()
	kinds := map[supervision.SignalKind]int{}
	for _, p := range []metric.Period{metric.Month(now.Date()), metric.Month(now.Date()).Previous()} {
		list, err := a.Supervision.Signals(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			t.Log(p, s.Unit, s.Label, s.Text, len(s.Cases))
			kinds[s.Kind] += len(s.Cases)
		}
	}
	if len(kinds) < 3 || kinds[supervision.Backdated] == 0 {
		t.Errorf("signals of the demonstration: %v", kinds)
	}
}

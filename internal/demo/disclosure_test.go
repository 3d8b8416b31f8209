package demo

import (
	"bytes"
	"context"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/reader"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// TestTheDisclosureHoldsTheEvaluations: the published accounts of 2024 have their annexes, the audit finds no error in them,
// and what it reads scores as it was locked.
func TestTheDisclosureHoldsTheEvaluations(t *testing.T) {
	now := clock.At(2026, time.April, 17, 2, 40)
	o := Options{Config: settings(t), Now: now, Seed: 1}
	r, err := Load(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(context.Background(), o.Config, nil, clock.NewManual(now))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	p, err := a.Finance.Publication(actor.With(context.Background(), actor.SystemFor(r.Demo.Centre.ID)), 2024, 0, publication.HTML)
	if err != nil {
		t.Fatal(err)
	}
	if p.Evaluation == nil || len(p.Evaluation.Annexes) != 6 {
		t.Fatalf("the accounts of 2024 have the annexes %+v", p.Evaluation)
	}
	var page bytes.Buffer
	if err := p.Write(&page, publication.HTML, publication.Options{}); err != nil {
		t.Fatal(err)
	}
	auditPage(t, page.Bytes())
}

// auditPage applies the rules on published accounts, and scores the forms again.
func auditPage(t *testing.T, page []byte) {
	t.Helper()
	subjects, err := fiscal.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	dict := fiscal.NewDictionary(2024, fiscal.BuiltInYear, subjects)
	d, err := reader.Bytes(t.Context(), page, reader.Options{Dictionary: dict})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := check.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range rules.Run(d, check.Options{Dictionary: dict}).Findings {
		if x.Severity == check.Error {
			t.Errorf("%s %s", x.Rule, x.Message)
		}
	}
	policy, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	s := form.Published(d)
	if len(s.Forms) != 3 {
		t.Errorf("%d forms are read", len(s.Forms))
	}
	for _, f := range s.Forms {
		for _, x := range score.Compare(f, score.Score(policy, f)) {
			if x.Severity != score.Info {
				t.Errorf("%s: %s", x.Rule, x.Message)
			}
		}
	}
	for _, x := range score.Review(s.Forms, s.Claims) {
		if x.Severity == score.Error {
			t.Errorf("%s: %s", x.Rule, x.Message)
		}
	}
}

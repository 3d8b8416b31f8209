package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

func count(t *testing.T, a *app.App, query string, args ...any) int64 {
	t.Helper()
	var n int64
	err := a.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, err = store.Get[int64](tx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestANewCentreCanWorkAtOnce(t *testing.T) {
	a := open(t)
	centre, err := a.CreateCentre(orgtest.System(""), org.CentreInput{Code: "linxia", Name: "临夏市政务中心", Division: "622901", Tier: org.TierCounty})
	if err != nil {
		t.Fatal(err)
	}
	ctx := orgtest.System(centre.ID)
	categories, err := a.Hotline.Categories(ctx)
	if err != nil || len(categories) != len(hotline.DefaultCategories()) {
		t.Errorf("%d categories, %v", len(categories), err)
	}
	if c, err := a.Calendar.Calendar(ctx, ""); err != nil || c.Area() != "622901" || c.Revision() == 0 {
		t.Errorf("calendar of %s, revision %d, %v", c.Area(), c.Revision(), err)
	}
	limits := "SELECT COUNT(*) FROM hotline_policy WHERE centre_id = $1 AND current"
	if n := count(t, a, limits, centre.ID); n != int64(len(hotline.DefaultPolicies())) {
		t.Errorf("%d limits", n)
	}
	// What the centre made of it stays when the seed is repeated.
	if err := a.Hotline.ChangePolicy(ctx, hotline.Policy{Step: hotline.StepHandle, Limit: hotline.DefaultPolicies()[0].Limit}); err != nil {
		t.Fatal(err)
	}
	lines := count(t, a, "SELECT COUNT(*) FROM audit_log WHERE centre_id = $1", centre.ID)
	if err := a.SeedCentre(ctx, centre); err != nil {
		t.Fatal(err)
	}
	if n := count(t, a, limits, centre.ID); n != int64(len(hotline.DefaultPolicies())) {
		t.Errorf("%d limits after the second seed", n)
	}
	if n := count(t, a, "SELECT COUNT(*) FROM audit_log WHERE centre_id = $1", centre.ID); n != lines {
		t.Errorf("the second seed left %d audit lines", n-lines)
	}
	if err := a.SeedCentre(actor.With(t.Context(), &actor.Actor{Kind: actor.User, CentreID: centre.ID}), centre); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("a person seeds: %v", err)
	}
}

func TestOldIdempotencyKeysAreForgotten(t *testing.T) {
	a := open(t)
	moves := a.Clock.(*clock.Manual)
	one, two := addCentre(t, a), addCentre(t, a)
	claim := func(centre string, n int) {
		t.Helper()
		err := a.DB.WithTx(orgtest.System(centre), func(tx *store.Tx) error {
			for i := range n {
				if _, _, err := once.Claim(tx, fmt.Sprintf("%d-%d", tx.Now(), i), "d", "o"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	left := func(centre string) int64 {
		t.Helper()
		if err := a.Jobs.RunAll(context.Background()); err != nil {
			t.Fatal(err)
		}
		return count(t, a, "SELECT COUNT(*) FROM once_key WHERE centre_id = $1", centre)
	}
	claim(one, 2*once.SweepBatch+7)
	claim(two, 3)
	moves.Advance(7*24*time.Hour - time.Minute)
	if left(one) != 2*once.SweepBatch+7 || left(two) != 3 {
		t.Error("keys were forgotten within seven days")
	}
	claim(one, 2)
	moves.Advance(time.Hour)
	if n, m := left(one), left(two); n != 2 || m != 0 {
		t.Errorf("%d and %d keys are left, want 2 and 0", n, m)
	}
	if n := count(t, a, "SELECT COUNT(*) FROM job WHERE kind = 'once.sweep' AND state = 'ready'"); n != 2 {
		t.Errorf("%d sweeps wait, want one for each centre", n)
	}
	moves.Advance(7 * 24 * time.Hour)
	if n := left(one); n != 0 {
		t.Errorf("%d keys are left", n)
	}
}

func TestDeadJobsComeBack(t *testing.T) {
	a := open(t)
	centre := addCentre(t, a)
	err := a.DB.WithTx(orgtest.System(centre), func(tx *store.Tx) error { return jobs.Insert(tx, centre, "unknown", "", 0, nil) })
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		if err := a.Jobs.RunAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.Clock.(*clock.Manual).Advance(time.Hour)
	}
	list, err := a.DeadJobs(t.Context())
	if err != nil || len(list) != 1 || list[0].Kind != "unknown" {
		t.Fatal(list, err)
	}
	if err := a.RetryJobs(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	if n := count(t, a, "SELECT COUNT(*) FROM audit_log WHERE centre_id = $1 AND action = 'jobs.retry'", centre); n != 1 {
		t.Errorf("%d audit lines", n)
	}
	if list, err = a.DeadJobs(t.Context()); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
	if n := count(t, a, "SELECT COUNT(*) FROM job WHERE kind = 'unknown' AND state = 'ready' AND attempt = 0"); n != 1 {
		t.Errorf("%d jobs wait", n)
	}
}

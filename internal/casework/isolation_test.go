package casework_test

import (
	"context"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// Nobody of another centre, department or site reaches a case, whatever he holds: it is as if it were not there.
func TestOtherCentresAndUnitsReachNothing(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	c := w.Accepted(t, w.Ready(t))
	voucher := w.Get(t, c.ID).Vouchers[0].ID
	elsewhere := orgtest.Centre(t, w.Org)
	roles := []string{org.RoleWindow, org.RoleChiefRep, org.RoleApprover, org.RoleUnitHead, org.RoleSiteAdmin}
	strangers := map[string]context.Context{
		"centre":     orgtest.User(t, w.Org, elsewhere, orgtest.Where{Unit: orgtest.Unit(t, w.Org, elsewhere, "外地人社局", "").ID, Site: orgtest.Site(t, w.Org, elsewhere, "外地分中心").ID}, roles...).Ctx,
		"department": orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleChiefRep, org.RoleApprover, org.RoleUnitHead).Ctx,
		"site":       orgtest.User(t, w.Org, w.Centre, orgtest.Where{Site: orgtest.Site(t, w.Org, w.Centre, "税务分中心").ID}, org.RoleWindow, org.RoleSiteAdmin).Ctx,
	}
	for name, ctx := range strangers {
		k := cmd(c)
		tries := map[string]func() error{
			"find":   func() error { _, err := m.Find(ctx, string(c.ID)); return err },
			"number": func() error { _, err := m.Find(ctx, c.No); return err },
			"reveal": func() error { _, err := m.RevealApplicant(ctx, c.ID); return err },
			"print":  func() error { _, err := m.Print(ctx, voucher); return err },
			"notify": func() error { _, err := m.Notify(ctx, k, nil, ""); return err },
			"accept": func() error { _, err := m.Accept(ctx, k, casework.NormalMode); return err },
			"review": func() error { _, err := m.Review(ctx, k, "x"); return err },
			"grant":  func() error { _, err := m.Grant(ctx, k, casework.DecideInput{}); return err },
			"refuse": func() error { _, err := m.Refuse(ctx, k, casework.RefuseInput{}); return err },
			"extend": func() error { _, err := m.Extend(ctx, k, casework.ExtendInput{}); return err },
			"revoke": func() error {
				_, err := m.Revoke(ctx, k, casework.RevokeInput{Ground: "authority", Reason: "x"})
				return err
			},
			"fee": func() error { _, err := m.SettleFee(ctx, k, casework.Payment{Waived: true, Receipt: "x"}); return err },
		}
		for what, try := range tries {
			if kind := errs.KindOf(try()); kind != errs.NotFound && kind != errs.Forbidden {
				t.Errorf("%s of another %s: %v", what, name, try())
			}
		}
		list, _, err := m.Cases(ctx, casework.Filter{})
		if err != nil || len(list) != 0 {
			t.Errorf("another %s sees %d cases, %v", name, len(list), err)
		}
		if papers, _, err := m.Unprinted(ctx, ""); err != nil || len(papers) != 0 {
			t.Errorf("another %s sees %d vouchers, %v", name, len(papers), err)
		}
	}
	if s := w.Get(t, c.ID); s.EventSeq != c.EventSeq {
		t.Error("a stranger changed the case")
	}
	there := actor.With(context.Background(), casework.ApplicantActor(elsewhere, "", ""))
	_, err := m.Track(there, m.QueryCode(casework.VisitID(c.VisitID)), "1234")
	wantCode(t, err, "QUERY")
}

// The desk's list goes on where it stopped, also among cases with the same end.
func TestTheListGoesOnWhereItStopped(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		it := w.Ready(t)
		want := map[casework.CaseID]bool{}
		for n := range 7 {
			if n == 4 {
				w.Set("2025-09-03 10:00")
			}
			want[w.Receive(t, it).ID] = true
		}
		f := casework.Filter{Limit: 2}
		for pages := 0; ; pages++ {
			list, next, err := w.Casework.Cases(w.Window(t), f)
			if err != nil || pages > 4 {
				t.Fatal(pages, err)
			}
			for _, c := range list {
				if !want[c.ID] {
					t.Errorf("%s comes twice or is nobody's", c.No)
				}
				delete(want, c.ID)
			}
			if f.After = next; next == "" {
				break
			}
		}
		if len(want) != 0 {
			t.Errorf("%d cases were left out", len(want))
		}
	})
}

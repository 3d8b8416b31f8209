package item_test

import (
	"errors"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/money"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

func day(s string) clock.Date { return clock.MustDate(s) }

// Scenario 9 of the hall as far as it needs no case: a letter valid to 2025-11-18; on 11-20 its holder decides: AUTH_EXPIRED;
// decisions up to 11-18 are covered and show its number. A comprehensive window without an agreement may only receive.
func TestScenario9(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		w.Clock.Set(day("2025-11-03").Clock(9, 0))
		v := w.Publish(itemtest.Permit("11001"), w.Today())
		a := w.Letter("市监授〔2025〕1号", day("2025-11-03"), day("2025-11-18"), []item.Power{item.Examine, item.Decide}, v.ItemID)
		act := item.Act{Power: item.Decide, ItemID: v.ItemID, UserID: w.Rep.ID}
		for _, d := range []string{"2025-11-03", "2025-11-17", "2025-11-18"} {
			if got, err := w.Authorize(act, day(d)); err != nil || got.Number != a.Number {
				t.Errorf("%s: %s, %v", d, got.Number, err)
			}
		}
		for _, d := range []string{"2025-11-02", "2025-11-19", "2025-11-20"} {
			if _, err := w.Authorize(act, day(d)); !errors.Is(err, item.ErrAuthExpired) || errs.As(err).Detail["refusal"] != "AUTH_EXPIRED" || errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s: %v", d, err)
			}
		}
		seal := act
		seal.Power = item.Seal
		if _, err := w.Authorize(seal, day("2025-11-10")); errs.As(err).Detail["refusal"] != "AUTH_SCOPE" {
			t.Errorf("a power that was not given: %v", err)
		}
		w.Clock.Set(day("2025-11-20").Clock(10, 0))
		w.RunJobs()
		if s, err := w.Item.AuthorizationSheet(w.Rep.Ctx, a.ID); err != nil || s.Authorization.State != item.Expired {
			t.Errorf("after its last day: %s, %v", s.Authorization.State, err)
		}
		if got, err := w.Authorize(act, day("2025-11-18")); err != nil || got.Number != a.Number {
			t.Errorf("a decision of 11-18, asked later: %s, %v", got.Number, err)
		}
		window := item.Act{Power: item.Receive, ItemID: v.ItemID, UserID: w.Window.ID, Window: true}
		if _, err := w.Authorize(window, w.Today()); err != nil {
			t.Errorf("接件 at a comprehensive window: %v", err)
		}
		for _, p := range []item.Power{item.Accept, item.HandOut} {
			window.Power = p
			if _, err := w.Authorize(window, w.Today()); errs.As(err).Detail["refusal"] != "NO_DELEGATION" {
				t.Errorf("%s without an agreement: %v", p, err)
			}
		}
		w.Agreement("市监委〔2025〕1号", w.Today(), w.Today()+365, v.ItemID)
		if got, err := w.Authorize(window, w.Today()); err != nil || got.Kind != item.Agreement {
			t.Errorf("with an agreement: %v", err)
		}
		window.SiteID = "another"
		if _, err := w.Authorize(window, w.Today()); !errors.Is(err, item.ErrNoDelegation) {
			t.Errorf("at another site: %v", err)
		}
	}, itemtest.Migrations()...)
}

func fen(n money.Fen) *money.Fen { return &n }

func TestAllowed(t *testing.T) {
	base := item.Authorization{ID: "1", Kind: item.Letter, UserID: "z", PowerList: "accept,decide", Items: []string{"i"}, From: 100, To: 200, PublishedOn: 110, EndedOn: clock.NoDate, State: item.Effective}
	act := item.Act{Power: item.Decide, ItemID: "i", UserID: "z"}
	for name, c := range map[string]struct {
		change func(a *item.Authorization, x *item.Act)
		day    clock.Date
		want   error
	}{
		"first day after publication":   {nil, 110, nil},
		"last day":                      {nil, 200, nil},
		"before publication":            {nil, 109, item.ErrAuthExpired},
		"day after":                     {nil, 201, item.ErrAuthExpired},
		"another person":                {func(_ *item.Authorization, x *item.Act) { x.UserID = "y" }, 150, item.ErrAuthScope},
		"nobody":                        {func(_ *item.Authorization, x *item.Act) { x.UserID = "" }, 150, item.ErrAuthScope},
		"another item":                  {func(_ *item.Authorization, x *item.Act) { x.ItemID = "j" }, 150, item.ErrAuthScope},
		"another power":                 {func(_ *item.Authorization, x *item.Act) { x.Power = item.Seal }, 150, item.ErrAuthScope},
		"only issued":                   {func(a *item.Authorization, _ *item.Act) { a.State, a.PublishedOn = item.Issued, clock.NoDate }, 150, item.ErrAuthScope},
		"revoked on the day":            {func(a *item.Authorization, _ *item.Act) { a.State, a.EndedOn = item.Revoked, 150 }, 150, item.ErrAuthExpired},
		"the day before":                {func(a *item.Authorization, _ *item.Act) { a.State, a.EndedOn = item.Revoked, 150 }, 149, nil},
		"superseded later":              {func(a *item.Authorization, _ *item.Act) { a.State, a.EndedOn = item.Superseded, 170 }, 169, nil},
		"expired, asked for a day in":   {func(a *item.Authorization, _ *item.Act) { a.State = item.Expired }, 150, nil},
		"below the cap":                 {func(a *item.Authorization, x *item.Act) { a.Cap, x.Amount = 100, fen(100) }, 150, nil},
		"a cap, nothing said":           {func(a *item.Authorization, _ *item.Act) { a.Cap = 100 }, 150, item.ErrAmount},
		"a cap, not about money":        {func(a *item.Authorization, x *item.Act) { a.Cap, x.Amount = 100, fen(0) }, 150, nil},
		"a cap, to seal":                {func(a *item.Authorization, x *item.Act) { a.Cap, a.PowerList, x.Power = 100, "seal", item.Seal }, 150, item.ErrAmount},
		"a cap, to examine":             {func(a *item.Authorization, x *item.Act) { a.Cap, a.PowerList, x.Power = 100, "examine", item.Examine }, 150, nil},
		"above the cap":                 {func(a *item.Authorization, x *item.Act) { a.Cap, x.Amount = 100, fen(101) }, 150, item.ErrAuthScope},
		"above the cap, run out":        {func(a *item.Authorization, x *item.Act) { a.Cap, x.Amount = 100, fen(101) }, 201, item.ErrAuthScope},
		"a cap, nothing said, too late": {func(a *item.Authorization, _ *item.Act) { a.Cap = 100 }, 201, item.ErrAuthExpired},
		"an agreement is no letter":     {func(a *item.Authorization, _ *item.Act) { a.Kind = item.Agreement }, 150, item.ErrAuthScope},
	} {
		a, x := base, act
		if c.change != nil {
			c.change(&a, &x)
		}
		got, err := item.Allowed([]item.Authorization{a}, x, c.day)
		if !errors.Is(err, c.want) || c.want == nil && got.ID != "1" {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	newer := base
	newer.ID, newer.From = "2", 120
	if got, _ := item.Allowed([]item.Authorization{newer, base}, act, 150); got.ID != "2" {
		t.Errorf("of two, %s was chosen", got.ID)
	}
}

func TestEveryAuthorizationStateTimesEveryAction(t *testing.T) {
	want := map[[2]string]item.AuthorizationState{{"prepared", "issue"}: item.Issued, {"prepared", "withdraw"}: item.Withdrawn, {"issued", "file"}: item.Filed, {"issued", "return"}: item.Prepared, {"issued", "withdraw"}: item.Withdrawn,
		{"filed", "publish"}: item.Effective, {"filed", "withdraw"}: item.Withdrawn, {"effective", "revoke"}: item.Revoked}
	for _, s := range item.AuthorizationStates() {
		for _, a := range item.AuthorizationActions() {
			to, perm, ok := item.NextAuthorization(s, a)
			expected, allowed := want[[2]string{string(s), string(a)}]
			if ok != allowed || to != expected || ok && perm == "" || s.Label() == "" || a.Label() == "" {
				t.Errorf("%s × %s: %s %v, want %s %v", s, a, to, ok, expected, allowed)
			}
		}
	}
}

func TestLettersAreIssuedByAnotherAndFollowTheirCourse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		v := w.Publish(itemtest.Permit("11001"), w.Today())
		in := item.AuthorizationInput{Kind: item.Letter, UnitID: w.Unit.ID, UserID: w.Rep.ID, Powers: []item.Power{item.Decide}, Items: []string{v.ItemID}, From: w.Today(), To: w.Today() + 100, Number: "甲1号"}
		for name, change := range map[string]func(x *item.AuthorizationInput){
			"another unit's person": func(x *item.AuthorizationInput) { x.UserID = w.Foreign.ID }, "an approver": func(x *item.AuthorizationInput) { x.UserID = w.Second.ID }, "another unit's item": func(x *item.AuthorizationInput) { x.UnitID = w.Other.ID },
			"no item": func(x *item.AuthorizationInput) { x.Items = nil }, "a power of agreements": func(x *item.AuthorizationInput) { x.Powers = []item.Power{item.Receive} }, "backwards": func(x *item.AuthorizationInput) { x.To = x.From - 1 },
			"unknown item": func(x *item.AuthorizationInput) { x.Items = []string{"0000000000000"} }, "an agreement with a person": func(x *item.AuthorizationInput) { x.Kind, x.Powers = item.Agreement, []item.Power{item.Accept} },
		} {
			x := in
			change(&x)
			if _, err := w.Item.DraftAuthorization(w.Head.Ctx, x); !errors.Is(err, item.ErrAuthInput) {
				t.Errorf("%s: %v", name, err)
			}
		}
		a, err := w.Item.DraftAuthorization(w.Head.Ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Item.DraftAuthorization(w.Head.Ctx, in); !errors.Is(err, item.ErrAuthTaken) {
			t.Errorf("the same number again: %v", err)
		}
		if _, err := w.Item.MoveAuthorization(w.Head.Ctx, a.ID, a.Version, item.IssueAuth, ""); !errors.Is(err, item.ErrSamePerson) {
			t.Errorf("the drafter issued: %v", err)
		}
		if _, err := w.Item.MoveAuthorization(w.Foreign.Ctx, a.ID, a.Version, item.IssueAuth, ""); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another department issued: %v", err)
		}
		if _, err := w.Item.MoveAuthorization(w.Office.Ctx, a.ID, a.Version, item.FileAuth, ""); !errors.Is(err, item.ErrAuthState) {
			t.Errorf("filed before it was issued: %v", err)
		}
		if _, err := w.Item.AuthorizationSheet(w.Window.Ctx, a.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the window reads another's letter: %v", err)
		}
	}, itemtest.Migrations()...)
}

func TestANewEditionEndsTheOldOneOnItsFirstDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		v := w.Publish(itemtest.Permit("11001"), w.Today())
		old := w.Letter("甲1号", w.Today(), w.Today()+300, []item.Power{item.Decide}, v.ItemID)
		in := item.AuthorizationInput{Kind: item.Letter, UnitID: w.Unit.ID, UserID: w.Rep.ID, Powers: []item.Power{item.Examine}, Items: []string{v.ItemID}, From: w.Today() + 10, To: w.Today() + 300, Number: "甲2号", Replaces: old.ID, Reason: "调整权力"}
		a, err := w.Item.DraftAuthorization(w.Head.Ctx, in)
		for _, x := range []struct {
			act item.AuthorizationAction
		}{{item.IssueAuth}, {item.FileAuth}, {item.PublishAuth}} {
			if err != nil {
				t.Fatal(err)
			}
			a, err = w.Item.MoveAuthorization(w.System(), a.ID, a.Version, x.act, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		decide := item.Act{Power: item.Decide, ItemID: v.ItemID, UserID: w.Rep.ID}
		if got, err := w.Authorize(decide, w.Today()+9); err != nil || got.ID != old.ID {
			t.Errorf("the day before: %v", err)
		}
		if _, err := w.Authorize(decide, w.Today()+10); !errors.Is(err, item.ErrAuthExpired) {
			t.Errorf("on the first day of the new one: %v", err)
		}
		if list, _, err := w.Item.PublishedAuthorizations(w.Citizen(), ""); err != nil || len(list) != 1 || list[0].ID != a.ID {
			t.Errorf("published: %d, %v", len(list), err)
		}
	}, itemtest.Migrations()...)
}

// Notices come 10 and 1 working days before the last day: 2025-11-18 is a Tuesday, ten working days before it is 2025-11-04,
// one is 2025-11-17. Each comes once, also after an outage.
func TestExpiryNotices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		w.Clock.Set(day("2025-10-20").Clock(9, 0))
		v := w.Publish(itemtest.Permit("11001"), w.Today())
		a := w.Letter("甲1号", w.Today(), day("2025-11-18"), []item.Power{item.Decide}, v.ItemID)
		for _, x := range []struct {
			at   string
			want []int64
		}{{"2025-11-03", nil}, {"2025-11-04", []int64{10}}, {"2025-11-05", []int64{10}}, {"2025-11-16", []int64{10}}, {"2025-11-17", []int64{10, 1}}, {"2025-11-18", []int64{10, 1}}} {
			w.Clock.Set(day(x.at).Clock(8, 0))
			w.RunJobs()
			w.RunJobs()
			s, err := w.Item.AuthorizationSheet(w.Rep.Ctx, a.ID)
			if err != nil || len(s.Notices) != len(x.want) {
				t.Errorf("%s: %+v, %v", x.at, s.Notices, err)
			}
		}
		if list, err := w.Item.Expiring(w.Office.Ctx); err != nil || len(list) != 1 {
			t.Errorf("expiring: %d, %v", len(list), err)
		}
		late := w.Letter("甲2号", w.Today(), w.Today()+1, []item.Power{item.Decide}, v.ItemID)
		w.RunJobs()
		if s, err := w.Item.AuthorizationSheet(w.Rep.Ctx, late.ID); err != nil || len(s.Notices) != 2 {
			t.Errorf("a letter that ends tomorrow: %+v, %v", s.Notices, err)
		}
	}, itemtest.Migrations()...)
}

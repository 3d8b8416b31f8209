package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// A decision goes out under the organ's seal: a letter that gives 决定 and not 用印 is no ground for it, for 准予 and 不予
// alike. A second letter may give the seal, and the event then names both.
func TestDecidingNeedsTheSeal(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, it := w.Casework, w.Publish(t)
	w.Authorize(t, it, "", "2025-09-01", "2026-12-31", "协议一号", item.Receive, item.Accept, item.HandOut)
	w.Authorize(t, it, w.ChiefID(t), "2025-09-01", "2026-12-31", "决定一号", item.Examine, item.Decide)
	c, other := reviewed(t, w, it), reviewed(t, w, it)
	_, err := m.Grant(w.Chief(t), cmd(c), casework.DecideInput{})
	wantCode(t, err, "AUTH_SCOPE")
	_, err = m.Deny(w.Chief(t), cmd(c), casework.DecideInput{Opinion: "不符合条件", Basis: "第五条"})
	wantCode(t, err, "AUTH_SCOPE")
	s := w.Get(t, c.ID)
	if s.State != casework.Reviewed || s.Decision != "" || s.Events[len(s.Events)-1].Action != casework.ActAttempt || len(decisions(s)) != 0 {
		t.Errorf("after the refusals: %s, decision %q, papers %v", s.State, s.Decision, decisions(s))
	}
	if _, err = m.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{}); err != nil {
		t.Errorf("an approver needs no letter: %v", err)
	}
	w.Authorize(t, it, w.ChiefID(t), "2025-09-01", "2026-12-31", "用印一号", item.Seal)
	if _, err = m.Grant(w.Chief(t), cmd(other), casework.DecideInput{}); err != nil {
		t.Fatal(err)
	}
	s = w.Get(t, other.ID)
	if got := s.Events[len(s.Events)-1].Authority; got != "决定一号、用印一号" {
		t.Errorf("decided by %q", got)
	}
	checked(t, w)
}

// A letter with a cap (金额上限) covers decisions up to it and no further; the amount stands in the event and the voucher.
func TestDecidingUpToTheCap(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, it := w.Casework, w.Publish(t)
	w.Authorize(t, it, "", "2025-09-01", "2026-12-31", "协议一号", item.Receive, item.Accept, item.HandOut)
	w.InForce(t, item.AuthorizationInput{Kind: item.Letter, UnitID: w.Unit.ID, UserID: w.ChiefID(t), Powers: []item.Power{item.Examine, item.Decide, item.Seal}, Items: []string{it.ID},
		Cap: 5 * money.WanYuan, From: day("2025-09-01"), To: day("2026-12-31"), Number: "限额一号"})
	above := casework.DecideInput{Opinion: "同意", Basis: "第五条", Amount: fen(5*money.WanYuan + 1)}
	under, over, denied := reviewed(t, w, it), reviewed(t, w, it), reviewed(t, w, it)
	_, err := m.Grant(w.Chief(t), cmd(over), above)
	wantCode(t, err, "AUTH_SCOPE")
	if w.Get(t, over.ID).Decision != "" {
		t.Errorf("above the cap: %v", err)
	}
	_, err = m.Deny(w.Chief(t), cmd(denied), above)
	wantCode(t, err, "AUTH_SCOPE")
	_, err = m.Grant(w.Chief(t), cmd(under), casework.DecideInput{Amount: fen(-1)})
	wantCode(t, err, "INPUT")
	at := casework.DecideInput{Opinion: "同意", Amount: fen(5 * money.WanYuan)}
	if _, err = m.Grant(w.Chief(t), cmd(under), at); err != nil {
		t.Fatal(err)
	}
	wantAmount(t, w.Get(t, under.ID), `"amount":5000000`, "50000.00 元")
	if _, err = m.Grant(w.Approver(t, 1), cmd(over), above); err != nil {
		t.Fatal(err)
	}
	wantAmount(t, w.Get(t, over.ID), `"amount":5000001`, "50000.01 元")
	blank := casework.DecideInput{Opinion: "不符合条件", Basis: "第五条"}
	for _, decide := range []func(context.Context, casework.Command, casework.DecideInput) (casework.Case, error){m.Grant, m.Deny} {
		_, err = decide(w.Chief(t), cmd(denied), blank)
		wantCode(t, err, "AMOUNT_REQUIRED")
		if fields := errs.As(err).Fields; len(fields) != 1 || fields[0].Name != "amount" {
			t.Errorf("the refusal is about %+v", fields)
		}
	}
	blank.Amount = fen(0) // said to be about no money
	if _, err = m.Deny(w.Chief(t), cmd(denied), blank); err != nil {
		t.Fatal(err)
	}
	s := w.Get(t, denied.ID)
	if e := s.Events[len(s.Events)-1]; !strings.Contains(e.Data, `"amount":0,`) {
		t.Errorf("about no money, and the event says %s", e.Data)
	}
	l, err := decisions(s)[0].Letter()
	if err != nil || slices.ContainsFunc(l.Facts, func(f casework.Fact) bool { return f.Label == "涉及金额" }) {
		t.Errorf("about no money, and the voucher says %+v, %v", l.Facts, err)
	}
	checked(t, w)
}

func fen(n money.Fen) *money.Fen { return &n }

func decisions(s casework.Sheet) []casework.Voucher {
	return slices.DeleteFunc(slices.Clone(s.Vouchers), func(v casework.Voucher) bool {
		return v.Kind != casework.VoucherGranted && v.Kind != casework.VoucherDenied
	})
}

func wantAmount(t *testing.T, s casework.Sheet, data, fact string) {
	t.Helper()
	if e := s.Events[len(s.Events)-1]; !strings.Contains(e.Data, data) {
		t.Errorf("event %s, want %s", e.Data, data)
	}
	list := decisions(s)
	if len(list) != 1 {
		t.Fatalf("papers %+v", list)
	}
	l, err := list[0].Letter()
	if err != nil || !slices.Contains(l.Facts, casework.Fact{Label: "涉及金额", Value: fact}) {
		t.Errorf("the voucher says %+v, %v", l.Facts, err)
	}
}

// Revoking is a written decision as the first one was (行政许可法 art. 69): it takes 决定 and 用印, up to the amount that was decided
// about, and gives the applicant a voucher with ground, reason and remedies.
func TestRevokingTakesThePowersOfDeciding(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, it := w.Casework, w.Publish(t)
	w.Authorize(t, it, "", "2025-09-01", "2026-12-31", "协议一号", item.Receive, item.Accept, item.HandOut)
	w.Authorize(t, it, w.ChiefID(t), "2025-09-01", "2026-12-31", "决定一号", item.Examine, item.Decide)
	small, large, silent := reviewed(t, w, it), reviewed(t, w, it), reviewed(t, w, it)
	for c, amount := range map[casework.CaseID]*money.Fen{small.ID: fen(5 * money.WanYuan), large.ID: fen(6 * money.WanYuan), silent.ID: nil} {
		if _, err := m.Grant(w.Approver(t, 1), casework.Command{CaseID: c}, casework.DecideInput{Amount: amount}); err != nil {
			t.Fatal(err)
		}
	}
	why := casework.RevokeInput{Ground: "procedure", Reason: "没有依法告知听证权利"}
	_, err := m.Revoke(w.Chief(t), cmd(small), why)
	wantCode(t, err, "AUTH_SCOPE")
	if s := w.Get(t, small.ID); s.State == casework.Revoked || s.Events[len(s.Events)-1].Action != casework.ActAttempt {
		t.Errorf("without the seal: %s after %s", s.State, s.Events[len(s.Events)-1].Action)
	}
	w.InForce(t, item.AuthorizationInput{Kind: item.Letter, UnitID: w.Unit.ID, UserID: w.ChiefID(t), Powers: []item.Power{item.Seal}, Items: []string{it.ID},
		Cap: 5 * money.WanYuan, From: day("2025-09-01"), To: day("2026-12-31"), Number: "用印一号"})
	for name, c := range map[string]casework.Case{"above the cap": large, "an amount that nobody said": silent} {
		if _, err = m.Revoke(w.Chief(t), cmd(c), why); casework.RefusalCode(err) != "AUTH_SCOPE" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err = m.Revoke(w.Chief(t), cmd(small), why); err != nil {
		t.Fatal(err)
	}
	s := w.Get(t, small.ID)
	last := s.Vouchers[len(s.Vouchers)-1]
	l, err := last.Letter()
	if s.State != casework.Revoked || s.Events[len(s.Events)-1].Authority != "决定一号、用印一号" || last.Kind != casework.VoucherRevoked || last.No != "政务撤〔2025〕00001号" || !slices.Contains(l.After, casework.Remedy) || err != nil {
		t.Errorf("revoked by %q, voucher %s %+v, %v", s.Events[len(s.Events)-1].Authority, last.No, l, err)
	}
	if _, err = m.Revoke(w.Approver(t, 1), cmd(large), why); err != nil {
		t.Errorf("an approver needs no letter: %v", err)
	}
	checked(t, w)
}

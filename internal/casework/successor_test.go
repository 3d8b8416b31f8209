package casework_test

import (
	"context"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// A split item is not received for any more, and the window is told what to take in its place; a case that was received before goes
// on by the version that it pinned.
func TestASplitItemIsNotReceived(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t)
	w.Set("2025-09-02 09:00")
	c := w.Accepted(t, it)
	x, err := w.Item.Alter(w.Approver(t, 1), item.AlterationInput{Kind: item.Splitting, Items: []string{it.ID}, Reason: "分开办理", Successors: []item.Successor{{Code: "TESTA", Name: "劳务派遣新设许可"}, {Code: "TESTB", Name: "劳务派遣变更许可"}}})
	for _, step := range []struct {
		ctx context.Context
		act item.Action
	}{{w.Approver(t, 1), item.Submit}, {w.Approver(t, 2), item.Pass}, {w.As(t, org.RoleInfo), item.Publish}} {
		if err == nil {
			x, err = w.Item.MoveAlteration(step.ctx, x.ID, x.Version, step.act, item.Change{})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Casework.Receive(w.Window(t), caseworktest.Input(it, "M1"))
	if casework.RefusalCode(err) != "NOT_IN_FORCE" || !strings.Contains(errs.As(err).Public, "拆分为“劳务派遣新设许可”（TESTA）、“劳务派遣变更许可”（TESTB）") {
		t.Errorf("%v", err)
	}
	if _, err := w.Casework.Review(w.Approver(t, 2), cmd(c), "符合条件"); err != nil {
		t.Errorf("a case from before: %v", err)
	}
}

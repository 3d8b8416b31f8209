package hotline_test

import (
	"errors"
	"slices"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// stepWhy is why a step of a return was refused.
func stepWhy(t *testing.T, err error) any {
	t.Helper()
	if !errors.Is(err, hotline.ErrReturnSteps) {
		t.Fatalf("not refused for a step: %v", err)
	}
	return errs.As(err).Detail["why"]
}

func TestAReturnTakesTwoPeopleWhereTheCentreSaysSo(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		m, liaison, head := w.Hotline, w.In(t, w.Unit.ID, org.RoleLiaison), w.In(t, w.Unit.ID, org.RoleUnitHead)
		o := w.Ticket(t, hotline.Handling)
		cmd := hotlinetest.Command(o)
		offered := func(action hotline.Action) bool {
			t.Helper()
			d, err := m.Find(head, string(o.ID))
			if err != nil {
				t.Fatal(err)
			}
			return slices.Contains(d.Allowed, action)
		}
		if _, err := m.DraftReturn(liaison, cmd, hotlinetest.Return()); stepWhy(t, err) != hotline.StepsSingle {
			t.Errorf("where one step is enough: %v", err)
		}
		if !offered(hotline.ActAskReturn) || offered(hotline.ActDraftReturn) {
			t.Error("with one step the head asks, and nobody drafts")
		}
		if err := m.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "return_steps", Value: 2}); err != nil {
			t.Fatal(err)
		}
		if _, err := m.AskReturn(head, cmd, hotlinetest.Return()); stepWhy(t, err) != hotline.StepsDraft {
			t.Errorf("without a draft: %v", err)
		}
		if offered(hotline.ActAskReturn) || !offered(hotline.ActDraftReturn) || offered(hotline.ActDropReturn) {
			t.Error("with two steps the draft comes first")
		}
		if _, err := m.AskReturn(head, cmd, hotline.ReturnInput{}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("confirming nothing: %v", err)
		}
		if _, err := m.DraftReturn(head, cmd, hotlinetest.Return()); err != nil {
			t.Fatal(err)
		}
		if _, err := m.AskReturn(head, cmd, hotline.ReturnInput{}); stepWhy(t, err) != hotline.StepsSame {
			t.Errorf("one person for both steps: %v", err)
		}
		in := hotlinetest.Return()
		in.Other = w.Other.ID
		if _, err := m.DraftReturn(liaison, cmd, in); err != nil { // in the place of the first
			t.Fatal(err)
		}
		d, err := m.Find(head, string(o.ID))
		if err != nil || len(d.Asks) != 1 || d.Asks[0].State != hotline.AskDrafted || d.Asks[0].OtherUnit != w.Other.ID || d.Legs[0].State != hotline.Signed {
			t.Fatalf("the draft: %+v, %v", d.Asks, err)
		}
		if d := w.Get(t, o.ID); len(d.Asks) != 0 {
			t.Errorf("others see a draft: %+v", d.Asks)
		}
		if rows, err := w.Desk.ReturnDrafts(head); err != nil || len(rows) != 1 || rows[0].No != o.No {
			t.Errorf("waiting for the head: %+v, %v", rows, err)
		}
		if rows, err := w.Desk.ReturnDrafts(w.In(t, w.Other.ID, org.RoleUnitHead)); err != nil || len(rows) != 0 {
			t.Errorf("another unit's head: %+v, %v", rows, err)
		}
		if rows, _, err := w.Desk.Asks(w.As(t, org.RoleDispatcher), desk.AskFilter{}); err != nil || len(rows) != 0 {
			t.Errorf("the office was asked: %+v, %v", rows, err)
		}
		if _, err := m.DropReturn(head, cmd, "属于本单位职责"); err != nil {
			t.Fatal(err)
		}
		if _, err := m.DropReturn(head, cmd, "再撤一次"); !errors.Is(err, hotline.ErrNoAsk) {
			t.Errorf("dropping nothing: %v", err)
		}
		if _, err := m.DraftReturn(liaison, cmd, in); err != nil {
			t.Fatal(err)
		}
		if _, err := m.AskReturn(liaison, cmd, hotline.ReturnInput{}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the liaison confirms: %v", err)
		}
		if _, err := m.AskReturn(head, cmd, hotline.ReturnInput{}); err != nil {
			t.Fatal(err)
		}
		d = w.Get(t, o.ID)
		ask := d.Asks[0]
		if len(d.Asks) != 1 || ask.State != hotline.AskWaiting || ask.Ground != in.Ground || ask.OtherUnit != w.Other.ID || ask.DraftedBy == ask.AskedBy || ask.AskedBy == "" || d.Legs[0].State != hotline.ReturnAsked || d.Legs[0].Asks != 1 {
			t.Errorf("the ask: %+v", ask)
		}
		if _, err := m.DenyReturn(w.As(t, org.RoleDispatcher), cmd, "三定方案第四条写明由该局负责"); err != nil {
			t.Fatal(err)
		}
		if _, err := m.DraftReturn(liaison, cmd, in); !errors.Is(err, hotline.ErrReturnForbidden) {
			t.Errorf("a designated unit: %v", err)
		}
		if r, err := m.Check(w.System()); err != nil || len(r.Faults) != 0 {
			t.Errorf("check: %+v %v", r.Faults, err)
		}
	})
}

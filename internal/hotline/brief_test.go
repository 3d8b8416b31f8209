package hotline_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// TestATextThatNobodyMustWriteHasALimitToo tries every action that takes a text which may be left out with one that is
// too long: it is refused at its field, and the ticket stays as it was.
func TestATextThatNobodyMustWriteHasALimitToo(t *testing.T) {
	long := strings.Repeat("长", 8001)
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		m, lead, unit := w.Hotline, w.As(t, org.RoleShiftLead), w.In(t, w.Unit.ID, org.RoleLiaison)
		for _, c := range []struct {
			name, field string
			state       hotline.State
			do          func(ctx context.Context, cmd hotline.Command) error
			who         context.Context
		}{
			{"dispatch", "remark", hotline.Triage, func(ctx context.Context, cmd hotline.Command) error {
				_, err := m.Dispatch(ctx, cmd, hotline.DispatchInput{UnitID: w.Unit.ID, Remark: long})
				return err
			}, lead},
			{"emergency", "remark", hotline.Triage, func(ctx context.Context, cmd hotline.Command) error {
				_, err := m.Emergency(ctx, cmd, "119", long)
				return err
			}, lead},
			{"refuse", "told", hotline.Triage, func(ctx context.Context, cmd hotline.Command) error {
				_, err := m.Refuse(ctx, cmd, 7, long)
				return err
			}, lead},
			{"approve", "remark", hotline.Review, func(ctx context.Context, cmd hotline.Command) error {
				_, err := m.Approve(ctx, cmd, long)
				return err
			}, w.As(t, org.RoleReviewer)},
			{"close", "finding", hotline.Callback, func(ctx context.Context, cmd hotline.Command) error {
				_, err := m.Close(ctx, cmd, long)
				return err
			}, lead},
			{"ask help", "matter", hotline.Handling, func(ctx context.Context, cmd hotline.Command) error {
				_, err := m.AskHelp(ctx, cmd, hotline.Helper{UnitID: w.Unit.ID, Matter: long}, "需要配合")
				return err
			}, unit},
			{"add help", "remark", hotline.Handling, func(ctx context.Context, cmd hotline.Command) error {
				_, err := m.AddHelp(ctx, cmd, hotline.HelpInput{Helper: hotline.Helper{UnitID: w.Unit.ID}, Remark: long})
				return err
			}, lead},
		} {
			tk := w.Ticket(t, c.state)
			err := c.do(c.who, hotlinetest.Command(tk))
			var e *errs.Error
			if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != c.field || !strings.Contains(e.Fields[0].Public, "最多 8000 个字") {
				t.Errorf("%s: %v", c.name, err)
			}
			if after := w.Get(t, tk.ID); after.Version != tk.Version || after.State != tk.State {
				t.Errorf("%s: the ticket went from version %d to %d", c.name, tk.Version, after.Version)
			}
		}
	})
}

// TestTheBasisOfATimeLimitHasALimit refuses a page of text as the basis of a time limit.
func TestTheBasisOfATimeLimitHasALimit(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		admin := w.As(t, org.RoleAdmin)
		list, _, err := w.Hotline.PolicyTable(admin)
		if err != nil || len(list) == 0 {
			t.Fatal(len(list), err)
		}
		p := list[0].Policy
		p.Basis = strings.Repeat("长", 201)
		for name, err := range map[string]error{"change": w.Hotline.ChangePolicy(admin, p), "confirm": w.Hotline.ConfirmPolicy(admin, p.ID, p.Basis)} {
			var e *errs.Error
			if !errors.As(err, &e) || len(e.Fields) != 1 || !strings.Contains(e.Fields[0].Public, "最多 200 个字，现在有 201 个字") {
				t.Errorf("%s: %v", name, err)
			}
		}
		after, _, err := w.Hotline.PolicyTable(admin)
		if err != nil || len(after) != len(list) || after[0].Basis != list[0].Basis {
			t.Errorf("the list was %v and is %v, %v", list, after, err)
		}
	})
}

// TestAChoiceIsNamedInChinese refuses what is not in a list with the names that the list has on the page.
func TestAChoiceIsNamedInChinese(t *testing.T) {
	in := hotlinetest.Input(func(in *hotline.RegisterInput) { in.Confidential = "secret" })
	in.Normalize()
	var e *errs.Error
	if err := in.Validate(); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Public != "请选择保密要求：不保密、来电人信息保密、内容和来电人信息保密。" {
		t.Errorf("%v", err)
	}
}

package hotline_test

import (
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// A centre without rules works by the default limits: a critical request never gets days to be signed.
func TestWithoutRulesTheDefaultLimitsHold(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for _, drop := range []string{"DELETE FROM hotline_policy WHERE step = 'sign'", "DELETE FROM hotline_policy"} {
			if err := w.DB.WithTx(t.Context(), func(tx *store.Tx) error {
				if _, err := tx.Exec(drop); err != nil {
					return err
				}
				_, err := tx.Exec("DELETE FROM hotline_rulebook")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			for urgency, limit := range map[string]calendar.Limit{hotline.Critical: calendar.Minutes(15), hotline.Urgent: calendar.Minutes(30), hotline.Ordinary: calendar.Workdays(1)} {
				o := w.Ticket(t, hotline.Dispatched, func(in *hotline.RegisterInput) { in.Urgency = urgency })
				if l := w.Lead(t, o.ID); l.SignLimit != limit {
					t.Errorf("%s is to be signed within %s after %q", urgency, l.SignLimit, drop)
				}
			}
		}
		if l := w.Lead(t, w.Ticket(t, hotline.Dispatched).ID); l.Course.Limit != calendar.Workdays(5) {
			t.Errorf("handling within %s", l.Course.Limit)
		}
	})
}

func TestAPolicyThatChangesNothingIsRefused(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		ctx := w.As(t, org.RoleAdmin)
		same := hotline.Policy{Step: hotline.StepRework, Limit: calendar.Workdays(3), Basis: " 重办 3 个工作日 "}
		wantCode(t, "the limit in force again", w.Hotline.ChangePolicy(ctx, same), "hotline.policy_same")
		confirmed := same
		confirmed.Confirmed = true
		if err := w.Hotline.ChangePolicy(ctx, confirmed); err != nil {
			t.Error("the same, confirmed:", err)
		}
		wantCode(t, "confirmed again", w.Hotline.ChangePolicy(ctx, confirmed), "hotline.policy_same")
		if err := w.Hotline.ChangePolicy(ctx, same); err != nil {
			t.Error("unconfirmed again:", err)
		}
		_, past, err := w.Hotline.PolicyTable(ctx)
		if err != nil || len(past) != 2 {
			t.Errorf("%d superseded, %v", len(past), err)
		}
	})
}

package hotline_test

import (
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

func TestWithdrawnAfterApprovalCountsNeitherOnTimeNorLate(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		tk := w.Ticket(t, hotline.Callback)
		if got := w.Lead(t, tk.ID).Outcome; got != hotline.OnTime {
			t.Fatalf("an approved leg is %q", got)
		}
		if _, err := w.Hotline.Withdraw(w.As(t, org.RoleShiftLead), hotlinetest.Command(tk), "来电人说不用了"); err != nil {
			t.Fatal(err)
		}
		if got := w.Lead(t, tk.ID).Outcome; got != hotline.NotApplicable {
			t.Errorf("after the withdrawal it is %q", got)
		}
		today := w.Clock.Now().Date()
		totals, err := w.Hotline.Totals(w.As(t, org.RoleShiftLead), hotline.CountOutcome, today, today)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range totals {
			if c.N != 0 && !strings.HasSuffix(c.Dim, "/"+hotline.NotApplicable) {
				t.Errorf("the count of %s is %d", c.Dim, c.N)
			}
		}
	})
}

package hotlinetest_test

import (
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
)

func TestEveryStateIsReached(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for _, s := range hotline.States {
			if got := w.Get(t, w.Ticket(t, s).ID).State; got != s {
				t.Errorf("asked for %s, got %s", s, got)
			}
		}
		for _, s := range []hotline.LegState{hotline.PendingSign, hotline.Signed, hotline.SignOff, hotline.ReturnAsked, hotline.LegSuspended, hotline.Submitted, hotline.Accepted} {
			o := w.LegTo(t, w.Ticket(t, hotline.Draft), s)
			if got := w.Lead(t, o.ID).State; got != s {
				t.Errorf("asked for leg state %s, got %s", s, got)
			}
		}
		w.RunJobs(t)
	})
}

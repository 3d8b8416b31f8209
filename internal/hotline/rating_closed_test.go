package hotline_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
)

// leftOut makes tickets with a sample of 1 % until one is closed without a call.
func leftOut(t *testing.T, w *hotlinetest.World) hotline.Ticket {
	t.Helper()
	for i := range 50 {
		o := w.Ticket(t, hotline.Review, func(in *hotline.RegisterInput) { in.Phone = fmt.Sprintf("1380000%04d", i+1000) })
		o, err := w.Hotline.Approve(w.As(t, org.RoleReviewer), hotlinetest.Command(o), "")
		if err != nil {
			t.Fatal(err)
		}
		if o.CloseKind == hotline.CloseUnsampled {
			return o
		}
	}
	t.Fatal("every ticket of a sample of 1 % is drawn")
	return hotline.Ticket{}
}

func TestWhatTheSampleLeftOutMayStillBeRated(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "callback_share", Value: 1}); err != nil {
			t.Fatal(err)
		}
		citizen := actor.With(context.Background(), hotline.CitizenActor(w.Centre, "10.0.0.1", ""))
		phone := func(o hotline.Ticket) string {
			t.Helper()
			c, err := w.Hotline.RevealCaller(w.As(t, org.RoleCallbacker), o.ID)
			if err != nil {
				t.Fatal(err)
			}
			return c.Phone[7:]
		}
		may := func(o hotline.Ticket, tail string) bool {
			t.Helper()
			p, err := w.Hotline.Track(citizen, w.Hotline.QueryCode(o.ID), tail)
			if err != nil {
				t.Fatal(err)
			}
			return p.MayRate
		}
		rate := func(o hotline.Ticket, tail, result string) error {
			return w.Hotline.Rate(citizen, hotline.RateInput{Code: w.Hotline.QueryCode(o.ID), Tail: tail, Result: result, Reason: map[bool]string{true: "又漏水了"}[result == hotline.Unsatisfied]})
		}
		good, bad, late := leftOut(t, w), leftOut(t, w), leftOut(t, w)
		tails := map[hotline.TicketID]string{good.ID: phone(good), bad.ID: phone(bad), late.ID: phone(late)}
		if !may(good, tails[good.ID]) {
			t.Fatal("a ticket that nobody called about cannot be rated")
		}
		if err := rate(good, tails[good.ID], hotline.Satisfied); err != nil {
			t.Fatal(err)
		}
		if d := w.Get(t, good.ID); d.State != hotline.Closed || d.CloseKind != hotline.CloseUnsampled || len(d.Callbacks) != 1 || !d.Callbacks[0].Final {
			t.Errorf("satisfied: %s %s %+v", d.State, d.CloseKind, d.Callbacks)
		}
		if err := rate(good, tails[good.ID], hotline.Unsatisfied); !errors.Is(err, hotline.ErrRated) || may(good, tails[good.ID]) {
			t.Errorf("a second rating: %v", err)
		}
		if err := rate(bad, tails[bad.ID], hotline.Unsatisfied); err != nil {
			t.Fatal(err)
		}
		d := w.Get(t, bad.ID)
		if d.State != hotline.Callback || d.ClosedAt != 0 || d.CloseKind != "" || !d.Open || d.QueueAt <= w.Clock.Now() {
			t.Errorf("not satisfied: %s closed %v %q, waits until %v", d.State, d.ClosedAt, d.CloseKind, d.QueueAt)
		}
		rows, err := w.Figures.Figures(w.As(t, org.RoleLeader), figure.Query{Measures: []figure.Measure{figure.MeasureSatisfied}, Period: metric.Month(w.Clock.Now().Date())})
		if err != nil || rows[0].Num != 1 || rows[0].Den != 2 {
			t.Errorf("satisfaction %d/%d, %v", rows[0].Num, rows[0].Den, err)
		}
		if o, err := w.Hotline.Rework(w.As(t, org.RoleCallbacker), hotlinetest.Command(bad), "", "又漏水了"); err != nil || o.Round != 2 {
			t.Errorf("the office takes it up again: %+v %v", o.State, err)
		}
		w.Clock.Advance(8 * 24 * time.Hour)
		if may(late, tails[late.ID]) {
			t.Error("after the days of a rating it can still be rated")
		}
		if err := rate(late, tails[late.ID], hotline.Satisfied); !errors.Is(err, hotline.ErrRated) {
			t.Errorf("too late: %v", err)
		}
		if r, err := w.Hotline.Check(w.System()); err != nil || len(r.Faults) != 0 {
			t.Errorf("check: %+v %v", r.Faults, err)
		}
		checkCounts(t, w)
	})
}

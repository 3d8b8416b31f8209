package telephony_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/telephony"
)

func take(t *testing.T, w *hotlinetest.World, ctx context.Context, r telephony.Report) telephony.Call {
	t.Helper()
	c, err := w.Telephony.Take(ctx, r)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	return c
}

func TestACallPopsUpAtItsSeatAndStaysWithItsTicket(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		gate, agent, other := w.As(t, org.RoleAdmin), w.As(t, org.RoleAgent), w.As(t, org.RoleShiftLead)
		if err := w.Telephony.TakeSeat(agent, "8001"); err != nil {
			t.Fatal(err)
		}
		now := w.Clock.Now()
		take(t, w, gate, telephony.Report{Ref: "a", Kind: telephony.Offer, At: now, Phone: "13800001234", Seat: "8001"})
		in, ok, err := w.Telephony.Mine(agent)
		if err != nil || !ok || in.Phone != "13800001234" || in.State() != telephony.Ringing {
			t.Fatalf("the screen pop: %+v %v %v", in, ok, err)
		}
		if _, ok, err := w.Telephony.Mine(other); err != nil || ok {
			t.Errorf("it pops up at another seat: %v", err)
		}
		if _, err := w.Telephony.TakeUp(other, in.ID); !errors.Is(err, telephony.ErrCall) {
			t.Errorf("another takes it up: %v", err)
		}
		register := func(ctx context.Context) (hotline.Registered, error) {
			return w.Hotline.Register(ctx, hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Content: "路灯不亮", Phone: "13800001234", CallID: in.ID})
		}
		if _, err := register(other); !errors.Is(err, telephony.ErrCall) {
			t.Errorf("another registers from it: %v", err)
		}
		got, err := register(agent)
		if err != nil {
			t.Fatal(err)
		}
		take(t, w, gate, telephony.Report{Ref: "a", Kind: telephony.Answer, At: now.Add(8 * time.Second), Seat: "8001"})
		take(t, w, gate, telephony.Report{Ref: "a", Kind: telephony.End, At: now.Add(time.Minute)})
		last := take(t, w, gate, telephony.Report{Ref: "a", Kind: telephony.Record, At: now.Add(time.Minute), Recording: "https://pbx.example/1.wav"})
		if last.TicketID != string(got.ID) {
			t.Errorf("the call has ticket %q, want %s", last.TicketID, got.ID)
		}
		if again := take(t, w, gate, telephony.Report{Ref: "a", Kind: telephony.End, At: now.Add(time.Minute)}); again.EndedAt != last.EndedAt || again.ID != last.ID {
			t.Errorf("the same report again: %+v", again)
		}
		if _, ok, err := w.Telephony.Mine(agent); ok || err != nil {
			t.Errorf("an ended call still pops up: %v", err)
		}
		rows, _, err := w.Telephony.Calls(other, telephony.CallFilter{Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].Masked != "138****1234" || rows[0].Waited(0) != 8*time.Second || !rows[0].Recorded {
			t.Errorf("the list: %+v, %v", rows, err)
		}
		if address, err := w.Telephony.Recording(other, last.ID); err != nil || address != "https://pbx.example/1.wav" {
			t.Errorf("recording: %q, %v", address, err)
		}
		if _, err := w.Telephony.Recording(agent, last.ID); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a call-taker opens recordings: %v", err)
		}
	})
}

func TestASeatHasOnePersonAndAPersonOneSeat(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		one, two := w.As(t, org.RoleAgent), w.As(t, org.RoleShiftLead)
		for _, s := range []struct {
			who  context.Context
			seat string
		}{{one, "1"}, {one, "2"}, {two, "2"}, {two, "1"}, {one, "2"}, {two, "2"}} {
			if err := w.Telephony.TakeSeat(s.who, s.seat); err != nil {
				t.Fatal(err)
			}
			if got, err := w.Telephony.Seat(s.who); err != nil || got != s.seat {
				t.Errorf("at %q, %v; want %s", got, err, s.seat)
			}
		}
		if got, _ := w.Telephony.Seat(one); got != "" {
			t.Errorf("two people at one seat: %q", got)
		}
		if err := w.Telephony.TakeSeat(one, "a b"); !errors.Is(err, telephony.ErrSeat) {
			t.Errorf("a seat with a space: %v", err)
		}
	})
}

// TestFiguresEqualARecount makes a day of calls and counts M18 again from the reports themselves.
func TestFiguresEqualARecount(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		gate := w.As(t, org.RoleAdmin)
		day := w.Clock.Now().Date()
		if f := figures(t, w, metric.Day(day)); len(f[0]) != 0 {
			t.Errorf("a figure before any call: %+v", f)
		}
		reports := telephony.Simulation{Seed: 7, Calls: 300, From: day.Start(), Over: 24 * time.Hour, Seats: []string{"8001", "8002"}}.Reports()
		w.Clock.Set(day.Start().Add(26 * time.Hour))
		offered, answered, waits := map[string]telephony.Report{}, map[string]telephony.Report{}, time.Duration(0)
		for _, r := range reports {
			take(t, w, gate, r)
			switch r.Kind {
			case telephony.Offer:
				offered[r.Ref] = r
			case telephony.Answer:
				answered[r.Ref] = r
				waits += r.At.Sub(offered[r.Ref].At)
			}
		}
		f := figures(t, w, metric.Day(day))
		for i, want := range []metric.Ratio{{Num: int64(len(answered)), Den: 300}, {Num: int64(waits / time.Second), Den: int64(len(answered))}, {Num: 300 - int64(len(answered)), Den: 300}} {
			if len(f[i]) != 1 || f[i][0].Ratio != want {
				t.Errorf("figure %d: %+v, want %+v", i, f[i], want)
			}
		}
		if f := figures(t, w, metric.Day(day-1)); f[0][0].Den != 0 {
			t.Errorf("calls of the day before: %+v", f)
		}
	})
}

func figures(t *testing.T, w *hotlinetest.World, p metric.Period) [3][]metric.Figure {
	t.Helper()
	var out [3][]metric.Figure
	err := w.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		for i, f := range []figure.Source{w.Telephony.AnsweredTx, w.Telephony.WaitTx, w.Telephony.AbandonedTx} {
			if out[i], err = f(tx, w.Centre, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

package hotline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

func missed(t *testing.T, w *hotlinetest.World, o hotline.Ticket) error {
	t.Helper()
	_, err := w.Hotline.RecordCallback(w.As(t, org.RoleCallbacker), at(o), hotline.CallbackResult{})
	return err
}

// Three calls on two days, and no fourth: then the caller counts as not to be reached.
func TestTriesAreSpreadOverDays(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		ctx := w.As(t, org.RoleCallbacker)
		w.Set("2026-05-13 09:00") // a Wednesday
		o := w.Ticket(t, hotline.Callback)
		closes := func() error {
			_, err := w.Hotline.Close(ctx, at(o), "")
			return err
		}
		after := func(want string) {
			t.Helper()
			if got := w.Get(t, o.ID).CallAfter; got != clock.MustInstant(want) {
				t.Errorf("to be called again at %s, expected %s", got, want)
			}
		}
		if err := missed(t, w, o); err != nil {
			t.Fatal(err)
		}
		after("2026-05-13 11:00") // two hours on
		w.Set("2026-05-13 11:00")
		if err := missed(t, w, o); err != nil {
			t.Fatal(err)
		}
		after("2026-05-14 08:30") // the third is needed for the second day
		wantCode(t, "two calls on one day", closes(), "hotline.close_early")
		w.Set("2026-05-14 08:30")
		if err := missed(t, w, o); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "a fourth call", missed(t, w, o), "hotline.tries_spent")
		if err := closes(); err != nil {
			t.Fatal(err)
		}
		if d := w.Get(t, o.ID); d.CloseKind != hotline.CloseUnreachable || d.CallAfter != 0 {
			t.Errorf("closed as %s, to be called at %s", d.CloseKind, d.CallAfter)
		}
	})
}

// Two desks do not call the same person, be it about two tickets; who goes on to the next lets the last one go.
func TestTwoDesksDoNotCallOnePerson(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		first, second := w.As(t, org.RoleCallbacker), w.As(t, org.RoleShiftLead)
		phone := func(p string) func(*hotline.RegisterInput) {
			return func(in *hotline.RegisterInput) { in.Phone = p }
		}
		a := w.Ticket(t, hotline.Callback, phone("13800000001"))
		b := w.Ticket(t, hotline.Callback, phone("13800000001"))
		c := w.Ticket(t, hotline.Callback, phone("13800000002"))
		got, err := w.Hotline.ClaimNext(first)
		if err != nil || got.ID != a.ID {
			t.Fatalf("the first is %s, %v", got.No, err)
		}
		if got, err = w.Hotline.ClaimNext(second); err != nil || got.ID != c.ID {
			t.Fatalf("a colleague gets %s, the ticket of the same caller is %s, %v", got.No, b.No, err)
		}
		wantCode(t, "the same person about another ticket", w.Hotline.ClaimCall(second, b.ID), "hotline.call_claimed")
		_, err = w.Hotline.RevealCaller(second, b.ID)
		wantCode(t, "the number of somebody whom a colleague calls", err, "hotline.call_claimed")
		if _, err := w.Hotline.RevealCaller(first, b.ID); err != nil {
			t.Errorf("the holder may see the number about the other ticket: %v", err)
		}
		rows, _, err := w.Hotline.CallList(second, "", 0)
		if err != nil || len(rows) != 3 || rows[0].Holder == "" || rows[1].Holder == "" || rows[2].Holder != "" {
			t.Errorf("%+v, %v", rows, err)
		}
		w.Clock.Advance(16 * time.Minute)
		if err := w.Hotline.ClaimCall(second, b.ID); err != nil {
			t.Errorf("after its time a hold is over: %v", err)
		}
		if err := missed(t, w, a); err != nil {
			t.Fatal(err)
		}
		if err := missed(t, w, c); err != nil {
			t.Fatal(err)
		}
		if got, err = w.Hotline.ClaimNext(second); err != nil || got.ID != b.ID {
			t.Errorf("those who were just tried wait: %s, %v", got.No, err)
		}
		if _, err := w.Hotline.ClaimNext(first); errs.KindOf(err) != errs.NotFound {
			t.Errorf("nothing is left: %v", err)
		}
		if _, err := w.Hotline.ClaimNext(w.As(t, org.RoleAgent)); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("an agent calls back: %v", err)
		}
	})
}

func TestAnUnsatisfiedCallerHasAReason(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Callback)
		call := func(c hotline.CallbackResult) error {
			c.Reached = true
			_, err := w.Hotline.RecordCallback(w.As(t, org.RoleCallbacker), at(o), c)
			return err
		}
		wantCode(t, "no reason", call(hotline.CallbackResult{Result: hotline.Unsatisfied}), "hotline.input")
		wantCode(t, "a code of nobody", call(hotline.CallbackResult{Result: hotline.Unsatisfied, Code: "天气不好"}), "hotline.input")
		if err := call(hotline.CallbackResult{Result: hotline.Unsatisfied, Attitude: hotline.Satisfied, Code: "解决不彻底"}); err != nil {
			t.Fatal(err)
		}
		if err := call(hotline.CallbackResult{Result: hotline.Unsatisfied, Reason: "来电人说没人来过"}); err != nil {
			t.Fatal(err)
		}
		calls := w.Get(t, o.ID).Callbacks
		if calls[0].Code != "解决不彻底" || calls[0].Attitude != hotline.Satisfied || calls[1].Code != "其他" {
			t.Errorf("%+v", calls)
		}
	})
}

// The sample calls back its share, always those that must be, and can be computed again from its seed.
func TestTheSampleIsReproducible(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "callback_share", Value: 40}); err != nil {
			t.Fatal(err)
		}
		drawn, left := 0, 0
		for i := range 30 {
			o := w.Ticket(t, hotline.Review, func(in *hotline.RegisterInput) { in.Phone = fmt.Sprintf("139%08d", i) })
			o, err := w.Hotline.Approve(w.As(t, org.RoleReviewer), at(o), "")
			if err != nil {
				t.Fatal(err)
			}
			c, err := w.Hotline.CheckSample(w.As(t, org.RoleLeader), o.No, "")
			if err != nil || c.Drawn != (o.State == hotline.Callback) || !c.Drawn != (o.CloseKind == hotline.CloseUnsampled) {
				t.Fatalf("%s is %s (%s), computed again: %+v, %v", o.No, o.State, o.CloseKind, c, err)
			}
			if c.Drawn {
				drawn++
			} else {
				left++
			}
		}
		if drawn == 0 || left == 0 {
			t.Errorf("%d drawn, %d left out", drawn, left)
		}
		for name, change := range map[string]func(*hotline.RegisterInput){
			"a report": func(in *hotline.RegisterInput) { in.Kind = hotline.Report }, "an urgent one": func(in *hotline.RegisterInput) { in.Urgency = hotline.Urgent },
		} {
			for range 6 {
				if o := w.MoveTo(t, w.Ticket(t, hotline.Review, change), hotline.Callback); o.State != hotline.Callback {
					t.Errorf("%s was left out", name)
				}
			}
		}
		if list, err := w.Hotline.Samples(w.As(t, org.RoleLeader)); err != nil || len(list) != 1 || list[0].Seed != "" || list[0].Share != 40 {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := w.Hotline.Samples(w.As(t, org.RoleAdmin)); err == nil && (len(list) != 1 || list[0].Seed == "") {
			t.Errorf("%+v", list)
		}
	})
}

// The share that a seed draws is the share that was set, over many tickets.
func TestTheSampleDrawsItsShare(t *testing.T) {
	for _, share := range []int{1, 10, 35, 50, 99} {
		s := hotline.Sample{Seed: "JBSWY3DPEHPK3PXP", Share: share}
		n := 0
		for i := range 20000 {
			if s.Drawn(hotline.TicketID(fmt.Sprintf("t%08d", i))) {
				n++
			}
		}
		if got := float64(n) / 200; got < float64(share)-1.5 || got > float64(share)+1.5 {
			t.Errorf("a share of %d%% drew %.2f%%", share, got)
		}
	}
	if (hotline.Sample{Seed: "x", Share: 100}).Drawn("t") == false || (hotline.Sample{Seed: "x"}).Drawn("t") {
		t.Error("all and nothing")
	}
}

// The link of a message rates without code or number; one that was changed, is too old or belongs to another centre is
// as unknown as one that never was.
func TestRatingByLink(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Callback)
		citizen := hotline.CitizenActor(w.Centre, "192.0.2.1", "r1")
		ctx := actor.With(context.Background(), citizen)
		token := w.Hotline.RatingToken(w.Centre, o.ID, w.Clock.Now().Add(24*time.Hour))
		p, err := w.Hotline.RatingPage(ctx, token)
		if err != nil || p.No != o.No || !p.MayRate || len(p.Replies) != 1 {
			t.Fatalf("%+v, %v", p, err)
		}
		old := w.Hotline.RatingToken(w.Centre, o.ID, w.Clock.Now().Add(-time.Minute))
		elsewhere := w.Hotline.RatingToken("0000000000000", o.ID, w.Clock.Now().Add(24*time.Hour))
		last := token[len(token)-1:]
		changed := token[:len(token)-1] + string("01"[(strings.Index("01", last)+1)%2])
		for name, bad := range map[string]string{"too old": old, "of another centre": elsewhere, "changed": changed, "no token": "x", "empty": ""} {
			if err := w.Hotline.RateByLink(ctx, bad, hotline.RateInput{Result: hotline.Satisfied}); errs.KindOf(err) != errs.NotFound {
				t.Errorf("a link that is %s: %v", name, err)
			}
		}
		in := hotline.RateInput{Result: hotline.Satisfied, Attitude: hotline.Fair, Solved: "已解决", Key: "k1"}
		if err := w.Hotline.RateByLink(ctx, token, in); err != nil {
			t.Fatal(err)
		}
		if err := w.Hotline.RateByLink(ctx, token, in); err != nil {
			t.Errorf("sent twice: %v", err)
		}
		d := w.Get(t, o.ID)
		if d.State != hotline.Closed || len(d.Callbacks) != 1 || d.Callbacks[0].Channel != "短信" || d.Callbacks[0].Solved != "已解决" || d.Callbacks[0].Attitude != hotline.Fair {
			t.Errorf("%s, %+v", d.State, d.Callbacks)
		}
	})
}

// A message waits with the change that makes it necessary, goes to the gateway once, and holds neither number nor link.
func TestMessagesGoToTheGateway(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Ticket(t, hotline.Callback) // sent before the centre wants messages: none
		if err := w.Hotline.ChangeParameter(w.As(t, org.RoleAdmin), hotline.Parameter{Name: "rating_messages", Value: 1}); err != nil {
			t.Fatal(err)
		}
		o := w.Ticket(t, hotline.Callback)
		var sent []string
		broken := true
		gateway := func(_ context.Context, phone, text string) error {
			if broken {
				return fmt.Errorf("网关没有回应")
			}
			sent = append(sent, phone+" "+text)
			return nil
		}
		send := func() int {
			t.Helper()
			n, err := w.Hotline.SendMessages(w.System(), gateway)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if send() != 1 || send() != 0 {
			t.Error("one message, tried once at a time")
		}
		broken = false
		w.Clock.Advance(3 * time.Minute)
		if send() != 1 || send() != 0 || len(sent) != 1 {
			t.Errorf("sent %v", sent)
		}
		if !strings.HasPrefix(sent[0], "13800000001 【12345】") || !strings.Contains(sent[0], "https://hall.example/12345/c/") || !strings.Contains(sent[0], o.No) {
			t.Errorf("sent %q", sent[0])
		}
		_, link, _ := strings.Cut(sent[0], "/r/")
		token, _, _ := strings.Cut(link, " ")
		if p, err := w.Hotline.RatingPage(actor.With(context.Background(), hotline.CitizenActor(w.Centre, "", "")), token); err != nil || p.No != o.No {
			t.Errorf("the link of the message leads to %q, %v", p.No, err)
		}
		rows, _, err := w.Hotline.Messages(w.As(t, org.RoleCallbacker), hotline.MessageFilter{})
		if err != nil || len(rows) != 1 || rows[0].State != hotline.MessageSent || rows[0].Tries != 2 || strings.Contains(rows[0].Text, "/r/") || strings.Contains(rows[0].Text, "138") {
			t.Errorf("%+v, %v", rows, err)
		}
		if _, _, err := w.Hotline.Messages(w.As(t, org.RoleAgent), hotline.MessageFilter{}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("an agent reads messages: %v", err)
		}
	})
}

package rating_test

import (
	"context"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/outbox"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
)

// posted is what a gateway was given.
type posted struct{ phone, text string }

// post sends what waits and gives what the gateway got.
func post(t *testing.T, w *ratingtest.World) []posted {
	t.Helper()
	var out []posted
	_, err := w.Outbox.Send(w.System(), func(_ context.Context, phone, text string) error {
		out = append(out, posted{phone, text})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// answer takes a case that was received to its answer on the day.
func answer(t *testing.T, w *ratingtest.World, agrees bool) casework.Case {
	t.Helper()
	in := caseworktest.Input(w.Item, "M1", "M2", "M3")
	in.Messages = agrees
	got, err := w.Casework.Receive(w.Window(t), in)
	if err != nil {
		t.Fatal(err)
	}
	k := casework.Command{CaseID: got.Cases[0].ID}
	steps := []func() (casework.Case, error){
		func() (casework.Case, error) { return w.Casework.Accept(w.Window(t), k, casework.NormalMode) },
		func() (casework.Case, error) {
			return w.Casework.Grant(w.Chief(t), k, casework.DecideInput{Opinion: "同意"})
		},
		func() (casework.Case, error) {
			return w.Casework.Issue(w.Window(t), k, casework.IssueInput{Number: "认定-" + got.Cases[0].No})
		},
		func() (casework.Case, error) {
			return w.Casework.Deliver(w.Window(t), k, casework.DeliverInput{Way: casework.Ways[0]})
		},
	}
	var c casework.Case
	for _, step := range steps {
		if c, err = step(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// Whoever agreed gets one message for the case, with a link that opens the form and rates; whoever did not agree gets none; the list
// shows neither number nor link.
func TestAnInvitationReachesWhoAgreed(t *testing.T) {
	ratingtest.Each(t, func(t *testing.T, w *ratingtest.World) {
		w.Set("2025-11-03 09:00")
		c := answer(t, w, true)
		answer(t, w, false)
		got := post(t, w)
		if len(got) != 1 || got[0].phone != caseworktest.Applicant().Phone || !strings.Contains(got[0].text, c.No) {
			t.Fatalf("sent %+v", got)
		}
		if strings.Contains(got[0].text, c.ItemName) || strings.Contains(got[0].text, caseworktest.Applicant().Name) {
			t.Errorf("the message tells what it is about: %s", got[0].text)
		}
		_, link, _ := strings.Cut(got[0].text, "https://hall.example/rate/c/")
		_, code, _ := strings.Cut(link, "/s/")
		code, _, _ = strings.Cut(code, "?via=sms")
		if found, err := w.Rating.Look(w.Citizen(), code); err != nil || !found.Open {
			t.Fatalf("the link %q opens nothing: %v", code, err)
		}
		if _, err := w.Rating.Rate(w.Citizen(), code, rating.RateInput{Level: rating.Good, Channel: rating.ByMessage}); err != nil {
			t.Fatal(err)
		}
		if again := post(t, w); len(again) != 0 {
			t.Errorf("sent again: %+v", again)
		}
		list, _, err := w.Outbox.Messages(w.As(t, org.RoleSupervisor), outbox.Filter{})
		if err != nil || len(list) != 1 || list[0].State != outbox.Sent || strings.Contains(list[0].Text, code) {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// A message waits for the day, is dropped where somebody rated meanwhile or the time is over, is tried again where the gateway fails, and is
// not made where the centre sends none.
func TestWhenAnInvitationIsNotSent(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	supervisor := w.As(t, org.RoleSupervisor)
	state := func(i int) outbox.Message {
		list, _, err := w.Outbox.Messages(supervisor, outbox.Filter{})
		if err != nil || len(list) <= i {
			t.Fatal(list, err)
		}
		return list[i]
	}
	w.Set("2025-11-03 21:30")
	night := answer(t, w, true)
	if got := post(t, w); len(got) != 0 {
		t.Errorf("sent by night: %+v", got)
	}
	w.Set("2025-11-04 07:59")
	if got := post(t, w); len(got) != 0 {
		t.Errorf("sent before eight: %+v", got)
	}
	w.Rate(t, night, rating.Good, "", "")
	w.Set("2025-11-04 08:00")
	if got := post(t, w); len(got) != 0 || state(0).State != outbox.Dropped {
		t.Errorf("sent after the rating: %+v %+v", got, state(0))
	}

	answer(t, w, true)
	fails := func(context.Context, string, string) error {
		return errs.New(errs.Unavailable, "t.down", "短信网关没有回应，稍后再试。")
	}
	for _, at := range []string{"08:01", "08:20", "09:00", "10:00", "11:30"} {
		w.Set("2025-11-04 " + at)
		if _, err := w.Outbox.Send(w.System(), fails); err != nil {
			t.Fatal(err)
		}
	}
	if g := state(0); g.State != outbox.Failed || g.Tries != 5 || g.Problem != "短信网关没有回应，稍后再试。" {
		t.Errorf("after five tries: %+v", g)
	}

	w.Set("2025-11-04 15:00")
	answer(t, w, true)
	w.Set("2025-11-20 09:00") // the 15 days are over
	if got := post(t, w); len(got) != 0 || state(0).State != outbox.Dropped {
		t.Errorf("sent after the time: %+v %+v", got, state(0))
	}
	if err := w.Rating.ChangeParameter(supervisor, rating.Parameter{Name: "invite", Value: 0}); err != nil {
		t.Fatal(err)
	}
	answer(t, w, true)
	if got := post(t, w); len(got) != 0 {
		t.Errorf("sent though the centre sends none: %+v", got)
	}
	if _, err := w.Outbox.Send(supervisor, fails); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("a person sent messages: %v", err)
	}
	for _, role := range []string{org.RoleWindow, org.RoleChiefRep, org.RoleInfo, org.RoleOffice, org.RoleLeader} {
		if actor.From(w.As(t, role)).Can(outbox.PermRead) {
			t.Errorf("%s sees the messages", role)
		}
	}
}

// A consultation names a unit of the centre that still works, or none.
func TestAConsultationOfAUnitThatIsNone(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-03 09:00")
	other := orgtest.Unit(t, w.Org, orgtest.Centre(t, w.Org), "别处的单位", "")
	closed := orgtest.Unit(t, w.Org, w.Centre, "已撤销的单位", "")
	_, err := w.Org.ChangeUnit(orgtest.System(w.Centre), closed.ID, closed.Version, org.UnitInput{Name: closed.Name, Kinds: []org.UnitKind{org.UnitHandling}, Group: org.GroupCounty, ActiveFrom: clock.NoDate, ActiveTo: w.Clock.Now().Date()})
	if err != nil {
		t.Fatal(err)
	}
	for name, unit := range map[string]string{"another centre's": other.ID, "closed": closed.ID, "none": "0000000000000"} {
		if _, err := w.Rating.Consult(w.Window(t), rating.ConsultInput{Title: "医保转移接续", UnitID: unit}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a unit that is %s: %v", name, err)
		}
	}
	if _, err := w.Rating.Consult(w.Window(t), rating.ConsultInput{Title: "医保转移接续", UnitID: w.Unit.ID}); err != nil {
		t.Error(err)
	}
}

package rating_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/errs"
	"yichuang/internal/hall"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
)

// There is no rating but the one that somebody makes: a service that nobody rates stays unrated, and a rating without a
// level is refused.
func TestNothingIsRatedByDefault(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-03 09:00")
	c := w.Answered(t)
	for _, in := range []rating.RateInput{{}, {Level: 0, Text: "很好"}, {Level: 6}, {Level: -1}} {
		if _, err := w.Rating.Rate(w.Citizen(), w.Code(c), in); errs.KindOf(err) != errs.Invalid {
			t.Errorf("level %d: %v", in.Level, err)
		}
	}
	state := func() string {
		s, err := w.Rating.CaseState(w.As(t, org.RoleSupervisor), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if got := state(); got != "待评价" {
		t.Errorf("an answered case is %s", got)
	}
	if _, err := w.Casework.Archive(w.Window(t), casework.Command{CaseID: c.ID}, "盒-1"); err != nil {
		t.Errorf("the rating holds up the archive: %v", err)
	}
	w.Set("2025-11-19 00:00")
	w.RunJobs(t)
	if got := state(); got != "评价期限已过" {
		t.Errorf("after the window it is %s", got)
	}
	if f := figure(t, w, rating.MeasureGood); f.Known() || f.Text() != "—" {
		t.Errorf("unrated services make %s", f.Text())
	}
	if f := figure(t, w, rating.MeasureActive); f.Num != 0 || f.Den != 1 {
		t.Errorf("%d of %d are rated", f.Num, f.Den)
	}
	if _, err := w.Rating.Rate(w.Citizen(), w.Code(c), rating.RateInput{Level: rating.Good}); !errors.Is(err, rating.ErrOver) {
		t.Errorf("rated after the window: %v", err)
	}
}

// One rating for one service; within ten minutes the rater may change it, and the version before stays.
func TestOneServiceOneRating(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 16:40")
	c := w.Answered(t)
	if s, _ := w.Rating.CaseState(w.As(t, org.RoleLeader), c.ID); s != "待评价" {
		t.Error(s)
	}
	receipt := w.Rate(t, c, rating.VeryBad, "马建国", "13993001234")
	change := func(level rating.Level) error {
		return w.Rating.Change(w.Citizen(), receipt, rating.RateInput{Level: level})
	}
	if _, err := w.Rating.Rate(w.Citizen(), w.Code(c), rating.RateInput{Level: rating.VeryGood}); !errors.Is(err, rating.ErrRated) {
		t.Errorf("whoever shows the code takes the place of the rater: %v", err)
	}
	s := w.Newest(t)
	if s.State != rating.Assigned {
		t.Fatal(s.State)
	}
	w.Set("2025-11-18 16:49")
	if err := change(rating.Good); err != nil {
		t.Fatal(err)
	}
	if s = w.Task(t, s.No); s.State != rating.Void || s.Valid {
		t.Errorf("changed to good: %s", s.State)
	}
	if err := change(rating.Bad); err != nil {
		t.Fatal(err)
	}
	if s = w.Task(t, s.No); s.State != rating.Contacted || !s.Valid || s.RealName || s.ContactDue != 0 {
		t.Errorf("changed to bad again, without a name: %+v", s.Task)
	}
	w.Set("2025-11-18 16:50")
	if err := change(rating.Good); !errors.Is(err, rating.ErrRated) {
		t.Errorf("changed after ten minutes: %v", err)
	}
	var versions []rating.Rating
	err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		versions, err = store.Select[rating.Rating](tx, "SELECT "+store.Columns[rating.Rating]("")+" FROM rating_rating WHERE centre_id = $1 ORDER BY version", w.Centre)
		return err
	})
	if err != nil || len(versions) != 3 || versions[0].Current || !versions[2].Current || versions[0].Level != rating.VeryBad {
		t.Errorf("%d versions, %v", len(versions), err)
	}
	if f := figure(t, w, rating.MeasurePoor); f.Num != 1 || f.Den != 1 {
		t.Errorf("versions are counted: %d of %d", f.Num, f.Den)
	}
	other := orgtest.Centre(t, w.Org)
	if _, err := w.Rating.Look(w.CitizenOf(other), w.Code(c)); !errors.Is(err, rating.ErrCode) {
		t.Errorf("another centre knows the code: %v", err)
	}
}

// A rating that somebody has acted on is not changed any more.
func TestNoChangeAfterTheContact(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 16:40")
	c := w.Answered(t)
	receipt := w.Rate(t, c, rating.Bad, "马建国", "13993001234")
	if _, err := w.Rating.Contact(w.As(t, org.RoleCallbacker), rating.Command{TaskID: w.Newest(t).ID}, "已通话"); err != nil {
		t.Fatal(err)
	}
	if err := w.Rating.Change(w.Citizen(), receipt, rating.RateInput{Level: rating.Good}); !errors.Is(err, rating.ErrRated) {
		t.Errorf("changed after the contact: %v", err)
	}
	if door, err := w.Rating.Look(w.Citizen(), w.Code(c)); err != nil || door.Given != nil || !door.Open || door.Steps != nil {
		t.Errorf("the code that a window shows tells what was said: %+v, %v", door, err)
	}
	if _, err := w.Rating.Follow(w.Citizen(), w.Code(c)); !errors.Is(err, rating.ErrCode) {
		t.Errorf("the code is no receipt: %v", err)
	}
	got, err := w.Rating.Follow(w.Citizen(), strings.ToLower(receipt))
	if err != nil || got.Open || got.Given == nil || len(got.Steps) < 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

// Services of every kind are rated: a number that was served without a case, a consultation, a job of a kiosk; a number
// with a case is rated as the case.
func TestServicesOfEveryKind(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 09:00")
	office := w.As(t, org.RoleOffice)
	counter, err := w.Numbers.SaveCounter(office, w.Hall.ID, "", 0, hall.CounterInput{UnitID: w.Unit.ID, No: "3", Name: "社保", Kind: hall.Special, Active: true, Queues: []string{w.Queue.ID}})
	if err != nil {
		t.Fatal(err)
	}
	p := w.Person(t, "N", orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleWindow)
	if _, err := w.Numbers.Sit(p.Ctx, counter.ID); err != nil {
		t.Fatal(err)
	}
	serve := func(during func()) string {
		slip, err := w.Numbers.TakeAtCounter(p.Ctx, counter.ID, hall.TakeInput{QueueID: w.Queue.ID, Class: hall.Ordinary})
		if err != nil {
			t.Fatal(err)
		}
		k := hall.Command{CounterID: counter.ID, TicketID: slip.ID}
		_, err1 := w.Numbers.Next(p.Ctx, counter.ID, "")
		_, err2 := w.Numbers.Arrive(p.Ctx, k)
		w.Clock.Advance(60_000_000_000)
		during()
		_, err3 := w.Numbers.Finish(p.Ctx, k)
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		return w.Rating.Code(rating.OfTicket, slip.ID)
	}
	plain := serve(func() {})
	withCase := serve(func() {
		if _, err := w.Casework.Receive(p.Ctx, casework.IntakeInput{Applicant: caseworktest.Applicant(), Identity: casework.IdentityManual, Items: []casework.IntakeItem{{ItemID: w.Item.ID, Reason: "测试"}}}); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := w.Rating.Look(w.Citizen(), withCase); !errors.Is(err, rating.ErrCode) {
		t.Errorf("a number with a case is rated besides the case: %v", err)
	}
	window := w.Window(t)
	consult, err := w.Rating.Consult(window, rating.ConsultInput{Title: "医保转移接续", Window: "12", UnitID: w.Unit.ID})
	if err != nil {
		t.Fatal(err)
	}
	err = w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		return w.Rating.OfferTx(tx, rating.Service{CentreID: w.Centre, Kind: rating.OfKiosk, Subject: "job-1", No: "ZZ-1", Title: "自助打印社保证明", SiteID: w.Hall.ID})
	})
	if err != nil {
		t.Fatal(err)
	}
	for code, kind := range map[string]rating.ServiceKind{plain: rating.OfTicket, consult.Code: rating.OfConsult, w.Rating.Code(rating.OfKiosk, "job-1"): rating.OfKiosk} {
		got, err := w.Rating.Look(w.Citizen(), code)
		if err != nil || got.Kind != kind || !got.Open {
			t.Errorf("%s: %+v, %v", kind, got, err)
			continue
		}
		if _, err := w.Rating.Rate(w.Citizen(), code, rating.RateInput{Level: rating.Bad, Channel: rating.AtKiosk}); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	list, _, err := w.Rating.Tasks(w.As(t, org.RoleSupervisor), rating.TaskFilter{State: rating.Fresh})
	if err != nil || len(list) != 1 || list[0].UnitID != "" {
		t.Fatalf("the kiosk's task waits for its unit: %+v, %v", list, err)
	}
	for who, ctx := range map[string]context.Context{"W": window, "Z": w.Chief(t)} { // whatever code is listed can be shown; a window's are its own
		doors, _, err := w.Rating.Doors(ctx, "")
		if err != nil || len(doors) < map[string]int{"W": 1, "Z": 2}[who] || who == "W" && len(doors) > 1 {
			t.Fatal(who, doors, err)
		}
		for _, d := range doors {
			if _, err := w.Rating.ShowCode(ctx, d.Kind, d.ID()); err != nil {
				t.Errorf("%s is shown %s in the list and not by itself: %v", who, d.No, err)
			}
		}
	}
	if got, err := w.Rating.Dispatch(w.As(t, org.RoleSupervisor), rating.Command{TaskID: list[0].ID}, w.Section.ID); err != nil || got.State != rating.Contacted {
		t.Errorf("an anonymous one needs no contact: %s, %v", got.State, err)
	}
}

// A call-taker writes down what a caller says who tells the code; without the code there is nothing to write.
func TestRatingByPhone(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 09:00")
	c := w.Answered(t)
	agent := w.As(t, org.RoleAgent)
	if _, err := w.Rating.RateByPhone(w.Window(t), w.Code(c), rating.RateInput{Level: rating.VeryGood}); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("a window rates itself: %v", err)
	}
	if _, err := w.Rating.RateByPhone(agent, "0000000000", rating.RateInput{Level: rating.VeryGood}); !errors.Is(err, rating.ErrCode) {
		t.Errorf("without the code: %v", err)
	}
	if _, err := w.Rating.RateByPhone(agent, w.Code(c), rating.RateInput{Level: rating.VeryGood, Channel: rating.AtWindow}); err != nil {
		t.Fatal(err)
	}
	list, _, err := w.Rating.Ratings(w.As(t, org.RoleSupervisor), rating.Filter{})
	if err != nil || len(list) != 1 || list[0].Channel != rating.ByPhone || list[0].TakenBy != actor.From(agent).UserID {
		t.Errorf("%+v, %v", list, err)
	}
}

// The same request sent twice is one rating; a name asks for a phone and the other way round.
func TestRatingIsHarmlessTwice(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 09:00")
	c := w.Answered(t)
	for range 2 {
		if _, err := w.Rating.Rate(w.Citizen(), w.Code(c), rating.RateInput{Level: rating.Good, Key: "k1"}); err != nil {
			t.Fatal(err)
		}
	}
	list, _, err := w.Rating.Ratings(w.As(t, org.RoleSupervisor), rating.Filter{})
	if err != nil || len(list) != 1 || list[0].Version != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	for _, in := range []rating.RateInput{{Level: rating.Bad, Name: "马建国"}, {Level: rating.Bad, Phone: "13993001234"}, {Level: rating.Bad, Name: "马建国", Phone: "12"}, {Level: rating.Bad, Text: strings.Repeat("字", 501)}} {
		if _, err := w.Rating.Rate(w.Citizen(), w.Code(c), in); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%+v: %v", in, err)
		}
	}
}

// Two bad ratings of one rater about one unit within a week: the second waits for somebody to look.
func TestASecondRatingOfTheSameRaterWaits(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 09:00")
	first, second := w.Answered(t), w.Answered(t)
	w.Rate(t, first, rating.Bad, "马建国", "13993001234")
	one := w.Newest(t)
	w.Rate(t, second, rating.VeryBad, "马建国", "139 9300 1234")
	two := w.Newest(t)
	if two.Twin != one.No || two.State != rating.Fresh {
		t.Fatalf("%s %s", two.Twin, two.State)
	}
	// That both have one rater is for those who give tasks out, not for the rated.
	if s, err := w.Rating.Find(w.As(t, org.RoleSupervisor), two.ID); err != nil || s.Twin != one.No {
		t.Errorf("政务监察股 reads %q, %v", s.Twin, err)
	}
	if s, err := w.Rating.Find(w.As(t, org.RoleLeader), two.ID); err != nil || s.Twin != "" {
		t.Errorf("others read %q, %v", s.Twin, err)
	}
	k := rating.Command{TaskID: two.ID}
	if _, err := w.Rating.Void(w.Chief(t), k, "重复"); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("the unit voids: %v", err)
	}
	if _, err := w.Rating.Void(w.As(t, org.RoleSupervisor), k, "与 "+one.No+" 说的是同一件事，马建国已说明"); err != nil {
		t.Fatal(err)
	}
	list, _, err := w.Rating.Exclusions(w.As(t, org.RoleInfo), "")
	if err != nil || len(list) != 1 || list[0].Ground != rating.Duplicate || strings.Contains(list[0].Reason, "马建国") {
		t.Errorf("%+v, %v", list, err)
	}
}

// A changed parameter holds for what comes after it.
func TestParametersHoldForWhatComes(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-03 09:00")
	before := w.Answered(t)
	j := w.As(t, org.RoleSupervisor)
	for i, p := range []rating.Parameter{{Name: "window_days", Value: 0}, {Name: "nonsense", Value: 1}, {Name: "window_days", Value: 3, Confirmed: true}} {
		if err := w.Rating.ChangeParameter(j, p); err == nil {
			t.Errorf("parameter %d was taken", i)
		}
	}
	if err := w.Rating.ChangeParameter(w.Chief(t), rating.Parameter{Name: "window_days", Value: 3}); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("the chief representative changes it: %v", err)
	}
	if err := w.Rating.ChangeParameter(j, rating.Parameter{Name: "window_days", Value: 3, Basis: "办法第八条", Confirmed: true}); err != nil {
		t.Fatal(err)
	}
	after := w.Answered(t)
	for c, want := range map[casework.CaseID]string{before.ID: "2025-11-19 00:00", after.ID: "2025-11-07 00:00"} {
		got, err := w.Rating.Look(w.Citizen(), w.Rating.Code(rating.OfCase, string(c)))
		if err != nil || got.Until.String() != want {
			t.Errorf("until %s, want %s, %v", got.Until, want, err)
		}
	}
	rows, err := w.Rating.ParameterTable(j)
	if err != nil || len(rows) != 6 || !rows[0].Set.Confirmed || rows[1].Set.Confirmed {
		t.Errorf("%+v, %v", rows, err)
	}
}

// Nobody of another centre, unit or site reaches a task.
func TestOtherCentresAndUnitsReachNothing(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 16:40")
	s := w.Poor(t)
	elsewhere := orgtest.Centre(t, w.Org)
	every := []string{org.RoleWindow, org.RoleChiefRep, org.RoleApprover, org.RoleSiteAdmin}
	strangers := map[string]context.Context{
		"centre": orgtest.User(t, w.Org, elsewhere, orgtest.Where{}, append(every, org.RoleSupervisor, org.RoleCallbacker, org.RoleLeader, org.RoleAgent, org.RoleInfo)...).Ctx,
		"unit":   orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleChiefRep, org.RoleApprover).Ctx,
		"site":   orgtest.User(t, w.Org, w.Centre, orgtest.Where{Site: orgtest.Site(t, w.Org, w.Centre, "税务分中心").ID}, org.RoleWindow, org.RoleSiteAdmin).Ctx,
	}
	m, k := w.Rating, rating.Command{TaskID: s.ID}
	for name, ctx := range strangers {
		for i, try := range []func() error{
			func() error { _, err := m.Find(ctx, s.No); return err }, func() error { _, err := m.RevealRater(ctx, s.ID); return err }, func() error { _, err := m.Contact(ctx, k, "x"); return err },
			func() error { _, err := m.Close(ctx, k, "x"); return err }, func() error { _, err := m.Dispatch(ctx, k, w.Unit.ID); return err }, func() error { _, err := m.Appeal(ctx, k, rating.Mistaken, "x"); return err },
		} {
			if kind := errs.KindOf(try()); kind != errs.NotFound && kind != errs.Forbidden {
				t.Errorf("try %d of another %s: %v", i, name, try())
			}
		}
		tasks, _, err1 := m.Tasks(ctx, rating.TaskFilter{})
		doors, _, err2 := m.Doors(ctx, "")
		if err := errors.Join(err1, err2); err != nil && errs.KindOf(err1) != errs.Forbidden && errs.KindOf(err2) != errs.Forbidden || len(tasks) != 0 || len(doors) != 0 {
			t.Errorf("another %s sees %d tasks, %d codes, %v", name, len(tasks), len(doors), err)
		}
	}
	if got := w.Task(t, s.No); got.Version != s.Version {
		t.Error("a stranger changed the task")
	}
}

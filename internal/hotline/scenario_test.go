package hotline_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// The scenarios of the hotline's reference (docs/sources.md, acceptance), end to end through the use cases.

func wantDue(t *testing.T, w *hotlinetest.World, o hotline.Ticket, due string) {
	t.Helper()
	if l := w.Lead(t, o.ID); l.Due != clock.MustInstant(due) {
		t.Errorf("due %s, expected %s", l.Due, due)
	}
	if d := w.Get(t, o.ID); d.Due != clock.MustInstant(due) {
		t.Errorf("the ticket's due is %s, expected %s", d.Due, due)
	}
}

func notices(t *testing.T, w *hotlinetest.World, o hotline.Ticket, kind string) []hotline.Notice {
	t.Helper()
	return slices.DeleteFunc(w.Get(t, o.ID).Notices, func(n hotline.Notice) bool { return n.Kind != kind })
}

// Scenarios 1 to 3: working days with make-up days of the State Council's notices.
func TestScenario1to3WorkingDays(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for _, c := range []struct{ at, due string }{
			{"2026-05-08 16:30", "2026-05-14 18:00"},
			{"2026-02-13 16:30", "2026-02-27 18:00"},
			{"2026-09-18 16:30", "2026-09-24 18:00"},
		} {
			wantDue(t, w, w.At(t, c.at), c.due)
		}
		o := w.At(t, "2026-10-09 16:30")
		if l := w.Lead(t, o.ID); l.SignDue != clock.MustInstant("2026-10-10 18:00") {
			t.Errorf("sign due %s", l.SignDue)
		}
	})
}

// Scenario 4: the prefecture's founding day is a day off in 临夏 only, and only while its layer is in force.
func TestScenario4LocalHoliday(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-11-16 10:00")
		wantDue(t, w, o, "2026-11-24 18:00")
		home, unit := w.Centre, w.Unit
		w.Centre = w.AddCentre(t, "620102")
		w.Unit = orgtest.Unit(t, w.Org, w.Centre, "城关区住建局", "")
		abroad := elsewhere(t, w)
		wantDue(t, w, abroad, "2026-11-23 18:00")
		w.Centre, w.Unit = home, unit
		_, err := w.Calendar.Publish(w.System(), calendar.Publication{Layer: calendar.Prefecture, Area: "6229", Years: []calendar.FileYear{{Year: 2026}},
			Document: calendar.Document{Title: "关于建州纪念日不放假的通知"}})
		if err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		wantDue(t, w, o, "2026-11-23 18:00")
	})
}

// elsewhere registers and dispatches a ticket in the world's present centre, as the program.
func elsewhere(t *testing.T, w *hotlinetest.World) hotline.Ticket {
	t.Helper()
	r, err := w.Hotline.Register(w.System(), hotlinetest.Input())
	if err != nil {
		t.Fatal(err)
	}
	if _, err = w.Hotline.Accept(w.System(), hotlinetest.Command(r.Ticket), hotline.Classify{}); err != nil {
		t.Fatal(err)
	}
	o, err := w.Hotline.Dispatch(w.System(), hotlinetest.Command(r.Ticket), hotline.DispatchInput{UnitID: w.Unit.ID})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Scenario 6: life in danger is not softened by a holiday, and the leader on duty is told.
func TestScenario6LifeInDanger(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-10-04 02:10", func(in *hotline.RegisterInput) { in.Urgency = hotline.Critical })
		if l := w.Lead(t, o.ID); l.SignDue != clock.MustInstant("2026-10-04 02:25") {
			t.Fatalf("sign due %s", l.SignDue)
		}
		w.Set("2026-10-04 02:24")
		w.RunJobs(t)
		if got := notices(t, w, o, hotline.NoticeSignLate); len(got) != 0 {
			t.Errorf("told too early: %+v", got)
		}
		w.Set("2026-10-04 02:26")
		w.RunJobs(t)
		got := notices(t, w, o, hotline.NoticeSignLate)
		if l := w.Lead(t, o.ID); len(got) != 1 || got[0].Audience != hotline.AudienceDuty || !l.SignOverdue(w.Clock.Now()) {
			t.Errorf("notices %+v", got)
		}
	})
}

// Scenario 7: a year without a notice gives a provisional due, which the notice of the year makes right.
func TestScenario7ProvisionalYear(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		closed := w.MoveTo(t, w.At(t, "2026-12-30 09:00"), hotline.Closed)
		before := w.Lead(t, closed.ID)
		o := w.At(t, "2026-12-30 10:00")
		wantDue(t, w, o, "2027-01-06 18:00")
		if !w.Lead(t, o.ID).Provisional || !w.Get(t, o.ID).Provisional {
			t.Error("the due is not provisional")
		}
		load2027(t, w)
		w.RunJobs(t)
		wantDue(t, w, o, "2027-01-07 18:00")
		d := w.Get(t, o.ID)
		last := d.Events[len(d.Events)-1]
		if d.Provisional || last.Action != hotline.ActReproject || !strings.Contains(last.Data, `"was_provisional":true`) || last.ActorKind != "system" {
			t.Errorf("provisional %v, last event %+v", d.Provisional, last)
		}
		if after := w.Lead(t, closed.ID); after.Due != before.Due || after.Outcome != before.Outcome || after.Version != before.Version {
			t.Errorf("a closed leg was touched: %+v, before %+v", after, before)
		}
		checkChains(t, w)
	})
}

func load2027(t *testing.T, w *hotlinetest.World) {
	t.Helper()
	_, err := w.Calendar.Publish(w.System(), calendar.Publication{Layer: calendar.National, Document: calendar.Document{Title: "国务院办公厅关于2027年部分节假日安排的通知"},
		Years: []calendar.FileYear{{Year: 2027, Days: []calendar.LayerDay{{Date: clock.MustDate("2027-01-01"), Kind: calendar.Off, Name: "元旦"}}}}})
	if err != nil {
		t.Fatal(err)
	}
}

// Scenario 8, granted: an extension that was asked for in time is counted from the old end, and meanwhile nothing is
// overdue; there is no second one.
func TestScenario8ExtensionGranted(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		unit, supervisor := w.In(t, w.Unit.ID, org.RoleLiaison), w.As(t, org.RoleSupervisor)
		w.Set("2026-05-14 17:50")
		w.RunJobs(t)
		if _, err := w.Hotline.AskExtension(unit, hotlinetest.Command(o), 5, "等待厂家发货"); err != nil {
			t.Fatal(err)
		}
		w.Set("2026-05-15 08:45")
		w.RunJobs(t)
		if d := w.Get(t, o.ID); d.Overdue || len(notices(t, w, o, hotline.NoticeRed)) != 0 {
			t.Errorf("overdue while the extension waits: %v", d.Overdue)
		}
		w.Set("2026-05-15 09:00")
		if _, err := w.Hotline.DecideExtension(supervisor, hotlinetest.Command(o), true, ""); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		wantDue(t, w, o, "2026-05-21 18:00")
		if d := w.Get(t, o.ID); d.Overdue || len(notices(t, w, o, hotline.NoticeRed)) != 0 {
			t.Error("overdue after the extension")
		}
		_, err := w.Hotline.AskExtension(unit, hotlinetest.Command(o), 1, "再等等")
		if errs.CodeOf(err) != "hotline.ext_limit" {
			t.Errorf("a second ask: %v", err)
		}
	})
}

// Scenario 8, denied: the red card falls at the moment of the denial, and the lateness counts from the old end.
func TestScenario8ExtensionDenied(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		w.Set("2026-05-14 17:50")
		w.RunJobs(t)
		if _, err := w.Hotline.AskExtension(w.In(t, w.Unit.ID, org.RoleLiaison), hotlinetest.Command(o), 5, "等待厂家发货"); err != nil {
			t.Fatal(err)
		}
		w.Set("2026-05-15 09:00")
		w.RunJobs(t)
		if _, err := w.Hotline.DecideExtension(w.As(t, org.RoleSupervisor), hotlinetest.Command(o), false, "理由不充分"); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		wantDue(t, w, o, "2026-05-14 18:00")
		red := notices(t, w, o, hotline.NoticeRed)
		if d := w.Get(t, o.ID); !d.Overdue || len(red) != 1 || red[0].At != w.Clock.Now() || red[0].Due != clock.MustInstant("2026-05-14 18:00") {
			t.Errorf("overdue %v, red cards %+v", d.Overdue, red)
		}
	})
}

// Scenario 9: a suspended leg keeps the rest of its limit, whatever happens to the limits meanwhile.
func TestScenario9Suspension(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		supervisor := w.As(t, org.RoleSupervisor)
		w.Set("2026-05-12 10:00")
		w.RunJobs(t)
		if _, err := w.Hotline.Suspend(supervisor, hotlinetest.Command(o), hotline.SuspendInput{Measures: "等待管线单位交底", ReviewOn: clock.MustDate("2026-06-30")}); err != nil {
			t.Fatal(err)
		}
		err := w.DB.WithTx(w.As(t, org.RoleAdmin), func(tx *store.Tx) error {
			return w.Hotline.SetPolicy(tx, hotline.Policy{Step: hotline.StepHandle, Kind: hotline.Help, Limit: calendar.Workdays(1), Basis: "试行"})
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Set("2026-05-18 09:00")
		w.RunJobs(t)
		if d := w.Get(t, o.ID); d.State != hotline.Suspended || d.Overdue {
			t.Errorf("state %s, overdue %v", d.State, d.Overdue)
		}
		if _, err := w.Hotline.Resume(supervisor, hotlinetest.Command(o), ""); err != nil {
			t.Fatal(err)
		}
		wantDue(t, w, o, "2026-05-20 18:00")
	})
}

// A suspension ends by itself on the day of its review.
func TestSuspensionEndsByItself(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		w.Set("2026-05-12 10:00")
		if _, err := w.Hotline.Suspend(w.As(t, org.RoleSupervisor), hotlinetest.Command(o), hotline.SuspendInput{Measures: "等待管线单位交底", ReviewOn: clock.MustDate("2026-05-18")}); err != nil {
			t.Fatal(err)
		}
		for _, at := range []string{"2026-05-14 18:30", "2026-05-18 08:29"} {
			w.Set(at)
			w.RunJobs(t)
			if d := w.Get(t, o.ID); d.State != hotline.Suspended {
				t.Fatalf("%s at %s", d.State, at)
			}
		}
		w.Set("2026-05-18 08:30")
		w.RunJobs(t)
		d := w.Get(t, o.ID)
		if last := d.Events[len(d.Events)-1]; d.State != hotline.Handling || last.Action != hotline.ActResume || last.ActorKind != "system" {
			t.Errorf("state %s, events %+v", d.State, d.Events)
		}
		wantDue(t, w, o, "2026-05-20 18:00")
		w.Set("2026-05-21 08:31")
		w.RunJobs(t)
		if len(notices(t, w, o, hotline.NoticeRed)) != 1 {
			t.Error("no red card after the suspension")
		}
	})
}

// Scenario 16: a report never goes to the unit that it accuses, and a unit never learns who reported.
func TestScenario16Confidential(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		below := w.AddUnit(t, "市住建局执法队", w.Unit.ID)
		in := func(in *hotline.RegisterInput) {
			in.Kind, in.Confidential, in.AccusedUnit, in.Title = hotline.Report, hotline.ConfidentialCaller, w.Unit.ID, "举报违规收费"
			in.Name, in.Phone = "郑举报", "13912345678"
		}
		o := w.Ticket(t, hotline.Triage, in)
		dispatcher := w.As(t, org.RoleDispatcher)
		for _, u := range []string{w.Unit.ID, below.ID} {
			if _, err := w.Hotline.Dispatch(dispatcher, hotlinetest.Command(o), hotline.DispatchInput{UnitID: u}); errs.CodeOf(err) != "hotline.conflict_of_interest" {
				t.Errorf("dispatch to the accused unit or below it: %v", err)
			}
		}
		if _, err := w.Hotline.Dispatch(dispatcher, hotlinetest.Command(o), hotline.DispatchInput{UnitID: w.Other.ID}); err != nil {
			t.Fatal(err)
		}
		for _, role := range []string{org.RoleLiaison, org.RoleUnitHead} {
			unitSeesNoCaller(t, w, w.In(t, w.Other.ID, role), o)
		}
		supervisorReads(t, w, o)
	})
}

func unitSeesNoCaller(t *testing.T, w *hotlinetest.World, unit context.Context, o hotline.Ticket) {
	t.Helper()
	var shown []any
	d, err := w.Hotline.Find(unit, string(o.ID))
	if err != nil || d.CallerName != "" || d.CallerPhone != "" {
		t.Fatalf("find: %q %q %v", d.CallerName, d.CallerPhone, err)
	}
	desk, _, errDesk := w.Hotline.Desk(unit, "", "", 0)
	list, _, errList := w.Hotline.List(unit, hotline.Filter{})
	found, _, errSearch := w.Hotline.Search(unit, "违规收费", "", 10)
	if errDesk != nil || errList != nil || errSearch != nil || len(desk) != 1 || len(list) != 1 || len(found) != 1 {
		t.Fatalf("%d on the desk, %d in the list, %d found: %v %v %v", len(desk), len(list), len(found), errDesk, errList, errSearch)
	}
	shown = append(shown, d, desk, list, found)
	for _, word := range []string{"郑举报", "13912345678", "5678"} {
		rows, _, err := w.Hotline.Search(unit, word, "", 10)
		if err != nil || len(rows) != 0 {
			t.Errorf("a search for %s finds %d, %v", word, len(rows), err)
		}
	}
	b, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"郑", "13912345678", "139****5678"} {
		if strings.Contains(string(b), secret) {
			t.Errorf("the unit is shown %q", secret)
		}
	}
	if _, err := w.Hotline.RevealCaller(unit, o.ID); errs.KindOf(err) != errs.NotFound || !errs.As(err).Denied {
		t.Errorf("the unit may reveal the caller: %v", err)
	}
	if rows, err := w.Hotline.CallerHistory(unit, "13912345678"); err == nil && len(rows) > 0 {
		t.Error("the unit may look up the caller's history")
	}
}

func supervisorReads(t *testing.T, w *hotlinetest.World, o hotline.Ticket) {
	t.Helper()
	supervisor := w.Person(t, "", org.RoleSupervisor)
	c, err := w.Hotline.RevealCaller(supervisor.Ctx, o.ID)
	if err != nil || c.Name != "郑举报" || c.Phone != "13912345678" {
		t.Errorf("the supervisor reads %+v, %v", c, err)
	}
	var lines []audit.Line
	err = w.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		lines, err = audit.List(tx, w.Centre, audit.Filter{Object: string(o.ID), Action: "hotline.reveal"})
		return err
	})
	if err != nil || len(lines) != 1 || lines[0].ActorID != supervisor.ID || strings.Contains(lines[0].Detail, "郑") || strings.Contains(lines[0].Detail, "139") {
		t.Errorf("audit lines %+v, %v", lines, err)
	}
}

// Scenario 17: 1,001 legs overdue in the same minute are overdue at once, are all told within 60 seconds, and a remark
// moves no due.
func TestScenario17ThousandOverdue(t *testing.T) {
	const n = 1001
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Set("2026-05-08 16:30")
		var one hotline.Ticket
		for range n {
			one = elsewhere(t, w)
		}
		w.Set("2026-05-14 18:00")
		w.RunJobs(t)
		if got := overdueOnDesk(t, w); got != 0 {
			t.Errorf("%d overdue at the very end of the limit", got)
		}
		w.Clock.Set(clock.MustInstant("2026-05-14 18:00") + 1)
		if got := overdueOnDesk(t, w); got != n {
			t.Errorf("%d of %d overdue on the desk", got, n)
		}
		if got := overdueInList(t, w); got != n {
			t.Errorf("%d of %d overdue in the list", got, n)
		}
		if _, err := w.Hotline.Comment(w.In(t, w.Unit.ID, org.RoleLiaison), hotlinetest.Command(one), "正在办"); err != nil {
			t.Fatal(err)
		}
		wantDue(t, w, one, "2026-05-14 18:00")
		started := clock.StartStopwatch()
		w.Set("2026-05-15 08:30")
		w.RunJobs(t)
		if took := started.Elapsed().Seconds(); took > 60 {
			t.Errorf("notices took %.0f s", took)
		}
		var told int64
		err := w.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
			told, err = store.Get[int64](tx, "SELECT COUNT(DISTINCT leg_id) FROM hotline_notice WHERE centre_id = $1 AND kind = 'red' AND at = $2", w.Centre, w.Clock.Now())
			return err
		})
		if err != nil || told != n {
			t.Errorf("%d of %d told, %v", told, n, err)
		}
	})
}

func overdueOnDesk(t *testing.T, w *hotlinetest.World) int {
	t.Helper()
	n, after := 0, ""
	for {
		rows, next, err := w.Hotline.Desk(w.In(t, w.Unit.ID, org.RoleLiaison), "", after, 200)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if r.Overdue {
				n++
			}
		}
		if after = next; next == "" {
			return n
		}
	}
}

func overdueInList(t *testing.T, w *hotlinetest.World) int {
	t.Helper()
	n, f := 0, hotline.Filter{State: hotline.Dispatched, Limit: 200}
	for {
		rows, next, err := w.Hotline.List(w.As(t, org.RoleDispatcher), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if r.Overdue {
				n++
			}
		}
		if f.After = next; next == "" {
			return n
		}
	}
}

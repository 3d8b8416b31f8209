package workforce_test

import (
	"context"
	"errors"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/workforce"
	"yichuang/internal/workforce/workforcetest"
)

func from(p orgtest.Person, ip string) context.Context {
	a := *p.Actor
	a.IP = ip
	return actor.With(context.Background(), &a)
}

func TestPunchingByCodeAndByNetwork(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	m := w.Workforce
	w.Set("2025-11-03 08:25")
	if _, err := m.Punch(w.A.Ctx, ""); !errors.Is(err, workforce.ErrCode) {
		t.Error("from anywhere without a code", err)
	}
	screen, err := m.GateScreen(w.System(), w.Gate.Code)
	if err != nil || len(screen.Code) != 6 {
		t.Fatal(screen, err)
	}
	p, err := m.Punch(w.A.Ctx, screen.Code)
	if err != nil || p.Method != workforce.ByCode || p.At != clock.MustInstant("2025-11-03 08:25") {
		t.Fatal(p, err)
	}
	if _, err := m.Punch(w.A.Ctx, screen.Code); !errors.Is(err, workforce.ErrTwice) {
		t.Error("twice in a minute", err)
	}
	w.Clock.Advance(61e9)
	if _, err := m.Punch(w.B.Ctx, screen.Code); !errors.Is(err, workforce.ErrCode) {
		t.Error("a code of a minute ago", err)
	}
	if p, err := m.Punch(from(w.B, "10.1.2.3"), ""); err != nil || p.Method != workforce.ByNetwork {
		t.Error("from the hall's network", p, err)
	}
	if _, err := m.Punch(from(w.Z, "10.2.2.3"), ""); !errors.Is(err, workforce.ErrCode) {
		t.Error("from another network", err)
	}
	if _, err := m.GateScreen(w.System(), "000"); err == nil {
		t.Error("a screen that does not exist")
	}
	today, err := m.Today(w.A.Ctx)
	if err != nil || !today.Posted || len(today.Parts) != 2 || len(today.Punches) != 1 || !today.NeedCode {
		t.Errorf("%+v %v", today, err)
	}
}

func TestTheRosterChangesDays(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	m, g := w.Workforce, w.As(t, org.RoleOffice)
	day := func(d string) clock.Date { return clock.MustDate(d) }
	write := func(d string, kind workforce.RosterKind, shift string) error {
		return m.Schedule(g, workforce.RosterInput{UserID: w.A.ID, Day: day(d), Kind: kind, ShiftID: shift})
	}
	if err := write("2025-11-08", workforce.Duty, w.Shift.ID); err != nil { // duty on a Saturday
		t.Fatal(err)
	}
	if err := write("2025-11-10", workforce.Duty, w.Night.ID); err != nil { // a second shift on a Monday, past midnight
		t.Fatal(err)
	}
	if err := write("2025-11-11", workforce.Rest, ""); err != nil {
		t.Fatal(err)
	}
	if err := write("2025-11-12", workforce.Swap, w.Night.ID); err != nil {
		t.Fatal(err)
	}
	if err := write("2025-11-13", workforce.Duty, w.Shift.ID); err == nil {
		t.Error("a shift on top of itself")
	}
	w.Set("2025-11-14 12:00")
	w.Present(t, w.A.ID, "2025-11-08", "2025-11-10")
	w.Correct(t, w.A.ID, "2025-11-10 21:58", "2025-11-11 06:01", "2025-11-12 22:04", "2025-11-13 06:00")
	p, err := m.PersonMonthOf(g, day("2025-11-01"), w.A.ID)
	if err != nil {
		t.Fatal(err)
	}
	for d, want := range map[string]string{"2025-11-08": "normal normal", "2025-11-10": "normal normal normal", "2025-11-11": "", "2025-11-12": "late", "2025-11-13": "absent absent", "2025-11-09": ""} {
		got := ""
		for i, x := range p.Row.Days[day(d)] {
			if i > 0 {
				got += " "
			}
			got += string(x.Statuses[0])
		}
		if got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
	if err := m.Unschedule(g, w.A.ID, day("2025-11-11"), ""); err != nil {
		t.Error(err)
	}
	if list, err := m.RosterOf(g, day("2025-11-01")); err != nil || len(list) != 3 {
		t.Error(list, err)
	}
}

func TestPostingsKeepTheRules(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	m, g := w.Workforce, w.As(t, org.RoleOffice)
	p, err := m.ArchiveOf(g, w.A.ID)
	if err != nil || len(p.Postings) != 1 {
		t.Fatal(err)
	}
	post := p.Postings[0].Posting
	in := workforce.RecallInput{Last: clock.MustDate("2025-11-14"), Notice: clock.MustDate("2025-11-06"), Reason: "单位工作需要", Appraisal: "表现良好"}
	if _, err := m.Recall(g, post.ID, post.Version, in); !errors.Is(err, workforce.ErrNotice) {
		t.Error("six working days of notice", err)
	}
	early := in
	early.Appraisal = ""
	if _, err := m.Recall(g, post.ID, post.Version, early); !errors.Is(err, workforce.ErrTerm) {
		t.Error("before two years without an appraisal", err)
	}
	in.Notice = clock.MustDate("2025-11-05") // 7 working days later is the 14th
	if post, err = m.Recall(g, post.ID, post.Version, in); err != nil || post.To != in.Last {
		t.Fatal(err)
	}
	next := workforce.PostingInput{UserID: w.A.ID, PostID: w.Post.ID, ShiftID: w.Shift.ID, Employment: workforce.Contract, Grade: workforce.SubOffice, Chief: true, Appointment: "1", Authorization: "2", From: clock.MustDate("2025-11-17")}
	for grade, want := range map[workforce.Grade]error{"": workforce.ErrInput, "king": workforce.ErrInput, workforce.Clerk: workforce.ErrGrade} {
		low := next
		low.Employment, low.Grade = workforce.CivilServant, grade
		if _, err := m.Assign(g, low); !errors.Is(err, want) {
			t.Errorf("a chief representative of grade %q: %v, want %v", grade, err, want)
		}
	}
	if _, err := m.Assign(g, next); !errors.Is(err, workforce.ErrEmployment) {
		t.Error("a chief representative who is not 在编", err)
	}
	next.Chief, next.From = false, clock.MustDate("2025-11-14")
	if _, err := m.Assign(g, next); err == nil {
		t.Error("posted twice on one day")
	}
	next.From = clock.MustDate("2025-11-17")
	if _, err := m.Assign(g, next); err != nil {
		t.Error(err)
	}
	if err := m.SavePerson(g, w.A.ID, 0, workforce.PersonInput{IDNo: "622901199003071239", Education: "本科"}); err != nil {
		t.Fatal(err)
	}
	a, err := m.ArchiveOf(w.Z.Ctx, w.A.ID)
	if err != nil || a.IDNo == "" || a.IDNo == "622901199003071239" || len(a.Postings) != 2 {
		t.Errorf("%+v %v", a, err)
	}
	if _, err := m.RevealIDNo(w.Z.Ctx, w.A.ID); err == nil {
		t.Error("the chief representative reads the identity number")
	}
	if no, err := m.RevealIDNo(g, w.A.ID); err != nil || no != "622901199003071239" {
		t.Error(no, err)
	}
}

package workforce_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/workforce"
	"yichuang/internal/workforce/workforcetest"
)

func ask(w *workforcetest.World, who orgtest.Person, from, to, standIn string, cover bool) (workforce.Leave, error) {
	return w.Workforce.AskLeave(who.Ctx, workforce.LeaveInput{Kind: workforce.PersonalLeave, From: clock.MustInstant(from), To: clock.MustInstant(to), Reason: "家事", StandIn: standIn, Cover: cover})
}

func TestLeaveClimbsTheLadder(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	m, j, l := w.Workforce, w.As(t, org.RoleSupervisor), w.As(t, org.RoleLeader)
	for _, c := range []struct {
		name     string
		who, sub orgtest.Person
		from, to string
		halves   int64
		steps    []context.Context
		labels   string
	}{
		{"a day", w.A, w.B, "2025-11-04 08:30", "2025-11-04 18:00", 2, []context.Context{w.Z.Ctx}, "chief"},
		{"two days", w.A, w.B, "2025-11-05 00:00", "2025-11-07 00:00", 4, []context.Context{j}, "section"},
		{"a week", w.A, w.B, "2025-11-10 00:00", "2025-11-15 00:00", 10, []context.Context{w.Z.Ctx, l}, "chief,leader"},
		{"the chief, a day", w.Z, w.A, "2025-11-18 08:30", "2025-11-18 18:00", 2, []context.Context{j}, "section"},
		{"the chief over the local holiday", w.Z, w.A, "2025-11-18 20:00", "2025-11-22 00:00", 4, []context.Context{l}, "leader"},
	} {
		lv, err := ask(w, c.who, c.from, c.to, c.sub.ID, false)
		if err != nil || lv.Halves != c.halves || strings.Join(lv.Steps(), ",") != c.labels || lv.State != workforce.Asked {
			t.Fatal(c.name, lv.Halves, lv.Steps(), err)
		}
		if _, err := m.DecideLeave(c.steps[0], lv.ID, lv.Version, true, ""); err == nil {
			t.Fatal(c.name, "approved before the stand-in agreed")
		}
		if lv, err = m.StandIn(c.sub.Ctx, lv.ID, lv.Version, true, ""); err != nil {
			t.Fatal(c.name, err)
		}
		for i, who := range c.steps {
			for _, other := range []context.Context{w.A.Ctx, w.Z.Ctx, j, l} {
				if other != who {
					if _, err := m.DecideLeave(other, lv.ID, lv.Version, true, ""); err == nil {
						t.Fatal(c.name, "somebody else approved step", i, actor.From(other).Roles)
					}
				}
			}
			if lv, err = m.DecideLeave(who, lv.ID, lv.Version, true, ""); err != nil {
				t.Fatal(c.name, i, err)
			}
		}
		if lv.State != workforce.Granted {
			t.Fatal(c.name, lv.State)
		}
	}
}

func TestAWindowIsNeverEmpty(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	m := w.Workforce
	grant := func(who, sub orgtest.Person, approver context.Context) {
		t.Helper()
		l, err := ask(w, who, "2025-11-04 08:30", "2025-11-04 12:00", sub.ID, false)
		if err == nil {
			l, err = m.StandIn(sub.Ctx, l.ID, l.Version, true, "")
		}
		if err == nil {
			_, err = m.DecideLeave(approver, l.ID, l.Version, true, "")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	waiting, err := ask(w, w.B, "2025-11-04 08:30", "2025-11-04 12:00", w.Z.ID, false) // while the others are there
	if err == nil {
		waiting, err = m.StandIn(w.Z.Ctx, waiting.ID, waiting.Version, true, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	grant(w.A, w.B, w.Z.Ctx)
	grant(w.Z, w.B, w.As(t, org.RoleSupervisor))
	if _, err := m.DecideLeave(w.Z.Ctx, waiting.ID, waiting.Version, true, ""); !errors.Is(err, workforce.ErrEmptyPost) {
		t.Error("the last one is let go", err)
	}
	if waiting, err = m.Withdraw(w.B.Ctx, waiting.ID, waiting.Version); err != nil || waiting.State != workforce.Withdrawn {
		t.Fatal(err)
	}
	if _, err := ask(w, w.B, "2025-11-04 09:00", "2025-11-04 10:00", w.A.ID, true); !errors.Is(err, workforce.ErrEmptyPost) {
		t.Error("somebody on leave covers", err)
	}
	other := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleWindow)
	hall, err := m.SavePost(w.As(t, org.RoleOffice), "", 0, workforce.PostInput{SiteID: w.Hall.ID, UnitID: orgtest.Unit(t, w.Org, w.Centre, "政务服务股", "").ID, Kind: workforce.WindowPost, Name: "综合窗口", Active: true})
	if err == nil {
		_, err = m.Assign(w.As(t, org.RoleOffice), workforce.PostingInput{UserID: other.ID, PostID: hall.ID, ShiftID: w.Shift.ID, Employment: workforce.Contract, From: clock.MustDate("2025-10-01")})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask(w, w.B, "2025-11-04 09:00", "2025-11-04 10:00", other.ID, false); !errors.Is(err, workforce.ErrEmptyPost) {
		t.Error("a stand-in of another window without cover", err)
	}
	if _, err := ask(w, w.B, "2025-11-04 09:00", "2025-11-04 10:00", other.ID, true); err != nil {
		t.Error("顶岗 of another window", err)
	}
}

// Only whoever is at a window, or covers it, keeps it staffed: colleagues of the unit who guide or work behind do not, unless they
// are the named cover; and who is at no window himself empties none.
func TestWhoKeepsAWindowStaffed(t *testing.T) {
	const from, to = "2025-11-04 08:30", "2025-11-04 12:00"
	for _, c := range []struct {
		name  string
		kind  workforce.PostKind // of the colleague's post
		away  bool               // the colleague is on leave
		cover bool
		asks  string // who asks; "" the one at the window
		empty bool
	}{
		{name: "a colleague at another window", kind: workforce.WindowPost},
		{name: "a colleague at another window, away", kind: workforce.WindowPost, away: true, empty: true},
		{name: "a back office", kind: workforce.BackPost, empty: true},
		{name: "a guide", kind: workforce.GuidePost, empty: true},
		{name: "the hotline", kind: workforce.HotlinePost, empty: true},
		{name: "a back office that covers", kind: workforce.BackPost, cover: true},
		{name: "a guide that covers", kind: workforce.GuidePost, cover: true},
		{name: "a cover that is away", kind: workforce.BackPost, away: true, cover: true, empty: true},
		{name: "the guide asks", kind: workforce.GuidePost, asks: "colleague"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := workforcetest.Open(t, store.SQLite)
			m, g := w.Workforce, w.As(t, org.RoleOffice)
			unit := orgtest.Unit(t, w.Org, w.Centre, "市医保局", "")
			posted := func(kind workforce.PostKind, name string) orgtest.Person {
				t.Helper()
				p, err := m.SavePost(g, "", 0, workforce.PostInput{SiteID: w.Hall.ID, UnitID: unit.ID, Kind: kind, Name: name, Active: true})
				who := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: unit.ID, Site: w.Hall.ID}, org.RoleWindow)
				if err == nil {
					_, err = m.Assign(g, workforce.PostingInput{UserID: who.ID, PostID: p.ID, ShiftID: w.Shift.ID, Employment: workforce.PublicStaff, From: clock.MustDate("2025-10-01")})
				}
				if err != nil {
					t.Fatal(err)
				}
				return who
			}
			only, colleague := posted(workforce.WindowPost, "医保窗口"), posted(c.kind, "另一岗位")
			if c.away {
				l, err := ask(w, colleague, from, to, only.ID, false)
				if err == nil {
					l, err = m.StandIn(only.Ctx, l.ID, l.Version, true, "")
				}
				if err == nil {
					l, err = m.DecideLeave(w.As(t, org.RoleSupervisor), l.ID, l.Version, true, "")
				}
				if err != nil || l.State != workforce.Granted {
					t.Fatal(l.State, err)
				}
			}
			who, sub := only, colleague
			if c.asks != "" {
				who, sub = colleague, only
			}
			if _, err := ask(w, who, from, to, sub.ID, c.cover); errors.Is(err, workforce.ErrEmptyPost) != c.empty || !c.empty && err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReturningFromLeave(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	m := w.Workforce
	l, err := ask(w, w.A, "2025-11-04 08:30", "2025-11-04 18:00", w.B.ID, false)
	if err == nil {
		l, err = m.StandIn(w.B.Ctx, l.ID, l.Version, true, "")
	}
	if err == nil {
		l, err = m.DecideLeave(w.Z.Ctx, l.ID, l.Version, true, "早去早回")
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Return(w.A.Ctx, l.ID, l.Version); !errors.Is(err, workforce.ErrState) {
		t.Error("back before it began", err)
	}
	w.Set("2025-11-04 14:30")
	if _, err := m.Return(w.B.Ctx, l.ID, l.Version); !errors.Is(err, workforce.ErrNotYours) {
		t.Error("another reports back", err)
	}
	if l, err = m.Return(w.A.Ctx, l.ID, l.Version); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-11-06 09:00")
	p, err := m.PersonMonthOf(w.A.Ctx, clock.MustDate("2025-11-01"), w.A.ID)
	if err != nil {
		t.Fatal(err)
	}
	day := p.Row.Days[clock.MustDate("2025-11-04")]
	if !day[0].Has(workforce.OnLeave) || !day[1].Has(workforce.Absent) {
		t.Errorf("back at half past two and not there: %+v", day)
	}
	line, err := m.LeaveOf(w.Z.Ctx, l.ID)
	if err != nil || len(line.History) != 4 || line.History[2].Text != "早去早回" {
		t.Error(line.History, err)
	}
}

package workforce_test

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/workforce"
	"yichuang/internal/workforce/workforcetest"
)

// locked is a world whose November is locked, with deductions that somebody may want to change.
func locked(t *testing.T) *workforcetest.World {
	t.Helper()
	w := workforcetest.Open(t, store.SQLite)
	w.Set("2025-12-01 09:00")
	for _, u := range []string{w.A.ID, w.B.ID, w.Z.ID} {
		monthOf(t, w, u, "2025-11-10")
	}
	m, j := w.Workforce, w.As(t, org.RoleSupervisor)
	s, err := m.StartRating(j, november)
	if err == nil {
		s, err = m.StartCheck(j, november, s.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	confirmAll(t, w, november)
	if s, err = m.Show(j, november, s.Version); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-12-05 09:00")
	if _, err = m.Lock(w.As(t, org.RoleLeader), november, s.Version); err != nil {
		t.Fatal(err)
	}
	return w
}

// face is everything that a locked month shows: the sheet with its seal, its rows, the rules they were made by and the events.
func face(t *rapid.T, w *workforcetest.World, j context.Context) string {
	v, err := w.Workforce.SheetOf(j, november)
	if err != nil {
		t.Fatal(err)
	}
	events, _, err := w.Workforce.Scores(j, workforce.ScoreFilter{Month: november, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]any{"sheet": v, "events": events})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// lockActs are acts of people and of the nightly run, each with what it draws. Some are refused and some work; whether they
// do is no concern of the property.
type lockActs struct {
	*workforcetest.World
	j, g, l context.Context
	found   []workforce.Fault
	done    map[string]int
	drafts  int
}

func (w *lockActs) user(t *rapid.T) string {
	return rapid.SampledFrom([]string{w.A.ID, w.B.ID, w.Z.ID}).Draw(t, "user")
}

func (w *lockActs) day(t *rapid.T) clock.Date {
	if rapid.Bool().Draw(t, "open") {
		return november + 30 + clock.Date(rapid.IntRange(0, 3).Draw(t, "december"))
	}
	return november + clock.Date(rapid.IntRange(0, 29).Draw(t, "november"))
}

// event draws one of the events of a filter, any event where it finds none.
func (w *lockActs) event(t *rapid.T, f workforce.ScoreFilter) workforce.ScoreLine {
	f.Limit = 500
	list, _, err := w.Workforce.Scores(w.j, f)
	if err == nil && len(list) == 0 {
		list, _, err = w.Workforce.Scores(w.j, workforce.ScoreFilter{Limit: 500})
	}
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	return rapid.SampledFrom(list).Draw(t, "event")
}

// one does one act; the names are those of the use cases.
func (w *lockActs) one(t *rapid.T, name string) (err error) {
	m, day, user := w.Workforce, w.day(t), w.user(t)
	yes := rapid.Bool().Draw(t, "yes")
	version := rapid.Int64Range(0, 9).Draw(t, "version")
	switch name {
	case "gather":
		w.found = append(w.found, workforce.Fault{Record: day.String() + user, Code: workforce.CodeComplaint, UserID: user, Day: day, Text: "查实较晚的投诉"})
		if !yes {
			w.found = nil
		}
		_, err = m.Gather(w.j, november)
	case "file":
		who := rapid.SampledFrom([]context.Context{w.j, w.Z.Ctx}).Draw(t, "who")
		_, err = m.FileScore(who, workforce.ScoreInput{Day: day, UserID: user, Code: rapid.SampledFrom([]string{"breach", "bonus", workforce.CodeExposure}).Draw(t, "code"), Points: 100, Text: "巡查", Evidence: "巡查记录"})
	case "decide":
		e := w.event(t, workforce.ScoreFilter{State: workforce.Proposed})
		_, err = m.DecideScore(w.j, e.ID, e.Version, yes, "理由")
	case "appeal":
		e := w.event(t, workforce.ScoreFilter{})
		_, err = m.Appeal(rapid.SampledFrom([]context.Context{w.A.Ctx, w.B.Ctx, w.Z.Ctx}).Draw(t, "who"), e.ID, e.Version, "申诉")
	case "answer":
		e := w.event(t, workforce.ScoreFilter{})
		_, err = m.AnswerAppeal(w.j, e.ID, e.Version, yes, "答复")
	case "put_right":
		_, err = m.PutRight(w.j, w.event(t, workforce.ScoreFilter{Month: november}).ID, "核实后有误")
	case "correct":
		_, err = m.Correct(w.g, workforce.CorrectionInput{UserID: user, At: day.Clock(8, rapid.IntRange(0, 59).Draw(t, "minute")), Reason: "补记"})
	case "outage":
		_, err = m.EnterOutage(w.g, workforce.OutageInput{SiteID: w.Hall.ID, From: day.Clock(9, 0), To: day.Clock(10, 0), Reason: "停电", Signatures: []workforce.Signature{{UserID: user, At: day.Clock(9, 20)}},
			Sheet: blob.Upload{SHA256: strings.Repeat("ab", 32), Name: "签到表.jpg", MediaType: "image/jpeg", Size: 100}})
	case "truancy":
		_, err = m.RecordTruancy(w.g, workforce.TruancyInput{UserID: user, From: day.Clock(8, 0), To: day.Clock(18, 0), Reason: "代打卡查实"})
	case "leave":
		_, err = m.AskLeave(w.A.Ctx, workforce.LeaveInput{Kind: workforce.SickLeave, From: day.Clock(8, 0), To: day.Clock(18, 0), Reason: "补假", StandIn: w.B.ID})
	case "rules":
		err = w.rules(day)
	case "rate":
		err = m.Rate(w.Z.Ctx, november, w.Unit.ID, "改初评")
	case "show":
		_, err = m.Show(w.j, november, version)
	case "lock":
		_, err = m.Lock(w.l, november, version)
	case "check":
		_, err = m.StartCheck(w.j, november, version)
	case "start":
		_, err = m.StartRating(w.j, november)
	case "wait":
		w.Clock.Advance(6 * time.Hour)
	}
	return err
}

// rules puts dearer rules in force from the month of a day.
func (w *lockActs) rules(day clock.Date) error {
	w.drafts++
	d := workforce.DefaultDefinition()
	d.Floor, d.BonusCap = false, 0
	for i := range d.Charges {
		d.Charges[i].Points *= 2
		d.Charges[i].Cap *= 2
	}
	r, err := w.Workforce.DraftRules(w.j, workforce.RulesInput{Name: "加倍 " + strconv.Itoa(w.drafts), Basis: "文号", Definition: d})
	if err == nil {
		_, err = w.Workforce.ConfirmRules(w.l, r.ID, r.Version, day)
	}
	return err
}

// Invariant I7 of the hall reference §8.2: whatever people and the nightly run do, in whatever order, a locked sheet stays as
// it is, with its rows, its seal, its rules and its events.
func TestNothingChangesALockedSheet(t *testing.T) {
	world := locked(t)
	w := &lockActs{World: world, j: world.As(t, org.RoleSupervisor), g: world.As(t, org.RoleOffice), l: world.As(t, org.RoleLeader), done: map[string]int{}}
	w.Workforce.TakeFaults("late", func(*store.Tx, string, clock.Date, clock.Date) ([]workforce.Fault, error) { return w.found, nil })
	names := []string{"gather", "file", "decide", "appeal", "answer", "put_right", "correct", "outage", "truancy", "leave", "rules", "rate", "show", "lock", "check", "start", "wait"}
	rapid.Check(t, func(t *rapid.T) {
		before := face(t, world, w.j)
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 1, 12).Draw(t, "acts") {
			if w.one(t, name) == nil {
				w.done[name]++
			}
			if after := face(t, world, w.j); after != before {
				t.Fatalf("%s changed the locked sheet:\n%s\n%s", name, before, after)
			}
		}
	})
	for _, name := range []string{"gather", "file", "put_right", "correct", "rules"} {
		if w.done[name] == 0 {
			t.Errorf("%s never worked, so that its part shows nothing: %v", name, w.done)
		}
	}
}

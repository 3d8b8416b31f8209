// Package itemtest builds a centre with departments, people and items for the tests of package item and of the modules above
// it.
package itemtest

import (
	"context"
	"io/fs"
	"log/slog"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// Migrations are those that package item needs in a test database.
func Migrations() []fs.FS {
	return append(orgtest.Migrations(), blob.Migrations, calendar.Migrations, text.Migrations, item.Migrations)
}

// World is a centre with two departments and the people around an item.
type World struct {
	t       testing.TB
	db      *store.DB
	Clock   *clock.Manual
	Org     *org.Module
	Item    *item.Module
	Jobs    *jobs.Runner
	Centre  string
	Unit    org.Unit
	Other   org.Unit
	Head    orgtest.Person // approver who drafts
	Second  orgtest.Person // approver who reviews
	Info    orgtest.Person
	Office  orgtest.Person
	Rep     orgtest.Person // chief representative
	Window  orgtest.Person
	Foreign orgtest.Person // approver of the other department
	serial  int
}

// New makes a centre whose calendar is the program's start set.
func New(t testing.TB, db *store.DB) *World {
	t.Helper()
	w := &World{t: t, db: db, Clock: db.Clock().(*clock.Manual)}
	w.Org = orgtest.New(t, db, orgtest.Contribution{Permissions: item.Permissions(), Grants: item.Grants()})
	cal := calendar.NewModule(db)
	w.Item = item.New(db, w.Org, cal)
	w.Jobs = jobs.NewRunner(db, slog.New(slog.DiscardHandler))
	w.Item.RegisterJobs(w.Jobs)
	w.Centre = orgtest.Centre(t, w.Org)
	err := db.WithTx(w.System(), func(tx *store.Tx) error { return cal.Seed(tx, w.Centre, "622901") })
	if err != nil {
		t.Fatal(err)
	}
	w.Unit = orgtest.Unit(t, w.Org, w.Centre, "市市场监管局", "")
	w.Other = orgtest.Unit(t, w.Org, w.Centre, "市人社局", "")
	at := orgtest.Where{Unit: w.Unit.ID}
	person := func(at orgtest.Where, role string) orgtest.Person { return orgtest.User(t, w.Org, w.Centre, at, role) }
	w.Head, w.Second = person(at, org.RoleApprover), person(at, org.RoleApprover)
	w.Rep, w.Window = person(at, org.RoleChiefRep), person(at, org.RoleWindow)
	w.Foreign = person(orgtest.Where{Unit: w.Other.ID}, org.RoleApprover)
	w.Info, w.Office = person(orgtest.Where{}, org.RoleInfo), person(orgtest.Where{}, org.RoleOffice)
	return w
}

// Person makes somebody with a role in the department.
func (w *World) Person(role string) orgtest.Person {
	return orgtest.User(w.t, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID}, role)
}

// System is the program itself in the centre.
func (w *World) System() context.Context { return orgtest.System(w.Centre) }

// Citizen is somebody without an account.
func (w *World) Citizen() context.Context {
	return actor.With(context.Background(), item.CitizenActor(w.Centre, "192.0.2.1", "r1"))
}

// Stranger is a citizen of another centre.
func Stranger(w *World) context.Context {
	return actor.With(context.Background(), item.CitizenActor(orgtest.Centre(w.t, w.Org), "192.0.2.1", "r1"))
}

// Today is the day of the test's clock.
func (w *World) Today() clock.Date { return w.Clock.Now().Date() }

// RunJobs does what is due.
func (w *World) RunJobs() {
	w.t.Helper()
	if _, err := w.Jobs.RunDue(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// Must gives the version, or ends the test.
func (w *World) Must(v item.Version, err error) item.Version {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// Through takes a draft through both reviews to its publication.
func (w *World) Through(v item.Version, day clock.Date) item.Version {
	w.t.Helper()
	v = w.Must(w.Item.Move(w.Head.Ctx, v.ID, v.Revision, item.Submit, item.Change{Day: clock.NoDate}))
	v = w.Must(w.Item.Move(w.Second.Ctx, v.ID, v.Revision, item.Pass, item.Change{Day: clock.NoDate}))
	return w.Must(w.Item.Move(w.Info.Ctx, v.ID, v.Revision, item.Publish, item.Change{Day: day}))
}

// Publish makes an item of the department whose first version is published from a day on.
func (w *World) Publish(c item.Content, day clock.Date) item.Version {
	w.t.Helper()
	_, v, err := w.Item.Create(w.Head.Ctx, item.NewItem{UnitID: w.Unit.ID, Content: c})
	return w.Through(w.Must(v, err), day)
}

// In makes an item whose version is in a state.
func (w *World) In(s item.State) item.Version {
	w.t.Helper()
	w.serial++
	_, v, err := w.Item.Create(w.Head.Ctx, item.NewItem{UnitID: w.Unit.ID, Content: Permit("S" + string(rune('A'+w.serial/26)) + string(rune('A'+w.serial%26)))})
	v = w.Must(v, err)
	paths := map[item.State][]item.Action{item.Draft: nil, item.Discarded: {item.Discard}, item.UnitReview: {item.Submit}, item.InfoReview: {item.Submit, item.Pass}, item.Published: {item.Submit, item.Pass, item.Publish},
		item.Suspended: {item.Submit, item.Pass, item.Publish}, item.Cancelled: {item.Submit, item.Pass, item.Publish}}
	for _, a := range paths[s] {
		v = w.Must(w.Item.Move(w.System(), v.ID, v.Revision, a, item.Change{Day: clock.NoDate, Reason: "试"}))
	}
	if kind := map[item.State]item.AlterationKind{item.Suspended: item.Pausing, item.Cancelled: item.Cancelling}[s]; kind != "" {
		w.Alter(item.AlterationInput{Kind: kind, Items: []string{v.ItemID}, Reason: "试"}, clock.NoDate)
	}
	return w.Version(v.ID)
}

// Alter takes an alteration from its draft through both reviews to its publication.
func (w *World) Alter(in item.AlterationInput, day clock.Date) item.Alteration {
	w.t.Helper()
	x, err := w.Item.Alter(w.Head.Ctx, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.AlterThrough(x, day)
}

// AlterThrough takes a drafted alteration through both reviews to its publication.
func (w *World) AlterThrough(x item.Alteration, day clock.Date) item.Alteration {
	w.t.Helper()
	for _, step := range []struct {
		who orgtest.Person
		act item.Action
	}{{w.Head, item.Submit}, {w.Second, item.Pass}, {w.Info, item.Publish}} {
		var err error
		if x, err = w.Item.MoveAlteration(step.who.Ctx, x.ID, x.Version, step.act, item.Change{Day: day}); err != nil {
			w.t.Fatal(step.act, err)
		}
	}
	return x
}

// Version loads a version.
func (w *World) Version(id string) item.Version {
	w.t.Helper()
	var v item.Version
	err := w.db.Read(w.System(), func(tx *store.Tx) (err error) {
		v, err = w.Item.VersionTx(tx, w.Centre, id)
		return err
	})
	return w.Must(v, err)
}

// InForce gives the version of an item in force on a day.
func (w *World) InForce(id string, day clock.Date) (v item.Version, err error) {
	err = w.db.Read(w.System(), func(tx *store.Tx) (err error) {
		v, err = w.Item.InForceTx(tx, w.Centre, id, day)
		return err
	})
	return v, err
}

// Authorize asks for the authorization that covers an act on a day.
func (w *World) Authorize(act item.Act, day clock.Date) (a item.Authorization, err error) {
	err = w.db.Read(w.System(), func(tx *store.Tx) (err error) {
		a, err = w.Item.AuthorizeTx(tx, w.Centre, act, day)
		return err
	})
	return a, err
}

// Letter makes a letter for the chief representative over items and takes it through to its publication.
func (w *World) Letter(number string, from, to clock.Date, powers []item.Power, items ...string) item.Authorization {
	w.t.Helper()
	return w.publishPaper(item.AuthorizationInput{Kind: item.Letter, UnitID: w.Unit.ID, UserID: w.Rep.ID, Powers: powers, Items: items, From: from, To: to, Number: number})
}

// Agreement makes an agreement with the hall's comprehensive windows over items and takes it through to its publication.
func (w *World) Agreement(number string, from, to clock.Date, items ...string) item.Authorization {
	w.t.Helper()
	return w.publishPaper(item.AuthorizationInput{Kind: item.Agreement, UnitID: w.Unit.ID, Powers: item.Agreement.Powers(), Items: items, From: from, To: to, Number: number})
}

// AgreementAt is Agreement with the windows of a site.
func (w *World) AgreementAt(site, number string, from, to clock.Date, items ...string) item.Authorization {
	w.t.Helper()
	return w.publishPaper(item.AuthorizationInput{Kind: item.Agreement, UnitID: w.Unit.ID, SiteID: site, Powers: item.Agreement.Powers(), Items: items, From: from, To: to, Number: number})
}

func (w *World) publishPaper(in item.AuthorizationInput) item.Authorization {
	w.t.Helper()
	a, err := w.Item.DraftAuthorization(w.Head.Ctx, in)
	for _, x := range []struct {
		who orgtest.Person
		act item.AuthorizationAction
	}{{w.Second, item.IssueAuth}, {w.Office, item.FileAuth}, {w.Info, item.PublishAuth}} {
		if err != nil {
			w.t.Fatal(err)
		}
		a, err = w.Item.MoveAuthorization(x.who.Ctx, a.ID, a.Version, x.act, "")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// Permit is a complete permit with three materials, one of them only for agents, within 20 working days by law and 10 promised.
func Permit(code string) item.Content {
	wd := func(n int) item.Limit { return item.Limit{N: n, Unit: item.Workday} }
	return item.Content{Name: "食品经营许可（新办）", Code: code, BaseCode: "0116500100", Profile: item.ProfileStandard, Kind: item.Permit, Level: "4", CaseKind: item.Promised, Bases: []item.Basis{{Document: "《食品安全法》", Article: "第三十五条"}},
		Statutory: wd(20), StatutoryBasis: "《行政许可法》第四十二条", Promise: wd(10), Correction: wd(5), Conditions: []string{"有与经营品种相适应的场所和设施"},
		Materials:   []item.Material{{Code: "M1", Name: "食品经营许可申请书", Form: "paper", Originals: 1, Source: "form"}, {Code: "M2", Name: "经营场所平面图", Form: "paper", Originals: 1, Source: "self", Waivable: true}, {Code: "M3", Name: "授权委托书", Form: "paper", Originals: 1, Source: "self"}},
		Situations:  []item.Situation{{Code: "S1", Question: "是否委托他人办理？", Answers: []item.SituationWay{{Code: "1", Label: "本人办理"}, {Code: "2", Label: "委托办理", Materials: []string{"M3"}}}}},
		Steps:       []item.StepTemplate{{Code: "1", Name: "受理", Role: org.RoleWindow, Limit: wd(1)}, {Code: "2", Name: "审查", Role: org.RoleChiefRep, Limit: wd(3)}, {Code: "3", Name: "决定", Role: org.RoleApprover, Limit: wd(1)}},
		Suspensions: []item.SuspensionRule{{Kind: "testing", Basis: "《行政许可法》第四十五条", Max: wd(30)}}, Result: item.Result{Name: "食品经营许可证", Kind: "licence", Validity: "5 年"},
		Objects: []string{"1", "2"}, Channels: []string{"1", "2"}, Themes: []string{"license"}, Scope: "county", Depth: "3", Visits: item.SiteVisits{N: 1}, InHall: true, Tolerant: true, Minutes: 40,
		Place: "政务大厅二楼 12 号窗口", Hours: "工作日 8:30—12:00，14:30—18:00", Consult: "0930-1234567", Complaint: "12345", Remedy: "收到决定之日起 60 日内申请行政复议，或 6 个月内提起行政诉讼"}
}

// Matrix is the permission matrix of items and authority as the reference of the hall draws it: role, permission, scope.
func Matrix() map[string]map[actor.Permission]actor.Scope {
	row := func(scopes ...actor.Scope) map[actor.Permission]actor.Scope {
		out := map[actor.Permission]actor.Scope{}
		for i, p := range []actor.Permission{item.PermRead, item.PermWrite, item.PermReview, item.PermPublish, item.PermAuthRead, item.PermAuthDraft, item.PermAuthIssue, item.PermAuthFile, item.PermAuthShow} {
			out[p] = scopes[i]
		}
		return out
	}
	const n, o, u, s, c = actor.None, actor.Own, actor.Unit, actor.Site, actor.Centre
	return map[string]map[actor.Permission]actor.Scope{
		org.RoleWindow:     row(c, n, n, n, o, n, n, n, n),
		org.RoleChiefRep:   row(c, u, n, n, u, n, n, n, n),
		org.RoleApprover:   row(c, u, u, n, u, u, u, n, n),
		org.RoleOffice:     row(c, n, n, n, c, n, n, c, n),
		org.RoleSupervisor: row(c, n, n, n, c, n, n, n, n),
		org.RoleInfo:       row(c, n, n, c, c, n, n, n, c),
		org.RoleAgent:      row(c, n, n, n, n, n, n, n, n),
		org.RoleDispatcher: row(c, n, n, n, n, n, n, n, n),
		org.RoleFinance:    row(n, n, n, n, n, n, n, n, n),
		org.RoleLeader:     row(c, n, n, n, c, n, n, n, n),
		org.RoleSiteAdmin:  row(s, n, n, n, s, n, n, n, n),
	}
}

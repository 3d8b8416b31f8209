// Package workforcetest builds a hall with its people for the tests of any module: a centre with its calendar, a site, a
// unit with a chief representative and two people at its window, shifts and a place to punch.
package workforcetest

import (
	"context"
	"io/fs"
	"testing"

	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/evidence"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/workforce"
)

// Migrations are those that people need in a test database.
func Migrations() []fs.FS {
	return append(orgtest.Migrations(), crypt.Migrations, calendar.Migrations, blob.Migrations, metric.Migrations, evidence.Migrations, workforce.Migrations)
}

// World is a centre with a hall and its people. Its clock stands still until a test moves it.
type World struct {
	DB        *store.DB
	Clock     *clock.Manual
	Org       *org.Module
	Calendar  *calendar.Module
	Workforce *workforce.Module
	Centre    string
	Hall      org.Site
	Unit      org.Unit // 市人社局
	Shift     workforce.Shift
	Night     workforce.Shift
	Post      workforce.Post
	Gate      workforce.Gate
	Z, A, B   orgtest.Person // chief representative and two people at the window

	people map[string]orgtest.Person
}

// Start is when a world begins: Monday 2025-11-03 08:00.
const Start = "2025-11-03 08:00"

// Open gives a world on one engine.
func Open(t testing.TB, kind store.Engine) *World {
	t.Helper()
	return New(t, storetest.Open(t, kind, Migrations()))
}

// New makes the modules and a centre in 临夏市 on a migrated database whose clock is a *clock.Manual.
func New(t testing.TB, db *store.DB) *World {
	t.Helper()
	manual, ok := db.Clock().(*clock.Manual)
	if !ok {
		t.Fatal("workforcetest: the database's clock must be a *clock.Manual")
	}
	manual.Set(clock.MustInstant(Start))
	w := &World{DB: db, Clock: manual, people: map[string]orgtest.Person{}}
	w.Org = orgtest.New(t, db, orgtest.Contribution{Permissions: workforce.Permissions(), Grants: workforce.Grants()})
	w.Calendar = calendar.NewModule(db)
	w.Workforce = workforce.New(workforce.Deps{DB: db, Keys: crypt.Generate(), Org: w.Org, Calendar: w.Calendar})
	w.Centre = orgtest.Centre(t, w.Org)
	if err := db.WithTx(w.System(), func(tx *store.Tx) error { return w.Calendar.Seed(tx, w.Centre, "622901") }); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.Hall, err = w.Org.CreateSite(w.System(), org.SiteInput{Name: "政务大厅", Kind: org.SiteHall}); err != nil {
		t.Fatal(err)
	}
	w.Unit = orgtest.Unit(t, w.Org, w.Centre, "市人社局", "")
	w.fill(t)
	return w
}

func (w *World) fill(t testing.TB) {
	t.Helper()
	at := orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}
	w.Z, w.A, w.B = orgtest.User(t, w.Org, w.Centre, at, org.RoleChiefRep), orgtest.User(t, w.Org, w.Centre, at, org.RoleWindow), orgtest.User(t, w.Org, w.Centre, at, org.RoleWindow)
	g := w.As(t, org.RoleOffice)
	var err error
	must := func(e error) {
		t.Helper()
		if e != nil {
			t.Fatal(e)
		}
	}
	w.Shift, err = w.Workforce.SaveShift(g, "", 0, workforce.ShiftInput{Name: "行政班", Seasonal: true, Active: true})
	must(err)
	w.Night, err = w.Workforce.SaveShift(g, "", 0, workforce.ShiftInput{Name: "夜班", Hours: "22:00-06:00", Active: true})
	must(err)
	w.Post, err = w.Workforce.SavePost(g, "", 0, workforce.PostInput{SiteID: w.Hall.ID, UnitID: w.Unit.ID, Kind: workforce.WindowPost, Name: "社保窗口", Active: true})
	must(err)
	w.Gate, err = w.Workforce.SaveGate(g, "", 0, workforce.GateInput{SiteID: w.Hall.ID, Name: "一楼东门", Networks: "10.1.0.0/16", Active: true})
	must(err)
	w.Assign(t, w.Z.ID, true)
	w.Assign(t, w.A.ID, false)
	w.Assign(t, w.B.ID, false)
}

// Assign posts somebody at the window from 2025-09-01 on.
func (w *World) Assign(t testing.TB, user string, chief bool) workforce.Posting {
	t.Helper()
	in := workforce.PostingInput{UserID: user, PostID: w.Post.ID, ShiftID: w.Shift.ID, Employment: workforce.PublicStaff, From: clock.MustDate("2025-09-01")}
	if chief {
		in.Chief, in.Grade, in.Appointment, in.Authorization = true, workforce.SubOffice, "任〔2025〕1号", "授〔2025〕1号"
	}
	p, err := w.Workforce.Assign(w.As(t, org.RoleOffice), in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// System is a context in which the program acts in the centre.
func (w *World) System() context.Context { return orgtest.System(w.Centre) }

// Set moves the clock to a moment.
func (w *World) Set(moment string) { w.Clock.Set(clock.MustInstant(moment)) }

// As is somebody of the centre's own staff with a role.
func (w *World) As(t testing.TB, role string) context.Context {
	t.Helper()
	p, ok := w.people[role]
	if !ok {
		p = orgtest.User(t, w.Org, w.Centre, orgtest.Where{}, role)
		w.people[role] = p
	}
	return p.Ctx
}

// Correct enters punches of somebody by the office at moments such as "2025-11-03 08:29".
func (w *World) Correct(t testing.TB, user string, moments ...string) {
	t.Helper()
	for _, m := range moments {
		if _, err := w.Workforce.Correct(w.As(t, org.RoleOffice), workforce.CorrectionInput{UserID: user, At: clock.MustInstant(m), Reason: "测试补记"}); err != nil {
			t.Fatal(m, err)
		}
	}
}

// Present enters four punches in time on each of the days.
func (w *World) Present(t testing.TB, user string, days ...string) {
	t.Helper()
	for _, d := range days {
		w.Correct(t, user, d+" 08:25", d+" 12:01", d+" 14:28", d+" 18:02")
	}
}

// Each runs fn on each engine with a new world.
func Each(t *testing.T, fn func(t *testing.T, w *World)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, New(t, db)) }, Migrations()...)
}

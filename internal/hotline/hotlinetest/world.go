// Package hotlinetest builds a working hotline for the tests of any module: a centre with its calendar and time limits,
// units, people of each role, and tickets brought to a given state by the real use cases.
package hotlinetest

import (
	"context"
	"io/fs"
	"log/slog"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/jobs"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/party"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/telephony"
	"yichuang/internal/text"
)

// Migrations are those that the hotline needs in a test database.
func Migrations() []fs.FS {
	return append(orgtest.Migrations(), text.Migrations, crypt.Migrations, calendar.Migrations, party.Migrations, blob.Migrations, knowledge.Migrations, archive.Migrations, telephony.Migrations, hotline.Migrations)
}

// World is a centre at work. Its clock stands still until a test moves it.
type World struct {
	DB        *store.DB
	Clock     *clock.Manual
	Keys      *crypt.Keyring
	Org       *org.Module
	Calendar  *calendar.Module
	Party     *party.Module
	Archive   *archive.Module
	Knowledge *knowledge.Module
	Telephony *telephony.Module
	Hotline   *hotline.Module
	Figures   *figure.Module
	Topics    *topic.Module
	Desk      *desk.Module
	Advice    *advice.Module
	Jobs      *jobs.Runner
	Beside    *jobs.Beside
	Blobs     *blob.Store
	Centre    string   // id
	Unit      org.Unit // 市住建局, the unit that tickets go to unless a test says otherwise
	Other     org.Unit // 市水务局

	people map[personKey]orgtest.Person
}

type personKey struct{ unit, role string }

// Each runs fn on each engine with a new world at storetest.Start, Friday 2026-05-08 16:30.
func Each(t *testing.T, fn func(t *testing.T, w *World)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, New(t, db)) }, Migrations()...)
}

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
		t.Fatal("hotlinetest: the database's clock must be a *clock.Manual")
	}
	w := &World{DB: db, Clock: manual, Keys: crypt.Generate(), people: map[personKey]orgtest.Person{}}
	w.Org = orgtest.New(t, db, orgtest.Contribution{Permissions: hotline.Permissions, Grants: hotline.Grants()},
		orgtest.Contribution{Permissions: knowledge.Permissions(), Grants: knowledge.Grants()},
		orgtest.Contribution{Permissions: archive.Permissions(), Grants: archive.Grants()},
		orgtest.Contribution{Permissions: telephony.Permissions, Grants: telephony.Grants()})
	w.Calendar = calendar.NewModule(db)
	w.Party = party.New(w.Keys)
	log := slog.New(slog.DiscardHandler)
	w.Archive = archive.New(db, w.Keys, w.Org, log)
	w.Jobs, w.Beside = jobs.NewRunner(db, log), jobs.NewBeside()
	w.Knowledge = knowledge.New(knowledge.Deps{DB: db, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar})
	w.Telephony = telephony.New(db, w.Keys, w.Org)
	w.Hotline = hotline.New(hotline.Deps{DB: db, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar, Party: w.Party, Archive: w.Archive, Knowledge: w.Knowledge, Telephony: w.Telephony, Log: log, PublicURL: "https://hall.example", Beside: w.Beside, Wake: w.Jobs.Wake})
	w.Figures = figure.New(db, w.Org)
	w.Desk = desk.New(db, w.Org, w.Calendar, w.Hotline)
	w.Advice = advice.New(advice.Deps{DB: db, Org: w.Org, Knowledge: w.Knowledge, Hotline: w.Hotline, Beside: w.Beside, Log: log, Wake: w.Jobs.Wake})
	w.Hotline.UseModel(w.Advice.SureTx)
	w.Topics = topic.New(db, w.Org, w.Hotline, w.Beside, log)
	w.Knowledge.RegisterJobs(w.Jobs)
	w.Hotline.RegisterJobs(w.Jobs)
	w.Topics.RegisterJobs(w.Jobs)
	w.Advice.RegisterJobs(w.Jobs)
	w.Archive.RegisterJobs(w.Jobs)
	var err error
	if w.Blobs, err = blob.Open(t.TempDir(), blob.Limits{}, manual); err != nil {
		t.Fatal(err)
	}
	w.Centre = w.AddCentre(t, "622901")
	w.Unit = w.AddUnit(t, "市住建局", "")
	w.Other = w.AddUnit(t, "市水务局", "")
	return w
}

// AddCentre makes one more centre with calendar and time limits, in the area of a division code, and gives its id.
func (w *World) AddCentre(t testing.TB, division string) string {
	t.Helper()
	centre := orgtest.Centre(t, w.Org)
	err := w.DB.WithTx(orgtest.System(centre), func(tx *store.Tx) error {
		if err := w.Calendar.Seed(tx, centre, division); err != nil {
			return err
		}
		if err := w.Archive.Seed(tx, centre); err != nil {
			return err
		}
		return w.Hotline.Seed(tx, centre)
	})
	if err != nil {
		t.Fatal(err)
	}
	return centre
}

// AddUnit makes a handling unit of the centre; parent is a unit's id or "".
func (w *World) AddUnit(t testing.TB, name, parent string) org.Unit {
	t.Helper()
	return orgtest.Unit(t, w.Org, w.Centre, name, parent)
}

// System is a context in which the program acts in the centre.
func (w *World) System() context.Context { return orgtest.System(w.Centre) }

// Person gives somebody with a role in a unit ("" for the centre's own staff); the same one at every call.
func (w *World) Person(t testing.TB, unit, role string) orgtest.Person {
	t.Helper()
	k := personKey{unit, role}
	p, ok := w.people[k]
	if !ok {
		p = orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: unit}, role)
		w.people[k] = p
	}
	return p
}

// As gives the context of somebody of the centre's staff with a role.
func (w *World) As(t testing.TB, role string) context.Context {
	t.Helper()
	return w.Person(t, "", role).Ctx
}

// In gives the context of somebody of a unit with a role.
func (w *World) In(t testing.TB, unit, role string) context.Context {
	t.Helper()
	return w.Person(t, unit, role).Ctx
}

// Actor changes a copy of a context's actor, for tests of what a slightly different person may do.
func Actor(ctx context.Context, change func(*actor.Actor)) context.Context {
	a := *actor.From(ctx)
	change(&a)
	return actor.With(ctx, &a)
}

// Set moves the clock to a moment written as clock.ParseInstant reads it.
func (w *World) Set(moment string) { w.Clock.Set(clock.MustInstant(moment)) }

// RunJobs runs every job that is due now.
func (w *World) RunJobs(t testing.TB) {
	t.Helper()
	if err := w.Jobs.RunAll(context.Background()); err != nil {
		t.Fatal(err)
	}
}

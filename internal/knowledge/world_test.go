package knowledge_test

import (
	"context"
	"io/fs"
	"log/slog"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/jobs"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/text"
)

func migrations() []fs.FS {
	return append(orgtest.Migrations(), text.Migrations, crypt.Migrations, calendar.Migrations, knowledge.Migrations)
}

// world is a centre with two units and somebody of each role.
type world struct {
	t      *testing.T
	db     *store.DB
	clock  *clock.Manual
	org    *org.Module
	m      *knowledge.Module
	jobs   *jobs.Runner
	centre string
	unit   org.Unit
	other  org.Unit
	people map[string]context.Context
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, newWorld(t, db)) }, migrations()...)
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, clock: db.Clock().(*clock.Manual), people: map[string]context.Context{}}
	w.org = orgtest.New(t, db, orgtest.Contribution{Permissions: knowledge.Permissions(), Grants: knowledge.Grants()})
	cal := calendar.NewModule(db)
	w.jobs = jobs.NewRunner(db, slog.New(slog.DiscardHandler))
	w.m = knowledge.New(knowledge.Deps{DB: db, Keys: crypt.Generate(), Org: w.org, Calendar: cal})
	w.m.RegisterJobs(w.jobs)
	w.centre = orgtest.Centre(t, w.org)
	err := db.WithTx(orgtest.System(w.centre), func(tx *store.Tx) error { return cal.Seed(tx, w.centre, "622901") })
	if err != nil {
		t.Fatal(err)
	}
	w.unit = orgtest.Unit(t, w.org, w.centre, "市医保局", "")
	w.other = orgtest.Unit(t, w.org, w.centre, "市人社局", "")
	return w
}

// as gives somebody of the centre's staff with a role.
func (w *world) as(role string) context.Context { return w.in("", role) }

// in gives somebody of a unit with a role; the same one at every call.
func (w *world) in(unit, role string) context.Context {
	w.t.Helper()
	key := unit + "/" + role
	if w.people[key] == nil {
		w.people[key] = orgtest.User(w.t, w.org, w.centre, orgtest.Where{Unit: unit}, role).Ctx
	}
	return w.people[key]
}

func (w *world) citizen() context.Context {
	return actor.With(context.Background(), knowledge.CitizenActor(w.centre, "192.0.2.1", "r1"))
}

func (w *world) runJobs() {
	w.t.Helper()
	if err := w.jobs.RunAll(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func content(change ...func(*knowledge.Content)) knowledge.WriteInput {
	in := knowledge.WriteInput{Content: knowledge.Content{Title: "异地就医怎样备案", Question: "去外地住院，医保怎样备案？", Answer: "出发前在医保服务平台提交异地就医备案，也可以到政务大厅医保窗口办理，当场办结。",
		BasisNo: "甘医保发〔2023〕1号", Applies: "临夏市参保人员", ValidTo: clock.MustDate("2026-12-31"), Keywords: "转院，报销 跨省", Level: knowledge.Public}}
	for _, c := range change {
		c(&in.Content)
	}
	return in
}

// must fails the test on an error.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// publish takes a new entry of the unit through both reviews.
func (w *world) publish(change ...func(*knowledge.Content)) knowledge.Entry {
	w.t.Helper()
	in := content(append([]func(*knowledge.Content){func(c *knowledge.Content) { c.UnitID = w.unit.ID }}, change...)...)
	return w.review(must(w.m.Write(w.in(w.unit.ID, org.RoleLiaison), in))(w.t))
}

// review takes the version in work of an entry through both reviews.
func (w *world) review(e knowledge.Entry) knowledge.Entry {
	w.t.Helper()
	e = must(w.m.Send(w.in(w.unit.ID, org.RoleLiaison), e.No, e.Version, ""))(w.t)
	if e.Stage == knowledge.UnitReview {
		e = must(w.m.PassUnit(w.in(e.UnitID, org.RoleUnitHead), e.No, e.Version, ""))(w.t)
	}
	return must(w.m.Publish(w.as(org.RoleKnowledge), e.No, e.Version, ""))(w.t)
}

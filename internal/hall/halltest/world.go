// Package halltest builds halls with queues, counters and people for tests.
package halltest

import (
	"context"
	"io/fs"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/hall"
	"yichuang/internal/jobs"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"

	"log/slog"
)

// World is a hall in which numbers can be taken and called.
type World struct {
	DB      *store.DB
	Clock   *clock.Manual
	Org     *org.Module
	Hall    *hall.Module
	Jobs    *jobs.Runner
	Centre  string
	Site    org.Site
	Unit    org.Unit
	Queue   hall.Queue
	Kiosk   hall.Device
	Display hall.Device
	Office  orgtest.Person
}

// Migrations are those that package hall needs.
func Migrations() []fs.FS {
	return append(orgtest.Migrations(), calendar.Migrations, metric.Migrations, hall.Migrations)
}

// New makes a hall with one queue, which can be booked, a kiosk and a display, on a database with a manual clock.
func New(t testing.TB, db *store.DB) *World {
	t.Helper()
	w := &World{DB: db, Clock: db.Clock().(*clock.Manual)}
	w.Org = orgtest.New(t, db, orgtest.Contribution{Permissions: hall.Permissions(), Grants: hall.Grants()})
	w.Hall = hall.New(hall.Deps{DB: db, Keys: crypt.Generate(), Org: w.Org, Calendar: calendar.NewModule(db)})
	w.Jobs = jobs.NewRunner(db, slog.New(slog.DiscardHandler))
	w.Hall.RegisterJobs(w.Jobs)
	w.Centre = orgtest.Centre(t, w.Org)
	w.Site = orgtest.Site(t, w.Org, w.Centre, "政务大厅")
	w.Unit = orgtest.Unit(t, w.Org, w.Centre, "市人社局", "")
	w.Office = orgtest.User(t, w.Org, w.Centre, orgtest.Where{}, org.RoleOffice)
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	_, err := w.Hall.SaveHall(w.Office.Ctx, w.Site.ID, 0, hall.DefaultRules())
	must(err)
	w.Queue = w.AddQueue(t, "社保医保")
	w.Kiosk, err = w.Hall.SaveDevice(w.Office.Ctx, w.Site.ID, "", 0, hall.DeviceInput{Kind: hall.Kiosk, Name: "东门取号机", Active: true})
	must(err)
	w.Display, err = w.Hall.SaveDevice(w.Office.Ctx, w.Site.ID, "", 0, hall.DeviceInput{Kind: hall.Display, Name: "大屏", Active: true})
	must(err)
	return w
}

// AddQueue makes another queue.
func (w *World) AddQueue(t testing.TB, name string) hall.Queue {
	t.Helper()
	q, err := w.Hall.SaveQueue(w.Office.Ctx, w.Site.ID, "", 0, hall.QueueInput{Name: name, Minutes: 8, Bookable: true, SlotMinutes: 10, SlotCapacity: 3, Active: true})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// AddCounter makes a counter of the unit for some queues; none means the world's queue.
func (w *World) AddCounter(t testing.TB, no string, queues ...string) hall.Counter {
	t.Helper()
	if len(queues) == 0 {
		queues = []string{w.Queue.ID}
	}
	c, err := w.Hall.SaveCounter(w.Office.Ctx, w.Site.ID, "", 0, hall.CounterInput{UnitID: w.Unit.ID, No: no, Name: no + " 号窗口", Kind: hall.Special, Active: true, Queues: queues})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Seat makes a person of the unit who sits at a new counter, and gives both.
func (w *World) Seat(t testing.TB, no string, queues ...string) (hall.Counter, orgtest.Person) {
	t.Helper()
	c := w.AddCounter(t, no, queues...)
	p := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID}, org.RoleWindow)
	c, err := w.Hall.Sit(p.Ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c, p
}

// Citizen is somebody without an account.
func (w *World) Citizen() context.Context {
	return actor.With(context.Background(), hall.CitizenActor(w.Centre, "10.0.0.9", "r"))
}

// Take takes a number of the world's queue at its kiosk.
func (w *World) Take(t testing.TB, class hall.Class) hall.Slip {
	t.Helper()
	s, err := w.Hall.TakeAtKiosk(w.Citizen(), w.Kiosk.Code, hall.TakeInput{QueueID: w.Queue.ID, Class: class})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// RunJobs runs what is due.
func (w *World) RunJobs(t testing.TB) {
	t.Helper()
	if err := w.Jobs.RunAll(context.Background()); err != nil {
		t.Fatal(err)
	}
}

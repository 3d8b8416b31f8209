// Package ratingtest builds a hall whose services are rated, for the tests of any module: the world of caseworktest with a
// queue, a counter, and the people who handle bad ratings.
package ratingtest

import (
	"context"
	"io/fs"
	"log/slog"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/hall"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/outbox"
	"yichuang/internal/rating"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// Migrations are those that ratings need in a test database.
func Migrations() []fs.FS {
	return append(caseworktest.Migrations(), metric.Migrations, hall.Migrations, rating.Migrations)
}

// World is a centre whose services are rated.
type World struct {
	*caseworktest.World
	Numbers *hall.Module
	Rating  *rating.Module
	Queue   hall.Queue
	Item    item.Item // decided on the day, by the chief representative
}

// Open gives a world on one engine.
func Open(t testing.TB, kind store.Engine) *World {
	t.Helper()
	return New(t, storetest.Open(t, kind, Migrations()))
}

// Each runs fn on each engine with a new world.
func Each(t *testing.T, fn func(t *testing.T, w *World)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, New(t, db)) }, Migrations()...)
}

// New makes the modules on a migrated database whose clock is a *clock.Manual.
func New(t testing.TB, db *store.DB) *World {
	t.Helper()
	w := &World{World: caseworktest.New(t, db, orgtest.Contribution{Permissions: hall.Permissions(), Grants: hall.Grants()},
		orgtest.Contribution{Permissions: rating.Permissions(), Grants: rating.Grants()}, orgtest.Contribution{Permissions: outbox.Permissions(), Grants: outbox.Grants()})}
	w.Numbers = hall.New(hall.Deps{DB: db, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar})
	w.Rating = rating.New(rating.Deps{Outbox: w.Outbox, DB: db, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar, Party: w.Party, Casework: w.Casework, Hall: w.Numbers, Log: slog.New(slog.DiscardHandler), Wake: w.Jobs.Wake})
	w.Rating.RegisterJobs(w.Jobs)
	office := w.As(t, org.RoleOffice)
	if _, err := w.Numbers.SaveHall(office, w.Hall.ID, 0, hall.DefaultRules()); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.Queue, err = w.Numbers.SaveQueue(office, w.Hall.ID, "", 0, hall.QueueInput{Name: "综合业务", Minutes: 8, Active: true}); err != nil {
		t.Fatal(err)
	}
	w.Item = w.Ready(t, func(c *item.Content) {
		c.Name, c.Kind, c.CaseKind, c.Statutory, c.Promise = "就业困难人员认定", "07", item.Instant, item.Limit{}, item.Limit{Unit: item.Workday}
	})
	return w
}

// Answered brings a case from the window to its answer.
func (w *World) Answered(t testing.TB) casework.Case {
	t.Helper()
	c := w.Accepted(t, w.Item)
	var err error
	for _, step := range []func(casework.Command) (casework.Case, error){
		func(k casework.Command) (casework.Case, error) {
			return w.Casework.Grant(w.Chief(t), k, casework.DecideInput{Opinion: "同意"})
		},
		func(k casework.Command) (casework.Case, error) {
			return w.Casework.Issue(w.Window(t), k, casework.IssueInput{Number: "认定-1"})
		},
		func(k casework.Command) (casework.Case, error) {
			return w.Casework.Deliver(w.Window(t), k, casework.DeliverInput{Way: casework.Ways[0]})
		},
	} {
		if c, err = step(casework.Command{CaseID: c.ID}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// Code is the rating code of a case.
func (w *World) Code(c casework.Case) string { return w.Rating.Code(rating.OfCase, string(c.ID)) }

// Citizen is somebody without an account.
func (w *World) Citizen() context.Context { return w.CitizenOf(w.Centre) }

// CitizenOf is somebody without an account on the pages of a centre.
func (w *World) CitizenOf(centre string) context.Context {
	return actor.With(context.Background(), rating.CitizenActor(centre, "10.0.0.9", "r"))
}

// Rate rates a case and gives the code of the receipt; a name and phone make it a rating under the own name.
func (w *World) Rate(t testing.TB, c casework.Case, level rating.Level, name, phone string) (receipt string) {
	t.Helper()
	receipt, err := w.Rating.Rate(w.Citizen(), w.Code(c), rating.RateInput{Level: level, Channel: rating.AtWindow, Name: name, Phone: phone, Text: "评价"})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// Poor answers a case and rates it badly under a real name, and gives its task.
func (w *World) Poor(t testing.TB) rating.Sheet {
	t.Helper()
	c := w.Answered(t)
	w.Rate(t, c, rating.Bad, "马建国", "13993001234")
	return w.Newest(t)
}

// Newest is the newest open task, as 政务监察股 sees it.
func (w *World) Newest(t testing.TB) rating.Sheet {
	t.Helper()
	list, _, err := w.Rating.Tasks(w.As(t, org.RoleSupervisor), rating.TaskFilter{})
	if err != nil || len(list) == 0 {
		t.Fatal("no open task", err)
	}
	newest := list[0]
	for _, x := range list {
		if x.ID > newest.ID {
			newest = x
		}
	}
	return w.Task(t, newest.No)
}

// Task gives a task as it is now, as 政务监察股 sees it.
func (w *World) Task(t testing.TB, no string) rating.Sheet {
	t.Helper()
	s, err := w.Rating.Find(w.As(t, org.RoleSupervisor), no)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

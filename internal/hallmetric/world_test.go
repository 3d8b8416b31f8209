package hallmetric_test

import (
	"context"
	"fmt"
	"io/fs"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/hallmetric"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/supervision"
	"yichuang/internal/workforce"
)

// world is a hall at work whose figures are counted.
type world struct {
	*ratingtest.World
	Metrics *hallmetric.Module
	rows    int
}

func open(t *testing.T, kind store.Engine) *world {
	t.Helper()
	return newWorld(t, storetest.Open(t, kind, migrations()))
}

func migrations() []fs.FS {
	return append(ratingtest.Migrations(), supervision.Migrations, complaint.Migrations, workforce.Migrations, hallmetric.Migrations)
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{World: ratingtest.New(t, db)}
	w.Metrics = hallmetric.New(hallmetric.Deps{DB: db, Org: w.Org, Calendar: w.Calendar, Item: w.World.World.Item, Casework: w.Casework})
	return w
}

// reader is somebody with a permission of this package and a scope.
func (w *world) reader(p actor.Permission, s actor.Scope, change ...func(*actor.Actor)) context.Context {
	a := &actor.Actor{Kind: actor.User, UserID: "reader", Name: "读数人", CentreID: w.Centre, Grants: map[actor.Permission]actor.Scope{p: s}}
	for _, f := range change {
		f(a)
	}
	return actor.With(context.Background(), a)
}

// all is a reader of everything, with the records of every module.
func (w *world) all() context.Context {
	return w.reader(hallmetric.PermRead, actor.Centre, func(a *actor.Actor) {
		for _, p := range []actor.Permission{rating.PermRead, supervision.PermAlertRead, supervision.PermSampleRead, complaint.PermStuckRead, complaint.PermComplaintRead, workforce.PermAttendance} {
			a.Grants[p] = actor.Centre
		}
	})
}

// figure gives one measure of the whole, or of a subject by its key.
func (w *world) figure(t *testing.T, ctx context.Context, code string, p metric.Period, subject string) metric.Figure {
	t.Helper()
	s, err := w.Metrics.Figures(ctx, hallmetric.Query{Measures: []string{code}, Period: p, Subject: subject})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Lines) != 1 {
		t.Fatalf("%s of %q has %d lines", code, subject, len(s.Lines))
	}
	return s.Lines[0].Values[0].Figure
}

func text(f metric.Figure) string { return f.Text() + " " + f.NumText() + "/" + f.DenText() }

// put inserts a closed case as it would be in its row; what a test is about it changes.
func (w *world) put(t *testing.T, change func(c *casework.Case)) casework.Case {
	t.Helper()
	w.rows++
	at := clock.MustInstant("2025-10-09 09:00")
	c := casework.Case{CentreID: w.Centre, ID: casework.CaseID(fmt.Sprintf("case%022d", w.rows)), No: fmt.Sprintf("B20251009-%04d", w.rows), ItemName: "测试事项", UnitID: w.Unit.ID, SiteID: w.Hall.ID, Kind: item.Promised,
		State: casework.Closed, Channel: casework.ChannelWindow, ReceivedAt: at, CompleteAt: at, AcceptedAt: at, Mode: casework.NormalMode, DecidedAt: clock.MustInstant("2025-10-15 10:00"), Decision: casework.Granted,
		ClosedAt: clock.MustInstant("2025-10-15 11:00"), CloseCode: casework.CloseIssued, Trips: 1, PromiseDue: clock.MustDate("2025-10-16").End(), StatutoryDue: clock.MustDate("2025-10-30").End(), EventHash: []byte{}}
	change(&c)
	c.Open = c.State.Open()
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return store.Insert(tx, "casework_case", c) }); err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) unit(t *testing.T, name string) org.Unit {
	t.Helper()
	return orgtest.Unit(t, w.Org, w.Centre, name, "")
}

var october = metric.Month(clock.MustDate("2025-10-01"))

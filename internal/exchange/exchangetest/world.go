// Package exchangetest builds a centre that shares data for the tests of any module: the hall of caseworktest with a
// provider beside it, entries of the catalogue in force, and grants given by the real use cases.
package exchangetest

import (
	"context"
	"io/fs"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/exchange"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// Migrations are those that the ledger needs in a test database.
func Migrations() []fs.FS { return append(caseworktest.Migrations(), exchange.Migrations) }

// World is a hall with a provider of data, 市公安局.
type World struct {
	*caseworktest.World
	Exchange *exchange.Module
	Police   org.Unit
}

// New makes the world on a migrated database.
func New(t testing.TB, db *store.DB) *World {
	t.Helper()
	w := &World{World: caseworktest.New(t, db, orgtest.Contribution{Permissions: exchange.Permissions(), Grants: exchange.Grants()})}
	w.Exchange = exchange.New(exchange.Deps{DB: db, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar, Party: w.Party, Item: w.Item, Casework: w.Casework, Attest: w.Attest, Wake: w.Jobs.Wake})
	w.Exchange.RegisterJobs(w.Jobs)
	w.Police = orgtest.Unit(t, w.Org, w.Centre, "市公安局", "")
	return w
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

// Provider is an approver of the provider.
func (w *World) Provider(t testing.TB) context.Context {
	t.Helper()
	return w.Person(t, "provider", orgtest.Where{Unit: w.Police.ID}, org.RoleApprover).Ctx
}

// Info is somebody of 政务信息股, who reviews.
func (w *World) Info(t testing.TB) context.Context {
	t.Helper()
	return w.As(t, org.RoleInfo)
}

// Content is an entry of a class with three fields.
func Content(class exchange.Class) exchange.EntryContent {
	c := exchange.EntryContent{Name: "户籍信息", Class: class, Cycle: "day", Source: "省人口库", Fields: []exchange.DataField{{Code: "XM", Name: "姓名", Personal: true}, {Code: "SFZH", Name: "身份证号", Personal: true}, {Code: "HKXZ", Name: "户口性质"}}}
	if class != exchange.Unconditional {
		c.Basis, c.Conditions = "《居民身份证法》第六条", "仅用于办理列明的事项"
	}
	return c
}

// Publish puts an entry of the provider in force.
func (w *World) Publish(t testing.TB, class exchange.Class) exchange.Entry {
	t.Helper()
	e, err := w.Exchange.DraftEntry(w.Provider(t), exchange.NewEntry{UnitID: w.Police.ID, Content: Content(class)})
	if err == nil {
		_, err = w.Exchange.MoveEntry(w.Provider(t), e.ID, 0, exchange.SubmitEntry, "")
	}
	if err == nil {
		_, err = w.Exchange.MoveEntry(w.Info(t), e.ID, 0, exchange.PublishEntry, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Input is a request for two fields of an entry, for an item, until the end of 2026.
func (w *World) Input(e exchange.Entry, it item.Item) exchange.RequestInput {
	return exchange.RequestInput{EntryID: e.ID, UnitID: w.Unit.ID, Purpose: "核验申请人户籍", Basis: "《劳务派遣行政许可实施办法》第八条", Fields: []string{"XM", "HKXZ"}, Items: []string{it.ID}, From: w.Clock.Now().Date(), To: clock.MustDate("2026-12-31")}
}

// Submitted asks for an entry and submits the request.
func (w *World) Submitted(t testing.TB, in exchange.RequestInput) exchange.Request {
	t.Helper()
	r, err := w.Exchange.Ask(w.Approver(t, 1), in)
	if err != nil {
		t.Fatal(err)
	}
	return w.Act(t, w.Approver(t, 1), r, exchange.ActSubmit, "")
}

// Act does one thing to a request.
func (w *World) Act(t testing.TB, ctx context.Context, r exchange.Request, act exchange.Action, reason string) exchange.Request {
	t.Helper()
	r, err := w.Exchange.Act(ctx, exchange.Command{ID: r.ID}, act, exchange.Terms{Reason: reason})
	if err != nil {
		t.Fatal(act, err)
	}
	return r
}

// Granted brings a request for unconditional data to use.
func (w *World) Granted(t testing.TB, it item.Item, change ...func(*exchange.RequestInput)) (exchange.Entry, exchange.Request) {
	t.Helper()
	e := w.Publish(t, exchange.Unconditional)
	in := w.Input(e, it)
	for _, f := range change {
		f(&in)
	}
	return e, w.Act(t, w.Info(t), w.Submitted(t, in), exchange.ActPass, "")
}

// Use asks for the household data of a case's applicant at the window.
func (w *World) Use(t testing.TB, e exchange.Entry, c casework.Case) (exchange.Usage, error) {
	t.Helper()
	return w.Exchange.Use(w.Window(t), exchange.UseInput{EntryID: e.ID, Case: string(c.ID), Fields: []string{"XM"}})
}

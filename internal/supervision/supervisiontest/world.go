// Package supervisiontest puts supervision on top of the hall of caseworktest, for the tests of any module.
package supervisiontest

import (
	"io/fs"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/supervision"
)

// World is a hall that is supervised, by the rules that are ready to use.
type World struct {
	*caseworktest.World
	Supervision *supervision.Module
}

// Migrations are those that supervision needs in a test database.
func Migrations() []fs.FS { return append(caseworktest.Migrations(), supervision.Migrations) }

// Each runs fn on each engine with a new world.
func Each(t *testing.T, fn func(t *testing.T, w *World)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, New(t, db)) }, Migrations()...)
}

// Open gives a world on one engine.
func Open(t testing.TB, kind store.Engine) *World {
	t.Helper()
	return New(t, storetest.Open(t, kind, Migrations()))
}

// New makes the world on a migrated database; modules above bring their permissions and grants.
func New(t testing.TB, db *store.DB, more ...orgtest.Contribution) *World {
	t.Helper()
	w := &World{World: caseworktest.New(t, db, append(more, orgtest.Contribution{Permissions: supervision.Permissions(), Grants: supervision.Grants()})...)}
	w.Supervision = supervision.New(db, w.Org, w.Calendar, w.Casework, w.Attest)
	w.Supervision.RegisterJobs(w.Jobs)
	if err := db.WithTx(w.System(), func(tx *store.Tx) error { return w.Supervision.Seed(tx, w.Centre) }); err != nil {
		t.Fatal(err)
	}
	return w
}

// Alerts gives the alerts of a case.
func (w *World) Alerts(t testing.TB, id casework.CaseID) []supervision.Alert {
	t.Helper()
	var out []supervision.Alert
	err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		out, err = store.Select[supervision.Alert](tx, "SELECT "+store.Columns[supervision.Alert]("")+" FROM supervision_alert WHERE centre_id = $1 AND case_id = $2 ORDER BY id", w.Centre, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

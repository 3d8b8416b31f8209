package org

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/actor"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// storedRow is Row in the table of TestFilterAgreesWithSees.
type storedRow struct {
	ID     string `db:"id"`
	Centre string `db:"centre_id"`
	Unit   string `db:"unit_id"`
	Site   string `db:"site_id"`
	Owner  string `db:"owner_id"`
}

func (r storedRow) row() Row {
	return Row{CentreID: r.Centre, UnitID: r.Unit, SiteID: r.Site, OwnerID: r.Owner}
}

const testPerm actor.Permission = "test.thing.read"

// everyRow is the product of a few values of each column, empty ones included.
func everyRow() []storedRow {
	var out []storedRow
	values := []string{"", "a", "b", "c"}
	for _, c := range values {
		for _, u := range values {
			for _, s := range values {
				for _, o := range values {
					out = append(out, storedRow{fmt.Sprintf("%03d", len(out)), c, u, s, o})
				}
			}
		}
	}
	return out
}

func drawActor(t *rapid.T) *actor.Actor {
	value := rapid.SampledFrom([]string{"", "a", "b", "c", "d"})
	kind := rapid.SampledFrom([]actor.Kind{actor.Anonymous, actor.User, actor.Token, actor.Citizen, actor.System}).Draw(t, "kind")
	a := &actor.Actor{Kind: kind, UserID: value.Draw(t, "user"), CentreID: value.Draw(t, "centre"), UnitID: value.Draw(t, "unit"),
		SiteID: value.Draw(t, "site"), UnitIDs: rapid.SliceOfN(value, 0, 4).Draw(t, "units")}
	if scope := actor.Scope(rapid.IntRange(0, int(actor.All)).Draw(t, "scope")); scope > actor.None {
		a.Grants = map[actor.Permission]actor.Scope{testPerm: scope}
	}
	return a
}

func drawColumns(t *rapid.T) Columns {
	some := func(name string) string {
		if rapid.IntRange(0, 4).Draw(t, "has "+name) == 0 {
			return ""
		}
		return name
	}
	return Columns{Centre: "centre_id", Unit: some("unit_id"), Site: some("site_id"), Owner: some("owner_id")}
}

// without forgets what the columns do not name, as a record in memory would not have it either.
func (r storedRow) without(c Columns) Row {
	row := r.row()
	if c.Unit == "" {
		row.UnitID = ""
	}
	if c.Site == "" {
		row.SiteID = ""
	}
	if c.Owner == "" {
		row.OwnerID = ""
	}
	return row
}

func TestFilterAgreesWithSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rows := everyRow()
		err := db.WithTx(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Exec("CREATE TABLE thing (id TEXT PRIMARY KEY, centre_id TEXT NOT NULL, unit_id TEXT NOT NULL, site_id TEXT NOT NULL, owner_id TEXT NOT NULL)"); err != nil {
				return err
			}
			for _, r := range rows {
				if err := store.Insert(tx, "thing", r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			a, cols := drawActor(rt), drawColumns(rt)
			var want []string
			for _, r := range rows {
				if Sees(a, testPerm, r.without(cols)) {
					want = append(want, r.ID)
				}
			}
			cond, args := Filter(a, testPerm, cols)
			w := (&store.Where{}).And(cond, args...)
			var got []string
			if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
				got, err = store.Select[string](tx, "SELECT id FROM thing"+w.SQL()+" ORDER BY id", w.Args...)
				return err
			}); err != nil {
				rt.Fatal(err)
			}
			if !slices.Equal(got, want) {
				rt.Fatalf("SQL finds %d rows, memory %d; condition %s %v", len(got), len(want), cond, args)
			}
		})
	}, Migrations)
}

func TestScopeStaysInCentre(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := drawActor(rt)
		for _, r := range everyRow() {
			sees := Sees(a, testPerm, r.row())
			if sees && a.Scope(testPerm) < actor.All && r.Centre != a.CentreID {
				rt.Fatalf("%v sees centre %q from %q", a.Scope(testPerm), r.Centre, a.CentreID)
			}
			if sees && a.Kind == actor.System && a.CentreID != "" && r.Centre != a.CentreID {
				rt.Fatalf("the program in centre %q sees centre %q", a.CentreID, r.Centre)
			}
			if sees && a.Scope(testPerm) == actor.None {
				rt.Fatal("sees without the permission")
			}
		}
	})
}

// TestScopeTable pins what each scope means, so that the property above cannot be true of two wrong sides.
func TestScopeTable(t *testing.T) {
	me := actor.Actor{Kind: actor.User, UserID: "me", CentreID: "c", UnitID: "u", UnitIDs: []string{"u", "u1"}, SiteID: "s"}
	rows := map[string]Row{
		"mine":           {CentreID: "c", UnitID: "x", SiteID: "x", OwnerID: "me"},
		"my unit's":      {CentreID: "c", UnitID: "u", SiteID: "x", OwnerID: "x"},
		"below my unit":  {CentreID: "c", UnitID: "u1", SiteID: "x", OwnerID: "x"},
		"my site's":      {CentreID: "c", UnitID: "x", SiteID: "s", OwnerID: "x"},
		"my centre's":    {CentreID: "c", UnitID: "x", SiteID: "x", OwnerID: "x"},
		"mine elsewhere": {CentreID: "d", UnitID: "u", SiteID: "s", OwnerID: "me"},
	}
	want := map[actor.Scope][]string{
		actor.None:   nil,
		actor.Own:    {"mine"},
		actor.Unit:   {"below my unit", "mine", "my unit's"},
		actor.Site:   {"mine", "my site's"},
		actor.Centre: {"below my unit", "mine", "my centre's", "my site's", "my unit's"},
		actor.All:    {"below my unit", "mine", "mine elsewhere", "my centre's", "my site's", "my unit's"},
	}
	for scope, names := range want {
		a := me
		a.Grants = map[actor.Permission]actor.Scope{testPerm: scope}
		var got []string
		for name, r := range rows {
			if Sees(&a, testPerm, r) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, names) {
			t.Errorf("%v: sees %v, want %v", scope, got, names)
		}
	}
}

// Package orgtest builds centres, units and people for the tests of any module.
package orgtest

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations are those that package org needs in a test database.
func Migrations() []fs.FS {
	return []fs.FS{jobs.Migrations, audit.Migrations, once.Migrations, org.Migrations}
}

// Contribution is what another module adds to the table of grants.
type Contribution struct {
	Permissions []actor.PermissionInfo
	Grants      []org.Grant
	Keys        *crypt.Keyring // of the whole test; nil for keys of its own
}

// New makes the module on a migrated database with keys in memory.
func New(t testing.TB, db *store.DB, more ...Contribution) *org.Module {
	t.Helper()
	d := org.Deps{DB: db, Keys: crypt.Generate()}
	for _, c := range more {
		d.Permissions = append(d.Permissions, c.Permissions...)
		d.Grants = append(d.Grants, c.Grants...)
		if c.Keys != nil {
			d.Keys = c.Keys
		}
	}
	m, err := org.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var serial atomic.Int64

// Centre makes a county centre and gives its id.
func Centre(t testing.TB, m *org.Module) string {
	t.Helper()
	n := serial.Add(1)
	c, err := m.CreateCentre(System(""), org.CentreInput{Code: fmt.Sprintf("c%d", n), Name: fmt.Sprintf("测试中心%d", n), Division: "622901", Tier: org.TierCounty})
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// System is a context in which the program itself acts in a centre.
func System(centre string) context.Context {
	return actor.With(context.Background(), actor.SystemFor(centre))
}

// Unit makes a handling unit of a centre; parent may be empty.
func Unit(t testing.TB, m *org.Module, centre, name, parent string) org.Unit {
	t.Helper()
	u, err := m.CreateUnit(System(centre), org.UnitInput{Name: name, Kinds: []org.UnitKind{org.UnitHandling}, Group: org.GroupCounty,
		ParentID: parent, ActiveFrom: clock.NoDate, ActiveTo: clock.NoDate})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Site makes a branch of a centre.
func Site(t testing.TB, m *org.Module, centre, name string) org.Site {
	t.Helper()
	s, err := m.CreateSite(System(centre), org.SiteInput{Name: name, Kind: org.SiteBranch})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Person is somebody who is signed in.
type Person struct {
	org.User
	Password string
	Actor    *actor.Actor
	Ctx      context.Context // carries Actor
}

// Where says where a person works; the zero value is nowhere.
type Where struct {
	Unit string
	Site string
}

// User makes a person with roles in a centre.
func User(t testing.TB, m *org.Module, centre string, at Where, roles ...string) Person {
	t.Helper()
	name := "user"
	if len(roles) > 0 {
		name = strings.ReplaceAll(roles[0], "_", "")
	}
	name = fmt.Sprintf("%s%d", name, serial.Add(1))
	u, password, err := m.AddAccount(System(centre), org.AccountInput{Roles: roles,
		UserInput: org.UserInput{Username: name, DisplayName: "测试" + name, UnitID: at.Unit, SiteID: at.Site}})
	if err != nil {
		t.Fatal(err)
	}
	return SignedIn(t, m, u, password)
}

// SignedIn gives the person of an account as its session would.
func SignedIn(t testing.TB, m *org.Module, u org.User, password string) Person {
	t.Helper()
	a, err := m.Authenticate(context.Background(), u.Subject(), u.EpochText())
	if err != nil {
		t.Fatal(err)
	}
	return Person{User: u, Password: password, Actor: a, Ctx: actor.With(context.Background(), a)}
}

package org

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// ErrDemoExists says that the demonstration was made before.
var ErrDemoExists = errs.New(errs.Conflict, "org.demo_exists", "演示数据已经存在，没有重复生成。需要重来请换一个空的数据文件。")

// DemoAccount is one person of the demonstration with the password to print once.
type DemoAccount struct {
	User     User
	Password string
}

// Demo is what SeedDemo made, by the names in demo_data.go.
type Demo struct {
	Centre   Centre
	Sites    map[string]Site // by name
	Units    map[string]Unit // by short name
	Accounts []DemoAccount   // in the order of roles
}

// Account gives the account of a user name.
func (d *Demo) Account(username string) (DemoAccount, bool) {
	for _, a := range d.Accounts {
		if a.User.Username == username {
			return a, true
		}
	}
	return DemoAccount{}, false
}

// SeedDemo makes the demonstration centre 临夏市政务中心 with its sections, units, sites and one person for each role.
// Passwords are random and need no change at the first sign-in. Only the program itself may; a second call fails.
func (m *Module) SeedDemo(ctx context.Context) (Demo, error) {
	if actor.From(ctx).Kind != actor.System {
		return Demo{}, actor.ErrForbidden.With("permission", string(PermCentreCreate))
	}
	centre, err := m.demoCentre(ctx)
	if err != nil {
		return Demo{}, err
	}
	people := demoPeople()
	passwords, hashes := make([]string, len(people)), make([]string, len(people))
	for i := range people {
		passwords[i] = oneTimePassword()
		if hashes[i], err = m.hasher.hash(ctx, passwords[i], randomParams); err != nil {
			return Demo{}, err
		}
	}
	var d Demo
	a := actor.SystemFor(centre.ID)
	err = m.db.WithTx(actor.With(ctx, a), func(tx *store.Tx) error {
		d = Demo{Centre: centre, Sites: map[string]Site{}, Units: map[string]Unit{}}
		if err := requireEmpty(tx, centre.ID); err != nil {
			return err
		}
		if err := demoPlaces(tx, &d); err != nil {
			return err
		}
		for i, p := range people {
			u, err := m.createUser(tx, a, tx.NewID(), UserInput{Username: p.username, DisplayName: p.name, Title: p.title,
				UnitID: d.Units[p.unit].ID, SiteID: d.Sites[p.site].ID}, hashes[i])
			if err != nil {
				return err
			}
			u.MustChange, u.RoleList = false, joinList(p.roles)
			if err := saveUser(tx, &u); err != nil {
				return err
			}
			d.Accounts = append(d.Accounts, DemoAccount{User: u.User, Password: passwords[i]})
		}
		return nil
	})
	return d, err
}

// demoCentre finds or makes the centre; an earlier call may have ended between the two transactions.
func (m *Module) demoCentre(ctx context.Context) (Centre, error) {
	c, err := m.CentreByCode(ctx, demoCentreInput.Code)
	if errors.Is(err, ErrCentreMissing) {
		return m.CreateCentre(ctx, demoCentreInput)
	}
	return c, err
}

func requireEmpty(tx *store.Tx, centre string) error {
	if _, err := loadCentre(tx, centre, true); err != nil {
		return err
	}
	units, err := store.Select[string](tx, "SELECT id FROM org_unit WHERE centre_id = $1 LIMIT 1", centre)
	if err == nil && len(units) > 0 {
		err = ErrDemoExists
	}
	return err
}

func demoPlaces(tx *store.Tx, d *Demo) error {
	for i, s := range demoSites() {
		s.Sort = int64(i+1) * 10
		if s.Kind != SiteHall {
			s.ParentID = d.Sites[demoHall].ID
		}
		site, err := createSite(tx, d.Centre.ID, tx.NewID(), s)
		if err != nil {
			return err
		}
		d.Sites[site.Name] = site
	}
	for i, u := range demoUnits() {
		in := UnitInput{Name: u.name, ShortName: u.short, Kinds: u.kinds, Group: u.group, Division: u.division, Sort: int64(i+1) * 10,
			ParentID: d.Units[u.parent].ID, SiteID: d.Sites[u.site].ID, ActiveFrom: clock.NoDate, ActiveTo: clock.NoDate}
		unit, err := createUnit(tx, d.Centre.ID, tx.NewID(), in)
		if err != nil {
			return err
		}
		d.Units[unit.Short()] = unit
	}
	return nil
}

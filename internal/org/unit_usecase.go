package org

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// CreateUnit makes a unit in the actor's centre; a repeated key gives the unit of the first time.
func (m *Module) CreateUnit(ctx context.Context, in UnitInput) (Unit, error) {
	if err := actor.From(ctx).Require(PermUnitWrite); err != nil {
		return Unit{}, err
	}
	if err := in.validate(); err != nil {
		return Unit{}, err
	}
	var u Unit
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		centre, id := actor.From(ctx).CentreID, tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "org.unit_create", in, id)
		if repeated {
			u, err = loadUnit(tx, centre, prior, false)
		} else if err == nil {
			u, err = createUnit(tx, centre, id, in)
		}
		return err
	})
	return u, taken(err, ErrUnitTaken)
}

// CreateUnitTx makes a unit inside the transaction of another module, such as a list that brings units with it.
func (m *Module) CreateUnitTx(tx *store.Tx, in UnitInput) (Unit, error) {
	a := actor.From(tx.Context())
	if err := a.Require(PermUnitWrite); err != nil {
		return Unit{}, err
	}
	if err := in.validate(); err != nil {
		return Unit{}, err
	}
	return createUnit(tx, a.CentreID, tx.NewID(), in)
}

func createUnit(tx *store.Tx, centre, id string, in UnitInput) (Unit, error) {
	if _, err := loadCentre(tx, centre, true); err != nil { // one change of the tree at a time
		return Unit{}, err
	}
	u := Unit{CentreID: centre, ID: id, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1}
	in.apply(&u)
	if err := placeUnit(tx, &u); err != nil {
		return u, err
	}
	if err := store.Insert(tx, "org_unit", u); err != nil {
		return u, err
	}
	return u, audit.Record(tx, unitEntry("org.unit_create", &u))
}

func unitEntry(action string, u *Unit) audit.Entry {
	return audit.Entry{Action: action, Permission: PermUnitWrite, Kind: "unit", Object: u.ID, Detail: map[string]any{
		"name": u.Name, "kinds": u.KindList, "group": u.Group, "parent": u.ParentID, "site": u.SiteID,
		"from": u.ActiveFrom.String(), "to": u.ActiveTo.String()}}
}

// placeUnit checks the parent and site, and sets path and level.
func placeUnit(tx *store.Tx, u *Unit) error {
	if u.SiteID != "" {
		if _, err := loadSite(tx, u.CentreID, u.SiteID, false); err != nil {
			return ErrInput.Field("site_id", "没有这个站点")
		}
	}
	if u.ParentID == "" {
		return u.place(nil)
	}
	parent, err := loadUnit(tx, u.CentreID, u.ParentID, false)
	if err != nil {
		return ErrInput.Field("parent_id", "没有这个上级单位")
	}
	return u.place(&parent)
}

// ChangeUnit changes a unit; version is the one that was read.
func (m *Module) ChangeUnit(ctx context.Context, id string, version int64, in UnitInput) (Unit, error) {
	if err := in.validate(); err != nil {
		return Unit{}, err
	}
	return m.editUnit(ctx, id, version, "org.unit_change", func(tx *store.Tx, u *Unit) error {
		return changeUnit(tx, u, in)
	})
}

// changeUnit applies the input to a loaded unit and moves what is below it along.
func changeUnit(tx *store.Tx, u *Unit, in UnitInput) error {
	oldPath, oldLevel, wasActive := u.Path, u.Level, u.Active(tx.Now().Date())
	below, err := unitsBelow(tx, u)
	if err != nil {
		return err
	}
	in.apply(u)
	if err := placeUnit(tx, u); err != nil {
		return err
	}
	if wasActive && !u.Active(tx.Now().Date()) {
		if err := requireUnused(tx, u); err != nil {
			return err
		}
	}
	if u.Path == oldPath && u.Level == oldLevel {
		return nil
	}
	for _, d := range below {
		d.Path, d.Level = u.Path+d.Path[len(oldPath):], d.Level+u.Level-oldLevel
		if d.Level > maxLevel {
			return ErrUnitDepth.Field("parent_id", "下级“%s”会超过四级", d.Name)
		}
		if err := tx.Queue("UPDATE org_unit SET path = $1, level = $2 WHERE centre_id = $3 AND id = $4", d.Path, d.Level, d.CentreID, d.ID); err != nil {
			return err
		}
	}
	return nil
}

// DeactivateUnit ends a unit from a day on. Its records stay.
func (m *Module) DeactivateUnit(ctx context.Context, id string, version int64, from clock.Date) (Unit, error) {
	return m.editUnit(ctx, id, version, "org.unit_deactivate", func(tx *store.Tx, u *Unit) error {
		if from.IsZero() {
			from = tx.Now().Date()
		}
		if !u.ActiveFrom.IsZero() && from < u.ActiveFrom {
			return ErrInput.Field("active_to", "停用日期不能早于启用日期 %s", u.ActiveFrom)
		}
		u.ActiveTo = from
		return requireUnused(tx, u)
	})
}

// requireUnused refuses to end a unit that active users or units still belong to.
func requireUnused(tx *store.Tx, u *Unit) error {
	users, err := store.Select[string](tx, "SELECT username FROM org_user WHERE centre_id = $1 AND unit_id = $2 AND active LIMIT 1", u.CentreID, u.ID)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return ErrUnitHasUsers.With("user", users[0])
	}
	below, err := unitsBelow(tx, u)
	if err != nil {
		return err
	}
	for i := range below {
		if to := below[i].ActiveTo; to.IsZero() || to > u.ActiveTo {
			return ErrUnitHasUsers.With("unit", below[i].ID)
		}
	}
	return nil
}

func (m *Module) editUnit(ctx context.Context, id string, version int64, action string, rule func(*store.Tx, *Unit) error) (Unit, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUnitWrite); err != nil {
		return Unit{}, err
	}
	var u Unit
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if _, err = loadCentre(tx, a.CentreID, true); err != nil { // one change of the tree at a time
			return err
		}
		if u, err = loadUnit(tx, a.CentreID, id, true); err != nil {
			return err
		}
		if !Sees(a, PermUnitWrite, u.Row()) {
			return ErrUnitMissing.Hide()
		}
		if u.Version != version {
			return store.ErrStale.With("version", u.Version)
		}
		if err := rule(tx, &u); err != nil {
			return err
		}
		return saveUnit(tx, &u, action)
	})
	return u, taken(err, ErrUnitTaken)
}

func saveUnit(tx *store.Tx, u *Unit, action string) error {
	u.UpdatedAt, u.Version = tx.Now(), u.Version+1
	if err := store.Update(tx, "org_unit", u, "centre_id", "id"); err != nil {
		return err
	}
	return audit.Record(tx, unitEntry(action, u))
}

// Unit gives a unit of the actor's centre.
func (m *Module) Unit(ctx context.Context, id string) (Unit, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUnitRead); err != nil {
		return Unit{}, err
	}
	var u Unit
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		u, err = loadUnit(tx, a.CentreID, id, false)
		return err
	})
	if err == nil && !Sees(a, PermUnitRead, u.Row()) {
		err = ErrUnitMissing.Hide()
	}
	return u, err
}

// UnitTx gives a unit of a centre inside a transaction, for modules that have checked their own permission.
func (m *Module) UnitTx(tx *store.Tx, centre, id string) (Unit, error) {
	return loadUnit(tx, centre, id, false)
}

// UnitsTx gives units of a centre by id inside a transaction. Ids may come more than once or be empty; unknown ones are
// left out.
func (m *Module) UnitsTx(tx *store.Tx, centre string, ids []string) (map[string]Unit, error) {
	out := make(map[string]Unit, len(ids))
	var once []string
	for _, unit := range ids {
		if unit != "" && !slices.Contains(once, unit) {
			once = append(once, unit)
		}
	}
	if len(once) == 0 {
		return out, nil
	}
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "id", once)
	err := store.Each(tx, func(u *Unit) error {
		out[u.ID] = *u
		return nil
	}, "SELECT "+store.Columns[Unit]("")+" FROM org_unit"+w.SQL(), w.Args...)
	return out, err
}

// UnitByNameTx finds a unit by its name, code or short name inside a transaction.
func (m *Module) UnitByNameTx(tx *store.Tx, centre, name string) (Unit, error) {
	return findUnit(tx, centre, name)
}

func findUnit(tx *store.Tx, centre, name string) (Unit, error) {
	u, err := store.Get[Unit](tx, "SELECT "+store.Columns[Unit]("")+" FROM org_unit WHERE centre_id = $1 AND (name = $2 OR $2 <> '' AND (code = $2 OR short_name = $2)) ORDER BY CASE WHEN name = $2 THEN 0 WHEN code = $2 THEN 1 ELSE 2 END, sort, id LIMIT 1", centre, name)
	return u, missing(err, ErrUnitMissing)
}

// UnitQuery chooses units; empty fields do not restrict.
type UnitQuery struct {
	Text     string // part of name, short name or code
	Kind     UnitKind
	Group    UnitGroup
	ParentID string
	SiteID   string
	ActiveOn clock.Date
	After    string // as given by the page before
	Limit    int
}

// Units lists units of the actor's centre in the centre's own order (Sort, then age), which no collation changes.
func (m *Module) Units(ctx context.Context, q UnitQuery) (list []Unit, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermUnitRead); err != nil {
		return nil, "", err
	}
	w, err := q.where(a)
	if err != nil {
		return nil, "", err
	}
	limit := pageSize(q.Limit)
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = selectPage[Unit](tx, "org_unit", w, "sort, id", limit+1)
		return err
	})
	if len(list) > limit {
		list, next = list[:limit], sortCursor(list[limit-1].Sort, list[limit-1].ID)
	}
	return list, next, err
}

func (q *UnitQuery) where(a *actor.Actor) (*store.Where, error) {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	cond, args := Filter(a, PermUnitRead, Columns{Centre: "centre_id", Unit: "id", Site: "site_id"})
	w.And(cond, args...)
	if q.Text != "" {
		like := containing(q.Text)
		w.And("(lower(name) LIKE ? ESCAPE '!' OR lower(short_name) LIKE ? ESCAPE '!' OR lower(code) LIKE ? ESCAPE '!')", like, like, like)
	}
	if q.Kind != "" {
		w.And("(',' || kinds || ',') LIKE ?", "%,"+string(q.Kind)+",%")
	}
	if q.Group != "" {
		w.And("unit_group = ?", q.Group)
	}
	if q.ParentID != "" {
		w.And("parent_id = ?", q.ParentID)
	}
	if q.SiteID != "" {
		w.And("site_id = ?", q.SiteID)
	}
	if !q.ActiveOn.IsZero() {
		day := q.ActiveOn.String()
		w.And("active_from <= ? AND (active_to = '' OR active_to > ?)", day, day)
	}
	return w, afterSort(w, q.After)
}

// UnitTree lists every unit of the actor's centre with parents before children, in the centre's order.
func (m *Module) UnitTree(ctx context.Context) ([]Unit, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUnitRead); err != nil {
		return nil, err
	}
	var all []Unit
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		q := UnitQuery{}
		w, err := q.where(a)
		if err != nil {
			return err
		}
		all, err = store.Select[Unit](tx, "SELECT "+store.Columns[Unit]("")+" FROM org_unit"+w.SQL()+" ORDER BY sort, id", w.Args...)
		return err
	})
	return treeOrder(all), err
}

// treeOrder puts children behind their parents and keeps the order among siblings. Units whose parent is not in the
// list stand at the top.
func treeOrder(all []Unit) []Unit {
	known := map[string]bool{}
	for i := range all {
		known[all[i].ID] = true
	}
	children := map[string][]Unit{}
	for _, u := range all {
		parent := u.ParentID
		if !known[parent] {
			parent = ""
		}
		children[parent] = append(children[parent], u)
	}
	out := make([]Unit, 0, len(all))
	var walk func(parent string)
	walk = func(parent string) {
		for _, u := range children[parent] {
			out = append(out, u)
			walk(u.ID)
		}
	}
	walk("")
	return out
}

// FindPlace finds a unit by its name, short name or code and a site by its name or code in the actor's centre; "" gives
// "".
func (m *Module) FindPlace(ctx context.Context, unit, site string) (unitID, siteID string, err error) {
	a := actor.From(ctx)
	if err := errors.Join(a.Require(PermUnitRead), a.Require(PermSiteRead)); err != nil {
		return "", "", err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		if unit != "" {
			u, err := findUnit(tx, a.CentreID, unit)
			if err != nil {
				return err
			}
			unitID = u.ID
		}
		if site != "" {
			s, err := siteByKey(tx, a.CentreID, site, site)
			if err != nil {
				return err
			}
			siteID = s.ID
		}
		return nil
	})
	return unitID, siteID, err
}

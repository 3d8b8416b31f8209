package org

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

// User gives an account that the actor may see.
func (m *Module) User(ctx context.Context, id string) (User, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUserRead); err != nil {
		return User{}, err
	}
	var u account
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		u, err = loadUser(tx, a.CentreID, id, false)
		return err
	})
	if err == nil && !Sees(a, PermUserRead, u.Row()) {
		err = ErrUserMissing.Hide()
	}
	if err != nil {
		return User{}, err
	}
	return u.User, nil
}

// UserByName gives an account of the actor's centre by user name.
func (m *Module) UserByName(ctx context.Context, username string) (User, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUserRead); err != nil {
		return User{}, err
	}
	var id string
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		id, err = store.Get[string](tx, "SELECT id FROM org_user WHERE centre_id = $1 AND username = $2", a.CentreID, normalUsername(username))
		return missing(err, ErrUserMissing)
	})
	if err != nil {
		return User{}, err
	}
	return m.User(ctx, id)
}

// UserTx gives an account of a centre inside a transaction, for modules that have checked their own permission.
func (m *Module) UserTx(tx *store.Tx, centre, id string) (User, error) {
	u, err := loadUser(tx, centre, id, false)
	return u.User, err
}

// UserNamesTx gives the display names of users by id inside a transaction; unknown ids are left out.
func (m *Module) UserNamesTx(tx *store.Tx, centre string, ids []string) (map[string]string, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "id", ids)
	type named struct {
		ID   string `db:"id"`
		Name string `db:"display_name"`
	}
	out := make(map[string]string, len(ids))
	err := store.Each(tx, func(n *named) error {
		out[n.ID] = n.Name
		return nil
	}, "SELECT id, display_name FROM org_user"+w.SQL(), w.Args...)
	return out, err
}

// UsersWithRoleTx lists a centre's active users that hold a role, by user name; unit restricts them where not empty.
func (m *Module) UsersWithRoleTx(tx *store.Tx, centre, role, unit string) ([]User, error) {
	q := UserQuery{Role: role, UnitID: unit, Active: true}
	w := (&store.Where{}).And("centre_id = ?", centre)
	q.restrict(w)
	return store.Select[User](tx, "SELECT "+store.Columns[User]("")+" FROM org_user"+w.SQL()+" ORDER BY username", w.Args...)
}

// UserQuery chooses users; empty fields do not restrict.
type UserQuery struct {
	Text   string // part of user name, display name or title
	Phone  string // whole telephone number
	Role   string
	UnitID string
	SiteID string
	Active bool // only open accounts
	After  string
	Limit  int
}

func (q *UserQuery) restrict(w *store.Where) {
	if q.Text != "" {
		like := containing(q.Text)
		w.And("(username LIKE ? ESCAPE '!' OR lower(display_name) LIKE ? ESCAPE '!' OR lower(title) LIKE ? ESCAPE '!')", like, like, like)
	}
	if q.Role != "" {
		w.And("(',' || roles || ',') LIKE ?", "%,"+q.Role+",%")
	}
	if q.UnitID != "" {
		w.And("unit_id = ?", q.UnitID)
	}
	if q.SiteID != "" {
		w.And("site_id = ?", q.SiteID)
	}
	if q.Active {
		w.And("active")
	}
	if q.After != "" {
		w.And("username > ?", q.After)
	}
}

// Users lists accounts that the actor may see, by user name.
func (m *Module) Users(ctx context.Context, q UserQuery) (list []User, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermUserRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	cond, args := Filter(a, PermUserRead, userColumns)
	w.And(cond, args...)
	q.restrict(w)
	if q.Phone != "" {
		if err := a.Require(PermUserPhone); err != nil { // whoever may search by number could find it out
			return nil, "", err
		}
		w.And("phone_bix = ?", m.keys.BlindIndex(crypt.KindPhone, q.Phone))
	}
	limit := pageSize(q.Limit)
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = selectPage[User](tx, "org_user", w, "username", limit+1)
		return err
	})
	if len(list) > limit {
		list, next = list[:limit], list[limit-1].Username
	}
	return list, next, err
}

// Phone gives an account's telephone number; every reading but one's own is written to the audit log.
func (m *Module) Phone(ctx context.Context, id string) (crypt.PhoneNumber, error) {
	a := actor.From(ctx)
	own := a.UserID != "" && id == a.UserID
	if err := a.Require(PermUserPhone); err != nil && !own {
		return "", err
	}
	var sealed []byte
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		u, err := loadUser(tx, a.CentreID, id, false)
		if err != nil {
			return err
		}
		sealed = u.PhoneEnc
		if own {
			return nil
		}
		if !Sees(a, PermUserPhone, u.Row()) {
			return ErrUserMissing.Hide()
		}
		return audit.Record(tx, audit.Entry{Action: "org.user_phone_read", Permission: PermUserPhone, Kind: "user", Object: u.ID})
	})
	if err != nil {
		return "", err
	}
	text, err := m.keys.Open(sealed)
	return crypt.PhoneNumber(text), err
}

// HasPhone reports whether the account has a telephone number on file.
func (u *User) HasPhone() bool { return len(u.PhoneEnc) > 0 }

// UserNames gives the display names of users of the actor's centre by id, for lists that name who did what.
func (m *Module) UserNames(ctx context.Context, ids []string) (map[string]string, error) {
	a := actor.From(ctx)
	if a.Kind == actor.Anonymous || a.Kind == actor.Citizen {
		return nil, actor.ErrSignIn
	}
	var out map[string]string
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.UserNamesTx(tx, a.CentreID, ids)
		return err
	})
	return out, err
}

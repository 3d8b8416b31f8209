package org

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/crypt"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// CreateUser makes an account without roles and gives its one-time password, which is shown this once and must be
// changed at the first sign-in. A repeated key gives the account of the first time, without its password.
func (m *Module) CreateUser(ctx context.Context, in UserInput) (User, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUserWrite); err != nil {
		return User{}, "", err
	}
	if err := in.validate(); err != nil {
		return User{}, "", err
	}
	password := oneTimePassword()
	hash, err := m.hasher.hash(ctx, password, randomParams)
	if err != nil {
		return User{}, "", err
	}
	var u account
	var given string
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		id := tx.NewID()
		asked := in
		asked.Phone = m.keys.BlindIndex(crypt.KindPhone, in.Phone)
		prior, repeated, err := once.ClaimContent(tx, in.Key, "org.user_create", asked, id)
		given = password
		if repeated {
			given = ""
			u, err = loadUser(tx, a.CentreID, prior, false)
		} else if err == nil {
			u, err = m.createUser(tx, a, id, in, hash)
		}
		return err
	})
	if err != nil {
		return User{}, "", taken(err, ErrUserTaken)
	}
	return u.User, given, nil
}

func (m *Module) createUser(tx *store.Tx, a *actor.Actor, id string, in UserInput, hash string) (account, error) {
	in.PhoneKeep = false
	u := account{User: User{CentreID: a.CentreID, ID: id, Active: true, MustChange: true, Epoch: 1,
		CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1}, PasswordHash: hash}
	m.applyUser(&u, in)
	if err := checkPlace(tx, a, &u.User); err != nil {
		return u, err
	}
	if err := store.Insert(tx, "org_user", u); err != nil {
		return u, err
	}
	return u, audit.Record(tx, userEntry("org.user_create", PermUserWrite, &u.User))
}

// AccountInput is a whole account at once, as the command line and the demonstration make it.
type AccountInput struct {
	UserInput
	Roles      []string
	Password   string // "" for a random one
	MustChange bool
}

// AddAccount makes an account with its roles in one step and gives its password. Only the program itself may: the
// command line, at the first start and in the demonstration.
func (m *Module) AddAccount(ctx context.Context, in AccountInput) (User, string, error) {
	a := actor.From(ctx)
	if a.Kind != actor.System {
		return User{}, "", actor.ErrForbidden.With("permission", string(PermUserWrite))
	}
	if err := in.validate(); err != nil {
		return User{}, "", err
	}
	if err := checkRoles(in.Roles); err != nil {
		return User{}, "", err
	}
	password, params := in.Password, chosenParams
	if password == "" {
		password, params = oneTimePassword(), randomParams
	} else if err := CheckPassword(in.Username, password); err != nil {
		return User{}, "", err
	}
	hash, err := m.hasher.hash(ctx, password, params)
	if err != nil {
		return User{}, "", err
	}
	var u account
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if u, err = m.createUser(tx, a, tx.NewID(), in.UserInput, hash); err != nil {
			return err
		}
		u.MustChange, u.RoleList = in.MustChange, joinList(in.Roles)
		if err := saveUser(tx, &u); err != nil {
			return err
		}
		return audit.Record(tx, userEntry("org.user_roles", PermRoleAssign, &u.User))
	})
	if err != nil {
		return User{}, "", taken(err, ErrUserTaken)
	}
	return u.User, password, nil
}

func checkRoles(codes []string) error {
	e := ErrInput
	for _, c := range codes {
		if _, ok := findRole(c); !ok {
			e = e.Field("roles", "没有“%s”这个角色", c)
		}
	}
	return e.OrNil()
}

func userEntry(action string, p actor.Permission, u *User) audit.Entry {
	return audit.Entry{Action: action, Permission: p, Kind: "user", Object: u.ID, Detail: map[string]any{
		"username": u.Username, "unit": u.UnitID, "site": u.SiteID, "roles": u.RoleList, "active": u.Active}}
}

func (m *Module) applyUser(u *account, in UserInput) {
	u.Username, u.DisplayName, u.Title, u.UnitID, u.SiteID = in.Username, in.DisplayName, in.Title, in.UnitID, in.SiteID
	if !in.PhoneKeep {
		u.PhoneEnc, u.PhoneBix = m.keys.Seal(in.Phone), m.keys.BlindIndex(crypt.KindPhone, in.Phone)
	}
}

// checkPlace refuses a unit or site that does not exist, and for those who manage their own site only, every place that
// is not on it: otherwise they could give themselves the eyes of any unit.
func checkPlace(tx *store.Tx, a *actor.Actor, u *User) error {
	e := ErrInput
	var unit Unit
	var err error
	if u.UnitID != "" {
		if unit, err = loadUnit(tx, u.CentreID, u.UnitID, false); err != nil {
			e = e.Field("unit_id", "没有这个单位")
		}
	}
	if u.SiteID != "" {
		if _, err := loadSite(tx, u.CentreID, u.SiteID, false); err != nil {
			e = e.Field("site_id", "没有这个站点")
		}
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	if a.Scope(PermUserWrite) >= actor.Centre {
		return nil
	}
	onSite := u.UnitID == "" || a.HasUnit(u.UnitID) || unit.SiteID != "" && unit.SiteID == a.SiteID
	if u.SiteID == "" || u.SiteID != a.SiteID || !onSite {
		return ErrUserReach
	}
	return nil
}

// editUser is the frame of every administrative change of an account: reach, rank, version, save, audit.
func (m *Module) editUser(ctx context.Context, p actor.Permission, id string, version int64, action string, rule func(*store.Tx, *actor.Actor, *account) error) (User, error) {
	a := actor.From(ctx)
	if err := a.Require(p); err != nil {
		return User{}, err
	}
	var u account
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if u, err = loadUser(tx, a.CentreID, id, true); err != nil {
			return err
		}
		if !Sees(a, p, u.Row()) {
			return ErrUserMissing.Hide()
		}
		if u.Version != version {
			return store.ErrStale.With("version", u.Version)
		}
		if err := mayManage(a, &u.User); err != nil {
			return err
		}
		if err := rule(tx, a, &u); err != nil {
			return err
		}
		u.UpdatedAt, u.Version = tx.Now(), u.Version+1
		if err := saveUser(tx, &u); err != nil {
			return err
		}
		return audit.Record(tx, userEntry(action, p, &u.User))
	})
	return u.User, taken(err, ErrUserTaken)
}

// mayManage refuses to touch an account that holds a role which the actor could not give: resetting the password of an
// administrator would make one. One's own account is managed on one's own page.
func mayManage(a *actor.Actor, u *User) error {
	if a.Kind == actor.System {
		return nil
	}
	if u.ID == a.UserID {
		return ErrSelf
	}
	for _, r := range u.Roles() {
		if !mayGive(a.Roles, r) && !assists(a, r) {
			return ErrUserRank.With("role", r)
		}
	}
	return nil
}

// assists lets 政务信息股 help every account but those of administrators, office and leaders (it holds no right to give
// roles, only to reset passwords).
func assists(a *actor.Actor, role string) bool {
	r, ok := findRole(role)
	return ok && slices.Contains(a.Roles, RoleInfo) && slices.Contains(r.Givers, RoleOffice)
}

// ChangeUser changes name, title, telephone, unit and site of an account; version is the one that was read.
func (m *Module) ChangeUser(ctx context.Context, id string, version int64, in UserInput) (User, error) {
	if err := in.validate(); err != nil {
		return User{}, err
	}
	return m.editUser(ctx, PermUserWrite, id, version, "org.user_change", func(tx *store.Tx, a *actor.Actor, u *account) error {
		m.applyUser(u, in)
		return checkPlace(tx, a, &u.User)
	})
}

// SetUserActive closes an account and ends its sessions, or opens it again. Its records stay.
func (m *Module) SetUserActive(ctx context.Context, id string, version int64, active bool) (User, error) {
	return m.editUser(ctx, PermUserWrite, id, version, "org.user_active", func(tx *store.Tx, _ *actor.Actor, u *account) error {
		u.Active = active
		if active {
			u.unlock()
			return nil
		}
		if err := requireOtherAdmin(tx, &u.User); err != nil {
			return err
		}
		return endSessions(tx, u)
	})
}

// SetRoles gives an account exactly these roles. Roles that change must be ones that the actor may give.
func (m *Module) SetRoles(ctx context.Context, id string, version int64, codes []string) (User, error) {
	if err := checkRoles(codes); err != nil {
		return User{}, err
	}
	return m.editUser(ctx, PermRoleAssign, id, version, "org.user_roles", func(tx *store.Tx, a *actor.Actor, u *account) error {
		return setRoles(tx, a, u, codes)
	})
}

func setRoles(tx *store.Tx, a *actor.Actor, u *account, codes []string) error {
	before := u.Roles()
	for _, c := range append(slices.Clone(codes), before...) {
		changes := slices.Contains(codes, c) != slices.Contains(before, c)
		if changes && a.Kind != actor.System && !mayGive(a.Roles, c) {
			return ErrRoleGive.Say("您不能给出或收回“%s”这个角色，没有保存。请由系统管理员办理。", RoleName(c))
		}
	}
	wasAdmin := u.HasRole(RoleAdmin)
	if wasAdmin && !slices.Contains(codes, RoleAdmin) {
		if err := requireOtherAdmin(tx, &u.User); err != nil {
			return err
		}
	}
	u.RoleList = joinList(codes)
	return nil
}

// requireOtherAdmin refuses to take the last active administrator away.
func requireOtherAdmin(tx *store.Tx, u *User) error {
	if !u.HasRole(RoleAdmin) {
		return nil
	}
	if _, err := loadCentre(tx, u.CentreID, true); err != nil { // two administrators cannot remove each other at once
		return err
	}
	others, err := store.Select[string](tx, `SELECT id FROM org_user WHERE centre_id = $1 AND id <> $2 AND active AND (',' || roles || ',') LIKE '%,admin,%' LIMIT 1`, u.CentreID, u.ID)
	if err == nil && len(others) == 0 {
		err = ErrLastAdmin
	}
	return err
}

// ResetPassword gives an account a new one-time password, shown this once, unlocks it and ends its sessions.
func (m *Module) ResetPassword(ctx context.Context, id string, version int64) (User, string, error) {
	if err := actor.From(ctx).Require(PermUserReset); err != nil {
		return User{}, "", err
	}
	password := oneTimePassword()
	hash, err := m.hasher.hash(ctx, password, randomParams)
	if err != nil {
		return User{}, "", err
	}
	u, err := m.editUser(ctx, PermUserReset, id, version, "org.password_reset", func(tx *store.Tx, _ *actor.Actor, u *account) error {
		if !u.Active {
			return ErrUserInactive
		}
		u.PasswordHash, u.MustChange = hash, true
		u.unlock()
		return endSessions(tx, u)
	})
	if err != nil {
		return User{}, "", err
	}
	return u, password, nil
}

// Unlock lifts a lock without touching the password.
func (m *Module) Unlock(ctx context.Context, id string, version int64) (User, error) {
	return m.editUser(ctx, PermUserReset, id, version, "org.unlock", func(_ *store.Tx, _ *actor.Actor, u *account) error {
		u.unlock()
		return nil
	})
}

// SignOutUser ends every session of an account.
func (m *Module) SignOutUser(ctx context.Context, id string, version int64) (User, error) {
	return m.editUser(ctx, PermUserReset, id, version, "org.sign_out_all", func(tx *store.Tx, _ *actor.Actor, u *account) error {
		return endSessions(tx, u)
	})
}

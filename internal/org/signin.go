package org

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Errors of sign-in. ErrSignInFailed has one text for every reason, so that it does not tell which names exist.
var (
	ErrSignInFailed = errs.New(errs.Invalid, "org.sign_in_failed", "登录没有成功：用户名或密码不对，或账号已停用、已被锁定。连续 5 次不对会锁定 15 分钟；忘记密码请联系本单位管理员重置。")
	ErrOldPassword  = errs.New(errs.Invalid, "org.old_password", "原密码不对，密码没有改变。连续 5 次不对会锁定账号 15 分钟。")
)

// SignedIn is the outcome of a successful sign-in: put Subject and Epoch into a fresh session.
type SignedIn struct {
	Subject    string // names the account for Authenticate
	Epoch      string
	MustChange bool // only the password page is open until it is changed
	Name       string
}

// subject names an account in a session: centre and user, so that finding it needs no look-up across centres.
func subject(centre, user string) string { return centre + "." + user }

func splitSubject(s string) (centre, user string, ok bool) { return strings.Cut(s, ".") }

// SignIn checks a name and password. Where several centres share an installation, "name@centre code" chooses among
// accounts of the same name. Success, failure and locking are written to the audit log.
func (m *Module) SignIn(ctx context.Context, name, password string) (SignedIn, error) {
	found, centre, err := m.findAccount(ctx, name)
	if err != nil {
		return SignedIn{}, err
	}
	right, err := m.hasher.verify(ctx, found.PasswordHash, password)
	if err != nil {
		return SignedIn{}, err
	}
	if found.ID == "" {
		return SignedIn{}, m.recordStranger(ctx, centre)
	}
	stronger := ""
	if right && weaker(found.PasswordHash) {
		if stronger, err = m.hasher.hash(ctx, password, chosenParams); err != nil {
			return SignedIn{}, err
		}
	}
	return m.settleSignIn(ctx, &found, right, stronger)
}

// findAccount looks the name up; an unknown or ambiguous one gives an empty account and the centre to log it in.
func (m *Module) findAccount(ctx context.Context, name string) (found account, centre string, err error) {
	name, code, chosen := strings.Cut(normalUsername(name), "@")
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		centres, err := listCentres(tx)
		if err != nil {
			return err
		}
		if chosen {
			centres = slices.DeleteFunc(centres, func(c Centre) bool { return c.Code != code })
		}
		if len(centres) == 0 {
			return nil
		}
		centre = centres[0].ID
		ids := make([]string, len(centres))
		for i, c := range centres {
			ids[i] = c.ID
		}
		w := &store.Where{}
		store.In(w, "centre_id", ids)
		w.And("username = ?", name)
		list, err := store.Select[account](tx, "SELECT "+store.Columns[account]("")+" FROM org_user"+w.SQL(), w.Args...)
		if err == nil && len(list) == 1 {
			found, centre = list[0], list[0].CentreID
		}
		return err
	})
	return found, centre, err
}

// recordStranger logs a sign-in that fits no account. The name is not kept: people type passwords into its field.
func (m *Module) recordStranger(ctx context.Context, centre string) error {
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.RecordIn(tx, centre, audit.Entry{Action: "org.sign_in", Kind: "user", Outcome: audit.Denied, Detail: map[string]any{"reason": "unknown"}})
	})
	if err != nil {
		return err
	}
	return ErrSignInFailed
}

// settleSignIn decides on the account as it is now, counts, locks and logs. A refusal is committed, not rolled back.
// stronger, where not empty, replaces the hash of a right password.
func (m *Module) settleSignIn(ctx context.Context, seen *account, right bool, stronger string) (SignedIn, error) {
	var out SignedIn
	var refused error
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		out, refused = SignedIn{}, nil
		u, err := loadUser(tx, seen.CentreID, seen.ID, true)
		if err != nil {
			return err
		}
		reason := refusal(tx, &u, right && u.PasswordHash == seen.PasswordHash)
		if reason != "" {
			refused = ErrSignInFailed
			return m.recordFailure(tx, &u, "org.sign_in", reason)
		}
		u.unlock()
		u.SignedInAt = tx.Now()
		if stronger != "" {
			u.PasswordHash = stronger
		}
		if err := saveUser(tx, &u); err != nil {
			return err
		}
		out = SignedIn{Subject: u.Subject(), Epoch: u.EpochText(), MustChange: u.MustChange, Name: u.DisplayName}
		return recordAs(tx, &u, audit.Entry{Action: "org.sign_in", Kind: "user", Object: u.ID})
	})
	if err != nil || refused != nil {
		return SignedIn{}, errors.Join(err, refused)
	}
	return out, nil
}

// refusal says why an account may not be signed in to; "" where it may.
func refusal(tx *store.Tx, u *account, right bool) string {
	switch {
	case u.Locked(tx.Now()):
		return "locked"
	case !right:
		return "password"
	case !u.Active:
		return "inactive"
	}
	return ""
}

// recordFailure counts a wrong password against the account and logs the refusal, and the lock where it comes to that.
// A locked or inactive account counts no further, so a stranger cannot keep it locked for ever.
func (m *Module) recordFailure(tx *store.Tx, u *account, action, reason string) error {
	locked := reason == "password" && u.fail(tx.Now())
	if reason == "password" {
		if err := saveUser(tx, u); err != nil {
			return err
		}
	}
	if err := recordAs(tx, u, audit.Entry{Action: action, Kind: "user", Object: u.ID, Outcome: audit.Denied, Detail: map[string]any{"reason": reason}}); err != nil {
		return err
	}
	if !locked {
		return nil
	}
	return recordAs(tx, u, audit.Entry{Action: "org.lock", Kind: "user", Object: u.ID, Detail: map[string]any{"until": u.LockedUntil.String()}})
}

// recordAs logs in the account's centre, whoever the context's actor is: at sign-in it is still a stranger.
func recordAs(tx *store.Tx, u *account, e audit.Entry) error {
	return audit.RecordIn(tx, u.CentreID, e)
}

// ChangePassword changes the actor's own password. Every session ends; the one that asked continues as a new one with
// what is returned.
func (m *Module) ChangePassword(ctx context.Context, old, next string) (SignedIn, error) {
	a := actor.From(ctx)
	if a.Kind != actor.User {
		return SignedIn{}, actor.ErrSignIn
	}
	var seen account
	if err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		seen, err = loadUser(tx, a.CentreID, a.UserID, false)
		return err
	}); err != nil {
		return SignedIn{}, err
	}
	right, err := m.hasher.verify(ctx, seen.PasswordHash, old)
	if err != nil {
		return SignedIn{}, err
	}
	hash := ""
	if right {
		if err := CheckPassword(seen.Username, next); err != nil {
			return SignedIn{}, err
		}
		if next == old {
			return SignedIn{}, ErrPassword.Field("password", "新密码与原密码相同")
		}
		if hash, err = m.hasher.hash(ctx, next, chosenParams); err != nil {
			return SignedIn{}, err
		}
	}
	return m.settleChange(ctx, &seen, right, hash)
}

func (m *Module) settleChange(ctx context.Context, seen *account, right bool, hash string) (SignedIn, error) {
	var out SignedIn
	var refused error
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		refused = nil
		u, err := loadUser(tx, seen.CentreID, seen.ID, true)
		if err != nil {
			return err
		}
		if reason := refusal(tx, &u, right && u.PasswordHash == seen.PasswordHash); reason != "" {
			refused = ErrOldPassword.Field("old", "原密码不对")
			return m.recordFailure(tx, &u, "org.password_change", reason)
		}
		u.PasswordHash, u.MustChange = hash, false
		u.unlock()
		if err := endSessions(tx, &u); err != nil {
			return err
		}
		u.UpdatedAt, u.Version = tx.Now(), u.Version+1
		out = SignedIn{Subject: u.Subject(), Epoch: u.EpochText(), Name: u.DisplayName}
		if err := saveUser(tx, &u); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "org.password_change", Kind: "user", Object: u.ID})
	})
	if err != nil || refused != nil {
		return SignedIn{}, errors.Join(err, refused)
	}
	return out, nil
}

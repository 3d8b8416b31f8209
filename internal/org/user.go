package org

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// User (用户) is the account of a member of staff or of a handling unit's liaison. The telephone number is encrypted.
type User struct {
	CentreID    string        `db:"centre_id"`
	ID          string        `db:"id"`
	Username    string        `db:"username"` // lower case, unique in the centre
	DisplayName string        `db:"display_name"`
	Title       string        `db:"title"` // 职务
	PhoneEnc    []byte        `db:"phone_enc" json:"-"`
	PhoneBix    string        `db:"phone_bix" json:"-"`
	UnitID      string        `db:"unit_id"`
	SiteID      string        `db:"site_id"`
	RoleList    string        `db:"roles"` // role codes, sorted, joined by commas
	Active      bool          `db:"active"`
	MustChange  bool          `db:"must_change"` // the password is a one-time one
	Epoch       int64         `db:"epoch"`       // sessions of an earlier epoch are over
	LockedUntil clock.Instant `db:"locked_until"`
	FailedCount int64         `db:"failed_count"`
	FailedSince clock.Instant `db:"failed_since"`
	SignedInAt  clock.Instant `db:"signed_in_at"`
	CreatedAt   clock.Instant `db:"created_at"`
	UpdatedAt   clock.Instant `db:"updated_at"`
	Version     int64         `db:"version"`
}

// account is a user with the secret part, which leaves this package never.
type account struct {
	User
	PasswordHash string `db:"password_hash"`
}

// Errors about users.
var (
	ErrUserMissing  = errs.New(errs.NotFound, "org.user_missing", "没有这个用户，或您无权查看。")
	ErrUserTaken    = errs.New(errs.Conflict, "org.user_taken", "本中心已有相同用户名的用户，没有保存。请换一个用户名。")
	ErrUserInactive = errs.New(errs.Conflict, "org.user_inactive", "这个账号已停用，没有保存。请先启用。")
	ErrUserReach    = errs.New(errs.Forbidden, "org.user_reach", "您只能管理本站点的用户，并且只能放在本站点的单位里，没有保存。")
	ErrUserRank     = errs.New(errs.Forbidden, "org.user_rank", "这个用户的角色高于您能管理的范围，没有保存。请由系统管理员办理。")
	ErrRoleGive     = errs.New(errs.Forbidden, "org.role_give", "您不能给出或收回这个角色，没有保存。请由系统管理员办理。")
)

// Roles lists the user's role codes.
func (u *User) Roles() []string { return splitList(u.RoleList) }

// HasRole reports whether the user has a role.
func (u *User) HasRole(code string) bool { return slices.Contains(u.Roles(), code) }

// Subject and EpochText are what a session of the user holds; see Authenticate.
func (u *User) Subject() string { return subject(u.CentreID, u.ID) }

// EpochText is the epoch as sessions hold it; see Subject.
func (u *User) EpochText() string { return strconv.FormatInt(u.Epoch, 10) }

// Locked reports whether sign-in is refused at now because of failures.
func (u *User) Locked(now clock.Instant) bool { return now < u.LockedUntil }

// Row is the user as an object of the scope model; a user owns himself.
func (u *User) Row() Row {
	return Row{CentreID: u.CentreID, UnitID: u.UnitID, SiteID: u.SiteID, OwnerID: u.ID}
}

var userColumns = Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id", Owner: "id"}

// The rules of locking (登录失败锁定): so many failures within the window lock the account for as long.
const (
	maxFailures = 5
	lockWindow  = 15 * 60 * 1000 // milliseconds
)

// fail counts a failed sign-in at now; it reports whether the account is locked by it.
func (u *User) fail(now clock.Instant) bool {
	if u.FailedSince == 0 || now-u.FailedSince > lockWindow {
		u.FailedCount, u.FailedSince = 0, now
	}
	u.FailedCount++
	if u.FailedCount < maxFailures {
		return false
	}
	u.FailedCount, u.FailedSince, u.LockedUntil = 0, 0, now+lockWindow
	return true
}

// unlock forgets failures.
func (u *User) unlock() { u.FailedCount, u.FailedSince, u.LockedUntil = 0, 0, 0 }

var usernamePattern = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,31}$`)

// UserInput is what an administrator says about a user. Roles are set apart, by SetRoles.
type UserInput struct {
	Username    string
	DisplayName string
	Title       string
	Phone       string // "" for none; on a change, PhoneKeep leaves it as it is
	PhoneKeep   bool
	UnitID      string
	SiteID      string
	// Key is the idempotency key (幂等键) of a request that makes an account; "" for none.
	Key string `json:"-"`
}

var phonePattern = regexp.MustCompile(`^\+?\d[\d-]{4,18}\d$`)

func (in *UserInput) validate() error {
	in.Username = normalUsername(in.Username)
	in.DisplayName, in.Title = strings.TrimSpace(in.DisplayName), strings.TrimSpace(in.Title)
	in.Phone = strings.ReplaceAll(strings.TrimSpace(in.Phone), " ", "")
	e := ErrInput
	if !usernamePattern.MatchString(in.Username) {
		e = e.Field("username", "用户名以字母开头，只用小写字母、数字、点、短横线和下划线，2 到 32 个字符")
	}
	e = checkName(e, "display_name", "姓名", in.DisplayName, 30)
	e = checkOptional(e, "title", "职务", in.Title, 30)
	if in.Phone != "" && !phonePattern.MatchString(in.Phone) {
		e = e.Field("phone", "电话应为 6 到 20 位数字，可带区号短横线")
	}
	return e.OrNil()
}

func normalUsername(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func loadUser(tx *store.Tx, centre, id string, forUpdate bool) (account, error) {
	q := "SELECT " + store.Columns[account]("") + " FROM org_user WHERE centre_id = $1 AND id = $2"
	if forUpdate {
		q += tx.ForUpdate()
	}
	u, err := store.Get[account](tx, q, centre, id)
	return u, missing(err, ErrUserMissing)
}

// saveUser writes a loaded account back; administrative changes raise the version themselves.
func saveUser(tx *store.Tx, u *account) error {
	return store.Update(tx, "org_user", u, "centre_id", "id")
}

// Package actor says who acts: a signed-in user, an API token, a citizen without an account, or the program itself.
// It is carried in the context from the first middleware to the audit line.
package actor

import (
	"context"

	"yichuang/internal/errs"
)

// Permission names one thing that a role may do: "<module>.<object>.<verb>", declared in the module's permission list.
type Permission string

// Scope says on whose rows a permission holds (数据范围). Wider scopes are greater.
type Scope uint8

// The scopes. Every scope but All stays inside the actor's centre.
const (
	None   Scope = iota
	Own          // rows that the actor made or is assigned to (本人)
	Unit         // rows of the actor's unit and its sub-units (本单位)
	Site         // rows of the actor's site (本站点)
	Centre       // every row of the actor's centre (本中心)
	All          // every centre of the installation (全部中心)
)

// String names the scope as the API and the audit log spell it.
func (s Scope) String() string { return [...]string{"none", "own", "unit", "site", "centre", "all"}[s] }

// Kind is what sort of actor it is.
type Kind string

// The kinds of actor.
const (
	Anonymous Kind = "anonymous" // nobody has signed in
	User      Kind = "user"      // a person with a session
	Token     Kind = "token"     // a program with an API token
	Citizen   Kind = "citizen"   // a caller on the public pages, without an account
	System    Kind = "system"    // the program: jobs, migrations, command line
)

// Actor is who acts, and what they may do. It is never changed after it is put in a context.
type Actor struct {
	Kind     Kind
	UserID   string // the account behind a User or Token
	Name     string // display name, for timelines
	CentreID string
	UnitID   string   // the actor's unit (单位 or 股室), "" for none
	UnitIDs  []string // UnitID and every unit below it
	SiteID   string
	Roles    []string
	Grants   map[Permission]Scope
	TokenID  string
	// Refusal is why every permission is refused for now, such as a first password that must be changed; nil for none.
	Refusal *errs.Error
	// RequestID and IP are of the request that the actor came with.
	RequestID string
	IP        string
}

// Refusals that any use case may give.
var (
	ErrSignIn    = errs.New(errs.Unauthenticated, "actor.sign_in", "请先登录。")
	ErrForbidden = errs.New(errs.Forbidden, "actor.forbidden", "您的角色没有这项权限，操作没有进行。需要的话请联系本单位管理员。")
)

// Scope gives how far p reaches for the actor; unknown permissions are None.
func (a *Actor) Scope(p Permission) Scope {
	if a.Kind == System {
		return All
	}
	return a.Grants[p]
}

// Can reports whether the actor holds p on any row.
func (a *Actor) Can(p Permission) bool { return a.Scope(p) > None }

// Require refuses an actor without p: actor.sign_in for a stranger, the actor's Refusal where there is one, and
// actor.forbidden for everyone else.
func (a *Actor) Require(p Permission) error {
	if a.Can(p) {
		return nil
	}
	if a.Kind == Anonymous {
		return ErrSignIn
	}
	if a.Refusal != nil {
		return a.Refusal
	}
	return ErrForbidden.With("permission", string(p))
}

// HasRole reports whether the actor holds a role.
func (a *Actor) HasRole(code string) bool {
	for _, r := range a.Roles {
		if r == code {
			return true
		}
	}
	return false
}

// HasUnit reports whether unit is the actor's own or one below it.
func (a *Actor) HasUnit(unit string) bool {
	if unit == "" {
		return false
	}
	for _, u := range a.UnitIDs {
		if u == unit {
			return true
		}
	}
	return unit == a.UnitID
}

type key struct{}

// With puts a into the context.
func With(ctx context.Context, a *Actor) context.Context { return context.WithValue(ctx, key{}, a) }

var nobody = &Actor{Kind: Anonymous}

// From gives the context's actor; an anonymous one where there is none, never nil.
func From(ctx context.Context) *Actor {
	if a, ok := ctx.Value(key{}).(*Actor); ok {
		return a
	}
	return nobody
}

// Local is the address of a LocalAdmin: the machine itself.
const Local = "local"

// LocalAdmin is whoever administers the machine (本机管理员), acting in a centre through the command line: the program, with
// Local for an address, so that the audit log tells the two apart.
func LocalAdmin(centre string) *Actor {
	return &Actor{Kind: System, Name: "本机管理员", CentreID: centre, IP: Local}
}

// SystemFor is the program acting in a centre.
func SystemFor(centre string) *Actor {
	return &Actor{Kind: System, Name: "系统", CentreID: centre}
}

// Package telephony is the door to a call-centre switch (话务平台): the switch reports calls that are offered, answered,
// ended and recorded; the call-taker at the seat gets the caller's number on the screen; the ticket that is registered
// keeps its call, and the shares of calls answered (接通率) and given up are counted from these reports alone.
package telephony

import (
	"embed"

	"yichuang/internal/actor"
	"yichuang/internal/crypt"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables telephony_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases.
type Module struct {
	db   *store.DB
	keys *crypt.Keyring
	org  *org.Module
}

// New makes the module.
func New(db *store.DB, keys *crypt.Keyring, o *org.Module) *Module {
	return &Module{db: db, keys: keys, org: o}
}

// The permissions.
const (
	PermReport actor.Permission = "telephony.call.report" // for the switch's API token
	PermSeat   actor.Permission = "telephony.seat.take"
	PermRead   actor.Permission = "telephony.call.read"
	PermListen actor.Permission = "telephony.recording.open"
)

// Permissions lists the module's permissions with their labels.
var Permissions = []actor.PermissionInfo{
	{Name: PermReport, Label: "报送话务（供话务平台的接口令牌）"}, {Name: PermSeat, Label: "登录座席、接来电"},
	{Name: PermRead, Label: "查看来电记录"}, {Name: PermListen, Label: "打开来电录音"},
}

// Grants say which role may do what.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(perm actor.Permission, roles ...string) {
		for _, r := range roles {
			out = append(out, org.Grant{Role: r, Permission: perm, Scope: actor.Centre})
		}
	}
	give(PermReport, org.RoleAdmin)
	give(PermSeat, org.RoleAgent, org.RoleShiftLead)
	give(PermRead, org.RoleShiftLead, org.RoleSupervisor, org.RoleLeader, org.RoleAdmin)
	give(PermListen, org.RoleShiftLead, org.RoleSupervisor)
	return out
}

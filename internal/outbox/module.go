// Package outbox is the short messages (短信) of the hall: invitations to rate a service, and word to whoever reported something
// to the centre. A module puts a message in the transaction of what it tells; a process that holds no transaction hands it to
// the gateway by day, looks the number up only then, and asks the module that put it for the link, or whether it is still needed.
//
//	waiting 待发 ─gateway took it→ sent 已交网关 | five tries→ failed 未发出 | no longer needed, no number→ dropped 不再需要
//
// The hotline's own messages are its own (hotline.Message), because they hang on tickets.
package outbox

import (
	"context"
	"embed"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Migrations make the table outbox_message.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// PermRead is the permission to see which messages went out.
const PermRead actor.Permission = "outbox.message.read"

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{{Name: PermRead, Label: "查看大厅短信"}}
}

// Grants: 政务监察股 alone sees the list, because numbers of complaints are in it (hall reference §8.3, 投诉).
func Grants() []org.Grant {
	return []org.Grant{{Role: org.RoleSupervisor, Permission: PermRead, Scope: actor.Centre}}
}

// Finish gives the link of a message that is about to be sent, below the address of the installation, or Drop where the message
// is no longer needed.
type Finish func(ctx context.Context, g *Message) (path string, err error)

// Module is the use cases of this package.
type Module struct {
	db     *store.DB
	org    *org.Module
	party  *party.Module
	public string
	kinds  map[string]kind
}

type kind struct {
	label  string
	finish Finish
}

// New makes the module. public is the installation's address as people outside reach it; "" where no links are sent.
func New(db *store.DB, o *org.Module, p *party.Module, public string) *Module {
	return &Module{db: db, org: o, party: p, public: public, kinds: map[string]kind{}}
}

// Handle says what messages of a kind are called and how they are finished. Call it before any is sent.
func (m *Module) Handle(name, label string, f Finish) { m.kinds[name] = kind{label, f} }

// Label is the Chinese name of a kind of message.
func (m *Module) Label(name string) string { return m.kinds[name].label }

// Package hall is the service hall (政务大厅) as the people in it meet it: the queue of a site with its counters, the numbers
// that are taken at a kiosk and called to a counter, appointments, the display, and the figures of waiting.
//
// A ticket (号票) lives by the table of flow.go; every change is an event that is only ever added, chained by SM3, in one
// transaction with the ticket and its audit line. Whoever takes or calls a number first locks the row of the site, so
// that two counters that press "next" together never get the same ticket (hall reference §4.2). Who comes next is a pure
// function, Turn.
//
// Everything works on the network of the building alone: no page of the module asks for anything from elsewhere.
package hall

import (
	"embed"

	"yichuang/internal/calendar"
	"yichuang/internal/crypt"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables hall_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Deps are what the module works with.
type Deps struct {
	DB       *store.DB
	Keys     *crypt.Keyring
	Org      *org.Module
	Calendar *calendar.Module
}

// Module is the hall's use cases.
type Module struct {
	db       *store.DB
	keys     *crypt.Keyring
	org      *org.Module
	calendar *calendar.Module
	finished []FinishFollower
	rating   func(ticket string) string
	cases    func(tx *store.Tx, ticket string) ([]TicketCase, error)
}

// FinishFollower is told of a number that was served, with the counter, in the transaction that ends the service. An error
// takes the end back.
type FinishFollower func(tx *store.Tx, t *Ticket, c *Counter) error

// OnFinished registers who is told when a service ends. The composition root does this before the program serves.
func (m *Module) OnFinished(f FinishFollower) { m.finished = append(m.finished, f) }

// TakeRatingCode hands in how the code is made by which a served number is rated (评价码).
func (m *Module) TakeRatingCode(code func(ticket string) string) { m.rating = code }

// New makes the module.
func New(d Deps) *Module {
	return &Module{db: d.DB, keys: d.Keys, org: d.Org, calendar: d.Calendar}
}

// Package hallmetric counts the figures of the hall (大厅指标, hall reference §5): how cases were decided, how people waited,
// how they rated it, what was complained about, how the staff did. It reads what the modules of the hall record and changes
// none of it.
//
// A measure (口径) is one definition: what it is called, which facts it looks at, and one Go function that judges a fact: does
// it take part, with what weight on which side, or why is it left out. The number, the list of records behind it, the
// frozen figure of a published month and the recount from the events all ask that same function, so that they cannot
// disagree about the rule; the recount makes the facts themselves anew, from the events alone. Sums are rolled up, never
// means of rates: every figure of a whole is counted over all its facts.
//
// Ratings, complaints, supervision and staff have figures of their own, which come in by a feed with their cohorts.
//
//	casework_case ─┐                 ┌─ judge ─→ sums by subject ─→ metric.Figure ─→ page, API, spreadsheet
//	hall_ticket  ──┼─→ facts of a ───┤                └─ Freeze ─→ published month ─→ screen, public page, 绩效
//	item_version ──┘   period        └─ judge ─→ records (drill-down)
package hallmetric

import (
	"embed"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/workforce"
)

// Migrations make the tables hallmetric_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Deps are what the module works with.
type Deps struct {
	DB       *store.DB
	Org      *org.Module
	Calendar *calendar.Module
	Item     *item.Module
	// Casework vouches for the cases of the provincial platform in a recount.
	Casework *casework.Module
	// Complaint and Workforce keep facts that are read through them; without one its measures have no value and say so.
	Complaint *complaint.Module
	Workforce *workforce.Module
}

// Module is the figures of the hall.
type Module struct {
	db       *store.DB
	clock    clock.Clock
	org      *org.Module
	calendar *calendar.Module
	item     *item.Module
	casework *casework.Module

	complaint *complaint.Module
	workforce *workforce.Module
}

// New makes the module.
func New(d Deps) *Module {
	return &Module{db: d.DB, clock: d.DB.Clock(), org: d.Org, calendar: d.Calendar, item: d.Item, casework: d.Casework, complaint: d.Complaint, workforce: d.Workforce}
}

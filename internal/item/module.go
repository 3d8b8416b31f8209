// Package item is the items of the hall (政务服务事项) and the authority over them.
//
// An Item is a thing that people come for; what it says (name, basis, limits, materials, steps, fees) is a Version, which is
// drafted, reviewed by the department, reviewed and published by 政务信息股 with the day from which it holds, and never
// changed after it was submitted. The version in force on a day is a question of that day alone, so a case that pins its
// version finds the rules of its own day for ever. A package (一件事) is an item with members and a leading unit.
//
// An Authorization is a dated right to act on items: a 授权书 of a department to a person who is posted in the hall, or a
// 委托受理 agreement that lets a comprehensive window receive in a department's name. Allowed is the one rule that says
// whether an act is covered on a day, and with which refusal it is not.
//
//	draft ─submit→ unit_review ─pass→ info_review ─publish(day)→ published ⇄ suspended
//	  ↑────────────────┴──────return──────┘                          └──────┴─cancel(day)→ cancelled
package item

import (
	"embed"

	"yichuang/internal/calendar"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables item_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of items and of the authority over them.
type Module struct {
	db       *store.DB
	org      *org.Module
	calendar *calendar.Module
}

// New makes the module.
func New(db *store.DB, o *org.Module, c *calendar.Module) *Module {
	return &Module{db: db, org: o, calendar: c}
}

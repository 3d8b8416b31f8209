// Package desk holds the lists from which people of the hotline work (工作台): the legs of a unit, what is due soon and what
// is overdue, the asks that wait for a decision, notices, the news of a page that stays open, the audit log, and the export
// of a list. It reads what package hotline records; of notices it keeps who has seen, answered or lifted them.
package desk

import (
	"yichuang/internal/calendar"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Module is the lists with what they need.
type Module struct {
	db       *store.DB
	org      *org.Module
	calendar *calendar.Module
	hotline  *hotline.Module
}

// New makes the module.
func New(db *store.DB, o *org.Module, c *calendar.Module, h *hotline.Module) *Module {
	return &Module{db: db, org: o, calendar: c, hotline: h}
}

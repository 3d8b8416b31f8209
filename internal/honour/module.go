// Package honour is the selection of the stars of service (政务之星): rules as versioned data, rounds that are held by one
// version of them, nomination with what bars a person, scores, votes, publicity and the leader's decision.
//
//	提名 nominate ─→ 评分 score ─→ 投票 vote ─→ 公示 publicity ─decide→ 已审定 closed
//	    └──────────────┴──────────────┴──────────────┴─→ 终止 void
//
// What bars a candidate (否决项) is looked up in the records of other modules by functions that the composition root hands
// in, at the nomination and again at every step; it can also be entered by hand with evidence. A barred candidate is not
// taken out: the page shows him with the reason. Votes are secret: the program keeps who has voted and how many votes a
// candidate has, in one transaction, and in no row for whom.
package honour

import (
	"embed"

	"yichuang/internal/calendar"
	"yichuang/internal/crypt"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables honour_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of the selection.
type Module struct {
	db       *store.DB
	keys     *crypt.Keyring
	org      *org.Module
	calendar *calendar.Module
	sources  []FactSource
}

// New makes the module.
func New(db *store.DB, keys *crypt.Keyring, o *org.Module, c *calendar.Module) *Module {
	return &Module{db: db, keys: keys, org: o, calendar: c}
}

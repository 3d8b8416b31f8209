// Package assess is the assessment of units (考核): how well each unit met what the hotline asked of it in a month, by a
// scheme that says what is measured, what it is worth and who is compared with whom.
//
// A Scheme is a versioned record: it is drafted, taken into force for a span of months, and superseded, never edited. A
// Sheet (考核表) applies one scheme to one month. Its inputs are figures of the hotline's engine, frozen by package metric
// with the records that they counted; scoring is a pure function of scheme, inputs, bonus and deduction events and
// upheld appeals (score.go), in exact rational arithmetic with one rounding at the end. So a published sheet can be
// computed again, bit for bit, from what was stored (reproduce.go).
//
//	方案 draft ─confirm→ in force ─→ superseded
//	考核表 draft 试算 ─open→ appeal 申诉 ─lock→ locked 锁定 ─publish→ published 发布
package assess

import (
	"embed"

	"yichuang/internal/hotline/figure"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables assess_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the assessment's use cases.
type Module struct {
	db      *store.DB
	org     *org.Module
	figures *figure.Module
}

// New makes the module.
func New(db *store.DB, o *org.Module, f *figure.Module) *Module {
	return &Module{db: db, org: o, figures: f}
}

// Package figure counts the figures of the hotline (指标): measures M1 to M18, each from one definition with a named cohort, a
// numerator and a denominator; the overview page; rankings; slices for bulletins. It reads what package hotline records and
// changes none of it.
//
// A Measure is data (measure_catalogue.go): which rows of which scan its parts count. The engine (tally.go) reads each arm
// of a scan once for all measures; the list of records behind a figure (cohort.go) and the binding of a figure to its
// records (freeze.go) use the same conditions, so that they cannot disagree. Figures of the knowledge base and of the
// telephony are counted by those modules and come in through a Source.
package figure

import (
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Module is the figures with what they need.
type Module struct {
	db      *store.DB
	clock   clock.Clock
	org     *org.Module
	sources map[Measure]Source // figures that other modules count
}

// New makes the module.
func New(db *store.DB, o *org.Module) *Module {
	return &Module{db: db, clock: db.Clock(), org: o, sources: ownSources()}
}

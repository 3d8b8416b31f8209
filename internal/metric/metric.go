// Package metric is what every published figure (指标) is made of, whatever it counts: a value with numerator and
// denominator, the period and the cutoff that it is about, the marks that it must carry, its change against an earlier
// period, the way back from the figure to the records behind it, and the frozen form in which it is published.
//
// The package knows no table of the domain. A module names its metrics, counts their cohorts and gives Figures; pages,
// exports, the API and reports show those, and never compute a rate of their own. What is published is frozen: Freeze
// binds the value to its cohort, period, cutoff and rule version by a hash, so that a later recomputation can say
// whether, and where, it differs.
//
//	records ──cohort──→ Ratio ──period, cutoff, marks──→ Figure ──Compare──→ Change
//	   ↑                                                   │
//	   └───────────── Query / Page (drill-down) ───────────┴──Freeze──→ Frozen ──Differ──→ places
package metric

import "embed"

// Migrations make the table metric_frozen.
//
//go:embed migrations/*.sql
var Migrations embed.FS

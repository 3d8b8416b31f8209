// Package workforce is the people of the hall (窗口人员): which posts they hold and for which unit, when they are to be there
// and when they were, their leave, and the monthly assessment of each of them.
//
// Attendance is never stored: it is folded (fold.go) from the shifts that were planned, the punches, the approved leave and
// the outages, so that a correction counts at once and an absence cannot be skipped. A punch is matched to the shift that
// was worked, not to the day on which it was made.
//
// Assessment follows rules that are versioned data (ruleset.go). What a machine finds (a late arrival, an overrun, a bad
// rating) is only proposed; a person confirms it, the person concerned may appeal, and the month's sheet (考核表) sums what
// stands. A locked sheet never changes: what comes later is an entry of the next open month.
//
//	考核表 gather 自动归集 ─→ rate 首席代表初评 ─→ check 监察股复核 ─→ shown 公示 ─→ locked 锁定
//	请假   asked 待确认 ─→ agreed 待审批 ─→ granted 已批准 ─→ back 已销假;  refused 不批准, withdrawn 已撤回
package workforce

import (
	"embed"
	"log/slog"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables workforce_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Deps are what the composition root gives the module.
type Deps struct {
	DB       *store.DB
	Keys     *crypt.Keyring
	Org      *org.Module
	Calendar *calendar.Module
	Log      *slog.Logger
}

// Module is the use cases of this package.
type Module struct {
	db       *store.DB
	keys     *crypt.Keyring
	org      *org.Module
	calendar *calendar.Module
	log      *slog.Logger
	sources  []source
	works    []workSource
	pages    []chapter
}

// New makes the module.
func New(d Deps) *Module {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Module{db: d.DB, keys: d.Keys, org: d.Org, calendar: d.Calendar, log: d.Log}
}

// Now is the module's time, for files that say when they were made.
func (m *Module) Now() clock.Instant { return m.db.Clock().Now() }

// Package exchange is the ledger of data sharing (数据共享): which data there are, who may use them for what, and who did.
//
// The program carries no data between organs: that is the provincial platform's work (政务数据共享条例, 国令第809号). It keeps
// the catalogue with its versions, the requests with their clocks, the grants, and a record of each use, permitted or
// refused, in one chain for each centre, so that a record that was taken away or changed later is found.
//
// A use needs three things at once: a grant to the organ that decides the case, a purpose that names the case's item, and
// an open case. Whoever the data are about sees which organ used them, when and for what.
//
//	draft ─submit→ review ─pass→ (无条件) active; (有条件) answer ─agree→ provide ─provide→ active ─finish, expire, revoke→ ended
//	                  └─reject→ rejected                  └─disagree→ negotiate ─escalate→ coordinate ─decide→ provide | rejected
package exchange

import (
	"embed"
	"strconv"

	"yichuang/internal/attest"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/crypt"
	"yichuang/internal/item"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Migrations make the tables exchange_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of this package.
type Module struct {
	Deps
	desk Desk
}

// Deps are what the composition root gives the module.
type Deps struct {
	DB       *store.DB
	Keys     *crypt.Keyring
	Org      *org.Module
	Calendar *calendar.Module
	Party    *party.Module
	Item     *item.Module
	Casework *casework.Module
	Attest   *attest.Module
	Wake     func() // wakes the job runner after a commit
}

// New makes the module.
func New(d Deps) *Module {
	if d.Wake == nil {
		d.Wake = func() {}
	}
	return &Module{Deps: d}
}

// RegisterJobs adds the module's job handlers and follows the calendar's changes.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(jobWatch, m.watch)
	r.Handle(jobReproject, m.reproject)
	r.Handle(jobExpire, m.expire)
	r.Handle(jobSeal, m.sealWeekly)
	r.Handle(jobFix, m.fixDue)
	m.Calendar.OnChange(m.calendarChanged)
}

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// nextOf gives the next number of a series of a centre.
func nextOf(tx *store.Tx, centre, series string) (int64, error) {
	return store.Get[int64](tx, `INSERT INTO exchange_number (centre_id, series, n) VALUES ($1, $2, 1)
		ON CONFLICT (centre_id, series) DO UPDATE SET n = exchange_number.n + 1 RETURNING n`, centre, series)
}

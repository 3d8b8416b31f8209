// Package supervision is the electronic supervision of the hall (电子监察, 行政审批监督): what must be said about cases, by
// rules that are versioned data, what becomes of it, and what is looked at afterwards.
//
// The rules (rule.go) are evaluated by pure functions: over the clocks of cases twice a day and on (ladder.go, run.go), over
// each event of a case in the event's own transaction (check.go, observe.go). The same clock and rung, or the same event and
// rule, give one alert only (invariant I5), so that a run that comes late or twice gives exactly what it should have given. A
// higher card takes the place of the lower one on the same clock (摘牌). The unit concerned answers or defends itself; 政务监察股
// handles and can only propose to lift; the leader lifts, and never somebody who had a hand in the case (invariant I9).
//
//	raised 生成 ─serve→ served 送达 ─take→ correcting 整改中 ─answer→ answered 已回告 ─settle→ settled 核销
//	   └─defend→ defended 申辩 ─uphold→ correcting;  any ─propose→ proposed 提请撤牌 ─lift→ lifted 撤牌 | ─keep→ 维持
//	superseded 摘牌: a higher level took its place
//
// Signals (signal.go) are patterns that look like gaming of the limits; a Sample (sample.go) is a random audit that anybody
// can draw again from its seed; a Result (result.go) is the grade of a unit for a month or quarter.
package supervision

import (
	"embed"
	"strconv"

	"yichuang/internal/attest"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables supervision_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of supervision.
type Module struct {
	db       *store.DB
	org      *org.Module
	calendar *calendar.Module
	casework *casework.Module
	attest   *attest.Module
}

// New makes the module and lets it look at every event of a case.
func New(db *store.DB, o *org.Module, c *calendar.Module, w *casework.Module, p *attest.Module) *Module {
	m := &Module{db: db, org: o, calendar: c, casework: w, attest: p}
	w.SetSupervision(casework.Supervision{Observe: m.observe, AlertsOf: m.alertsOf, InForce: m.alertsInForce, PledgeDays: m.pledgeDays})
	return m
}

// jobRun is the repeating run over the clocks of a centre.
const jobRun = "supervision.run"

// RegisterJobs adds the module's job handler.
func (m *Module) RegisterJobs(r *jobs.Runner) { r.Handle(jobRun, m.run) }

// Schedule makes sure that a centre has its run in the queue.
func Schedule(tx *store.Tx, centre string) error { return jobs.Ensure(tx, centre, jobRun, jobRun) }

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

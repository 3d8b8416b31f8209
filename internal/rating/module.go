// Package rating is the ratings of services (好差评): what people say of a case that was answered, a number that was
// served, a job at a kiosk or a consultation, in five levels, and what becomes of the bad ones.
//
// A service can be rated from its end for as long as the centre says, once, by its code (评价码). Nothing is ever rated by
// itself: who says nothing is counted as unrated. A bad rating (不满意, 非常不满意) opens a task (差评任务), which goes by the
// table of flow.go; every change is an event in a chain per task and a line in the audit log, in one transaction. Two
// clocks in working days run from the rating: the contact and the correction. Who rated is encrypted, read by 政务监察股 and
// the follow-up caller alone, and each reading leaves a line; texts are stored without what tells who somebody is.
//
//	收到 NEW ─dispatch→ 待联系 ASSIGNED ─contact→ 待处理 CONTACTED ─fix, explain→ 待复核 REVIEW ─pass→ 待回访 FOLLOWUP ─call→ 待办结 DONE ─close→ 办结 CLOSED
//	   CONTACTED ─plan→ 整改中 FIXING ─report→ REVIEW;  CONTACTED, FIXING ─appeal→ 申诉中 APPEALED ─uphold→ 剔除 EXCLUDED | reject→ back;  NEW, ASSIGNED ─void→ 无效 VOID
package rating

import (
	"embed"
	"log/slog"
	"strconv"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/crypt"
	"yichuang/internal/hall"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/outbox"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Migrations make the tables rating_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of this package.
type Module struct {
	db       *store.DB
	keys     *crypt.Keyring
	org      *org.Module
	calendar *calendar.Module
	party    *party.Module
	casework *casework.Module
	hall     *hall.Module
	outbox   *outbox.Module
	log      *slog.Logger
	wake     func()
}

// Deps are what the composition root gives the module.
type Deps struct {
	DB       *store.DB
	Keys     *crypt.Keyring
	Org      *org.Module
	Calendar *calendar.Module
	Party    *party.Module
	Casework *casework.Module
	Hall     *hall.Module
	Outbox   *outbox.Module
	Log      *slog.Logger
	Wake     func() // wakes the job runner after a commit
}

// New makes the module; from now on a case that is answered and a number that is served can be rated.
func New(d Deps) *Module {
	if d.Wake == nil {
		d.Wake = func() {}
	}
	m := &Module{db: d.DB, keys: d.Keys, org: d.Org, calendar: d.Calendar, party: d.Party, casework: d.Casework, hall: d.Hall, outbox: d.Outbox, log: d.Log, wake: d.Wake}
	d.Party.Ask(m.needsTx)
	d.Casework.OnAnswered(m.caseAnswered)
	d.Hall.OnFinished(m.ticketFinished)
	d.Casework.TakeRatingCode(func(c casework.CaseID) string { return m.Code(OfCase, string(c)) })
	d.Outbox.Handle(messageInvite, "评价邀请", m.invitation)
	d.Hall.TakeRatingCode(func(ticket string) string { return m.Code(OfTicket, ticket) })
	return m
}

// RegisterJobs adds the module's job handlers and follows the calendar's changes.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(jobWatch, m.watch)
	r.Handle(jobReproject, m.reproject)
	m.calendar.OnChange(m.calendarChanged)
}

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

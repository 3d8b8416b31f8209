// Package hotline is the 12345 hotline (政务服务便民热线): tickets (工单) from registration to archive, the legs (承办件)
// that units owe on them, their clocks, call-backs and notices.
//
// A ticket is a request; a leg is one unit's obligation in one round of it. The ticket's state follows from its legs
// (derive); what may happen in which state is one table (flow.go); each change is an event in a chain per ticket and a
// line in the audit log, in one transaction (order.go). Deadlines come from package calendar: a leg stores its course
// (limit, start, suspensions, extensions), so that its due can be projected again when a calendar changes. Overdue is
// derived, never stored; the job queue only sends notices.
//
//	登记 DRAFT ─accept→ 待分派 TRIAGE ─dispatch→ 待签收 DISPATCHED ─sign→ 办理中 HANDLING ─submit→ 待审核 REVIEW
//	   ─approve→ 待回访 CALLBACK ─close→ 办结 CLOSED ─archive→ 归档 ARCHIVED;  CALLBACK ─rework→ DISPATCHED (round + 1)
package hotline

import (
	"embed"
	"log/slog"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/jobs"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/party"
	"yichuang/internal/store"
	"yichuang/internal/telephony"
	"yichuang/internal/text"
)

// Migrations make the tables hotline_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the hotline with what it needs.
type Module struct {
	db        *store.DB
	clock     clock.Clock
	keys      *crypt.Keyring
	org       *org.Module
	calendar  *calendar.Module
	party     *party.Module
	archive   *archive.Module
	knowledge *knowledge.Module
	index     text.Index
	replies   text.Index
	log       *slog.Logger
	wake      func()
	beside    *jobs.Beside
	sure      func(tx *store.Tx, t *Ticket) (probability float64, known bool, err error) // see UseModel
	telephony *telephony.Module
	feed      *feed
	books     rulebooks
	public    string // address of the public pages, for links in messages
}

// Deps are what the composition root gives the module.
type Deps struct {
	DB        *store.DB
	Keys      *crypt.Keyring
	Org       *org.Module
	Calendar  *calendar.Module
	Party     *party.Module
	Archive   *archive.Module
	Knowledge *knowledge.Module
	Telephony *telephony.Module
	PublicURL string // of this installation, as people outside reach it; "" where no links are sent
	Beside    *jobs.Beside
	Log       *slog.Logger
	Wake      func() // wakes the job runner after a commit
}

// New makes the module.
func New(d Deps) *Module {
	if d.Wake == nil {
		d.Wake = func() {}
	}
	m := &Module{beside: d.Beside, db: d.DB, clock: d.DB.Clock(), keys: d.Keys, org: d.Org, calendar: d.Calendar, party: d.Party, archive: d.Archive, knowledge: d.Knowledge, telephony: d.Telephony, index: TicketIndex(), replies: text.Index{Name: "reply"}, log: d.Log, public: d.PublicURL, wake: d.Wake, feed: newFeed(d.DB)}
	d.Party.Ask(m.needsTx)
	return m
}

// Register adds the module's job handlers and follows the calendar's changes.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(jobWatch, m.watch)
	r.Handle(jobImport, m.importJob)
	r.Handle(jobReproject, m.reproject)
	r.Handle(jobQuiet, m.archiveQuiet)
	m.archive.Handle(ArchiveKind, m.redactTicket)
	r.Handle(jobIndex, m.indexJob)
	r.Handle(jobSupervision, m.watchSupervision)
	r.Handle(jobSupervisionDue, m.reprojectSupervisions)
	r.Handle(jobRewatch, m.rewatch)
	m.calendar.OnChange(m.calendarChanged)
}

// Seed gives a new centre the categories and time limits that it starts with; a centre that has some keeps its own.
func (m *Module) Seed(tx *store.Tx, centre string) error {
	if err := seedCategories(tx, centre); err != nil {
		return err
	}
	return m.seedPolicies(tx, centre)
}

// Grants say which role may do what on whose rows (hall reference §8.3, hotline reference §1.2).
func Grants() []org.Grant {
	var out []org.Grant
	give := func(scope actor.Scope, roles []string, perms ...actor.Permission) {
		for _, r := range roles {
			for _, p := range perms {
				out = append(out, org.Grant{Role: r, Permission: p, Scope: scope})
			}
		}
	}
	return appendGrants(give, &out)
}

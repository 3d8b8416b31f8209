// Package casework is the cases (办件) of the hall: one application for one item, from the window where it is received to
// the archive.
//
// What may happen in which state is one table (flow.go); each change is an event in a chain per case and a line in the
// audit log, in one transaction (dossier.go). A case is pinned to the version of its item that was in force when it was
// received, and to its clocks: budgets in working days with their suspensions and extension, whose ends package calendar
// projects. Each clock of the decision gives a verdict of its own, by the promise (承诺) and by the statute (法定); neither
// is stored. What the applicant is told is a numbered voucher (文书) that anybody can verify.
//
//	已接件 RECEIVED ─notify⇄supply─ 待补正 CORRECTING;  ─accept→ 审查中 ACCEPTED ─review→ 待决定 REVIEWED ─grant→ 制证中 MAKING
//	   ─issue→ 待送达 DELIVER ─deliver→ 已送达 DELIVERED → 办结 CLOSED ─archive→ 归档 ARCHIVED;  ACCEPTED ⇄ 特别程序 SUSPENDED
package casework

import (
	"embed"
	"log/slog"

	"yichuang/internal/archive"
	"yichuang/internal/attest"
	"yichuang/internal/calendar"
	"yichuang/internal/crypt"
	"yichuang/internal/item"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/outbox"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Migrations make the tables casework_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of this package.
type Module struct {
	db         *store.DB
	keys       *crypt.Keyring
	org        *org.Module
	calendar   *calendar.Module
	party      *party.Module
	item       *item.Module
	archive    *archive.Module
	attest     *attest.Module
	outbox     *outbox.Module
	log        *slog.Logger
	wake       func()
	answered   []AnswerFollower
	ratingCode func(c CaseID) string
	sources    map[ExportSet]ExportSource // sets of the standard that other modules keep

	supervision Supervision
	queue       Queue
}

// Deps are what the composition root gives the module.
type Deps struct {
	DB       *store.DB
	Keys     *crypt.Keyring
	Org      *org.Module
	Calendar *calendar.Module
	Party    *party.Module
	Item     *item.Module
	Archive  *archive.Module
	Attest   *attest.Module
	Outbox   *outbox.Module
	Log      *slog.Logger
	Wake     func() // wakes the job runner after a commit
}

// New makes the module.
func New(d Deps) *Module {
	if d.Wake == nil {
		d.Wake = func() {}
	}
	m := &Module{db: d.DB, keys: d.Keys, org: d.Org, calendar: d.Calendar, party: d.Party, item: d.Item, archive: d.Archive, attest: d.Attest, outbox: d.Outbox, log: d.Log, wake: d.Wake}
	m.party.Ask(m.needsTx)
	m.outbox.Handle(messageLicence, "证照期满提醒", m.licenceMessage)
	m.outbox.Handle(messageDelivered, "电子送达提醒", m.deliveredMessage)
	if m.archive != nil {
		m.archive.Handle(ArchiveKind, m.Redact)
	}
	return m
}

// RegisterJobs adds the module's job handlers and follows the calendar's changes.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(jobWatch, m.watch)
	r.Handle(jobReproject, m.reproject)
	r.Handle(jobPlatform, m.importPiece)
	r.Handle(jobQuiet, m.archiveQuiet)
	r.Handle(jobPledges, m.carryPledges)
	r.Handle(jobLicences, m.licenceDay)
	r.Handle(jobLicenceEnd, m.licenceEnd)
	m.calendar.OnChange(m.calendarChanged)
}

// Package complaint is what people tell the centre about its window service: stuck matters (办不成事), where something cannot be
// got done, and complaints (投诉) about the people at the windows.
//
// Both are matters (反映件) of one kind of row, with one chain of events, one set of clocks and one query code; what may happen to
// each is a table of its own (flow.go). A matter that came through the hotline is tied to its ticket: the
// words and the caller are read from there, never copied, and the ticket keeps its promise to the caller.
//
//	stuck      登记 REGISTERED → 受理 ACCEPTED → 定性 CLASSIFIED → 承办 HANDLING [⇄ 否定答复待审批 APPROVING] → 待回访 VISITING → 归档 ARCHIVED;
//	           不满意 → HANDLING once more → 提级 ESCALATED → HANDLING | ARCHIVED
//	complaint  登记 REGISTERED → 受理 ACCEPTED → 调查 INVESTIGATING → [领导审定 JUDGING] → 处置 FOUND → 反馈 DISPOSED → [整改备案 RECTIFYING] → 回访 VISITING → 归档 ARCHIVED
//
// Whoever is complained of, his colleagues and the chief representative never learn who complained (hall reference §8.2, I10): they
// see what the supervisors ask them, not what the complainant wrote (see veil.go).
package complaint

import (
	"embed"
	"log/slog"

	"yichuang/internal/archive"
	"yichuang/internal/attest"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/crypt"
	"yichuang/internal/hotline"
	"yichuang/internal/item"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/outbox"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Migrations make the tables complaint_*.
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
	item     *item.Module
	casework *casework.Module
	hotline  *hotline.Module
	archive  *archive.Module
	attest   *attest.Module
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
	Item     *item.Module
	Casework *casework.Module
	Hotline  *hotline.Module
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
	m := &Module{db: d.DB, keys: d.Keys, org: d.Org, calendar: d.Calendar, party: d.Party, item: d.Item, casework: d.Casework, hotline: d.Hotline, archive: d.Archive, attest: d.Attest, outbox: d.Outbox, log: d.Log, wake: d.Wake}
	d.Party.Ask(m.needsTx)
	d.Archive.Handle(ArchiveKind, m.Redact)
	d.Archive.Guard(ArchiveKind, m.mayTake)
	d.Outbox.Handle(messageAccepted, "受理告知", m.plain)
	d.Outbox.Handle(messageAnswered, "答复告知", m.plain)
	return m
}

// RegisterJobs adds the module's job handlers and follows the calendar's changes.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(jobWatch, m.watch)
	r.Handle(jobReproject, m.reproject)
	r.Handle(jobDeposit, m.depositSome)
	m.calendar.OnChange(m.calendarChanged)
}

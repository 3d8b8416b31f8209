// Package knowledge is the knowledge base (知识库) of the hotline: entries with question, answer and basis, from which
// call-takers answer, which units cite in their replies and which citizens read.
//
// An entry has versions. A version is written (采编), reviewed by the unit that answers for it (单位审核), reviewed by the
// hotline office (热线办复核) and published; nobody reviews what they wrote. While a new version is in work the published
// one stays in force. What is published has a day by which it must be looked at again; reminders go out 30, 7 and 0 days
// before. It is then confirmed, replaced or withdrawn (下架). An entry past its validity or withdrawn cannot be cited.
//
//	采编 draft ─send→ 单位审核 unit_review ─pass→ 热线办复核 office_review ─publish→ 发布 published ─withdraw→ 下架
//	     ↑──────────────return──────────────┴──────────return───────────┘        └─edit→ 采编 (version n + 1)
//
// Anybody may point out a mistake (纠错); the unit answers within three working days. Searches that find nothing and
// consultations without an entry are the gaps (缺口) of the knowledge base.
package knowledge

import (
	"embed"

	"yichuang/internal/calendar"
	"yichuang/internal/crypt"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// Migrations make the tables knowledge_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of the knowledge base. It is safe for concurrent use.
type Module struct {
	db       *store.DB
	keys     *crypt.Keyring
	org      *org.Module
	calendar *calendar.Module
	index    text.Index
	minds    minds
}

// Deps are what the composition root gives the module.
type Deps struct {
	DB       *store.DB
	Keys     *crypt.Keyring
	Org      *org.Module
	Calendar *calendar.Module
}

// New makes the module.
func New(d Deps) *Module {
	return &Module{db: d.DB, keys: d.Keys, org: d.Org, calendar: d.Calendar,
		index: text.Index{Name: "knowledge", Fields: []string{"标题", "问", "答", "关键词"}}}
}

// RegisterJobs adds the module's job handlers and follows the calendar's changes.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(jobRemind, m.remind)
	r.Handle(jobReproject, m.reproject)
	m.calendar.OnChange(m.calendarChanged)
}

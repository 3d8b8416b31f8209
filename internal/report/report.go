// Package report is the bulletins of the hotline (通报): the daily, weekly and monthly report (日报、周报、月报) and reports on
// one matter (专报). A bulletin is a text with places for figures. Every number in it is bound: it stands in a place such as
// {受理量·环比}, is taken from the figures (Content) that were computed when the bulletin was drafted or refreshed, and leads
// to the records behind it. A digit that somebody types is refused (Check).
//
//	(job, or a person) → draft 草稿 ──Review (another person)──→ reviewed 已审核 ──Issue──→ issued 已印发
//	                        ↑                                        │ Return
//	                        └────────────────────────────────────────┘
//
// What is issued does not change: text and figures are sealed by SM3, the figures are frozen (metric.Frozen). A mistake is
// mended by a bulletin that replaces it. Published bulletins show no small numbers of people (Content.hide) and name
// nobody.
package report

import (
	"embed"
	"log/slog"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables report_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// The permissions of this package.
const (
	PermRead   actor.Permission = "report.bulletin.read"
	PermWrite  actor.Permission = "report.bulletin.write"
	PermReview actor.Permission = "report.bulletin.review"
	PermIssue  actor.Permission = "report.bulletin.issue"
	PermPlan   actor.Permission = "report.plan.write"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{{Name: PermRead, Label: "查看通报"}, {Name: PermWrite, Label: "起草通报"}, {Name: PermReview, Label: "审核通报"},
		{Name: PermIssue, Label: "印发通报"}, {Name: PermPlan, Label: "设置通报计划和下限"}}
}

// Grants: 热线班长 and 审核员 draft, 督办员 reviews, 中心领导 issues; units read what is issued.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(scope actor.Scope, role string, perms ...actor.Permission) {
		for _, p := range perms {
			out = append(out, org.Grant{Role: role, Permission: p, Scope: scope})
		}
	}
	give(actor.Centre, org.RoleShiftLead, PermRead, PermWrite, PermPlan)
	give(actor.Centre, org.RoleReviewer, PermRead, PermWrite)
	give(actor.Centre, org.RoleSupervisor, PermRead, PermWrite, PermReview, PermPlan)
	give(actor.Centre, org.RoleLeader, PermRead, PermReview, PermIssue)
	give(actor.Centre, org.RoleDispatcher, PermRead)
	give(actor.Unit, org.RoleUnitHead, PermRead)
	give(actor.Unit, org.RoleLiaison, PermRead)
	return out
}

// Kind is the kind of a bulletin.
type Kind string

// The kinds.
const (
	Daily   Kind = "daily"   // 日报
	Weekly  Kind = "weekly"  // 周报
	Monthly Kind = "monthly" // 月报
	Special Kind = "special" // 专报, on one category or word
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Daily, Weekly, Monthly, Special} }

// Label is the kind's Chinese name.
func (k Kind) Label() string {
	return map[Kind]string{Daily: "日报", Weekly: "周报", Monthly: "月报", Special: "专报"}[k]
}

// State is what has become of a bulletin.
type State string

// The states.
const (
	Draft    State = "draft"    // 草稿
	Reviewed State = "reviewed" // 已审核
	Issued   State = "issued"   // 已印发
)

// Label is the state's Chinese name.
func (s State) Label() string {
	return map[State]string{Draft: "草稿", Reviewed: "已审核", Issued: "已印发"}[s]
}

// Refusals.
var (
	ErrNotFound   = errs.New(errs.NotFound, "report.not_found", "没有这份通报，或您无权查看。请回到通报列表。")
	ErrInput      = errs.New(errs.Invalid, "report.input", "有几处需要改正，没有保存。请按提示修改。")
	ErrState      = errs.New(errs.Conflict, "report.state", "通报当前的状态不能进行这一操作。请刷新后再看。")
	ErrSamePerson = errs.New(errs.Forbidden, "report.same_person", "起草和修改的人不能审核自己的通报。请由另一人审核。")
	ErrVersion    = errs.New(errs.Conflict, "report.version", "这份通报刚被别人改过，您的修改没有保存。请刷新后核对再改。")
)

// Module is the bulletins.
type Module struct {
	db      *store.DB
	clock   clock.Clock
	org     *org.Module
	hotline *hotline.Module
	topics  *topic.Module
	figures *figure.Module
	log     *slog.Logger
}

// Deps are what the composition root gives the module.
type Deps struct {
	DB      *store.DB
	Org     *org.Module
	Hotline *hotline.Module
	Topics  *topic.Module
	Figures *figure.Module
	Log     *slog.Logger
}

// New makes the module.
func New(d Deps) *Module {
	return &Module{db: d.DB, clock: d.DB.Clock(), org: d.Org, hotline: d.Hotline, topics: d.Topics, figures: d.Figures, log: d.Log}
}

// RegisterJobs adds the module's job handlers.
func (m *Module) RegisterJobs(r *jobs.Runner) { r.Handle(jobDraft, m.draftDue) }

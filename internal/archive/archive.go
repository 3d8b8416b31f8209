// Package archive keeps what is finished (档案): one record (一单一档) an object, with what was archived as a sealed body, a
// retention class (保管期限), holds (封存保全), and destruction (销毁) that one person proposes and another approves. It
// knows nothing of the objects: a module archives one with Put, and gives a function that takes the personal data out of
// its own tables when the record is destroyed.
//
//	kept 保管中 ──keep_until passed (job)──→ due 到期 ──Propose──→ proposed 待销毁 ──Approve──→ (job) destroyed 已销毁
//	                                          ↑                        │ Reject, or a hold in force
//	                                          └────────────────────────┘
//
// The body is what a package (归档包) is made of: documents as JSON, and the attachments by their SHA-256. Its content sum
// is recorded when it is archived and never changes: every package that is exported later has it, and Verify computes it
// again from the package alone.
package archive

import (
	"embed"
	"log/slog"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables archive_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// The permissions of this package.
const (
	PermRead    actor.Permission = "archive.record.read"
	PermExport  actor.Permission = "archive.record.export"
	PermClass   actor.Permission = "archive.class.write"
	PermHold    actor.Permission = "archive.hold.write"
	PermPropose actor.Permission = "archive.destruction.propose"
	PermApprove actor.Permission = "archive.destruction.approve"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{{Name: PermRead, Label: "查看档案目录"}, {Name: PermExport, Label: "导出归档包"}, {Name: PermClass, Label: "设置保管期限"},
		{Name: PermHold, Label: "封存和解除封存档案"}, {Name: PermPropose, Label: "提出档案销毁"}, {Name: PermApprove, Label: "批准档案销毁"}}
}

// Grants: 办公室 keeps the archive, 中心领导 approves destruction, 督办员 may hold back what a case needs.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(role string, perms ...actor.Permission) {
		for _, p := range perms {
			out = append(out, org.Grant{Role: role, Permission: p, Scope: actor.Centre})
		}
	}
	give(org.RoleOffice, PermRead, PermExport, PermClass, PermHold, PermPropose)
	give(org.RoleLeader, PermRead, PermHold, PermApprove)
	give(org.RoleSupervisor, PermRead, PermHold)
	give(org.RoleAdmin, PermRead)
	return out
}

// Refusals.
var (
	ErrNotFound   = errs.New(errs.NotFound, "archive.not_found", "没有这份档案，或您无权查看。请核对编号。")
	ErrDestroyed  = errs.New(errs.Conflict, "archive.destroyed", "这份档案已按批准的清册销毁，只留目录。")
	ErrInput      = errs.New(errs.Invalid, "archive.input", "有几处填写需要改正，没有保存。请按提示修改。")
	ErrHeld       = errs.New(errs.Conflict, "archive.held", "档案正在封存保全，不能销毁。请先解除封存。")
	ErrState      = errs.New(errs.Conflict, "archive.state", "档案或清册当前的状态不能进行这一操作。请刷新后再看。")
	ErrGuarded    = errs.New(errs.Forbidden, "archive.guarded", "这份档案的内容只有依规定可以知道反映人的人能取，没有导出。需要的话请联系政务监察股。")
	ErrSamePerson = errs.New(errs.Forbidden, "archive.same_person", "销毁须由另一人批准：提出清册的人不能批准。请由有批准权限的另一人办理。")
)

// Redactor takes the personal data of an object out of everything that its module keeps, in tx; figures must stay what
// they were.
type Redactor func(tx *store.Tx, object string) error

// Guard says who may take the package of an object of a kind, instead of whoever holds PermExport: it gives the permission by
// which the actor of tx may, or ErrGuarded.
type Guard func(tx *store.Tx, object string) (actor.Permission, error)

// Module is the archive.
type Module struct {
	db     *store.DB
	clock  clock.Clock
	keys   *crypt.Keyring
	org    *org.Module
	log    *slog.Logger
	redact map[string]Redactor
	guards map[string]Guard
}

// New makes the module.
func New(db *store.DB, keys *crypt.Keyring, o *org.Module, log *slog.Logger) *Module {
	return &Module{db: db, clock: db.Clock(), keys: keys, org: o, log: log, redact: map[string]Redactor{}, guards: map[string]Guard{}}
}

// Handle registers how objects of a kind are redacted. Call it before jobs run.
func (m *Module) Handle(kind string, r Redactor) { m.redact[kind] = r }

// Guard registers who may take packages of a kind, for modules whose objects not everybody may read who keeps the archive. Call
// it before packages are asked for.
func (m *Module) Guard(kind string, g Guard) { m.guards[kind] = g }

// RegisterJobs adds the module's job handlers.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(jobDue, m.markDue)
	r.Handle(jobDestroy, m.destroySome)
	r.Handle(jobReclass, m.reclassSome)
}

// Schedule makes sure that a centre's retention is watched.
func Schedule(tx *store.Tx, centre string) error {
	return jobs.Insert(tx, centre, jobDue, jobDue, 0, nil)
}

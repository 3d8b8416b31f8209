// Package attest proves on paper (纸面凭据) what the database alone could not: that a printed paper is the centre's own, by a number and
// a code that anybody may verify; and that the records are the ones that were there, by a sheet with the heads of all chains that is
// printed each week and filed where no database administrator reaches it (hall reference §2.1).
//
// The vouchers of cases have their own table (package casework); the papers of the other modules are here: a module says in the
// transaction that prints one what it is, and gets its number and code.
package attest

import (
	"embed"

	"yichuang/internal/actor"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables attest_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// The permissions of this package.
const (
	PermRead actor.Permission = "attest.sheet.read"
	PermFile actor.Permission = "attest.sheet.file"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{{Name: PermRead, Label: "查看、打印和核对周链头单"}, {Name: PermFile, Label: "备案周链头单"}}
}

// Grants: 政务监察股 prints and files the sheets, the leader may look and check. Nobody who keeps the database can file one.
func Grants() []org.Grant {
	return []org.Grant{{Role: org.RoleSupervisor, Permission: PermRead, Scope: actor.Centre}, {Role: org.RoleSupervisor, Permission: PermFile, Scope: actor.Centre},
		{Role: org.RoleLeader, Permission: PermRead, Scope: actor.Centre}}
}

// Refusals.
var (
	ErrPaper = errs.New(errs.NotFound, "attest.paper", "没有查到这份文书：请核对文书编号和验证码。两项都查不到的，可能不是本中心出具的。")
	ErrSheet = errs.New(errs.NotFound, "attest.sheet", "没有这张周链头单。请从列表中选择。")
	ErrTyped = errs.New(errs.Invalid, "attest.typed", "校验值没有看懂，没有核对。请照纸面输入 64 位的数字和字母 a 到 f，空格不必输入。")
)

// Module is the use cases of this package.
type Module struct {
	db     *store.DB
	keys   *crypt.Keyring
	chains []Chain
}

// New makes the module.
func New(db *store.DB, keys *crypt.Keyring) *Module { return &Module{db: db, keys: keys} }

// RegisterJobs adds the module's job handlers.
func (m *Module) RegisterJobs(r *jobs.Runner) { r.Handle(jobSheet, m.makeWeekly) }

// Schedule makes sure that a centre gets its weekly sheet.
func Schedule(tx *store.Tx, centre string) error { return jobs.Ensure(tx, centre, jobSheet, jobSheet) }

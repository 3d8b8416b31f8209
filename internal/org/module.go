package org

import (
	"embed"
	"errors"
	"log/slog"

	"yichuang/internal/actor"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Migrations make the tables org_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Deps is what the module is made from.
type Deps struct {
	DB   *store.DB
	Keys *crypt.Keyring // seals telephone numbers and uploaded lists
	// Permissions and Grants are those of all other modules; this package adds its own.
	Permissions []actor.PermissionInfo
	Grants      []Grant
	Log         *slog.Logger
	// HashSlots is how many passwords are hashed at once (19 MiB each); 0 chooses by the number of processors.
	HashSlots int
}

// Module is the use cases of this package. It is safe for concurrent use.
type Module struct {
	db     *store.DB
	keys   *crypt.Keyring
	log    *slog.Logger
	grants *grantTable
	hasher *hasher
}

// New makes the module. It fails where the modules' permissions and grants do not fit together.
func New(d Deps) (*Module, error) {
	if d.DB == nil || d.Keys == nil {
		return nil, errors.New("org: Deps needs DB and Keys")
	}
	infos := append(Permissions(), d.Permissions...)
	table, err := newGrantTable(infos, append(Grants(), d.Grants...))
	if err != nil {
		return nil, err
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Module{db: d.DB, keys: d.Keys, log: d.Log, grants: table, hasher: newHasher(d.HashSlots)}, nil
}

// Refusals that several use cases share.
var (
	ErrInput     = errs.New(errs.Invalid, "org.input", "填写的内容有误，没有保存。请按提示修改后重新提交。")
	ErrSelf      = errs.New(errs.Conflict, "org.self", "不能对自己的账号做这项操作，没有保存。请由其他管理员办理。")
	ErrLastAdmin = errs.New(errs.Conflict, "org.last_admin", "这是本中心最后一位启用的系统管理员，没有保存。请先指定另一位系统管理员。")
)

package examine

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead   actor.Permission = "finance.examination.read"
	PermRun    actor.Permission = "finance.examination.run"
	PermDecide actor.Permission = "finance.examination.decide"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{{Name: PermRead, Label: "查看决算公开审核"}, {Name: PermRun, Label: "审核决算公开文件"}, {Name: PermDecide, Label: "确认、豁免审核发现"}}
}

// Grants says which role may do what: the finance section examines and decides, the leader reads and decides, the office
// and the information section read.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(role string, perms ...actor.Permission) {
		for _, p := range perms {
			out = append(out, org.Grant{Role: role, Permission: p, Scope: actor.Centre})
		}
	}
	give(org.RoleFinance, PermRead, PermRun, PermDecide)
	give(org.RoleLeader, PermRead, PermDecide)
	give(org.RoleOffice, PermRead)
	give(org.RoleInfo, PermRead)
	return out
}

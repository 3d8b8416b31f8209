package assess

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermSchemeRead   actor.Permission = "assess.scheme.read"
	PermSchemeChange actor.Permission = "assess.scheme.change"
	PermSheetRead    actor.Permission = "assess.sheet.read"
	PermSheetRun     actor.Permission = "assess.sheet.run"
	PermSheetPublish actor.Permission = "assess.sheet.publish"
	PermEventPropose actor.Permission = "assess.event.propose"
	PermEventDecide  actor.Permission = "assess.event.decide"
	PermAppealFile   actor.Permission = "assess.appeal.file"
	PermAppealDecide actor.Permission = "assess.appeal.decide"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermSchemeRead, Label: "查看考核方案"}, {Name: PermSchemeChange, Label: "维护考核方案"}, {Name: PermSheetRead, Label: "查看考核表"},
		{Name: PermSheetRun, Label: "试算、开放申诉和锁定考核表"}, {Name: PermSheetPublish, Label: "发布考核表"}, {Name: PermEventPropose, Label: "提出加分扣分"},
		{Name: PermEventDecide, Label: "审批加分扣分"}, {Name: PermAppealFile, Label: "提出考核申诉"}, {Name: PermAppealDecide, Label: "决定考核申诉"},
	}
}

// Grants says which role may do what on whose rows: the supervision section runs the assessment, the leader publishes
// it, units see and dispute their own results.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(scope actor.Scope, role string, perms ...actor.Permission) {
		for _, p := range perms {
			out = append(out, org.Grant{Role: role, Permission: p, Scope: scope})
		}
	}
	give(actor.Centre, org.RoleSupervisor, PermSchemeRead, PermSchemeChange, PermSheetRead, PermSheetRun, PermEventPropose, PermEventDecide, PermAppealDecide)
	give(actor.Centre, org.RoleLeader, PermSchemeRead, PermSheetRead, PermSheetPublish, PermEventDecide, PermAppealDecide)
	give(actor.Centre, org.RoleShiftLead, PermSchemeRead, PermSheetRead, PermEventPropose)
	give(actor.Centre, org.RoleReviewer, PermSchemeRead, PermSheetRead, PermEventPropose)
	give(actor.Centre, org.RoleAdmin, PermSchemeRead, PermSchemeChange)
	give(actor.Unit, org.RoleUnitHead, PermSchemeRead, PermSheetRead, PermAppealFile)
	give(actor.Unit, org.RoleLiaison, PermSheetRead)
	return out
}

// ownUnits gives the units whose rows an actor may see, or that he may see all.
func ownUnits(a *actor.Actor, p actor.Permission) (units []string, all bool) {
	if a.Scope(p) >= actor.Centre {
		return nil, true
	}
	units = append(units, a.UnitIDs...)
	if len(units) == 0 && a.UnitID != "" {
		units = []string{a.UnitID}
	}
	return units, false
}

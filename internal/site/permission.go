package site

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermVisitRead   actor.Permission = "site.visit.read"
	PermVisit       actor.Permission = "site.visit.make"
	PermChecklist   actor.Permission = "site.checklist.change"
	PermRectify     actor.Permission = "site.finding.rectify"
	PermSelfAssess  actor.Permission = "site.visit.self_assess"
	PermStar        actor.Permission = "site.visit.star"
	PermKioskRead   actor.Permission = "site.kiosk.read"
	PermKiosk       actor.Permission = "site.kiosk.manage"
	PermFault       actor.Permission = "site.kiosk.fault"
	PermSupplyRead  actor.Permission = "site.supply.read"
	PermSupplyAsk   actor.Permission = "site.supply.ask"
	PermSupplyGrant actor.Permission = "site.supply.grant"
	PermFigure      actor.Permission = "site.figure.read"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermVisitRead, Label: "查看站点指导和整改"}, {Name: PermVisit, Label: "指导检查和复查"}, {Name: PermChecklist, Label: "维护检查表"}, {Name: PermRectify, Label: "整改回告"},
		{Name: PermSelfAssess, Label: "站点自评"}, {Name: PermStar, Label: "评定站点星级"}, {Name: PermKioskRead, Label: "查看自助终端"}, {Name: PermKiosk, Label: "登记自助终端"},
		{Name: PermFault, Label: "报修和修复自助终端"}, {Name: PermSupplyRead, Label: "查看用品和维修"}, {Name: PermSupplyAsk, Label: "申请用品和维修"}, {Name: PermSupplyGrant, Label: "审批和登记用品维修"},
		{Name: PermFigure, Label: "查看站点、终端和用品统计"},
	}
}

// Cell is what one role may do: with these permissions, on rows of this scope.
type Cell struct {
	Scope       actor.Scope
	Permissions []actor.Permission
}

// Matrix is who does what about sites, kiosks and supplies, by the letters of the permission matrix (hall reference §8.3); see
// honour.Matrix for them. The matrix has no row for these; they follow its separation: T sees his own site only, G keeps
// the house, J and G guide and check, L rates, F reads amounts.
func Matrix() map[string][]Cell {
	cell := func(s actor.Scope, p ...actor.Permission) Cell { return Cell{s, p} }
	return map[string][]Cell{
		"W": {cell(actor.Site, PermKioskRead, PermFault), cell(actor.Own, PermSupplyRead, PermSupplyAsk)},
		"Z": {cell(actor.Unit, PermSupplyRead, PermSupplyAsk)},
		"D": {cell(actor.Unit, PermSupplyRead)},
		"T": {cell(actor.Site, PermVisitRead, PermRectify, PermSelfAssess, PermKioskRead, PermKiosk, PermFault, PermSupplyRead, PermSupplyAsk)},
		"G": {cell(actor.Centre, PermVisitRead, PermVisit, PermKioskRead, PermKiosk, PermFault, PermSupplyRead, PermSupplyAsk, PermSupplyGrant, PermFigure)},
		"J": {cell(actor.Centre, PermVisitRead, PermVisit, PermChecklist, PermKioskRead, PermSupplyRead, PermFigure)},
		"I": {cell(actor.Centre, PermVisitRead, PermKioskRead, PermKiosk, PermFault, PermFigure)},
		"F": {cell(actor.Centre, PermSupplyRead, PermFigure)},
		"L": {cell(actor.Centre, PermVisitRead, PermStar, PermKioskRead, PermSupplyRead, PermFigure)},
	}
}

var matrixRoles = map[string][]string{
	"W": {org.RoleWindow}, "Z": {org.RoleChiefRep}, "D": {org.RoleApprover}, "G": {org.RoleOffice}, "J": {org.RoleSupervisor}, "I": {org.RoleInfo}, "F": {org.RoleFinance}, "L": {org.RoleLeader}, "T": {org.RoleSiteAdmin},
}

// Grants gives the matrix as grants of roles.
func Grants() []org.Grant {
	var out []org.Grant
	for letter, cells := range Matrix() {
		for _, c := range cells {
			for _, role := range matrixRoles[letter] {
				for _, p := range c.Permissions {
					out = append(out, org.Grant{Role: role, Permission: p, Scope: c.Scope})
				}
			}
		}
	}
	return out
}

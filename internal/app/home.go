package app

import (
	"yichuang/internal/actor"
	"yichuang/internal/hall"
	"yichuang/internal/hallmetric"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// home sends whoever opens the program to where their day begins: citizens to the public page of the hotline, leaders
// to the overview, the hotline office to its queues, units to their desk, the hall's windows to the desk of their counter,
// who decides to the cases that wait for a decision, finance to the final accounts, everybody else of the hall to its overview.
func home(c *web.Ctx) error {
	a := c.Actor()
	switch {
	case a.Kind == actor.Anonymous:
		return c.Redirect("/12345")
	case a.HasRole(org.RoleLeader):
		return c.Redirect("/overview")
	case a.HasRole(org.RoleKnowledge):
		return c.Redirect("/knowledge/todo")
	case a.Scope(hotline.PermRead) >= actor.Centre:
		return c.Redirect("/hotline")
	case a.Can(hotline.PermSign):
		return c.Redirect("/hotline/unit")
	case a.HasRole(org.RoleApprover):
		return c.Redirect("/casework?stage=reviewed")
	case a.HasRole(org.RoleChiefRep):
		return c.Redirect("/casework")
	case a.Can(hall.PermCall) && !a.HasRole(org.RoleSiteAdmin):
		return c.Redirect("/hall/desk")
	case a.HasRole(org.RoleFinance):
		return c.Redirect("/finance")
	case a.Can(hallmetric.PermRead):
		return c.Redirect("/hall/overview")
	}
	return c.Redirect("/account")
}

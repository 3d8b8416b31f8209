package app

import (
	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// home sends whoever opens the program to where their day begins: citizens to the public page of the hotline, leaders
// to the overview, the hotline office to its queues, units to their desk.
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
	}
	return c.Redirect("/account")
}

package orghttp

import (
	"yichuang/internal/org"
	"yichuang/internal/web"
)

func (h *handlers) centreEdit(c *web.Ctx) error {
	centre, err := h.org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	return c.Render(centrePage(nil, centre))
}

func (h *handlers) centreChange(c *web.Ctx) error {
	f := c.Form()
	in := org.CentreInput{Code: f.Text("code"), Name: f.Text("name"), Division: f.Text("division"), Tier: org.Tier(f.Text("tier"))}
	if _, err := h.org.ChangeCentre(c.Context(), f.Version(), in); err == nil {
		c.Flash(web.Success, "中心信息已保存。")
		return c.Redirect("/org/centre")
	} else if !f.Take(err) {
		return err
	}
	centre, err := h.org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	return c.Invalid(centrePage(f, centre))
}

package orghttp

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// accountView is what one's own page shows.
type accountView struct {
	User     org.User
	Unit     string
	Site     string
	Phone    string // masked
	Sessions []org.Session
	Current  string // id of the session that asks
}

func (h *handlers) account(c *web.Ctx) error {
	ctx := c.Context()
	u, err := h.org.Me(ctx)
	if err != nil {
		return err
	}
	v := accountView{User: u, Current: c.SessionGet(org.SessionIDKey)}
	if v.Sessions, err = h.org.OwnSessions(ctx); err != nil {
		return err
	}
	if phone, err := h.org.Phone(ctx, u.ID); err == nil {
		v.Phone = phone.String()
	}
	if v.Unit, v.Site, err = h.placeNames(ctx, u.UnitID, u.SiteID); err != nil {
		return err
	}
	return c.Render(accountPage(v))
}

// placeNames names a unit and a site for a page; "" for none, and where the actor may not read them.
func (h *handlers) placeNames(ctx context.Context, unit, site string) (unitName, siteName string, err error) {
	if a := actor.From(ctx); unit != "" && a.Can(org.PermUnitRead) {
		u, err := h.org.Unit(ctx, unit)
		if err != nil {
			return "", "", err
		}
		unitName = u.Name
	}
	if a := actor.From(ctx); site != "" && a.Can(org.PermSiteRead) {
		s, err := h.org.Site(ctx, site)
		if err != nil {
			return "", "", err
		}
		siteName = s.Name
	}
	return unitName, siteName, nil
}

func (h *handlers) passwordForm(c *web.Ctx) error {
	u, err := h.org.Me(c.Context())
	if err != nil {
		return err
	}
	return c.Render(passwordPage(nil, u.Username, u.MustChange))
}

func (h *handlers) passwordChange(c *web.Ctx) error {
	u, err := h.org.Me(c.Context())
	if err != nil {
		return err
	}
	f := c.Form()
	old, next := f.Raw("old"), f.Raw("password")
	if old == "" {
		f.Fail("old", "请填写原密码。")
	}
	if next != f.Raw("again") {
		f.Fail("again", "两次输入的新密码不一样。")
	}
	if !f.OK() {
		return c.Invalid(passwordPage(f, u.Username, u.MustChange))
	}
	in, err := h.org.ChangePassword(c.Context(), old, next)
	if f.Take(err) {
		return c.Invalid(passwordPage(f, u.Username, u.MustChange))
	}
	if err != nil {
		return err
	}
	if err := h.startSession(c, in); err != nil {
		return err
	}
	c.Flash(web.Success, "密码已修改，其他设备上的登录已退出。")
	return c.Redirect("/account")
}

func (h *handlers) sessionEnd(c *web.Ctx) error {
	if err := h.org.EndSession(c.Context(), c.Param("id")); err != nil {
		return err
	}
	c.Flash(web.Success, "已退出那台设备上的登录。")
	return c.Redirect("/account")
}

func (h *handlers) sessionEndAll(c *web.Ctx) error {
	if err := h.org.EndAllSessions(c.Context()); err != nil {
		return err
	}
	if err := c.SignOut(); err != nil {
		return err
	}
	c.Flash(web.Success, "所有设备上的登录都已退出。")
	return c.Redirect("/login")
}

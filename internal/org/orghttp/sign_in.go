package orghttp

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

func (h *handlers) signInForm(c *web.Ctx) error {
	next := web.LocalPath(c.Query("next"), "/")
	if c.Actor().Kind == actor.User {
		return c.Redirect(next)
	}
	return c.Render(signInPage(nil, next))
}

func (h *handlers) signIn(c *web.Ctx) error {
	f := c.Form()
	next := web.LocalPath(f.Text("next"), "/")
	name, password := f.Required("username", "用户名"), f.Raw("password")
	if password == "" {
		f.Fail("password", "请填写密码。")
	}
	if !f.OK() {
		return c.Invalid(signInPage(f, next))
	}
	in, err := h.org.SignIn(c.Context(), name, password)
	if f.Take(err) {
		return c.Invalid(signInPage(f, next))
	}
	if err != nil {
		return err
	}
	if err := h.startSession(c, in); err != nil {
		return err
	}
	if in.MustChange {
		next = "/account/password"
	}
	return c.Redirect(next)
}

// startSession signs the browser in under a new token, and notes the device for the list of sessions.
func (h *handlers) startSession(c *web.Ctx, in org.SignedIn) error {
	c.SessionPut(org.SessionIDKey, org.NewSessionID())
	c.SessionPut(org.SessionDeviceKey, deviceName(c.Request.UserAgent()))
	return c.SignIn(in.Subject, in.Epoch)
}

func (h *handlers) signOut(c *web.Ctx) error {
	if err := c.SignOut(); err != nil {
		return err
	}
	return c.Redirect("/login")
}

package orghttp

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// userNames are the names of units that a list of users shows, by id.
type userNames map[string]string

// userForm is the page on which an account is made or changed.
type userForm struct {
	Form  *web.Form
	User  org.User
	Units []web.Option
	Sites []web.Option
}

// userView is the page of one account.
type userView struct {
	Form     *web.Form // of the roles
	User     org.User
	Unit     string
	Site     string
	Locked   bool
	Self     bool
	Roles    []web.Option
	Password string // a new one-time password, shown once
}

func (h *handlers) userList(c *web.Ctx) error {
	f := c.Form()
	q := org.UserQuery{Text: c.Query("q"), Role: f.Text("role"), UnitID: f.Text("unit"), Active: !f.Bool("closed"), After: c.Query("after")}
	if c.Can(org.PermUserPhone) {
		q.Phone = f.Text("phone")
	}
	list, next, err := h.org.Users(c.Context(), q)
	if err != nil {
		return err
	}
	tree, err := h.org.UnitTree(c.Context())
	if err != nil {
		return err
	}
	names := userNames{}
	var units []web.Option
	for i := range tree {
		u := &tree[i]
		names[u.ID] = u.Short()
		units = append(units, web.Option{Value: u.ID, Label: indent(u) + u.Name})
	}
	return c.Render(userListPage(f, userTable(list, next, names), units, roleOptions(h.org.Roles())))
}

func (h *handlers) userNew(c *web.Ctx) error {
	return h.showUserForm(c, userForm{User: org.User{UnitID: c.Query("unit")}}, false)
}

func (h *handlers) showUserForm(c *web.Ctx, v userForm, refused bool) error {
	var err error
	if v.Units, err = h.unitOptions(c.Context(), nil); err != nil {
		return err
	}
	if v.Sites, err = h.siteOptions(c.Context(), v.User.SiteID); err != nil {
		return err
	}
	if refused {
		return c.Invalid(userFormPage(v))
	}
	return c.Render(userFormPage(v))
}

func userInput(f *web.Form) org.UserInput {
	return org.UserInput{Username: f.Text("username"), DisplayName: f.Text("display_name"), Title: f.Text("title"), Phone: f.Text("phone"), PhoneKeep: f.Text("phone") == "" && !f.Bool("phone_clear"),
		UnitID: f.Text("unit_id"), SiteID: f.Text("site_id")}
}

func (h *handlers) userCreate(c *web.Ctx) error {
	f := c.Form()
	u, password, err := h.org.CreateUser(c.Context(), userInput(f))
	if f.Take(err) {
		return h.showUserForm(c, userForm{Form: f}, true)
	}
	if err != nil {
		return err
	}
	v, err := h.userView(c.Context(), u.ID, c)
	if err != nil {
		return err
	}
	v.Password = password
	return c.Render(userPage(v))
}

func (h *handlers) userView(ctx context.Context, id string, c *web.Ctx) (userView, error) {
	u, err := h.org.User(ctx, id)
	if err != nil {
		return userView{}, err
	}
	v := userView{User: u, Locked: u.Locked(c.Now()), Self: u.ID == c.Actor().UserID}
	if v.Unit, v.Site, err = h.placeNames(ctx, u.UnitID, u.SiteID); err != nil {
		return v, err
	}
	for _, r := range h.org.Roles() {
		v.Roles = append(v.Roles, web.Option{Value: r.Code, Label: r.Name, Hint: r.Duty, Disabled: !org.MayGive(c.Actor(), r.Code) && !u.HasRole(r.Code)})
	}
	return v, nil
}

func (h *handlers) userShow(c *web.Ctx) error {
	v, err := h.userView(c.Context(), c.Param("id"), c)
	if err != nil {
		return err
	}
	return c.Render(userPage(v))
}

func (h *handlers) userEdit(c *web.Ctx) error {
	u, err := h.org.User(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return h.showUserForm(c, userForm{User: u}, false)
}

func (h *handlers) userChange(c *web.Ctx) error {
	f := c.Form()
	u, err := h.org.ChangeUser(c.Context(), c.Param("id"), f.Version(), userInput(f))
	if err == nil {
		c.Flash(web.Success, "已保存“"+u.DisplayName+"”的账号。")
		return c.Redirect("/org/users/" + u.ID)
	}
	if !f.Take(err) {
		return err
	}
	if u, err = h.org.User(c.Context(), c.Param("id")); err != nil {
		return err
	}
	return h.showUserForm(c, userForm{Form: f, User: u}, true)
}

func (h *handlers) userRoles(c *web.Ctx) error {
	f := c.Form()
	u, err := h.org.SetRoles(c.Context(), c.Param("id"), f.Version(), f.All("roles"))
	if err == nil {
		c.Flash(web.Success, "“"+u.DisplayName+"”的角色现在是："+roleNames(u.Roles())+"。")
		return c.Redirect("/org/users/" + u.ID)
	}
	if !f.Take(err) {
		return err
	}
	v, err := h.userView(c.Context(), c.Param("id"), c)
	if err != nil {
		return err
	}
	v.Form = f
	return c.Invalid(userPage(v))
}

// after redirects to the account with a message, for the small actions of its page.
func (h *handlers) after(c *web.Ctx, u org.User, err error, text string) error {
	if err != nil {
		return err
	}
	c.Flash(web.Success, text)
	return c.Redirect("/org/users/" + u.ID)
}

func (h *handlers) userActive(c *web.Ctx) error {
	f := c.Form()
	u, err := h.org.SetUserActive(c.Context(), c.Param("id"), f.Version(), f.Bool("active"))
	text := "账号“" + u.DisplayName + "”已启用。"
	if !u.Active {
		text = "账号“" + u.DisplayName + "”已停用，登录已全部退出，原有记录都在。"
	}
	return h.after(c, u, err, text)
}

func (h *handlers) userReset(c *web.Ctx) error {
	u, password, err := h.org.ResetPassword(c.Context(), c.Param("id"), c.Form().Version())
	if err != nil {
		return err
	}
	v, err := h.userView(c.Context(), u.ID, c)
	if err != nil {
		return err
	}
	v.Password = password
	return c.Render(userPage(v))
}

func (h *handlers) userUnlock(c *web.Ctx) error {
	u, err := h.org.Unlock(c.Context(), c.Param("id"), c.Form().Version())
	return h.after(c, u, err, "已解除锁定。")
}

func (h *handlers) userSignOut(c *web.Ctx) error {
	u, err := h.org.SignOutUser(c.Context(), c.Param("id"), c.Form().Version())
	return h.after(c, u, err, "已退出这个账号的全部登录。")
}

func (h *handlers) userPhone(c *web.Ctx) error {
	phone, err := h.org.Phone(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	text := string(phone)
	if text == "" {
		text = "没有登记"
	}
	return c.Reveal(text, "/org/users/"+c.Param("id"))
}

// manages reports whether the page shows the buttons of an administrator: not on one's own account.
func (v userView) manages(a *actor.Actor, p actor.Permission) bool {
	return !v.Self && org.Sees(a, p, v.User.Row())
}

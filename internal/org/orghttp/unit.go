package orghttp

import (
	"context"
	"net/url"

	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// unitForm is the page on which a unit is made or changed.
type unitForm struct {
	Form    *web.Form
	Unit    org.Unit // zero for a new one
	Parents []web.Option
	Sites   []web.Option
}

// unitView is the page of one unit.
type unitView struct {
	Unit   org.Unit
	Parent org.Unit
	Site   string
	Below  []org.Unit
	People []org.User
	Today  clock.Date
}

func (h *handlers) unitList(c *web.Ctx) error {
	f := c.Form()
	q := org.UnitQuery{Text: c.Query("q"), Kind: org.UnitKind(f.Text("kind")), Group: org.UnitGroup(f.Text("group")), After: c.Query("after"),
		ActiveOn: clock.NoDate}
	if !f.Bool("ended") {
		q.ActiveOn = c.Now().Date()
	}
	list, next, err := h.org.Units(c.Context(), q)
	if err != nil {
		return err
	}
	return c.Render(unitListPage(f, unitTable(list, next, c.Now().Date()), q))
}

func (h *handlers) unitNew(c *web.Ctx) error {
	return h.showUnitForm(c, unitForm{Unit: org.Unit{ParentID: c.Query("parent"), ActiveFrom: c.Now().Date(), ActiveTo: clock.NoDate}}, false)
}

// showUnitForm fills in the choices and renders; refused says that the form was sent and not accepted.
func (h *handlers) showUnitForm(c *web.Ctx, v unitForm, refused bool) error {
	var err error
	below := func(u *org.Unit) bool { return v.Unit.Path != "" && u.Under(&v.Unit) }
	if v.Parents, err = h.unitOptions(c.Context(), below); err != nil {
		return err
	}
	if v.Sites, err = h.siteOptions(c.Context(), v.Unit.SiteID); err != nil {
		return err
	}
	if refused {
		return c.Invalid(unitFormPage(v))
	}
	return c.Render(unitFormPage(v))
}

func unitInput(f *web.Form) org.UnitInput {
	in := org.UnitInput{Code: f.Text("code"), Name: f.Text("name"), ShortName: f.Text("short_name"), Group: org.UnitGroup(f.Text("group")), ParentID: f.Text("parent_id"),
		SiteID: f.Text("site_id"), Division: f.Text("division"), ContactName: f.Text("contact_name"), OfficePhone: f.Text("office_phone"),
		ActiveFrom: f.Date("active_from"), ActiveTo: f.Date("active_to"), Sort: f.Int("sort")}
	for _, k := range f.All("kinds") {
		in.Kinds = append(in.Kinds, org.UnitKind(k))
	}
	return in
}

func (h *handlers) unitCreate(c *web.Ctx) error {
	f := c.Form()
	in := unitInput(f)
	if !f.OK() {
		return h.showUnitForm(c, unitForm{Form: f}, true)
	}
	u, err := h.org.CreateUnit(c.Context(), in)
	if f.Take(err) {
		return h.showUnitForm(c, unitForm{Form: f}, true)
	}
	if err != nil {
		return err
	}
	c.FlashSaved("已新建单位“"+u.Name+"”。", "unit-new")
	return c.Redirect("/org/units/" + u.ID)
}

func (h *handlers) unitShow(c *web.Ctx) error {
	v, err := h.unitView(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	v.Today = c.Now().Date()
	return c.Render(unitPage(v))
}

func (h *handlers) unitView(ctx context.Context, id string) (v unitView, err error) {
	if v.Unit, err = h.org.Unit(ctx, id); err != nil {
		return v, err
	}
	if v.Unit.ParentID != "" {
		if v.Parent, err = h.org.Unit(ctx, v.Unit.ParentID); err != nil {
			return v, err
		}
	}
	if _, v.Site, err = h.placeNames(ctx, "", v.Unit.SiteID); err != nil {
		return v, err
	}
	if v.Below, _, err = h.org.Units(ctx, org.UnitQuery{ParentID: id, Limit: 200, ActiveOn: clock.NoDate}); err != nil {
		return v, err
	}
	if may(ctx, org.PermUserRead) {
		v.People, _, err = h.org.Users(ctx, org.UserQuery{UnitID: id, Active: true, Limit: 200})
	}
	return v, err
}

func (h *handlers) unitEdit(c *web.Ctx) error {
	u, err := h.org.Unit(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return h.showUnitForm(c, unitForm{Unit: u}, false)
}

func (h *handlers) unitChange(c *web.Ctx) error {
	f := c.Form()
	in := unitInput(f)
	if f.OK() {
		u, err := h.org.ChangeUnit(c.Context(), c.Param("id"), f.Version(), in)
		if err == nil {
			c.Flash(web.Success, "已保存单位“"+u.Name+"”。")
			return c.Redirect("/org/units/" + u.ID)
		}
		if !f.Take(err) {
			return err
		}
	}
	u, err := h.org.Unit(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return h.showUnitForm(c, unitForm{Form: f, Unit: u}, true)
}

func (h *handlers) unitEnd(c *web.Ctx) error {
	f := c.Form()
	u, err := h.org.DeactivateUnit(c.Context(), c.Param("id"), f.Version(), f.Date("active_to"))
	if err != nil {
		return err
	}
	c.Flash(web.Success, "单位“"+u.Name+"”从 "+u.ActiveTo.String()+" 起停用，原有记录都在。")
	return c.Redirect("/org/units/" + u.ID)
}

// under is the address of a list with one filter set.
func under(path, name, value string) string {
	return path + "?" + url.Values{name: {value}}.Encode()
}

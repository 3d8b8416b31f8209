package orghttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// siteForm is the page on which a site is made or changed.
type siteForm struct {
	Form  *web.Form
	Site  org.Site
	Halls []web.Option
}

func (h *handlers) siteList(c *web.Ctx) error {
	f := c.Form()
	list, next, err := h.org.ListSites(c.Context(), org.SiteQuery{Text: c.Query("q"), Kind: org.SiteKind(f.Text("kind")), Active: !f.Bool("closed"), After: c.Query("after")})
	if err != nil {
		return err
	}
	t := web.Table{ID: "sites", Caption: "站点", Next: next, Columns: []web.Column{{Label: "站点", Grow: true}, {Label: "类型"}, {Label: "地址", Minor: true}, {Label: "电话", Minor: true}, {Label: "状态"}},
		Empty: web.Empty{Title: "没有符合条件的站点", Text: "大厅、分中心和便民服务中心会列在这里。"}}
	for _, s := range list {
		name := web.CellText(s.Name)
		if org.Sees(c.Actor(), org.PermSiteWrite, s.Row()) {
			name = web.CellLink("/org/sites/"+s.ID, s.Name)
		}
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Cells: []templ.Component{name, web.CellText(org.LabelOf(org.SiteKinds(), string(s.Kind))),
			web.CellText(s.Address), web.CellText(s.Phone), activeBadge(s.Active)}})
	}
	return c.Render(siteListPage(f, t, c.Actor().Scope(org.PermSiteWrite) >= actor.Centre))
}

func (h *handlers) siteNew(c *web.Ctx) error { return h.showSiteForm(c, siteForm{}, false) }

func (h *handlers) showSiteForm(c *web.Ctx, v siteForm, refused bool) error {
	list, _, err := h.org.ListSites(c.Context(), org.SiteQuery{Active: true, Limit: 500})
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.ParentID == "" && s.ID != v.Site.ID {
			v.Halls = append(v.Halls, web.Option{Value: s.ID, Label: s.Name})
		}
	}
	if refused {
		return c.Invalid(siteFormPage(v))
	}
	return c.Render(siteFormPage(v))
}

func siteInput(f *web.Form) org.SiteInput {
	return org.SiteInput{Code: f.Text("code"), Name: f.Text("name"), Kind: org.SiteKind(f.Text("kind")), ParentID: f.Text("parent_id"), Division: f.Text("division"),
		Address: f.Text("address"), Phone: f.Text("phone"), Approval: f.Text("approval"), Sort: f.Int("sort")}
}

func (h *handlers) siteCreate(c *web.Ctx) error {
	f := c.Form()
	in := siteInput(f)
	if f.OK() {
		s, err := h.org.CreateSite(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已新建站点“"+s.Name+"”。")
			return c.Redirect("/org/sites")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showSiteForm(c, siteForm{Form: f}, true)
}

// editableSite loads a site that the actor may change.
func (h *handlers) editableSite(c *web.Ctx) (org.Site, error) {
	s, err := h.org.Site(c.Context(), c.Param("id"))
	if err == nil && !org.Sees(c.Actor(), org.PermSiteWrite, s.Row()) {
		err = org.ErrSiteMissing.Hide()
	}
	return s, err
}

func (h *handlers) siteEdit(c *web.Ctx) error {
	s, err := h.editableSite(c)
	if err != nil {
		return err
	}
	return h.showSiteForm(c, siteForm{Site: s}, false)
}

func (h *handlers) siteChange(c *web.Ctx) error {
	f := c.Form()
	in := siteInput(f)
	if f.OK() {
		s, err := h.org.ChangeSite(c.Context(), c.Param("id"), f.Version(), in)
		if err == nil {
			c.Flash(web.Success, "已保存站点“"+s.Name+"”。")
			return c.Redirect("/org/sites")
		}
		if !f.Take(err) {
			return err
		}
	}
	s, err := h.editableSite(c)
	if err != nil {
		return err
	}
	return h.showSiteForm(c, siteForm{Form: f, Site: s}, true)
}

func (h *handlers) siteActive(c *web.Ctx) error {
	f := c.Form()
	s, err := h.org.SetSiteActive(c.Context(), c.Param("id"), f.Version(), f.Bool("active"))
	if err != nil {
		return err
	}
	c.Flash(web.Success, "站点“"+s.Name+"”现在是"+map[bool]string{true: "启用", false: "停用"}[s.Active]+"状态。")
	return c.Redirect("/org/sites")
}

func siteFormBox(v siteForm) web.FormBox {
	if v.Site.ID == "" {
		return web.FormBox{Form: v.Form, Action: "/org/sites", Submit: "新建", Cancel: "/org/sites"}
	}
	return web.FormBox{Form: v.Form, Action: "/org/sites/" + v.Site.ID, Submit: "保存", Cancel: "/org/sites", Version: v.Site.Version}
}

func siteFormTitle(s org.Site) string {
	if s.ID == "" {
		return "新建站点"
	}
	return "修改站点：" + s.Name
}

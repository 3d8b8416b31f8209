package itemhttp

import (
	"net/url"
	"strings"

	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// formView is the form on which an item is drafted.
type formView struct {
	Form    *web.Form
	ID      string // of the item; "" for a new one
	Version item.Version
	C       item.Content
	Units   []web.Option
	Sites   []web.Option
	Firsts  []web.Option // units that may review first
	Package bool
	Members string // codes of a package's members, one a line
}

const spareRows = 3

// materialRows is how many rows for materials the form shows: those that are there, and some to fill.
func (v formView) materialRows() int {
	return max(len(v.C.Materials), rowsOf(v.Form, "m_rows")-spareRows) + spareRows
}

func (v formView) stepRows() int {
	return max(len(v.C.Steps), rowsOf(v.Form, "t_rows")-spareRows) + spareRows
}

func rowsOf(f *web.Form, name string) int {
	if f == nil || f.Raw(name) == "" {
		return 0
	}
	return min(int(f.Int(name)), 120)
}

func (v formView) material(i int) item.Material {
	if i < len(v.C.Materials) {
		return v.C.Materials[i]
	}
	return item.Material{Form: "paper", Source: "self"}
}

func (v formView) step(i int) item.StepTemplate {
	if i < len(v.C.Steps) {
		return v.C.Steps[i]
	}
	return item.StepTemplate{Role: org.RoleWindow}
}

// stageOf is the stage that the form proposes for a step; of a row that nobody has filled in none.
func stageOf(s item.StepTemplate) string {
	if s.Stage != "" || s.Name == "" {
		return s.Stage
	}
	return item.GuessStage(s.Name)
}

func (h handlers) newItem(c *web.Ctx) error {
	v := formView{Package: c.Query("package") != ""}
	v.C = item.Content{Profile: item.ProfileStandard, Level: "4", CaseKind: item.Promised, Promise: item.Limit{Unit: item.Workday}, Statutory: item.Limit{Unit: item.Workday}, Correction: item.Limit{N: 5, Unit: item.Workday},
		Channels: []string{"1"}, Scope: "county", InHall: true, Steps: []item.StepTemplate{{Name: "受理", Role: org.RoleWindow, Limit: item.Limit{N: 0, Unit: item.Workday}}, {Name: "审查", Role: org.RoleChiefRep, Limit: item.Limit{N: 1, Unit: item.Workday}}, {Name: "决定", Role: org.RoleApprover, Limit: item.Limit{N: 1, Unit: item.Workday}}}}
	if v.Package {
		v.C.Profile = item.ProfilePackage
	}
	return h.showForm(c, v)
}

func (h handlers) showForm(c *web.Ctx, v formView) error {
	var err error
	if v.Units, err = h.ownUnits(c, item.PermWrite); err != nil {
		return err
	}
	if v.Sites, err = h.sites(c); err != nil {
		return err
	}
	if v.Firsts, err = h.allUnits(c); err != nil {
		return err
	}
	if v.Form != nil {
		return c.Invalid(formPage(v))
	}
	return c.Render(formPage(v))
}

func (h handlers) create(c *web.Ctx) error {
	f := c.Form()
	in := item.NewItem{UnitID: f.Text("unit_id"), SiteID: f.Text("site_id"), Content: readContent(f)}
	isPackage := f.Bool("package")
	if err := h.readMembers(c, f, isPackage, &in.Content); err != nil {
		return err
	}
	if f.OK() {
		it, _, err := h.Item.Create(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已保存“"+it.Name+"”的草稿。补齐后送部门审核。")
			return c.Redirect("/items/" + it.ID)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showForm(c, formView{Form: f, C: in.Content, Package: isPackage, Members: f.Text("members")})
}

// readMembers finds the members of a package by their codes.
func (h handlers) readMembers(c *web.Ctx, f *web.Form, isPackage bool, content *item.Content) error {
	if !isPackage {
		return nil
	}
	for _, code := range lines(f.Text("members")) {
		list, _, err := h.Item.Items(c.Context(), item.Filter{Code: strings.ToUpper(code), Limit: 1})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			f.Fail("members", "没有实施编码为 %s 的事项。", code)
			continue
		}
		content.Members = append(content.Members, list[0].ID)
	}
	if len(content.Members) == 0 {
		f.Fail("members", "请填写一件事包括的事项的实施编码，一行一个。")
	}
	return nil
}

func (h handlers) edit(c *web.Ctx) error {
	s, err := h.Item.Sheet(c.Context(), c.Param("id"), c.Query("version"))
	if err != nil {
		return err
	}
	v := formView{ID: s.Item.ID, Version: s.Version, C: s.Content, Package: s.Item.Package, Members: h.memberCodes(c, s.Content.Members)}
	return h.showForm(c, v)
}

func (h handlers) memberCodes(c *web.Ctx, ids []string) string {
	var out []string
	for _, id := range ids {
		if s, err := h.Item.Sheet(c.Context(), id, ""); err == nil {
			out = append(out, s.Item.Code)
		}
	}
	return strings.Join(out, "\n")
}

func (h handlers) save(c *web.Ctx) error {
	s, err := h.Item.Sheet(c.Context(), c.Param("id"), c.Query("version"))
	if err != nil {
		return err
	}
	f := c.Form()
	content := readContent(f)
	content.Code = s.Item.Code
	if err := h.readMembers(c, f, s.Item.Package, &content); err != nil {
		return err
	}
	if f.OK() {
		v, err := h.Item.Save(c.Context(), s.Version.ID, f.Version(), content)
		if err == nil {
			c.Flash(web.Success, "已保存。")
			return c.Redirect("/items/" + v.ItemID + "?version=" + url.QueryEscape(v.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showForm(c, formView{Form: f, ID: s.Item.ID, Version: s.Version, C: content, Package: s.Item.Package, Members: f.Text("members")})
}

func (v formView) box() web.FormBox {
	if v.ID == "" {
		hidden := map[string]string{}
		if v.Package {
			hidden["package"] = "1"
		}
		return web.FormBox{Form: v.Form, ID: "item", Action: "/items/new", Submit: "保存草稿", Cancel: "/items", Draft: "item-new", Sticky: true, Hidden: hidden}
	}
	return web.FormBox{Form: v.Form, ID: "item", Action: "/items/" + v.ID + "/edit?version=" + url.QueryEscape(v.Version.ID), Submit: "保存草稿", Cancel: "/items/" + v.ID, Version: v.Version.Revision, Draft: "item-" + v.Version.ID, Sticky: true}
}

func (v formView) title() string {
	switch {
	case v.ID != "":
		return "编辑：" + v.C.Name
	case v.Package:
		return "编制一件事"
	}
	return "编制事项"
}

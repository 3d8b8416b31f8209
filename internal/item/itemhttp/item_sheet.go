package itemhttp

import (
	"net/url"

	"github.com/a-h/templ"

	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// sheetView is an item with one version in full.
type sheetView struct {
	item.Sheet
	Form  *web.Form
	Gaps  []string // what is missing before review
	Base  string
	Me    func(item.Action) bool
	Draft bool // a new version may begin
	Alter bool // the department may propose to suspend, cancel, split or merge it
}

func (h handlers) sheet(c *web.Ctx) error { return h.showSheet(c, nil) }

func (h handlers) showSheet(c *web.Ctx, f *web.Form) error {
	s, err := h.Item.Sheet(c.Context(), c.Param("id"), c.Query("version"))
	if err != nil {
		return err
	}
	row := org.Row{CentreID: s.Item.CentreID, UnitID: s.Item.UnitID, SiteID: s.Item.SiteID}
	v := sheetView{Sheet: s, Form: f, Base: "/items/" + s.Item.ID}
	v.Me = func(act item.Action) bool {
		_, perm, ok := item.Next(s.Version.State, act)
		return ok && org.Sees(c.Actor(), perm, row)
	}
	newest := s.Versions[0]
	open := newest.State == item.Draft || newest.State == item.UnitReview || newest.State == item.InfoReview
	v.Alter = !open && org.Sees(c.Actor(), item.PermWrite, row)
	v.Draft = v.Alter && newest.State != item.Cancelled
	if s.Version.State == item.Draft {
		v.Gaps = errs.Reasons(s.Content.Complete())
	}
	if f != nil {
		return c.Invalid(sheetPage(v))
	}
	return c.Render(sheetPage(v))
}

func (v sheetView) title() string { return v.Content.Name }

func (v sheetView) lead() string {
	s := v.Unit + "　" + v.Item.Code + "　第 " + number(int(v.Version.No)) + " 版"
	if v.InForce == v.Version.ID {
		s += "　今天生效"
	}
	return s
}

// head says how the version stands.
func (v sheetView) head() []web.Item {
	x := &v.Version
	items := []web.Item{{Label: "状态", Value: stateBadge(x.State)}, web.ItemText("生效日期", web.DayText(x.EffectiveFrom)), web.ItemText("失效日期", web.DayText(x.EndsOn)),
		web.ItemText("编制", v.by(x.DraftedBy, true)), web.ItemText("部门审核", v.by(x.ReviewedBy, x.State != item.Draft && x.State != item.UnitReview)), web.ItemText("审核发布", v.by(x.PublishedBy, x.PublishedAt > 0))}
	if x.Reason != "" {
		items = append(items, wide("变更原因", x.Reason))
	}
	return items
}

// by names who signed: 系统 where the program did.
func (v sheetView) by(user string, done bool) string {
	if name := v.Authors[user]; name != "" || !done {
		return name
	}
	return "系统"
}

func (v sheetView) versions() web.Table {
	t := web.Table{ID: "versions", Caption: "各版", Columns: []web.Column{{Label: "版本", Grow: true}, {Label: "状态"}, {Label: "生效"}, {Label: "失效"}, {Label: "变更原因", Minor: true}, {Label: "比较"}}}
	for i, x := range v.Versions {
		compare := web.CellText("—")
		if i+1 < len(v.Versions) {
			compare = web.CellLink(v.Base+"/compare?version="+url.QueryEscape(x.ID), "与上一版比较")
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Open: x.ID == v.Version.ID, Cells: []templ.Component{web.CellLink(v.Base+"?version="+url.QueryEscape(x.ID), "第 "+number(int(x.No))+" 版"), stateBadge(x.State),
			web.CellDate(x.EffectiveFrom), web.CellDate(x.EndsOn), web.CellText(x.Reason), compare}})
	}
	return t
}

func (v sheetView) history() []web.Step {
	var out []web.Step
	for _, s := range v.Steps {
		out = append(out, web.Step{At: s.At, Who: s.ByName, Title: s.Action.Label(), Text: s.Remark})
	}
	return out
}

func (v sheetView) at(act item.Action) string { return v.Base + "/steps/" + string(act) }

func (v sheetView) action(act item.Action, w web.Weight, confirm string) web.Action {
	return web.Action{Label: act.Label(), Href: v.at(act), Post: true, Weight: w, Version: v.Version.Revision, Confirm: confirm, Hidden: map[string]string{"version_id": v.Version.ID}}
}

func (h handlers) move(c *web.Ctx) error {
	f := c.Form()
	act := item.Action(c.Param("action"))
	in := item.Change{Day: f.Date("day"), Reason: f.Text("reason")}
	if f.OK() {
		v, err := h.Item.Move(c.Context(), f.Text("version_id"), f.Version(), act, in)
		if err == nil {
			c.Flash(web.Success, "已"+act.Label()+"，第 "+number(int(v.No))+" 版"+v.State.Label()+"。")
			return c.Redirect("/items/" + v.ItemID + "?version=" + url.QueryEscape(v.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showSheet(c, f)
}

func (h handlers) revise(c *web.Ctx) error {
	f := c.Form()
	v, err := h.Item.Revise(c.Context(), c.Param("id"), f.Text("reason"), "")
	if err == nil {
		c.Flash(web.Success, "已从上一版生成第 "+number(int(v.No))+" 版草稿，请修改后送审。")
		return c.Redirect("/items/" + v.ItemID + "/edit?version=" + url.QueryEscape(v.ID))
	}
	if !f.Take(err) {
		return err
	}
	return h.showSheet(c, f)
}

// compareView is two versions side by side.
type compareView struct{ item.Comparison }

func (h handlers) compare(c *web.Ctx) error {
	v, err := h.Item.Differences(c.Context(), c.Param("id"), c.Query("version"))
	if err != nil {
		return err
	}
	return c.Render(comparePage(compareView{v}))
}

func (v compareView) tiles() []web.Tile {
	s := v.Saving
	days := "—"
	if s.DaysKnown {
		days = number(s.Days) + " 日"
	}
	return []web.Tile{{Label: "减材料", Value: number(s.Materials) + " 项"}, {Label: "减环节", Value: number(s.Steps) + " 个"}, {Label: "减时限（承诺）", Value: days}, {Label: "减跑动", Value: number(s.Visits) + " 次"}, {Label: "减收费", Value: s.Fee.Yuan() + " 元"}}
}

func (v compareView) table() web.Table {
	t := web.Table{ID: "differences", Caption: "不同之处", Columns: []web.Column{{Label: "字段", Name: true}, {Label: "第 " + number(int(v.Before.No)) + " 版", Wrap: true}, {Label: "第 " + number(int(v.After.No)) + " 版", Wrap: true, Grow: true}},
		Empty: web.Empty{Title: "两版内容相同"}}
	for i, d := range v.Differences {
		t.Rows = append(t.Rows, web.Row{ID: "d" + number(i), Cells: []templ.Component{web.CellText(d.Field), web.CellText(dash(d.Before)), web.CellText(dash(d.After))}})
	}
	return t
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

package archivehttp

import (
	"maps"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/archive"
	"yichuang/internal/web"
)

func (h handlers) classes(c *web.Ctx) error {
	list, err := h.m.Classes(c.Context())
	if err != nil {
		return err
	}
	t := web.Table{ID: "classes", Caption: "保管期限表", Columns: []web.Column{{Label: "类别", Grow: true}, {Label: "期限"}, {Label: "批准文号", Minor: true}, {Label: "批准日期", Minor: true}, {Label: "确认"}}}
	for _, x := range list {
		name := templ.Component(web.CellText(x.Name))
		if c.Can(archive.PermClass) {
			name = web.CellLink("/archive/classes/"+x.Code, x.Name)
		}
		mark := web.StateBadge(web.Success, "已确认")
		if !x.Confirmed {
			mark = web.StateBadge(web.Warning, "未确认")
		}
		t.Rows = append(t.Rows, web.Row{ID: x.Code, Cells: []templ.Component{name, web.CellText(x.Term()), web.CellText(x.Approval), web.CellDate(x.ApprovedOn), mark}})
	}
	return c.Render(classesPage(t, c.Can(archive.PermClass)))
}

// classView is the form of a retention class; the code "new" is a new one.
type classView struct {
	Form  *web.Form
	Class archive.Class
}

func (h handlers) classForm(c *web.Ctx) error {
	v, err := h.classOf(c)
	if err != nil {
		return err
	}
	return c.Render(classPage(v))
}

func (h handlers) classOf(c *web.Ctx) (classView, error) {
	if c.Param("code") == "new" {
		return classView{}, nil
	}
	list, err := h.m.Classes(c.Context())
	if err != nil {
		return classView{}, err
	}
	for _, x := range list {
		if x.Code == c.Param("code") {
			return classView{Class: x}, nil
		}
	}
	return classView{}, archive.ErrNotFound.Say("没有这个保管期限类别。请回到保管期限表。")
}

func (h handlers) saveClass(c *web.Ctx) error {
	f := c.Form()
	v, err := h.classOf(c)
	if err != nil {
		return err
	}
	in := archive.Class{Code: v.Class.Code, Name: f.Text("name"), Years: int(f.Int("years")), Basis: f.Text("basis"), Approval: f.Text("approval"), ApprovedOn: f.Date("approved_on"),
		Confirmed: f.Bool("confirmed"), Version: f.Version()}
	if v.Class.Code == "" {
		in.Code = f.Text("code")
	}
	if f.OK() {
		if _, err = h.m.SaveClass(c.Context(), in); err == nil {
			c.Flash(web.Success, "已保存。这一类档案的保管到期日随后更新。")
			return c.Redirect("/archive/classes")
		}
		if !f.Take(err) {
			return err
		}
	}
	v.Form = f
	return c.Invalid(classPage(v))
}

func listBadge(s archive.ListState) templ.Component {
	return web.StateBadge(map[archive.ListState]web.Tone{archive.ListProposed: web.Warning, archive.ListApproved: web.Info, archive.ListRejected: web.Info, archive.ListDone: web.Success}[s], s.Label())
}

func (h handlers) lists(c *web.Ctx) error {
	list, next, err := h.m.Lists(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "lists", Caption: "销毁清册", Next: next, Columns: []web.Column{{Label: "清册", Grow: true}, {Label: "档案", Number: true, Unit: "份"}, {Label: "已销毁", Number: true, Unit: "份", Minor: true}, {Label: "提出", Minor: true}, {Label: "状态"}},
		Empty: web.Empty{Title: "还没有销毁清册", Text: "档案到期后，由档案员鉴定提出清册，另一人批准后才会销毁。"}}
	for _, l := range list {
		t.Rows = append(t.Rows, web.Row{ID: l.ID, Href: listPath(l.ID), Cells: []templ.Component{web.CellLink(listPath(l.ID), l.No), web.CellNumber(int64(l.Records)), web.CellNumber(int64(l.Destroyed)),
			web.CellTime(l.ProposedAt), listBadge(l.State)}})
	}
	kept, err := h.kept(c.Context())
	if err != nil {
		return err
	}
	return c.Render(listsPage(t, c.Can(archive.PermPropose), keptLines(kept)))
}

// keptLines says how many people are still known although a record of theirs was destroyed, and why; nobody is named.
func keptLines(kept map[string]int) []string {
	var out []string
	for _, reason := range slices.Sorted(maps.Keys(kept)) {
		out = append(out, "已销毁档案的当事人中，有 "+strconv.Itoa(kept[reason])+" 人的姓名、电话和证件号码还没有清除："+reason+"。程序每天夜里再问一次，不再需要时自动清除。")
	}
	return out
}

// newListView is the form that proposes what is due.
type newListView struct {
	Form  *web.Form
	Due   []archive.Record
	Names map[string]string
}

func (h handlers) newList(c *web.Ctx) error { return h.showNewList(c, nil) }

func (h handlers) showNewList(c *web.Ctx, f *web.Form) error {
	v := newListView{Form: f}
	classes, err := h.m.Classes(c.Context())
	if err != nil {
		return err
	}
	v.Names = classNames(classes)
	due, _, err := h.m.Records(c.Context(), archive.Filter{State: archive.Due, Limit: archive.MaxListRecords})
	if err != nil {
		return err
	}
	for _, r := range due {
		if r.Holds == 0 {
			v.Due = append(v.Due, r)
		}
	}
	if f != nil {
		return c.Invalid(newListPage(v))
	}
	return c.Render(newListPage(v))
}

func (h handlers) propose(c *web.Ctx) error {
	f := c.Form()
	records := f.All("records")
	if len(records) == 0 {
		f.Fail("records", "请至少选择一份档案。")
	}
	if f.OK() {
		l, err := h.m.Propose(c.Context(), archive.ProposeInput{Records: records, Reason: f.Text("reason")})
		if err == nil {
			c.Flash(web.Success, "清册 "+l.No+" 已提出，待另一人批准。")
			return c.Redirect(listPath(l.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showNewList(c, f)
}

// listView is a destruction list's page.
type listView struct {
	archive.Inventory
	Form   *web.Form
	Centre string
	// MayDecide: the reader may decide on it; Own: he may not, because he proposed it.
	MayDecide, Own bool
}

func (h handlers) listOf(c *web.Ctx) (listView, error) {
	inv, err := h.m.Inventory(c.Context(), c.Param("id"))
	if err != nil {
		return listView{}, err
	}
	centre, err := h.org.Centre(c.Context(), c.Actor().CentreID)
	v := listView{Inventory: inv, Centre: centre.Name}
	if inv.List.State == archive.ListProposed && c.Can(archive.PermApprove) {
		v.Own = inv.ProposedBy == c.Actor().UserID
		v.MayDecide = !v.Own
	}
	return v, err
}

func (h handlers) list(c *web.Ctx) error {
	v, err := h.listOf(c)
	if err != nil {
		return err
	}
	return c.Render(listPage(v))
}

func (h handlers) printList(c *web.Ctx) error {
	v, err := h.listOf(c)
	if err != nil {
		return err
	}
	return c.Render(printPage(v))
}

func (h handlers) decide(c *web.Ctx) error {
	f := c.Form()
	approve, err := f.Either("decision", "approve", "reject")
	var l archive.List
	if err == nil {
		l, err = h.m.Decide(c.Context(), c.Param("id"), f.Version(), approve, f.Text("remark"))
	}
	if err != nil {
		if !f.Take(err) {
			return err
		}
		v, err := h.listOf(c)
		if err != nil {
			return err
		}
		v.Form = f
		return c.Invalid(listPage(v))
	}
	if approve {
		c.Flash(web.Success, "已批准，正在销毁 "+strconv.Itoa(l.Records)+" 份档案。")
	} else {
		c.Flash(web.Success, "未批准，档案回到到期待鉴定。")
	}
	return c.Redirect(listPath(l.ID))
}

func (v listView) facts() []web.Item {
	out := []web.Item{web.ItemText("清册号", v.No), {Label: "状态", Value: listBadge(v.List.State)}, web.ItemText("档案", strconv.Itoa(v.List.Records)+" 份"), web.ItemText("提出", v.Names[v.ProposedBy]+" "+v.ProposedAt.String()),
		{Label: "鉴定意见", Value: web.CellText(v.Reason), Wide: true}}
	if v.DecidedAt != 0 {
		out = append(out, web.ItemText("审批", v.Names[v.DecidedBy]+" "+v.DecidedAt.String()+" "+v.Remark))
	}
	if v.EndedAt != 0 {
		out = append(out, web.ItemText("执行", v.EndedAt.String()+"，销毁 "+strconv.Itoa(v.Destroyed)+" 份，因封存剔除 "+strconv.Itoa(v.Spared)+" 份"))
	}
	return out
}

func (v listView) className(code string) string { return v.Classes[code].Name }
func (v listView) term(code string) string      { return v.Classes[code].Term() }

package itemhttp

import (
	"context"
	"io"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

const alterationsAt = "/item-changes"

// alterations lists what is done with the directory itself (事项变动).
func (h handlers) alterations(c *web.Ctx) error {
	f := c.Form()
	list, next, err := h.Item.Alterations(c.Context(), item.AlterationFilter{State: item.State(f.Text("state")), After: c.Query("after")})
	if err != nil {
		return err
	}
	t := web.Table{ID: "alterations", Caption: "事项变动", Next: next, Columns: []web.Column{{Label: "变动", Grow: true, Wrap: true}, {Label: "种类"}, {Label: "单位"}, {Label: "生效"}, {Label: "状态"}},
		Empty: web.Empty{Title: "没有事项变动", Text: "部门在事项的页面上提出暂停、取消、拆分、合并，经部门和政务信息股审核后公布。"}}
	for i := range list {
		x := &list[i]
		a := &x.Alteration
		t.Rows = append(t.Rows, web.Row{ID: a.ID, Href: alterationsAt + "/" + a.ID, Cells: []templ.Component{web.CellLink(alterationsAt+"/"+a.ID, x.Names), web.CellText(a.Kind.Label()), web.CellText(x.Unit), web.CellDate(a.Day), stateBadge(a.State)}})
	}
	filter := inFilters(web.InputSelect(web.Field{Form: f, Name: "state", Label: "状态", Optional: true, Options: alterationStates()}))
	return c.Render(web.StaffPage(web.Page{Title: "事项变动", Lead: "暂停、恢复、取消、拆分、合并都要编制、部门审核、政务信息股审核三个人办，从生效日起执行；已受理的办件按原来的版本办完。", Tools: web.CellLink("/guides/changes", "群众看到的变动公告")},
		[]templ.Component{filter, web.DataTable(t)}))
}

// inFilters is the bar of filters around its fields.
func inFilters(fields ...templ.Component) templ.Component {
	return around(web.Filters(web.FilterBar{}), fields...)
}

// around renders a component with others as its children.
func around(outer templ.Component, inner ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			ctx = templ.ClearChildren(ctx)
			for _, p := range inner {
				if err := p.Render(ctx, w); err != nil {
					return err
				}
			}
			return nil
		})
		return outer.Render(templ.WithChildren(ctx, children), w)
	})
}

func alterationStates() []web.Option {
	var out []web.Option
	for _, s := range []item.State{item.Draft, item.UnitReview, item.InfoReview, item.Published, item.Discarded} {
		out = append(out, web.Option{Value: string(s), Label: s.Label()})
	}
	return out
}

// alterationLinks are what the department may propose for an item as it stands.
func (v sheetView) alterationLinks() []web.Action {
	var out []web.Action
	for _, k := range item.AlterationKinds() {
		if v.Alter && k.AltersNow(v.stateFor(k)) {
			out = append(out, web.Action{Label: k.Label() + "…", Href: alterationsAt + "/new?" + url.Values{"kind": {string(k)}, "item": {v.Item.ID}}.Encode()})
		}
	}
	return out
}

// stateFor is the state of the item that counts for an alteration: it is resumed beside an open draft, anything else waits for that.
func (v sheetView) stateFor(k item.AlterationKind) item.State {
	for _, x := range v.Versions {
		if k == item.Resuming && x.State == item.Suspended {
			return x.State
		}
		if x.State == item.Published || x.State == item.Cancelled {
			break
		}
	}
	return v.Item.State
}

// newAlteration is the form on which an alteration is drafted.
func (h handlers) newAlteration(c *web.Ctx) error {
	return h.showAlterationForm(c, nil, item.AlterationKind(c.Query("kind")), c.Query("item"))
}

func (h handlers) showAlterationForm(c *web.Ctx, f *web.Form, kind item.AlterationKind, id string) error {
	s, err := h.Item.Sheet(c.Context(), id, "")
	if err != nil {
		return err
	}
	if kind.Label() == "" || !org.Sees(c.Actor(), item.PermWrite, org.Row{CentreID: s.Item.CentreID, UnitID: s.Item.UnitID, SiteID: s.Item.SiteID}) {
		return item.ErrNoAlteration.Hide()
	}
	var fields []templ.Component
	switch kind {
	case item.Merging:
		others, err := h.itemOptions(c, s.Item.UnitID)
		if err != nil {
			return err
		}
		fields = append(fields, web.InputChecks(web.Field{Form: f, Name: "items", Label: "合并哪些事项", Values: []string{id}, Options: others}), web.FieldLine(successorFields(f, "合并成的事项", 0)...))
	case item.Splitting:
		for i, label := range []string{"第一个", "第二个", "第三个", "第四个", "第五个"} {
			fields = append(fields, web.FieldLine(successorFields(f, "拆分成的"+label, i)...))
		}
	}
	fields = append(fields, web.InputDate(web.Field{Form: f, Name: "day", Label: "生效日期", Optional: true, Hint: "不填就是发布那天"}),
		web.InputArea(web.Field{Form: f, Name: "reason", Label: "原因和依据", Rows: 3, Max: 500}))
	form := web.FieldsForm(web.FormBox{Form: f, ID: "alteration", Action: alterationsAt + "/new", Submit: "保存草稿", Cancel: "/items/" + id, Hidden: map[string]string{"kind": string(kind), "item": id}}, fields...)
	page := web.StaffPage(web.Page{Title: kind.Label() + "：" + s.Item.Name, Lead: alterationLead(kind), Crumbs: []web.Link{{Label: "事项目录", Href: "/items"}, {Label: s.Item.Name, Href: "/items/" + id}}, Narrow: true}, []templ.Component{form})
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func alterationLead(k item.AlterationKind) string {
	switch k {
	case item.Splitting, item.Merging:
		return "新的实施编码按原事项的内容生成草稿，请逐个改好再送审；填本部门已发布事项的编码，就由它接替。从生效日起原事项不再收件，窗口和办事指南都指到新事项。"
	case item.Pausing:
		return "从生效日起不再收件，已受理的照常办理；恢复也要审核。"
	case item.Resuming:
		return "从生效日起恢复收件。"
	}
	return "从生效日起不再收件，已受理的照常办理。取消后不能恢复。"
}

// successorFields are code and name of one successor.
func successorFields(f *web.Form, label string, i int) []templ.Component {
	optional := i > 1
	return []templ.Component{web.InputText(web.Field{Form: f, Name: "code" + number(i), Label: label + "：实施编码", Optional: optional, Max: 64}),
		web.InputText(web.Field{Form: f, Name: "name" + number(i), Label: "名称", Optional: true, Max: 200})}
}

func (h handlers) draftAlteration(c *web.Ctx) error {
	f := c.Form()
	day, id := f.Date("day"), f.Text("item")
	in := item.AlterationInput{Kind: item.AlterationKind(f.Text("kind")), Items: f.All("items"), Day: &day, Reason: f.Text("reason")}
	if len(in.Items) == 0 {
		in.Items = []string{id}
	}
	if in.Kind == item.Merging || in.Kind == item.Splitting {
		for i := range 5 {
			in.Successors = append(in.Successors, item.Successor{Code: f.Text("code" + number(i)), Name: f.Text("name" + number(i))})
		}
	}
	if f.OK() {
		a, err := h.Item.Alter(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已保存"+a.Kind.Label()+"的草稿，改好后送部门审核。")
			return c.Redirect(alterationsAt + "/" + a.ID)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showAlterationForm(c, f, in.Kind, id)
}

func (h handlers) alteration(c *web.Ctx) error { return h.showAlteration(c, nil) }

func (h handlers) showAlteration(c *web.Ctx, f *web.Form) error {
	s, err := h.Item.AlterationSheet(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	a := &s.Alteration
	row := org.Row{CentreID: a.CentreID, UnitID: a.UnitID, SiteID: a.SiteID}
	var actions []templ.Component
	for _, act := range item.Actions() {
		if _, perm, ok := item.Next(a.State, act); ok && org.Sees(c.Actor(), perm, row) && (act != item.Submit || len(s.Unready) == 0) {
			actions = append(actions, alterationAction(f, a, act))
		}
	}
	items := []web.Item{{Label: "状态", Value: stateBadge(a.State)}, web.ItemText("种类", a.Kind.Label()), web.ItemText("单位", s.Unit), web.ItemText("生效日期", alterationDay(a)),
		web.ItemText("编制", s.Authors[a.DraftedBy]), web.ItemText("部门审核", s.Authors[a.ReviewedBy]), web.ItemText("审核发布", s.Authors[a.PublishedBy]), wide("原因和依据", a.Reason)}
	parts := []templ.Component{web.FormProblems(f), web.PartPanel("变动", web.Definitions(items), actionRow(actions))}
	if len(s.Unready) > 0 {
		parts = append(parts, web.Notice(web.Warning, "送审前还要把新事项的内容补齐："+namesOfItems(s.Unready)+"。"))
	}
	parts = append(parts, web.PartPanel("原事项", web.DataTable(alterationItems("old", s.Items))))
	if len(s.Successors) > 0 {
		parts = append(parts, web.PartPanel("新事项", web.DataTable(alterationItems("new", s.Successors)), web.Notice(web.Info, "授权书和委托受理协议按事项签发，新事项要另行授权。")))
	}
	var course []web.Step
	for _, x := range s.Steps {
		course = append(course, web.Step{At: x.At, Who: x.ByName, Title: x.Action.Label(), Text: x.Remark})
	}
	if len(course) > 0 {
		parts = append(parts, web.PartPanel("经过", web.Timeline(course)))
	}
	page := web.StaffPage(web.Page{Title: a.Kind.Label() + "：" + s.Names, Crumbs: []web.Link{{Label: "事项变动", Href: alterationsAt}}}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func alterationDay(a *item.Alteration) string {
	if a.Day.IsZero() {
		return "发布那天"
	}
	return web.DayText(a.Day)
}

func namesOfItems(list []item.Item) string {
	var out []string
	for _, it := range list {
		out = append(out, it.Name)
	}
	return strings.Join(out, "、")
}

// alterationAction is the button of a step, with the fields that the step asks for.
func alterationAction(f *web.Form, a *item.Alteration, act item.Action) templ.Component {
	b := web.Action{Label: act.Label(), Href: alterationsAt + "/" + a.ID + "/steps/" + string(act), Post: true, Version: a.Version, Weight: web.Primary}
	day := ""
	if !a.Day.IsZero() {
		day = a.Day.String()
	}
	switch act {
	case item.Submit:
		b.Confirm = "送审后，新事项的草稿一并送审，不能再改。"
		return around(web.ActionButton(b), web.InputDate(web.Field{Form: f, Name: "day", Label: "生效日期", Value: day, Optional: true}), web.InputArea(web.Field{Form: f, Name: "reason", Label: "原因和依据", Value: a.Reason, Rows: 2, Max: 500}))
	case item.Publish:
		b.Confirm = "发布后从生效日起执行，群众在变动公告里看到。"
		return around(web.ActionButton(b), web.InputDate(web.Field{Form: f, Name: "day", Label: "生效日期", Value: day, Optional: true, Hint: "不填就是今天"}))
	case item.Return:
		b.Confirm, b.Weight = "退回编制人修改。请写明理由。", web.Plain
		return around(web.ActionButton(b), reason(f))
	case item.Discard:
		b.Confirm, b.Weight = "确定废弃？新事项的草稿一并废弃，记录仍保留。", web.Unimportant
	default:
		b.Confirm = "确定" + act.Label() + "？新事项一并通过。"
	}
	return web.ActionButton(b)
}

func alterationItems(id string, list []item.Item) web.Table {
	t := web.Table{ID: id, Caption: "事项", Columns: []web.Column{{Label: "事项", Grow: true}, {Label: "实施编码"}, {Label: "状态"}}}
	for _, it := range list {
		t.Rows = append(t.Rows, web.Row{ID: it.ID, Cells: []templ.Component{web.CellLink("/items/"+it.ID, it.Name), web.CellText(it.Code), stateBadge(it.State)}})
	}
	return t
}

func (h handlers) moveAlteration(c *web.Ctx) error {
	f := c.Form()
	act := item.Action(c.Param("action"))
	in := item.Change{Day: f.Date("day"), Reason: f.Text("reason")}
	if f.OK() {
		a, err := h.Item.MoveAlteration(c.Context(), c.Param("id"), f.Version(), act, in)
		if err == nil {
			c.Flash(web.Success, "已"+act.Label()+"，变动"+a.State.Label()+"。")
			return c.Redirect(alterationsAt + "/" + a.ID)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showAlteration(c, f)
}

// changes is the public list of what was done with the directory (变动公告).
func (s public) changes(c *web.Ctx, p place) error {
	list, next, err := s.Item.PublishedAlterations(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "changes", Caption: "变动公告", Columns: []web.Column{{Label: "生效"}, {Label: "种类"}, {Label: "变动", Grow: true, Wrap: true}, {Label: "单位"}, {Label: "原因", Wrap: true}}, Empty: web.Empty{Title: "还没有暂停、取消、拆分或合并的事项"}}
	if next != "" {
		t.Next = p.path("/changes?after=" + url.QueryEscape(next))
	}
	for i := range list {
		x := &list[i]
		cells := []templ.Component{web.CellDate(x.Day), web.CellText(x.Kind.Label()), s.itemLinks(p, x), web.CellText(x.Unit), web.CellText(x.Reason)}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Cells: cells})
	}
	return c.Render(web.PublicPage(web.Page{Title: "事项变动公告", Lead: "暂停、恢复、取消、拆分和合并的事项。生效日以前受理的，按原来的办事指南办完。", Crumbs: []web.Link{{Label: "办事指南", Href: p.Base}}}, []templ.Component{web.DataTable(t)}))
}

// itemLinks leads from an alteration to the guides of its items and of what takes their place.
func (s public) itemLinks(p place, x *item.PublicAlteration) templ.Component {
	var parts []templ.Component
	for i, it := range x.Items {
		if i > 0 {
			parts = append(parts, web.CellText("、"))
		}
		parts = append(parts, web.CellLink(p.path("/items/"+it.ID), it.Name))
	}
	for i, it := range x.Successors {
		parts = append(parts, web.CellText(map[bool]string{true: " → ", false: "、"}[i == 0]), web.CellLink(p.path("/items/"+it.ID), it.Name))
	}
	return templ.Join(parts...)
}

// altered says on a guide how its item ended or will end, and leads to what takes its place.
func (v guideView) altered() templ.Component {
	x := v.Altered
	if x == nil {
		return templ.NopComponent
	}
	tone := web.Info
	if v.Over() {
		tone = web.Warning
	}
	parts := []templ.Component{web.Notice(tone, x.Text()+"。"+map[bool]string{true: "以下是原来的办事指南，只适用于之前受理的办件。", false: "在此之前仍按本指南办理。"}[v.Over()])}
	if len(x.Successors) > 0 {
		var doors []web.Link
		for _, it := range x.Successors {
			doors = append(doors, web.Link{Label: it.Name, Href: v.path("/items/" + it.ID)})
		}
		parts = append(parts, web.Doors(doors))
	}
	return templ.Join(parts...)
}

// dayOf gives a day of a request; NoDate where none was sent.
func dayOf(d *clock.Date) clock.Date {
	if d == nil {
		return clock.NoDate
	}
	return *d
}

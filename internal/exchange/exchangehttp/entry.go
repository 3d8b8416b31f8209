package exchangehttp

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/document/table"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/exchange"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

func entryPath(id string) string { return "/exchange/entries/" + id }

func options(list []org.Choice) []web.Option {
	out := make([]web.Option, len(list))
	for i, c := range list {
		out[i] = web.Option{Value: c.Value, Label: c.Label}
	}
	return out
}

func classes() []web.Option {
	var out []web.Option
	for _, c := range exchange.Classes {
		out = append(out, web.Option{Value: string(c), Label: c.Label()})
	}
	return out
}

func classTone(c exchange.Class) web.Tone {
	return map[exchange.Class]web.Tone{exchange.Unconditional: web.Success, exchange.Conditional: web.Info, exchange.NotShared: web.Warning}[c]
}

func entryFilter(c *web.Ctx) exchange.EntryFilter {
	return exchange.EntryFilter{Open: c.Query("stage") == "open", Class: exchange.Class(c.Query("class")), UnitID: c.Query("unit"), Query: strings.TrimSpace(c.Query("q")), After: c.Query("after")}
}

func (h handlers) entries(c *web.Ctx) error {
	f := entryFilter(c)
	list, next, err := h.Exchange.Entries(c.Context(), f)
	if err != nil {
		return err
	}
	units, err := h.units(c)
	if err != nil {
		return err
	}
	t := web.Table{ID: "entries", Caption: "数据目录", Next: next, Download: "/exchange/entries.xlsx", Columns: []web.Column{{Label: "目录代码"}, {Label: "数据名称", Grow: true}, {Label: "提供单位"}, {Label: "共享属性"}, {Label: "状态"}},
		Empty: web.Empty{Title: "这里没有数据目录", Text: "各单位编制、政务信息股审查发布的数据目录列在这里。"}}
	if f.Open {
		t.Download = ""
	}
	for _, e := range list {
		t.Rows = append(t.Rows, web.Row{ID: e.ID, Href: entryPath(e.ID), Cells: []templ.Component{web.CellLink(entryPath(e.ID), e.Code), text(e.Name), text(e.Unit), web.StateBadge(classTone(e.Class), e.Class.Label()), text(e.State.Label())}})
	}
	tabs := []web.Tab{{Label: "已发布", Href: "/exchange/entries", Current: !f.Open}, {Label: "编制和审查中", Href: "/exchange/entries?stage=open", Current: f.Open}}
	form := c.Form()
	filters := web.Filters(web.FilterBar{Action: "/exchange/entries", Search: "q", Placeholder: "数据名称"})
	return c.Render(web.StaffPage(web.Page{Title: "数据目录", Lead: "各单位有哪些数据、能不能共享、依据什么。目录由提供单位编制，政务信息股审查发布，改动就是新的一版。", Tools: h.entryTools(c, f.Open)}, []templ.Component{web.Tabs("目录的阶段", tabs),
		within(filters, web.InputSelect(web.Field{Form: form, Name: "class", Label: "共享属性", Optional: true, Options: classes()}), web.InputSelect(web.Field{Form: form, Name: "unit", Label: "提供单位", Optional: true, Options: units}),
			hidden("stage", c.Query("stage"))), web.DataTable(t)}))
}

// within renders a component around others.
func within(outer templ.Component, inner ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, parts(inner)), w)
	})
}

func (h handlers) entryTools(c *web.Ctx, open bool) templ.Component {
	list := []templ.Component{link("/data", "群众看到的目录")}
	if c.Can(exchange.PermPropose) {
		list = append(list, web.ActionButton(web.Action{Label: "编制目录", Href: "/exchange/entries/new", Icon: "plus", Weight: web.Primary}))
	}
	if c.Can(exchange.PermSubmit) {
		list = append(list, link("/exchange/entries/import", "导入"))
	}
	if open && c.Can(exchange.PermReview) {
		list = append(list, web.ActionButton(web.Action{Label: "全部发布", Href: "/exchange/entries/publish-waiting", Post: true, Confirm: "把待审查的目录全部发布？本股室自己提交的不在内。"}))
	}
	return parts(list)
}

func link(href, label string) templ.Component {
	return web.ActionButton(web.Action{Label: label, Href: href})
}

func (h handlers) units(c *web.Ctx) ([]web.Option, error) {
	list, err := h.Org.UnitTree(c.Context())
	var out []web.Option
	for _, u := range list {
		out = append(out, web.Option{Value: u.ID, Label: u.Name})
	}
	return out, err
}

// ownUnits lists the units in whose name the actor may draft.
func (h handlers) ownUnits(c *web.Ctx, p actor.Permission) ([]web.Option, error) {
	list, err := h.Org.UnitTree(c.Context())
	a := c.Actor()
	var out []web.Option
	for _, u := range list {
		site := u.SiteID
		if site == "" {
			site = a.SiteID
		}
		if org.Sees(a, p, org.Row{CentreID: u.CentreID, UnitID: u.ID, SiteID: site}) {
			out = append(out, web.Option{Value: u.ID, Label: u.Name})
		}
	}
	return out, err
}

func (h handlers) exportEntries(c *web.Ctx) error {
	return c.Stream("数据目录.xlsx", xlsx.ContentType, func(w io.Writer) error {
		return writeEntries(w, func(add func([]string) error) error {
			return h.Exchange.ExportEntries(c.Context(), entryFilter(c), add)
		})
	})
}

func writeEntries(w io.Writer, rows func(add func([]string) error) error) error {
	return writeRows(w, "数据目录", exchange.EntryColumns(), rows)
}

// writeRows writes rows of plain text as a spreadsheet.
func writeRows(w io.Writer, sheet string, heads []string, rows func(add func([]string) error) error) error {
	columns := make([]xlsx.Column, len(heads))
	for i, name := range heads {
		columns[i] = xlsx.Column{Label: name, Kind: xlsx.Text, Width: 20}
	}
	return xlsx.Table(w, sheet, columns, func(add func(cells ...any) error) error {
		return rows(func(cells []string) error {
			out := make([]any, len(cells))
			for i, s := range cells {
				out[i] = s
			}
			return add(out...)
		})
	})
}

func (h handlers) entry(c *web.Ctx) error { return h.showEntry(c, nil) }

func (h handlers) showEntry(c *web.Ctx, f *web.Form) error {
	s, err := h.Exchange.Entry(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	p := web.Page{Title: s.Content.Name, Lead: s.Unit + " · " + s.Code, Crumbs: []web.Link{{Label: "数据目录", Href: "/exchange/entries"}}}
	page := web.StaffPage(p, []templ.Component{web.FormProblems(f), web.PartPanel("目录", web.Definitions(entryFacts(s)), entryActions(f, s)), web.PartPanel("数据项", web.DataTable(fieldTable(s.Content.Fields))), web.PartPanel("各版", web.DataTable(versionTable(s.Versions)))})
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func entryFacts(s exchange.EntrySheet) []web.Item {
	out := []web.Item{{Label: "共享属性", Value: web.StateBadge(classTone(s.Content.Class), s.Content.Class.Label())}, web.ItemText("状态", "第 "+strconv.FormatInt(s.Current.No, 10)+" 版，"+s.Current.State.Label()), web.ItemText("更新周期", org.LabelOf(exchange.Cycles(), s.Content.Cycle)),
		web.ItemText("来源系统", s.Content.Source), web.ItemText("依据", s.Content.Basis), web.ItemText("共享条件", s.Content.Conditions)}
	if s.Current.Reason != "" {
		out = append(out, web.ItemText("审查意见", s.Current.Reason))
	}
	return out
}

func entryActions(f *web.Form, s exchange.EntrySheet) templ.Component {
	var list []templ.Component
	if s.MayEdit && s.Current.State == exchange.VersionDraft {
		list = append(list, link(entryPath(s.ID)+"/edit", "编辑"))
	}
	if s.MayEdit && s.Current.State == exchange.VersionPublished {
		list = append(list, link(entryPath(s.ID)+"/edit", "新编一版"))
	}
	for _, act := range s.Allowed {
		a := web.Action{Label: act.Label(), Href: entryPath(s.ID) + "/steps/" + string(act), Post: true, Version: s.Current.Revision, Weight: web.Primary, Form: f}
		if act == exchange.ReturnEntry || act == exchange.WithdrawEntry {
			a.Weight, a.Confirm = web.Plain, act.Label()+"“"+s.Content.Name+"”？"
			list = append(list, button(a, web.InputArea(web.Field{Form: f.At(a.Href), Name: "reason", Label: "理由", Rows: 2, Max: 500})))
			continue
		}
		list = append(list, button(a))
	}
	if s.MayAsk {
		list = append(list, link("/exchange/requests/new?entry="+url.QueryEscape(s.ID), "申请共享"))
	}
	return box(list...)
}

// box puts buttons beside each other.
func box(list ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if len(list) == 0 {
			return nil
		}
		if _, err := io.WriteString(w, `<div class="actions">`); err != nil {
			return err
		}
		if err := parts(list).Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, `</div>`)
		return err
	})
}

func fieldTable(list []exchange.DataField) web.Table {
	t := web.Table{ID: "fields", Caption: "数据项", Columns: []web.Column{{Label: "代码"}, {Label: "名称", Grow: true}, {Label: "个人信息"}}}
	for _, f := range list {
		personal := "否"
		if f.Personal {
			personal = "是"
		}
		t.Rows = append(t.Rows, web.Row{ID: f.Code, Cells: []templ.Component{text(f.Code), text(f.Name), text(personal)}})
	}
	return t
}

func versionTable(list []exchange.EntryVersion) web.Table {
	t := web.Table{ID: "versions", Caption: "各版", Columns: []web.Column{{Label: "版次", Number: true}, {Label: "状态", Grow: true}, {Label: "编制时间"}, {Label: "审查时间"}}}
	for _, v := range list {
		t.Rows = append(t.Rows, web.Row{ID: v.ID, Cells: []templ.Component{web.CellNumber(v.No), text(v.State.Label()), text(v.DraftedAt.String()), text(v.DecidedAt.String())}})
	}
	return t
}

func (h handlers) newEntry(c *web.Ctx) error {
	return h.entryForm(c, nil, "", exchange.EntryContent{Class: exchange.Unconditional, Cycle: "day"}, 0)
}

// entryForm is the form of a new entry or, with an id, of its next or open version.
func (h handlers) entryForm(c *web.Ctx, f *web.Form, id string, in exchange.EntryContent, version int64) error {
	p := web.Page{Title: "编制数据目录", Crumbs: []web.Link{{Label: "数据目录", Href: "/exchange/entries"}}, Narrow: true}
	b := web.FormBox{Form: f, ID: "entry", Action: "/exchange/entries/new", Submit: "保存草稿", Cancel: "/exchange/entries", Version: version}
	var fields []templ.Component
	if id != "" {
		p.Title, b.Action, b.Cancel = "编辑："+in.Name, entryPath(id)+"/edit", entryPath(id)
	} else {
		units, err := h.ownUnits(c, exchange.PermPropose)
		if err != nil {
			return err
		}
		b.Hidden = map[string]string{"key": formKey(c, f)}
		fields = append(fields, web.InputSelect(web.Field{Form: f, Name: "unit_id", Label: "提供单位", Options: units}), web.InputText(web.Field{Form: f, Name: "code", Label: "目录代码", Hint: "省级目录有代码的照填；不填由程序给出", Max: 40, Optional: true, Short: true}))
	}
	fields = append(fields, contentFields(f, in)...)
	page := web.StaffPage(p, []templ.Component{web.FieldsForm(b, fields...)})
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func contentFields(f *web.Form, in exchange.EntryContent) []templ.Component {
	return []templ.Component{web.InputText(web.Field{Form: f, Name: "name", Label: "数据名称", Value: in.Name, Max: 100}), web.InputRadio(web.Field{Form: f, Name: "class", Label: "共享属性", Value: string(in.Class), Options: classes(), Short: true}),
		web.InputArea(web.Field{Form: f, Name: "basis", Label: "依据", Value: in.Basis, Hint: "有条件共享和不予共享必填", Rows: 2, Max: 500, Optional: true}), web.InputArea(web.Field{Form: f, Name: "conditions", Label: "共享条件", Value: in.Conditions, Hint: "有条件共享必填", Rows: 2, Max: 1000, Optional: true}),
		web.InputSelect(web.Field{Form: f, Name: "cycle", Label: "更新周期", Value: in.Cycle, Options: options(exchange.Cycles()), Short: true}), web.InputText(web.Field{Form: f, Name: "source", Label: "来源系统", Value: in.Source, Max: 200, Optional: true}),
		web.InputArea(web.Field{Form: f, Name: "fields", Label: "数据项", Value: exchange.FormatFields(in.Fields), Hint: "一行一项：代码 名称；是个人信息的，行末写“个人信息”。例如：XM 姓名 个人信息", Rows: 8, Max: 20000})}
}

func readContent(f *web.Form) exchange.EntryContent {
	return exchange.EntryContent{Name: f.Text("name"), Class: exchange.Class(f.Text("class")), Basis: f.Text("basis"), Conditions: f.Text("conditions"), Cycle: f.Text("cycle"), Source: f.Text("source"), Fields: exchange.ParseFields(f.Text("fields"))}
}

func (h handlers) draftEntry(c *web.Ctx) error {
	f := c.Form()
	in := exchange.NewEntry{UnitID: f.Text("unit_id"), Code: f.Text("code"), Content: readContent(f), Key: f.Text("key")}
	e, err := h.Exchange.DraftEntry(c.Context(), in)
	if err == nil {
		return c.Redirect(entryPath(e.ID))
	}
	if !f.Take(err) {
		return err
	}
	return h.entryForm(c, f, "", in.Content, 0)
}

func (h handlers) editEntry(c *web.Ctx) error {
	s, err := h.Exchange.Entry(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return h.entryForm(c, nil, s.ID, s.Content, s.Current.Revision)
}

// saveEntry writes the open draft; where a version is in force and none is open, it begins the next one first.
func (h handlers) saveEntry(c *web.Ctx) error {
	f := c.Form()
	in := readContent(f)
	s, err := h.Exchange.Entry(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	version := f.Version()
	if s.OpenID == "" {
		v, err := h.Exchange.ReviseEntry(c.Context(), s.ID)
		if err != nil && !f.Take(err) {
			return err
		}
		version = v.Revision
	}
	if f.OK() {
		if _, err = h.Exchange.EditEntry(c.Context(), s.ID, version, in); err == nil {
			return c.Redirect(entryPath(s.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.entryForm(c, f, s.ID, in, version)
}

func (h handlers) moveEntry(c *web.Ctx) error {
	f := c.Form()
	_, err := h.Exchange.MoveEntry(c.Context(), c.Param("id"), f.Version(), exchange.EntryAction(c.Param("action")), f.Text("reason"))
	if err == nil {
		return c.Redirect(entryPath(c.Param("id")))
	}
	if !f.Take(err) {
		return err
	}
	return h.showEntry(c, f)
}

func (h handlers) publishWaiting(c *web.Ctx) error {
	n, err := h.Exchange.PublishWaiting(c.Context())
	if err != nil {
		return err
	}
	c.Flash(web.Success, "已发布 "+strconv.Itoa(n)+" 个目录。")
	return c.Redirect("/exchange/entries")
}

func (h handlers) importForm(c *web.Ctx) error { return c.Render(importPage(nil, nil)) }

// importPage takes a list; with rows it shows what the list would do.
func importPage(f *web.Form, rows []exchange.ImportRow) templ.Component {
	list := []templ.Component{web.FieldsForm(web.FormBox{Form: f, ID: "import", Action: "/exchange/entries/import", Upload: true, Submit: "读取"},
		web.InputFile(web.Field{Form: f, Name: "file", Label: "文件", Accept: ".csv,.xlsx,.jsonl", Hint: "表头与导出的数据目录相同；要有数据名称、提供单位、共享属性和数据项四列。"}),
		web.InputCheck(web.Field{Form: f, Name: "trial", Label: "只试一试，不导入", Value: "1", Optional: true}))}
	if len(rows) > 0 {
		list = append(list, web.DataTable(importTable(rows)))
	}
	return web.StaffPage(web.Page{Title: "导入数据目录", Lead: "有一行不能导入就一行也不导入。新增和变更的目录直接送政务信息股审查。", Crumbs: []web.Link{{Label: "数据目录", Href: "/exchange/entries"}}}, list)
}

func importTable(rows []exchange.ImportRow) web.Table {
	t := web.Table{ID: "rows", Caption: "各行", Columns: []web.Column{{Label: "行", Number: true}, {Label: "数据名称", Grow: true}, {Label: "提供单位"}, {Label: "结果", Wrap: true}}}
	for _, r := range rows {
		result, light := r.Outcome, web.NoLight
		if len(r.Problems) > 0 {
			result, light = strings.Join(r.Problems, ""), web.Red
		}
		t.Rows = append(t.Rows, web.Row{ID: "r" + strconv.Itoa(r.Line), State: light, Cells: []templ.Component{web.CellNumber(int64(r.Line)), text(r.Content.Name), text(r.Unit), text(result)}})
	}
	return t
}

func (h handlers) importEntries(c *web.Ctx) error {
	f := c.Form()
	var rows []exchange.ImportRow
	u := f.File("file")
	if u == nil {
		f.Fail("file", "请选择文件。")
		return c.Invalid(importPage(f, nil))
	}
	file, err := u.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	r, err := table.Open(u.Name, file, u.Size, table.Options{Expect: exchange.EntryColumns()})
	if err == nil {
		rows, err = exchange.ReadEntries(r)
	}
	if err == nil {
		rows, err = h.Exchange.ImportEntries(c.Context(), rows, f.Bool("trial"))
	}
	if err == nil && !f.Bool("trial") {
		c.Flash(web.Success, "已导入 "+strconv.Itoa(len(rows))+" 行，等待政务信息股审查。")
		return c.Redirect("/exchange/entries?stage=open")
	}
	if err != nil && !f.Take(err) {
		return err
	}
	if err != nil {
		return c.Invalid(importPage(f, rows))
	}
	return c.Render(importPage(f, rows))
}

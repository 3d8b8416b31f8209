package exchangehttp

import (
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/exchange"
	"yichuang/internal/web"
)

func backflowPath(id string) string { return "/exchange/backflows/" + id }

func (h handlers) backflows(c *web.Ctx) error {
	list, next, err := h.Exchange.Backflows(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "backflows", Caption: "数据回流台账", Next: next, Download: "/exchange/backflows.xlsx", Columns: []web.Column{{Label: "编号"}, {Label: "收到日期"}, {Label: "数据", Grow: true}, {Label: "上级部门或平台", Minor: true}, {Label: "记录条数"}, {Label: "接收单位"}, {Label: "状态"}},
		Empty: web.Empty{Title: "还没有数据回流", Text: "上级部门或平台返还给本地的数据，由政务信息股登记在这里。"}}
	for i := range list {
		b := &list[i]
		t.Rows = append(t.Rows, web.Row{ID: b.ID, Href: backflowPath(b.ID), Cells: []templ.Component{web.CellLink(backflowPath(b.ID), b.No), web.CellDate(b.Day), text(b.Name), text(b.Provider), web.CellNumber(b.Records), text(b.Unit), backflowState(b)}})
	}
	p := web.Page{Title: "数据回流", Lead: "国家、省、州平台返还给本地的数据：从哪里来、多少条、给了哪个单位、作什么用。"}
	if c.Can(exchange.PermReview) {
		p.Tools = web.ActionButton(web.Action{Label: "登记回流", Href: "/exchange/backflows/new", Icon: "plus", Weight: web.Primary})
	}
	return c.Render(web.StaffPage(p, []templ.Component{web.DataTable(t)}))
}

func backflowState(b *exchange.BackflowRow) templ.Component {
	if b.Struck() {
		return web.StateBadge(web.Danger, "作废")
	}
	return web.StateBadge(web.Success, "有效")
}

func (h handlers) backflow(c *web.Ctx) error { return h.showBackflow(c, nil) }

// showBackflow is one line, which 政务信息股 may strike out.
func (h handlers) showBackflow(c *web.Ctx, f *web.Form) error {
	b, err := h.Exchange.Backflow(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	facts := []web.Item{{Label: "状态", Value: backflowState(&b)}, web.ItemText("数据名称", b.Name), web.ItemText("上级部门或平台", b.Provider), web.ItemText("接收单位", b.Unit), web.ItemText("收到日期", b.Day.String()), web.ItemText("数据所属期间", b.From.String()+" 至 "+b.To.String()),
		{Label: "记录条数", Value: web.CellNumber(b.Records)}, web.ItemText("数据项", b.Fields), web.ItemText("用途", b.Purpose), web.ItemText("文号或申请编号", b.Document)}
	if b.Struck() {
		facts = append(facts, web.ItemText("作废理由", b.Reason))
	}
	body := []templ.Component{web.Definitions(facts)}
	if c.Can(exchange.PermReview) && !b.Struck() {
		body = append(body, web.PartPanel("作废", web.FieldsForm(web.FormBox{Form: f, ID: "strike", Action: backflowPath(b.ID) + "/strike", Submit: "作废", Danger: true, Version: b.Version}, web.InputArea(web.Field{Form: f, Name: "reason", Label: "理由", Rows: 2, Max: 500, Hint: "记录仍留在台账里，另行登记正确的一条。"}))))
	}
	page := web.StaffPage(web.Page{Title: b.No, Lead: b.Name, Narrow: true, Crumbs: []web.Link{{Label: "数据回流", Href: "/exchange/backflows"}}}, body)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func (h handlers) newBackflow(c *web.Ctx) error { return h.backflowForm(c, nil) }

func (h handlers) backflowForm(c *web.Ctx, f *web.Form) error {
	units, err := h.units(c)
	if err != nil {
		return err
	}
	page := web.StaffPage(web.Page{Title: "登记数据回流", Narrow: true, Crumbs: []web.Link{{Label: "数据回流", Href: "/exchange/backflows"}}}, []templ.Component{web.FieldsForm(web.FormBox{ID: "backflow", Action: "/exchange/backflows/new", Submit: "登记", Form: f, Hidden: map[string]string{"key": formKey(c, f)}},
		web.InputText(web.Field{Form: f, Name: "name", Label: "数据名称", Max: 100}),
		web.InputText(web.Field{Form: f, Name: "provider", Label: "上级部门或平台", Max: 100, Placeholder: "如：省一体化政务大数据平台"}),
		web.InputSelect(web.Field{Form: f, Name: "unit_id", Label: "接收单位", Options: units}),
		web.InputDate(web.Field{Form: f, Name: "day", Label: "收到日期", Value: c.Now().Date().String()}),
		web.InputDate(web.Field{Form: f, Name: "from", Label: "数据所属期间，起"}),
		web.InputDate(web.Field{Form: f, Name: "to", Label: "数据所属期间，止"}),
		web.InputText(web.Field{Form: f, Name: "records", Label: "记录条数", Type: "number", Short: true}),
		web.InputArea(web.Field{Form: f, Name: "fields", Label: "数据项", Rows: 2, Max: 500, Optional: true}),
		web.InputArea(web.Field{Form: f, Name: "purpose", Label: "用途", Rows: 2, Max: 500}),
		web.InputText(web.Field{Form: f, Name: "document", Label: "文号或上级平台的申请编号", Max: 100, Optional: true}))})
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func (h handlers) recordBackflow(c *web.Ctx) error {
	f := c.Form()
	in := exchange.BackflowInput{Day: f.Date("day"), Provider: f.Text("provider"), Name: f.Text("name"), Fields: f.Text("fields"), From: f.Date("from"), To: f.Date("to"), Records: f.Int("records"), UnitID: f.Text("unit_id"), Purpose: f.Text("purpose"), Document: f.Text("document"), Key: f.Text("key")}
	if f.OK() {
		b, err := h.Exchange.RecordBackflow(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已登记数据回流 "+b.No+"。")
			return c.Redirect("/exchange/backflows")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.backflowForm(c, f)
}

func (h handlers) strikeBackflow(c *web.Ctx) error {
	f := c.Form()
	b, err := h.Exchange.StrikeBackflow(c.Context(), c.Param("id"), f.Version(), f.Text("reason"))
	if err == nil {
		c.Flash(web.Success, "已作废 "+b.No+"。")
		return c.Redirect("/exchange/backflows")
	}
	if !f.Take(err) {
		return err
	}
	return h.showBackflow(c, f)
}

func (h handlers) exportBackflows(c *web.Ctx) error {
	return c.Stream("数据回流台账.xlsx", xlsx.ContentType, func(w io.Writer) error {
		return writeRows(w, "数据回流台账", exchange.BackflowColumns(), func(add func([]string) error) error { return h.Exchange.ExportBackflows(c.Context(), add) })
	})
}

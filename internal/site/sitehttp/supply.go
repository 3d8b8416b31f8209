package sitehttp

import (
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/site"
	"yichuang/internal/web"
)

func supplyPath(id string) string { return "/site/supplies/" + id }

func kindOptions() []web.Option {
	var out []web.Option
	for _, k := range site.SupplyKinds() {
		out = append(out, web.Option{Value: string(k), Label: k.Label()})
	}
	return out
}

func stateOptions() []web.Option {
	var out []web.Option
	for _, s := range []string{site.SupplyAsked, site.SupplyApproved, site.SupplyDone, site.SupplyRefused} {
		out = append(out, web.Option{Value: s, Label: site.SupplyLabel(s)})
	}
	return out
}

func supplyTone(state string) web.Tone {
	return map[string]web.Tone{site.SupplyAsked: web.Info, site.SupplyApproved: web.Info, site.SupplyDone: web.Success, site.SupplyRefused: web.Warning}[state]
}

func filterOf(c *web.Ctx) site.SupplyFilter {
	return site.SupplyFilter{State: c.Query("state"), Kind: site.SupplyKind(c.Query("type")), Before: c.Query("after")}
}

func (h handlers) supplies(c *web.Ctx) error { return h.showSupplies(c, nil) }

func (h handlers) showSupplies(c *web.Ctx, f *web.Form) error {
	list, next, err := h.Site.Supplies(c.Context(), filterOf(c))
	if err != nil {
		return err
	}
	t := web.Table{ID: "supplies", Caption: "用品和维修", Next: next, Download: "/site/supplies/export.xlsx", Columns: []web.Column{{Label: "内容", Grow: true}, {Label: "种类"}, {Label: "单位"}, {Label: "数量", Number: true}, {Label: "金额", Number: true, Unit: "元"}, {Label: "申请", Minor: true}, {Label: "状态"}},
		Empty: web.Empty{Title: "没有用品和维修", Text: "窗口单位和站点申请宽带、电话、用品、耗材和维修，办公室审批并登记数量和金额。"}}
	for i := range list {
		x := &list[i]
		amount := web.CellText("—")
		if x.State == site.SupplyDone {
			amount = web.CellYuan(x.Amount)
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Href: supplyPath(x.ID), Cells: []templ.Component{web.CellLink(supplyPath(x.ID), x.What), web.CellText(x.Kind.Label()), web.CellText(x.UnitName), web.CellText(number(x.Quantity) + " " + x.Measure), amount, web.CellTime(x.RequestedAt), web.StateBadge(supplyTone(x.State), site.SupplyLabel(x.State))}})
	}
	parts := []templ.Component{supplyBar(filterOf(c)), web.DataTable(t)}
	if c.Can(site.PermSupplyAsk) {
		fields := []templ.Component{web.InputSelect(web.Field{Form: f, Name: "kind", Label: "种类", Options: kindOptions()})}
		if c.Can(site.PermSupplyGrant) {
			units, err := h.Units(c.Context())
			if err != nil {
				return err
			}
			fields = append(fields, web.InputSelect(web.Field{Form: f, Name: "unit_id", Label: "单位", Options: units, Optional: true, Placeholder: "本单位"}))
		}
		fields = append(fields, web.InputText(web.Field{Form: f, Name: "quantity", Label: "数量", Type: "number", Value: "1", Short: true}), web.InputText(web.Field{Form: f, Name: "measure", Label: "计量单位", Hint: "台、包、处", Max: 10, Short: true}))
		parts = append(parts, web.PartPanel("申请", web.FieldsForm(web.FormBox{Form: f, ID: "ask", Action: "/site/supplies", Submit: "申请"}, web.FieldLine(fields...), web.InputText(web.Field{Form: f, Name: "what", Label: "内容", Hint: "要什么，或什么坏了、在哪里", Max: 200}))))
	}
	page := web.StaffPage(web.Page{Title: "用品和维修", Lead: "宽带、固定电话、办公用品、耗材、维修、水电，按件数和金额统计。"}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func (h handlers) askSupply(c *web.Ctx) error {
	f := c.Form()
	in := site.SupplyInput{Kind: site.SupplyKind(f.Text("kind")), UnitID: f.Text("unit_id"), What: f.Text("what"), Quantity: f.Int("quantity"), Measure: f.Text("measure")}
	if f.OK() {
		s, err := h.Site.AskSupply(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已申请，等办公室审批。")
			return c.Redirect(supplyPath(s.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showSupplies(c, f)
}

func (h handlers) supply(c *web.Ctx) error { return h.showSupply(c, nil) }

func (h handlers) showSupply(c *web.Ctx, f *web.Form) error {
	s, err := h.Site.Supply(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	names, err := h.Org.UserNames(c.Context(), []string{s.RequestedBy, s.DecidedBy, s.DoneBy})
	if err != nil {
		return err
	}
	items := []web.Item{{Label: "状态", Value: web.StateBadge(supplyTone(s.State), site.SupplyLabel(s.State))}, web.ItemText("种类", s.Kind.Label()), web.ItemText("单位", s.UnitName), web.ItemText("数量", number(s.Quantity)+" "+s.Measure), web.ItemText("申请", names[s.RequestedBy]+"，"+web.MomentText(s.RequestedAt))}
	if s.DecidedAt != 0 {
		items = append(items, web.ItemText("审批", names[s.DecidedBy]+"，"+web.MomentText(s.DecidedAt)+"　"+s.Remark))
	}
	if s.DoneAt != 0 {
		items = append(items, web.ItemText("办结", web.DayText(s.DoneOn)+"，实际 "+number(s.DoneNumber)+" "+s.Measure+"，"+s.Amount.Yuan()+" 元"), web.ItemText("票据", s.Document), web.ItemText("登记", names[s.DoneBy]))
	}
	parts := []templ.Component{web.FormProblems(f), web.Definitions(items)}
	if c.Can(site.PermSupplyGrant) && s.State == site.SupplyAsked {
		parts = append(parts, web.PartPanel("审批", web.FieldsForm(web.FormBox{ID: "decide", Action: supplyPath(s.ID) + "/decide", Submit: "审批", Version: s.Version},
			web.InputRadio(web.Field{Form: f, Name: "approve", Label: "决定", Value: "1", Short: true, Options: []web.Option{{Value: "1", Label: "同意"}, {Value: "0", Label: "不同意"}}}), web.InputText(web.Field{Form: f, Name: "remark", Label: "说明", Hint: "不同意的写明理由", Max: 500, Optional: true}))))
	}
	if c.Can(site.PermSupplyGrant) && s.State == site.SupplyApproved {
		parts = append(parts, web.PartPanel("办结", web.FieldsForm(web.FormBox{ID: "finish", Action: supplyPath(s.ID) + "/finish", Submit: "登记办结", Version: s.Version},
			web.FieldLine(web.InputDate(web.Field{Form: f, Name: "on", Label: "办结日期", Value: c.Now().Date().String()}), web.InputText(web.Field{Form: f, Name: "number", Label: "实际数量", Type: "number", Unit: s.Measure, Value: number(s.Quantity), Short: true}), web.InputText(web.Field{Form: f, Name: "amount", Label: "金额", Unit: "元", Value: "0.00", Short: true})),
			web.InputText(web.Field{Form: f, Name: "document", Label: "票据", Hint: "发票、凭证或合同的编号；没有花钱的可不填", Max: 100, Optional: true}))))
	}
	page := web.StaffPage(web.Page{Title: s.What, Crumbs: []web.Link{{Label: "用品和维修", Href: "/site/supplies"}}, Narrow: true}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func (h handlers) afterSupply(c *web.Ctx, err error, done string) error {
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect(supplyPath(c.Param("id")))
	}
	if f := c.Form(); f.Take(err) {
		return h.showSupply(c, f)
	}
	return err
}

func (h handlers) decideSupply(c *web.Ctx) error {
	f := c.Form()
	approve, err := f.Either("approve", "1", "0")
	var s site.Supply
	if err == nil {
		s, err = h.Site.DecideSupply(c.Context(), c.Param("id"), f.Version(), approve, f.Text("remark"))
	}
	return h.afterSupply(c, err, "已审批："+site.SupplyLabel(s.State)+"。")
}

func (h handlers) finishSupply(c *web.Ctx) error {
	f := c.Form()
	in := site.FinishInput{On: f.Date("on"), Number: f.Int("number"), Amount: f.Yuan("amount"), Document: f.Text("document")}
	if !f.OK() {
		return h.showSupply(c, f)
	}
	_, err := h.Site.FinishSupply(c.Context(), c.Param("id"), f.Version(), in)
	return h.afterSupply(c, err, "已登记办结。")
}

func (h handlers) exportSupplies(c *web.Ctx) error {
	sheet := xlsx.Sheet{Name: "用品和维修", Title: "用品和维修", Note: "导出时间 " + c.Now().String(), Columns: []xlsx.Column{{Label: "种类", Width: 14}, {Label: "内容", Width: 40, Wrap: true}, {Label: "单位", Width: 20}, {Label: "数量", Kind: xlsx.Int}, {Label: "计量单位"}, {Label: "状态"}, {Label: "申请时间", Width: 17, Kind: xlsx.Moment},
		{Label: "办结日期", Width: 12}, {Label: "实际数量", Kind: xlsx.Int}, {Label: "金额（元）", Kind: xlsx.Yuan}, {Label: "票据", Width: 24, Kind: xlsx.Text}}}
	return c.Stream("用品和维修 "+c.Now().Date().String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			f := filterOf(c)
			for f.Before = ""; ; {
				list, next, err := h.Site.Supplies(c.Context(), f)
				if err != nil {
					return err
				}
				for i := range list {
					s := &list[i]
					if err := add(s.Kind.Label(), s.What, s.UnitName, s.Quantity, s.Measure, site.SupplyLabel(s.State), s.RequestedAt, s.DoneOn.String(), s.DoneNumber, s.Amount, s.Document); err != nil {
						return err
					}
				}
				if f.Before = next; next == "" {
					return nil
				}
			}
		})
	})
}

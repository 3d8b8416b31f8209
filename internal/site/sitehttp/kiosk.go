package sitehttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/site"
	"yichuang/internal/web"
)

func (h handlers) kiosks(c *web.Ctx) error { return h.showKiosks(c, nil) }

func (h handlers) showKiosks(c *web.Ctx, f *web.Form) error {
	list, err := h.Site.Kiosks(c.Context())
	if err != nil {
		return err
	}
	faults, next, err := h.Site.Faults(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	_, options, err := h.siteNames(c)
	if err != nil {
		return err
	}
	names := map[string]string{}
	t := web.Table{ID: "kiosks", Caption: "自助终端", Columns: []web.Column{{Label: "终端", Name: true}, {Label: "站点", Grow: true}, {Label: "状态"}, {Label: "余纸", Number: true, Unit: "%"}, {Label: "最近心跳"}, {Label: "故障", Number: true, Unit: "个"}, {Label: "今年打印", Number: true, Unit: "份"}, {Label: "核对不符", Number: true, Unit: "次"}},
		Empty: web.Empty{Title: "还没有自助终端", Text: "登记终端后，终端用接口地址报告心跳和纸张、打印机状态。"}}
	edit := site.KioskLine{Kiosk: site.Kiosk{KioskInput: site.KioskInput{Since: c.Now().Date(), Active: true}}}
	for _, k := range list {
		names[k.ID] = k.Name
		if k.ID == c.Form().Text("edit") {
			edit = k
		}
		t.Rows = append(t.Rows, web.Row{ID: k.ID, Cells: []templ.Component{kioskName(c, &k), web.CellText(k.Site), kioskBadge(&k), web.CellNumber(k.Paper), web.CellText(seen(k.SeenAt)), web.CellNumber(k.Faults), web.CellNumber(k.Prints), web.CellNumber(k.Refused)}})
	}
	parts := []templ.Component{web.FormProblems(f), web.DataTable(t), web.PartPanel("故障", web.DataTable(faultTable(c, f, faults, next, names)))}
	if c.Can(site.PermFault) && len(list) > 0 {
		parts = append(parts, reportForm(f, list))
	}
	if c.Can(site.PermKiosk) {
		parts = append(parts, kioskForm(f, &edit, options, c.Actor().CentreID))
	}
	page := web.StaffPage(web.Page{Title: "自助终端", Lead: "终端超过五分钟没有心跳按离线显示，离线的办公时间不算可用。"}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func seen(at clock.Instant) string {
	if at == 0 {
		return "从未"
	}
	return at.String()
}

func kioskName(c *web.Ctx, k *site.KioskLine) templ.Component {
	if k.Code == "" || !c.Can(site.PermKiosk) {
		return web.CellText(k.Name)
	}
	return web.CellLink("/site/kiosks?edit="+k.ID+"#kiosk", k.Name)
}

func kioskBadge(k *site.KioskLine) templ.Component {
	switch {
	case !k.Active:
		return web.StateBadge("", "停用")
	case k.Silent:
		return web.StateBadge(web.Warning, "离线")
	case k.State != site.KioskOK:
		return web.StateBadge(web.Danger, k.State.Label())
	}
	return web.StateBadge(web.Success, "正常")
}

func hours(minutes int64) string {
	if minutes < 60 {
		return number(minutes) + " 分钟"
	}
	return number(minutes/60) + " 小时 " + number(minutes%60) + " 分钟"
}

func faultTable(c *web.Ctx, f *web.Form, list []site.Fault, next string, names map[string]string) web.Table {
	t := web.Table{ID: "faults", Caption: "故障", Next: next, Columns: []web.Column{{Label: "终端", Name: true}, {Label: "故障"}, {Label: "情况", Grow: true, Wrap: true}, {Label: "报修"}, {Label: "用时"}, {Label: "修复", Wrap: true}}, Empty: web.Empty{Title: "没有故障"}}
	for i := range list {
		x := &list[i]
		fixed := web.CellText(x.Done)
		if x.FixedAt == 0 && c.Can(site.PermFault) {
			fixed = fixForm(x)
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Cells: []templ.Component{web.CellText(names[x.KioskID]), web.CellText(x.Kind.Label()), web.CellText(x.Text), web.CellTime(x.OpenedAt), web.CellText(hours(x.Minutes(c.Now()))), fixed}})
	}
	return t
}

func reportForm(f *web.Form, list []site.KioskLine) templ.Component {
	var kiosks, kinds []web.Option
	for _, k := range list {
		kiosks = append(kiosks, web.Option{Value: k.ID, Label: k.Name + "（" + k.Site + "）"})
	}
	for _, k := range []site.KioskState{site.KioskPaper, site.KioskPrinter, site.KioskReader, site.KioskOther} {
		kinds = append(kinds, web.Option{Value: string(k), Label: k.Label()})
	}
	return web.PartPanel("报修", web.FieldsForm(web.FormBox{ID: "report", Action: "/site/faults", Submit: "报修"},
		web.FieldLine(web.InputSelect(web.Field{Form: f, Name: "kiosk", Label: "终端", Options: kiosks}), web.InputSelect(web.Field{Form: f, Name: "fault_kind", Label: "故障", Options: kinds})),
		web.InputText(web.Field{Form: f, Name: "fault_text", Label: "情况", Max: 500})))
}

func kioskForm(f *web.Form, k *site.KioskLine, sites []web.Option, centre string) templ.Component {
	heading, parts := "登记终端", []templ.Component{}
	fields := []templ.Component{}
	if k.ID != "" {
		heading = "修改终端：" + k.Name
		parts = append(parts, web.Definitions([]web.Item{{Label: "心跳接口", Value: web.CellText("POST /api/v1/public/site/" + centre + "/kiosks/" + k.Code + "/beats"), Wide: true}, {Label: "核对接口", Value: web.CellText("POST /api/v1/public/site/" + centre + "/kiosks/" + k.Code + "/prints"), Wide: true}}))
	} else {
		fields = append(fields, web.InputSelect(web.Field{Form: f, Name: "site_id", Label: "站点", Options: sites}))
	}
	active := map[bool]string{true: "1"}[k.Active]
	fields = append(fields, web.FieldLine(web.InputText(web.Field{Form: f, Name: "name", Label: "名称", Value: k.Name, Hint: "如 一楼自助打印机", Max: 30}), web.InputText(web.Field{Form: f, Name: "place", Label: "摆放位置", Value: k.Place, Max: 60, Optional: true}), web.InputDate(web.Field{Form: f, Name: "since", Label: "启用日期", Value: k.Since.String()})),
		web.InputCheck(web.Field{Form: f, Name: "active", Label: "在用", Value: active, Optional: true}))
	return web.PartPanel(heading, append(parts, web.FieldsForm(web.FormBox{ID: "kiosk", Action: "/site/kiosks", Submit: "保存", Version: k.Version, Hidden: map[string]string{"edit": k.ID}}, fields...))...)
}

func (h handlers) afterKiosk(c *web.Ctx, err error, done string) error {
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect("/site/kiosks")
	}
	if f := c.Form(); f.Take(err) {
		return h.showKiosks(c, f.Rename("kind", "fault_kind", "text", "fault_text"))
	}
	return err
}

func (h handlers) saveKiosk(c *web.Ctx) error {
	f := c.Form()
	in := site.KioskInput{Name: f.Text("name"), Place: f.Text("place"), Since: f.Date("since"), Active: f.Bool("active")}
	if !f.OK() {
		return h.showKiosks(c, f)
	}
	_, err := h.Site.SaveKiosk(c.Context(), f.Text("site_id"), f.Text("edit"), f.Version(), in)
	return h.afterKiosk(c, err, "终端已保存。")
}

func (h handlers) reportFault(c *web.Ctx) error {
	f := c.Form()
	return h.afterKiosk(c, h.Site.ReportFault(c.Context(), f.Text("kiosk"), site.KioskState(f.Text("fault_kind")), f.Text("fault_text")), "已报修。")
}

func (h handlers) fixFault(c *web.Ctx) error {
	_, err := h.Site.FixFault(c.Context(), c.Param("id"), c.Form().Version(), c.Form().Text("done"))
	return h.afterKiosk(c, err, "已登记修复。")
}

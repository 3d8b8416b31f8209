package sitehttp

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/site"
	"yichuang/internal/web"
)

func (h handlers) checklist(c *web.Ctx) error { return h.showChecklist(c, nil) }

func (h handlers) showChecklist(c *web.Ctx, f *web.Form) error {
	l, err := h.Site.Checklist(c.Context())
	if err != nil {
		return err
	}
	t := web.Table{ID: "items", Caption: "检查项", Columns: []web.Column{{Label: "编号"}, {Label: "类别"}, {Label: "检查项", Grow: true, Wrap: true}, {Label: "分值", Number: true}}}
	var lines []string
	for _, x := range l.Items {
		t.Rows = append(t.Rows, web.Row{ID: x.Code, Cells: []templ.Component{web.CellText(x.Code), web.CellText(x.Family), web.CellText(x.Text), web.CellNumber(x.Points)}})
		lines = append(lines, strings.Join([]string{x.Code, x.Family, number(x.Points), x.Text}, " "))
	}
	var stars []string
	for _, n := range l.Stars {
		stars = append(stars, number(n))
	}
	parts := []templ.Component{web.Definitions([]web.Item{web.ItemText("依据", l.Basis), web.ItemText("整改期限", number(l.RectifyDays)+" 个工作日"), web.ItemText("星级线", strings.Join(stars, "、")+"（得分率百分数，一星到五星）")}), web.DataTable(t)}
	if c.Can(site.PermChecklist) {
		parts = append(parts, web.PartPanel("修改检查表", web.FieldsForm(web.FormBox{Form: f, ID: "checklist", Action: "/site/checklist", Submit: "保存为新版", Draft: "site-checklist"},
			web.InputText(web.Field{Form: f, Name: "name", Label: "名称", Value: l.Name, Max: 60}), web.InputText(web.Field{Form: f, Name: "basis", Label: "依据", Value: l.Basis, Max: 200}),
			web.FieldLine(web.InputText(web.Field{Form: f, Name: "rectify_days", Label: "整改期限", Value: number(l.RectifyDays), Type: "number", Unit: "个工作日", Short: true}), web.InputText(web.Field{Form: f, Name: "stars", Label: "星级线", Value: strings.Join(stars, " "), Hint: "从一星起，空格隔开", Max: 30, Short: true})),
			web.InputArea(web.Field{Form: f, Name: "items", Label: "检查项", Value: strings.Join(lines, "\n"), Hint: "每行一项：编号 类别 分值 内容", Rows: 14}))))
	}
	page := web.StaffPage(web.Page{Title: "检查表", Lead: l.Name + "，第 " + number(l.Revision) + " 版。检查按当时的一版登记，修改不影响以前的检查。", Crumbs: crumbs(), Narrow: true}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func (h handlers) saveChecklist(c *web.Ctx) error {
	f := c.Form()
	l := site.Checklist{Name: f.Text("name"), Basis: f.Text("basis"), RectifyDays: f.Int("rectify_days")}
	for _, word := range strings.Fields(f.Text("stars")) {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			f.Fail("stars", "“%s”不是整数。", word)
		}
		l.Stars = append(l.Stars, n)
	}
	for _, line := range strings.Split(f.Text("items"), "\n") {
		w := strings.Fields(line)
		if len(w) == 0 {
			continue
		}
		n := int64(0)
		if len(w) >= 4 {
			n, _ = strconv.ParseInt(w[2], 10, 64) // 0 is refused below
		}
		if n == 0 {
			f.Fail("items", "“%s”应为：编号 类别 分值 内容，用空格隔开。", line)
			continue
		}
		l.Items = append(l.Items, site.CheckItem{Code: w[0], Family: w[1], Points: n, Text: strings.Join(w[3:], " ")})
	}
	if f.OK() {
		_, err := h.Site.SaveChecklist(c.Context(), l)
		if err == nil {
			c.FlashSaved("检查表已保存为新版。", "site-checklist")
			return c.Redirect("/site/checklist")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showChecklist(c, f)
}

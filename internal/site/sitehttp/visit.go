package sitehttp

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/evidence"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/org"
	"yichuang/internal/site"
	"yichuang/internal/web"
)

func visitPath(id string) string { return "/site/visits/" + id }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// halves prints points that are kept in halves: 17 → 8.5.
func halves(n int64) string {
	if n%2 == 0 {
		return number(n / 2)
	}
	return number(n/2) + ".5"
}

func points(v *site.Visit) string { return halves(v.Got) + "/" + halves(v.Most) }

// starText draws stars with their number.
func starText(v *site.Visit) string {
	switch v.State {
	case site.VisitStarred:
		return strings.Repeat("★", int(v.Stars)) + strings.Repeat("☆", 5-int(v.Stars)) + " " + number(v.Stars) + " 星"
	case site.VisitWaiting:
		return "待评定"
	}
	return "—"
}

// siteNames are the names of the sites that the reader may see.
func (h handlers) siteNames(c *web.Ctx) (map[string]string, []web.Option, error) {
	list, _, err := h.Org.ListSites(c.Context(), org.SiteQuery{Limit: 200})
	names := map[string]string{}
	var options []web.Option
	for _, s := range list {
		names[s.ID] = s.Name
		if s.Active {
			options = append(options, web.Option{Value: s.ID, Label: s.Name})
		}
	}
	return names, options, err
}

func (h handlers) visits(c *web.Ctx) error {
	list, next, err := h.Site.Visits(c.Context(), c.Query("site"), c.Query("after"))
	if err != nil {
		return err
	}
	open, err := h.Site.OpenFindings(c.Context())
	if err != nil {
		return err
	}
	names, options, err := h.siteNames(c)
	if err != nil {
		return err
	}
	t := web.Table{ID: "visits", Caption: "指导检查和自评", Next: next, Columns: []web.Column{{Label: "站点", Grow: true}, {Label: "类别"}, {Label: "日期"}, {Label: "检查人员", Minor: true}, {Label: "得分", Number: true}, {Label: "星级"}},
		Empty: web.Empty{Title: "还没有指导检查", Text: "对分中心和乡镇便民服务中心的业务指导、检查和它们的自评列在这里。"}}
	for i := range list {
		v := &list[i]
		t.Rows = append(t.Rows, web.Row{ID: v.ID, Href: visitPath(v.ID), Cells: []templ.Component{web.CellLink(visitPath(v.ID), names[v.SiteID]), web.CellText(v.Kind.Label()), web.CellText(web.DayText(v.Day)), web.CellText(v.Visitors), web.CellText(points(v)), web.CellText(starText(v))}})
	}
	f := web.Table{ID: "findings", Caption: "没有销号的问题", Columns: []web.Column{{Label: "站点"}, {Label: "问题", Grow: true, Wrap: true}, {Label: "整改期限"}, {Label: "状态"}}, Empty: web.Empty{Title: "没有待整改的问题"}}
	for i := range open {
		x := &open[i]
		f.Rows = append(f.Rows, web.Row{ID: x.ID, Href: visitPath(x.VisitID), Cells: []templ.Component{web.CellText(names[x.SiteID]), web.CellLink(visitPath(x.VisitID), x.Text), web.CellText(calendar.FormatDue(x.Due)), findingBadge(x, c.Now())}})
	}
	return c.Render(web.StaffPage(web.Page{Title: "站点指导", Lead: "分中心和乡镇便民服务中心的指导检查、整改、自评和星级。", Tools: visitTools(c.Can(site.PermVisit), c.Can(site.PermSelfAssess))},
		[]templ.Component{siteBar(options, c.Query("site")), web.DataTable(t), web.PartPanel("没有销号的问题", web.DataTable(f))}))
}

func findingBadge(f *site.Finding, now clock.Instant) templ.Component {
	if f.Late(now) {
		return web.StateBadge(web.Danger, site.FindingLabel(f.State)+"，已超期")
	}
	return web.StateBadge(map[string]web.Tone{site.FindingClosed: web.Success, site.FindingAnswered: web.Info}[f.State], site.FindingLabel(f.State))
}

// self reports whether the page is the self-assessment of a site.
func self(c *web.Ctx) bool { return strings.HasSuffix(c.Request.URL.Path, "/self-assessment") }

func (h handlers) newVisit(c *web.Ctx) error { return h.showNewVisit(c, nil) }

func (h handlers) showNewVisit(c *web.Ctx, f *web.Form) error {
	l, err := h.Site.Checklist(c.Context())
	if err != nil {
		return err
	}
	_, options, err := h.siteNames(c)
	if err != nil {
		return err
	}
	parts := []templ.Component{web.FormProblems(f)}
	title, action := "登记指导检查", "/site/visits/new"
	fields := []templ.Component{}
	if self(c) {
		title, action = "站点自评", "/site/self-assessment"
	} else {
		fields = append(fields, web.FieldLine(web.InputSelect(web.Field{Form: f, Name: "site_id", Label: "站点", Options: options}),
			web.InputRadio(web.Field{Form: f, Name: "kind", Label: "类别", Value: string(site.Guidance), Short: true, Options: []web.Option{{Value: string(site.Guidance), Label: site.Guidance.Label()}, {Value: string(site.Check), Label: site.Check.Label()}}})),
			web.InputText(web.Field{Form: f, Name: "visitors", Label: "检查人员", Value: c.Actor().Name, Max: 100}))
	}
	fields = append(fields, web.InputDate(web.Field{Form: f, Name: "day", Label: "日期", Value: c.Now().Date().String()}))
	marks := []web.Option{{Value: string(site.Met), Label: site.Met.Label()}, {Value: string(site.Partly), Label: site.Partly.Label()}, {Value: string(site.Unmet), Label: site.Unmet.Label()}, {Value: string(site.Absent), Label: site.Absent.Label()}}
	for _, x := range l.Items {
		fields = append(fields, web.InputRadio(web.Field{Form: f, Name: "mark." + x.Code, Label: x.Family + "：" + x.Text + "（" + number(x.Points) + " 分）", Value: string(site.Met), Options: marks, Short: true}),
			web.InputText(web.Field{Form: f, Name: "note." + x.Code, Label: "问题或说明", Max: 500, Optional: true}))
	}
	fields = append(fields, web.InputArea(web.Field{Form: f, Name: "summary", Label: "总体情况", Max: 2000, Rows: 3, Optional: true}),
		web.InputText(web.Field{Form: f, Name: "evidence", Label: "佐证材料", Hint: "照片编号、台账、文号等", Max: 500, Optional: !self(c)}))
	parts = append(parts, web.FieldsForm(web.FormBox{ID: "visit", Action: action, Submit: "登记", Cancel: "/site/visits", Sticky: true, Draft: "site-visit-" + action}, fields...))
	page := web.StaffPage(web.Page{Title: title, Lead: l.Name + "，第 " + number(l.Revision) + " 版。部分符合得一半分，不涉及的不计分。", Crumbs: crumbs(), Narrow: true}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func crumbs() []web.Link { return []web.Link{{Label: "站点指导", Href: "/site/visits"}} }

func (h handlers) makeVisit(c *web.Ctx) error {
	l, err := h.Site.Checklist(c.Context())
	if err != nil {
		return err
	}
	f := c.Form()
	in := site.VisitInput{SiteID: f.Text("site_id"), Kind: site.VisitKind(f.Text("kind")), Day: f.Date("day"), Visitors: f.Text("visitors"), Summary: f.Text("summary"), Evidence: f.Text("evidence"), Results: map[string]site.Result{}}
	draft := "site-visit-/site/visits/new"
	if self(c) {
		in.SiteID, in.Kind, draft = "", site.SelfMade, "site-visit-/site/self-assessment"
	}
	for _, x := range l.Items {
		in.Results[x.Code] = site.Result{Mark: site.Mark(f.Text("mark." + x.Code)), Note: f.Text("note." + x.Code)}
	}
	if f.OK() {
		v, err := h.Site.MakeVisit(c.Context(), in)
		if err == nil {
			c.FlashSaved("已登记，得分 "+points(&v)+"。", draft)
			return c.Redirect(visitPath(v.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showNewVisit(c, f)
}

func (h handlers) visit(c *web.Ctx) error { return h.showVisit(c, nil) }

func (h handlers) showVisit(c *web.Ctx, f *web.Form) error {
	s, err := h.Site.Visit(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	items := []web.Item{web.ItemText("类别", s.Kind.Label()), web.ItemText("日期", web.DayText(s.Day)), web.ItemText("检查人员", s.Visitors), web.ItemText("得分", points(&s.Visit)), web.ItemText("星级", starText(&s.Visit)),
		web.ItemText("检查表", s.Checklist.Name+"，第 "+number(s.Checklist.Revision)+" 版"), web.ItemText("佐证材料", s.Evidence)}
	if s.Summary != "" {
		items = append(items, web.Item{Label: "总体情况", Value: web.CellText(s.Summary), Wide: true})
	}
	if s.Remark != "" {
		items = append(items, web.Item{Label: "评定说明", Value: web.CellText(s.Remark), Wide: true})
	}
	parts := []templ.Component{web.FormProblems(f), web.Definitions(items)}
	if s.State == site.VisitWaiting && c.Can(site.PermStar) {
		most := s.Checklist.StarsFor(s.Got, s.Most)
		parts = append(parts, web.PartPanel("评定星级", web.FieldsForm(web.FormBox{ID: "star", Action: visitPath(s.ID) + "/star", Submit: "评定", Version: s.Version},
			web.InputText(web.Field{Form: f, Name: "stars", Label: "星级", Type: "number", Unit: "星", Value: number(most), Hint: "按得分最多 " + number(most) + " 星", Short: true}), web.InputText(web.Field{Form: f, Name: "remark", Label: "说明", Hint: "低于得分对应的星级时必写", Max: 500, Optional: true}))))
	}
	for i := range s.Findings {
		parts = append(parts, findingPanel(c, f, &s, &s.Findings[i]))
	}
	parts = append(parts, web.PartPanel("检查项", web.DataTable(resultTable(&s))))
	page := web.StaffPage(web.Page{Title: s.Site + "：" + s.Kind.Label(), Crumbs: crumbs(), Narrow: true}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func resultTable(s *site.VisitSheet) web.Table {
	t := web.Table{ID: "results", Caption: "检查项", Download: visitPath(s.ID) + "/export.xlsx", Columns: []web.Column{{Label: "类别"}, {Label: "检查项", Grow: true, Wrap: true}, {Label: "分值", Number: true}, {Label: "结果"}, {Label: "问题或说明", Wrap: true}}}
	for _, x := range s.Checklist.Items {
		r := s.Results[x.Code]
		t.Rows = append(t.Rows, web.Row{ID: x.Code, Cells: []templ.Component{web.CellText(x.Family), web.CellText(x.Text), web.CellNumber(x.Points), web.CellText(r.Mark.Label()), web.CellText(r.Note)}})
	}
	return t
}

// findingPanel is a finding with what can be done about it now.
func findingPanel(c *web.Ctx, f *web.Form, s *site.VisitSheet, x *site.Finding) templ.Component {
	items := []web.Item{{Label: "状态", Value: findingBadge(x, c.Now())}, web.ItemText("整改期限", calendar.FormatDue(x.Due)), {Label: "问题", Value: web.CellText(x.Text), Wide: true}}
	if x.AnsweredAt != 0 {
		items = append(items, web.Item{Label: "整改情况", Value: web.CellText(x.Answer), Wide: true}, web.ItemText("佐证", x.Evidence), web.ItemText("回告", web.MomentText(x.AnsweredAt)))
	}
	if x.CheckedAt != 0 {
		items = append(items, web.ItemText("复查", web.MomentText(x.CheckedAt)+"　"+x.Remark))
	}
	parts := []templ.Component{web.Definitions(items)}
	at := visitPath(s.ID) + "/findings/" + x.ID
	if f != nil && f.Text("finding") != x.ID {
		f = nil
	}
	mine := map[string]string{"finding": x.ID}
	parts = append(parts, evidencehttp.List(x.Files, "/site/findings/"+x.ID+"/files", site.PartLabel))
	if x.State == site.FindingOpen && c.Can(site.PermRectify) {
		parts = append(parts, web.FieldsForm(web.FormBox{ID: "rectify-" + x.ID, Action: at + "/rectify", Submit: "整改回告", Upload: true, Version: x.Version, Hidden: mine},
			web.InputArea(web.Field{Form: f, Name: "answer", Label: "整改情况", Max: 1000, Rows: 2}), web.InputText(web.Field{Form: f, Name: "evidence", Label: "佐证材料", Hint: "照片编号、台账、文号等", Max: 500}),
			evidencehttp.Field(f, "整改后的照片和材料", "")))
	}
	parts = append(parts, moreFiles(c, f, x, at, mine)...)
	if x.State == site.FindingAnswered && c.Can(site.PermVisit) {
		parts = append(parts, web.FieldsForm(web.FormBox{ID: "recheck-" + x.ID, Action: at + "/recheck", Submit: "复查", Version: x.Version, Hidden: mine},
			web.InputRadio(web.Field{Form: f, Name: "done", Label: "复查结果", Value: "1", Short: true, Options: []web.Option{{Value: "1", Label: "整改到位，销号"}, {Value: "0", Label: "没有到位，退回"}}}),
			web.InputText(web.Field{Form: f, Name: "remark", Label: "说明", Hint: "退回时写明还差什么", Max: 500, Optional: true})))
	}
	return web.PartPanel("问题："+x.Item, parts...)
}

// moreFiles are the forms for photographs besides those of the answer: of before by who visits, of after while the check is awaited.
func moreFiles(c *web.Ctx, f *web.Form, x *site.Finding, at string, mine map[string]string) []templ.Component {
	var out []templ.Component
	form := func(part, label string) {
		out = append(out, web.FieldsForm(web.FormBox{ID: part + "-" + x.ID, Action: at + "/" + part, Submit: "上传", Upload: true, Hidden: mine}, evidencehttp.Field(f, label+"的照片和材料", "")))
	}
	if x.State != site.FindingClosed && c.Can(site.PermVisit) {
		form(site.PartBefore, "整改前")
	}
	if x.State == site.FindingAnswered && c.Can(site.PermRectify) {
		form(site.PartAfter, "整改后")
	}
	return out
}

func (h handlers) addBefore(c *web.Ctx) error { return h.addFiles(c, h.Site.AddBefore) }

func (h handlers) addAfter(c *web.Ctx) error { return h.addFiles(c, h.Site.AddAfter) }

func (h handlers) addFiles(c *web.Ctx, add func(context.Context, string, []blob.Upload) ([]evidence.File, error)) error {
	f := c.Form()
	files := evidencehttp.Save(c, f, c.Actor().CentreID, h.Blobs)
	if !f.OK() {
		return h.showVisit(c, f)
	}
	_, err := add(c.Context(), c.Param("finding"), files)
	return h.after(c, err, "已上传。")
}

func (h handlers) openFile(c *web.Ctx) error {
	b, err := h.Site.OpenFile(c.Context(), c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	return h.Blobs.Serve(c.Writer, c.Request, b)
}

func (h handlers) after(c *web.Ctx, err error, done string) error {
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect(visitPath(c.Param("id")))
	}
	if f := c.Form(); f.Take(err) {
		return h.showVisit(c, f)
	}
	return err
}

func (h handlers) star(c *web.Ctx) error {
	f := c.Form()
	v, err := h.Site.Star(c.Context(), c.Param("id"), f.Version(), f.Int("stars"), f.Text("remark"))
	return h.after(c, err, "已评定 "+number(v.Stars)+" 星。")
}

func (h handlers) rectify(c *web.Ctx) error {
	f := c.Form()
	files := evidencehttp.Save(c, f, c.Actor().CentreID, h.Blobs)
	if !f.OK() {
		return h.showVisit(c, f)
	}
	if _, err := h.Site.Rectify(c.Context(), c.Param("finding"), f.Version(), f.Text("answer"), f.Text("evidence")); err != nil || len(files) == 0 {
		if err != nil {
			evidencehttp.ChooseAgain(f)
		}
		return h.after(c, err, "已回告，等待复查。")
	}
	_, err := h.Site.AddAfter(c.Context(), c.Param("finding"), files)
	return h.after(c, err, "已回告，照片和材料已上传，等待复查。")
}

func (h handlers) recheck(c *web.Ctx) error {
	f := c.Form()
	done, err := f.Either("done", "1", "0")
	var x site.Finding
	if err == nil {
		x, err = h.Site.Recheck(c.Context(), c.Param("finding"), f.Version(), done, f.Text("remark"))
	}
	return h.after(c, err, map[bool]string{true: "已销号。", false: "已退回，新的期限 " + calendar.FormatDue(x.Due) + "。"}[x.State == site.FindingClosed])
}

func (h handlers) exportVisit(c *web.Ctx) error {
	s, err := h.Site.Visit(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	sheet := xlsx.Sheet{Name: "检查项", Title: s.Site + s.Kind.Label(), Note: s.Day.String() + "，检查人员 " + s.Visitors + "，得分 " + points(&s.Visit), Columns: []xlsx.Column{{Label: "类别", Width: 10}, {Label: "检查项", Width: 50, Wrap: true}, {Label: "分值", Kind: xlsx.Int}, {Label: "结果", Width: 12}, {Label: "问题或说明", Width: 50, Wrap: true}}}
	return c.Stream(s.Site+s.Kind.Label()+" "+s.Day.String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, x := range s.Checklist.Items {
				r := s.Results[x.Code]
				if err := add(x.Family, x.Text, x.Points, r.Mark.Label(), r.Note); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

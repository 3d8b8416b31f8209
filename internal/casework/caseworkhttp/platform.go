package caseworkhttp

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/web"
)

const platformHome = "/casework/platform"

func platformPath(id string) string { return platformHome + "/cases/" + url.PathEscape(id) }

func importPath(id string, below ...string) string {
	return strings.Join(append([]string{platformHome + "/imports/" + url.PathEscape(id)}, below...), "/")
}

func number(n int) string { return strconv.Itoa(n) }

// platform lists the cases of the provincial platform.
func (h handlers) platform(c *web.Ctx) error {
	f := casework.PlatformFilter{No: c.Query("no"), Linked: c.Query("linked"), After: c.Query("after")}
	list, next, err := h.Casework.PlatformCases(c.Context(), f)
	if err != nil {
		return err
	}
	t := web.Table{ID: "platform", Caption: "省平台办件", Next: next, Columns: []web.Column{{Label: "平台办件编号"}, {Label: "事项", Grow: true}, {Label: "申请人"}, {Label: "办理部门", Minor: true}, {Label: "状态"}, {Label: "申请时间（平台）"}, {Label: "导入时间", Minor: true}, {Label: "本中心办件"}},
		Empty: web.Empty{Title: "没有省平台的办件", Text: "从省平台导出办件清单，由政务信息股导入后在这里查看和对账。"}}
	for i := range list {
		p := &list[i]
		linked := "无对应"
		if p.CaseID != "" {
			linked = "已对应"
		}
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Href: platformPath(p.ID), Cells: []templ.Component{web.CellLink(platformPath(p.ID), p.ExternalNo), web.CellText(p.ItemName), web.CellText(p.Applicant), web.CellText(p.UnitName),
			web.StateBadge(tone(p.State), p.State.Label()), web.CellTime(p.OriginalTime), web.CellTime(p.ImportedAt), web.CellText(linked)}})
	}
	page := web.Page{Title: "省平台办件", Lead: "平台的时间照原样保存，与本中心的办理记录分开。", Tools: platformTools(c.Can(casework.PermImport), c.Can(casework.PermExport))}
	tabs := web.Tabs("对应情况", []web.Tab{{Label: "全部", Href: platformHome, Current: f.Linked == ""}, {Label: "已对应", Href: platformHome + "?linked=yes", Current: f.Linked == "yes"}, {Label: "无对应", Href: platformHome + "?linked=no", Current: f.Linked == "no"}})
	return c.Render(web.StaffPage(page, []templ.Component{tabs, web.Filters(web.FilterBar{Action: platformHome, Search: "no", Placeholder: "输入完整的平台办件编号"}), web.DataTable(t)}))
}

// platformTools are the links beside the title.
func platformTools(imports, exports bool) templ.Component {
	var out []templ.Component
	link := func(label, href string) {
		out = append(out, web.ActionButton(web.Action{Label: label, Href: href}))
	}
	if imports {
		link("导入", platformHome+"/import")
		link("对账", platformHome+"/reconcile")
	}
	if exports {
		link("标准数据导出", "/casework/export")
	}
	return templ.Join(out...)
}

func crumbs() []web.Link { return []web.Link{{Label: "省平台办件", Href: platformHome}} }

func (h handlers) platformCase(c *web.Ctx) error {
	s, err := h.Casework.PlatformOf(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	items := []web.Item{web.ItemText("来源", s.Source), web.ItemText("事项", s.ItemName+"　"+s.ItemCode), web.ItemText("申请人", s.Applicant), web.ItemText("办理部门", s.UnitName), web.ItemText("办件类型", s.Kind.Label()), web.ItemText("申请方式", s.Channel),
		web.ItemText("平台状态", s.StateText+"（"+s.State.Label()+"）"), web.ItemText("申请时间（平台）", web.MomentText(s.OriginalTime)), web.ItemText("受理时间（平台）", momentOr(s.AcceptedAt)), web.ItemText("承诺办结（平台）", momentOr(s.DueAt)),
		web.ItemText("决定时间（平台）", momentOr(s.DecidedAt)), web.ItemText("办结时间（平台）", momentOr(s.ClosedAt)), web.ItemText("证照编号", s.ResultNo), web.ItemText("首次导入", web.MomentText(s.ImportedAt)), web.ItemText("最近变化", web.MomentText(s.ChangedAt))}
	if s.OurNo != "" {
		items = append(items, web.Item{Label: "本中心办件", Value: ourLink(c.Can(casework.PermRead))(s.OurNo)})
	}
	var steps []web.Step
	for i := len(s.Changes) - 1; i >= 0; i-- {
		x := s.Changes[i]
		text := "内容有变化"
		if x.Was != x.State {
			text = x.Was.Label() + " → " + x.State.Label()
		}
		steps = append(steps, web.Step{At: x.At, Title: "再次导入", Text: text})
	}
	steps = append(steps, web.Step{At: s.ImportedAt, Title: "首次导入"})
	return c.Render(web.StaffPage(web.Page{Title: s.ExternalNo + " " + s.ItemName, Crumbs: crumbs()}, []templ.Component{web.PartPanel("平台的记录", web.Definitions(items)), web.PartPanel("导入经过", web.Timeline(steps))}))
}

func momentOr(at clock.Instant) string {
	if at == 0 {
		return ""
	}
	return web.MomentText(at)
}

func (h handlers) importForm(c *web.Ctx) error { return c.Render(importFormPage(nil)) }

func importFormPage(f *web.Form) templ.Component {
	return web.StaffPage(web.Page{Title: "导入省平台办件", Lead: "先预览，再导入。同一份文件再导入一次不会重复；状态有变化的，记下变化。", Crumbs: crumbs(), Narrow: true}, []templ.Component{
		web.FieldsForm(web.FormBox{Form: f, ID: "import", Action: platformHome + "/import", Upload: true, Submit: "读取并预览", Cancel: platformHome},
			web.InputFile(web.Field{Form: f, Name: "file", Label: "文件", Accept: ".csv,.xlsx,.json,.jsonl", Hint: "要有办件编号、事项名称、办件状态、申请时间四列；受理部门、受理时间、办结时间等按国家标准的字段名识别。不超过 20 MB、100,000 行。"}),
			web.InputFile(web.Field{Form: f, Name: "mapping", Label: "字段对照", Optional: true, Accept: ".json", Hint: "平台的列名或状态名与标准不同时上传：{\"source\":\"来源\",\"columns\":{\"external_no\":\"列名\"},\"states\":{\"平台状态\":\"CLOSED\"}}"}))})
}

// upload reads a file of the form whole; nil where none was chosen.
func upload(f *web.Form, field string, limit int64) ([]byte, string, error) {
	u := f.File(field)
	if u == nil {
		return nil, "", nil
	}
	r, err := u.Open()
	if err != nil {
		return nil, u.Name, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	return b, u.Name, err
}

func (h handlers) startImport(c *web.Ctx) error {
	f := c.Form()
	content, name, err := upload(f, "file", casework.PlatformFileSize)
	if err != nil {
		return err
	}
	mapping, _, err := upload(f, "mapping", 1<<20)
	if err != nil {
		return err
	}
	if content == nil {
		f.Fail("file", "请选择文件。")
	}
	if f.OK() {
		im, err := h.Casework.StartImport(c.Context(), casework.PlatformFile{Name: name, Content: content, Mapping: mapping})
		if err == nil {
			return c.Redirect(importPath(im.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return c.Invalid(importFormPage(f))
}

func (h handlers) showImport(c *web.Ctx) error {
	im, err := h.Casework.ImportOf(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	r := im.Report
	page := web.Page{Title: map[string]string{casework.ImportLooked: "导入预览", casework.ImportRunning: "正在导入", casework.ImportDone: "导入结果"}[im.State], Lead: im.File + "，来源：" + im.Source, Crumbs: append(crumbs(), web.Link{Label: "导入", Href: platformHome + "/import"})}
	if im.State == casework.ImportRunning {
		bar := web.Progress{Label: im.File, Done: int(im.Done), Total: int(im.Total), Text: importText(&im), Src: importPath(im.ID, "progress")}
		return c.Render(web.StaffPage(page, []templ.Component{web.ProgressBar(bar), web.Notice(web.Info, "可以离开这个页面，导入会继续。"), web.Doors([]web.Link{{Label: "刷新进度", Href: importPath(im.ID)}})}))
	}
	parts := []templ.Component{web.Tiles([]web.Tile{{Label: "读到", Value: number(r.Read), Unit: "行"}, {Label: "新增", Value: number(r.New)}, {Label: "有变化", Value: number(r.Changed)}, {Label: "没有变化", Value: number(r.Same)}, {Label: "不能导入", Value: number(r.Refused)},
		{Label: "与本中心办件对应", Value: number(r.Linked)}})}
	if len(r.Units) > 0 {
		parts = append(parts, web.Notice(web.Info, "本中心没有这些部门："+strings.Join(r.Units[:min(12, len(r.Units))], "、")+more12(len(r.Units))+"。办件照收，只有中心人员能看到。"))
	}
	if len(r.Items) > 0 {
		parts = append(parts, web.Notice(web.Info, "本中心事项目录里没有这些事项："+strings.Join(r.Items[:min(12, len(r.Items))], "、")+more12(len(r.Items))+"。办件照收，不进入按事项的统计。"))
	}
	switch {
	case im.State == casework.ImportDone:
		parts = append(parts, web.Notice(web.Success, "导入完成："+web.MomentText(im.EndedAt)+"。"), web.Doors([]web.Link{{Label: "查看省平台办件", Href: platformHome}, {Label: "对账", Href: platformHome + "/reconcile"}}))
	case im.Total > 0:
		parts = append(parts, web.FieldsForm(web.FormBox{ID: "apply", Action: importPath(im.ID), Submit: "确认导入", Cancel: platformHome + "/import"}))
	}
	if len(r.Problems) > 0 {
		parts = append(parts, web.PartPanel(fmt.Sprintf("不能导入的 %d 行，照收但有说明的 %d 行", r.Refused, r.Noted), web.DataTable(problemTable(r.Problems))))
	}
	return c.Render(web.StaffPage(page, parts))
}

// more12 says how many names there are where not all are shown.
func more12(n int) string {
	if n > 12 {
		return fmt.Sprintf("等 %d 个", n)
	}
	return ""
}

func importText(im *casework.PlatformImport) string {
	return fmt.Sprintf("已导入 %d 行，共 %d 行", im.Done, im.Total)
}

func problemTable(list []casework.PlatformProblem) web.Table {
	t := web.Table{ID: "problems", Caption: "有问题的行", Columns: []web.Column{{Label: "行", Number: true}, {Label: "办件编号"}, {Label: "结果"}, {Label: "原因", Grow: true, Wrap: true}}}
	for _, p := range list {
		result, light := "照收", web.NoLight
		if p.Refused {
			result, light = "不能导入", web.Red
		}
		t.Rows = append(t.Rows, web.Row{ID: "r" + number(p.Line), State: light, Cells: []templ.Component{web.CellNumber(int64(p.Line)), web.CellText(p.No), web.CellText(result), web.CellText(p.Why)}})
	}
	return t
}

func (h handlers) applyImport(c *web.Ctx) error {
	im, err := h.Casework.ApplyImport(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Redirect(importPath(im.ID))
}

// importProgress answers the bar of an import.
func (h handlers) importProgress(c *web.Ctx) error {
	im, err := h.Casework.ImportOf(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	finished := ""
	if im.State == casework.ImportDone {
		finished = importPath(im.ID)
	}
	return c.Progress(int(im.Done), int(im.Total), importText(&im), finished)
}

// reconcile compares the two sides over a period: the last thirty days where none is named.
func (h handlers) reconcile(c *web.Ctx) error {
	f := c.Form()
	from, to := c.Now().Date()-30, c.Now().Date()
	if f.Text("from") != "" {
		from, to = dayOf(f, "from"), dayOf(f, "to")
	}
	page := web.Page{Title: "与省平台对账", Lead: "按收件日期（本中心）或申请日期（平台）落在期间内的办件比较。", Crumbs: crumbs()}
	form := web.FieldsForm(web.FormBox{Form: f, ID: "period", Action: platformHome + "/reconcile", Get: true, Submit: "对账"},
		web.FieldLine(web.InputDate(web.Field{Form: f, Name: "from", Label: "起期", Value: from.String()}), web.InputDate(web.Field{Form: f, Name: "to", Label: "止期（含当天）", Value: to.String()})))
	r, err := h.Casework.Reconcile(c.Context(), from, to)
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return c.Invalid(web.StaffPage(page, []templ.Component{form}))
	}
	if r.Ours+r.Theirs > 0 {
		page.Tools = web.ActionButton(web.Action{Label: "下载对账清单（CSV）", Href: platformHome + "/reconcile/file?" + url.Values{"from": {from.String()}, "to": {to.String()}}.Encode()})
	}
	parts := []templ.Component{form, web.PartPanel("总数", web.Tiles([]web.Tile{{Label: "本中心", Value: number(r.Ours), Unit: "件", Hint: fmt.Sprintf("一致 %d＋有差异 %d＋平台没有 %d", r.Same, r.Differing, r.OursOnly)},
		{Label: "省平台", Value: number(r.Theirs), Unit: "件", Hint: fmt.Sprintf("一致 %d＋有差异 %d＋本中心没有 %d", r.Same, r.Differing, r.TheirsOnly)},
		{Label: "一致", Value: number(r.Same)}, {Label: "有差异", Value: number(r.Differing)}, {Label: "平台没有", Value: number(r.OursOnly)}, {Label: "本中心没有", Value: number(r.TheirsOnly)}}))}
	if len(r.Kinds) > 0 {
		var kinds []web.Tile
		for _, k := range r.Kinds {
			kinds = append(kinds, web.Tile{Label: k.Field, Value: number(k.Pairs), Unit: "件"})
		}
		parts = append(parts, web.PartPanel("差异按种类（一个办件可以有几种）", web.Tiles(kinds)))
	}
	ours := ourLink(c.Can(casework.PermRead))
	parts = append(parts, web.PartPanel(shown("有差异的办件", len(r.Differences), r.Differing), web.DataTable(differenceTable(r.Differences, ours))))
	parts = append(parts, web.PartPanel(shown("本中心有、平台没有", len(r.OnlyOurs), r.OursOnly), web.DataTable(sideTable("ours", r.OnlyOurs, ours))))
	parts = append(parts, web.PartPanel(shown("平台有、本中心没有", len(r.OnlyTheirs), r.TheirsOnly), web.DataTable(sideTable("theirs", r.OnlyTheirs, ours))))
	return c.Render(web.StaffPage(page, parts))
}

// reconcileFile gives everything that does not agree.
func (h handlers) reconcileFile(c *web.Ctx) error {
	f := c.Form()
	from, to := dayOf(f, "from"), dayOf(f, "to")
	if from.IsZero() || to < from {
		return casework.ErrPeriod
	}
	return c.Stream(fmt.Sprintf("对账清单 %s至%s.csv", from, to), "text/csv; charset=utf-8", func(w io.Writer) error {
		return writeSheet(w, casework.CompareColumns(), func(add func([]string) error) error { return h.Casework.ReconcileRows(c.Context(), from, to, add) })
	})
}

func shown(title string, shown, all int) string {
	if shown < all {
		return fmt.Sprintf("%s（前 %d 件，共 %d 件）", title, shown, all)
	}
	return fmt.Sprintf("%s（%d 件）", title, all)
}

// ourLink gives the number of a case of ours, which leads to its sheet for those who may read cases.
func ourLink(may bool) func(no string) templ.Component {
	return func(no string) templ.Component {
		if may {
			return web.CellLink(casePath(no), no)
		}
		return web.CellText(no)
	}
}

func differenceTable(list []casework.Difference, ours func(no string) templ.Component) web.Table {
	t := web.Table{ID: "differences", Caption: "有差异的办件", Columns: []web.Column{{Label: "办件编号"}, {Label: "平台办件编号"}, {Label: "事项"}, {Label: "差异", Grow: true, Wrap: true}, {Label: "平台最近导入", Minor: true}}, Empty: web.Empty{Title: "没有差异"}}
	for _, d := range list {
		var texts []string
		for _, x := range d.Fields {
			texts = append(texts, x.Field+"：本中心 "+x.Ours+"，平台 "+x.Theirs)
		}
		t.Rows = append(t.Rows, web.Row{ID: d.No, Cells: []templ.Component{ours(d.No), web.CellLink(platformPath(d.PlatformID), d.ExternalNo), web.CellText(d.Item), web.CellText(strings.Join(texts, "；")), web.CellTime(d.SeenAt)}})
	}
	return t
}

func sideTable(id string, list []casework.OneSided, ours func(no string) templ.Component) web.Table {
	t := web.Table{ID: id, Caption: "只有一方有的办件", Columns: []web.Column{{Label: "编号"}, {Label: "事项", Grow: true}, {Label: "状态"}, {Label: "时间"}}, Empty: web.Empty{Title: "没有"}}
	for _, x := range list {
		link := ours(x.No)
		if x.No == "" {
			link = web.CellLink(platformPath(x.PlatformID), x.ExternalNo)
		}
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{link, web.CellText(x.Item), web.CellText(x.State), web.CellTime(x.At)}})
	}
	return t
}

// handOverForm is the transfer of a posted worker.
func (h handlers) handOverForm(c *web.Ctx) error { return h.showHandOver(c, nil) }

func (h handlers) showHandOver(c *web.Ctx, f *web.Form) error {
	list, err := h.Casework.Workers(c.Context())
	if err != nil {
		return err
	}
	people := choices(list)
	page := web.StaffPage(web.Page{Title: "人员调离移交", Lead: "派驻人员调离前，把他手上的全部在办件移交给本部门的其他人。", Crumbs: []web.Link{{Label: "办件", Href: "/casework"}}, Narrow: true}, []templ.Component{
		web.FieldsForm(web.FormBox{Form: f, ID: "handover", Action: "/casework/handover", Submit: "移交", Cancel: "/casework"},
			web.InputSelect(web.Field{Form: f, Name: "from", Label: "调离人员", Placeholder: "请选择", Options: people}),
			web.InputSelect(web.Field{Form: f, Name: "to", Label: "接手人", Optional: true, Placeholder: "放回本部门待认领", Options: people}),
			web.InputText(web.Field{Form: f, Name: "reason", Label: "原因", Max: 500}))})
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func (h handlers) handOver(c *web.Ctx) error {
	f := c.Form()
	got, err := h.Casework.HandOver(c.Context(), casework.HandOverInput{From: f.Text("from"), To: f.Text("to"), Reason: f.Text("reason")})
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return h.showHandOver(c, f)
	}
	switch {
	case got.Empty:
		c.Flash(web.Warning, "已放回 "+number(len(got.Cases))+" 件，但本部门没有其他人可以承接。请尽快派员，监察会提醒。")
	case len(got.Cases) == 0:
		c.Flash(web.Info, "这名人员手上没有在办的办件。")
	default:
		c.Flash(web.Success, "已移交 "+number(len(got.Cases))+" 件。")
	}
	return c.Redirect("/casework")
}

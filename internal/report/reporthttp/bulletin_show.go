package reporthttp

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"yichuang/internal/document/chart"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/report"
	"yichuang/internal/web"
)

// showView is a bulletin as its page shows it.
type showView struct {
	report.Bulletin
	Lines    []report.Line
	Faults   []report.Problem
	Names    map[string]string
	Actions  []web.Action
	Refused  []web.Refusal
	Damaged  bool
	MayDrill bool
}

func (h handlers) view(c *web.Ctx, b report.Bulletin) (showView, error) {
	v := showView{Bulletin: b, Lines: report.Parse(b.Text), MayDrill: c.Can("hotline.report.read")}
	var err error
	if v.Names, err = h.m.People(c.Context(), b); err != nil {
		return v, err
	}
	if b.State == report.Issued {
		v.Damaged = !b.Intact()
	} else {
		v.Faults = b.Problems()
	}
	v.actions(c)
	return v, nil
}

func (h handlers) show(c *web.Ctx) error {
	b, err := h.m.Find(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	v, err := h.view(c, b)
	if err != nil {
		return err
	}
	return c.Render(showPage(v))
}

// actions are what the reader may do with the bulletin now, and why not what he may not.
func (v *showView) actions(c *web.Ctx) {
	at := path(v.ID)
	post := func(label, step, confirm string, weight web.Weight) {
		v.Actions = append(v.Actions, web.Action{Label: label, Href: at + "/" + step, Post: true, Version: v.Version, Confirm: confirm, Weight: weight})
	}
	switch v.State {
	case report.Draft:
		if c.Can(report.PermReview) {
			switch {
			case v.EditedBy == c.Actor().UserID:
				v.Refused = append(v.Refused, web.Refusal{Label: "审核通过", Reason: "最后一版是您写的，须由另一人审核。"})
			case len(v.Faults) > 0:
				v.Refused = append(v.Refused, web.Refusal{Label: "审核通过", Reason: "正文里还有没有来源的数。"})
			default:
				post("审核通过", "review", "", web.Primary)
			}
		}
		if c.Can(report.PermWrite) {
			v.Actions = append(v.Actions, web.Action{Label: "修改文字", Href: at + "/edit", Icon: "pencil"})
			post("刷新数据", "refresh", "", web.Plain)
		}
	case report.Reviewed:
		if c.Can(report.PermIssue) {
			post("印发", "issue", "确定印发“"+v.Title+"”？印发后内容和数据封存，不能再改。", web.Primary)
		}
		if c.Can(report.PermReview) {
			post("退回修改", "return", "", web.Plain)
		}
	case report.Issued:
		if c.Can(report.PermWrite) {
			post("起草更正版", "replace", "确定起草更正版？原件保留，另起一份。", web.Plain)
		}
	}
	v.Actions = append(v.Actions, web.Action{Label: "下载 DOCX", Href: at + "/bulletin.docx", Icon: "download"}, web.Action{Label: "下载 PDF", Href: at + "/bulletin.pdf", Icon: "download"}, web.Action{Label: "下载 XLSX", Href: at + "/bulletin.xlsx", Icon: "download"})
}

func (v showView) facts() []web.Item {
	who := func(id string) string {
		if id == "" {
			return "系统"
		}
		return v.Names[id]
	}
	out := []web.Item{{Label: "状态", Value: stateBadge(v.State)}, web.ItemText("种类", v.Kind.Label()), web.ItemText("期间", v.Period().String()),
		web.ItemText("统计截至", v.Content.Cutoff.String()), web.ItemText("起草", who(v.CreatedBy)+" "+v.CreatedAt.String()), web.ItemText("第几版", strconv.Itoa(v.Edition))}
	if v.ReviewedAt != 0 {
		out = append(out, web.ItemText("审核", who(v.ReviewedBy)+" "+v.ReviewedAt.String()))
	}
	if v.IssuedAt != 0 {
		out = append(out, web.ItemText("印发", who(v.IssuedBy)+" "+v.IssuedAt.String()), web.Item{Label: "封存校验值（SM3）", Value: web.CellText(v.Seal), Wide: true})
	}
	return out
}

// href is where a bound number leads, "" for a reader who may not see the records.
func (v showView) href(s *report.Source) string {
	if s == nil || !v.MayDrill {
		return ""
	}
	return s.Href()
}

func (v showView) value(key string) report.Value {
	x, ok := v.Content.Lookup(key)
	if !ok {
		x.Text = "{" + key + "}"
	}
	return x
}

func (v showView) table(name string) report.Table {
	t, ok := v.Content.Table(name)
	if ok && t.Inner && v.Published() {
		return report.Table{}
	}
	return t
}

// chart is a chart for the page; gaps are left out of the drawing and say — in its table.
func (v showView) chart(i int, name string) (web.Chart, bool) {
	c, ok := v.Content.Chart(name)
	if !ok {
		return web.Chart{}, false
	}
	out := web.Chart{ID: "chart-" + strconv.Itoa(i), Title: c.Chart.Title, Labels: c.Chart.Categories, Unit: c.Chart.Unit,
		Kind: map[chart.Kind]web.ChartKind{chart.Columns: web.Bar, chart.Bars: web.Bar, chart.Lines: web.Line, chart.Shares: web.Pie}[c.Chart.Kind], Sideways: c.Chart.Kind == chart.Bars}
	if c.Chart.Percent {
		out.Unit = "%"
	}
	for _, s := range c.Chart.Series {
		line := web.Series{Name: s.Name}
		for _, x := range s.Values {
			shown := strconv.FormatFloat(x, 'f', -1, 64)
			if c.Chart.Percent {
				x *= 100
				shown = fmt.Sprintf("%.2f", x)
			}
			if math.IsNaN(x) {
				x, shown = 0, "—"
			}
			line.Values, line.Shown = append(line.Values, math.Round(x*100)/100), append(line.Shown, shown)
		}
		out.Series = append(out.Series, line)
	}
	return out, true
}

// editView is the form of a bulletin's text with everything that the text can call.
type editView struct {
	showView
	Form *web.Form
}

func (h handlers) edit(c *web.Ctx) error {
	b, err := h.m.Find(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if b.State != report.Draft {
		return report.ErrState
	}
	v, err := h.view(c, b)
	if err != nil {
		return err
	}
	return c.Render(editPage(editView{showView: v}))
}

// fields are those of the form as they are stored.
func (v editView) fields() []web.Stored {
	return []web.Stored{{Name: "title", Label: "标题", Value: v.Title}, {Name: "text", Label: "正文", Value: v.Text}}
}

func (h handlers) save(c *web.Ctx) error {
	f := c.Form()
	title, text := f.Text("title"), f.Raw("text")
	b, err := h.m.Save(c.Context(), c.Param("id"), f.Version(), title, text, f.Text("note"))
	if err != nil {
		if !f.Take(err) {
			return err
		}
		if b, err = h.m.Find(c.Context(), c.Param("id")); err != nil {
			return err
		}
		v, err := h.view(c, b)
		if err != nil {
			return err
		}
		return c.Invalid(editPage(editView{showView: v, Form: f}))
	}
	if n := len(b.Problems()); n > 0 {
		c.Flash(web.Warning, fmt.Sprintf("已保存，但还有 %d 处数没有来源，改好后才能审核。", n))
	} else {
		c.Flash(web.Success, "已保存为第 "+strconv.Itoa(b.Edition)+" 版。")
	}
	return c.Redirect(path(b.ID))
}

func (h handlers) replace(c *web.Ctx) error {
	b, err := h.m.Replace(c.Context(), c.Param("id"), "")
	if err != nil {
		return err
	}
	c.Flash(web.Success, "已起草更正版，数据为现在的数。")
	return c.Redirect(path(b.ID))
}

func (h handlers) editions(c *web.Ctx) error {
	b, err := h.m.Find(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	list, names, err := h.m.Editions(c.Context(), b.ID)
	if err != nil {
		return err
	}
	return c.Render(editionsPage(b, list, names))
}

// fileName is a bulletin's title as the name of a file.
func fileName(b report.Bulletin, ext string) string {
	return strings.NewReplacer("/", "-", "（", "(", "）", ")").Replace(b.Title) + ext
}

func (h handlers) docx(c *web.Ctx) error {
	b, err := h.m.Export(c.Context(), c.Param("id"), "docx")
	if err != nil {
		return err
	}
	return c.Stream(fileName(b, ".docx"), docxType, func(w io.Writer) error { return h.writeDOCX(c.Context(), b, w) })
}

func (h handlers) pdf(c *web.Ctx) error {
	b, err := h.m.Export(c.Context(), c.Param("id"), "pdf")
	if err != nil {
		return err
	}
	return c.Stream(fileName(b, ".pdf"), "application/pdf", func(w io.Writer) error { return h.writePDF(c.Context(), b, w) })
}

func (h handlers) xlsx(c *web.Ctx) error {
	b, err := h.m.Export(c.Context(), c.Param("id"), "xlsx")
	if err != nil {
		return err
	}
	return c.Stream(fileName(b, ".xlsx"), xlsx.ContentType, b.WriteXLSX)
}

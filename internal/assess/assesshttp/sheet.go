package assesshttp

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/assess"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// sheetsView is the list of sheets with the form that computes one.
type sheetsView struct {
	Form    *web.Form
	List    []assess.Sheet
	Schemes []web.Option
	Run     bool
	Month   string
}

func (h handlers) sheets(c *web.Ctx) error { return h.showSheets(c, nil) }

func (h handlers) showSheets(c *web.Ctx, f *web.Form) error {
	v := sheetsView{Form: f, Run: c.Can(assess.PermSheetRun), Month: metric.Month(c.Now().Date()).Previous().From.String()[:7]}
	var err error
	if v.List, err = h.Assess.Sheets(c.Context()); err != nil {
		return err
	}
	if v.Run {
		list, err := h.Assess.Schemes(c.Context())
		if err != nil {
			return err
		}
		v.Schemes = schemeOptions(list)
	}
	if f != nil {
		return c.Invalid(sheetsPage(v))
	}
	return c.Render(sheetsPage(v))
}

// schemeOptions are the codes of which a revision is in force.
func schemeOptions(list []assess.Scheme) []web.Option {
	var out []web.Option
	seen := map[string]bool{}
	for _, s := range list {
		if s.State == assess.SchemeInForce && !seen[s.Code] {
			seen[s.Code] = true
			out = append(out, web.Option{Value: s.Code, Label: s.Name})
		}
	}
	return out
}

func (v sheetsView) table() web.Table {
	t := web.Table{ID: "sheets", Caption: "考核表", Columns: []web.Column{{Label: "月份"}, {Label: "方案", Grow: true}, {Label: "状态"}, {Label: "数据截止", Minor: true}, {Label: "发布", Minor: true}},
		Empty: web.Empty{Title: "还没有考核表", Text: "月份结束后，由政务监察股试算、开放申诉、锁定，由中心领导发布。"}}
	for _, s := range v.List {
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Href: "/assess/sheets/" + s.ID, Cells: []templ.Component{web.CellLink("/assess/sheets/"+s.ID, s.Period().String()), web.CellText(s.SchemeCode), web.StateBadge(tone(s.State), s.State.Label()),
			web.CellTime(s.Cutoff), web.CellTime(s.PublishedAt)}})
	}
	return t
}

func tone(s assess.SheetState) web.Tone {
	switch s {
	case assess.SheetPublished:
		return web.Success
	case assess.SheetAppeal:
		return web.Warning
	}
	return web.Info
}

func (h handlers) compute(c *web.Ctx) error {
	f := c.Form()
	p, err := metric.ParseMonth(f.Text("month"))
	if err != nil {
		f.Fail("month", "请填写月份，写成 2026-05 的样子。")
	}
	if f.OK() {
		s, err := h.Assess.ComputeSheet(c.Context(), f.Text("scheme"), p)
		if err == nil {
			c.Flash(web.Success, "已试算"+p.String()+"的考核表。")
			return c.Redirect("/assess/sheets/" + s.ID)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showSheets(c, f)
}

// sheetView is one sheet.
type sheetView struct {
	assess.SheetView
	Appeals []assess.Appeal
	Run     bool
	Publish bool
}

func (h handlers) sheet(c *web.Ctx) error {
	v, err := h.loadSheet(c)
	if err != nil {
		return err
	}
	return c.Render(sheetPage(v))
}

func (h handlers) loadSheet(c *web.Ctx) (sheetView, error) {
	v := sheetView{Run: c.Can(assess.PermSheetRun), Publish: c.Can(assess.PermSheetPublish)}
	var err error
	if v.SheetView, err = h.Assess.Sheet(c.Context(), c.Param("id")); err != nil {
		return v, err
	}
	v.Appeals, err = h.Assess.Appeals(c.Context(), v.ID)
	return v, err
}

func (v sheetView) title() string { return v.Period().String() + "考核表" }

func (v sheetView) lead() string {
	text := fmt.Sprintf("%s（第 %d 版），%s，数据截止 %s。", v.Scheme.Name, v.Scheme.Revision, v.State.Label(), web.MomentText(v.Cutoff))
	if v.Period().End() > v.Cutoff {
		text += "期间还没有结束，数值不完整，只供参考。"
	}
	return text
}

func (v sheetView) path() string { return "/assess/sheets/" + v.ID }

// actions are what can be done with the sheet now.
func (v sheetView) actions() []web.Action {
	var out []web.Action
	if v.Run && v.State == assess.SheetDraft {
		out = append(out, web.Action{Label: "重新试算", Href: "/assess/sheets", Post: true, Hidden: map[string]string{"month": v.From.String()[:7], "scheme": v.SchemeCode}},
			web.Action{Label: "开放申诉", Href: v.path() + "/open", Post: true, Weight: web.Primary, Version: v.Version, Confirm: "确定开放申诉？各单位将看到自己的结果，此后不能再试算。"})
	}
	if v.Run && v.State == assess.SheetAppeal {
		out = append(out, web.Action{Label: "锁定", Href: v.path() + "/lock", Post: true, Weight: web.Primary, Version: v.Version, Confirm: "确定锁定" + v.title() + "？锁定后不能再改。"})
	}
	if v.Publish && v.State == assess.SheetLocked {
		out = append(out, web.Action{Label: "发布", Href: v.path() + "/publish", Post: true, Weight: web.Primary, Version: v.Version, Confirm: "确定发布" + v.title() + "？发布后各单位都能看到全部结果。"})
	}
	return out
}

// groups are the groups of the scheme that have rows, in its order.
func (v sheetView) groups() []org.UnitGroup {
	var out []org.UnitGroup
	for _, g := range v.Scheme.Def.Groups {
		for _, r := range v.Rows {
			if r.Group == g {
				out = append(out, g)
				break
			}
		}
	}
	return out
}

func groupLabel(g org.UnitGroup) string { return org.LabelOf(org.UnitGroups(), string(g)) }

func (v sheetView) table(g org.UnitGroup) web.Table {
	t := web.Table{ID: "rows-" + string(g), Caption: groupLabel(g), Columns: []web.Column{{Label: "单位", Grow: true}, {Label: "总分", Number: true}, {Label: "等次"}}}
	if v.Scheme.Def.Ranked {
		t.Columns = append(t.Columns, web.Column{Label: "名次", Number: true})
	}
	for _, it := range v.Scheme.Def.Items {
		t.Columns = append(t.Columns, web.Column{Label: it.Name, Number: true, Minor: true})
	}
	t.Columns = append(t.Columns, web.Column{Label: "加分", Number: true, Minor: true}, web.Column{Label: "扣分", Number: true, Minor: true})
	for _, r := range v.Rows {
		if r.Group != g {
			continue
		}
		t.Rows = append(t.Rows, web.Row{ID: r.UnitID, Href: v.path() + "/units/" + r.UnitID, Cells: v.cells(r)})
	}
	return t
}

func (v sheetView) cells(r assess.Row) []templ.Component {
	out := []templ.Component{web.CellLink(v.path()+"/units/"+r.UnitID, r.Unit)}
	total, band := metric.None, absence(r)
	if r.Assessed {
		total, band = metric.Hundredths(r.Total), r.Band
	}
	out = append(out, web.CellText(total), web.CellText(band))
	if v.Scheme.Def.Ranked {
		place := metric.None
		if r.Place > 0 {
			place = fmt.Sprint(r.Place)
		}
		out = append(out, web.CellText(place))
	}
	for _, it := range v.Scheme.Def.Items {
		out = append(out, web.CellText(itemText(r, it.Code)))
	}
	return append(out, web.CellText(pointsText(r.Bonus)), web.CellText(pointsText(r.Deduct)))
}

// absence says in two words why a unit is not assessed.
func absence(r assess.Row) string {
	switch r.Note {
	case assess.NoteNoOrders:
		return "没有工单"
	case assess.NoteTooFew:
		return "样本不足"
	}
	return "不参加"
}

// itemText is an item's points, None where it was not judged.
func itemText(r assess.Row, code string) string {
	for _, i := range r.Items {
		if i.Code == code && i.Judged {
			text := metric.Hundredths(i.Shown)
			if i.Note != "" {
				text += "*"
			}
			return text
		}
	}
	return metric.None
}

func pointsText(n int64) string {
	if n == 0 {
		return ""
	}
	return metric.Hundredths(n)
}

func (v sheetView) appealTable() web.Table {
	t := web.Table{ID: "appeals", Caption: "申诉", Columns: []web.Column{{Label: "单位", Grow: true}, {Label: "项目"}, {Label: "理由", Wrap: true}, {Label: "状态"}, {Label: "提出", Minor: true}}}
	for _, a := range v.Appeals {
		t.Rows = append(t.Rows, web.Row{ID: a.ID, Cells: []templ.Component{web.CellLink(v.path()+"/units/"+a.UnitID, a.Unit), web.CellText(v.itemName(a.Item)), web.CellText(a.Reason), web.CellText(a.State.Label()), web.CellTime(a.FiledAt)}})
	}
	return t
}

func (v sheetView) itemName(code string) string {
	for _, it := range v.Scheme.Def.Items {
		if it.Code == code {
			return it.Name
		}
	}
	return code
}

// step moves the sheet on.
func (h handlers) step(c *web.Ctx, act func(id string, version int64) (assess.Sheet, error), done string) error {
	s, err := act(c.Param("id"), c.Form().Version())
	if err != nil {
		return err
	}
	c.Flash(web.Success, s.Period().String()+"的考核表"+done)
	return c.Redirect("/assess/sheets/" + s.ID)
}

func (h handlers) open(c *web.Ctx) error {
	return h.step(c, func(id string, v int64) (assess.Sheet, error) { return h.Assess.OpenSheet(c.Context(), id, v) }, "已开放申诉。")
}

func (h handlers) lock(c *web.Ctx) error {
	return h.step(c, func(id string, v int64) (assess.Sheet, error) { return h.Assess.LockSheet(c.Context(), id, v) }, "已锁定。")
}

func (h handlers) publish(c *web.Ctx) error {
	return h.step(c, func(id string, v int64) (assess.Sheet, error) { return h.Assess.PublishSheet(c.Context(), id, v) }, "已发布。")
}

// export sends the sheet as a spreadsheet: each unit's items with the two numbers behind them.
func (h handlers) export(c *web.Ctx) error {
	v, err := h.loadSheet(c)
	if err != nil {
		return err
	}
	columns := []xlsx.Column{{Label: "组别", Width: 12}, {Label: "单位", Width: 24}, {Label: "总分", Width: 10}, {Label: "等次", Width: 10}}
	for _, it := range v.Scheme.Def.Items {
		columns = append(columns, xlsx.Column{Label: it.Name, Width: 12}, xlsx.Column{Label: it.Name + "：数值", Width: 12}, xlsx.Column{Label: "分子/分母", Width: 12}, xlsx.Column{Label: "说明", Width: 16})
	}
	columns = append(columns, xlsx.Column{Label: "加分"}, xlsx.Column{Label: "扣分"}, xlsx.Column{Label: "说明", Width: 30})
	sheet := xlsx.Sheet{Name: "考核表", Title: v.title(), Note: v.lead() + "校验值 " + v.Hash, Columns: columns}
	return c.Stream(v.title()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, r := range v.Rows {
				if err := add(v.exportRow(r)...); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func (v sheetView) exportRow(r assess.Row) []any {
	total := metric.None
	if r.Assessed {
		total = metric.Hundredths(r.Total)
	}
	out := []any{groupLabel(r.Group), r.Unit, total, r.Band}
	for _, it := range v.Scheme.Def.Items {
		cells := []any{metric.None, "", "", ""}
		for _, i := range r.Items {
			if i.Code == it.Code {
				cells = []any{itemText(r, it.Code), i.Figure.Text(), sidesText(i.Figure), i.Note}
			}
		}
		out = append(out, cells...)
	}
	return append(out, pointsText(r.Bonus), pointsText(r.Deduct), r.Note)
}

func sidesText(f metric.Figure) string {
	if f.Form == metric.Count {
		return f.NumText()
	}
	return f.NumText() + "/" + f.DenText()
}

// recordsHref is the list of the records behind one side of an item.
func (v sheetView) recordsHref(it assess.Item, unit string, p metric.Part) string {
	return "/overview/cohort?" + url.Values{"m": {string(it.Metric)}, "part": {string(p)}, "from": {v.From.String()}, "to": {v.To.String()}, "unit": {unit}}.Encode()
}

// notes explains the marks that the table uses.
func (v sheetView) notes() string {
	var out []string
	for _, r := range v.Rows {
		for _, i := range r.Items {
			if i.Note == assess.NoteMedian {
				out = append(out, "带 * 的样本不足，取组内中位数。")
				return strings.Join(out, "") + "“—”为不评价，权重分摊到其他项目。"
			}
		}
	}
	return "“—”为不评价，权重分摊到其他项目。"
}

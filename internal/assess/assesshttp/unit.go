package assesshttp

import (
	"slices"

	"github.com/a-h/templ"

	"yichuang/internal/assess"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// unitView is one unit's result with its appeals.
type unitView struct {
	sheetView
	Form   *web.Form
	Row    assess.Row
	File   bool // the actor may appeal now
	Decide bool
	Chosen string // the appeal whose decision was refused
	Drill  bool   // may list the records
}

func (h handlers) unit(c *web.Ctx) error { return h.showUnit(c, nil, "") }

func (h handlers) showUnit(c *web.Ctx, f *web.Form, chosen string) error {
	s, err := h.loadSheet(c)
	if err != nil {
		return err
	}
	unit := c.Param("unit")
	if chosen != "" {
		if i := slices.IndexFunc(s.Appeals, func(a assess.Appeal) bool { return a.ID == chosen }); i >= 0 {
			unit = s.Appeals[i].UnitID
		}
	}
	i := slices.IndexFunc(s.Rows, func(r assess.Row) bool { return r.UnitID == unit })
	if i < 0 {
		return assess.ErrSheetMissing
	}
	v := unitView{sheetView: s, Form: f, Row: s.Rows[i], Chosen: chosen, Drill: c.Can("hotline.report.read")}
	v.File = s.State == assess.SheetAppeal && c.Can(assess.PermAppealFile) && c.Actor().HasUnit(unit)
	v.Decide = s.State == assess.SheetAppeal && c.Can(assess.PermAppealDecide)
	v.Appeals = slices.DeleteFunc(v.Appeals, func(a assess.Appeal) bool { return a.UnitID != unit })
	if f != nil {
		return c.Invalid(unitPage(v))
	}
	return c.Render(unitPage(v))
}

func (v unitView) lead() string {
	if !v.Row.Assessed {
		return v.Row.Note
	}
	text := "总分 " + metric.Hundredths(v.Row.Total)
	if v.Row.Band != "" {
		text += "，" + v.Row.Band
	}
	return text + "。" + groupLabel(v.Row.Group) + "，" + v.State.Label() + "。"
}

func (v unitView) table() web.Table {
	t := web.Table{ID: "items", Caption: "考核项目", Columns: []web.Column{{Label: "项目", Name: true}, {Label: "得分", Number: true}, {Label: "权重", Number: true}, {Label: "数值", Number: true}, {Label: "分子", Number: true}, {Label: "分母", Number: true},
		{Label: "排除", Number: true, Minor: true}, {Label: "说明", Grow: true, Wrap: true, Minor: true}}}
	for _, it := range v.Scheme.Def.Items {
		for _, i := range v.Row.Items {
			if i.Code == it.Code {
				t.Rows = append(t.Rows, web.Row{ID: i.Code, Cells: v.itemCells(it, i)})
			}
		}
	}
	return t
}

func (v unitView) itemCells(it assess.Item, i assess.ItemScore) []templ.Component {
	weight := weightText(it.Weight)
	if it.Shape == assess.Each {
		weight = "每件 " + weightText(it.Rate)
	}
	den := i.Figure.DenText()
	if i.Figure.Form == metric.Count {
		den = ""
	}
	info := it.Metric.Info()
	out := ""
	if info.Excluded != "" {
		out = metric.Figure{Form: metric.Count, Ratio: metric.Ratio{Num: i.Figure.Excluded}}.Text()
	}
	return []templ.Component{web.CellText(it.Name), web.CellText(itemText(v.Row, it.Code)), web.CellText(weight), web.CellText(i.Figure.Text()), v.side(it, metric.Numerator, i.Figure.NumText()),
		v.side(it, metric.Denominator, den), v.side(it, metric.Excluded, out), web.CellText(noteText(i))}
}

// side is a number that leads to its records.
func (v unitView) side(it assess.Item, p metric.Part, text string) templ.Component {
	if text == "" || !v.Drill || it.Metric.Records(p) == "" {
		return web.CellText(text)
	}
	return web.CellLink(v.recordsHref(it, v.Row.UnitID, p), text)
}

func noteText(i assess.ItemScore) string {
	if i.Note == assess.NoteAbsent {
		return i.Figure.Absent + "，" + i.Note
	}
	return i.Note
}

// weightText prints units of 1/10000 point.
func weightText(n int64) string { return decimal(n, 4) }

// appealItems are the items that a unit may dispute.
func (v unitView) appealItems() []web.Option {
	var out []web.Option
	for _, i := range v.Row.Items {
		out = append(out, web.Option{Value: i.Code, Label: v.itemName(i.Code)})
	}
	return out
}

func (h handlers) appeal(c *web.Ctx) error {
	f := c.Form()
	files := h.uploads(c, f)
	if f.OK() {
		_, err := h.Assess.FileAppeal(c.Context(), assess.AppealInput{SheetID: c.Param("id"), UnitID: c.Param("unit"), Item: f.Text("item"), Reason: f.Text("reason"), Evidence: f.Text("evidence"), Files: files})
		if err == nil {
			c.Flash(web.Success, "申诉已提交，请等候决定。")
			return c.Redirect("/assess/sheets/" + c.Param("id") + "/units/" + c.Param("unit"))
		}
		if !f.Take(err) {
			return err
		}
	}
	chooseAgain(f)
	return h.showUnit(c, f, "")
}

func (h handlers) decideAppeal(c *web.Ctx) error {
	f := c.Form()
	uphold, err := f.Either("uphold", "1", "0")
	if err != nil {
		f.Take(err)
	}
	v := assess.AppealVerdict{Uphold: uphold, NumChange: f.Int("num_change"), DenChange: f.Int("den_change"), Remark: f.Text("remark")}
	if f.OK() {
		a, err := h.Assess.DecideAppeal(c.Context(), c.Param("id"), c.Param("appeal"), v)
		if err == nil {
			c.Flash(web.Success, "已决定，考核表已按决定重新计算。")
			return c.Redirect("/assess/sheets/" + a.SheetID + "/units/" + a.UnitID)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showUnit(c, f, c.Param("appeal"))
}

// formOf gives the refused form to the appeal that it is about.
func (v unitView) formOf(appeal string) *web.Form {
	if v.Chosen == appeal {
		return v.Form
	}
	return nil
}

func appealItems(a assess.Appeal) []web.Item {
	out := []web.Item{{Label: "理由", Value: web.CellText(a.Reason)}, {Label: "佐证", Value: evidenceCell(a.Evidence, a.Files)}, {Label: "提出", Value: web.CellTime(a.FiledAt)}}
	if a.State != assess.Waiting {
		out = append(out, web.Item{Label: "决定", Value: web.CellText(a.State.Label() + "：" + a.Remark)}, web.Item{Label: "更正", Value: web.CellText("分子 " + signed(a.NumChange) + "，分母 " + signed(a.DenChange))})
	}
	return out
}

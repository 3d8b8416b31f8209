package supervisionhttp

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/metric"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
)

func gazettePath(id supervision.GazetteID) string { return "/supervision/gazettes/" + string(id) }

// periodQuery is a period in an address.
func periodQuery(path string, p metric.Period, more ...string) string {
	quarter := ""
	if p == metric.Quarter(p.From) {
		quarter = "1"
	}
	return query(path, append([]string{"month", p.From.String()[:7], "quarter", quarter}, more...)...)
}

func (h handlers) gazettes(c *web.Ctx) error { return h.showGazettes(c, nil) }

func (h handlers) showGazettes(c *web.Ctx, f *web.Form) error {
	list, err := h.Supervision.Gazettes(c.Context())
	if err != nil {
		return err
	}
	t := web.Table{ID: "gazettes", Caption: "公布的监察结果", Columns: []web.Column{{Label: "时期", Name: true}, {Label: "版次"}, {Label: "更正的理由", Grow: true, Wrap: true}, {Label: "公布时间"}, {Label: "公布人", Minor: true}},
		Empty: web.Empty{Title: "还没有公布过监察结果", Text: "月末或季末以后由政务监察股公布；公布以后数值不再变动，更正另出一版并写明理由。"}}
	for i := range list {
		g := &list[i]
		t.Rows = append(t.Rows, web.Row{ID: string(g.ID), Href: gazettePath(g.ID), Cells: []templ.Component{web.CellLink(gazettePath(g.ID), g.Period().String()), web.CellText(g.Corrects()), web.CellText(g.Reason), web.CellTime(g.At), web.CellText(g.ByName)}})
	}
	parts := []templ.Component{web.DataTable(t)}
	if c.Can(supervision.PermResultPublish) {
		parts = append(parts, web.PartPanel("公布一个时期", web.FieldsForm(web.FormBox{Form: f, ID: "publish", Action: "/supervision/gazettes", Submit: "公布", Hidden: map[string]string{"key": c.RequestID()}},
			web.FieldLine(web.InputText(web.Field{Form: f, Name: "month", Label: "月份", Value: metric.Month(c.Now().Date()).Previous().From.String()[:7], Max: 7, Short: true}),
				web.InputSelect(web.Field{Form: f, Name: "quarter", Label: "按", Options: []web.Option{{Value: "", Label: "月"}, {Value: "1", Label: "这个月所在的季度"}}, Optional: true})),
			web.InputText(web.Field{Form: f, Name: "reason", Label: "更正的理由", Max: 500, Optional: true, Hint: "已经公布过的时期必填，和更正后的数值一起公开"}))))
	}
	page := web.StaffPage(web.Page{Title: "公布监察结果", Lead: "只公布单位，不涉及个人和办件。每一版都保留，任何人可以查看。", Crumbs: []web.Link{{Label: "监察结果", Href: "/supervision/results"}}}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func (h handlers) publish(c *web.Ctx) error {
	f := c.Form()
	p, err := monthOf(f.Text("month"), f.Text("quarter") == "1")
	if err != nil {
		f.Fail("month", "请按 2026-05 的样子填写月份。")
		return h.showGazettes(c, f)
	}
	g, err := h.Supervision.Publish(c.Context(), supervision.GazetteInput{Key: f.Text("key"), Period: p, Reason: f.Text("reason")})
	if err == nil {
		c.Flash(web.Success, "已公布"+p.String()+"的监察结果。")
		return c.Redirect(gazettePath(g.ID))
	}
	if !f.Take(err) {
		return err
	}
	return h.showGazettes(c, f)
}

// gazette is a revision as staff see it: every number leads to the alerts that it counted.
func (h handlers) gazette(c *web.Ctx) error {
	g, intact, err := h.Supervision.Gazette(c.Context(), supervision.GazetteID(c.Param("id")))
	if err != nil {
		return err
	}
	centre, err := h.Org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	t := web.Table{ID: "units", Caption: "各单位", Columns: []web.Column{{Label: "单位", Grow: true, Name: true}, {Label: "结束", Number: true, Unit: "件"}, {Label: "提醒", Number: true, Minor: true}, {Label: "黄牌、预警", Number: true}, {Label: "红牌、报警", Number: true},
		{Label: "撤牌", Number: true, Minor: true}, {Label: "逾期未回告", Number: true, Minor: true}, {Label: "红黄牌率", Number: true}, {Label: "抽查合格率", Number: true}, {Label: "等次"}},
		Empty: web.Empty{Title: "没有数值", Text: "这个时期没有结束的办件，也没有预警。"}}
	for i := range g.Lines {
		l := &g.Lines[i]
		t.Rows = append(t.Rows, web.Row{ID: l.UnitID, Cells: gazetteCells(&g, l, web.StateBadge(gradeTone(l.Grade), l.Grade))})
	}
	if total := g.Total(); len(g.Lines) > 0 {
		t.Foot = gazetteCells(&g, &total, web.CellText(""))
	}
	seal := "一致：数值和所计的预警与公布时相同"
	if !intact {
		seal = "不一致：记录在公布以后被改动，请立即报告"
	}
	items := []web.Item{web.ItemText("版次", g.Corrects()), web.ItemText("公布时间", web.MomentText(g.At)), web.ItemText("公布人", g.ByName), web.ItemText("监察规则", "第 "+strconv.FormatInt(g.Rules, 10)+" 版"), web.ItemText("校验值", g.Hash), web.ItemText("核对", seal)}
	if g.Reason != "" {
		items = append(items, web.ItemText("更正的理由", g.Reason))
	}
	public := periodQuery(resultsBase+"/c/"+url.PathEscape(centre.Code), g.Period(), "revision", strconv.FormatInt(g.Revision, 10))
	return c.Render(web.StaffPage(web.Page{Title: g.Period().String() + "监察结果（公布）", Lead: "点数值看公布时计入的预警；它们后来怎样了，不改变公布的数值。", Crumbs: []web.Link{{Label: "监察结果", Href: "/supervision/results"}, {Label: "公布监察结果", Href: "/supervision/gazettes"}},
		Tools: row([]templ.Component{button(public, "公众看到的页面")})}, []templ.Component{web.DataTable(t), web.PartPanel("公布的记录", web.Definitions(items))}))
}

func gazetteCells(g *supervision.Gazette, l *supervision.GazetteLine, grade templ.Component) []templ.Component {
	counted := func(n int64, column string) templ.Component {
		if n == 0 {
			return web.CellNumber(n)
		}
		return web.CellLink(query(gazettePath(g.ID)+"/alerts", "unit", l.UnitID, "column", column), strconv.FormatInt(n, 10))
	}
	return []templ.Component{web.CellText(l.Unit), web.CellNumber(l.Ended), counted(l.Reminders, "remind"), counted(l.Yellows, "yellow"), counted(l.Reds, "red"), counted(l.Lifted, "lifted"), counted(l.Unanswered, "unanswered"),
		web.CellText(ratioText(l.Cards())), web.CellText(ratioText(l.Audited())), grade}
}

// gazetteAlerts is the alerts behind a number.
func (h handlers) gazetteAlerts(c *web.Ctx) error {
	id := supervision.GazetteID(c.Param("id"))
	list, err := h.Supervision.GazetteAlerts(c.Context(), id, c.Query("unit"), c.Query("column"))
	if err != nil {
		return err
	}
	return c.Render(web.StaffPage(web.Page{Title: "公布时计入的预警", Lead: "共 " + strconv.Itoa(len(list)) + " 条您可以查看的，状态是现在的。", Crumbs: []web.Link{{Label: "公布监察结果", Href: "/supervision/gazettes"}, {Label: "这一版", Href: gazettePath(id)}}},
		[]templ.Component{web.DataTable(alertTable(list))}))
}

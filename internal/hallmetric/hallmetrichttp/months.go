package hallmetrichttp

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// monthsView is the published months.
type monthsView struct {
	Form    *web.Form
	Months  []hallmetric.Month
	Last    metric.Period
	Public  string // address of the public page
	Publish bool
	Check   bool
}

func (h handlers) monthsView(c *web.Ctx) (monthsView, error) {
	v := monthsView{Form: c.Form(), Last: metric.Month(c.Now().Date()).Previous(), Publish: c.Can(hallmetric.PermPublish), Check: c.Can(hallmetric.PermCheck)}
	centre, err := h.Org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return v, err
	}
	v.Public = publicBase + "/c/" + url.PathEscape(centre.Code)
	v.Months, err = h.Metrics.Months(c.Context())
	return v, err
}

func (h handlers) months(c *web.Ctx) error {
	v, err := h.monthsView(c)
	if err != nil {
		return err
	}
	return c.Render(monthsPage(v))
}

func monthText(d clock.Date) string { return d.String()[:7] }

func (v monthsView) table() web.Table {
	t := web.Table{ID: "months", Caption: "封存公布的月份", Columns: []web.Column{{Label: "月份", Name: true}, {Label: "公布时间"}, {Label: "公布人"}, {Label: "修订", Number: true, Minor: true}, {Label: "数值", Unit: "个", Number: true, Minor: true}, {Label: "校验值", Grow: true, Minor: true}, {Label: ""}},
		Empty: web.Empty{Title: "还没有公布过月份", Text: "月末以后，由政务信息股封存并公布；公布以后数值不再变动。"}}
	for _, m := range v.Months {
		check := web.CellText("")
		if v.Check {
			check = web.CellLink("/hall/metrics/months/"+monthText(m.From)+"/check", "重算核对")
		}
		revision := "首次"
		if m.Revision > 1 {
			revision = "第 " + strconv.FormatInt(m.Revision-1, 10) + " 次更正：" + m.Reason
		}
		t.Rows = append(t.Rows, web.Row{ID: monthText(m.From), Cells: []templ.Component{web.CellLink(v.Public+"?month="+monthText(m.From), m.Period().String()), web.CellText(web.MomentText(m.PublishedAt)), web.CellText(m.ByName), web.CellText(revision),
			web.CellNumber(m.Figures), web.CellText(m.Hash[:16] + "…"), check}})
	}
	return t
}

// publish freezes and publishes a month.
func (h handlers) publish(c *web.Ctx) error {
	f := c.Form()
	p, err := metric.ParseMonth(f.Text("month"))
	if err != nil {
		f.Fail("month", "请按 2026-05 的样子填写月份。")
	} else {
		_, err = h.Metrics.Publish(c.Context(), p, f.Text("reason"))
		if err == nil {
			c.Flash(web.Success, "已封存并公布 "+p.String()+"的大厅指标。")
			return c.Redirect("/hall/metrics/months")
		}
		if !f.Take(err) {
			return err
		}
	}
	v, err := h.monthsView(c)
	if err != nil {
		return err
	}
	return c.Invalid(monthsPage(v))
}

// check counts a month again from the events of the cases.
func (h handlers) check(c *web.Ctx) error {
	p, err := metric.ParseMonth(c.Param("month"))
	if err != nil {
		return err
	}
	r, err := h.Metrics.Recount(c.Context(), p)
	if err != nil {
		return err
	}
	return c.Render(checkPage(checkView{r}))
}

type checkView struct{ hallmetric.Recount }

func (v checkView) items() []web.Item {
	result := "一致"
	if !v.Equal {
		result = "不一致，见下"
	}
	items := []web.Item{web.ItemText("期间", v.Period.String()), web.ItemText("核对时间", web.MomentText(v.At)), web.ItemText("按事件重建的办件", number(v.Cases)+" 件"), web.ItemText("与导入校验值比对的省平台办件", number(v.Platform)+" 件"), web.ItemText("核对的数值", number(v.Figures)+" 个"), web.ItemText("结果", result)}
	if v.Month != nil {
		items = append(items, web.ItemText("封存于", web.MomentText(v.Month.PublishedAt)), web.ItemText("校验值", v.Month.Hash))
	}
	return items
}

func (v checkView) later() web.Table {
	t := web.Table{ID: "later", Caption: "公布以后的变化", Columns: []web.Column{{Label: "指标", Grow: true, Name: true}, {Label: "变化"}, {Label: "公布时", Number: true}, {Label: "现在", Number: true}},
		Empty: web.Empty{Title: "没有变化", Text: "现在的记录与公布时相同，或这个月还没有公布。"}}
	for i, d := range v.Later {
		label := d.Metric
		if m, ok := hallmetric.MeasureOf(d.Metric); ok {
			label = m.Label
		}
		if i == 100 {
			break
		}
		was, is := d.Was, d.Is
		if d.What == "记录" {
			was, is = "记录不同", "数值相同"
		}
		t.Rows = append(t.Rows, web.Row{ID: strconv.Itoa(i), Cells: []templ.Component{web.CellText(label), web.CellText(d.What), web.CellText(was), web.CellText(is)}})
	}
	return t
}

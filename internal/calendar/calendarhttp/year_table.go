package calendarhttp

import (
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/web"
)

// weekdayHeads are the heads of a month's grid.
var weekdayHeads = [7]string{"一", "二", "三", "四", "五", "六", "日"}

func yearOptions(years []int) []web.Option {
	out := make([]web.Option, len(years))
	for i, y := range years {
		out[i] = web.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + " 年"}
	}
	return out
}

func layerOptions() []web.Option {
	var out []web.Option
	for _, l := range []calendar.Layer{calendar.National, calendar.Prefecture, calendar.County} {
		out = append(out, web.Option{Value: string(l), Label: l.Label()})
	}
	return out
}

func areaLabel(area string) string {
	if area == "" {
		return "（全国）"
	}
	return "（" + area + "）"
}

func working(w bool) string {
	if w {
		return "上班"
	}
	return "放假"
}

// decreedTable is the list below the grids, which says everything that the grids show on hover.
func decreedTable(v yearView) web.Table {
	t := web.Table{ID: "days", Caption: "放假、上班安排一览", Columns: []web.Column{{Label: "日期"}, {Label: "安排"}, {Label: "名称"}, {Label: "层级"}, {Label: "依据", Wrap: true}},
		Empty: web.Empty{Title: "这一年没有放假、调休安排", Text: "导入国务院办公厅的通知和本地文件后，会逐日列在这里。"}}
	if v.CanImport {
		t.Empty.Next = &web.Link{Label: "导入放假安排", Href: "/calendar/import"}
	}
	for _, d := range v.Decreed {
		t.Rows = append(t.Rows, web.Row{ID: d.Date.String(), Cells: []templ.Component{
			web.CellText(web.DayText(d.Date)), web.CellText(d.Mark() + " " + working(d.Working)), web.CellText(d.Name), web.CellText(d.Layer.Label()), sourceText(d.Source),
		}})
	}
	return t
}

func revisionTable(list []calendar.Revision) web.Table {
	t := web.Table{ID: "revisions", Caption: "本年度发布记录", Columns: []web.Column{{Label: "版本"}, {Label: "层级"}, {Label: "依据", Wrap: true}, {Label: "发布人"}, {Label: "发布时间"}, {Label: "状态"}},
		Empty: web.Empty{Title: "还没有发布过这一年的安排"}}
	for _, r := range list {
		href := "/calendar/revisions/" + r.ID
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: href, Cells: []templ.Component{
			web.CellLink(href, fmt.Sprintf("第 %d 版", r.Number)), web.CellText(r.Layer.Label() + " " + r.Area), web.CellText(r.Document.String()),
			web.CellText(r.PublishedBy), web.CellTime(r.PublishedAt), revisionState(r.Live(), r.Confirmed),
		}})
	}
	return t
}

func revisionState(live, confirmed bool) templ.Component {
	switch {
	case !live:
		return web.StateBadge(web.Info, "已被取代")
	case !confirmed:
		return web.StateBadge(web.Warning, "未确认")
	}
	return web.StateBadge(web.Success, "现行")
}

func revisionTitle(r calendar.Revision) string {
	return fmt.Sprintf("%d 年%s放假安排 第 %d 版", r.Year, r.Layer.Label(), r.Number)
}

func revisionItems(r calendar.Revision) []web.Item {
	return []web.Item{
		web.ItemText("层级", r.Layer.Label()+" "+r.Area), web.ItemText("施行日期", r.Effective.String()),
		{Label: "依据文件", Value: sourceText(r.Document), Wide: true},
		web.ItemText("发布人", r.PublishedBy), web.ItemText("发布时间", web.MomentText(r.PublishedAt)),
	}
}

func dayTable(days []calendar.LayerDay) web.Table {
	t := web.Table{ID: "days", Caption: "这个版本的日期", Columns: []web.Column{{Label: "日期"}, {Label: "类型"}, {Label: "名称"}, {Label: "依据", Wrap: true}},
		Empty: web.Empty{Title: "这个版本没有列出任何日期"}}
	for _, d := range days {
		t.Rows = append(t.Rows, web.Row{ID: d.Date.String(), Cells: []templ.Component{web.CellText(web.DayText(d.Date)), web.CellText(d.Kind.Label()), web.CellText(d.Name), web.CellText(d.Basis)}})
	}
	return t
}

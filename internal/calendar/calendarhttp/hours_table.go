package calendarhttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/web"
)

// hoursTable lists every published version, the newest first.
func hoursTable(v hoursView) web.Table {
	t := web.Table{ID: "hours", Caption: "办公时间的各个版本", Columns: []web.Column{{Label: "适用"}, {Label: "施行日期"}, {Label: "办公时间", Wrap: true}, {Label: "依据", Wrap: true}, {Label: "发布"}, {Label: "状态"}},
		Empty: web.Empty{Title: "还没有发布过办公时间", Text: "现在按 08:30–12:00、14:30–18:00 计算。"}}
	if v.CanEdit {
		t.Empty.Next = &web.Link{Label: "发布办公时间", Href: "/calendar/hours/new"}
	}
	names := map[string]string{}
	for _, u := range v.Units {
		names[u.Value] = u.Label
	}
	for _, x := range v.Versions {
		since := x.Effective.String()
		if since == "" {
			since = "一直"
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Cells: []templ.Component{
			web.CellText(hoursScope(x, names)), web.CellText(since), rulesText(x.Rules), sourceText(x.Document), web.CellText(x.PublishedBy + " " + x.PublishedAt.String()), revisionState(x.Live(), x.Confirmed),
		}})
	}
	return t
}

func hoursScope(x calendar.HoursVersion, names map[string]string) string {
	switch {
	case x.Unit != "" && names[x.Unit] != "":
		return names[x.Unit]
	case x.Unit != "":
		return "单位 " + x.Unit
	case x.Area != "":
		return "地区 " + x.Area
	}
	return "全中心"
}

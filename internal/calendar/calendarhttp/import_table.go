package calendarhttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/web"
)

// changeTable lists days before and after a publication.
func changeTable(days []calendar.DayChange) web.Table {
	t := web.Table{ID: "changes", Caption: "逐日变化", Columns: []web.Column{{Label: "日期"}, {Label: "现在"}, {Label: "发布后"}, {Label: "影响"}},
		Empty: web.Empty{Title: "没有变化"}}
	for _, d := range days {
		effect := web.StateBadge(web.Info, "只改说明")
		switch {
		case d.Before.Working && !d.After.Working:
			effect = web.StateBadge(web.Success, "改为放假")
		case !d.Before.Working && d.After.Working:
			effect = web.StateBadge(web.Warning, "改为上班")
		}
		t.Rows = append(t.Rows, web.Row{ID: d.After.Date.String(), Cells: []templ.Component{
			web.CellText(web.DayText(d.After.Date)), web.CellText(d.Before.Why()), web.CellText(d.After.Why()), effect,
		}})
	}
	return t
}

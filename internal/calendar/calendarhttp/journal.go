package calendarhttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/web"
)

// journal lists what publications did to open limits.
func (h *handlers) journal(c *web.Ctx) error {
	after, err := web.DecodeCursor(c.Query("after"), 1)
	if err != nil {
		return err
	}
	before := ""
	if len(after) == 1 {
		before = after[0]
	}
	lines, err := h.Calendar.JournalList(c.Context(), before)
	if err != nil {
		return err
	}
	return c.Render(journalPage(journalTable(lines)))
}

func journalTable(lines []calendar.JournalLine) web.Table {
	t := web.Table{ID: "journal", Caption: "时限重算记录", Columns: []web.Column{{Label: "重算时间"}, {Label: "对象"}, {Label: "原到期"}, {Label: "新到期"}, {Label: "日历版本", Number: true}, {Label: "依据", Wrap: true}},
		Empty: web.Empty{Title: "还没有重算过时限", Text: "发布新的放假安排或办公时间后，到期时间有变化的未办结事项会逐条记在这里。"}}
	for _, l := range lines {
		t.Rows = append(t.Rows, web.Row{ID: l.ID, Cells: []templ.Component{
			web.CellTime(l.At), web.CellText(l.Kind + " " + l.Object), web.CellText(calendar.FormatDue(l.OldDue)), web.CellText(calendar.FormatDue(l.NewDue)),
			web.CellText(strconv.FormatInt(l.Revision, 10)), web.CellText(l.Document),
		}})
	}
	if len(lines) == calendar.JournalPage {
		t.Next = web.EncodeCursor(lines[len(lines)-1].ID)
	}
	return t
}

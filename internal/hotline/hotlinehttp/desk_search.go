package hotlinehttp

import (
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/text"
	"yichuang/internal/web"
)

// searchView is the result of a full-text search.
type searchView struct {
	query string
	rows  []hotline.Row
	parts map[hotline.TicketID][]text.Segment
	next  string
	cal   *calendar.Calendar
	now   clock.Instant
}

// search finds tickets by number or by their words. A whole number leads straight to the record.
func (s desks) search(c *web.Ctx) error {
	v := searchView{query: c.Query("q"), now: c.Now()}
	if isNumber(v.query) {
		if d, err := s.Hotline.Find(c.Context(), v.query); err == nil {
			return c.Redirect(ticketPath(d.No))
		}
	}
	var err error
	if v.query != "" {
		if v.rows, v.next, err = s.Hotline.Search(c.Context(), v.query, c.Query("after"), 0); err != nil {
			return err
		}
	}
	if v.parts, err = s.Hotline.Snippets(c.Context(), v.rows, v.query); err != nil {
		return err
	}
	if v.cal, err = s.Hotline.CentreCalendar(c.Context()); err != nil {
		return err
	}
	return c.Render(searchPage(v))
}

// isNumber reports whether a text is written like a ticket's number: 20260508-000123.
func isNumber(s string) bool {
	day, n, ok := strings.Cut(s, "-")
	return ok && len(day) == 8 && len(n) == 6 && strings.Trim(day+n, "0123456789") == ""
}

func (v searchView) title() string {
	if v.query == "" {
		return "查找工单"
	}
	return "查找“" + v.query + "”"
}

func (v searchView) empty() web.Empty {
	if v.query == "" {
		return web.Empty{Title: "输入要找的词", Text: "可以查内容、标题、地址里的词，多个词用空格隔开；输入完整的工单号会直接打开工单。"}
	}
	return web.Empty{Title: "没有找到“" + v.query + "”", Text: "可以换一个更短的词再试。保密工单的内容不在检索范围内。"}
}

func (v searchView) table() web.Table {
	t := web.Table{ID: "found", Caption: v.title(), Next: v.next, Empty: v.empty(), Columns: []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true, Wrap: true}, {Label: "类型", Minor: true},
		{Label: "状态"}, {Label: "承办单位", Minor: true}, {Label: "登记时间", Minor: true}, {Label: "时限", Minor: true}}}
	for i := range v.rows {
		r := &v.rows[i]
		due := rowDue(r, v.cal, v.now)
		t.Rows = append(t.Rows, web.Row{ID: string(r.ID), Href: ticketPath(r.No), State: due.Light, Cells: []templ.Component{web.CellLink(ticketPath(r.No), r.No),
			foundCell(r, v.query, v.parts[r.ID]), web.CellText(r.Kind), web.StateBadge(stateTone(r.State), r.State.Label()), web.CellText(r.Unit), web.CellTime(r.CreatedAt), dueCell(due)}})
	}
	return t
}

package hotlinehttp

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// overdueView is the list of what is overdue, as everybody in the centre may see it (超期公示).
type overdueView struct {
	Form  *web.Form
	Units []desk.OverdueUnit
	Unit  string
	Rows  []desk.OverdueRow
	Next  string
	Press bool // may supervise
}

// overdue shows what is overdue, the longest first.
func (s alerts) overdue(c *web.Ctx) error {
	f := c.Form()
	v := overdueView{Form: f, Unit: f.Text("unit"), Press: c.Can(hotline.PermSupervise)}
	var err error
	if v.Units, err = s.Desk.OverdueUnits(c.Context()); err != nil {
		return err
	}
	if v.Rows, v.Next, err = s.Desk.OverdueLegs(c.Context(), desk.OverdueFilter{UnitID: v.Unit, After: f.Text("after")}); err != nil {
		return err
	}
	return c.Render(overduePage(v))
}

func (v overdueView) total() int64 {
	n := int64(0)
	for _, u := range v.Units {
		if v.Unit == "" || v.Unit == u.UnitID {
			n += u.N
		}
	}
	return n
}

func (v overdueView) lead() string {
	if len(v.Units) == 0 {
		return "现在没有超期的承办件。"
	}
	return "现在有 " + strconv.Itoa(len(v.Units)) + " 个单位、" + strconv.FormatInt(v.total(), 10) + " 件超期。中心和各承办单位都能看到这一页，不含诉求内容。"
}

func (v overdueView) unitOptions() []web.Option {
	var out []web.Option
	for _, u := range v.Units {
		out = append(out, web.Option{Value: u.UnitID, Label: u.Unit + "（" + strconv.FormatInt(u.N, 10) + "）"})
	}
	return out
}

func (v overdueView) unitTable() web.Table {
	t := web.Table{ID: "overdue-units", Caption: "各单位超期件数", Columns: []web.Column{{Label: "承办单位", Grow: true}, {Label: "超期", Number: true, Unit: "件"}, {Label: "最早的时限"}}}
	for _, u := range v.Units {
		href := "/hotline/overdue?unit=" + url.QueryEscape(u.UnitID)
		t.Rows = append(t.Rows, web.Row{ID: u.UnitID, Href: href, Cells: []templ.Component{web.CellLink(href, u.Unit), web.CellText(strconv.FormatInt(u.N, 10)), web.CellTime(u.Oldest)}})
	}
	return t
}

func (v overdueView) table() web.Table {
	t := web.Table{ID: "overdue", Caption: "超期的承办件", Next: v.Next, Total: int(v.total()),
		Columns: []web.Column{{Label: "工单号"}, {Label: "承办单位"}, {Label: "标题", Grow: true}, {Label: "类型", Minor: true}, {Label: "状态", Minor: true}, {Label: "办理时限"}, {Label: "超期"}, {Label: "督办"}},
		Empty:   web.Empty{Title: "没有超期的承办件", Text: "过了办理时限还没有提交答复的承办件会列在这里。挂账和延期待批的不算。"}}
	for i := range v.Rows {
		r := &v.Rows[i]
		row := web.Row{ID: string(r.LegID), State: web.Red}
		no := web.CellText(r.No)
		if r.Readable {
			row.Href = ticketPath(r.No)
			no = web.CellLink(row.Href, r.No)
		}
		title := r.Title
		if r.Readable && title == "" {
			title = "（内容保密）"
		}
		row.Cells = []templ.Component{no, web.CellText(r.Unit), web.CellText(orDash(title)), web.CellText(r.Kind), web.CellText(roleLabel(r.Role) + " " + r.State.Label()), web.CellTime(r.Due), overdueLate(r), overduePress(v, r)}
		t.Rows = append(t.Rows, row)
	}
	return t
}

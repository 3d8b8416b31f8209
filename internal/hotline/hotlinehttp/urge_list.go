package hotlinehttp

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// urgingView is the list of what falls due soon, for urgings by telephone (催办清单).
type urgingView struct {
	Form     *web.Form
	Hours    int
	Uncalled bool
	Units    []web.Option
	Unit     string
	Rows     []hotline.UrgeRow
	Next     string
	Call     *hotline.UrgeRow // the leg whose call is being written down
	Key      string
}

var hourOptions = []web.Option{{Value: "8", Label: "8 小时"}, {Value: "24", Label: "24 小时"}, {Value: "48", Label: "48 小时"}, {Value: "72", Label: "72 小时"}, {Value: "168", Label: "7 天"}}

func (s alerts) urgingView(c *web.Ctx) (urgingView, error) {
	f := c.Form()
	v := urgingView{Form: f, Hours: int(f.Int("hours")), Uncalled: f.Bool("uncalled"), Unit: f.Text("unit")}
	var err error
	if v.Units, err = unitOptions(c, s.Org); err != nil {
		return v, err
	}
	v.Rows, v.Next, v.Hours, err = s.Hotline.DueSoon(c.Context(), hotline.UrgeFilter{Hours: v.Hours, Uncalled: v.Uncalled, UnitID: v.Unit, After: f.Text("after")})
	for i := range v.Rows {
		if leg := f.Text("leg"); leg != "" && string(v.Rows[i].LegID) == leg {
			v.Call = &v.Rows[i]
		}
	}
	return v, err
}

// urging shows the list, with the form of one call where the address names a leg.
func (s alerts) urging(c *web.Ctx) error {
	v, err := s.urgingView(c)
	if err != nil {
		return err
	}
	v.Key = newKey()
	return c.Render(urgingPage(v))
}

// phoned writes down that somebody has called the unit.
func (s alerts) phoned(c *web.Ctx) error {
	f := c.Form()
	cmd := hotline.Command{TicketID: hotline.TicketID(c.Param("id")), LegID: hotline.LegID(f.Text("leg")), Key: f.Text("key")}
	_, err := s.Hotline.Urge(c.Context(), cmd, hotline.Urging{ByPhone: true, Spoke: f.Text("spoke_with"), Remark: f.Text("remark")})
	if err == nil {
		c.Flash(web.Success, "电话催办已记录，承办单位也收到提醒。")
		return c.Redirect(urgingHref(f.Text("hours"), f.Text("unit"), f.Text("uncalled"), ""))
	}
	if !f.Take(err) {
		return err
	}
	v, again := s.urgingView(c)
	if again != nil {
		return again
	}
	if v.Key = f.Text("key"); v.Call == nil { // answered or due since
		return err
	}
	return c.Invalid(urgingPage(v))
}

// urgingHref is the address of the list as it is filtered.
func urgingHref(hours, unit, uncalled, leg string) string {
	q := url.Values{}
	for name, value := range map[string]string{"hours": hours, "unit": unit, "uncalled": uncalled, "leg": leg} {
		if value != "" && value != "0" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/hotline/urging"
	}
	return "/hotline/urging?" + q.Encode()
}

func (v urgingView) href(leg hotline.LegID) string {
	return urgingHref(strconv.Itoa(v.Hours), v.Unit, map[bool]string{true: "1"}[v.Uncalled], string(leg))
}

// hidden are the filters that a call's form carries on.
func (v urgingView) hidden() map[string]string {
	return map[string]string{"leg": string(v.Call.LegID), "key": v.Key, "hours": strconv.Itoa(v.Hours), "unit": v.Unit, "uncalled": map[bool]string{true: "1"}[v.Uncalled]}
}

func (v urgingView) table() web.Table {
	t := web.Table{ID: "urging", Caption: "快到期的承办件", Next: v.Next, Columns: []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true, Wrap: true}, {Label: "承办单位"}, {Label: "联系人、电话"}, {Label: "办理时限"}, {Label: "剩余"}, {Label: "电话催办", Wrap: true}, {Label: ""}},
		Empty: web.Empty{Title: "没有快到期的承办件", Text: "在这段时间内到期、还没有答复的承办件会列在这里。挂账和延期待批的不算。"}}
	for i := range v.Rows {
		r := &v.Rows[i]
		t.Rows = append(t.Rows, web.Row{ID: string(r.LegID), Cells: []templ.Component{web.CellLink(ticketPath(r.No), r.No), web.CellText(r.Title), web.CellText(r.Unit + roleWord(r.Role)),
			phoneCell(r), web.CellTime(r.Due), web.CellText(r.Remaining), web.CellText(phonedText(r)), web.CellLink(v.href(r.LegID)+"#call", "记录电话")}})
	}
	return t
}

// phonedText says who has called, and what was said.
func phonedText(r *hotline.UrgeRow) string {
	if r.CalledAt == 0 {
		return "还没有"
	}
	return web.MomentText(r.CalledAt) + " " + r.CalledBy + "：" + r.CalledText
}

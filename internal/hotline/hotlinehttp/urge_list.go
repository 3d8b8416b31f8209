package hotlinehttp

import (
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// urgingView is the list of what falls due soon, for urgings by telephone (催办清单).
type urgingView struct {
	Form     *web.Form
	Hours    int
	Uncalled bool
	Units    []web.Option
	Unit     string
	Rows     []desk.UrgeRow
	Next     string
	Call     *desk.UrgeRow // the leg whose call is being written down
	Key      string
}

var hourOptions = []web.Option{{Value: "8", Label: "8 小时"}, {Value: "24", Label: "24 小时"}, {Value: "48", Label: "48 小时"}, {Value: "72", Label: "72 小时"}, {Value: "168", Label: "7 天"}}

func (s alerts) urgingView(c *web.Ctx) (urgingView, error) {
	f := c.Form()
	filter := urgingFilter(f)
	v := urgingView{Form: f, Uncalled: filter.Uncalled, Unit: filter.UnitID}
	var err error
	if v.Units, err = unitOptions(c, s.Org); err != nil {
		return v, err
	}
	v.Rows, v.Next, v.Hours, err = s.Desk.DueSoon(c.Context(), filter)
	for i := range v.Rows {
		if leg := f.Text("leg"); leg != "" && string(v.Rows[i].LegID) == leg {
			v.Call = &v.Rows[i]
		}
	}
	return v, err
}

// urgingFilter reads what the address asks for.
func urgingFilter(f *web.Form) desk.UrgeFilter {
	return desk.UrgeFilter{Hours: int(f.Int("hours")), Uncalled: f.Bool("uncalled"), UnitID: f.Text("unit"), After: f.Text("after")}
}

var urgingColumns = []xlsx.Column{{Label: "工单号", Width: 18, Kind: xlsx.Text}, {Label: "标题", Width: 48, Wrap: true}, {Label: "紧急程度", Width: 10}, {Label: "承办单位", Width: 30, Wrap: true},
	{Label: "联系人", Width: 12}, {Label: "电话", Width: 16, Kind: xlsx.Text}, {Label: "办理时限", Width: 17}, {Label: "剩余", Width: 20}, {Label: "电话催办时间", Width: 17}, {Label: "催办人", Width: 12}, {Label: "催办情况", Width: 44, Wrap: true}}

// exportUrging sends the list of the filters in the address as a spreadsheet, to call by from paper.
func (s alerts) exportUrging(c *web.Ctx) error {
	filter, now := urgingFilter(c.Form()), c.Now()
	sheet := xlsx.Sheet{Name: "催办清单", Title: "催办清单", Note: "快到期、承办单位还没有答复的，按到期先后。导出时间 " + now.String(), Columns: urgingColumns}
	return c.Stream("催办清单 "+strings.ReplaceAll(now.String(), ":", "")+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			return s.Desk.ExportUrging(c.Context(), filter, func(r desk.UrgeRow) error {
				return add(r.No, r.Title, r.Urgency, r.Unit+roleWord(r.Role), r.ContactName, r.OfficePhone, r.Due.String(), r.Remaining, r.CalledAt.String(), r.CalledBy, r.CalledText)
			})
		})
	})
}

// exportPath is the address of the same list as a spreadsheet.
func (v urgingView) exportPath() string {
	return strings.Replace(v.href(""), "/hotline/urging", "/hotline/urging/export.xlsx", 1)
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
	t := web.Table{ID: "urging", Caption: "快到期的承办件", Next: v.Next, Download: v.exportPath(), Columns: []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true, Wrap: true}, {Label: "承办单位"}, {Label: "联系人、电话"}, {Label: "办理时限"}, {Label: "剩余"}, {Label: "电话催办", Wrap: true}, {Label: ""}},
		Empty: web.Empty{Title: "没有快到期的承办件", Text: "在这段时间内到期、还没有答复的承办件会列在这里。挂账和延期待批的不算。"}}
	for i := range v.Rows {
		r := &v.Rows[i]
		t.Rows = append(t.Rows, web.Row{ID: string(r.LegID), Cells: []templ.Component{web.CellLink(ticketPath(r.No), r.No), web.CellText(r.Title), web.CellText(r.Unit + roleWord(r.Role)),
			phoneCell(r), web.CellTime(r.Due), web.CellText(r.Remaining), web.CellText(phonedText(r)), web.CellLink(v.href(r.LegID)+"#call", "记录电话")}})
	}
	return t
}

// phonedText says who has called, and what was said.
func phonedText(r *desk.UrgeRow) string {
	if r.CalledAt == 0 {
		return "还没有"
	}
	return web.MomentText(r.CalledAt) + " " + r.CalledBy + "：" + r.CalledText
}

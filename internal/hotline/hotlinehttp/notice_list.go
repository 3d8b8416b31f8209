package hotlinehttp

import (
	"net/url"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// alerts are the pages of notices (提醒).
type alerts struct{ Deps }

// noticeKinds are the kinds of notice in the order in which they press.
var noticeKinds = []string{hotline.NoticeRed, hotline.NoticeSignLate, hotline.NoticeDemand, hotline.NoticeBulletin, hotline.NoticeSupervise, hotline.NoticeSuperviseLate, hotline.NoticeYellow, hotline.NoticeUrge}

func noticeOptions() []web.Option {
	var out []web.Option
	for _, k := range noticeKinds {
		out = append(out, web.Option{Value: k, Label: hotline.NoticeLabel(k)})
	}
	return out
}

// noticeLight is the card of a kind of notice.
func noticeLight(kind string) web.Light {
	switch kind {
	case hotline.NoticeRed, hotline.NoticeSignLate, hotline.NoticeDemand, hotline.NoticeBulletin, hotline.NoticeSuperviseLate:
		return web.Red
	case hotline.NoticeYellow:
		return web.Yellow
	}
	return web.NoLight
}

// noticeView is a page of notices.
type noticeView struct {
	Form *web.Form
	All  bool // those seen before too
	Kind string
	Rows []desk.NoticeRow
	Next string
	Unit bool // the reader stands on a unit's side
	See  bool // may mark as seen
	Here string
}

// notices lists what is meant for the reader's side: a unit's own cards and urgings; for the office all that go beyond a
// unit; for the leader those that cannot wait.
func (s alerts) notices(c *web.Ctx) error {
	f := c.Form()
	v := noticeView{Form: f, All: f.Text("show") == "all", Kind: f.Choice("kind", noticeKinds...), Here: c.Request.URL.RequestURI()}
	a := c.Actor()
	v.Unit = a.Scope(hotline.PermRead) < actor.Centre
	v.See = v.Unit || a.Can(hotline.PermUrge)
	var err error
	filter := desk.NoticeFilter{New: !v.All, Kind: v.Kind, After: f.Text("after")}
	if d := f.Date("from"); !d.IsZero() {
		filter.From = d.Start()
	}
	if d := f.Date("to"); !d.IsZero() {
		filter.To = d.End()
	}
	v.Rows, v.Next, err = s.Desk.Notices(c.Context(), filter)
	if err != nil {
		return err
	}
	return c.Render(noticePage(v))
}

// see notes that the reader's side has seen a notice.
func (s alerts) see(c *web.Ctx) error {
	if err := s.Desk.SeeNotice(c.Context(), c.Param("id")); err != nil {
		return err
	}
	return c.Redirect(web.LocalPath(c.Form().Text("back"), "/hotline/notices"))
}

func (v noticeView) tabs() []web.Tab {
	kind := ""
	if v.Kind != "" {
		kind = "kind=" + url.QueryEscape(v.Kind)
	}
	all := "?show=all"
	if kind != "" {
		all, kind = all+"&"+kind, "?"+kind
	}
	return []web.Tab{{Label: "未阅", Href: "/hotline/notices" + kind, Current: !v.All}, {Label: "全部", Href: "/hotline/notices" + all, Current: v.All}}
}

func (v noticeView) table() web.Table {
	t := web.Table{ID: "notices-list", Caption: "提醒", Next: v.Next,
		Columns: []web.Column{{Label: "时间"}, {Label: "种类"}, {Label: "内容", Grow: true, Wrap: true}, {Label: "承办单位"}, {Label: "已阅"}},
		Empty:   web.Empty{Title: "没有未阅的提醒", Text: "黄牌、红牌、签收超时和催办会列在这里。", Next: &web.Link{Label: "看全部提醒", Href: "/hotline/notices?show=all"}}}
	if !v.Unit {
		t.Columns = append(t.Columns, web.Column{Label: "单位"})
	}
	if v.All {
		t.Empty = web.Empty{Title: "还没有提醒", Text: "黄牌、红牌、签收超时和催办会列在这里。"}
	}
	for _, r := range v.Rows {
		href := ticketPath(string(r.TicketID))
		row := web.Row{ID: r.ID, Href: href, State: noticeLight(r.Kind)}
		if r.SeenAt != 0 || r.LiftedAt != 0 {
			row.State = web.NoLight
		}
		row.Cells = []templ.Component{web.CellTime(r.At), noticeKind(r), web.CellLink(noticePath(r.ID), r.Text), web.CellText(r.Unit), noticeSeen(v, r)}
		if !v.Unit {
			row.Cells = append(row.Cells, web.CellText(unitSeenText(r)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// unitSeenText says, for those above the unit, whether the unit has seen the notice itself.
func unitSeenText(r desk.NoticeRow) string {
	if r.UnitSeen == 0 {
		return "单位未阅"
	}
	return "单位已阅 " + r.UnitSeen.String()
}

func seenText(r desk.NoticeRow) string {
	return r.SeenName + " " + r.SeenAt.String()
}

func noticeLead(v noticeView) string {
	if v.Unit {
		return "点“已阅”只表示本单位看到了，热线办的提醒不会因此消失；办理后提醒自然解除。"
	}
	return "各方各自标记：承办单位标了已阅，这里仍然保留，直到您标记。"
}

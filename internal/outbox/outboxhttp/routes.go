// Package outboxhttp is the page of package outbox and its part of the API: which messages of the hall went out.
package outboxhttp

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/outbox"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

type handlers struct{ outbox *outbox.Module }

// Register adds the page, its line in the navigation, and the API.
func Register(kit *web.Kit, k *rest.Kit, m *outbox.Module) {
	h := handlers{m}
	kit.Page("GET /hall/messages", outbox.PermRead, h.list)
	kit.Nav(web.NavItem{Group: "好差评", Label: "大厅短信", Href: "/hall/messages", Permission: outbox.PermRead, Icon: "message"})
	rest.Register(k, huma.Operation{Method: http.MethodGet, Path: "/hall-messages", Summary: "大厅短信：待发、已交网关、未发出、不再需要；不含号码和链接", Tags: []string{"好差评"}}, outbox.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		State string `query:"state" maxLength:"10" doc:"waiting、sent、failed 或 dropped"`
	}) (*rest.Body[rest.Page[outbox.Message]], error) {
		list, next, err := m.Messages(ctx, outbox.Filter{State: outbox.State(in.State), After: in.After})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
}

func (h handlers) list(c *web.Ctx) error {
	state := outbox.State(c.Query("state"))
	list, next, err := h.outbox.Messages(c.Context(), outbox.Filter{State: state, After: c.Query("after")})
	if err != nil {
		return err
	}
	tabs := []web.Tab{{Label: "全部", Href: "/hall/messages", Current: state == ""}}
	for _, s := range outbox.States() {
		tabs = append(tabs, web.Tab{Label: s.Label(), Href: "/hall/messages?state=" + string(s), Current: s == state})
	}
	t := web.Table{ID: "messages", Caption: "大厅短信", Next: next, Columns: []web.Column{{Label: "时间"}, {Label: "种类"}, {Label: "状态"}, {Label: "编号"}, {Label: "内容", Grow: true, Wrap: true}, {Label: "说明", Wrap: true, Minor: true}},
		Empty: web.Empty{Title: "没有短信", Text: "同意接收短信的申请人办结后收到评价邀请；反映人留了电话的，受理和答复时收到告知。要由运维人员接好短信网关并设置对外网址。"}}
	for _, g := range list {
		note := g.Problem
		if g.State == outbox.Sent {
			note = "网关 " + g.SentAt.String() + " 接收"
		}
		t.Rows = append(t.Rows, web.Row{ID: g.ID, Cells: []templ.Component{web.CellTime(g.At), web.CellText(h.outbox.Label(g.Kind)), web.StateBadge(tone(g.State), g.State.Label()), web.CellText(g.No), web.CellText(g.Text), web.CellText(note)}})
	}
	return c.Render(web.StaffPage(web.Page{Title: "大厅短信", Lead: "“已交网关”表示短信服务已经接收，是否送达由短信服务负责。这里不显示号码和链接；晚上 9 时到早上 8 时不发。"}, []templ.Component{web.Tabs("状态", tabs), web.DataTable(t)}))
}

func tone(s outbox.State) web.Tone {
	return map[outbox.State]web.Tone{outbox.Sent: web.Success, outbox.Failed: web.Danger, outbox.Waiting: web.Info}[s]
}

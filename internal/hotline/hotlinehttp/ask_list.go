package hotlinehttp

import (
	"context"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// askList is the list of what units ask for (申请与审批): for the hotline office what waits for its decision, for a unit
// what it asked for and what became of it.
type askList struct {
	kind   hotline.AskKind
	all    bool // decided ones too, newest first
	rows   []desk.AskRow
	next   string
	counts map[hotline.AskKind]int
	ofUnit bool
	drafts []desk.AskRow // returns that wait for the unit's head
}

// asks lists what waits, oldest first; with "all" in the address everything, newest first.
func (s desks) asks(c *web.Ctx) error {
	v := askList{kind: hotline.AskKind(c.Query("kind")), all: c.Query("state") == "all", ofUnit: !seesCentre(c.Actor())}
	if !slices.Contains(hotline.AskKinds, v.kind) {
		v.kind = ""
	}
	var err error
	if v.rows, v.next, err = s.Desk.Asks(c.Context(), desk.AskFilter{Kind: v.kind, Waiting: !v.all, After: c.Query("after")}); err != nil {
		return err
	}
	if v.counts, err = s.Desk.WaitingAsks(c.Context()); err != nil {
		return err
	}
	if c.Can(hotline.PermDraftReturn) {
		if v.drafts, err = s.Desk.ReturnDrafts(c.Context()); err != nil {
			return err
		}
	}
	return c.Render(asksPage(v))
}

// draftTable lists the returns that wait for the unit's head.
func (v askList) draftTable() web.Table {
	t := web.Table{ID: "drafts", Caption: "拟退单", Total: len(v.drafts), Columns: []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true}, {Label: "单位", Minor: true}, {Label: "理由"}, {Label: "拟稿", Minor: true}}}
	for _, r := range v.drafts {
		href := ticketPath(r.No) + "?do=ask-return&leg=" + string(r.LegID) + "#act"
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: href, Cells: []templ.Component{web.CellLink(href, r.No), web.CellText(r.Title), web.CellText(r.Unit), web.CellText(r.Ground), web.CellTime(r.DraftedAt)}})
	}
	return t
}

// askCount is the number of asks that wait, of those that the reader may see.
func askCount(m *desk.Module) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		counts, err := m.WaitingAsks(ctx)
		n := 0
		for _, c := range counts {
			n += c
		}
		return n, err
	}
}

func (v askList) address(kind hotline.AskKind, all bool) string {
	q := url.Values{}
	if kind != "" {
		q.Set("kind", string(kind))
	}
	if all {
		q.Set("state", "all")
	}
	if len(q) == 0 {
		return "/hotline/asks"
	}
	return "/hotline/asks?" + q.Encode()
}

func (v askList) tabs() []web.Tab {
	total := 0
	for _, n := range v.counts {
		total += n
	}
	out := []web.Tab{{Label: "全部", Href: v.address("", v.all), Count: total, Current: v.kind == ""}}
	for _, k := range hotline.AskKinds {
		out = append(out, web.Tab{Label: k.Label(), Href: v.address(k, v.all), Count: v.counts[k], Current: v.kind == k})
	}
	return out
}

func (v askList) table() web.Table {
	t := web.Table{ID: "asks", Caption: "申请", Next: v.next, Empty: v.empty(), Columns: []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true}, {Label: "申请"}, {Label: "单位"},
		{Label: "理由", Wrap: true, Minor: true}, {Label: "申请时间"}, {Label: "当时的办理时限", Minor: true}}}
	if v.all {
		t.Columns = append(t.Columns, web.Column{Label: "结果"})
	}
	for i := range v.rows {
		t.Rows = append(t.Rows, v.row(&v.rows[i]))
	}
	return t
}

// row leads to the record, with the form of the likeliest decision open where one is to be made.
func (v askList) row(r *desk.AskRow) web.Row {
	to := ticketPath(r.No)
	if r.State == hotline.AskWaiting && !v.ofUnit {
		to += "?do=" + grantSlugs[r.Kind] + "&leg=" + string(r.LegID) + "&ask=" + r.ID
	}
	ground := r.Reason
	if r.Ground != "" && r.Kind != hotline.AskedHelp {
		ground = r.Ground + "。" + r.Reason
	}
	cells := []templ.Component{web.CellLink(to, r.No), web.CellText(r.Title), web.CellText(askShort(r)), web.CellText(r.Unit), web.CellText(ground), web.CellTime(r.AskedAt), web.CellTime(r.Due)}
	if v.all {
		cells = append(cells, web.StateBadge(askTone(r.State), r.State.Label()))
	}
	return web.Row{ID: r.ID, Href: to, Cells: cells}
}

// grantSlugs are the forms in which asks are decided on.
var grantSlugs = map[hotline.AskKind]string{hotline.AskedReturn: "accept-return", hotline.AskedExtension: "grant-extension", hotline.AskedSuspension: "grant-suspension",
	hotline.AskedHelp: "add-help", hotline.AskedTerminate: "terminate", hotline.AskedDispute: "adjudicate"}

// askShort says in a few words what is asked for.
func askShort(r *desk.AskRow) string {
	switch {
	case r.Days > 0:
		return r.Kind.Label() + " " + days(r.Days)
	case r.Other != "" && r.Kind == hotline.AskedHelp:
		return r.Kind.Label() + " " + r.Other
	case r.Kind == hotline.AskedSuspension:
		return r.Kind.Label() + "至 " + r.ReviewOn.String()
	}
	return r.Kind.Label()
}

func askTone(s hotline.AskState) web.Tone {
	switch s {
	case hotline.AskGranted:
		return web.Success
	case hotline.AskDenied, hotline.AskWaiting:
		return web.Warning
	}
	return ""
}

func (v askList) empty() web.Empty {
	switch {
	case v.all:
		return web.Empty{Title: "还没有申请", Text: "退单、延期、挂账、加派、终止办理和评价异议的申请会留在这里。"}
	case v.ofUnit:
		return web.Empty{Title: "没有待审批的申请", Text: "在工单里提出的申请，审批之前会出现在这里。", Next: &web.Link{Label: "看全部申请", Href: v.address(v.kind, true)}}
	}
	return web.Empty{Title: "没有待审批的申请", Text: "承办单位申请退单、延期、挂账、加派、终止办理，或对评价提出异议，会出现在这里。", Next: &web.Link{Label: "看已审批的", Href: v.address(v.kind, true)}}
}

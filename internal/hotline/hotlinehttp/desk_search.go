package hotlinehttp

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/web"
)

// What a search looks through.
const (
	inTickets   = "tickets"
	inReplies   = "replies"
	inKnowledge = "knowledge"
)

// searchView is the result of a full-text search in tickets, replies or knowledge.
type searchView struct {
	form    *web.Form
	in      string
	query   string
	seeAll  bool // may filter by unit
	found   []hotline.Found
	replies []hotline.FoundReply
	entries knowledge.Result
	next    string
	units   []web.Option
	cal     *calendar.Calendar
	now     clock.Instant
	tabs    []web.Tab
	index   hotline.IndexRun
}

// search finds tickets by number or by their words, replies and knowledge entries by theirs. A whole number leads straight
// to the record.
func (s desks) search(c *web.Ctx) error {
	f := c.Form()
	v := searchView{form: f, query: c.Query("q"), in: f.Choice("in", inTickets, inReplies, inKnowledge), now: c.Now(), seeAll: seesCentre(c.Actor())}
	if isNumber(v.query) {
		if d, err := s.Hotline.Find(c.Context(), v.query); err == nil {
			return c.Redirect(ticketPath(d.No))
		}
	}
	if v.in == "" {
		v.in = inTickets
	}
	if v.in == inTickets && hotline.AsksReply(v.query) {
		v.in = inReplies
	}
	if err := s.fill(c, &v); err != nil {
		return err
	}
	v.tabs = v.kinds(c)
	var err error
	if v.cal, err = s.Hotline.CentreCalendar(c.Context()); err != nil {
		return err
	}
	if v.in != inKnowledge {
		if v.index, err = s.Hotline.IndexState(c.Context()); err != nil {
			return err
		}
	}
	return c.Render(searchPage(v))
}

// fill looks for what was typed where it was asked for.
func (s desks) fill(c *web.Ctx, v *searchView) error {
	l, err := s.lookups(c)
	if err != nil {
		return err
	}
	v.units = l.unitOptions()
	if v.query == "" {
		return nil
	}
	f := v.form
	in := hotline.SearchFilter{Query: v.query, State: hotline.State(f.Text("state")), UnitID: f.Text("unit"), Kind: f.Choice("kind", hotline.Kinds...), From: f.Date("from"), To: f.Date("to"),
		After: f.Text("after")}
	switch v.in {
	case inReplies:
		v.replies, v.next, err = s.Hotline.SearchReplies(c.Context(), in)
	case inKnowledge:
		v.entries, err = s.Knowledge.Search(c.Context(), knowledge.Search{Query: v.query, UnitID: in.UnitID, Expired: true, After: in.After})
		v.next = v.entries.Next
	default:
		v.found, v.next, err = s.Hotline.SearchTickets(c.Context(), in)
	}
	return err
}

// kinds are the views of one search: the same words in each.
func (v searchView) kinds(c *web.Ctx) []web.Tab {
	var out []web.Tab
	for _, k := range []struct{ in, label string }{{inTickets, "工单"}, {inReplies, "答复"}, {inKnowledge, "知识"}} {
		if k.in == inKnowledge && !c.Can(knowledge.PermRead) {
			continue
		}
		q := url.Values{"q": {v.query}, "in": {k.in}}
		out = append(out, web.Tab{Label: k.label, Href: "/hotline/search?" + q.Encode(), Current: v.in == k.in})
	}
	return out
}

// isNumber reports whether a text is written like a ticket's number: 20260508-000123.
func isNumber(s string) bool {
	day, n, ok := strings.Cut(s, "-")
	return ok && len(day) == 8 && len(n) == 6 && strings.Trim(day+n, "0123456789") == ""
}

func (v searchView) title() string {
	if v.query == "" {
		return "查找"
	}
	return "查找“" + v.query + "”"
}

// active are the filters that are set beside the words.
func (v searchView) active() []web.ActiveFilter {
	var out []web.ActiveFilter
	for _, a := range []struct{ name, label string }{{"state", "状态：" + hotline.State(v.form.Text("state")).Label()}, {"kind", "类型：" + v.form.Text("kind")}, {"from", "从 " + v.form.Text("from")}, {"to", "到 " + v.form.Text("to")}} {
		if v.form.Text(a.name) != "" {
			out = append(out, web.ActiveFilter{Label: a.label, Names: []string{a.name}})
		}
	}
	if unit := v.form.Text("unit"); unit != "" {
		for _, u := range v.units {
			if u.Value == unit {
				out = append(out, web.ActiveFilter{Label: "单位：" + strings.TrimSpace(u.Label), Names: []string{"unit"}})
			}
		}
	}
	return out
}

func searchStates() []web.Option {
	out := make([]web.Option, len(hotline.States))
	for i, s := range hotline.States {
		out[i] = web.Option{Value: string(s), Label: s.Label()}
	}
	return out
}

func (v searchView) empty() web.Empty {
	switch {
	case v.query == "":
		return web.Empty{Title: "输入要找的词", Text: "可以查内容、标题、地址里的词，多个词用空格隔开，不要的词前面加减号；只查标题写“标题:路灯”，只查地址写“地址:红园路”，查答复写“答复:已修复”。输入完整的工单号会直接打开工单。"}
	case v.next != "":
		return web.Empty{Title: "最近的记录里没有符合条件的", Text: "词很常见而条件很严，先查了最近的一批。可以按“更多”继续往前找，或放宽条件。"}
	case v.in == inKnowledge:
		return web.Empty{Title: "没有找到“" + v.query + "”", Text: "知识库里没有这样的条目，已记为知识缺口。"}
	}
	return web.Empty{Title: "没有找到“" + v.query + "”", Text: "可以换一个更短的词再试。全部保密的工单不在检索范围内。"}
}

func (v searchView) table() web.Table {
	switch v.in {
	case inReplies:
		return v.replyTable()
	case inKnowledge:
		return v.entryTable()
	}
	t := web.Table{ID: "found", Caption: v.title(), Next: v.next, Empty: v.empty(), Columns: []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true, Wrap: true}, {Label: "类型", Minor: true},
		{Label: "状态"}, {Label: "承办单位", Minor: true}, {Label: "登记时间", Minor: true}, {Label: "时限", Minor: true}}}
	for i := range v.found {
		r := &v.found[i]
		due := rowDue(&r.Row, v.cal, v.now)
		t.Rows = append(t.Rows, web.Row{ID: string(r.ID), Href: ticketPath(r.No), State: due.Light, Cells: []templ.Component{web.CellLink(ticketPath(r.No), r.No),
			foundCell(r.TitleParts, r.Parts), web.CellText(r.Kind), web.StateBadge(stateTone(r.State), r.State.Label()), web.CellText(r.Unit), web.CellTime(r.CreatedAt), dueCell(due)}})
	}
	return t
}

func (v searchView) replyTable() web.Table {
	t := web.Table{ID: "found", Caption: v.title(), Next: v.next, Empty: v.empty(), Columns: []web.Column{{Label: "工单号"}, {Label: "答复", Grow: true, Wrap: true}, {Label: "答复单位"},
		{Label: "工单状态", Minor: true}, {Label: "答复时间", Minor: true}}}
	for i := range v.replies {
		r := &v.replies[i]
		t.Rows = append(t.Rows, web.Row{ID: string(r.LegID), Href: ticketPath(r.No), Cells: []templ.Component{web.CellLink(ticketPath(r.No), r.No),
			foundCell(r.TitleParts, r.Parts), web.CellText(r.ReplyName), web.StateBadge(stateTone(r.State), r.State.Label()), web.CellTime(r.SubmittedAt)}})
	}
	return t
}

func (v searchView) entryTable() web.Table {
	t := web.Table{ID: "found", Caption: v.title(), Next: v.next, Empty: v.empty(), Columns: []web.Column{{Label: "编号"}, {Label: "知识", Grow: true, Wrap: true}, {Label: "主责单位", Minor: true}, {Label: "状态"},
		{Label: "有效期至", Minor: true}}}
	list := v.entries.Entries
	if len(list) == 0 {
		list = v.entries.Near
	}
	for _, e := range list {
		tone := web.Success
		if e.Expired(v.now.Date()) {
			tone = web.Warning
		}
		t.Rows = append(t.Rows, web.Row{ID: e.ID, Href: "/knowledge/entries/" + e.No, Cells: []templ.Component{web.CellLink("/knowledge/entries/"+e.No, e.No), foundCell(e.TitleParts, e.Parts), web.CellText(e.UnitName),
			web.StateBadge(tone, e.State), web.CellText(validText(e.ValidTo))}})
	}
	return t
}

func validText(d clock.Date) string {
	if d.IsZero() {
		return "长期"
	}
	return d.String()
}

// near reports whether the list shows only what comes near the words.
func (v searchView) near() bool {
	return v.in == inKnowledge && len(v.entries.Entries) == 0 && len(v.entries.Near) > 0
}

func (v searchView) unitLabel() string {
	if v.in == inTickets {
		return "承办单位"
	}
	return map[string]string{inReplies: "答复单位", inKnowledge: "主责单位"}[v.in]
}

func (v searchView) dayLabel() string {
	if v.in == inReplies {
		return "答复时间"
	}
	return "登记时间"
}

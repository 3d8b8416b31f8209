package exchangehttp

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/exchange"
	"yichuang/internal/item"
	"yichuang/internal/web"
)

func requestPath(id string) string { return "/exchange/requests/" + id }

func stateTone(s exchange.State) web.Tone {
	switch s {
	case exchange.InUse:
		return web.Success
	case exchange.Rejected:
		return web.Danger
	case exchange.Negotiating, exchange.Coordinate:
		return web.Warning
	}
	return web.Info
}

// light is red once the running clock has ended.
func light(r *exchange.Request, now clock.Instant) web.Light {
	switch {
	case r.Clock == exchange.NoClock:
		return web.NoLight
	case now >= r.Due:
		return web.Red
	case r.Alerts > 0:
		return web.Yellow
	}
	return web.Normal
}

// sides are the tabs of a unit's people; the centre's have none.
func sides(c *web.Ctx, path string) []web.Tab {
	if c.Actor().Scope(exchange.PermRead) >= actor.Centre {
		return nil
	}
	in := c.Query("side") == exchange.SideIn
	out := []web.Tab{{Label: "本单位申请", Href: path, Current: !in}}
	if c.Actor().Scope(exchange.PermRead) == actor.Unit {
		out = append(out, web.Tab{Label: "向本单位申请", Href: path + "?side=in", Current: in})
	}
	return out
}

func (h handlers) requests(c *web.Ctx) error {
	state := exchange.State(c.Query("state"))
	list, next, err := h.Exchange.Requests(c.Context(), exchange.RequestFilter{Side: c.Query("side"), State: state, After: c.Query("after")})
	if err != nil {
		return err
	}
	t := web.Table{ID: "requests", Caption: "共享申请", Next: next, Columns: []web.Column{{Label: "编号"}, {Label: "数据", Grow: true}, {Label: "申请单位"}, {Label: "提供单位", Minor: true}, {Label: "状态"}, {Label: "期限"}},
		Empty: web.Empty{Title: "这里没有共享申请", Text: "从数据目录里选择需要的数据，提出申请。", Next: &web.Link{Label: "数据目录", Href: "/exchange/entries"}}}
	for i := range list {
		r := &list[i]
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: requestPath(r.ID), State: light(&r.Request, c.Now()), Cells: []templ.Component{web.CellLink(requestPath(r.ID), r.No), text(r.EntryName), text(r.Requester), text(r.Provider),
			web.StateBadge(stateTone(r.State), r.State.Label()), text(calendar.FormatDue(r.Due))}})
	}
	var body []templ.Component
	if tabs := sides(c, "/exchange/requests"); len(tabs) > 0 {
		body = append(body, web.Tabs("申请的方向", tabs))
	}
	var states []web.Option
	for _, s := range exchange.States {
		states = append(states, web.Option{Value: string(s), Label: s.Label()})
	}
	body = append(body, within(web.Filters(web.FilterBar{Action: "/exchange/requests"}), web.InputSelect(web.Field{Form: c.Form(), Name: "state", Label: "状态", Optional: true, Options: states}), hidden("side", c.Query("side"))), web.DataTable(t))
	return c.Render(web.StaffPage(web.Page{Title: "共享申请", Lead: "逾期没有答复不视为同意：到期产生预警，数据不共享。"}, body))
}

func (h handlers) newRequest(c *web.Ctx) error { return h.requestForm(c, nil, exchange.RequestSheet{}) }

// requestForm is the form of a new request for the entry of the address or, with a sheet, of a draft.
func (h handlers) requestForm(c *web.Ctx, f *web.Form, s exchange.RequestSheet) error {
	entry, err := h.Exchange.Entry(c.Context(), either(s.EntryID, either(f.Text("entry_id"), c.Query("entry"))))
	if err != nil {
		return err
	}
	units, err := h.ownUnits(c, exchange.PermPropose)
	if err != nil {
		return err
	}
	if len(units) == 0 {
		return actor.ErrForbidden
	}
	unit := either(s.RequesterID, either(f.Text("unit_id"), either(c.Query("unit"), units[0].Value)))
	items, _, err := h.Item.Items(c.Context(), item.Filter{UnitID: unit, Limit: 200})
	if err != nil {
		return err
	}
	p := web.Page{Title: "申请共享：" + entry.Content.Name, Lead: entry.Unit + "，" + entry.Content.Class.Label() + "。", Crumbs: []web.Link{{Label: "共享申请", Href: "/exchange/requests"}}, Narrow: true}
	b := web.FormBox{Form: f, ID: "request", Action: "/exchange/requests/new", Submit: "保存草稿", Cancel: entryPath(entry.ID), Hidden: map[string]string{"entry_id": entry.ID, "key": formKey(c, f), "unit_id": unit}}
	if s.ID != "" {
		p.Title, b.Action, b.Cancel, b.Version = "修改申请："+s.No, requestPath(s.ID)+"/edit", requestPath(s.ID), s.Version
	} else if len(units) > 1 {
		delete(b.Hidden, "unit_id")
	}
	page := web.StaffPage(p, []templ.Component{entryHint(entry), web.FieldsForm(b, requestFields(f, s, entry, units, unit, items, c.Now().Date())...)})
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func entryHint(e exchange.EntrySheet) templ.Component {
	if e.Content.Conditions == "" {
		return parts(nil)
	}
	return web.Notice(web.Info, "共享条件："+e.Content.Conditions)
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func requestFields(f *web.Form, s exchange.RequestSheet, entry exchange.EntrySheet, units []web.Option, unit string, items []item.Row, today clock.Date) []templ.Component {
	var out []templ.Component
	if s.ID == "" && len(units) > 1 {
		out = append(out, web.InputSelect(web.Field{Form: f, Name: "unit_id", Label: "申请单位", Value: unit, Options: units, Hint: "换单位后，下面的事项以保存时的单位为准"}))
	}
	from, to, rate := today.String(), clock.Day(today.Year(), 12, 31).String(), ""
	if s.ID != "" {
		from, to, rate = s.From.String(), s.To.String(), strconv.FormatInt(s.Rate, 10)
	}
	var choices []web.Option
	for _, it := range items {
		choices = append(choices, web.Option{Value: it.ID, Label: it.Name})
	}
	return append(out, web.InputText(web.Field{Form: f, Name: "purpose", Label: "用途", Value: s.Purpose, Hint: "例如：核验申请人户籍，免交户口簿复印件", Max: 200}), web.InputArea(web.Field{Form: f, Name: "basis", Label: "履行职责的依据", Value: s.Basis, Rows: 2, Max: 500}),
		web.InputChecks(web.Field{Form: f, Name: "fields", Label: "需要的数据项", Hint: "只选办事必需的", Values: s.Asked, Options: fieldOptions(entry.Content.Fields)}),
		web.InputChecks(web.Field{Form: f, Name: "items", Label: "用于办理的事项", Hint: "只有这些事项的办件可以查询", Values: s.ItemIDs(), Options: choices}),
		web.FieldLine(web.InputDate(web.Field{Form: f, Name: "from", Label: "使用期限从", Value: from}), web.InputDate(web.Field{Form: f, Name: "to", Label: "到", Value: to}), web.InputText(web.Field{Form: f, Name: "rate", Label: "每天最多查询", Value: rate, Unit: "次", Type: "number", Optional: true, Short: true})))
}

func fieldOptions(list []exchange.DataField) []web.Option {
	var out []web.Option
	for _, x := range list {
		o := web.Option{Value: x.Code, Label: x.Name}
		if x.Personal {
			o.Hint = "个人信息"
		}
		out = append(out, o)
	}
	return out
}

func readRequest(f *web.Form) exchange.RequestInput {
	return exchange.RequestInput{EntryID: f.Text("entry_id"), UnitID: f.Text("unit_id"), Purpose: f.Text("purpose"), Basis: f.Text("basis"), Fields: f.All("fields"), Items: f.All("items"), From: f.Date("from"), To: f.Date("to"), Rate: f.Int("rate"), Key: f.Text("key")}
}

func (h handlers) ask(c *web.Ctx) error {
	f := c.Form()
	in := readRequest(f)
	if f.OK() {
		r, err := h.Exchange.Ask(c.Context(), in)
		if err == nil {
			return c.Redirect(requestPath(r.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.requestForm(c, f, exchange.RequestSheet{})
}

func (h handlers) editRequest(c *web.Ctx) error {
	s, err := h.Exchange.FindRequest(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return h.requestForm(c, nil, s)
}

func (h handlers) saveRequest(c *web.Ctx) error {
	f := c.Form()
	in := readRequest(f)
	s, err := h.Exchange.FindRequest(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	in.EntryID, in.UnitID, in.Key = s.EntryID, s.RequesterID, ""
	if f.OK() {
		if _, err = h.Exchange.Edit(c.Context(), exchange.Command{ID: s.ID, Version: f.Version()}, in); err == nil {
			return c.Redirect(requestPath(s.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.requestForm(c, f, s)
}

func (h handlers) request(c *web.Ctx) error { return h.showRequest(c, nil) }

func (h handlers) showRequest(c *web.Ctx, f *web.Form) error {
	s, err := h.Exchange.FindRequest(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	body := []templ.Component{web.FormProblems(f)}
	for _, a := range s.Alerting {
		tone := web.Warning
		if a.Level == exchange.LevelOver {
			tone = web.Danger
		}
		body = append(body, web.Notice(tone, a.Level+"："+a.Text))
	}
	if s.Why != "" {
		body = append(body, web.Notice(web.Info, s.Why))
	}
	body = append(body, web.PartPanel("申请", web.Definitions(requestFacts(s)), requestActions(f, s)))
	if s.Grant != nil {
		body = append(body, web.PartPanel("授权", web.Definitions(grantFacts(s.Grant, c.Now().Date()))))
	}
	body = append(body, web.PartPanel("经过", web.Timeline(history(s))))
	p := web.Page{Title: s.No + " " + s.EntryName, Lead: s.Requester + " 向 " + s.Provider + " 申请", Crumbs: []web.Link{{Label: "共享申请", Href: "/exchange/requests"}}, Tools: printTools(s)}
	if f != nil {
		return c.Invalid(web.StaffPage(p, body))
	}
	return c.Render(web.StaffPage(p, body))
}

func printTools(s exchange.RequestSheet) templ.Component {
	if s.SubmittedAt == 0 {
		return parts(nil)
	}
	list := []templ.Component{link(requestPath(s.ID)+"/print/request", "打印申请单")}
	if s.AnsweredAt != 0 {
		list = append(list, link(requestPath(s.ID)+"/print/answer", "打印答复单"))
	}
	return parts(list)
}

func requestFacts(s exchange.RequestSheet) []web.Item {
	out := []web.Item{{Label: "状态", Value: web.StateBadge(stateTone(s.State), s.State.Label())}, {Label: "共享属性", Value: web.StateBadge(classTone(s.Class), s.Class.Label())}, web.ItemText("用途", s.Purpose), web.ItemText("依据", s.Basis),
		web.ItemText("数据项", strings.Join(s.Content.Names(s.Asked), "、")), web.ItemText("用于办理", strings.Join(s.ForItems, "、")), web.ItemText("使用期限", s.From.String()+" 至 "+s.To.String()), web.ItemText("每天最多查询", rateText(s.Rate))}
	if s.Clock != exchange.NoClock {
		out = append(out, web.ItemText(s.Clock.Label(), calendar.FormatDue(s.Due)))
	}
	if s.Content.Basis != "" {
		out = append(out, web.ItemText("目录依据", s.Content.Basis))
	}
	if s.Reason != "" {
		out = append(out, web.ItemText("答复理由", s.Reason))
	}
	return out
}

func rateText(n int64) string {
	if n == 0 {
		return "不限"
	}
	return strconv.FormatInt(n, 10) + " 次"
}

func grantFacts(g *exchange.Grant, today clock.Date) []web.Item {
	state := "有效"
	if !g.InForce(today) {
		state = "未生效或已到期"
	}
	if !g.Open {
		state = "已终止：" + g.Reason
	}
	return []web.Item{web.ItemText("授权编号", g.No), web.ItemText("状态", state), web.ItemText("期限", g.From.String()+" 至 "+g.To.String()), web.ItemText("授权时间", g.GivenAt.String())}
}

// requestActions are the next steps; those that must say why, or may set terms, have fields.
func requestActions(f *web.Form, s exchange.RequestSheet) templ.Component {
	var list []templ.Component
	for _, act := range s.Allowed {
		a := web.Action{Label: act.Label(), Href: requestPath(s.ID) + "/steps/" + string(act), Post: true, Version: s.Version, Form: f}
		switch {
		case act == exchange.ActEdit:
			list = append(list, link(requestPath(s.ID)+"/edit", "编辑"))
		case act == exchange.ActPass || act == exchange.ActAgree || act == exchange.ActRecon || act == exchange.ActDecide:
			a.Confirm, a.Weight = "可以少给数据项、缩短期限、限制次数；不改就按申请的授权。", web.Primary
			list = append(list, button(a, termFields(f.At(a.Href), s, act)...))
		case exchange.NeedsReason(act):
			a.Confirm = act.Label() + "：" + s.No
			list = append(list, button(a, web.InputArea(web.Field{Form: f.At(a.Href), Name: "reason", Label: "理由或依据", Value: basisOf(s, act), Rows: 3, Max: 1000})))
		case act == exchange.ActWithdraw || act == exchange.ActFinish || act == exchange.ActAccept:
			a.Confirm = "确定" + act.Label() + "？" + s.No
			list = append(list, button(a))
		default:
			a.Weight = web.Primary
			list = append(list, button(a))
		}
	}
	return box(list...)
}

// basisOf is what the catalogue says already against sharing.
func basisOf(s exchange.RequestSheet, act exchange.Action) string {
	if act == exchange.ActReject && s.Class == exchange.NotShared {
		return s.Content.Basis
	}
	return ""
}

func termFields(f *web.Form, s exchange.RequestSheet, act exchange.Action) []templ.Component {
	var asked []exchange.DataField
	for _, code := range s.Asked {
		if x, ok := s.Content.Field(code); ok {
			asked = append(asked, x)
		}
	}
	out := []templ.Component{web.InputChecks(web.Field{Form: f, Name: "fields", Label: "数据项", Values: s.Asked, Options: fieldOptions(asked), Optional: true}), web.InputDate(web.Field{Form: f, Name: "to", Label: "期限到", Value: s.To.String(), Optional: true}),
		web.InputText(web.Field{Form: f, Name: "rate", Label: "每天最多查询", Value: strconv.FormatInt(s.Rate, 10), Unit: "次", Type: "number", Optional: true, Short: true})}
	if exchange.NeedsReason(act) {
		out = append(out, web.InputArea(web.Field{Form: f, Name: "reason", Label: "理由", Rows: 2, Max: 1000}))
	}
	return out
}

func history(s exchange.RequestSheet) []web.Step {
	var out []web.Step
	for i := len(s.Events) - 1; i >= 0; i-- {
		e := s.Events[i]
		who := e.ActorName
		if e.ActorKind == string(actor.System) {
			who = "系统"
		}
		out = append(out, web.Step{At: e.At, Who: who, Title: e.Action.Label(), Text: e.Text})
	}
	return out
}

func (h handlers) act(c *web.Ctx) error {
	f := c.Form()
	in := exchange.Terms{Reason: f.Text("reason"), Fields: f.All("fields"), To: f.Date("to"), Rate: f.Int("rate")}
	if f.OK() {
		_, err := h.Exchange.Act(c.Context(), exchange.Command{ID: c.Param("id"), Version: f.Version()}, exchange.Action(c.Param("action")), in)
		if err == nil {
			return c.Redirect(requestPath(c.Param("id")))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showRequest(c, f)
}

func (h handlers) grants(c *web.Ctx) error {
	ended := c.Query("ended") != ""
	list, next, err := h.Exchange.GrantList(c.Context(), exchange.GrantFilter{Side: c.Query("side"), Ended: ended, After: c.Query("after")})
	if err != nil {
		return err
	}
	t := web.Table{ID: "grants", Caption: "共享授权", Next: next, Columns: []web.Column{{Label: "授权编号"}, {Label: "数据", Grow: true}, {Label: "使用单位"}, {Label: "提供单位", Minor: true}, {Label: "用途", Wrap: true}, {Label: "到期"}, {Label: "每天", Minor: true}},
		Empty: web.Empty{Title: "这里没有共享授权", Text: "审查通过的无条件共享和提供单位提供的有条件共享，授权列在这里。"}}
	for _, g := range list {
		t.Rows = append(t.Rows, web.Row{ID: g.ID, Href: requestPath(g.RequestID), Cells: []templ.Component{web.CellLink(requestPath(g.RequestID), g.No), text(g.EntryName), text(g.Requester), text(g.Provider), text(g.Purpose), web.CellDate(g.To), text(rateText(g.Rate))}})
	}
	q := url.Values{}
	if s := c.Query("side"); s != "" {
		q.Set("side", s)
	}
	at := func(e bool) string {
		q.Del("ended")
		if e {
			q.Set("ended", "1")
		}
		return strings.TrimSuffix("/exchange/grants?"+q.Encode(), "?")
	}
	body := []templ.Component{web.Tabs("授权的状态", []web.Tab{{Label: "有效", Href: at(false), Current: !ended}, {Label: "已终止", Href: at(true), Current: ended}})}
	if tabs := sides(c, "/exchange/grants"); len(tabs) > 1 {
		body = append(body, web.Tabs("授权的方向", tabs))
	}
	return c.Render(web.StaffPage(web.Page{Title: "共享授权", Lead: "谁可以为哪些事项使用哪些数据，到什么时候。收回和终止在申请的页面办理。"}, append(body, web.DataTable(t))))
}

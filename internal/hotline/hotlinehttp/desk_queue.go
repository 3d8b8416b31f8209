package hotlinehttp

import (
	"net/url"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// queueView is a page of the work queues (工单队列).
type queueView struct {
	form   *web.Form
	filter hotline.Filter
	counts map[hotline.State]int64
	rows   []hotline.Row
	next   string
	lookups
	cal   *calendar.Calendar
	now   clock.Instant
	query url.Values
	may   func(actor.Permission) bool
	desks []web.Link // that stand beside this one
}

// queue shows the tickets of a state, most pressing first, or everything, newest first. Without anything in the address
// it leads to the queue of the actor's own work.
func (s desks) queue(c *web.Ctx) error {
	if c.Request.URL.RawQuery == "" {
		return c.Redirect("/hotline?state=" + ownQueue(c))
	}
	form := c.Form()
	v := queueView{form: form, filter: readFilter(form), now: c.Now(), query: c.Request.URL.Query(), may: c.Can}
	var err error
	if s.Desks != nil {
		if v.desks, err = s.Desks(c.Context()); err != nil {
			return err
		}
	}
	if v.rows, v.next, err = s.Hotline.List(c.Context(), v.filter); err != nil {
		return err
	}
	if v.counts, err = s.Hotline.StateCounts(c.Context()); err != nil {
		return err
	}
	if v.lookups, err = s.lookups(c); err != nil {
		return err
	}
	if v.cal, err = s.Hotline.CentreCalendar(c.Context()); err != nil {
		return err
	}
	return c.Render(queuePage(v))
}

// ownQueue is the state whose queue the actor works on.
func ownQueue(c *web.Ctx) string {
	for _, q := range []struct {
		perm  actor.Permission
		state hotline.State
	}{{hotline.PermDispatch, hotline.Triage}, {hotline.PermAccept, hotline.Draft}} {
		if c.Can(q.perm) {
			return string(q.state)
		}
	}
	return allStates
}

// tabs are the queues with their true counts. The other filters stay when one goes from queue to queue.
func (v queueView) tabs() []web.Tab {
	list := []struct {
		label string
		state hotline.State
	}{{"待受理", hotline.Draft}, {"待分派", hotline.Triage}, {"待签收", hotline.Dispatched}, {"办理中", hotline.Handling}, {"挂账", hotline.Suspended},
		{"待审核", hotline.Review}, {"待回访", hotline.Callback}, {"全部", ""}}
	var out []web.Tab
	for _, t := range list {
		q := url.Values{}
		for k, values := range v.query {
			q[k] = values
		}
		q.Del("after")
		q.Set("state", string(t.state))
		if t.state == "" {
			q.Set("state", allStates)
		}
		out = append(out, web.Tab{Label: t.label, Href: "/hotline?" + q.Encode(), Count: int(v.counts[t.state]), Current: v.filter.State == t.state})
	}
	return out
}

func (v queueView) title() string {
	if v.filter.State == "" {
		return "全部工单"
	}
	if v.filter.State == hotline.Draft {
		return "待受理工单"
	}
	return v.filter.State.Label() + "工单"
}

// live is the address that tells of new tickets in this queue; closed states have no news.
func (v queueView) live() string {
	if !v.filter.State.Open() {
		return ""
	}
	return liveAddress(string(v.filter.State), v.now)
}

func (v queueView) table() web.Table {
	all := v.filter.State == ""
	columns := []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true}, {Label: "类型"}, {Label: "分类", Minor: true}, {Label: "来源", Minor: true}}
	if all {
		columns = append(columns, web.Column{Label: "状态"})
	}
	if v.dispatched() {
		columns = append(columns, web.Column{Label: "承办单位", Minor: true})
	}
	columns = append(columns, web.Column{Label: "登记时间", Minor: true}, web.Column{Label: queueDueLabel(v.filter.State)})
	t := web.Table{ID: "queue", Caption: v.title(), Columns: columns, Next: v.next, Download: "/hotline/export.xlsx", Empty: v.empty()}
	if len(v.query) == 0 || len(activeFilters(v.filter, v.lookups)) == 0 {
		t.Total = int(v.counts[v.filter.State])
	}
	t.Bulk = v.bulk()
	for i := range v.rows {
		row := v.row(&v.rows[i], all)
		row.Pick, row.PickLabel = pickValue(&v.rows[i].Ticket, ""), "勾选工单 "+v.rows[i].No
		t.Rows = append(t.Rows, row)
	}
	return t
}

// bulk is what can be done to several tickets of the queue at once.
func (v queueView) bulk() *web.Bulk {
	back := "/hotline?" + v.query.Encode()
	switch v.filter.State {
	case hotline.Draft:
		return bulkBar(v.may, back, "", "accept")
	case hotline.Triage:
		return bulkBar(v.may, back, "", "dispatch")
	case hotline.Dispatched, hotline.Handling:
		return bulkBar(v.may, back, "催办内容（选填）", "urge")
	case hotline.Review:
		return bulkBar(v.may, back, "审核意见（选填）", "approve")
	}
	return nil
}

// dispatched reports whether the tickets of the queue have a unit.
func (v queueView) dispatched() bool {
	return v.filter.State != hotline.Draft && v.filter.State != hotline.Triage
}

func (v queueView) row(r *hotline.Row, all bool) web.Row {
	due := rowDue(r, v.cal, v.now)
	list := []templ.Component{web.CellLink(ticketPath(r.No), r.No), titleCell(r), web.CellText(r.Kind), web.CellText(v.categoryName(r.Category)), web.CellText(r.Channel)}
	if all {
		list = append(list, web.StateBadge(stateTone(r.State), r.State.Label()))
	}
	if v.dispatched() {
		list = append(list, web.CellText(r.Unit))
	}
	list = append(list, web.CellTime(r.CreatedAt), dueCell(due))
	return web.Row{ID: string(r.ID), Href: ticketPath(r.No), Cells: list, State: due.Light}
}

func (v queueView) empty() web.Empty {
	if len(activeFilters(v.filter, v.lookups)) > 0 {
		return web.Empty{Title: "没有符合条件的工单", Text: "可以去掉上面的某个筛选条件再看。"}
	}
	e := emptyQueue(v.filter.State)
	if v.filter.State == "" || v.filter.State == hotline.Draft {
		e.Next = v.newLink()
	}
	return e
}

// emptyQueue says what would be in a queue.
func emptyQueue(state hotline.State) web.Empty {
	switch state {
	case hotline.Draft:
		return web.Empty{Title: "没有待受理的工单", Text: "群众在网上提交的诉求、话务员登记后还没有受理的来电会出现在这里。"}
	case hotline.Triage:
		return web.Empty{Title: "没有待分派的工单", Text: "受理后的诉求会出现在这里，按派单时限排序。"}
	case hotline.Review:
		return web.Empty{Title: "没有待审核的答复", Text: "承办单位提交的答复会出现在这里。"}
	case hotline.Callback:
		return web.Empty{Title: "没有待回访的工单", Text: "答复审核通过后会出现在这里，按回访时限排序。"}
	}
	return web.Empty{Title: "这里还没有工单", Text: "登记来电后，工单会按所处环节出现在这里。"}
}

func (v queueView) newLink() *web.Link {
	if !v.may(hotline.PermRegister) {
		return nil
	}
	return &web.Link{Label: "登记来电", Href: "/hotline/new"}
}

// stateValue is the state as the address spells it.
func (v queueView) stateValue() string {
	if v.filter.State == "" {
		return allStates
	}
	return string(v.filter.State)
}

// withList ties a field to its list of completions.
func withList(f web.Field) web.Field {
	attrs := templ.Attributes{"list": "list-" + f.Name, "autocomplete": "off"}
	for k, v := range f.Attrs {
		attrs[k] = v
	}
	f.Attrs = attrs
	return f
}

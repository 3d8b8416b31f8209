package hotlinehttp

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// sheetView is a list of tickets with the one that is worked on beside it: the review and the call-back desks.
type sheetView struct {
	state hotline.State
	path  string
	rows  []hotline.Row
	next  string
	total int64
	cal   *calendar.Calendar
	now   clock.Instant
	after string
	asked bool        // the address names the open ticket, so that on a phone it takes the place of the list
	bulk  *web.Bulk   // what can be done to several rows at once
	open  *recordView // nil where the list is empty or the one asked for has left it
	form  *web.Form   // what was typed, after a refusal
}

// review lists the replies that wait for review, and shows the one to decide on.
func (s desks) review(c *web.Ctx) error {
	v, err := s.sheet(c, hotline.Review, "/hotline/review")
	if err != nil {
		return err
	}
	v.bulk = bulkBar(c.Can, v.path, "", "approve")
	return c.Render(reviewPage(v))
}

// sheet loads a page of a queue and the record that the address names, else its first.
func (s desks) sheet(c *web.Ctx, state hotline.State, path string) (sheetView, error) {
	v := sheetView{state: state, path: path, now: c.Now(), after: c.Query("after")}
	var err error
	if v.rows, v.next, err = s.Hotline.List(c.Context(), hotline.Filter{State: state, After: v.after}); err != nil {
		return v, err
	}
	counts, err := s.Hotline.StateCounts(c.Context())
	if err != nil {
		return v, err
	}
	v.total = counts[state]
	if v.cal, err = s.Hotline.CentreCalendar(c.Context()); err != nil {
		return v, err
	}
	no := c.Query("open")
	v.asked = no != ""
	if no == "" && len(v.rows) > 0 {
		no = v.rows[0].No
	}
	if no == "" {
		return v, nil
	}
	v.open, err = s.openSheet(c, no)
	return v, err
}

func (s desks) openSheet(c *web.Ctx, no string) (*recordView, error) {
	c.Request.SetPathValue("no", no)
	r, err := s.record(c)
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// rowAddress opens a row beside the list.
func (v sheetView) rowAddress(no string) string {
	q := url.Values{"open": {no}}
	if v.after != "" {
		q.Set("after", v.after)
	}
	return v.path + "?" + q.Encode()
}

// following is the address of the row after the open one, for going on when it is done; the list itself at its end.
func (v sheetView) following() string {
	for i := range v.rows {
		if v.open != nil && v.rows[i].No == v.open.No && i+1 < len(v.rows) {
			return v.rowAddress(v.rows[i+1].No)
		}
	}
	return v.path
}

func (v sheetView) table() web.Table {
	t := web.Table{ID: "sheet", Caption: v.state.Label(), Next: v.next, Total: int(v.total), Empty: emptyQueue(v.state), Bulk: v.bulk}
	t.Columns = []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true}, {Label: "承办单位", Minor: true}, {Label: v.dueLabel()}}
	for i := range v.rows {
		r := &v.rows[i]
		due := rowDue(r, v.cal, v.now)
		last := dueCell(due)
		if v.state == hotline.Review {
			last = web.CellTime(r.QueueAt)
		}
		t.Rows = append(t.Rows, web.Row{ID: string(r.ID), Pick: pickValue(&r.Ticket, ""), PickLabel: "勾选工单 " + r.No, Href: v.rowAddress(r.No), State: due.Light, Open: v.open != nil && v.open.No == r.No,
			Cells: []templ.Component{web.CellLink(v.rowAddress(r.No), r.No), titleCell(r), web.CellText(r.Unit), last}})
	}
	return t
}

func (v sheetView) dueLabel() string {
	if v.state == hotline.Review {
		return "提交时间"
	}
	return queueDueLabel(v.state)
}

// unhappy reports whether the caller was last reached and was not satisfied, so that rework or a finding is next.
func (v *recordView) unhappy() bool {
	calls := v.callsOfRound()
	for i := len(calls) - 1; i >= 0; i-- {
		if calls[i].Reached {
			return calls[i].Result == hotline.Unsatisfied
		}
	}
	return false
}

// callsOfRound are the call-backs of the ticket's present round.
func (v *recordView) callsOfRound() []hotline.CallbackResult {
	return slices.DeleteFunc(slices.Clone(v.Callbacks), func(c hotline.CallbackResult) bool { return c.Round != v.Round })
}

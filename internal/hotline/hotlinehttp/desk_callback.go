package hotlinehttp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// outcome is one key of the call-back desk.
type outcome struct{ key, result string }

// outcomes are the keys of the call-back desk.
var outcomes = []outcome{{"1", hotline.Satisfied}, {"2", hotline.Fair}, {"3", hotline.Unsatisfied}, {"0", unreached}}

// visitView is the call list with the ticket to call about beside it.
type visitView struct {
	sheetView
	list     []hotline.CallRow
	who      string // id of the merged ticket whose caller is shown, "" for the first who has not been reached
	holder   string // colleague who is calling the open ticket's caller
	limits   hotline.Limits
	samples  bool
	messages bool
}

// callback lists the tickets whose callers are to be asked, and shows the one to call.
func (s desks) callback(c *web.Ctx) error {
	v, err := s.calls(c, c.Query("open"))
	if err != nil {
		return err
	}
	return c.Render(callbackPage(v))
}

func (s desks) calls(c *web.Ctx, no string) (visitView, error) {
	v := visitView{sheetView: sheetView{state: hotline.Callback, path: "/hotline/callback", now: c.Now(), after: c.Query("after"), asked: no != ""}, who: c.Query("who"),
		samples: c.Can(hotline.PermReport), messages: c.Can(hotline.PermMessages)}
	var err error
	if v.list, v.next, err = s.Hotline.CallList(c.Context(), v.after, 0); err != nil {
		return v, err
	}
	for i := range v.list {
		r := &v.list[i]
		v.rows = append(v.rows, r.Row)
		if no == "" && r.Holder == "" && r.After <= v.now {
			no = r.No
		}
		if r.No == no {
			v.holder = r.Holder
		}
	}
	counts, err := s.Hotline.StateCounts(c.Context())
	if err != nil {
		return v, err
	}
	v.total = counts[hotline.Callback]
	if v.limits, err = s.Hotline.Limits(c.Context()); err != nil {
		return v, err
	}
	if v.cal, err = s.Hotline.CentreCalendar(c.Context()); err != nil || no == "" {
		return v, err
	}
	v.open, err = s.openSheet(c, no)
	return v, err
}

// nextCall claims the most pressing ticket that nobody else is calling about, and shows it.
func (s desks) nextCall(c *web.Ctx) error {
	t, err := s.Hotline.ClaimNext(c.Context())
	if errs.As(err).Code == hotline.ErrNoCall.Code {
		c.Flash(web.Info, hotline.ErrNoCall.Public)
		return c.Redirect("/hotline/callback")
	}
	if err != nil {
		return err
	}
	return c.Redirect("/hotline/callback?" + url.Values{"open": {t.No}}.Encode())
}

func (v visitView) callTable() web.Table {
	t := v.table()
	t.ID, t.Caption = "calls", "回访清单"
	const unit = 2 // the unit is in the sheet beside the list
	t.Columns = append(slices.Delete(t.Columns, unit, unit+1), web.Column{Label: "拨打"})
	for i := range t.Rows {
		t.Rows[i].Cells = append(slices.Delete(t.Rows[i].Cells, unit, unit+1), callState(&v.list[i], v))
	}
	return t
}

// callee is one of the people to call about the open ticket.
type callee struct {
	About           hotline.TicketID
	Label, Href     string
	Called, Current bool
	Secret          web.Secret
}

// people are those to call: the ticket's own caller first, then those of merged tickets who want an answer.
func (v visitView) people() []callee {
	d := v.open
	own := callee{Label: "本件来电人 " + d.CallerName, Called: v.reached(""), Secret: d.callerSecret()}
	list := []callee{}
	if d.CallerID != "" && d.ReplyWanted {
		list = append(list, own)
	}
	for _, m := range d.Merged {
		if !m.ReplyWanted || m.CallerName == "" && m.CallerPhone == "" {
			continue
		}
		p := callee{About: m.ID, Label: m.No + " " + m.CallerName, Called: m.Called, Secret: web.Secret{Masked: strings.TrimSpace(m.CallerName + " " + m.CallerPhone), Label: "来电人姓名和电话"}}
		if d.mayReveal {
			p.Secret.Reveal = ticketPath(m.No, "reveal")
		}
		list = append(list, p)
	}
	current := -1
	for i := range list {
		list[i].Href = v.rowAddress(d.No) + "&who=" + url.QueryEscape(string(list[i].About))
		if string(list[i].About) == v.who && v.who != "" || v.who == "" && current < 0 && !list[i].Called {
			current = i
		}
	}
	if current < 0 && len(list) > 0 {
		current = 0
	}
	if current >= 0 {
		list[current].Current = true
	}
	return list
}

// about is whom the outcome will be recorded for: "" is the ticket's own caller.
func (v visitView) about() hotline.TicketID {
	for _, p := range v.people() {
		if p.Current {
			return p.About
		}
	}
	return ""
}

// tried counts the calls to the person shown that nobody answered, and the days that they fell on.
func (v visitView) tried() (calls, days int) {
	seen := map[clock.Date]bool{}
	for _, c := range v.open.callsOfRound() {
		if c.About == v.about() && !c.Reached {
			calls++
			seen[c.At.Date()] = true
		}
	}
	return calls, len(seen)
}

func (v visitView) reached(about hotline.TicketID) bool {
	return slices.ContainsFunc(v.open.callsOfRound(), func(c hotline.CallbackResult) bool { return c.About == about && c.Reached })
}

// spent reports whether nothing more is to be tried for the person shown.
func (v visitView) spent() bool {
	calls, days := v.tried()
	return !v.reached(v.about()) && calls >= v.limits.CallbackTries && days >= v.limits.CallbackDays
}

func (v visitView) triedText() string {
	calls, days := v.tried()
	if calls == 0 {
		return ""
	}
	text := "已在 " + itoa(days) + " 天里拨打 " + itoa(calls) + " 次，未接通。"
	if !v.spent() {
		text += "满 " + itoa(v.limits.CallbackTries) + " 次、" + itoa(v.limits.CallbackDays) + " 天的，可以按无法回访办结。"
	}
	return text
}

// againText is when somebody who was not reached may be called again.
func (v visitView) againText(at clock.Instant) string {
	if at.Date() == v.now.Date() {
		return at.Time().Format("15:04") + " 后再打"
	}
	return at.Time().Format("01-02 15:04") + " 后再打"
}

// reasonText is why a caller is not satisfied: the code and the caller's own words.
func reasonText(c hotline.CallbackResult) string {
	if c.Code == "" || c.Reason == c.Code {
		return c.Reason
	}
	return strings.TrimSpace(c.Code + " " + c.Reason)
}

// recordCall records the outcome of a call and, where the caller is satisfied, closes the ticket: two steps of the
// module with keys that follow from the form's. Then the next one is shown.
func (s desks) recordCall(c *web.Ctx) error {
	f := c.Form()
	d, err := s.Hotline.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	result := callbackOf(f)
	result.About, result.Code = hotline.TicketID(f.Text("about")), f.Text("reason_code")
	if !f.OK() {
		return s.callRefused(c, http.StatusUnprocessableEntity)
	}
	t, err := s.Hotline.RecordCallback(c.Context(), commandOf(f, d.ID), result)
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return s.callRefused(c, web.Status(errs.KindOf(err)))
	}
	back := web.LocalPath(f.Text("back"), "/hotline/callback")
	switch {
	case result.Reached && result.Result != hotline.Unsatisfied:
		if _, err := s.Hotline.Close(c.Context(), hotline.Command{TicketID: d.ID, Key: subKey(f.Text("key"), "close")}, ""); err != nil {
			return s.halfClosed(c, t, err)
		}
		c.FlashSaved("工单 "+d.No+"：来电人"+result.Result+"，已办结。", draftKey(d.No, "call"))
	case result.Reached:
		c.FlashSaved("工单 "+d.No+"：来电人不满意，已记录。请在工单里选择重办，或写明认定意见后办结。", draftKey(d.No, "call"))
		back = ticketPath(d.No)
	default:
		c.FlashSaved("工单 "+d.No+"：未接通，已记录，稍后再拨。", draftKey(d.No, "call"))
	}
	return c.Redirect(back)
}

// halfClosed leads to the record of a ticket whose outcome is recorded but which could not be closed.
func (s desks) halfClosed(c *web.Ctx, t hotline.Ticket, err error) error {
	e := errs.As(err)
	if e.Kind == errs.Internal {
		return err
	}
	if e.Code == hotline.ErrCloseEarly.Code { // others are still to be called about the same matter
		c.FlashSaved("已记录。这件事还有来电人没有回访到。", draftKey(t.No, "call"))
		return c.Redirect("/hotline/callback?" + url.Values{"open": {t.No}}.Encode())
	}
	c.Flash(web.Warning, "工单 "+t.No+" 的回访已记录，但没有办结："+e.Public)
	return c.Redirect(ticketPath(t.No))
}

// callRefused shows the desk again with what was typed beside the ticket that it was typed for.
func (s desks) callRefused(c *web.Ctx, status int) error {
	no := c.Param("no")
	v, err := s.calls(c, no)
	if err != nil {
		return err
	}
	v.form = c.Form()
	if status == http.StatusConflict {
		v.open.changes = v.open.since(v.form.Int("seen"))
	}
	return c.RenderStatus(status, callbackPage(v))
}

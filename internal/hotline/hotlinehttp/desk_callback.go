package hotlinehttp

import (
	"net/http"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// outcome is one key of the call-back desk.
type outcome struct{ key, result string }

// outcomes are the keys of the call-back desk.
var outcomes = []outcome{{"1", hotline.Satisfied}, {"2", hotline.Fair}, {"3", hotline.Unsatisfied}, {"0", unreached}}

// recordCall records the outcome of a call and, where the caller is satisfied, closes the ticket: two steps of the
// module with keys that follow from the form's. Then the next one is shown.
func (s desks) recordCall(c *web.Ctx) error {
	f := c.Form()
	d, err := s.Hotline.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	result := callbackOf(f)
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
	c.Flash(web.Warning, "工单 "+t.No+" 的回访已记录，但没有办结："+e.Public)
	return c.Redirect(ticketPath(t.No))
}

// callRefused shows the desk again with what was typed beside the ticket that it was typed for.
func (s desks) callRefused(c *web.Ctx, status int) error {
	no := c.Param("no")
	v, err := s.sheet(c, hotline.Callback, "/hotline/callback")
	if err != nil {
		return err
	}
	if v.open, err = s.openSheet(c, no); err != nil {
		return err
	}
	v.form = c.Form()
	if status == http.StatusConflict {
		v.open.changes = v.open.since(v.form.Int("seen"))
	}
	return c.RenderStatus(status, callbackPage(v))
}

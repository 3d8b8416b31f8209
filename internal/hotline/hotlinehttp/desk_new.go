package hotlinehttp

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/a-h/templ"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/knowledge"
	"yichuang/internal/once"
	"yichuang/internal/telephony"
	"yichuang/internal/web"
)

// What the call-taker's three buttons do.
const (
	doRegister = "register" // 登记
	doAccept   = "accept"   // 登记并受理
	doAnswer   = "answer"   // 直接答复
	doLook     = "look"     // 查询来电历史, for browsers without scripts
)

// newKey makes the idempotency key of one rendering of a form, so that pressing its button twice has one effect.
func newKey() string { return rand.Text() }

// callView is the call-taker's desk (话务员受理台).
type callView struct {
	form *web.Form
	lookups
	look      lookView
	mayAccept bool
	live      string // where the page hears of a call at the seat
	call      string // the telephone call that is being registered
	phone     string // its number
}

// lookView is what is known about a caller and a matter while the call comes in.
type lookView struct {
	asked      bool
	history    []hotline.Row
	duplicates []advice.Duplicate
	advice     advice.Advice
}

// newCall shows the empty form or, after a registration, its number and query code.
func (s desks) newCall(c *web.Ctx) error {
	if no := c.Query("done"); no != "" {
		return s.registered(c, no)
	}
	l, err := s.lookups(c)
	if err != nil {
		return err
	}
	v := callView{lookups: l, mayAccept: c.Can(hotline.PermAccept), live: liveCall(c)}
	if call := c.Query("call"); call != "" {
		in, err := s.Telephony.TakeUp(c.Context(), call)
		if err != nil {
			return err
		}
		v.call, v.phone = in.ID, in.Phone
		if v.look.history, err = s.Hotline.CallerHistory(c.Context(), in.Phone); err != nil {
			return err
		}
		v.look.asked = in.Phone != ""
	}
	return c.Render(callPage(v))
}

func (s desks) registered(c *web.Ctx, no string) error {
	d, err := s.Hotline.Find(c.Context(), no)
	if err != nil {
		return err
	}
	return c.Render(registeredPage(d, s.Hotline.QueryCode(d.ID)))
}

// lookUp gives the caller's history and the likely duplicates of what is typed so far. The number travels in a body, so
// that it is in no address and no log.
func (s desks) lookUp(c *web.Ctx) error {
	look, err := s.look(c.Context(), c.Form())
	if err != nil {
		return err
	}
	return c.Render(lookPanel(look))
}

func (s desks) look(ctx context.Context, f *web.Form) (lookView, error) {
	in := hotline.RegisterInput{Phone: f.Text("phone"), Title: f.Text("title"), Content: f.Text("content"), Address: f.Text("address"), Kind: f.Text("kind"),
		Category: codeOf(f.Text("category")), Area: codeOf(f.Text("area")), AccusedUnit: f.Text("accused_unit")}
	in.Normalize()
	v := lookView{asked: in.Phone != "" || in.Content != ""}
	var err error
	if v.history, err = s.Hotline.CallerHistory(ctx, in.Phone); err != nil {
		return v, err
	}
	if v.advice, err = s.Advice.Advise(ctx, in); err != nil {
		return v, err
	}
	v.duplicates = v.advice.Duplicates
	if in.Content != "" && len(v.duplicates) == 0 { // too short for advice, and perhaps said before
		v.duplicates, err = s.Advice.Duplicates(ctx, in)
	}
	return v, err
}

// registerCall registers what was typed and, by the button that was pressed, accepts or answers it.
func (s desks) registerCall(c *web.Ctx) error {
	f := c.Form()
	l, err := s.lookups(c)
	if err != nil {
		return err
	}
	do := f.Text("do")
	in := readCall(f, l)
	if do == doAnswer && f.Text("reply") == "" {
		f.Fail("reply", "请填写答复内容，再按“直接答复”。")
	}
	if do == doLook {
		return s.callAgain(c, f, l, true)
	}
	if in.Files = s.uploads(c, f); !f.OK() {
		in.Normalize()
		f.Take(in.Validate()) // so that everything that is wrong shows at once
		return s.callAgain(c, f, l, false)
	}
	t, err := s.Hotline.Register(c.Context(), in)
	if err != nil {
		if errors.Is(err, once.ErrReused) {
			f.Say("这张表单刚才已经提交过，当时登记的工单仍在。如果这是另一件诉求，请核对后再按一次按钮。")
		} else if !f.Take(err) {
			return err
		}
		chooseAgain(f)
		return s.callAgain(c, f, l, false)
	}
	s.Advice.FollowAdvice(c.Context(), t.ID, advice.ModelCategory)
	if err := s.carryOn(c, do, t.Ticket, f); err != nil {
		return s.halfDone(c, t.Ticket, err)
	}
	c.FlashSaved("工单 "+t.No+" 已登记。", "new-call")
	return c.Redirect("/hotline/new?done=" + t.No)
}

// carryOn accepts or answers the new ticket. Its keys follow from the form's, so that a repeated post repeats nothing.
func (s desks) carryOn(c *web.Ctx, do string, t hotline.Ticket, f *web.Form) error {
	key := f.Text("key")
	if do == "" && c.Can(hotline.PermAccept) {
		do = doAccept
	}
	var err error
	switch do {
	case doAccept:
		_, err = s.Hotline.Accept(c.Context(), hotline.Command{TicketID: t.ID, Key: subKey(key, doAccept)}, hotline.Classify{})
	case doAnswer:
		_, err = s.Hotline.Answer(c.Context(), hotline.Command{TicketID: t.ID, Key: subKey(key, doAnswer), Cites: knowledge.Refs(f.Text("cite_other"))}, f.Text("reply"))
	}
	return err
}

func subKey(key, do string) string {
	if key == "" {
		return ""
	}
	return key + "." + do
}

// halfDone leads to the record of a ticket that was registered while the second step was refused, and says so.
func (s desks) halfDone(c *web.Ctx, t hotline.Ticket, err error) error {
	e := errs.As(err)
	if e.Kind == errs.Internal {
		return err
	}
	said := e.Public
	for _, field := range e.Fields {
		said += field.Public
	}
	c.Flash(web.Warning, "工单 "+t.No+" 已登记，但下一步没有完成："+said)
	return c.Redirect(ticketPath(t.No))
}

// callAgain shows the form again with what was typed.
func (s desks) callAgain(c *web.Ctx, f *web.Form, l lookups, asked bool) error {
	look, err := s.look(c.Context(), f)
	if err != nil {
		return err
	}
	page := callPage(callView{form: f, lookups: l, look: look, mayAccept: c.Can(hotline.PermAccept)})
	if asked {
		return c.Render(page)
	}
	return c.Invalid(page)
}

// readCall reads the form of a call.
func readCall(f *web.Form, l lookups) hotline.RegisterInput {
	return hotline.RegisterInput{Key: f.Text("key"), Channel: f.Text("channel"), Kind: f.Text("kind"), Urgency: f.Text("urgency"),
		Category: l.readCategory(f), Area: l.readArea(f), Title: f.Text("title"), Content: f.Text("content"), Address: f.Text("address"),
		EventAt: f.Instant("event_at"), Name: f.Text("name"), Phone: f.Text("phone"), Anonymous: f.Bool("anonymous"),
		Confidential: f.Text("confidential"), NoReply: f.Bool("no_reply"), AccusedUnit: f.Text("accused_unit"), CallID: f.Text("call")}
}

// liveCall is where the page hears of a call at the reader's seat; nowhere for those who take no calls.
func liveCall(c *web.Ctx) string {
	if !c.Can(telephony.PermSeat) {
		return ""
	}
	return "/calls/live?since=" + c.Query("call")
}

// lookAttrs make an input ask for history and duplicates when it is left or typing pauses.
func lookAttrs(trigger string) templ.Attributes {
	return templ.Attributes{"hx-post": "/hotline/new/look", "hx-trigger": trigger, "hx-target": "#look", "hx-swap": "innerHTML", "hx-include": "closest form"}
}

// keyed are choices with the keyboard key that picks each while no text is being typed.
type keyed struct{ value, label, key string }

func kindKeys() []keyed {
	var out []keyed
	for i, k := range hotline.Kinds {
		out = append(out, keyed{k, k, string(rune('1' + i))})
	}
	return out
}

func urgencyKeys() []keyed {
	return []keyed{{hotline.Ordinary, "普通", "7"}, {hotline.Urgent, "紧急", "8"}, {hotline.Critical, "特急", "9"}}
}

func confidentialOptions() []web.Option {
	return []web.Option{{Value: hotline.NotConfidential, Label: "不保密"}, {Value: hotline.ConfidentialCaller, Label: confidentialLabel(hotline.ConfidentialCaller)},
		{Value: hotline.ConfidentialAll, Label: confidentialLabel(hotline.ConfidentialAll)}}
}

// callMoreUsed opens the unusual fields where one of them was filled in or refused.
func callMoreUsed(f *web.Form) bool {
	used := f.ErrorOf("confidential") != "" || f.ErrorOf("accused_unit") != "" || f.ErrorOf("event_at") != ""
	for _, name := range []string{"anonymous", "no_reply", "accused_unit", "event_at"} {
		used = used || f.Kept(name, "") != ""
	}
	return used || f.Kept("confidential", hotline.NotConfidential) != hotline.NotConfidential
}

package hotlinehttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// visits are the pages around call-backs: messages that were sent, and how the orders to call were drawn.
type visits struct{ Deps }

// messagesView is a page of messages.
type messagesView struct {
	Form  *web.Form
	State string
	Rows  []hotline.MessageRow
	Next  string
}

var messageStates = []string{hotline.MessageWaiting, hotline.MessageSent, hotline.MessageFailed}

// messages lists what was or will be sent.
func (s visits) messages(c *web.Ctx) error {
	f := c.Form()
	v := messagesView{Form: f, State: f.Choice("state", append([]string{""}, messageStates...)...)}
	var err error
	if v.Rows, v.Next, err = s.Hotline.Messages(c.Context(), hotline.MessageFilter{State: v.State, After: f.Text("after")}); err != nil {
		return err
	}
	return c.Render(messagesPage(v))
}

func messageOptions() []web.Option {
	var out []web.Option
	for _, s := range messageStates {
		out = append(out, web.Option{Value: s, Label: hotline.MessageStateLabel(s)})
	}
	return out
}

func messageTone(state string) web.Tone {
	return map[string]web.Tone{hotline.MessageSent: web.Success, hotline.MessageFailed: web.Danger, hotline.MessageWaiting: web.Info}[state]
}

func (v messagesView) table() web.Table {
	t := web.Table{ID: "messages", Caption: "短信", Next: v.Next,
		Columns: []web.Column{{Label: "时间"}, {Label: "种类"}, {Label: "状态"}, {Label: "工单"}, {Label: "内容", Grow: true, Wrap: true}, {Label: "说明", Wrap: true, Minor: true}},
		Empty:   web.Empty{Title: "没有短信", Text: "在“办理参数”里打开“短信邀请评价”，并由运维人员接好短信网关后，这里会列出每一条。", Next: &web.Link{Label: "办理参数", Href: "/hotline/parameters"}}}
	for _, r := range v.Rows {
		note := r.Problem
		if r.State == hotline.MessageSent {
			note = "网关 " + r.SentAt.String() + " 接收"
		}
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Cells: []templ.Component{web.CellTime(r.At), web.CellText(hotline.MessageLabel(r.Kind)), web.StateBadge(messageTone(r.State), hotline.MessageStateLabel(r.State)),
			web.CellLink(ticketPath(r.No), r.No), web.CellText(r.Text), web.CellText(note)}})
	}
	return t
}

// samplesView is the page of samples, with a decision computed again.
type samplesView struct {
	Form  *web.Form
	Rows  []hotline.Sample
	Check *hotline.SampleCheck
	Share int
}

// samples lists the samples and computes a decision again.
func (s visits) samples(c *web.Ctx) error {
	f := c.Form()
	v := samplesView{Form: f}
	var err error
	if v.Rows, err = s.Hotline.Samples(c.Context()); err != nil {
		return err
	}
	limits, err := s.Hotline.Limits(c.Context())
	if err != nil {
		return err
	}
	v.Share = limits.CallbackShare
	if no := f.Text("no"); no != "" {
		found, err := s.Hotline.CheckSample(c.Context(), no, f.Text("sample"))
		if err != nil {
			f.Fail("no", "没有这张工单，或没有这次抽样。")
			return c.Invalid(samplesPage(v))
		}
		v.Check = &found
	}
	return c.Render(samplesPage(v))
}

func (v samplesView) lead() string {
	if v.Share >= 100 {
		return "现在全部回访，没有抽样。"
	}
	return "现在按 " + itoa(v.Share) + "% 抽样回访；举报、紧急、重办、督办和并单的一律回访。"
}

func (v samplesView) options() []web.Option {
	var out []web.Option
	for _, s := range v.Rows {
		out = append(out, web.Option{Value: s.ID, Label: s.At.String() + " 起，" + itoa(s.Share) + "%"})
	}
	return out
}

func (v samplesView) table() web.Table {
	t := web.Table{ID: "samples", Caption: "抽样", Columns: []web.Column{{Label: "从", Grow: true}, {Label: "比例", Number: true, Unit: "%"}, {Label: "种子"}},
		Empty: web.Empty{Title: "没有抽样过", Text: "回访比例是 100% 时全部回访。在“办理参数”里改低比例，就从那时起抽样。"}}
	for i, s := range v.Rows {
		seed := s.Seed
		if seed == "" && i == 0 {
			seed = "生效期间只有系统管理员能看"
		}
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Cells: []templ.Component{web.CellTime(s.At), web.CellText(itoa(s.Share)), web.CellText(seed)}})
	}
	return t
}

// verdict words a decision that was computed again.
func (v samplesView) verdict() string {
	c := v.Check
	switch {
	case c.Always:
		return "工单 " + c.No + " 属于一律回访的，不参加抽样。"
	case c.Drawn:
		return "工单 " + c.No + " 复算：抽中，应回访。"
	case c.Kept == hotline.CloseUnsampled:
		return "工单 " + c.No + " 复算：未抽中；当时也是按未抽中办结的，一致。"
	}
	return "工单 " + c.No + " 复算：未抽中。"
}

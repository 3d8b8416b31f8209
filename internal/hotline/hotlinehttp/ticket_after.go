package hotlinehttp

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// afterDeeds are what ends, joins, takes up and sets right a ticket, and what is said about its rating.
var afterDeeds = []deed{
	{"reopen", hotline.ActReopen, hotline.PermRework, readReopen, ""},
	{"merge", hotline.ActMerge, hotline.PermMerge, readMerge, ""},
	{"unmerge", hotline.ActUnmerge, hotline.PermMerge, withText("reason", (*hotline.Module).Unmerge), ""},
	{"dispute", hotline.ActDispute, hotline.PermDispute, readDispute, ""},
	{"adjudicate", hotline.ActAdjudicate, hotline.PermReview, readVerdict, hotline.AskedDispute},
	{"correct", hotline.ActCorrect, hotline.PermCorrect, readCorrection, ""},
}

// correctedFields are what a correction can set right.
var correctedFields = append([]storedField{
	{"title", "标题", func(v *recordView) string { return v.Title }},
	{"kind", "诉求类型", func(v *recordView) string { return v.Kind }},
	{"channel", "来源渠道", func(v *recordView) string { return v.Channel }},
	{"confidential", "保密要求", func(v *recordView) string { return v.Confidential }},
}, classifiedFields...)

func readReopen(f *web.Form, _ lookups) step {
	unit, reason := f.Text("unit_other"), f.Text("reason")
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Reopen(ctx, cmd, unit, reason)
	}
}

// readMerge takes the number that was typed, else the candidate that was chosen.
func readMerge(f *web.Form, _ lookups) step {
	into, reason := f.Text("into_other"), f.Text("reason")
	if into == "" {
		into = f.Text("into")
	}
	if into == "" {
		f.Fail("into_other", "请选择或填写要并入的工单号。")
	}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Merge(ctx, cmd, into, reason)
	}
}

func readDispute(f *web.Form, _ lookups) step {
	call, reason := f.Text("callback"), f.Text("reason")
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Dispute(ctx, cmd, call, reason)
	}
}

func readVerdict(f *web.Form, _ lookups) step {
	in := hotline.Verdict{AskID: f.Text("ask"), Finding: f.Text("finding"), Reason: f.Text("reason")}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Adjudicate(ctx, cmd, in)
	}
}

func readCorrection(f *web.Form, l lookups) step {
	c := readClassify(f, l)
	in := hotline.Correction{Title: f.Text("title"), Kind: f.Text("kind"), Channel: f.Text("channel"), Confidential: f.Text("confidential"),
		Urgency: c.Urgency, Category: c.Category, Area: c.Area, Accused: c.Accused}
	reason := f.Text("reason")
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Correct(ctx, cmd, in, reason)
	}
}

// mergeCandidates offers open tickets that may be about the same matter.
func (s desks) mergeCandidates(c *web.Ctx, v *recordView) error {
	if v.deed.action != hotline.ActMerge || !c.Can(hotline.PermRegister) {
		return nil
	}
	found, err := s.Advice.Duplicates(c.Context(), hotline.RegisterInput{Title: v.Title, Content: v.Content, Address: v.Address, Area: v.Area, Category: v.Category})
	if err != nil {
		return err
	}
	for i := range found {
		d := &found[i]
		if d.ID == v.ID || !d.State.Open() || d.MergedInto != "" || d.Confidential != v.Confidential {
			continue
		}
		hint := strings.Join(slices.DeleteFunc([]string{d.State.Label(), d.Unit, d.CreatedAt.String() + " 登记"}, func(s string) bool { return s == "" }), "，")
		v.candidates = append(v.candidates, web.Option{Value: d.No, Label: d.No + " " + shownTitle(&d.Ticket), Hint: hint})
	}
	return nil
}

// disputable are the unsatisfied ratings that a unit can object to.
func (v *recordView) disputable() []web.Option {
	var out []web.Option
	for _, c := range slices.Backward(v.Callbacks) {
		objected := slices.ContainsFunc(v.Asks, func(a hotline.Ask) bool { return a.Kind == hotline.AskedDispute && a.CallbackID == c.ID })
		if c.Reached && !objected && (c.Result == hotline.Unsatisfied || c.Attitude == hotline.Unsatisfied) {
			out = append(out, web.Option{Value: c.ID, Label: web.MomentText(c.At) + " " + ratingText(&c), Hint: c.Reason})
		}
	}
	return out
}

// ratingText says how a caller rated.
func ratingText(c *hotline.CallbackResult) string {
	if c.Attitude == "" || c.Attitude == c.Result {
		return c.Result
	}
	return "结果" + c.Result + "，态度" + c.Attitude
}

// rating gives the call-back that an ask is about.
func (v *recordView) rating(a *hotline.Ask) *hotline.CallbackResult {
	if i := slices.IndexFunc(v.Callbacks, func(c hotline.CallbackResult) bool { return a != nil && c.ID == a.CallbackID }); i >= 0 {
		return &v.Callbacks[i]
	}
	return nil
}

// findings are the choices of an adjudication, each with what follows from it.
func findings() []web.Option {
	hints := map[string]string{hotline.FindingKeep: "评价照常计入满意率", hotline.FindingExclude: "保留评价记录，不计入满意率的分母", hotline.FindingUnreasonable: "不计入满意率，工单可以写明认定意见后办结"}
	var out []web.Option
	for _, f := range hotline.Findings {
		out = append(out, web.Option{Value: f, Label: hotline.FindingLabel(f), Hint: hints[f]})
	}
	return out
}

// tieText says how another ticket belongs to this one.
func tieText(l *hotline.LinkedTicket) string {
	text := map[bool]string{false: "并入", true: "并入本单"}[l.Back]
	if l.Kind == hotline.LinkFollows {
		text = map[bool]string{false: "接续", true: "后续工单"}[l.Back]
	}
	if !l.EndedAt.IsZero() {
		text += "（" + web.MomentText(l.EndedAt) + " 已拆单）"
	}
	return text
}

// calledText says whether the caller of a merged ticket has been called in this round.
func calledText(t *hotline.MergedTicket) string {
	switch {
	case !t.ReplyWanted:
		return "不需要"
	case t.Called:
		return "已回访"
	}
	return "未回访"
}

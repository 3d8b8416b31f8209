package complainthttp

import (
	"context"

	"yichuang/internal/complaint"
	"yichuang/internal/web"
)

// deed is one step of a matter as its page offers it.
type deed struct {
	action complaint.Action
	rare   bool // stands behind 其他操作
	run    func(m mod, c ctx, f frm, k com) (complaint.Matter, error)
}

type (
	ctx = *web.Ctx
	frm = *web.Form
	com = complaint.Command
	mod = *complaint.Module
)

// deeds lists the steps of a kind in the order of likelihood.
func deeds(k complaint.Kind) []deed {
	both := []deed{
		{action: complaint.ActAccept, run: func(m mod, c ctx, _ frm, cmd com) (complaint.Matter, error) { return m.Accept(c.Context(), k, cmd) }},
		{action: complaint.ActClassify, run: func(m mod, c ctx, f frm, cmd com) (complaint.Matter, error) {
			return m.Classify(c.Context(), k, cmd, complaint.ClassifyInput{Class: complaint.Class(f.Text("class")), Multi: f.Bool("multi"), Note: f.Text("note")})
		}},
		{action: complaint.ActVisit, run: func(m mod, c ctx, f frm, cmd com) (complaint.Matter, error) {
			in := complaint.VisitInput{Answer: complaint.Answer(f.Text("answer")), Note: f.Text("note")}
			if k == complaint.Complaint {
				return m.VisitComplaint(c.Context(), cmd, in)
			}
			return m.VisitStuck(c.Context(), cmd, in)
		}},
		{action: complaint.ActRefuse, rare: true, run: func(m mod, c ctx, f frm, cmd com) (complaint.Matter, error) {
			return m.Refuse(c.Context(), k, cmd, complaint.RefuseInput{Ground: f.Text("ground"), Reason: f.Text("reason")})
		}},
		{action: complaint.ActWithdraw, rare: true, run: func(m mod, c ctx, f frm, cmd com) (complaint.Matter, error) {
			return m.Withdraw(c.Context(), k, cmd, f.Text("reason"))
		}},
	}
	if k == complaint.Complaint {
		return append(complaintDeeds(), both...)
	}
	return append(stuckDeeds(), both...)
}

func stuckDeeds() []deed {
	return []deed{
		{action: complaint.ActDispatch, run: func(m mod, c ctx, f frm, k com) (complaint.Matter, error) {
			return m.Dispatch(c.Context(), k, complaint.DispatchInput{UnitID: f.Text("unit_id"), Note: f.Text("note")})
		}},
		{action: complaint.ActContact, run: because(mod.Contact)},
		{action: complaint.ActFinish, run: func(m mod, c ctx, f frm, k com) (complaint.Matter, error) {
			return m.Finish(c.Context(), k, complaint.FinishInput{Result: f.Text("result"), Cause: f.Text("cause")})
		}},
		{action: complaint.ActDeny, run: func(m mod, c ctx, f frm, k com) (complaint.Matter, error) {
			return m.Deny(c.Context(), k, complaint.DenyInput{Result: f.Text("result"), Basis: f.Text("basis"), Cause: f.Text("cause")})
		}},
		{action: complaint.ActApprove, run: because(mod.ApproveDenial)},
		{action: complaint.ActReject, run: because(mod.RejectDenial)},
		{action: complaint.ActOrder, run: because(mod.Order)},
		{action: complaint.ActSettle, run: because(mod.Settle)},
		{action: complaint.ActExtend, rare: true, run: func(m mod, c ctx, f frm, k com) (complaint.Matter, error) {
			return m.Extend(c.Context(), k, complaint.ExtendInput{Days: int(f.Int("days")), Reason: f.Text("reason"), Contact: f.Text("contact"), Told: f.Date("told")})
		}},
		{action: complaint.ActGiveBack, rare: true, run: because(mod.GiveBack)},
		{action: complaint.ActAttribute, rare: true, run: func(m mod, c ctx, f frm, k com) (complaint.Matter, error) {
			return m.Attribute(c.Context(), k, f.Text("cause"), f.Text("reason"))
		}},
	}
}

func complaintDeeds() []deed {
	return []deed{
		{action: complaint.ActIdentify, run: func(m mod, c ctx, f frm, k com) (complaint.Matter, error) {
			return m.Identify(c.Context(), k, complaint.IdentifyInput{UnitID: f.Text("unit_id"), UserID: f.Text("user_id")})
		}},
		{action: complaint.ActAssign, run: func(m mod, c ctx, f frm, k com) (complaint.Matter, error) {
			return m.Assign(c.Context(), k, f.All("people"))
		}},
		{action: complaint.ActAsk, run: because(mod.Ask)},
		{action: complaint.ActAnswer, run: because(mod.Answer)},
		{action: complaint.ActFind, run: func(m mod, c ctx, f frm, k com) (complaint.Matter, error) {
			return m.Find(c.Context(), k, complaint.FindInput{Finding: complaint.Finding(f.Text("finding")), Serious: f.Bool("serious"), Report: f.Text("report"), Cause: f.Text("cause")})
		}},
		{action: complaint.ActConfirm, run: because(mod.Confirm)},
		{action: complaint.ActOverturn, run: because(mod.Overturn)},
		{action: complaint.ActDispose, run: because(mod.Dispose)},
		{action: complaint.ActFeedback, run: because(mod.Feedback)},
		{action: complaint.ActFile, run: because(mod.File)},
	}
}

// because is a step whose form is one text.
func because(step func(m mod, c context.Context, k com, text string) (complaint.Matter, error)) func(mod, ctx, frm, com) (complaint.Matter, error) {
	return func(m mod, c ctx, f frm, k com) (complaint.Matter, error) {
		return step(m, c.Context(), k, f.Text("reason"))
	}
}

// textLabel is what the one text of a step is called.
func textLabel(a complaint.Action) string {
	switch a {
	case complaint.ActContact:
		return "联系的情况和答应反映人的事"
	case complaint.ActApprove, complaint.ActConfirm:
		return "意见"
	case complaint.ActOrder:
		return "批示"
	case complaint.ActSettle:
		return "终结的意见（反映人可以看到）"
	case complaint.ActAsk:
		return "请单位说明的问题"
	case complaint.ActAnswer:
		return "情况说明"
	case complaint.ActDispose:
		return "处置意见"
	case complaint.ActFeedback:
		return "告知投诉人的内容（投诉人可以看到）"
	case complaint.ActFile:
		return "整改的措施和结果"
	}
	return "理由和说明"
}

func textHint(a complaint.Action) string {
	switch a {
	case complaint.ActAsk:
		return "单位只看到这里写的话。不要写投诉人的姓名、电话、办件编号和原话"
	case complaint.ActDispose:
		return "单位可以看到，不要写投诉人的信息"
	case complaint.ActGiveBack:
		return "写明为什么不是本单位的事、应当由谁承办"
	}
	return ""
}

func classes(k complaint.Kind) []web.Option {
	var out []web.Option
	for _, c := range complaint.Classes(k) {
		out = append(out, web.Option{Value: string(c), Label: c.Label()})
	}
	return out
}

func grounds(k complaint.Kind) []web.Option {
	var out []web.Option
	for _, g := range complaint.Grounds(k) {
		out = append(out, web.Option{Value: g.Code, Label: g.Label})
	}
	return out
}

func answers() []web.Option {
	var out []web.Option
	for _, a := range complaint.Answers {
		out = append(out, web.Option{Value: string(a), Label: a.Label()})
	}
	return out
}

func findings() []web.Option {
	var out []web.Option
	for _, x := range complaint.Findings {
		out = append(out, web.Option{Value: string(x), Label: x.Label()})
	}
	return out
}

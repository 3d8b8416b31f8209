package caseworkhttp

import (
	"context"
	"slices"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/web"
)

// deed is one step of a case as its page offers it.
type deed struct {
	action casework.Action
	rare   bool // stands behind 其他操作
	upload bool // takes files of materials
	when   func(s *casework.Sheet) bool
	run    func(m *casework.Module, c *web.Ctx, f *web.Form, cmd casework.Command) (casework.Case, error)
}

// options are what the route of the step needs.
func (x deed) options() []web.RouteOption {
	if x.upload {
		return []web.RouteOption{web.MaxBody(uploadBody)}
	}
	return nil
}

// hears is a step of a hearing that stands in one of the states.
func hears(states ...casework.HearingState) func(s *casework.Sheet) bool {
	return func(s *casework.Sheet) bool {
		return len(s.Hearings) > 0 && slices.Contains(states, s.Hearings[len(s.Hearings)-1].State)
	}
}

// fits reports whether the step makes sense for the case besides its state.
func (x deed) fits(s *casework.Sheet) bool { return x.when == nil || x.when(s) }

type (
	ctx = *web.Ctx
	frm = *web.Form
	com = casework.Command
	mod = *casework.Module
)

// deeds lists the steps in the order of likelihood.
func deeds() []deed {
	return append(windowDeeds(), officeDeeds()...)
}

func windowDeeds() []deed {
	return []deed{
		{action: casework.ActAccept, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Accept(c.Context(), k, casework.Mode(f.Text("mode")))
		}},
		{action: casework.ActPrereview, run: because("remark", mod.Prereview)},
		{action: casework.ActSupply, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Supply(c.Context(), k, f.All("materials"), f.Bool("came"))
		}},
		{action: casework.ActNotify, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Notify(c.Context(), k, defects(f), f.Text("reason"))
		}},
		{action: casework.ActIssue, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			in := casework.IssueInput{Number: f.Text("number"), From: dayOf(f, "valid_from"), Until: dayOf(f, "valid_until")}
			if !f.OK() {
				return casework.Case{}, nil
			}
			return m.Issue(c.Context(), k, in)
		}},
		{action: casework.ActDeliver, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Deliver(c.Context(), k, casework.DeliverInput{Way: f.Text("way"), Courier: f.Text("courier_no"), Came: f.Bool("came")})
		}},
		{action: casework.ActFee, when: func(s *casework.Sheet) bool { return s.Fee == casework.FeeOwed }, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			in := casework.Payment{Waived: f.Bool("waived"), Receipt: f.Text("receipt"), Amount: f.Yuan("amount")}
			if !f.OK() {
				return casework.Case{}, nil
			}
			return m.SettleFee(c.Context(), k, in)
		}},
		{action: casework.ActFulfil, when: func(s *casework.Sheet) bool {
			return s.Mode == casework.Tolerant || s.Notices > 0 || s.Mode == casework.DeemedMode
		}, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Fulfil(c.Context(), k, f.All("materials"))
		}},
		{action: casework.ActAttach, rare: true, upload: true},
		{action: casework.ActLink, rare: true, run: because("number", mod.LinkPlatform)},
		{action: casework.ActAskHearing, rare: true, when: hears(casework.HearingTold), run: because("reason", mod.AskHearing)},
		{action: casework.ActWaive, rare: true, when: hears(casework.HearingTold, casework.HearingAsked, casework.HearingConvened), run: because("reason", mod.WaiveHearing)},
		{action: casework.ActSpot, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.SpotCorrect(c.Context(), k, f.Text("what"), f.All("materials"))
		}},
		{action: casework.ActArchive, when: func(s *casework.Sheet) bool { return !s.PledgePending() }, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Archive(c.Context(), k, f.Text("box"))
		}},
		{action: casework.ActWithdraw, rare: true, run: because("reason", mod.Withdraw)},
		{action: casework.ActAskRefuse, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.ProposeRefusal(c.Context(), k, refusal(f))
		}},
		{action: casework.ActAskSuspend, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			in := casework.ProcedureInput{Type: f.Text("type"), Start: dayOf(f, "start"), End: dayOf(f, "end"), Expected: dayOf(f, "expected"), Notice: dayOf(f, "notice"), Reason: f.Text("reason")}
			if !f.OK() {
				return casework.Case{}, nil
			}
			return m.ProposeSuspension(c.Context(), k, in)
		}},
		{action: casework.ActAskCorrect, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.ProposeCorrection(c.Context(), k, correction(f))
		}},
	}
}

func officeDeeds() []deed {
	return []deed{
		{action: casework.ActFirst, when: (*casework.Sheet).FirstPending, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			agree, err := f.Either("agree", "yes", "no")
			if err != nil {
				return casework.Case{}, err
			}
			return m.ReportFirst(c.Context(), k, casework.FirstInput{Agree: agree, Opinion: f.Text("opinion")})
		}},
		{action: casework.ActReview, when: func(s *casework.Sheet) bool { return !s.FirstPending() }, run: because("opinion", mod.Review)},
		{action: casework.ActGrant, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return decide(m.Grant, c, f, k)
		}},
		{action: casework.ActDeny, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return decide(m.Deny, c, f, k)
		}},
		{action: casework.ActSuspend, when: waits(casework.ActAskSuspend), run: func(m mod, c ctx, _ frm, k com) (casework.Case, error) { return m.Suspend(c.Context(), k) }},
		{action: casework.ActResume, run: because("result", mod.Resume)},
		{action: casework.ActExtend, when: waits(casework.ActAskExtend), run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Extend(c.Context(), k, casework.ExtendInput{Document: f.Text("document")})
		}},
		{action: casework.ActDecline, when: func(s *casework.Sheet) bool {
			return asks(s, casework.ActAskRefuse) || asks(s, casework.ActAskSuspend) || asks(s, casework.ActAskExtend) || asks(s, casework.ActAskCorrect)
		}, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Decline(c.Context(), k, casework.Action(f.Text("kind")), f.Text("reason"))
		}},
		{action: casework.ActTell, rare: true, run: because("reason", mod.TellHearing)},
		{action: casework.ActConvene, when: hears(casework.HearingAsked, casework.HearingConvened), run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			in := casework.ConveneInput{Day: dayOf(f, "day"), Place: f.Text("place"), Chair: f.Text("chair")}
			if !f.OK() {
				return casework.Case{}, nil
			}
			return m.ConveneHearing(c.Context(), k, in)
		}},
		{action: casework.ActHold, when: hears(casework.HearingConvened), run: because("record", mod.HoldHearing)},
		{action: casework.ActRecuse, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Recuse(c.Context(), k, f.Text("user_id"), f.Text("reason"))
		}},
		{action: casework.ActInspect, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Inspect(c.Context(), k, f.Text("with"), f.Text("finding"))
		}},
		{action: casework.ActSendBack, rare: true, run: because("reason", mod.SendBack)},
		{action: casework.ActAskExtend, rare: true, run: because("reason", mod.ProposeExtension)},
		{action: casework.ActRefuse, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) { return m.Refuse(c.Context(), k, refusal(f)) }},
		{action: casework.ActCheck, when: func(s *casework.Sheet) bool { return s.Mode == casework.Pledged && !s.Checked }, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			in := casework.CheckInput{Result: casework.PledgeState(f.Text("result")), Finding: f.Text("finding"), Until: dayOf(f, "until")}
			if !f.OK() {
				return casework.Case{}, nil
			}
			return m.CheckPledge(c.Context(), k, in)
		}},
		{action: casework.ActExplain, rare: true, when: late, run: because("reason", mod.Explain)},
		{action: casework.ActReassign, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Reassign(c.Context(), k, f.Text("user_id"), f.Text("reason"))
		}},
		{action: casework.ActTerminate, rare: true, run: because("reason", mod.Terminate)},
		{action: casework.ActRevoke, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Revoke(c.Context(), k, casework.RevokeInput{Ground: f.Text("ground"), Reason: f.Text("reason")})
		}},
		{action: casework.ActCorrect, rare: true, run: func(m mod, c ctx, f frm, k com) (casework.Case, error) {
			return m.Correct(c.Context(), k, correction(f))
		}},
	}
}

// because is a step whose form is one text.
func because(field string, step func(m *casework.Module, c context.Context, k casework.Command, text string) (casework.Case, error)) func(mod, ctx, frm, com) (casework.Case, error) {
	return func(m mod, c ctx, f frm, k com) (casework.Case, error) { return step(m, c.Context(), k, f.Text(field)) }
}

func waits(kind casework.Action) func(s *casework.Sheet) bool {
	return func(s *casework.Sheet) bool { return asks(s, kind) }
}

func late(s *casework.Sheet) bool {
	for _, v := range []casework.Verdict{s.Promise, s.Statutory} {
		if v == casework.Late || v == casework.OpenLate {
			return true
		}
	}
	return false
}

// defects reads what is to be supplied: a text beside each material.
func defects(f *web.Form) []casework.Defect {
	var out []casework.Defect
	for _, code := range f.All("code") {
		if what := f.Text("what." + code); what != "" {
			out = append(out, casework.Defect{Code: code, What: what})
		}
	}
	return out
}

func refusal(f *web.Form) casework.RefuseInput {
	return casework.RefuseInput{Ground: f.Text("ground"), Basis: f.Text("basis"), Reason: f.Text("reason"), Transfer: f.Text("transfer")}
}

func correction(f *web.Form) casework.Correction {
	return casework.Correction{Field: f.Text("field"), Value: f.Text("value"), Reason: f.Text("reason")}
}

// dayOf reads a day that may be left open.
func dayOf(f *web.Form, name string) clock.Date {
	if f.Text(name) == "" {
		return clock.NoDate
	}
	return f.Date(name)
}

func modes() []web.Option {
	return []web.Option{{Value: string(casework.NormalMode), Label: casework.NormalMode.Label()}, {Value: string(casework.Tolerant), Label: casework.Tolerant.Label(), Hint: "所缺的都是可容缺的材料，申请人签容缺承诺书"},
		{Value: string(casework.Pledged), Label: casework.Pledged.Label(), Hint: "申请人签告知承诺书，事后核查"}}
}

func ways() []web.Option {
	var out []web.Option
	for _, w := range casework.Ways {
		out = append(out, web.Option{Value: w, Label: w})
	}
	return out
}

func grounds() []web.Option {
	var out []web.Option
	for _, g := range casework.Grounds {
		out = append(out, web.Option{Value: g, Label: casework.GroundLabel(g)})
	}
	return out
}

func correctable() []web.Option {
	return []web.Option{{Value: "result_no", Label: "证照编号"}, {Value: "valid_until", Label: "有效期止（写成 2028-08-31）"}, {Value: "window_no", Label: "窗口编号"}, {Value: "note", Label: "其他说明"}}
}

func asked(list []casework.Proposal) []web.Option {
	var out []web.Option
	for _, p := range list {
		out = append(out, web.Option{Value: string(p.Kind), Label: p.Kind.Label()})
	}
	return out
}

// decide reads the form of a decision and passes it on, unless its amount cannot be read.
func decide(run func(context.Context, com, casework.DecideInput) (casework.Case, error), c ctx, f frm, k com) (casework.Case, error) {
	in := casework.DecideInput{Opinion: f.Text("opinion"), Basis: f.Text("basis"), Overdue: f.Text("overdue_reason")}
	if f.Text("amount") != "" {
		amount := f.Yuan("amount")
		in.Amount = &amount
	}
	if !f.OK() {
		return casework.Case{}, nil
	}
	return run(c.Context(), k, in)
}

package hotlinehttp

import (
	"context"

	"yichuang/internal/hotline"
	"yichuang/internal/rest"
)

// Bodies of what ends, joins, corrects or takes up a ticket.
type (
	terminateBody struct {
		Ground string `json:"ground" maxLength:"200" doc:"终止理由，从固定的几种中选"`
		Reason string `json:"reason" maxLength:"8000" doc:"情况说明"`
		Told   string `json:"told" maxLength:"8000" doc:"向来电人的说明"`
	}
	reopenBody struct {
		UnitID string `json:"unit_id,omitempty" maxLength:"40" doc:"由哪个单位办理；不传为原主办单位"`
		Reason string `json:"reason" maxLength:"8000" doc:"新情况，或不满意的原因"`
	}
	mergeBody struct {
		Into   string `json:"into" maxLength:"40" doc:"并入哪张工单：编号或工单号"`
		Reason string `json:"reason" maxLength:"8000" doc:"并单理由"`
	}
	disputeBody struct {
		CallbackID string `json:"callback_id,omitempty" maxLength:"40" doc:"哪一次回访或评价；不传为最近一次"`
		Reason     string `json:"reason" maxLength:"8000" doc:"异议理由"`
	}
	verdictBody struct {
		AskID   string `json:"ask_id,omitempty" maxLength:"40" doc:"哪一项异议；不传为最早的一项"`
		Finding string `json:"finding" enum:"keep,exclude,unreasonable" doc:"keep 维持；exclude 不计入满意率；unreasonable 诉求不合理或已依法处理"`
		Reason  string `json:"reason" maxLength:"8000" doc:"裁定理由"`
	}
	correctBody struct {
		hotline.Correction
		Reason string `json:"reason" maxLength:"8000" doc:"更正理由"`
	}
)

// registerAfter adds termination, reopening, merging, disputes of ratings and corrections.
func (a api) registerAfter(k *rest.Kit) {
	m := a.m
	act(k, "termination-request", "申请终止办理", hotline.PermExtend, true, func(ctx context.Context, c hotline.Command, b terminateBody) (hotline.Ticket, error) {
		return m.AskTermination(ctx, c, hotline.TerminateInput{Ground: b.Ground, Reason: b.Reason, Told: b.Told})
	})
	act(k, "termination-decision", "审批终止办理", hotline.PermTerminate, true, func(ctx context.Context, c hotline.Command, b decisionBody) (hotline.Ticket, error) {
		return m.DecideTermination(ctx, c, b.Grant, b.Reason)
	})
	act(k, "reopen", "重新打开", hotline.PermRework, true, func(ctx context.Context, c hotline.Command, b reopenBody) (hotline.Ticket, error) {
		return m.Reopen(ctx, c, b.UnitID, b.Reason)
	})
	act(k, "merge", "并单", hotline.PermMerge, true, func(ctx context.Context, c hotline.Command, b mergeBody) (hotline.Ticket, error) {
		return m.Merge(ctx, c, b.Into, b.Reason)
	})
	act(k, "unmerge", "拆单", hotline.PermMerge, true, func(ctx context.Context, c hotline.Command, b reasonBody) (hotline.Ticket, error) {
		return m.Unmerge(ctx, c, b.Reason)
	})
	act(k, "dispute", "对评价提出异议", hotline.PermDispute, true, func(ctx context.Context, c hotline.Command, b disputeBody) (hotline.Ticket, error) {
		return m.Dispute(ctx, c, b.CallbackID, b.Reason)
	})
	act(k, "verdict", "评价裁定", hotline.PermReview, true, func(ctx context.Context, c hotline.Command, b verdictBody) (hotline.Ticket, error) {
		return m.Adjudicate(ctx, c, hotline.Verdict{AskID: b.AskID, Finding: b.Finding, Reason: b.Reason})
	})
	act(k, "correct", "更正", hotline.PermCorrect, true, func(ctx context.Context, c hotline.Command, b correctBody) (hotline.Ticket, error) {
		return m.Correct(ctx, c, b.Correction, b.Reason)
	})
}

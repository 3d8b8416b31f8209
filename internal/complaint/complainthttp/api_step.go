package complainthttp

import (
	"context"
	"net/http"
	"strings"

	"yichuang/internal/complaint"
	"yichuang/internal/rest"
)

// stepInput addresses a matter for one step, with what the step says.
type stepInput[T any] struct {
	rest.ID
	rest.IfMatch
	rest.IdempotencyKey
	Body T
}

// nothing is the body of a step that says nothing.
type nothing struct{}

// reasonBody is the body of a step that says one text.
type reasonBody struct {
	Reason string `json:"reason" maxLength:"2000" doc:"理由、意见或说明"`
}

// step registers one step of a kind of matter.
func step[T any](k *rest.Kit, kind complaint.Kind, action complaint.Action, summary string, do func(ctx context.Context, cmd complaint.Command, in T) (complaint.Matter, error)) {
	o := op(http.MethodPost, collection(kind)+"/{id}/"+strings.ReplaceAll(string(action), "_", "-"), kind.Label()+"："+summary)
	rest.Register(k, o, complaint.PermissionOf(kind, action), func(ctx context.Context, in *stepInput[T]) (*rest.Versioned[complaint.Matter], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		c, err := do(ctx, complaint.Command{ID: complaint.MatterID(in.ID.ID), Version: version, Key: in.IdempotencyKey.IdempotencyKey}, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(c, c.Version), nil
	})
}

// told registers a step that says one text.
func told(k *rest.Kit, kind complaint.Kind, action complaint.Action, summary string, do func(ctx context.Context, cmd complaint.Command, text string) (complaint.Matter, error)) {
	step(k, kind, action, summary, func(ctx context.Context, cmd complaint.Command, in reasonBody) (complaint.Matter, error) {
		return do(ctx, cmd, in.Reason)
	})
}

// registerFirst adds the steps that both kinds have.
func registerFirst(k *rest.Kit, m *complaint.Module, kind complaint.Kind) {
	step(k, kind, complaint.ActAccept, "受理", func(ctx context.Context, cmd complaint.Command, _ nothing) (complaint.Matter, error) {
		return m.Accept(ctx, kind, cmd)
	})
	step(k, kind, complaint.ActRefuse, "不予受理", func(ctx context.Context, cmd complaint.Command, in complaint.RefuseInput) (complaint.Matter, error) {
		return m.Refuse(ctx, kind, cmd, in)
	})
	step(k, kind, complaint.ActClassify, complaint.ActClassify.LabelFor(kind), func(ctx context.Context, cmd complaint.Command, in complaint.ClassifyInput) (complaint.Matter, error) {
		return m.Classify(ctx, kind, cmd, in)
	})
	told(k, kind, complaint.ActWithdraw, "反映人撤回", func(ctx context.Context, cmd complaint.Command, text string) (complaint.Matter, error) {
		return m.Withdraw(ctx, kind, cmd, text)
	})
}

func registerStuckSteps(k *rest.Kit, m *complaint.Module) {
	step(k, complaint.Stuck, complaint.ActDispatch, "派单", m.Dispatch)
	told(k, complaint.Stuck, complaint.ActGiveBack, "退回派单", m.GiveBack)
	told(k, complaint.Stuck, complaint.ActContact, "联系反映人", m.Contact)
	step(k, complaint.Stuck, complaint.ActExtend, "延期", m.Extend)
	step(k, complaint.Stuck, complaint.ActFinish, "办结", m.Finish)
	step(k, complaint.Stuck, complaint.ActDeny, "拟否定答复", m.Deny)
	told(k, complaint.Stuck, complaint.ActApprove, "批准否定答复", m.ApproveDenial)
	told(k, complaint.Stuck, complaint.ActReject, "退回否定答复", m.RejectDenial)
	step(k, complaint.Stuck, complaint.ActVisit, "回访", m.VisitStuck)
	told(k, complaint.Stuck, complaint.ActOrder, "中心领导批示重办", m.Order)
	told(k, complaint.Stuck, complaint.ActSettle, "中心领导终结", m.Settle)
	step(k, complaint.Stuck, complaint.ActAttribute, "归因", func(ctx context.Context, cmd complaint.Command, in struct {
		Cause  string `json:"cause" maxLength:"20" doc:"成因的代码"`
		Reason string `json:"reason,omitempty" maxLength:"2000" doc:"说明"`
	}) (complaint.Matter, error) {
		return m.Attribute(ctx, cmd, in.Cause, in.Reason)
	})
}

func registerComplaintSteps(k *rest.Kit, m *complaint.Module) {
	step(k, complaint.Complaint, complaint.ActIdentify, "确认被投诉人", m.Identify)
	step(k, complaint.Complaint, complaint.ActAssign, "指定调查人", func(ctx context.Context, cmd complaint.Command, in struct {
		People []string `json:"people" maxItems:"10" doc:"调查人的用户编号，两名以上"`
	}) (complaint.Matter, error) {
		return m.Assign(ctx, cmd, in.People)
	})
	told(k, complaint.Complaint, complaint.ActAsk, "请单位说明", m.Ask)
	told(k, complaint.Complaint, complaint.ActAnswer, "单位说明", m.Answer)
	step(k, complaint.Complaint, complaint.ActFind, "认定", m.Find)
	told(k, complaint.Complaint, complaint.ActConfirm, "中心领导同意认定", m.Confirm)
	told(k, complaint.Complaint, complaint.ActOverturn, "中心领导退回调查", m.Overturn)
	told(k, complaint.Complaint, complaint.ActDispose, "处置", m.Dispose)
	told(k, complaint.Complaint, complaint.ActFeedback, "反馈投诉人", m.Feedback)
	told(k, complaint.Complaint, complaint.ActFile, "整改备案", m.File)
	step(k, complaint.Complaint, complaint.ActVisit, "回访", m.VisitComplaint)
}

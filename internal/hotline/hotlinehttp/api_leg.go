package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/rest"
)

// Bodies of what is done to legs and asked for them.
type (
	returnBody struct {
		Ground string `json:"ground,omitempty" maxLength:"200" doc:"退单理由，从固定的几种中选；确认拟稿时可不传，按拟稿提交"`
		Reason string `json:"reason,omitempty" maxLength:"8000" doc:"具体说明；确认拟稿时可不传"`
		Other  string `json:"other_unit,omitempty" maxLength:"40" doc:"认为应由哪个单位办理"`
	}
	acceptBody struct {
		UnitID string `json:"unit_id,omitempty" maxLength:"40" doc:"改派单位；主办件必填"`
		Remark string `json:"remark,omitempty" maxLength:"8000"`
	}
	downBody struct {
		UnitID string `json:"unit_id" maxLength:"40" doc:"下级单位"`
		Matter string `json:"matter,omitempty" maxLength:"8000" doc:"办理要求"`
	}
	askHelpBody struct {
		UnitID string `json:"unit_id" maxLength:"40" doc:"协办单位"`
		Matter string `json:"matter,omitempty" maxLength:"8000" doc:"协办事项"`
		Reason string `json:"reason" maxLength:"8000" doc:"加派理由"`
	}
	helpBody struct {
		AskID  string `json:"ask_id,omitempty" maxLength:"40" doc:"主办单位的加派申请；不传为热线办自行加派"`
		UnitID string `json:"unit_id,omitempty" maxLength:"40" doc:"协办单位；同意申请时可不传"`
		Matter string `json:"matter,omitempty" maxLength:"8000" doc:"协办事项"`
		Remark string `json:"remark,omitempty" maxLength:"8000"`
	}
	denyAskBody struct {
		AskID  string `json:"ask_id,omitempty" maxLength:"40" doc:"哪一项申请；不传为最早的一项"`
		Reason string `json:"reason" maxLength:"8000" doc:"理由"`
	}
)

// registerLegs adds what units do to their legs and what the hotline office decides about them.
func (a api) registerLegs(k *rest.Kit) {
	m := a.m
	act(k, "return", "申请退单", hotline.PermReturn, true, func(ctx context.Context, c hotline.Command, b returnBody) (hotline.Ticket, error) {
		return m.AskReturn(ctx, c, hotline.ReturnInput{Ground: b.Ground, Reason: b.Reason, Other: b.Other})
	})
	act(k, "return-draft", "拟退单，待分管负责人确认", hotline.PermDraftReturn, true, func(ctx context.Context, c hotline.Command, b returnBody) (hotline.Ticket, error) {
		return m.DraftReturn(ctx, c, hotline.ReturnInput{Ground: b.Ground, Reason: b.Reason, Other: b.Other})
	})
	act(k, "return-draft-drop", "撤下退单拟稿", hotline.PermDraftReturn, true, func(ctx context.Context, c hotline.Command, b reasonBody) (hotline.Ticket, error) {
		return m.DropReturn(ctx, c, b.Reason)
	})
	rest.Register(k, op(http.MethodGet, "/return-drafts", "本单位拟好、待分管负责人确认的退单"), hotline.PermDraftReturn, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[desk.AskRow]], error) {
		rows, err := a.Desk.ReturnDrafts(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(rows, ""), nil
	})
	act(k, "return-acceptance", "同意退单并改派", hotline.PermDispatch, true, func(ctx context.Context, c hotline.Command, b acceptBody) (hotline.Ticket, error) {
		return m.AcceptReturn(ctx, c, hotline.AcceptInput{UnitID: b.UnitID, Remark: b.Remark})
	})
	act(k, "return-denial", "不予退单，指定承办", hotline.PermDispatch, true, func(ctx context.Context, c hotline.Command, b reasonBody) (hotline.Ticket, error) {
		return m.DenyReturn(ctx, c, b.Reason)
	})
	act(k, "send-down", "转办下级单位", hotline.PermSendDown, true, func(ctx context.Context, c hotline.Command, b downBody) (hotline.Ticket, error) {
		return m.SendDown(ctx, c, hotline.Helper{UnitID: b.UnitID, Matter: b.Matter})
	})
	act(k, "recall-down", "收回下级承办件", hotline.PermSendDown, true, func(ctx context.Context, c hotline.Command, b reasonBody) (hotline.Ticket, error) {
		return m.RecallDown(ctx, c, b.Reason)
	})
	act(k, "reject-down", "退回下级重报", hotline.PermSignOff, true, func(ctx context.Context, c hotline.Command, b reasonBody) (hotline.Ticket, error) {
		return m.RejectDown(ctx, c, b.Reason)
	})
	act(k, "help-request", "申请加派协办单位", hotline.PermExtend, true, func(ctx context.Context, c hotline.Command, b askHelpBody) (hotline.Ticket, error) {
		return m.AskHelp(ctx, c, hotline.Helper{UnitID: b.UnitID, Matter: b.Matter}, b.Reason)
	})
	act(k, "helpers", "加派协办单位", hotline.PermDispatch, true, func(ctx context.Context, c hotline.Command, b helpBody) (hotline.Ticket, error) {
		return m.AddHelp(ctx, c, hotline.HelpInput{AskID: b.AskID, Helper: hotline.Helper{UnitID: b.UnitID, Matter: b.Matter}, Remark: b.Remark})
	})
	act(k, "help-denial", "不予加派", hotline.PermDispatch, true, func(ctx context.Context, c hotline.Command, b denyAskBody) (hotline.Ticket, error) {
		return m.DenyHelp(ctx, c, b.AskID, b.Reason)
	})
	act(k, "suspension-request", "申请挂账", hotline.PermExtend, true, func(ctx context.Context, c hotline.Command, b suspendBody) (hotline.Ticket, error) {
		return m.AskSuspension(ctx, c, b.input())
	})
	act(k, "suspension-decision", "审批挂账", hotline.PermSuspend, true, func(ctx context.Context, c hotline.Command, b decisionBody) (hotline.Ticket, error) {
		return m.DecideSuspension(ctx, c, b.Grant, b.Reason)
	})
}

type askListInput struct {
	rest.Paging
	Kind    string `query:"kind" enum:"return,extension,suspension,help,termination,dispute" doc:"哪一种申请；不传为全部"`
	Waiting bool   `query:"waiting" doc:"只要待审批的，先申请的在前"`
	Unit    string `query:"unit" doc:"申请单位编号"`
}

func (a api) registerAsks(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/asks", "承办单位的申请：退单、延期、挂账、加派、终止、评价异议"), hotline.PermRead,
		func(ctx context.Context, in *askListInput) (*rest.Body[rest.Page[desk.AskRow]], error) {
			rows, next, err := a.Desk.Asks(ctx, desk.AskFilter{Kind: hotline.AskKind(in.Kind), Waiting: in.Waiting, UnitID: in.Unit, After: in.After, Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			return rest.List(rows, next), nil
		})
	rest.Register(k, op(http.MethodGet, "/asks/waiting", "待审批的申请数，按种类"), hotline.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[map[hotline.AskKind]int], error) {
		n, err := a.Desk.WaitingAsks(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(n), nil
	})
}

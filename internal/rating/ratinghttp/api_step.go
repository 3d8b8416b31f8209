package ratinghttp

import (
	"context"
	"net/http"
	"strings"

	"yichuang/internal/rating"
	"yichuang/internal/rest"
)

// stepInput addresses a task for one step, with what the step says.
type stepInput[T any] struct {
	rest.ID
	rest.IfMatch
	rest.IdempotencyKey
	Body T
}

// textBody is the body of a step that says one text.
type textBody struct {
	Text string `json:"text" maxLength:"500" doc:"情况、意见或理由"`
}

// step registers one step of a task.
func step[T any](k *rest.Kit, action rating.Action, summary string, do func(ctx context.Context, cmd rating.Command, in T) (rating.Task, error)) {
	o := op(http.MethodPost, "/ratings/tasks/{id}/"+strings.ReplaceAll(string(action), "_", "-"), summary)
	rest.Register(k, o, rating.PermissionOf(action), func(ctx context.Context, in *stepInput[T]) (*rest.Versioned[rating.Task], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		t, err := do(ctx, rating.Command{TaskID: in.ID.ID, Version: version, Key: in.IdempotencyKey.IdempotencyKey}, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(t, t.Version), nil
	})
}

// said registers a step that says one text.
func said(k *rest.Kit, action rating.Action, summary string, do func(ctx context.Context, cmd rating.Command, text string) (rating.Task, error)) {
	step(k, action, summary, func(ctx context.Context, cmd rating.Command, in textBody) (rating.Task, error) {
		return do(ctx, cmd, in.Text)
	})
}

func registerSteps(k *rest.Kit, m *rating.Module) {
	step(k, rating.ActDispatch, "派给责任单位", func(ctx context.Context, cmd rating.Command, in struct {
		UnitID string `json:"unit_id" maxLength:"40" doc:"责任单位"`
	}) (rating.Task, error) {
		return m.Dispatch(ctx, cmd, in.UnitID)
	})
	said(k, rating.ActVoid, "判定重复评价无效", m.Void)
	said(k, rating.ActContact, "记录联系核实的情况", m.Contact)
	said(k, rating.ActFix, "立行立改：报告整改情况", m.Fix)
	said(k, rating.ActExplain, "政策解释", m.Explain)
	said(k, rating.ActReport, "报告限期整改的结果", m.Report)
	said(k, rating.ActPass, "复核通过", m.Pass)
	said(k, rating.ActSendBack, "退回重办", m.SendBack)
	said(k, rating.ActUphold, "申诉成立，剔除评价", m.Uphold)
	said(k, rating.ActReject, "申诉不成立，继续整改", m.Reject)
	said(k, rating.ActClose, "办结", m.Close)
	step(k, rating.ActPlan, "限期整改", func(ctx context.Context, cmd rating.Command, in struct {
		Day  rest.DateParam `json:"day" doc:"整改完成日期"`
		Text string         `json:"text" maxLength:"500" doc:"整改的措施"`
	}) (rating.Task, error) {
		return m.Plan(ctx, cmd, in.Day.Get(), in.Text)
	})
	step(k, rating.ActAppeal, "被评价的人或首席代表申诉", func(ctx context.Context, cmd rating.Command, in struct {
		Ground string `json:"ground" maxLength:"20" doc:"mistaken 误评，malicious 恶意评价，foreign 不是本单位的服务"`
		Text   string `json:"text" maxLength:"500" doc:"事实和理由"`
	}) (rating.Task, error) {
		return m.Appeal(ctx, cmd, rating.Ground(in.Ground), in.Text)
	})
	step(k, rating.ActOpine, "监察股对申诉的复核意见", func(ctx context.Context, cmd rating.Command, in struct {
		Advice string `json:"advice" maxLength:"10" doc:"upheld 建议成立，rejected 建议不成立"`
		Text   string `json:"text" maxLength:"500" doc:"复核意见"`
	}) (rating.Task, error) {
		return m.Opine(ctx, cmd, in.Advice, in.Text)
	})
	step(k, rating.ActCall, "记录一次回访", func(ctx context.Context, cmd rating.Command, in rating.CallInput) (rating.Task, error) {
		return m.Call(ctx, cmd, in)
	})
}

package financehttp

import (
	"context"
	"net/http"

	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/rest"
)

// remarked is the body of a step with a remark.
type remarked struct {
	OfYear
	rest.IfMatch
	Body struct {
		Remark string `json:"remark,omitempty" maxLength:"1000"`
		Pass   bool   `json:"pass,omitempty" doc:"保密审查的结论"`
	}
}

func registerSteps(k *rest.Kit, m *finance.Module) {
	add := func(path, summary string, p permission, act func(ctx context.Context, in *remarked, version int64) (finance.Account, error)) {
		rest.Register(k, op(http.MethodPost, "/finance/{year}/account/"+path, summary), p, func(ctx context.Context, in *remarked) (*rest.Versioned[finance.Account], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			a, err := act(ctx, in, version)
			if err != nil {
				return nil, err
			}
			return rest.WithVersion(a, a.Version), nil
		})
	}
	add("submit", "送审", finance.PermDraft, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Submit(ctx, in.Year, v)
	})
	add("return", "退回修改", finance.PermReview, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Return(ctx, in.Year, v, in.Body.Remark)
	})
	add("review", "审核签章", finance.PermReview, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Sign(ctx, in.Year, v, in.Body.Remark)
	})
	add("clear", "保密审查", finance.PermSecrecy, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Clear(ctx, in.Year, v, in.Body.Pass, in.Body.Remark)
	})
	add("publish", "公开", finance.PermPublish, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Publish(ctx, in.Year, v)
	})
	add("correct", "更正", finance.PermDraft, func(ctx context.Context, in *remarked, v int64) (finance.Account, error) {
		return m.Correct(ctx, in.Year, v, in.Body.Remark)
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/account/reply", "登记批复下级单位的日期"), finance.PermApprove, func(ctx context.Context, in *struct {
		OfYear
		rest.IfMatch
		Body struct {
			On clock.Date `json:"on"`
		}
	}) (*rest.Versioned[finance.Account], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		a, err := m.ReplyToUnits(ctx, in.Year, version, in.Body.On)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(a, a.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/account/approve", "登记批复"), finance.PermApprove, func(ctx context.Context, in *struct {
		OfYear
		rest.IfMatch
		Body finance.Approval
	}) (*rest.Versioned[finance.Account], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		a, err := m.Approve(ctx, in.Year, version, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(a, a.Version), nil
	})
}

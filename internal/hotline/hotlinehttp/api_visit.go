package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/rest"
)

// registerVisits adds the call list, messages and samples.
func (a api) registerVisits(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/callbacks", "回访清单：拨打次数、下次拨打时间、谁在拨打"), hotline.PermCallback, func(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.Page[hotline.CallRow]], error) {
		rows, next, err := a.m.CallList(ctx, in.After, in.Limit)
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	rest.Register(k, op(http.MethodPost, "/callbacks/next", "领取下一件回访：同一来电人同一时间只由一人拨打"), hotline.PermCallback, func(ctx context.Context, _ *struct{}) (*rest.Versioned[hotline.Ticket], error) {
		t, err := a.m.ClaimNext(ctx)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(t, t.Version), nil
	})
	claim := op(http.MethodPost, "/tickets/{id}/claim-call", "领取一件回访")
	claim.DefaultStatus = http.StatusNoContent
	rest.Register(k, claim, hotline.PermCallback, func(ctx context.Context, in *ticketInput) (*rest.Nothing, error) {
		return nil, a.m.ClaimCall(ctx, hotline.TicketID(in.ID))
	})
	rest.Register(k, op(http.MethodGet, "/messages", "短信：待发、已交网关、未发出；不含号码和链接"), hotline.PermMessages, func(ctx context.Context, in *struct {
		rest.Paging
		State string `query:"state" enum:"waiting,sent,failed"`
	}) (*rest.Body[rest.Page[hotline.MessageRow]], error) {
		rows, next, err := a.m.Messages(ctx, hotline.MessageFilter{State: in.State, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/callback-samples", "回访抽样：比例和种子（生效中的种子只有管理员能看）"), hotline.PermReport, func(ctx context.Context, _ *struct{}) (*rest.Body[[]hotline.Sample], error) {
		list, err := a.m.Samples(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(list), nil
	})
	rest.Register(k, op(http.MethodGet, "/callback-samples/{id}/check", "复算一张工单是否抽中"), hotline.PermReport, func(ctx context.Context, in *struct {
		rest.ID
		No string `query:"no" maxLength:"40" doc:"工单号"`
	}) (*rest.Body[hotline.SampleCheck], error) {
		c, err := a.m.CheckSample(ctx, in.No, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(c), nil
	})
}

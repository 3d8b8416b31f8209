package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/rest"
)

type searchInput struct {
	rest.Paging
	Q     string         `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"要找的词：多个词用空格隔开，引号里的连在一起，减号开头的不要；标题:、地址: 只在该项中找"`
	State string         `query:"state" doc:"工单状态"`
	Unit  string         `query:"unit" doc:"承办单位编号；查答复时为答复单位"`
	Kind  string         `query:"kind" doc:"诉求类型"`
	From  rest.DateParam `query:"from" doc:"登记日期（查答复时为答复日期），从（含）"`
	To    rest.DateParam `query:"to" doc:"登记日期（查答复时为答复日期），到（含）"`
}

func (in *searchInput) filter() hotline.SearchFilter {
	return hotline.SearchFilter{Query: in.Q, State: hotline.State(in.State), UnitID: in.Unit, Kind: in.Kind, From: in.From.Get(), To: in.To.Get(), After: in.After, Limit: in.Limit}
}

// indexOut says how far the index is.
type indexOut struct {
	hotline.IndexRun
	Running bool  `json:"running" doc:"正在补建"`
	Percent int64 `json:"percent" doc:"百分之几"`
}

// registerSearch adds the full-text searches. Wholly confidential tickets and their replies are in neither.
func (a api) registerSearch(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/search/index", "查找索引是否齐全；补建期间较早的工单和答复可能查不到"), hotline.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[indexOut], error) {
		r, err := a.m.IndexState(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(indexOut{r, r.Running(), r.Percent()}), nil
	})
	rest.Register(k, op(http.MethodPost, "/search/index/rebuild", "重新建立查找索引"), hotline.PermPolicy, func(ctx context.Context, _ *struct{}) (*rest.Body[indexOut], error) {
		r, err := a.m.RebuildIndex(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(indexOut{r, r.Running(), r.Percent()}), nil
	})
	rest.Register(k, op(http.MethodGet, "/search", "全文检索工单"), hotline.PermRead, func(ctx context.Context, in *searchInput) (*rest.Body[rest.Page[hotline.Found]], error) {
		list, next, err := a.m.SearchTickets(ctx, in.filter())
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/search/replies", "全文检索承办单位的公开答复"), hotline.PermRead, func(ctx context.Context, in *searchInput) (*rest.Body[rest.Page[hotline.FoundReply]], error) {
		list, next, err := a.m.SearchReplies(ctx, in.filter())
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
}

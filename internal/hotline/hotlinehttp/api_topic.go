package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/rest"
)

// gathered is the answer of POST /topics/gather.
type gathered struct {
	Topics int `json:"topics" doc:"热点话题数"`
}

// registerTopics adds the hot topics, and the sheet of one notice.
func (a api) registerTopics(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/topics", "热点话题：最近一次汇集的结果，最热的在前"), hotline.PermReport, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[topic.TopicRow]], error) {
		list, err := a.Topics.List(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/topics/{id}", "一个热点话题和它的工单"), hotline.PermReport, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[topic.TopicRecord], error) {
		r, err := a.Topics.Record(ctx, topic.ID(in.ID.ID))
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	rest.Register(k, op(http.MethodPost, "/topics/gather", "重新汇集热点话题"), hotline.PermTopic, func(ctx context.Context, _ *struct{}) (*rest.Body[gathered], error) {
		n, err := a.Topics.Gather(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(gathered{n}), nil
	})
	rest.Register(k, op(http.MethodPost, "/topics/{id}/supervise", "把热点话题列为督办：每个还有工单的单位各督办最早的一件"), hotline.PermSupervise, func(ctx context.Context, in *struct {
		rest.ID
		Body superviseBody
	}) (*rest.Body[rest.Page[topic.TopicSupervision]], error) {
		list, err := a.Topics.Supervise(ctx, topic.ID(in.ID.ID), in.Body.input())
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/notices/{id}", "一条提醒：内容、说明和解除"), hotline.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[desk.NoticeSheet], error) {
		n, err := a.Desk.Notice(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(n), nil
	})
}

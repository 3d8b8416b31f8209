package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/rest"
)

// gapInput says how far back gaps are looked for.
type gapInput struct {
	Since rest.DateParam `query:"since" required:"true" doc:"从哪一天起"`
}

// gapsOut is what the knowledge base lacks.
type gapsOut struct {
	Misses     []knowledge.Miss       `json:"misses" doc:"查了没有的词"`
	Categories []hotline.KnowledgeGap `json:"categories" doc:"咨询多的分类和现行条目数"`
}

// registerKnowledge adds the operations about what the knowledge base lacks.
func (a api) registerKnowledge(k *rest.Kit, base *knowledge.Module) {
	rest.Register(k, op(http.MethodGet, "/knowledge/gaps", "知识缺口"), knowledge.PermGaps, func(ctx context.Context, in *gapInput) (*rest.Body[gapsOut], error) {
		misses, err := base.Misses(ctx, in.Since.Get())
		if err != nil {
			return nil, err
		}
		list, err := a.m.KnowledgeGaps(ctx, in.Since.Get())
		if err != nil {
			return nil, err
		}
		return rest.OK(gapsOut{misses, list}), nil
	})
	rest.Register(k, op(http.MethodGet, "/knowledge/leads", "可以建条目的已办结咨询"), knowledge.PermGaps, func(ctx context.Context, in *rest.Paging) (*rest.Body[rest.Page[hotline.KnowledgeLead]], error) {
		list, next, err := a.m.KnowledgeLeads(ctx, in.After, in.Limit)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/knowledge/leads/{id}", "一件可以建条目的咨询及其答复"), knowledge.PermGaps, func(ctx context.Context, in *rest.ID) (*rest.Body[hotline.KnowledgeLead], error) {
		l, err := a.m.KnowledgeLead(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(l), nil
	})
	skip := op(http.MethodPost, "/knowledge/leads/{id}/skip", "标记这件咨询不需要建条目")
	skip.DefaultStatus = http.StatusNoContent
	rest.Register(k, skip, knowledge.PermWrite, func(ctx context.Context, in *rest.ID) (*rest.Nothing, error) {
		return nil, a.m.SkipLead(ctx, in.ID)
	})
	rest.Register(k, op(http.MethodGet, "/tickets/{id}/citations", "工单的答复引用的知识条目"), hotline.PermRead, func(ctx context.Context, in *ticketInput) (*rest.Body[rest.Page[knowledge.Citation]], error) {
		list, err := a.m.Citations(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
}

package reporthttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/metric"
	"yichuang/internal/report"
	"yichuang/internal/rest"
)

// bulletinOut is a bulletin as the API gives it.
type bulletinOut struct {
	ID         string               `json:"id"`
	Kind       string               `json:"kind" enum:"daily,weekly,monthly,special"`
	Title      string               `json:"title"`
	From       clock.Date           `json:"from" doc:"期间第一天"`
	To         clock.Date           `json:"to" doc:"期间最后一天的次日"`
	State      string               `json:"state" enum:"draft,reviewed,issued"`
	Text       string               `json:"text,omitempty" doc:"正文，花括号里是绑定的数"`
	Values     []bulletinValueOut   `json:"values,omitempty" doc:"绑定的数：印发版为公布的写法"`
	Problems   []bulletinProblemOut `json:"problems,omitempty" doc:"正文里没有来源的数"`
	Cutoff     clock.Instant        `json:"cutoff,omitempty" doc:"统计截至"`
	Edition    int                  `json:"edition"`
	Automatic  bool                 `json:"automatic"`
	Replaces   string               `json:"replaces,omitempty"`
	CreatedAt  clock.Instant        `json:"created_at"`
	ReviewedAt clock.Instant        `json:"reviewed_at,omitempty"`
	IssuedAt   clock.Instant        `json:"issued_at,omitempty"`
	Seal       string               `json:"seal,omitempty" doc:"印发时的 SM3 封存校验值"`
	Version    int64                `json:"version"`
}

type bulletinValueOut struct {
	Key  string `json:"key"`
	Text string `json:"text"`
	Href string `json:"href,omitempty" doc:"明细的地址"`
}

type bulletinProblemOut struct {
	Line int    `json:"line" doc:"第几行"`
	Text string `json:"text" doc:"怎么改"`
}

func outOf(b report.Bulletin) bulletinOut {
	return bulletinOut{ID: b.ID, Kind: string(b.Kind), Title: b.Title, From: b.From, To: b.To, State: string(b.State), Text: b.Text, Edition: b.Edition, Automatic: b.Automatic, Replaces: b.Replaces,
		CreatedAt: b.CreatedAt, ReviewedAt: b.ReviewedAt, IssuedAt: b.IssuedAt, Seal: b.Seal, Version: b.Version}
}

func wholeOf(b report.Bulletin) bulletinOut {
	out := outOf(b)
	out.Cutoff = b.Content.Cutoff
	for _, v := range b.Content.Values {
		x := bulletinValueOut{Key: v.Key, Text: v.Shown(b.Published())}
		if v.Source != nil {
			x.Href = v.Source.Href()
		}
		out.Values = append(out.Values, x)
	}
	if b.State != report.Issued {
		for _, p := range b.Problems() {
			out.Problems = append(out.Problems, bulletinProblemOut(p))
		}
	}
	return out
}

type bulletinIn struct {
	Kind     string     `json:"kind" enum:"daily,weekly,monthly,special"`
	From     clock.Date `json:"from,omitempty" doc:"期间第一天"`
	To       clock.Date `json:"to,omitempty" doc:"期间最后一天的次日"`
	Category string     `json:"category,omitempty" maxLength:"40" doc:"专报：事项分类代码"`
	Word     string     `json:"word,omitempty" maxLength:"20" doc:"专报：关键词"`
	Area     string     `json:"area,omitempty" maxLength:"12" doc:"专报：区划代码"`
	Name     string     `json:"name,omitempty" maxLength:"30" doc:"专报：专题名称"`
	Topic    string     `json:"topic,omitempty" maxLength:"40" doc:"专报：热点话题的编号；数字和清单按话题现在的工单，期间可不传（近 30 天）"`
}

type bulletinTextIn struct {
	Title string `json:"title" minLength:"1" maxLength:"80"`
	Text  string `json:"text" maxLength:"20000"`
	Note  string `json:"note,omitempty" maxLength:"100" doc:"修改说明"`
}

func (h handlers) registerAPI(api *rest.Kit) {
	tags := []string{"通报"}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/reports", Summary: "通报列表", Tags: tags}, report.PermRead, h.apiList)
	rest.Register(api, huma.Operation{Method: "GET", Path: "/reports/{id}", Summary: "查看通报", Tags: tags}, report.PermRead,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[bulletinOut], error) {
			return versioned(h.m.Find(ctx, in.ID.ID))
		})
	rest.Register(api, huma.Operation{Method: "POST", Path: "/reports", Summary: "起草通报", Tags: tags, DefaultStatus: 201}, report.PermWrite, h.apiCreate)
	rest.Register(api, huma.Operation{Method: "PUT", Path: "/reports/{id}", Summary: "修改通报文字", Tags: tags}, report.PermWrite, h.apiSave)
	rest.Register(api, huma.Operation{Method: "POST", Path: "/reports/{id}/refresh", Summary: "刷新通报数据", Tags: tags}, report.PermWrite, h.apiStep((*report.Module).Refresh))
	rest.Register(api, huma.Operation{Method: "POST", Path: "/reports/{id}/review", Summary: "审核通报", Tags: tags}, report.PermReview, h.apiStep((*report.Module).Review))
	rest.Register(api, huma.Operation{Method: "POST", Path: "/reports/{id}/return", Summary: "退回通报", Tags: tags}, report.PermReview, h.apiStep((*report.Module).Return))
	rest.Register(api, huma.Operation{Method: "POST", Path: "/reports/{id}/issue", Summary: "印发通报", Tags: tags}, report.PermIssue, h.apiStep((*report.Module).Issue))
	h.registerDocuments(api)
	h.registerSettings(api)
	h.registerRecords(api)
}

func versioned(b report.Bulletin, err error) (*rest.Versioned[bulletinOut], error) {
	if err != nil {
		return nil, err
	}
	return rest.WithVersion(wholeOf(b), b.Version), nil
}

func (h handlers) apiList(ctx context.Context, in *struct {
	rest.Paging
	Kind  string `query:"kind" enum:"daily,weekly,monthly,special"`
	State string `query:"state" enum:"draft,reviewed,issued"`
}) (*rest.Body[rest.Page[bulletinOut]], error) {
	list, next, err := h.m.Bulletins(ctx, report.Filter{Kind: report.Kind(in.Kind), State: report.State(in.State), After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := make([]bulletinOut, len(list))
	for i, b := range list {
		out[i] = outOf(b)
	}
	return rest.List(out, next), nil
}

func (h handlers) apiCreate(ctx context.Context, in *struct {
	rest.IdempotencyKey
	Body bulletinIn
}) (*rest.Created[bulletinOut], error) {
	b, err := h.m.Create(ctx, report.CreateInput{Key: in.IdempotencyKey.IdempotencyKey, Kind: report.Kind(in.Body.Kind), Period: metric.Period{From: in.Body.From, To: in.Body.To},
		Subject: report.Subject{Category: in.Body.Category, Word: in.Body.Word, Area: in.Body.Area, Name: in.Body.Name, Topic: topic.ID(in.Body.Topic)}})
	if err != nil {
		return nil, err
	}
	return rest.Made(wholeOf(b), path(b.ID), b.Version), nil
}

func (h handlers) apiSave(ctx context.Context, in *struct {
	rest.ID
	rest.IfMatch
	Body bulletinTextIn
}) (*rest.Versioned[bulletinOut], error) {
	version, err := in.RequireVersion()
	if err != nil {
		return nil, err
	}
	return versioned(h.m.Save(ctx, in.ID.ID, version, in.Body.Title, in.Body.Text, in.Body.Note))
}

func (h handlers) apiStep(do func(*report.Module, context.Context, string, int64) (report.Bulletin, error)) func(context.Context, *struct {
	rest.ID
	rest.IfMatch
}) (*rest.Versioned[bulletinOut], error) {
	return func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
	}) (*rest.Versioned[bulletinOut], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		return versioned(do(h.m, ctx, in.ID.ID, version))
	}
}

package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/rest"
)

type listInput struct {
	rest.Paging
	State    string         `query:"state" enum:"DRAFT,TRIAGE,DISPATCHED,HANDLING,SUSPENDED,REVIEW,CALLBACK,CLOSED,ARCHIVED,REFUSED,EMERGENCY_TRANSFERRED,WITHDRAWN,TERMINATED,MERGED" doc:"工单状态"`
	Unit     string         `query:"unit" doc:"承办单位编号"`
	Kind     string         `query:"kind" enum:"咨询,求助,投诉,举报,建议,表扬" doc:"诉求类型"`
	Channel  string         `query:"channel" doc:"来源渠道"`
	Category string         `query:"category" doc:"事项分类代码"`
	Urgency  string         `query:"urgency" enum:"普通,紧急,特急" doc:"紧急程度"`
	From     rest.TimeParam `query:"from" doc:"登记时间，从（含）"`
	To       rest.TimeParam `query:"to" doc:"登记时间，到（不含）"`
}

type deskInput struct {
	rest.Paging
	Unit string `query:"unit" doc:"承办单位编号；不传为本单位"`
}

type caller struct {
	Name  string `json:"name" doc:"来电人"`
	Phone string `json:"phone" doc:"电话"`
}

type rowPage = rest.Body[rest.Page[hotline.Row]]

func (a api) registerReads(k *rest.Kit) {
	create := op(http.MethodPost, "/tickets", "登记工单")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, hotline.PermRegister, a.register)
	rest.Register(k, op(http.MethodGet, "/tickets", "工单列表"), hotline.PermRead, func(ctx context.Context, in *listInput) (*rowPage, error) {
		rows, next, err := a.m.List(ctx, hotline.Filter{State: hotline.State(in.State), UnitID: in.Unit, Kind: in.Kind, Channel: in.Channel, Category: in.Category,
			Urgency: in.Urgency, From: in.From.Instant, To: in.To.Instant, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/tickets/{id}", "工单详情：办理记录、承办件、回访、提醒、可进行的操作"), hotline.PermRead, func(ctx context.Context, in *ticketInput) (*rest.Versioned[hotline.Dossier], error) {
		d, err := a.m.Find(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(d, d.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/tickets/{id}/caller", "查看来电人（写入审计）"), hotline.PermReadPersonal, func(ctx context.Context, in *ticketInput) (*rest.Body[caller], error) {
		c, err := a.m.RevealCaller(ctx, hotline.TicketID(in.ID))
		if err != nil {
			return nil, err
		}
		return rest.OK(caller{c.Name, c.Phone}), nil
	})
	rest.Register(k, op(http.MethodGet, "/desk", "承办单位未办承办件，按到期时间"), hotline.PermRead, func(ctx context.Context, in *deskInput) (*rowPage, error) {
		rows, next, err := a.m.Desk(ctx, in.Unit, in.After, in.Limit)
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	a.registerSearch(k)
	rest.Register(k, op(http.MethodPost, "/duplicates", "疑似重复的工单"), hotline.PermRegister, func(ctx context.Context, in *struct{ Body hotline.RegisterInput }) (*rest.Body[rest.Page[advice.Duplicate]], error) {
		list, err := a.Advice.Duplicates(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodPost, "/caller-history", "来电历史"), hotline.PermRegister, func(ctx context.Context, in *struct {
		Body struct {
			Phone string `json:"phone" maxLength:"40"`
		}
	}) (*rowPage, error) {
		rows, err := a.m.CallerHistory(ctx, in.Body.Phone)
		if err != nil {
			return nil, err
		}
		return rest.List(rows, ""), nil
	})
}

type trackBody struct {
	Code string `json:"code" maxLength:"20" doc:"查询码"`
	Tail string `json:"tail,omitempty" maxLength:"4" doc:"手机号后四位"`
}

type rateBody struct {
	Code     string `json:"code" maxLength:"20"`
	Tail     string `json:"tail,omitempty" maxLength:"4"`
	Result   string `json:"result" doc:"满意、基本满意、不满意"`
	Attitude string `json:"attitude,omitempty"`
	Reason   string `json:"reason,omitempty" maxLength:"8000"`
}

type reopenCodeBody struct {
	Code   string `json:"code" maxLength:"20" doc:"查询码"`
	Tail   string `json:"tail,omitempty" maxLength:"4" doc:"手机号后四位"`
	Reason string `json:"reason" maxLength:"8000" doc:"新情况，或对结果不满意的原因"`
}

// citizen makes the request's visitor a citizen of the centre that the visitor is in.
func citizen(ctx context.Context) context.Context {
	a := actor.From(ctx)
	return actor.With(ctx, hotline.CitizenActor(a.CentreID, a.IP, a.RequestID))
}

func (a api) registerPublic(k *rest.Kit) {
	a.registerRequests(k)
	rest.Public(k, op(http.MethodPost, "/public/progress", "凭查询码查询进度"), func(ctx context.Context, in *struct{ Body trackBody }) (*rest.Body[hotline.Progress], error) {
		p, err := a.m.Track(citizen(ctx), in.Body.Code, in.Body.Tail)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
	reopen := op(http.MethodPost, "/public/reopenings", "凭查询码重新打开已办结的诉求")
	rest.Public(k, reopen, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body reopenCodeBody
	}) (*rest.Body[hotline.Progress], error) {
		b := in.Body
		p, err := a.m.ReopenByCode(citizen(ctx), hotline.ReopenInput{Code: b.Code, Tail: b.Tail, Reason: b.Reason, Key: in.IdempotencyKey.IdempotencyKey})
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
	rate := op(http.MethodPost, "/public/ratings", "凭查询码评价")
	rate.DefaultStatus = http.StatusNoContent
	rest.Public(k, rate, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body rateBody
	}) (*rest.Nothing, error) {
		b := in.Body
		return nil, a.m.Rate(citizen(ctx), hotline.RateInput{Code: b.Code, Tail: b.Tail, Result: b.Result, Attitude: b.Attitude, Reason: b.Reason, Key: in.IdempotencyKey.IdempotencyKey})
	})
}

type suggestInput struct {
	Category string `query:"category" maxLength:"200"`
	Area     string `query:"area" maxLength:"20"`
}

type countInput struct {
	Name string         `query:"name" required:"true" enum:"state,unit,received,accepted,category,dispatched,closed,outcome,result" doc:"哪一种计数"`
	From rest.DateParam `query:"from"`
	To   rest.DateParam `query:"to"`
}

func (a api) registerCatalogue(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/suggestions", "建议承办单位及理由"), hotline.PermDispatch, func(ctx context.Context, in *suggestInput) (*rest.Body[rest.Page[hotline.Suggestion]], error) {
		list, err := a.m.Suggest(ctx, in.Category, in.Area)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/categories", "事项分类"), hotline.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[hotline.Category]], error) {
		list, err := a.m.Categories(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/dispatch-rules", "派单目录"), hotline.PermRuleRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[hotline.RuleRow]], error) {
		list, err := a.m.RuleTable(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/counts", "计数：随业务同步累计"), hotline.PermReport, func(ctx context.Context, in *countInput) (*rest.Body[rest.Page[hotline.Count]], error) {
		list, err := a.m.Totals(ctx, in.Name, in.From.Get(), in.To.Get())
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
}

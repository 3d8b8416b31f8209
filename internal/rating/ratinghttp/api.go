package ratinghttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/metric"
	"yichuang/internal/rating"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"好差评"}}
}

// RegisterAPI adds the API of ratings: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	m := d.Rating
	registerReads(k, m)
	registerFigures(k, m)
	registerCodes(k, m)
	registerSteps(k, m)
	registerParameters(k, m)
	registerPublicAPI(k, m)
}

func registerReads(k *rest.Kit, m *rating.Module) {
	rest.Register(k, op(http.MethodGet, "/ratings", "评价，新的在前；不含评价人"), rating.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		Level   int64          `query:"level" minimum:"0" maximum:"5" doc:"满意程度 1–5；0 为全部"`
		Poor    bool           `query:"poor" doc:"只要差评"`
		Unit    string         `query:"unit" maxLength:"40" doc:"责任单位"`
		Channel string         `query:"channel" maxLength:"10" doc:"渠道"`
		From    rest.DateParam `query:"from" doc:"从哪天"`
		To      rest.DateParam `query:"to" doc:"到哪天（含）"`
	}) (*rest.Body[rest.Page[rating.Line]], error) {
		list, next, err := m.Ratings(ctx, rating.Filter{Level: rating.Level(in.Level), Poor: in.Poor, UnitID: in.Unit, Channel: rating.Channel(in.Channel), From: in.From.Get(), To: in.To.Get(), After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/ratings/exclusions", "剔除的评价和理由"), rating.PermTaskRead, func(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.Page[rating.Line]], error) {
		list, next, err := m.Exclusions(ctx, in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/ratings/tasks", "差评任务：在办的按最近期限"), rating.PermTaskRead, func(ctx context.Context, in *struct {
		rest.Paging
		State string `query:"state" maxLength:"20" doc:"状态"`
		Done  bool   `query:"done" doc:"已结束的"`
	}) (*rest.Body[rest.Page[rating.Listed]], error) {
		list, next, err := m.Tasks(ctx, rating.TaskFilter{State: rating.State(in.State), Done: in.Done, After: in.After})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/ratings/tasks/{id}", "一个差评任务：评价、时限、经过和可以进行的操作"), rating.PermTaskRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[rating.Sheet], error) {
		s, err := m.Find(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/ratings/tasks/{id}/rater", "查看评价人（记入日志）"), rating.PermIdentity, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[rating.Rater], error) {
		r, err := m.RevealRater(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	rest.Register(k, op(http.MethodGet, "/ratings/cases/{id}", "一个办件的评价状态：待评价、已评价或评价期限已过"), rating.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[caseState], error) {
		state, err := m.CaseState(ctx, casework.CaseID(in.ID.ID))
		if err != nil {
			return nil, err
		}
		if state == "" {
			return nil, rating.ErrNoCase.Hide()
		}
		return rest.OK(caseState{state}), nil
	})
	rest.Register(k, op(http.MethodGet, "/ratings/faults", "有效差评，按被评价的人和单位，供考核取用"), rating.PermTaskRead, func(ctx context.Context, in *struct {
		From rest.DateParam `query:"from" required:"true" doc:"从哪天"`
		To   rest.DateParam `query:"to" required:"true" doc:"到哪天（含）"`
	}) (*rest.Body[rest.Page[rating.Fault]], error) {
		list, err := m.Faults(ctx, in.From.Get(), in.To.Get())
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
}

// caseState is what the rating of a case has come to.
type caseState struct {
	State string `json:"state" doc:"待评价、已评价、评价期限已过"`
}

func registerFigures(k *rest.Kit, m *rating.Module) {
	type span struct {
		Unit  string         `query:"unit" maxLength:"40" doc:"责任单位"`
		Site  string         `query:"site" maxLength:"40" doc:"站点"`
		Staff string         `query:"staff" maxLength:"40" doc:"被评价的人"`
		From  rest.DateParam `query:"from" required:"true" doc:"从哪天"`
		To    rest.DateParam `query:"to" required:"true" doc:"到哪天（不含）"`
	}
	rest.Register(k, op(http.MethodGet, "/ratings/figures", "好评率等指标，带分子和分母"), rating.PermRead, func(ctx context.Context, in *struct{ span }) (*rest.Body[rest.Page[metric.Figure]], error) {
		list, err := m.Figures(ctx, rating.Subject{UnitID: in.Unit, SiteID: in.Site, StaffID: in.Staff}, metric.Period{From: in.From.Get(), To: in.To.Get()})
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/ratings/figures/cohort", "指标背后的记录"), rating.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		span
		Metric string `query:"metric" required:"true" maxLength:"10" doc:"指标代码，如 HP1"`
		Part   string `query:"part" maxLength:"5" doc:"num 分子，den 分母，out 排除"`
	}) (*rest.Body[metric.Page], error) {
		part := metric.Part(in.Part)
		if part == "" {
			part = metric.Denominator
		}
		page, err := m.Cohort(ctx, rating.Subject{UnitID: in.Unit, SiteID: in.Site, StaffID: in.Staff}, metric.Query{Metric: in.Metric, Period: metric.Period{From: in.From.Get(), To: in.To.Get()}, Part: part, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.OK(page), nil
	})
}

func registerCodes(k *rest.Kit, m *rating.Module) {
	rest.Register(k, op(http.MethodGet, "/ratings/codes", "结束的服务和评价码"), rating.PermShowCode, func(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.Page[rating.Door]], error) {
		list, next, err := m.Doors(ctx, in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/ratings/codes/{kind}/{id}", "一次服务的评价码"), rating.PermShowCode, func(ctx context.Context, in *struct {
		Kind string `path:"kind" maxLength:"10" doc:"case、ticket、kiosk 或 consult"`
		rest.ID
	}) (*rest.Body[rating.Door], error) {
		d, err := m.ShowCode(ctx, rating.ServiceKind(in.Kind), in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(d), nil
	})
	consult := op(http.MethodPost, "/ratings/consults", "登记一次咨询，得到评价码")
	consult.DefaultStatus = http.StatusCreated
	rest.Register(k, consult, rating.PermShowCode, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body rating.ConsultInput
	}) (*rest.Created[rating.Door], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		d, err := m.Consult(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(d, "/ratings/codes/consult/"+d.ID(), 1), nil
	})
	rest.Register(k, op(http.MethodPost, "/ratings/phone", "凭评价码代记来电人的评价，得到回执码"), rating.PermPhone, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body sayBody
	}) (*rest.Body[slipBody], error) {
		slip, err := m.RateByPhone(ctx, in.Body.Code, in.Body.input(in.IdempotencyKey.IdempotencyKey))
		if err != nil {
			return nil, err
		}
		return rest.OK(slipBody{slip}), nil
	})
}

// slipBody is the code of a receipt.
type slipBody struct {
	Receipt string `json:"receipt" maxLength:"20" doc:"回执码，凭它查看处理经过和更正评价"`
}

// sayBody is a rating with the code of its service.
type sayBody struct {
	Code    string   `json:"code" maxLength:"20" doc:"评价码"`
	Level   int64    `json:"level" minimum:"1" maximum:"5" doc:"1 非常满意，2 满意，3 基本满意，4 不满意，5 非常不满意；没有默认值"`
	Channel string   `json:"channel,omitempty" maxLength:"10" doc:"window、progress、kiosk 或 sms"`
	Labels  []string `json:"labels,omitempty" maxItems:"20" doc:"评价标签的代码"`
	Text    string   `json:"text,omitempty" maxLength:"500" doc:"意见"`
	Name    string   `json:"name,omitempty" maxLength:"100" doc:"姓名；姓名和电话都填为实名评价"`
	Phone   string   `json:"phone,omitempty" maxLength:"20" doc:"电话"`
}

func (b sayBody) input(key string) rating.RateInput {
	return rating.RateInput{Level: rating.Level(b.Level), Channel: rating.Channel(b.Channel), Labels: b.Labels, Text: b.Text, Name: b.Name, Phone: b.Phone, Key: key}
}

func registerParameters(k *rest.Kit, m *rating.Module) {
	rest.Register(k, op(http.MethodGet, "/ratings/parameters", "评价参数"), rating.PermParameter, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[rating.ParameterRow]], error) {
		list, err := m.ParameterTable(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodPost, "/ratings/parameters/{name}", "修改或确认一个评价参数"), rating.PermParameter, func(ctx context.Context, in *struct {
		Name string `path:"name" maxLength:"40" doc:"参数名"`
		Body struct {
			Value     int64  `json:"value" doc:"数值"`
			Basis     string `json:"basis,omitempty" maxLength:"200" doc:"依据文件和条款"`
			Confirmed bool   `json:"confirmed,omitempty" doc:"已按文件确认"`
		}
	}) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.ChangeParameter(ctx, rating.Parameter{Name: in.Name, Value: in.Body.Value, Basis: in.Body.Basis, Confirmed: in.Body.Confirmed})
	})
}

func registerPublicAPI(k *rest.Kit, m *rating.Module) {
	type codeBody struct {
		Code string `json:"code" maxLength:"20" doc:"评价码"`
	}
	rest.Public(k, op(http.MethodPost, "/public/service-ratings/query", "凭评价码查看可以评价的服务"), func(ctx context.Context, in *struct{ Body codeBody }) (*rest.Body[rating.Receipt], error) {
		r, err := m.Look(asCitizen(ctx), in.Body.Code)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	}, web.Limit(lookRate))
	rest.Public(k, op(http.MethodPost, "/public/service-ratings", "凭评价码评价服务，得到回执码"), func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body sayBody
	}) (*rest.Body[slipBody], error) {
		if actor.From(ctx).Can(rating.PermTaskRead) {
			return nil, rating.ErrStaff
		}
		slip, err := m.Rate(asCitizen(ctx), in.Body.Code, in.Body.input(in.IdempotencyKey.IdempotencyKey))
		if err != nil {
			return nil, err
		}
		return rest.OK(slipBody{slip}), nil
	}, web.Limit(sayRate))
	rest.Public(k, op(http.MethodPost, "/public/service-ratings/receipt", "凭回执码查看评价和处理经过"), func(ctx context.Context, in *struct{ Body slipBody }) (*rest.Body[rating.Receipt], error) {
		r, err := m.Follow(asCitizen(ctx), in.Body.Receipt)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	}, web.Limit(lookRate))
	rest.Public(k, op(http.MethodPost, "/public/service-ratings/change", "凭回执码更正评价；code 填回执码"), func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body sayBody
	}) (*rest.Nothing, error) {
		if actor.From(ctx).Can(rating.PermTaskRead) {
			return nil, rating.ErrStaff
		}
		return &rest.Nothing{}, m.Change(asCitizen(ctx), in.Body.Code, in.Body.input(in.IdempotencyKey.IdempotencyKey))
	}, web.Limit(sayRate))
	rest.Public(k, op(http.MethodPost, "/public/service-ratings/confirm", "评价人确认处理结果"), func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body struct {
			slipBody
			Answer string `json:"answer" maxLength:"10" doc:"满意、基本满意或不满意"`
		}
	}) (*rest.Nothing, error) {
		if actor.From(ctx).Can(rating.PermTaskRead) {
			return nil, rating.ErrStaff
		}
		return &rest.Nothing{}, m.Confirm(asCitizen(ctx), in.Body.Receipt, in.Body.Answer, in.IdempotencyKey.IdempotencyKey)
	}, web.Limit(sayRate))
	rest.Public(k, op(http.MethodGet, "/public/service-ratings/results", "各单位的评价结果，按月"), func(ctx context.Context, in *struct {
		Month string `query:"month" maxLength:"7" doc:"月份，如 2026-05；不填为上个月"`
	}) (*rest.Body[rating.Results], error) {
		p, _ := metric.ParseMonth(in.Month)
		r, err := m.Results(asCitizen(ctx), p)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	}, web.Limit(lookRate))
}

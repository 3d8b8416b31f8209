package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/rest"
)

type noticeInput struct {
	rest.Paging
	New  bool   `query:"new" doc:"只看未读"`
	Kind string `query:"kind" enum:"sign_late,yellow,red,demand,bulletin,urge,supervise,supervise_late" doc:"提醒种类"`
	Unit string `query:"unit" doc:"单位编号"`
}

type monthInput struct {
	Month string `query:"month" maxLength:"7" example:"2026-05" doc:"月份；不传为本月"`
}

type auditInput struct {
	rest.Paging
	Actor   string         `query:"actor" maxLength:"60" doc:"用户名或姓名"`
	Object  string         `query:"object" maxLength:"40" doc:"工单号或对象编号"`
	Action  string         `query:"action" maxLength:"60" doc:"操作，如 hotline.sign；以点结尾为整个模块"`
	Outcome string         `query:"outcome" enum:"ok,denied"`
	From    rest.TimeParam `query:"from"`
	To      rest.TimeParam `query:"to"`
}

// ruleBody is a line of the dispatch catalogue as a program gives it.
type ruleBody struct {
	Category string     `json:"category" maxLength:"200" doc:"事项分类代码；包括它下面的各类"`
	Area     string     `json:"area,omitempty" maxLength:"20" doc:"行政区划代码；不传为全部地区"`
	UnitID   string     `json:"unit_id" maxLength:"40" doc:"承办单位编号"`
	Helpers  []string   `json:"helper_ids,omitempty" maxItems:"9" doc:"协办单位编号"`
	From     clock.Date `json:"valid_from" doc:"生效日期"`
	To       clock.Date `json:"valid_to,omitempty" doc:"失效日期（含）；不传为长期"`
	Basis    string     `json:"basis,omitempty" maxLength:"200" doc:"依据"`

	Automatic    bool  `json:"automatic,omitempty" doc:"自动派单：受理时按本条直接派出；还要打开办理参数 auto_dispatch"`
	LeastPercent int64 `json:"least_percent,omitempty" minimum:"0" maximum:"100" doc:"建议模型对事项分类的把握至少百分之几才自动派出；0 为不看模型"`
}

func (b ruleBody) rule() hotline.Rule {
	r := hotline.Rule{Category: b.Category, Area: b.Area, UnitID: b.UnitID, Helpers: b.Helpers, From: b.From, To: b.To, Basis: b.Basis, Automatic: b.Automatic, LeastPercent: b.LeastPercent}
	if b.From == 0 {
		r.From = clock.NoDate
	}
	if b.To == 0 {
		r.To = clock.NoDate
	}
	return r
}

// policyBody is a time limit as a program gives it.
type policyBody struct {
	Step      string `json:"step" enum:"dispatch,sign,handle,rework,callback" doc:"环节"`
	Kind      string `json:"kind,omitempty" doc:"诉求类型；不传为各类"`
	Urgency   string `json:"urgency,omitempty" doc:"紧急程度；不传为各种"`
	Channel   string `json:"channel,omitempty" doc:"来源渠道；不传为各渠道"`
	Limit     string `json:"limit" doc:"时限：5wd、240wm、30m、3d"`
	Basis     string `json:"basis,omitempty" maxLength:"200" doc:"依据文件和条款；确认时必填"`
	Confirmed bool   `json:"confirmed,omitempty" doc:"是否已由文件确认"`
}

// registerAdmin adds figures, notices, catalogue, time limits and the audit log.
func (a api) registerAdmin(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/overview", "统计首页：每个比率都有分子分母"), hotline.PermReport, func(ctx context.Context, in *monthInput) (*rest.Body[figure.Overview], error) {
		month, err := overviewMonth(in.Month, a.m.Today())
		if err != nil {
			return nil, err
		}
		o, err := a.Figures.OverviewOf(ctx, month)
		if err != nil {
			return nil, err
		}
		return rest.OK(o), nil
	})
	rest.Register(k, op(http.MethodGet, "/notices", "提醒：催办、黄牌、红牌"), hotline.PermRead, func(ctx context.Context, in *noticeInput) (*rest.Body[rest.Page[desk.NoticeRow]], error) {
		rows, next, err := a.Desk.Notices(ctx, desk.NoticeFilter{New: in.New, Kind: in.Kind, UnitID: in.Unit, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	seen := op(http.MethodPost, "/notices/{id}/seen", "提醒已阅")
	seen.DefaultStatus = http.StatusNoContent
	rest.Register(k, seen, hotline.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Nothing, error) {
		return nil, a.Desk.SeeNotice(ctx, in.ID.ID)
	})
	rest.Register(k, op(http.MethodGet, "/audit", "审计日志"), hotline.PermAudit, func(ctx context.Context, in *auditInput) (*rest.Body[rest.Page[desk.AuditRow]], error) {
		rows, next, err := a.Desk.AuditLog(ctx, desk.AuditFilter{Actor: in.Actor, Filter: audit.Filter{Object: in.Object, Action: in.Action, Outcome: in.Outcome,
			From: in.From.Instant, To: in.To.Instant, Before: in.After, Limit: in.Limit}})
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	a.registerRules(k)
	a.registerPolicies(k)
	a.registerParameters(k)
	a.registerMetrics(k)
}

func (a api) registerRules(k *rest.Kit) {
	create := op(http.MethodPost, "/dispatch-rules", "增加派单目录条目")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, hotline.PermRule, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body ruleBody
	}) (*rest.Created[hotline.Rule], error) {
		r := in.Body.rule()
		r.Key = in.IdempotencyKey.IdempotencyKey
		r, err := a.m.SaveRule(ctx, r)
		if err != nil {
			return nil, err
		}
		return rest.Made(r, "/dispatch-rules/"+r.ID, r.Version), nil
	})
	rest.Register(k, op(http.MethodPut, "/dispatch-rules/{id}", "修改派单目录条目"), hotline.PermRule, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body ruleBody
	}) (*rest.Versioned[hotline.Rule], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		r := in.Body.rule()
		r.ID, r.Version = in.ID.ID, version
		if r, err = a.m.SaveRule(ctx, r); err != nil {
			return nil, err
		}
		return rest.WithVersion(r, r.Version), nil
	})
}

// limitList is the time limits in force and the newest of those superseded.
type limitList struct {
	Current []hotline.PolicyRow `json:"current"`
	Past    []hotline.PolicyRow `json:"past"`
}

func (a api) registerPolicies(k *rest.Kit) {
	table := func(ctx context.Context) (*rest.Body[limitList], error) {
		current, past, err := a.m.PolicyTable(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(limitList{current, past}), nil
	}
	rest.Register(k, op(http.MethodGet, "/time-limits", "时限规则：现行和历史"), hotline.PermRuleRead, func(ctx context.Context, _ *struct{}) (*rest.Body[limitList], error) {
		return table(ctx)
	})
	rest.Register(k, op(http.MethodPost, "/time-limits", "发布时限规则（取代同一条件的现行规则）"), hotline.PermPolicy, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body policyBody
	}) (*rest.Body[limitList], error) {
		b := in.Body
		limit, err := calendar.ParseLimit(b.Limit)
		if err != nil {
			return nil, err
		}
		p := hotline.Policy{Step: b.Step, Kind: b.Kind, Urgency: b.Urgency, Channel: b.Channel, Limit: limit, Basis: b.Basis, Confirmed: b.Confirmed, Key: in.IdempotencyKey.IdempotencyKey}
		if err := a.m.ChangePolicy(ctx, p); err != nil {
			return nil, err
		}
		return table(ctx)
	})
}

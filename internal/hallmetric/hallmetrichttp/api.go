package hallmetrichttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"大厅指标"}}
}

// spanQuery chooses a period.
type spanQuery struct {
	From rest.DateParam `query:"from" required:"true" doc:"从哪一天"`
	To   rest.DateParam `query:"to" required:"true" doc:"到哪一天（不含）"`
}

func (q spanQuery) period() metric.Period { return metric.Period{From: q.From.Get(), To: q.To.Get()} }

// RegisterAPI adds the part of the API.
func RegisterAPI(k *rest.Kit, d Deps) {
	m := d.Metrics
	rest.Register(k, op(http.MethodGet, "/hall/metrics", "大厅指标目录：名称、口径、来源、分子分母"), hallmetric.PermRead, func(context.Context, *struct{}) (*rest.Body[rest.Page[hallmetric.Measure]], error) {
		return rest.List(hallmetric.Measures(), ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/hall/metrics/figures", "一个期间的大厅指标：全部，或按部门、站点、事项"), hallmetric.PermRead, func(ctx context.Context, in *struct {
		spanQuery
		Measures []string             `query:"measure" maxItems:"60" doc:"指标代码，可多个；不传为全部"`
		By       hallmetric.Dimension `query:"by" enum:"unit,site,item" doc:"按部门、站点或事项；不传为合计"`
		Subject  string               `query:"subject" maxLength:"80" doc:"只看一个对象，如 unit:编号"`
		Changes  bool                 `query:"changes" doc:"是否给出环比和同比"`
	}) (*rest.Body[hallmetric.Sheet], error) {
		s, err := m.Figures(ctx, hallmetric.Query{Measures: in.Measures, Period: in.period(), By: in.By, Subject: in.Subject, Changes: in.Changes})
		return rest.OK(s), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/metrics/totals", "一个期间的大厅指标合计"), hallmetric.PermTotals, func(ctx context.Context, in *spanQuery) (*rest.Body[hallmetric.Sheet], error) {
		s, err := m.Figures(ctx, hallmetric.Query{Period: in.period()})
		return rest.OK(s), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/metrics/records", "一个大厅指标背后的记录"), hallmetric.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		spanQuery
		Measure string      `query:"measure" required:"true" maxLength:"8" doc:"指标代码，如 HC1"`
		Part    metric.Part `query:"part" enum:"num,den,out" default:"den" doc:"分子、分母或排除"`
		Subject string      `query:"subject" maxLength:"80" doc:"对象，如 unit:编号；不传为全部"`
	}) (*rest.Body[hallmetric.Page], error) {
		p, err := m.Records(ctx, metric.Query{Metric: in.Measure, Part: in.Part, Subject: in.Subject, Period: in.period(), After: in.After, Limit: in.Limit})
		return rest.OK(p), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/metrics/overview", "大厅概览：现在、今日、本月、本年"), hallmetric.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[hallmetric.Overview], error) {
		o, err := m.Overview(ctx)
		return rest.OK(o), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/metrics/glance", "大厅一览：在办、超期、等候，和最近公布月份的几个指标"), hallmetric.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[hallmetric.Glance], error) {
		g, err := m.Glance(ctx)
		return rest.OK(g), err
	})
	registerMonths(k, d)
	rest.Public(k, op(http.MethodGet, "/public/hall/{centre}/figures", "公布的大厅指标"), func(ctx context.Context, in *struct {
		Centre string `path:"centre" maxLength:"40" doc:"中心代码"`
		Month  string `query:"month" maxLength:"7" doc:"月份，如 2026-05；不填为最近公布的月份"`
	}) (*rest.Body[hallmetric.Bulletin], error) {
		ctx, err := d.visitor(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		from := clock.NoDate
		if in.Month != "" {
			p, err := metric.ParseMonth(in.Month)
			if err != nil {
				return nil, err
			}
			from = p.From
		}
		b, err := m.Published(ctx, from)
		return rest.OK(b), err
	})
}

// ofMonth addresses a month.
type ofMonth struct {
	Month string `path:"month" minLength:"7" maxLength:"7" doc:"月份，如 2026-05"`
}

func registerMonths(k *rest.Kit, d Deps) {
	m := d.Metrics
	rest.Register(k, op(http.MethodGet, "/hall/metrics/months", "封存公布的月份"), hallmetric.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[hallmetric.Month]], error) {
		list, err := m.Months(ctx)
		return rest.List(list, ""), err
	})
	rest.Register(k, op(http.MethodPost, "/hall/metrics/months/{month}/publish", "封存并公布一个月的大厅指标"), hallmetric.PermPublish, func(ctx context.Context, in *struct {
		ofMonth
		Body struct {
			Reason string `json:"reason,omitempty" maxLength:"500" doc:"重新公布的理由"`
		}
	}) (*rest.Body[hallmetric.Month], error) {
		p, err := metric.ParseMonth(in.Month)
		if err != nil {
			return nil, err
		}
		out, err := m.Publish(ctx, p, in.Body.Reason)
		return rest.OK(out), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/metrics/months/{month}/recount", "按办件事件重算一个月并核对"), hallmetric.PermCheck, func(ctx context.Context, in *ofMonth) (*rest.Body[hallmetric.Recount], error) {
		p, err := metric.ParseMonth(in.Month)
		if err != nil {
			return nil, err
		}
		out, err := m.Recount(ctx, p)
		return rest.OK(out), err
	})
}

package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
)

// figureInput chooses figures.
type figureInput struct {
	Measures []string       `query:"measure" maxItems:"60" doc:"指标代码，可多个；不传为全部"`
	From     rest.DateParam `query:"from" required:"true" doc:"从哪一天"`
	To       rest.DateParam `query:"to" required:"true" doc:"到哪一天（不含）"`
}

func (in *figureInput) measures() []figure.Measure {
	var out []figure.Measure
	for _, m := range in.Measures {
		out = append(out, figure.Measure(m))
	}
	return out
}

func (in *figureInput) period() metric.Period {
	return metric.Period{From: in.From.Get(), To: in.To.Get()}
}

// registerMetrics adds the catalogue of metrics, and figures of the whole and by unit.
func (a api) registerMetrics(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/metrics", "指标目录：名称、口径、分子分母"), hotline.PermReport, func(context.Context, *struct{}) (*rest.Body[rest.Page[figure.MeasureInfo]], error) {
		return rest.List(figure.Measures(), ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/metrics/figures", "一个期间的指标：数值、分子分母、排除数、标记、环比同比"), hotline.PermReport,
		func(ctx context.Context, in *struct {
			figureInput
			Unit    string `query:"unit" maxLength:"40" doc:"只看一个单位"`
			Changes bool   `query:"changes" doc:"是否给出环比和同比"`
		}) (*rest.Body[rest.Page[figure.Row]], error) {
			rows, err := a.Figures.Figures(ctx, figure.Query{Measures: in.measures(), Period: in.period(), UnitID: in.Unit, Changes: in.Changes})
			if err != nil {
				return nil, err
			}
			return rest.List(rows, ""), nil
		})
	rest.Register(k, op(http.MethodGet, "/metrics/units", "一个期间各单位的指标"), hotline.PermReport, func(ctx context.Context, in *figureInput) (*rest.Body[rest.Page[figure.UnitRow]], error) {
		rows, err := a.Figures.FiguresByUnit(ctx, in.measures(), in.period())
		if err != nil {
			return nil, err
		}
		return rest.List(rows, ""), nil
	})
	a.registerFrequent(k)
	rest.Register(k, op(http.MethodGet, "/metrics/dispatchers", "各派单员的派单准确率"), hotline.PermReport, func(ctx context.Context, in *figureInput) (*rest.Body[rest.Page[figure.DispatcherRow]], error) {
		rows, err := a.Figures.Dispatchers(ctx, in.period())
		if err != nil {
			return nil, err
		}
		return rest.List(rows, ""), nil
	})
	a.registerUnrated(k)
}

// registerUnrated adds the categories whose ratings do not count.
func (a api) registerUnrated(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/metrics/unrated", "不计满意率的分类"), hotline.PermReport, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[figure.Unrated]], error) {
		rows, err := a.Figures.UnratedCategories(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(rows, ""), nil
	})
	create := op(http.MethodPost, "/metrics/unrated", "让一类事项的评价不计入满意率")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, hotline.PermMetric, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body figure.UnratedInput
	}) (*rest.Created[figure.Unrated], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		u, err := a.Figures.SetUnrated(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(u, "/metrics/unrated/"+u.ID, 1), nil
	})
	end := op(http.MethodPost, "/metrics/unrated/{id}/end", "让一类事项的评价重新计入满意率")
	end.DefaultStatus = http.StatusNoContent
	rest.Register(k, end, hotline.PermMetric, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Nothing, error) {
		return nil, a.Figures.EndUnrated(ctx, in.ID.ID)
	})
}

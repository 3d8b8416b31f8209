package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
)

// frequentInput asks for a ranking.
type frequentInput struct {
	From   rest.DateParam `query:"from" required:"true" doc:"从哪一天"`
	To     rest.DateParam `query:"to" required:"true" doc:"到哪一天（不含）"`
	By     string         `query:"by" required:"true" enum:"topic,category,area,unit" doc:"按一级分类、登记的分类、区域、承办单位"`
	Digits int            `query:"digits" enum:"6,9,12" doc:"按区域时：6 县，9 乡镇，12 村；不传为 9"`
	Top    int            `query:"top" minimum:"1" maximum:"200" doc:"列出几名；不传为 10"`
}

// populationBody is the residents of an area in a year.
type populationBody struct {
	Residents int64  `json:"residents" minimum:"1" doc:"常住人口，人"`
	Source    string `json:"source" minLength:"1" maxLength:"200" doc:"出处"`
}

// populationKey names an area and a year.
type populationKey struct {
	Area string `path:"area" maxLength:"20" doc:"行政区划代码"`
	Year int    `path:"year" doc:"年份"`
}

// registerFrequent adds the rankings of matters and areas, and the residents of areas.
func (a api) registerFrequent(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/metrics/frequent", "高频事项、高发区域的排名，环比、同比、每万人"), hotline.PermReport, func(ctx context.Context, in *frequentInput) (*rest.Body[figure.Frequent], error) {
		q := figure.FrequentQuery{Period: metric.Period{From: in.From.Get(), To: in.To.Get()}, By: figure.Dimension(in.By), Digits: in.Digits, Top: in.Top}
		if q.By == figure.ByArea && q.Digits == 0 {
			q.Digits = 9
		}
		if q.Top == 0 {
			q.Top = 10
		}
		list, err := a.Figures.Frequent(ctx, q)
		if err != nil {
			return nil, err
		}
		return rest.OK(list), nil
	})
	rest.Register(k, op(http.MethodGet, "/populations", "各区域的常住人口"), hotline.PermReport, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[figure.Population]], error) {
		list, err := a.Figures.Populations(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/populations/{area}/{year}", "一个区域一年的常住人口"), hotline.PermReport, func(ctx context.Context, in *populationKey) (*rest.Versioned[figure.Population], error) {
		p, err := a.Figures.Population(ctx, in.Area, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(p, p.Version), nil
	})
	rest.Register(k, op(http.MethodPut, "/populations/{area}/{year}", "填写或修改常住人口；修改要带 If-Match"), hotline.PermMetric, func(ctx context.Context, in *struct {
		populationKey
		rest.IfMatch
		Body populationBody
	}) (*rest.Versioned[figure.Population], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		p, err := a.Figures.SavePopulation(ctx, figure.Population{Area: in.Area, Year: in.Year, Residents: in.Body.Residents, Source: in.Body.Source, Version: version})
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(p, p.Version), nil
	})
	gone := op(http.MethodDelete, "/populations/{area}/{year}", "删除填错的常住人口")
	gone.DefaultStatus = http.StatusNoContent
	rest.Register(k, gone, hotline.PermMetric, func(ctx context.Context, in *struct {
		populationKey
		rest.IfMatch
	}) (*rest.Nothing, error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		return nil, a.Figures.RemovePopulation(ctx, in.Area, in.Year, version)
	})
}

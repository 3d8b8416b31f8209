package hallmetric

import (
	"yichuang/internal/metric"
	"yichuang/internal/rating"
	"yichuang/internal/store"
)

// ratingFeed is a measure of the ratings.
func ratingFeed(code string) *feed {
	subject := func(t target) rating.Subject { return rating.Subject{UnitID: t.unit, SiteID: t.site, StaffID: t.staff} }
	return &feed{sites: true,
		figure: func(tx *store.Tx, centre string, t target, p metric.Period) (metric.Figure, error) {
			return rating.FigureTx(tx, centre, code, subject(t), p)
		},
		byUnit: func(tx *store.Tx, centre string, p metric.Period) (map[string]metric.Figure, error) {
			return rating.FiguresByUnitTx(tx, centre, code, p)
		},
		records: func(tx *store.Tx, centre string, t target, q metric.Query) (metric.Page, error) {
			q.Metric = code
			return rating.CohortTx(tx, centre, subject(t), q)
		}}
}

// ratings are the measures of 好差评, as package rating defines and counts them.
func ratings() []definition {
	parts := map[string][3]string{
		rating.MeasureGood:    {"非常满意、满意、基本满意", "有效评价", "申诉剔除"},
		rating.MeasurePoor:    {"不满意、非常不满意", "有效评价", "申诉剔除"},
		rating.MeasureActive:  {"有评价的办件", "可评价的办件", "不是办件的服务"},
		rating.MeasureFixed:   {"整改办结（实名的已回访）", "整改到期或已办结的有效差评", "判定无效、申诉剔除"},
		rating.MeasureOnTime:  {"按期整改办结", "整改到期或已办结的有效差评", "判定无效、申诉剔除"},
		rating.MeasureContent: {"回访满意", "回访有答复", "无法回访"},
	}
	var out []definition
	for _, r := range rating.Measures() {
		p := parts[r.Code]
		out = append(out, definition{Measure: Measure{Code: r.Code, Label: r.Name, Group: GroupRating, Source: "评价记录", Numerator: p[0], Denominator: p[1], Excluded: p[2], Rule: r.Rule + "。", Form: r.Form, Lower: r.Lower},
			feed: ratingFeed(r.Code), records: rating.PermRead, months: true})
	}
	return out
}

package reporthttp

import (
	"context"
	"net/http"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
)

// sliceIn says which tickets a number of a bulletin counted, as the link behind it does.
type sliceIn struct {
	rest.Paging
	From     clock.Date `query:"from" required:"true" doc:"期间第一天"`
	To       clock.Date `query:"to" required:"true" doc:"期间最后一天的次日"`
	Kind     string     `query:"kind" maxLength:"20" doc:"诉求类型"`
	Channel  string     `query:"channel" maxLength:"40" doc:"来源渠道"`
	Category string     `query:"category" maxLength:"40" doc:"事项分类代码，含下级"`
	Exact    bool       `query:"exact" doc:"只要这一级分类，不含下级"`
	Topic    string     `query:"topic" maxLength:"40" doc:"一级分类代码"`
	Area     string     `query:"area" maxLength:"12" doc:"区划代码"`
	Within   string     `query:"within" maxLength:"12" doc:"区划代码，含下级"`
	Unit     string     `query:"unit" maxLength:"40" doc:"主办单位编号"`
	Word     string     `query:"word" maxLength:"20" doc:"关键词"`
	Kept     string     `query:"kept" maxLength:"40" doc:"起草专报时保存的话题"`
}

// sliceOut is a page of such tickets and how many there are.
type sliceOut struct {
	rest.Page[figure.SliceRow]
	Total int64 `json:"total" doc:"共有多少张"`
}

// registerRecords adds the records behind the numbers of a bulletin.
func (h handlers) registerRecords(api *rest.Kit) {
	rest.Register(api, op(http.MethodGet, "/reports/records", "通报中一个数背后的工单：条件同这个数的 href"), hotline.PermReport, func(ctx context.Context, in *sliceIn) (*rest.Body[sliceOut], error) {
		s := figure.Slice{Period: metric.Period{From: in.From, To: in.To}, Kind: in.Kind, Channel: in.Channel, Category: in.Category, Exact: in.Exact, Topic: in.Topic, Area: in.Area, Within: in.Within,
			UnitID: in.Unit, Word: in.Word, Kept: in.Kept}
		if !s.Period.Valid() {
			return nil, metric.ErrPeriod
		}
		rows, next, total, err := h.figures.SliceTickets(ctx, s, in.After, in.Limit)
		if err != nil {
			return nil, err
		}
		return rest.OK(sliceOut{rest.List(rows, next).Body, total}), nil
	})
}

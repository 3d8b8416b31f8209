package hallhttp

import (
	"context"
	"net/http"

	"yichuang/internal/hall"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
)

// ticketQuery chooses tickets.
type ticketQuery struct {
	rest.Paging
	SiteID  string         `query:"site_id" maxLength:"64" doc:"站点"`
	QueueID string         `query:"queue_id" maxLength:"64" doc:"队列"`
	Day     rest.DateParam `query:"day" doc:"取号的日期"`
	State   hall.State     `query:"state" enum:"waiting,called,serving,held,missed,finished,dropped,closed" doc:"状态"`
	No      string         `query:"no" maxLength:"8" doc:"号码，如 A001"`
}

// PeriodQuery chooses a span of days; without them, today.
type PeriodQuery struct {
	SiteID string         `query:"site_id" maxLength:"64" doc:"站点；不填为能看到的全部"`
	From   rest.DateParam `query:"from" doc:"第一天；不填为今天"`
	Last   rest.DateParam `query:"last" doc:"最后一天；不填为第一天"`
}

func (q PeriodQuery) period(m *hall.Module) metric.Period {
	return m.PeriodOf(q.From.Get(), q.Last.Get())
}

func registerReading(k *rest.Kit, m *hall.Module) {
	rest.Register(k, op(http.MethodGet, "/hall/places", "大厅"), hall.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[hall.Place]], error) {
		list, err := m.Places(ctx)
		return rest.List(list, ""), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/places/{id}/scene", "大厅现场：窗口、等候人数和最近的呼叫"), hall.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[hall.Scene], error) {
		s, err := m.Scene(ctx, in.ID.ID)
		return rest.OK(s), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/tickets", "号票"), hall.PermRead, func(ctx context.Context, in *ticketQuery) (*rest.Body[rest.Page[hall.TicketRow]], error) {
		list, next, err := m.Tickets(ctx, hall.TicketFilter{SiteID: in.SiteID, QueueID: in.QueueID, Day: in.Day.Get(), State: in.State, No: in.No, After: in.After, Limit: in.Limit})
		return rest.List(list, next), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/tickets/{id}", "一张号票的经过"), hall.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[hall.Life], error) {
		l, err := m.Life(ctx, in.ID.ID)
		return rest.OK(l), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/figures", "排队指标：分子、分母"), hall.PermRead, func(ctx context.Context, in *PeriodQuery) (*rest.Body[hall.Sheet], error) {
		s, err := m.Figures(ctx, in.SiteID, in.period(m))
		return rest.OK(s), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/figures/cohort", "一个指标背后的号票"), hall.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		PeriodQuery
		Measure string      `query:"measure" maxLength:"8" required:"true" doc:"指标，如 HQ1"`
		Part    metric.Part `query:"part" enum:"num,den,out" default:"den" doc:"分子、分母或排除"`
		QueueID string      `query:"queue_id" maxLength:"64" doc:"队列"`
	}) (*rest.Body[metric.Page], error) {
		p, err := m.Cohort(ctx, hall.Subject{SiteID: in.SiteID, QueueID: in.QueueID}, metric.Query{Metric: in.Measure, Part: in.Part, Period: in.period(m), After: in.After, Limit: in.Limit})
		return rest.OK(p), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/appointments", "预约名单（脱敏）"), hall.PermBookings, func(ctx context.Context, in *struct {
		rest.Paging
		Day   rest.DateParam    `query:"day" doc:"预约的日期"`
		State hall.BookingState `query:"state" enum:"booked,arrived,cancelled,absent" doc:"状态"`
	}) (*rest.Body[rest.Page[hall.BookingRow]], error) {
		list, next, err := m.Bookings(ctx, hall.BookingFilter{Day: in.Day.Get(), State: in.State, After: in.After, Limit: in.Limit})
		return rest.List(list, next), err
	})
	rest.Register(k, op(http.MethodPost, "/hall/appointments/{id}/reveal", "查看预约人（记入审计）"), hall.PermReveal, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[hall.Person], error) {
		p, err := m.RevealBooking(ctx, in.ID.ID)
		return rest.OK(p), err
	})
}

package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
)

// legInput chooses legs of a unit's desk.
type legInput struct {
	rest.Paging
	Unit  string `query:"unit" maxLength:"40" doc:"承办单位编号；不传为本单位和下级单位"`
	State string `query:"state" maxLength:"20" doc:"承办件状态；不传为各种未办的"`
	Done  bool   `query:"done" doc:"已办的承办件，最近的在前"`
}

// deskCounts are the numbers that the navigation shows.
type deskCounts struct {
	Tickets map[string]int64 `json:"tickets" doc:"各状态的工单数；看不到全中心的没有"`
	Legs    map[string]int64 `json:"legs" doc:"本单位各状态的承办件数"`
	Notices int              `json:"unseen_notices" doc:"未读提醒数，最多数到 100"`
	Watched int              `json:"open_supervisions" doc:"未结的督办数，最多数到 100"`
}

// cohortInput chooses the records behind a figure.
type cohortInput struct {
	rest.Paging
	Measure string         `query:"measure" required:"true" maxLength:"40" doc:"指标，见 /overview 返回的名称"`
	Part    string         `query:"part" maxLength:"20" doc:"num 分子，den 分母，out 按口径排除的；不传为分母，只有一个数的为它自己"`
	From    rest.DateParam `query:"from" required:"true" doc:"从哪一天"`
	To      rest.DateParam `query:"to" required:"true" doc:"到哪一天（不含）"`
	Unit    string         `query:"unit" maxLength:"40" doc:"只看一个单位"`
}

// cohortPageOut is a page of the records behind a figure, with the number of them all.
type cohortPageOut struct {
	rest.Page[figure.CohortRow]
	Total int64 `json:"total" doc:"全部记录数，就是指标用的那个数"`
}

// foundFault is one place where the proof does not hold.
type foundFault struct {
	Where   string `json:"where" doc:"位置：日志的链和序号，或对象"`
	Message string `json:"message" doc:"哪里不对"`
}

// verified is the result of a check of the audit log and the hotline's data.
type verified struct {
	Lines   int64        `json:"lines" doc:"核对的日志行数"`
	Tickets int64        `json:"tickets" doc:"核对的工单数"`
	Events  int64        `json:"events" doc:"核对的事件数"`
	Faults  []foundFault `json:"faults" doc:"不符之处；没有就是全部相符"`
}

// registerDesk adds what desks show beside their lists: counts, legs, clocks, the records behind a figure, and the check
// of the log.
func (a api) registerDesk(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/desk/counts", "工作台的数：各状态工单、承办件和未读提醒"), hotline.PermRead, a.deskCounts)
	rest.Register(k, op(http.MethodGet, "/desk/legs", "承办单位工作台：承办件按到期时间，或已办的"), hotline.PermRead,
		func(ctx context.Context, in *legInput) (*rest.Body[rest.Page[desk.UnitLeg]], error) {
			rows, next, err := a.Desk.UnitQueue(ctx, desk.UnitFilter{UnitID: in.Unit, State: hotline.LegState(in.State), Done: in.Done, After: in.After, Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			return rest.List(rows, next), nil
		})
	rest.Register(k, op(http.MethodGet, "/tickets/{id}/clocks", "各承办件的签收和办理时限：到期、剩余、逐日说明"), hotline.PermRead, a.clocks)
	rest.Register(k, op(http.MethodGet, "/overview/cohort", "一个指标数到的记录"), hotline.PermReport, a.cohort)
	rest.Register(k, op(http.MethodPost, "/audit/verify", "核对审计日志、工单事件、计数和提醒；核对本身写入日志"), hotline.PermAudit, a.verify)
}

func (a api) deskCounts(ctx context.Context, _ *struct{}) (*rest.Body[deskCounts], error) {
	tickets, err := a.m.StateCounts(ctx)
	if err != nil {
		return nil, err
	}
	legs, err := a.Desk.UnitCounts(ctx, "")
	if err != nil {
		return nil, err
	}
	out := deskCounts{Tickets: map[string]int64{}, Legs: map[string]int64{}}
	for s, n := range tickets {
		out.Tickets[string(s)] = n
	}
	for s, n := range legs {
		out.Legs[string(s)] = n
	}
	if out.Notices, err = a.Desk.UnseenNotices(ctx); err != nil {
		return nil, err
	}
	out.Watched, err = a.Desk.OpenSupervisions(ctx)
	return rest.OK(out), err
}

// legClocks are the two clocks of a leg.
type legClocks struct {
	LegID  hotline.LegID    `json:"leg_id"`
	Sign   hotline.LegClock `json:"sign" doc:"签收"`
	Handle hotline.LegClock `json:"handle" doc:"办理"`
}

func (a api) clocks(ctx context.Context, in *ticketInput) (*rest.Body[rest.Page[legClocks]], error) {
	d, err := a.m.Find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := a.m.LegClocks(ctx, d.Legs)
	if err != nil {
		return nil, err
	}
	out := make([]legClocks, len(list))
	for i, c := range list {
		out[i] = legClocks{d.Legs[i].ID, c[0], c[1]}
	}
	return rest.List(out, ""), nil
}

func (a api) cohort(ctx context.Context, in *cohortInput) (*rest.Body[cohortPageOut], error) {
	q := figure.CohortQuery{Measure: figure.Measure(in.Measure), Part: metric.Part(in.Part), Span: metric.Period{From: in.From.Get(), To: in.To.Get()}, UnitID: in.Unit,
		After: in.After, Limit: in.Limit}
	if q.Measure.Label() == "" || !q.Span.Valid() {
		return nil, figure.ErrMeasure
	}
	if q.Part == "" {
		q.Part = metric.Denominator
		if !hasParts(q.Measure) {
			q.Part = metric.Numerator
		}
	}
	rows, next, total, err := a.Figures.Cohort(ctx, q)
	if err != nil {
		return nil, err
	}
	return rest.OK(cohortPageOut{rest.List(rows, next).Body, total}), nil
}

func (a api) verify(ctx context.Context, _ *struct{}) (*rest.Body[verified], error) {
	c, err := a.Desk.VerifyLog(ctx)
	if err != nil {
		return nil, err
	}
	out := verified{Lines: c.Log.Lines, Tickets: c.Data.Tickets, Events: c.Data.Events, Faults: []foundFault{}}
	for _, f := range c.Log.Faults {
		out.Faults = append(out.Faults, foundFault{grouped3(f.Stream) + "/" + grouped3(f.Seq), f.Public})
	}
	for _, f := range c.Data.Faults {
		out.Faults = append(out.Faults, foundFault{f.Kind + " " + f.Object, f.Public})
	}
	return rest.OK(out), nil
}

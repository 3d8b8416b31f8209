package workforcehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"人员"}}
}

// RegisterAPI adds the API of people: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	m := d.Workforce
	registerPunches(k, m)
	registerLeave(k, m)
	registerMonths(k, m)
	registerSetup(k, m)
	registerOutages(k, d)
	registerStaff(k, m)
	registerPosting(k, d)
	registerScores(k, m)
	evidencehttp.RegisterAPI(k, d.Blobs, evidencehttp.Routes{Path: "/workforce/scores/{id}", Name: "加分扣分的佐证材料", Tag: "人员", Add: workforce.PermScoreFile, Read: workforce.PermScoreRead, Keep: m.AddScoreFiles, Open: m.OpenScoreFile})
	evidencehttp.RegisterAPI(k, d.Blobs, evidencehttp.Routes{Path: "/workforce/scores/{id}/appeal", Name: "申诉的佐证材料", Tag: "人员", Add: workforce.PermScoreAppeal, Keep: m.AddAppealFiles})
	registerSheets(k, m)
	registerRules(k, m)
	registerFigures(k, m)
}

// none is the input of an operation that takes nothing.
type none struct{}

// monthQuery is the month of a query; the present one is not assumed.
type monthQuery struct {
	Month string `query:"month" required:"true" maxLength:"7" doc:"月份，如 2026-05"`
}

func parseMonth(s string) (clock.Date, error) {
	p, err := metric.ParseMonth(s)
	return p.From, err
}

// one registers an operation that answers with one value.
func one[I, O any](k *rest.Kit, o huma.Operation, perm actor.Permission, do func(ctx context.Context, in *I) (O, error), opts ...web.RouteOption) {
	rest.Register(k, o, perm, func(ctx context.Context, in *I) (*rest.Body[O], error) {
		v, err := do(ctx, in)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	}, opts...)
}

// many registers an operation that answers with a list.
func many[I, O any](k *rest.Kit, o huma.Operation, perm actor.Permission, do func(ctx context.Context, in *I) ([]O, string, error)) {
	rest.Register(k, o, perm, func(ctx context.Context, in *I) (*rest.Body[rest.Page[O]], error) {
		list, next, err := do(ctx, in)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
}

// bare registers an operation that answers with nothing.
func bare[I any](k *rest.Kit, o huma.Operation, perm actor.Permission, do func(ctx context.Context, in *I) error) {
	o.DefaultStatus = http.StatusNoContent
	rest.Register(k, o, perm, func(ctx context.Context, in *I) (*rest.Nothing, error) {
		return &rest.Nothing{}, do(ctx, in)
	})
}

// change is the input of a change to a record, with the version that it is based on.
type change[T any] struct {
	rest.ID
	rest.IfMatch
	Body T
}

// changed registers a change to a record.
func changed[T, O any](k *rest.Kit, o huma.Operation, perm actor.Permission, do func(ctx context.Context, id string, version int64, in T) (O, error)) {
	one(k, o, perm, func(ctx context.Context, in *change[T]) (O, error) {
		version, err := in.RequireVersion()
		if err != nil {
			var none O
			return none, err
		}
		return do(ctx, in.ID.ID, version, in.Body)
	})
}

// made is the input of a new record.
type made[T any] struct{ Body T }

// creation describes an operation that makes a record.
func creation(path, summary string) huma.Operation {
	o := op(http.MethodPost, path, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// create registers an operation that makes a record which cannot be made twice.
func create[T, O any](k *rest.Kit, path, summary string, perm actor.Permission, do func(ctx context.Context, in T) (O, error), opts ...web.RouteOption) {
	one(k, creation(path, summary), perm, func(ctx context.Context, in *made[T]) (O, error) { return do(ctx, in.Body) }, opts...)
}

// keyed is the input of a new record with its idempotency key.
type keyed[T any] struct {
	rest.IdempotencyKey
	Body T
}

// createOnce registers an operation that makes a record, with a key against making it twice.
func createOnce[T, O any](k *rest.Kit, path, summary string, perm actor.Permission, do func(ctx context.Context, in T, key string) (O, error)) {
	one(k, creation(path, summary), perm, func(ctx context.Context, in *keyed[T]) (O, error) {
		return do(ctx, in.Body, in.IdempotencyKey.IdempotencyKey)
	})
}

func registerPunches(k *rest.Kit, m *workforce.Module) {
	one(k, op(http.MethodGet, "/workforce/today", "本人今天的班次和打卡"), workforce.PermPunch, func(ctx context.Context, _ *none) (workforce.Today, error) { return m.Today(ctx) })
	create(k, "/workforce/punches", "打卡：打卡屏上的六位数字，大厅网络内可以不填", workforce.PermPunch, func(ctx context.Context, in struct {
		Code string `json:"code,omitempty" maxLength:"6" doc:"打卡码"`
	}) (workforce.Punch, error) {
		return m.Punch(ctx, in.Code)
	}, web.Limit(codeRate))
	createOnce(k, "/workforce/corrections", "补记打卡", workforce.PermCorrect, func(ctx context.Context, in workforce.CorrectionInput, key string) (workforce.Punch, error) {
		in.Key = key
		return m.Correct(ctx, in)
	})
	createOnce(k, "/workforce/truancies", "登记旷工", workforce.PermCorrect, func(ctx context.Context, in workforce.TruancyInput, key string) (workforce.Leave, error) {
		in.Key = key
		return m.RecordTruancy(ctx, in)
	})
}

// answerBody is yes or no with a word.
type answerBody struct {
	Agree bool   `json:"agree" doc:"同意"`
	Text  string `json:"text,omitempty" maxLength:"500" doc:"说明"`
}

func registerLeave(k *rest.Kit, m *workforce.Module) {
	many(k, op(http.MethodGet, "/workforce/leaves", "请假：等我办理的、我的或全部"), workforce.PermAttendance, func(ctx context.Context, in *struct {
		After string `query:"after" maxLength:"64" doc:"上一页返回的 next"`
		Which string `query:"which" maxLength:"10" doc:"waiting 等我办理，mine 我的，all 全部"`
	}) ([]workforce.LeaveLine, string, error) {
		return m.Leaves(ctx, in.Which, in.After)
	})
	one(k, op(http.MethodGet, "/workforce/leaves/{id}", "一份请假和它的经过"), workforce.PermAttendance, func(ctx context.Context, in *struct{ rest.ID }) (workforce.LeaveLine, error) {
		return m.LeaveOf(ctx, in.ID.ID)
	})
	many(k, op(http.MethodGet, "/workforce/colleagues", "可以作 AB 岗的人"), workforce.PermApply, func(ctx context.Context, _ *none) ([]workforce.Member, string, error) {
		list, err := m.Colleagues(ctx)
		return list, "", err
	})
	create(k, "/workforce/leaves", "申请请假", workforce.PermApply, m.AskLeave)
	changed(k, op(http.MethodPost, "/workforce/leaves/{id}/stand-in", "AB 岗确认"), workforce.PermApply, func(ctx context.Context, id string, v int64, in answerBody) (workforce.Leave, error) {
		return m.StandIn(ctx, id, v, in.Agree, in.Text)
	})
	changed(k, op(http.MethodPost, "/workforce/leaves/{id}/decide", "审批请假"), workforce.PermAttendance, func(ctx context.Context, id string, v int64, in answerBody) (workforce.Leave, error) {
		return m.DecideLeave(ctx, id, v, in.Agree, in.Text)
	})
	changed(k, op(http.MethodPost, "/workforce/leaves/{id}/withdraw", "撤回请假"), workforce.PermApply, func(ctx context.Context, id string, v int64, _ none) (workforce.Leave, error) {
		return m.Withdraw(ctx, id, v)
	})
	changed(k, op(http.MethodPost, "/workforce/leaves/{id}/return", "销假"), workforce.PermApply, func(ctx context.Context, id string, v int64, _ none) (workforce.Leave, error) {
		return m.Return(ctx, id, v)
	})
}

func registerMonths(k *rest.Kit, m *workforce.Module) {
	one(k, op(http.MethodGet, "/workforce/months", "月考勤：每人每个时段的结果和汇总"), workforce.PermAttendance, func(ctx context.Context, in *struct {
		monthQuery
		Unit string `query:"unit" maxLength:"40" doc:"单位"`
	}) (workforce.MonthView, error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return workforce.MonthView{}, err
		}
		return m.Month(ctx, month, workforce.StaffFilter{UnitID: in.Unit})
	})
	one(k, op(http.MethodGet, "/workforce/people/{id}/month", "一个人的月考勤和打卡记录"), workforce.PermAttendance, func(ctx context.Context, in *struct {
		rest.ID
		monthQuery
	}) (workforce.PersonMonth, error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return workforce.PersonMonth{}, err
		}
		return m.PersonMonthOf(ctx, month, in.ID.ID)
	})
	many(k, op(http.MethodGet, "/workforce/sums", "考勤汇总"), workforce.PermAttendanceSum, func(ctx context.Context, in *struct{ monthQuery }) ([]workforce.SumRow, string, error) {
		month, err := parseMonth(in.Month)
		if err != nil {
			return nil, "", err
		}
		list, err := m.Sums(ctx, month)
		return list, "", err
	})
}

func registerFigures(k *rest.Kit, m *workforce.Module) {
	type period struct {
		From rest.DateParam `query:"from" required:"true" doc:"第一天"`
		To   rest.DateParam `query:"to" required:"true" doc:"最后一天"`
		Unit string         `query:"unit" maxLength:"40" doc:"单位；不填为全部"`
	}
	many(k, op(http.MethodGet, "/workforce/figures", "出勤率和工作量"), workforce.PermAttendance, func(ctx context.Context, in *period) ([]metric.Figure, string, error) {
		list, err := m.Figures(ctx, metric.Period{From: in.From.Get(), To: in.To.Get() + 1}, in.Unit)
		return list, "", err
	})
	many(k, op(http.MethodGet, "/workforce/unit-figures", "各单位的出勤率或工作量"), workforce.PermAttendance, func(ctx context.Context, in *struct {
		period
		Metric string `query:"metric" required:"true" maxLength:"40" doc:"workforce.attendance 或 workforce.workload"`
	}) ([]metric.Figure, string, error) {
		list, err := m.UnitFigures(ctx, in.Metric, metric.Period{From: in.From.Get(), To: in.To.Get() + 1})
		return list, "", err
	})
	one(k, op(http.MethodGet, "/workforce/cohorts", "出勤率和工作量背后的记录"), workforce.PermAttendance, func(ctx context.Context, in *struct {
		period
		Metric string `query:"metric" required:"true" maxLength:"40" doc:"workforce.attendance 或 workforce.workload"`
		Part   string `query:"part" maxLength:"10" default:"num" doc:"num 分子，den 分母，out 排除"`
		After  string `query:"after" maxLength:"200" doc:"上一页返回的 next"`
	}) (metric.Page, error) {
		return m.Cohort(ctx, metric.Query{Metric: in.Metric, Subject: in.Unit, Period: metric.Period{From: in.From.Get(), To: in.To.Get() + 1}, Part: metric.Part(in.Part), After: in.After})
	})
}

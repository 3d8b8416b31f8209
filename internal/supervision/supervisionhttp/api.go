package supervisionhttp

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
	"yichuang/internal/supervision"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"监察"}}
}

// RegisterAPI adds supervision's part of the API: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	registerAlerts(k, d.Supervision)
	registerPapers(k, d)
	registerRaise(k, d.Supervision)
	registerRules(k, d.Supervision)
	registerSamples(k, d.Supervision)
	registerResults(k, d.Supervision)
	registerGazettes(k, d)
}

func registerAlerts(k *rest.Kit, m *supervision.Module) {
	rest.Register(k, op(http.MethodGet, "/supervision/alerts", "监察预警：生效的，或全部"), supervision.PermAlertRead, func(ctx context.Context, in *struct {
		rest.Paging
		State string         `query:"state" maxLength:"20" doc:"状态"`
		Level string         `query:"level" maxLength:"10" doc:"remind、yellow 或 red"`
		Type  string         `query:"type" maxLength:"10" doc:"时效、流程、内容、收费、风险或其他"`
		Unit  string         `query:"unit" maxLength:"40" doc:"责任单位"`
		Site  string         `query:"site" maxLength:"40" doc:"站点"`
		All   bool           `query:"all" doc:"也列已了结的"`
		From  rest.DateParam `query:"from" doc:"发出日期自"`
		To    rest.DateParam `query:"to" doc:"发出日期至，不含"`
	}) (*rest.Body[rest.Page[supervision.ListedAlert]], error) {
		list, next, err := m.Alerts(ctx, supervision.AlertFilter{State: supervision.State(in.State), Level: supervision.Level(in.Level), Type: supervision.Type(in.Type), UnitID: in.Unit, SiteID: in.Site, All: in.All, From: in.From.Get(), To: in.To.Get(), After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervision/alerts/{id}", "一条监察预警：规则、处置记录和可以进行的操作"), supervision.PermAlertRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[supervision.AlertSheet], error) {
		s, err := m.Find(ctx, supervision.AlertID(in.ID.ID))
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
	for _, x := range supervision.Actions() {
		registerAction(k, m, x)
	}
}

// registerAction adds one action on an alert.
func registerAction(k *rest.Kit, m *supervision.Module, x supervision.Action) {
	rest.Register(k, op(http.MethodPost, "/supervision/alerts/{id}/"+string(x), x.Label()), supervision.PermissionOf(x), func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			Text string `json:"text,omitempty" maxLength:"2000" doc:"理由、整改情况或意见"`
		}
	}) (*rest.Versioned[supervision.Alert], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		l, err := m.Act(ctx, supervision.Command{ID: supervision.AlertID(in.ID.ID), Version: version, Text: in.Body.Text}, x)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(l, l.Version), nil
	})
}

func registerPapers(k *rest.Kit, d Deps) {
	file := op(http.MethodGet, "/supervision/alerts/{id}/{kind}/file", "监察预警单（warning）或整改回告单（reply）的 PDF")
	file.Responses = rest.FileResponse("PDF 文件")
	rest.Register(k, file, supervision.PermAlertRead, func(ctx context.Context, in *struct {
		rest.ID
		Kind string `path:"kind" maxLength:"10" doc:"warning 或 reply"`
	}) (*huma.StreamResponse, error) {
		l, err := d.Supervision.Print(ctx, supervision.AlertID(in.ID.ID), supervision.LetterKind(in.Kind))
		if err != nil {
			return nil, err
		}
		p, err := d.paper(ctx, in.ID.ID, in.Kind, l)
		if err != nil {
			return nil, err
		}
		doc := p.Document()
		return rest.Download(k, p.Title+p.No+".pdf", "application/pdf", func(w io.Writer) error { return d.Print.Write(w, doc) }), nil
	})
}

func registerRaise(k *rest.Kit, m *supervision.Module) {
	create := op(http.MethodPost, "/supervision/alerts", "人工督办")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, supervision.PermAlertHandle, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body supervision.RaiseInput
	}) (*rest.Created[supervision.Alert], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		l, err := m.Raise(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(l, "/supervision/alerts/"+string(l.ID), l.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/supervision/alerts/serve", "送达全部待送达的预警"), supervision.PermAlertHandle, func(ctx context.Context, _ *struct{}) (*rest.Body[struct {
		Served int `json:"served"`
	}], error) {
		n, err := m.ServeAll(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(struct {
			Served int `json:"served"`
		}{n}), nil
	})
	rest.Register(k, op(http.MethodPost, "/supervision/runs", "立即巡检在走的时钟"), supervision.PermAlertHandle, func(ctx context.Context, _ *struct{}) (*rest.Body[supervision.Run], error) {
		r, err := m.Climb(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervision/runs", "最近发出过预警的巡检"), supervision.PermRuleRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[supervision.Run]], error) {
		list, err := m.Runs(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
}

func registerRules(k *rest.Kit, m *supervision.Module) {
	rest.Register(k, op(http.MethodGet, "/supervision/rules", "监察规则的各版"), supervision.PermRuleRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[supervision.RuleSet]], error) {
		list, err := m.RuleSets(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervision/rules/{id}", "一版监察规则"), supervision.PermRuleRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[supervision.RuleSet], error) {
		s, err := m.RuleSet(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
	create := op(http.MethodPost, "/supervision/rules", "另起一版规则草稿，或修改草稿")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, supervision.PermRuleChange, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body supervision.RuleSetInput
	}) (*rest.Created[supervision.RuleSet], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		s, err := m.SaveRuleSet(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(s, "/supervision/rules/"+s.ID, s.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/supervision/rules/{id}/activate", "规则草稿从某天起生效"), supervision.PermRuleChange, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			From clock.Date `json:"valid_from" doc:"生效日期，最早为今天"`
		}
	}) (*rest.Versioned[supervision.RuleSet], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		s, err := m.ActivateRuleSet(ctx, in.ID.ID, version, in.Body.From)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
}

func registerSamples(k *rest.Kit, m *supervision.Module) {
	rest.Register(k, op(http.MethodGet, "/supervision/samples", "办件抽查"), supervision.PermSampleRead, func(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.Page[supervision.Sample]], error) {
		list, next, err := m.Samples(ctx, in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	create := op(http.MethodPost, "/supervision/samples", "随机抽取办结的办件")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, supervision.PermSampleChange, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body supervision.SampleInput
	}) (*rest.Created[supervision.Sample], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		s, err := m.DrawSample(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(s, "/supervision/samples/"+string(s.ID), 1), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervision/samples/{id}", "一次抽查：种子、范围和抽到的办件"), supervision.PermSampleRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[supervision.SampleSheet], error) {
		s, err := m.SampleOf(ctx, supervision.SampleID(in.ID.ID))
		if err != nil {
			return nil, err
		}
		return rest.OK(s), nil
	})
	rest.Register(k, op(http.MethodPost, "/supervision/samples/{id}/redraw", "按记录的种子重新抽取核对"), supervision.PermSampleRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[struct {
		Same bool `json:"same"`
	}], error) {
		same, err := m.Redraw(ctx, supervision.SampleID(in.ID.ID))
		if err != nil {
			return nil, err
		}
		return rest.OK(struct {
			Same bool `json:"same"`
		}{same}), nil
	})
	rest.Register(k, op(http.MethodPost, "/supervision/samples/{id}/cases/{pos}", "写一个抽到的办件的检查结论"), supervision.PermSampleChange, func(ctx context.Context, in *struct {
		rest.ID
		Pos  int64 `path:"pos" minimum:"1" doc:"序号"`
		Body supervision.CheckInput
	}) (*rest.Body[supervision.SampleRow], error) {
		r, err := m.CheckCase(ctx, supervision.SampleID(in.ID.ID), in.Pos, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	rest.Register(k, op(http.MethodPost, "/supervision/samples/{id}/close", "结束抽查"), supervision.PermSampleChange, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[supervision.Sample], error) {
		s, err := m.CloseSample(ctx, supervision.SampleID(in.ID.ID))
		if err != nil {
			return nil, err
		}
		return rest.OK(s), nil
	})
}

// monthOf reads a month or its quarter.
func monthOf(month string, quarter bool) (metric.Period, error) {
	p, err := metric.ParseMonth(month)
	if err == nil && quarter {
		p = metric.Quarter(p.From)
	}
	return p, err
}

func registerResults(k *rest.Kit, m *supervision.Module) {
	rest.Register(k, op(http.MethodGet, "/supervision/results", "各单位一个月或一个季度的监察结果"), supervision.PermResultRead, func(ctx context.Context, in *struct {
		Month   string `query:"month" required:"true" maxLength:"7" doc:"月份，如 2026-05"`
		Quarter bool   `query:"quarter" doc:"这个月所在的季度"`
	}) (*rest.Body[supervision.ResultSheet], error) {
		p, err := monthOf(in.Month, in.Quarter)
		if err != nil {
			return nil, err
		}
		s, err := m.Results(ctx, p)
		if err != nil {
			return nil, err
		}
		return rest.OK(s), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervision/signals", "一个月的异常信号和有关办件"), supervision.PermSignalRead, func(ctx context.Context, in *struct {
		Month string `query:"month" required:"true" maxLength:"7" doc:"月份，如 2026-05"`
	}) (*rest.Body[rest.Page[supervision.Signal]], error) {
		p, err := monthOf(in.Month, false)
		if err != nil {
			return nil, err
		}
		list, err := m.Signals(ctx, p)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervision/faults", "计入考核的责任事项：成立的预警和超过承诺的办件"), supervision.PermResultRead, func(ctx context.Context, in *struct {
		From rest.DateParam `query:"from" required:"true" doc:"自"`
		To   rest.DateParam `query:"to" required:"true" doc:"至，不含"`
	}) (*rest.Body[rest.Page[supervision.Fault]], error) {
		list, err := m.Faults(ctx, in.From.Get(), in.To.Get())
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
}

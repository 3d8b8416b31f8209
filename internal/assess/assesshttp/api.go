package assesshttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/assess"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"考核"}}
}

// sheetChange addresses a sheet for a change.
type sheetChange struct {
	rest.ID
	rest.IfMatch
}

// RegisterAPI adds the assessment's part of the API: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	m := d.Assess
	registerSheets(k, m)
	registerSteps(k, m)
	registerAppeals(k, m)
	registerEvents(k, m)
	registerSchemes(k, m)
	handlers{d}.registerEvidence(k)
}

func registerSheets(k *rest.Kit, m *assess.Module) {
	rest.Register(k, op(http.MethodGet, "/assess/sheets", "考核表"), assess.PermSheetRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[assess.Sheet]], error) {
		list, err := m.Sheets(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/assess/sheets/{id}", "一张考核表：方案和各单位结果"), assess.PermSheetRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[assess.SheetView], error) {
		v, err := m.Sheet(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
	rest.Register(k, op(http.MethodPost, "/assess/sheets", "试算一个月的考核表；已有的草稿重新计算"), assess.PermSheetRun, func(ctx context.Context, in *struct {
		Body struct {
			Month  string `json:"month" maxLength:"7" doc:"月份，如 2026-05"`
			Scheme string `json:"scheme" maxLength:"40" doc:"方案代码"`
		}
	}) (*rest.Body[assess.Sheet], error) {
		p, err := metric.ParseMonth(in.Body.Month)
		if err != nil {
			return nil, err
		}
		s, err := m.ComputeSheet(ctx, in.Body.Scheme, p)
		if err != nil {
			return nil, err
		}
		return rest.OK(s), nil
	})
	rest.Register(k, op(http.MethodGet, "/assess/sheets/{id}/records", "一个单位一个考核项目数到的记录"), assess.PermSheetRead, func(ctx context.Context, in *struct {
		rest.ID
		Unit  string `query:"unit" required:"true" maxLength:"40" doc:"单位"`
		Item  string `query:"item" required:"true" maxLength:"40" doc:"考核项目"`
		Part  string `query:"part" maxLength:"10" doc:"num 分子，den 分母，out 排除；不传为分母"`
		After string `query:"after" maxLength:"100" doc:"上一页的游标"`
	}) (*rest.Body[rest.Page[figure.CohortRow]], error) {
		part := metric.Part(in.Part)
		if part == "" {
			part = metric.Denominator
		}
		rows, next, _, err := m.Records(ctx, in.ID.ID, in.Unit, in.Item, part, in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/assess/reproductions", "重算一个月已锁定和已发布的考核表，列出不同之处"), assess.PermSheetRun, func(ctx context.Context, in *struct {
		Month  string `query:"month" required:"true" maxLength:"7" doc:"月份，如 2026-05"`
		Scheme string `query:"scheme" maxLength:"40" doc:"方案代码；不传为全部"`
	}) (*rest.Body[rest.Page[assess.Reproduction]], error) {
		p, err := metric.ParseMonth(in.Month)
		if err != nil {
			return nil, err
		}
		list, err := m.Reproduce(ctx, p, in.Scheme)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
}

func registerSteps(k *rest.Kit, m *assess.Module) {
	type step func(ctx context.Context, id string, version int64) (assess.Sheet, error)
	handler := func(act step) func(ctx context.Context, in *sheetChange) (*rest.Versioned[assess.Sheet], error) {
		return func(ctx context.Context, in *sheetChange) (*rest.Versioned[assess.Sheet], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			s, err := act(ctx, in.ID.ID, version)
			if err != nil {
				return nil, err
			}
			return rest.WithVersion(s, s.Version), nil
		}
	}
	rest.Register(k, op(http.MethodPost, "/assess/sheets/{id}/open", "开放申诉"), assess.PermSheetRun, handler(m.OpenSheet))
	rest.Register(k, op(http.MethodPost, "/assess/sheets/{id}/lock", "锁定"), assess.PermSheetRun, handler(m.LockSheet))
	rest.Register(k, op(http.MethodPost, "/assess/sheets/{id}/publish", "发布"), assess.PermSheetPublish, handler(m.PublishSheet))
}

func registerAppeals(k *rest.Kit, m *assess.Module) {
	rest.Register(k, op(http.MethodGet, "/assess/sheets/{id}/appeals", "申诉"), assess.PermSheetRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[rest.Page[assess.Appeal]], error) {
		list, err := m.Appeals(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	create := op(http.MethodPost, "/assess/sheets/{id}/appeals", "提出申诉")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, assess.PermAppealFile, func(ctx context.Context, in *struct {
		rest.ID
		rest.IdempotencyKey
		Body struct {
			UnitID   string `json:"unit_id" maxLength:"40"`
			Item     string `json:"item" maxLength:"40"`
			Reason   string `json:"reason" maxLength:"1000"`
			Evidence string `json:"evidence" maxLength:"1000" doc:"有关的工单号；文件用 …/evidence 另行上传"`
		}
	}) (*rest.Created[assess.Appeal], error) {
		a, err := m.FileAppeal(ctx, assess.AppealInput{Key: in.IdempotencyKey.IdempotencyKey, SheetID: in.ID.ID, UnitID: in.Body.UnitID, Item: in.Body.Item, Reason: in.Body.Reason, Evidence: in.Body.Evidence})
		if err != nil {
			return nil, err
		}
		return rest.Made(a, "/assess/sheets/"+a.SheetID+"/appeals", 1), nil
	})
	rest.Register(k, op(http.MethodPost, "/assess/sheets/{id}/appeals/{appeal}", "决定申诉"), assess.PermAppealDecide, func(ctx context.Context, in *struct {
		rest.ID
		Appeal string `path:"appeal" maxLength:"40" doc:"申诉编号"`
		Body   assess.AppealVerdict
	}) (*rest.Body[assess.Appeal], error) {
		a, err := m.DecideAppeal(ctx, in.ID.ID, in.Appeal, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.OK(a), nil
	})
}

func registerEvents(k *rest.Kit, m *assess.Module) {
	rest.Register(k, op(http.MethodGet, "/assess/events", "一个月的加分扣分"), assess.PermEventPropose, func(ctx context.Context, in *struct {
		Month string `query:"month" required:"true" maxLength:"7" doc:"月份，如 2026-05"`
	}) (*rest.Body[rest.Page[assess.Event]], error) {
		p, err := metric.ParseMonth(in.Month)
		if err != nil {
			return nil, err
		}
		list, err := m.Events(ctx, p.From)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	create := op(http.MethodPost, "/assess/events", "提出加分或扣分")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, assess.PermEventPropose, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body assess.EventInput
	}) (*rest.Created[assess.Event], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		e, err := m.ProposeEvent(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(e, "/assess/events/"+e.ID, 1), nil
	})
	rest.Register(k, op(http.MethodPost, "/assess/events/{id}/decision", "审批加分或扣分"), assess.PermEventDecide, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Uphold bool   `json:"uphold"`
			Remark string `json:"remark,omitempty" maxLength:"1000"`
		}
	}) (*rest.Body[assess.Event], error) {
		e, err := m.DecideEvent(ctx, in.ID.ID, in.Body.Uphold, in.Body.Remark)
		if err != nil {
			return nil, err
		}
		return rest.OK(e), nil
	})
}

func registerSchemes(k *rest.Kit, m *assess.Module) {
	rest.Register(k, op(http.MethodGet, "/assess/schemes", "考核方案的各版"), assess.PermSchemeRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[assess.Scheme]], error) {
		list, err := m.Schemes(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Register(k, op(http.MethodGet, "/assess/schemes/{id}", "一版考核方案"), assess.PermSchemeRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[assess.Scheme], error) {
		s, err := m.Scheme(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
	create := op(http.MethodPost, "/assess/schemes", "另起一版方案草稿，或修改草稿")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, assess.PermSchemeChange, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body assess.SchemeInput
	}) (*rest.Created[assess.Scheme], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		s, err := m.SaveScheme(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(s, "/assess/schemes/"+s.ID, s.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/assess/schemes/{id}/activate", "方案从某月起生效"), assess.PermSchemeChange, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			From string `json:"valid_from" maxLength:"10" doc:"某月 1 日，如 2026-06-01"`
		}
	}) (*rest.Versioned[assess.Scheme], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		p, err := metric.ParseMonth(first(in.Body.From, 7))
		if err != nil {
			return nil, err
		}
		s, err := m.ActivateScheme(ctx, in.ID.ID, version, p.From)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/assess/schemes/{id}/confirm", "确认方案的依据文件"), assess.PermSchemeChange, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			Basis string `json:"basis" maxLength:"200" doc:"文号和条款"`
		}
	}) (*rest.Versioned[assess.Scheme], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		s, err := m.ConfirmScheme(ctx, in.ID.ID, version, in.Body.Basis)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
}

func first(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

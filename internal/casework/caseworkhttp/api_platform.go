package caseworkhttp

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/rest"
)

// importForm is the multipart form of a file of the platform.
type importForm struct {
	File    huma.FormFile `form:"file" required:"true" doc:"CSV、XLSX、JSONL 或 JSON 数组，最大 20 MB、100,000 行"`
	Mapping huma.FormFile `form:"mapping" required:"false" doc:"字段对照（JSON）：source、columns、states；不传用程序自带的"`
}

func registerPlatform(k *rest.Kit, m *casework.Module) {
	rest.Register(k, op(http.MethodGet, "/casework/platform-cases", "省平台办件：来源、平台编号、原始时间和导入时间"), casework.PermPlatform, func(ctx context.Context, in *struct {
		rest.Paging
		No     string `query:"no" maxLength:"60" doc:"平台办件编号"`
		State  string `query:"state" maxLength:"20" doc:"状态"`
		Linked string `query:"linked" enum:"yes,no" doc:"是否与本中心的办件对应"`
	}) (*rest.Body[rest.Page[casework.PlatformCase]], error) {
		list, next, err := m.PlatformCases(ctx, casework.PlatformFilter{No: in.No, State: casework.State(in.State), Linked: in.Linked, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/casework/platform-cases/{id}", "一个省平台办件和它历次导入的变化"), casework.PermPlatform, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[casework.PlatformSheet], error) {
		s, err := m.PlatformOf(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(s), nil
	})
	create := op(http.MethodPost, "/casework/imports", "读取省平台导出的办件并预览，不写入")
	create.DefaultStatus, create.MaxBodyBytes, create.BodyReadTimeout = http.StatusCreated, casework.PlatformFileSize+2<<20, 5*time.Minute
	rest.Upload(k, create, casework.PermImport, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		RawBody huma.MultipartFormFiles[importForm]
	}) (*rest.Created[casework.PlatformImport], error) {
		return startImport(ctx, m, in.RawBody.Data(), in.IdempotencyKey.IdempotencyKey)
	})
	rest.Register(k, op(http.MethodGet, "/casework/imports/{id}", "导入的预览、进度和结果"), casework.PermImport, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[casework.PlatformImport], error) {
		im, err := m.ImportOf(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(im), nil
	})
	rest.Register(k, op(http.MethodPost, "/casework/imports/{id}/apply", "把预览过的文件正式导入；大文件在后台进行"), casework.PermImport, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[casework.PlatformImport], error) {
		im, err := m.ApplyImport(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(im), nil
	})
	rest.Register(k, op(http.MethodGet, "/casework/reconciliation", "与省平台对账：一致、有差异、只有一方有的办件"), casework.PermImport, func(ctx context.Context, in *struct {
		From clock.Date `query:"from" required:"true" doc:"起期"`
		To   clock.Date `query:"to" required:"true" doc:"止期，含当天"`
	}) (*rest.Body[casework.Reconciliation], error) {
		r, err := m.Reconcile(ctx, in.From, in.To)
		if err != nil {
			return nil, err
		}
		return rest.OK(r), nil
	})
	rows := op(http.MethodGet, "/casework/reconciliation/rows", "对账清单：每处不一致一个 JSON 对象，一行一个（记入日志）")
	rows.Responses = rest.FileResponse("每行一个对象")
	rest.Register(k, rows, casework.PermImport, func(ctx context.Context, in *struct {
		From clock.Date `query:"from" required:"true" doc:"起期"`
		To   clock.Date `query:"to" required:"true" doc:"止期，含当天"`
	}) (*huma.StreamResponse, error) {
		return rest.File(k, func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
			return writeObjects(w, casework.CompareColumns(), func(add func([]string) error) error { return m.ReconcileRows(ctx, in.From, in.To, add) })
		}), nil
	})
	registerExport(k, m)
}

func startImport(ctx context.Context, m *casework.Module, form *importForm, key string) (*rest.Created[casework.PlatformImport], error) {
	defer form.File.Close()
	f := casework.PlatformFile{Name: form.File.Filename, Key: key}
	var err error
	if f.Content, err = io.ReadAll(io.LimitReader(form.File, casework.PlatformFileSize+1)); err != nil {
		return nil, err
	}
	if form.Mapping.IsSet {
		defer form.Mapping.Close()
		if f.Mapping, err = io.ReadAll(io.LimitReader(form.Mapping, 1<<20)); err != nil {
			return nil, err
		}
	}
	im, err := m.StartImport(ctx, f)
	if err != nil {
		return nil, err
	}
	return rest.Made(im, "/casework/imports/"+im.ID, 1), nil
}

func registerExport(k *rest.Kit, m *casework.Module) {
	rest.Register(k, op(http.MethodGet, "/casework/exports", "可以导出的标准数据集及其数据项（GB/T 39046）"), casework.PermExport, func(ctx context.Context, _ *struct{}) (*rest.Body[[]casework.DataSet], error) {
		return rest.OK(m.Sets(actor.From(ctx))), nil
	})
	get := op(http.MethodGet, "/casework/exports/{set}", "按 GB/T 39046 的字段名和代码导出：每行一个 JSON 对象（记入日志）")
	get.Responses = rest.FileResponse("每行一个对象")
	rest.Register(k, get, casework.PermExport, func(ctx context.Context, in *struct {
		Set      string     `path:"set" enum:"item,item_paper,apply,material,accept,process,procedure,result,rating,consult,complaint,supervision,payment,delivery,catalogue" doc:"数据集"`
		From     clock.Date `query:"from" required:"true" doc:"起期"`
		To       clock.Date `query:"to" required:"true" doc:"止期，含当天"`
		Personal bool       `query:"personal" doc:"个人信息不脱敏，要有查看申请人信息的权限"`
	}) (*huma.StreamResponse, error) {
		return rest.File(k, func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
			set := casework.ExportSet(in.Set)
			return writeObjects(w, casework.ExportColumns(set), func(add func([]string) error) error {
				return m.Export(ctx, casework.ExportInput{Set: set, From: in.From, To: in.To, Personal: in.Personal}, add)
			})
		}), nil
	})
}

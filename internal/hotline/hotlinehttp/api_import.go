package hotlinehttp

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/hotline"
	"yichuang/internal/rest"
)

// importForm is the multipart form of a file of work orders.
type importForm struct {
	File        huma.FormFile `form:"file" required:"true" doc:"XLSX、CSV 或 JSONL，最大 20 MB、100,000 行"`
	Mapping     string        `form:"mapping" required:"false" maxLength:"60" doc:"程序自带的字段对照的名称，如 pingshan"`
	MappingFile huma.FormFile `form:"mapping_file" required:"false" doc:"自己的字段对照（YAML 或 JSON）；传了就不用 mapping"`
	DryRun      bool          `form:"dry_run" required:"false" doc:"只检查，不写入；之后可以用 apply 导入"`
}

// importTake addresses a preview that is to be taken in.
type importTake struct {
	rest.ID
	rest.IdempotencyKey
}

func (a api) registerImports(k *rest.Kit) {
	create := op(http.MethodPost, "/ticket-imports", "导入历史工单：上传文件和字段对照；大文件在后台进行")
	create.DefaultStatus, create.MaxBodyBytes, create.BodyReadTimeout = http.StatusCreated, hotline.ImportFileSize+2<<20, 5*time.Minute
	rest.Upload(k, create, hotline.PermImport, a.startImport)
	rest.Register(k, op(http.MethodGet, "/ticket-imports/{id}", "导入进行到哪里；结束后有逐行结果"), hotline.PermImport, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[hotline.ImportRun], error) {
		return importAnswer(a.m.ImportRunOf(ctx, in.ID.ID))
	})
	apply := op(http.MethodPost, "/ticket-imports/{id}/apply", "把预览过的文件正式导入")
	apply.DefaultStatus = http.StatusCreated
	rest.Register(k, apply, hotline.PermImport, func(ctx context.Context, in *importTake) (*rest.Created[hotline.ImportRun], error) {
		return importMade(a.m.ApplyImport(ctx, in.ID.ID, in.IdempotencyKey.IdempotencyKey))
	})
	rest.Register(k, op(http.MethodPost, "/ticket-imports/{id}/stop", "停止导入；已收下的保留"), hotline.PermImport, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[hotline.ImportRun], error) {
		return importAnswer(a.m.StopImport(ctx, in.ID.ID))
	})
}

func importAnswer(r hotline.ImportRun, err error) (*rest.Body[hotline.ImportRun], error) {
	if err != nil {
		return nil, err
	}
	return rest.OK(r), nil
}

func importMade(r hotline.ImportRun, err error) (*rest.Created[hotline.ImportRun], error) {
	if err != nil {
		return nil, err
	}
	return rest.Made(r, "/ticket-imports/"+r.ID, 1), nil
}

func (a api) startImport(ctx context.Context, in *struct {
	rest.IdempotencyKey
	RawBody huma.MultipartFormFiles[importForm]
}) (*rest.Created[hotline.ImportRun], error) {
	form := in.RawBody.Data()
	defer form.File.Close()
	f := hotline.ImportFile{Name: form.File.Filename, Mapping: form.Mapping, DryRun: form.DryRun, Key: in.IdempotencyKey.IdempotencyKey}
	if form.File.Size > hotline.ImportFileSize {
		return nil, hotline.ErrImportSize
	}
	var err error
	if f.Content, err = io.ReadAll(form.File); err != nil {
		return nil, err
	}
	if form.MappingFile.IsSet {
		defer form.MappingFile.Close()
		text, err := io.ReadAll(io.LimitReader(form.MappingFile, 1<<20+1))
		if err != nil {
			return nil, err
		}
		f.Mapping, f.Own = string(text), true
	}
	return importMade(a.m.StartImport(ctx, f))
}

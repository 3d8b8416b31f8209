package performancehttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/performance"
	"yichuang/internal/rest"
)

// evidenceForm is the multipart form of new files.
type evidenceForm struct {
	Files []huma.FormFile `form:"files" required:"true" doc:"文件，一次最多 9 个，合计不超过 40 MB；类型按内容判断"`
}

// saveFiles writes the files of a request of the API to the attachment store.
func (h handlers) saveFiles(ctx context.Context, list []huma.FormFile) ([]blob.Upload, error) {
	sizes := make([]int64, len(list))
	for i, f := range list {
		defer f.Close()
		sizes[i] = f.Size
	}
	if err := performance.CheckEvidence(sizes); err != nil {
		return nil, err
	}
	var out []blob.Upload
	for _, f := range list {
		up, err := h.Blobs.Save(actor.From(ctx).CentreID, f, f.Filename)
		if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
			return nil, performance.ErrInput.Field("files", "“%s”：%s", f.Filename, e.Public)
		} else if err != nil {
			return nil, err
		}
		out = append(out, up)
	}
	return out, nil
}

// registerEvidence adds files of evidence to the API.
func (h handlers) registerEvidence(k *rest.Kit) {
	o := op(http.MethodPost, "/performance/programmes/{id}/indicators/{indicator}/evidence", "上传指标的佐证材料")
	o.MaxBodyBytes, o.BodyReadTimeout = upload, 5*time.Minute
	rest.Upload(k, o, performance.PermFill, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Indicator string `path:"indicator" maxLength:"40" doc:"指标"`
		RawBody   huma.MultipartFormFiles[evidenceForm]
	}) (*rest.Versioned[performance.Programme], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		files, err := h.saveFiles(ctx, in.RawBody.Data().Files)
		if err != nil {
			return nil, err
		}
		p, err := h.Performance.AddEvidence(ctx, in.ID.ID, version, in.Indicator, files)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(p, p.Version), nil
	})
	get := op(http.MethodGet, "/performance/programmes/{id}/evidence/{file}", "下载佐证材料；写入审计")
	get.Responses = rest.FileResponse("材料的内容")
	rest.Register(k, get, performance.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		File string `path:"file" maxLength:"40" doc:"材料"`
	}) (*huma.StreamResponse, error) {
		b, err := h.Performance.OpenEvidence(ctx, in.ID.ID, in.File)
		if err != nil {
			return nil, err
		}
		return rest.File(k, func(w http.ResponseWriter, r *http.Request) error { return h.Blobs.Serve(w, r, b) }), nil
	})
}

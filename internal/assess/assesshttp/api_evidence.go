package assesshttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/assess"
	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// evidenceForm is the multipart form of new files.
type evidenceForm struct {
	Files []huma.FormFile `form:"files" required:"true" doc:"文件，一条最多 9 个，每个不超过 20 MB，合计不超过 40 MB；类型按内容判断"`
}

// saveFiles writes the files of a request of the API to the attachment store.
func (h handlers) saveFiles(ctx context.Context, list []huma.FormFile) ([]blob.Upload, error) {
	sizes := make([]int64, len(list))
	for i, f := range list {
		defer f.Close()
		sizes[i] = f.Size
	}
	if err := hotline.CheckAttachments(sizes); err != nil {
		return nil, err
	}
	var out []blob.Upload
	for _, f := range list {
		up, err := h.Blobs.Save(actor.From(ctx).CentreID, f, f.Filename)
		if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
			return nil, assess.ErrEventInput.Field("files", "“%s”：%s", f.Filename, e.Public)
		} else if err != nil {
			return nil, err
		}
		out = append(out, up)
	}
	return out, nil
}

// registerEvidence adds files of evidence to the API.
func (h handlers) registerEvidence(k *rest.Kit) {
	upload := func(path, summary string) huma.Operation {
		o := op(http.MethodPost, path, summary)
		o.MaxBodyBytes, o.BodyReadTimeout = uploadBody, 5*time.Minute
		return o
	}
	rest.Upload(k, upload("/assess/events/{id}/evidence", "给待审批的加分扣分补充佐证材料；返回这一条"), assess.PermEventPropose, func(ctx context.Context, in *struct {
		rest.ID
		RawBody huma.MultipartFormFiles[evidenceForm]
	}) (*rest.Body[assess.Event], error) {
		files, err := h.saveFiles(ctx, in.RawBody.Data().Files)
		if err != nil {
			return nil, err
		}
		e, err := h.Assess.AddEventEvidence(ctx, in.ID.ID, files)
		if err != nil {
			return nil, err
		}
		return rest.OK(e), nil
	})
	rest.Upload(k, upload("/assess/sheets/{id}/appeals/{appeal}/evidence", "给待决定的申诉补充佐证材料；返回这件申诉"), assess.PermAppealFile, func(ctx context.Context, in *struct {
		rest.ID
		Appeal  string `path:"appeal" maxLength:"40" doc:"申诉编号"`
		RawBody huma.MultipartFormFiles[evidenceForm]
	}) (*rest.Body[assess.Appeal], error) {
		files, err := h.saveFiles(ctx, in.RawBody.Data().Files)
		if err != nil {
			return nil, err
		}
		p, err := h.Assess.AddAppealEvidence(ctx, in.ID.ID, in.Appeal, files)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
	get := op(http.MethodGet, "/assess/evidence/{owner}/{id}", "下载佐证材料；写入审计")
	get.Responses = rest.FileResponse("材料的内容")
	rest.Register(k, get, web.SignedIn, func(ctx context.Context, in *struct {
		rest.ID
		Owner string `path:"owner" maxLength:"40" doc:"加分扣分或申诉的编号"`
	}) (*huma.StreamResponse, error) {
		b, err := h.Assess.OpenEvidence(ctx, in.Owner, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.File(k, func(w http.ResponseWriter, r *http.Request) error { return h.Blobs.Serve(w, r, b) }), nil
	})
}

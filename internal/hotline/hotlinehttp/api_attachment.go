package hotlinehttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/rest"
)

// attachmentForm is the multipart form of new attachments.
type attachmentForm struct {
	Kind  string          `form:"kind" required:"true" enum:"citizen,evidence,internal" doc:"种类：来电人材料、办理佐证、内部材料；承办单位只能传办理佐证"`
	Files []huma.FormFile `form:"files" required:"true" doc:"文件，一次最多 9 个，每个不超过 20 MB，合计不超过 40 MB；类型按内容判断"`
}

// attachmentAddress names an attachment of a ticket.
type attachmentAddress struct {
	ID         string `path:"id" maxLength:"40" doc:"工单的编号（id）或工单号"`
	Attachment string `path:"attachment" maxLength:"40" doc:"附件编号"`
}

type attachmentInput struct {
	Change
	RawBody huma.MultipartFormFiles[attachmentForm]
}

// attachmentList is what a ticket has now.
type attachmentList = rest.Versioned[rest.Page[hotline.Attachment]]

func (a api) registerAttachments(k *rest.Kit) {
	add := op(http.MethodPost, "/tickets/{id}/attachments", "上传附件；返回工单现有的附件")
	add.MaxBodyBytes, add.BodyReadTimeout = uploadBody, 5*time.Minute
	rest.Upload(k, add, hotline.PermComment, a.attach)
	get := op(http.MethodGet, "/tickets/{id}/attachments/{attachment}", "下载附件；保密工单的附件写入审计")
	get.Responses = rest.FileResponse("附件的内容")
	rest.Register(k, get, hotline.PermRead, func(ctx context.Context, in *attachmentAddress) (*huma.StreamResponse, error) {
		b, err := a.m.OpenAttachment(ctx, in.ID, in.Attachment)
		if err != nil {
			return nil, err
		}
		return rest.File(k, func(w http.ResponseWriter, r *http.Request) error { return a.Blobs.Serve(w, r, b) }), nil
	})
}

func (a api) attach(ctx context.Context, in *attachmentInput) (*attachmentList, error) {
	form := in.RawBody.Data()
	for _, f := range form.Files {
		defer f.Close()
	}
	cmd, err := in.command(false)
	if err != nil {
		return nil, err
	}
	// Whoever does not see the ticket writes nothing to the disk.
	if _, err := a.m.Find(ctx, in.ID); err != nil {
		return nil, err
	}
	files, err := a.saveFiles(ctx, form.Files)
	if err != nil {
		return nil, err
	}
	if _, err := a.m.AddAttachments(ctx, cmd, hotline.AttachmentKind(form.Kind), files); err != nil {
		return nil, err
	}
	d, err := a.m.Find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return rest.WithVersion(rest.List(d.Attachments, "").Body, d.Version), nil
}

// saveFiles writes the files of a request to the attachment store.
func (a api) saveFiles(ctx context.Context, list []huma.FormFile) ([]blob.Upload, error) {
	sizes := make([]int64, len(list))
	for i, f := range list {
		sizes[i] = f.Size
	}
	if err := hotline.CheckAttachments(sizes); err != nil {
		return nil, err
	}
	var out []blob.Upload
	for _, f := range list {
		up, err := a.Blobs.Save(actor.From(ctx).CentreID, f, f.Filename)
		if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
			return nil, hotline.ErrInput.Field("files", "“%s”：%s", f.Filename, e.Public)
		} else if err != nil {
			return nil, err
		}
		out = append(out, up)
	}
	return out, nil
}

package caseworkhttp

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/errs"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// uploadForm is the multipart form of files of materials.
type uploadForm struct {
	Materials string          `form:"materials" required:"true" maxLength:"2000" doc:"每个文件的材料代码，用逗号隔开，与 files 的次序一致；网上申请多个事项时写成 事项编号:代码"`
	Files     []huma.FormFile `form:"files" required:"true" doc:"文件，一次最多 20 个，每个不超过 20 MB，合计不超过 40 MB；类型按内容判断"`
}

// applyForm is the multipart form of an application online.
type applyForm struct {
	Application string          `form:"application" required:"true" maxLength:"20000" doc:"申请（JSON）：applicant、agent、package、items"`
	Materials   string          `form:"materials" required:"false" maxLength:"2000" doc:"每个文件的 事项编号:材料代码，用逗号隔开，与 files 的次序一致"`
	Files       []huma.FormFile `form:"files" required:"false" doc:"材料的文件"`
}

// application is what the field application holds.
type application struct {
	Applicant applicantBody         `json:"applicant"`
	Agent     *applicantBody        `json:"agent,omitempty"`
	Package   string                `json:"package,omitempty"`
	Items     []casework.IntakeItem `json:"items"`
	Messages  bool                  `json:"messages,omitempty"`
}

// ownForm is the multipart form of what an applicant supplies.
type ownForm struct {
	Code      string          `form:"code" required:"true" maxLength:"20" doc:"查询码"`
	Tail      string          `form:"phone_tail" required:"true" maxLength:"4" doc:"手机号后四位"`
	No        string          `form:"no" required:"true" maxLength:"40" doc:"办件编号"`
	Materials string          `form:"materials" required:"true" maxLength:"2000" doc:"每个文件的材料代码，用逗号隔开，与 files 的次序一致"`
	Files     []huma.FormFile `form:"files" required:"true" doc:"文件"`
}

// taken is what an applicant is told.
type taken struct {
	VisitNo   string      `json:"visit_no"`
	ReceiptNo string      `json:"receipt_no"`
	QueryCode string      `json:"query_code"`
	Cases     []takenCase `json:"cases"`
}

type takenCase struct {
	No    string `json:"no"`
	Item  string `json:"item"`
	State string `json:"state"`
}

func uploading(o huma.Operation) huma.Operation {
	o.MaxBodyBytes, o.BodyReadTimeout = uploadBody, 5*time.Minute
	return o
}

// online is the operations with files.
type online struct{ Deps }

func registerOnline(k *rest.Kit, d Deps) {
	o := online{d}
	rest.Upload(k, uploading(op(http.MethodPost, "/casework/cases/{id}/attach", "上传材料的电子件")), casework.PermissionOf(casework.ActAttach), o.attach)
	get := op(http.MethodGet, "/casework/cases/{id}/files/{file}", "下载材料的电子件（记入日志）")
	get.Responses = rest.FileResponse("文件的内容")
	rest.Register(k, get, casework.PermReadPersonal, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"办件的编号"`
		File string `path:"file" maxLength:"64" doc:"文件的编号"`
	}) (*huma.StreamResponse, error) {
		b, err := d.Casework.OpenFile(ctx, in.ID, in.File)
		if err != nil {
			return nil, err
		}
		return rest.File(k, func(w http.ResponseWriter, r *http.Request) error { return d.Blobs.Serve(w, r, b) }), nil
	})
	create := uploading(op(http.MethodPost, "/public/case-applications", "网上申请，带材料（无需登录）"))
	create.DefaultStatus = http.StatusCreated
	rest.PublicUpload(k, create, o.apply, web.Limit(publicRate))
	rest.PublicUpload(k, uploading(op(http.MethodPost, "/public/case-supplements", "凭查询码补交材料（无需登录）")), o.supply, web.Limit(publicRate))
	rest.Public(k, op(http.MethodPost, "/public/case-withdrawals", "凭查询码撤回申请（无需登录）"), func(ctx context.Context, in *struct {
		Body struct {
			casework.Own
			Reason string `json:"reason,omitempty" maxLength:"500" doc:"说明"`
		}
	}) (*rest.Body[takenCase], error) {
		c, err := d.Casework.WithdrawOwn(asApplicant(ctx), in.Body.Own, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return rest.OK(takenCase{c.No, c.ItemName, c.State.Label()}), nil
	}, web.Limit(publicRate))
}

// keep writes files to the attachment store, by item and material.
func (o online) keep(ctx context.Context, codes string, files []huma.FormFile) (map[string]casework.Uploads, error) {
	out := map[string]casework.Uploads{}
	if len(files) == 0 {
		return out, nil
	}
	list := strings.Split(codes, ",")
	if len(list) != len(files) {
		return nil, casework.ErrInput.Field("materials", "材料代码应与文件一样多。")
	}
	sizes := make([]int64, len(files))
	for i, f := range files {
		sizes[i] = f.Size
	}
	if err := casework.CheckFiles(sizes); err != nil {
		return nil, err
	}
	for i, f := range files {
		item, code, found := strings.Cut(strings.TrimSpace(list[i]), ":")
		if !found {
			item, code = "", item
		}
		up, err := o.Blobs.Save(actor.From(ctx).CentreID, f, f.Filename)
		if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
			return nil, casework.ErrInput.Field("files", "“%s”：%s", f.Filename, e.Public)
		} else if err != nil {
			return nil, err
		}
		if out[item] == nil {
			out[item] = casework.Uploads{}
		}
		out[item][code] = append(out[item][code], up)
	}
	return out, nil
}

func closeAll(list []huma.FormFile) {
	for _, f := range list {
		f.Close()
	}
}

func (o online) attach(ctx context.Context, in *struct {
	rest.ID
	rest.IfMatch
	rest.IdempotencyKey
	RawBody huma.MultipartFormFiles[uploadForm]
}) (*rest.Versioned[casework.Case], error) {
	form := in.RawBody.Data()
	defer closeAll(form.Files)
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	if _, err := o.Casework.Find(ctx, in.ID.ID); err != nil { // whoever does not see the case writes nothing to the disk
		return nil, err
	}
	files, err := o.keep(ctx, form.Materials, form.Files)
	if err != nil {
		return nil, err
	}
	c, err := o.Casework.Attach(ctx, casework.Command{CaseID: casework.CaseID(in.ID.ID), Version: version, Key: in.IdempotencyKey.IdempotencyKey}, files[""])
	if err != nil {
		return nil, err
	}
	return rest.WithVersion(c, c.Version), nil
}

func (o online) apply(ctx context.Context, in *struct {
	rest.IdempotencyKey
	RawBody huma.MultipartFormFiles[applyForm]
}) (*rest.Body[taken], error) {
	form := in.RawBody.Data()
	defer closeAll(form.Files)
	ctx = asApplicant(ctx)
	var body application
	if err := json.Unmarshal([]byte(form.Application), &body); err != nil {
		return nil, casework.ErrInput.Field("application", "申请应是 JSON 对象。").Wrap(err)
	}
	input := casework.IntakeInput{Applicant: body.Applicant.applicant(), Package: body.Package, Messages: body.Messages, Items: body.Items, Key: in.IdempotencyKey.IdempotencyKey}
	if body.Agent != nil {
		input.Agent = body.Agent.applicant()
	}
	if err := input.Applicant.Validate(); err != nil { // what is wrong is said before a file is written
		return nil, err
	}
	files, err := o.keep(ctx, form.Materials, form.Files)
	if err != nil {
		return nil, err
	}
	for i := range input.Items {
		input.Items[i].Had, input.Items[i].Files = nil, files[input.Items[i].ItemID]
		if len(input.Items) == 1 && files[""] != nil {
			input.Items[i].Files = files[""]
		}
	}
	got, err := o.Casework.Apply(ctx, input)
	if err != nil {
		return nil, err
	}
	out := taken{VisitNo: got.Visit.No, ReceiptNo: got.ReceiptNo, QueryCode: got.QueryCode}
	for _, c := range got.Cases {
		out.Cases = append(out.Cases, takenCase{c.No, c.ItemName, c.State.Label()})
	}
	return rest.OK(out), nil
}

func (o online) supply(ctx context.Context, in *struct {
	RawBody huma.MultipartFormFiles[ownForm]
}) (*rest.Body[takenCase], error) {
	form := in.RawBody.Data()
	defer closeAll(form.Files)
	ctx = asApplicant(ctx)
	if _, err := o.Casework.Track(ctx, form.Code, form.Tail); err != nil {
		return nil, err
	}
	files, err := o.keep(ctx, form.Materials, form.Files)
	if err != nil {
		return nil, err
	}
	c, err := o.Casework.SupplyOwn(ctx, casework.Own{Code: form.Code, Tail: form.Tail, No: form.No}, files[""])
	if err != nil {
		return nil, err
	}
	return rest.OK(takenCase{c.No, c.ItemName, c.State.Label()}), nil
}

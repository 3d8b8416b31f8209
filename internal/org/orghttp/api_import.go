package orghttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/org"
	"yichuang/internal/rest"
)

// importRowOut is one row of a list and what becomes of it.
type importRowOut struct {
	Line    int      `json:"line" doc:"文件中的行号"`
	Key     string   `json:"key" doc:"名称或用户名"`
	Verdict string   `json:"verdict" enum:"added,changed,unchanged,refused" doc:"新增、修改、不变、拒绝"`
	Notes   []string `json:"notes" doc:"拒绝的原因，或改变的内容"`
}

// importOut is the preview of a list, or what it did.
type importOut struct {
	ID        string         `json:"id" doc:"导入编号，确认时使用"`
	Kind      string         `json:"kind" enum:"sites,units,users" doc:"名单内容"`
	FileName  string         `json:"file_name" doc:"文件名"`
	Digest    string         `json:"digest" doc:"预览结果的校验值，确认时原样传回：只导入看到过的结果"`
	Added     int            `json:"added" doc:"新增"`
	Changed   int            `json:"changed" doc:"修改"`
	Unchanged int            `json:"unchanged" doc:"不变"`
	Refused   int            `json:"refused" doc:"拒绝；有一行被拒绝就全部不导入"`
	Ignored   []string       `json:"ignored" doc:"没有用到的列"`
	Rows      []importRowOut `json:"rows" doc:"逐行结果"`
}

func importOf(p *org.ImportPlan) importOut {
	out := importOut{ID: p.ID, Kind: string(p.Kind), FileName: p.FileName, Digest: p.Digest, Added: p.Count(org.RowAdded), Changed: p.Count(org.RowChanged),
		Unchanged: p.Count(org.RowUnchanged), Refused: p.Count(org.RowRefused), Ignored: append([]string{}, p.Ignored...), Rows: []importRowOut{}}
	for _, r := range p.Rows {
		out.Rows = append(out.Rows, importRowOut{r.Line, r.Key, string(r.Verdict), append([]string{}, r.Notes...)})
	}
	return out
}

// oneTimeOut is the first password of a new account.
type oneTimeOut struct {
	Username    string `json:"username" doc:"用户名"`
	DisplayName string `json:"display_name" doc:"姓名"`
	Password    string `json:"one_time_password" doc:"一次性密码，只返回这一次；首次登录必须修改"`
}

// appliedOut is what an import did, with the passwords of the accounts that it made.
type appliedOut struct {
	importOut
	Passwords []oneTimeOut `json:"passwords" doc:"新账号的一次性密码"`
}

// importForm is the multipart form of a list.
type importForm struct {
	Kind string        `form:"kind" required:"true" enum:"sites,units,users" doc:"名单内容：sites 站点，units 单位，users 用户"`
	File huma.FormFile `form:"file" required:"true" doc:"名单文件，XLSX 或 CSV，最多 5000 行"`
}

func (h *handlers) importAPI(api *rest.Kit) {
	tags := []string{apiTag}
	rest.Upload(api, huma.Operation{Method: "POST", Path: "/imports", Summary: "上传站点、单位或用户名单，返回逐行预览；不改变任何数据", Tags: tags, DefaultStatus: 201, MaxBodyBytes: maxUpload},
		org.PermImport, h.apiImportUpload)
	rest.Register(api, huma.Operation{Method: "GET", Path: "/imports/{id}", Summary: "按现在的数据重新预览一次导入", Tags: tags}, org.PermImport,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[importOut], error) {
			p, err := h.org.ImportPreview(ctx, in.ID.ID)
			if err != nil {
				return nil, err
			}
			return rest.OK(importOf(&p)), nil
		})
	rest.Register(api, huma.Operation{Method: "POST", Path: "/imports/{id}/apply", Summary: "确认导入：整份导入，或全部不导入", Tags: tags}, org.PermImport,
		func(ctx context.Context, in *struct {
			rest.ID
			Body struct {
				Digest string `json:"digest" maxLength:"64" doc:"预览返回的校验值"`
			}
		}) (*rest.Body[appliedOut], error) {
			p, passwords, err := h.org.ApplyImport(ctx, in.ID.ID, in.Body.Digest)
			if err != nil {
				return nil, err
			}
			out := appliedOut{importOf(&p), []oneTimeOut{}}
			for _, o := range passwords {
				out.Passwords = append(out.Passwords, oneTimeOut(o))
			}
			return rest.OK(out), nil
		})
	rest.Register(api, huma.Operation{Method: "DELETE", Path: "/imports/{id}", Summary: "放弃一次导入", Tags: tags, DefaultStatus: 204}, org.PermImport,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Nothing, error) {
			return &rest.Nothing{}, h.org.CancelImport(ctx, in.ID.ID)
		})
}

func (h *handlers) apiImportUpload(ctx context.Context, in *struct {
	rest.IdempotencyKey
	RawBody huma.MultipartFormFiles[importForm]
}) (*rest.Created[importOut], error) {
	form := in.RawBody.Data()
	defer form.File.Close()
	kind := org.ImportKind(form.Kind)
	list, err := org.ReadList(kind, form.File.Filename, form.File, form.File.Size)
	if err != nil {
		return nil, err
	}
	list.Key = in.IdempotencyKey.IdempotencyKey
	p, err := h.org.PreviewImport(ctx, kind, list)
	if err != nil {
		return nil, err
	}
	return rest.Made(importOf(&p), "/imports/"+p.ID, 1), nil
}

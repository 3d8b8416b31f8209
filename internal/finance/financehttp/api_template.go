package financehttp

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/finance"
	"yichuang/internal/rest"
)

// templateForm is the multipart form of a template.
type templateForm struct {
	Kind  finance.TemplateKind `form:"kind" required:"true" enum:"layout,texts" doc:"表的版式或说明文本"`
	Check bool                 `form:"check" required:"false" doc:"只检查，不保存"`
	File  huma.FormFile        `form:"file" required:"true" doc:"YAML 文件，不超过 256 KB"`
}

// OfKind names a kind of templates.
type OfKind struct {
	Kind finance.TemplateKind `query:"kind" required:"true" enum:"layout,texts" doc:"表的版式或说明文本"`
}

// registerTemplatesAPI adds the layouts and texts to the API.
func registerTemplatesAPI(k *rest.Kit, m *finance.Module) {
	rest.Register(k, op(http.MethodGet, "/finance/templates", "表的版式和说明文本"), finance.PermTemplate, func(ctx context.Context, in *struct{ OfKind }) (*rest.Body[rest.Page[finance.Template]], error) {
		v, err := m.Templates(ctx, in.Kind)
		if err != nil {
			return nil, err
		}
		return rest.List(v, ""), nil
	})
	rest.Upload(k, op(http.MethodGet, "/finance/templates/source", "一份版式或说明文本，带文件内容"), finance.PermTemplate, func(ctx context.Context, in *struct {
		OfKind
		Key string `query:"key" required:"true" maxLength:"60" doc:"名称，或名称@版本"`
	}) (*rest.Body[finance.Template], error) {
		v, err := m.Template(ctx, in.Kind, in.Key)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
	rest.Upload(k, op(http.MethodPost, "/finance/templates", "检查并保存一份版式或说明文本；同一个 id 是下一版"), finance.PermTemplate, func(ctx context.Context, in *struct {
		RawBody huma.MultipartFormFiles[templateForm]
	}) (*rest.Body[finance.Template], error) {
		form := in.RawBody.Data()
		defer form.File.Close()
		source, err := io.ReadAll(io.LimitReader(form.File, 256<<10+1))
		if err != nil {
			return nil, err
		}
		add := m.AddTemplate
		if form.Check {
			add = func(_ context.Context, kind finance.TemplateKind, source []byte) (finance.Template, error) {
				return finance.ReadTemplate(kind, source)
			}
		}
		t, err := add(ctx, form.Kind, source)
		if err != nil {
			return nil, err
		}
		return rest.OK(t), nil
	})
}

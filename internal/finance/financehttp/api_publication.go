package financehttp

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/finance"
	"yichuang/internal/finance/publication"
	"yichuang/internal/rest"
)

// registerDocuments adds the documents to the API.
func registerDocuments(k *rest.Kit, d Deps) {
	get := op(http.MethodGet, "/finance/{year}/publication/{format}", "决算公开的文件；已公开的由封存的内容生成")
	get.Responses = rest.FileResponse("文件的内容")
	registerRevisions(k, d.Finance)
	rest.Register(k, get, finance.PermRead, func(ctx context.Context, in *struct {
		OfYear
		Format   string `path:"format" enum:"pdf,docx,xlsx,html,json,zip" doc:"格式"`
		Revision int64  `query:"revision" minimum:"0" doc:"第几版；0 或不写为最新一版"`
	}) (*huma.StreamResponse, error) {
		f := publication.Format(in.Format)
		p, err := d.Finance.Publication(ctx, in.Year, in.Revision, f)
		if err != nil {
			return nil, err
		}
		return rest.Download(k, p.Name(f), f.ContentType(), func(w io.Writer) error { return p.Write(w, f, publication.Options{Print: d.Print}) }), nil
	})
}

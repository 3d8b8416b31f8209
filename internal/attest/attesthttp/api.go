package attesthttp

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/attest"
	"yichuang/internal/rest"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"监察"}}
}

// RegisterAPI adds the sheets to the API.
func RegisterAPI(k *rest.Kit, d Deps) {
	m := d.Attest
	rest.Register(k, op(http.MethodGet, "/attest/sheets", "周链头单，新的在前"), attest.PermRead, func(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.Page[attest.Sheet]], error) {
		list, next, err := m.Sheets(ctx, in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/attest/sheets/{id}", "一张周链头单：各链的条数和校验值"), attest.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[attest.SheetView], error) {
		v, err := m.Find(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
	rest.Register(k, op(http.MethodPost, "/attest/sheets/{id}/file", "周链头单已打印备案"), attest.PermFile, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.File(ctx, in.ID.ID)
	})
	rest.Register(k, op(http.MethodPost, "/attest/sheets/{id}/check", "把一张周链头单与现在的记录核对"), attest.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Digest string `json:"digest,omitempty" maxLength:"200" doc:"备案纸面上的总校验值；不填的只与系统里存的核对"`
		}
	}) (*rest.Body[attest.Check], error) {
		found, err := m.Check(ctx, in.ID.ID, in.Body.Digest)
		if err != nil {
			return nil, err
		}
		return rest.OK(found), nil
	})
	file := op(http.MethodGet, "/attest/sheets/{id}/file", "周链头单的 PDF")
	file.Responses = rest.FileResponse("PDF 文件")
	rest.Register(k, file, attest.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*huma.StreamResponse, error) {
		p, _, err := d.paper(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		doc := p.Document()
		return rest.Download(k, p.Title+p.No+".pdf", "application/pdf", func(w io.Writer) error { return d.Print.Write(w, doc) }), nil
	})
}

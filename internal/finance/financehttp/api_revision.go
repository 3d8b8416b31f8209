package financehttp

import (
	"context"
	"net/http"

	"yichuang/internal/finance"
	"yichuang/internal/finance/statement"
	"yichuang/internal/rest"
)

// OfRevision addresses a frozen revision of a year.
type OfRevision struct {
	OfYear
	Revision int64 `path:"revision" minimum:"1" doc:"第几版"`
}

// registerRevisions adds the frozen revisions to the API.
func registerRevisions(k *rest.Kit, m *finance.Module) {
	rest.Register(k, op(http.MethodGet, "/finance/{year}/revisions/{revision}", "送审时封存的一版：内容、签章和与上一版的不同"), finance.PermRead, func(ctx context.Context, in *struct{ OfRevision }) (*rest.Body[*finance.RevisionView], error) {
		v, err := m.Revision(ctx, in.Year, in.Revision)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
	rest.Register(k, op(http.MethodGet, "/finance/{year}/revisions/{revision}/cells/{table}/{row}/{column}", "封存的一版里一个单元格背后的分录"), finance.PermRead, func(ctx context.Context, in *struct {
		OfRevision
		Table  string `path:"table" maxLength:"10" doc:"表，如 T05"`
		Row    string `path:"row" maxLength:"60" doc:"行：行次、科目代码或 total"`
		Column string `path:"column" maxLength:"10" doc:"栏次"`
		After  string `query:"after" maxLength:"40" doc:"上一页的游标"`
	}) (*rest.Body[rest.Page[finance.Entry]], error) {
		o, err := m.RevisionOrigin(ctx, in.Year, in.Revision, statement.Ref(in.Table+"/"+in.Row+"/"+in.Column), in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(o.Entries, o.Next), nil
	})
}

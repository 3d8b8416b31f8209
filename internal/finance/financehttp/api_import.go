package financehttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/document/table"
	"yichuang/internal/finance"
	"yichuang/internal/money"
	"yichuang/internal/rest"
)

// importFile is the multipart form of an import.
type importFile struct {
	Kind   finance.ImportKind `form:"kind" required:"true" enum:"entries,budget" doc:"分录或预算指标"`
	ByHand bool               `form:"by_hand" required:"false" doc:"列名与系统不同，由调用方在登记时指定字段对照"`
	File   huma.FormFile      `form:"file" required:"true" doc:"预算管理一体化系统导出的 XLSX 或 CSV"`
}

// MappingBody names the columns of a file as programs send it.
type MappingBody struct {
	Columns map[string]string `json:"columns,omitempty" doc:"字段对照：字段 → 文件里的列名；不传由系统认"`
	Wan     bool              `json:"wan,omitempty" doc:"金额单位是万元"`
}

func (m MappingBody) mapping() finance.Mapping {
	return finance.Mapping{Columns: m.Columns, Wan: m.Wan}
}

// previewOut is a file that was read, with what its rows come to.
type previewOut struct {
	Import   finance.Import       `json:"import"`
	Columns  []string             `json:"columns" doc:"文件的列"`
	Mapping  finance.Mapping      `json:"mapping" doc:"字段对照"`
	Rows     int                  `json:"rows"`
	Refused  int                  `json:"refused" doc:"不能登记的行数"`
	Problems []finance.Problem    `json:"problems" doc:"不能登记的原因，前五十行"`
	Overruns []string             `json:"overruns" doc:"会超出的预算指标"`
	Income   money.Fen            `json:"income"`
	Expense  money.Fen            `json:"expense"`
	Budget   money.Fen            `json:"budget"`
	Released money.Fen            `json:"released" doc:"额度下达合计，分"`
	Classes  []finance.ClassTotal `json:"classes" doc:"按类汇总，用来对账"`
}

func previewed(p *finance.Preview) *rest.Body[previewOut] {
	r := p.Reading
	return rest.OK(previewOut{Import: p.Import, Columns: append([]string{}, p.Sheet.Columns...), Mapping: p.Mapping, Rows: len(p.Sheet.Rows), Refused: r.Refused, Problems: append([]finance.Problem{}, r.Problems...),
		Overruns: append([]string{}, p.Overruns...), Income: r.Income, Expense: r.Expense, Budget: r.Budget, Released: r.Released, Classes: append([]finance.ClassTotal{}, r.ByClass...)})
}

// controlIn is the totals that the budget system states.
type controlIn struct {
	Income  *money.Fen `json:"income,omitempty" doc:"收入控制数，分；不传不核对"`
	Expense *money.Fen `json:"expense,omitempty" doc:"支出控制数，分"`
	Budget  *money.Fen `json:"budget,omitempty" doc:"预算控制数，分"`
}

func receive(ctx context.Context, m *finance.Module, year int, form *importFile) (*finance.Preview, error) {
	r, err := table.Open(form.File.Filename, form.File, form.File.Size, table.Options{Expect: finance.ImportHeads(form.Kind)})
	if err != nil {
		return nil, err
	}
	sheet, err := finance.ReadSheet(r)
	if err != nil {
		return nil, err
	}
	sheet.ByHand = form.ByHand
	i, err := m.Receive(ctx, year, form.Kind, form.File.Filename, sheet)
	if err != nil {
		return nil, err
	}
	return m.Preview(ctx, year, i.ID, finance.Mapping{})
}

// registerImports adds the way of a file into the books: read, looked at, entered.
func registerImports(k *rest.Kit, m *finance.Module) {
	list(k, "imports", "导入的文件", m.Imports)
	o := op(http.MethodPost, "/finance/{year}/imports", "读文件并预览；还不登记")
	o.MaxBodyBytes, o.BodyReadTimeout = upload, 5*time.Minute
	rest.Upload(k, o, finance.PermWrite, func(ctx context.Context, in *struct {
		OfYear
		RawBody huma.MultipartFormFiles[importFile]
	}) (*rest.Body[previewOut], error) {
		form := in.RawBody.Data()
		defer form.File.Close()
		p, err := receive(ctx, m, in.Year, form)
		if err != nil {
			return nil, err
		}
		return previewed(p), nil
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/imports/{id}/preview", "按给出的字段对照预览"), finance.PermWrite, func(ctx context.Context, in *struct {
		OfYear
		rest.ID
		Body MappingBody
	}) (*rest.Body[previewOut], error) {
		p, err := m.Preview(ctx, in.Year, in.ID.ID, in.Body.mapping())
		if err != nil {
			return nil, err
		}
		return previewed(p), nil
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/imports/{id}/apply", "对账并登记：全部登记，或一行不登记"), finance.PermWrite, func(ctx context.Context, in *struct {
		OfYear
		rest.ID
		Body struct {
			MappingBody
			Control controlIn `json:"control,omitempty"`
		}
	}) (*rest.Body[warned], error) {
		c := in.Body.Control
		w, err := m.Apply(ctx, in.Year, in.ID.ID, in.Body.mapping(), finance.Control{Income: c.Income, Expense: c.Expense, Budget: c.Budget})
		if err != nil {
			return nil, err
		}
		return rest.OK(warned{w}), nil
	})
}

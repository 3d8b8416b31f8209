package financehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/document/table"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/rest"
)

// BookBody is the settings of a book as programs send them.
type BookBody struct {
	Department string        `json:"department" maxLength:"60" doc:"部门名称，与公章一致"`
	Template   string        `json:"template" maxLength:"60" doc:"表的版式，如 gansu-2024，本中心自己的写 名称@版本"`
	Texts      string        `json:"texts,omitempty" maxLength:"60" doc:"说明文本；不传用 standard"`
	Level      finance.Level `json:"level" enum:"class,group,item" doc:"五（三）说明到类、款还是项"`
}

func (b BookBody) input(year int) finance.BookInput {
	return finance.BookInput{Year: year, Department: b.Department, Template: b.Template, Texts: b.Texts, Level: b.Level}
}

// bookOut answers with a book and its version.
func bookOut(b finance.Book, err error) (*rest.Versioned[finance.Book], error) {
	if err != nil {
		return nil, err
	}
	return rest.WithVersion(b, b.Version), nil
}

// registerSettings adds what a book needs before its first entry, and the closing of its months.
func registerSettings(k *rest.Kit, m *finance.Module) {
	registerBook(k, m)
	registerClosing(k, m)
	list(k, "projects", "项目", m.Projects)
	doing(k, "projects", "登记项目，或给已有代码改名", finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		Body struct {
			Code string `json:"code" maxLength:"30" doc:"字母、数字和短横线"`
			Name string `json:"name" maxLength:"100"`
		}
	}) error {
		return m.SaveProject(ctx, in.Year, in.Body.Code, in.Body.Name)
	})
	rest.Register(k, op(http.MethodGet, "/finance/units", "预算单位"), finance.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[finance.Unit]], error) {
		v, err := m.Units(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(v, ""), nil
	})
	rest.Register(k, op(http.MethodPost, "/finance/units", "增加预算单位"), finance.PermBudget, func(ctx context.Context, in *struct {
		Body struct {
			Code string           `json:"code" maxLength:"20"`
			Name string           `json:"name" maxLength:"60"`
			Kind finance.UnitKind `json:"kind" enum:"admin,civil,public" doc:"行政单位、参照公务员法管理的事业单位、事业单位"`
		}
	}) (*rest.Body[finance.Unit], error) {
		u, err := m.AddUnit(ctx, in.Body.Code, in.Body.Name, in.Body.Kind)
		if err != nil {
			return nil, err
		}
		return rest.OK(u), nil
	})
	registerSubjects(k, m)
}

func registerBook(k *rest.Kit, m *finance.Module) {
	rest.Register(k, op(http.MethodGet, "/finance/{year}", "一年的账套"), finance.PermRead, func(ctx context.Context, in *struct{ OfYear }) (*rest.Versioned[finance.Book], error) {
		return bookOut(m.Book(ctx, in.Year))
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}", "建立账套"), finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		Body struct {
			BookBody
			Kind finance.UnitKind `json:"kind,omitempty" doc:"还没有预算单位时必填：admin、civil 或 public"`
		}
	}) (*rest.Versioned[finance.Book], error) {
		return bookOut(m.OpenBook(ctx, in.Body.input(in.Year), in.Body.Kind))
	})
	rest.Register(k, op(http.MethodPut, "/finance/{year}", "修改账套的名称、版式和说明文本"), finance.PermBudget, func(ctx context.Context, in *struct {
		OfYear
		rest.IfMatch
		Body BookBody
	}) (*rest.Versioned[finance.Book], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		return bookOut(m.ChangeBook(ctx, in.Body.input(in.Year), version))
	})
}

func registerClosing(k *rest.Kit, m *finance.Module) {
	rest.Register(k, op(http.MethodPost, "/finance/{year}/close", "结账：只能是下一个月"), finance.PermClose, func(ctx context.Context, in *struct {
		OfYear
		Body struct {
			Month int `json:"month" minimum:"1" maximum:"12"`
		}
	}) (*rest.Versioned[finance.Book], error) {
		return bookOut(m.CloseMonth(ctx, in.Year, in.Body.Month))
	})
	rest.Register(k, op(http.MethodPost, "/finance/{year}/reopen", "取消最后一个月的结账，写明理由"), finance.PermReopen, func(ctx context.Context, in *struct {
		OfYear
		Body struct {
			Month  int    `json:"month" minimum:"1" maximum:"12"`
			Reason string `json:"reason" minLength:"1" maxLength:"200"`
		}
	}) (*rest.Versioned[finance.Book], error) {
		return bookOut(m.ReopenMonth(ctx, in.Year, in.Body.Month, in.Body.Reason))
	})
}

// subjectFile is the multipart form of a list of subjects.
type subjectFile struct {
	Scheme fiscal.Scheme `form:"scheme" required:"true" enum:"func,econ" doc:"功能分类或经济分类"`
	File   huma.FormFile `form:"file" required:"true" doc:"XLSX 或 CSV，列：科目代码、科目名称"`
}

// subjectsDone says what an import of subjects came to.
type subjectsDone struct {
	Subjects int `json:"subjects" doc:"读到的科目数"`
}

func registerSubjects(k *rest.Kit, m *finance.Module) {
	rest.Upload(k, op(http.MethodGet, "/finance/{year}/subjects/{scheme}", "一年的科目"), finance.PermRead, func(ctx context.Context, in *struct {
		OfYear
		Scheme fiscal.Scheme `path:"scheme" enum:"func,econ" doc:"功能分类或经济分类"`
	}) (*rest.Body[rest.Page[fiscal.Subject]], error) {
		d, err := m.Subjects(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.List(d.All(in.Scheme), ""), nil
	})
	list(k, "subject-lists", "导入过的科目表", m.SubjectLists)
	o := op(http.MethodPost, "/finance/{year}/subjects", "导入一年的科目表")
	o.MaxBodyBytes = upload
	rest.Upload(k, o, finance.PermCodes, func(ctx context.Context, in *struct {
		OfYear
		RawBody huma.MultipartFormFiles[subjectFile]
	}) (*rest.Body[subjectsDone], error) {
		form := in.RawBody.Data()
		defer form.File.Close()
		r, err := table.Open(form.File.Filename, form.File, form.File.Size, table.Options{Expect: finance.SubjectColumns()})
		if err != nil {
			return nil, err
		}
		list, err := finance.ReadSubjects(r, form.Scheme)
		if err != nil {
			return nil, err
		}
		if err := m.ImportSubjects(ctx, in.Year, form.File.Filename, list); err != nil {
			return nil, err
		}
		return rest.OK(subjectsDone{len(list)}), nil
	})
}

package financehttp

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/document/docx"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/examine"
	"yichuang/internal/rest"
)

func examineOp(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"决算公开审核"}}
}

// examineForm is the multipart form of a document to examine.
type examineForm struct {
	File      huma.FormFile `form:"file" required:"true" doc:"决算公开文件：PDF、DOCX、XLSX、HTML 或文本"`
	Approved  string        `form:"approved" required:"false" doc:"决算批复日期，如 2025-08-20"`
	Published string        `form:"published" required:"false" doc:"公开日期"`
	Secrecy   string        `form:"secrecy" required:"false" doc:"保密审查日期"`
	OrgKind   string        `form:"org_kind" required:"false" doc:"单位性质：行政、参公、事业"`
	Policy    string        `form:"policy" required:"false" doc:"绩效评分办法；不写按文件所在地区"`
}

// findingOut is a finding as programs read it.
type findingOut struct {
	examine.Finding
	Places []string `json:"places" doc:"位置"`
}

// examinationOut is an examination with its findings.
type examinationOut struct {
	examine.Examination
	Tables       []string            `json:"tables" doc:"读出的表"`
	Findings     []findingOut        `json:"findings"`
	NotEvaluated []check.Unevaluated `json:"unevaluated" doc:"未能判断的事项和原因"`
}

func examinationOf(v *examine.View) examinationOut {
	out := examinationOut{Examination: v.Examination, Tables: v.Tables, NotEvaluated: v.Unanswered, Findings: make([]findingOut, len(v.Findings))}
	for i, f := range v.Findings {
		out.Findings[i] = findingOut{f, f.Places()}
	}
	return out
}

// registerExaminationAPI adds the audits of published accounts.
func registerExaminationAPI(k *rest.Kit, d Deps) {
	m := d.Examine
	rest.Register(k, examineOp(http.MethodGet, "/examinations", "审核过的决算公开文件，最新的在前"), examine.PermRead, func(ctx context.Context, in *struct {
		Year  int    `query:"year" minimum:"0" maximum:"2099" doc:"年度；不写为全部"`
		After string `query:"after" maxLength:"40" doc:"上一页的游标"`
	}) (*rest.Body[rest.Page[examine.Examination]], error) {
		v, next, err := m.Examinations(ctx, examine.Filter{Year: in.Year, After: in.After})
		if err != nil {
			return nil, err
		}
		return rest.List(v, next), nil
	})
	create := examineOp(http.MethodPost, "/examinations", "审核一份决算公开文件；内容相同的文件沿用以前的处理")
	create.DefaultStatus, create.MaxBodyBytes = http.StatusCreated, uploadExamination
	rest.Upload(k, create, examine.PermRun, func(ctx context.Context, in *struct {
		RawBody huma.MultipartFormFiles[examineForm]
	}) (*rest.Created[examine.Examination], error) {
		x, err := examineUpload(ctx, m, in.RawBody.Data())
		if err != nil {
			return nil, err
		}
		return rest.Made(x, examinationPath(x.ID, ""), x.Version), nil
	})
	own := examineOp(http.MethodPost, "/examinations/own/{year}", "审核本中心一年的公开文件")
	own.DefaultStatus = http.StatusCreated
	rest.Register(k, own, examine.PermRun, func(ctx context.Context, in *struct{ OfYear }) (*rest.Created[examine.Examination], error) {
		x, err := m.ExamineOwn(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.Made(x, examinationPath(x.ID, ""), x.Version), nil
	})
	rest.Register(k, examineOp(http.MethodGet, "/examinations/{id}", "一份文件的审核：发现、处理和未能判断的事项"), examine.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[examinationOut], error) {
		v, err := m.Show(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(examinationOf(v)), nil
	})
	rest.Register(k, examineOp(http.MethodGet, "/examination-comparison", "年度和部门比较、排名和共性问题"), examine.PermRead, func(ctx context.Context, in *struct {
		Year int `query:"year" minimum:"0" maximum:"2099" doc:"排名的年度；不写为最新的一年"`
	}) (*rest.Body[*examine.Comparison], error) {
		v, err := m.Compare(ctx, in.Year)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
	registerDecisions(k, m)
	registerExaminationFiles(k, d)
}

func examineUpload(ctx context.Context, m *examine.Module, form *examineForm) (examine.Examination, error) {
	defer form.File.Close()
	in := examine.Input{File: form.File.Filename, OrgKind: disclosed.OrgKind(form.OrgKind), Policy: form.Policy}
	for text, to := range map[string]*clock.Date{form.Approved: &in.Approved, form.Published: &in.Published, form.Secrecy: &in.Secrecy} {
		if text == "" {
			continue
		}
		day, err := clock.ParseDate(text)
		if err != nil {
			return examine.Examination{}, examine.ErrFile.Field("date", "日期应写成 2025-08-20 的样子。")
		}
		*to = day
	}
	var err error
	if in.Content, err = io.ReadAll(io.LimitReader(form.File, examine.MaxSize+1)); err != nil {
		return examine.Examination{}, err
	}
	return m.Examine(ctx, in)
}

func registerDecisions(k *rest.Kit, m *examine.Module) {
	rest.Register(k, examineOp(http.MethodPost, "/examinations/{id}/findings/{no}", "处理一条发现：确认、豁免（要有理由）、标为已改或撤回"), examine.PermDecide, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		No   int `path:"no" minimum:"1" doc:"序号"`
		Body struct {
			To     examine.FindingState `json:"to" enum:"new,confirmed,waived,mended"`
			Remark string               `json:"remark,omitempty" maxLength:"500" doc:"理由；豁免必填"`
		}
	}) (*rest.Versioned[examine.Examination], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		x, err := m.Decide(ctx, in.ID.ID, version, in.No, examine.Decision{To: in.Body.To, Remark: in.Body.Remark})
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(x, x.Version), nil
	})
}

// registerExaminationFiles adds the documents made of an examination.
func registerExaminationFiles(k *rest.Kit, d Deps) {
	file := func(path, format, contentType, what, summary string, write func(ctx context.Context, v *examine.View, w io.Writer) error) {
		get := examineOp(http.MethodGet, "/examinations/{id}/"+path, summary)
		get.Responses = rest.FileResponse("文件的内容")
		rest.Register(k, get, examine.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*huma.StreamResponse, error) {
			v, err := d.Examine.Export(ctx, in.ID.ID, format)
			if err != nil {
				return nil, err
			}
			return rest.Download(k, v.FileName(what, format), contentType, func(w io.Writer) error { return write(ctx, v, w) }), nil
		})
	}
	file("notice.docx", "docx", docxType, "整改通知", "整改通知（DOCX）", func(ctx context.Context, v *examine.View, w io.Writer) error {
		return docx.Write(w, v.Notice(d.Issuer(ctx)))
	})
	file("findings.xlsx", "xlsx", xlsx.ContentType, "审核发现", "发现和未能判断的事项（XLSX）", func(_ context.Context, v *examine.View, w io.Writer) error { return v.Book().Write(w) })
}

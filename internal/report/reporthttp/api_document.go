package reporthttp

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/document/docx"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/metric"
	"yichuang/internal/report"
	"yichuang/internal/rest"
)

const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"通报"}}
}

// bulletinEditionOut is one state of a bulletin's text.
type bulletinEditionOut struct {
	Edition int           `json:"edition"`
	Title   string        `json:"title"`
	Text    string        `json:"text"`
	Note    string        `json:"note,omitempty" doc:"修改说明"`
	At      clock.Instant `json:"at"`
	By      string        `json:"by,omitempty" doc:"修改人"`
}

// bulletinPlanOut says when bulletins of a kind are drafted by themselves.
type bulletinPlanOut struct {
	Kind    string `json:"kind" enum:"daily,weekly,monthly"`
	Enabled bool   `json:"enabled"`
	Time    string `json:"time" doc:"起草的时刻，如 08:30"`
	Version int64  `json:"version"`
}

type bulletinPlanIn struct {
	Enabled bool   `json:"enabled"`
	Time    string `json:"time" maxLength:"5" doc:"起草的时刻，如 08:30"`
}

// bulletinFloorOut is what a rate of a unit should not fall below.
type bulletinFloorOut struct {
	Metric    string `json:"metric" doc:"指标代码"`
	Basis     int64  `json:"basis" doc:"下限，百分数乘以 100：9250 为 92.50%"`
	Source    string `json:"source,omitempty" doc:"依据"`
	Confirmed bool   `json:"confirmed"`
	Version   int64  `json:"version"`
}

type bulletinFloorIn struct {
	Basis     int64  `json:"basis" minimum:"0" maximum:"10000" doc:"下限，百分数乘以 100"`
	Source    string `json:"source,omitempty" maxLength:"100" doc:"依据；标为已确认时必填"`
	Confirmed bool   `json:"confirmed,omitempty"`
}

type bulletinSettingsOut struct {
	Plans  []bulletinPlanOut  `json:"plans"`
	Floors []bulletinFloorOut `json:"floors"`
}

// registerDocuments adds editions, the frozen figures, a mended bulletin, and the documents.
func (h handlers) registerDocuments(api *rest.Kit) {
	rest.Register(api, op(http.MethodGet, "/reports/{id}/editions", "通报文字的各版，最新的在前"), report.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[rest.Page[bulletinEditionOut]], error) {
		list, names, err := h.m.Editions(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		out := make([]bulletinEditionOut, len(list))
		for i, e := range list {
			out[i] = bulletinEditionOut{e.Edition, e.Title, e.Text, e.Note, e.At, names[e.ByUser]}
		}
		return rest.List(out, ""), nil
	})
	rest.Register(api, op(http.MethodGet, "/reports/{id}/figures", "印发时封存的数值：分子、分母、截至时间和校验值"), report.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[rest.Page[metric.Frozen]], error) {
		list, err := h.m.Frozen(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	mend := op(http.MethodPost, "/reports/{id}/replace", "起草更正：同一期间和文字，数据截至现在")
	mend.DefaultStatus = http.StatusCreated
	rest.Register(api, mend, report.PermWrite, func(ctx context.Context, in *struct {
		rest.ID
		rest.IdempotencyKey
	}) (*rest.Created[bulletinOut], error) {
		b, err := h.m.Replace(ctx, in.ID.ID, in.IdempotencyKey.IdempotencyKey)
		if err != nil {
			return nil, err
		}
		return rest.Made(wholeOf(b), path(b.ID), b.Version), nil
	})
	document := func(format, contentType, summary string, write func(ctx context.Context, b report.Bulletin, w io.Writer) error) {
		get := op(http.MethodGet, "/reports/{id}/"+format, summary)
		get.Responses = rest.FileResponse("文件的内容")
		rest.Register(api, get, report.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*huma.StreamResponse, error) {
			b, err := h.m.Export(ctx, in.ID.ID, format)
			if err != nil {
				return nil, err
			}
			return rest.Download(api, fileName(b, "."+format), contentType, func(w io.Writer) error { return write(ctx, b, w) }), nil
		})
	}
	document("docx", docxType, "通报的 DOCX 文件", h.writeDOCX)
	document("pdf", "application/pdf", "通报的 PDF 文件", h.writePDF)
	document("xlsx", xlsx.ContentType, "通报的 XLSX 文件", func(_ context.Context, b report.Bulletin, w io.Writer) error { return b.WriteXLSX(w) })
}

func (h handlers) writeDOCX(ctx context.Context, b report.Bulletin, w io.Writer) error {
	d, err := h.onPaper(ctx, b)
	if err != nil {
		return err
	}
	return docx.Write(w, d)
}

func (h handlers) writePDF(ctx context.Context, b report.Bulletin, w io.Writer) error {
	d, err := h.onPaper(ctx, b)
	if err != nil {
		return err
	}
	return h.print.Write(w, d)
}

// onPaper is a bulletin with the name of its centre.
func (h handlers) onPaper(ctx context.Context, b report.Bulletin) (paper.Document, error) {
	centre, err := h.org.Centre(ctx, b.CentreID)
	if err != nil {
		return paper.Document{}, err
	}
	return b.Document(report.Issuer{Centre: centre.Name}), nil
}

// registerSettings adds the plans and floors.
func (h handlers) registerSettings(api *rest.Kit) {
	rest.Register(api, op(http.MethodGet, "/reports/settings", "通报计划和下限"), report.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[bulletinSettingsOut], error) {
		return h.settingsOut(ctx)
	})
	rest.Register(api, op(http.MethodPut, "/reports/settings/plans/{kind}", "修改通报计划；返回全部设置"), report.PermPlan, func(ctx context.Context, in *struct {
		Kind string `path:"kind" enum:"daily,weekly,monthly"`
		rest.IfMatch
		Body bulletinPlanIn
	}) (*rest.Body[bulletinSettingsOut], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		at, err := time.Parse("15:04", in.Body.Time)
		if err != nil {
			return nil, report.ErrInput.Field("time", "时间请写成 08:30 的样子。")
		}
		if err := h.m.SavePlan(ctx, report.Plan{Kind: report.Kind(in.Kind), Enabled: in.Body.Enabled, Minute: at.Hour()*60 + at.Minute(), Version: version}); err != nil {
			return nil, err
		}
		return h.settingsOut(ctx)
	})
	rest.Register(api, op(http.MethodPut, "/reports/settings/floors/{metric}", "修改下限；返回全部设置"), report.PermPlan, func(ctx context.Context, in *struct {
		Metric string `path:"metric" maxLength:"20" doc:"指标代码"`
		rest.IfMatch
		Body bulletinFloorIn
	}) (*rest.Body[bulletinSettingsOut], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		if err := h.m.SaveFloor(ctx, report.Floor{Metric: in.Metric, Basis: in.Body.Basis, Source: in.Body.Source, Confirmed: in.Body.Confirmed, Version: version}); err != nil {
			return nil, err
		}
		return h.settingsOut(ctx)
	})
}

func (h handlers) settingsOut(ctx context.Context) (*rest.Body[bulletinSettingsOut], error) {
	s, err := h.m.Settings(ctx)
	if err != nil {
		return nil, err
	}
	out := bulletinSettingsOut{Plans: []bulletinPlanOut{}, Floors: []bulletinFloorOut{}}
	for _, p := range s.Plans {
		out.Plans = append(out.Plans, bulletinPlanOut{string(p.Kind), p.Enabled, p.Time(), p.Version})
	}
	for _, f := range s.Floors {
		out.Floors = append(out.Floors, bulletinFloorOut{f.Metric, f.Basis, f.Source, f.Confirmed, f.Version})
	}
	return rest.OK(out), nil
}

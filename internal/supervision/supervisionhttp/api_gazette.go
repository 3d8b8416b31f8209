package supervisionhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/rest"
	"yichuang/internal/supervision"
)

// gazetteSheet is a revision with the word of its seal.
type gazetteSheet struct {
	supervision.Gazette
	Intact bool `json:"intact" doc:"数值和所计的预警与公布时相同"`
}

// askedPeriod addresses a published period.
type askedPeriod struct {
	Centre   string `path:"centre" maxLength:"40" doc:"中心代码"`
	Month    string `query:"month" maxLength:"7" doc:"月份，如 2026-05；不填为最近公布的时期"`
	Quarter  bool   `query:"quarter" doc:"这个月所在的季度"`
	Revision string `query:"revision" maxLength:"6" doc:"版次；不填为现行的一版"`
}

func (d Deps) publicly(ctx context.Context, in *askedPeriod) (context.Context, supervision.PublicGazette, error) {
	ctx, err := d.visitor(ctx, in.Centre)
	if err != nil {
		return ctx, supervision.PublicGazette{}, err
	}
	p, n, err := asked(in.Month, in.Quarter, in.Revision)
	if err != nil {
		return ctx, supervision.PublicGazette{}, err
	}
	g, err := d.Supervision.Published(ctx, p, n)
	return ctx, g, err
}

func registerGazettes(k *rest.Kit, d Deps) {
	m := d.Supervision
	rest.Register(k, op(http.MethodGet, "/supervision/gazettes", "公布的监察结果，各个时期的各版"), supervision.PermResultRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[supervision.Gazette]], error) {
		list, err := m.Gazettes(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	create := op(http.MethodPost, "/supervision/gazettes", "公布一个月或一个季度的监察结果；公布过的写明理由另出一版")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, supervision.PermResultPublish, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body struct {
			Month   string `json:"month" minLength:"7" maxLength:"7" doc:"月份，如 2026-05"`
			Quarter bool   `json:"quarter,omitempty" doc:"这个月所在的季度"`
			Reason  string `json:"reason,omitempty" maxLength:"500" doc:"更正的理由"`
		}
	}) (*rest.Created[supervision.Gazette], error) {
		p, err := monthOf(in.Body.Month, in.Body.Quarter)
		if err != nil {
			return nil, err
		}
		g, err := m.Publish(ctx, supervision.GazetteInput{Key: in.IdempotencyKey.IdempotencyKey, Period: p, Reason: in.Body.Reason})
		if err != nil {
			return nil, err
		}
		return rest.Made(g, "/supervision/gazettes/"+string(g.ID), g.Revision), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervision/gazettes/{id}", "公布的一版监察结果，并核对封存"), supervision.PermResultRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[gazetteSheet], error) {
		g, intact, err := m.Gazette(ctx, supervision.GazetteID(in.ID.ID))
		if err != nil {
			return nil, err
		}
		return rest.OK(gazetteSheet{g, intact}), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervision/gazettes/{id}/alerts", "一个公布的数值所计的预警"), supervision.PermAlertRead, func(ctx context.Context, in *struct {
		rest.ID
		Unit   string `query:"unit" maxLength:"40" doc:"单位；不填为全部"`
		Column string `query:"column" enum:"remind,yellow,red,lifted,unanswered" doc:"哪一列；不填为全部"`
	}) (*rest.Body[rest.Page[supervision.ListedAlert]], error) {
		list, err := m.GazetteAlerts(ctx, supervision.GazetteID(in.ID.ID), in.Unit, in.Column)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	rest.Public(k, op(http.MethodGet, "/public/supervision/{centre}/results", "公布的监察结果"), func(ctx context.Context, in *askedPeriod) (*rest.Body[supervision.PublicGazette], error) {
		_, g, err := d.publicly(ctx, in)
		if err != nil {
			return nil, err
		}
		return rest.OK(g), nil
	})
	file := op(http.MethodGet, "/public/supervision/{centre}/results/file/{format}", "公布的监察结果的文件：pdf、docx 或 xlsx")
	file.Responses = rest.FileResponse("文件")
	rest.Public(k, file, func(ctx context.Context, in *struct {
		askedPeriod
		Format string `path:"format" enum:"pdf,docx,xlsx" doc:"格式"`
	}) (*huma.StreamResponse, error) {
		ctx, g, err := d.publicly(ctx, &in.askedPeriod)
		if err != nil {
			return nil, err
		}
		f, err := d.file(ctx, &g, in.Format)
		if err != nil {
			return nil, err
		}
		return rest.Download(k, f.name, f.kind, f.write), nil
	})
}

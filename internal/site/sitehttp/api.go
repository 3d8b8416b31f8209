package sitehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
	"yichuang/internal/site"
	"yichuang/internal/web"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"站点和终端"}}
}

func made(path, summary string) huma.Operation {
	o := op(http.MethodPost, path, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

func silent(path, summary string) huma.Operation {
	o := op(http.MethodPost, path, summary)
	o.DefaultStatus = http.StatusNoContent
	return o
}

// RegisterAPI adds this part of the API: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	registerVisits(k, d.Site)
	registerFindings(k, d.Site)
	evidencehttp.RegisterAPI(k, d.Blobs, evidencehttp.Routes{Path: "/site/findings/{id}", Name: "问题的整改后照片和材料", Tag: "站点和终端", Add: site.PermRectify, Read: site.PermVisitRead,
		Keep: d.Site.AddAfter, Open: d.Site.OpenFile})
	evidencehttp.RegisterAPI(k, d.Blobs, evidencehttp.Routes{Path: "/site/findings/{id}/before", Name: "问题的整改前照片和材料", Tag: "站点和终端", Add: site.PermVisit,
		Keep: d.Site.AddBefore})
	registerKiosks(k, d.Site)
	registerSupplies(k, d.Site)
	registerFigures(k, d.Site)
	registerMachines(k, d.Site)
}

func registerVisits(k *rest.Kit, m *site.Module) {
	rest.Register(k, op(http.MethodGet, "/site/visits", "指导检查和自评，新的在前"), site.PermVisitRead, func(ctx context.Context, in *struct {
		Site  string `query:"site" maxLength:"40" doc:"站点"`
		After string `query:"after" maxLength:"40" doc:"上一页的 next"`
	}) (*rest.Body[rest.Page[site.Visit]], error) {
		list, next, err := m.Visits(ctx, in.Site, in.After)
		return rest.List(list, next), err
	})
	rest.Register(k, op(http.MethodGet, "/site/visits/{id}", "一次指导检查和它的问题"), site.PermVisitRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[site.VisitSheet], error) {
		s, err := m.Visit(ctx, in.ID.ID)
		return rest.WithVersion(s, s.Version), err
	})
	add := func(path, summary string, p actor.Permission, kind site.VisitKind) {
		rest.Register(k, made(path, summary), p, func(ctx context.Context, in *struct {
			rest.IdempotencyKey
			Body site.VisitInput
		}) (*rest.Created[site.Visit], error) {
			in.Body.Key = in.IdempotencyKey.IdempotencyKey
			if kind != "" {
				in.Body.Kind = kind
			}
			v, err := m.MakeVisit(ctx, in.Body)
			return rest.Made(v, "/site/visits/"+v.ID, v.Version), err
		})
	}
	add("/site/visits", "登记指导检查", site.PermVisit, "")
	add("/site/self-assessments", "站点自评", site.PermSelfAssess, site.SelfMade)
	rest.Register(k, op(http.MethodPost, "/site/visits/{id}/star", "评定星级"), site.PermStar, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			Stars  int64  `json:"stars" minimum:"0" maximum:"5"`
			Remark string `json:"remark,omitempty" maxLength:"500"`
		}
	}) (*rest.Versioned[site.Visit], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		v, err := m.Star(ctx, in.ID.ID, version, in.Body.Stars, in.Body.Remark)
		return rest.WithVersion(v, v.Version), err
	})
	rest.Register(k, op(http.MethodGet, "/site/checklist", "现行的检查表"), site.PermVisitRead, func(ctx context.Context, _ *struct{}) (*rest.Body[site.Checklist], error) {
		l, err := m.Checklist(ctx)
		return rest.OK(l), err
	})
	rest.Register(k, op(http.MethodPost, "/site/checklist", "保存检查表的新版"), site.PermChecklist, func(ctx context.Context, in *struct{ Body site.Checklist }) (*rest.Body[site.Checklist], error) {
		l, err := m.SaveChecklist(ctx, in.Body)
		return rest.OK(l), err
	})
}

func registerFindings(k *rest.Kit, m *site.Module) {
	rest.Register(k, op(http.MethodGet, "/site/findings", "没有销号的问题"), site.PermVisitRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[site.Finding]], error) {
		list, err := m.OpenFindings(ctx)
		return rest.List(list, ""), err
	})
	rest.Register(k, op(http.MethodPost, "/site/findings/{id}/rectify", "整改回告"), site.PermRectify, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			Answer   string `json:"answer" maxLength:"1000"`
			Evidence string `json:"evidence" maxLength:"500"`
		}
	}) (*rest.Versioned[site.Finding], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		f, err := m.Rectify(ctx, in.ID.ID, version, in.Body.Answer, in.Body.Evidence)
		return rest.WithVersion(f, f.Version), err
	})
	rest.Register(k, op(http.MethodPost, "/site/findings/{id}/recheck", "复查：销号，或退回"), site.PermVisit, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			Done   bool   `json:"done"`
			Remark string `json:"remark,omitempty" maxLength:"500"`
		}
	}) (*rest.Versioned[site.Finding], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		f, err := m.Recheck(ctx, in.ID.ID, version, in.Body.Done, in.Body.Remark)
		return rest.WithVersion(f, f.Version), err
	})
}

func registerKiosks(k *rest.Kit, m *site.Module) {
	rest.Register(k, op(http.MethodGet, "/site/kiosks", "自助终端和它们的状态"), site.PermKioskRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[site.KioskLine]], error) {
		list, err := m.Kiosks(ctx)
		return rest.List(list, ""), err
	})
	rest.Register(k, made("/site/places/{site}/kiosks", "登记自助终端"), site.PermKiosk, func(ctx context.Context, in *struct {
		Site string `path:"site" maxLength:"40" doc:"站点"`
		rest.IdempotencyKey
		Body site.KioskInput
	}) (*rest.Created[site.Kiosk], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		x, err := m.SaveKiosk(ctx, in.Site, "", 0, in.Body)
		return rest.Made(x, "/site/kiosks/"+x.ID, x.Version), err
	})
	rest.Register(k, op(http.MethodPut, "/site/kiosks/{id}", "修改自助终端"), site.PermKiosk, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body site.KioskInput
	}) (*rest.Versioned[site.Kiosk], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		x, err := m.SaveKiosk(ctx, "", in.ID.ID, version, in.Body)
		return rest.WithVersion(x, x.Version), err
	})
	rest.Register(k, op(http.MethodGet, "/site/faults", "终端故障，没有修复的在前"), site.PermKioskRead, func(ctx context.Context, in *struct {
		After string `query:"after" maxLength:"40" doc:"上一页的 next"`
	}) (*rest.Body[rest.Page[site.Fault]], error) {
		list, next, err := m.Faults(ctx, in.After)
		return rest.List(list, next), err
	})
	rest.Register(k, silent("/site/kiosks/{id}/faults", "报修"), site.PermFault, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Kind site.KioskState `json:"kind" enum:"paper,printer,reader,other"`
			Text string          `json:"text" maxLength:"500"`
		}
	}) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.ReportFault(ctx, in.ID.ID, in.Body.Kind, in.Body.Text)
	})
	rest.Register(k, op(http.MethodPost, "/site/faults/{id}/fix", "登记修复"), site.PermFault, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			Done string `json:"done" maxLength:"500"`
		}
	}) (*rest.Versioned[site.Fault], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		f, err := m.FixFault(ctx, in.ID.ID, version, in.Body.Done)
		return rest.WithVersion(f, f.Version), err
	})
}

func registerSupplies(k *rest.Kit, m *site.Module) {
	rest.Register(k, op(http.MethodGet, "/site/supplies", "用品和维修，新的在前"), site.PermSupplyRead, func(ctx context.Context, in *struct {
		State string `query:"state" maxLength:"10" doc:"状态"`
		Kind  string `query:"kind" maxLength:"20" doc:"种类"`
		After string `query:"after" maxLength:"40" doc:"上一页的 next"`
	}) (*rest.Body[rest.Page[site.Supply]], error) {
		list, next, err := m.Supplies(ctx, site.SupplyFilter{State: in.State, Kind: site.SupplyKind(in.Kind), Before: in.After})
		return rest.List(list, next), err
	})
	rest.Register(k, made("/site/supplies", "申请用品或维修"), site.PermSupplyAsk, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body site.SupplyInput
	}) (*rest.Created[site.Supply], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		s, err := m.AskSupply(ctx, in.Body)
		return rest.Made(s, "/site/supplies/"+s.ID, s.Version), err
	})
	rest.Register(k, op(http.MethodGet, "/site/supplies/{id}", "一件用品或维修"), site.PermSupplyRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[site.Supply], error) {
		s, err := m.Supply(ctx, in.ID.ID)
		return rest.WithVersion(s, s.Version), err
	})
	rest.Register(k, op(http.MethodPost, "/site/supplies/{id}/decision", "审批"), site.PermSupplyGrant, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			Approve bool   `json:"approve"`
			Remark  string `json:"remark,omitempty" maxLength:"500"`
		}
	}) (*rest.Versioned[site.Supply], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		s, err := m.DecideSupply(ctx, in.ID.ID, version, in.Body.Approve, in.Body.Remark)
		return rest.WithVersion(s, s.Version), err
	})
	rest.Register(k, op(http.MethodPost, "/site/supplies/{id}/finish", "登记办结：数量和金额"), site.PermSupplyGrant, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body site.FinishInput
	}) (*rest.Versioned[site.Supply], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		s, err := m.FinishSupply(ctx, in.ID.ID, version, in.Body)
		return rest.WithVersion(s, s.Version), err
	})
}

// Span is a period of whole days.
type Span struct {
	From rest.DateParam `query:"from" required:"true" doc:"第一天"`
	To   rest.DateParam `query:"to" required:"true" doc:"最后一天"`
}

func (s Span) period() metric.Period { return metric.Period{From: s.From.Get(), To: s.To.Get() + 1} }

// FigureRecords is a figure with the records behind it.
type FigureRecords struct {
	Figure  metric.Figure   `json:"figure"`
	Value   string          `json:"value" doc:"显示的数值"`
	Records []metric.Record `json:"records"`
}

func registerFigures(k *rest.Kit, m *site.Module) {
	rest.Register(k, op(http.MethodGet, "/site/figures", "一段时间的站点、终端和用品统计"), site.PermFigure, func(ctx context.Context, in *Span) (*rest.Body[rest.Page[metric.Figure]], error) {
		list, err := m.Figures(ctx, in.period())
		return rest.List(list, ""), err
	})
	rest.Register(k, op(http.MethodGet, "/site/figures/{code}", "一个指标和它数到的记录"), site.PermFigure, func(ctx context.Context, in *struct {
		Span
		Code string `path:"code" maxLength:"20" doc:"指标代码"`
		Part string `query:"part" maxLength:"10" doc:"num 分子，den 分母；不传为分子"`
	}) (*rest.Body[FigureRecords], error) {
		f, list, err := m.Figure(ctx, in.Code, metric.Part(in.Part), in.period())
		return rest.OK(FigureRecords{f, f.Text(), list}), err
	})
}

// beats is how often one address may report: the kiosks of a hall are behind one.
var beats = web.Rate{PerMinute: 240, Burst: 60}

// OfKiosk addresses a kiosk by the code in its address.
type OfKiosk struct {
	Centre string `path:"centre" maxLength:"40" doc:"中心编号"`
	Kiosk  string `path:"kiosk" maxLength:"64" doc:"终端地址中的代码"`
}

// enter is the kiosk's own actor, which may nothing but report and ask.
func (in OfKiosk) enter(ctx context.Context) context.Context {
	a := actor.From(ctx)
	return actor.With(ctx, &actor.Actor{Kind: actor.Citizen, Name: "自助终端", CentreID: in.Centre, IP: a.IP, RequestID: a.RequestID})
}

func registerMachines(k *rest.Kit, m *site.Module) {
	rest.Public(k, silent("/public/site/{centre}/kiosks/{kiosk}/beats", "自助终端的心跳：状态和余纸"), func(ctx context.Context, in *struct {
		OfKiosk
		Body site.Beat
	}) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.Report(in.enter(ctx), in.Kiosk, in.Body)
	}, web.Limit(beats))
	rest.Public(k, op(http.MethodPost, "/public/site/{centre}/kiosks/{kiosk}/prints", "自助终端核对：要打印的文书是不是读到的证件本人的；可以打印的同时给出评价码"), func(ctx context.Context, in *struct {
		OfKiosk
		Body struct {
			No   string `json:"no" maxLength:"60" doc:"文书编号"`
			IDNo string `json:"id_no" maxLength:"30" doc:"读到的证件号码，不保存"`
		}
	}) (*rest.Body[site.PrintAnswer], error) {
		answer, err := m.CheckPrint(in.enter(ctx), in.Kiosk, in.Body.No, in.Body.IDNo)
		return rest.OK(answer), err
	})
}

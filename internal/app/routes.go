package app

import (
	"context"
	"net/http"

	"yichuang/internal/actor"
	"yichuang/internal/archive/archivehttp"
	"yichuang/internal/assess/assesshttp"
	"yichuang/internal/attest/attesthttp"
	"yichuang/internal/audit"
	"yichuang/internal/calendar/calendarhttp"
	"yichuang/internal/casework/caseworkhttp"
	"yichuang/internal/complaint/complainthttp"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/exchange/exchangehttp"
	"yichuang/internal/finance/financehttp"
	"yichuang/internal/hall/hallhttp"
	"yichuang/internal/hallmetric/hallmetrichttp"
	"yichuang/internal/honour/honourhttp"
	"yichuang/internal/hotline/hotlinehttp"
	"yichuang/internal/hotline/open311"
	"yichuang/internal/item/itemhttp"
	"yichuang/internal/knowledge/knowledgehttp"
	"yichuang/internal/org/orghttp"
	"yichuang/internal/outbox/outboxhttp"
	"yichuang/internal/performance/performancehttp"
	"yichuang/internal/rating/ratinghttp"
	"yichuang/internal/report/reporthttp"
	"yichuang/internal/rest"
	"yichuang/internal/site/sitehttp"
	"yichuang/internal/store"
	"yichuang/internal/supervision/supervisionhttp"
	"yichuang/internal/telephony/telephonyhttp"
	"yichuang/internal/training/traininghttp"
	"yichuang/internal/web"
	"yichuang/internal/workforce/workforcehttp"
)

// Version is the program's version, set at build time.
var Version = "dev"

func (a *App) routes() error {
	key := crypt.SM3([]byte("web cookies"), []byte(a.Keys.BlindIndex(crypt.Kind("cookie-key"), "1")))
	a.Web = web.New(web.Options{
		Logger: a.Log, Clock: a.Clock, Key: key[:], Sessions: a.Org.Sessions(), Session: web.SessionOptions{Idle: a.Config.Idle, Secure: a.Config.Secure},
		Authenticate: a.Org.Authenticate, Visitor: a.visitor, Denied: a.denied, Site: a.site, Metrics: a.Metrics, TrustedProxies: a.Config.TrustedProxies(), PublicURL: a.Config.PublicURL,
		Ready: []web.Check{{Name: "database", Run: a.ping}},
	})
	a.REST = rest.New(a.Web, rest.Options{AuthenticateToken: a.Org.AuthenticateToken, Title: "一窗接口", Version: Version,
		Description: "政务服务中心一体化平台的接口：与页面相同的用例、权限和审计。"})
	d := hotlinehttp.Deps{Hotline: a.Hotline, Figures: a.Figures, Topics: a.Topics, Desk: a.Desk, Advice: a.Advice, Org: a.Org, Blobs: a.Blobs, Knowledge: a.Knowledge, Telephony: a.Telephony, Beside: a.besideTicket, Desks: a.besideDesk, Hall: a.hallGlance,
		Doors: []hotlinehttp.Door{{Path: "/guides", Label: "办事指南、网上申请", Text: "查要带的材料和时限；开通的事项可以直接申请"}, {Path: "/cases", Label: "办件进度", Text: "凭查询码看办到哪一步、补交材料，验证文书真伪"},
			{Path: "/matters", Label: "反映办不成事、投诉窗口", Text: "在大厅办事受阻，或对窗口人员有意见"}, {Path: "/stars", Label: "政务之星", Text: "给服务好的工作人员投票，看历次评选"},
			{Path: "/rate", Label: "评价办事服务", Text: "凭评价码评价窗口、办件和自助终端的服务"}, {Path: "/data", Label: "谁用过我的数据", Text: "看哪个单位、什么时候、为了什么查过您的数据，以及政务数据目录"},
			{Path: "/hall-figures", Label: "政务大厅指标", Text: "每月公布：按期办结率、一次办成率、平均等待时长等"},
			{Path: "/supervision-results", Label: "监察结果", Text: "按月或按季公布：各单位的红黄牌、红黄牌率、抽查合格率和等次"}}}
	a.Web.Nav(hotlinehttp.NavItems(a.Hotline, a.Desk)...)
	hotlinehttp.RegisterDesks(a.Web, d)
	hotlinehttp.RegisterPublic(a.Web, d)
	hotlinehttp.RegisterAdmin(a.Web, d)
	calendarhttp.Register(a.Web, a.REST, calendarhttp.Deps{Calendar: a.Calendar, Units: a.unitOptions, Gaps: a.CalendarGaps})
	hotlinehttp.RegisterAPI(a.REST, d)
	kd := knowledgehttp.Deps{Knowledge: a.Knowledge, Org: a.Org, Categories: a.categoryOptions}
	knowledgehttp.Register(a.Web, kd)
	knowledgehttp.RegisterAPI(a.REST, kd)
	telephonyhttp.Register(a.Web, a.REST, telephonyhttp.Deps{Telephony: a.Telephony, AuthenticateToken: a.Org.AuthenticateToken})
	a.Web.Nav(telephonyhttp.NavItems()...)
	open311.Register(a.Web, open311.Deps{Hotline: a.Hotline, Org: a.Org, AuthenticateToken: a.Org.AuthenticateToken})
	assesshttp.Register(a.Web, assesshttp.Deps{Assess: a.Assess, Org: a.Org, Blobs: a.Blobs})
	assesshttp.RegisterAPI(a.REST, assesshttp.Deps{Assess: a.Assess, Org: a.Org, Blobs: a.Blobs})
	fd := financehttp.Deps{Finance: a.Finance, Print: a.Print, Examine: a.Examine, Issuer: a.issuer}
	financehttp.Register(a.Web, fd)
	financehttp.RegisterAPI(a.REST, fd)
	hallhttp.Register(a.Web, hallhttp.Deps{Hall: a.Hall, Org: a.Org, Units: a.unitOptions})
	hallhttp.RegisterAPI(a.REST, hallhttp.Deps{Hall: a.Hall, Org: a.Org})
	hallmetrichttp.Register(a.Web, hallmetrichttp.Deps{Metrics: a.HallMetric, Org: a.Org})
	hallmetrichttp.RegisterAPI(a.REST, hallmetrichttp.Deps{Metrics: a.HallMetric, Org: a.Org})
	pd := performancehttp.Deps{Performance: a.Performance, Finance: a.Finance, Blobs: a.Blobs, Print: a.Print}
	performancehttp.Register(a.Web, pd)
	performancehttp.RegisterAPI(a.REST, pd)
	itemhttp.Register(a.Web, itemhttp.Deps{Item: a.Item, Org: a.Org, Print: a.Print, Blobs: a.Blobs})
	itemhttp.RegisterAPI(a.REST, itemhttp.Deps{Item: a.Item, Org: a.Org, Print: a.Print, Blobs: a.Blobs})
	archivehttp.Register(a.Web, a.REST, archivehttp.Deps{Archive: a.Archive, Org: a.Org, Blobs: a.Blobs, Kept: a.keptPeople})
	reporthttp.Register(a.Web, a.REST, reporthttp.Deps{Report: a.Report, Hotline: a.Hotline, Figures: a.Figures, Org: a.Org, Print: a.Print})
	cd := caseworkhttp.Deps{Casework: a.Casework, Item: a.Item, Org: a.Org, Print: a.Print, Blobs: a.Blobs, Rated: a.ratedCase, Counter: a.counterOf, Serving: a.servingAt}
	caseworkhttp.Register(a.Web, cd)
	caseworkhttp.RegisterAPI(a.REST, cd)
	sd := supervisionhttp.Deps{Supervision: a.Supervision, Org: a.Org, Print: a.Print}
	supervisionhttp.Register(a.Web, sd)
	supervisionhttp.RegisterAPI(a.REST, sd)
	md := complainthttp.Deps{Complaint: a.Complaint, Blobs: a.Blobs, Org: a.Org, Print: a.Print, Units: a.unitOptions}
	complainthttp.Register(a.Web, md)
	complainthttp.RegisterAPI(a.REST, md)
	attesthttp.Register(a.Web, attesthttp.Deps{Attest: a.Attest, Org: a.Org, Print: a.Print})
	attesthttp.RegisterAPI(a.REST, attesthttp.Deps{Attest: a.Attest, Org: a.Org, Print: a.Print})
	outboxhttp.Register(a.Web, a.REST, a.Outbox)
	rd := ratinghttp.Deps{Rating: a.Rating, Org: a.Org, Units: a.unitOptions}
	ratinghttp.Register(a.Web, rd)
	ratinghttp.RegisterAPI(a.REST, rd)
	hd := honourhttp.Deps{Honour: a.Honour, Blobs: a.Blobs, Org: a.Org, Print: a.Print}
	honourhttp.Register(a.Web, hd)
	honourhttp.RegisterAPI(a.REST, hd)
	td := traininghttp.Deps{Training: a.Training, Org: a.Org, Print: a.Print}
	traininghttp.Register(a.Web, td)
	traininghttp.RegisterAPI(a.REST, td)
	pld := sitehttp.Deps{Site: a.Site, Blobs: a.Blobs, Org: a.Org, Units: a.unitOptions}
	sitehttp.Register(a.Web, pld)
	sitehttp.RegisterAPI(a.REST, pld)
	xd := exchangehttp.Deps{Exchange: a.Exchange, Item: a.Item, Org: a.Org, Print: a.Print}
	exchangehttp.Register(a.Web, xd)
	exchangehttp.RegisterAPI(a.REST, xd)
	wd := workforcehttp.Deps{Workforce: a.Workforce, Org: a.Org, Blobs: a.Blobs, Units: a.unitOptions, Letter: a.letterOf}
	workforcehttp.Register(a.Web, wd)
	workforcehttp.RegisterAPI(a.REST, wd)
	orghttp.Register(a.Web, a.REST, a.Org)
	a.Web.Public("GET /{$}", home)
	return nil
}

// ping reads one row, for /readyz.
func (a *App) ping(ctx context.Context) error {
	return a.DB.Read(ctx, func(tx *store.Tx) error {
		_, err := store.Select[int64](tx, "SELECT 1")
		return err
	})
}

// visitor is who asks without a session: nobody, in the installation's centre where there is only one.
func (a *App) visitor(r *http.Request) *actor.Actor {
	v := &actor.Actor{Kind: actor.Anonymous}
	if list, err := a.Org.Centres(r.Context()); err == nil && len(list) == 1 {
		v.CentreID = list[0].ID
	}
	return v
}

// site names the centre on the pages.
func (a *App) site(ctx context.Context) web.Site {
	s := web.Site{Centre: "政务服务中心", Phone: "12345"}
	if c, err := a.Org.Centre(ctx, actor.From(ctx).CentreID); err == nil {
		s.Centre = c.Name
	}
	return s
}

// issuer is the name of the actor's centre, in which its documents go out.
func (a *App) issuer(ctx context.Context) string { return a.site(ctx).Centre }

// denied writes the audit line of a refused request.
func (a *App) denied(ctx context.Context, r *http.Request, e *errs.Error) {
	detail := map[string]any{"code": e.Code, "route": web.RoutePattern(ctx), "method": r.Method}
	p, _ := e.Detail["permission"].(string)
	err := a.DB.WithTx(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "web.denied", Permission: actor.Permission(p), Outcome: audit.Denied, Kind: "route", Object: web.RoutePattern(ctx), Detail: detail})
	})
	if err != nil {
		a.Log.Error("a denied request could not be audited", "module", "app", "error", err.Error())
	}
}

// categoryOptions lists the hotline's categories for a choice on a page.
func (a *App) categoryOptions(ctx context.Context) ([]web.Option, error) {
	list, err := a.Hotline.Categories(ctx)
	var out []web.Option
	for _, c := range list {
		if c.Active {
			out = append(out, web.Option{Value: c.Code, Label: c.Code + " " + c.Name})
		}
	}
	return out, err
}

// unitOptions lists the units for a choice on a page.
func (a *App) unitOptions(ctx context.Context) ([]web.Option, error) {
	units, err := a.Org.UnitTree(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]web.Option, len(units))
	for i, u := range units {
		out[i] = web.Option{Value: u.ID, Label: u.Name}
	}
	return out, nil
}

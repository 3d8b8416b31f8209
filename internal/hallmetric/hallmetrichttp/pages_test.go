package hallmetrichttp_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/hallmetric"
	"yichuang/internal/hallmetric/hallmetrichttp"
	"yichuang/internal/org"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
	"yichuang/internal/workforce"
)

// newSite is a hall with four closed cases of October, one of them late, and its pages.
func newSite(t *testing.T) *webtest.Site {
	t.Helper()
	w := ratingtest.New(t, storetest.Open(t, store.SQLite, append(ratingtest.Migrations(), supervision.Migrations, complaint.Migrations, workforce.Migrations, hallmetric.Migrations)))
	w.Set("2025-11-03 09:00")
	at := clock.MustInstant("2025-10-09 09:00")
	for i := range 4 {
		c := casework.Case{CentreID: w.Centre, ID: casework.CaseID(fmt.Sprintf("case%d", i)), No: fmt.Sprintf("B20251009-000%d", i), ItemID: w.Item.ID, ItemName: "就业困难人员认定", UnitID: w.Unit.ID, SiteID: w.Hall.ID, Kind: "2", State: casework.Closed,
			ReceivedAt: at, CompleteAt: at, AcceptedAt: at, DecidedAt: clock.MustInstant("2025-10-15 10:00"), ClosedAt: clock.MustInstant("2025-10-15 11:00"), CloseCode: casework.CloseIssued, PromiseDue: clock.MustDate("2025-10-16").End(), EventHash: []byte{}}
		if i == 3 {
			c.DecidedAt = clock.MustInstant("2025-10-20 10:00")
		}
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return store.Insert(tx, "casework_case", c) }); err != nil {
			t.Fatal(err)
		}
	}
	users := map[string]*actor.Actor{}
	for name, role := range map[string]string{"L": org.RoleLeader, "I": org.RoleInfo, "F": org.RoleFinance, "K": org.RoleAgent} {
		users[name] = with(w.As(t, role), role)
	}
	users["Z"] = with(w.Chief(t), org.RoleChiefRep)
	d := hallmetrichttp.Deps{Metrics: hallmetric.New(hallmetric.Deps{DB: w.DB, Org: w.Org, Calendar: w.Calendar, Item: w.World.Item}), Org: w.Org}
	visitor := func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre} }
	return webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		hallmetrichttp.Register(pages, d)
		hallmetrichttp.RegisterAPI(api, d)
	}, func(o *web.Options) { o.Clock, o.Visitor = w.Clock, visitor })
}

// with gives somebody what the row of the matrix gives the role.
func with(ctx context.Context, role string) *actor.Actor {
	a := *actor.From(ctx)
	grants := map[actor.Permission]actor.Scope{}
	for _, g := range hallmetric.Grants() {
		if g.Role == role {
			grants[g.Permission] = g.Scope
		}
	}
	if role == org.RoleLeader {
		grants[casework.PermRead] = actor.Centre
	}
	a.Grants = grants
	return &a
}

const inOctober = "span=own&from=2025-10-01&last=2025-10-31"

func TestFiguresOnTheirPages(t *testing.T) {
	s := newSite(t)
	l, i, f, k := s.As("L"), s.As("I"), s.As("F"), s.As("K")
	l.Get("/hall/metrics?"+inOctober).Want(200).Has("按期办结率（承诺）", "75.00%", "排除", "分子之和除以分母之和", "没有数据来源")
	l.Get("/hall/metrics/one?m=HC1&by=unit&"+inOctober).Want(200).Has("市人社局", "75.00%")
	l.Get("/hall/metrics/one?m=HC1&by=item&" + inOctober).Want(200).Has("就业困难人员认定")
	l.Get("/hall/metrics/records?m=HC1&part=num&"+inOctober).Want(200).Has("B20251009-0000", "按期", "/cases/B20251009-0000").Lacks("B20251009-0003")
	l.Get("/hall/metrics/records?m=HC9&part=xx").Want(404)
	l.Get("/hall/metrics/records?m=HP1&" + inOctober).Want(403)
	l.Get("/hall/metrics?span=own&from=2025-10-31&last=2025-10-01").Want(200).Has("结束日期应不早于开始日期")
	l.Get("/hall/overview").Want(200).Has("今日", "本月", "本年", "在办办件")
	for _, path := range []string{"/hall/metrics/export.xlsx", "/hall/metrics/one.xlsx", "/hall/metrics/records.xlsx"} {
		l.Get(path + "?m=HC1&part=den&" + inOctober).Want(200)
	}
	f.Get("/hall/totals?" + inOctober).Want(200).Has("75.00%").Lacks("/hall/metrics/records")
	f.Get("/hall/totals/export.xlsx?" + inOctober).Want(200)
	f.Get("/hall/metrics").Want(403)
	k.Get("/hall/metrics").Want(403)
	s.As("Z").Get("/hall/overview").Want(200).Has("本月还没有办件").Lacks(`href="/hall/queue"`, `href="/cases"`)
	i.Get("/hall/metrics/months").Want(200).Has("还没有公布过月份", "封存一个月")
}

func TestAMonthIsPublishedForEverybody(t *testing.T) {
	s := newSite(t)
	i, public := s.As("I"), s.As("")
	public.Get("/hall-figures").Want(200).Has("还没有公布")
	public.Get("/hall-figures/screen").Want(200).Has("还没有公布")
	i.Post("/hall/metrics/months", "month", "2025-13").Want(422).Has("请按 2026-05 的样子")
	i.Post("/hall/metrics/months", "month", "2025-11").Want(422).Has("还没有结束")
	s.As("L").Post("/hall/metrics/months", "month", "2025-10").Want(403)
	i.Post("/hall/metrics/months", "month", "2025-10").Goes("/hall/metrics/months")
	i.Post("/hall/metrics/months", "month", "2025-10").Want(422).Has("请写明更正的理由")
	i.Get("/hall/metrics/months").Want(200).Has("2025年10月", "首次", "重算核对")
	i.Get("/hall/metrics/months/2025-10/check").Want(200).Has("不一致") // rows without events
	public.Get("/hall-figures").Want(200).Has("2025年10月", "75.00%", "市人社局", "3 / 4").Lacks("B20251009")
	public.Get("/hall-figures?month=2025-09").Want(404)
	public.Get("/hall-figures/screen").Want(200).Has("按期办结率", "75.00%").Lacks("B20251009")
	for path, want := range map[string]string{"/hall/metrics": `"HC1"`, "/hall/metrics/figures?from=2025-10-01&to=2025-11-01&by=unit": `"numerator":3`, "/hall/metrics/records?measure=HC1&part=out&from=2025-10-01&to=2025-11-01": `"total":0`,
		"/hall/metrics/overview": `"spans"`, "/hall/metrics/glance": `"figures"`, "/hall/metrics/months": `"revision":1`, "/hall/metrics/months/2025-10/recount": `"equal":false`} {
		i.Call("GET", path, "").Want(200).Has(want)
	}
	s.As("F").Call("GET", "/hall/metrics/totals?from=2025-10-01&to=2025-11-01", "").Want(200).Has(`"totals_only":true`)
	i.Call("POST", "/hall/metrics/months/2025-10/publish", `{"reason":"补录"}`).Want(200).Has(`"revision":2`)
}

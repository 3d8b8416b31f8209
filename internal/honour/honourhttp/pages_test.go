package honourhttp_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/document/pdf"
	"yichuang/internal/evidence"
	"yichuang/internal/honour"
	"yichuang/internal/honour/honourhttp"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// From the nomination on the pages to the certificate and the public list, with a barred candidate who stays in sight.
func TestASelectionOnPages(t *testing.T) {
	db := storetest.Open(t, store.SQLite, append(orgtest.Migrations(), crypt.Migrations, calendar.Migrations, blob.Migrations, evidence.Migrations, honour.Migrations))
	manual := db.Clock().(*clock.Manual)
	manual.Set(clock.MustInstant("2026-05-11 09:00"))
	o := orgtest.New(t, db, orgtest.Contribution{Permissions: honour.Permissions(), Grants: honour.Grants()})
	centre := orgtest.Centre(t, o)
	cal := calendar.NewModule(db)
	if err := db.WithTx(orgtest.System(centre), func(tx *store.Tx) error { return cal.Seed(tx, centre, "622901") }); err != nil {
		t.Fatal(err)
	}
	unit := orgtest.Unit(t, o, centre, "市人社局", "")
	users := map[string]*actor.Actor{}
	people := map[string]orgtest.Person{}
	for name, role := range map[string]string{"G": org.RoleOffice, "Z": org.RoleChiefRep, "J": org.RoleSupervisor, "L": org.RoleLeader, "W": org.RoleWindow, "W2": org.RoleWindow, "F": org.RoleFinance} {
		people[name] = orgtest.User(t, o, centre, orgtest.Where{Unit: unit.ID}, role)
		users[name] = people[name].Actor
	}
	m := honour.New(db, crypt.Generate(), o, cal)
	m.UseFacts(func(context.Context, clock.Date, clock.Date) ([]honour.Fact, error) {
		return []honour.Fact{{UserID: people["W2"].ID, Code: honour.BarComplaint, Day: clock.MustDate("2026-05-08"), Record: "TS001", Reason: "投诉经调查属实"}}, nil
	})
	d := honourhttp.Deps{Honour: m, Org: o, Print: pdf.NewWriter()}
	visitor := func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: centre} }
	site := webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		honourhttp.Register(pages, d)
		honourhttp.RegisterAPI(api, d)
	}, func(opt *web.Options) { opt.Clock, opt.Visitor = manual, visitor })
	g, z, j, l, public := site.As("G"), site.As("Z"), site.As("J"), site.As("L"), site.As("")
	site.As("F").Get("/honour/rounds").Want(403)
	g.Get("/honour/rounds").Want(200).Has("还没有评选", "发起评选")
	g.Post("/honour/rounds", "title", "", "from", "2026-05-01", "to", "2026-05-11", "seats", "1").Want(422).Has("请填写评选名称")
	g.Post("/honour/rounds", "title", "五月政务之星", "from", "2026-05-01", "to", "2026-05-11", "seats", "1").Want(303)
	list, _, err := m.Rounds(people["G"].Ctx, "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	at := "/honour/rounds/" + list[0].ID
	z.Get(at).Want(200).Has("提名", people["W"].DisplayName)
	z.Post(at+"/nominate", "user_id", people["W"].ID, "reason", "零差错").Goes(at)
	z.Post(at+"/nominate", "user_id", people["W2"].ID, "reason", "办件多").Goes(at)
	z.Get(at).Want(200).Has("否决", "有属实的投诉：投诉经调查属实（TS001）")
	g.Post(at+"/codes", "count", "3").Want(200).Has("0001-", "0003-")
	s, err := m.Round(people["G"].Ctx, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	star := ""
	for _, c := range s.Candidates {
		if c.UserID == people["W"].ID {
			star = at + "/candidates/" + c.ID
		}
	}
	version := func() string {
		s, err := m.Round(people["G"].Ctx, list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return string('0' + rune(s.Version))
	}
	g.Post(at+"/advance", "version", version()).Goes(at)
	j.Post(star+"/score", "window", "101", "person", "90").Want(422).Has("0 到 100 分")
	j.Post(star+"/score", "window", "95.5", "person", "90").Goes(star)
	j.Get(star).Want(200).Has("95.50 分", `name="version" value="2"`)
	j.Post(star+"/score", "version", "1", "window", "1", "person", "1").Want(422).Has("刚被别人改过")
	j.Call("POST", star+"/score", `{"points":{"window":100}}`, "If-Match", `"1"`).Want(409).Has("store.stale")
	z.Post(star+"/score", "window", "1", "person", "1").Want(403)
	g.Post(at+"/advance", "version", version()).Goes(at)
	z.Post(star + "/vote").Goes(star)
	z.Get(star).Want(200).Has("已经投过票")
	public.Get("/stars").Want(200).Has("五月政务之星：投票", people["W"].DisplayName, "投票码")
	public.Post("/stars", "round", list[0].ID, "code", "0001-XXXXXXXX", "candidate", star[strings.LastIndex(star, "/")+1:]).Want(422).Has("投票码不对")
	g.Post(at+"/advance", "version", version()).Goes(at)
	public.Get("/stars").Want(200).Has("拟表彰", "否决。有属实的投诉", "公示到 2026-05-18 周一 24:00")
	l.Post(at+"/decide", "version", version(), "awards", star[strings.LastIndex(star, "/")+1:]).Want(422).Has("还不能审定")
	manual.Set(clock.MustInstant("2026-05-19 09:00"))
	g, z, l = site.As("G"), site.As("Z"), site.As("L")
	l.Post(at+"/decide", "version", version(), "awards", star[strings.LastIndex(star, "/")+1:]).Goes(at)
	z.Get(at).Want(200).Has("政务之星〔2026〕001号")
	z.Get(star + "/certificate.pdf").Want(200)
	z.Get(at + "/export.xlsx").Want(200)
	public.Get("/stars").Want(200).Has("零差错", "五月政务之星")
	g.Get("/honour/rules").Want(200).Has("内置", "窗口考核 评分 30", "有属实的投诉（系统核对）").Lacks("window 窗口考核")
	g.Post("/honour/rules", "name", "新办法", "basis", "临政务〔2026〕1号", "criteria", "考核 评分 50", "publicity_days", "5").Want(422).Has("合计应为 100")
	g.Post("/honour/rules", "name", "新办法", "basis", "临政务〔2026〕1号", "criteria", "窗口考核 评分 50\n投票 群众投票 50", "bars", "complaint", "disqualifiers", "与服务对象争吵\n迟到三次", "publicity_days", "5").Goes("/honour/rules")
	if rules, err := m.Rules(people["G"].Ctx); err != nil || rules[0].Criteria[0].Code != "window" || rules[0].Disqualifiers[0].Code != honour.BarComplaint || rules[0].Disqualifiers[1].Code != "quarrel" || len(rules[0].Disqualifiers) != 3 {
		t.Errorf("the new rules %+v, %v", rules[0], err)
	}
	z.Call("GET", "/honour/rounds", "").Want(200).Has("五月政务之星")
	site.As("J").Call("GET", "/honour/rules", "").Want(200).Has("新办法")
}

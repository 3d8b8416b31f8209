package sitehttp_test

import (
	"context"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/evidence"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/site"
	"yichuang/internal/site/sitehttp"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// place is a centre with a township and people of every letter, with the pages.
type place struct {
	*webtest.Site
	people map[string]orgtest.Person
	site   *site.Module
	here   org.Site
	centre string
}

func open(t *testing.T) place {
	t.Helper()
	db := storetest.Open(t, store.SQLite, append(orgtest.Migrations(), calendar.Migrations, blob.Migrations, evidence.Migrations, site.Migrations))
	manual := db.Clock().(*clock.Manual)
	manual.Set(clock.MustInstant("2026-05-11 09:00"))
	o := orgtest.New(t, db, orgtest.Contribution{Permissions: site.Permissions(), Grants: site.Grants()})
	p := place{people: map[string]orgtest.Person{}, centre: orgtest.Centre(t, o)}
	cal := calendar.NewModule(db)
	if err := db.WithTx(orgtest.System(p.centre), func(tx *store.Tx) error { return cal.Seed(tx, p.centre, "622901") }); err != nil {
		t.Fatal(err)
	}
	unit := orgtest.Unit(t, o, p.centre, "市人社局", "")
	p.here = orgtest.Site(t, o, p.centre, "折桥镇便民服务中心")
	users := map[string]*actor.Actor{}
	for name, role := range map[string]string{"G": org.RoleOffice, "J": org.RoleSupervisor, "L": org.RoleLeader, "F": org.RoleFinance, "T": org.RoleSiteAdmin, "Z": org.RoleChiefRep, "T2": org.RoleSiteAdmin} {
		at := orgtest.Where{Unit: unit.ID, Site: p.here.ID}
		if name == "T2" {
			at = orgtest.Where{Site: orgtest.Site(t, o, p.centre, "枹罕镇便民服务中心").ID}
		}
		p.people[name] = orgtest.User(t, o, p.centre, at, role)
		users[name] = p.people[name].Actor
	}
	p.site = site.New(db, o, cal)
	units := func(context.Context) ([]web.Option, error) {
		return []web.Option{{Value: unit.ID, Label: unit.Name}}, nil
	}
	p.Site = webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		d := sitehttp.Deps{Site: p.site, Org: o, Units: units}
		sitehttp.Register(pages, d)
		sitehttp.RegisterAPI(api, d)
	}, func(opt *web.Options) { opt.Clock = manual })
	return p
}

func visitForm(more ...string) []string {
	out := []string{"kind", "check", "day", "2026-05-11", "visitors", "张兰"}
	for _, x := range site.DefaultChecklist().Items {
		if x.Code == "S2" {
			out = append(out, "mark.S2", "unmet")
		} else {
			out = append(out, "mark."+x.Code, "met")
		}
	}
	return append(out, more...)
}

func TestAVisitOnPages(t *testing.T) {
	p := open(t)
	j, admin, l := p.As("J"), p.As("T"), p.As("L")
	j.Get("/site/visits").Want(200).Has("还没有指导检查")
	j.Get("/site/visits/new").Want(200).Has("消防器材有效", "不涉及")
	j.Post("/site/visits/new", visitForm("site_id", p.here.ID)...).Want(422).Has("请写明“消防器材有效")
	j.Post("/site/visits/new", visitForm("site_id", p.here.ID, "note.S2", "灭火器过期")...).Want(303)
	list, _, err := p.site.Visits(p.people["J"].Ctx, "", "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	at := "/site/visits/" + list[0].ID
	open, err := p.site.OpenFindings(p.people["T"].Ctx)
	if err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	finding := at + "/findings/" + open[0].ID
	admin.Get("/site/visits").Want(200).Has("灭火器过期", "2026-05-25 周一 24:00", "90/100")
	p.As("T2").Get("/site/visits").Want(200).Lacks("灭火器过期")
	p.As("T2").Get(at).Want(404)
	admin.Post(finding+"/rectify", "finding", open[0].ID, "version", "1", "answer", "已更换").Want(422).Has("请写明佐证材料")
	admin.Post(finding+"/rectify", "finding", open[0].ID, "version", "1", "answer", "已更换", "evidence", "照片1").Goes(at)
	j.Get(at).Want(200).Has("待复查", "已更换")
	j.Post(finding+"/recheck", "finding", open[0].ID, "version", "2", "done", "1").Goes(at)
	j.Get(at).Want(200).Has("已销号")
	j.Get(at + "/export.xlsx").Want(200)
	admin.Get("/site/self-assessment").Want(200).Has("站点自评")
	admin.Post("/site/self-assessment", visitForm("note.S2", "灭火器过期", "evidence", "自评材料")...).Want(303)
	if list, _, err = p.site.Visits(p.people["T"].Ctx, "", ""); err != nil || list[0].Kind != site.SelfMade {
		t.Fatal(list, err)
	}
	at = "/site/visits/" + list[0].ID
	l.Get(at).Want(200).Has("评定星级", "按得分最多 4 星")
	l.Post(at+"/star", "version", "1", "stars", "5").Want(422).Has("最多评 4 星")
	l.Post(at+"/star", "version", "1", "stars", "4").Goes(at)
	admin.Get(at).Want(200).Has("★★★★☆ 4 星")
	j.Get("/site/checklist").Want(200).Has("修改检查表", "GB/T 36112")
	j.Post("/site/checklist", "name", "新表", "basis", "依据", "rectify_days", "5", "stars", "60 80", "items", "A1 环境 整洁").Want(422).Has("编号 类别 分值 内容")
	j.Post("/site/checklist", "name", "新表", "basis", "依据", "rectify_days", "5", "stars", "60 80", "items", "A1 环境 10 场所 整洁").Goes("/site/checklist")
	admin.Get("/site/checklist").Want(200).Has("场所 整洁", "第 1 版").Lacks("修改检查表")
}

func TestKiosksAndSuppliesOnPages(t *testing.T) {
	p := open(t)
	g, z, machine := p.As("G"), p.As("Z"), p.As("")
	g.Get("/site/kiosks").Want(200).Has("还没有自助终端", "登记终端")
	g.Post("/site/kiosks", "site_id", p.here.ID, "name", "东门一号机", "since", "2026-05-11", "active", "1").Goes("/site/kiosks")
	list, err := p.site.Kiosks(p.people["G"].Ctx)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	door := "/public/site/" + p.centre + "/kiosks/" + list[0].Code
	machine.Call("POST", door+"/beats", `{"state":"paper","paper":0}`).Want(204)
	machine.Call("POST", door+"x/beats", `{"state":"ok","paper":0}`).Want(404)
	machine.Call("POST", door+"/beats", `{"state":"melted","paper":0}`).Want(422)
	machine.Call("POST", door+"/prints", `{"no":"政务受〔2026〕00001号","id_no":"622901199003071239"}`).Want(200).Has(`"allowed":false`)
	g.Get("/site/kiosks?edit="+list[0].ID).Want(200).Has("缺纸", "终端报告：缺纸", "/api/v1"+door+"/beats")
	p.As("T").Get("/site/kiosks").Want(200).Has("东门一号机")
	p.As("T2").Get("/site/kiosks").Want(200).Lacks("东门一号机")
	g.Post("/site/faults", "kiosk", list[0].ID, "fault_kind", "paper", "fault_text", "没纸").Want(422).Has("同类故障还没有修复")
	faults, _, err := p.site.Faults(p.people["G"].Ctx, "")
	if err != nil || len(faults) != 1 {
		t.Fatal(faults, err)
	}
	g.Post("/site/faults/"+faults[0].ID+"/fix", "version", "1", "done", "加纸一包").Goes("/site/kiosks")
	z.Post("/site/supplies", "kind", "repair", "what", "", "quantity", "1", "measure", "台").Want(422).Has("请写明要什么")
	z.Post("/site/supplies", "kind", "repair", "what", "空调不制冷", "quantity", "1", "measure", "台").Want(303)
	supplies, _, err := p.site.Supplies(p.people["G"].Ctx, site.SupplyFilter{})
	if err != nil || len(supplies) != 1 {
		t.Fatal(supplies, err)
	}
	at := "/site/supplies/" + supplies[0].ID
	z.Get(at).Want(200).Has("空调不制冷", "待审批").Lacks("登记办结")
	g.Post(at+"/decide", "version", "1", "approve", "1").Goes(at)
	g.Post(at+"/finish", "version", "2", "on", "2026-05-11", "number", "1", "amount", "450.5").Want(422).Has("发票、凭证或合同")
	g.Post(at+"/finish", "version", "2", "on", "2026-05-11", "number", "1", "amount", "450.5", "document", "发票1").Goes(at)
	z.Get("/site/supplies?type=repair").Want(200).Has("450.50", "已办结")
	z.Get("/site/supplies?type=broadband").Want(200).Lacks("空调不制冷")
	p.As("F").Get("/site/supplies/export.xlsx").Want(200)
	p.As("F").Get("/site/figures").Want(200).Has("设施设备维修率", "100.00%")
	p.As("F").Get("/site/figures/repair_rate?part=den").Want(200).Has("空调不制冷", "口径")
	p.As("F").Get("/site/figures/repair_rate/export.xlsx").Want(200)
	p.As("F").Call("GET", "/site/figures?from=2026-01-01&to=2026-12-31", "").Want(200).Has(`"metric":"amount"`)
	p.As("T").Get("/site/figures").Want(403)
}

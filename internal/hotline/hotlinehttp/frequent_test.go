package hotlinehttp_test

import (
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
)

func TestTheRankingShowsEachAreaPerTenThousand(t *testing.T) {
	w := newTown(t)
	if _, err := w.Org.ImportDivisions(w.System(), strings.NewReader("code,name\n620000,甘肃省\n622900,临夏回族自治州\n622901,临夏市\n622901001,城南街道\n")); err != nil {
		t.Fatal(err)
	}
	for range 6 {
		w.Ticket(t, hotline.Triage)
	}
	leader, boss := w.browse(org.RoleLeader), w.browse(org.RoleSupervisor)
	leader.Get("/overview/frequent?by=area9").Want(200).Has("城南街道", "没有填写", "—", "不完整")
	boss.Get("/overview/residents").Want(200).Has("还没有填写常住人口", "行政区划代码")
	leader.Get("/overview/residents").Want(200).Lacks("增加一条")
	leader.Post("/overview/residents", "area", "622901001", "year", "2025", "residents", "40000", "source", "统计年鉴").Want(403)
	boss.Post("/overview/residents", "area", "622901001", "year", "2025", "residents", "40000", "source", "").Want(422).Has("请写明出处")
	boss.Post("/overview/residents", "area", "622901001", "year", "2025", "residents", "40000", "source", "统计年鉴 2025").Goes("/overview/residents")
	boss.Get("/overview/residents?area=622901001&year=2025").Want(200).Has("修改 城南街道 2025 年的人口", "40000")
	leader.Get("/overview/frequent?by=area9").Want(200).Has("1.50", "40,000", "统计年鉴 2025", "/reports/tickets?from=2026-05-01")
	for _, by := range []string{"topic", "category", "area6", "area12", "unit"} {
		leader.Get("/overview/frequent?by=" + by).Want(200)
		leader.Get("/overview/frequent.xlsx?by=" + by).Want(200)
	}
	leader.Get("/overview/frequent?by=phone").Want(404)
	w.browse(org.RoleAgent).Get("/overview/frequent").Want(403)
	boss.Post("/overview/residents/remove", "area", "622901001", "year", "2025", "version", "1").Goes("/overview/residents")
	leader.Get("/overview/residents").Want(200).Has("还没有填写常住人口")
}

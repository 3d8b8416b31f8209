package hotlinehttp_test

import (
	"html"
	"regexp"
	"testing"

	"yichuang/internal/org"
	"yichuang/internal/web/webtest"
)

var listPattern = regexp.MustCompile(`name="list" value="([^"]*)"`)

func TestTaxonomyIsPublishedFromAPreview(t *testing.T) {
	w := newTown(t)
	desk := w.browse(org.RoleDispatcher)
	desk.Get("/hotline/categories").Want(200).Has("路灯照明", "还是第 1 版", "发布新版本")
	w.browse(org.RoleLeader).Get("/hotline/categories").Want(200).Lacks("/hotline/categories/import")
	w.browse(org.RoleLeader).Get("/hotline/categories/import").Want(403)
	desk.Upload("/hotline/categories/preview", nil, "title", "x").Want(422).Has("请选择文件")
	file := []webtest.File{{Field: "file", Name: "list.csv", Content: []byte("分类代码,分类名称,上级代码,状态,原代码\n16,城市照明,,启用,\n1601,路灯,16,启用,0402\n0402,路灯照明,,停用,\n0403,井盖管网,,停用,\n")}}
	page := desk.Upload("/hotline/categories/preview", file, "title", "2027 年版", "basis", "某文〔2026〕1号").Want(200).Has("确认发布", "0403 井盖管网", "没有代码接替")
	m := listPattern.FindStringSubmatch(page.Body.String())
	if m == nil {
		t.Fatalf("no list in the page: %s", page.Body)
	}
	desk.Get("/hotline/categories").Has("还是第 1 版")
	desk.Post("/hotline/categories/import", "list", html.UnescapeString(m[1])).Want(303)
	desk.Get("/hotline/categories?show=all").Want(200).Has("第 2 版", "2027 年版", "1601 路灯", "停用")
	desk.Get("/hotline/categories").Want(200).Has("1601").Lacks("井盖管网")
	bad := []webtest.File{{Field: "file", Name: "list.csv", Content: []byte("分类代码,分类名称,原代码\n1602,灯,0401\n")}}
	desk.Upload("/hotline/categories/preview", bad).Want(422).Has("原代码 0401 还在用")
}

func TestCatalogueTrialPage(t *testing.T) {
	w := newTown(t)
	desk := w.browse(org.RoleDispatcher)
	desk.Get("/hotline/rules/trial").Want(200).Has("没有工单会派往别处", "2026-04-01", "2026-04-30")
	desk.Get("/hotline/rules/trial?from=2026-05-01&to=2026-01-01").Want(422).Has("最多 92 天")
	desk.Post("/hotline/rules/trial", "lines", `[{"Line":1,"Category":"0402","Unit":"市住建局"}]`, "from", "2026-05-01", "to", "2026-05-31").Want(200).Has("放进目录之后")
	desk.Post("/hotline/rules/trial", "lines", `not json`).Want(422)
	w.browse(org.RoleAgent).Get("/hotline/rules/trial").Want(403)
	desk.Post("/hotline/rules/new", "category", "0402", "unit_id", w.Unit.ID, "helpers", "市水务局", "valid_from", "2026-01-01").Want(303)
	desk.Get("/hotline/rules").Want(200).Has("市水务局")
	desk.Post("/hotline/rules/new", "category", "0403", "unit_id", w.Unit.ID, "helpers", "没有的局", "valid_from", "2026-01-01").Want(422).Has("没有叫“没有的局”的单位")
}

package financehttp_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/document/pdf"
	"yichuang/internal/finance"
	"yichuang/internal/finance/examine"
	"yichuang/internal/finance/financehttp"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

type desk struct {
	finance *finance.Module
	site    *webtest.Site
	clock   *clock.Manual
	system  *actor.Actor
}

func newDesk(t *testing.T) desk {
	t.Helper()
	db := storetest.Open(t, store.SQLite, append(orgtest.Migrations(), []fs.FS{calendar.Migrations, finance.Migrations, examine.Migrations}...))
	o := orgtest.New(t, db, orgtest.Contribution{Permissions: append(finance.Permissions(), examine.Permissions()...), Grants: append(finance.Grants(), examine.Grants()...)})
	cal := calendar.NewModule(db)
	centre := orgtest.Centre(t, o)
	if err := db.WithTx(orgtest.System(centre), func(tx *store.Tx) error { return cal.Seed(tx, centre, "622901") }); err != nil {
		t.Fatal(err)
	}
	d := desk{finance: finance.New(db, o, cal, crypt.Generate()), clock: db.Clock().(*clock.Manual), system: actor.SystemFor(centre)}
	users := map[string]*actor.Actor{}
	for _, r := range []string{org.RoleFinance, org.RoleLeader, org.RoleOffice, org.RoleInfo, org.RoleAgent} {
		users[r] = orgtest.User(t, o, centre, orgtest.Where{}, r).Actor
	}
	users["all"] = orgtest.User(t, o, centre, orgtest.Where{}, org.RoleFinance, org.RoleLeader, org.RoleOffice, org.RoleInfo).Actor
	x := examine.New(db, d.finance)
	t.Cleanup(func() { _ = x.Close() })
	deps := financehttp.Deps{Finance: d.finance, Print: pdf.NewWriter(), Examine: x, Issuer: func(context.Context) string { return "某市政务中心" }}
	d.site = webtest.New(t, users, func(pages *web.Kit, k *rest.Kit) {
		financehttp.Register(pages, deps)
		financehttp.RegisterAPI(k, deps)
	}, func(o *web.Options) { o.Clock = db.Clock() })
	return d
}

// opened makes the book of 2024 with one quota by the pages.
func (d desk) opened(t *testing.T) (unit string) {
	t.Helper()
	desk := d.site.As(org.RoleFinance)
	desk.Get("/finance").Want(200).Has("还没有账套", "单位性质")
	desk.Post("/finance", "year", "1999", "department", "", "template", "gansu-2024", "level", "class", "kind", "civil").Want(422).Has("年度应在", "请填写部门名称")
	desk.Post("/finance", "year", "2024", "department", "某市政务中心", "template", "gansu-2024", "level", "class", "kind", "civil").Goes("/finance/2024")
	units, err := d.finance.Units(actor.With(t.Context(), d.system))
	if err != nil || len(units) != 1 {
		t.Fatal(units, err)
	}
	unit = units[0].ID
	desk.Get("/finance/2024").Want(200).Has("账簿还是空的")
	desk.Post("/finance/2024/budget", "phase", "initial", "fund", "general", "unit_id", unit, "func", "20103", "kind", "basic", "fen", "1000").Want(422).Has("应到项")
	desk.Post("/finance/2024/budget", "phase", "initial", "fund", "general", "unit_id", unit, "func", "2010399", "kind", "basic", "fen", "1000").Goes("/finance/2024/budget")
	return unit
}

func TestFromTheBudgetToACell(t *testing.T) {
	d := newDesk(t)
	unit := d.opened(t)
	desk := d.site.As(org.RoleFinance)
	voucher := func(fen string) []string {
		return []string{"voucher", "记-1", "day", "2024-05-06", "account", "7101", "contra", "6001", "fund", "general", "unit_id", unit, "summary", "办公用品", "func.0", "2010399", "econ.0", "30201", "kind.0", "basic", "fen.0", fen}
	}
	desk.Get("/finance/2024/entries/new").Want(200).Has("2010399 其他政府办公厅", "30201 办公费")
	desk.Post("/finance/2024/entries/new", voucher("1000.01")...).Want(422).Has("超出 0.01 元", `value="记-1"`)
	desk.Post("/finance/2024/entries/new", voucher("一千")...).Want(422).Has("不是金额")
	desk.Post("/finance/2024/entries/new", append(voucher("600"), "func.3", "2010399", "econ.3", "302", "kind.3", "basic", "fen.3", "1")...).Want(422).Has("经济分类应到款", `id="f-econ.3-error"`)
	desk.Post("/finance/2024/entries/new", voucher("600")...).Goes("/finance/2024/entries?voucher=%E8%AE%B0-1")
	desk.Get("/finance/2024/entries").Want(200).Has("办公用品", "600.00")
	desk.Get("/finance/2024/tables/T05").Want(200).Has("公开05表", ">0.06<", "/finance/2024/cells/T05/2010399/2")
	desk.Get("/finance/2024/cells/T05/2010399/2").Want(200).Has("600.00 元", "表上印 0.06 万元", "记-1", "基本支出")
	desk.Get("/finance/2024/cells/T06/" + "人员经费合计" + "/1").Want(200).Has("表上印 0.00 万元").Lacks("背后的分录")
	desk.Get("/finance/2024/tables/T07").Want(200).Has("2024年度没有政府性基金预算财政拨款收入和支出，故本表无数据。")
	desk.Get("/finance/2024/tables/T99").Want(404)
	desk.Get("/finance/2024/cells/T05/999/1").Want(404)
	desk.Get("/finance/2023").Want(404)
	desk.Get("/finance/abcd/text").Want(404)
	desk.Get("/finance/2024/tables.xlsx").Want(200)
	list, _, err := d.finance.Entries(actor.With(t.Context(), d.system), 2024, finance.EntryFilter{})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	at := "/finance/2024/entries/" + list[0].ID
	desk.Get(at).Want(200).Has("7101 行政支出", "冲销并更正")
	desk.Post(at+"/correct", "voucher", "记-2", "day", "2024-05-07", "reason", "").Want(422).Has("请写明更正的原因")
	desk.Post(at+"/correct", "voucher", "记-2", "day", "2024-05-07", "reason", "记错", "account", "7101", "contra", "6001", "fund", "general", "unit_id", unit, "func.0", "2010399", "econ.0", "30202", "kind.0", "basic", "fen.0", "600").Goes("/finance/2024/entries?voucher=%E8%AE%B0-2")
	desk.Get("/finance/2024/entries?voucher=记-2").Want(200).Has("-600.00")
	d.site.As(org.RoleLeader).Get(at).Want(200).Lacks("冲销并更正")
	d.site.As(org.RoleAgent).Get("/finance").Want(403)
}

func TestTheTextAsksAndTheLifeGoesOn(t *testing.T) {
	d := newDesk(t)
	unit := d.opened(t)
	desk, leader, office, info := d.site.As(org.RoleFinance), d.site.As(org.RoleLeader), d.site.As(org.RoleOffice), d.site.As(org.RoleInfo)
	desk.Post("/finance/2024/entries/new", "voucher", "记-1", "day", "2024-05-06", "account", "7101", "contra", "6001", "fund", "general", "unit_id", unit, "func.0", "2010399", "econ.0", "30201", "kind.0", "basic", "fen.0", "600").Want(303)
	prior := []string{}
	for _, m := range []string{"total", "appropriated", "general", "personnel", "public", "project", "mechanism", "sangong", "abroad", "cars", "car_buy", "car_run", "reception", "meeting", "training"} {
		value := "0"
		if m == "total" || m == "appropriated" || m == "general" || m == "public" || m == "mechanism" {
			value = "500"
		}
		prior = append(prior, m, value)
	}
	desk.Get("/finance/2024/text").Want(200).Has("上年数没有填报：收支总计")
	desk.Post("/finance/2024/figures/prior", "total", "五百").Want(422).Has("不是金额")
	desk.Post("/finance/2024/figures/prior", prior...).Goes("/finance/2024/figures")
	desk.Get("/finance/2024/text").Want(200).Has("处差异没有写明原因", "［待填写］", "变化最大的是公用经费增加", `href="/finance/2024/cells/T01/30/1"`)
	desk.Post("/finance/2024/text/reason", "key", "yoy.total", "reason", "增加 0.01 万元").Want(422).Has("不要写金额")
	for _, key := range []string{"yoy.total", "yoy.public", "budget.general.201"} {
		desk.Post("/finance/2024/text/reason", "key", key, "reason", "公用经费标准提高").Goes("/finance/2024/text#ask-" + key)
	}
	desk.Get("/finance/2024/text").Want(200).Lacks("［待填写］")
	leader.Get("/finance/2024/text").Want(200).Lacks("保存原因")
	for _, name := range []string{"duties", "structure"} {
		desk.Post("/finance/2024/text/part", "name", name, name, "按规定履行职责。").Goes("/finance/2024/text")
	}
	desk.Get("/finance/2024").Want(200).Has("送审前还要做", "只结账到 0 月").Lacks("确定送审")
	for month := range 12 {
		desk.Post("/finance/2024/close", "month", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}[month]).Goes("/finance/2024/settings")
	}
	desk.Get("/finance/2024").Want(200).Has("确定送审")
	desk.Post("/finance/2024/account/submit", "version", "1").Goes("/finance/2024")
	desk.Post("/finance/2024/account/review", "version", "2").Want(403)
	desk.Post("/finance/2024/text/reason", "key", "yoy.total", "reason", "再改").Want(422).Has("决算已经送审")
	leader.Post("/finance/2024/account/return", "version", "2", "remark", "").Want(422).Has("请写明退回的理由")
	leader.Post("/finance/2024/account/review", "version", "2").Goes("/finance/2024")
	d.clock.Set(clock.At(2026, 9, 1, 9, 0))
	desk, leader, office, info = d.site.As(org.RoleFinance), d.site.As(org.RoleLeader), d.site.As(org.RoleOffice), d.site.As(org.RoleInfo)
	desk.Post("/finance/2024/account/approve", "version", "3", "on", "2026-08-20", "number", "财决〔2026〕1号", "by", "市财政局").Goes("/finance/2024")
	leader.Get("/finance/2024").Want(200).Has("2026-09-09", "财决〔2026〕1号")
	office.Post("/finance/2024/account/clear", "version", "4", "pass", "1", "remark", "不涉密").Goes("/finance/2024")
	info.Post("/finance/2024/account/publish", "version", "5").Goes("/finance/2024")
	page := info.Get("/finance/2024").Want(200).Has("已公开", "校验值", "/finance/2024/revisions/1")
	if strings.Contains(page.Body.String(), "确定公开") {
		t.Error("published accounts may be published again")
	}
	info.Get("/finance/2024/revisions/1").Want(200).Has("第 1 版", "校验值", "封存的内容", "版式文档（PDF）")
	info.Get("/finance/2024/revisions/1/content").Want(200).Has(`"sections"`, `"T05/total/1"`)
	info.Get("/finance/2024/revisions/1/tables/T05").Want(200).Has("封存的内容", "/finance/2024/revisions/1/cells/T05/2010399/2").Lacks("下载全部表")
	info.Get("/finance/2024/revisions/1/cells/T05/2010399/2").Want(200).Has("600.00 元", "记-1")
	info.Get("/finance/2024/revisions/1/text").Want(200).Has("封存的内容", "公用经费标准提高").Lacks("保存原因")
	for _, at := range []string{"/finance/2024/revisions/2", "/finance/2024/revisions/x", "/finance/2024/revisions/1/tables/T99", "/finance/2024/revisions/1/cells/T05/999/1"} {
		info.Get(at).Want(404)
	}
	info.Call("GET", "/finance/2024/revisions/1", "").Want(200).Has(`"changes":[]`, `"T05/total/1"`)
	info.Call("GET", "/finance/2024/revisions/1/cells/T05/2010399/2", "").Want(200).Has("记-1")
	desk.Post("/finance/2024/account/correct", "version", "6", "remark", "漏记").Goes("/finance/2024")
	desk.Get("/finance/2024").Want(200).Has("第 2 版", "漏记")
}

func TestImportOnThePages(t *testing.T) {
	d := newDesk(t)
	d.opened(t)
	desk := d.site.As(org.RoleFinance)
	csv := "支付凭证号,支付日期,资金性质,支出功能分类,部门经济分类,项目名称,支付金额,用途\n" +
		"Z001,2024/3/5,一般公共预算资金,2010399 其他政府办公厅（室）及相关机构事务支出,30201 办公费,,\"1,00.50\",办公用品\n" +
		"Z002,20240306,一般公共预算资金,2010399-其他,30207-邮电费,,200.00,电话费\n合计,,,,,,300.50,\n"
	desk.Get("/finance/2024/imports").Want(200).Has("还没有导入过文件")
	desk.Upload("/finance/2024/imports", nil, "kind", "entries").Want(422).Has("请选择文件")
	at := desk.Upload("/finance/2024/imports", []webtest.File{{Field: "file", Name: "支付明细.csv", Content: []byte(csv)}}, "kind", "entries").Want(303).Header().Get("Location")
	desk.Get(at).Want(200).Has("支付金额", "300.50", "201 一般公共服务支出", "登记 2 行")
	desk.Get(at+"?col_voucher=支付凭证号&col_day=支付日期&col_func=用途&col_amount=支付金额").Want(200).Has("不能登记的行", "应是 3、5 或 7 位数字")
	apply := []string{"col_voucher", "支付凭证号", "col_day", "支付日期", "col_fund", "资金性质", "col_func", "支出功能分类", "col_econ", "部门经济分类", "col_project", "项目名称", "col_amount", "支付金额", "col_summary", "用途", "unit_of_amount", "yuan"}
	desk.Post(at, append(apply, "control_expense", "300.00")...).Want(422).Has("相差 0.50 元")
	desk.Post(at, append(apply, "control_expense", "300.50")...).Goes("/finance/2024/imports")
	desk.Get("/finance/2024/entries").Want(200).Has("Z001", "100.50", "电话费")
	desk.Post(at, apply...).Want(422).Has("已经导入过")
	again := desk.Upload("/finance/2024/imports", []webtest.File{{Field: "file", Name: "另一个名字.csv", Content: []byte(csv)}}, "kind", "entries").Want(303).Header().Get("Location")
	desk.Post(again, apply...).Want(422).Has("已经导入过")
	s, err := d.finance.Statement(actor.With(t.Context(), d.system), 2024)
	if err != nil || s.Fen("T06/30201/1") != 10050 || s.Fen("T05/total/1") != 30050 {
		t.Error(err, s.Fen("T06/30201/1"))
	}
}

func TestSettingsOnThePages(t *testing.T) {
	d := newDesk(t)
	d.opened(t)
	desk := d.site.As(org.RoleFinance)
	desk.Get("/finance/2024/settings").Want(200).Has("某市政务中心", "未确认", "结 1 月")
	desk.Post("/finance/2024/settings", "version", "1", "department", "某市政务服务中心", "template", "plain-2024", "level", "item").Goes("/finance/2024/settings")
	desk.Get("/finance/2024/tables/T09").Want(200).Has("表七", "某市政务服务中心").Lacks("行次")
	desk.Post("/finance/2024/units", "code", "001", "name", "二级单位", "kind", "public").Want(422).Has("已有同一编码")
	desk.Post("/finance/2024/units", "code", "002", "name", "二级单位", "kind", "public").Goes("/finance/2024/settings")
	desk.Post("/finance/2024/projects", "code", "P1", "name", "大厅管理").Goes("/finance/2024/settings")
	list := "科目代码,科目名称\n206,科学技术支出\n20601,科学技术管理事务\n2060101,行政运行\n"
	desk.Upload("/finance/2024/subjects", []webtest.File{{Field: "file", Name: "功能.csv", Content: []byte("科目代码,科目名称\n2060101,行政运行\n")}}, "scheme", "func").Want(422).Has("没有上级科目 20601")
	desk.Upload("/finance/2024/subjects", []webtest.File{{Field: "file", Name: "功能.csv", Content: []byte(list)}}, "scheme", "func").Goes("/finance/2024/subjects?scheme=func")
	codes, err := d.finance.Subjects(actor.With(t.Context(), d.system), 2024)
	if err != nil || codes.Name(fiscal.Func, "2060101") != "行政运行" {
		t.Error(err, codes.Name(fiscal.Func, "2060101"))
	}
	desk.Get("/finance/2024/contracts").Want(200).Has("还没有政府采购合同")
	desk.Post("/finance/2024/contracts", "number", "1", "name", "电脑", "category", "goods", "size", "small", "fen", "5000", "day", "2023-05-01").Want(422).Has("签订日期应在 2024 年")
	desk.Post("/finance/2024/contracts", "number", "1", "name", "电脑", "category", "goods", "size", "small", "fen", "5000", "day", "2024-05-01").Goes("/finance/2024/contracts")
	roster := func(content string) []webtest.File {
		return []webtest.File{{Field: "file", Name: "租房补贴.csv", Content: []byte(content)}}
	}
	fields := []string{"project", "P1", "document", "一季度租房补贴", "day", "2024-03-31"}
	desk.Get("/finance/2024/rosters").Want(200).Has("还没有发放名册")
	desk.Upload("/finance/2024/rosters", nil, fields...).Want(422).Has("请选择文件")
	desk.Upload("/finance/2024/rosters", roster("姓名,金额\n王建国,六百\n"), fields...).Want(422).Has("第 2 行的金额")
	desk.Upload("/finance/2024/rosters", roster("姓名,数额\n王建国,600\n"), fields...).Want(422).Has("金额")
	desk.Upload("/finance/2024/rosters", roster("姓名,金额\n王建国,600\n王建国,600\n"), fields...).Want(422).Has("是同一个人")
	desk.Upload("/finance/2024/rosters", roster("姓名,证件号码,金额\n王建国,62290119800101001X,\"1,600.50\"\n李梅,,600\n"), fields...).Goes("/finance/2024/rosters")
	page := desk.Get("/finance/2024/rosters").Want(200).Has("2,200.50").Body.String()
	at := page[strings.Index(page, "/finance/2024/rosters/"):]
	at = at[:strings.IndexByte(at, '"')]
	desk.Get(at).Want(200).Has("1,600.50", "王").Lacks("建国", "62290119800101001")
	desk.Post(at+"/back", "reason", "").Want(422).Has("请写明撤销的原因")
	desk.Post(at+"/back", "reason", "名单有误").Goes(at)
	desk.Get(at).Want(200).Has("已撤销")
	desk.Get("/finance/2024/text").Want(200).Has("授予小微企业合同金额")
	desk.Get("/finance/assets").Want(200).Has("没有登记车辆和设备")
	desk.Post("/finance/assets", "kind", "equipment", "name", "服务器", "fen", "999999", "acquired_on", "2024-01-01").Want(422).Has("不低于 100 万元")
	desk.Post("/finance/assets", "kind", "emergency", "name", "应急车", "fen", "150000", "acquired_on", "2024-01-01").Goes("/finance/assets")
	desk.Get("/finance/2024/text").Want(200).Has("应急保障用车")
}

func TestTheAPIOfTheBooks(t *testing.T) {
	d := newDesk(t)
	unit := d.opened(t)
	desk, leader := d.site.As(org.RoleFinance), d.site.As(org.RoleLeader)
	voucher := `{"number":"记-1","day":"2024-05-06","entries":[{"account":"7101","contra":"6001","unit_id":"` + unit +
		`","fund":"general","func":"2010399","econ":"30201","kind":"basic","fen":100000,"summary":"办公用品"}]}`
	desk.Call("POST", "/finance/2024/vouchers", voucher, "Idempotency-Key", "a").Want(200).Has("全部用完")
	desk.Call("POST", "/finance/2024/vouchers", voucher, "Idempotency-Key", "a").Want(200)
	desk.Call("POST", "/finance/2024/vouchers", voucher).Want(409).Has("finance.quota")
	leader.Call("POST", "/finance/2024/vouchers", voucher).Want(403)
	leader.Call("GET", "/finance/books", "").Want(200).Has(`"year":2024`)
	leader.Call("GET", "/finance/2024/statement", "").Want(200).Has(`"ref":"T05/2010399/2"`, `"fen":100000`)
	leader.Call("GET", "/finance/2024/cells/T05/2010399/2", "").Want(200).Has("办公用品")
	leader.Call("GET", "/finance/2024/entries", "").Want(200).Has(`"voucher":"记-1"`)
	leader.Call("GET", "/finance/2024/quotas", "").Want(200).Has(`"spent":100000`)
	leader.Call("GET", "/finance/2024/disclosure", "").Want(200).Has(`"sections"`)
	leader.Call("GET", "/finance/2024/account", "").Want(200).Has(`"state":"draft"`)
	leader.Call("GET", "/finance/2023/statement", "").Want(404)
	desk.Call("POST", "/finance/2024/account/submit", "{}", "If-Match", `"1"`).Want(409).Has("finance.unfinished")
	desk.Call("POST", "/finance/2024/reasons/yoy.total", `{"reason":"增加 3 万元"}`).Want(422)
	desk.Call("POST", "/finance/2024/prior", "").Want(409)
}

func TestTheDocumentsOfAYear(t *testing.T) {
	d := newDesk(t)
	unit := d.opened(t)
	desk, agent := d.site.As(org.RoleFinance), d.site.As(org.RoleAgent)
	desk.Get("/finance/2024/publication").Want(200).Has("公开文件", "第 1 版，草稿", "开放数据包", "内部核对用")
	desk.Get("/finance/2024/publication/pdf").Want(409).Has("账簿还是空的")
	voucher := `{"number":"记-1","day":"2024-05-06","entries":[{"account":"7101","contra":"6001","unit_id":"` + unit +
		`","fund":"general","func":"2010399","econ":"30201","kind":"basic","fen":100000,"summary":"办公用品"}]}`
	desk.Call("POST", "/finance/2024/vouchers", voucher, "Idempotency-Key", "a").Want(200)
	for format, begin := range map[string]string{"docx": "PK", "pdf": "%PDF-", "xlsx": "PK", "html": "<!DOCTYPE html>", "json": "{", "zip": "PK"} {
		for _, body := range []string{desk.Get("/finance/2024/publication/" + format).Want(200).Body.String(), desk.Call("GET", "/finance/2024/publication/"+format+"?revision=1", "").Want(200).Body.String()} {
			if !strings.HasPrefix(body, begin) {
				t.Errorf("%s begins with %q", format, body[:min(len(body), 20)])
			}
		}
		agent.Get("/finance/2024/publication/" + format).Want(403)
	}
	page := desk.Get("/finance/2024/publication/html").Want(200).Has("草稿，尚未公开", `id="T05-2010399-1"`, "0.10").Lacks("/finance/2024/cells/")
	if name := page.Header().Get("Content-Disposition"); !strings.Contains(name, ".html") {
		t.Error(name)
	}
	desk.Get("/finance/2024/publication/html?inside=1").Want(200).Has("/finance/2024/cells/T05/2010399/1")
	desk.Get("/finance/2024/publication/doc").Want(404)
	desk.Get("/finance/2024/publication/pdf?revision=7").Want(404)
	desk.Get("/finance/2023/publication").Want(404)
}

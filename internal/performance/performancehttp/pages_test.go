package performancehttp_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/document/pdf"
	"yichuang/internal/org"
	"yichuang/internal/performance"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/performancehttp"
	"yichuang/internal/performance/performancetest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

type desk struct {
	*performancetest.World
	site *webtest.Site
}

func newDesk(t *testing.T) desk {
	t.Helper()
	db := storetest.Open(t, store.SQLite, performancetest.Migrations())
	d := desk{World: performancetest.New(t, db)}
	files, err := blob.Open(t.TempDir(), blob.Limits{}, db.Clock())
	if err != nil {
		t.Fatal(err)
	}
	users := map[string]*actor.Actor{org.RoleFinance: d.Money.Actor, org.RoleOffice: d.Office.Actor, org.RoleSupervisor: d.Section.Actor, org.RoleLeader: d.Leader.Actor, org.RoleAgent: d.Agent.Actor}
	deps := performancehttp.Deps{Performance: d.Module, Finance: d.Finance, Blobs: files, Print: pdf.NewWriter()}
	d.site = webtest.New(t, users, func(pages *web.Kit, k *rest.Kit) {
		performancehttp.Register(pages, deps)
		performancehttp.RegisterAPI(k, deps)
	}, func(o *web.Options) { o.Clock = db.Clock() })
	return d
}

func (d desk) only(t *testing.T) performance.Programme {
	t.Helper()
	list, err := d.Programmes(d.Leader.Ctx, 2024)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0]
}

func version(p performance.Programme) string { return strconv.FormatInt(p.Version, 10) }

// TestFromTargetsToTheLock walks a project through the pages: targets, weights, values, reviews, an override, the lock.
func TestFromTargetsToTheLock(t *testing.T) {
	d := newDesk(t)
	money, office, section, leader := d.site.As(org.RoleFinance), d.site.As(org.RoleOffice), d.site.As(org.RoleSupervisor), d.site.As(org.RoleLeader)
	money.Get("/performance/years/2024").Want(200).Has("2024 年还没有绩效目标", "新建评价对象")
	leader.Get("/performance/years/2024").Want(200).Lacks("新建评价对象")
	d.site.As(org.RoleAgent).Get("/performance").Want(403)
	money.Get("/performance/years/2024/new").Want(200).Has("P1 政务大厅规范化管理经费")
	money.Post("/performance/years/2024/new", "kind", "project", "project", "", "name", "").Want(422).Has("请选择账套里的项目", "请填写名称")
	money.Post("/performance/years/2024/new", "kind", "project", "project", "P2", "name", "引进人才租房补贴", "goal", "保障居住需求").Want(303)
	p := d.only(t)
	at := "/performance/programmes/" + p.ID
	add := func(class, op, target, unit, weight, fact string) *webtest.Answer {
		return money.Post(at+"/indicators", "version", version(d.only(t)), "level1", class, "level2", "二级指标", "name", class+weight, "op", op, "target", target, "unit", unit, "weight", weight, "fact", fact)
	}
	add("成本指标", "le", "一万", "万元", "20", "").Want(422).Has("应是数", `value="一万"`)
	add("成本指标", "le", "1", "万元", "20", "").Want(303)
	add("产出指标", "qual", "及时", "", "30", "").Want(303)
	money.Post(at+"/confirm", "version", version(d.only(t))).Want(422).Has("分值合计应为100")
	add("产出指标", "ge", "95", "%", "10", "test.rate").Want(303)
	add("效益指标", "qual", "提高", "", "20", "").Want(303)
	add("满意度指标", "ge", "95", "%", "10", "").Want(303)
	money.Get(at+"/targets").Want(200).Has("大厅·按期办结率", "90")
	money.Post(at+"/confirm", "version", version(d.only(t))).Want(303)
	office.Get(at+"/fill").Want(200).Has("98%", "大厅·按期办结率", "分子 196 / 分母 200")
	view, err := d.Programme(d.Office.Ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	fill := []string{"version", version(view.Programme), "outcome", "已发放"}
	for i, in := range view.Indicators {
		switch {
		case in.Bound():
		case in.Op == "qual":
			fill = append(fill, "band."+in.ID, "达成")
		default:
			fill = append(fill, "actual."+in.ID, map[int]string{0: "1", 4: "九十六"}[i])
		}
	}
	office.Post(at+"/fill", fill...).Want(422).Has("“九十六”不是数")
	fill[len(fill)-1] = "96"
	office.Post(at+"/fill", fill...).Want(303)
	office.Get(at).Want(200).Has("现在试算的得分", "自报", "提交自评")
	office.Post(at+"/submit", "version", version(d.only(t))).Want(303)
	office.Get(at).Want(200).Lacks("股室审核通过")
	quality := view.Indicators[1].ID
	section.Post(at+"/override", "version", version(d.only(t)), "indicator", quality, "share", "70", "reason", "不及时").Want(422).Has("范围内给分")
	section.Post(at+"/override", "version", version(d.only(t)), "indicator", quality, "share", "100", "reason", "当日发放").Want(303)
	section.Get(at).Want(200).Has("档内给 100%", "当日发放", "30.00 / 30")
	section.Post(at+"/section", "version", version(d.only(t))).Want(303)
	money.Post(at+"/finance", "version", version(d.only(t)), "remark", "资金数一致").Want(303)
	money.Post(at+"/lock", "version", version(d.only(t))).Want(403)
	leader.Post(at+"/lock", "version", version(d.only(t))).Want(303)
	leader.Get(at).Want(200).Has("98.00", "优", "审定锁定", "资金数一致", d.only(t).Hash)
	leader.Get("/performance/years/2024").Want(200).Has("98.00", "失分在哪里")
	leader.Get(at+"/trials").Want(200).Has("本年采用", "只供核对")
	leader.Get(at+"/indicators/"+view.Indicators[2].ID).Want(200).Has("计算时间", "口径版本", "test-1")
	d.site.As(org.RoleAgent).Get(at).Want(403)
	leader.Get("/performance/programmes/none").Want(404)
}

// TestFilesOfAForm: what is downloaded says what was locked, and its table can be taken in again.
func TestFilesOfAForm(t *testing.T) {
	d := newDesk(t)
	p := d.Locked(t, "P1")
	at := "/performance/programmes/" + p.ID
	leader := d.site.As(org.RoleLeader)
	leader.Get(at+"/files").Want(200).Has("已锁定", "table.xlsx", "PDF")
	for _, f := range []string{"html", "docx", "json", "table.xlsx", "table.json"} {
		leader.Get(at + "/files/" + f + "?round=1").Want(200)
	}
	leader.Get(at+"/files/html").Want(200).Has("98.20", "附件4-1", "自报")
	leader.Get(at + "/files/exe").Want(404)
	leader.Get(at + "/files/html?round=9").Want(404)
	leader.Get("/performance/years/2024/files/html").Want(200).Has("附件3-1", "附件4-1")
	leader.Get("/performance/years/2023/files/html").Want(404)
	set, err := form.Read(strings.NewReader(leader.Get(at + "/files/table.json").Want(200).Body.String()))
	if err != nil || len(set.Forms) != 1 || len(set.Forms[0].Indicators) != 9 {
		t.Fatal(set, err)
	}
	book := leader.Get(at + "/files/table.xlsx").Want(200).Body.String()
	if back, err := form.Read(bytes.NewReader([]byte(book))); err != nil || back.Forms[0].Indicators[1].Name != "发放工资报酬的导服人员人数" {
		t.Errorf("the spreadsheet is not read back: %v", err)
	}
}

// TestAFileIsTakenIn: previewed with what is wrong, then all of it or nothing.
func TestAFileIsTakenIn(t *testing.T) {
	d := newDesk(t)
	p := d.Locked(t, "P1")
	text := d.site.As(org.RoleLeader).Get("/performance/programmes/" + p.ID + "/files/table.json").Want(200).Body.String()
	money := d.site.As(org.RoleFinance)
	money.Post("/performance/years/2024/import/apply", "forms", text).Want(422).Has("账套里没有名为“项目P1”的项目")
	same := strings.Replace(text, `"项目P1"`, `"2024年度政务大厅规范化管理经费"`, 1)
	money.Post("/performance/years/2024/import/apply", "forms", same).Want(422).Has("目标不能再改")
	other := strings.ReplaceAll(strings.Replace(text, `"项目P1"`, `"2024年度引进人才租房补贴"`, 1), `"weight": "6"`, `"weight": "600"`)
	money.Post("/performance/years/2024/import/apply", "forms", other).Want(422).Has("第 2 行“发放工资报酬的导服人员人数”：分值应大于 0")
	good := strings.Replace(text, `"项目P1"`, `"2024年度引进人才租房补贴"`, 1)
	money.Post("/performance/years/2024/import/apply", "forms", good).Want(303)
	money.Post("/performance/years/2024/import/apply", "forms", "不是表").Want(422)
	list, err := d.Programmes(d.Money.Ctx, 2024)
	if err != nil || len(list) != 2 || list[1].Project != "P2" || list[1].State != performance.Drafting {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestThePagesAroundAForm: policy, samples, library and watch.
func TestThePagesAroundAForm(t *testing.T) {
	d := newDesk(t)
	money, section, leader := d.site.As(org.RoleFinance), d.site.As(org.RoleSupervisor), d.site.As(org.RoleLeader)
	money.Get("/performance/years/2024/policy").Want(200).Has("全国通行", "只用来核对已公开的数")
	money.Post("/performance/years/2024/policy", "policy", "seed-observed", "reason", "核对").Want(422).Has("只用来核对")
	leader.Post("/performance/years/2024/policy", "policy", "hubei", "reason", "通知").Want(403)
	money.Get("/performance/library").Want(200).Has("12345热线办结率", "大厅正常运转")
	money.Post("/performance/library", "level1", "产出指标", "level2", "数量指标", "name", "导服人次", "op", "ge", "target", "1000", "unit", "人次", "fact", "").Want(303)
	money.Post("/performance/library", "level1", "产出指标", "level2", "数量指标", "name", "导服人次", "op", "ge", "target", "1000", "unit", "人次", "fact", "").Want(422).Has("已有同名")
	section.Get("/performance/years/2024/draws").Want(200).Has("还没有抽评")
	section.Post("/performance/years/2024/draws", "size", "1").Want(422).Has("没有可以抽取")
	p := d.Planned(t, "P1")
	at := "/performance/programmes/" + p.ID
	money.Get(at+"/watch?day=2024-06-30").Want(200).Has("应执行进度", "98.00%")
	money.Post(at+"/watch", "version", version(p), "day", "2026-01-01").Want(422).Has("应在 2024 年")
	money.Post(at+"/watch", "version", version(p), "day", "2024-06-30").Want(303)
	list, err := d.Watches(d.Leader.Ctx, p.ID)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	leader.Get(at+"/watch/"+list[0].ID).Want(200).Has("2024-06-30 监控记录", list[0].Hash)
	leader.Get(at + "/watch/none").Want(404)
}

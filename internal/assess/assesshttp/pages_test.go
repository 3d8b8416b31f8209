package assesshttp_test

import (
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/assess"
	"yichuang/internal/assess/assesshttp"
	"yichuang/internal/blob"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

type town struct {
	*hotlinetest.World
	assess *assess.Module
	site   *webtest.Site
}

func newTown(t *testing.T) town {
	t.Helper()
	db := storetest.Open(t, store.SQLite, append(hotlinetest.Migrations(), metric.Migrations, assess.Migrations))
	w := hotlinetest.New(t, db)
	m := assess.New(db, w.Org, w.Figures)
	if err := db.WithTx(orgtest.System(w.Centre), func(tx *store.Tx) error { return m.Seed(tx, w.Centre) }); err != nil {
		t.Fatal(err)
	}
	users := map[string]*actor.Actor{"head": granted(w.Person(t, w.Unit.ID, org.RoleUnitHead).Actor, org.RoleUnitHead), "other": granted(w.Person(t, w.Other.ID, org.RoleUnitHead).Actor, org.RoleUnitHead)}
	for _, r := range []string{org.RoleSupervisor, org.RoleLeader, org.RoleAgent} {
		users[r] = granted(w.Person(t, "", r).Actor, r)
	}
	blobs, err := blob.Open(t.TempDir(), blob.Limits{}, w.Clock)
	if err != nil {
		t.Fatal(err)
	}
	deps := assesshttp.Deps{Assess: m, Org: w.Org, Blobs: blobs}
	site := webtest.New(t, users, func(pages *web.Kit, k *rest.Kit) {
		assesshttp.Register(pages, deps)
		assesshttp.RegisterAPI(k, deps)
	}, func(o *web.Options) { o.Clock = w.Clock })
	return town{w, m, site}
}

// granted gives an actor what the assessment grants the role, too.
func granted(a *actor.Actor, role string) *actor.Actor {
	out := *a
	out.Grants = map[actor.Permission]actor.Scope{}
	for p, s := range a.Grants {
		out.Grants[p] = s
	}
	for _, g := range assess.Grants() {
		if g.Role == role {
			out.Grants[g.Permission] = max(out.Grants[g.Permission], g.Scope)
		}
	}
	return &out
}

func (w town) month(t *testing.T) {
	t.Helper()
	for range 9 {
		w.Ticket(t, hotline.Closed)
	}
	for range 3 {
		w.Ticket(t, hotline.Handling)
	}
	w.Set("2026-06-02 09:00")
}

func TestASheetOnThePages(t *testing.T) {
	w := newTown(t)
	w.month(t)
	boss, leader, head, other := w.site.As(org.RoleSupervisor), w.site.As(org.RoleLeader), w.site.As("head"), w.site.As("other")
	boss.Get("/assess/sheets").Want(200).Has("还没有考核表", "2026-05")
	boss.Post("/assess/sheets", "month", "五月", "scheme", "default").Want(422).Has("请填写月份")
	at := boss.Post("/assess/sheets", "month", "2026-05", "scheme", "default").Want(303).Header().Get("Location")
	boss.Get(at).Want(200).Has("2026年5月考核表", w.Unit.Name, "未确认", "没有工单", "开放申诉", "校验值")
	head.Get(at).Want(404)
	boss.Get(at+"/units/"+w.Unit.ID).Want(200).Has("按时办结（到期）", "75.00%", "/overview/cohort?", "样本不足", "没有可评价的记录")
	boss.Get(at + "/export.xlsx").Want(200)
	boss.Post(at+"/open", "version", "9").Want(409)
	boss.Post(at+"/open", "version", "1").Goes(at)
	head.Get(at).Want(200).Has(w.Unit.Name).Lacks(w.Other.Name)
	other.Get(at + "/units/" + w.Unit.ID).Want(404)
	head.Post(at+"/units/"+w.Unit.ID+"/appeal", "item", "ontime", "reason", "", "evidence", "材料").Want(422).Has("请写明申诉理由")
	head.Post(at+"/units/"+w.Unit.ID+"/appeal", "item", "ontime", "reason", "系统故障", "evidence", "20260508-000004").Goes(at + "/units/" + w.Unit.ID)
	appeals, err := w.assess.Appeals(actor.With(t.Context(), actor.SystemFor(w.Centre)), at[len("/assess/sheets/"):])
	if err != nil || len(appeals) != 1 {
		t.Fatal(appeals, err)
	}
	boss.Get(at+"/units/"+w.Unit.ID).Want(200).Has("系统故障", "决定")
	boss.Post(at+"/appeals/"+appeals[0].ID, "uphold", "1", "num_change", "1", "den_change", "0", "remark", "").Want(422).Has("请写明决定的理由")
	boss.Post(at+"/appeals/"+appeals[0].ID, "uphold", "1", "num_change", "3", "den_change", "0", "remark", "属实").Goes(at + "/units/" + w.Unit.ID)
	head.Get(at+"/units/"+w.Unit.ID).Want(200).Has("100.00%", "同意：属实")
	boss.Post(at+"/lock", "version", "3").Goes(at)
	boss.Post(at+"/publish", "version", "4").Want(403)
	leader.Post(at+"/publish", "version", "4").Goes(at)
	other.Get(at).Want(200).Has(w.Unit.Name, "已发布")
	other.Get("/assess/sheets").Want(200).Has("2026年5月")
	w.site.As(org.RoleAgent).Get("/assess/sheets").Want(403)
	boss.Get("/api/v1/assess/reproductions?month=2026-05").Want(200).Has(`"equal":true`)
	boss.Get("/api/v1" + strings.Replace(at, "/assess", "/assess", 1)).Want(200).Has(`"state":"published"`)
}

func TestEventsOnThePages(t *testing.T) {
	w := newTown(t)
	boss, leader := w.site.As(org.RoleSupervisor), w.site.As(org.RoleLeader)
	boss.Post("/assess/events", "month", "2026-05", "unit_id", w.Unit.ID, "kind", "bonus", "points", "一分", "reason", "典型案例", "evidence", "通报5号").Want(422).Has("分值应为数字")
	boss.Post("/assess/events", "month", "2026-05", "unit_id", w.Unit.ID, "kind", "bonus", "points", "1.5", "reason", "典型案例", "evidence", "通报5号").Goes("/assess/events?month=2026-05")
	list, err := w.assess.Events(actor.With(t.Context(), actor.SystemFor(w.Centre)), w.Clock.Now().Date())
	if err != nil || len(list) != 1 || list[0].Points != 150 {
		t.Fatal(list, err)
	}
	boss.Post("/assess/events/"+list[0].ID, "uphold", "1").Want(409).Has("提出人不能自己审批")
	leader.Get("/assess/decisions?month=2026-05").Want(200).Has("典型案例", "+1.50", "同意")
	leader.Post("/assess/events/"+list[0].ID, "uphold", "1").Goes("/assess/decisions?month=2026-05")
	leader.Get("/assess/events").Want(403)
	boss.Get("/assess/events?month=2026-05").Want(200).Has("同意")
}

func TestSchemesOnThePages(t *testing.T) {
	w := newTown(t)
	boss, head := w.site.As(org.RoleSupervisor), w.site.As("head")
	boss.Get("/assess/schemes").Want(200).Has("生效，未确认", "有 2 个")
	list, err := w.assess.Schemes(actor.With(t.Context(), actor.SystemFor(w.Centre)))
	if err != nil {
		t.Fatal(err)
	}
	var old assess.Scheme
	for _, s := range list {
		if s.Code == assess.CodeDefault {
			old = s
		}
	}
	boss.Get("/assess/schemes/"+old.ID).Want(200).Has("线性：60% 得 0，100% 得满分", "知识库更新", "未确认", "确认依据")
	boss.Get("/assess/schemes/new?from="+old.ID).Want(200).Has("按时办结（到期）", `value="30"`, "优秀 90")
	head.Get("/assess/schemes/new").Want(403)
	form := []string{"name", "下半年方案", "code", "default", "groups", "county", "bands", "优秀 90\n合格 60", "exclusions", w.Other.Name + "：本月新设", "cap", "100",
		"name.0", "按时", "metric.0", "M4", "weight.0", "60", "shape.0", "linear", "floor.0", "50", "full.0", "100", "small.0", "na", "least.0", "5",
		"name.1", "重办", "metric.1", "M13", "weight.1", "40", "shape.1", "step", "steps.1", "2:100 10:50.5", "small.1", "median", "least.1", "10",
		"name.2", "", "metric.2", "M1", "shape.2", "linear", "small.2", "na"}
	bad := strings.Join(form, "\x00")
	bad = strings.Replace(bad, "2:100 10:50.5", "2-100", 1)
	boss.Post("/assess/schemes/new", strings.Split(bad, "\x00")...).Want(422).Has("各档写成")
	at := boss.Post("/assess/schemes/new", form...).Want(303).Header().Get("Location")
	boss.Get(at).Want(200).Has("分档：2% 得 100%，10% 得 50.5%", w.Other.Name, "草稿", "生效")
	boss.Get(at + "/edit").Want(200).Has("2:100 10:50.5")
	boss.Post(at+"/activate", "version", "1", "valid_from", "2026-06-15").Want(422)
	boss.Post(at+"/activate", "version", "1", "valid_from", "2026-06-01").Goes(at)
	boss.Post(at+"/confirm", "version", "2", "basis", "临市政办发〔2026〕20号").Goes(at)
	boss.Get(at + "/edit").Want(409)
	boss.Get("/assess/schemes").Want(200).Has("有 1 个", "临市政办发〔2026〕20号")
}

// TestEvidenceIsUploadedAndOpened: a form takes files in place of words, refuses what is no document beside the field, and
// lists them as links that those who may decide can open.
func TestEvidenceIsUploadedAndOpened(t *testing.T) {
	w := newTown(t)
	boss, leader := w.site.As(org.RoleSupervisor), w.site.As(org.RoleLeader)
	fields := []string{"month", "2026-05", "unit_id", w.Unit.ID, "kind", "bonus", "points", "1.5", "reason", "典型案例"}
	boss.Upload("/assess/events", nil, fields...).Want(422).Has("请写明佐证")
	boss.Upload("/assess/events", []webtest.File{{Field: "files", Name: "a.exe", Content: []byte("MZ program")}}, fields...).Want(422).Has("“a.exe”：不能上传这种类型的附件")
	boss.Upload("/assess/events", []webtest.File{{Field: "files", Name: "通报.pdf", Content: []byte("%PDF-1.7 x")}}, fields...).Want(303)
	page := leader.Get("/assess/decisions?month=2026-05").Want(200).Has("典型案例", "通报.pdf")
	m := regexp.MustCompile(`/assess/evidence/[^"]+`).FindString(page.Body.String())
	if m == "" {
		t.Fatal("the file is no link")
	}
	leader.Get(m).Want(200).Has("%PDF-1.7")
	w.site.As("head").Get(m).Want(404)
	w.site.As(org.RoleAgent).Get(m).Want(403)
}

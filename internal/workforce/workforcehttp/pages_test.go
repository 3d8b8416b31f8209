package workforcehttp_test

import (
	"net/http"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
	"yichuang/internal/workforce"
	"yichuang/internal/workforce/workforcehttp"
	"yichuang/internal/workforce/workforcetest"

	"context"
)

// office is a world with its pages.
type office struct {
	*workforcetest.World
	site *webtest.Site
}

func newOffice(t *testing.T) office {
	t.Helper()
	w := workforcetest.Open(t, store.SQLite)
	blobs, err := blob.Open(t.TempDir(), blob.Limits{}, w.Clock)
	if err != nil {
		t.Fatal(err)
	}
	role := func(r string) *actor.Actor { return actor.From(w.As(t, r)) }
	users := map[string]*actor.Actor{"Z": w.Z.Actor, "A": w.A.Actor, "B": w.B.Actor, "G": role(org.RoleOffice), "J": role(org.RoleSupervisor), "L": role(org.RoleLeader), "F": role(org.RoleFinance),
		"other": orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleChiefRep).Actor}
	units := func(context.Context) ([]web.Option, error) {
		return []web.Option{{Value: w.Unit.ID, Label: w.Unit.Name}}, nil
	}
	d := workforcehttp.Deps{Workforce: w.Workforce, Org: w.Org, Blobs: blobs, Units: units, Letter: func(_ context.Context, user, number string) (web.Link, error) {
		return web.Link{Label: number + "（公示生效）", Href: "/authorizations/" + user}, nil
	}}
	visitor := func(r *http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre} }
	return office{w, webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		workforcehttp.Register(pages, d)
		workforcehttp.RegisterAPI(api, d)
	}, func(o *web.Options) { o.Clock, o.Visitor = w.Clock, visitor })}
}

func TestADayOnThePhone(t *testing.T) {
	o := newOffice(t)
	o.Set("2025-11-03 08:27")
	a, public := o.site.As("A"), o.site.As("")
	a.Get("/workforce/me").Want(200).Has("今天的班次", "08:30–12:00", "未结束", "打卡码")
	centre, err := o.Org.Centre(o.System(), o.Centre)
	if err != nil {
		t.Fatal(err)
	}
	screen, err := o.Workforce.GateScreen(o.System(), o.Gate.Code)
	if err != nil {
		t.Fatal(err)
	}
	public.Get("/workforce/c/"+centre.Code+"/gate/"+o.Gate.Code).Want(200).Has("一楼东门", screen.Code[:3]+" "+screen.Code[3:])
	public.Get("/workforce/c/" + centre.Code + "/gate/nonsense").Want(404)
	a.Post("/workforce/me/punch", "code", "000000").Want(422).Has("打卡码不对")
	a.Post("/workforce/me/punch", "code", screen.Code).Goes("/workforce/me")
	a.Get("/workforce/me").Want(200).Has("到岗 08:27")
	o.site.As("other").Get("/workforce/attendance/" + o.A.ID + "?month=2025-11").Want(404)
	o.site.As("F").Get("/workforce/attendance").Want(403)
	o.site.As("F").Get("/workforce/sums?month=2025-11").Want(200).Has("考勤汇总", "市人社局")
	o.site.As("Z").Get("/workforce/attendance?month=2025-11").Want(200).Has("月考勤", "市人社局", "出勤率")
	a.Get("/workforce/attendance/"+o.A.ID+"?month=2025-11").Want(200).Has("打卡记录", "打卡码").Lacks("补记打卡")
	a.Get("/workforce/attendance/" + o.B.ID + "?month=2025-11").Want(404)
}

// Six digits are not to be found by trying, neither on the page nor through the API.
func TestCodesCannotBeSearchedFor(t *testing.T) {
	o := newOffice(t)
	o.Set("2025-11-03 08:27")
	a := o.site.As("A")
	for range 60 {
		a.Call("POST", "/workforce/punches", `{"code":"x"}`).Want(422)
		a.Post("/workforce/me/punch", "code", "x").Want(422)
	}
	a.Call("POST", "/workforce/punches", `{"code":"x"}`).Want(429)
	a.Post("/workforce/me/punch", "code", "x").Want(429)
}

func TestLeaveOnPages(t *testing.T) {
	o := newOffice(t)
	a, b, z := o.site.As("A"), o.site.As("B"), o.site.As("Z")
	a.Get("/workforce/leaves/new").Want(200).Has("AB 岗", "临时外出")
	form := []string{"kind", "personal", "from", "2025-11-04T08:30", "to", "2025-11-04T18:00", "reason", "", "stand_in", o.B.ID}
	a.Post("/workforce/leaves/new", form...).Want(422).Has("请填写事由")
	form[7] = "家中有事"
	a.Post("/workforce/leaves/new", form...).Want(303)
	list, _, err := o.Workforce.Leaves(o.A.Ctx, "mine", "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	at := "/workforce/leaves/" + list[0].ID
	o.site.As("other").Get(at).Want(404)
	b.Get("/workforce/me").Want(200).Has("等我办理的请假")
	b.Get(at).Want(200).Has("您能接替吗", "首席代表")
	b.Post(at+"/stand-in", "version", "1", "agree", "1").Goes(at)
	a.Post(at+"/decide", "version", "2", "agree", "1").Want(403)
	z.Get("/workforce/leaves").Want(200).Has("待首席代表审批", "事假")
	z.Post(at+"/decide", "version", "2", "agree", "1", "text", "早去早回").Goes(at)
	a.Get(at).Want(200).Has("已批准", "早去早回", "撤回").Lacks("您能接替吗")
	o.site.As("J").Get("/workforce/leaves?which=all").Want(200).Has("已批准")
}

func TestSetupAndStaffOnPages(t *testing.T) {
	o := newOffice(t)
	g := o.site.As("G")
	g.Get("/workforce/setup").Want(200).Has("行政班", "夜班", "22:00-次日06:00", "一楼东门", "打开打卡屏")
	g.Post("/workforce/setup/shifts/new", "shift_name", "早班", "hours", "7-15").Want(422).Has("不是时段")
	g.Post("/workforce/setup/shifts/new", "shift_name", "早班", "hours", "07:00-15:00", "active", "1").Want(303)
	g.Post("/workforce/setup/roster", "user_id", o.A.ID, "day", "2025-11-08", "kind", "duty", "shift_id", o.Shift.ID, "reason", "周六值班").Want(303)
	g.Get("/workforce/setup?month=2025-11").Want(200).Has("周六值班", "值班（加班）")
	g.Post("/workforce/setup/gates/new", "site_id", o.Hall.ID, "gate_name", "二楼", "networks", "乱写").Want(422).Has("不是网络地址")
	g.Get("/workforce/staff").Want(200).Has("市人社局", "首席代表", "社保窗口")
	g.Get("/workforce/staff/new").Want(200).Has("登记派驻", "按名单登记", "社保窗口")
	g.Get("/workforce/staff/"+o.Z.ID).Want(200).Has("授权书 授〔2025〕1号（公示生效）", "/authorizations/"+o.Z.ID, "股级")
	at := "/workforce/staff/" + o.A.ID
	g.Post(at, "version", "0", "id_no", "622901199003071239", "education", "本科").Goes(at)
	g.Get(at).Want(200).Has("本科", "派驻经历", "办理调回").Lacks("622901199003071239")
	g.Post(at + "/id-no").Want(200).Has("622901199003071239")
	o.site.As("Z").Get(at).Want(200).Lacks("办理调回", "显示")
	o.site.As("Z").Post(at + "/id-no").Want(403)
	o.site.As("other").Get(at).Want(404)
	post := o.Post
	g.Post(at+"/recall", "posting", postingOf(t, o), "version", "1", "notice", "2025-11-10", "last", "2025-11-12", "reason", "轮岗", "appraisal", "称职").Want(422).Has("7 个工作日")
	newcomer := orgtest.User(t, o.Org, o.Centre, orgtest.Where{}, org.RoleWindow)
	csv := "用户名,单位,岗位,班次,编制类型,到岗日期\n" + newcomer.Username + ",市人社局," + post.Name + ",行政班,聘用,2025-11-03\nnobody,市人社局,社保窗口,行政班,聘用,2025-11-03\n"
	upload := func(text string) *webtest.Answer {
		return g.Upload("/workforce/staff/import", []webtest.File{{Field: "file", Name: "名单.csv", Content: []byte(text)}})
	}
	upload(csv).Want(422).Has("没有用户名", "第 3 行")
	upload(csv[:strings.Index(csv, "nobody")]).Goes("/workforce/staff")
	g.Get("/workforce/staff").Want(200).Has(newcomer.DisplayName)
	g.Get("/workforce/staff/import.xlsx").Want(200)
	g.Upload("/workforce/outages", []webtest.File{{Field: "sheet", Name: "签到表.png", Content: []byte("\x89PNG\r\n\x1a\n0000000000000000")}}, "site_id", o.Hall.ID, "from", "2025-11-03T07:30", "to", "2025-11-03T07:50", "reason", "停电", "at", "2025-11-03T07:40", "users", o.A.ID).Goes("/workforce/outages")
	g.Get("/workforce/outages").Want(200).Has("停电", "签到表.png")
}

func postingOf(t *testing.T, o office) string {
	t.Helper()
	a, err := o.Workforce.ArchiveOf(o.A.Ctx, o.A.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a.Posting.ID
}

func TestTheMonthlySheetOnPages(t *testing.T) {
	o := newOffice(t)
	o.Set("2025-11-05 09:00")
	j, z, a, g := o.site.As("J"), o.site.As("Z"), o.site.As("A"), o.site.As("G")
	j.Post("/workforce/sheets/2025-11/gather").Goes("/workforce/sheets/2025-11")
	j.Get("/workforce/scores?month=2025-11&state=proposed").Want(200).Has("旷工半天", "考勤归集", "认定")
	g.Get("/workforce/scores").Want(403)
	g.Get("/workforce/scores/new").Want(200).Has("学习、内务").Lacks("被通报")
	g.Post("/workforce/scores/new", "day", "2025-11-04", "user_id", o.A.ID, "code", "breach", "points", "1", "text", "x", "evidence", "y").Want(422).Has("请从列出的标准中选择")
	g.Post("/workforce/scores/new", "day", "2025-11-04", "user_id", o.A.ID, "code", "housekeeping", "points", "1.5", "text", "桌面杂乱", "evidence", "巡查记录 3 号").Goes("/workforce/scores/new")
	list, _, err := o.Workforce.Scores(o.As(t, org.RoleSupervisor), workforce.ScoreFilter{Month: clock.MustDate("2025-11-01"), UserID: o.A.ID})
	if err != nil || len(list) < 2 {
		t.Fatal(list, err)
	}
	e := list[len(list)-1]
	j.Post("/workforce/scores/"+e.ID+"/decide", "version", "1", "uphold", "1").Want(303)
	a.Get("/workforce/scores?month=2025-11").Want(200).Has("桌面杂乱", "申诉").Lacks("/decide")
	a.Post("/workforce/scores/"+e.ID+"/appeal", "version", "2", "text", "当天在整理档案").Want(303)
	j.Get("/workforce/scores?month=2025-11&state=appeal").Want(200).Has("当天在整理档案", "申诉成立")
	j.Post("/workforce/scores/"+e.ID+"/answer", "version", "3", "uphold", "0", "answer", "经查不实").Want(303)
	a.Get("/workforce/sheets/2025-11/people/"+o.A.ID).Want(200).Has("98.50", "经查不实")
	a.Get("/workforce/sheets/2025-11/people/" + o.B.ID).Want(404)
	j.Post("/workforce/sheets/2025-11/start-rating", "version", "1").Want(422).Has("还没有结束")
	j.Get("/workforce/sheets").Want(200).Has("2025-11", "自动归集")
	j.Get("/workforce/sheets/2025-11").Want(200).Has("98.50", "市人社局", "开始初评", "还没有确认")
	z.Get("/workforce/sheets/2025-11").Want(200).Lacks("start-rating", "/lock")
	o.Set("2025-12-01 09:00")
	j, z = o.site.As("J"), o.site.As("Z")
	l := o.site.As("L")
	j.Post("/workforce/sheets/2025-11/start-rating", "version", "1").Goes("/workforce/sheets/2025-11")
	z.Get("/workforce/sheets/2025-11").Want(200).Has("提交初评意见")
	z.Post("/workforce/sheets/2025-11/rate", "unit_id", o.Unit.ID, "text", "总体较好").Goes("/workforce/sheets/2025-11")
	l.Get("/workforce/sheets/2025-11").Want(200).Has("总体较好")
	j.Get("/workforce/sheets/2025-11/file.xlsx").Want(200)
	j.Get("/workforce/attendance.xlsx?month=2025-11").Want(200)
	j.Get("/workforce/sheets/nonsense").Want(404)
}

func TestRulesOnPages(t *testing.T) {
	o := newOffice(t)
	j, l := o.site.As("J"), o.site.As("L")
	j.Get("/workforce/rules").Want(200).Has("预置规则", "未确认", "旷工半天", "首席代表 → 中心领导")
	j.Get("/workforce/rules/new").Want(200).Has("考勤", "20.00")
	d := workforce.DefaultDefinition()
	form := []string{"name", "本中心考核规则", "basis", "临政务〔2025〕9号", "bonus_cap", "5", "share_num", "1", "share_den", "2", "away_from", "15", "shown_days", "3", "pass_from", "80", "nearly_from", "60", "floor", "1"}
	for _, it := range d.Items {
		form = append(form, "weight."+it.Code, workforce.PointsText(it.Weight))
	}
	for _, x := range d.Charges {
		form = append(form, "points."+x.Code, workforce.PointsText(x.Points), "per_day."+x.Code, workforce.PointsText(x.PerDay), "cap."+x.Code, workforce.PointsText(x.Cap))
	}
	bad := append([]string{}, form...)
	bad[21] = "19"
	j.Post("/workforce/rules/new", bad...).Want(422).Has("合计")
	j.Post("/workforce/rules/new", form...).Goes("/workforce/rules")
	list, err := o.Workforce.RuleSets(o.As(t, org.RoleLeader))
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	at := "/workforce/rules/" + list[0].ID + "/confirm"
	j.Post(at, "version", "1", "month", "2025-12").Want(403)
	l.Post(at, "version", "1", "month", "12月").Want(422).Has("请填写月份")
	l.Post(at, "version", "1", "month", "2025-12").Goes("/workforce/rules")
	if r, err := o.Workforce.Rules(o.As(t, org.RoleLeader), clock.MustDate("2025-12-15")); err != nil || r.ID != list[0].ID || !r.Confirmed {
		t.Error(r, err)
	}
	if r, err := o.Workforce.Rules(o.As(t, org.RoleLeader), clock.MustDate("2025-11-15")); err != nil || r.ID != "" {
		t.Error("the month before keeps its rules", r, err)
	}
}

func TestTheAPIOfPeople(t *testing.T) {
	o := newOffice(t)
	j, a := o.site.As("J"), o.site.As("A")
	const api = "/workforce"
	a.Call(http.MethodGet, api+"/today", "").Want(200).Has(`"posted":true`)
	a.Call(http.MethodPost, api+"/punches", `{}`).Want(422).Has("workforce.code")
	j.Call(http.MethodGet, api+"/months?month=2025-11", "").Want(200).Has(`"rows"`, `"parts"`)
	j.Call(http.MethodGet, api+"/people", "").Want(200).Has("社保窗口")
	j.Call(http.MethodGet, api+"/people/"+o.A.ID, "").Want(200).Has(`"postings"`)
	j.Call(http.MethodGet, api+"/figures?from=2025-11-01&to=2025-11-30", "").Want(200).Has("workforce.attendance", "workforce.workload")
	j.Call(http.MethodGet, api+"/cohorts?metric=workforce.attendance&part=den&from=2025-11-01&to=2025-11-30", "").Want(200).Has(`"total"`)
	j.Call(http.MethodPost, api+"/sheets/2025-11/gather", "").Want(200).Has(`"proposed"`)
	j.Call(http.MethodGet, api+"/sheets/2025-11", "").Want(200).Has(`"rows"`)
	a.Call(http.MethodGet, api+"/sheets/2025-11/people/"+o.B.ID, "").Want(404)
	a.Call(http.MethodPost, api+"/sheets/2025-11/gather", "").Want(403)
	j.Call(http.MethodGet, api+"/rules/in-force?month=2025-11", "").Want(200).Has("预置规则")
	j.Call(http.MethodGet, api+"/sheets/2025-11/file.xlsx", "").Want(200)
}

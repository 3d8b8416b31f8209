package traininghttp_test

import (
	"strconv"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/document/pdf"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/training"
	"yichuang/internal/training/traininghttp"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// A course from the plan to the certificate on the pages.
func TestACourseOnPages(t *testing.T) {
	db := storetest.Open(t, store.SQLite, append(orgtest.Migrations(), training.Migrations))
	manual := db.Clock().(*clock.Manual)
	manual.Set(clock.MustInstant("2026-05-14 14:45"))
	o := orgtest.New(t, db, orgtest.Contribution{Permissions: training.Permissions(), Grants: training.Grants()})
	centre := orgtest.Centre(t, o)
	unit := orgtest.Unit(t, o, centre, "市人社局", "")
	users := map[string]*actor.Actor{}
	people := map[string]orgtest.Person{}
	for name, role := range map[string]string{"G": org.RoleOffice, "Z": org.RoleChiefRep, "L": org.RoleLeader, "W": org.RoleWindow, "F": org.RoleFinance, "U": org.RoleLiaison} {
		people[name] = orgtest.User(t, o, centre, orgtest.Where{Unit: unit.ID}, role)
		users[name] = people[name].Actor
	}
	m := training.New(db, o)
	site := webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		d := traininghttp.Deps{Training: m, Org: o, Print: pdf.NewWriter()}
		traininghttp.Register(pages, d)
		traininghttp.RegisterAPI(api, d)
	}, func(opt *web.Options) { opt.Clock = manual })
	g, z, l, w := site.As("G"), site.As("Z"), site.As("L"), site.As("W")
	g.Get("/training/questions").Want(200).Has("题库还没有题目")
	g.Post("/training/questions", "topic", "受理", "kind", "single", "text", "材料不齐怎么办？", "options", "退回\n一次性告知", "answer", "C", "active", "1").Want(422).Has("正确选项的字母")
	g.Post("/training/questions", "topic", "受理", "kind", "single", "text", "材料不齐怎么办？", "options", "退回\n一次性告知", "answer", "b", "basis", "行政许可法第三十二条", "active", "1").Goes("/training/questions")
	plan := []string{"kind", "lecture", "title", "一次性告知", "teacher", "王芳", "place", "三楼会议室", "start", "2026-05-14 15:00", "end", "2026-05-14 14:00", "capacity", "30", "questions", "1", "pass_percent", "60"}
	g.Post("/training/courses", plan...).Want(422).Has("结束时间应晚于开始时间", `value="一次性告知"`)
	plan[11] = "2026-05-14 17:00"
	g.Post("/training/courses", plan...).Want(303)
	list, _, err := m.Courses(people["G"].Ctx, "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	at := "/training/courses/" + list[0].ID
	version := func() string {
		s, err := m.Course(people["G"].Ctx, list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return strconv.FormatInt(s.Version, 10)
	}
	w.Get(at).Want(200).Has("计划").Lacks("我要报名")
	l.Post(at+"/approve", "version", version()).Goes(at)
	w.Post(at + "/enrol").Goes(at)
	z.Get(at).Want(200).Has("选派人员", people["W"].DisplayName)
	z.Post(at+"/send", "user_id", people["U"].ID).Goes(at)
	z.Get(at).Want(200).Has(people["U"].DisplayName)
	g.Post(at+"/start", "version", version()).Goes(at)
	s, err := m.Course(people["G"].Ctx, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	w.Get(at).Want(200).Has("签到码").Lacks(s.Code)
	w.Post(at+"/sign", "code", "x").Want(422).Has("签到码不对")
	for range 99 { // one try is above: six digits are not to be found by trying
		w.Post(at+"/sign", "code", "x").Want(422)
		w.Call("POST", at+"/sign-in", `{"code":"x"}`).Want(422)
	}
	w.Call("POST", at+"/sign-in", `{"code":"x"}`).Want(422)
	w.Post(at+"/sign", "code", s.Code).Want(429)
	w.Call("POST", at+"/sign-in", `{"code":"`+s.Code+`"}`).Want(429)
	manual.Advance(time.Minute)
	w.Get(at + "/quiz").Want(409).Has("没有签到")
	w.Post(at+"/sign", "code", s.Code).Goes(at)
	g.Post(at+"/sign-for", "user_id", people["U"].ID).Goes(at)
	w.Get(at+"/quiz").Want(200).Has("材料不齐怎么办？", "交卷").Lacks("行政许可法第三十二条")
	w.Post(at+"/quiz", "a0", "B").Goes(at + "/quiz")
	w.Get(at+"/quiz").Want(200).Has("答对 1 题", "行政许可法第三十二条", "合格，证明编号")
	w.Post(at+"/quiz", "a0", "A").Goes(at + "/quiz")
	w.Get(at + "/certificates/" + people["W"].ID + "/certificate.pdf").Want(200)
	site.As("U").Get(at + "/certificates/" + people["W"].ID + "/certificate.pdf").Want(404)
	w.Get("/training/mine").Want(200).Has("一次性告知", "1/1")
	g.Post(at+"/archive", "version", version(), "archive_text", "效果好").Goes(at)
	g.Get(at).Want(200).Has("已归档", "效果好")
	g.Get(at + "/export.xlsx").Want(200)
	site.As("F").Get("/training/figures").Want(200).Has("培训人次", "大讲堂场次", "市人社局")
	site.As("F").Get("/training/figures/export.xlsx?year=2026").Want(200)
	site.As("F").Get("/training/figures/pass?part=den").Want(200).Has("100.00%", people["W"].DisplayName)
	site.As("F").Get(at).Want(403)
	w.Call("GET", "/training/mine", "").Want(200).Has(`"passed":true`)
	site.As("F").Call("GET", "/training/figures?from=2026-01-01&to=2026-12-31", "").Want(200).Has(`"metric":"people"`)
}

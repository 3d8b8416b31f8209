package hallhttp_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/hall"
	"yichuang/internal/hall/hallhttp"
	"yichuang/internal/hall/halltest"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

type stand struct {
	*halltest.World
	site *webtest.Site
	base string // of the centre's public pages
}

func newStand(t *testing.T) stand {
	t.Helper()
	db := storetest.Open(t, store.SQLite, halltest.Migrations())
	w := halltest.New(t, db)
	users := map[string]*actor.Actor{org.RoleOffice: w.Office.Actor}
	for _, r := range []string{org.RoleWindow, org.RoleLeader, org.RoleAgent, org.RoleSiteAdmin} {
		users[r] = orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID, Site: w.Site.ID}, r).Actor
	}
	centre, err := w.Org.Centre(context.Background(), w.Centre)
	if err != nil {
		t.Fatal(err)
	}
	deps := hallhttp.Deps{Hall: w.Hall, Org: w.Org, Units: func(context.Context) ([]web.Option, error) {
		return []web.Option{{Value: w.Unit.ID, Label: w.Unit.Name}}, nil
	}}
	site := webtest.New(t, users, func(pages *web.Kit, k *rest.Kit) {
		hallhttp.Register(pages, deps)
		hallhttp.RegisterAPI(k, deps)
	}, func(o *web.Options) { o.Clock = db.Clock() })
	return stand{w, site, "/hall/c/" + centre.Code}
}

// TestFromTheKioskToTheCounter is the walk of a citizen: a number at the kiosk, called on the display, served.
func TestFromTheKioskToTheCounter(t *testing.T) {
	s := newStand(t)
	c := s.AddCounter(t, "3")
	nobody, window := s.site.As(""), s.site.As(org.RoleWindow)
	kiosk := s.base + "/kiosk/" + s.Kiosk.Code
	nobody.Get(kiosk).Want(200).Has("社保医保", "优先号", "等候 0 人", "预约码")
	nobody.Get(s.base + "/kiosk/" + s.Display.Code).Want(404)
	nobody.Post(kiosk+"/take", "queue", s.Queue.ID, "class", "A", "key", "k1").Want(303)
	nobody.Post(kiosk+"/take", "queue", s.Queue.ID, "class", "A", "key", "k1").Want(303) // a second touch of the button
	list, _, err := s.Hall.Tickets(s.Office.Ctx, hall.TicketFilter{})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d tickets of one button, %v", len(list), err)
	}
	id, code := list[0].ID, list[0].Code
	nobody.Get(kiosk+"/slip/"+id+"?code="+code).Want(200).Has("A001", "前面等候", "窗口尚未开始叫号")
	nobody.Get(kiosk + "/slip/" + id + "?code=wrong").Want(404)
	window.Get("/hall/desk").Want(200).Has("3 号", "上岗")
	window.Post("/hall/desk/sit", "counter", c.ID).Goes("/hall/desk/" + c.ID)
	window.Post("/hall/desk/"+c.ID+"/next", "key", "n1").Goes("/hall/desk/" + c.ID)
	window.Get("/hall/desk").Want(200).Has("A001", "到场，开始办理", "再次呼叫").Lacks("按过号处理")
	display := s.base + "/display/" + s.Display.Code
	nobody.Get(display).Want(200).Has("A001", `请到 <strong>3</strong> 号窗口`)
	nobody.Get(display+"/live").Want(200).Has(`"no":"A001"`, `"counter":"3"`)
	nobody.Get(s.base+"/ticket/"+id+"/"+code).Want(200).Has("正在叫您的号", "3 号窗口")
	act := "/hall/desk/" + c.ID + "/tickets/" + id
	window.Post("/hall/desk/" + c.ID + "/next").Want(422).Has("手上还有一个号")
	window.Post(act + "/miss").Want(422).Has("才呼叫了 1 次")
	window.Post(act + "/arrive").Goes("/hall/desk/" + c.ID)
	window.Get("/hall/desk").Has("办完", "暂挂")
	window.Post(act + "/finish").Goes("/hall/desk/" + c.ID)
	window.Post(act + "/arrive").Want(422)
	window.Post("/hall/desk/" + c.ID + "/tickets/" + id + "/delete").Want(404)
	leader := s.site.As(org.RoleLeader)
	leader.Get("/hall/queue").Want(200).Has("A001", "完成", "3 号")
	leader.Get("/hall/queue/tickets/"+id).Want(200).Has("取号", "叫号", "确认到场", "完成", "完整")
	leader.Get("/hall/figures?site="+s.Site.ID).Want(200).Has("窗口平均等待时长", "弃号率", "0.00")
	leader.Get("/hall/figures/cohort?measure=HQ1&part=den").Want(200).Has("A001", "等待 0 秒")
	leader.Get("/hall/figures?from=2026-05-09&last=2026-05-08").Want(200).Has("早于第一天")
	leader.Get("/hall/desk").Want(403)
	s.site.As(org.RoleAgent).Get("/hall/queue").Want(403)
	nobody.Get("/hall/queue").Want(303)
}

// TestBookingByThePages books, looks up, is refused, cancels.
func TestBookingByThePages(t *testing.T) {
	s := newStand(t)
	nobody := s.site.As("")
	nobody.Get(s.base + "/book").Want(200).Has("社保医保")
	page := nobody.Get(s.base+"/book/"+s.Queue.ID).Want(200).Has("身份证号", "余 3")
	slot := value(t, page.Body.String(), `name="slot" value="`)
	form := []string{"slot", slot, "name", "马小云", "id_no", "622901199001011232", "phone", "13812345678", "key", "b1"}
	nobody.Post(s.base+"/book/"+s.Queue.ID, "slot", slot, "name", "马", "id_no", "622901199001011233", "phone", "12").Want(422).Has("身份证号有误", "11 位手机号码", "证件上的姓名")
	booked := nobody.Post(s.base+"/book/"+s.Queue.ID, form...).Want(200).Has("预约成功", "马**").Lacks("622901199001011232", "13812345678")
	code := value(t, booked.Body.String(), `class="receipt-code">`)
	nobody.Post(s.base+"/book/"+s.Queue.ID, append(form[:8:8], "key", "b2")...).Want(422).Has("每人每天只能预约一次")
	nobody.Post(s.base+"/booking", "code", code, "tail", "0000").Want(422).Has("没有找到这个预约")
	nobody.Post(s.base+"/booking", "code", code, "tail", "5678").Want(200).Has("已预约", "取消预约")
	nobody.Post(s.base+"/kiosk/"+s.Kiosk.Code+"/check-in", "booking", code).Want(422).Has("还没有到可以签到的时间")
	nobody.Post(s.base+"/kiosk/"+s.Kiosk.Code+"/check-in", "booking", "nothing").Want(422).Has("没有找到这个预约")
	nobody.Post(s.base+"/booking/cancel", "code", code, "tail", "5678").Want(200).Has("已取消")
	nobody.Post(s.base+"/booking/cancel", "code", code, "tail", "5678").Want(422).Has("已经签到、取消或失效")
}

// value gives what follows a mark up to the next quote or tag.
func value(t *testing.T, body, mark string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, mark)
	if !ok {
		t.Fatalf("%s is not on the page", mark)
	}
	return rest[:strings.IndexAny(rest, `"<`)]
}

// TestSetupByThePages opens a site, makes what it needs, and refuses what is wrong.
func TestSetupByThePages(t *testing.T) {
	s := newStand(t)
	other := orgtest.Site(t, s.Org, s.Centre, "城北便民服务中心")
	office := s.site.As(org.RoleOffice)
	base := "/hall/setup/" + other.ID
	office.Get("/hall/setup").Want(200).Has("城北便民服务中心", "未开通")
	office.Get(base).Want(200).Has("还没有开通叫号")
	rules := []string{"active", "1", "calls_max", "3", "return_minutes", "30", "return_behind", "2", "jumps_max", "2", "grace_minutes", "10", "early_minutes", "30", "book_days", "5", "cancel_minutes", "120", "absent_limit", "3", "absent_days", "90"}
	office.Post(base+"/rules", append(rules[:3:3], append([]string{"0"}, rules[4:]...)...)...).Want(422).Has("呼叫次数应在 1 到 9 之间")
	office.Post(base+"/rules", rules...).Goes(base)
	office.Post(base+"/queues/new", "name", "综合业务", "minutes", "8", "active", "1").Goes(base)
	office.Post(base+"/queues/new", "name", "综合业务", "minutes", "8", "active", "1").Want(422).Has("已有同名")
	office.Post(base+"/counters/new", "no", "1", "name", "综合", "kind", "one_stop", "active", "1").Want(422).Has("至少选择一个队列")
	setup, err := s.Hall.Setup(s.Office.Ctx, other.ID)
	if err != nil || len(setup.Queues) != 1 {
		t.Fatal(setup.Queues, err)
	}
	office.Post(base+"/counters/new", "no", "1", "name", "综合", "kind", "one_stop", "active", "1", "queues", s.Queue.ID).Want(422).Has("请从本站点的队列中选择")
	office.Post(base+"/counters/new", "no", "1", "name", "综合", "kind", "one_stop", "active", "1", "queues", setup.Queues[0].ID).Goes(base)
	office.Post(base+"/devices/new", "kind", "kiosk", "name", "门口", "active", "1").Goes(base)
	page := office.Get(base).Want(200).Has("综合业务", "1 号", "门口", "打开")
	s.site.As("").Get(value(t, page.Body.String()[strings.Index(page.Body.String(), "从未打开"):], `href="`)).Want(200).Has("综合业务")
	office.Get(base + "/queues/" + setup.Queues[0].ID).Want(200).Has("综合业务")
	office.Get(base + "/queues/0000").Want(404)
	s.site.As(org.RoleWindow).Get(base).Want(403)
}

// TestTheAPIServesAWholeVisit is the same visit by programs.
func TestTheAPIServesAWholeVisit(t *testing.T) {
	s := newStand(t)
	c := s.AddCounter(t, "5")
	nobody, window := s.site.As(""), s.site.As(org.RoleWindow)
	public := "/public" + strings.Replace(s.base, "/hall/c/", "/hall/", 1)
	var slip hall.Slip
	decode(t, nobody.Call("POST", public+"/kiosks/"+s.Kiosk.Code+"/tickets", `{"queue_id":"`+s.Queue.ID+`","class":"P"}`).Want(200).Body.String(), &slip)
	window.Call("POST", "/hall/counters/"+c.ID+"/sit", "").Want(200)
	window.Call("POST", "/hall/counters/"+c.ID+"/next", "").Want(200).Has(`"no":"P001"`)
	window.Call("POST", "/hall/counters/"+c.ID+"/next", "").Want(409).Has("hall.counter_busy")
	for _, a := range []string{"arrive", "hold", "resume", "finish"} {
		window.Call("POST", "/hall/counters/"+c.ID+"/tickets/"+slip.ID+"/"+a, "{}").Want(200)
	}
	nobody.Call("GET", public+"/tickets/"+slip.ID+"/"+slip.Secret, "").Want(200).Has(`"state":"finished"`)
	nobody.Call("GET", public+"/displays/"+s.Display.Code, "").Want(200).Has(`"no":"P001"`)
	s.site.As(org.RoleLeader).Call("GET", "/hall/figures", "").Want(200).Has(`"metric":"HQ1"`)
	nobody.Call("GET", "/hall/figures", "").Want(401)
}

func decode(t *testing.T, body string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
}

package hotlinehttp_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinehttp"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// town is the program's pages on a real centre, with one person of each role; the unit's people work at w.Unit, and
// "head2" leads another unit.
type town struct {
	*hotlinetest.World
	site *webtest.Site
}

// browse is a browser that somebody is signed in to; "" is a citizen's.
func (w town) browse(user string) *webtest.Client { return w.site.As(user) }

func newTown(t *testing.T) town {
	t.Helper()
	w := hotlinetest.Open(t, store.SQLite)
	users := map[string]*actor.Actor{"head": w.Person(t, w.Unit.ID, org.RoleUnitHead).Actor, "head2": w.Person(t, w.Other.ID, org.RoleUnitHead).Actor,
		"liaison": w.Person(t, w.Unit.ID, org.RoleLiaison).Actor}
	for _, r := range []string{org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher, org.RoleReviewer, org.RoleCallbacker, org.RoleSupervisor, org.RoleLeader, org.RoleAdmin} {
		users[r] = w.Person(t, "", r).Actor
	}
	d := hotlinehttp.Deps{Hotline: w.Hotline, Figures: w.Figures, Topics: w.Topics, Desk: w.Desk, Advice: w.Advice, Org: w.Org, Blobs: w.Blobs, Knowledge: w.Knowledge, Telephony: w.Telephony}
	site := webtest.New(t, users, func(pages *web.Kit, _ *rest.Kit) {
		pages.Nav(hotlinehttp.NavItems(w.Hotline, w.Desk)...)
		hotlinehttp.RegisterDesks(pages, d)
		hotlinehttp.RegisterPublic(pages, d)
		hotlinehttp.RegisterAdmin(pages, d)
	}, func(o *web.Options) {
		o.Clock = w.Clock
		o.Visitor = func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre} }
		o.Site = func(context.Context) web.Site { return web.Site{Centre: "临夏市政务服务中心", Phone: "12345"} }
	})
	return town{w, site}
}

var codePattern = regexp.MustCompile(`<span class="visually-hidden">([0-9A-Z]{10})</span>`)

// send registers a request as a citizen and gives its query code.
func (w town) send(t *testing.T, fields ...string) string {
	t.Helper()
	page := w.browse("").Post("/12345/submit", append([]string{"kind", "求助", "content", "路灯坏了三天，晚上看不见路", "phone", "13800001234", "confidential", "none", "key", "k" + t.Name()}, fields...)...).Want(200).Has("已经收到", "1234", "5个工作日")
	m := codePattern.FindStringSubmatch(page.Body.String())
	if m == nil {
		t.Fatalf("no query code on the page: %s", page.Body)
	}
	return m[1]
}

func TestCitizenSubmitsTracksAndRates(t *testing.T) {
	w := newTown(t)
	w.browse("").Get("/12345").Want(200).Has("我要反映", "查询进度", "tel:110", `lang="zh-CN"`)
	w.browse("").Get("/12345/submit").Want(200).Has(`name="key"`, "选填")
	code := w.send(t)

	// Sent twice, it is one request with the same code.
	if again := w.send(t); again != code {
		t.Errorf("the same form made two requests: %s and %s", code, again)
	}
	rows, _, err := w.Hotline.List(w.System(), hotline.Filter{})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d tickets, %v", len(rows), err)
	}
	w.browse("").Post("/12345/track", "code", strings.ToLower(code[:5])+" "+code[5:], "tail", "1234").Want(200).Has("已登记", rows[0].No).Lacks("您满意吗", "13800001234")

	w.MoveTo(t, rows[0].Ticket, hotline.Callback)
	w.browse("").Post("/12345/track", "code", code, "tail", "1234").Want(200).Has("市住建局", "您满意吗", "管道阀门故障").Lacks("已拍照存档", "测试")
	w.browse("").Post("/12345/rate", "code", code, "tail", "1234", "key", "r1").Want(422).Has("请选择对结果的评价", "您满意吗")
	w.browse("").Post("/12345/rate", "code", code, "tail", "1234", "key", "r2", "result", "不满意").Want(422).Has("请写明原因")
	w.browse("").Post("/12345/rate", "code", code, "tail", "0000", "key", "r3", "result", "满意").Want(422).Has("没有查到")
	w.browse("").Post("/12345/rate", "code", code, "tail", "1234", "key", "r4", "result", "满意", "attitude", "满意").Want(200).Has("谢谢您的评价").Lacks("您满意吗")
	if got := w.Get(t, rows[0].ID); got.State != hotline.Closed || got.CloseKind != hotline.CloseSatisfied {
		t.Errorf("after the rating: %s %s", got.State, got.CloseKind)
	}
}

func TestRefusedRequestKeepsWhatWasTyped(t *testing.T) {
	w := newTown(t)
	w.browse("").Post("/12345/submit", "kind", "求助", "content", "内容在这里", "phone", "abc", "event_at", "2099-01-01T08:00", "confidential", "none", "key", "k").Want(422).
		Has("内容在这里", `value="abc"`, `id="f-phone-error"`, "电话号码应为", "发生时间不能晚于现在")
	w.browse("").Post("/12345/submit", "kind", "求助", "content", "内容在这里", "phone", "13800001234", "confidential", "none", "key", "k", "homepage", "http://spam").Want(422).Has("请勿填写")
	rows, _, err := w.Hotline.List(w.System(), hotline.Filter{})
	if err != nil || len(rows) != 0 {
		t.Errorf("%d tickets were made, %v", len(rows), err)
	}
}

var requestNumber = regexp.MustCompile(`value="[^"]*"|nonce="[^"]*"`)

func TestWrongCodeAndWrongTailLookAlike(t *testing.T) {
	w := newTown(t)
	code := w.send(t)
	other := w.browse("").Post("/12345/track", "code", "0000000000", "tail", "1234").Want(422)
	tail := w.browse("").Post("/12345/track", "code", code, "tail", "9999").Want(422)
	if a, b := requestNumber.ReplaceAllString(other.Body.String(), ""), requestNumber.ReplaceAllString(tail.Body.String(), ""); a != b {
		t.Errorf("the answers differ:\n%s\n%s", a, b)
	}
	tail.Has("没有查到").Lacks("路灯")
	w.browse("").Post("/12345/track", "code", code).Want(422).Has("没有查到")
}

func TestAnonymousRequestNeedsItsCodeAlone(t *testing.T) {
	w := newTown(t)
	page := w.browse("").Post("/12345/submit", "kind", "举报", "content", "某店短斤少两", "anonymous", "1", "confidential", "all", "key", "a").Want(200).Has("查询时只用查询码")
	code := codePattern.FindStringSubmatch(page.Body.String())[1]
	w.browse("").Post("/12345/track", "code", code).Want(200).Has("办理进度")
}

func TestPublicPagesAreLimited(t *testing.T) {
	w := newTown(t)
	refused := 0
	for range 40 {
		if w.browse("").Post("/12345/track", "code", "0000000000", "tail", "1234").Code == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 25 {
		t.Errorf("only %d of 40 tries in a moment were refused", refused)
	}
}

func TestEachCentreHasItsOwnPages(t *testing.T) {
	w := newTown(t)
	other := w.AddCentre(t, "622923")
	c, err := w.Org.Centre(context.Background(), other)
	if err != nil {
		t.Fatal(err)
	}
	code := w.send(t)
	base := "/12345/c/" + c.Code
	w.browse("").Get(base).Want(200).Has(`href="` + base + `/submit"`)
	w.browse("").Post(base+"/track", "code", code, "tail", "1234").Want(422).Has("没有查到")
	w.browse("").Get("/12345/c/nowhere").Want(404)
	// Whoever is signed in is a citizen here too.
	w.browse(org.RoleAgent).Post(base+"/submit", "kind", "求助", "content", "隔壁县的事", "phone", "13900000000", "confidential", "none", "key", "b").Want(200)
	rows, _, err := w.Hotline.List(w.System(), hotline.Filter{})
	if err != nil || len(rows) != 1 {
		t.Errorf("the request of the other centre is here: %d, %v", len(rows), err)
	}
}

// upload is a chosen file of the field "file".
func upload(name, content string) []webtest.File {
	return []webtest.File{{Field: "file", Name: name, Content: []byte(content)}}
}

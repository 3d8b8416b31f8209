package calendarhttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/alexedwards/scs/v2/memstore"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/calendar/calendarhttp"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
)

// stand is the calendar's pages on a seeded database.
type stand struct {
	t       *testing.T
	module  *calendar.Module
	handler http.Handler
	routes  []web.Route
}

func newStand(t *testing.T) *stand {
	now := clock.NewManual(clock.At(2026, 11, 23, 10, 0))
	db := storetest.Open(t, store.SQLite, []fs.FS{audit.Migrations, once.Migrations, calendar.Migrations}, storetest.WithClock(now))
	m := calendar.NewModule(db)
	if err := db.WithTx(actor.With(context.Background(), actor.SystemFor("c1")), func(tx *store.Tx) error { return m.Seed(tx, "c1", "622901") }); err != nil {
		t.Fatal(err)
	}
	grants := map[string]map[actor.Permission]actor.Scope{
		"admin":  {calendar.PermDayRead: actor.Centre, calendar.PermDayPublish: actor.Centre, calendar.PermHoursPublish: actor.Centre},
		"reader": {calendar.PermDayRead: actor.Centre},
		"nobody": {},
	}
	pages := web.New(web.Options{Key: bytes.Repeat([]byte("k"), 32), Sessions: memstore.NewWithCleanupInterval(0), Clock: now,
		Authenticate: func(_ context.Context, user, _ string) (*actor.Actor, error) {
			return &actor.Actor{Kind: actor.User, UserID: user, Name: "张管理", CentreID: "c1", Grants: grants[user]}, nil
		},
		Denied: func(context.Context, *http.Request, *errs.Error) {},
	})
	pages.Public("GET /in/{user}", func(c *web.Ctx) error {
		if err := c.SignIn(c.Param("user"), ""); err != nil {
			return err
		}
		return c.NoContent()
	})
	api := rest.New(pages, rest.Options{Title: "测试", Version: "1", AuthenticateToken: func(_ context.Context, token string) (*actor.Actor, error) {
		return &actor.Actor{Kind: actor.Token, UserID: token, Name: token, CentreID: "c1", Grants: grants[token]}, nil
	}})
	calendarhttp.Register(pages, api, calendarhttp.Deps{Calendar: m, Units: func(context.Context) ([]web.Option, error) {
		return []web.Option{{Value: "u7", Label: "水务公司"}}, nil
	}})
	return &stand{t: t, module: m, handler: pages.Handler(), routes: pages.Routes()}
}

func (s *stand) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// as sends a request with the session of a user.
func (s *stand) as(user string, r *http.Request) *httptest.ResponseRecorder {
	for _, c := range s.serve(httptest.NewRequest("GET", "/in/"+user, nil)).Result().Cookies() {
		r.AddCookie(c)
	}
	return s.serve(r)
}

func (s *stand) get(user, path string) *httptest.ResponseRecorder {
	return s.as(user, httptest.NewRequest("GET", path, nil))
}

func (s *stand) post(user, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.as(user, r)
}

func (s *stand) upload(path, content string, fields map[string]string) *httptest.ResponseRecorder {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range fields {
		w.WriteField(k, v)
	}
	f, err := w.CreateFormFile("file", "days.csv")
	if err != nil {
		s.t.Fatal(err)
	}
	fmt.Fprint(f, content)
	w.Close()
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return s.as("admin", r)
}

func want(t *testing.T, w *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	for _, s := range texts {
		if !strings.Contains(w.Body.String(), s) {
			t.Errorf("%q is not on the page", s)
		}
	}
}

func TestYearPage(t *testing.T) {
	s := newStand(t)
	w := s.get("admin", "/calendar?year=2026")
	want(t, w, 200, "2026 年工作日历", "12 月", "2026-05-09 周六 劳动节（调休上班）", "建州纪念日", "国办发明电〔2025〕7号", "导入放假安排",
		"2027 年全国放假安排尚未导入，跨年时限", "办公时间是预置的", "图例", `href="https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm"`)
	if n := strings.Count(w.Body.String(), `class="cal-month"`); n != 12 {
		t.Errorf("%d months", n)
	}
	if n := strings.Count(w.Body.String(), "cal-day"); n != 365 {
		t.Errorf("%d days", n)
	}
	want(t, s.get("reader", "/calendar?year=2027"), 200, "2027 年全国放假安排尚未导入：这一年暂按周末双休计算")
	if strings.Contains(s.get("reader", "/calendar?year=2026").Body.String(), "/calendar/import") {
		t.Error("a reader is offered the import")
	}
	only := s.get("reader", "/calendar?year=2026&layer=prefecture").Body.String()
	if !strings.Contains(only, "建州纪念日") || strings.Contains(only, "劳动节") {
		t.Error("the layer's filter shows other layers")
	}
	want(t, s.get("reader", "/calendar?year=abc"), 200, "2026 年工作日历")
	if w := s.get("reader", "/calendar?area=620102&year=2026"); strings.Contains(w.Body.String(), "建州纪念日（地方规定") {
		t.Error("another prefecture has the founding day")
	}
}

func TestRoutesAndPermissions(t *testing.T) {
	s := newStand(t)
	for _, r := range s.routes {
		if !strings.Contains(r.Pattern, "/calendar") {
			continue
		}
		if r.Permission == "" || r.Public {
			t.Errorf("%s %s has no permission", r.Method, r.Pattern)
		}
		if r.API || r.Method != "GET" {
			continue
		}
		if w := s.get("nobody", strings.ReplaceAll(r.Pattern, "{id}", "x")); w.Code != 403 {
			t.Errorf("%s without permission: %d", r.Pattern, w.Code)
		}
	}
	for _, path := range []string{"/calendar/import", "/calendar/import/preview", "/calendar/hours"} {
		if w := s.post("reader", path, url.Values{}); w.Code != 403 {
			t.Errorf("POST %s by a reader: %d", path, w.Code)
		}
	}
	if w := s.get("reader", "/calendar/revisions/none"); w.Code != 404 {
		t.Errorf("unknown revision: %d", w.Code)
	}
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)"`)

func TestImportThroughThePages(t *testing.T) {
	s := newStand(t)
	want(t, s.get("admin", "/calendar/import"), 200, "预览变化", "整年替换")
	fields := map[string]string{"layer": "national", "mode": "replace", "title": "关于2027年部分节假日安排的通知", "number": "国办发明电〔2026〕1号"}
	w := s.upload("/calendar/import/preview", "日期,类型,名称,依据文件\n2027-01-01,休,元旦,\n2027-02-30,休,春节,\n", fields)
	want(t, w, 422, "第 3 行", "2027-02-30", "国办发明电〔2026〕1号")
	w = s.upload("/calendar/import/preview", "日期,类型,名称,依据文件\n2027-01-01,休,元旦,\n", fields)
	want(t, w, 200, "2027-01-01 周五", "平日", "元旦（法定节假日）", "改为放假", "第一次导入")
	form := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(w.Body.String(), -1) {
		form.Set(m[1], htmlUnescape(m[2]))
	}
	if form.Get("seen") != "1" {
		t.Fatalf("the preview was made on revision %q", form.Get("seen"))
	}
	w = s.post("admin", "/calendar/import", form)
	if w.Code != 303 || w.Header().Get("Location") != "/calendar?year=2027" {
		t.Fatalf("%d %s: %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	page := s.get("reader", "/calendar?year=2027")
	want(t, page, 200, "关于2027年部分节假日安排的通知", "现行")
	if strings.Contains(page.Body.String(), "尚未导入：") {
		t.Error("the banner is still there")
	}
	want(t, s.post("admin", "/calendar/import", form), 422, "刚被别人改过")
	id := regexp.MustCompile(`/calendar/revisions/([0-9a-z]+)`).FindStringSubmatch(page.Body.String())
	if id == nil {
		t.Fatal("no link to the revision")
	}
	want(t, s.get("reader", "/calendar/revisions/"+id[1]), 200, "2027-01-01 周五", "张管理")
	want(t, s.upload("/calendar/import/preview", "", map[string]string{"layer": "county", "area": "6229", "title": "x", "text": "2027-03-01,休,甲,"}), 422, "行政区划代码与层级不符")
}

func htmlUnescape(s string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&", "&#10;", "\n").Replace(s)
}

func TestDownloadCanBeImported(t *testing.T) {
	s := newStand(t)
	w := s.get("reader", "/calendar/days.csv?year=2026")
	want(t, w, 200, "2026-11-19,休,建州纪念日")
	years, err := calendar.ReadDays(w.Body.Bytes())
	if err != nil || len(years) != 1 || len(years[0].Days) < 38 {
		t.Errorf("%+v %v", years, err)
	}
}

func TestHoursPages(t *testing.T) {
	s := newStand(t)
	want(t, s.get("reader", "/calendar/hours"), 200, "08:30-12:00, 14:30-18:00", "未确认", "全中心")
	want(t, s.get("admin", "/calendar/hours/new"), 200, "水务公司", "第 4 行", `value="08:30-12:00, 14:30-18:00"`)
	form := url.Values{"seen": {"1"}, "title": {"关于夏季作息时间的通知"}, "name-0": {"夏季"}, "from-0": {"05-01"}, "to-0": {"09-30"}, "open-0": {"8:00-12:00 15:00-18:30"}}
	want(t, s.post("admin", "/calendar/hours", form), 422, "没有对应的办公时间")
	form.Set("open-1", "25:00-26:00")
	want(t, s.post("admin", "/calendar/hours", form), 422, "不是时段")
	form.Set("open-1", "08:30-12:00, 14:30-18:00")
	form["days-1"] = []string{"1", "2", "3", "4", "5", "6", "0"}
	if w := s.post("admin", "/calendar/hours", form); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	want(t, s.get("reader", "/calendar/hours"), 200, "夏季", "05-01 至 09-30", "已被取代", "关于夏季作息时间的通知")
	want(t, s.get("reader", "/calendar/due?at=2026-05-08T16:30&limit=5wd"), 200, "2026-05-14 周四 18:30")
}

func TestDuePage(t *testing.T) {
	s := newStand(t)
	want(t, s.get("reader", "/calendar/due"), 200, "起算时间", "2026-11-23T10:00")
	want(t, s.get("reader", "/calendar/due?at=2026-05-08T16:30&limit=5个工作日"), 200, "2026-05-14 周四 18:00", "第 1 个工作日：劳动节（调休上班）", "2026-05-13 周三 08:30", "超 ")
	want(t, s.get("reader", "/calendar/due?at=2026-12-30T10:00&limit=5wd"), 200, "2027-01-06 周三 18:00", "结果是暂定的")
	want(t, s.get("reader", "/calendar/due?at=9999-01-01T10:00&limit=5wd"), 422, "1992 年至 2199 年")
	want(t, s.get("reader", "/calendar/due?at=x&limit=5天"), 422, "不是时间", "不是时限")
}

func TestJournalPage(t *testing.T) {
	want(t, newStand(t).get("reader", "/calendar/journal"), 200, "还没有重算过时限")
}

func (s *stand) api(token, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return s.serve(r)
}

func TestAPI(t *testing.T) {
	s := newStand(t)
	var due struct {
		Due, Text, Limit string
		Days             []string
		Red              string
	}
	decode(t, s.api("reader", "GET", "/calendar/due?at=2026-05-08T16:30:00%2B08:00&limit=5wd", ""), 200, &due)
	if due.Due != "2026-05-14T18:00:00+08:00" || len(due.Days) != 5 || due.Days[0] != "2026-05-09" || due.Red != "2026-05-15T08:30:00+08:00" {
		t.Errorf("%+v", due)
	}
	var days struct {
		Published bool
		Days      []struct {
			Date    string
			Working bool
			Why     string
		}
	}
	decode(t, s.api("reader", "GET", "/calendar/days?year=2026", ""), 200, &days)
	if len(days.Days) != 365 || !days.Published || days.Days[0].Why != "元旦（法定节假日）" {
		t.Errorf("%d days, first %+v", len(days.Days), days.Days[0])
	}
	want(t, s.api("reader", "GET", "/calendar/due?at=2026-05-08T16:30:00%2B08:00&limit=5", ""), 422, "calendar.limit")
	want(t, s.api("reader", "GET", "/calendar/due?at=9999-01-01T00:00:00Z&limit=5wd", ""), 422, "calendar.moment")
	want(t, s.api("reader", "GET", "/calendar/days?year=1900", ""), 422, "rest.invalid")
	body := `{"layer":"county","area":"622901","mode":"merge","document":{"title":"市政办〔2026〕1号"},"content":"2026-11-24,休,抢险\n","preview":true,"seen":1}`
	want(t, s.api("reader", "POST", "/calendar/revisions", body), 403, "actor.forbidden")
	var out struct {
		Published bool
		Revision  int64
		Changes   []struct{ After struct{ Why string } }
	}
	decode(t, s.api("admin", "POST", "/calendar/revisions", body), 200, &out)
	if out.Published || out.Revision != 1 || len(out.Changes) != 1 || out.Changes[0].After.Why != "抢险（地方规定放假）" {
		t.Errorf("%+v", out)
	}
	decode(t, s.api("admin", "POST", "/calendar/revisions", strings.Replace(body, `"preview":true`, `"preview":false`, 1)), 200, &out)
	if !out.Published || out.Revision != 2 {
		t.Errorf("%+v", out)
	}
	want(t, s.api("admin", "POST", "/calendar/revisions", strings.Replace(body, `"preview":true`, `"preview":false`, 1)), 409, "store.stale")
	want(t, s.api("admin", "POST", "/calendar/revisions", strings.Replace(body, "2026-11-24", "2026-11-99", 1)), 422, "第 1 行", "calendar.file")
}

func decode(t *testing.T, w *httptest.ResponseRecorder, status int, v any) {
	t.Helper()
	want(t, w, status)
	if err := json.Unmarshal(w.Body.Bytes(), v); err != nil {
		t.Fatal(err)
	}
}

package calendarhttp_test

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// keyed posts a JSON body with an idempotency key.
func (s *stand) keyed(path, key, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/api/v1"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer admin")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	return s.serve(r)
}

func TestPublicationsAreRepeatable(t *testing.T) {
	s := newStand(t)
	var out struct {
		Published bool
		Revision  int64
		Years     []int
	}
	body := `{"layer":"county","area":"622901","mode":"merge","document":{"title":"市政办〔2026〕1号"},"content":"2026-11-24,休,抢险\n"}`
	for range 2 {
		decode(t, s.keyed("/calendar/revisions", "k1", body), 200, &out)
		if !out.Published || out.Revision != 2 || len(out.Years) != 1 || out.Years[0] != 2026 {
			t.Fatalf("%+v", out)
		}
	}
	want(t, s.keyed("/calendar/revisions", "k1", strings.Replace(body, "11-24", "11-25", 1)), 409, "once.reused")
	hours := `{"document":{"title":"关于调整作息的通知"},"rules":[{"name":"夏季","from":"05-01","to":"09-30","days":[1,2,3,4,5],"open":"08:30-12:00, 15:00-18:30"},{"open":"08:30-12:00, 14:30-18:00"}]}`
	for range 2 {
		decode(t, s.keyed("/calendar/hours", "k2", hours), 201, &out)
		if out.Revision != 3 {
			t.Fatalf("%+v", out)
		}
	}
	want(t, s.api("reader", "GET", "/calendar/hours", ""), 200, "夏季", "15:00-18:30", "关于调整作息的通知")
	want(t, s.api("reader", "POST", "/calendar/hours", hours), 403)
	want(t, s.api("admin", "POST", "/calendar/hours", strings.Replace(hours, "15:00-18:30", "25:00-18:30", 1)), 422, "rules[0].open")
}

func TestNoticeAPI(t *testing.T) {
	s := newStand(t)
	var list struct {
		Items []struct {
			ID    string
			Layer string
			Year  int
		}
	}
	decode(t, s.api("reader", "GET", "/calendar/revisions?year=2026", ""), 200, &list)
	if len(list.Items) != 2 {
		t.Fatalf("%+v", list)
	}
	for _, r := range list.Items {
		if r.Layer == "national" {
			want(t, s.api("reader", "GET", "/calendar/revisions/"+r.ID, ""), 200, "2026-10-01", `"kind":"off"`, "国办发明电〔2025〕7号")
		}
	}
	want(t, s.api("reader", "GET", "/calendar/revisions/nothing", ""), 404, "calendar.revision")
	want(t, s.api("reader", "GET", "/calendar/journal", ""), 200, `"items":[]`)
	want(t, s.api("reader", "GET", "/calendar/journal?after=x", ""), 422)
	want(t, s.api("reader", "GET", "/calendar/warnings", ""), 200, "missing_year", "2027")
}

func TestYearAsSpreadsheet(t *testing.T) {
	s := newStand(t)
	want(t, s.get("reader", "/calendar?year=2026"), 200, "/calendar/days.xlsx?area=622901&amp;year=2026")
	w := s.get("reader", "/calendar/days.xlsx?year=2026&area=622901")
	want(t, w, 200)
	f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("2026年")
	if err != nil {
		t.Fatal(err)
	}
	days := map[string][]string{}
	for _, r := range rows {
		if len(r) > 3 && strings.HasPrefix(r[0], "2026-") {
			days[r[0]] = r
		}
	}
	if len(days) != 365 {
		t.Errorf("%d days", len(days))
	}
	for day, want := range map[string]string{"2026-05-09": "是", "2026-05-01": "否", "2026-11-19": "否", "2026-05-08": "是", "2026-05-10": "否"} {
		if r := days[day]; len(r) < 4 || r[2] != want {
			t.Errorf("%s is %v, want %s", day, r, want)
		}
	}
}

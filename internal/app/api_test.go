package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// takes reports whether an operation has a header parameter.
func takes(o *huma.Operation, header string) bool {
	for _, p := range o.Parameters {
		if p.In == "header" && p.Name == header {
			return true
		}
	}
	return false
}

// harmlessTwice are calls that answer 201 although sending them twice does no harm, with the reason.
var harmlessTwice = map[string]string{
	"/workforce/punches":               "a second punch within a minute is refused",
	"/workforce/leaves":                "a second leave of the same time is refused",
	"/workforce/postings":              "a second posting of the same days is refused",
	"/workforce/posts":                 "the name is unique at its site and unit",
	"/workforce/shifts":                "the name is unique",
	"/honour/rounds/{id}/candidates":   "a person stands once in a round; the second call is refused",
	"/training/courses/{id}/enrolment": "a person is enrolled once",
	"/training/courses/{id}/people":    "the same",
	"/complaints/from-ticket":          "a ticket becomes one matter; the second call is refused",
	"/stuck-matters/from-ticket":       "the same",
	"/examinations":                    "a file with the same content has one examination",
	"/examinations/own/{year}":         "the same: what is published has one content",
	"/hall/setup/{site}/queues":        "a site has one queue of a name; the second call is refused",
	"/hall/setup/{site}/counters":      "a site has one counter of a number",
	"/hall/setup/{site}/devices":       "a site has one device of a name",
}

// unversioned are calls that put something in place of another without a version, with the reason.
var unversioned = map[string]string{
	"/calls/seat":       "whoever asks says where he sits; nobody else writes it",
	"/workforce/roster": "a line of one person, day and shift has one value; the last word holds",
	"/duty/{day}":       "a day of the roster has one value, who is on duty; the last word holds",
}

// Every call that makes a record takes an idempotency key, and every call that puts one in place of another the version
// that it was based on.
func TestCreatingCallsTakeAKeyAndChangingOnesAVersion(t *testing.T) {
	doc := open(t).REST.OpenAPI()
	created, changed := 0, 0
	for path, item := range doc.Paths {
		if o := item.Post; o != nil && o.Responses["201"] != nil {
			created++
			if !takes(o, "Idempotency-Key") && harmlessTwice[path] == "" {
				t.Errorf("POST %s makes a record and takes no Idempotency-Key", path)
			}
		}
		if o := item.Put; o != nil {
			changed++
			if !takes(o, "If-Match") && unversioned[path] == "" {
				t.Errorf("PUT %s takes no If-Match", path)
			}
		}
	}
	if created < 10 || changed < 8 {
		t.Errorf("only %d creating and %d changing calls were looked at", created, changed)
	}
}

// parts is a form of fields, and of files by field, name and content.
func parts(t *testing.T, fields map[string]string, files ...[3]string) (contentType string, body *bytes.Buffer) {
	t.Helper()
	body = &bytes.Buffer{}
	form := multipart.NewWriter(body)
	for k, v := range fields {
		if err := form.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := form.CreateFormFile(f[0], f[1])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, f[2])
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return form.FormDataContentType(), body
}

// citizenOf is somebody without an account.
func citizenOf(base string) hunter { return hunter{name: "citizen", base: base, http: &http.Client{}} }

func TestACitizenSendsFilesOverTheAPI(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	home := addCentre(t, a)
	c := citizenOf(srv.URL)
	fields := map[string]string{"kind": "求助", "content": "水管漏水三天", "phone": "13800001234", "confidential": "none"}
	const path = "/api/v1/public/requests/form"
	post := func(files ...[3]string) (int, string) {
		kind, body := parts(t, fields, files...)
		res, text := c.send(t, http.MethodPost, path, kind, body)
		return res.StatusCode, text
	}
	status, text := post([3]string{"files", "现场.jpg", secretPicture}, [3]string{"files", "说明.pdf", "%PDF-1.7\nx"})
	var made struct{ No, QueryCode, Promise string }
	if err := json.Unmarshal([]byte(strings.ReplaceAll(text, "query_code", "QueryCode")), &made); err != nil || status != http.StatusCreated || made.No == "" || made.QueryCode == "" || made.Promise == "" {
		t.Fatalf("%d %s", status, text)
	}
	d, err := a.Hotline.Find(orgtest.System(home), made.No)
	if err != nil || len(d.Attachments) != 2 || d.Attachments[0].Kind != hotline.FromCitizen {
		t.Errorf("attachments %+v, %v", d.Attachments, err)
	}
	if status, text = post([3]string{"files", "a.exe", "MZ program"}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "a.exe") {
		t.Errorf("a program: %d %s", status, text)
	}
	if status, text = post([3]string{"files", "a.png", secretPicture + strings.Repeat("x", 21<<20)}); status != http.StatusRequestEntityTooLarge || !strings.Contains(text, "20 MB") {
		t.Errorf("a large file: %d %.300s", status, text)
	}
	fields["content"] = ""
	if status, text = post([3]string{"files", "a.png", secretPicture}); status != http.StatusUnprocessableEntity {
		t.Errorf("without content: %d %s", status, text)
	}
}

func TestDispatchCatalogueOverTheAPI(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	home := addCentre(t, a)
	orgtest.Unit(t, a.Org, home, "市气象局", "")
	d := signIn(t, srv.URL, orgtest.User(t, a.Org, home, orgtest.Where{}, org.RoleDispatcher))
	load := func(dry, text string) (int, string) {
		kind, body := parts(t, map[string]string{"dry_run": dry}, [3]string{"file", "目录.csv", text})
		res, answer := d.send(t, http.MethodPost, "/api/v1/dispatch-rules/import", kind, body)
		return res.StatusCode, answer
	}
	list := "事项分类代码,承办单位,生效日期\n01,市气象局,2026-01-01\n02,没有这个局,2026-01-01\n"
	status, text := load("true", list)
	if status != http.StatusOK || !strings.Contains(text, `"added":1`) || !strings.Contains(text, "没有叫“没有这个局”的单位") {
		t.Fatalf("preview: %d %s", status, text)
	}
	rules, err := a.Hotline.RuleTable(orgtest.System(home))
	if err != nil || len(rules) != 0 {
		t.Fatalf("a preview made %d rules, %v", len(rules), err)
	}
	if status, text = load("false", list); status != http.StatusOK || !strings.Contains(text, `"added":1`) {
		t.Fatalf("import: %d %s", status, text)
	}
	if status, text = load("false", list); status != http.StatusOK || !strings.Contains(text, `"same":1`) {
		t.Errorf("again: %d %s", status, text)
	}
	rules, err = a.Hotline.RuleTable(orgtest.System(home))
	if err != nil || len(rules) != 1 {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	rule := "/api/v1/dispatch-rules/" + rules[0].ID
	res, text := d.send(t, http.MethodGet, rule, "", nil)
	if res.StatusCode != http.StatusOK || res.Header.Get("ETag") != `"1"` {
		t.Errorf("one rule: %d %v %s", res.StatusCode, res.Header, text)
	}
	if res, text = d.send(t, http.MethodPost, rule+"/end", "application/json", nil); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, "if_match_required") {
		t.Errorf("end without a version: %d %s", res.StatusCode, text)
	}
}

func TestDesksOverTheAPI(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	home := addCentre(t, a)
	p := makePrey(t, a, home)
	unit := signIn(t, srv.URL, orgtest.User(t, a.Org, home, orgtest.Where{Unit: p.ids["unit"]}, org.RoleLiaison))
	leader := signIn(t, srv.URL, orgtest.User(t, a.Org, home, orgtest.Where{}, org.RoleLeader))
	admin := signIn(t, srv.URL, orgtest.User(t, a.Org, home, orgtest.Where{}, org.RoleAdmin))
	for _, c := range []struct {
		who    hunter
		method string
		path   string
		want   []string
	}{
		{unit, http.MethodGet, "/desk/counts", []string{`"PENDING_SIGN":1`}},
		{unit, http.MethodGet, "/desk/legs", []string{`"leg_id"`, p.ids["no"]}},
		{unit, http.MethodGet, "/tickets/" + p.ids["ticket"] + "/clocks", []string{`"sign"`, `"handle"`, `"remaining"`}},
		{leader, http.MethodGet, "/overview/cohort?measure=received&from=2026-05-01&to=2026-06-01", []string{p.ids["no"], `"total":1`}},
		{admin, http.MethodPost, "/audit/verify", []string{`"faults":[]`, `"tickets":1`}},
	} {
		res, text := c.who.send(t, c.method, "/api/v1"+c.path, "", nil)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s %s: %d %s", c.method, c.path, res.StatusCode, text)
		}
		for _, w := range c.want {
			if !strings.Contains(text, w) {
				t.Errorf("%s %s: no %s in %.500s", c.method, c.path, w, text)
			}
		}
	}
	if res, text := leader.send(t, http.MethodGet, "/api/v1/overview/cohort?measure=nonsense&from=2026-05-01&to=2026-06-01", "", nil); res.StatusCode < 400 || res.StatusCode >= 500 {
		t.Errorf("an unknown measure: %d %s", res.StatusCode, text)
	}
}

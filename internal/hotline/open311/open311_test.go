package open311_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/datatest"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/hotline/open311"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

type city struct {
	*hotlinetest.World
	t    *testing.T
	site *webtest.Site
}

func newCity(t *testing.T) city {
	w := hotlinetest.Open(t, store.SQLite)
	w.Set("2026-05-08T16:30")
	keys := map[string]*actor.Actor{"good-key": w.Person(t, "", org.RoleAgent).Actor, "unit-key": w.Person(t, w.Unit.ID, org.RoleLiaison).Actor}
	site := webtest.New(t, nil, func(pages *web.Kit, _ *rest.Kit) {
		open311.Register(pages, open311.Deps{Hotline: w.Hotline, Org: w.Org, AuthenticateToken: func(_ context.Context, token string) (*actor.Actor, error) {
			if a, ok := keys[token]; ok {
				return a, nil
			}
			return nil, errs.New(errs.Unauthenticated, "test.token", "没有这个令牌。")
		}})
	}, func(o *web.Options) { o.Clock = w.Clock })
	return city{w, t, site}
}

func (c city) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	rec := httptest.NewRecorder()
	c.site.Pages.Handler().ServeHTTP(rec, r)
	return rec
}

// get reads JSON at path into v.
func (c city) get(path string, v any) {
	c.t.Helper()
	rec := c.do(http.MethodGet, path, nil)
	if rec.Code != 200 || rec.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		c.t.Fatalf("%s: %d %s %s", path, rec.Code, rec.Header().Get("Content-Type"), rec.Body)
	}
	if err := json.Unmarshal(rec.Body.Bytes(), v); err != nil {
		c.t.Fatalf("%s: %v in %s", path, err, rec.Body)
	}
}

type record map[string]any

// file posts a request and gives its id.
func (c city) file(change url.Values) string {
	c.t.Helper()
	form := url.Values{"api_key": {"good-key"}, "service_code": {"0401"}, "lat": {"35.6011"}, "long": {"103.2102"}, "description": {"红园路路面塌陷"}}
	for k, v := range change {
		form[k] = v
	}
	rec := c.do(http.MethodPost, "/open311/v2/requests.json", form)
	var got []struct {
		ID    string `json:"service_request_id"`
		Token string `json:"token"`
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || rec.Code != 200 || len(got) != 1 || got[0].ID == "" || got[0].Token != "" {
		c.t.Fatalf("POST: %d %s (%v)", rec.Code, rec.Body, err)
	}
	return got[0].ID
}

func TestDiscoveryServicesAndDefinitions(t *testing.T) {
	c := newCity(t)
	var d struct {
		Changeset, Contact string
		KeyService         string `json:"key_service"`
		Endpoints          []struct {
			Specification, URL, Changeset, Type string
			Formats                             []string
		}
	}
	c.get("/open311/discovery.json", &d)
	if d.Changeset == "" || d.Contact == "" || d.KeyService == "" || len(d.Endpoints) != 1 || !strings.HasSuffix(d.Endpoints[0].URL, "/open311/v2") || d.Endpoints[0].Type != "production" || len(d.Endpoints[0].Formats) != 2 {
		t.Errorf("discovery: %+v", d)
	}
	var list []record
	c.get("/open311/v2/services.json", &list)
	if len(list) < 40 || list[0]["service_code"] == "" || list[0]["metadata"] != true || list[0]["type"] != "realtime" {
		t.Fatalf("services: %d, first %v", len(list), list)
	}
	for _, s := range list {
		if s["service_code"] == "04" {
			t.Error("a class with leaves is offered as a service")
		}
	}
	var def struct {
		Code       string `json:"service_code"`
		Attributes []record
	}
	c.get("/open311/v2/services/0401.json", &def)
	if def.Code != "0401" || len(def.Attributes) != 3 || def.Attributes[0]["datatype"] != "singlevaluelist" || len(def.Attributes[0]["values"].([]any)) != 5 {
		t.Errorf("definition: %+v", def)
	}
}

func TestXMLIsWellFormedAndHasTheStandardsElements(t *testing.T) {
	c := newCity(t)
	id := c.file(nil)
	for path, want := range map[string][]string{
		"/open311/discovery.xml":                   {"<discovery>", "<endpoints><endpoint>", "<formats><format>text/xml</format>"},
		"/open311/v2/services.xml":                 {"<services><service><service_code>", "<metadata>true</metadata>"},
		"/open311/v2/services/0401.xml":            {"<service_definition><service_code>0401</service_code>", "<attributes><attribute>", "<values><value><key>"},
		"/open311/v2/requests.xml":                 {"<service_requests><request><service_request_id>", "<lat>35.6011</lat>"},
		"/open311/v2/requests/" + id + ".xml":      {"<service_requests><request>", "<status>open</status>"},
		"/open311/v2/requests/20200101-000001.xml": {"<errors><error><code>404</code><description>"},
		"/open311/v2/services/none.xml":            {"<errors><error><code>404</code>"},
		"/open311/v2/other.xml":                    {"<errors><error><code>404</code>"},
	} {
		rec := c.do(http.MethodGet, path, nil)
		if got := rec.Header().Get("Content-Type"); got != "text/xml; charset=utf-8" {
			t.Errorf("%s is %s", path, got)
		}
		if err := xml.Unmarshal(rec.Body.Bytes(), new(struct{})); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, s := range want {
			if !strings.Contains(rec.Body.String(), s) {
				t.Errorf("%s lacks %s: %.400s", path, s, rec.Body)
			}
		}
	}
}

func TestFiledRequestIsReadBack(t *testing.T) {
	c := newCity(t)
	id := c.file(url.Values{"description": {"井盖破损，联系人：张三 13800001234"}, "address_string": {"红园路"}, "phone": {"13800001234"}, "first_name": {"三"}, "last_name": {"张"},
		"media_url": {"https://example.org/a.jpg"}, "attribute[KIND]": {"求助"}, "attribute[REPLY]": {"no"}, "email": {"a@b.cn"}})
	d, err := c.Hotline.Find(c.As(t, org.RoleDispatcher), id)
	if err != nil || d.Kind != hotline.Help || d.ReplyWanted || d.Channel != hotline.ChannelOpen311 || d.Category != "0401" || d.State != hotline.Draft {
		t.Fatalf("registered %+v, %v", d.Ticket, err)
	}
	var got []record
	c.get("/open311/v2/requests/"+id+".json", &got)
	r := got[0]
	want := record{"service_request_id": id, "status": "open", "service_code": "0401", "service_name": "道路破损", "description": "井盖破损，联系人：某 （电话）", "address": "红园路",
		"lat": 35.6011, "long": 103.2102, "media_url": "https://example.org/a.jpg", "requested_datetime": "2026-05-08T16:30:00+08:00"}
	for k, v := range want {
		if r[k] != v {
			t.Errorf("%s is %v, want %v", k, r[k], v)
		}
	}
	if s := fmt.Sprint(r); strings.Contains(s, "13800001234") || strings.Contains(s, "张三") {
		t.Errorf("who filed it is published: %s", s)
	}
	var tokens []record
	c.get("/open311/v2/tokens/"+string(d.ID)+".json", &tokens)
	if tokens[0]["service_request_id"] != id {
		t.Errorf("token: %v", tokens)
	}
}

func TestListFilters(t *testing.T) {
	c := newCity(t)
	first := c.file(nil)
	c.Set("2026-05-10T09:00")
	second := c.file(url.Values{"service_code": {"0402"}})
	for query, want := range map[string]string{
		"":                        second + " " + first,
		"?service_code=0402":      second,
		"?service_code=0402,0401": second + " " + first,
		"?status=open":            second + " " + first,
		"?status=closed":          "",
		"?status=open,closed":     second + " " + first,
		"?start_date=2026-05-09T00:00:00%2B08:00":                        second,
		"?start_date=2026-05-09T00:00:00+08:00":                          second,
		"?end_date=2026-05-09T00:00:00Z":                                 first,
		"?start_date=2026-05-08T08:30:00Z&end_date=2026-05-08T08:30:01Z": first,
		"?service_request_id=" + first + "," + second:                    second + " " + first,
		"?service_request_id=" + first + "&status=closed":                first,
		"?page_size=1":                 second,
		"?page_size=1&after=" + second: first,
		"?after=" + first:              "",
	} {
		var got []record
		c.get("/open311/v2/requests.json"+query, &got)
		ids := make([]string, len(got))
		for i, r := range got {
			ids[i] = r["service_request_id"].(string)
		}
		if strings.Join(ids, " ") != want {
			t.Errorf("%s: %v, want %s", query, ids, want)
		}
	}
	if link := c.do("GET", "/open311/v2/requests.json?page_size=1", nil).Header().Get("Link"); !strings.Contains(link, "after="+second) {
		t.Errorf("no next page: %q", link)
	}
}

func TestFaultsHaveTheStandardsStatus(t *testing.T) {
	c := newCity(t)
	good := func(set ...string) url.Values {
		v := url.Values{"api_key": {"good-key"}, "service_code": {"0401"}, "lat": {"35.6"}, "long": {"103.2"}}
		for i := 0; i < len(set); i += 2 {
			v.Set(set[i], set[i+1])
		}
		return v
	}
	for name, x := range map[string]struct {
		form   url.Values
		status int
	}{
		"no key":               {good("api_key", ""), 403},
		"an unknown key":       {good("api_key", "bad"), 403},
		"a key without right":  {good("api_key", "unit-key"), 403},
		"no service":           {good("service_code", ""), 400},
		"an unknown service":   {good("service_code", "9999"), 404},
		"a class":              {good("service_code", "04"), 404},
		"lat alone":            {good("long", ""), 400},
		"no place":             {good("lat", "", "long", ""), 400},
		"lat of no number":     {good("lat", "NaN"), 400},
		"beyond the pole":      {good("lat", "91"), 400},
		"a long description":   {good("description", strings.Repeat("路", 4001)), 400},
		"an unknown attribute": {good("attribute[X]", "1"), 400},
		"a report":             {good("attribute[KIND]", "举报"), 400},
		"a bad phone":          {good("phone", "abc"), 400},
		"a bad picture":        {good("media_url", "javascript:1"), 400},
		"another jurisdiction": {good("jurisdiction_id", "nowhere"), 404},
	} {
		rec := c.do(http.MethodPost, "/open311/v2/requests.json", x.form)
		var list []struct {
			Code        int
			Description string
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &list); err != nil || rec.Code != x.status || len(list) == 0 || list[0].Code != x.status || list[0].Description == "" {
			t.Errorf("%s: %d %s, want %d", name, rec.Code, rec.Body, x.status)
		}
	}
	for path, status := range map[string]int{"/open311/v2/requests.json?start_date=x": 400, "/open311/v2/requests.json?status=new": 400, "/open311/v2/requests.json?start_date=2026-01-01&end_date=2026-05-01": 400,
		"/open311/v2/requests.json?page_size=0": 400, "/open311/v2/tokens/none.json": 404, "/open311/v2/requests": 404} {
		if rec := c.do(http.MethodGet, path, nil); rec.Code != status {
			t.Errorf("%s: %d, want %d", path, rec.Code, status)
		}
	}
	var none []record
	if c.get("/open311/v2/requests.json", &none); len(none) != 0 {
		t.Errorf("refused requests were registered: %v", none)
	}
}

func TestJurisdictions(t *testing.T) {
	c := newCity(t)
	c.AddCentre(t, "622921")
	if rec := c.do(http.MethodGet, "/open311/v2/services.json", nil); rec.Code != 400 {
		t.Errorf("two centres and none named: %d %s", rec.Code, rec.Body)
	}
	list, err := c.Org.Centres(c.System())
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	for _, centre := range list {
		var s []record
		c.get("/open311/v2/services.json?jurisdiction_id="+centre.Code, &s)
	}
}

// TestCityDataIsTakenWhole files every request of a city's reporting app through the interface and reads them all back.
func TestCityDataIsTakenWhole(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(string(datatest.Read(t, "open311/nyc_publicstuff_dev.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() {
		rows = rows[:500]
	}
	c := newCity(t)
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	began := time.Now()
	sent := map[string]string{}
	for _, r := range rows[1:] {
		at := func(name string) string { return r[column[name]] }
		text := strings.TrimSpace(at("title") + "\n" + at("description"))
		form := url.Values{"address_string": {at("address")}, "description": {text}}
		if at("address") == "" {
			form.Del("address_string")
		}
		if at("lat") != "" && at("long") != "" {
			form["lat"], form["long"] = []string{at("lat")}, []string{at("long")}
		}
		sent[c.file(form)] = text
		c.Clock.Advance(time.Second)
	}
	t.Logf("%d requests filed in %v", len(sent), time.Since(began).Round(time.Millisecond))
	if len(sent) != len(rows)-1 {
		t.Fatalf("%d requests for %d rows", len(sent), len(rows)-1)
	}
	after, read := "", 0
	for {
		var page []record
		c.get("/open311/v2/requests.json?page_size=1000&after="+after, &page)
		for _, r := range page {
			after = r["service_request_id"].(string)
			if want := hotline.Deidentify(sent[after]); r["description"] != want && want != "" {
				t.Fatalf("%s: %q, want %q", after, r["description"], want)
			}
			read++
		}
		if len(page) < 1000 {
			break
		}
	}
	if read != len(sent) {
		t.Errorf("%d read back of %d", read, len(sent))
	}
}

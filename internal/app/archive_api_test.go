package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/archive"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// reply is what the API answers.
type reply struct {
	status int
	etag   string
	body   map[string]any
	raw    string
}

// say gives a value of the answer as text.
func (r reply) say(name string) string {
	switch v := r.body[name].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// items gives the rows of a page.
func (r reply) items() (out []map[string]any) {
	list, _ := r.body["items"].([]any)
	for _, x := range list {
		m, _ := x.(map[string]any)
		out = append(out, m)
	}
	return out
}

// ask sends one request to the API; want is the status that it must have.
func (h hunter) ask(t *testing.T, want int, method, path string, headers map[string]string, body any) reply {
	t.Helper()
	var payload io.Reader
	if body != nil {
		payload = strings.NewReader(jsonText(body))
	}
	req, err := http.NewRequest(method, h.base+"/api/v1"+path, payload)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	res, err := h.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := reply{status: res.StatusCode, etag: res.Header.Get("ETag"), raw: string(b)}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(b, &r.body); err != nil {
			t.Fatalf("%s %s: %s", method, path, b)
		}
	}
	if res.StatusCode != want {
		t.Fatalf("%s %s: status %d, want %d: %.400s", method, path, res.StatusCode, want, b)
	}
	return r
}

func key(k string) map[string]string      { return map[string]string{"Idempotency-Key": k} }
func match(etag string) map[string]string { return map[string]string{"If-Match": etag} }

// carrier sends a token with every request.
type carrier string

// RoundTrip adds the token.
func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Authorization", "Bearer "+string(c))
	return http.DefaultTransport.RoundTrip(r)
}

// bearer is somebody who asks the API with a token of everything that he may do. Sessions live by the machine's time and
// are over where a test has moved the clock by years; tokens are not.
func bearer(t *testing.T, a *app.App, base string, p orgtest.Person) hunter {
	t.Helper()
	var scopes []actor.Permission
	for perm := range actor.From(p.Ctx).Grants {
		scopes = append(scopes, perm)
	}
	_, secret, err := a.Org.CreateTokenFor(orgtest.System(actor.From(p.Ctx).CentreID), actor.From(p.Ctx).UserID, org.TokenInput{Name: "试用", Scopes: scopes, ExpiresAt: a.Clock.Now().Add(24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return hunter{name: p.Username, base: base, http: &http.Client{Transport: carrier(secret)}}
}

// putAway makes an archived ticket with a known caller and gives its record.
func putAway(t *testing.T, a *app.App, centre string) archive.Record {
	t.Helper()
	agent := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleShiftLead)
	reg, err := a.Hotline.Register(agent.Ctx, hotline.RegisterInput{Channel: "电话", Kind: hotline.Consult, Title: secretTitle, Content: secretTitle + "几点上班", Name: secretName, Phone: secretPhone})
	if err != nil {
		t.Fatal(err)
	}
	cmd := hotline.Command{TicketID: reg.ID}
	if _, err := a.Hotline.Answer(agent.Ctx, cmd, "早上八点半"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Hotline.Archive(orgtest.System(centre), cmd); err != nil {
		t.Fatal(err)
	}
	office := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleOffice)
	list, _, err := a.Archive.Records(office.Ctx, archive.Filter{No: reg.No})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d records, %v", len(list), err)
	}
	return list[0]
}

// The archive by the API: a record is held and set free, its class changed, its package taken, its destruction proposed by
// one person and approved by another.
func TestArchiveByTheAPI(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	centre := addCentre(t, a)
	r := putAway(t, a, centre)
	keeper, boss := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleOffice), orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleLeader)
	office, leader := signIn(t, srv.URL, keeper), signIn(t, srv.URL, boss)
	agent := signIn(t, srv.URL, orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleAgent))
	path := "/archive/records/" + r.ID

	if rows := office.ask(t, 200, "GET", "/archive/records?no="+r.No, nil, nil).items(); len(rows) != 1 || rows[0]["id"] != r.ID {
		t.Errorf("the catalogue has %v", rows)
	}
	agent.ask(t, 403, "GET", "/archive/records", nil, nil)
	agent.ask(t, 403, "GET", path+"/package", nil, nil)

	if p := office.ask(t, 422, "POST", path+"/holds", key("h0"), map[string]any{"reason": ""}); p.say("code") != "archive.input" || !strings.Contains(p.raw, "请写明封存的缘由") {
		t.Errorf("an empty reason: %s", p.raw)
	}
	held := office.ask(t, 200, "POST", path+"/holds", key("h1"), map[string]any{"reason": "诉讼需要"})
	again := office.ask(t, 200, "POST", path+"/holds", key("h1"), map[string]any{"reason": "诉讼需要"})
	if held.say("holds") != "1" || again.say("holds") != "1" {
		t.Errorf("held %s times, and %s after the same request", held.say("holds"), again.say("holds"))
	}
	hold := held.body["all_holds"].([]any)[0].(map[string]any)["id"].(string)
	office.ask(t, 404, "POST", path+"/holds/nothing/lift", nil, map[string]any{"reason": "结案"})
	if free := leader.ask(t, 200, "POST", path+"/holds/"+hold+"/lift", nil, map[string]any{"reason": "结案"}); free.say("holds") != "0" {
		t.Errorf("still held: %s", free.raw)
	}
	agent.ask(t, 403, "POST", path+"/holds", nil, map[string]any{"reason": "x"})

	archiveClassesByTheAPI(t, office, leader, path)
	archivePackageByTheAPI(t, office, r)
	office.ask(t, 409, "POST", "/archive/lists", key("l0"), map[string]any{"reason": "到期"}) // nothing is due
	a.Clock.(*clock.Manual).Set(clock.At(2030, 1, 2, 3, 0))
	a.Jobs.RunAll(t.Context())
	archiveListsByTheAPI(t, a, bearer(t, a, srv.URL, keeper), bearer(t, a, srv.URL, boss), path)
}

func archiveClassesByTheAPI(t *testing.T, office, leader hunter, path string) {
	t.Helper()
	made := office.ask(t, 201, "POST", "/archive/classes", key("c1"), map[string]any{"code": "brief", "name": "简易咨询", "years": 5})
	office.ask(t, 201, "POST", "/archive/classes", key("c1"), map[string]any{"code": "brief", "name": "简易咨询", "years": 5})
	office.ask(t, 422, "POST", "/archive/classes", key("c2"), map[string]any{"code": "brief", "name": "另一个", "years": 5})
	leader.ask(t, 403, "POST", "/archive/classes", nil, map[string]any{"code": "b", "name": "x", "years": 5})
	office.ask(t, 409, "PUT", "/archive/classes/brief", match(`"9"`), map[string]any{"name": "简易咨询", "years": 3})
	if c := office.ask(t, 200, "PUT", "/archive/classes/brief", match(made.etag), map[string]any{"name": "简易咨询", "years": 3}); c.say("term") != "定期 3 年" {
		t.Errorf("the class is %s", c.raw)
	}
	if n := len(office.ask(t, 200, "GET", "/archive/classes", nil, nil).items()); n != 6 {
		t.Errorf("%d classes", n)
	}
	now := office.ask(t, 200, "GET", path, nil, nil)
	if moved := office.ask(t, 200, "POST", path+"/class", match(now.etag), map[string]any{"class": "brief", "reason": "一般咨询"}); moved.say("class") != "brief" || moved.say("keep_until") != "2029-12-31" {
		t.Errorf("moved to %s until %s", moved.say("class"), moved.say("keep_until"))
	}
}

func archivePackageByTheAPI(t *testing.T, office hunter, r archive.Record) {
	t.Helper()
	data := office.ask(t, 200, "GET", "/archive/records/"+r.ID+"/package", nil, nil).raw
	rep, err := archive.Verify(strings.NewReader(data), int64(len(data)))
	if err != nil || len(rep.Faults) > 0 || rep.Manifest.ContentSM3 != r.ContentSM3 {
		t.Errorf("the package: %v %v", rep.Faults, err)
	}
	if z, err := zip.NewReader(bytes.NewReader([]byte(data)), int64(len(data))); err != nil || len(z.File) < 2 {
		t.Errorf("%v", err)
	}
}

func archiveListsByTheAPI(t *testing.T, a *app.App, office, leader hunter, path string) {
	t.Helper()
	if s := office.ask(t, 200, "GET", path, nil, nil).say("state"); s != "due" {
		t.Fatalf("after its period the record is %q", s)
	}
	l := office.ask(t, 201, "POST", "/archive/lists", key("l1"), map[string]any{"reason": "保管期满"})
	if twice := office.ask(t, 201, "POST", "/archive/lists", key("l1"), map[string]any{"reason": "保管期满"}); twice.say("id") != l.say("id") {
		t.Errorf("the same request made %s and %s", l.say("no"), twice.say("no"))
	}
	list := "/archive/lists/" + l.say("id")
	if inv := leader.ask(t, 200, "GET", list, nil, nil); len(inv.items()) != 1 || inv.etag == "" {
		t.Errorf("the list has %v", inv.raw)
	}
	office.ask(t, 403, "POST", list+"/decision", match(l.etag), map[string]any{"approve": true})
	leader.ask(t, 422, "POST", list+"/decision", match(l.etag), map[string]any{"approve": false})
	if d := leader.ask(t, 200, "POST", list+"/decision", match(l.etag), map[string]any{"approve": true}); d.say("state") != "approved" {
		t.Errorf("decided: %s", d.raw)
	}
	a.Jobs.RunAll(t.Context())
	if s := office.ask(t, 200, "GET", path, nil, nil).say("state"); s != "destroyed" {
		t.Errorf("after the approval the record is %q", s)
	}
	if p := office.ask(t, 409, "GET", path+"/package", nil, nil); p.say("code") != "archive.destroyed" {
		t.Errorf("a destroyed record: %s", p.raw)
	}
}
